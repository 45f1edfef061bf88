"""From a record's JSON to the columns of its row: one reading, used to store a row and to check it later.

A column repeats what the JSON says, for those who query with SQL. Documents here may come from a damaged
store: what is missing or of another type gives null, never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from precall_cli.records.json_text import Json, canonical_bytes
from precall_cli.store.database import Cell

Row: TypeAlias = dict[str, Cell]
"""Column to value."""


@dataclass(frozen=True, slots=True)
class SealedTable:
    """Where the records of one kind are kept."""

    kind: str
    """As the chain names it."""
    table: str
    """Name of the table."""
    key: str
    """Column with the record's id."""
    json: str
    """Column with the record's canonical JSON."""
    columns: Callable[[Json, Json], Row]
    """The further columns, from the record's JSON and that of its brief (None where it has none)."""
    rests_on: tuple[str, ...] = ()
    """Which of brief_digest and policy_digest the row repeats from the chain."""
    links: bool = False
    """Whether the row has a `plan_id` that is null until that plan is stored."""
    prefix: str = ""
    """What its id begins with, where the id is the digest of the content and stands in the record."""


def _at(document: Json, *path: str) -> Json:
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def text_at(document: Json, *path: str) -> str | None:
    """The string at these keys, or None."""
    value = _at(document, *path)
    return value if isinstance(value, str) else None


def _number(document: Json, *path: str) -> int | float | None:
    value = _at(document, *path)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _list(document: Json, *path: str) -> list[Json]:
    value = _at(document, *path)
    return value if isinstance(value, list) else []


def _count(document: Json, *path: str) -> int | None:
    number = _number(document, *path)
    return int(number) if number is not None else None


def _texts(document: Json, *keys: str) -> Row:
    return {key: text_at(document, key) for key in keys}


def brief_columns(brief: Json) -> Row:
    """Of a brief."""
    place = _at(brief, "jurisdiction")
    return {
        "brief_id": text_at(brief, "brief_id"),
        **_whom(brief),
        "trigger_kind": text_at(brief, "trigger", "kind"),
        "lifecycle_stage": text_at(brief, "lifecycle_stage"),
        "jurisdiction": place if isinstance(place, str) else text_at(place, "contact"),
        "assembled_at": text_at(brief, "assembled_at"),
    }


def policy_columns(policy: Json) -> Row:
    """Of a policy."""
    return _texts(policy, "agent", "title")


def _whom(brief: Json) -> Row:
    return {
        "contact_id": text_at(brief, "contact", "contact_id"),
        "contact_name": text_at(brief, "contact", "name"),
        "account_id": text_at(brief, "account", "account_id"),
        "account_name": text_at(brief, "account", "name"),
    }


def _plan(plan: Json, brief: Json) -> Row:
    return {
        "brief_id": text_at(brief, "brief_id"),
        "agent": text_at(plan, "agent"),
        **_whom(brief),
        "objective_type": text_at(plan, "objective", "type"),
        "objective": text_at(plan, "objective", "statement"),
        **_texts(_at(plan, "planner"), "engine", "model", "mode", "depth", "fallback_reason"),
        **_texts(plan, "created_at", "expires_at", "supersedes"),
    }


def _refusal(refusal: Json, brief: Json) -> Row:
    return {
        **_texts(refusal, "brief_id", "agent", "contact_id", "code", "pointer", "reason", "allowed_from"),
        "account_id": text_at(brief, "account", "account_id"),
        "judged_at": text_at(refusal, "at"),
    }


def _transcript(transcript: Json, _: Json) -> Row:
    return {
        **_texts(transcript, "call_id", "started_at", "source"),
        "said_plan_id": text_at(transcript, "plan_id"),
        "ended_by": text_at(transcript, "ended_by") or "unknown",
        "turn_count": len(_list(transcript, "turns")),
    }


def _outcome(outcome: Json, _: Json) -> Row:
    return {"call_id": text_at(outcome, "call_id"), "said_plan_id": text_at(outcome, "plan_id")}


def _audit(audit: Json, _: Json) -> Row:
    found = [d for d in _list(audit, "deviations") if text_at(d, "logged") != "unconfirmed"]
    return {
        **_texts(audit, "call_id", "verdict", "compliance", "signature"),
        "said_plan_id": text_at(audit, "plan_id"),
        "adherence": _number(audit, "scores", "adherence"),
        "deviation_rate": _number(audit, "scores", "deviation_rate"),
        "unexplained_deviation_rate": _number(audit, "scores", "unexplained_deviation_rate"),
        "applicable": _count(audit, "scores", "applicable"),
        "deviated": _count(audit, "scores", "deviated"),
        "uncertain": _count(audit, "scores", "uncertain"),
        "objective_status": text_at(audit, "outcome", "objective"),
        "rung": text_at(audit, "outcome", "rung"),
        "rung_result": text_at(audit, "outcome", "result"),
        "deviation_count": len(found),
        "silent_count": sum(
            text_at(d, "logged") == "unlogged" and text_at(d, "owner") == "agent" for d in found
        ),
        "critical_count": sum(text_at(d, "severity") == "critical" for d in found),
    }


