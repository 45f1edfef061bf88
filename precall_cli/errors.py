"""What can go wrong, in the few kinds that a user can tell apart by the exit code.

Every error says four things: the place (file and the spot in it), the problem, how to mend it,
and the exit code. Nothing below the command line prints; it raises one of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class PrecallError(Exception):
    """Base of all errors that a user may see; never raised itself."""

    exit_code: ClassVar[int] = 2

    def __init__(self, problem: str, *, place: str = "", hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        head = f"{self.place}: {self.problem}" if self.place else self.problem
        return f"{head}\n  {self.hint}" if self.hint else head


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document: where (a JSON Pointer or a key path), what, and the mend."""

    pointer: str
    problem: str
    mend: str = ""


class BadInput(PrecallError):
    """A file, a value or a flag cannot be used. Exit code 2; nothing was written.

    `problems` holds every fault that was found in the document, in its order.
    """

    exit_code = 2

    def __init__(
        self, problem: str, *, place: str = "", hint: str = "", problems: tuple[Problem, ...] = ()
    ) -> None:
        super().__init__(problem, place=place, hint=hint)
        self.problems = problems


class NothingCollected(PrecallError):
    """No brief, pair or fixture was found to work on. Exit code 3."""

    exit_code = 3


class IntegrityError(PrecallError):
    """The seal or the store does not verify. Exit code 4."""

    exit_code = 4


class Unavailable(PrecallError):
    """A service or the database could not be reached or used. Exit code 5."""

    exit_code = 5
