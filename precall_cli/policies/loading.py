"""From TOML files to policies: layers of files, each value with the file and line it came from.

Built-in `defaults.toml` < built-in file of the agent < the user's `defaults.toml` < the user's file of
the agent. A table is merged key by key; any other value, a list too, replaces the one below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from precall_cli.errors import BadInput, Problem
from precall_cli.records.json_text import Json, escape_token
from precall_cli.records.policy import AGENTS, Policy
from precall_cli.records.toml_text import TomlDocument, parse_toml

DEFAULTS = "defaults"
"""Name of the file that stands under all agents."""


@dataclass(frozen=True, slots=True)
class Policies:
    """All agents' policies, and where each value of them comes from."""

    by_agent: Mapping[str, Policy]
    """Name → policy; the built-in agents first, in their order, then the user's own by name."""
    origins: Mapping[str, Mapping[str, str]]
    """Agent → pointer into the policy → `file:line`."""
    folder: Path | None
    """The user's folder, if one was read."""

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


@dataclass(frozen=True, slots=True)
class _Layered:
    """Files laid over one another: the values, and the file that each leaf came from."""

    value: dict[str, Json]
    sources: dict[str, TomlDocument]

    def under(self, document: TomlDocument) -> _Layered:
        """The same with one more file on top."""
        value, sources = dict(self.value), dict(self.sources)
        _lay(value, document.value, "", document, sources)
        return _Layered(value, sources)

    def place(self, pointer: str) -> str:
        """`file:line` of a pointer, or of what stands nearest above it."""
        source = self.sources.get(pointer)
        above = pointer
        while source is None and above:
            above = above.rpartition("/")[0]
            source = self.sources.get(above)
        return source.place(pointer) if source else ""


def _lay(
    below: dict[str, Json],
    above: dict[str, Json],
    pointer: str,
    document: TomlDocument,
    sources: dict[str, TomlDocument],
) -> None:
    sources[pointer] = document
    for key, value in above.items():
        at = f"{pointer}/{escape_token(key)}"
        if isinstance(value, dict):
            inner = dict(below[key]) if isinstance(below.get(key), dict) else {}
            below[key] = inner
            _lay(inner, value, at, document, sources)
        else:
            below[key] = value
            sources[at] = document


def load_policies(directory: Path | None) -> Policies:
    """The policies of all agents, with the user's files from `directory` on top.

    Raises BadInput when the folder cannot be read, and with every problem of every file in it.
    """
    own = _read_folder(directory) if directory is not None else {}
    built_in = {name: _built_in(name) for name in (DEFAULTS, *AGENTS)}
    base = _Layered({}, {}).under(built_in[DEFAULTS])
    policies: dict[str, Policy] = {}
    origins: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for agent in (*AGENTS, *sorted(set(own) - {DEFAULTS, *AGENTS})):
        layered = base.under(built_in[agent]) if agent in built_in else base
        for name in (DEFAULTS, agent):
            if name in own:
                layered = layered.under(own[name])
        policy, found = _examine(agent, layered, own.get(agent))
        problems.extend(each for each in found if each not in problems)
        if policy is not None:
            policies[agent] = policy
            origins[agent] = {at: layered.place(at) for at in _leaves(policy.document(), "")}
    if problems:
        raise _bad_policies(problems, directory)
    return Policies(policies, origins, directory)


def _bad_policies(problems: list[Problem], directory: Path | None) -> BadInput:
    lines = [f"{p.pointer}: {p.problem.rstrip('.')}" + (f". {p.mend}" if p.mend else "") for p in problems]
    text = (
        lines[0] if len(lines) == 1 else f"{len(lines)} problems\n" + "\n".join("  " + each for each in lines)
    )
    return BadInput(
        text,
        place=str(directory or "policies"),
        hint="`precall schema policy` prints what is expected.",
        problems=tuple(problems),
    )


def _examine(agent: str, layered: _Layered, own: TomlDocument | None) -> tuple[Policy | None, list[Problem]]:
    """The policy that the layers give, or its problems, each placed in the file that causes it."""
    named = layered.value.get("agent")
    if named != agent:
        if agent in AGENTS or own is None or "agent" in own.value:
            problem = f"must be {agent!r}, the name of the file"
            return None, [Problem(_place(layered, "/agent"), problem, f'Write agent = "{agent}".')]
        mend = f'Rename the file, or write agent = "{agent}" in it to add an agent of your own.'
        return None, [Problem(own.source, f"names no known agent: {', '.join(AGENTS)}.", mend)]
    policy, problems = Policy.examine(layered.value)
    return policy, [Problem(_place(layered, p.pointer), p.problem, p.mend) for p in problems]


def _place(layered: _Layered, pointer: str) -> str:
    """`file:line: key.path`, as a TOML reader would look for it."""
    path = pointer.removeprefix("/").replace("/", ".").replace("~1", "/").replace("~0", "~")
    return f"{layered.place(pointer)}: {path}" if path else layered.place(pointer)


def _leaves(value: Json, pointer: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _leaves(child, f"{pointer}/{escape_token(key)}")
    else:
        yield pointer


def built_in_texts() -> dict[str, str]:
    """The built-in files as they are written, by file name: what a team starts from."""
    return {f"{name}.toml": _built_in_bytes(name).decode() for name in (DEFAULTS, *AGENTS)}


def _built_in(name: str) -> TomlDocument:
    return parse_toml(_built_in_bytes(name), f"built-in {name}.toml")


def _built_in_bytes(name: str) -> bytes:
    return (files("precall_cli") / "policies" / f"{name}.toml").read_bytes()


def _read_folder(directory: Path) -> dict[str, TomlDocument]:
    """The user's files by name without `.toml`. Raises BadInput where the folder or a file cannot be read."""
    try:
        paths = sorted(path for path in directory.iterdir() if path.suffix == ".toml")
        if irregular := [path for path in paths if not path.is_file()]:
            raise BadInput(
                "is no regular file", place=str(irregular[0]), hint="Remove it or put a file there."
            )
        return {path.stem: parse_toml(path.read_bytes(), str(path)) for path in paths}
    except OSError as error:
        place = str(error.filename or directory)
        hint = "Give a folder of TOML files, one per agent; `precall init` writes one."
        raise BadInput(f"cannot be read: {error.strerror or error}", place=place, hint=hint) from None
