"""From a checked draft to a plan: what holds goes in, what does not is left out, and each is recorded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from precall_cli.claude.draft import PlanDraft
from precall_cli.claude.ground import Ground, make_ground
from precall_cli.claude.guard import Complaint, usable_cues
from precall_cli.claude.prompt import load_prompt
from precall_cli.claude.task import Task
from precall_cli.records.plan import (
    CallPlan,
    Coordination,
    Finding,
    NextStep,
    Objection,
    Objective,
    Opening,
    Question,
    StopCondition,
)

Done = Literal["repaired", "dropped", "replaced", "restored", "refused"]
_RESTORED = frozenset({"disclosure_missing", "stop_missing", "stop_changed"})


@dataclass(frozen=True, slots=True)
class Assembled:
    """The parts of a plan, or why there are none; and what became of each complaint."""

    plan: CallPlan | None
    """Without planner and id; None where the draft is refused as a whole."""
    reason: str
    """Why it was refused."""
    findings: tuple[Finding, ...]


def assemble(draft: PlanDraft, complaints: Sequence[Complaint], task: Task) -> Assembled:
    """Puts a plan together out of a draft and the frame.

    A draft with a grave complaint is refused, and one of which more than half of the items fail. Objective
    and opening cannot be left out: the frame's take their place; so does a list of which nothing is left.
    """
    failed = {complaint.place for complaint in complaints}
    grave = next((complaint for complaint in complaints if complaint.grave), None)
    if grave is not None:
        return _refused(f"its {grave.place} {grave.what}", complaints)
    own = _own_places(draft, task)
    broken = sum(place in failed for place in own)
    if broken * 2 > len(own):
        return _refused(f"{broken} of its {len(own)} items fail the guard", complaints)
    ground, frame = make_ground(task), task.frame
    rule = f"claude, prompt {load_prompt().version}"
    findings = [_finding(complaint, _done(complaint)) for complaint in complaints]
    questions = _questions(draft, failed, ground, rule)
    objections = _objections(draft, failed, ground, rule)
    steps = _steps(draft, failed, ground)
    for part, made, instead in (
        ("qualification", questions, frame.qualification),
        ("objections", objections, frame.objections),
        ("next_steps", steps, frame.next_steps),
    ):
        if not made and instead:
            findings.append(Finding(item=part, rule="empty", what="has nothing that holds", done="replaced"))
    plan = frame.model_copy(
        update={
            "objective": frame.objective if "objective" in failed else _objective(draft, ground, rule),
            "opening": frame.opening if "opening" in failed else _opening(draft, ground, rule),
            "disclosures": tuple(
                item.model_copy(
                    update={
                        "cues": (*item.cues, *_extra(draft.disclosures, item, ground, item.text, strict=True))
                    }
                )
                for item in frame.disclosures
            ),
            "qualification": questions or frame.qualification,
            "objections": objections or frame.objections,
            "next_steps": steps or frame.next_steps,
            "stop_conditions": _stops(draft, failed, ground, rule),
            "coordination": _coordination(draft, frame.coordination, ground),
        }
    )
    return Assembled(plan, "", tuple(findings))


def _refused(reason: str, complaints: Sequence[Complaint]) -> Assembled:
    return Assembled(
        None, f"the draft was refused: {reason}", tuple(_finding(c, "refused") for c in complaints)
    )


def _finding(complaint: Complaint, done: Done) -> Finding:
    return Finding(item=complaint.place, rule=complaint.rule, what=complaint.what, done=done)


def repaired_findings(before: Sequence[Complaint], after: Sequence[Complaint]) -> tuple[Finding, ...]:
    """What was wrong before a repair and is no more."""
    left = {(complaint.place, complaint.rule) for complaint in after}
    return tuple(_finding(c, "repaired") for c in before if (c.place, c.rule) not in left)


def _done(complaint: Complaint) -> Done:
    if complaint.rule in _RESTORED:
        return "restored"
    return "replaced" if complaint.place in ("objective", "opening") else "dropped"


def _own_places(draft: PlanDraft, task: Task) -> list[str]:
    """Places of what the model wrote itself, as far as the limits go."""
    limits = task.limits
    return [
        "objective",
        "opening",
        *(f"qualification/{i}" for i in range(min(len(draft.qualification), limits.questions))),
        *(f"objections/{i}" for i in range(min(len(draft.objections), limits.objections))),
        *(f"next_steps/{i}" for i in range(min(len(draft.next_steps), limits.next_steps))),
    ]


def _objective(draft: PlanDraft, ground: Ground, rule: str) -> Objective:
    item = draft.objective
    return Objective(
        id="objective",
        type=item.type,
        statement=item.statement,
        because=tuple(dict.fromkeys(item.because)),
        cues=usable_cues(item.cues, ground),
        rule=rule,
    )


def _opening(draft: PlanDraft, ground: Ground, rule: str) -> Opening:
    item = draft.opening
    return Opening(
        id="opening",
        strategy=_label(item.strategy, "hook"),
        line=item.line,
        because=tuple(dict.fromkeys(item.because)),
        cues=usable_cues(item.cues, ground),
        rule=rule,
    )


def _label(text: str, instead: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")[:48] or instead


def _questions(draft: PlanDraft, failed: set[str], ground: Ground, rule: str) -> tuple[Question, ...]:
    held = [q for i, q in enumerate(draft.qualification) if f"qualification/{i}" not in failed]
    return tuple(
        Question(
            id=f"q{number}",
            topic=_label(item.topic, "question"),
            question=item.question,
            because=tuple(dict.fromkeys(item.because)),
            cues=usable_cues(item.cues, ground),
            rule=rule,
        )
        for number, item in enumerate(held, start=1)
    )


def _objections(draft: PlanDraft, failed: set[str], ground: Ground, rule: str) -> tuple[Objection, ...]:
    held = [o for i, o in enumerate(draft.objections) if f"objections/{i}" not in failed]
    return tuple(
        Objection(
            id=f"o{number}",
            objection=item.objection,
            handling=_label(item.handling, "answer"),
            response=item.response,
            because=tuple(dict.fromkeys(item.because)),
            cues=usable_cues(item.cues, ground),
            rule=rule,
        )
        for number, item in enumerate(held, start=1)
    )


def _steps(draft: PlanDraft, failed: set[str], ground: Ground) -> tuple[NextStep, ...]:
    ladder = {step.id: step for step in ground.task.frame.next_steps}
    held = [n for i, n in enumerate(draft.next_steps) if f"next_steps/{i}" not in failed]
    return tuple(
        NextStep(
            id=f"n{number}",
            step=item.step,
            ask=item.ask,
            because=tuple(dict.fromkeys((*ladder[item.rung].because, *item.because))),
            cues=tuple(dict.fromkeys((*ladder[item.rung].cues, *usable_cues(item.cues, ground)))),
            rule=ladder[item.rung].rule,
        )
        for number, item in enumerate(held, start=1)
    )


def _stops(draft: PlanDraft, failed: set[str], ground: Ground, rule: str) -> tuple[StopCondition, ...]:
    """All of the frame's, with more cues, and then what the model added."""
    frame = ground.task.frame.stop_conditions
    stops = [
        stop.model_copy(
            update={
                "cues": (*stop.cues, *_extra(draft.stop_conditions, stop, ground, stop.condition, *stop.cues))
            }
        )
        for stop in frame
    ]
    for index, item in enumerate(draft.stop_conditions):
        if not item.id and f"stop_conditions/{index}" not in failed:
            stops.append(
                StopCondition(
                    id=f"s{len(stops) + 1}",
                    condition=item.condition,
                    action=item.action,
                    cues=usable_cues(item.cues, ground, (item.condition,)),
                    rule=rule,
                )
            )
    return tuple(stops)


def _coordination(draft: PlanDraft, frame: Coordination | None, ground: Ground) -> Coordination | None:
    if frame is None:
        return None
    known = tuple(
        item.model_copy(
            update={
                "cues": (
                    *item.cues,
                    *_extra(draft.known, item, ground, item.topic.replace("_", " "), item.answer),
                )
            }
        )
        for item in frame.known
    )
    return frame.model_copy(update={"known": known})


def _extra(
    items: Sequence[object], item: object, ground: Ground, *near: str, strict: bool = False
) -> tuple[str, ...]:
    """The cues that a draft gives to an item of the frame, beside those it has; each speaks of the same."""
    own = getattr(item, "cues", ())
    given = next((found for found in items if getattr(found, "id", "") == getattr(item, "id", None)), None)
    fresh = usable_cues(getattr(given, "cues", ()), ground, (*near, *own), strict=strict)
    return tuple(cue for cue in fresh if cue not in own)
