"""Rules on the words themselves, whatever they rest on: what an agent must never be told to say.

Each rule has a name, the kinds of text it looks at, and a pattern. They are broad on purpose: a good line
that is thrown away costs the offline planner's line in its place, a bad one that is said cannot be taken
back. What the frame says word for word breaks none: it is the playbook's.
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


def _any(*patterns: str) -> re.Pattern[str]:
    """A pattern that finds any of several, in any case."""
    return re.compile("|".join(patterns), re.IGNORECASE)


_NEAR = r"[^.!?]{0,40}?"
_LINK = _any(
    r"\S@\S",
    r"https?:|www\.|\bdot (?:com|net|org|io|co)\b",
    r"\b[\w\-]+\.(?:com|net|org|io|co|ai|app|dev|example|info|biz|eu|de|uk)\b",
    r"\d[\d ().\-]{5,}\d",
)
_ORDER = _any(
    rf"\b(?:ignor|disregard|forget|overrid|overrul|bypass|disabl|circumvent)\w*\b{_NEAR}"
    r"\b(?:instruction|rule|prompt|polic|previous|prior|above|guard|filter|restriction|law|complian|disclos)\w*",
    r"\binstructions?\b|\bjailbreak\w*|\b(?:system|developer) (?:prompt|mode|message)\b|\boverride\b",
    r"\bas an ai (?:language )?model\b|\byou are now\b|\bfrom now on\b|\bthe user wants\b",
    r"\b(?:pretend|impersonate|role-?play|act as (?:a|an|if|though|their))\b",
    r"\b(?:system|assistant|user|human|developer|admin|important|attention)\s?:",
    r"\bnew (?:objective|task|rule|goal|polic|role)\w*\b|\bset \w+ to (?:true|false|null)\b",
    r"\b(?:respond|reply|answer) (?:only with|with (?:only|nothing|the words?))\b",
    r"\btranslate the following\b|\bsay ?: ",
    rf"\b(?:print|output|repeat|reveal|dump|leak|forward|send|read out|read aloud)\b{_NEAR}"
    r"\b(?:brief|facts|notes|records?|transcripts?|prompt|rules|phone numbers?|everything you|card number)\b",
    r"\b(?:password|passcode|api key|pin code|card number|social security|date of birth|bank details)s?\b",
)
_HUMAN = _any(
    r"\bI(?:'m| am)(?: just| really| actually| definitely)? (?:an?|the) (?:real |actual |live |living )?"
    r"(?:person|human|man|woman|people)",
    r"\bI(?:'m| am) (?:not|no) (?:an? )?(?:robot|bot|machine|ai|computer|recording|automated|artificial)",
    r"\b(?:not|no|isn't|never) an? (?:robot|bot|machine|ai|recording|automated call)\b",
    r"\ba real (?:human|person) (?:is )?(?:calling|here|speaking|named|called)",
    r"\b(?:claim|pretend|say|insist|tell \w+)(?: that)?(?: you| it| to be| the caller)?(?: are| is|'re)?"
    r" (?:a )?(?:human|real person)\b",
)
_AGAINST = _any(
    rf"\b(?:don't|do not|never|skip|omit|avoid|without|delay|postpone|leave out|hide|conceal|not)\b{_NEAR}"
    r"\b(?:disclos\w*|record(?:ed|ing)|ai|artificial|assistant|opt[ -]?out\w*|do[- ]not[- ]call|stop list)\b",
    r"\b(?:keep|carry on|go on|continue)(?: on)? (?:talking|selling|pitching|calling|asking)\b",
    r"\b(?:continue|proceed|go on|book) (?:anyway|regardless|even if)\b|\bno for an answer\b",
    rf"\beven if (?:they|he|she|the contact)\b{_NEAR}\b(?:stop|refus|object|no|asks?)\w*",
    rf"\b(?:ignore|dismiss|talk over)\b{_NEAR}\b(?:request|objection|wish|refusal|no)\b",
    r"\bnever end the call\b|\bwhatever (?:they|he|she) says?\b",
    r"\bcall (?:them |him |her )?(?:back )?(?:again )?(?:\w+ )?anyway\b",
)
_PERMISSION = _any(
    r"\bdo[- ]not[- ]call\b|\bdnc\b|\bopted in\b|\bcalling hours\b|\bexempt\w*\b",
    r"\bconsent(?:ed|s)?\b|\bpermission (?:to|from)\b|\bauthori[sz]ed? (?:you|us|to)\b",
    r"\b(?:gave|given|have|has|had|got) (?:us |me )?(?:your |their |his |her )?permission\b",
    r"\bagreed to (?:be )?(?:called|recorded)\b|\b(?:allowed|permitted|cleared|legal) to call\b",
)
_PRESSURE = _any(
    r"\bunless you\b|\blast chance\b|\bact now\b|\b(?:only|until) today\b|\bexpires? (?:today|soon)\b",
    r"\b(?:lawsuit|legal action|police|penalt\w+)\b|\bwill be (?:closed|cancelled|cut off)\b",
    r"\b(?:pay|sign|buy|decide|commit)\b[^.!?]{0,20}\b(?:now|today|immediately)\b",
    r"\bsell\b[^.!?]{0,30}\btoday\b",
)
_PROMISE = _any(
    r"\bguarante\w*|\bpromis\w*|\bfree\b|\bat no (?:charge|cost)\b|\bwaive\w*|\bmoney[- ]back\b",
    r"\bdiscounts?\b|\brefunds?\b|\brebates?\b|\bvouchers?\b|\bgift\w*|\bbonus\w*|\bprice[- ]match\w*",
    r"\bbest price\b|\bspecial (?:price|offer|deal)\b|\bno (?:obligation|risk|strings)\b",
    r"\b(?:come|drop|stop|swing|fly) (?:by|over|out)\b|\bin person\b|\bon the house\b|\bcosts? nothing\b",
    r"\bcancel any ?time\b|\bhalf (?:price|off)\b|\bpercent off\b|% ?off\b|\bcredit (?:of|for|on)\b",
)
_CLAIM = _any(
    r"\b(?:compliant|certified|accredited|hipaa|soc ?2|iso ?\d+|proven|cheaper|studies)\b|\bfaster than\b",
    r"\b(?:number one|leading|award\w*|best[- ]in[- ]class)\b|\b(?:our|other) (?:customers|clients)\b",
    r"\b(?:integrat\w+|compatible|works seamlessly) with\b|\b(?:trusted|used|chosen) by\b",
    r"\b(?:sav|reduc|increas|boost|doubl|tripl|halv|improv|eliminat)(?:e|es|ed|ing)\b",
    r"\bcuts?\b(?= [^.?!]{0,30}\b(?:cost|time|call|work|in half|by)\w*)",
)
_MARKUP = re.compile(r"[<>`{}\\|]|\*\*|__|--|\[[^\]]*\]|^\s*[-*#]\s|\n|\S{32}", re.MULTILINE)
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


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
    _Rule("pressure", _PRESSURE, _AGENT, False, "puts pressure on the contact"),
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
    elif any(_mixes_alphabets(word) for word in text.split()):
        yield Fault("not_plain", f"its {field} has letters that look like others", True)
    elif _MARKUP.search(text):
        yield Fault("not_plain", f"its {field} has markup or more than one line")
    shown = unicodedata.normalize("NFKC", text).replace("_", " ").replace("’", "'")
    for rule in _RULES:
        if kind in rule.kinds and (found := rule.pattern.search(shown)) and not _stated(found, rule, ground):
            yield Fault(rule.name, f"its {field} {rule.what}", rule.grave)
    if (item := ground.kept.teller(shown)) is not None or _tells_a_word(shown, ground):
        yield Fault(
            "withheld_mentioned", f"its {field} says what is kept back ({item or 'a word of it'})", True
        )


def _mixes_alphabets(word: str) -> bool:
    """Whether a word has letters of two alphabets, one of which looks like the other."""
    if word.isascii():
        return False
    names = (unicodedata.name(char, "") for char in word if char.isalpha())
    return len({name.split(" ")[0] for name in names} & set(_ALPHABETS)) > 1


def _stated(found: re.Match[str], rule: _Rule, ground: Ground) -> bool:
    """Whether the frame or the seller says the same of themselves: then it is no invention."""
    if rule.grave:
        return False
    said = {stem(word) for word in words_of(found.group())}
    return said <= ground.everywhere.stems


def _tells_a_word(text: str, ground: Ground) -> bool:
    return bool((content_stems(text) | {w for w in words_of(text) if w.isdigit()}) & ground.secret_words)
