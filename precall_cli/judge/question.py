"""What the judge is asked: the undecided items of one call, each with the few turns that may prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from precall_cli.audit.examination import Examination, Judgement
from precall_cli.judge.rules import is_open, possible
from precall_cli.records.json_text import Json

CANDIDATES = 3
"""Turns that may prove an item, at most."""
MOST_TEXT = 1_500
"""Characters of one turn that are shown; a quote from behind them cannot be given."""
_WORDS = (
    "statement", "line", "text", "due", "topic", "question", "objection", "handling", "response", "step",
    "ask", "condition", "action", "answer", "cues",
)  # fmt: skip
"""Fields of a plan item that say what it is; ids, pointers and whose word it was are none of the judge's
business."""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One item that the judge is asked about."""

    judgement: Judgement
    possible: tuple[str, ...]
    turns: tuple[int, ...]
    """The turns that may prove it."""


@dataclass(frozen=True, slots=True)
class Question:
    """All that one call leaves open."""

    items: Mapping[str, OpenItem]
    data: Json
    """What the judge sees."""


def make_question(found: Examination) -> Question:
    """What a call leaves open; no items where nothing is, or where no turn can be shown to have a speaker."""
    reading = found.reading
    opened: dict[str, OpenItem] = {}
    for judgement in found.judgements.values():
        if not is_open(judgement, reading.fusion.thresholds):
            continue
        turns = _weighed(found, judgement)
        if turns:
            opened[judgement.item] = OpenItem(judgement, possible(judgement), turns)
    shown = sorted(
        {
            near
            for item in opened.values()
            for turn in item.turns
            for near in (turn - 1, turn, turn + 1)
            if 0 <= near < len(reading.turns)
        }
    )
    items: list[dict[str, Any]] = [
        {
            "item": name,
            "kind": item.judgement.kind,
            **_words(reading.items[name][1]),
            "possible": list(item.possible),
            "turns": list(item.turns),
        }
        for name, item in opened.items()
    ]
    turns_data = [
        {"turn": t, "speaker": reading.turns[t].speaker, "words": reading.turns[t].text[:MOST_TEXT]}
        for t in shown
    ]
    return Question(opened, {"items": items, "turns": turns_data})


def _weighed(found: Examination, judgement: Judgement) -> tuple[int, ...]:
    """The turns that the engine weighed for an item or took as its evidence, where their speaker is known."""
    speakers = found.reading.turns
    turns = [*judgement.turns, *(c.turn for c in judgement.candidates[:CANDIDATES])]
    if judgement.kind in ("objective", "opening") and found.reading.agent:
        turns += found.reading.agent[:1] if judgement.kind == "opening" else ()
        turns += (
            [t for turn in turns for t in found.reading.replies(turn, 1)]
            if judgement.kind == "objective"
            else []
        )
    return tuple(sorted({t for t in turns if speakers[t].speaker in ("agent", "contact")}))


def _words(item: Any) -> dict[str, Any]:
    said = {name: getattr(item, name, None) for name in _WORDS}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in said.items() if v}
