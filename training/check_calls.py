"""Checks labelled calls against the rules of the contract that a machine can check.

    python training/check_calls.py training/calls/*.jsonl

Prints one line a fault (file, call, what is wrong) and a table of counts; exits 1 on any fault. It checks that plans
are valid records, that every plan item has a legal status with evidence by the right speaker, and that deviations are
exactly those that follow from the statuses. Whether a status is true is for a reader to say.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

from precall_cli.errors import BadInput
from precall_cli.records.plan import CallPlan

LEGAL = {
    "objective": "achieved pursued not_pursued",
    "opening": "followed changed",
    "disclosures": "given late missing",
    "qualification": "asked volunteered skipped",
    "objections": "not_raised handled handled_differently ignored",
    "next_steps": "offered not_needed skipped",
    "stop_conditions": "not_triggered honoured violated",
    "known": "respected asked_again",
    "do_not_mention": "respected mentioned",
}
AGENT = {"followed", "given", "late", "asked", "offered", "asked_again", "mentioned"}
BOTH = {"handled", "handled_differently", "ignored", "honoured", "violated", "achieved"}
NONE = {"missing", "skipped", "not_needed", "not_raised", "not_triggered", "not_pursued", "not_reached"}
FOLLOWS = {
    ("objective", "not_pursued"): "objective_not_pursued",
    ("opening", "changed"): "opening_changed",
    ("disclosures", "late"): "disclosure_late",
    ("disclosures", "missing"): "disclosure_missing",
    ("qualification", "skipped"): "question_skipped",
    ("objections", "handled_differently"): "objection_handled_differently",
    ("objections", "ignored"): "objection_ignored",
    ("stop_conditions", "violated"): "stop_ignored",
    ("known", "asked_again"): "asked_known_answer",
    ("do_not_mention", "mentioned"): "withheld_mentioned",
}
FREE = {"off_plan_question", "off_ladder_step", "unanticipated_objection"}
LISTS = ("disclosures", "qualification", "objections", "next_steps", "stop_conditions")


def kinds(plan: dict[str, Any]) -> dict[str, str]:
    """Every item of a plan with its kind."""
    found = {"objective": "objective"} | ({"opening": "opening"} if plan.get("opening") else {})
    for name in LISTS:
        found |= {item["id"]: name for item in plan[name]}
    for name in ("known", "do_not_mention"):
        found |= {item["id"]: name for item in (plan.get("coordination") or {}).get(name, [])}
    return found


def out_of_order(asked: list[str], plan: list[str]) -> set[str]:
    """Questions outside the longest run in the plan's order; of equal runs the one with earlier items."""
    places = [plan.index(item) for item in asked]
    for size in range(len(places), 0, -1):
        runs = [run for run in combinations(places, size) if list(run) == sorted(run)]
        if runs:
            return {plan[p] for p in places if p not in min(runs)}
    return set()


