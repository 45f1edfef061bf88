"""One account, one story: what colleagues told us, and what must not be said to this contact.

What was told in confidence is withheld whatever the policy says. What colleagues told us openly is
carried as known where the policy coordinates accounts, or the brief names engaged contacts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from precall_cli.planner import speech
from precall_cli.planner.situation import Situation
from precall_cli.records.plan import Coordination, Known, Withheld
from precall_cli.records.record import format_time

MAX_TEXT = 200
_FRAME = re.compile(
    r"(?:(?:and|but|also) )*(?:said|mentioned|told us|added|asked us|asked)(?: that)?\b[,:]? ?", re.IGNORECASE
)
"""How a summary introduces what was said."""
NEUTRAL = "is on record in words that are not fit to pass on; see the brief"


@dataclass(frozen=True, slots=True)
class _Secret:
    """Something withheld, before it has an id."""

    text: str
    teller: str | None
    pointers: tuple[str, ...]
    rule: str


def make_coordination(seen: Situation, *, known: bool) -> Coordination | None:
    """Withheld items, and with `known` what colleagues told us; None where there is nothing to coordinate."""
    told = tuple(_known(seen)) if seen.coordinated and known else ()
    withheld = tuple(_withheld(seen))
    if not told and not withheld and not (known and seen.policy.coordination.account):
        return None
    return Coordination(account_id=seen.brief.account.account_id, known=told, do_not_mention=withheld)


def _known(seen: Situation) -> Iterator[Known]:
    told = [t for t in seen.told if t.teller == "colleague" and not t.private]
    for number, fact in enumerate(told, start=1):
        answer = speech.clean(fact.value, MAX_TEXT)
        name = speech.person(fact.name)
        yield Known(
            id=f"k{number}",
            topic=speech.clean(fact.topic, 60) or "fact",
            answer=answer if answer and not speech.reads_like_order(answer) else f"It {NEUTRAL}",
            told_by=name,
            told_at=format_time(fact.at) if fact.at else None,
            because=fact.pointers,
            rule="coordination.known",
        )


def _withheld(seen: Situation) -> Iterator[Withheld]:
    kept: list[_Secret] = []
    for secret in (*_secret_facts(seen), *_secret_sentences(seen)):
        twin = next((i for i, other in enumerate(kept) if _same(secret, other)), None)
        if twin is None:
            kept.append(secret)
        else:
            other = kept[twin]
            kept[twin] = _Secret(other.text, other.teller, (*other.pointers, *secret.pointers), other.rule)
    for number, secret in enumerate(kept, start=1):
        usable = bool(secret.text) and not speech.reads_like_order(secret.text)
        teller = f" by {secret.teller}" if secret.teller else ""
        yield Withheld(
            id=f"m{number}",
            text=f"Told in confidence{teller}: {secret.text}"
            if usable
            else f"Told in confidence{teller}; it {NEUTRAL}",
            because=tuple(dict.fromkeys(secret.pointers)),
            cues=(secret.text,) if usable else (),
            rule=secret.rule,
        )


def _secret_facts(seen: Situation) -> Iterator[_Secret]:
    for fact in seen.told:
        if fact.private:
            topic = fact.topic.replace("_", " ")
            said = speech.clean(fact.value, MAX_TEXT)
            filed = speech.holds_any(topic, seen.playbook.privacy.topics)
            text = said if filed else f"{topic}, {_without_marker(said, seen.playbook.privacy.markers)}"
            yield _Secret(text, speech.person(fact.name), fact.pointers, "privacy.facts")


def _secret_sentences(seen: Situation) -> Iterator[_Secret]:
    privacy = seen.playbook.privacy
    for i, call in enumerate(seen.brief.prior_calls):
        for part in _parts(speech.clean(call.summary or "", 2_000), privacy.markers):
            if speech.holds_any(part, (*privacy.markers, *privacy.subjects)):
                text = speech.clean(_without_marker(part, privacy.markers), MAX_TEXT)
                yield _Secret(
                    text,
                    speech.person(call.contact_name),
                    (f"/prior_calls/{i}/summary",),
                    "privacy.summaries",
                )


def _parts(summary: str, markers: tuple[str, ...]) -> Iterator[str]:
    """The clauses of a summary; a clause that is a marker and nothing else goes with the one it speaks of."""
    for sentence in re.split(r"(?<=[.!?;])\s+", summary):
        clauses = [c for c in re.split(r",\s+", sentence) if c.strip()]
        merged: list[str] = []
        for clause in clauses:
            bare_before = bool(merged) and not _without_marker(merged[-1], markers)
            if merged and (bare_before or not _without_marker(clause, markers)):
                merged[-1] = f"{merged[-1]}, {clause}"
            else:
                merged.append(clause)
        yield from merged


@cache
def _marker_pattern(markers: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the playbook's markers, the longest first, whatever stands between its words."""
    longest_first = sorted(markers, key=lambda marker: (-len(marker), marker))
    shapes = (r"\W+".join(re.escape(word) for word in marker.split()) for marker in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(shapes)})(?!\w)", re.IGNORECASE)


def _without_marker(text: str, markers: tuple[str, ...]) -> str:
    """The text without the words that ask for confidence, and without what frames them."""
    text = _marker_pattern(markers).sub(" ", text)
    text = re.sub(r"\s+([,.;])", r"\1", " ".join(text.split())).strip(" ,.;:-–—")
    framed = text[found.end() :] if (found := _FRAME.match(text)) else text
    return framed.strip(" ,.;:-–—")


def _same(one: _Secret, other: _Secret) -> bool:
    """Whether two secrets speak of one thing: most content words of the shorter stand in the longer."""
    a, b = (_content(s.text) for s in (one, other))
    small, large = sorted((a, b), key=len)
    return bool(small) and len(small & large) >= 0.6 * len(small)


def _content(text: str) -> set[str]:
    return {word for word in speech.words_of(text) if len(word) > 3 or word.isdigit()}
