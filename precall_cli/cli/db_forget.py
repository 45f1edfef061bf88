"""`precall db forget`: erase what a person said, or all that was said before a day; the chain stays whole."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from precall_cli.cli.options import AsJson, Db, Now
from precall_cli.errors import BadInput, NothingCollected
from precall_cli.records.record import parse_time

if TYPE_CHECKING:
    from precall_cli.store.erasing import Erased

KEPT = (
    "kept: ids, times, states and figures, and opt-outs with their phones. Copies made earlier (backups, "
    "exports, reports, kept replies of a model) still hold the words"
)


def forget(
    contact: Annotated[
        str | None, typer.Option("--contact", metavar="ID", help="Whose words: the contact_id of the briefs.")
    ] = None,
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="TIME", help="All that was sealed before it: a day or RFC 3339."),
    ] = None,
    who: Annotated[str, typer.Option("--who", metavar="NAME", help="Who erases; it is sealed.")] = "",
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why; it is sealed.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be erased.")] = False,
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Erase the words of a person, or of a time. It cannot be undone.

    \b
    What was said in calls, quotes, plans, briefs, instructions and reviews is
    replaced in place; the digests in the chain stay, an erasure is sealed that
    names each record, and `precall verify` goes on to catch any other change.
    Example: precall db forget --contact con_7 --who "Ana Bell" --why "asked on 3 May" --dry-run
    """
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.store import Store
    from precall_cli.store.erasing import Wanted, erase_words

    if (contact is None) == (before is None):
        raise BadInput("name --contact or --before, one of them", place="db forget")
    at = moment(now)
    until = _day_or_time(before) if before is not None else None
    wanted = Wanted(contact, until, who, why)
    path = settings_for(db=db).db
    with Store.open(path, create=False) as store:
        done = erase_words(store, wanted, now=at, dry_run=dry_run)
        if not done.records and not done.known:
            what = f"of the contact {contact}" if contact is not None else f"from before {before}"
            raise NothingCollected(f"there is no record {what} in {path}")
    _report(done, dry_run=dry_run, as_json=as_json)


def _day_or_time(text: str) -> datetime:
    day = re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII)
    try:
        return parse_time(f"{text}T00:00:00Z" if day else text)
    except ValueError:
        raise BadInput(
            f"{text[:40]!r} is no day and no time", place="--before", hint="Write 2025-01-01, or RFC 3339."
        ) from None


def _report(done: Erased, *, dry_run: bool, as_json: bool) -> None:
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, note, write_text
    from precall_cli.report.layout import count

    if as_json:
        document = {
            "dry_run": dry_run, "records": done.records,
            "erasures": [] if dry_run else list(done.erasures),
        }  # fmt: skip
        write_text(readable_json(document))
        return
    console = make_console()
    total = sum(done.records.values())
    if not total:
        console.print(line("nothing to erase: no words were left"))
        return
    plurals = {"brief": "briefs", "instructions": "instructions"}
    parts = ", ".join(count(n, kind, plurals.get(kind, "")) for kind, n in done.records.items())
    console.print(line(f"{'would erase' if dry_run else 'erased'} the words of {parts}"))
    if dry_run:
        return
    console.print(line(f"sealed as {', '.join(done.erasures)}"))
    note(KEPT)
    note("next: precall verify")
