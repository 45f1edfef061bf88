"""Settings: defaults < `precall.toml` < environment < flags, each value with where it came from.

A path in `precall.toml` is relative to that file, one in the environment or a flag to the current folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from precall_cli.errors import BadInput, Problem
from precall_cli.records.json_text import Json
from precall_cli.records.limits import DEFAULTS, Limits
from precall_cli.records.regular_file import read_regular
from precall_cli.records.toml_text import TomlDocument, parse_toml

FILE_NAME = "precall.toml"
API_KEY_VARIABLE = "ANTHROPIC_API_KEY"

Engine = Literal["offline", "claude"]
Severity = Literal["critical", "major", "minor", "info"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for one run of the command."""

    db: Path = Path("precall.db")
    """The store."""
    policies: Path | None = None
    """Folder of the user's policies, over the built-in ones."""
    playbook: Path | None = None
    """The user's playbook, in place of the built-in one."""
    layers: Path | None = None
    """Folder of the user's layers of instructions, each in place of the built-in one of its name."""
    agent_speaker: tuple[str, ...] = ()
    """Labels that mean the agent in a transcript."""
    contact_speaker: tuple[str, ...] = ()
    """Labels that mean the contact in a transcript."""
    max_bytes: int = DEFAULTS.max_bytes
    """Largest input file, in bytes."""
    max_depth: int = DEFAULTS.max_depth
    """Deepest nesting of JSON."""
    max_digits: int = DEFAULTS.max_digits
    """Most digits that a number in JSON may have."""
    max_turns: int = DEFAULTS.max_turns
    """Most turns that a transcript may have."""
    fail_on: Severity | float | None = None
    """Severity, or deviation rate from 0 to 1, from which an audit exits with 1; None: never."""
    engine: Engine | None = None
    """Planner in place of the one that the policy names."""
    record: Path | None = None
    """Folder in which replies of the model are kept."""
    replay: Path | None = None
    """Folder from which replies of the model are played back: no server is asked, no key is needed."""
    prices: Path | None = None
    """The user's table of what models cost, in place of the built-in one."""
    roles: tuple[str, ...] = ("Product", "Engineering", "Founder")
    """Who has to sign a version of a policy before it goes live."""
    allow_unadopted: bool = False
    """Whether a version that was not signed by all roles may go live."""
    distinct_signers: bool = False
    """Whether each role has to be signed by another person."""
    api_key_set: bool = False
    """Whether an API key stands in the environment; the key itself is never read."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Name of a setting → where its value came from: `default`, `file:line`, `environment NAME`, `--flag`."""

    @property
    def limits(self) -> Limits:
        """What one file may hold."""
        return Limits(self.max_bytes, self.max_depth, self.max_digits, self.max_turns)

    def rows(self) -> list[tuple[str, str, str]]:
        """All settings in order, for showing: name, value in words, origin."""
        found = [
            (each.name, _shown(getattr(self, each.name)), self.origins.get(each.name, "default"))
            for each in fields(self)
            if each.name not in ("origins", "api_key_set")
        ]
        key = "set" if self.api_key_set else "not set"
        return [*found, ("api_key", key, f"environment {API_KEY_VARIABLE}")]


def _shown(value: object) -> str:
    if value is None:
        return "not set"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def parse_fail_on(text: object) -> Severity | float:
    """A threshold: a severity, a rate like 0.2, or a percentage like 20%. Raises ValueError.

    >>> parse_fail_on("major"), parse_fail_on("20%"), parse_fail_on(0.25)
    ('major', 0.2, 0.25)
    """
    for severity in get_args(Severity):
        if text == severity:
            return severity  # type: ignore[no-any-return]
    if isinstance(text, str) and (match := re.fullmatch(r"(\d{1,3}(?:\.\d+)?|\.\d+)(%?)", text, re.ASCII)):
        rate = float(match[1]) / (100 if match[2] else 1)
    elif isinstance(text, int | float) and not isinstance(text, bool):
        rate = float(text)
    else:
        rate = -1.0
    if not 0 <= rate <= 1:
        raise ValueError("must be critical, major, minor, info, a rate like 0.2 or a percentage like 20%")
    return rate


def _path(value: Json, folder: Path) -> Path:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("must be a path")
    return folder / Path(value).expanduser()


def _labels(value: Json, folder: Path) -> tuple[str, ...]:
    labels = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(label, str) and label.strip() for label in labels):
        raise ValueError('must be a label or a list of labels, like ["Ava", "channel 1"]')
    return tuple(dict.fromkeys(label.strip() for label in labels))


def _count(value: Json, folder: Path) -> int:
    if isinstance(value, str) and re.fullmatch(r"\d{1,15}", value, re.ASCII):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("must be a whole number above 0")
    return value


def _depth(value: Json, folder: Path) -> int:
    return _at_most(_count(value, folder), 200)


def _digits(value: Json, folder: Path) -> int:
    return _at_most(_count(value, folder), 1_000)


def _at_most(number: int, most: int) -> int:
    if number > most:
        raise ValueError(f"must be at most {most:,}")
    return number


def _flag(value: Json, folder: Path) -> bool:
    if value in ("true", "false"):
        return bool(value == "true")
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _roles(value: Json, folder: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(r, str) and r.strip() for r in value):
        raise ValueError('must be a list of roles, like ["Product", "Engineering"]')
    return tuple(dict.fromkeys(role.strip() for role in value))


