"""A simulated day for the terminal: from trigger to dial by agent, fallbacks, money, what breaks first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from precall_cli.records.json_text import Json
from precall_cli.report.console import line
from precall_cli.report.layout import count, fill, hanging, percent

NAME = 13
_WIDE = 68
"""Columns from which the median is shown, too."""
_BLOCKS = " ▁▂▃▄▅▆▇█"
_EDGES = "½ 1 2 5 10 30 60 s, 2 5 15 60 min, over"


def render_simulation(document: Json, width: int) -> Iterator[Text]:
    """The report of a `precall.simulation/1`."""
    money = document["cost"]
    head = line(
        (f"{document['triggers']:,} triggers in a day", "bold"),
        f", seed {document['seed']}: {document['dialled']:,} dialled, ",
        (f"{document['late']:,} after the SLA", "red" if document["late"] else "green"),
        f", plans for {_money(money['amount'], money['currency'])}",
    )
    yield from hanging(line(), head, 0, width)
    yield line()
    yield from _agents(document, width)
    yield line()
    yield from _costs(document, width)
    yield line()
    yield from _loads(document["loads"], width)
    yield line()
    yield from _growth(document, width)
    yield from _inputs(document, width)


def _agents(document: Json, width: int) -> Iterator[Text]:
    yield _title("From trigger to dial", "half, 19 in 20, 99 in 100 within", width)
    shown = ("p95", "p99") if width < _WIDE else ("p50", "p95", "p99")
    heads = "".join(f"{key:>9}" for key in shown)
    yield line((f"{'':{NAME}}{'dialled':>10}{heads}{'SLA':>7}{'late':>7}", "dim"))
    for agent in document["agents"]:
        figures = "".join(f"{_time(agent['trigger_to_dial_s'][key]):>9}" for key in shown)
        sla = f"{agent['sla_s']:g} s" if agent["sla_s"] else "none"
        late = percent(agent["late"] / agent["dialled"]) if agent["sla_s"] and agent["dialled"] else "-"
        style = "red" if agent["late"] else "green" if agent["sla_s"] else "dim"
        name = (fill(agent["agent"], NAME), "bold")
        yield line(name, f"{agent['dialled']:>10,}{figures}{sla:>7}", (f"{late:>7}", style))
        said = line(" ", ("; ".join(_losses(agent)), "dim"))
        yield from hanging(line("  ", (f"▕{_bars(agent['spread'])}▏", "cyan")), said, 17, width)
    yield from hanging(line("  "), line((f"the picture: calls within {_EDGES}", "dim")), 2, width)


def _losses(agent: Json) -> Iterator[str]:
    """What was refused, and what fell back and mostly why."""
    if refused := sum(agent["refused"].values()):
        yield f"refused {percent(refused / agent['triggers'])}"
    if fallbacks := sum(agent["fallbacks"].values()):
        most = max(agent["fallbacks"], key=lambda why: (agent["fallbacks"][why], why))
        yield f"fallback {percent(fallbacks / agent['dialled'])}: {most}"


def _bars(counts: list[int]) -> str:
    most = max(counts, default=0)
    return "".join(_BLOCKS[-(-number * (len(_BLOCKS) - 1) // most) if most else 0] for number in counts)


def _costs(document: Json, width: int) -> Iterator[Text]:
    yield _title("Plans and money", "plans made by a model, and how many calls each serves", width)
    yield line((f"{'':{NAME}}{'plans':>12}{'serves':>9}{'cost':>13}{'a call':>10}", "dim"))
    for agent in document["agents"]:
        serves = "-" if agent["calls_per_plan"] is None else f"{agent['calls_per_plan']:.2f}"
        cost = "not known" if agent["cost"] is None else _money(agent["cost"]["amount"], "")
        a_call = "-" if agent["cost_per_call"] is None else f"{agent['cost_per_call']:.4f}"
        head = (fill(agent["agent"], NAME), "bold")
        yield line(head, f"{agent['plans_paid']:>12,}{serves:>9}{cost:>13}{a_call:>10}")
    sent = document["batches"]
    if sent["sent"]:
        nights = count(sent["sent"], "batch", "batches")
        said = f"{nights} in the night, the last done at {_clock(sent['last_done_h'])}"
        yield from hanging(line("  "), line((said, "dim")), 2, width)


def _loads(loads: list[Json], width: int) -> Iterator[Text]:
    yield _title("What breaks first", "each in its busiest hour; full at that volume", width)
    room = max(6, min(40, width - 50))
    for each in loads:
        used = each["busiest_hour"]
        bar = "█" * max(1 if used else 0, min(room, round(used * room)))
        style = "red" if used >= 1 else "yellow" if used >= 0.7 else "green"
        at = "never" if each["breaks_at"] is None else "over" if used >= 1 else f"×{each['breaks_at']:,.1f}"
        yield line(
            "  ", fill(each["name"], 26), " ", (f"{bar:<{room}}", style), f"{percent(used):>8}{at:>10}"
        )
    if loads and loads[0]["breaks_at"] is not None:
        first = loads[0]
        when = "today" if first["busiest_hour"] >= 1 else f"at {first['breaks_at']:,.1f} times the volume"
        body = line((first["name"], "bold"), f", {when}: then {first['then']}")
        yield from hanging(line(("  first: ", "bold")), body, 9, width)


def _growth(document: Json, width: int) -> Iterator[Text]:
    yield _title("At larger volumes", "the start of the busiest hour, from an empty system", width)
    today = {agent["agent"]: agent for agent in document["agents"]}
    for each in document["growth"]:
        parts = [part for agent in each["agents"] if (part := _trouble(agent, today[agent["agent"]]))]
        head = line("  ", (f"×{each['factor']:<5}", "bold"), (f"{_time(each['seconds']):>9}  ", "dim"))
        yield from hanging(head, line("; ".join(parts) or "as today"), 19, width)


def _trouble(agent: Json, today: Json) -> str:
    """What is worse for an agent than today, in words; empty where nothing is."""
    if not agent["dialled"]:
        return ""
    fallbacks, before = agent["fallbacks"] / agent["dialled"], 0.0
    if today["dialled"]:
        before = sum(today["fallbacks"].values()) / today["dialled"]
    said = []
    if agent["p99_s"] > max(10.0, 1.5 * (today["trigger_to_dial_s"]["p99"] or 0)):
        said.append(f"p99 {_time(agent['p99_s'])}")
    if agent["late"]:
        said.append(f"{percent(agent['late'] / agent['dialled'])} late")
    if fallbacks > 1.5 * before + 0.005:
        said.append(f"{percent(fallbacks)} fall back")
    return f"{agent['agent']} {', '.join(said)}" if said else ""


def _inputs(document: Json, width: int) -> Iterator[Text]:
    """What the file of the mix does not say itself, and where it comes from."""
    elsewhere = [each for each in document["inputs"] if not each["stated"]]
    if elsewhere:
        yield line()
        yield line(("What the mix leaves open", "bold"))
    for each in elsewhere:
        body = line(each["value"], (f"  {each['origin']}", "dim"))
        yield from hanging(line("  ", fill(each["name"], 22)), body, 24, width)
    yield line()
    yield from hanging(line(("note: ", "dim")), line((document["precision"], "dim")), 6, width)


def _title(title: str, meaning: str, width: int) -> Text:
    """The head of a part, with its meaning where there is room for it."""
    whole = len(title) + 3 + len(meaning)
    return line((title, "bold"), (f"   {meaning}" if whole <= width else "", "dim"))


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5_400 else f"{seconds / 3600:.1f} h"


def _clock(hours: float) -> str:
    minutes = round(hours * 60) % 1440
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _money(amount: Any, currency: str) -> str:
    return f"{amount:,.2f} {currency}".strip()
