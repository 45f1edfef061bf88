"""Policies for the terminal: the list of agents, one policy, what is wrong, what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.text import Text

from precall_cli.records.json_text import Json, canonical_bytes
from precall_cli.records.policy import Policy
from precall_cli.records.rollout import SignOff, Switch
from precall_cli.report.console import line
from precall_cli.report.inert import one_line
from precall_cli.report.layout import count, fill, hanging

NAME = 14
"""Columns of an agent's name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One agent in the list."""

    policy: Policy
    adoption: str
    """How far this version has come, in words."""
    adopted: bool
    off: str = ""
    """Why it does not plan, where it is disabled or switched off."""


def render_list(rows: Sequence[Row], width: int) -> Iterator[Text]:
    """Two lines for each agent: how it plans, and how far its version has come."""
    for row in rows:
        planning = row.policy.planning
        budget = f"≤ {planning.budget_ms / 1000:g} s live" if planning.budget_ms else "nothing planned live"
        sla = f" inside {planning.sla_s:g} s" if planning.sla_s else ""
        how = f"{planning.mode.replace('_', ' ')}, {planning.depth}, {planning.engine}; {budget}{sla}"
        head = line((fill(row.policy.agent, NAME), "bold"))
        yield from hanging(head, line(f"{row.policy.title}: {how}"), NAME, width)
        state = line((row.adoption, "dim" if row.adopted else "yellow"))
        yield from hanging(
            line(" " * NAME, (f"{row.policy.digest()[7:19]}  ", "dim")), state, NAME + 2, width
        )
        if row.off:
            yield from hanging(line(" " * NAME, ("OFF ", "bold yellow")), line(row.off), NAME + 4, width)


class Adopted(Protocol):
    """How far a version has come."""

    @property
    def words(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def signed(self) -> tuple[SignOff, ...]: ...


def render_standing(adoption: Adopted, switch: Switch | None, off: str, width: int) -> Iterator[Text]:
    """Whether the version may go live and the agent plans: who signed and who switched, and when."""
    style = "green" if adoption.state == "adopted" else "yellow"
    yield from hanging(line("  "), line((adoption.words, style)), 4, width)
    for each in adoption.signed:
        remark = f": {each.note}" if each.note else ""
        text = one_line(f"{each.role} signed by {each.who} at {each.at}{remark}")
        yield from hanging(line("    "), line((text, "dim")), 6, width)
    if switch is not None:
        why = f": {switch.why}" if switch.why else ""
        text = one_line(f"switched {'on' if switch.enabled else 'off'} by {switch.who} at {switch.at}{why}")
        yield from hanging(line("  "), line((text, "" if switch.enabled else "bold yellow")), 4, width)
    if off:
        yield from hanging(line("  "), line((off, "bold yellow")), 4, width)
    yield Text()


def shown_value(value: Json) -> str:
    """A value as it stands in a line: text as it is, a list with commas, anything else as JSON."""
    if value is None:
        return "not set"
    if isinstance(value, list):
        return ", ".join(map(shown_value, value)) or "none"
    return one_line(value) if isinstance(value, str) else canonical_bytes(value).decode()


def render_values(values: Mapping[str, Json], origins: Mapping[str, str], width: int) -> Iterator[Text]:
    """A line for each value, with where it comes from."""
    for key, value in values.items():
        head = line("  ", (key, "cyan"), " = ")
        body = line(shown_value(value), (f"  {origins[key]}", "dim"))
        yield from hanging(head, body, 6, width)


class Found(Protocol):
    """A finding, as far as this report reads it."""

    @property
    def level(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def problem(self) -> str: ...
    @property
    def mend(self) -> str: ...
    @property
    def agent(self) -> str: ...


def render_findings(findings: Sequence[Found], looked_at: str, width: int) -> Iterator[Text]:
    """Each finding with its place, what is wrong and the mend; the errors first, then a count."""
    for finding in sorted(findings, key=lambda f: f.level):
        style = "bold red" if finding.level == "error" else "yellow"
        where = one_line(finding.place) + (f": {finding.key}" if finding.key else "")
        head = line((f"{finding.level:<8}", style))
        yield from hanging(head, line((where, "cyan")), 8, width)
        who = f"{finding.agent}: " if finding.agent else ""
        yield from hanging(line(" " * 8), line(one_line(f"{who}{finding.problem}")), 8, width)
        if finding.mend:
            yield from hanging(line(" " * 8, ("mend  ", "dim")), line(one_line(finding.mend)), 14, width)
    errors = sum(finding.level == "error" for finding in findings)
    warnings = len(findings) - errors
    if findings:
        yield Text()
    total = f"{count(errors, 'error')}, {count(warnings, 'warning')} in {looked_at}"
    yield from hanging(
        line(), line((total, "bold red" if errors else "bold" if warnings else "green")), 2, width
    )


class Differing(Protocol):
    """A change of one value."""

    @property
    def pointer(self) -> str: ...
    @property
    def before(self) -> Json: ...
    @property
    def after(self) -> Json: ...
    @property
    def effect(self) -> str: ...


def render_changes(
    changes: Sequence[tuple[Differing, str, str]], effects: Mapping[str, str], width: int
) -> Iterator[Text]:
    """Changes grouped by their effect; each value before and after, with where it comes from."""
    for effect, said in effects.items():
        here = [each for each in changes if each[0].effect == effect]
        if not here:
            continue
        yield from hanging(line((fill(effect, 9), "bold")), line((said, "dim")), 9, width)
        for change, was_from, is_from in here:
            yield line("  ", (change.pointer[1:].replace("/", "."), "cyan"))
            for mark, style, value, origin in (
                ("- ", "red", change.before, was_from),
                ("+ ", "green", change.after, is_from),
            ):
                head = line("    ", (mark, style))
                yield from hanging(head, line(shown_value(value), (f"  {origin}", "dim")), 8, width)
