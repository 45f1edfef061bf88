"""What the logistic layers of the audit's last step are learned from: labelled calls as rows of features.

Each function gives the examples of some layers from one labelled call; the features are those that the audit
itself computes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from precall_cli.audit.assign import state_features
from precall_cli.audit.ending import breaks, find_ending
from precall_cli.audit.examine import find_loose, first_put_of, taken_by
from precall_cli.audit.features import (
    answers,
    asks,
    discloses,
    going,
    handles,
    mentions,
    objects,
    offers,
    opens,
    plain,
    triggers,
)
from precall_cli.audit.features.replies import reply_features
from precall_cli.audit.fusion import Fusion
from precall_cli.audit.ladder import History, climb_features
from precall_cli.audit.line import find_line, line_features
from precall_cli.audit.loose import off_ladder, off_plan, repeats, unplanned_objection
from precall_cli.audit.match import Matcher, queries_of
from precall_cli.audit.plain import RELATION
from precall_cli.audit.reading import Reading
from precall_cli.audit.statuses.asking import find_asking, names_to_confirm, verification
from precall_cli.audit.statuses.objections import answer_to, find_raised, meaning
from precall_cli.audit.statuses.questions import find_left, remainder
from precall_cli.audit.statuses.results import settling
from precall_cli.audit.statuses.rungs import find_offering
from precall_cli.audit.statuses.words_due import is_after, lateness
from precall_cli.records.plan import CallPlan
from precall_cli.records.transcript import Transcript


class Rows:
    """Examples of every layer: names of features, values, labels."""

    def __init__(self) -> None:
        self.choices: dict[str, list[tuple[np.ndarray, int]]] = defaultdict(list)
        self.blocks: dict[str, list[tuple[str, list[str]]]] = {}
        self.names: dict[str, list[str]] = {}
        self.values: dict[str, list[np.ndarray]] = defaultdict(list)
        self.labels: dict[str, list[np.ndarray]] = defaultdict(list)

    def add(
        self,
        layer: str,
        features: dict[str, Any],
        labels: Iterable[float],
        keep: Iterable[bool] | None = None,
    ) -> None:
        y = np.asarray(list(labels), float)
        names = sorted(features)
        self.names.setdefault(layer, names)
        x = np.stack(
            [np.broadcast_to(np.asarray(features[n], float), y.shape) for n in self.names[layer]], axis=1
        )
        if keep is not None:
            mask = np.asarray(list(keep), bool)
            x, y = x[mask], y[mask]
        self.values[layer].append(x)
        self.labels[layer].append(y)

    def extend(self, other: Rows) -> None:
        for name, choices in other.choices.items():
            self.choices[name] += choices
            if other.blocks.get(name):
                self.blocks.setdefault(name, other.blocks[name])
        for layer, names in other.names.items():
            self.names.setdefault(layer, names)
            self.values[layer] += other.values[layer]
            self.labels[layer] += other.labels[layer]


def first_rows(record: dict[str, Any], reading: Reading) -> Rows:
    """Examples whose features rest on the matcher alone."""
    rows, plan, gold = Rows(), reading.plan, record["gold"]["items"]
    deviations = record["gold"]["deviations"]
    side = [t.speaker for t in reading.turns]
    if not reading.has_sides:
        return rows
    live = gold.get("opening", gold["objective"])["status"] != "not_reached" or any(
        gold[q.id]["status"] != "not_reached" for q in plan.qualification
    )
    rows.add("line", whose_line(reading), [float(not live)])
    for stop in plan.stop_conditions:
        turns, f = triggers(reading, stop)
        hits = [t for t in gold[stop.id]["turns"] if side[t] != "agent"]
        first = min(hits, default=10**6)
        if turns:
            rows.add(
                "triggers", f, [float(t in hits) for t in turns], [t <= first or t in hits for t in turns]
            )
        if hits:
            turns, f = going(reading, first, stop.action)
            gone = gold[stop.id]["turns"] if gold[stop.id]["status"] == "violated" else ()
            if turns:
                rows.add("goes_on", f, [float(t in gone) for t in turns])
    if not live or reading.line.live_from is None:
        return rows
    stop_at = first_stop(reading, gold)
    due = {
        x["status"]
        for i, x in gold.items()
        if reading.items[i][0] in ("qualification", "next_step", "objective")
    }
    if stop_at is None and reading.agent and due & {"not_reached", "skipped", "not_pursued"}:
        rows.add("cut", breaks(reading), [float("not_reached" in due)])
    ids = [q.id for q in plan.qualification]
    known = list(plan.coordination.known) if plan.coordination else []
    everyone = ids + [k.id for k in known]
    blocks: dict[str, tuple[str, dict[str, Any], int, int | None, set[int]]] = {}
    for rank, q in enumerate(plan.qualification):
        turns, f = asks(reading, q, rank, len(ids), [i for i in everyone if i != q.id])
        status, hits = gold[q.id]["status"], gold[q.id]["turns"]
        again = {
            t
            for d in deviations
            if d["type"] == "question_repeated" and d["item"] == q.id
            for t in d["turns"]
        }
        asked = set(hits) if status == "asked" else set()
        blocks[q.id] = ("asks", f, min(asked, default=10**6), rank, again)
        turns, f = answers(reading, q, [i for i in ids if i != q.id])
        if status in ("volunteered", "skipped", "not_reached"):
            given = set(hits) if status == "volunteered" else set()
            rows.add(
                "answers",
                f,
                [float(t in given) for t in turns],
                [not given or t in given or t < min(given) for t in turns],
            )
    for k in known:
        turns, f = asks(reading, k, 0, 1, [i for i in everyone if i != k.id])
        asked = set(gold[k.id]["turns"]) if gold[k.id]["status"] == "asked_again" else set()
        named = {t for t in turns if names_to_confirm(reading, k, t)}
        blocks[k.id] = ("known", f, min(asked, default=10**6), None, named)
    rows.choices["asks"], rows.blocks["asks"] = choices_of(reading, blocks)
    rows.choices["offers"], rows.blocks["offers"] = offers_of(reading, gold)
    for n in plan.next_steps:
        x = gold[n.id]
        hits = [t for t in x["turns"] if side[t] == "agent"]
        if x["status"] == "offered" and hits:
            f = reply_features(reading, hits[-1] if x["result"] == "accepted" else hits[0])
            if not f["silent"]:
                rows.add("accepts", f, [float(x["result"] == "accepted")])
                if x["result"] != "accepted":
                    rows.add("declines", f, [float(x["result"] == "declined")])
    objections = [o.id for o in plan.objections]
    raisable: dict[str, tuple[dict[str, Any], int]] = {}
    for o in plan.objections:
        turns, f = objects(reading, o, [i for i in objections if i != o.id])
        status, hits = gold[o.id]["status"], [t for t in gold[o.id]["turns"] if side[t] != "agent"]
        raisable[o.id] = (f, min(hits, default=10**6))
        if hits:
            f = handles(reading, o, answer_to(reading, hits[0]))
            rows.add("handled", f, [float(status == "handled")])
            if status != "handled":
                rows.add("ignored", f, [float(status == "ignored")])
    other = {t for d in deviations if d["type"] == "unanticipated_objection" for t in d["turns"]}
    rows.choices["objects"], rows.blocks["objects"] = objections_of(
        reading, raisable, other, 10**6 if stop_at is None else stop_at
    )
    for d in plan.disclosures:
        turns, f = discloses(reading, d)
        hits = gold[d.id]["turns"]
        rows.add(
            "discloses", f, [float(t in hits) for t in turns], [not hits or t <= max(hits) for t in turns]
        )
    for m in plan.coordination.do_not_mention if plan.coordination else ():
        turns, f = mentions(reading, m)
        hits = gold[m.id]["turns"] if gold[m.id]["status"] == "mentioned" else []
        rows.add("mentions", f, [float(t in hits) for t in turns])
    if plan.opening and gold["opening"]["status"] in ("followed", "changed"):
        puts = [t for i, x in gold.items() if x["status"] in ("asked", "offered") for t in x["turns"][:1]]
        puts += [
            t for d in deviations if d["type"] in ("off_plan_question", "off_ladder_step") for t in d["turns"]
        ]
        last = min(puts, default=reading.agent[min(1, len(reading.agent) - 1)] if reading.agent else 0)
        rows.add(
            "opens",
            opens(reading, plan.opening, plan.opening.line, last),
            [float(gold["opening"]["status"] == "followed")],
        )
    return rows


def first_stop(reading: Reading, gold: dict[str, Any]) -> int | None:
    """The turn at which the first stop condition was triggered, by the labels; None where none was."""
    return min((t for s in reading.plan.stop_conditions for t in gold[s.id]["turns"]), default=None)


def whose_line(reading: Reading) -> dict[str, float]:
    """The features of the call as a whole that tell who was met."""
    found = find_line(reading.plan, reading.transcript, reading.turns)
    return line_features(reading.plan, reading.turns, found, reading.asks_best, reading.offers_best)


def choices_of(
    reading: Reading, blocks: dict[str, tuple[str, dict[str, Any], int, int | None, set[int]]]
) -> tuple[list[tuple[np.ndarray, int]], list[tuple[str, list[str]]]]:
    """For each agent turn: the features of every item that can be asked there, and which one is (-1: none).

    Columns: those of the `asks` layer with a bias, those of the `known` layer with a bias, the three of
    `order`.
    """
    if not blocks:
        return [], []
    names = {layer: sorted(f) for layer, f, *_ in blocks.values()}
    names = {"asks": names.get("asks") or names["known"], "known": names.get("known") or names["asks"]}
    width = {layer: len(n) + 1 for layer, n in names.items()}
    used: list[int] = []
    last = -1
    found: list[tuple[np.ndarray, int]] = []
    for column, turn in enumerate(reading.agent):
        free = [i for i, b in blocks.items() if b[2] >= turn and turn not in b[4]]
        hits = [i for i in free if blocks[i][2] == turn]
        x = np.zeros((len(free), width["asks"] + width["known"] + 3))
        for row, item in enumerate(free):
            layer, f, _, rank, _ = blocks[item]
            start = 0 if layer == "asks" else width["asks"]
            values = [
                float(np.broadcast_to(np.asarray(f[n], float), (len(reading.agent),))[column])
                for n in names[layer]
            ]
            x[row, start : start + len(values)] = values
            x[row, start + len(values)] = 1.0
            x[row, -3:] = state_features(rank, last, used)
        skip = any(turn in b[4] and b[0] == "asks" for b in blocks.values())
        if free and not skip:
            found.extend(
                (
                    np.delete(x, [free.index(o) for o in hits if o != hit], axis=0),
                    [i for i in free if i == hit or i not in hits].index(hit),
                )
                for hit in hits
            )
            if not hits:
                found.append((x, -1))
        for item in hits:
            rank = blocks[item][3]
            if rank is not None:
                used.append(rank)
                last = max(last, rank)
    return found, [
        ("asks", names["asks"]),
        ("known", names["known"]),
        ("order", ["following", "jumped", "behind"]),
    ]


def offers_of(
    reading: Reading, gold: dict[str, Any]
) -> tuple[list[tuple[np.ndarray, int]], list[tuple[str, list[str]]]]:
    """For each agent turn: the features of every rung that it can offer, and which one it does (-1: none).

    Columns: those of the `offers` layer with a bias, those of the `ladder` layer. A later mention of an offered rung is
    none; that it often sounds like an offer is left to the `ladder` layer.
    """
    steps = [n.id for n in reading.plan.next_steps]
    if not steps or not reading.agent:
        return [], []
    features = [
        offers(reading, n, rank, [i for i in steps if i != n.id])[1]
        for rank, n in enumerate(reading.plan.next_steps)
    ]
    names, state = sorted(features[0]), sorted(climb_features(0, History()))
    hits_of = [[t for t in gold[i]["turns"] if reading.turns[t].speaker == "agent"] for i in steps]
    found: list[tuple[np.ndarray, int]] = []
    history = History()
    free = list(range(len(steps)))
    for column, turn in enumerate(reading.agent):
        hits = [row for row in free if turn in hits_of[row]]
        x = np.zeros((len(free), len(names) + 1 + len(state)))
        for place, row in enumerate(free):
            x[place, : len(names)] = [
                float(np.broadcast_to(np.asarray(features[row][n], float), (len(reading.agent),))[column])
                for n in names
            ]
            x[place, len(names)] = 1.0
            climbed = climb_features(row, history)
            x[place, len(names) + 1 :] = [climbed[n] for n in state]
        for hit in hits:
            kept = [place for place, row in enumerate(free) if row == hit or row not in hits]
            found.append((x[kept], [free[place] for place in kept].index(hit)))
        if free and not hits:
            found.append((x, -1))
        for row in hits:
            agreed = turn == max(hits_of[row]) and gold[steps[row]].get("result") == "accepted"
            history = history.then(row, agreed)
    return found, [("offers", names), ("ladder", state)]


def objections_of(
    reading: Reading, blocks: dict[str, tuple[dict[str, Any], int]], other: set[int], stop: int
) -> tuple[list[tuple[np.ndarray, int]], list[tuple[str, list[str]]]]:
    """For each contact turn: the features of every objection it can be, planned ones first and another one last, and
    which one it is (-1: none). Columns: those of the `objects` layer, those of the `unplanned` layer, a bias with each.
    """
    found: list[tuple[np.ndarray, int]] = []
    names = sorted(next(iter(blocks.values()))[0]) if blocks else []
    also: list[str] = []
    for column, turn in enumerate(reading.contact):
        if turn >= stop and turn not in other and not any(b[1] == turn for b in blocks.values()):
            continue
        g = unplanned_objection(reading, turn)
        also = also or sorted(g)
        free = [i for i, b in blocks.items() if b[1] >= turn]
        x = np.zeros((len(free) + 1, len(names) + 1 + len(also) + 1))
        for row, item in enumerate(free):
            f = blocks[item][0]
            x[row, : len(names)] = [
                float(np.broadcast_to(np.asarray(f[n], float), (len(reading.contact),))[column])
                for n in names
            ]
            x[row, len(names)] = 1.0
        x[-1, len(names) + 1 : -1] = [float(g[n]) for n in also]
        x[-1, -1] = 1.0
        hits = [k for k, i in enumerate(free) if blocks[i][1] == turn]
        if turn in other:
            found.append((np.delete(x, hits, axis=0), len(x) - len(hits) - 1))
        for hit in hits:
            kept = [k for k in range(len(x)) if k == hit or k not in hits]
            found.append((x[kept], kept.index(hit)))
        if not hits and turn not in other:
            found.append((x, -1))
    return (found, [("objects", names), ("unplanned", also)]) if names and also else ([], [])


def plain_rows(shared: Path, matcher: Matcher, most: int) -> Rows:
    """Examples of the layers for bare lists: dialogues of `sgd-dev` (as planned, and with the plan said in other
    words) and `star-dev`, at most every second one of what is there.

    The other half is left for the figures.
    """
    from audits import read_set  # type: ignore[import-not-found]

    rows = Rows()
    for name in ("sgd-dev", "sgd-dev-paraphrased", "star-dev", "star-dev-typed"):
        pairs, golds = read_set(shared / "bench", name, 1_000_000)
        step = max(2, 2 * (len(pairs) // (2 * most)))
        for line, gold in list(zip(pairs, golds, strict=True))[1::step]:
            pair = json.loads(line)
            reading = Reading(
                CallPlan.from_document(pair["plan"], name),
                Transcript.from_document(pair["transcript"], name),
                Fusion({}, {}, ""),
                matcher,
            )
            dark = set(gold["unlabelled_turns"])
            for kind, relation in RELATION.items():
                ids = [i for i, (k, _) in reading.items.items() if k == kind and i in gold["gold"]]
                for item in ids:
                    query = next(
                        q for q in queries_of(kind, reading.items[item][1]) if q.relation == relation
                    )  # type: ignore[arg-type]
                    turns, f = plain(
                        reading, reading.items[item][1], relation, query.text, [i for i in ids if i != item]
                    )
                    hits = set(gold["gold"][item])
                    if turns:
                        rows.add(
                            f"plain_{relation}",
                            f,
                            [float(t in hits) for t in turns],
                            [t not in dark for t in turns],
                        )
    return rows


def left_rows(record: dict[str, Any], reading: Reading) -> Rows:
    """Examples of questions that no turn surely asks: asked after all, told unasked, or neither."""
    rows, gold = Rows(), record["gold"]["items"]
    if reading.line.live_from is None or not reading.has_sides:
        return rows
    stop = first_stop(reading, gold)
    ending = find_ending(reading, stop is not None)
    asking = find_asking(reading)
    for q in reading.plan.qualification:
        if q.id in asking.first.turn:
            continue
        features, asked_at, told_at = remainder(reading, asking, q, ending)
        fates = [fate for fate, at in (("asked", asked_at), ("volunteered", told_at)) if at is not None]
        names = sorted(features)
        x = np.zeros((len(fates), 2 * len(names) + 2))
        for row, fate in enumerate(fates):
            start = 0 if fate == "asked" else len(names) + 1
            x[row, start : start + len(names) + 1] = [*(features[n] for n in names), 1.0]
        status = gold[q.id]["status"]
        if fates and (status in fates or status in ("skipped", "not_reached")):
            rows.choices["left"].append((x, fates.index(status) if status in fates else -1))
            rows.blocks["left"] = [("left_asked", names), ("left_volunteered", names)]
    return rows


def second_rows(record: dict[str, Any], reading: Reading) -> Rows:
    """Examples of what belongs to no item; features rest on the first layers."""
    rows, plan, gold, deviations = Rows(), reading.plan, record["gold"]["items"], record["gold"]["deviations"]
    if reading.line.live_from is None or not reading.has_sides:
        return rows
    asking = find_asking(reading)
    offering = find_offering(reading, taken_by(asking))
    for n in plan.next_steps:
        if offering.turns.get(n.id) and gold[n.id]["status"] == "offered":
            rows.add(
                "settled",
                settling(reading, offering.turns, n.id),
                [float(gold[n.id]["result"] == "accepted")],
            )
    side = [t.speaker for t in reading.turns]
    explained: set[int] = set()
    for item, x in gold.items():
        if reading.items[item][0] in ("qualification", "next_step", "known", "objective", "objection"):
            explained |= {t for t in x["turns"] if side[t] == "agent"}
    marked = {
        kind: {t for d in deviations if d["type"] == kind for t in d["turns"]}
        for kind in ("off_plan_question", "off_ladder_step", "question_repeated")
    }
    for turn in reading.agent:
        rung = max((row.get(turn, -8.0) for row in offering.odds.values()), default=-8.0)
        rows.add("off_ladder", off_ladder(reading, turn, rung), [float(turn in marked["off_ladder_step"])])
        for q in plan.qualification:
            x = gold[q.id]
            if (
                x["status"] == "asked"
                and x["turns"][0] < turn
                and turn not in (explained - marked["question_repeated"])
            ):
                here = {
                    t
                    for d in deviations
                    if d["type"] == "question_repeated" and d["item"] == q.id
                    for t in d["turns"]
                }
                first = x["turns"][0]
                if any(first < t < turn for t in reading.contact):
                    chosen = turn in asking.first.again.get(q.id, ())
                    rows.add(
                        "repeats",
                        repeats(reading, turn, q.id, asking.odds, first, chosen),
                        [float(turn in here)],
                    )
        if turn in marked["off_plan_question"] or turn not in explained | marked["question_repeated"]:
            best = max((row.get(turn, -8.0) for row in asking.odds.values()), default=-8.0)
            rows.add(
                "off_plan", off_plan(reading, turn, best, rung), [float(turn in marked["off_plan_question"])]
            )
    return rows


def third_rows(record: dict[str, Any], reading: Reading) -> Rows:
    """Examples of disclosures that were made: late or in time. Features rest on all that was put before."""
    rows, gold = Rows(), record["gold"]["items"]
    if reading.line.live_from is None or not reading.has_sides:
        return rows
    asking = find_asking(reading)
    offering = find_offering(reading, taken_by(asking))
    stop = first_stop(reading, gold)
    raised, _ = find_raised(reading, len(reading.turns) if stop is None else stop + 1)
    left = find_left(reading, asking, find_ending(reading, stop is not None))
    loose = find_loose(reading, asking, left, offering, raised, stop)
    first_put, inside = first_put_of(reading, asking, offering, loose)
    for d in reading.plan.disclosures:
        if d.due == "opening" and gold[d.id]["status"] in ("given", "late") and gold[d.id]["turns"]:
            turn = gold[d.id]["turns"][0]
            after = is_after(reading, d.text, turn, first_put, inside)
            rows.add("late", lateness(reading, turn, after), [float(gold[d.id]["status"] == "late")])
    return rows


def meant_rows(record: dict[str, Any], reading: Reading) -> Rows:
    """Examples of turns that seem to raise an objection of the plan: right where the gold says it was raised."""
    rows, gold = Rows(), record["gold"]["items"]
    if reading.line.live_from is None or not reading.has_sides:
        return rows
    stop = first_stop(reading, gold)
    raised, odds = find_raised(reading, len(reading.turns) if stop is None else stop + 1)
    for o in reading.plan.objections:
        if o.id in raised:
            turn = raised[o.id].turn
            rows.add(
                "meant",
                meaning(reading, o, turn, odds[o.id][turn]),
                [float(gold[o.id]["status"] in ("handled", "handled_differently", "ignored"))],
            )
    return rows


def verified_rows(record: dict[str, Any], reading: Reading) -> Rows:
    """Examples of askings that were given to a turn: right where the gold says asked, at this turn or
    another."""
    rows, gold = Rows(), record["gold"]["items"]
    if reading.line.live_from is None or not reading.has_sides:
        return rows
    asking = find_asking(reading)
    found = asking.first
    for item, turn in found.turn.items():
        status = gold[item]["status"]
        if status != "not_reached" or turn not in gold[item]["turns"]:
            rows.add(
                "verified",
                verification(reading, found, item, asking.odds),
                [float(status in ("asked", "asked_again"))],
            )
    return rows
