"""How far reviewers agree, with each other and with the tool: Cohen's kappa per type of deviation.

Only *blind first decisions* count: of each reviewer the first on a subject, before anything was superseded.
What a reviewer says of an item: overturned, what the overturn says; confirmed, what the audit says; and with
the call confirmed as a whole, what the audit says of every item that this reviewer did not speak of. Disputed
or skipped is no rating. A *unit* is an item on which the type can occur and that is due by one of the two
readings; for a type that needs no item, the call. `status` compares the statuses of items themselves, all
kinds together. The tool's `uncertain` is no rating of the tool.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from precall_cli.records.agreement import Agreement, AgreementReport, Split
from precall_cli.records.audit import NOT_APPLICABLE, SEVERITY_OF, Audit
from precall_cli.records.review import Review
from precall_cli.records.tally import KIND_OF_TYPE
from precall_cli.review.decisions import correct, subject_of

TOOL = "the audit"
SMALL = 30
"""Below so many units, a kappa is shown with a warning."""
_OPEN = {*NOT_APPLICABLE, "uncertain"}
_CALL = "the call"


@dataclass(frozen=True, slots=True)
class Ratings:
    """What one rater says of one call."""

    statuses: Mapping[str, str]
    """Item to status, of the items that were rated."""
    kinds: Mapping[str, str]
    """Item to kind."""
    types: Mapping[str, frozenset[str]]
    """Item, or `the call`, to the types of deviation seen there; only what was rated."""


def kappa(pairs: Sequence[tuple[object, object]]) -> float | None:
    """Cohen's kappa of paired ratings; None where chance alone would agree always, or there are none.

    >>> round(kappa([("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15), 4)
    0.4
    """
    total = len(pairs)
    if not total:
        return None
    one, other = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(one[rating] * other[rating] for rating in one) / total**2
    if chance == 1:
        return None
    return (sum(a == b for a, b in pairs) / total - chance) / (1 - chance)


def first_decisions(reviews: Iterable[Review]) -> list[Review]:
    """Of each reviewer the first decision about each subject of each audit, in the order of sealing."""
    first: dict[tuple[str, str, object], Review] = {}
    for review in reviews:
        first.setdefault((review.who, review.audit_id, subject_of(review)), review)
    return list(first.values())


def rate_call(audit: Audit, own: Sequence[Review]) -> Ratings:
    """What a reviewer's first decisions say of a call; with none at all, what the audit itself says."""
    silent_on = {r.item for r in own if r.decision in ("dispute", "skip") and r.item}
    whole = any(r.decision == "confirm" and subject_of(r) == (None, None) for r in own)
    spoken = {r.item for r in own if r.item and r.decision in ("confirm", "overturn")}
    is_tool = not own
    read = correct(audit, [r for r in own if r.decision == "overturn"]).audit
    seen: dict[str, set[str]] = defaultdict(set)
    for deviation in read.deviations:
        if deviation.logged != "unconfirmed":
            seen[deviation.item or _CALL].add(deviation.type)
    rated = {
        item.item: item.status
        for item in read.items
        if item.item not in silent_on
        and (whole or item.item in spoken or is_tool)
        and not (item.status == "uncertain" and (is_tool or item.item not in spoken))
    }
    types = {item: frozenset(seen[item]) for item in rated}
    if whole or is_tool or any(r.type and not r.item and r.decision in ("confirm", "overturn") for r in own):
        types[_CALL] = frozenset(seen[_CALL])
    return Ratings(rated, {item.item: item.kind for item in audit.items}, types)


def measure_agreement(calls: Iterable[tuple[Audit, Sequence[Review]]]) -> AgreementReport:
    """The report over calls, each with the reviews of its audit in the order of sealing."""
    units: dict[tuple[str, str, str], list[tuple[object, object]]] = defaultdict(list)
    in_calls: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    splits: list[Split] = []
    for audit, reviews in calls:
        by_who: dict[str, list[Review]] = defaultdict(list)
        for review in first_decisions(reviews):
            by_who[review.who].append(review)
        raters = {who: rate_call(audit, own) for who, own in sorted(by_who.items())}
        raters = {who: ratings for who, ratings in raters.items() if ratings.types}
        tool = rate_call(audit, [])
        pairs = [*combinations(raters, 2), *((who, TOOL) for who in raters)]
        for one, other in pairs:
            a, b = raters[one], tool if other == TOOL else raters[other]
            for measure, rating in _paired(a, b):
                units[one, other, measure].append(rating)
                in_calls[one, other, measure].add(audit.call_id)
        splits += _splits(audit, raters)
    rows = [
        _agreement(one, other, measure, rated, len(in_calls[one, other, measure]))
        for (one, other, measure), rated in units.items()
    ]
    order = {"status": 0} | {type_: place for place, type_ in enumerate(SEVERITY_OF, 1)}
    rows.sort(key=lambda row: (row.other == TOOL, row.one, row.other, order[row.measure]))
    return AgreementReport(rows=tuple(rows), splits=tuple(splits))


def _paired(a: Ratings, b: Ratings) -> Iterable[tuple[str, tuple[object, object]]]:
    """Every unit that both rated: the measure it belongs to, and the two ratings."""
    both = [item for item in a.statuses if item in b.statuses]
    due = [item for item in both if not (a.statuses[item] in _OPEN and b.statuses[item] in _OPEN)]
    for item in due:
        yield "status", (a.statuses[item], b.statuses[item])
    for type_ in SEVERITY_OF:
        kind = KIND_OF_TYPE.get(type_)
        if kind is None and _CALL in a.types and _CALL in b.types:
            yield type_, (type_ in a.types[_CALL], type_ in b.types[_CALL])
        for item in due if kind else ():
            if a.kinds[item] == kind:
                yield type_, (type_ in a.types[item], type_ in b.types[item])


def _agreement(
    one: str, other: str, measure: str, rated: Sequence[tuple[object, object]], calls: int
) -> Agreement:
    found = kappa(rated)
    return Agreement(
        one=one,
        other=other,
        measure=measure,
        units=len(rated),
        calls=calls,
        same=sum(a == b for a, b in rated),
        kappa=None if found is None else round(found, 6),
        small=len(rated) < SMALL,
    )


def _splits(audit: Audit, raters: Mapping[str, Ratings]) -> Iterable[Split]:
    """The items on which the reviewers of a call say different things."""
    for item in audit.items:
        said = {who: r.statuses[item.item] for who, r in raters.items() if item.item in r.statuses}
        if len(set(said.values())) > 1:
            yield Split(call_id=audit.call_id, item=item.item, type=None, audit=item.status, said=said)
    for place in (*(item.item for item in audit.items), _CALL):
        shown = {who: r.types[place] for who, r in raters.items() if place in r.types}
        for type_ in SEVERITY_OF:
            views = {who: "yes" if type_ in types else "no" for who, types in shown.items()}
            statuses = {r.statuses.get(place) for who, r in raters.items() if who in shown}
            if len(set(views.values())) > 1 and (place == _CALL or len(statuses) == 1):
                found = any(
                    d.type == type_ and (d.item or _CALL) == place and d.logged != "unconfirmed"
                    for d in audit.deviations
                )
                item_id = None if place == _CALL else place
                yield Split(
                    call_id=audit.call_id,
                    item=item_id,
                    type=type_,
                    audit="yes" if found else "no",
                    said=views,
                )
