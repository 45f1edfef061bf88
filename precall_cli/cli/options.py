"""Options that several commands share, and what they are turned into before anything happens."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from precall_cli.errors import BadInput
from precall_cli.records.record import parse_time

if TYPE_CHECKING:
    from precall_cli.settings import Settings

Db = Annotated[
    Path | None,
    typer.Option("--db", metavar="PATH", help="The store (else PRECALL_DB, else precall.db here)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the record itself as JSON.")]
Now = Annotated[
    str | None,
    typer.Option("--now", metavar="TIME", help="The moment to judge by, RFC 3339; the clock if not given."),
]
Campaign = Annotated[
    str | None,
    typer.Option("--campaign", metavar="NAME", help="Lay the campaign of this name over the policies."),
]
AgentSpeakers = Annotated[
    list[str] | None,
    typer.Option(
        "--agent-speaker", metavar="LABEL", help="A label that is the agent: a name, an id, `channel 1`."
    ),
]
ContactSpeakers = Annotated[
    list[str] | None,
    typer.Option("--contact-speaker", metavar="LABEL", help="A label that is the contact; repeatable."),
]
Parties = Annotated[
    Path | None, typer.Option("--parties", metavar="FILE", help="Second file that names the speakers (Gong).")
]
FormatName = Annotated[
    str | None, typer.Option("--format", metavar="NAME", help="Format of the file; detected if not given.")
]


def moment(now: str | None) -> datetime:
    """The moment that `--now` names, or the clock's. Raises BadInput for what is no RFC 3339 time."""
    if now is None:
        return datetime.now(UTC)
    try:
        return parse_time(now)
    except ValueError as error:
        raise BadInput(str(error), place="--now") from None


def settings_for(**flags: object) -> Settings:
    """The settings of this run: defaults, precall.toml, environment, then the flags that were given."""
    from precall_cli.settings import read_settings

    given = {name: value for name, value in flags.items() if value is not None}
    return read_settings(Path.cwd(), os.environ, given)
