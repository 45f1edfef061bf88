"""Words and their frozen vectors.

A text becomes lower-case words and a few punctuation marks; each word has the mean of its pieces' rows in
the static table that ships inside the ``wordllama`` wheel (256 numbers a row). The package itself is never
imported: the table is mapped from its file and the pieces are found by a byte-pair merge over the
tokenizer's own vocabulary.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DIMENSION = 256
MARKS = "?!.,$%"
_WORD = re.compile(r"[^\W\d_]+(?:'t(?![^\W\d_]))?|'[a-z]+|\d+|[?!.,$%]")
_PLAIN = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00a0": " ", "\u2026": "."})


def split_words(text: str) -> list[str]:
    """Lower-case words, numbers and the marks ``? ! . , $ %``, in order.

    >>> split_words("What's the head-count, 35?")
    ['what', "'s", 'the', 'head', 'count', ',', '35', '?']
    """
    return _WORD.findall(text.lower().translate(_PLAIN))


CLAUSE = 24


NUMERALS = frozenset((
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty",
    "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million", "half",
    "dozen", "couple",
))  # fmt: skip


def split_clauses(words: Sequence[str]) -> list[list[str]]:
    """``words`` in runs of at most 24, broken after a sentence mark where one stands in the latter half.

    >>> [len(run) for run in split_clauses(["a"] * 20 + ["?"] + ["b"] * 10)]
    [21, 10]
    """
    runs: list[list[str]] = []
    rest = list(words)
    while len(rest) > CLAUSE:
        at = CLAUSE
        for i in range(CLAUSE - 1, CLAUSE // 2 - 1, -1):
            if rest[i] in ".?!":
                at = i + 1
                break
        runs.append(rest[:at])
        rest = rest[at:]
    return [*runs, rest] if rest or not runs else runs


def find_table() -> Path:
    """The folder of the installed ``wordllama``, found without importing it.

    Raises ``FileNotFoundError`` when the package is absent.
    """
    spec = importlib.util.find_spec("wordllama")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("wordllama: not installed; the audit's model needs its static table")
    return Path(spec.origin).parent


LONGEST = 100
"""Characters of a word that are read: nobody says a longer one, and merging takes their square."""


class Pieces:
    """Byte-pair merging of single words by the tokenizer's vocabulary.

    In this vocabulary the merge that comes first is the one whose result has the lowest row, so its list of
    merges need not be read.
    """

    def __init__(self, path: Path) -> None:
        self._ids: dict[str, int] = json.loads(path.read_text("utf-8"))["model"]["vocab"]

    def ids(self, word: str) -> list[int]:
        """The vocabulary rows of ``word``, at least one; of a longer one than LONGEST its beginning's."""
        parts = ["\u2581", *word[:LONGEST]]
        far = len(self._ids)
        while len(parts) > 1:
            ranks = [self._ids.get(left + right, far) for left, right in pairwise(parts)]
            best = min(ranks)
            if best == far:
                break
            at = ranks.index(best)
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        found: list[int] = []
        for part in parts:
            row = self._ids.get(part)
            if row is not None:
                found.append(row)
            else:
                found.extend(self._ids.get(f"<0x{byte:02X}>", 0) for byte in part.encode("utf-8"))
        return found


class Lexicon:
    """Rows for words, made when first seen and kept.

    ``vectors`` is float32 ``[rows, 256]``, each row of length 1; row 0 is the empty word and all zero.
    A word's vector depends on the word alone, so what was seen before changes no score.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or find_table()
        self._pieces = Pieces(folder / "tokenizers" / "l2_supercat_tokenizer_config.json")
        path = folder / "weights" / "l2_supercat_256.safetensors"
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            head = json.loads(file.read(size))["embedding.weight"]
        if head["dtype"] != "F16" or head["shape"][1] != DIMENSION:
            raise ValueError(f"{path}: not the table this model was trained on")
        start = 8 + size + head["data_offsets"][0]
        self._table = np.memmap(path, dtype="<f2", mode="r", offset=start, shape=tuple(head["shape"]))
        self._rows: dict[str, int] = {"": 0}
        self.words: list[str] = [""]
        self.vectors: NDArray[np.float32] = np.zeros((1024, DIMENSION), np.float32)

    def fingerprint(self) -> str:
        """16 hex digits that change when the table changes (every 97th row is read)."""
        return hashlib.sha256(np.ascontiguousarray(self._table[::97]).tobytes()).hexdigest()[:16]

    def row(self, word: str) -> int:
        """The row of ``word`` in ``vectors``."""
        found = self._rows.get(word)
        if found is None:
            found = len(self.words)
            if found == len(self.vectors):
                self.vectors = np.concatenate([self.vectors, np.zeros_like(self.vectors)])
            mean = self._table[self._pieces.ids(word)].astype(np.float32).mean(axis=0)
            norm = np.float32(np.sqrt(np.dot(mean, mean)))
            self.vectors[found] = mean / max(norm, np.float32(1e-6))
            self.words.append(word)
            self._rows[word] = found
        return found

    def forget(self) -> None:
        """Drop every remembered word, which bounds memory over many calls."""
        self._rows = {"": 0}
        self.words = [""]
        self.vectors = np.zeros((1024, DIMENSION), np.float32)

    def rows(self, words: Sequence[str]) -> list[int]:
        """The rows of ``words``, in order."""
        known = self._rows.get
        found = [known(word, -1) for word in words]
        if -1 in found:
            found = [self.row(word) for word in words]
        return found
