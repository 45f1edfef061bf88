"""From TOML files to policies: layers of files, each value with the file and line it came from.

Built-in `defaults.toml` < built-in file of the agent < the user's `defaults.toml` < the user's file of
the agent < the campaign. A table is merged key by key; any other value, a list too, replaces the one below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from precall_cli.errors import BadInput, Problem
from precall_cli.policies.campaign import campaign_layer, find_lifted, is_for
from precall_cli.policies.files import DEFAULTS, Sources, built_in, campaign_of, read_sources
from precall_cli.policies.finding import Finding
from precall_cli.policies.layers import Layered, leaves
from precall_cli.records.json_text import Json, escape_token, resolve_pointer
from precall_cli.records.policy import AGENTS, Policy
from precall_cli.records.toml_text import TomlDocument


@dataclass(frozen=True, slots=True)
class Policies:
    """All agents' policies, and where each value of them comes from."""

    by_agent: Mapping[str, Policy]
    """Name → policy; the built-in agents first, in their order, then the user's own by name."""
    origins: Mapping[str, Mapping[str, str]]
    """Agent → pointer into the policy → `file:line`."""
    folder: Path | None
    """The user's folder, if one was read."""
    campaign: str | None = None
    """The campaign that stands on top, if any."""
    places: Mapping[str, Layered] = field(default_factory=dict)
    """Agent → its layers, for the place of what no file sets."""

    @property
    def agents(self) -> tuple[str, ...]:
        """Names of all agents."""
        return tuple(self.by_agent)

    def __iter__(self) -> Iterator[Policy]:
        return iter(self.by_agent.values())

    def get(self, agent: str) -> Policy:
        """The policy of an agent. Raises BadInput, naming the known agents, when there is none."""
        if agent not in self.by_agent:
            raise BadInput(
                f"there is no agent {agent[:60]!r}",
                place="agent",
                hint=f"Known are: {', '.join(self.agents)}.",
            )
        return self.by_agent[agent]

    def for_trigger(self, kind: str) -> Policy:
        """The policy of the one agent that answers this kind of trigger; BadInput on none or several."""
        answering = [policy for policy in self if kind in policy.triggers]
        if len(answering) == 1:
            return answering[0]
        names = ", ".join(policy.agent for policy in answering)
        problem = f"several agents answer {kind!r}: {names}" if names else f"no agent answers {kind!r}"
        raise BadInput(problem, place="/trigger/kind", hint="Name the agent in the brief or with --agent.")

    def origin(self, agent: str, pointer: str) -> str:
        """`file:line` of a value, or `default` where no file sets it. BadInput for an unknown agent."""
        self.get(agent)
        return self.origins[agent].get(pointer, "default")

    def place(self, agent: str, pointer: str) -> str:
        """`file:line` of a value, or of what stands nearest above it."""
        return self.places[agent].place(pointer)


@dataclass(frozen=True, slots=True)
class Examined:
    """The policies as far as they could be read, and what is wrong with the rest."""

    policies: Policies
    findings: tuple[Finding, ...]
    sources: Sources


def load_policies(
    directory: Path | None, *, campaign: str | None = None, instead: tuple[Path, ...] = ()
) -> Policies:
    """The policies of all agents, with the user's files from `directory` on top.

    `campaign` lays that campaign over them; each file of `instead` stands in the place of the user's file of
    its agent. Raises BadInput when a folder or file cannot be read, and with every problem of every file.
    """
    sources = read_sources(directory, instead)
    examined = examine_policies(sources, campaign)
    if examined.findings:
        raise _bad_policies(examined.findings, sources.folder)
    return examined.policies


