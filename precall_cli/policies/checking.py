"""What is wrong with policies that can be read: contradictions, and what can hardly be meant.

An error cannot be meant; a warning can, but somebody should look at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from precall_cli.policies.campaign import KEPT_MATERIAL, is_for
from precall_cli.policies.files import Sources
from precall_cli.policies.finding import Finding
from precall_cli.policies.loading import Policies, examine_policies
from precall_cli.policies.pointers import in_brief
from precall_cli.records.brief import TriggerKind
from precall_cli.records.plan import ItemKind
from precall_cli.records.policy import Policy

CRITICAL_KINDS = ("disclosure", "stop", "do_not_mention")
"""Kinds of item whose deviations are critical."""
FLOOR_MS = {"offline": 20, "claude": 1500}
"""Least sensible live budget by engine: below it every plan falls back."""
FLOOR_TOKENS = 1024
"""Least tokens in which a whole plan fits."""
ROOM_MS = 2000
"""Milliseconds that brief and dial take beside the plan."""
DNC_MAX_AGE_H = 31 * 24
"""Hours for which a do-not-call check counts at most (16 CFR 310.4(b)(3)(iv))."""

Said = tuple[Literal["error", "warning"], str, str, str]
"""Level, pointer, problem, mend."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of a plan a depth gives."""

    questions: int
    objections: int
    next_steps: int


@dataclass(frozen=True, slots=True)
class Prospect:
    """An objective that a plan may have though nobody is assigned to take the meeting."""

    objective: str
    """Name of the playbook's rule."""
    type: str
    agents: tuple[str, ...]
    """For which agents; empty: for any."""
    triggers: tuple[str, ...]
    """At which triggers; empty: at any."""
    rungs: int
    """How many rungs of its ladder are left."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the playbook and the price list say about what a policy can bring."""

    depths: Mapping[str, Caps]
    without_ae: tuple[Prospect, ...]
    models: frozenset[str] | None = None
    """Models with a known price; None where prices are not known."""


def find_faults(sources: Sources, outlook: Outlook) -> list[Finding]:
    """Everything that is wrong with the files, with and without each campaign, each fault once."""
    examined = examine_policies(sources)
    found = [*examined.findings, *_of_all(examined.policies, outlook)]
    for name, document in sources.campaigns.items():
        laid = examine_policies(sources, name)
        found += [*laid.findings, *_of_all(laid.policies, outlook)]
        if all(
            laid.policies.by_agent[agent].digest() == policy.digest()
            for agent, policy in examined.policies.by_agent.items()
            if agent in laid.policies.by_agent and is_for(document, agent)
        ) and not any(finding.place.startswith(document.source) for finding in laid.findings):
            mend = "Write what it changes, or remove the file."
            found.append(Finding("warning", document.source, "", "the campaign changes nothing", mend))
    unique = {(f.level, f.where, f.problem, f.agent): f for f in found}
    return list(unique.values())


def _of_all(policies: Policies, outlook: Outlook) -> Iterator[Finding]:
    for policy in policies:
        for level, pointer, problem, mend in _of_one(policy, outlook):
            place = policies.place(policy.agent, pointer)
            yield Finding(level, place, pointer, problem, mend, policy.agent)
    for kind in get_args(TriggerKind):
        answering = [policy for policy in policies if kind in policy.triggers]
        if len(answering) > 1:
            names = ", ".join(policy.agent for policy in answering)
            for policy in answering[1:]:
                yield Finding(
                    "warning",
                    policies.place(policy.agent, "/triggers"),
                    "/triggers",
                    f"several agents answer {kind}: {names}",
                    "Let one of them answer it, or name the agent in every such brief or with --agent.",
                    policy.agent,
                )
        if not answering:
            place = str(policies.folder or "built-in policies")
            mend = "Let an agent answer it, or name the agent in every such brief."
            yield Finding("warning", place, "", f"no agent answers {kind}", mend)


def _of_one(policy: Policy, outlook: Outlook) -> Iterator[Said]:
    if not policy.triggers:
        yield (
            "warning", "/triggers", "answers no trigger",
            "Name the triggers it answers, or name it with --agent each time.",
        )  # fmt: skip
    yield from _planning(policy, outlook)
    yield from _limits(policy, outlook)
    yield from _ladder(policy, outlook)
    yield from _refresh(policy)
    yield from _judging(policy)


def _planning(policy: Policy, outlook: Outlook) -> Iterator[Said]:
    planning = policy.planning
    live = planning.mode == "at_call"
    if live and planning.sla_s is None:
        yield (
            "warning", "/planning/mode", "plans at call without an SLA: nothing says how long may pass",
            "Set planning.sla_s, the seconds from trigger to dial.",
        )  # fmt: skip
    floor = FLOOR_MS[planning.engine]
    if live and planning.budget_ms < floor:
        yield (
            "warning", "/planning/budget_ms",
            f"{planning.budget_ms} ms is less than the {planning.engine} planner needs: plans fall back",
            f"Give it {floor} ms or more.",
        )  # fmt: skip
    if live and planning.sla_s is not None and planning.budget_ms + ROOM_MS > planning.sla_s * 1000:
        yield (
            "warning", "/planning/budget_ms",
            f"{planning.budget_ms} ms leave less than {ROOM_MS} ms of the SLA for brief and dial",
            "Lower the budget or raise planning.sla_s.",
        )  # fmt: skip
    if planning.mode == "skipped" and planning.depth != "trivial":
        yield (
            "warning", "/planning/depth",
            f"{planning.depth!r} has no effect: mode skipped gives the trivial plan",
            'Write "trivial", or another mode.',
        )  # fmt: skip
    if planning.mode != "skipped" and planning.depth == "trivial":
        yield (
            "warning", "/planning/depth", "a trivial plan needs no planning",
            'Write mode = "skipped" and budget_ms = 0, or more depth.',
        )  # fmt: skip
    if planning.engine == "offline":
        for name in ("model", "effort"):
            if getattr(planning, name) is not None:
                yield (
                    "warning", f"/planning/{name}", "has no effect: the engine is offline",
                    'Remove it, or write engine = "claude".',
                )  # fmt: skip
        return
    if planning.max_tokens < FLOOR_TOKENS:
        yield (
            "warning", "/planning/max_tokens", f"a plan does not fit into {planning.max_tokens} tokens",
            f"Give it {FLOOR_TOKENS} or more.",
        )  # fmt: skip
    if planning.mode == "skipped":
        yield "warning", "/planning/engine", "has no effect: nothing is planned", 'Write "offline".'
    elif outlook.models is not None and planning.model and not _is_priced(planning.model, outlook.models):
        yield (
            "warning", "/planning/model", f"the price of {planning.model!r} is not known: it costs, unseen",
            f"Known are: {', '.join(sorted(outlook.models))}.",
        )  # fmt: skip


