"""Rules on the words themselves, whatever they rest on: what an agent must never be told to say.

Each rule has a name, the kinds of text it looks at, and a pattern. They are broad on purpose: a good line that
is thrown away costs the offline planner's line in its place, a bad one that is said cannot be taken back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from precall_cli.claude.ground import Ground
from precall_cli.claude.words import content_stems, stem, words_of

Kind = Literal["spoken", "told", "heard", "label", "cue"]
"""Who says a text: the agent word for word; the agent in its own words; the contact; nobody; a match."""

LIMITS: dict[str, int] = {"line": 300, "question": 200, "ask": 200, "response": 400, "statement": 200}
"""Most characters of a field; of any other 200."""

_LINK = re.compile(
    r"\S@\S|https?:|www\.|\b[\w\-]+\.(?:com|net|org|io|co|ai|app|dev|example|info|biz|eu|de|uk)\b"
    r"|\bdot (?:com|net|org|io|co)\b|\d[\d ().\-]{5,}\d",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:ignor\w*|disregard\w*|forget|overrid\w*|bypass\w*)\b[^.!?]{0,40}"
    r"\b(?:instruction|rule|prompt|polic|previous|above|guard|restriction|law|compliance|disclos)\w*"
    r"|\binstructions?\b|\bsystem prompt\b|\bjailbreak\w*|\bas an ai (?:language )?model\b|\bdeveloper mode\b"
    r"|\b(?:system|assistant|user|developer) ?: |\bpassword|\bapi key\b",
    re.IGNORECASE,
)
_HUMAN = re.compile(
    r"\bI(?:'m|’m| am)(?: just| really| actually| definitely)? (?:an?|the) (?:real |actual |live |living )?"
    r"(?:person|human|man|woman|people)"
    r"|\bI(?:'m|’m| am) (?:not|no) (?:an? )?(?:robot|bot|machine|ai|computer|recording|automated|artificial)"
    r"|\b(?:not|no|isn't|isn’t) an? (?:robot|bot|machine|ai|recording|automated call)\b|\ba real (?:human|person) (?:is )?(?:calling|here|speaking)"
    r"|\b(?:claim|pretend|say|insist|tell \w+)(?: that)?(?: you| it| to be| the caller)?(?: are| is|'re|’re)?"
    r" (?:a )?(?:human|real person)\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:don't|don’t|do not|never|skip|omit|avoid|without|delay|postpone|leave out|hide|conceal)\b[^.!?]{0,40}"
    r"\b(?:disclos\w*|record(?:ed|ing)|\bai\b|artificial|assistant|opt[ -]?out\w*|remov\w*|do[- ]not[- ]call|stop list)\b"
    r"|\b(?:keep|carry on|go on|continue)(?: on)? (?:talking|selling|pitching|calling|asking)\b"
    r"|\bno for an answer\b|\beven if (?:they|he|she|the contact)\b[^.!?]{0,40}\b(?:stop|refus|object|no|asks?)\w*"
    r"|\b(?:ignore|dismiss|talk over)\b[^.!?]{0,30}\b(?:request|objection|wish|refusal|no)\b"
    r"|\bcall (?:them |him |her )?(?:back )?(?:again )?anyway\b",
    re.IGNORECASE,
)
_PERMISSION = re.compile(
    r"\bdo[- ]not[- ]call\b|\bdnc\b|\b(?:gave|given|have|has|had|with|got) (?:us |me )?(?:your |their |his |her )?(?:consent|permission)\b"
    r"|\bconsent(?:ed|s)?\b|\bagreed to (?:be )?(?:called|recorded)\b|\b(?:allowed|permitted|cleared|legal) to call\b"
    r"|\bopted in\b|\bcalling hours\b|\bexempt\w*\b",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"\bguarante\w*|\bpromis\w*|\b(?:for|totally|completely|absolutely|at) (?:free|no (?:charge|cost))\b|\bfree\b"
    r"|\bdiscounts?\b|\brefunds?\b|\brebates?\b|\bvouchers?\b|\bgift\w*|\bbonus\w*|\bmoney[- ]back\b|\bprice[- ]match\w*"
    r"|\bbest price\b|\bspecial (?:price|offer|deal)\b|\bno (?:obligation|risk|strings)\b|\brisk[- ]free\b"
    r"|\bcancel any ?time\b|\bwaive\w*|\bhalf (?:price|off)\b|\bpercent off\b|% ?off\b|\bcredit (?:of|for|on)\b",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"\b(?:compliant|certified|accredited|hipaa|soc ?2|iso ?\d+)\b|\b(?:number one|leading|award\w*|best[- ]in[- ]class)\b"
    r"|\b(?:integrat\w+|compatible|works seamlessly) with\b|\b(?:trusted|used|chosen) by\b|\b(?:our|other) (?:customers|clients)\b"
    r"|\b(?:sav|reduc|increas|boost|doubl|tripl|halv|improv|eliminat)(?:e|es|ed|ing)\b|\bcuts?\b(?= [^.?!]{0,30}\b(?:cost|time|call|work|in half|by)\w*)"
    r"|\bproven\b|\bcheaper\b|\bfaster than\b|\bstudies\b|\bguaranteed\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[<>`{}\\|]|\*\*|__|\[[^\]]*\]|^\s*[-*#]\s|\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    pattern: re.Pattern[str]
    kinds: frozenset[str]
    grave: bool
    what: str


_AGENT: frozenset[str] = frozenset({"spoken", "told"})
_ALL: frozenset[str] = frozenset({"spoken", "told", "heard", "label", "cue"})
_RULES = (
    _Rule("link_or_number", _LINK, _ALL, True, "has a link, an address or a phone number"),
    _Rule("order_like", _ORDER, _ALL, True, "reads like an order to a machine"),
    _Rule("human_claim", _HUMAN, _AGENT, True, "has the agent deny that it is an AI"),
    _Rule("against_frame", _AGAINST, _AGENT, True, "works against a disclosure or a stop condition"),
    _Rule(
        "permission_claimed",
        _PERMISSION,
        _AGENT,
        True,
        "speaks of permission to call, which the gate decides",
    ),
    _Rule("promise", _PROMISE, _AGENT, False, "promises what nobody offered"),
    _Rule("claim", _CLAIM, _AGENT, False, "claims what the seller does not say of itself"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a text breaks."""

    rule: str
    what: str
    grave: bool = False


