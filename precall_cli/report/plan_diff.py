"""Two plans side by side: only what differs, item by item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.text import Text

from precall_cli.records.json_text import Json
from precall_cli.records.plan import CallPlan, Item, ItemKind
from precall_cli.report.console import line
from precall_cli.report.inert import one_line
from precall_cli.report.layout import fill, hanging

SAID = {
    "objective": ("type", "statement"),
    "opening": ("strategy", "line"),
    "disclosure": ("text", "due"),
    "qualification": ("topic", "question"),
    "objection": ("objection", "handling", "response"),
    "next_step": ("step", "ask"),
    "stop": ("condition", "action"),
    "known": ("topic", "answer", "told_by", "told_at"),
    "do_not_mention": ("text",),
}
"""What of an item a caller would notice, by kind."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One item that is not the same in both plans; `before` or `after` is None where it is missing."""

    kind: ItemKind
    what: str
    """`added`, `removed`, `changed` or `moved`."""
    before: str | None
    after: str | None


def find_differences(old: CallPlan, new: CallPlan) -> list[Difference]:
    """What differs from `old` to `new` in what a caller would notice, in plan order.

    Items are the same when they say the same; of the rest, those with one topic, handling or rule are
    taken for changed, in their order, and what is left over was added or removed.
    """
    differences: list[Difference] = []
    for kind in SAID:
        before = [item for k, item in old.items() if k == kind]
        after = [item for k, item in new.items() if k == kind]
        differences.extend(_of_kind(kind, before, after))  # type: ignore[arg-type]
    return differences


def _of_kind(kind: ItemKind, before: list[Item], after: list[Item]) -> Iterator[Difference]:
    texts_before, texts_after = [_text(kind, i) for i in before], [_text(kind, i) for i in after]
    kept = [text for text in texts_before if text in texts_after]
    kept_after = [text for text in texts_after if text in texts_before]
    gone = [i for i, text in zip(before, texts_before, strict=True) if text not in texts_after]
    come = [i for i, text in zip(after, texts_after, strict=True) if text not in texts_before]
    for item in list(gone):
        partner = next((other for other in come if _subject(kind, other) == _subject(kind, item)), None)
        if partner is not None:
            gone.remove(item)
            come.remove(partner)
            yield Difference(kind, "changed", _text(kind, item), _text(kind, partner))
    for item in gone:
        yield Difference(kind, "removed", _text(kind, item), None)
    for item in come:
        yield Difference(kind, "added", None, _text(kind, item))
    if kept != kept_after:
        yield Difference(kind, "moved", " · ".join(kept), " · ".join(kept_after))


def _text(kind: str, item: Item) -> str:
    return one_line(" / ".join(str(getattr(item, field)) for field in SAID[kind] if getattr(item, field)))


def _subject(kind: str, item: Item) -> str:
    """What makes two differing items one item that was changed."""
    if kind in ("objective", "opening"):
        return kind
    if kind in ("qualification", "known"):
        return str(getattr(item, "topic", ""))
    return item.rule or item.id


def render_differences(old: CallPlan, new: CallPlan, width: int) -> Iterator[Text]:
    """The differences as lines: `-` before, `+` after."""
    yield line(("- ", "red"), old.plan_id or "", "   ", ("+ ", "green"), new.plan_id or "")
    for difference in find_differences(old, new):
        head = fill(difference.kind.replace("_", " "), 15)
        if difference.before is not None:
            yield from hanging(line(("- ", "red"), (head, "bold")), line(difference.before), 17, width)
            head = " " * 15
        if difference.after is not None:
            yield from hanging(line(("+ ", "green"), (head, "bold")), line(difference.after), 17, width)


def differences_document(old: CallPlan, new: CallPlan) -> Json:
    """The differences as JSON."""
    return {
        "before": old.plan_id,
        "after": new.plan_id,
        "differences": [
            {"kind": d.kind, "what": d.what, "before": d.before, "after": d.after}
            for d in find_differences(old, new)
        ],
    }
