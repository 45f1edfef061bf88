"""Two audits of one call side by side: only what differs, each with its evidence, and what made it differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.text import Text

from precall_cli.records.audit import Audit, AuditItem, Deviation
from precall_cli.records.json_text import Json
from precall_cli.records.plan import CallPlan, Item
from precall_cli.report.audit_view import adherence_in_words, in_words, label_of, turns_in_words
from precall_cli.report.console import line
from precall_cli.report.inert import one_line
from precall_cli.report.layout import count, fill, hanging

HEAD = 13
"""Columns of the name of a figure."""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure, or a part of the signature, that is not the same in both; None where one has none."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ItemChange:
    """A plan item that the two audits judge differently; None where one does not have it."""

    before: AuditItem | None
    after: AuditItem | None

    @property
    def entry(self) -> AuditItem:
        """The entry of either."""
        one = self.before or self.after
        assert one is not None
        return one

    @property
    def what(self) -> str:
        """`status`, `evidence` (the same status for other words), `added` or `removed`."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        same = (self.before.status, self.before.result) == (self.after.status, self.after.result)
        return "evidence" if same else "status"


@dataclass(frozen=True, slots=True)
class DeviationChange:
    """A deviation that one of them has alone, or that both have with another weight, log or place."""

    before: Deviation | None
    after: Deviation | None


@dataclass(frozen=True, slots=True)
class AuditDifference:
    """All that differs between two audits of one call."""

    before: Audit
    after: Audit
    signature: tuple[Change, ...]
    """What in the signature differs: versions, matcher, thresholds, policy."""
    figures: tuple[Change, ...]
    """Plan, verdict, adherence, outcome, compliance, undecided items."""
    items: tuple[ItemChange, ...]
    deviations: tuple[DeviationChange, ...]
    same_items: int
    """Items on which both agree, evidence included."""

    @property
    def alike(self) -> bool:
        """Whether nothing that was found differs, whatever the signatures say."""
        return not (self.figures or self.items or self.deviations)


def compare_audits(before: Audit, after: Audit) -> AuditDifference:
    """What differs from one audit of a call to another, in the order of the plan.

    Items are the same by their id and kind. Two deviations are one by type and item, or by type and first
    turn where they belong to no item.
    """
    olds, news = _items(before), _items(after)
    items = [ItemChange(olds.get(key), news.get(key)) for key in dict.fromkeys((*olds, *news))]
    changed = tuple(c for c in items if _judged(c.before) != _judged(c.after))
    old, new = _deviations(before), _deviations(after)
    deviations = [DeviationChange(old.get(key), new.get(key)) for key in dict.fromkeys((*old, *new))]
    return AuditDifference(
        before=before,
        after=after,
        signature=_changes(_signature(before), _signature(after)),
        figures=_changes(_figures(before), _figures(after)),
        items=changed,
        deviations=tuple(d for d in deviations if _found(d.before) != _found(d.after)),
        same_items=len(items) - len(changed),
    )


def _items(audit: Audit) -> dict[tuple[str, str], AuditItem]:
    return {(entry.kind, entry.item): entry for entry in audit.items}


def _judged(entry: AuditItem | None) -> object:
    """What of an entry is compared; its confidence moves with every version and decides nothing by itself."""
    return None if entry is None else (entry.status, entry.result, entry.turns, entry.quote)


def _deviations(audit: Audit) -> dict[tuple[str, str, int], Deviation]:
    return {(d.type, d.item or "", -1 if d.item or not d.turns else d.turns[0]): d for d in audit.deviations}


def _found(deviation: Deviation | None) -> object:
    if deviation is None:
        return None
    return deviation.severity, deviation.owner, deviation.turns, deviation.logged, deviation.logged_reason


def _signature(audit: Audit) -> dict[str, str]:
    """`engine:1 policy:9f…` by name; what is no such pair stands under `signature`."""
    parts = [part.partition(":") for part in audit.signature.split()]
    if not parts or not all(name and mark for name, mark, _ in parts):
        return {"signature": audit.signature}
    return {name: value for name, _, value in parts}


