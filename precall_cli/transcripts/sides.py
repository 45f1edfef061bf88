"""Which side a speaker is on: what the user said, else what the parties file says, else a name that is plain.

A label that none of them knows gives `unknown`; no side is ever guessed from who speaks first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json
from precall_cli.records.transcript import Speaker
from precall_cli.transcripts.draft import objects, part, string

_NAMES: dict[Speaker, str] = {
    "agent": "agent|ai|ai agent|ai assistant|ai caller|assistant|bot|robot|rep|representative|sales rep|sales"
    "|sdr|voice agent|voice assistant|virtual agent|virtual assistant|voice ai|salesperson|sales agent",
    "contact": "user|customer|caller|contact|lead|prospect|client|callee|human|buyer",
    "tool": "tool|function|tool call|tool result|function call",
    "system": "system|developer|event",
}
KNOWN_NAMES = MappingProxyType({name: side for side, names in _NAMES.items() for name in names.split("|")})
"""Labels that name a side in any format."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What the user says about who is who."""

    agent: tuple[str, ...] = ()
    """Labels of the agent as the file holds them: a name, an id (`SPEAKER_01`, `2`), `channel 1`."""
    contact: tuple[str, ...] = ()
    """Labels of the contact, likewise."""
    parties: Json | None = None
    """The parsed parties file: Gong's `/v2/calls/extensive`, or Twilio's transcript with its participants."""

    def __bool__(self) -> bool:
        return bool(self.agent or self.contact)


def side_of_role(role: str, roles: Mapping[str, Speaker], gaps: set[str]) -> Speaker:
    """The side of a role by a format's own table.

    A role that the table does not have is an event of the system, and a gap; speech without any role is
    of an unknown speaker.
    """
    side = roles.get(role)
    if side is None and role:
        gaps.add("unknown_roles")
    return side or ("system" if role else "unknown")


class Sided:
    """Answers for the labels of one file, and remembers which of the user's labels it met."""

    def __init__(self, sides: Sides) -> None:
        self._said: dict[str, Speaker] = {folded(label): "contact" for label in sides.contact}
        self._said |= {folded(label): "agent" for label in sides.agent}
        both = {folded(label) for label in sides.agent} & {folded(label) for label in sides.contact}
        if both:
            raise BadInput(
                f"{min(both)!r} is given as the agent and as the contact",
                place="--agent-speaker, --contact-speaker",
                hint="Give each label to one side.",
            )
        self._parties: dict[str, Speaker] = dict(_party_labels(sides.parties))
        self.met = False
        self.strangers: dict[str, None] = {}

    def said(self, labels: Iterable[str]) -> Speaker | None:
        """The side that the user gave one of these labels."""
        for label in labels:
            side = self._said.get(folded(label))
            if side:
                self.met = True
                return side
        return None

    def known(self, labels: tuple[str, ...]) -> Speaker:
        """The side by the parties file or by a name that is plain, else `unknown`."""
        for label in labels:
            side = self._parties.get(folded(label)) or KNOWN_NAMES.get(folded(label))
            if side:
                return side
        if labels:
            self.strangers.setdefault(labels[0])
        return "unknown"


@lru_cache(maxsize=4096)
def folded(label: str) -> str:
    """A label as it is compared: case, surrounding brackets and spacing do not matter.

    >>> folded(" [Speaker_01] "), folded("Dana  OKAFOR")
    ('speaker_01', 'dana okafor')
    """
    return re.sub(r"\s+", " ", label).strip(" \t[](){}<>:").casefold()


_INTERNAL = ("internal", "agent", "assistant", "rep", "host", "seller", "employee")
_EXTERNAL = ("external", "customer", "contact", "user", "client", "prospect", "buyer", "lead")
_LABELS = ("speakerId", "speaker_id", "id", "name", "full_name", "emailAddress", "email", "userId", "label")


def _party_labels(parties: Json) -> Iterator[tuple[str, Speaker]]:
    """Every label of every party whose side the file tells."""
    for party in _party_rows(parties):
        word = next(
            (string(party[key]).casefold() for key in ("affiliation", "side", "role") if party.get(key)), ""
        )
        side: Speaker | None = "agent" if word in _INTERNAL else "contact" if word in _EXTERNAL else None
        if side is None:
            continue
        for key in _LABELS:
            if label := string(party.get(key)).strip():
                yield folded(label), side
        if channel := string(party.get("channel_participant")).strip():
            yield channel, side
            yield f"channel {channel}", side


def _party_rows(parties: Json) -> Iterator[dict[str, Json]]:
    if isinstance(parties, list):
        for item in objects(parties):
            yield from _party_rows(item) if "parties" in item else [item]
    elif isinstance(parties, dict):
        for call in objects(parties.get("calls")):
            yield from objects(call.get("parties"))
        yield from objects(parties.get("parties"))
        yield from objects(parties.get("participants"))
        yield from objects(part(parties, "channel").get("participants"))