def examine_policies(sources: Sources, campaign: str | None = None) -> Examined:
    """The policies that the files give, and every problem that keeps one from being read.

    Raises BadInput for a campaign that is not there.
    """
    own = sources.by_name
    on_top = campaign_of(sources, campaign) if campaign is not None else None
    known = (*AGENTS, *sorted(set(own) - {DEFAULTS, *AGENTS}))
    lowest = {name: built_in(name) for name in (DEFAULTS, *AGENTS)}
    base = Layered({}, {}).under(lowest[DEFAULTS])
    policies: dict[str, Policy] = {}
    places: dict[str, Layered] = {}
    findings: list[Finding] = list(sources.faults)
    if on_top is not None:
        _, faults = campaign_layer(on_top, known)
        findings += faults
    for agent in known:
        layered = base.under(lowest[agent]) if agent in lowest else base
        shipped = layered.value
        for name in (DEFAULTS, agent):
            if name in own:
                layered = layered.under(own[name])
        policy, found = _examine(agent, layered, own.get(agent), shipped)
        if policy is not None and on_top is not None and is_for(on_top, agent):
            above, _ = campaign_layer(on_top, known)
            below, layered = policy, layered.under(above)
            policy, found = _examine(agent, layered, own.get(agent), shipped)
            if policy is not None:
                found += find_lifted(below, policy, layered)
        findings.extend(each for each in found if not _repeats(each, findings))
        if policy is not None:
            policies[agent] = policy
            places[agent] = layered
    origins = {
        agent: {at: places[agent].place(at) for at in leaves(policy.document())}
        for agent, policy in policies.items()
    }
    return Examined(Policies(policies, origins, sources.folder, campaign, places), tuple(findings), sources)


def _repeats(finding: Finding, known: list[Finding]) -> bool:
    """Whether a fault of a shared file was found with another agent."""
    return any((k.where, k.problem) == (finding.where, finding.problem) for k in known)


def _bad_policies(findings: tuple[Finding, ...], directory: Path | None) -> BadInput:
    problems = tuple(finding.as_problem() for finding in findings)
    lines = [f"{p.pointer}: {p.problem.rstrip('.')}" + (f". {p.mend}" if p.mend else "") for p in problems]
    text = (
        lines[0] if len(lines) == 1 else f"{len(lines)} problems\n" + "\n".join("  " + each for each in lines)
    )
    return BadInput(
        text,
        place=str(directory or "policies"),
        hint="`precall policy check` looks at everything; `precall schema policy` prints what is expected.",
        problems=problems,
    )


def _examine(
    agent: str, layered: Layered, own: TomlDocument | None, below: Json
) -> tuple[Policy | None, list[Finding]]:
    """The policy that the layers give, or its problems, each placed in the file that causes it."""
    named = layered.value.get("agent")
    if named != agent:
        if agent in AGENTS or own is None or "agent" in own.value:
            problem = f"must be {agent!r}, the name of the file"
            place = layered.place("/agent")
            return None, [Finding("error", place, "/agent", problem, f'Write agent = "{agent}".', agent)]
        mend = f'Rename the file, or write agent = "{agent}" in it to add an agent of your own.'
        problem = f"names no known agent: {', '.join(AGENTS)}."
        return None, [Finding("error", own.source, "", problem, mend, agent)]
    policy, problems = Policy.examine(layered.value)
    if problems:
        problems += _contradictions_beside(problems, layered.value, below)
    return policy, [
        Finding("error", layered.place(p.pointer), p.pointer, p.problem, p.mend, agent) for p in problems
    ]


def _contradictions_beside(problems: list[Problem], value: Json, below: Json) -> list[Problem]:
    """What contradicts among the values that are right by themselves: one wrong key hides nothing else.

    Where a value cannot be left out, the one `below` stands in for it; nothing is said of either.
    """
    wrong = {problem.pointer for problem in problems}
    _, found = Policy.examine(_without(value, wrong, {}))
    if needed := wrong & {each.pointer for each in found}:
        stand_ins = {at: resolve_pointer(below, at) for at in needed if at in leaves(below)}
        _, found = Policy.examine(_without(value, wrong, stand_ins))
    return [each for each in found if each.pointer not in wrong]


def _without(value: Json, gone: set[str], instead: Mapping[str, Json], at: str = "") -> Json:
    """The same without what stands at these pointers, or with something else there."""
    if not isinstance(value, dict):
        return value
    kept: dict[str, Json] = {}
    for key, child in value.items():
        pointer = f"{at}/{escape_token(key)}"
        if pointer not in gone:
            kept[key] = _without(child, gone, instead, pointer)
        elif instead.get(pointer) is not None:
            kept[key] = instead[pointer]
    return kept
