"""One account, one story: what each of its people told us, gathered once and told to every next plan.

Facts come from stored briefs (earlier calls, engaged contacts) and from outcomes whose runtime wrote down
`facts` itself. Nothing is read out of free text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from precall_cli.records.brief import Brief, Fact
from precall_cli.records.json_text import Json
from precall_cli.records.outcome import CallOutcome
from precall_cli.records.record import parse_time

PASSED_ON = "precall"
"""Source, in a brief's provenance, of what other records of the account say."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that somebody at the account told us."""

    contact_id: str
    """Who."""
    name: str
    topic: str
    value: str
    told_at: str | None
    """When, RFC 3339; None where nobody knows."""
    confidential: bool
    """Told in confidence."""
    source: str
    """Where it is written: `brief ID` or `call ID`."""
    place: str
    """The pointer into that record."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two of them one: the same person, topic and words."""
        return self.contact_id, _plain(self.topic), _plain(self.value)


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


def heard_in_brief(brief: Brief) -> Iterator[Heard]:
    """Every fact of a brief whose teller is known by id; what a story put there keeps its first source."""
    source = f"brief {brief.brief_id}"
    passed_on = {each.pointer: each for each in brief.provenance if each.source == PASSED_ON}
    for i, other in enumerate(brief.engaged_contacts):
        for k, fact in enumerate(other.facts):
            at = fact.told_at or other.last_contact_at
            place = f"/engaged_contacts/{i}/facts/{k}"
            first = passed_on.get(place)
            written = (first.file, first.field) if first else (source, place)
            yield _heard(other.contact_id, other.name, fact, at, *written)
    for i, call in enumerate(brief.prior_calls):
        own = call.contact_id == brief.contact.contact_id or (
            call.contact_id is None and call.contact_name in (None, "", brief.contact.name)
        )
        who = brief.contact.contact_id if own else call.contact_id
        name = (brief.contact.name if own else call.contact_name) or who
        for k, fact in enumerate(call.facts):
            if who and name:
                place = f"/prior_calls/{i}/facts/{k}"
                yield _heard(who, name, fact, fact.told_at or call.at, source, place)


def heard_in_outcome(outcome: CallOutcome, contact_id: str, name: str, sealed_at: str) -> Iterator[Heard]:
    """The facts that a runtime wrote into a call's outcome, told by the contact who was called.

    A fact without a time was told when the call was recorded. What is no list of facts is passed over.
    """
    found = (outcome.model_extra or {}).get("facts")
    for k, entry in enumerate(found if isinstance(found, list) else []):
        try:
            fact = Fact.model_validate(entry)
        except ValidationError:
            continue
        yield _heard(
            contact_id, name, fact, fact.told_at or sealed_at, f"call {outcome.call_id}", f"/facts/{k}"
        )


def _heard(who: str, name: str, fact: Fact, at: str | None, source: str, place: str) -> Heard:
    return Heard(who, name, fact.topic, fact.value, at, bool(fact.confidential), source, place)


@dataclass(frozen=True, slots=True)
class Story:
    """All that the people of one account told us: each thing once, the oldest first."""

    account_id: str
    heard: tuple[Heard, ...] = ()

    def with_more(self, heard: Iterable[Heard]) -> Story:
        """The story with further things in it; of the same thing told twice, the later telling counts."""
        found: dict[tuple[str, str, str], Heard] = {}
        for each in sorted((*self.heard, *heard), key=_order):
            twin = found.pop(each.key, None)
            if twin is not None and twin.confidential and not each.confidential:
                each = Heard(  # noqa: PLW2901 - what was once told in confidence stays so
                    each.contact_id, each.name, each.topic, each.value, each.told_at, True, each.source,
                    each.place,
                )  # fmt: skip
            found[each.key] = each
        return Story(self.account_id, tuple(found.values()))

    def tell(self, brief: Brief) -> Brief:
        """The brief with what its contact's colleagues told us; the same brief where it has all of it.

        What is added stands in `engaged_contacts`, so that a plan can cite it, with its source in
        `provenance`.
        """
        known = {each.key for each in heard_in_brief(brief)}
        own = brief.contact.contact_id
        missing = [each for each in self.heard if each.contact_id != own and each.key not in known]
        if not missing:
            return brief
        document = brief.document()
        people: list[Json] = [*document.get("engaged_contacts", [])]
        sources: list[Json] = [*document.get("provenance", [])]
        for each in missing:
            at = next((i for i, one in enumerate(people) if one["contact_id"] == each.contact_id), None)
            if at is None:
                people.append({"contact_id": each.contact_id, "name": each.name, "facts": []})
                at = len(people) - 1
            person = people[at] = people[at] | {"facts": [*people[at].get("facts", [])]}
            person["facts"].append(_fact_document(each))
            pointer = f"/engaged_contacts/{at}/facts/{len(person['facts']) - 1}"
            sources.append(
                {"pointer": pointer, "source": PASSED_ON, "file": each.source, "field": each.place}
                | ({"as_of": each.told_at} if each.told_at else {})
            )
        document |= {"engaged_contacts": people, "provenance": sources}
        return Brief.from_document(document, brief.brief_id)


def _fact_document(heard: Heard) -> Json:
    document: dict[str, Json] = {"topic": heard.topic, "value": heard.value}
    if heard.told_at:
        document["told_at"] = heard.told_at
    if heard.confidential:
        document["confidential"] = True
    return document


def _order(heard: Heard) -> tuple[float, str, bool]:
    """By time, then by all that it says: never by who was read first."""
    told = parse_time(heard.told_at).timestamp() if heard.told_at else 0.0
    words = (heard.contact_id, heard.topic, heard.value, heard.name, heard.source, heard.place)
    return told, "\0".join((*words, heard.told_at or "")), heard.confidential


def make_story(account_id: str, briefs: Iterable[Brief], more: Iterable[Heard] = ()) -> Story:
    """The story that briefs of an account's contacts and further hearings make, in whatever order."""
    told = [each for brief in briefs for each in heard_in_brief(brief)]
    return Story(account_id).with_more((*told, *more))
