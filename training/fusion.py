"""Learn the logistic layers of the audit's last step: ``python training/fusion.py --shared SHARED --weights
W --unseen f,g29``.

`W` are weights of the matcher that never saw the calls named by `--unseen` (a writer, or the first id of a
writer's run that is new). Scores on calls that the weights were trained on are too good, so they are moved,
label by label and relation by relation, to the quantiles that the unseen calls show, and only then are
features made of them. The table printed is of unseen calls alone, each judged by layers that were learned
without its writer. Writes ``precall_cli/audit/fusion.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from precall_cli.audit.fusion import Fusion, Layer
from precall_cli.audit.match import Matcher
from precall_cli.audit.reading import Reading
from precall_cli.records.plan import CallPlan
from precall_cli.records.transcript import Transcript
from training.examples import (
    Rows,
    first_rows,
    left_rows,
    meant_rows,
    plain_rows,
    second_rows,
    third_rows,
    verified_rows,
)

THRESHOLDS = {
    "asks_asked": 0.0, "asks_second": -4.0, "asks_least": -3.0, "asks_again": -1.5, "asks_reminded": 2.5, "verified": 0.4, "left": 0.42,
    "answers": -0.3, "offers": 0.0, "offers_second": 2.0, "offers_only": -1.0, "accepts": 0.0, "settled": 0.0, "objects": 0.4, "objects_rival": 1.0, "handled": -0.2, "ignored": 0.0,
    "triggers": -0.6, "goes_on": 0.4, "discloses": 0.0, "late": 0.0, "cut": 0.0, "mentions": 0.0, "opens": 0.2, "off_plan": 0.7, "off_ladder": -0.8, "repeats": 0.0,
    "unplanned": 0.0, "plain_asks": 0.0, "plain_offers": 0.0, "plain_discloses": 0.0, "plain_off_plan": 0.0, "line": 0.0,
    "uncertain": 0.15, "uncertain_critical": 0.35, "alarm": 0.45,
}  # fmt: skip
STRENGTH = {
    "opens": 3.0,
    "cut": 2.0,
    "mentions": 1.0,
    "repeats": 1.0,
    "off_ladder": 3.0,
    "off_plan": 1.4,
    "unplanned": 2.0,
    "handled": 2.0,
    "ignored": 2.0,
    "triggers": 1.0,
    "line": 2.0,
    "meant": 10.0,
    "left": 6.0,
    "goes_on": 10.0,
    "settled": 3.0,
}


OF_LINE = ("line", "start", "agent", "contact", "_reply_texts")
"""What a reading works out from who was met, and so from the layers."""
OF_START = ("_features", "_once")
"""What depends on the turn from which a call is live."""


def fit_choices(rows: Rows, choice: str) -> dict[str, Layer]:
    """Which item a turn asks or raises, if any: a multinomial logit over the items that it can be, and none
    of them.
    """
    choices = rows.choices[choice]
    sizes = np.array([len(x) for x, _ in choices])
    x = np.concatenate([x for x, _ in choices])
    starts = np.cumsum(sizes) - sizes
    y = np.zeros(len(x))
    for start, (_, hit) in zip(starts, choices, strict=True):
        if hit >= 0:
            y[start + hit] = 1
    scale = np.sqrt((x**2).mean(0))
    use = scale > 1e-9
    z = np.where(use, x / np.where(use, scale, 1), 0)
    w = np.zeros(z.shape[1])
    ridge = np.full(len(w), STRENGTH.get(choice, 1.0))
    of = np.repeat(np.arange(len(sizes)), sizes)
    for _ in range(80):
        e = np.exp(np.clip(z @ w, -30, 30))
        p = e / (1 + np.add.reduceat(e, starts))[of]
        gradient = z.T @ (p - y) + ridge * w
        mean = np.add.reduceat(z * p[:, None], starts)
        hessian = (z * p[:, None]).T @ z - mean.T @ mean + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        w = w - step * min(1.0, 3.0 / (np.abs(step).max() + 1e-9))
        if np.abs(step).max() < 1e-6:
            break
    w = np.where(use, w / np.where(use, scale, 1), 0)
    layers, at = {}, 0
    for name, names in rows.blocks[choice]:
        weights = dict(zip(names, (round(float(v), 4) for v in w[at : at + len(names)]), strict=True))
        at += len(names)
        bias = 0.0
        if name not in ("order", "ladder"):
            bias, at = round(float(w[at]), 4), at + 1
        layers[name] = Layer(bias, weights)
    return layers


def fit(rows: Rows, layer: str) -> Layer:
    """Logistic regression by Newton's method, with a ridge on standardised features."""
    x, y = np.concatenate(rows.values[layer]), np.concatenate(rows.labels[layer])
    mean, scale = x.mean(0), x.std(0)
    use = scale > 1e-9
    z = np.where(use, (x - mean) / np.where(use, scale, 1), 0)
    z = np.hstack([z, np.ones((len(z), 1))])
    w = np.zeros(z.shape[1])
    ridge = np.full(z.shape[1], STRENGTH.get(layer, 1.0))
    ridge[-1] = 1e-3
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(z @ w, -30, 30)))
        gradient = z.T @ (p - y) + ridge * w
        hessian = (z * (p * (1 - p))[:, None]).T @ z + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        w = w - step
        if np.abs(step).max() < 1e-7:
            break
    weights = np.where(use, w[:-1] / np.where(use, scale, 1), 0)
    bias = w[-1] - float((weights * mean).sum())
    return Layer(
        round(float(bias), 4),
        {n: round(float(v), 4) for n, v in zip(rows.names[layer], weights, strict=True)},
    )


