"""Rules on what an item rests on: pointers that lead somewhere, nothing said that does not stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from precall_cli.claude.ground import Basis, Ground
from precall_cli.claude.manner import Fault
from precall_cli.claude.vocabulary import CALENDAR, GENERIC, SAYING
from precall_cli.claude.words import common_words, numbers_of, stem

_CAPITAL = re.compile(r"(?<!\w)(?:\d+[A-Z]\w*|[^\W\d_][\w’'&\-]*)")
_ENDS = '.!?:;→“”"(–—'
_RELATIVE = re.compile(
    r"\b(?:tomorrow|tonight|yesterday|last (?:night|week|month|quarter|year|spring|summer|autumn|fall|winter)"
    r"|(?:\w+ )?(?:minutes?|hours?|days?|weeks?|months?|years?) ago|the other day|this morning)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[$£€¥%]|\b(?:dollars?|euros?|pounds?|percent|per cent|usd|eur|gbp)\b", re.IGNORECASE)


def find_pointer_faults(because: tuple[str, ...], ground: Ground, *, needed: bool) -> Iterator[Fault]:
    """Pointers that lead nowhere or everywhere, and none at all where some are needed."""
    if needed and not because:
        yield Fault("no_source", "cites nothing in the brief")
    if len(because) > 12:
        yield Fault("pointer", f"cites {len(because)} places; at most 12 are read")
    for pointer in because[:12]:
        shown = re.sub(r"[^\w/~.\-]", "?", pointer[:60])
        if not pointer.startswith("/"):
            yield Fault("pointer", f"cites {shown!r}, which is no pointer to a fact")
        elif pointer in ground.kept.pointers or any(
            pointer.startswith(f"{kept}/") for kept in ground.kept.pointers
        ):
            yield Fault("withheld_mentioned", f"cites {shown}, which is kept back", True)
        elif not ground.resolves(pointer):
            yield Fault("pointer", f"cites {shown}, where nothing stands that you were shown")


def find_fact_faults(field: str, text: str, cited: Basis, ground: Ground) -> Iterator[Fault]:
    """Names, numbers and dates that stand neither in what is cited nor in the frame."""
    allowed = cited | ground.everywhere
    for number in sorted(numbers_of(text) - allowed.numbers):
        if number in ground.secret_words:
            yield Fault("withheld_mentioned", f"its {field} says a number that is kept back", True)
        elif number in ground.anywhere.numbers:
            yield Fault(
                "not_cited", f"its {field} says {number}, which stands in a place that it does not cite"
            )
        else:
            kind = "invented_money" if _MONEY.search(text) else "invented_number"
            yield Fault(kind, f"its {field} says {number}, which stands nowhere")
    for name in find_names(text):
        root = stem(name.casefold().replace("’", "'"))
        if root in allowed.stems:
            continue
        shown = re.sub(r"[^\w’'&\-]", "?", name[:40])
        if root in ground.secret_words:
            yield Fault("withheld_mentioned", f"its {field} names what is kept back", True)
        elif name.casefold() in CALENDAR:
            yield Fault("invented_date", f"its {field} says {shown}, which nobody named")
        elif root in ground.anywhere.stems:
            yield Fault(
                "not_cited", f"its {field} names {shown}, which stands in a place that it does not cite"
            )
        else:
            yield Fault("invented_name", f"its {field} names {shown}, which stands nowhere")
    for found in _RELATIVE.finditer(text):
        if not _said(found.group(), ground):
            yield Fault("invented_date", f"its {field} says {found.group()[:40]!r}, which the frame does not")


def _said(phrase: str, ground: Ground) -> bool:
    """Whether the frame has the words of a time as they are."""
    frame = ground.task.frame
    texts = [frame.objective.statement, frame.opening.line if frame.opening else ""]
    texts += [q.question for q in frame.qualification] + [n.ask for n in frame.next_steps]
    return any(phrase.casefold() in text.casefold() for text in texts)


def find_names(text: str) -> Iterator[str]:
    """Words with a capital that are no ordinary beginning of a sentence.

    A word that begins a sentence counts where it is no common word and another name or a word of saying
    follows: "Marcus told us", "Acme Dental has".
    """
    found = list(_CAPITAL.finditer(text))
    for index, match in enumerate(found):
        word = match.group().removesuffix("'s").removesuffix("’s")
        flat = word.casefold().replace("’", "'")
        if flat in GENERIC or not (word[0].isupper() or word[0].isdigit()):
            continue
        if word[0].isdigit():  # 3CX
            yield word
            continue
        before = text[: match.start()].rstrip(" '‘’")
        if before and before[-1] not in _ENDS:
            yield word
            continue
        if flat in common_words():
            continue
        following = found[index + 1].group() if index + 1 < len(found) else ""
        verb = following.casefold() in SAYING or match.group() != word
        if verb or (following[:1].isupper() and following.casefold() not in GENERIC):
            yield word
