"""A batch, told in a few lines: what came through, what did not and why, what it cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from rich.text import Text

from precall_cli.report.console import line
from precall_cli.report.layout import count, hanging, joined


class Figures(Protocol):
    """What is told of a batch."""

    @property
    def planned(self) -> int: ...
    @property
    def reused(self) -> int: ...
    @property
    def refreshed(self) -> int: ...
    @property
    def fell_back(self) -> int: ...
    @property
    def refused(self) -> Mapping[str, int]: ...
    @property
    def failed(self) -> Mapping[str, int]: ...
    @property
    def tokens(self) -> int: ...
    @property
    def cost(self) -> Mapping[str, float]: ...
    @property
    def unpriced(self) -> int: ...
    @property
    def accounts(self) -> int: ...
    @property
    def account_contacts(self) -> int: ...


def batch_counts(figures: Figures) -> str:
    """One short line: `120 done, 3 reused, 2 refused, 0 failed`, with tokens and money if any."""
    parts = [
        f"{figures.planned:,} done",
        f"{figures.reused:,} reused",
        f"{sum(figures.refused.values()):,} refused",
        f"{sum(figures.failed.values()):,} failed",
    ]
    if figures.tokens:
        parts.append(f"{figures.tokens:,} tokens")
    parts += [money(figures.cost[currency], currency) for currency in sorted(figures.cost)]
    return ", ".join(parts)


def money(amount: float, currency: str) -> str:
    """`0.42 USD`; small amounts with the digits that say something."""
    return f"{amount:,.2f} {currency}" if amount >= 0.1 or amount == 0 else f"{amount:.4f} {currency}"


def render_batch(figures: Figures, width: int) -> Iterator[Text]:
    """The whole batch, at most `width` columns a line."""
    yield line((batch_counts(figures), "bold"))
    for title, reasons in (("refused", figures.refused), ("failed", figures.failed)):
        if reasons:
            parts = [line(f"{reason} {reasons[reason]:,}") for reason in sorted(reasons)]
            yield from joined(parts, " · ", width, line(("  ", ""), (f"{title}: ", "red")))
    if figures.refreshed:
        text = f"{count(figures.refreshed, 'plan')} in place of one that no longer stood"
        yield from hanging(line(("  refreshed: ", "dim")), line(text), 4, width)
    if figures.fell_back:
        text = f"{count(figures.fell_back, 'plan')} by a simpler planner than wanted; --refresh tries again"
        yield from hanging(line(("  fell back: ", "yellow")), line(text), 4, width)
    if figures.unpriced:
        text = f"{count(figures.unpriced, 'plan')} by a model without a price in the table"
        yield from hanging(line(("  no price: ", "yellow")), line(text), 4, width)
    if figures.accounts:
        saved = figures.account_contacts - figures.accounts
        text = (
            f"{count(figures.accounts, 'account')} gathered once for "
            f"{count(figures.account_contacts, 'contact')}: {count(saved, 'pass', 'passes')} saved"
        )
        yield from hanging(line(("  accounts: ", "dim")), line(text), 4, width)
