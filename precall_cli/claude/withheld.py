"""What is to be kept back: recognised in any text by the words that tell it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from precall_cli.claude.words import common_stems, content_stems, numbers_of, stem, words_of
from precall_cli.records.json_text import Json, resolve_pointer
from precall_cli.records.plan import CallPlan, Withheld

_SHARE = 0.6
"""Part of a secret's words from which a text is taken to tell it."""


@dataclass(frozen=True, slots=True)
class Secret:
    """One thing that is kept back."""

    item: str
    """Id of the item that keeps it back."""
    tellings: tuple[frozenset[str], ...]
    """The words of each way in which it is written down."""

    def told_by(self, text: str) -> bool:
        """Whether a text tells it: most words of one of its tellings stand there."""
        said = frozenset(stem(word) for word in words_of(text)) | numbers_of(text)
        return any(len(words & said) >= _SHARE * len(words) for words in self.tellings)


@dataclass(frozen=True, slots=True)
class KeptBack:
    """All that is kept back in one brief."""

    secrets: tuple[Secret, ...]
    pointers: frozenset[str]
    """Where in the brief it stands."""

    def teller(self, text: str) -> str | None:
        """Id of the item whose secret a text tells; None when it tells none."""
        return next((secret.item for secret in self.secrets if secret.told_by(text)), None)


def find_kept_back(frame: CallPlan, document: Json) -> KeptBack:
    """What the frame keeps back, and what the brief itself marks as told in confidence."""
    secrets: list[Secret] = []
    pointers: set[str] = set()
    withheld = frame.coordination.do_not_mention if frame.coordination else ()
    for item in withheld:
        tellings = tuple(dict.fromkeys(_tellings(item, document)))
        secrets.append(Secret(item.id, tellings))
        pointers.update(item.because)
    for pointer, fact in _confidential(document, ""):
        pointers.add(pointer)
        said = _words(f"{fact.get('topic', '')} {fact.get('value', '')}")
        if said:
            secrets.append(Secret("a fact told in confidence", (said,)))
    return KeptBack(tuple(secrets), frozenset(pointers))


def _tellings(item: Withheld, document: Json) -> Iterator[frozenset[str]]:
    _, colon, behind = item.text.partition(": ")
    for text in (behind if colon else item.text, *item.cues):
        if words := _words(text):
            yield words
    for pointer in item.because:
        try:
            value = resolve_pointer(document, pointer)
        except KeyError:
            continue
        if isinstance(value, dict) and (words := _words(str(value.get("value", "")))):
            yield words


def _words(text: str) -> frozenset[str]:
    """What a telling is recognised by; where it has only common words, all of them."""
    found = content_stems(text) | numbers_of(text)
    return found or frozenset(stem(word) for word in words_of(text) if word not in ("a", "the", "to", "of"))


def _confidential(node: Json, pointer: str) -> Iterator[tuple[str, dict[str, Json]]]:
    if isinstance(node, dict):
        if node.get("confidential") is True:
            yield pointer, node
            return
        for key, child in node.items():
            yield from _confidential(child, f"{pointer}/{key}")
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _confidential(child, f"{pointer}/{index}")


def own_words(kept: KeptBack) -> frozenset[str]:
    """Stems that stand in secrets and are no common words."""
    return (
        frozenset(word for secret in kept.secrets for telling in secret.tellings for word in telling)
        - common_stems()
    )
