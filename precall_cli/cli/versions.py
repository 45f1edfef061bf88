"""A version of a policy as the command line names it: by agent, file, digest or plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from precall_cli.errors import BadInput

if TYPE_CHECKING:
    from precall_cli.records.policy import Policy
    from precall_cli.settings import Settings

BUILT_IN = "built-in:"
_DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{6,64}")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an agent's policy."""

    name: str
    """As it was named, with what that means: `inbound`, `built-in inbound`, `new.toml`, `stored 1f0c…`."""
    policy: Policy
    origins: dict[str, str]
    """Pointer → `file:line`; of a stored version nothing is known."""

    def origin(self, pointer: str) -> str:
        """Where a value comes from; `default` where no file sets it."""
        return self.origins.get(pointer, "stored" if not self.origins else "default")


def find_version(name: str, settings: Settings, *, campaign: str | None = None) -> Version:
    """The version that `name` means.

    `inbound`: what applies now. `inbound@spring`: with that campaign. `built-in:inbound`: as it came with
    precall. A file or `pln_…` or a digest: that file in its agent's place, the plan's, the stored one. Raises
    BadInput for anything else.
    """
    from precall_cli.policies import load_policies

    if name.startswith(BUILT_IN):
        agent = name.removeprefix(BUILT_IN)
        policies = load_policies(None)
        return Version(f"built-in {agent}", policies.get(agent), dict(policies.origins[agent]))
    if Path(name).suffix == ".toml" or Path(name).is_file():
        return _of_file(Path(name), settings, campaign)
    agent, _, named = name.partition("@")
    policies = load_policies(settings.policies, campaign=named or campaign)
    if agent in policies.by_agent:
        return Version(name, policies.get(agent), dict(policies.origins[agent]))
    if name.startswith("pln_") or _DIGEST.fullmatch(name):
        return _of_store(name, settings)
    raise BadInput(
        f"{name[:60]!r} is no agent, file, stored digest or plan",
        place="policy",
        hint=f"Agents are: {', '.join(policies.agents)}; `built-in:inbound` came with precall.",
    )


def _of_file(path: Path, settings: Settings, campaign: str | None) -> Version:
    from precall_cli.cli.files import read_bytes
    from precall_cli.policies import load_policies
    from precall_cli.policies.files import DEFAULTS, agent_of
    from precall_cli.records.toml_text import parse_toml

    agent = agent_of(parse_toml(read_bytes(path), str(path)), path)
    if agent in ("", DEFAULTS):
        raise BadInput(
            "is not the file of one agent", place=str(path), hint='Write agent = "…" as its first line.'
        )
    policies = load_policies(settings.policies, campaign=campaign, instead=(path,))
    return Version(str(path), policies.get(agent), dict(policies.origins[agent]))


def _of_store(name: str, settings: Settings) -> Version:
    from precall_cli.store import Store
    from precall_cli.store.history import find_policy

    with Store.open(settings.db, create=False, read_only=True) as store:
        policy = store.load_plan(name).policy if name.startswith("pln_") else find_policy(store, name)
    return Version(f"stored {policy.digest()[7:19]}", policy, {})
