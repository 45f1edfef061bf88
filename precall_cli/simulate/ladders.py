"""What the playbook leaves of a plan where a brief names no account executive, and how much a depth gives."""

from __future__ import annotations

from precall_cli.planner import Playbook
from precall_cli.planner.playbook import When
from precall_cli.policies.checking import Caps, Outlook, Prospect

NEEDS_AE = ("{ae}", "{ae_first}")
"""Placeholders that only a brief with an account executive can fill."""


def outlook_of(playbook: Playbook, models: frozenset[str] | None = None) -> Outlook:
    """What `policy check` wants to know of a playbook; `models` are those with a known price."""
    depths: dict[str, Caps] = {
        depth: Caps(caps.questions, caps.objections, caps.next_steps)
        for depth, caps in playbook.depths.items()
    }
    return Outlook(depths, tuple(_prospects(playbook)), models)


def _prospects(playbook: Playbook) -> list[Prospect]:
    """The objectives that can be chosen without an account executive."""
    return [
        Prospect(rule.id, rule.type, rule.when.agents, rule.when.triggers, _rungs(playbook, rule.type))
        for rule in playbook.objectives
        if _stands_without(rule.when) and _sayable(rule.statement)
    ]


def _rungs(playbook: Playbook, objective: str) -> int:
    """How many rungs of the objective's ladder need nobody; 0 where it has no ladder."""
    for ladder in playbook.ladders:
        if objective in ladder.objectives and _stands_without(ladder.when):
            return sum(
                _stands_without(rung.when) and _sayable(rung.step) and _sayable(rung.ask)
                for rung in ladder.rungs
            )
    return 0


def _stands_without(when: When) -> bool:
    return when.ae is not True and when.calendar is not True


def _sayable(texts: tuple[str, ...]) -> bool:
    return any(not any(need in text for need in NEEDS_AE) for text in texts)
