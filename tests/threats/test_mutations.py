"""Mutated documents of every record, hostile calls: refused in one message or taken, never a fault of ours.

PRECALL_FUZZ=20 tries twenty times as many.
"""

# ruff: noqa: E501 - tables of values
from __future__ import annotations

import copy
import json
import os
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from precall_cli.cli.schema import _MODULES, RecordName
from precall_cli.errors import PrecallError
from precall_cli.records.json_text import parse_json
from precall_cli.records.record import Record
from precall_cli.report.inert import inert
from precall_cli.transcripts import read_transcripts
from tests.cli.command import BRIEF, CALL, PLAN
from tests.store import store_samples as samples

MANY = 30 * int(os.environ.get("PRECALL_FUZZ", "1"))
STRINGS = [
    "", " ", "\0", "\x1b[2J", "\u202e", "\U000e0041", "\ud800", "a" * 25_000, "NaN", "null", "../../x", "CON",
    "[/x]", "</script>", "=1+1", "{{7*7}}", "%s%n", "';--", "-rf", "\r\n::error::x", "1e999", "٣", "İ", "ﬀ", "\ufeff",
    "2026-13-45T99:99:99Z", "+1" + "0" * 40, "$(id)", "`id`", "é" * 300, "0x41", "true", "\u2028", "😀" * 50,
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, -1, 10**30, 1e308, 0.1, [], {}, [[]], {"": ""}, {"a": {"a": {}}}, [None] * 50, *STRINGS,
]  # fmt: skip


def record(name: str) -> type[Record]:
    from importlib import import_module

    import_module(f"precall_cli.{_MODULES.get(name, f'records.{name}')}")  # type: ignore[call-overload]
    return next(model for model in Record.__subclasses__() if model.__dict__.get("record_name") == name)


@cache
def seeds(name: str) -> dict[str, Any]:
    """A real document of a kind, else one made from its schema's required fields."""
    real: dict[str, Any] = {
        "brief": BRIEF, "plan": PLAN, "refusal": samples.make_refusal().full_document(),
        "transcript": samples.make_transcript().full_document(), "outcome": {"call_id": "c", "plan_deviation_reasons": [
            {"item": "q1", "reason": "other", "note": "n"}]},
        "audit": samples.make_audit().full_document(), "policy": samples.make_policy().full_document(),
        "review": {"call_id": "c", "audit_id": "a", "decision": "confirm", "who": "me", "at": "2026-11-20T15:04:05Z"},
        "erasure": {"contact_id": "c", "who": "a", "why": "b", "at": "2026-11-20T15:04:05Z", "records": [
            {"kind": "plan", "record_id": "p", "digest": "sha256:0"}]},
    }  # fmt: skip
    return real.get(name) or {"schema": f"precall.{name}/1", "agent": "inbound", "at": "2026-11-20T15:04:05Z"}


def mutated(document: Any, chance: random.Random) -> Any:
    """The document with one to three places changed: replaced, removed, doubled, wrapped or renamed."""
    document = copy.deepcopy(document)
    for _ in range(chance.randint(1, 3)):
        places: list[tuple[Any, Any]] = []

        def visit(node: Any, places: list[tuple[Any, Any]] = places) -> None:
            for key in list(node) if isinstance(node, dict) else range(len(node)):
                places.append((node, key))
                if isinstance(node[key], dict | list):
                    visit(node[key])

        visit(document)
        if not places:
            return chance.choice(VALUES)
        node, key = chance.choice(places)
        how = chance.randrange(5)
        if how == 0:
            del node[key]
        elif how == 1 and isinstance(node, dict):
            node[chance.choice(STRINGS)] = node.pop(key)
        elif how == 2:
            node[key] = [node[key], node[key]]
        else:
            node[key] = copy.deepcopy(chance.choice(VALUES))
    return document


def damaged(text: str, chance: random.Random) -> bytes:
    """The text with bytes cut, flipped, doubled or put in."""
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(data) + 1)
        how = chance.randrange(4)
        if how == 0:
            del data[at : at + chance.randrange(1, 40)]
        elif how == 1:
            data[at:at] = chance.choice(STRINGS).encode("utf-8", "surrogatepass")[:200]
        elif how == 2:
            data[at : at + 1] = bytes([chance.randrange(256)])
        else:
            data[at:at] = data[at : at + chance.randrange(1, 60)]
    return bytes(data)


def accepted(error: PrecallError) -> None:
    """What an error may look like: not empty, and printable once it went through the filter."""
    assert error.problem.strip()
    shown = inert(str(error))
    assert all(sign in "\n\t" or ord(sign) >= 32 for sign in shown)
    shown.encode()


@pytest.mark.parametrize("name", [each.value for each in RecordName])
def test_a_mutated_record_is_taken_or_refused(name: str) -> None:
    kind, chance = record(name), random.Random(name)
    for number in range(MANY * 2):
        if number % 2:
            document = mutated(seeds(name), chance)
            try:
                text: bytes | str = json.dumps(document)
            except (ValueError, RecursionError):
                continue
        else:
            text = damaged(json.dumps(seeds(name)), chance)
        try:
            found = kind.from_json(text, f"{name}.json")
        except PrecallError as error:
            accepted(error)
        else:
            again = kind.from_json(found.canonical(), "again")
            assert again.canonical() == found.canonical()
            parse_json(found.canonical(), "again")


@cache
def calls() -> list[tuple[str, str]]:
    folder = Path(__file__).parent.parent / "transcripts"
    found = [
        (path.name, path.read_text("utf-8"))
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".json", ".txt", ".vtt", ".srt", ".jsonl")
    ]
    fixtures = Path(__file__).parent.parent.parent / "fixtures"
    found += [(path.name, path.read_text("utf-8")) for path in sorted(fixtures.glob("*/transcript.*"))]
    return [*found, ("call.txt", CALL)]


def test_a_damaged_call_is_read_or_refused() -> None:
    chance = random.Random(11)
    for number in range(MANY * 2):
        name, text = calls()[number % len(calls())]
        data = damaged(text, chance)
        try:
            for call in read_transcripts(data, name):
                assert call.canonical()
        except PrecallError as error:
            accepted(error)