RELATED = {"objective": ("offers",), "opening": ("opens",), "disclosure": ("discloses",), "qualification": ("asks", "answers"), "objection": ("objects", "handles"),
           "next_step": ("offers",), "stop": ("triggers", "honours"), "known": ("asks",), "do_not_mention": ("mentions",)}  # fmt: skip
AGENT_SIDE = frozenset({"asks", "offers", "discloses", "opens", "handles", "honours", "mentions"})


def labels_of(record: dict[str, Any], reading: Reading) -> dict[tuple[str, str], np.ndarray]:
    """For every item and relation: 1 where a turn realises it, 0 where not, by the gold evidence."""
    found = {}
    gold, side = record["gold"]["items"], [t.speaker == "agent" for t in reading.turns]
    for item, (kind, _) in reading.items.items():
        status, hits = gold[item]["status"], gold[item]["turns"]
        for relation in RELATED[kind]:
            y = np.zeros(len(reading.turns))
            good = {
                "answers": status == "volunteered",
                "handles": status == "handled",
                "honours": status == "honoured",
                "opens": status == "followed",
                "mentions": status == "mentioned",
                "asks": status in ("asked", "asked_again"),
            }.get(relation, True)
            for t in hits if good else []:
                if side[t] == (relation in AGENT_SIDE):
                    y[t] = 1
            found[item, relation] = y
    return found


def transport(
    records: list[dict[str, Any]],
    readings: dict[str, Reading],
    unseen: set[str],
    like: Sequence[str] = (),
) -> None:
    """Moves the scores of seen calls to the quantiles of unseen ones, within each relation and label.

    ``like`` names the writers whose unseen calls they shall resemble, else all: calls written against the
    audit score worse than calls do.
    """
    pools: dict[tuple[str, int, bool], list[np.ndarray]] = defaultdict(list)
    where: list[tuple[np.ndarray, tuple[str, int, bool], np.ndarray]] = []
    for record in records:
        reading = readings[record["id"]]
        seen = record["id"] not in unseen
        counts = seen or not like or record["writer"] in like
        for (item, relation), y in labels_of(record, reading).items():
            row = reading.table.row(item, relation)
            side = np.array(
                [
                    (t.speaker == "agent") == (relation in AGENT_SIDE) and bool(t.clauses)
                    for t in reading.turns
                ],
                bool,
            )
            for label in (0, 1):
                mask = side & (y == label)
                if mask.any() and counts:
                    key = (relation, label, seen)
                    pools[key].append(row[mask])
                    if seen:
                        where.append((row, key, mask))
        for name, marks in (
            ("question", ("qualification", "known")),
            ("offer", ("next_step",)),
            ("objection", ("objection",)),
            ("opt_out", ()),
        ):
            row = getattr(reading.table, name)
            hits = {
                t
                for i, x in record["gold"]["items"].items()
                if reading.items[i][0] in marks
                for t in x["turns"]
            }
            hits |= {
                t
                for d in record["gold"]["deviations"]
                if (d["type"], name)
                in (
                    ("off_plan_question", "question"),
                    ("question_repeated", "question"),
                    ("off_ladder_step", "offer"),
                    ("unanticipated_objection", "objection"),
                )
                for t in d["turns"]
            }
            agent = name in ("question", "offer")
            for label in (0, 1):
                mask = np.array(
                    [
                        (t.speaker == "agent") == agent and bool(t.clauses) and (t.i in hits) == bool(label)
                        for t in reading.turns
                    ],
                    bool,
                )
                if mask.any() and counts:
                    pools[f"act {name}", label, seen].append(row[mask])
                    if seen:
                        where.append((row, (f"act {name}", label, True), mask))
    sorted_pools = {key: np.sort(np.concatenate(values)) for key, values in pools.items()}
    for row, key, mask in where:
        mine, theirs = sorted_pools[key], sorted_pools.get((key[0], key[1], False))
        if theirs is None or len(theirs) < 12:
            continue
        place = (
            (np.searchsorted(mine, row[mask], "left") + np.searchsorted(mine, row[mask], "right"))
            / 2
            / len(mine)
        )
        row[mask] = np.quantile(theirs, np.clip(place, 0, 1))


