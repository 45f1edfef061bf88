"""CallPlan: here is what we will do about it. Typed, committed before the dial, never changed after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from precall_cli.errors import Problem
from precall_cli.records.json_text import digest
from precall_cli.records.record import Id, Line, Part, Pointer, Record, Text, Timestamp

ObjectiveType = Literal[
    "book_meeting",
    "qualify",
    "confirm_attendance",
    "reschedule",
    "re_engage",
    "advance_opportunity",
    "event_follow_up",
    "handoff",
    "other",
]
ItemKind = Literal[
    "objective",
    "opening",
    "disclosure",
    "qualification",
    "objection",
    "next_step",
    "stop",
    "known",
    "do_not_mention",
]
Depth = Literal["trivial", "lightweight", "standard", "deep"]


class Rejected(Part):
    """A choice the planner looked at and did not take."""

    choice: Line
    """What was not chosen."""
    rule: Line
    """The rule that decided against it."""


class Item(Part):
    """What all items of a plan share."""

    id: Id
    """Id within the plan; audits and logs name it."""
    because: tuple[Pointer, ...] = ()
    """Pointers into the brief that this item rests on; each resolves."""
    cues: tuple[Line, ...] = ()
    """Ways it is likely to be heard, or the kind of answer it brings. They help a match, never narrow it."""
    rule: Text | None = None
    """The policy or playbook rule that put it here."""
    rejected: tuple[Rejected, ...] = ()
    """What else was considered."""

    def words(self) -> str:
        """What the item is about, in its own words: `topic: text`, or the text alone."""
        fields = ("statement", "line", "text", "question", "objection", "step", "condition", "answer")
        said = next((getattr(self, field) for field in fields if getattr(self, field, "")), self.id)
        topic = str(getattr(self, "topic", "") or "").replace("_", " ")
        return f"{topic}: {said}" if topic else str(said)


class Objective(Item):
    """What the call is for."""

    type: ObjectiveType
    """Kind of objective."""
    statement: Line
    """In one sentence."""


class Opening(Item):
    """How the agent begins."""

    strategy: Line
    """Name of the hook, such as reference_trigger."""
    line: Line
    """The words, to be said in the agent's own way."""


class Disclosure(Item):
    """What must be said."""

    text: Line
    """What must be said, in any words that carry it."""
    due: Line = "opening"
    """When: `opening` (before the first question or offer), or `call` (at any time)."""


class Question(Item):
    """Something to find out; questions stand in order of priority."""

    topic: Text = ""
    """Short topic, such as team_size."""
    question: Line
    """The question, to be put in any words."""


class Objection(Item):
    """Something the contact may hold against it, and how to answer."""

    objection: Line
    """What the contact may say."""
    handling: Text = ""
    """Name of the handling, such as differentiate."""
    response: Line
    """What the answer should carry."""


class NextStep(Item):
    """A rung of the ladder; rungs stand from the most wanted down."""

    step: Line
    """What would happen next."""
    ask: Line
    """How to ask for it."""


class StopCondition(Item):
    """When to stop, and what to do then."""

    condition: Line
    """What triggers it."""
    action: Line
    """What the agent does instead of selling on."""


class Known(Item):
    """What a colleague already told us: never ask it again."""

    topic: Line
    """Short topic."""
    answer: Line
    """What we were told."""
    told_by: Text | None = None
    """Who told us."""
    told_at: Timestamp | None = None
    """When."""


class Withheld(Item):
    """What must not be said to this contact, in any words."""

    text: Line
    """The thing."""


class Coordination(Part):
    """One account, one story."""

    account_id: Text | None = None
    """The account."""
    known: tuple[Known, ...] = ()
    """What others told us."""
    do_not_mention: tuple[Withheld, ...] = ()
    """What to keep to ourselves."""


class Phase(Part):
    """One stretch of the time that a plan took."""

    phase: Line
    """What was done: gate, offline, sdk, request, wait, repair or guard."""
    ms: Annotated[float, Field(ge=0)]
    """Milliseconds."""
    note: Text = ""
    """What came of it."""


class Finding(Part):
    """Something that the guard held against a model's draft of the plan."""

    item: Line
    """Place in the draft, such as qualification/0, or the id of the item that was missing."""
    rule: Line
    """Rule of the guard, such as invented_number."""
    what: Line
    """What was wrong."""
    done: Literal["repaired", "dropped", "replaced", "restored", "refused"]
    """What came of it: mended by the model; left out; the offline planner's item put in its place; put back
    after it was left out; the whole draft refused."""


