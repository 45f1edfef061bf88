"""Playbook: what a sales lead wants asked, answered and offered. Data, written as TOML.

Nothing here knows a brief. A playbook says *when* (conditions) and *what* (texts with placeholders);
`precall_cli.planner` reads both against one brief. All cross-checks of a playbook stand in `cross_check`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from precall_cli.errors import Problem
from precall_cli.records.brief import TriggerKind
from precall_cli.records.plan import Depth, ObjectiveType
from precall_cli.records.record import Line, Part, Pointer, Record

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
"""Name of an entry: plans cite it in `rule`."""
Words = tuple[Line, ...]

ALWAYS = frozenset({"agent", "company", "product", "offer", "guide", "first", "name", "account"})
"""Placeholders that every brief can fill."""
SOMETIMES = frozenset(
    {
        "ae", "ae_first", "request", "ago", "event", "event_ago", "meeting", "meeting_when", "back",
        "account_back", "colleague", "colleague_ago", "days", "intent", "tool",
    }
)  # fmt: skip
"""Placeholders that only some briefs can fill; a text that needs a missing one gives way to the next."""
CONFIRMING = frozenset({"value", "since", "about"})
"""Placeholders of `confirm` and `check`: the value on record, when it was told, and its topic in words."""
RAISED = frozenset({"objection"})
"""Placeholder of `raised_before`: the objection in the words on record."""

_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")


def _as_tuple(value: object) -> object:
    """One text, or several in order of preference."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