def learn(
    records: list[dict[str, Any]],
    thresholds: dict[str, float],
    cache: dict[str, tuple[Reading, Rows]],
    bare: Rows | None = None,
) -> Fusion:
    """All layers from these records; each record's matcher is that of its writer."""
    rows = Rows()
    for record in records:
        rows.extend(cache[record["id"]][1])
    if bare is not None:
        rows.extend(bare)
    layers = {name: fit(rows, name) for name in rows.names}
    for choice in ("asks", "offers", "objects"):
        layers |= fit_choices(rows, choice)
    fusion = Fusion(layers, thresholds, "first")
    asked = Rows()
    for record in records:
        asked.extend(verified_rows(record, with_fusion(cache[record["id"]][0], fusion)))
        asked.extend(meant_rows(record, with_fusion(cache[record["id"]][0], fusion)))
    layers |= {name: fit(asked, name) for name in asked.names}
    fusion = Fusion(layers, thresholds, "verified")
    left = Rows()
    for record in records:
        left.extend(left_rows(record, with_fusion(cache[record["id"]][0], fusion)))
    layers |= fit_choices(left, "left")
    fusion = Fusion(layers, thresholds, "left")
    second = Rows()
    for record in records:
        second.extend(second_rows(record, with_fusion(cache[record["id"]][0], fusion)))
    layers |= {name: fit(second, name) for name in second.names}
    fusion = Fusion(layers, thresholds, "second")
    third = Rows()
    for record in records:
        third.extend(third_rows(record, with_fusion(cache[record["id"]][0], fusion)))
    layers |= {name: fit(third, name) for name in third.names}
    return Fusion(layers, thresholds, "learned")


def prepare(
    records: list[dict[str, Any]], matcher: Matcher, unseen: set[str], like: Sequence[str] = ()
) -> dict[str, tuple[Reading, Rows]]:
    """Readings and first rows, made once."""
    readings = {}
    for record in records:
        plan = CallPlan.from_document(record["plan"], record["id"])
        transcript = Transcript.from_document(record["transcript"], record["id"])
        readings[record["id"]] = Reading(plan, transcript, Fusion({}, {}, ""), matcher)
    if unseen:
        transport(records, readings, unseen, like)
    return {r["id"]: (readings[r["id"]], first_rows(r, readings[r["id"]])) for r in records}


def prepare_all(
    records: list[dict[str, Any]], scored: list[str], like: Sequence[str] = ()
) -> tuple[dict[str, tuple[Reading, Rows]], set[str]]:
    """Readings and rows of every call, each scored by weights that never saw it where there are such.

    What all weights have seen is scored by the last ones, and moved to look like what they had not seen.
    Gives the ids of the unseen calls too.
    """
    if not scored:
        return prepare(records, matcher_of(None), set()), set()
    cache: dict[str, tuple[Reading, Rows]] = {}
    done: set[str] = set()
    for number, each in enumerate(scored, start=1):
        weights, _, marks = each.partition("=")
        mine = {r["id"] for r in records if is_unseen(r, marks.split(","))} - done
        wanted = [r for r in records if r["id"] in mine or (number == len(scored) and r["id"] not in done)]
        cache |= prepare(wanted, matcher_of(Path(weights)), mine, like)
        done |= mine
    return cache, done


def read_records(paths: list[Path]) -> list[dict[str, Any]]:
    """Labelled calls with their writer."""
    found = []
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                found.append(json.loads(line) | {"writer": path.stem})
    return found


