"""What an overturn or a dispute needs: the status that is right, whose doing it was, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from precall_cli.records.audit import STATUSES, Audit
from precall_cli.records.review import Decision
from precall_cli.report.console import line
from precall_cli.review.decisions import Subject

CAUSES = {
    "agent": "the agent's doing",
    "contact": "the contact's doing",
    "recogniser": "misheard, or read wrongly",
    "plan": "the plan's fault",
}
NO_STATUS = "-"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reviewer said."""

    status: str | None
    cause: str | None
    reason: str


class ReasonScreen(ModalScreen[Asked | None]):
    """Asks step by step; Escape leaves without a decision."""

    CSS = """
    ReasonScreen { align: center middle; }
    #box { width: 70%; max-width: 72; height: auto; max-height: 90%; padding: 1 2; border: thick $primary;
           background: $surface; }
    #status, #cause { height: auto; max-height: 9; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, audit: Audit, decision: Decision, subject: Subject) -> None:
        super().__init__()
        self._decision, self._subject = decision, subject
        self._status: str | None = None
        self._cause: str | None = None
        item_id, type_ = subject
        entry = next((item for item in audit.items if item.item == item_id), None)
        self._statuses: list[tuple[str, str]] = []
        if decision == "overturn" and type_ is None and entry is not None:
            if any(
                d.item == item_id and d.owner == "agent" and d.logged != "unconfirmed"
                for d in audit.deviations
            ):
                self._statuses.append(
                    (NO_STATUS, f"{entry.status.replace('_', ' ')}, but not against the agent")
                )
            self._statuses += [(s, s.replace("_", " ")) for s in STATUSES[entry.kind] if s != entry.status]

    def compose(self) -> ComposeResult:
        item_id, type_ = self._subject
        about = " ".join(part for part in (item_id, type_ and type_.replace("_", " ")) if part) or "the call"
        with Vertical(id="box"):
            yield Static(line((f"{self._decision} {about}", "bold")))
            if self._statuses:
                yield Static(line("What is right?"))
                yield OptionList(*(Option(line(text), id=key) for key, text in self._statuses), id="status")
            if self._decision == "overturn":
                yield Static(line("Whose doing is the difference?"))
                yield OptionList(
                    *(Option(line(f"{name}: {text}"), id=name) for name, text in CAUSES.items()), id="cause"
                )
            yield Input(placeholder="Why, in words; Enter seals it, Escape leaves", id="reason")

    def on_mount(self) -> None:
        self._focus_first("#status", "#cause", "#reason")

    def _focus_first(self, *names: str) -> None:
        for name in names:
            if found := self.query(name):
                found.first().focus()
                return

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Takes what was chosen and goes on to the next question."""
        if event.option_list.id == "status":
            self._status = None if event.option_id == NO_STATUS else event.option_id
            self._focus_first("#cause")
        else:
            self._cause = event.option_id
            self._focus_first("#reason")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ends with all that was said; without a reason, or a cause, it goes on asking."""
        if self._decision == "overturn" and self._cause is None:
            self._focus_first("#cause")
        elif event.value.strip():
            self.dismiss(Asked(self._status, self._cause, event.value.strip()))
        else:
            self.notify("Say why, in words.", severity="warning")

    def action_leave(self) -> None:
        """Leaves without a decision."""
        self.dismiss(None)
