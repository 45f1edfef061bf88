"use strict";
const lit = () => document.querySelectorAll(".lit").forEach((e) => e.classList.remove("lit"));
const show = (element) => {
  lit();
  element.classList.add("lit");
  (element.dataset.turns || "").split(" ").filter(Boolean).forEach((n) => {
    const turn = document.getElementById("turn-" + n);
    if (turn) turn.classList.add("lit");
  });
  element.querySelectorAll(".proves a").forEach((link) => {
    const item = document.getElementById(link.hash.slice(1));
    if (item) item.classList.add("lit");
  });
};
const aim = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.matches(".turn, .item")) show(target); else lit();
};
const step = (by) => {
  const stops = [...document.querySelectorAll(".turn[data-stop]")];
  if (!stops.length) return;
  const at = stops.findIndex((e) => "#" + e.id === location.hash);
  const next = stops[at < 0 ? (by > 0 ? 0 : stops.length - 1) : (at + by + stops.length) % stops.length];
  location.hash = next.id;
  const link = next.querySelector("a.number");
  if (link) link.focus({ preventScroll: true });
};
addEventListener("hashchange", aim);
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "Escape") lit();
});
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  opened.forEach((e) => { e.open = true; });
});
addEventListener("afterprint", () => opened.forEach((e) => { e.open = false; }));
aim();
