"""One account for the terminal: contacts, open objectives, who holds them, what was told and is withheld."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from precall_cli.records.json_text import Json
from precall_cli.report.console import line
from precall_cli.report.layout import hanging


def render_account(account: Json, width: int) -> Iterator[Text]:
    """The account's document, as `precall account show --json` gives it, in lines of at most `width`."""
    yield from hanging(
        line((account["name"], "bold"), f" ({account['account_id']})"),
        line(f" · owner {account['owner'] or 'not known'}"),
        2,
        width,
    )
    yield from _section("contacts", [_contact(each) for each in account["contacts"]], width)
    yield from _section("open objectives", [_objective(each) for each in account["open_objectives"]], width)
    yield from _section("what they told us", [_told(each) for each in account["told"]], width)
    yield from _section("not to be said", [_withheld(each) for each in account["do_not_mention"]], width)


def _section(title: str, rows: list[tuple[Text, Text]], width: int) -> Iterator[Text]:
    yield line()
    yield line((title, "bold"), ("" if rows else "  none", "dim"))
    for head, body in rows:
        yield from hanging(line("  ", head), body, 6, width)


def _contact(each: Json) -> tuple[Text, Text]:
    title = f", {each['title']}" if each["title"] else ""
    last = f" · last talked {each['last_contact_at']}" if each["last_contact_at"] else ""
    return line(each["name"]), line(f"{title} ({each['contact_id']}){last}")


def _objective(each: Json) -> tuple[Text, Text]:
    lock = line(("locked ", "yellow")) if each["locks"] else line(("open ", "dim"))
    return (
        line(lock, (each["type"].replace("_", " "), "bold"), " "),
        line(
            f"with {each['contact_name']}: {each['statement']} · "
            f"{each['plan_id']}, {each['agent']}, sealed {each['sealed_at']}, "
            f"until {each['open_until']}"
        ),
    )


def _told(each: Json) -> tuple[Text, Text]:
    kept = line(("in confidence ", "red")) if each["confidential"] else line()
    return (
        line(kept, (each["topic"].replace("_", " "), "bold"), " "),
        line(f"{each['value']} · {each['name']}, {each['told_at'] or 'not known when'} · {each['source']}"),
    )


def _withheld(each: Json) -> tuple[Text, Text]:
    return line(("to ", "dim"), (each["name"], "bold"), " "), line(f"{each['text']} · {each['plan_id']}")
