"""What of a brief may be spoken: names, short phrases and values, and nothing that reads like an order.

A brief is written by others. Its text reaches a spoken line only through the functions here, which
let a short, clean phrase through or nothing at all; nothing is mended into something speakable.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_NAME = re.compile(r"[^\W\d_][\w'’.\-]*(?: [\w'’.\-]+){0,4}")
_ORGANISATION = re.compile(r"[\w][\w'’.,&+\-]*(?: (?:&|\+|[\w][\w'’.,&+\-]*)){0,6}")
_PHRASE = re.compile(r"[^\W\d_][\w'’\-]*(?: [^\W\d_][\w'’\-]*){0,4}")
_VALUE = re.compile(r"[\w£$€¥][\w'’%.,£$€¥\-/]*(?: [\w£$€¥&][\w'’%.,£$€¥\-/]*){0,7}")

_ORDERS = frozenset({
    "ignore", "disregard", "override", "forget", "bypass", "pretend", "obey", "execute", "delete",
    "erase", "reveal", "disclose", "instruct", "instruction", "instructions", "prompt", "prompts",
    "system", "assistant", "developer", "jailbreak", "password", "passwords", "token", "admin", "root",
    "sudo", "script", "http", "https", "www", "eval", "exec", "null", "undefined", "true", "false",
    "say", "tell", "repeat", "speak", "act", "behave", "respond", "reply", "output", "print", "write",
    "answer", "comply", "follow", "obeying", "must", "shall", "never", "always", "stop", "do", "don't",
    "dont", "not", "no", "your", "you", "yourself", "yours", "i", "me", "my", "we", "us", "our", "dnc",
    "human", "robot", "ai", "bot", "chatbot", "model", "llm", "guarantee", "guaranteed", "free",
    "refund", "discount", "lawsuit", "police",
})  # fmt: skip
"""Words that no name, topic or value needs, and that an order or a false promise would."""

_ORDER_STEMS = ("ignor", "disregard", "instruct", "overrid", "overrul", "pretend", "jailbreak", "disobey")
"""Beginnings of words that only an order has."""

_ORDER_SHAPES = re.compile(
    r"\bignor(?:e|ing)\b|disregard|instructions?\b|\bprompt\b|jailbreak|\bpretend\b|\boverride\b|\bas an ai\b"
    r"|\b(?:system|assistant|user)\s*[:>]|\byou (?:are|must|should|will)\b"
    r"|do not (?:disclose|mention|say|tell)|https?:|www\.|</|\]\]|\{\{|```|<\w",
    re.IGNORECASE,
)


def clean(text: str, limit: int) -> str:
    """The text on one line, without control, format and private characters, at most `limit` characters."""
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or not _hidden(c))
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _hidden(char: str) -> bool:
    return unicodedata.category(char)[0] == "C" or unicodedata.category(char) in ("Zl", "Zp")


def is_clean(text: str, limit: int) -> bool:
    """Whether the text is on one line, short, and free of hidden characters."""
    return 0 < len(text) <= limit and text == clean(text, limit)


def reads_like_order(text: str) -> bool:
    """Whether a text looks like instructions, markup or a link rather than a fact."""
    return bool(_ORDER_SHAPES.search(text))


def has_orders(text: str) -> bool:
    """Whether a phrase holds a word that no plain name, topic or value needs."""
    words = re.findall(r"[\w'’]+", text.lower().replace("’", "'"))
    return any(word in _ORDERS or word.startswith(_ORDER_STEMS) for word in words)


def person(text: str | None) -> str | None:
    """A person's name as it stands, if it is one: one to five words, no digits, at most 48 characters."""
    if text is None or not is_clean(text, 48) or not _NAME.fullmatch(text) or re.search(r"[\d_]", text):
        return None
    return None if has_orders(text) or text.islower() else text


def organisation(text: str | None, legal_forms: Iterable[str] = ()) -> str | None:
    """An organisation's name without its legal form, if it is one: at most seven words, 60 characters."""
    if text is None or not is_clean(text, 60) or not _ORGANISATION.fullmatch(text):
        return None
    orders = has_orders(text) or reads_like_order(text) or not re.search(r"[^\W_]", text)
    if orders:
        return None
    words, forms = text.split(" "), {form.rstrip(".").casefold() for form in legal_forms}
    while len(words) > 1 and words[-1].strip(".,").casefold() in forms:
        words.pop()
    return " ".join(words).rstrip(".,")


def phrase(text: str | None) -> str | None:
    """A noun phrase as it stands, if it is one: one to five words of letters, at most 40 characters."""
    if text is None or not is_clean(text, 40) or not _PHRASE.fullmatch(text) or "_" in text:
        return None
    return None if has_orders(text) else text


def value(text: str) -> str | None:
    """A value that may be read back, if it is short and plain: at most eight words and 60 characters."""
    if not is_clean(text, 60) or not _VALUE.fullmatch(text) or "_" in text:
        return None
    return None if has_orders(text) else text


def words_of(text: str) -> set[str]:
    """The words of a text in lower case: letters and digits, split at anything else."""
    return set(_WORD.findall(text.casefold()))


def holds_any(text: str, wanted: Iterable[str]) -> bool:
    """Whether a text holds one of these words or phrases as whole words, in any case."""
    flat = _flat(text)
    return any(_flat_word(word) in flat for word in wanted)


@lru_cache(maxsize=4096)
def _flat_word(word: str) -> str:
    """The same for a word of the playbook, of which there are few."""
    return _flat(word)


def _flat(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def sentence(text: str) -> str:
    """The text with a capital after its beginning and after each full stop, question or exclamation mark."""
    return re.sub(
        r"(^|(?<!\bDr)(?<!\bMr)(?<!\bSt)[.!?] )([^\W\d_])", lambda m: m.group(1) + m.group(2).upper(), text
    )


def address(
    full: str | None,
    *,
    titles: Iterable[str],
    honorifics: Iterable[str],
    family_first: bool,
    email: str | None,
) -> str | None:
    """How a person is greeted: `Dana`, `Dr. Feldstein`, `Wei Ling`, or the full name; None if unsayable."""
    name = person(full)
    if name is None:
        return None
    words = name.split(" ")
    left_out = {h.rstrip(".").casefold() for h in honorifics}
    titled = {t.rstrip(".").casefold(): t for t in titles}
    title = None
    while len(words) > 1 and words[0].rstrip(".").casefold() in left_out | set(titled):
        title = titled.get(words[0].rstrip(".").casefold(), title)
        words = words[1:]
    if title:
        return f"{title} {' '.join(words[1:] if len(words) > 1 else words)}"
    if family_first and len(words) > 1:
        return _given_by_email(words, email) or " ".join(words)
    return words[0] if len(words[0].rstrip(".")) > 1 else " ".join(words)


def _given_by_email(words: list[str], email: str | None) -> str | None:
    """The part of a name that the person's own e-mail address is made of: `weiling@…` → `Wei Ling`."""
    local = (email or "").split("@")[0].casefold()
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            if end - start < len(words) and "".join(words[start:end]).casefold() == local:
                return " ".join(words[start:end])
    return None
