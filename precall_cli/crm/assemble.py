"""One brief out of all that was said of one person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from precall_cli.crm import choose as rules
from precall_cli.crm.choose import Choice, Conflict, Ranking, choose, prefer
from precall_cli.crm.clocks import Knowledge, zone_of_place
from precall_cli.crm.collected import Collected
from precall_cli.crm.company import Account, choose_account
from precall_cli.crm.dnc import LISTED, DncVerdict, join_dnc
from precall_cli.crm.draft import Draft, alternative, derived
from precall_cli.crm.entries import Company, Fault, LeftOut, Person, Reason, Said
from precall_cli.crm.history import History, Identity
from precall_cli.crm.mapping import Mapping as UserMapping
from precall_cli.crm.owners import choose_owner
from precall_cli.crm.phones import country_of_phone
from precall_cli.errors import Problem
from precall_cli.records.brief import Brief
from precall_cli.records.json_text import Json
from precall_cli.records.record import describe, format_time

ORDER = ("hubspot", "salesforce", "apollo")
"""Whose id a contact has where several systems know them: the first of these."""
SCALARS = ("/contact/title", "/contact/email", "/contact/persona", "/lifecycle_stage")


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all briefs of a run."""

    collected: Collected
    history: History
    ranking: Ranking
    mapping: UserMapping
    knowledge: Knowledge
    now: datetime
    fetched_at: datetime | None
    faults: list[Fault]


def primary(group: Sequence[Person]) -> Person | None:
    """The record whose id the contact has; None where no record has one."""
    with_id = [person for person in group if person.record_id]
    return min(with_id, key=lambda p: (ORDER.index(p.source), p.record_id), default=None)


def identify(group: Sequence[Person], ranking: Ranking) -> Identity | None:
    """Id and name of a person; None where either is missing."""
    first, name = primary(group), choose(_said(group, "/contact/name"), ranking)
    if first is None or name is None:
        return None
    title = choose(_said(group, "/contact/title"), ranking)
    last = max((person.last_contact for person in group if person.last_contact), default=None)
    return Identity(
        first.record_id, str(name.said.value), None if title is None else str(title.said.value), last
    )


def assemble(group: Sequence[Person], setting: Setting) -> tuple[Brief, list[Conflict]] | LeftOut:
    """The brief of one person with the conflicts found in it, or why there is none."""
    first, ranking = primary(group), setting.ranking
    dropped = next((p.dropped for p in group if p.dropped), None)
    if dropped is not None and all(p.dropped for p in group):
        return _left_out(group, dropped, "the record is archived or deleted there")
    group = sorted((p for p in group if not p.dropped), key=lambda p: (ranking(p.origin), p.record_id))
    first = primary(group)
    name = choose(_said(group, "/contact/name"), ranking)
    if first is None:
        return _left_out(group, "no_id", "the record has no id")
    if name is None:
        return _left_out(group, "no_name", "the record has neither a first nor a last name")
    account = choose_account(group, setting.collected, ranking)
    if account is None:
        return _left_out(group, "no_company", _no_company(group))
    draft = Draft(
        f"brf_{first.source}_{first.record_id}",
        None if setting.fetched_at is None else format_time(setting.fetched_at),
    )
    contact: Json = {"contact_id": first.record_id, "name": draft.take("/contact/name", name)}
    ids = [p.origin for p in group if p.record_id and p is not first]
    draft.note(
        "/contact/contact_id",
        first.origin,
        [
            alternative(p.record_id, o)
            for p, o in zip([p for p in group if p.origin in ids], ids, strict=True)
        ],
    )
    phone = _take_phone(group, draft, ranking)
    place = _choose_place(group, ranking)
    jurisdiction = _jurisdiction(place, phone, draft, setting.mapping.seller)
    if jurisdiction is None:
        return _left_out(
            group, "no_place", "neither an address with a known country nor a number that tells one"
        )
    for pointer in SCALARS[:3]:
        if choice := choose(_said(group, pointer), ranking):
            contact[pointer.rpartition("/")[2]] = draft.take(pointer, choice)
    if phone is not None:
        contact["phone"] = phone.value
    zone = _take_zone(group, jurisdiction, draft, setting)
    if zone is not None:
        contact["timezone"] = zone
    document: Json = {
        "schema": "precall.brief/1",
        "brief_id": draft.brief_id,
        "assembled_at": format_time(setting.now),
        "contact": contact,
        "account": _take_account(account, first, draft),
        "dnc": _take_dnc(join_dnc((s for p in group for s in p.dnc), contact.get("phone")), draft),
        "jurisdiction": jurisdiction,
    }
    document |= _optional(group, account, draft, setting)
    document["provenance"] = sorted(draft.provenance, key=lambda row: str(row["pointer"]))
    brief = _checked(document)
    if isinstance(brief, Brief):
        return brief, draft.conflicts
    return _left_out(group, "unusable", describe(brief))


