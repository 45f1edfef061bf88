"""Rules on what an agent is to assert: about the contact, about the seller, about what others did.

A question may bring up anything; a statement may not. So sentences are told apart by their form, and those
that state, presuppose or promise something must find their words in what they may rest on. Ordinary words
in lower case are held to this too, which no list of forbidden words would reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from precall_cli.claude.ground import Basis, Ground
from precall_cli.claude.manner import Fault
from precall_cli.claude.vocabulary import TROUBLE
from precall_cli.claude.words import content_stems, stem, words_of

_ATTRIBUTED = re.compile(
    r"\byou(?:'ve|’ve| have|'d|’d| had| just| recently| once| also)* "
    r"(?:mentioned|said|told|asked|wrote|downloaded|signed|visited|requested|registered|attended|filled|looked"
    r"|bought|lost|hired|moved|opened|closed|raised|won|missed|complained|agreed|promised)\b"
    r"|\bi(?:'ve|’ve| have)? (?:saw|seen|heard|noticed|read|understand|see|gather|hear)\b"
    r"|\bwe(?:'ve|’ve| have)? (?:know|saw|seen|heard|spoke|spoken|talked|met|understand|noticed)\b"
    r"|\bcongratulations\b|\bsorry to hear\b"
    r"|\b(?:since|now that|given that|because|as) you(?:r|'re|’re|'ve|’ve)?\b"
    r"|\byour (?:colleague|boss|manager|predecessor|ceo|cfo|board)\b"
    r"|\byour \w+(?: \w+){0,3} (?:is|are|was|were|has|had) (?!a good|the right|best)",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"\b(?:say|tell|mention|explain|point out|stress|assure|reassure|emphasi[sz]e|remind|let|claim|state|show"
    r"|highlight|add|note|underline|make clear|insist|convey|argue)s?\b(?: honestly| clearly| briefly| also)*"
    r"(?: (?:to )?(?:them|him|her|the contact|[A-Z]\w+))?(?: know)?(?: that| how)? (?P<said>.+)",
    re.IGNORECASE,
)
"""What an agent is told to tell: `said` is what it will state."""
_GRANTING = re.compile(
    r"\b(?:offer|promise|throw in|grant|waive|include|bundle|give (?:them|him|her))\b(?: to)? (?P<said>.+)",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(?:we|we'll|we’ll|we're|we’re|we've|we’ve|our|ours|it comes|it includes)\b", re.IGNORECASE
)
_DISCLAIMED = re.compile(
    r"\b(?:(?:do not|don't|don’t) (?:yet )?know|not sure|depends|whether"
    r"|(?:cannot|can't|can’t) (?:say|tell|quote|name|promise|judge|speak|answer|go into))\b",
    re.IGNORECASE,
)
"""What says that something is not known asserts nothing."""
_GIVEN = re.compile(r"^(?:with|since|after|given|now that|because|as) [^,]*(?=,)", re.IGNORECASE)
_PRESUPPOSED = re.compile(
    r"\b(?:right|correct|isn't it|isn’t it|aren't you|aren’t you|is that so)\?$"
    r"|\b(?:still|already|anymore|any longer|again|no longer)\b"
    r"|\bhow(?:'s|’s| is| are| was| were| did) (?:the|your|that|those)\b",
    re.IGNORECASE,
)
"""A question that takes something for granted: in what goes before its comma, or as a whole."""
_YOURS = re.compile(r"\byour (?:\w+[ -]){1,3}?(?:keeps?|is|are|has|have|gets?|goes?|\w+ing)\b", re.IGNORECASE)
_PEERS = re.compile(
    r"\b(?:like (?:you|yours|theirs)|of (?:your|their) size|in (?:your|their) (?:industry|field|sector))\b",
    re.IGNORECASE,
)
"""What is said of others, as if their success with the seller were known."""
_WINNING = re.compile(
    r"\b(?:sign|signs|signed|signature|close (?:the|a|this) \w+|win|winning|sell|upsell|secure|purchase"
    r"|payment)\b",
    re.IGNORECASE,
)
"""More than a call is for, unless the frame says so."""
_REFERRED = re.compile(
    r"\b[A-Z]\w+(?: [A-Z]\w+)? (?:has |had |just )?"
    r"(?P<act>asked|suggested|recommended|referred|sent|introduced|wanted|wants|pointed|urged)\b"
    r" (?:me|us|you|that|to|for)\b"
)
_PART = re.compile(
    r"\b(?:a|one|two|three|the other) (?:third|quarter|fifth|tenth)s?\b(?! (?:of an|party))|\btwice\b"
    r"|\bhalf (?:of )?(?:your|the|their|our|all)\b|\b(?:most|majority|many|few) of (?:your|their)\b"
    r"|\b(?:double|triple|quadruple)\b|\bevery (?:second|third|other) \w+",
    re.IGNORECASE,
)
"""Parts and multiples that are numbers in words."""
_TROUBLE = frozenset(map(stem, TROUBLE))
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_CLAUSE = re.compile(r"[,;:–—]| and | but | so | then ")


def find_assertion_faults(
    field: str, text: str, cited: Basis, ground: Ground, heard: frozenset[str] = frozenset()
) -> Iterator[Fault]:
    """Each kind of assertion in a text that does not find its words in what the item may rest on.

    `heard` are the stems of what the contact says in the same item: an answer may take them up.
    """
    # What is kept back has a rule of its own, which names no word of it.
    allowed = cited.stems | ground.everywhere.stems | ground.secret_words
    yield from _attributed(field, text, cited, allowed)
    for said in _assertions(field, text):
        # A fact of the brief that is not cited is no promise.
        strange = content_stems(said) - allowed - heard - (ground.anywhere.stems if field == "ask" else heard)
        if strange or _PEERS.search(said):
            yield Fault("claim", f"its {field} states what nobody said ({_shown(strange)})")
            break
    won = _WINNING.search(text) if field == "statement" else None
    if won and not frozenset(map(stem, words_of(won.group()))) <= ground.everywhere.stems:
        yield Fault("promise", f"its {field} wants more than the call is for ({won.group()[:30]})")
    if field in ("line", "question", "ask"):
        yield from _of_the_contact(field, text, cited, allowed)
    for found in _PART.finditer(text):
        if not frozenset(map(stem, words_of(found.group()))) <= allowed:
            yield Fault("invented_number", f"its {field} says {found.group()[:40]!r}, which stands nowhere")
            break


def _assertions(field: str, text: str) -> Iterator[str]:
    if field in ("response", "action"):
        return _told(text)
    return _stated(field, text) if field in ("line", "question", "ask", "step") else iter(())


def _shown(strange: frozenset[str]) -> str:
    return ", ".join(sorted(strange)[:4])[:60] or "what others do"


def _attributed(field: str, text: str, cited: Basis, allowed: frozenset[str]) -> Iterator[Fault]:
    """Sentences that tell the contact something about themselves must find their words in what is cited."""
    for sentence in _SENTENCE.split(text):
        if not _ATTRIBUTED.search(sentence):
            continue
        told = bool(content_stems(sentence) & cited.stems)
        for clause in re.split(r"[,;:–—]| and | but | so ", sentence):
            content = content_stems(clause)
            strange = content - allowed
            enough = 1 if _ATTRIBUTED.search(clause) else 2
            if (len(strange) >= enough and 2 * len(strange) >= len(content)) or (strange and not told):
                yield Fault(
                    "invented_fact", f"its {field} asserts what is not in what it cites ({_shown(strange)})"
                )
                return


def _told(text: str) -> Iterator[str]:
    """The clauses that an agent is told to state or to grant, in words of its own."""
    for sentence in _SENTENCE.split(text):
        telling = False
        for clause in _CLAUSE.split(sentence):
            found = _TELLING.search(clause) or _GRANTING.search(clause)
            said = found["said"] if found else clause
            # "Say that it is quick and needs no training": the second clause is told as well, unless it asks.
            telling = bool(found) or (telling and not re.match(r"\s*(?:ask|suggest|offer)", clause))
            if (telling or _OURS.search(clause)) and not _DISCLAIMED.search(said):
                yield said


def _stated(field: str, text: str) -> Iterator[str]:
    """The clauses of spoken words that speak of the seller; a statement of an objective is one as a whole."""
    for sentence in _SENTENCE.split(text):
        if field == "ask" or (_OURS.search(sentence) and not sentence.rstrip().endswith("?")):
            yield from (
                clause for clause in _CLAUSE.split(sentence) if field == "ask" or _OURS.search(clause)
            )


def _of_the_contact(field: str, text: str, cited: Basis, allowed: frozenset[str]) -> Iterator[Fault]:
    """What a spoken text says, or takes for granted, of the contact's own house."""
    for sentence in _SENTENCE.split(text):
        strange = content_stems(sentence) - allowed
        asks = sentence.rstrip().endswith("?")
        before = _GIVEN.search(sentence)
        taken = content_stems(before.group()) - allowed if before else frozenset()
        if taken := taken or (strange if asks and _PRESUPPOSED.search(sentence) else frozenset()):
            yield Fault("invented_fact", f"its {field} takes for granted what nobody said ({_shown(taken)})")
            return
        said = frozenset(map(stem, words_of(sentence)))
        if not asks and _YOURS.search(sentence) and (trouble := (said & _TROUBLE) - cited.stems):
            yield Fault("invented_fact", f"its {field} tells them of a trouble of theirs ({_shown(trouble)})")
            return
        if field == "line" and len(strange) >= 2 and not re.search(r"\bI\b|\bI['’]", sentence):
            yield Fault(
                "invented_fact", f"its {field} states what is not in what it cites ({_shown(strange)})"
            )
            return
        for found in _REFERRED.finditer(sentence):
            if stem(found["act"]) not in cited.stems:
                yield Fault(
                    "invented_fact", f"its {field} has somebody {found['act']} what nobody wrote down"
                )
                return
