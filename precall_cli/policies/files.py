"""The TOML files of policies: the built-in ones, those of a folder, its campaigns, and single files named.

A file that cannot be parsed is a finding, so that one pass names the faults of all files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from precall_cli.errors import BadInput
from precall_cli.policies.finding import Finding
from precall_cli.records.policy import AGENTS
from precall_cli.records.regular_file import read_regular
from precall_cli.records.toml_text import TomlDocument, parse_toml

DEFAULTS = "defaults"
"""Name of the file that stands under all agents."""
CAMPAIGNS = "campaigns"
"""Folder of the campaigns' files, inside the folder of policies."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that were read."""

    folder: Path | None
    """The user's folder, if there is one."""
    by_name: dict[str, TomlDocument] = field(default_factory=dict)
    """The user's files by agent, and `defaults`."""
    campaigns: dict[str, TomlDocument] = field(default_factory=dict)
    """Campaigns by name."""
    faults: tuple[Finding, ...] = ()
    """Files that could not be read as TOML, or that name nobody."""


def built_in_texts() -> dict[str, str]:
    """The built-in files as they are written, by file name: what a team starts from."""
    return {f"{name}.toml": _built_in_bytes(name).decode() for name in (DEFAULTS, *AGENTS)}


def built_in(name: str) -> TomlDocument:
    """The built-in file of an agent, or `defaults`."""
    return parse_toml(_built_in_bytes(name), f"built-in {name}.toml")


def _built_in_bytes(name: str) -> bytes:
    return (files("precall_cli") / "policies" / f"{name}.toml").read_bytes()


def read_sources(folder: Path | None, instead: tuple[Path, ...] = ()) -> Sources:
    """The user's files: those of `folder`, and each of `instead` in the place of the file it stands for.

    A file of `instead` says whom it is for by its key `agent`, else by its name; one in a folder `campaigns`,
    or with a key `agents`, is a campaign. A folder in `instead` takes the place of `folder`. Raises BadInput
    where a folder or file cannot be read.
    """
    for path in instead:
        if path.is_dir():
            folder = path
    by_name, campaigns, faults = _read_folder(folder) if folder is not None else ({}, {}, [])
    for path in instead:
        if path.is_dir():
            continue
        document = _parse(path, faults)
        if document is None:
            continue
        name = agent_of(document, path)
        if is_campaign(document, path):
            campaigns[path.stem] = document
        elif name:
            by_name[name] = document
        else:
            problem = f"names no agent, and neither does its name: {', '.join(AGENTS)}"
            faults.append(
                Finding("error", str(path), "", problem, 'Write agent = "…" as its first line, or rename it.')
            )
    return Sources(folder, by_name, campaigns, tuple(faults))


def agent_of(document: TomlDocument, path: Path) -> str:
    """Whom a single file is for: its `agent`, else its name where that is an agent's or `defaults`; or ''."""
    named = document.value.get("agent")
    if isinstance(named, str):
        return named
    return path.stem if path.stem in (DEFAULTS, *AGENTS) else ""


def is_campaign(document: TomlDocument, path: Path) -> bool:
    """Whether a single file is a campaign's: it lies among campaigns, or says for which agents it is."""
    return "agent" not in document.value and (path.parent.name == CAMPAIGNS or "agents" in document.value)


def campaign_of(sources: Sources, name: str) -> TomlDocument:
    """The file of a campaign. Raises BadInput, naming the known ones, when there is none."""
    if name not in sources.campaigns:
        known = ", ".join(sources.campaigns)
        where = (sources.folder or Path("policies")) / CAMPAIGNS
        raise BadInput(
            f"there is no campaign {name[:60]!r}",
            place="--campaign",
            hint=f"Known are: {known}." if known else f"A campaign is a file {where}/NAME.toml.",
        )
    return sources.campaigns[name]


def _read_folder(
    folder: Path,
) -> tuple[dict[str, TomlDocument], dict[str, TomlDocument], list[Finding]]:
    faults: list[Finding] = []
    by_name = _read_each(folder, faults)
    campaigns = _read_each(folder / CAMPAIGNS, faults) if (folder / CAMPAIGNS).exists() else {}
    for name in list(campaigns):
        if not _NAME.fullmatch(name):
            document = campaigns.pop(name)
            problem = "is no name of a campaign: letters, digits, - and _ only"
            faults.append(Finding("error", document.source, "", problem, "Rename the file."))
    return by_name, campaigns, faults


def _read_each(folder: Path, faults: list[Finding]) -> dict[str, TomlDocument]:
    """The TOML files of a folder by name without `.toml`."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError as error:
        hint = "Give a folder of TOML files, one per agent; `precall init` writes one."
        raise BadInput(
            f"cannot be read: {error.strerror or error}", place=str(error.filename or folder), hint=hint
        ) from None
    found = {path.stem: _parse(path, faults) for path in paths}
    return {name: document for name, document in found.items() if document is not None}


def _parse(path: Path, faults: list[Finding]) -> TomlDocument | None:
    """The file's content; None, and one more fault, where it is not TOML."""
    data = read_regular(path)
    try:
        return parse_toml(data, str(path))
    except BadInput as error:
        faults.append(Finding("error", error.place, "", error.problem, error.hint))
        return None