def _threshold(value: Json, folder: Path) -> Severity | float:
    return parse_fail_on(value)


def _engine(value: Json, folder: Path) -> Engine:
    for engine in get_args(Engine):
        if value == engine:
            return engine  # type: ignore[no-any-return]
    raise ValueError("must be offline or claude")


@dataclass(frozen=True, slots=True)
class _Setting:
    """How one setting is written in the file, and read from anywhere."""

    pointer: str
    """Its place in `precall.toml`."""
    read: Callable[[Json, Path], Any]
    """From a value and the folder that paths are relative to; raises ValueError."""
    listed: bool = False
    """Whether the environment gives several, parted by commas."""


_SETTINGS = {
    "db": _Setting("/db", _path),
    "policies": _Setting("/policies", _path),
    "playbook": _Setting("/playbook", _path),
    "layers": _Setting("/layers", _path),
    "agent_speaker": _Setting("/transcripts/agent_speaker", _labels, listed=True),
    "contact_speaker": _Setting("/transcripts/contact_speaker", _labels, listed=True),
    "max_bytes": _Setting("/limits/max_bytes", _count),
    "max_depth": _Setting("/limits/max_depth", _depth),
    "max_digits": _Setting("/limits/max_digits", _digits),
    "max_turns": _Setting("/limits/max_turns", _count),
    "fail_on": _Setting("/audit/fail_on", _threshold),
    "engine": _Setting("/planning/engine", _engine),
    "record": _Setting("/claude/record", _path),
    "replay": _Setting("/claude/replay", _path),
    "prices": _Setting("/claude/prices", _path),
    "roles": _Setting("/rollout/roles", _roles, listed=True),
    "allow_unadopted": _Setting("/rollout/allow_unadopted", _flag),
    "distinct_signers": _Setting("/rollout/distinct_signers", _flag),
}


def read_settings(cwd: Path, environ: Mapping[str, str], flags: Mapping[str, object]) -> Settings:
    """The settings that hold in the folder `cwd`.

    `flags` maps a setting's name to the value given, None where it was not; the flag `config` names a file
    in place of `precall.toml` in `cwd`. An environment variable is `PRECALL_` and the name in capitals;
    an empty one counts as not given. Raises BadInput with every problem of file, environment and flags.
    """
    values: dict[str, Any] = {"db": cwd / "precall.db"}
    origins: dict[str, str] = {}
    problems: list[Problem] = []

    def take(name: str, value: Json, folder: Path, origin: str, key: str = "") -> None:
        try:
            values[name] = _SETTINGS[name].read(value, folder)
            origins[name] = origin
        except ValueError as error:
            problems.append(Problem(f"{origin}: {key}" if key else origin, str(error)))

    document = _read_file(cwd, flags.get("config"))
    if document is not None:
        found = _leaves(document.value, "")
        folder = Path(document.source).parent
        for name, setting in _SETTINGS.items():
            if setting.pointer in found:
                value, place = found.pop(setting.pointer), document.place(setting.pointer)
                take(name, value, cwd / folder, place, _dotted(setting.pointer))
        problems.extend(_unknown(pointer, document) for pointer in found)
    for name, setting in _SETTINGS.items():
        variable = f"PRECALL_{name.upper()}"
        if given := environ.get(variable):
            take(name, given.split(",") if setting.listed else given, cwd, f"environment {variable}")
    for name in _SETTINGS:
        if (flag := flags.get(name)) not in (None, (), []):
            take(name, str(flag) if isinstance(flag, Path) else flag, cwd, f"--{name.replace('_', '-')}")
    if problems:
        raise _bad_settings(problems)
    return Settings(**values, api_key_set=bool(environ.get(API_KEY_VARIABLE)), origins=origins)


def _bad_settings(problems: list[Problem]) -> BadInput:
    lines = [f"{p.pointer}: {p.problem}" + (f". {p.mend}" if p.mend else "") for p in problems]
    if len(problems) == 1:
        return BadInput(
            problems[0].problem, place=problems[0].pointer, hint=problems[0].mend, problems=tuple(problems)
        )
    text = f"{len(lines)} problems\n" + "\n".join("  " + each for each in lines)
    return BadInput(text, place="settings", problems=tuple(problems))


def _read_file(cwd: Path, config: object) -> TomlDocument | None:
    """The settings file, or None where there is none and none was asked for."""
    path = cwd / str(config) if config is not None else cwd / FILE_NAME
    shown = str(config) if config is not None else FILE_NAME
    try:
        if not path.is_file():
            if config is None and not path.exists():
                return None
            raise BadInput("is no file", place=shown, hint="`precall init` writes one.")
        return parse_toml(read_regular(path), shown)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror or error}", place=shown) from None


def _leaves(value: Json, pointer: str) -> dict[str, Json]:
    """Pointer → value of all that is no table, and of empty tables nothing."""
    if not isinstance(value, dict):
        return {pointer: value}
    found: dict[str, Json] = {}
    for key, child in value.items():
        found |= _leaves(child, f"{pointer}/{key}")
    return found


def _unknown(pointer: str, document: TomlDocument) -> Problem:
    known = ", ".join(_dotted(setting.pointer) for setting in _SETTINGS.values())
    return Problem(f"{document.place(pointer)}: {_dotted(pointer)}", "is no setting", f"Known are: {known}.")


def _dotted(pointer: str) -> str:
    return pointer[1:].replace("/", ".")
