"""What a trigger was about, in words that may be spoken; or nothing.

A trigger's detail is free text by others. Two ways lead from it into a sentence: a short noun phrase
behind a word like "about", which must pass `speech.phrase`, or a keyword that selects a phrase of the
playbook. A detail that reads like an order gives nothing at all.
"""

from __future__ import annotations

import re
from datetime import datetime

from precall_cli.planner.playbook import RequestHook, Speech
from precall_cli.planner.speech import has_orders, holds_any, is_clean, phrase, reads_like_order

MAX_DETAIL = 240
"""A detail longer than this is no form label; nothing is taken out of it."""

_LETTERS = r"[^\W\d_][\w'’\-]*"
_STOPS = r"for|and|with|who|that|which|at|in|on|to|from|by|when|because|work|works|is|are"
_END = rf"(?=[.,;:!?'\"’)]|$| (?:{_STOPS})\b)"
_ARTICLE = r"(?:(?:the|a|an|our|your|some|any|more) )?"


def _noun(name: str, most: int) -> str:
    """A pattern for a few words, named, after an article that is left out."""
    return rf"{_ARTICLE}(?P<{name}>{_LETTERS}(?: {_LETTERS}){{0,{most - 1}}}?)"


_ASKED = (
    r"asks?|asked|asking|enquired|inquired|question|interested|enquiry|inquiry|curious|talked|chatted|spoke"
)
_ABOUT = re.compile(
    rf"\b(?:{_ASKED}|wants to (?:hear|know|learn))(?: us)?(?: (?:more|a question))?"
    rf" (?:about|on|in|regarding) {_noun('about', 4)}{_END}"
    rf"|\bwants? to see how {_noun('works', 4)} works?\b"
    rf"|\b(?:needs?|looking for|interest in) {_noun('needs', 3)}{_END}",
    re.IGNORECASE,
)
_PAPERS = r"guide|checklist|brochure|report|case study|white ?paper|template|price list"
_DOCUMENT = re.compile(
    rf"\b(?P<verb>requested|downloaded|asked for|opened) {_ARTICLE}"
    rf"(?P<paper>(?:{_LETTERS} ){{0,3}}(?:{_PAPERS}))\b",
    re.IGNORECASE,
)
_HELP = re.compile(
    rf"\b(?:asked for|needs?|wants) help (?:with )?(?P<help>{_LETTERS}(?: {_LETTERS}){{0,2}}?){_END}",
    re.IGNORECASE,
)
_MASS = frozenset({
    "software", "pricing", "routing", "scheduling", "reporting", "data", "security", "telephony",
    "hardware", "support", "training", "equipment", "integration", "compliance", "automation",
    "analytics", "coverage", "storage", "billing", "payroll", "onboarding",
})  # fmt: skip
"""Nouns that need no article although they are no plural."""
_OCCASIONS = r"Expo|Forum|Fair|Summit|Conference|Congress|Show|Days?|Week|Convention|Exhibition|Meetup"
_EVENT = re.compile(rf"(?:[A-Z][\w'’\-]* ){{1,5}}(?:{_OCCASIONS})\b")


def _usable(detail: str) -> bool:
    return is_clean(detail, MAX_DETAIL) and not reads_like_order(detail)


def find_request(detail: str, hooks: dict[str, RequestHook]) -> str | None:
    """What the contact did on our site, to follow "you": `asked about route boards`; or None."""
    if not _usable(detail):
        return None
    document = _DOCUMENT.search(detail)
    if document and (said := phrase(document["paper"].lower())):
        return f"{document['verb'].lower()} our {said}"
    wanted = _HELP.search(detail)
    if wanted and (said := phrase(wanted["help"].lower())):
        joined = "" if said.split(" ", 1)[0].endswith("ing") else "with "
        return f"asked for help {joined}{said}"
    for about in _ABOUT.finditer(detail):
        said = phrase(about["about"] or about["works"] or about["needs"])
        if said and _stands_alone(said):
            return f"asked about {said.lower() if said.istitle() else said}"
    return next((hook.request for hook in hooks.values() if holds_any(detail, hook.words)), None)


def _stands_alone(said: str) -> bool:
    """Whether a noun phrase needs no article: a plural, a gerund or a mass noun."""
    last = said.rsplit(" ", 1)[-1].lower()
    plural = last.endswith("s") and not last.endswith(("ss", "us", "is"))
    return last in _MASS or last.endswith("ing") or plural


def find_event(detail: str) -> str | None:
    """The name of an event with its article: `the Rotterdam Pay Forum`; or None."""
    if not _usable(detail):
        return None
    found = _EVENT.search(detail)
    if not found:
        return None
    name = re.sub(r"^(?:(?:Attended|Scanned|Visited|Badge|Scan|At|The|Met|Stand|Booth) )+", "", found.group())
    return None if has_orders(name) or not is_clean(name, 60) or len(name.split()) < 2 else f"the {name}"


def find_meeting(detail: str, speech: Speech) -> str | None:
    """The kind of meeting, out of the playbook's own list: `discovery call`; or None."""
    return next((kind for kind in speech.meetings if holds_any(detail, (kind,))), None)


def times_agree(detail: str, moment: datetime) -> bool:
    """Whether the clock times that a detail names, if any, include this moment's own (on 24 or 12 hours)."""
    named = {(int(hour) % 12, int(minute)) for hour, minute in re.findall(r"\b(\d{1,2})[:.](\d\d)\b", detail)}
    return not named or (moment.hour % 12, moment.minute) in named
