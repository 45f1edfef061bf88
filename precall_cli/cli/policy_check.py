"""What `precall policy check` looks at: folders, single files, or what applies here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from precall_cli.errors import BadInput, NothingCollected

if TYPE_CHECKING:
    from precall_cli.policies import Finding
    from precall_cli.settings import Settings


def check_paths(paths: Sequence[Path], settings: Settings) -> tuple[list[Finding], str]:
    """All findings, each once, in the order of the files, and what was looked at in words.

    A folder is looked at by itself; single files each in the place of the file they stand for, over what
    applies here: then only what concerns their agents is said. Raises BadInput for what cannot be read.
    """
    from precall_cli.claude.prices import load_prices
    from precall_cli.planner import load_playbook
    from precall_cli.policies import examine_policies, read_sources
    from precall_cli.policies.checking import find_faults
    from precall_cli.policies.files import DEFAULTS, agent_of, is_campaign
    from precall_cli.simulate.ladders import outlook_of

    outlook = outlook_of(load_playbook(settings.playbook), frozenset(load_prices(settings.prices).models))
    for path in paths:
        if not path.exists():
            raise BadInput("no such file or folder", place=str(path), hint="Check the name.")
    folders: list[Path | None] = [path for path in paths if path.is_dir()]
    named = tuple(path for path in paths if not path.is_dir())
    if not paths:
        folders = [settings.policies]
    found: list[Finding] = []
    for folder in folders:
        sources = read_sources(folder)
        if paths and not (sources.by_name or sources.campaigns or sources.faults):
            raise NothingCollected(
                "holds no policy", place=str(folder), hint="A policy is a .toml file, such as inbound.toml."
            )
        found += find_faults(sources, outlook)
    if named:
        sources = read_sources(settings.policies, named)
        about: set[str] = set()
        for path in named:
            document = next(
                (
                    d
                    for d in (*sources.by_name.values(), *sources.campaigns.values())
                    if d.source == str(path)
                ),
                None,
            )
            if document is None or is_campaign(document, path) or agent_of(document, path) == DEFAULTS:
                about.update(examine_policies(sources).policies.agents)
            else:
                about.add(agent_of(document, path))
        here = tuple(str(path) for path in named)
        found += [
            finding
            for finding in find_faults(sources, outlook)
            if finding.place.startswith(here) or finding.agent in about
        ]
    words = ", ".join(map(str, paths)) or str(settings.policies or "the built-in policies")
    return list(dict.fromkeys(found)), words
