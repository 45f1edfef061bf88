"""Triggers as a file gives them: what happened, the brief it led to, and for which agent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from precall_cli.errors import BadInput, Problem
from precall_cli.records.brief import Brief, Trigger
from precall_cli.records.json_text import Json

KEYS = ("trigger", "brief", "agent")


@dataclass(frozen=True, slots=True)
class TriggerCase:
    """One trigger to be played."""

    source: str
    """File and line."""
    brief: Brief
    """As it was given."""
    trigger: Trigger
    """The line's, else the brief's own."""
    agent: str | None
    """The line's; None where the brief or the trigger says it."""

    @property
    def planned(self) -> Brief:
        """The brief with this trigger: what the planner sees."""
        if self.brief.trigger == self.trigger:
            return self.brief
        return self.brief.model_copy(update={"trigger": self.trigger})


def examine_trigger(
    document: Json, source: str, read_brief: Callable[[str], Json]
) -> tuple[TriggerCase | None, list[Problem]]:
    """The trigger that a line holds, or None and all its problems.

    A line is `{"trigger": …, "brief": <brief or path>, "agent": NAME}`, or a brief that names its trigger.
    `read_brief` gives the JSON of a brief from its path; a BadInput of its is a problem of the line.
    """
    if not isinstance(document, dict):
        return None, [Problem("", "must be a JSON object with `trigger`, `brief` and `agent`")]
    if "brief" not in document and "brief_id" in document:
        document = {"brief": document}
    problems = [
        Problem(f"/{key}", "is no field of a trigger line", f"Fields are: {', '.join(KEYS)}.")
        for key in document
        if key not in KEYS
    ]
    agent = document.get("agent")
    if agent is not None and not isinstance(agent, str):
        problems.append(Problem("/agent", "must be the name of an agent"))
    brief, faults = _brief(document.get("brief"), read_brief)
    problems += faults
    trigger, faults = _trigger(document.get("trigger"), brief)
    problems += faults
    if problems or brief is None or trigger is None:
        return None, problems
    return TriggerCase(source, brief, trigger, agent), []


def _brief(value: Json, read_brief: Callable[[str], Json]) -> tuple[Brief | None, list[Problem]]:
    if value is None:
        return None, [Problem("/brief", "is required but missing", "Give a brief, or the path of one.")]
    if isinstance(value, str):
        try:
            value = read_brief(value)
        except BadInput as error:
            return None, [Problem("/brief", f"{error.place}: {error.problem}", error.hint)]
    brief, problems = Brief.examine(value)
    return brief, [Problem(f"/brief{p.pointer}", p.problem, p.mend) for p in problems]


def _trigger(value: Json, brief: Brief | None) -> tuple[Trigger | None, list[Problem]]:
    if value is None:
        if brief is None or brief.trigger is not None:
            return (brief.trigger if brief else None), []
        mend = "Add `trigger` with `kind` and `at`, to the line or to the brief."
        return None, [Problem("/trigger", "neither the line nor the brief says what happened", mend)]
    probe = {
        "brief_id": "probe",
        "contact": {"contact_id": "c", "name": "c"},
        "account": {"account_id": "a", "name": "a"},
        "dnc": {"listed": None},
        "jurisdiction": "US",
        "trigger": value,
    }
    found, problems = Brief.examine(probe)
    return (found.trigger if found else None), problems
