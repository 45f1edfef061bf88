"""Short calls for every detector of the audit, in pairs: one that keeps the plan, one that breaks it.

A file of this folder belongs to one deviation type, named as the file is; `statuses.toml` holds what has no
deviation of its own. A file has one plan in short form and several `[[pair]]`s. A pair is written as one text
with its differences, so that what decides stands out:

    A: …       said in both calls by the agent, `C:` by the contact
    + C: …     only in the call that keeps the plan (in `statuses.toml`: in `one`)
    - C: …     only in the call that breaks it (in `statuses.toml`: in `other`)
    - ! A: …   a turn that the deviation has to name; `!q2` where a call has several deviations
    C hangs up, the line drops: how the call ended, last line; otherwise the agent ended it

`found` names the items of the deviations of the broken call, `-` for one that belongs to no item; the kept
call has none of that type. Other types are not looked at here. `kept` (and `one`, `other`) name the statuses
that show why there is none, such as `o1 = "handled"`; with `every`, that of all items.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from precall_cli.audit import audit_call
from precall_cli.records.plan import CallPlan
from precall_cli.records.transcript import Transcript

FOLDER = Path(__file__).parent
NO_DEVIATION = "statuses"
_LINE = re.compile(r"(?P<only>[+-])? ?(?:!(?P<mark>\w*) )?(?P<who>[AC]): (?P<text>\S.*)")
_END = re.compile(r"(?P<only>[+-])? ?(?P<how>A hangs up|C hangs up|the line drops)")
_ENDED_BY = {"A hangs up": "agent", "C hangs up": "contact", "the line drops": "system"}
_LISTS = {
    "d": "disclosures",
    "q": "qualification",
    "o": "objections",
    "n": "next_steps",
    "s": "stop_conditions",
    "k": "known",
    "m": "do_not_mention",
}

_FIELDS = {
    "q": ("topic", "question"),
    "o": ("objection", "response"),
    "n": ("step", "ask"),
    "s": ("condition", "action"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One of the two calls of a pair, and what an audit has to find in it."""

    path: Path
    pair: int
    """Which pair of the file, from 1."""
    side: str
    """`kept` or `broken`; in `statuses.toml` `one` or `other`."""
    plan: CallPlan
    transcript: Transcript
    why: str
    """Why it is labelled so."""
    expected: tuple[str, ...]
    """As `heard` gives it."""
    differing: int
    """How many lines the two calls of the pair do not share."""
    miss: str | None
    """What today's engine says instead, where it is wrong."""

    @property
    def name(self) -> str:
        return f"{self.path.stem}-{self.pair}-{self.side}"

    def heard(self) -> tuple[str, ...]:
        """What the audit says: `item at turns` of each deviation of the file's type, and `item status result`
        of the items whose status the case names."""
        audit = audit_call(self.plan, self.transcript)
        facts = [_fact(d.item, d.turns) for d in audit.deviations if d.type == self.path.stem]
        named = {fact.split(maxsplit=1)[0] for fact in self.expected if " at " not in fact}
        for item in audit.items:
            if item.item in named:
                facts.append(" ".join(part for part in (item.item, item.status, item.result) if part))
        return tuple(facts)

    def instead(self) -> str | None:
        """What the audit says instead of what is expected; None where it is right."""
        said, wanted = sorted(self.heard()), sorted(self.expected)
        if said == wanted:
            return None
        return "; ".join(fact for fact in said if fact not in wanted) or "nothing"


def _fact(item: str | None, turns: Sequence[int]) -> str:
    return f"{item or '-'} at {', '.join(map(str, turns)) or 'no turn'}"


def paths() -> list[Path]:
    """The data files, in the order of their names."""
    return sorted(FOLDER.glob("*.toml"))


def read_cases(path: Path) -> Iterator[Case]:
    """Both calls of every pair of a file. Raises ValueError, with file and pair, where one is ill-formed."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    for number, pair in enumerate(document["pair"], 1):
        try:
            yield from _cases_of(path, number, document["plan"], pair)
        except (KeyError, ValueError) as error:
            raise ValueError(f"{path.name}, pair {number}: {error!r}") from error


def _cases_of(path: Path, number: int, items: Mapping[str, str], pair: Mapping[str, Any]) -> Iterator[Case]:
    plan = read_plan({**items, **pair.get("plan", {})})
    sides = ("one", "other") if path.stem == NO_DEVIATION else ("kept", "broken")
    if unknown := set(pair) - {"found", "plan", "why", "miss", "turns", *sides}:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    for side, only in zip(sides, "+-", strict=True):
        transcript, marks, differing = read_call(pair["turns"], only, f"{path.stem}-{number}-{side}")
        wanted = dict(pair.get(side, {}))
        if "every" in wanted:
            wanted = {item.id: wanted["every"] for _, item in plan.items()}
        expected = [f"{item} {status}" for item, status in wanted.items()]
        if side == "broken":
            expected += [
                _fact(i.replace("-", "") or None, marks.get(i) or marks.get("", ())) for i in pair["found"]
            ]
        miss, why = pair.get("miss", {}).get(side), pair["why"][side]
        yield Case(path, number, side, plan, transcript, why, tuple(expected), differing, miss)


def read_plan(items: Mapping[str, str]) -> CallPlan:
    """A plan from its short form: `topic: question`, `objection -> response`, `step: ask`,
    `condition -> action`, `topic: answer (teller)`. An empty text leaves an item of the file's plan out."""
    kind, statement = items["objective"].split(": ", 1)
    document: dict[str, Any] = {
        "schema": "precall.plan/1",
        "agent": "inbound",
        "objective": {"id": "objective", "type": kind, "statement": statement},
        "opening": {"id": "opening", "strategy": "planned_hook", "line": items["opening"]},
        **{name: [] for name in _LISTS.values()},
    }
    for item, text in items.items():
        if item not in ("objective", "opening") and text:
            document[_LISTS[item[0]]].append({"id": item, **_parts(item[0], text)})
    document["coordination"] = {name: document.pop(name) for name in ("known", "do_not_mention")}
    return CallPlan.from_document(document, "plan")


def _parts(letter: str, text: str) -> dict[str, str]:
    if letter in "dm":
        return {"text": text}
    first, second = text.split(" -> " if letter in "os" else ": ", 1)
    if letter == "k":
        answer, teller = second.removesuffix(")").rsplit(" (", 1)
        return {"topic": first, "answer": answer, "told_by": teller}
    return dict(zip(_FIELDS[letter], (first, second), strict=True))


def read_call(text: str, only: str, name: str) -> tuple[Transcript, dict[str, tuple[int, ...]], int]:
    """One side of a pair: its transcript, the turns that are marked, by mark, and how many lines differ."""
    turns: list[dict[str, Any]] = []
    marks: dict[str, tuple[int, ...]] = {}
    ended_by, differing = "agent", 0
    for line in text.strip().splitlines():
        found = _LINE.fullmatch(line) or _END.fullmatch(line)
        if found is None:
            raise ValueError(f"not a line of a call: {line!r}")
        differing += found["only"] is not None
        if found["only"] not in (None, only):
            continue
        if found.re is _END:
            ended_by = _ENDED_BY[found["how"]]
            continue
        if found["mark"] is not None:
            marks[found["mark"]] = (*marks.get(found["mark"], ()), len(turns))
        speaker = "agent" if found["who"] == "A" else "contact"
        turns.append({"i": len(turns), "speaker": speaker, "text": found["text"]})
    document = {"call_id": name, "ended_by": ended_by, "turns": turns}
    return Transcript.from_document(document, name), marks, differing