def _is_priced(model: str, known: frozenset[str]) -> bool:
    return model in known or re.sub(r"-\d{8}$", "", model) in known


def _limits(policy: Policy, outlook: Outlook) -> Iterator[Said]:
    planning, limits = policy.planning, policy.limits
    depth = "trivial" if planning.mode == "skipped" else planning.depth
    caps = outlook.depths[depth]
    changed = {
        "questions": limits.questions,
        "objections": limits.objections,
        "next_steps": limits.next_steps,
    }
    for name, most in changed.items():
        cap = getattr(caps, name)
        if most > cap:
            yield (
                "warning", f"/limits/{name}",
                f"{most} is more than a plan of depth {depth} ever has: {cap}",
                f"Lower it to {cap}, or plan deeper.",
            )  # fmt: skip
    if limits.next_steps == 0:
        yield (
            "error", "/limits/next_steps", "a plan without a rung cannot reach its objective",
            "Allow at least one.",
        )  # fmt: skip
    if depth != "trivial" and limits.questions == 0:
        yield (
            "warning", "/limits/questions", f"a {depth} plan that asks nothing finds nothing out",
            "Allow at least one.",
        )  # fmt: skip


def _ladder(policy: Policy, outlook: Outlook) -> Iterator[Said]:
    """What the ladder is worth where a brief names no account executive."""
    for prospect in outlook.without_ae:
        if prospect.agents and policy.agent not in prospect.agents:
            continue
        if prospect.triggers and not set(prospect.triggers) & set(policy.triggers):
            continue
        if prospect.rungs == 0:
            yield (
                "warning", "/limits/next_steps",
                f"a ladder without an AE: where a brief has none, the playbook's objective "
                f"{prospect.objective} has no rung left",
                "Give its ladder in the playbook a rung that needs nobody, or give every brief an ae.",
            )  # fmt: skip
        elif prospect.type == "book_meeting":
            yield (
                "warning", "/limits/next_steps",
                f"a ladder without an AE: the playbook's objective {prospect.objective} books a meeting "
                "also where a brief has nobody to take it",
                "Write `when = { ae = true }` there, or see that every brief has an ae.",
            )  # fmt: skip


def _refresh(policy: Policy) -> Iterator[Said]:
    refresh, mode = policy.refresh, policy.planning.mode
    for pointer in refresh.material:
        if not in_brief(pointer):
            yield (
                "error", "/refresh/material", f"{pointer!r} is no part of a brief, so it never changes",
                "`precall schema brief` prints what a brief has.",
            )  # fmt: skip
    for pointer in refresh.thresholds:
        if not in_brief(pointer):
            yield (
                "error", "/refresh/thresholds", f"{pointer!r} is no part of a brief, so it never moves",
                "`precall schema brief` prints what a brief has.",
            )  # fmt: skip
    if mode != "precomputed":
        return
    gone = [part for part in KEPT_MATERIAL if part not in refresh.material]
    if gone:
        yield (
            "warning", "/refresh/material",
            f"a change of {', '.join(gone)} does not call for a new plan", "Add it.",
        )  # fmt: skip
    hours = refresh.expires_after_h or 0
    if hours > DNC_MAX_AGE_H:
        yield (
            "warning", "/refresh/expires_after_h",
            f"{hours:g} h is longer than a do-not-call check counts ({DNC_MAX_AGE_H} h)",
            "Let plans expire sooner.",
        )  # fmt: skip
    if hours > refresh.stale_after_days * 24:
        yield (
            "warning", "/refresh/expires_after_h",
            f"{hours:g} h is longer than a fact stays fresh ({refresh.stale_after_days} days)",
            "Let plans expire sooner.",
        )  # fmt: skip


def _judging(policy: Policy) -> Iterator[Said]:
    weights = {kind: policy.audit.weights.get(kind, 1.0) for kind in get_args(ItemKind)}
    for kind in CRITICAL_KINDS:
        if weights[kind] == 0:
            yield (
                "error", f"/audit/weights/{kind}",
                "counts nothing, although a deviation from it is critical", "Give it a weight above 0.",
            )  # fmt: skip
    if not any(weights.values()):
        yield "error", "/audit/weights", "nothing counts: no call can be rated", "Give weights above 0."
    if policy.audit.review_above == 1:
        yield (
            "warning", "/audit/review_above", "no rate is above 1: no call goes to review for its rate",
            "Set it lower, 0.2 for example.",
        )  # fmt: skip
    if policy.coordination.account and "/engaged_contacts" not in policy.refresh.material:
        yield (
            "warning", "/refresh/material",
            "accounts are coordinated, but what a colleague tells us calls for no new plan",
            "Add /engaged_contacts.",
        )  # fmt: skip
