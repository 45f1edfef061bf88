"""What the brief knows, fact by fact: who told it, how old it is, and whether it may be passed on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from precall_cli.planner.playbook import Privacy
from precall_cli.planner.speech import holds_any
from precall_cli.records.brief import Brief, Fact, PriorCall
from precall_cli.records.record import parse_time

Teller = Literal["contact", "colleague"]


@dataclass(frozen=True, slots=True)
class Told:
    """One fact that somebody at the account told us."""

    pointers: tuple[str, ...]
    """Where it stands; more than one where the brief has it twice."""
    topic: str
    """Its topic in lower case with underscores."""
    value: str
    """What was said, as it stands."""
    teller: Teller
    """The contact to be called, or somebody else."""
    name: str | None
    """Their name, as it stands."""
    at: datetime | None
    """When it was told; None when nobody knows."""
    fresh: bool
    """Whether it is young enough to be relied on; a fact without a date is not."""
    private: bool
    """Told in confidence, or personal."""


def normal_topic(topic: str) -> str:
    """`Team size` → `team_size`."""
    return "_".join(re.findall(r"[^\W_]+", topic.casefold()))


def is_private(fact: Fact, privacy: Privacy) -> bool:
    """Whether a fact must be kept to ourselves: flagged, filed as private, or by what it says."""
    if fact.confidential:
        return True
    topic = fact.topic.replace("_", " ")
    return holds_any(topic, privacy.topics) or holds_any(
        f"{topic} . {fact.value}", (*privacy.markers, *privacy.subjects)
    )


def is_own_call(call: PriorCall, brief: Brief) -> bool:
    """Whether an earlier call was with the contact: by id, or where none is given, by no other name."""
    if call.contact_id is not None:
        return call.contact_id == brief.contact.contact_id
    return call.contact_name in (None, "", brief.contact.name)


def find_told(brief: Brief, privacy: Privacy, *, now: datetime, stale_after_days: int) -> tuple[Told, ...]:
    """Every fact of earlier calls and of engaged contacts, each once, newest first.

    What stands in both places is one fact with two pointers. Ties keep the order of the brief.
    """
    found: dict[tuple[str | None, str, str, bool], Told] = {}
    for pointer, fact, who, name, at in _raw(brief):
        fresh = at is not None and now - at <= timedelta(days=stale_after_days)
        teller: Teller = "contact" if who == brief.contact.contact_id else "colleague"
        private = is_private(fact, privacy)
        told = Told((pointer,), normal_topic(fact.topic), fact.value, teller, name, at, fresh, private)
        key = (
            who if teller == "colleague" else None,
            told.topic,
            " ".join(fact.value.casefold().split()),
            private,
        )
        twin = found.get(key)
        found[key] = told if twin is None else _merge(twin, told)
    return tuple(sorted(found.values(), key=lambda t: -t.at.timestamp() if t.at else 0.0))


def _raw(brief: Brief) -> Iterator[tuple[str, Fact, str | None, str | None, datetime | None]]:
    for i, other in enumerate(brief.engaged_contacts):
        for k, fact in enumerate(other.facts):
            told_at = fact.told_at or other.last_contact_at
            pointer = f"/engaged_contacts/{i}/facts/{k}"
            yield pointer, fact, other.contact_id, other.name, parse_time(told_at) if told_at else None
    for i, call in enumerate(brief.prior_calls):
        who = brief.contact.contact_id if is_own_call(call, brief) else call.contact_id
        for k, fact in enumerate(call.facts):
            pointer = f"/prior_calls/{i}/facts/{k}"
            yield pointer, fact, who, call.contact_name, parse_time(fact.told_at or call.at)


def _merge(first: Told, second: Told) -> Told:
    newer = max((first, second), key=lambda t: t.at.timestamp() if t.at else 0.0)
    return Told(
        first.pointers + second.pointers,
        first.topic,
        first.value,
        first.teller,
        first.name or second.name,
        newer.at,
        first.fresh or second.fresh,
        first.private,
    )
