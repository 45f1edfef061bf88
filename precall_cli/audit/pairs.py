"""Pairs: one line holds a plan and a transcript, one line comes out. A pair that cannot be read becomes an
error line."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from precall_cli.audit.engine import make_audit
from precall_cli.audit.match import Matcher
from precall_cli.errors import BadInput
from precall_cli.records.audit import audit_document
from precall_cli.records.json_text import inert_json, parse_json
from precall_cli.records.outcome import DeviationReason
from precall_cli.records.plan import CallPlan
from precall_cli.records.transcript import Transcript

_LOG: TypeAdapter[tuple[DeviationReason, ...]] = TypeAdapter(tuple[DeviationReason, ...])


def audit_line(line: bytes, source: str, matcher: Matcher) -> bytes:
    """The audit of one pair as one line of JSON, or `{"id", "error"}`; never raises for what the line
    holds."""
    identity: Any = None
    try:
        document = parse_json(line, source)
        if not isinstance(document, dict):
            raise BadInput("must be a JSON object with id, plan and transcript", place=source)
        identity = document.get("id")
        for key in ("plan", "transcript"):
            if not isinstance(document.get(key), dict):
                raise BadInput(f"/{key}: must be an object", place=source)
        plan = CallPlan.from_document(document["plan"], f"{source} /plan")
        transcript = Transcript.from_document(document["transcript"], f"{source} /transcript")
        log = _read_log(document.get("plan_deviation_reasons"), source)
    except BadInput as error:
        return _line({"id": identity, "error": str(error)})
    audit, _ = make_audit(plan, transcript, log, None, matcher)
    return _line({"id": identity} | audit_document(audit))


def _read_log(entries: Any, source: str) -> tuple[DeviationReason, ...]:
    if entries is None:
        return ()
    try:
        return _LOG.validate_json(json.dumps(entries))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = "/".join(str(step) for step in first["loc"])
        raise BadInput(f"/plan_deviation_reasons/{place}: {first['msg']}", place=source) from None


def _line(document: dict[str, Any]) -> bytes:
    return inert_json(json.dumps(document, ensure_ascii=False, separators=(",", ":"))).encode()
