"""The reviewer's screen: plan items on the left, the call on the right, one key a decision. Needs Textual.

Everything that decides is in reviewed.py; this only shows and asks. Outside text comes in as `Text` made by
`line`, so that neither markup nor control characters act.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from precall_cli.cli.reviewed import Case, Drawn, keep_decision, load_case, next_call
from precall_cli.cli.screens.asking import Asked, ReasonScreen
from precall_cli.errors import NothingCollected, PrecallError
from precall_cli.records.audit import Deviation
from precall_cli.records.review import Decision
from precall_cli.report.audit_view import make_view
from precall_cli.report.console import line
from precall_cli.report.inert import one_line
from precall_cli.report.layout import clip, count
from precall_cli.report.review_text import SPEAKER_STYLE, why_here
from precall_cli.review.deciding import Said
from precall_cli.review.decisions import Subject
from precall_cli.store import Store

TONE_STYLE = {
    "kept": "green", "minor": "yellow", "major": "red", "critical": "bold red", "info": "cyan",
    "uncertain": "magenta", "idle": "dim",
}  # fmt: skip


class ReviewApp(App[None]):
    """One call after the other, the riskiest first, until none waits or the reviewer leaves."""

    CSS = """
    #head { height: auto; padding: 0 1; background: $panel; }
    #findings { width: 42%; height: 1fr; border: none; border-right: solid $primary; }
    #words { width: 1fr; height: 1fr; padding: 0 1; }
    .turn { height: auto; margin-bottom: 1; }
    .proof { background: $boost; border-left: thick $warning; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "decide('confirm')", "Confirm"),
        Binding("o", "ask('overturn')", "Overturn"),
        Binding("d", "ask('dispute')", "Dispute"),
        Binding("s", "decide('skip')", "Skip"),
        Binding("n", "next", "Next call"),
        Binding("q", "quit", "Leave"),
        Binding("j", "move(1)", "Down", show=False),
        Binding("k", "move(-1)", "Up", show=False),
    ]

    def __init__(self, path: Path, drawn: Drawn, now: datetime | None = None) -> None:
        super().__init__()
        self._path, self._drawn, self._now = path, drawn, now
        self.case: Case | None = None
        self._subjects: list[Subject] = []
        self._labels: list[Text] = []
        self._turns: list[tuple[int, ...]] = []

    def compose(self) -> ComposeResult:
        yield Static(id="head")
        with Horizontal():
            yield OptionList(id="findings")
            yield VerticalScroll(id="words")
        yield Footer()

    async def on_mount(self) -> None:
        self.query_one("#findings").focus()
        await self.action_next()

    async def action_next(self) -> None:
        """Opens the next call of the queue."""
        try:
            with Store.open(self._path, create=False, read_only=True) as store:
                waiting, counts = next_call(store, self._drawn)
                self.case = load_case(store, waiting.call_id)
        except NothingCollected as error:
            await self._show_end(error)
            return
        except PrecallError as error:
            self._complain(error)
            return
        reasons = ", ".join(why_here(waiting.critical, waiting.uncertain, waiting.silent))
        left = counts.critical + counts.uncertain + counts.silent
        audit = self.case.audit
        head = line(
            (one_line(audit.call_id), "bold"), f" · {self.case.plan.agent} · verdict ",
            (audit.verdict.upper(), "bold"),
            f" · {reasons} · {count(left, 'risky call')} waiting, {counts.decided:,} decided",
        )  # fmt: skip
        self.query_one("#head", Static).update(head)
        await self._fill(self.case)

    async def _show_end(self, error: NothingCollected) -> None:
        self.case = None
        self.query_one("#findings", OptionList).clear_options()
        words = self.query_one("#words", VerticalScroll)
        await words.remove_children()
        self.query_one("#head", Static).update(line((error.problem, "bold"), "  ", error.hint))

    async def _fill(self, case: Case) -> None:
        view = make_view(case.plan, case.audit)
        self._subjects, self._turns, self._labels = (
            [(None, None)],
            [()],
            [line(("the call as a whole", "bold"))],
        )
        for item in view.items:
            style = TONE_STYLE[item.tone]
            self._add(
                (item.entry.item, None),
                item.entry.turns,
                line((f"{item.mark} ", style), clip(one_line(item.label), 34), "  ", (item.status, style)),
            )
            for deviation in item.deviations:
                self._add_deviation(deviation)
        for deviation in view.loose:
            self._add_deviation(deviation)
        findings = self.query_one("#findings", OptionList)
        findings.clear_options()
        findings.add_options([Option(label, id=str(place)) for place, label in enumerate(self._labels)])
        words = self.query_one("#words", VerticalScroll)
        await words.remove_children()
        await words.mount_all(
            Static(
                line(
                    (f"#{turn.i} {turn.speaker}  ", SPEAKER_STYLE.get(turn.speaker, "dim")),
                    one_line(turn.text),
                ),
                classes="turn",
                name=str(turn.i),
            )
            for turn in case.transcript.turns
        )
        words.scroll_home(animate=False)
        findings.highlighted = 0

    def _add(self, subject: Subject, turns: tuple[int, ...], label: Text) -> None:
        self._subjects.append(subject)
        self._turns.append(turns)
        self._labels.append(label)

    def _add_deviation(self, deviation: Deviation) -> None:
        text = line("    ", (deviation.type.replace("_", " "), "yellow"), f" ({deviation.logged})")
        self._add((deviation.item, deviation.type), deviation.turns, text)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Shows the turns that prove what is chosen."""
        proof = {str(turn) for turn in self._turns[event.option_index]}
        first: Static | None = None
        for widget in self.query(".turn").results(Static):
            widget.set_class(widget.name in proof, "proof")
            if first is None and widget.name in proof:
                first = widget
        if first is not None:
            first.scroll_visible(animate=False)

    def action_move(self, by: int) -> None:
        """Moves the choice."""
        findings = self.query_one("#findings", OptionList)
        if findings.option_count:
            findings.highlighted = max(0, min(findings.option_count - 1, (findings.highlighted or 0) + by))

    @property
    def _place(self) -> int:
        return self.query_one("#findings", OptionList).highlighted or 0

    async def action_decide(self, decision: Decision) -> None:
        """Seals a decision that needs no reason."""
        if self.case is not None:
            subject = (None, None) if decision == "skip" else self._subjects[self._place]
            await self._keep(decision, subject, None)

    def action_ask(self, decision: Decision) -> None:
        """Asks for what the decision needs, then seals it."""
        if self.case is None:
            return
        subject = self._subjects[self._place]
        if decision == "overturn" and subject == (None, None):
            self.notify("Choose what is wrong: an item or a deviation.", severity="warning")
            return

        async def keep(asked: Asked | None) -> None:
            if asked is not None:
                await self._keep(decision, subject, asked)

        self.push_screen(ReasonScreen(self.case.audit, decision, subject), keep)

    async def _keep(self, decision: Decision, subject: Subject, asked: Asked | None) -> None:
        if self.case is None:
            return
        item, type_ = subject
        said = Said(
            decision, self._drawn.who or "", item, type_,
            asked.status if asked else None, asked.cause if asked else None, asked.reason if asked else "",
        )  # fmt: skip
        try:
            with Store.open(self._path, create=False) as store:
                keep_decision(store, self.case.audit.call_id, said, self._now or datetime.now(UTC))
        except PrecallError as error:
            self._complain(error)
            return
        if subject == (None, None):
            await self.action_next()
            return
        mark = {"confirm": "✔ confirmed", "overturn": "✘ overturned", "dispute": "! disputed"}[decision]
        place = self._place
        self.query_one("#findings", OptionList).replace_option_prompt_at_index(
            place, line(self._labels[place], "  ", (mark, "reverse"))
        )
        self.action_move(1)

    def _complain(self, error: PrecallError) -> None:
        self.notify(Text(f"{error.problem} {error.hint}").plain, severity="error", markup=False)


def run_screen(path: Path, drawn: Drawn, now: datetime | None) -> None:
    """Runs the screen until the reviewer leaves."""
    ReviewApp(path, drawn, now).run()
