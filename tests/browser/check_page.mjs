// Opens one page in headless Chromium and prints what is wrong with it, as JSON.
//
//   NODE_PATH=… node check_page.mjs PAGE.html CHROMIUM [SCREENSHOT_PREFIX]
//
// Looked at: console errors and policy violations, requests to anywhere, scripts that ran without being ours
// (window.pwned), fragments that lead nowhere, overflow at 360, 768 and 1280 px, and what axe-core finds.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(join(process.env.NODE_PATH || ".", "x.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [page_file, executablePath, prefix] = process.argv.slice(2);
const url = pathToFileURL(resolve(page_file)).href;
const profile = mkdtempSync(join(tmpdir(), "precall-browser-"));
const found = { errors: [], requests: [], links: [], overflow: {}, axe: {}, keys: null, pwned: false };

const context = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
  bypassCSP: false,
});
try {
  for (const scheme of ["light", "dark"]) {
    for (const width of [360, 768, 1280]) {
      const page = await context.newPage();
      page.on("console", (m) => { if (m.type() === "error") found.errors.push(m.text()); });
      page.on("pageerror", (e) => found.errors.push(String(e)));
      page.on("dialog", (d) => { found.pwned = true; d.dismiss(); });
      page.on("request", (r) => { if (r.url() !== url) found.requests.push(r.url()); });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(url);
      await page.evaluate(() => document.querySelectorAll("details").forEach((e) => { e.open = true; }));
      found.overflow[`${width} ${scheme}`] = await page.evaluate(() => {
        const room = document.documentElement.clientWidth;
        const wide = [...document.querySelectorAll("body *")].filter((e) =>
          !e.closest(".table, .sr, .skip, svg") && e.getBoundingClientRect().right > room + 1);
        return document.documentElement.scrollWidth > room ? ["the page"] : wide.slice(0, 5).map((e) => e.outerHTML.slice(0, 120));
      });
      if (width === 1280 || width === 360) {
        // axe runs through the debugging protocol, which the page's policy does not concern.
        const result = await page.evaluate(`${axe}; axe.run(document, {resultTypes: ["violations"]})`);
        found.axe[`${width} ${scheme}`] = result.violations.map((v) => ({
          id: v.id, impact: v.impact, nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " :: " + n.failureSummary.slice(0, 200)) }));
      }
      if (width === 1280 && scheme === "light") {
        found.links = await page.evaluate(() => [...document.querySelectorAll("a[href^='#']")]
          .map((a) => a.getAttribute("href")).filter((h) => !document.getElementById(decodeURIComponent(h.slice(1)))));
        found.pwned ||= await page.evaluate(() => "pwned" in window);
        await page.keyboard.press("j");
        found.keys = await page.evaluate(() => ({ hash: location.hash, lit: document.querySelectorAll(".lit").length }));
        const link = page.locator(".turn-link").first();
        if (await link.count()) {
          await link.evaluate((e) => e.click());
          found.target = await page.evaluate(() => document.querySelector(":target")?.id ?? null);
        }
        await page.keyboard.press("Escape");
        await page.evaluate(() => { history.replaceState(null, "", " "); scrollTo(0, 0); });
      }
      if (prefix) {
        await page.evaluate(() => document.querySelectorAll("details").forEach((e, i) => { e.open = i === 4; }));
        await page.setViewportSize({ width, height: width < 1000 ? 2400 : 1700 });
        await page.screenshot({ path: `${prefix}-${width}-${scheme}.png` });
      }
      if (prefix && width === 1280 && scheme === "light") {
        await page.emulateMedia({ media: "print" });
        await page.pdf({ path: `${prefix}.pdf`, format: "A4", margin: { top: "15mm", bottom: "15mm", left: "15mm", right: "15mm" }, printBackground: true });
      }
      await page.close();
    }
  }
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
console.log(JSON.stringify(found, null, 1));
