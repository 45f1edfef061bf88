"""The campaign layer: what a campaign's file may say, for whom, and what it must not lift.

A campaign narrows. It may not give what the layers below forbid: switch a disabled agent on, drop what must
be said, let agents at one account speak past one another, or forget what calls for a new plan.
"""

from __future__ import annotations

from collections.abc import Collection

from precall_cli.policies.finding import Finding
from precall_cli.policies.layers import Layered
from precall_cli.records.policy import Policy
from precall_cli.records.toml_text import TomlDocument

FIXED = ("schema", "agent", "triggers")
"""Keys that say who an agent is; a campaign does not change them."""
KEPT_MATERIAL = ("/dnc", "/consent", "/jurisdiction")
"""What may be called, and how: a change of it always calls for a new plan."""
_AI_VOICE = ("jurisdiction", "always")
_RECORDING = ("off", "jurisdiction", "always")


def is_for(campaign: TomlDocument, agent: str) -> bool:
    """Whether a campaign is for this agent: it names it in `agents`, or names none."""
    agents = campaign.value.get("agents")
    return agents is None or (isinstance(agents, list) and agent in agents)


def campaign_layer(campaign: TomlDocument, known: Collection[str]) -> tuple[TomlDocument, list[Finding]]:
    """The part of a campaign's file that lies over a policy, and what is wrong with the rest of it."""
    findings: list[Finding] = []
    agents = campaign.value.get("agents", [])
    names = agents if isinstance(agents, list) else [None]
    for name in names:
        if name not in known:
            problem = (
                f"{str(name)[:60]!r} is no agent" if isinstance(name, str) else "must be a list of agents"
            )
            mend = f"Known are: {', '.join(known)}."
            findings.append(Finding("error", campaign.place("/agents"), "/agents", problem, mend))
    for key in FIXED:
        if key in campaign.value:
            findings.append(
                Finding(
                    "error",
                    campaign.place(f"/{key}"),
                    f"/{key}",
                    "says who an agent is; a campaign does not change it",
                    'Remove it; `agents = ["…"]` says for whom the campaign is.',
                )
            )
    value = {key: child for key, child in campaign.value.items() if key not in ("agents", *FIXED)}
    return TomlDocument(campaign.source, value, campaign.lines), findings


def find_lifted(below: Policy, above: Policy, layered: Layered) -> list[Finding]:
    """What a campaign allows although the layers below it forbid it."""
    found: list[tuple[str, str, str]] = []
    if above.enabled and not below.enabled:
        found.append(("/enabled", "switches on an agent that is disabled below it", "Remove it."))
    for name, ranks in (("ai_voice", _AI_VOICE), ("recording", _RECORDING)):
        was, becomes = getattr(below.disclosures, name), getattr(above.disclosures, name)
        if ranks.index(becomes) < ranks.index(was):
            found.append(
                (
                    f"/disclosures/{name}",
                    f"is {becomes!r}, which asks for less than {was!r} below it",
                    "A campaign can only ask for more; change it in the agent's file.",
                )
            )
    if below.coordination.account and not above.coordination.account:
        found.append(
            (
                "/coordination/account",
                "lets this agent speak past its colleagues, which the layers below forbid",
                "Remove it, or change it in the agent's file.",
            )
        )
    gone = [
        part
        for part in KEPT_MATERIAL
        if part in below.refresh.material and part not in above.refresh.material
    ]
    if gone:
        found.append(
            (
                "/refresh/material",
                f"leaves out {', '.join(gone)}, whose change always calls for a new plan",
                "Add them: a list replaces the one below it.",
            )
        )
    return [
        Finding("error", layered.place(pointer), pointer, f"lifts a rule: {problem}", mend, above.agent)
        for pointer, problem, mend in found
    ]
