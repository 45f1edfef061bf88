"""Which records are the same person: by id, by e-mail, else by phone; never by name alone.

- Rows of one system with one id are one person, with or without `--merge`.
- With `merge`, also records with the same e-mail address, and records of which one names the other's id.
- A record without an e-mail address joins the one person who has its phone, unless both have names and the
  names differ: numbers are shared. If several people have the number it joins none of them.

The result does not depend on the order of the records, but for the order in which the groups stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

from precall_cli.crm.entries import Fault, Key, Person

Group = tuple[Person, ...]


def group_people(people: Sequence[Person], merge: bool, faults: list[Fault]) -> list[Group]:
    """The records as groups of one person each, in the order in which each first appears."""
    joined = _Joined(len(people))
    _join_by(joined, [[_key(person)] if person.record_id else [] for person in people])
    if merge:
        _join_by(joined, [[mail] if (mail := email_of(person)) else [] for person in people])
        _join_by(joined, [_ids(person) for person in people])
        _join_by_phone(joined, people, faults)
    return [tuple(people[index] for index in group) for group in joined.groups()]


def email_of(person: Person) -> str:
    """The e-mail address as it is compared; empty where there is none."""
    said = person.facts.get("/contact/email")
    return "" if said is None else str(said.value).strip().casefold()


def name_of(person: Person) -> str:
    """The name as it is compared; empty where there is none."""
    said = person.facts.get("/contact/name")
    return "" if said is None else " ".join(str(said.value).casefold().split())


def _key(person: Person) -> Key:
    return _canonical(person.source, person.record_id)


def _canonical(system: str, found: str) -> Key:
    """Salesforce ids of 18 characters are those of 15 with a checksum."""
    return system, found[:15] if system == "salesforce" else found


def _ids(person: Person) -> list[Key]:
    own = [_key(person)] if person.record_id else []
    return own + [_canonical(*alias) for alias in person.aliases]


class _Joined:
    """Sets that are joined pair by pair (union-find)."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def root(self, index: int) -> int:
        while self.parent[index] != index:
            self.parent[index] = self.parent[self.parent[index]]
            index = self.parent[index]
        return index

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self.parent[second] = first

    def groups(self) -> list[list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for index in range(len(self.parent)):
            found[self.root(index)].append(index)
        return [found[root] for root in sorted(found)]


def _join_by(joined: _Joined, keys: Sequence[Iterable[Hashable]]) -> None:
    first: dict[Hashable, int] = {}
    for index, some in enumerate(keys):
        for key in some:
            joined.join(first.setdefault(key, index), index)


def _join_by_phone(joined: _Joined, people: Sequence[Person], faults: list[Fault]) -> None:
    groups = joined.groups()
    with_mail = [any(email_of(people[index]) for index in group) for group in groups]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        for phone in _phones(people[index] for index in group):
            holders[phone].append(number)
    for number, group in enumerate(groups):
        if with_mail[number]:
            continue
        near = {other for phone in _phones(people[i] for i in group) for other in holders[phone]} - {number}
        fitting = [other for other in sorted(near) if _names_agree(people, group, groups[other])]
        owners = [other for other in fitting if with_mail[other]]
        if len(owners) > 1:
            person = people[group[0]]
            faults.append(
                Fault(
                    person.origin.place,
                    person.origin.field,
                    f"its phone is that of {len(owners)} people, so it is joined to none of them",
                    "Give it an e-mail address.",
                )
            )
        elif owners:
            joined.join(group[0], groups[owners[0]][0])
    _join_those_without_mail(joined, people, groups, with_mail)


def _join_those_without_mail(
    joined: _Joined, people: Sequence[Person], groups: list[list[int]], with_mail: list[bool]
) -> None:
    """Records that have only phone and name join one another where both are equal."""
    keys: list[list[Hashable]] = [[] for _ in people]
    for number, group in enumerate(groups):
        names = {name for index in group if (name := name_of(people[index]))}
        if not with_mail[number] and len(names) == 1:
            phones = _phones(people[index] for index in group)
            keys[group[0]] = [(phone, next(iter(names))) for phone in sorted(phones)]
    _join_by(joined, keys)


def _phones(people: Iterable[Person]) -> set[str]:
    return {str(said.value) for person in people for said in person.phones}


def _names_agree(people: Sequence[Person], one: list[int], other: list[int]) -> bool:
    first = {name for index in one if (name := name_of(people[index]))}
    second = {name for index in other if (name := name_of(people[index]))}
    return not first or not second or bool(first & second)
