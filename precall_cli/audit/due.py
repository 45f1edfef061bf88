"""When a plan item was due in a call, and what the brief knew of a matter: the rest of *why*."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from precall_cli.records.audit import Audit, AuditItem
from precall_cli.records.json_text import Json, escape_token
from precall_cli.records.plan import CallPlan, Disclosure
from precall_cli.records.transcript import Transcript

MOST_KNOWN = 3
"""So many facts are named at most."""
_STEM = 5
"""Words that begin with so many same letters count as one: `renew`, `renewal`."""
_PLAIN_WORDS = (
    "about after again also anything because been before being could does doing from have having here into "
    "just like make many more most much need only other over said same should some something such than that "
    "their them then there these they thing this those under very want were what when where which while will "
    "with would your you're we're they're call calls right today well know"
)
_PLAIN = frozenset(_PLAIN_WORDS.split())
_NOT_KNOWLEDGE = (
    "/schema",
    "/brief_id",
    "/assembled_at",
    "/dnc",
    "/consent",
    "/jurisdiction",
    "/contact/phone",
)
"""Parts of a brief that are no knowledge of a matter."""


def when_due(plan: CallPlan, transcript: Transcript, audit: Audit, item_id: str) -> str:
    """When an item was due in this call, in words, with the turns that it was due before and after."""
    entries = {entry.item: entry for entry in audit.items}
    items = {item.id: (kind, item) for kind, item in plan.items()}
    kind, item = items[item_id]
    first = _first_move(audit)
    before = f" (here #{first})" if first is not None else ""
    if kind == "opening":
        return f"at the start, before the first question or offer{before}"
    if kind == "disclosure":
        early = isinstance(item, Disclosure) and item.due == "opening"
        return f"before the first question or offer{before}" if early else "at any time of the call"
    if kind == "qualification":
        return _in_order([q.id for q in plan.qualification], item_id, "question", entries, transcript)
    if kind == "next_step":
        return _rung([n.id for n in plan.next_steps], item_id, entries)
    return {
        "objective": "in any live call, before the agent closes it",
        "objection": "once the contact raises it, and only then",
        "stop": "once the contact triggers it, and only then",
        "known": "never: we were told before the call",
        "do_not_mention": "never",
    }[kind]


def _first_move(audit: Audit) -> int | None:
    """The turn of the first planned question or offer."""
    turns = [
        entry.turns[0]
        for entry in audit.items
        if entry.turns and entry.status in ("asked", "offered", "asked_again")
    ]
    return min(turns, default=None)


def _in_order(
    ids: list[str], item_id: str, noun: str, entries: Mapping[str, AuditItem], transcript: Transcript
) -> str:
    place = ids.index(item_id)
    text = f"{noun} {place + 1} of {len(ids)}, in the plan's order"
    earlier = [(i, entries[i].turns[0]) for i in ids[:place] if i in entries and entries[i].turns]
    later = [(i, entries[i].turns[0]) for i in ids[place + 1 :] if i in entries and entries[i].turns]
    if earlier:
        text += f"; after {earlier[-1][0]} (#{earlier[-1][1]})"
    if later:
        text += f"{',' if earlier else ';'} before {later[0][0]} (#{later[0][1]})"
    last = transcript.turns[-1].i if transcript.turns else None
    return text if last is None else f"{text}; the call went on to #{last}"


def _rung(ids: list[str], item_id: str, entries: Mapping[str, AuditItem]) -> str:
    place = ids.index(item_id)
    text = f"rung {place + 1} of {len(ids)}"
    if place == 0:
        return f"{text}: the first to offer"
    above = entries.get(ids[place - 1])
    became = above.result or above.status.replace("_", " ") if above else "not offered"
    turn = f" at #{above.turns[0]}" if above and above.turns else ""
    return f"{text}: once {ids[place - 1]} is not accepted; that was {became}{turn}"


def find_known(brief: Json, text: str) -> tuple[str, ...]:
    """Pointers to what a brief knows of the matter that a text is about, the most telling first."""
    wanted = _stems(text)
    if not wanted:
        return ()
    scored = [
        (-len(wanted & _stems(f"{_spaced(pointer)} {value}")), pointer)
        for pointer, value in _facts(brief, "")
        if not pointer.startswith(_NOT_KNOWLEDGE)
    ]
    return tuple(pointer for score, pointer in sorted(scored) if score < 0)[:MOST_KNOWN]


def _facts(node: Json, pointer: str) -> Iterator[tuple[str, str]]:
    """Leaves of a brief with their text; what has a topic, or text and a source, is one fact as a whole."""
    if isinstance(node, dict):
        if pointer and {"topic", "value"} <= node.keys():
            yield pointer, f"{node['topic']} {node['value']}"
            return
        for key, child in node.items():
            yield from _facts(child, f"{pointer}/{escape_token(key)}")
    elif isinstance(node, list):
        for place, child in enumerate(node):
            yield from _facts(child, f"{pointer}/{place}")
    elif node not in (None, ""):
        yield pointer, str(node)


def _spaced(pointer: str) -> str:
    """The last key of a pointer, in words: what a value is of."""
    names = [step for step in pointer.split("/") if not step.isdigit()]
    return names[-1].replace("_", " ") if names else ""


def _stems(text: str) -> set[str]:
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text.lower())
    return {word[:_STEM] for word in words if len(word) >= 4 and word not in _PLAIN}
