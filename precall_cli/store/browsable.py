"""A database to browse: what a store holds, by call, with labels, facets, full-text search and ready answers.

It is made for Datasette and made anew each time; no seal is in it, and precall does not open it as a store.
Of each call the audit sealed last is shown.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from precall_cli.errors import IntegrityError
from precall_cli.records.json_text import Json, canonical_bytes
from precall_cli.store.browsable_logged import put_instructions, put_outcomes
from precall_cli.store.browsable_rows import array, document, put, records, redaction_of, texts
from precall_cli.store.browsable_schema import AFTER, STATEMENTS
from precall_cli.store.database import Cell, Database, our_error
from precall_cli.store.masking import Masking, parse_cell

_WORDS = ("statement", "line", "text", "question", "objection", "step", "condition", "answer")


def write_browsable(database: Database, to: Path, *, masked: bool) -> dict[str, int]:
    """Fills a new database at `to`, an empty file, from one state of the store: rows by table.

    Raises IntegrityError for a cell that is not what was stored, Unavailable for the disk.
    """
    masking = Masking(database) if masked else None
    try:
        with closing(sqlite3.connect(to, isolation_level=None)) as target:
            target.execute("PRAGMA journal_mode = OFF")
            target.execute("PRAGMA synchronous = OFF")
            target.execute("BEGIN")
            for statement in STATEMENTS:
                target.execute(statement)
            counts = _fill(database, target, masking)
            for statement in AFTER:
                target.execute(statement)
            target.execute("COMMIT")
            target.execute("ANALYZE")
            target.execute("VACUUM")
            return counts
    except sqlite3.Error as error:
        raise our_error(error, to, database.wait_s) from None


def _fill(database: Database, target: sqlite3.Connection, masking: Masking | None) -> dict[str, int]:
    for row in records(database, "briefs", "rowid"):
        redaction = redaction_of(masking, row)
        brief = document(redaction, row, "brief_json")
        account, contact = brief.get("account") or {}, brief.get("contact") or {}
        put(target, "accounts", account_id=row["account_id"], name=account.get("name"))
        put(
            target,
            "contacts",
            contact_id=row["contact_id"],
            name=contact.get("name"),
            title=contact.get("title"),
            account_id=row["account_id"],
        )
    for row in records(database, "plans", "seq"):
        _put_plan(target, row, document(redaction_of(masking, row), row, "plan_json"))
    for row in records(database, "refusals", "seq"):
        redaction = redaction_of(masking, row)
        put(
            target,
            "refusals",
            **texts(redaction, row, "refusal_json", "brief_digest", "policy_digest", "seq"),
        )
    for call in _calls(database):
        try:
            _put_call(database, target, call, masking)
        except (KeyError, TypeError, AttributeError):  # JSON of another shape: a cell that was edited
            raise IntegrityError(
                "its audit or transcript is not what was sealed",
                place=f"call {call}",
                hint="`precall verify` looks at every row.",
            ) from None
    put_outcomes(database, target, masking)
    put_instructions(database, target, masking)
    for row in records(database, "reviews", "seq"):
        if target.execute("SELECT 1 FROM calls WHERE call_id = ?", (row["call_id"],)).fetchone():
            put(target, "reviews", **texts(redaction_of(masking, row), row, "review_json", "seq"))
    for row in records(database, "opt_outs", "seq"):
        redaction = redaction_of(masking, row)
        put(target, "opt_outs", **texts(redaction, row, "opt_out_json", "seq"))
    names = [
        str(name)
        for (name,) in target.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%fts%' ORDER BY name"
        )
    ]
    shown = [name for name in names if not name.startswith(("sqlite_", "turns_fts"))]
    return {name: int(target.execute(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in shown}


def _calls(database: Database) -> Iterator[str]:
    """Every call that was written down or audited, as the store came to know of them; then those logged."""
    sql = (
        "SELECT call_id FROM (SELECT call_id, seq FROM transcripts UNION ALL SELECT call_id, seq FROM audits "
        "UNION ALL SELECT call_id, 9e18 FROM outcomes) GROUP BY call_id ORDER BY min(seq), call_id"
    )
    for (call,) in database.rows(sql):
        yield str(call)


def _put_plan(target: sqlite3.Connection, row: dict[str, Cell], plan: dict[str, Any]) -> None:
    kept = (
        "plan_id agent contact_id account_id objective_type engine model mode depth fallback_reason "
        "created_at expires_at supersedes sealed_at policy_digest"
    )
    objective = (plan.get("objective") or {}).get("statement")
    values = {name: row[name] for name in kept.split()}
    put(target, "plans", title=objective, plan_json=canonical_bytes(plan).decode(), **values)


def _put_call(database: Database, target: sqlite3.Connection, call: str, masking: Masking | None) -> None:
    audit_row = _last(database, "audits", call)
    said_row = _last(database, "transcripts", call)
    redaction = redaction_of(masking, {"call_id": call})
    audit = document(redaction, audit_row, "audit_json") if audit_row else {}
    said = document(redaction, said_row, "transcript_json") if said_row else {}
    found = [d for d in audit.get("deviations", []) if d.get("logged") != "unconfirmed"]
    plan_id = (audit_row or said_row or {}).get("plan_id")
    plan = target.execute(
        "SELECT agent, contact_id, account_id, plan_json FROM plans WHERE plan_id = ?", (plan_id,)
    ).fetchone() or (None, None, None, None)
    figures = (
        "audit_id verdict compliance adherence applicable deviated uncertain objective_status rung "
        "rung_result deviation_count silent_count critical_count"
    )
    put(
        target,
        "calls",
        call_id=call,
        plan_id=plan_id,
        agent=plan[0],
        contact_id=plan[1],
        account_id=plan[2],
        started_at=said.get("started_at"),
        ended_by=said.get("ended_by"),
        source=said.get("source"),
        turn_count=len(said.get("turns", [])),
        deviation_types=array(sorted({str(d.get("type")) for d in found})),
        audited_at=(audit_row or {}).get("sealed_at"),
        **{name: (audit_row or {}).get(name) for name in figures.split()},
    )
    items = audit.get("items", [])
    turns = said.get("turns", [])
    before = int(target.execute("SELECT coalesce(max(id), 0) FROM turns").fetchone()[0])
    for turn in turns:
        number = turn["i"]
        put(
            target,
            "turns",
            id=before + 1 + number,
            label=f"{call} #{number}",
            call_id=call,
            turn=number,
            speaker=turn["speaker"],
            text=turn["text"],
            start_s=turn.get("start_s"),
            end_s=turn.get("end_s"),
            items=array([i["item"] for i in items if number in i.get("turns", [])]),
            deviations=array([d["type"] for d in found if number in d.get("turns", [])]),
        )
    words = _words_of(parse_cell(plan[3], str(plan_id))) if plan[3] else {}
    for item in items:
        first = next(iter(item.get("turns", [])), None)
        put(
            target,
            "items",
            call_id=call,
            item=item["item"],
            kind=item["kind"],
            planned=words.get(item["item"]),
            status=item["status"],
            result=item.get("result"),
            confidence=item.get("confidence"),
            turn_id=_turn_id(before, item.get("quote_turn", first), len(turns)),
            quote=item.get("quote"),
            reason=item.get("reason"),
        )
    for one in audit.get("deviations", []):
        put(
            target,
            "deviations",
            call_id=call,
            type=one["type"],
            severity=one["severity"],
            owner=one["owner"],
            logged=one["logged"],
            logged_reason=one.get("logged_reason"),
            item=one.get("item"),
            planned=words.get(one.get("item")),
            turn_id=_turn_id(before, next(iter(one["turns"]), None), len(turns)),
            explanation=one["explanation"],
        )


def _last(database: Database, table: str, call: str) -> dict[str, Cell] | None:
    columns = [str(name) for (name,) in database.rows("SELECT name FROM pragma_table_info(?)", (table,))]
    row = database.one(
        f"SELECT {', '.join(columns)} FROM {table} WHERE call_id = ? ORDER BY seq DESC LIMIT 1", (call,)
    )
    return dict(zip(columns, row, strict=True)) if row else None


def _words_of(plan: Json) -> dict[object, str]:
    """What each item of a plan says, by its id, wherever in the plan it stands."""
    found: dict[object, str] = {}
    nodes: list[Json] = [plan]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            if isinstance(node.get("id"), str):
                said = next((node[key] for key in _WORDS if isinstance(node.get(key), str)), None)
                if isinstance(said, str):
                    found.setdefault(node["id"], said)
            nodes.extend(node.values())
        elif isinstance(node, list):
            nodes.extend(node)
    return found


def _turn_id(before: int, turn: int | None, turns: int) -> int | None:
    return before + 1 + turn if turn is not None and turn < turns else None
