"""What moved, in words: the field, what it was, what it is."""

from __future__ import annotations

import json
from typing import Protocol

from precall_cli.records.json_text import Json
from precall_cli.report.inert import one_line
from precall_cli.report.layout import clip

COLUMNS = 60
"""Cells that a value may take; a longer one is cut."""


class FieldMove(Protocol):
    """One field that is not what it was."""

    @property
    def pointer(self) -> str: ...
    @property
    def before(self) -> Json: ...
    @property
    def after(self) -> Json: ...


class Reasons(Protocol):
    """When a plan stopped standing, if it was by time, and why it is to be tried again."""

    @property
    def expired_at(self) -> str | None: ...
    @property
    def other_moment(self) -> str | None: ...
    @property
    def fallback(self) -> str | None: ...


def say_value(value: Json) -> str:
    """A value as JSON on one line, cut where it is long; `nothing` for what is not there."""
    if value is None:
        return "nothing"
    return clip(one_line(json.dumps(value, ensure_ascii=False, sort_keys=True)), COLUMNS)


def say_move(move: FieldMove) -> str:
    """`/contact/title: "Owner" → "VP Sales"`."""
    return f"{move.pointer or '/'}: {say_value(move.before)} → {say_value(move.after)}"


def say_reason(reason: str, staleness: Reasons, move: FieldMove | None) -> str:
    """One reason why a plan no longer stands."""
    if move is not None:
        return {"fact": "", "policy": "policy ", "planner": "planner "}[reason] + say_move(move)
    if reason == "expired":
        return f"expired at {staleness.expired_at}"
    if reason == "moment":
        return f"made at call for another moment, {staleness.other_moment}"
    return f"fell back before: {staleness.fallback}"