def _checked(document: Json) -> Brief | list[Problem]:
    """The brief that a document is, or its problems.

    A document made here needs no canonical form to be read, which is most of the time of `Brief.examine`.
    """
    try:
        brief = Brief.model_validate_json(json.dumps(document, allow_nan=False))
    except ValidationError:
        return Brief.examine(document)[1]
    return brief.cross_check() or brief


def _said(group: Sequence[Person], pointer: str) -> list[Said]:
    return [person.facts[pointer] for person in group if pointer in person.facts]


def _no_company(group: Sequence[Person]) -> str:
    linked = [f"{person.source} company {person.company_ids[0]}" for person in group if person.company_ids]
    if not linked:
        return "the record names no company"
    return f"{linked[0]} is in none of the files; give the export of companies too"


def _left_out(group: Sequence[Person], reason: Reason, detail: str) -> LeftOut:
    ordered = sorted(group, key=lambda p: (ORDER.index(p.source), p.record_id, p.origin.place))
    best = primary(ordered) or ordered[0]
    return LeftOut(best.source, best.origin.place, best.record_id, reason, detail)


def _take_phone(group: Sequence[Person], draft: Draft, ranking: Ranking) -> Said | None:
    """The first number of the most trusted record; the others are alternatives.

    It is a conflict only where another record does not know the chosen number at all.
    """
    with_phones = [person for person in group if person.phones]
    if not with_phones:
        return None
    best = with_phones[0]
    chosen = best.phones[0]
    rest = [said for person in with_phones for said in person.phones if said != chosen]
    foreign = [p for p in with_phones if all(said.value != chosen.value for said in p.phones)]
    draft.note("/contact/phone", chosen.origin, [alternative(said.value, said.origin) for said in rest])
    if foreign:
        others = tuple(said for person in foreign for said in person.phones)
        rule = ranking.rule(chosen.origin, others[0].origin)
        draft.conflicts.append(Conflict(draft.brief_id, "/contact/phone", chosen, others, rule))
    return chosen


def _choose_place(group: Sequence[Person], ranking: Ranking) -> Choice | None:
    choice = choose([person.place for person in group if person.place is not None], ranking)
    if choice is None:
        return None
    country = f"{choice.said.value}-"
    return prefer(choice, lambda code: str(code).startswith(country), rules.FINER)


def _jurisdiction(place: Choice | None, phone: Said | None, draft: Draft, seller: str | None) -> Json | None:
    if place is not None:
        code = draft.take("/jurisdiction/contact", place)
        found: Json = {"contact": code, "basis": "address"}
    else:
        country = country_of_phone(str(phone.value)) if phone is not None else None
        if country is None or phone is None:
            return None
        found = {"contact": country, "basis": "phone_prefix"}
        draft.note("/jurisdiction/contact", derived(phone.origin, "prefix of /contact/phone"))
    return found | ({} if seller is None else {"seller": seller})


def _take_zone(group: Sequence[Person], jurisdiction: Json, draft: Draft, setting: Setting) -> str | None:
    """The zone that a source names, else the only one of an address; a phone prefix decides none."""
    choice = choose(_said(group, "/contact/timezone"), setting.ranking)
    if choice is not None:
        return str(draft.take("/contact/timezone", choice))
    if jurisdiction["basis"] != "address":
        return None
    zone = zone_of_place(jurisdiction["contact"], setting.knowledge.places, setting.now)
    place = _choose_place(group, setting.ranking)
    if zone is not None and place is not None:
        draft.note("/contact/timezone", derived(place.said.origin, "only clock of /jurisdiction/contact"))
    return zone


