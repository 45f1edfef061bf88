"""What the figures of a large store cost: `rate --by agent` and `review next` against a scan of its audits.

    python benchmarks/reviewing.py --calls 100000 --db /tmp/large.db

makes a store (plan, transcript and audit of each call, the chain valid: `precall verify` holds; once made it
is used again) and prints CPU seconds, each the least of some runs in a process of its own:

- `scan`: every row of `audits` read, its JSON parsed: what the figures would cost without indices;
- `read`: every row of `audits` read, its JSON left as text;
- the commands, start-up of Python included; and `precall --version`, for what start-up alone costs.

The bar is 0.2 × `scan` for `rate --by agent` and for `review next`; `why` is looked at by the clock.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from precall_cli.records.audit import NOT_APPLICABLE, SEVERITY_OF
from precall_cli.records.json_text import digest
from precall_cli.records.plan import plan_id_of
from precall_cli.records.record import format_time
from precall_cli.store import Store, rows
from precall_cli.store.seal import GENESIS, ChainRow, text_digest

START = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
AGENTS = ("inbound", "cold_list", "intent_event", "concierge", "dormant")
TOPICS = ("team_size", "timeline", "current_tool", "budget")
WEIGHTS: dict[str, tuple[tuple[str, int], ...]] = {
    "objective": (("achieved", 45), ("pursued", 45), ("not_pursued", 4), ("not_reached", 6)),
    "opening": (("followed", 88), ("changed", 7), ("not_reached", 5)),
    "disclosure": (("given", 93), ("late", 3), ("missing", 1), ("not_reached", 3)),
    "qualification": (
        ("asked", 74),
        ("volunteered", 10),
        ("skipped", 9),
        ("not_reached", 5),
        ("uncertain", 2),
    ),
    "objection": (("not_raised", 70), ("handled", 22), ("handled_differently", 5), ("ignored", 3)),
    "next_step": (("offered", 60), ("not_needed", 30), ("skipped", 10)),
    "stop": (("not_triggered", 980), ("honoured", 17), ("violated", 3)),
    "known": (("respected", 95), ("asked_again", 5)),
    "do_not_mention": (("respected", 995), ("mentioned", 5)),
}
TYPE_OF = {
    ("objective", "not_pursued"): "objective_not_pursued",
    ("opening", "changed"): "opening_changed",
    ("disclosure", "late"): "disclosure_late",
    ("disclosure", "missing"): "disclosure_missing",
    ("qualification", "skipped"): "question_skipped",
    ("objection", "handled_differently"): "objection_handled_differently",
    ("objection", "ignored"): "objection_ignored",
    ("stop", "violated"): "stop_ignored",
    ("known", "asked_again"): "asked_known_answer",
    ("do_not_mention", "mentioned"): "withheld_mentioned",
}


def pick(chance: random.Random, kind: str) -> str:
    statuses, weights = zip(*WEIGHTS[kind], strict=True)
    return chance.choices(statuses, weights)[0]


def make_plan(number: int, brief_digest: str, policy_digest: str, agent: str) -> dict[str, Any]:
    """A plan of sixteen items, about as long as a real one."""
    plan: dict[str, Any] = {
        "schema": "precall.plan/1", "brief_id": f"brf_{agent}", "brief_digest": brief_digest, "agent": agent,
        "policy_digest": policy_digest, "created_at": "2026-06-01T14:00:00Z",
        "planner": {"engine": "claude" if number % 3 == 0 else "offline",
                    "model": "claude-made-up" if number % 3 == 0 else None, "mode": "at_call", "depth": "standard"},
        "objective": {"id": "objective", "type": "book_meeting", "because": ["/contact"],
                      "statement": f"Agree a 30-minute call with Sam Ortiz, call {number}"},
        "opening": {"id": "opening", "strategy": "reference_trigger", "line": "You asked about routing a minute ago."},
        "disclosures": [{"id": f"d{i}", "text": "I'm an AI assistant and this call is recorded"} for i in (1, 2)],
        "qualification": [{"id": f"q{i}", "topic": t, "question": f"And what about your {t.replace('_', ' ')}?"}
                          for i, t in enumerate(TOPICS, 1)],
        "objections": [{"id": f"o{i}", "objection": "We already use another dialer", "handling": "differentiate",
                        "response": "Acknowledge it, then ask the one thing they would change"} for i in (1, 2)],
        "next_steps": [{"id": "n1", "step": "30-minute call with Sam Ortiz", "ask": "Would Thursday suit you?"},
                       {"id": "n2", "step": "Send the guide", "ask": "Shall I send the guide?"}],
        "stop_conditions": [{"id": f"s{i}", "condition": "The contact asks not to be called", "action": "End it"}
                            for i in (1, 2)],
        "coordination": {"known": [{"id": "k1", "topic": "budget", "answer": "$40k for Q3"}],
                         "do_not_mention": [{"id": "m1", "text": "The plan to leave"}]},
    }  # fmt: skip
    return plan | {"plan_id": plan_id_of(plan)}


KINDS = {
    "objective": "objective", "opening": "opening", "d": "disclosure", "q": "qualification", "o": "objection",
    "n": "next_step", "s": "stop", "k": "known", "m": "do_not_mention",
}  # fmt: skip
ITEMS = (
    "objective",
    "opening",
    "d1",
    "d2",
    "q1",
    "q2",
    "q3",
    "q4",
    "o1",
    "o2",
    "n1",
    "n2",
    "s1",
    "s2",
    "k1",
    "m1",
)


def make_audit(number: int, call_id: str, plan_id: str, chance: random.Random) -> dict[str, Any]:
    """An audit of those items, its scores those of the contract with every weight 1."""
    items, deviations = [], []
    for item in ITEMS:
        kind = KINDS.get(item) or KINDS[item[0]]
        status = pick(chance, kind)
        entry: dict[str, Any] = {
            "item": item,
            "kind": kind,
            "status": status,
            "turns": [],
            "confidence": 0.91,
        }
        if status not in NOT_APPLICABLE and status not in ("skipped", "missing"):
            entry |= {
                "turns": [3],
                "quote": "roughly how many folks do you have on the phones",
                "quote_turn": 3,
            }
        items.append(entry)
        if (type_ := TYPE_OF.get((kind, status))) is not None:
            deviations.append(deviation(type_, item, chance))
    for type_, share in (
        ("off_plan_question", 0.05),
        ("off_ladder_step", 0.02),
        ("unanticipated_objection", 0.06),
    ):
        if chance.random() < share:
            deviations.append(deviation(type_, None, chance))
    own = [d for d in deviations if d["owner"] == "agent"]
    loose = sum(d["item"] is None for d in own)
    due = {i["item"] for i in items if i["status"] not in NOT_APPLICABLE and i["status"] != "uncertain"}
    due |= {d["item"] for d in own if d["item"]}
    whole, off = len(due) + loose, len({d["item"] for d in own if d["item"]}) + loose
    silent = len({d["item"] for d in own if d["item"] and d["logged"] == "unlogged"})
    silent += sum(d["item"] is None and d["logged"] == "unlogged" for d in own)
    critical = any(d["severity"] == "critical" for d in deviations)
    uncertain = sum(i["status"] == "uncertain" for i in items)
    if chance.random() < 0.02:
        deviations.append(deviation("question_skipped", "q1", chance) | {"logged": "unconfirmed"})
    return {
        "schema": "precall.audit/1", "audit_id": f"aud_{number:020d}", "call_id": call_id, "plan_id": plan_id,
        "signature": "precall:benchmark", "items": items, "deviations": deviations, "off_plan_turns": [],
        "scores": {"adherence": round(1 - off / whole, 6), "deviation_rate": round(off / whole, 6),
                   "unexplained_deviation_rate": round(silent / whole, 6), "applicable": whole,
                   "deviated": off, "uncertain": uncertain},
        "outcome": {"objective": items[0]["status"], "rung": "n1", "result": "accepted"},
        "compliance": "breached" if critical else "clean",
        "verdict": "fail" if critical else "review" if uncertain or off / whole > 0.2 else "pass", "notes": [],
    }  # fmt: skip


def deviation(type_: str, item: str | None, chance: random.Random) -> dict[str, Any]:
    explained = chance.random() < 0.35
    return {
        "type": type_, "item": item, "severity": SEVERITY_OF[type_],
        "owner": "plan" if type_ == "unanticipated_objection" else "agent", "turns": [5],
        "explanation": "What the transcript shows is not what the plan asks for.",
        "logged": "explained" if explained else "unlogged",
        "logged_reason": "contact_redirected" if explained else None,
    }  # fmt: skip


def make_transcript(call_id: str, plan_id: str, at: datetime) -> dict[str, Any]:
    says = (
        "And what about your team size, roughly how many folks do you have on the phones?",
        "About forty.",
    )
    turns = [{"i": i, "speaker": ("agent", "contact")[i % 2], "text": says[i % 2]} for i in range(14)]
    return {"schema": "precall.transcript/1", "call_id": call_id, "plan_id": plan_id, "started_at": format_time(at),
            "turns": turns}  # fmt: skip


class Sealer:
    """Rows of the chain and of their tables, collected and written many at a time."""

    def __init__(self, store: Store) -> None:
        self.run = store._database.run_many
        self.seq, self.last = 0, GENESIS
        self.waiting: dict[str, list[rows.Row]] = {}

    def add(self, table: rows.SealedTable, document: dict[str, Any], record_id: str, at: datetime,
            brief: Any = None, basis: tuple[str, str] | None = None) -> int:  # fmt: skip
        text, sealed_at = rows.cell_text(document), format_time(at)
        self.seq += 1
        brief_digest, policy_digest = basis or (None, None)
        link = ChainRow(self.seq, table.kind, record_id, text_digest(text.encode()), sealed_at, brief_digest,
                        policy_digest, self.last)  # fmt: skip
        self.last = link.hash()
        chain = {name: getattr(link, name) for name in ChainRow.__dataclass_fields__}
        self.put("chain", chain | {"hash": self.last})
        row: rows.Row = {"seq": self.seq, table.key: record_id, "sealed_at": sealed_at, table.json: text}
        row |= {column: getattr(link, column) for column in table.rests_on}
        row |= table.columns(document, brief)
        self.put(table.table, row | ({"plan_id": document["plan_id"]} if table.links else {}))
        return self.seq

    def put(self, table: str, row: rows.Row) -> None:
        self.waiting.setdefault(table, []).append(row)

    def flush(self) -> None:
        for table, found in self.waiting.items():
            names, marks = ", ".join(found[0]), ", ".join("?" * len(found[0]))
            self.run(
                f"INSERT INTO {table} ({names}) VALUES ({marks})", [tuple(row.values()) for row in found]
            )
        self.waiting.clear()


def fill(path: Path, calls: int, seed: int = 7) -> None:
    """A store with that many calls, a plan, a transcript and an audit each."""
    chance = random.Random(seed)
    with Store.open(path) as store:
        sealer = Sealer(store)
        database = store._database
        with store.writing():
            basis = {}
            for agent in AGENTS:
                brief = {"schema": "precall.brief/1", "brief_id": f"brf_{agent}", "jurisdiction": "US-TX",
                         "contact": {"contact_id": "con_1", "name": "Dana Reyes", "phone": "+12105550147"},
                         "account": {"account_id": "acc_1", "name": "Ferry Lane Dental"}, "dnc": {"listed": False}}  # fmt: skip
                policy = {"schema": "precall.policy/1", "agent": agent, "title": agent, "triggers": ["form_submit"],
                          "planning": {"mode": "at_call", "depth": "standard", "budget_ms": 4000},
                          "limits": {"questions": 4, "objections": 2, "next_steps": 2}}  # fmt: skip
                sealer.put("briefs", {"brief_digest": digest(brief), **rows.brief_columns(brief),
                                      "brief_json": rows.cell_text(brief)})  # fmt: skip
                sealer.put("policies", {"policy_digest": digest(policy), **rows.policy_columns(policy),
                                        "policy_json": rows.cell_text(policy)})  # fmt: skip
                basis[agent] = (brief, (digest(brief), digest(policy)))
            for number in range(calls):
                agent = AGENTS[number % len(AGENTS)]
                brief, digests = basis[agent]
                at = START + timedelta(minutes=2 * number)
                call_id = f"call_{number:06d}"
                plan = make_plan(number, *digests, agent)
                sealer.add(rows.PLANS, plan, plan["plan_id"], at, brief, digests)
                transcript = make_transcript(call_id, plan["plan_id"], at + timedelta(seconds=30))
                sealer.add(rows.TRANSCRIPTS, transcript, f"trn_{number:020d}", at + timedelta(minutes=5))
                audit = make_audit(number, call_id, plan["plan_id"], chance)
                seq = sealer.add(rows.AUDITS, audit, audit["audit_id"], at + timedelta(minutes=6))
                for table, columns, found in (
                    ("audit_items", rows.ITEM_COLUMNS, rows.item_rows(audit)),
                    ("audit_deviations", rows.DEVIATION_COLUMNS, rows.deviation_rows(audit)),
                ):
                    for row in found:
                        sealer.put(table, {"audit_seq": seq, **dict(zip(columns, row, strict=True))})
                if number % 500 == 499:
                    sealer.flush()
            if sealer.waiting:
                sealer.flush()
        database.run("PRAGMA wal_checkpoint(TRUNCATE)")


SCANS = {
    "read": "for row in c.execute('SELECT * FROM audits'): n += 1",
    "scan": "for row in c.execute('SELECT * FROM audits'): n += len(json.loads(row[-1])['items'])",
}


def cpu_of(command: list[str], runs: int) -> tuple[float, float]:
    """The least CPU seconds of some runs, and the least seconds by the clock."""
    best, quickest = float("inf"), float("inf")
    for _ in range(runs):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best, quickest = min(best, spent), min(quickest, time.perf_counter() - began)
    return best, quickest


def commands(db: str) -> Iterator[tuple[str, list[str]]]:
    for name, loop in SCANS.items():
        code = f"import json, sqlite3\nc, n = sqlite3.connect({db!r}), 0\n{loop}\nprint(n)"
        yield name, [sys.executable, "-c", code]
    for words in (
        "--version",
        "rate --by agent",
        "review next",
        "why call_000777 budget",
        "rate --by item",
        "rate --by type",
    ):
        extra = [] if words == "--version" else ["--db", db]
        yield words, [sys.executable, "-m", "precall_cli", *words.split(), *extra]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--db", type=Path, default=Path("large.db"))
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    if not given.db.exists():
        began = time.process_time()
        fill(given.db, given.calls)
        print(
            f"made {given.db} ({given.db.stat().st_size / 1e6:,.0f} MB) in {time.process_time() - began:.0f} s CPU"
        )
    figures: dict[str, float] = {}
    for name, command in commands(str(given.db)):
        figures[name], clock = cpu_of(command, given.runs)
        share = f"{figures[name] / figures['scan']:5.2f} × scan" if "scan" in figures else ""
        print(f"{name:24} {figures[name]:6.2f} s CPU  {clock:6.2f} s by the clock  {share}")
    bars = {name: round(figures[name] / figures["scan"], 3) for name in ("rate --by agent", "review next")}
    print(json.dumps({"bar": 0.2, **bars, "within": max(bars.values()) <= 0.2}))


if __name__ == "__main__":
    main()
