"""What an item may say: the words and numbers of what it cites, of the frame and of the seller."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from precall_cli.claude.task import Task
from precall_cli.claude.visible import visible_brief
from precall_cli.claude.vocabulary import MONTHS
from precall_cli.claude.withheld import KeptBack, find_kept_back, own_words
from precall_cli.claude.words import all_stems, numbers_of
from precall_cli.records.json_text import Json, resolve_pointer
from precall_cli.records.plan import CallPlan

_TIMES = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?")


@dataclass(frozen=True, slots=True)
class Basis:
    """Words and numbers that stand somewhere."""

    stems: frozenset[str]
    numbers: frozenset[str]

    def __or__(self, other: Basis) -> Basis:
        return Basis(self.stems | other.stems, self.numbers | other.numbers)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the guard holds a draft against; made once for a task."""

    task: Task
    brief: Json
    """The brief as the model saw it: what is not here cannot be cited."""
    kept: KeptBack
    everywhere: Basis
    """What any item may say: the frame, the seller, and who is called."""
    anywhere: Basis
    """All of the visible brief: what stands here but is not cited is told apart from what is invented."""
    given: frozenset[str]
    """The frame's texts, word for word: they are the playbook's and break no rule."""
    secret_words: frozenset[str]
    """Stems that stand in secrets and nowhere else."""

    def cited(self, because: tuple[str, ...]) -> Basis:
        """What stands at the pointers; those that lead nowhere give nothing."""
        texts: list[str] = []
        for pointer in because:
            try:
                texts += leaves(resolve_pointer(self.brief, pointer))
            except KeyError:
                continue
        return basis_of(texts)

    def resolves(self, pointer: str) -> bool:
        """Whether something stands at a pointer that the model could see."""
        try:
            return resolve_pointer(self.brief, pointer) not in (None, "", [], {})
        except KeyError:
            return False


def make_ground(task: Task) -> Ground:
    """The ground of one task."""
    document = task.brief.document()
    kept = find_kept_back(task.frame, document)
    brief = visible_brief(task, kept)
    known = task.brief
    names = [known.contact.name, known.contact.title or "", known.account.name]
    names += [known.ae.name] if known.ae else []
    given = _frame_texts(task.frame)
    everywhere = basis_of([*given, *task.seller.texts(), *names])
    anywhere = basis_of(list(leaves(brief)))
    return Ground(
        task=task,
        brief=brief,
        kept=kept,
        everywhere=everywhere,
        anywhere=anywhere,
        given=frozenset(given),
        secret_words=own_words(kept) - everywhere.stems - anywhere.stems - anywhere.numbers,
    )


def basis_of(texts: list[str]) -> Basis:
    """The words and numbers of several texts; those of a time are not amounts, but its parts may be said."""
    numbers = frozenset(number for text in texts for number in numbers_of(text))
    return Basis(all_stems(texts), numbers)


def leaves(node: Json) -> Iterator[str]:
    """Every text and number in a JSON value, as text; keys too, since a vendor's keys name things."""
    if isinstance(node, dict):
        for key, child in node.items():
            yield key.replace("_", " ")
            yield from leaves(child)
    elif isinstance(node, list):
        for child in node:
            yield from leaves(child)
    elif isinstance(node, str):
        yield _TIMES.sub(_spoken_time, node)
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield f"{node:.10f}".rstrip("0").rstrip(".") if isinstance(node, float) else str(node)


def _spoken_time(match: re.Match[str]) -> str:
    """A time as it may be said: year, month by name, day."""
    year, month, day = match.group()[:10].split("-")
    name = MONTHS[int(month) - 1] if 1 <= int(month) <= 12 else ""
    return f"{name} {int(day)}, {year}"


def _frame_texts(frame: CallPlan) -> list[str]:
    texts = [frame.objective.statement]
    if frame.opening:
        texts.append(frame.opening.line)
    for disclosure in frame.disclosures:
        texts.append(disclosure.text)
    for question in frame.qualification:
        texts += [question.question, question.topic.replace("_", " ")]
    for objection in frame.objections:
        texts += [objection.objection, objection.response]
    for step in frame.next_steps:
        texts += [step.step, step.ask]
    for stop in frame.stop_conditions:
        texts += [stop.condition, stop.action]
    for known in frame.coordination.known if frame.coordination else ():
        texts += [known.topic.replace("_", " "), known.answer, known.told_by or ""]
    return texts
