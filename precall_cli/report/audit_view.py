"""One audit as people read it: the same figures, marks and words for every format.

The terminal and the HTML report show what stands here and count nothing themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from precall_cli.records.audit import NOT_APPLICABLE, SEVERITIES, Audit, AuditItem, Deviation
from precall_cli.records.plan import CallPlan, Item
from precall_cli.report.inert import one_line
from precall_cli.report.layout import count, percent

Tone = Literal["kept", "minor", "major", "critical", "info", "uncertain", "idle"]
"""How an item came off: with an agent's deviation its severity, else kept, undecided or not due."""
MARKS: dict[Tone, str] = {
    "kept": "✓", "minor": "~", "major": "✗", "critical": "✗", "info": "i", "uncertain": "?", "idle": "·",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """What a report says besides the audit itself."""

    plan: str
    """The plan in a few words, such as `pln_9f2c (inbound, offline, sealed 12 s before the dial)`."""
    next_steps: tuple[str, ...] = ()
    """Commands to type next."""
    caveats: tuple[str, ...] = ()
    """What the reader must know, such as that no store has sealed the plan."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """One plan item with what became of it."""

    entry: AuditItem
    item: Item
    deviations: tuple[Deviation, ...]
    """What departed from it; log entries with nothing found are none."""
    tone: Tone
    label: str
    """Id and subject, or the kind alone where there is one of it."""
    status: str
    """The status in words, with the result of a rung."""
    where: str
    """The turns that prove it: `#9 → #10`."""
    remark: str
    """What has to be explained: its deviations, else why it is undecided or did not come up."""

    @property
    def mark(self) -> str:
        """One character for the tone, so that colour is never alone."""
        return MARKS[self.tone]


@dataclass(frozen=True, slots=True)
class AuditView:
    """One audit, ready to be shown."""

    plan: CallPlan
    audit: Audit
    items: tuple[ItemView, ...]
    """One for each plan item, in the order of the audit."""
    found: tuple[Deviation, ...]
    """All that departed from the plan, the agent's and the plan's own."""
    loose: tuple[Deviation, ...]
    """Those of them that belong to no item."""
    unconfirmed: tuple[Deviation, ...]
    """What the runtime logged and nothing shows."""
    due: str
    """How many kept of how many due: `12/14 due`, or `none due`."""
    rate: str
    """The adherence in per cent; nothing where none was due."""
    uncertain: str
    """`1 uncertain`, or nothing."""
    rung: str
    """`rung 2 of 3 accepted`; nothing where none was offered."""
    tally: str
    """How many deviations, logged and silent."""
    signature: str
    """The audit's signature, shortened to what tells two apart."""

    @property
    def outcome(self) -> str:
        """`objective pursued, rung 2 of 3 accepted`."""
        return f"objective {in_words(self.audit.outcome.objective)}" + (f", {self.rung}" if self.rung else "")


def make_view(plan: CallPlan, audit: Audit) -> AuditView:
    """The audit of a call that was dialled with `plan`."""
    found = tuple(d for d in audit.deviations if d.logged != "unconfirmed")
    items = {item.id: item for _, item in plan.items()}
    uncertain = f"{audit.scores.uncertain} uncertain" if audit.scores.uncertain else ""
    due, rate = adherence_in_words(audit)
    return AuditView(
        plan=plan,
        audit=audit,
        items=tuple(_item(entry, items[entry.item], found) for entry in audit.items),
        found=found,
        loose=tuple(d for d in found if not d.item),
        unconfirmed=tuple(d for d in audit.deviations if d.logged == "unconfirmed"),
        due=due,
        rate=rate,
        uncertain=uncertain,
        rung=_rung(plan, audit),
        tally=_tally(audit, found),
        signature=hashlib.sha256(audit.signature.encode()).hexdigest()[:8],
    )


def turns_in_words(turns: Sequence[int], most: int = 3) -> str:
    """`#9 → #10`: the first turns of a piece of evidence."""
    return " → ".join(f"#{turn}" for turn in turns[:most])


def in_words(name: str) -> str:
    """A name of the contract as people write it: `handled_differently` without its underscore."""
    return name.replace("_", " ")


def grouped(views: Sequence[ItemView]) -> Iterator[list[ItemView]]:
    """Neighbours of one kind with nothing to tell apart stand together: stops that nobody triggered."""
    group: list[ItemView] = []
    for view in views:
        entry = view.entry
        alike = group and (entry.kind, entry.status) == (group[0].entry.kind, group[0].entry.status)
        if not (alike and entry.status in NOT_APPLICABLE and not entry.turns):
            if group:
                yield group
            group = []
        group.append(view)
    if group:
        yield group


def _item(entry: AuditItem, item: Item, found: Sequence[Deviation]) -> ItemView:
    own = tuple(d for d in found if d.item == entry.item)
    remark = "; ".join(d.explanation for d in own)
    if entry.judge is not None and entry.judge.decided:
        settled = f"settled by a judge, {entry.judge.agreed} of {count(entry.judge.runs, 'run')}"
        remark = "; ".join(part for part in (settled, remark) if part)
    if not remark and entry.reason and entry.status in ("uncertain", "not_reached", "skipped"):
        remark = entry.reason
    return ItemView(
        entry=entry,
        item=item,
        deviations=own,
        tone=_tone(entry, own),
        label=label_of(entry.kind, item),
        status=in_words(entry.status) + (f", {entry.result}" if entry.result else ""),
        where=turns_in_words(entry.turns),
        remark=one_line(remark),
    )


def _tone(entry: AuditItem, deviations: Sequence[Deviation]) -> Tone:
    if entry.status == "uncertain":
        return "uncertain"
    agents = [d.severity for d in deviations if d.owner == "agent"]
    if agents:
        return max(agents, key=SEVERITIES.index)
    return "idle" if entry.status in NOT_APPLICABLE else "kept"


def label_of(kind: str, item: Item) -> str:
    """Id and subject of an item, or the kind alone where there is one of it."""
    if item.id == kind:
        return kind
    topic = getattr(item, "topic", "") or ""
    said = in_words(topic) or getattr(
        item,
        {
            "disclosure": "text",
            "qualification": "question",
            "objection": "objection",
            "next_step": "step",
            "stop": "condition",
            "do_not_mention": "text",
        }.get(kind, "id"),
        "",
    )
    return f"{item.id} {one_line(said)}"


def adherence_in_words(audit: Audit) -> tuple[str, str]:
    """`12/14 due` and `86 %`; `none due` and nothing where no item was due."""
    scores = audit.scores
    if scores.adherence is None:
        return "none due", ""
    kept = scores.applicable - scores.deviated
    return f"{kept}/{scores.applicable} due", percent(scores.adherence)


def _rung(plan: CallPlan, audit: Audit) -> str:
    rungs = [step.id for step in plan.next_steps]
    reached = audit.outcome.rung
    if reached not in rungs:
        return ""
    return f"rung {rungs.index(reached) + 1} of {len(rungs)} {audit.outcome.result or 'offered'}"


def _tally(audit: Audit, found: Sequence[Deviation]) -> str:
    agents = [d for d in found if d.owner == "agent"]
    explained = sum(d.logged == "explained" for d in agents)
    if agents:
        silent = len(agents) - explained
        parts = f"{count(len(agents), 'deviation')}, {explained} logged by the agent, {silent} silent"
    else:
        parts = "no deviation by the agent"
    plan_owned = len(found) - len(agents)
    if plan_owned:
        parts += f" · {plan_owned} the plan did not foresee"
    unconfirmed = len(audit.deviations) - len(found)
    if unconfirmed:
        parts += f" · {count(unconfirmed, 'log entry', 'log entries')} with nothing found"
    return parts
