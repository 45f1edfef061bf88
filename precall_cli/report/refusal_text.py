"""A refusal for the terminal: its name, the deciding place in the brief, the rule, the mend."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from precall_cli.records.refusal import Refusal
from precall_cli.report.console import line
from precall_cli.report.layout import hanging


def render_refusal(refusal: Refusal, status: str, width: int) -> Iterator[Text]:
    """The refusal's lines, at most `width` columns each. `status` says where it is stored and sealed."""
    yield from hanging(
        line(("no plan: ", "bold"), (refusal.code, "bold red"), "  "),
        line(f"{refusal.agent} · brief {refusal.brief_id} · {refusal.at}"),
        2,
        width,
    )
    yield from hanging(line("  ", (refusal.pointer or "/", "cyan"), " "), line(refusal.reason), 4, width)
    if refusal.rule:
        yield from hanging(line("  ", ("rule ", "dim")), line(refusal.rule), 4, width)
    if refusal.allowed_from:
        yield line("  ", ("allowed from ", "dim"), refusal.allowed_from)
    if refusal.mend:
        yield from hanging(line("  ", ("mend ", "dim")), line(refusal.mend), 4, width)
    for other in refusal.also:
        head = line("  ", ("also ", "dim"), (other.code, "red"), " ", (other.pointer or "/", "cyan"), " ")
        yield from hanging(head, line(other.reason), 4, width)
    yield line("  ", (f"{refusal.refusal_id}, {status}", "dim"))
