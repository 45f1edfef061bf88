"""`precall brief build`: CRM exports into briefs, what could not be used, what sources disagree on."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from precall_cli.cli.options import AsJson, Now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from precall_cli.crm import Built, Export, Mapping
    from precall_cli.crm.choose import Conflict
    from precall_cli.crm.entries import Said
    from precall_cli.records.brief import Brief
    from precall_cli.records.json_text import Json

SUFFIXES = (".json", ".jsonl", ".ndjson", ".csv")
SHOWN = 20
"""Most problems of a kind that are shown one by one; --json has all."""


class SourceName(StrEnum):
    """The systems whose exports are known."""

    hubspot = "hubspot"
    salesforce = "salesforce"
    apollo = "apollo"


def build(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE…", help="Exports: JSON, JSONL or CSV files, folders of them, or -."),
    ],
    sources: Annotated[
        list[SourceName],
        typer.Option(
            "--from", help="The system that wrote them; repeat it with several.", show_default=False
        ),
    ],
    merge: Annotated[
        bool, typer.Option("--merge", help="One brief for one person, however many records say so.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="OUT", help="Write here; .jsonl for a brief a line."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE.toml", help="Your own fields, owners, currency, country."),
    ] = None,
    fetched_at: Annotated[
        str | None,
        typer.Option("--fetched-at", metavar="TIME", help="When the files were exported, RFC 3339."),
    ] = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Build briefs from CRM exports: typed, normalised, joined, with the origin of each fact.

    \b
    Give contacts, companies, deals, calls and owners in separate files; their ids join them.
    With several systems the rows tell which file is whose; apollo:FILE says it.
    One contact gives one JSON brief; a folder, a CSV list or several contacts a brief a line.
    Records of one person: same id, e-mail, or phone and no other name; never the name alone.
    Of two values, the CRM's goes before a data vendor's, then the one that changed later;
    for do-not-call the strictest holds. Both stand in the brief's `provenance`.
    What no export says goes into a mapping:
      country = "US"                     # of records that name none
      currency = "USD"                   # of amounts that name none
      [hubspot.dnc]
      field = "do_not_call"              # HubSpot has no such property of its own
      checked_at = "dnc_checked_at"
      [hubspot.owners.1001]
      name = "Sam Ortiz"
    Exit code 0: each contact came through; 1: some were left out; 2: a file cannot be read;
    3: there was no contact.
    Example: precall brief build --from hubspot contacts.json companies.json -o briefs.jsonl
    """
    from precall_cli.cli.options import moment
    from precall_cli.crm import Knowledge, build_briefs
    from precall_cli.errors import NothingCollected
    from precall_cli.gate.optout import is_opt_out
    from precall_cli.gate.zones import read_zones
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import write_text

    output = None if str(output) == "-" else output
    if output is not None:
        from precall_cli.cli.files import check_target

        check_target(output, *(Path(file) for file in files if file != "-"))
    exports, is_list = _read_exports(files)
    built = build_briefs(
        exports,
        list(dict.fromkeys(str(source) for source in sources)),
        mapping=_read_mapping(mapping),
        knowledge=Knowledge(read_zones(), is_opt_out),
        now=moment(now),
        fetched_at=_fetched(fetched_at),
        merge=merge,
    )
    if not built.briefs and not built.left_out:
        raise NothingCollected(f"no contact found in {', '.join(files)}")
    text = _rendered(built, output, is_list or len(built.briefs) + len(built.left_out) > 1)
    if output is not None and built.briefs:
        from precall_cli.cli.files import write_file

        write_file(output, text.encode())
    if as_json:
        write_text(readable_json(_report(built)))
    elif output is None and built.briefs:
        write_text(text)
    _print_report(built, output if built.briefs else None)
    if built.left_out:
        raise typer.Exit(1)


def _read_exports(files: Sequence[str]) -> tuple[list[Export], bool]:
    """The files, and whether they are lists: a folder, CSV or JSONL."""
    from precall_cli.cli.files import collect, read_bytes
    from precall_cli.crm import Export

    exports: list[Export] = []
    is_list = False
    for given in files:
        system, colon, rest = given.partition(":")
        source = system if colon and rest and system in list(SourceName) else None
        path = Path(rest if source else given)
        found = collect([path], SUFFIXES)
        is_list = is_list or found != [path] or path.suffix.casefold() in SUFFIXES[1:]
        for each in found:
            name = "standard input" if str(each) == "-" else str(each)
            exports.append(Export(name.encode(errors="replace").decode(), read_bytes(each), source))
    return exports, is_list


def _fetched(time: str | None) -> datetime | None:
    from precall_cli.errors import BadInput
    from precall_cli.records.record import parse_time

    if time is None:
        return None
    try:
        return parse_time(time)
    except ValueError as error:
        raise BadInput(str(error), place="--fetched-at") from None


def _read_mapping(path: Path | None) -> Mapping:
    from precall_cli.cli.files import read_bytes
    from precall_cli.crm import Mapping, read_mapping

    return Mapping() if path is None else read_mapping(read_bytes(path), str(path))


