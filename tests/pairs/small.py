"""Pairs that are audited in milliseconds, and a crew that can be made to stumble."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Self

from precall_cli.pairs.chunks import Chunk, EngineFacts, audit_chunk

FACTS = EngineFacts("0.1.0", "precall:0.1.0 test", "3.11")
PLAN = {
    "agent": "inbound",
    "objective": {"id": "objective", "type": "book_meeting", "statement": "Book a call with Sam Ortiz"},
    "opening": None, "disclosures": [], "objections": [], "next_steps": [], "stop_conditions": [],
    "qualification": [{"id": "q1", "topic": "team_size", "question": "How many people are on the phones?"}],
    "coordination": None,
}  # fmt: skip


def pair(number: int) -> str:
    """A pair of two turns; every seventh cannot be read as one."""
    said = ("How many people are on the phones?", f"About {number}.")
    turns = [{"i": i, "speaker": ("agent", "contact")[i], "text": text} for i, text in enumerate(said)]
    plan = PLAN if number % 7 else "no plan"
    return json.dumps(
        {"id": f"p{number}", "plan": plan, "transcript": {"call_id": f"c{number}", "turns": turns}}
    )


def write_pairs(path: Path, count: int) -> Path:
    """A file of them, a blank line here and there."""
    rows = [pair(number) + ("\n\n" if number % 5 == 0 else "\n") for number in range(1, count + 1)]
    path.write_text("".join(rows), encoding="utf-8")
    return path


class Stop(Exception):
    """What ends a run in the middle, like a kill that leaves the files as they are."""


class Stumbling:
    """A crew in this process that asks `happens` before each result: what it gives is raised instead."""

    chunk_rows = 2

    def __init__(self, name: str, happens: Callable[[int], Exception | None], width: int = 3) -> None:
        self._name, self._happens, self._width = name, happens, width
        self.waits = 0
        self.most_under_way = self._under_way = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def width(self) -> int:
        return self._width

    def submit(self, chunk: Chunk) -> Future[list[bytes]]:
        self._under_way += 1
        self.most_under_way = max(self.most_under_way, self._under_way)
        future: Future[list[bytes]] = Future()
        future.set_result(audit_chunk(chunk, self._name))
        return future

    def wait(self, future: Future[list[bytes]]) -> list[bytes]:
        self.waits += 1
        if (error := self._happens(self.waits)) is not None:
            raise error
        self._under_way -= 1
        return future.result()