def find_manner_faults(field: str, text: str, kind: Kind, ground: Ground) -> Iterator[Fault]:
    """Every rule of manner that one text breaks."""
    if not text.strip():
        yield Fault("empty", f"its {field} is empty")
        return
    limit = LIMITS.get(field, 200)
    if len(text) > limit:
        yield Fault("too_long", f"its {field} has {len(text):,} characters, at most {limit} are allowed")
        text = text[: 4 * limit]
    if any(unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp") for char in text):
        yield Fault("not_plain", f"its {field} has hidden or control characters", True)
    elif _MARKUP.search(text):
        yield Fault("not_plain", f"its {field} has markup or more than one line")
    shown = unicodedata.normalize("NFKC", text).replace("_", " ")
    for rule in _RULES:
        if kind in rule.kinds and (found := rule.pattern.search(shown)) and not _stated(found, rule, ground):
            yield Fault(rule.name, f"its {field} {rule.what}", rule.grave)
    if (item := ground.kept.teller(shown)) is not None or _tells_a_word(shown, ground):
        yield Fault(
            "withheld_mentioned", f"its {field} says what is kept back ({item or 'a word of it'})", True
        )


def _stated(found: re.Match[str], rule: _Rule, ground: Ground) -> bool:
    """Whether the frame or the seller says the same of themselves: then it is no invention."""
    if rule.grave:
        return False
    said = {stem(word) for word in words_of(found.group())}
    return said <= ground.everywhere.stems


def _tells_a_word(text: str, ground: Ground) -> bool:
    return bool((content_stems(text) | {w for w in words_of(text) if w.isdigit()}) & ground.secret_words)
