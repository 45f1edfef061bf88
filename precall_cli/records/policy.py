"""Policy: how one agent plans, what it must say, and how its calls are judged. Data, written as TOML."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from precall_cli.errors import Problem
from precall_cli.records.brief import TriggerKind
from precall_cli.records.json_text import digest
from precall_cli.records.plan import Depth, ItemKind
from precall_cli.records.record import Line, Part, Pointer, Record, Text

AGENTS = ("inbound", "cold_list", "intent_event", "concierge", "dormant")
"""The five agents, in their order."""

Mode = Literal["at_call", "precomputed", "skipped"]
Share = Annotated[float, Field(ge=0, le=1)]


class Planning(Part):
    """Who plans, when, how deep and within which time."""

    mode: Mode
    """`at_call`: while it rings; `precomputed`: in a batch; `skipped`: a trivial plan."""
    depth: Depth
    """How much of a plan it is."""
    engine: Literal["offline", "claude"] = "offline"
    """Which planner; `claude` falls back to `offline`."""
    model: Text | None = None
    """Model of the `claude` engine."""
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    """Effort of the `claude` engine."""
    max_tokens: Annotated[int, Field(gt=0)] = 4096
    """Most tokens that an answer of the model may have."""
    budget_ms: Annotated[int, Field(ge=0)]
    """Wall-clock milliseconds a live plan may take; 0 where nothing is planned live."""
    sla_s: Annotated[float, Field(gt=0)] | None = None
    """Seconds from trigger to dial that the agent promises."""


class Limits(Part):
    """How many items a plan may have, by kind."""

    questions: Annotated[int, Field(ge=0)]
    """Most qualification questions."""
    objections: Annotated[int, Field(ge=0)]
    """Most anticipated objections."""
    next_steps: Annotated[int, Field(ge=0)]
    """Most rungs."""


class Refresh(Part):
    """When a stored plan is out of date."""

    expires_after_h: Annotated[float, Field(gt=0)] | None = None
    """Hours after which a plan expires; required where plans are precomputed."""
    material: tuple[Pointer, ...] = ()
    """Parts of the brief whose change calls for a new plan."""
    thresholds: dict[Pointer, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict, exclude_if=lambda value: not value
    )
    """Numbers in the brief that have moved only when they changed by more than this share: 0.2 is a fifth."""
    stale_after_days: Annotated[int, Field(gt=0)] = 90
    """Age in days from which a fact is asked about rather than asserted."""
    weak_below: Share = 0.5
    """Strength under which an intent signal is a hunch and is not named."""


class CoordinationRule(Part):
    """Whether plans for one account know of one another."""

    account: bool = False
    """Carry what colleagues told us into `known` and `do_not_mention`."""


class Required(Part):
    """What must be said whatever the jurisdiction asks."""

    ai_voice: Literal["always", "jurisdiction"] = "jurisdiction"
    """Say that it is an AI: always, or where the jurisdiction asks for it or may ask for it."""
    recording: Literal["always", "jurisdiction", "off"] = "jurisdiction"
    """Say that the call is recorded; `off`: calls are not recorded at all."""


class Judging(Part):
    """How an audit of this agent's calls is weighed."""

    weights: dict[ItemKind, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    """Weight of an item by its kind; 1 where nothing is said."""
    review_above: Share = 0.2
    """Deviation rate over which the verdict is `review`."""


class Policy(Record):
    """Policy: how one agent plans and is judged."""

    record_name: ClassVar[str] = "policy"

    schema_: Annotated[Literal["precall.policy/1"], Field(alias="schema")] = "precall.policy/1"
    """Which record this is."""
    agent: Line
    """Name of the agent."""
    title: Line
    """What people call it."""
    enabled: bool = True
    """Whether this agent plans at all; off gives the trivial fallback plan, saying so."""
    triggers: tuple[TriggerKind, ...]
    """Which events it answers."""
    planning: Planning
    """Who plans, when, how deep."""
    limits: Limits
    """How many items."""
    refresh: Refresh = Refresh()
    """When a plan is out of date."""
    coordination: CoordinationRule = CoordinationRule()
    """Account coordination."""
    disclosures: Required = Required()
    """What must be said."""
    audit: Judging = Judging()
    """How calls are weighed."""

    def digest(self) -> str:
        """`sha256:…` over every value that applies, defaults included."""
        known = _DIGESTS.get(id(self))
        if known is not None and known[0] is self:
            return known[1]
        found = digest(self.full_document())
        while len(_DIGESTS) >= _DIGESTS_KEPT:
            _DIGESTS.pop(next(iter(_DIGESTS)), None)
        _DIGESTS[id(self)] = (self, found)  # the policy is kept with it, so that its id stays its own
        return found

    def cross_check(self) -> list[Problem]:
        """Settings that contradict one another."""
        problems: list[Problem] = []
        planning = self.planning
        if planning.sla_s is not None and planning.budget_ms > planning.sla_s * 1000:
            problems.append(
                Problem(
                    "/planning/budget_ms",
                    f"{planning.budget_ms} ms is more than the SLA of {planning.sla_s:g} s",
                    "Lower the budget or raise planning.sla_s.",
                )
            )
        if planning.mode == "at_call" and planning.budget_ms == 0:
            problems.append(
                Problem("/planning/budget_ms", "must be above 0 when planning at call", "Give a budget.")
            )
        if planning.mode != "at_call" and planning.budget_ms:
            problems.append(
                Problem(
                    "/planning/budget_ms",
                    f"must be 0: mode {planning.mode!r} plans nothing live",
                    "Set it to 0.",
                )
            )
        if planning.mode == "precomputed" and self.refresh.expires_after_h is None:
            problems.append(
                Problem(
                    "/refresh/expires_after_h",
                    "is required for precomputed plans",
                    "Say after how many hours.",
                )
            )
        if planning.engine == "claude" and planning.model is None:
            problems.append(Problem("/planning/model", "is required for the claude engine", "Name a model."))
        return problems


_DIGESTS_KEPT = 64
_DIGESTS: dict[int, tuple[Policy, str]] = {}
"""Digests of the policies last asked: a list of briefs asks for the same few again and again."""