def _take_account(account: Account, first: Person, draft: Draft) -> Json:
    found: Json = {}
    name = account.choices["/account/name"].said
    if account.key is not None:
        found["account_id"] = account.key[1]
        draft.note("/account/account_id", account.key_origin)
    else:
        # No record of the company: an id of its own, so that no two companies are taken for one.
        found["account_id"] = f"account-of-{first.source}-{first.record_id}"
        draft.note("/account/account_id", derived(name.origin, "made of the contact's id, for want of one"))
    for pointer, choice in account.choices.items():
        found[pointer.rpartition("/")[2]] = draft.take(pointer, choice)
    return found


def _take_dnc(verdict: DncVerdict, draft: Draft) -> Json:
    found: Json = {"listed": verdict.listed}
    if verdict.checked_at is not None:
        found["checked_at"] = verdict.checked_at
    if verdict.registry is not None:
        found["registry"] = verdict.registry
    if not verdict.deciding:
        return found
    first, *rest = verdict.deciding
    others = [*rest, *verdict.others]
    draft.note("/dnc/listed", first.origin, [alternative(LISTED[each.level], each.origin) for each in others])
    against = verdict.others
    if against:
        # A statement that could not be read has no value; the conflict shows what the others said.
        draft.conflicts.append(
            Conflict(
                draft.brief_id,
                "/dnc/listed",
                Said(_level_word(first.level), first.origin),
                tuple(Said(_level_word(each.level), each.origin) for each in against),
                rules.STRICTEST,
            )
        )
    return found


def _level_word(level: object) -> str:
    return str(getattr(level, "name", level)).lower().replace("_", " ")


def _optional(group: Sequence[Person], account: Account, draft: Draft, setting: Setting) -> Json:
    found: Json = {}
    for key, listed in setting.history.parts(group, account.keys).items():
        if listed.documents:
            found[key] = [dict(document) for document in listed.documents]
            for index, origin in enumerate(listed.origins):
                draft.note(f"/{key}/{index}", origin)
    if stage := choose(_said(group, "/lifecycle_stage"), setting.ranking):
        strict = prefer(stage, lambda code: setting.knowledge.is_opt_out(str(code)), rules.OPTED_OUT)
        found["lifecycle_stage"] = draft.take("/lifecycle_stage", strict)
    if enrichment := _enrichment(group, account, draft):
        found["enrichment"] = enrichment
    if consent := _consent(group, draft, setting.ranking):
        found["consent"] = consent
    owners = [(p.owner, p.origin) for p in group if p.owner is not None]
    owners += [(c.owner, c.origin) for c in account.companies if c.owner is not None]
    if chosen := choose_owner(owners, setting.collected, setting.mapping, setting.faults):
        found["ae"] = chosen[0]
        draft.note("/ae", derived(chosen[1], "owner"))
    if colleagues := setting.history.colleagues(group, account.keys):
        found["engaged_contacts"] = colleagues
    return found


def _enrichment(group: Sequence[Person], account: Account, draft: Draft) -> Json:
    """What a vendor of data adds, of the person and of the chosen company."""
    found: Json = {}
    records: list[Person | Company] = [*group, *account.companies]
    told = [record.extras for record in records if record.extras]
    for key, extra in (pair for extras in told for pair in extras.items()):
        if key not in found:
            found[key] = list(extra.value) if isinstance(extra.value, tuple) else extra.value
            draft.note(f"/enrichment/{key}", extra.origin)
    if told:
        found["source"] = next(iter(told[0].values())).origin.source
    if told and draft.fetched_at is not None:
        found["fetched_at"] = draft.fetched_at
    return found


def _consent(group: Sequence[Person], draft: Draft, ranking: Ranking) -> Json:
    """What was agreed to; where two sources differ, the refusal holds."""
    found: Json = {}
    for pointer in ("/consent/recording", "/consent/ai_voice"):
        if choice := choose(_said(group, pointer), ranking):
            strict = prefer(choice, lambda agreed: agreed is False, rules.STRICTEST)
            found[pointer.rpartition("/")[2]] = draft.take(pointer, strict)
    times = _said(group, "/consent/obtained_at")
    if found and times:
        # The earliest: the newest consent cannot make the others younger.
        earliest = min(times, key=lambda said: (str(said.value), ranking(said.origin)))
        found["obtained_at"] = earliest.value
        draft.note("/consent/obtained_at", earliest.origin)
    return found
