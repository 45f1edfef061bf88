"""Which planner a command plans with: the offline one, or Claude as options and settings have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from precall_cli.errors import BadInput

if TYPE_CHECKING:
    from precall_cli.batch.engines import Engine
    from precall_cli.claude import ClaudePlanner
    from precall_cli.planner import Playbook
    from precall_cli.policies import Policies
    from precall_cli.records.policy import Policy
    from precall_cli.settings import Settings

EngineOption = Annotated[
    Literal["offline", "claude"] | None,
    typer.Option("--engine", help="Planner in place of the one that the policy names."),
]
BudgetMs = Annotated[
    int | None,
    typer.Option(
        "--budget-ms", min=1, metavar="N", help="Milliseconds for the plan, in place of the policy's."
    ),
]
Record = Annotated[
    Path | None,
    typer.Option("--record", metavar="DIR", help="Keep the model's replies in this folder."),
]
Replay = Annotated[
    Path | None,
    typer.Option("--replay", metavar="DIR", help="Play replies back from this folder: no key, same bytes."),
]
NoFallback = Annotated[
    bool,
    typer.Option("--no-fallback", help="Exit with 5, storing nothing, where Claude gives no plan."),
]


@dataclass(frozen=True, slots=True)
class Engines:
    """Gives the engine for each brief of one run."""

    planner: ClaudePlanner | None
    playbook: Playbook
    now: datetime
    settings: Settings
    budget_ms: int | None = None
    fails: bool = False

    def begin(self) -> Engine:
        """The engine for one brief, whose budget runs from now."""
        if self.planner is None:
            from precall_cli.batch.engines import OfflineEngine

            return OfflineEngine(self.playbook)
        from precall_cli.batch.claude_engine import ClaudeEngine
        from precall_cli.claude import Ledger

        return ClaudeEngine(
            planner=self.planner,
            playbook=self.playbook,
            now=self.now,
            engine=self.settings.engine,
            budget_ms=self.budget_ms,
            ledger=Ledger(),
            fails=self.fails,
        )

    def overran_ms(self, took_ms: float, policy: Policy) -> int | None:
        """The budget of a plan that took so long until its seal, if it took longer than that.

        The budget is the one given, else the policy's where a model was asked. What is played back has none.
        """
        if self.planner.replays if self.planner is not None else self.budget_ms is None:
            return None
        budget = self.budget_ms or policy.planning.budget_ms
        return budget if 0 < budget < took_ms else None


def wants_claude(settings: Settings, policies: Policies) -> bool:
    """Whether any brief may be planned by Claude: by flag or setting, else by a policy."""
    if settings.engine is not None:
        return settings.engine == "claude"
    return any(policy.planning.engine == "claude" for policy in policies)


def make_claude(settings: Settings) -> ClaudePlanner:
    """Claude with the cassettes and the prices of the settings. BadInput where these contradict."""
    from precall_cli.claude import Cassettes, ClaudePlanner, load_prices

    if settings.record and settings.replay:
        place = f"{settings.origins.get('record')}, {settings.origins.get('replay')}"
        raise BadInput("replies are either recorded or played back", place=place, hint="Name one of them.")
    cassettes = None
    if settings.record:
        cassettes = Cassettes(settings.record, "record")
    elif settings.replay:
        cassettes = Cassettes(settings.replay, "replay")
    return ClaudePlanner(prices=load_prices(settings.prices), cassettes=cassettes)