def _is_empty(value: object) -> bool:
    return not value


class Planner(Part):
    """Who made the plan, and how."""

    engine: Line
    """`offline`, `claude` or `none` (trivial fallback)."""
    model: Text | None = None
    """Name of the model, if one planned."""
    mode: Text | None = None
    """`at_call`, `precomputed` or `skipped`."""
    depth: Text | None = None
    """`trivial`, `lightweight`, `standard` or `deep`."""
    latency_ms: Annotated[float, Field(ge=0)] | None = None
    """Milliseconds from brief to plan, not part of what is sealed as content."""
    fallback_reason: Text | None = None
    """Why this is not the plan that the policy wanted, if so."""
    usage: dict[str, Any] | None = None
    """Tokens and cost, if a model planned."""
    version: Text | None = None
    """Version of the planner, of its playbook or its prompt."""
    findings: tuple[Finding, ...] = Field(default=(), exclude_if=_is_empty)
    """What the guard held against a model's draft."""
    ledger: tuple[Phase, ...] = Field(default=(), exclude_if=_is_empty)
    """Where the milliseconds went, not part of what is sealed as content."""


class CallPlan(Record):
    """CallPlan: what the agent will do on this call, and why."""

    record_name: ClassVar[str] = "plan"

    schema_: Annotated[Literal["precall.plan/1"], Field(alias="schema")] = "precall.plan/1"
    """Which record this is."""
    plan_id: Id | None = None
    """`pln_` and the start of the digest of the canonical content."""
    brief_id: Id | None = None
    """The brief it rests on."""
    brief_digest: Text | None = None
    """Digest of that brief."""
    agent: Line
    """Which agent will call."""
    policy_digest: Text | None = None
    """Digest of the policy that applied."""
    planner: Planner | None = None
    """Who made it."""
    created_at: Timestamp | None = None
    """When."""
    expires_at: Timestamp | None = None
    """From when on it must not be dialled with; null: never."""
    supersedes: Id | None = None
    """The plan that this one replaces."""
    objective: Objective
    """What the call is for."""
    opening: Opening | None = None
    """How it begins."""
    disclosures: tuple[Disclosure, ...] = ()
    """What must be said."""
    qualification: tuple[Question, ...] = ()
    """What to find out, most important first."""
    objections: tuple[Objection, ...] = ()
    """What may be held against it."""
    next_steps: tuple[NextStep, ...] = ()
    """The ladder, most wanted first."""
    stop_conditions: tuple[StopCondition, ...] = ()
    """When to stop."""
    coordination: Coordination | None = None
    """What the account's other contacts told us."""

    def items(self) -> Iterator[tuple[ItemKind, Item]]:
        """Every item with its kind, in the order of the record."""
        yield "objective", self.objective
        if self.opening:
            yield "opening", self.opening
        for disclosure in self.disclosures:
            yield "disclosure", disclosure
        for question in self.qualification:
            yield "qualification", question
        for objection in self.objections:
            yield "objection", objection
        for step in self.next_steps:
            yield "next_step", step
        for stop in self.stop_conditions:
            yield "stop", stop
        if self.coordination:
            for known in self.coordination.known:
                yield "known", known
            for withheld in self.coordination.do_not_mention:
                yield "do_not_mention", withheld

    def cross_check(self) -> list[Problem]:
        """Item ids that stand twice."""
        problems: list[Problem] = []
        seen: dict[str, str] = {}
        for kind, item in self.items():
            if item.id in seen:
                problems.append(
                    Problem("", f"the item id {item.id!r} stands twice: {seen[item.id]} and {kind}")
                )
            seen[item.id] = kind
        return problems

    def content_id(self) -> str:
        """The plan id that the content calls for: `pln_` and 20 hex digits of its digest."""
        return plan_id_of(self.full_document())


def plan_id_of(document: dict[str, Any]) -> str:
    """`pln_` and the first 20 hex digits of SHA-256 over the canonical content.

    The content is the document without `plan_id`, `planner.latency_ms` and `planner.ledger`: how long it took
    to make a plan does not make it another plan.
    """
    content = {key: value for key, value in document.items() if key != "plan_id"}
    planner = content.get("planner")
    if isinstance(planner, dict):
        content["planner"] = {
            key: value
            for key, value in planner.items()
            if key not in ("latency_ms", "ledger") and not (key == "findings" and not value)
        }
    return "pln_" + digest(content).removeprefix("sha256:")[:20]
