"""How right the audit is on labelled sales calls: one table, a row for each set.

    python benchmarks/sales.py --shared PATH [--calls training/calls] [--noise 0.05] [--json]

PATH holds `bench/calls-train/*.jsonl` and `bench/gold-dev/{cases.jsonl,score.py,validate.py}`; the figures
are those of that `score.py`. `gold-dev` is a test: look at its row, never at its cases. `--noise` gives the turns
as a recogniser might, seeded by the call: no case, no punctuation, and at that rate a word fillers, homophones,
splits, losses and cut-offs.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

COLUMNS = (
    "calls",
    "status",
    "lenient",
    "dev F1",
    "P",
    "R",
    "crit R",
    "crit FA",
    "clean FA",
    "result",
    "overlap",
    "first",
    "uncertain",
)


def official(shared: Path) -> Any:
    """The scorer that lies beside the gold set."""
    path = shared / "bench" / "gold-dev" / "score.py"
    spec = importlib.util.spec_from_file_location("official_score", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def figures(shared: Path, records: list[dict[str, Any]], audits: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The official figures of some calls, by record id."""
    scorer = official(shared)
    by_call = {r["transcript"]["call_id"]: audits[r["id"]] for r in records}
    result, _ = scorer.score([_complete(r) for r in records], by_call)
    result["uncertain"] = sum(i["status"] == "uncertain" for a in by_call.values() for i in a["items"])
    return result  # type: ignore[no-any-return]


def _complete(record: dict[str, Any]) -> dict[str, Any]:
    """The record in the shape the scorer wants: every list there, `logged` given."""
    plan = dict(record["plan"])
    if plan.get("coordination"):
        plan["coordination"] = {"known": [], "do_not_mention": []} | plan["coordination"]
    for key in ("disclosures", "qualification", "objections", "next_steps", "stop_conditions"):
        plan.setdefault(key, [])
    gold = record["gold"] | {"deviations": [{"logged": "unlogged"} | d for d in record["gold"]["deviations"]]}
    return record | {"plan": plan, "gold": gold}


def table(rows: dict[str, dict[str, Any]]) -> None:
    """One line a set."""
    print(f"{'set':12}" + "".join(f"{c:>10}" for c in COLUMNS))
    for name, r in rows.items():
        dev = r["deviations_agent"]
        values = [
            r["calls"], r["item_status"]["accuracy"], r["item_status"]["lenient"], dev["f1"], dev["precision"], dev["recall"],
            r["critical"]["recall"], r["critical"]["false_alarms"], f"{r['clean_calls']['with_false_alarm']}/{r['clean_calls']['n']}",
            r["next_step_result_accuracy"], r["evidence"]["overlap"], r["evidence"]["first_turn_exact"], r["uncertain"],
        ]  # fmt: skip
        print(
            f"{name:12}" + "".join(f"{v if not isinstance(v, float) else round(v, 3)!s:>10}" for v in values)
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument(
        "--calls", type=Path, default=Path(__file__).resolve().parent.parent / "training" / "calls"
    )
    parser.add_argument("--only", default="", help="names of sets, comma-separated")
    parser.add_argument("--noise", type=float, default=0.0, metavar="RATE")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    from precall_cli.audit import audit_call
    from precall_cli.records.audit import audit_document
    from precall_cli.records.outcome import DeviationReason
    from precall_cli.records.plan import CallPlan
    from precall_cli.records.transcript import Transcript
    from training.noise import corrupt

    sets = {
        p.stem: p
        for p in sorted((args.shared / "bench" / "calls-train").glob("*.jsonl"))
        + sorted(args.calls.glob("*.jsonl"))
    }
    sets["gold-dev"] = args.shared / "bench" / "gold-dev" / "cases.jsonl"
    wanted = set(args.only.split(",")) if args.only else set(sets)
    rows = {}
    for name, path in sets.items():
        if name not in wanted:
            continue
        records = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        audits = {}
        start = time.process_time()
        for record in records:
            plan = CallPlan.from_document(record["plan"], record["id"])
            heard = random.Random(record["id"])
            for turn in record["transcript"]["turns"]:
                turn["text"] = corrupt(turn["text"], args.noise, heard)
            transcript = Transcript.from_document(record["transcript"], record["id"])
            log = [DeviationReason.model_validate(e) for e in record.get("plan_deviation_reasons") or []]
            audits[record["id"]] = audit_document(audit_call(plan, transcript, log))
        rows[name] = figures(args.shared, records, audits)
        rows[name]["calls_per_cpu_s"] = round(len(records) / (time.process_time() - start), 1)
    if args.json:
        print(json.dumps(rows, indent=1, sort_keys=True))
    else:
        table(rows)


if __name__ == "__main__":
    main()
