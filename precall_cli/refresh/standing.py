"""Does a sealed plan still stand? Everything that speaks against it, by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.record import parse_time
from precall_cli.refresh.moved import Move, find_moves, find_policy_moves


@dataclass(frozen=True, slots=True)
class Staleness:
    """Why a plan no longer stands. It stands when nothing is set."""

    expired_at: str | None = None
    """The time from which it must not be dialled with, if that has come."""
    other_moment: str | None = None
    """When it was made, if it speaks of that moment and this is another."""
    moves: tuple[Move, ...] = ()
    """Material fields of the brief that are not what they were."""
    policy_moves: tuple[Move, ...] = ()
    """Values of the policy that are not what they were."""
    planner: Move | None = None
    """The planner or its playbook, if it is another one."""
    fallback: str | None = None
    """Why it is not the plan that was wanted, where one is to be tried again."""

    def __bool__(self) -> bool:
        return bool(self.reasons())

    def reasons(self) -> list[tuple[str, Move | None]]:
        """Each reason with the field concerned: fact, policy, planner, expired, moment, fallback."""
        found: list[tuple[str, Move | None]] = [("fact", move) for move in self.moves]
        found += [("policy", move) for move in self.policy_moves]
        if self.planner:
            found.append(("planner", self.planner))
        if self.expired_at:
            found.append(("expired", None))
        if self.other_moment:
            found.append(("moment", None))
        if self.fallback:
            found.append(("fallback", None))
        return found


def has_expired(expires_at: str | None, now: datetime) -> bool:
    """Whether the time has come from which a plan must not be dialled with."""
    return expires_at is not None and parse_time(expires_at) <= now


def find_staleness(
    plan: CallPlan,
    *,
    rests_on: tuple[Brief, Policy],
    brief: Brief,
    policy: Policy,
    now: datetime,
    versions: Collection[str] | None = None,
    retry_fallback: bool = False,
) -> Staleness:
    """What speaks against a plan at `now`, given today's brief and policy.

    `rests_on` is what it was sealed with; `versions` are the planners whose plans are as good as new, None
    where any is. With `retry_fallback`, a plan that fell back to another planner is to be tried again.
    """
    old_brief, old_policy = rests_on
    version = plan.planner.version if plan.planner else None
    fallback = plan.planner.fallback_reason if plan.planner else None
    changed = old_policy.digest() != policy.digest()
    return Staleness(
        expired_at=plan.expires_at if has_expired(plan.expires_at, now) else None,
        moves=tuple(find_moves(plan, policy, old_brief, brief)),
        policy_moves=tuple(find_policy_moves(old_policy, policy)) if changed else (),
        planner=Move("/planner/version", version, " or ".join(sorted(versions)))
        if versions is not None and version not in versions
        else None,
        fallback=fallback if retry_fallback and policy.enabled else None,
    )