def text_of(fusion: Fusion) -> str:
    """The file's text: sorted, so that the same layers give the same bytes."""
    document = {
        "layers": {
            n: {"bias": layer.bias, "weights": dict(sorted(layer.weights.items()))}
            for n, layer in sorted(fusion.layers.items())
        },
        "thresholds": dict(sorted(fusion.thresholds.items())),
    }
    return json.dumps(document, indent=1) + "\n"


def is_unseen(record: dict[str, Any], marks: list[str]) -> bool:
    """Whether a mark names this record's writer, or a run of his ids that starts at or before it."""
    for mark in marks:
        if mark == record["writer"] or (
            mark[:1] == record["writer"] and mark[1:].isdigit() and int(record["id"][1:]) >= int(mark[1:])
        ):
            return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--calls", type=Path, default=Path(__file__).with_name("calls"))
    parser.add_argument(
        "--scored",
        action="append",
        default=[],
        metavar="WEIGHTS=CALLS",
        help="weights of a matcher and the calls that it never saw, as f,g29,h31; the last one scores the rest",
    )
    parser.add_argument(
        "--plain", type=Path, help="weights for the layers of bare lists, else the last of --scored"
    )
    parser.add_argument(
        "--times",
        type=int,
        default=3,
        help="how often each call of the shared hands counts; they are few and apart",
    )
    parser.add_argument(
        "--like",
        type=lambda text: text.split(","),
        default=[],
        metavar="WRITERS",
        help="the unseen calls that those of the shared hands shall score like, else all of them",
    )
    parser.add_argument("--out", type=Path, help="where to write instead of the package's fusion.json")
    parser.add_argument("--dry", action="store_true", help="print figures, write nothing")
    parser.add_argument("--audits", type=Path, help="where to keep the audits of unseen calls")
    args = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))
    from sales import figures, table  # type: ignore[import-not-found]

    from precall_cli.records.audit import audit_document

    records = read_records(
        sorted((args.shared / "bench" / "calls-train").glob("*.jsonl")) + sorted(args.calls.glob("*.jsonl"))
    )
    cache, unseen = prepare_all(records, args.scored, args.like)
    own = {path.stem for path in args.calls.glob("*.jsonl")}
    more = [r for r in records if r["writer"] not in own] * (args.times - 1)
    judged = [r for r in records if not unseen or r["id"] in unseen]
    writers = sorted({r["writer"] for r in judged})
    audits: dict[str, dict[str, Any]] = {}
    for writer in writers:
        fusion = learn([r for r in [*records, *more] if r["writer"] != writer], THRESHOLDS, cache)
        for record in judged:
            if record["writer"] == writer:
                audits[record["id"]] = audit_document(audited(cache[record["id"]][0], fusion))
    rows = {w: figures(args.shared, [r for r in judged if r["writer"] == w], audits) for w in writers}
    table(rows | {"all": figures(args.shared, judged, audits)})
    if args.audits:
        args.audits.write_text(json.dumps(audits))
    if not args.dry:
        path = args.out or Path(__file__).resolve().parent.parent / "precall_cli" / "audit" / "fusion.json"
        last = matcher_of(args.plain or (Path(args.scored[-1].partition("=")[0]) if args.scored else None))
        path.write_text(
            text_of(learn([*records, *more], THRESHOLDS, cache, plain_rows(args.shared, last, 150))), "utf-8"
        )
        print(path)


def audited(reading: Reading, fusion: Fusion) -> Any:
    """The audit of a call whose table is at hand."""
    from precall_cli.audit.engine import audit_of
    from precall_cli.audit.examine import examine_reading

    return audit_of(examine_reading(with_fusion(reading, fusion)), (), None)


def with_fusion(old: Reading, fusion: Fusion) -> Reading:
    """The same call read with other layers; what does not depend on them is kept."""
    reading = Reading(old.plan, old.transcript, fusion, old.matcher)
    kept = {
        name: value
        for name, value in old.__dict__.items()
        if name not in ("plan", "transcript", "fusion", "matcher", *OF_LINE)
    }
    reading.__dict__.update(kept)
    if reading.start != old.start:
        for name in OF_START:
            reading.__dict__.pop(name, None)
    return reading


def matcher_of(weights: Path | None) -> Matcher:
    if weights is None:
        from tests.audit.interim import Interim

        return Interim()
    from precall_cli.audit.model import Model

    return Model(weights)  # type: ignore[return-value]


if __name__ == "__main__":
    main()
