"""A replay of history for the terminal: what would have changed, the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.text import Text

from precall_cli.records.json_text import Json
from precall_cli.report.console import line
from precall_cli.report.inert import one_line
from precall_cli.report.layout import clip, count, fill, hanging, joined

ALARMING = ("refused", "no agent", "budget")
SHOWN = 6
"""Most changes shown of one plan."""


def render_replay(
    found: Json, ranks: Mapping[str, str], versions: Mapping[str, str], width: int
) -> Iterator[Text]:
    """The lines of a replay's document; `ranks` says each kind of change in words, the worst first."""
    for agent, words in versions.items():
        yield from hanging(line((fill(agent, 14), "bold")), line(words), 14, width)
    yield Text()
    share = f"{found['changed']:,} of {count(found['plans'], 'plan')} would change"
    yield line((share, "bold"))
    for rank, number in found["by_kind_of_change"].items():
        if number:
            style = "bold red" if rank in ALARMING else "" if rank != "none" else "dim"
            yield from hanging(
                line(f"  {number:>7,}  ", (fill(rank, 10), style)), line((ranks[rank], "dim")), 21, width
            )
    items = [
        line(f"{each['count']:,} {each['kind'].replace('_', ' ')} {each['what']}") for each in found["items"]
    ]
    if items:
        yield from joined(items, ", ", width, line(("items: ", "dim")))
    yield from _money(found, width)
    if found["drifted"]:
        text = (
            f"{count(found['drifted'], 'plan')} would differ today even under the version of then: planner, "
            "playbook or law have changed since; what stands here is the policy's part alone"
        )
        yield from hanging(line(("note: ", "yellow")), line(text), 6, width)
    if found["worst"]:
        yield Text()
        yield line(("Worst first", "bold underline"))
    for each in found["worst"]:
        yield from _plan(each, width)
    if found["refusals"]:
        yield Text()
        text = f"{found['would_pass']:,} of {count(found['refusals'], 'refusal')} would pass now"
        yield line((text, "bold"))
        for each in found["passing"]:
            head = line("  ", (each["code"], "yellow"), f" {each['agent']} ")
            body = line(
                one_line(f"{each['contact']}: {each['objective']}"), (f"  {each['sealed_at']}", "dim")
            )
            yield from hanging(head, body, 4, width)


def _money(found: Json, width: int) -> Iterator[Text]:
    cost = found["cost"]
    text = f"cost {cost['after']:g} {cost['currency']}, under the versions of then {cost['before']:g}"
    if found["unpriced"]:
        text += f"; {count(found['unpriced'], 'plan')} by a model without a known price"
    yield from joined([line(text)], "", width)


def _plan(each: Json, width: int) -> Iterator[Text]:
    style = "bold red" if each["kind"] in ALARMING else "bold"
    head = line((fill(each["kind"], 10), style), f"{each['plan_id']} ")
    body = line(one_line(f"{each['agent']} · {each['contact']} · {each['sealed_at']}"))
    yield from hanging(head, body, 10, width)
    if each["refusal"]:
        text = f"{each['refusal']['code']}: {each['refusal']['reason']}"
        yield from hanging(line(" " * 10), line((one_line(text), "red")), 12, width)
    if each["kind"] == "budget":
        text = f"live plan {each['live_ms']:,.0f} ms of {each['budget_ms']:,} ms ({each['how']})"
        yield from hanging(line(" " * 10), line((one_line(text), "red")), 12, width)
    for change in each["changes"][:SHOWN]:
        kind = change["kind"].replace("_", " ")
        for mark, color, said in (("- ", "red", change["before"]), ("+ ", "green", change["after"])):
            if said is not None:
                what = f"{kind}, {change['what']}: " if change["what"] == "moved" else f"{kind}: "
                yield from hanging(
                    line(" " * 10, (mark, color)), line((what, "dim"), clip(said, 220)), 12, width
                )
    if len(each["changes"]) > SHOWN:
        yield line(" " * 12, (f"… {len(each['changes']) - SHOWN} more", "dim"))
    for note in each["notes"]:
        yield from hanging(line(" " * 10), line((one_line(note), "dim")), 12, width)