def _rendered(built: Built, output: Path | None, many: bool) -> str:
    """The briefs as the file or standard output has them: one JSON document, or one a line."""
    import json

    from precall_cli.errors import BadInput
    from precall_cli.records.json_text import inert_json, readable_json

    named_list = output is not None and output.suffix in (".jsonl", ".ndjson")
    if output is not None and not named_list and len(built.briefs) > 1:
        hint = "Name a .jsonl file: it holds a brief a line."
        raise BadInput(f"cannot hold {len(built.briefs)} briefs", place=str(output), hint=hint)
    documents = [brief.document() for brief in built.briefs]
    if not named_list and (output is not None or not many):
        return "".join(readable_json(document) + "\n" for document in documents)
    return "".join(
        inert_json(json.dumps(each, ensure_ascii=False, allow_nan=False)) + "\n" for each in documents
    )


def _report(built: Built) -> Json:
    """All that came of it, for `--json`."""
    return {
        "briefs": [brief.document() for brief in built.briefs],
        "left_out": [
            {
                "source": each.source,
                "place": each.place,
                "record_id": each.record_id or None,
                "reason": each.reason,
                "detail": each.detail,
            }
            for each in built.left_out
        ],
        "conflicts": [
            {
                "brief_id": each.brief_id,
                "pointer": each.pointer,
                "chosen": _said(each.chosen),
                "others": [_said(other) for other in each.others],
                "rule": each.rule,
            }
            for each in built.conflicts
        ],
        "problems": [
            {"place": each.place, "field": each.field, "problem": each.problem, "mend": each.mend}
            for each in built.faults
        ],
    }


def _said(said: Said) -> Json:
    from precall_cli.records.record import format_time

    origin = said.origin
    return {
        "value": said.value,
        "source": origin.source,
        "place": origin.place,
        "field": origin.field,
        "as_of": None if origin.as_of is None else format_time(origin.as_of),
    }


def _print_report(built: Built, output: Path | None) -> None:
    """What was left out, not used or contradictory, on standard error, and a count at its end."""
    from precall_cli.crm.entries import REASONS
    from precall_cli.report.console import line, make_console
    from precall_cli.report.layout import count, hanging

    console = make_console(stderr=True)

    def show(mark: str, style: str, head: str, body: str) -> None:
        body_line = line((head, "cyan"), ": ", body)
        console.print(*hanging(line((f"{mark} ", style)), body_line, 2, console.width), sep="\n")

    for left in built.left_out[:SHOWN]:
        who = f"{left.place} ({left.record_id})" if left.record_id else left.place
        show("✗", "red", who, f"left out: {left.detail}")
    for fault in built.faults[:SHOWN]:
        mend = f". {fault.mend}" if fault.mend else ""
        show("!", "yellow", f"{fault.place}: {fault.field}", f"{fault.problem}{mend}")
    for conflict in built.conflicts[:SHOWN]:
        show("≠", "yellow", f"{conflict.brief_id}: {conflict.pointer}", _conflict_words(conflict))
    for shown, what in (
        (built.left_out, "left out"),
        (built.faults, "problems"),
        (built.conflicts, "conflicts"),
    ):
        if len(shown) > SHOWN:
            console.print(line((f"… and {len(shown) - SHOWN:,} more {what}: --json has all", "dim")))
    where = f" in {output}" if output is not None else ""
    tally = [f"{count(len(built.briefs), 'brief')}{where}"]
    if built.left_out:
        reasons = Counter(left.reason for left in built.left_out)
        listed = ", ".join(f"{number:,} {REASONS[reason]}" for reason, number in reasons.most_common())
        tally.append(f"{len(built.left_out):,} left out ({listed})")
    tally += [count(len(built.faults), "problem"), count(len(built.conflicts), "conflict")]
    console.print(line("; ".join(tally)))
    for caution in _cautions(built.briefs):
        console.print(*hanging(line(("note: ", "dim")), line(caution), 6, console.width), sep="\n")


def _conflict_words(conflict: Conflict) -> str:
    chosen = conflict.chosen
    others = ", ".join(f"{_shown(o)} ({o.origin.source}, {o.origin.file})" for o in conflict.others)
    return f"{_shown(chosen)} ({chosen.origin.source}, {chosen.origin.file}), not {others}: {conflict.rule}"


def _shown(said: Said) -> str:
    return repr(said.value) if isinstance(said.value, str) else str(said.value).lower()


def _cautions(briefs: Sequence[Brief]) -> Iterator[str]:
    """For which briefs the gate will refuse a call, or be stricter, as far as the export decides it."""
    from precall_cli.report.layout import count

    refused = "the gate refuses such a call"
    mapped = "the mapping can name the field that says it"
    cases = (
        ([b.dnc.listed is None for b in briefs], "do-not-call is not known", f"{refused}; {mapped}"),
        (
            [b.dnc.listed is False and b.dnc.checked_at is None for b in briefs],
            "it is not known when do-not-call was checked",
            f"{refused}; {mapped}",
        ),
        ([b.contact.timezone is None for b in briefs], "the time zone is not known", refused),
        (
            [not isinstance(b.jurisdiction, str) and b.jurisdiction.basis == "phone_prefix" for b in briefs],
            "the place is only what the phone's prefix says",
            "the strictest rules of that country apply",
        ),
    )
    for found, why, so in cases:
        if any(found):
            yield f"{why} for {count(sum(found), 'contact')}: {so}"