Lines = Annotated[tuple[Line, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
"""A text, or several: the first whose placeholders the brief can fill is used."""


class When(Part):
    """A condition on a brief; everything that is given must hold, any one word of a list is enough."""

    agents: Words = ()
    """The agent is one of these."""
    triggers: tuple[TriggerKind, ...] = ()
    """The trigger is one of these kinds."""
    stages: tuple[Name, ...] = ()
    """The lifecycle stage belongs to one of these groups of `[stages]`."""
    personas: tuple[Name, ...] = ()
    """The persona, else the title, belongs to one of these groups of `[personas]`."""
    industries: Words = ()
    """The industry holds one of these words."""
    technologies: tuple[Name, ...] = ()
    """The enrichment names a product of one of these groups of `[technologies]`."""
    prior_objections: Words = ()
    """An objection from an earlier call holds one of these words."""
    outcomes: Words = ()
    """The last conversation with this contact ended in one of these."""
    deal_stages: Words = ()
    """A deal stands in one of these stages."""
    activity: Words = ()
    """Something they did lately holds one of these words."""
    topics: tuple[Name, ...] = ()
    """Somebody at the account told us about one of these topics."""
    ae: bool | None = None
    """Somebody on our side is assigned to take the meeting."""
    calendar: bool | None = None
    """That person has a calendar to book in."""
    event: bool | None = None
    """The contact was at an event, stand or webinar of ours."""
    stand: bool | None = None
    """There, the contact came to our stand."""
    meeting_in_doubt: bool | None = None
    """The invitation was declined or never answered."""
    spoken_before: bool | None = None
    """We have talked to this contact."""
    dealt_before: bool | None = None
    """We have dealt with the account lately enough to say so."""
    colleague: bool | None = None
    """A colleague of theirs told us something."""
    intent: Literal["strong", "weak"] | None = None
    """There is an intent signal, at or above the policy's `weak_below`, or below it."""
    ai_consent: bool | None = None
    """The contact agreed to be called by an artificial voice."""
    employees_at_least: Annotated[int, Field(ge=0)] | None = None
    """The account has at least that many employees."""
    employees_at_most: Annotated[int, Field(ge=0)] | None = None
    """The account has at most that many employees."""


class Seller(Part):
    """Who calls, and for what."""

    company: Line
    """The seller's name as it is said."""
    agent: Line
    """The name by which the voice agent introduces itself."""
    product: Line
    """The product in one phrase, to follow "we make" or "about"."""
    offer: Line
    """What it does for a customer, to follow "we help teams"."""
    guide: Line
    """What can be sent by email, with its article, such as "our short guide"."""


class Speech(Part):
    """How people and meetings are spoken of."""

    titles: Words
    """Titles that are said with the family name, such as Dr."""
    honorifics: Words
    """Forms of address that are left out, such as Mr."""
    legal_forms: Words
    """Legal forms that are left out at the end of a company's name, such as Ltd."""
    family_name_first: Words
    """Country codes where the family name may come first: the full name is said there."""
    meetings: Words
    """Kinds of meeting that may be named, the most specific first."""
    event_words: Words
    """Words that make a calendar entry, badge scan or activity an event."""
    stand_words: Words
    """Of these, words that tell that the contact came to our stand."""
    doubt_words: Words
    """Words by which an invitation counts as declined or unanswered."""
    unreached: Words
    """Outcomes of calls in which nobody was talked to."""
    deals_gone_quiet: Words
    """Stages of deals that did not go ahead."""


class Privacy(Part):
    """What was told us in confidence is withheld; what is on record as personal likewise."""

    topics: Words
    """Topics of facts that are withheld, whatever they say."""
    markers: Words
    """Words that ask for confidence; the part of a sentence that they stand in is withheld."""
    subjects: Words
    """Personal subjects that are withheld even where nobody asked for it."""


class Caps(Part):
    """How much of a plan a depth gives; the policy's limits bound it further."""

    questions: Annotated[int, Field(ge=0)]
    """Most questions."""
    objections: Annotated[int, Field(ge=0)]
    """Most objections."""
    next_steps: Annotated[int, Field(ge=1)]
    """Most rungs."""


class ObjectiveRule(Part):
    """What the call is for; the first rule that fits is taken."""

    id: Name
    """Name of the rule."""
    type: ObjectiveType
    """Kind of objective."""
    when: When = When()
    """When it fits."""
    statement: Lines
    """In one sentence."""
    cues: Words = ()
    """How it may be heard."""


class OpeningRule(Part):
    """How the agent begins; the first rule that fits and can be said is taken."""

    id: Name
    """Name of the rule."""
    strategy: Name
    """Name of the hook."""
    when: When = When()
    """When it fits."""
    line: Lines
    """The words."""


class AnsweredBy(Part):
    """What in a brief answers a question."""

    topics: tuple[Name, ...] = ()
    """Topics of facts that somebody told us."""
    pointers: tuple[Pointer, ...] = ()
    """Places in the brief that a data vendor filled: a hint, not an answer."""
    technologies: tuple[Name, ...] = ()
    """Groups of `[technologies]`: a product of theirs in the enrichment is a hint."""
    prior_objections: bool = False
    """An objection on record answers it."""
    history: bool = False
    """A line of the account's history with a reason behind a comma ("2026-01: lost, timing") answers it."""


class QuestionRule(Part):
    """Something worth knowing; it is asked only where the brief does not answer it."""

    topic: Name
    """Its topic, and the name of the rule."""
    question: Lines
    """How it is asked when nothing is known."""
    confirm: Lines | None = None
    """How it is asked when the contact's own answer is old: `{value}` and `{since}`."""
    check: Lines | None = None
    """How it is asked when only a data vendor has an answer: `{value}`."""
    when: When = When()
    """When it makes sense."""
    answered_by: AnsweredBy = AnsweredBy()
    """What makes it superfluous."""
    leads_for: tuple[Name, ...] = ()
    """Personas for whom it comes first."""
    because: tuple[Pointer, ...] = ()
    """Where in the brief one may look for why it is asked, besides what the conditions rest on."""
    deep_only: bool = False
    """Whether only deep plans ask it."""
    cues: Words = ()
    """Ways in which it may be heard, or the kind of answer it brings."""


class Agenda(Part):
    """Which questions matter in a situation, in their order; the first agenda that fits is taken."""

    id: Name
    """Name of the agenda."""
    when: When = When()
    """When it fits."""
    fixed: Annotated[int, Field(ge=0)] = 1
    """How many topics keep their place; behind them, what `leads_for` the persona moves up."""
    topics: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Topics of `[[questions]]` in order of priority; `earlier_facts` stands for old facts of any topic."""


class Signal(Part):
    """What makes an objection likely."""

    when: When
    """The sign."""
    weight: Annotated[int, Field(ge=1, le=100)]
    """How much it tells; the strongest sign that holds counts."""


class Handling(Part):
    """One way to answer an objection."""

    id: Name
    """Name of the handling."""
    when: When = When()
    """When it fits; the first that fits is taken."""
    response: Lines
    """What the answer should carry."""


class ObjectionRule(Part):
    """An objection with its signs and its answers."""

    id: Name
    """Name of the rule."""
    objection: Lines
    """What the contact may say."""
    signals: Annotated[tuple[Signal, ...], Field(min_length=1)]
    """What makes it likely."""
    handlings: Annotated[tuple[Handling, ...], Field(min_length=1)]
    """Ways to answer; the last one must fit always."""
    cues: Words = ()
    """How it may be heard."""


class RaisedBefore(Part):
    """The answer to an objection on record that the library does not know."""

    objection: Lines
    """What the contact may say, with `{objection}`."""
    handling: Name
    """Name of the handling."""
    response: Lines
    """What the answer should carry."""


class Rung(Part):
    """One rung of a ladder."""

    id: Name
    """Name of the rung."""
    when: When = When()
    """When it may be offered."""
    step: Lines
    """What would happen next."""
    ask: Lines
    """How to ask for it."""
    optional: bool = False
    """Whether it is left out first where the ladder must be short."""
    cues: Words = ()
    """How it may be heard."""


class Ladder(Part):
    """What to ask for, most wanted first; the first ladder that fits is taken."""

    id: Name
    """Name of the ladder."""
    objectives: Annotated[tuple[ObjectiveType, ...], Field(min_length=1)]
    """Objectives that it serves."""
    when: When = When()
    """When it fits."""
    rungs: Annotated[tuple[Rung, ...], Field(min_length=1)]
    """The rungs from the most wanted down."""


class StopRule(Part):
    """When the agent stops, whatever the plan says."""

    id: Name
    """Name of the rule."""
    when: When = When()
    """When it is put into a plan."""
    condition: Lines
    """What triggers it."""
    action: Lines
    """What the agent does instead."""
    trivial: bool = False
    """Whether a trivial plan carries it too."""
    cues: Words = ()
    """How it may be heard."""


class DisclosureRule(Part):
    """The wording of a disclosure; the first that fits the place is taken."""

    id: Name
    """Name of the rule."""
    kind: Literal["ai_voice", "recording"]
    """What is disclosed."""
    places: Words = ()
    """Jurisdictions (ISO 3166, such as US-CA, or US for all of its parts); empty: everywhere."""
    text: Lines
    """What is said."""
    ask: Lines
    """What is said where the contact's agreement is asked for too."""
    cues: Words = ()
    """How it may be heard."""


class RequestHook(Part):
    """What a form was about, when the words of the trigger give nothing that may be quoted."""

    words: Annotated[Words, Field(min_length=1)]
    """Any of these words in the trigger's detail."""
    request: Line
    """What to say, to follow "You", such as "asked us for a quote"."""


class Playbook(Record):
    """Playbook: what is asked, answered, offered and disclosed, and when."""

    record_name: ClassVar[str] = "playbook"

    schema_: Annotated[Literal["precall.playbook/1"], Field(alias="schema")] = "precall.playbook/1"
    """Which record this is."""
    version: Line
    """The version you give it; plans name it beside its digest."""
    seller: Seller
    """Who calls."""
    speech: Speech
    """How things are said."""
    privacy: Privacy
    """What is withheld."""
    depths: dict[Depth, Caps]
    """How much each depth gives."""
    stages: dict[Name, Words]
    """Groups of lifecycle stages."""
    personas: dict[Name, Words]
    """Groups of buyers, by words in persona or title; the first that fits counts."""
    technologies: dict[Name, Words]
    """Groups of products; those of `competing` fill `{tool}`."""
    competing: tuple[Name, ...] = ()
    """Groups of `[technologies]` that do what the seller's product does."""
    requests: dict[Name, RequestHook] = Field(default_factory=dict)
    """What a form may have been about, by words in the trigger."""
    objectives: Annotated[tuple[ObjectiveRule, ...], Field(min_length=1)]
    """What calls are for."""
    openings: Annotated[tuple[OpeningRule, ...], Field(min_length=1)]
    """How calls begin."""
    questions: tuple[QuestionRule, ...]
    """The question bank."""
    agendas: tuple[Agenda, ...]
    """Which questions, in which order."""
    earlier_facts: Lines
    """How an old fact of any other topic is asked about: `{value}`, `{since}`, `{about}`."""
    earlier_topics: Lines
    """The same where the value cannot be said: `{since}`, `{about}`."""
    not_confirmed: Words = ()
    """Words in topics of old facts that are not worth asking about again."""
    objections: tuple[ObjectionRule, ...]
    """The objection library."""
    raised_before: RaisedBefore
    """Objections on record that the library does not know."""
    ladders: Annotated[tuple[Ladder, ...], Field(min_length=1)]
    """What to ask for."""
    stops: Annotated[tuple[StopRule, ...], Field(min_length=1)]
    """When to stop."""
    disclosures: Annotated[tuple[DisclosureRule, ...], Field(min_length=1)]
    """How disclosures are worded."""

    @classmethod
    def _hint(cls, count: int) -> str:
        return "`precall init` writes a playbook that works, with a comment on each part."

    def cross_check(self) -> list[Problem]:
        """Names that stand twice or mean nothing, placeholders nobody fills, lists without a last resort."""
        from precall_cli.planner.playbook_check import find_problems

        return find_problems(self)

    @cached_property
    def label(self) -> str:
        """Version and digest in short, as plans name it."""
        return f"{self.version} ({self.digest().removeprefix('sha256:')[:12]})"


def find_placeholders(text: str) -> Iterator[str]:
    """The names in braces; a brace that stands alone gives an empty name."""
    for found in _BRACES.finditer(text):
        yield found.group(1) or ""