def faults(call: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one labelled call."""
    plan, turns, gold = call["plan"], call["transcript"]["turns"], call["gold"]
    items, deviations = gold["items"], gold["deviations"]
    try:
        CallPlan.from_document(plan, call["id"])
    except BadInput as error:
        yield str(error)
        return
    if [t["i"] for t in turns] != list(range(len(turns))) or not all(t["text"].strip() for t in turns):
        yield "turns are not numbered from 0, or one is empty"
    kind = kinds(plan)
    if set(kind) != set(items):
        yield f"items differ from the plan: {sorted(set(kind) ^ set(items))}"
        return
    live = any(items[i]["status"] != "not_reached" for i, k in kind.items() if k != "stop_conditions")
    expected: set[tuple[str, str | None]] = set()
    for item, label in items.items():
        status, spots = label["status"], label["turns"]
        if status not in LEGAL[kind[item]].split() and status not in {"not_reached", "uncertain"}:
            yield f"{item}: {status} is no status of {kind[item]}"
        if any(not 0 <= t < len(turns) for t in spots) or spots != sorted(set(spots)):
            yield f"{item}: bad turns {spots}"
            continue
        by = {"agent" if turns[t]["speaker"] == "agent" else "contact" for t in spots}
        wanted = {"agent", "contact"} if status in BOTH else {"agent"} if status in AGENT else set()
        if status == "volunteered":
            wanted = {"contact"}
        if (wanted and by != wanted) or (status in NONE and spots):
            yield f"{item}: {status} with turns of {sorted(by)}"
        if ("result" in label) != (status == "offered"):
            yield f"{item}: a result goes with offered, and only with it"
        if not live and status not in {"not_reached", "honoured", "violated"}:
            yield f"{item}: {status} though no live conversation came about"
        if (kind[item], status) in FOLLOWS:
            expected.add((FOLLOWS[kind[item], status], item))
    seen = {(d["type"], d["item"]) for d in deviations}
    yield from _ladder(plan, items, expected)
    yield from _objective(items)
    offered = any(items[n["id"]]["status"] == "offered" for n in plan["next_steps"])
    if live and plan["next_steps"] and _closed(items, kind) and not offered:
        expected.add(("no_next_step", None))
    yield from _questions(call, items, expected, seen)
    for missing in sorted(expected - seen, key=str):
        yield f"a status demands {missing}"
    for extra in sorted(seen - expected, key=str):
        if extra[0] not in FREE | {"question_repeated"}:
            yield f"no status bears out {extra}"
    for deviation in deviations:
        side = "contact" if deviation["type"] == "unanticipated_objection" else "agent"
        if deviation["type"] in FREE and [turns[t]["speaker"] for t in deviation["turns"]] != [side]:
            yield f"{deviation['type']} stands on {deviation['turns']}"
        logged = any(
            r["type"] == deviation["type"] and r["item"] == deviation["item"]
            for r in call.get("plan_deviation_reasons", [])
        )
        if (deviation["logged"] == "explained") != logged:
            yield f"{deviation['type']}: logged is {deviation['logged']}"


def _closed(items: dict[str, Any], kind: dict[str, str]) -> bool:
    return any(items[i]["status"] == "skipped" for i, k in kind.items() if k == "next_steps")


def _ladder(plan: dict[str, Any], items: dict[str, Any], expected: set[Any]) -> Iterator[str]:
    first, accepted = {}, False
    for step in plan["next_steps"]:
        label = items[step["id"]]
        first[step["id"]] = label["turns"][0] if label["status"] == "offered" else None
        if label["status"] == "not_needed" and not accepted:
            yield f"{step['id']}: not needed, yet no higher rung was accepted"
        if label["status"] in {"skipped", "not_reached"} and accepted:
            yield f"{step['id']}: {label['status']}, yet a higher rung was accepted"
        accepted |= label.get("result") == "accepted"
    names = list(first)
    for at, name in enumerate(names):
        mine, lower = first[name], [turn for n in names[at + 1 :] if (turn := first[n]) is not None]
        if items[name]["status"] != "not_needed" and lower and (mine is None or min(lower) < mine):
            expected.add(("rung_skipped", name))


def _objective(items: dict[str, Any]) -> Iterator[str]:
    top, goal = items.get("n1", {}), items["objective"]["status"]
    if top.get("status") == "offered" and goal in {"not_pursued", "not_reached"}:
        yield f"objective {goal} with the first rung offered"
    if goal == "achieved" and top.get("result") in {"declined", "open"}:
        yield "objective achieved with the first rung not accepted"


def _questions(
    call: dict[str, Any], items: dict[str, Any], expected: set[Any], seen: set[Any]
) -> Iterator[str]:
    plan = [q["id"] for q in call["plan"]["qualification"]]
    asked = sorted((items[q]["turns"][0], plan.index(q), q) for q in plan if items[q]["status"] == "asked")
    order = call["gold"].get("asked_order") or [q for _, _, q in asked]
    if sorted(order) != sorted(q for _, _, q in asked):
        yield f"asked_order {order} names other questions than were asked"
        return
    expected |= {("question_out_of_order", q) for q in out_of_order(order, plan)}
    for kind, item in seen:
        if kind == "question_repeated":
            again = next(
                d["turns"] for d in call["gold"]["deviations"] if (d["type"], d["item"]) == (kind, item)
            )
            if items[item]["status"] != "asked" or not set(again) < set(items[item]["turns"]):
                yield f"{item}: repeated in {again}, asked in {items[item]['turns']}"


def main(paths: list[str]) -> int:
    """Checks files; prints faults and counts."""
    bad, counts = 0, Counter[str]()
    for path in map(Path, paths):
        for line in path.read_text("utf-8").splitlines():
            call = json.loads(line)
            for fault in faults(call):
                bad += 1
                print(f"{path.name} {call['id']}: {fault}")
            kind = kinds(call["plan"])
            counts.update(f"{kind[i]} {v['status']}" for i, v in call["gold"]["items"].items() if i in kind)
            counts.update("result " + v["result"] for v in call["gold"]["items"].values() if "result" in v)
            counts.update(f"deviation {d['type']}" for d in call["gold"]["deviations"])
            own = [d for d in call["gold"]["deviations"] if d["type"] != "unanticipated_objection"]
            counts.update(["calls", "calls without the agent's deviations"][: 1 if own else 2])
    for name, count in sorted(counts.items()):
        print(f"{count:6} {name}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
