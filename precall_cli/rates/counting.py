"""One audit counted: what it adds to the tally of each group; the store's figures, from the record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from precall_cli.records.audit import NOT_APPLICABLE, SEVERITY_OF, Audit, Deviation
from precall_cli.records.tally import KIND_OF_TYPE, NO_ITEM, RAISED, Tally

_OPEN = {*NOT_APPLICABLE, "uncertain"}


def count_audit(audit: Audit, by: str, keys: Mapping[str, str]) -> dict[str, Tally]:
    """What an audit adds, by group. `keys` names the group of the call in each dimension of whole calls."""
    if by == "item":
        return count_kinds(audit)
    return count_types(audit) if by == "type" else {keys[by]: count_call(audit)}


def count_call(audit: Audit) -> Tally:
    """The whole call."""
    parts = count_kinds(audit)
    total = sum(parts.values(), Tally())
    found = [d for d in audit.deviations if d.logged != "unconfirmed"]
    plan_owned = sum(d.owner == "plan" for d in found)
    return Tally(
        calls=1,
        live=int(total.due > 0),
        due=total.due,
        deviated=total.deviated,
        silent=total.silent,
        kept_logged=total.kept_logged,
        unconfirmed=sum(d.logged == "unconfirmed" for d in audit.deviations),
        uncertain=total.uncertain,
        breached=int(any(d.severity == "critical" for d in found)),
        plan_owned=plan_owned,
        plan_calls=int(plan_owned > 0),
        raised=total.raised,
        xx=total.deviated**2,
        xn=total.deviated * total.due,
        nn=total.due**2,
    )


def count_kinds(audit: Audit) -> dict[str, Tally]:
    """By kind of item; deviations of no item stand in a group of their own."""
    own: dict[str | None, list[Deviation]] = defaultdict(list)
    entries: dict[str | None, int] = defaultdict(int)
    for deviation in audit.deviations:
        if deviation.logged == "unconfirmed":
            entries[deviation.item] += 1
        elif deviation.owner == "agent":
            own[deviation.item].append(deviation)
    counts: dict[str, list[Tally]] = defaultdict(list)
    for item in audit.items:
        off = own.get(item.item, [])
        decided = item.status not in _OPEN
        counts[item.kind].append(
            Tally(
                due=int(decided or bool(off)),
                deviated=int(bool(off)),
                silent=int(any(d.logged == "unlogged" for d in off)),
                kept_logged=int(decided and not off and entries[item.item] > 0),
                unconfirmed=entries[item.item],
                uncertain=int(item.status == "uncertain"),
                raised=int(item.kind == "objection" and item.status in RAISED),
            )
        )
    loose = own.get(None, [])
    if loose or entries[None]:
        silent = sum(d.logged == "unlogged" for d in loose)
        counts[NO_ITEM].append(
            Tally(due=len(loose), deviated=len(loose), silent=silent, unconfirmed=entries[None])
        )
    return {kind: _of_one_call(sum(parts, Tally())) for kind, parts in counts.items()}


def _of_one_call(part: Tally) -> Tally:
    return part + Tally(
        calls=1,
        live=int(part.due > 0),
        xx=part.deviated**2,
        xn=part.deviated * part.due,
        nn=part.due**2,
    )


def count_types(audit: Audit) -> dict[str, Tally]:
    """By type of deviation. What is due are the items on which it can occur; if it needs none, the call."""
    kinds, call = count_kinds(audit), count_call(audit)
    counted: dict[str, Tally] = {}
    for type_ in SEVERITY_OF:
        of_type = [d for d in audit.deviations if d.type == type_]
        found = [(place, d) for place, d in enumerate(of_type) if d.logged != "unconfirmed"]
        places = {d.item if d.item is not None else place for place, d in found}
        silent = {
            d.item if d.item is not None else place
            for place, d in found
            if d.owner == "agent" and d.logged == "unlogged"
        }
        plan_owned = any(d.owner == "plan" for _, d in found)
        kind = KIND_OF_TYPE.get(type_)
        whole = kinds.get(kind) if kind else call
        if whole is None:
            continue
        off = len(places) if kind else int(bool(places))
        counted[type_] = Tally(
            calls=1,
            live=whole.live,
            due=whole.due if kind else max(whole.live, off),
            deviated=off,
            silent=len(silent) if kind else int(bool(silent)),
            unconfirmed=len(of_type) - len(found),
            uncertain=whole.uncertain if kind else 0,
            plan_owned=len(places) if plan_owned else 0,
            plan_calls=int(plan_owned),
        )
    return counted