def _opt_out(opt_out: Json, _: Json) -> Row:
    return {
        **_texts(opt_out, "action", "contact_id", "phone", "call_id", "released", "who", "why"),
        "turn": _count(opt_out, "turn"),
    }


def _review(review: Json, _: Json) -> Row:
    return _texts(review, "call_id", "audit_id", "item", "type", "decision", "status", "cause", "who", "at")


def _sign_off(sign_off: Json, _: Json) -> Row:
    return _texts(sign_off, "action", "agent", "policy_digest", "role", "who", "at")


def _switch(switch: Json, _: Json) -> Row:
    return {
        **_texts(switch, "agent", "who", "why", "at"),
        "enabled": int(_at(switch, "enabled") is True),
    }


def _instructions(told: Json, _: Json) -> Row:
    return {
        **_texts(told, "plan_id", "agent", "digest"),
        "tokens": _count(told, "tokens"),
        "not_due_count": len(_list(told, "not_due")),
    }


def _erasure(erasure: Json, _: Json) -> Row:
    return {
        **_texts(erasure, "contact_id", "before", "who", "why", "at"),
        "record_count": len(_list(erasure, "records")),
    }


ITEM_COLUMNS = ("position", "item", "kind", "status", "result", "confidence", "turn")
DEVIATION_COLUMNS = ("position", "type", "item", "severity", "owner", "logged", "logged_reason", "turn")

ERASED_COLUMNS = ("position", "kind", "record_id", "digest")


def item_rows(audit: Json) -> list[tuple[Cell, ...]]:
    """One row of `audit_items` for each item of an audit, in its order."""
    return [
        _detail_row(position, item, _ITEM_TEXTS, "confidence") for position, item in _details(audit, "items")
    ]


def part_key(part: str) -> str:
    """The column of such rows that names the row of their record."""
    return "erasure_seq" if part == "erased_records" else "audit_seq"


def erased_rows(erasure: Json) -> list[tuple[Cell, ...]]:
    """One row of `erased_records` for each record that an erasure names, in its order."""
    return [
        (position, *_texts(each, *ERASED_COLUMNS[1:]).values())
        for position, each in enumerate(_list(erasure, "records"))
    ]


def deviation_rows(audit: Json) -> list[tuple[Cell, ...]]:
    """One row of `audit_deviations` for each deviation of an audit, in its order."""
    return [
        _detail_row(position, found, _DEVIATION_TEXTS) for position, found in _details(audit, "deviations")
    ]


_ITEM_TEXTS, _DEVIATION_TEXTS = ITEM_COLUMNS[1:5], DEVIATION_COLUMNS[1:7]


def _details(audit: Json, key: str) -> Iterator[tuple[int, dict[str, Json]]]:
    for position, entry in enumerate(_list(audit, key)):
        yield position, entry if isinstance(entry, dict) else {}


def _detail_row(
    position: int, entry: dict[str, Json], texts: tuple[str, ...], *numbers: str
) -> tuple[Cell, ...]:
    """Written without detours: there are some twenty of them to an audit."""
    get = entry.get
    cells: list[Cell] = [position]
    cells += [value if isinstance(value := get(key), str) else None for key in texts]
    cells += [_number(entry, key) for key in numbers]
    turns = get("turns")
    first = turns[0] if isinstance(turns, list) and turns else None
    cells.append(first if isinstance(first, int) else None)
    return tuple(cells)


_BOTH = ("brief_digest", "policy_digest")
PLANS = SealedTable("plan", "plans", "plan_id", "plan_json", _plan, rests_on=_BOTH)
REFUSALS = SealedTable(
    "refusal", "refusals", "refusal_id", "refusal_json", _refusal, rests_on=_BOTH, prefix="ref_"
)
TRANSCRIPTS = SealedTable(
    "transcript", "transcripts", "transcript_id", "transcript_json", _transcript, links=True
)
OUTCOMES = SealedTable("outcome", "outcome_versions", "outcome_id", "outcome_json", _outcome)
AUDITS = SealedTable("audit", "audits", "audit_id", "audit_json", _audit, links=True)
OPT_OUTS = SealedTable("opt_out", "opt_outs", "opt_out_id", "opt_out_json", _opt_out)
REVIEWS = SealedTable("review", "reviews", "review_id", "review_json", _review, prefix="rev_")
SIGN_OFFS = SealedTable("sign_off", "sign_offs", "sign_off_id", "sign_off_json", _sign_off, prefix="sgn_")
SWITCHES = SealedTable("switch", "switches", "switch_id", "switch_json", _switch, prefix="swi_")
INSTRUCTIONS = SealedTable(
    "instructions", "instructions", "instructions_id", "instructions_json", _instructions, prefix="ins_"
)
ERASURES = SealedTable("erasure", "erasures", "erasure_id", "erasure_json", _erasure, prefix="era_")
SEALED_TABLES = (
    PLANS, REFUSALS, TRANSCRIPTS, OUTCOMES, AUDITS, OPT_OUTS, REVIEWS, SIGN_OFFS, SWITCHES, INSTRUCTIONS,
    ERASURES,
)  # fmt: skip
"""Every kind that the chain knows."""


def cell_text(document: Json) -> str:
    """A document as its `…_json` cell holds it: canonical JSON."""
    return canonical_bytes(document).decode()
