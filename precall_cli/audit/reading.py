# ruff: noqa: E501  (a pattern is read whole)
"""One call as all detectors see it: who spoke when, what each turn does, and how it compares with the plan.

Nothing is decided here. Everything that several detectors look at is worked out once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from precall_cli.audit.acts import CONCESSION, TurnActs, find_acts
from precall_cli.audit.fusion import Fusion
from precall_cli.audit.line import Line, find_line, line_features
from precall_cli.audit.match import Array, Matcher, Table
from precall_cli.audit.wording import Wording
from precall_cli.audit.words import content, tokens
from precall_cli.records.plan import CallPlan, Item, ItemKind
from precall_cli.records.transcript import Transcript

Features = dict[str, Array | float]
"""Named numbers for one decision."""

_NUMBER = Wording(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|"
    r"million|dozen|couple|few|half|none|zero|single|k)\b"
)
_WHEN = Wording(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|fall|winter|year|years|month|months|week|weeks|day|days|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow|quarter|q[1-4]|christmas|easter|soon|now|ago|next|until|till|by the|end of|first|"
    r"\d{4}|\d{1,2}(?:st|nd|rd|th))\b"
)
_YES_NO = Wording(
    r"\b(?:yes|yeah|yep|no|nope|nah|not|never|none|nothing|ja|aye|ya|of course|sure|neither|both|don'?t|haven'?t|isn'?t|didn'?t)\b"
)
_WHO = re.compile(
    r"\b(?:me|i|my|we|he|she|him|her|boss|manager|owner|partner|wife|husband|director|board|committee|ceo|cfo|cto|team|finance|head|us|myself|they|[A-Z][a-z]+)\b"
)
_WANTS = (
    (
        "number",
        Wording(
            r"\b(?:how (?:many|much|often|long|far|big|large|old)|number|size|volume|share|percent\w*|rate|cost|spend|pay|budget|price|rent|per (?:week|month|year|day)|count|amount|quantity)\b"
        ),
    ),
    (
        "when",
        Wording(
            r"\b(?:when|what (?:month|date|year|day|time)|deadline|by when|how soon|timeline|expire|renew\w*|start date|go[- ]?live|since)\b"
        ),
    ),
    ("who", Wording(r"\b(?:who|whose|whom|decid\w*|sign[- ]?off|approv\w*|responsible)\b")),
    (
        "yes_no",
        Wording(r"^(?:is|are|do|does|did|have|has|had|can|could|will|would|any|were|was)\b"),
    ),
)
_GIVES: dict[str, Wording | re.Pattern[str]] = {
    "number": _NUMBER,
    "when": _WHEN,
    "who": _WHO,
    "yes_no": _YES_NO,
}


def wanted_answer(question: str) -> str:
    """The kind of answer a question wants: number, when, who, yes_no or any."""
    return next((name for name, pattern in _WANTS if pattern.search(question)), "any")


@lru_cache(maxsize=4096)  # every question of a plan asks it of the same turns
def gives(kind: str, answer: str) -> float:
    """1 where an answer is of the wanted kind, -1 where it is not, 0 where nothing can be said."""
    if kind == "any" or not answer:
        return 0.0
    return 1.0 if _GIVES[kind].search(answer) else -1.0


@dataclass(frozen=True)
class Reading:
    """A call laid open. `agent` and `contact` are the turns of the live conversation, in order."""

    plan: CallPlan
    transcript: Transcript
    fusion: Fusion
    matcher: Matcher = field(repr=False)

    @cached_property
    def turns(self) -> tuple[TurnActs, ...]:
        return find_acts(self.transcript)

    @cached_property
    def line(self) -> Line:
        """Who was met: what single turns show, weighed against the call as a whole."""
        found = find_line(self.plan, self.transcript, self.turns)
        if not self.has_sides or (found.live_from is None and found.turn is None):
            return found
        live = found.live_from is not None
        if self.plain or "line" not in self.fusion.layers:
            return found if live else self._run_on(found, least=2)
        features = line_features(self.plan, self.turns, found, self.asks_best, self.offers_best)
        missed = float(self.fusion.log_odds("line", features)) > self.fusion.thresholds["line"]
        if not missed:
            return found if live else self._run_on(found, least=0)
        if not live:
            return found
        first = next((t.i for t in self.turns if t.speaker in ("contact", "unknown") and t.clauses), None)
        return Line(None, "gatekeeper", "somebody else answered, going by the whole call", first)

    def _run_on(self, found: Line, least: int) -> Line:
        """A call that seemed to meet somebody else, taken for one with the contact if `least` planned things are put."""
        after = [
            t.i for t in self.turns if t.i > (found.turn or 0) and t.speaker == "agent" and self.replies(t.i)
        ]
        put = [t for t in after if max(self.asks_best[t], self.offers_best[t]) > 0.5]
        if len(put) < least:
            return found
        turn = put[0] if put else found.turn
        return Line(0, "contact", "the conversation ran on like one with the contact", turn)

    @cached_property
    def has_sides(self) -> bool:
        """Whether the transcript tells agent and contact apart."""
        return any(t.speaker == "agent" for t in self.turns) or not any(
            t.speaker == "unknown" and t.clauses for t in self.turns
        )

    @cached_property
    def plain(self) -> bool:
        """Whether the plan is a bare list of things to ask and say: no opening, no objections, no stops.

        Nothing is known then about how such a call runs, so no order, no place and no ladder is expected.
        """
        return self.plan.opening is None and not self.plan.objections and not self.plan.stop_conditions

    @cached_property
    def items(self) -> dict[str, tuple[ItemKind, Item]]:
        return {item.id: (kind, item) for kind, item in self.plan.items()}

    @cached_property
    def table(self) -> Table:
        return Table(self.plan, self.turns, self.matcher)

    @cached_property
    def start(self) -> int:
        """The first turn of the live conversation; past the last one where there was none."""
        return len(self.turns) if self.line.live_from is None else self.line.live_from

    @cached_property
    def agent(self) -> tuple[int, ...]:
        return tuple(t.i for t in self.turns if t.speaker == "agent" and t.clauses and t.i >= self.start)

    @cached_property
    def contact(self) -> tuple[int, ...]:
        return tuple(
            t.i for t in self.turns if t.speaker in ("contact", "unknown") and t.clauses and t.i >= self.start
        )

    @cached_property
    def heard(self) -> tuple[frozenset[str], ...]:
        """The meaningful stems of each turn."""
        return tuple(content(t.text) for t in self.turns)

    def replies(self, turn: int, most: int = 3) -> list[int]:
        """The contact's turns after an agent's turn, up to the agent's next one."""
        found: list[int] = []
        for later in self.turns[turn + 1 :]:
            if later.speaker == "agent" and later.clauses:
                break
            if later.speaker in ("contact", "unknown") and later.clauses:
                found.append(later.i)
                if len(found) == most:
                    break
        return found

    @cached_property
    def _reply_texts(self) -> dict[int, str]:
        return {t: " ".join(self.turns[i].text for i in self.replies(t)) for t in self.agent}

    def reply_text(self, turn: int) -> str:
        """What the contact says to an agent's turn of the live conversation."""
        return self._reply_texts.get(turn, "")

    def before(self, turn: int) -> int | None:
        """The contact's last turn before a turn, if no agent's turn stands between."""
        for earlier in reversed(self.turns[:turn]):
            if earlier.speaker in ("contact", "unknown") and earlier.clauses:
                return earlier.i
            if earlier.speaker == "agent" and earlier.clauses:
                return None
        return None

    def place(self, turn: int) -> float:
        """How far into the live conversation a turn stands, 0 to 1."""
        span = max(1, len(self.turns) - 1 - self.start)
        return (turn - self.start) / span

    def column_best(self, rows: Array) -> Array:
        """The best log-odds of each turn over some items; the floor where there are none."""
        return rows.max(axis=0) if len(rows) else np.full(len(self.turns), self.table.floor)

    @cached_property
    def offers_best(self) -> Array:
        return self.column_best(self.table.rows([n.id for n in self.plan.next_steps], "offers"))

    @cached_property
    def asks_best(self) -> Array:
        return self.column_best(self.table.rows([q.id for q in self.plan.qualification], "asks"))

    @cached_property
    def handles_best(self) -> Array:
        return self.column_best(self.table.rows([o.id for o in self.plan.objections], "handles"))

    @cached_property
    def objects_best(self) -> Array:
        return self.column_best(self.table.rows([o.id for o in self.plan.objections], "objects"))

    def names_value(self, value: str, turn: int) -> float:
        """How much of a known value an agent's turn says, 0 to 1."""
        wanted = content(value)
        return len(wanted & self.heard[turn]) / len(wanted) if wanted else 0.0

    @cached_property
    def _planned_words(self) -> frozenset[str]:
        """The stems of everything the plan itself may promise: its steps, its handlings, its opening."""
        plan = self.plan
        return content(
            " ".join(
                [
                    *(f"{n.step} {n.ask} {' '.join(n.cues)}" for n in plan.next_steps),
                    *(o.response for o in plan.objections),
                    plan.objective.statement,
                    plan.opening.line if plan.opening else "",
                ]
            )
        )

    def is_concession(self, turn: int) -> bool:
        """Whether a turn gives something away that the plan does not name itself ("the free trial", planned, does not)."""
        for found in CONCESSION.finditer(self.turns[turn].text):
            stems = content(found.group(0))
            if not stems or not stems <= self._planned_words:
                return True
        return False

    def length(self, turn: int) -> int:
        return len(tokens(self.turns[turn].text))