def _figures(audit: Audit) -> dict[str, str]:
    rung = ", ".join(part for part in (audit.outcome.rung, audit.outcome.result) if part)
    return {
        "plan": audit.plan_id or "without an id",
        "verdict": audit.verdict,
        "adherence": " ".join(adherence_in_words(audit)).strip(),
        "uncertain": str(audit.scores.uncertain),
        "outcome": f"objective {in_words(audit.outcome.objective)}" + (f"; {rung}" if rung else ""),
        "compliance": audit.compliance,
    }


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    names = dict.fromkeys((*before, *after))
    return tuple(
        Change(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    )


def render_audit_difference(
    found: AuditDifference, plan: CallPlan | None, names: tuple[str, str], width: int
) -> Iterator[Text]:
    """The differences as lines: `-` before, `+` after. `plan` gives the items their words."""
    yield line((found.before.call_id[:60], "bold"))
    for sign, style, name in (("- ", "red", names[0]), ("+ ", "green", names[1])):
        yield from hanging(line((sign, style)), line(name), 2, width)
    for change in found.signature:
        yield from _two_lines(f"sig {change.name}", change.before or "none", change.after or "none", width)
    if not found.signature:
        cause = "" if found.alike else ": the transcript, the plan or the runtime's log was another"
        yield from hanging(line(), line((f"the signature is the same{cause}", "dim")), 2, width)
    if found.alike:
        yield line("what was found is the same, item by item")
        return
    for change in found.figures:
        yield from _two_lines(change.name, change.before or "none", change.after or "none", width)
    known = {item.id: item for _, item in plan.items()} if plan else {}
    for item in found.items:
        yield Text()
        yield from _item_lines(item, known, width)
    if found.deviations:
        yield Text()
    for pair in found.deviations:
        for sign, style, deviation in (("- ", "red", pair.before), ("+ ", "green", pair.after)):
            if deviation is not None:
                yield from _deviation_lines(line((sign, style)), deviation, width)
    yield Text()
    yield line((f"{count(found.same_items, 'item')} the same in both", "dim"))


def _two_lines(name: str, before: str, after: str, width: int) -> Iterator[Text]:
    head = fill(name, HEAD - 1) + " "
    yield from hanging(line(("- ", "red"), (head, "bold")), line(before), HEAD + 2, width)
    yield from hanging(line(("+ ", "green"), " " * HEAD), line(after), HEAD + 2, width)


def _item_lines(change: ItemChange, known: Mapping[str, Item], width: int) -> Iterator[Text]:
    entry = change.entry
    item = known.get(entry.item)
    label = label_of(entry.kind, item) if item else f"{in_words(entry.kind)} {entry.item}"
    note = " (the same status, other evidence)" if change.what == "evidence" else ""
    yield from hanging(line(("  ", ""), (label, "bold")), line((note, "dim")), 4, width)
    for sign, style, side in (("- ", "red", change.before), ("+ ", "green", change.after)):
        if side is None:
            yield line((sign, style), ("not an item of this plan", "dim"))
            continue
        status = in_words(side.status) + (f", {side.result}" if side.result else "")
        where = turns_in_words(side.turns)
        proof = f"“{one_line(side.quote)}”" if side.quote else one_line(side.reason or "")
        sure = f" ({side.confidence:.2f})" if side.confidence is not None else ""
        head = line((sign, style), (status, style), f"{sure}  ")
        yield from hanging(head, line((f"{where}  " if where else "", "dim"), proof), 4, width)


def _deviation_lines(head: Text, deviation: Deviation, width: int) -> Iterator[Text]:
    where = " ".join(part for part in (deviation.item or "", turns_in_words(deviation.turns)) if part)
    logged = f"{deviation.logged}: {deviation.logged_reason}" if deviation.logged_reason else deviation.logged
    said = f"{deviation.severity}, {in_words(logged)}"
    head = line(head, (in_words(deviation.type), "bold"), f" {where}  ")
    yield from hanging(head, line((f"{said}  ", "dim"), one_line(deviation.explanation)), 4, width)


def audit_difference_document(found: AuditDifference) -> Json:
    """The differences as JSON."""

    def side(entry: AuditItem | Deviation | None) -> Json:
        return entry.model_dump(mode="json") if entry is not None else None

    return {
        "call_id": found.before.call_id,
        "before": found.before.audit_id,
        "after": found.after.audit_id,
        "signature": [{"part": c.name, "before": c.before, "after": c.after} for c in found.signature],
        "figures": [{"figure": c.name, "before": c.before, "after": c.after} for c in found.figures],
        "items": [
            {
                "item": c.entry.item, "kind": c.entry.kind, "what": c.what,
                "before": side(c.before), "after": side(c.after),
            }
            for c in found.items
        ],
        "deviations": [{"before": side(c.before), "after": side(c.after)} for c in found.deviations],
        "same_items": found.same_items,
    }  # fmt: skip
