"""What a source could not tell, in stable codes: each with the sentence that is shown for it."""

from __future__ import annotations

from types import MappingProxyType

GAPS = MappingProxyType(
    {
        "no_turns": "The file holds no speech: the call was not answered, or nothing was transcribed.",
        "no_times": "The format says nothing of when a turn was spoken; rules that need times abstain.",
        "no_end_times": "Only the start of each turn is known, not its end.",
        "no_start_times": "Only the end of each turn is known, not its start.",
        "some_times_missing": "Some turns have no time.",
        "whole_seconds": "Times are whole seconds: several turns may share one.",
        "bad_times": "Some times cannot be true (negative, past a day, ends before starts): left out.",
        "clock_start_assumed": "The start of the call is not told; zero is the second of its first words.",
        "out_of_order": "The rows did not stand in the order of the call and were sorted.",
        "no_sides": "Nothing says which speaker is the agent: name one with --agent-speaker.",
        "some_sides_unknown": "Some speech is from a speaker that no side is known for.",
        "merged_turns": "The source joins what may have been several turns of one speaker.",
        "redacted": "Personal data was removed from the text by the source.",
        "silence_marked": "Marks of silence or noise are system turns.",
        "pages_missing": "The file is one page of several.",
        "partial": "The call or its transcription was not finished when the file was written, or failed.",
        "partial_results_dropped": "Interim results were dropped; what never became final is missing.",
        "empty_turns": "Some turns held no words, or could not be transcribed, and were left out.",
        "truncated_text": "A turn that was cut off is given in full; the contact did not hear all of it.",
        "unknown_roles": "The file holds kinds of rows that precall does not know; they are system turns.",
        "long_turns_split": "A turn of more than 20,000 characters was split.",
        "fallback_text": "The detailed rows are missing; turns were read from the plain transcript text.",
        "likely_hallucinated": "Some segments were judged by the recogniser itself to hold no speech.",
    }
)
"""Code → sentence. `Transcript.gaps` holds codes of this table, in its order."""


def explain_gap(code: str) -> str:
    """The sentence for a code; the code itself when it is not of this version.

    >>> explain_gap("no_end_times")
    'Only the start of each turn is known, not its end.'
    """
    return GAPS.get(code, code)


def in_order(codes: set[str]) -> tuple[str, ...]:
    """The codes in the order of the table, so that the same gaps are always the same bytes."""
    return tuple(code for code in GAPS if code in codes)
