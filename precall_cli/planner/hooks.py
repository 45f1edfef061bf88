"""What a trigger was about, in words that may be spoken; or nothing.

A trigger's detail is free text by others. Two ways lead from it into a sentence: a short noun phrase
behind a word like "about", which must pass `speech.phrase`, or a keyword that selects a phrase of the
playbook. A detail that reads like an order gives nothing at all.
"""

from __future__ import annotations

import re

from precall_cli.planner.playbook import RequestHook, Speech
from precall_cli.planner.speech import has_orders, holds_any, is_clean, phrase, reads_like_order

MAX_DETAIL = 240
"""A detail longer than this is no form label; nothing is taken out of it."""

_NP = r"(?P<np>[^\W\d_][\w'’\-]*(?: [^\W\d_][\w'’\-]*){0,3}?)"
_END = r"(?=[.,;:!?'\"’)]|$| (?:for|and|with|who|that|which|at|in|on|to|from|by|when|because|work|works|is|are)\b)"
_ARTICLE = r"(?:(?:the|a|an|our|your|some|any|more) )?"
_ABOUT = re.compile(
    rf"\b(?:asks?|asked|asking|enquired|inquired|question|interested|enquiry|inquiry|wants to (?:hear|know|learn)|"
    rf"curious|talked|chatted|spoke)(?: us)?(?: (?:more|a question))? (?:about|on|in|regarding) {_ARTICLE}{_NP}{_END}"
    rf"|\bwants? to see how {_ARTICLE}(?P<np2>[^\W\d_][\w'’\-]*(?: [^\W\d_][\w'’\-]*){{0,3}}?) works?\b"
    rf"|\b(?:needs?|looking for|interest in) {_ARTICLE}(?P<np3>[^\W\d_][\w'’\-]*(?: [^\W\d_][\w'’\-]*){{0,2}}?){_END}",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(
    rf"\b(?P<verb>requested|downloaded|asked for|opened) {_ARTICLE}"
    r"(?P<np>(?:[^\W\d_][\w'’\-]* ){0,3}(?:guide|checklist|brochure|report|case study|white ?paper|template|price list))\b",
    re.IGNORECASE,
)
_HELP = re.compile(
    rf"\b(?:asked for|needs?|wants) help (?P<np>(?:with )?[^\W\d_][\w'’\-]*(?: [^\W\d_][\w'’\-]*){{0,2}}?){_END}",
    re.I,
)
_MASS = frozenset(
    "software pricing routing scheduling reporting data security telephony hardware support training equipment "
    "integration compliance automation analytics coverage storage billing payroll onboarding".split()
)
_EVENT = re.compile(
    r"(?:[A-Z][\w'’\-]* ){1,5}(?:Expo|Forum|Fair|Summit|Conference|Congress|Show|Day|Days|Week|Convention|Exhibition|Meetup)\b"
)


def _usable(detail: str) -> bool:
    return is_clean(detail, MAX_DETAIL) and not reads_like_order(detail)


def find_request(detail: str, hooks: dict[str, RequestHook]) -> str | None:
    """What the contact did on our site, to follow "you": `asked about route boards`; or None."""
    if not _usable(detail):
        return None
    document = _DOCUMENT.search(detail)
    if document and (said := phrase(document.group("np").lower())):
        verb = {"asked for": "asked for", "opened": "opened"}.get(document.group("verb").lower())
        return f"{verb or document.group('verb').lower()} our {said}"
    wanted = _HELP.search(detail)
    if wanted and (said := phrase(wanted.group("np").lower())) and said.split()[0] != "with":
        return f"asked for help {said}" if said.split()[0].endswith("ing") else f"asked for help with {said}"
    for about in _ABOUT.finditer(detail):
        said = phrase(about.group("np") or about.group("np2") or about.group("np3"))
        if said and _stands_alone(said):
            return f"asked about {said if said != said.title() else said.lower()}"
    for hook in hooks.values():
        if holds_any(detail, hook.words):
            return hook.request
    return None


def _stands_alone(said: str) -> bool:
    """Whether a noun phrase needs no article: a plural, a gerund or a mass noun."""
    last = said.split()[-1].lower()
    return (
        last in _MASS
        or last.endswith("ing")
        or (last.endswith("s") and not last.endswith(("ss", "us", "is")))
    )


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
