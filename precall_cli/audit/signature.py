"""Everything that can change a verdict, in one line.

It is derived from the objects that decide: the version of the package and of the engine, the matcher's
digest, the digest
of the fusion file (layers and thresholds alike) and the whole of the policy's judging section. A field
added to any of
them changes the signature by itself; there is no list to keep.
"""

from __future__ import annotations

from precall_cli import __version__
from precall_cli.audit.fusion import Fusion
from precall_cli.audit.match import Matcher
from precall_cli.records.instructions import ToldInstructions
from precall_cli.records.json_text import digest
from precall_cli.records.policy import Judging

ENGINE = 3
"""Raised whenever the code of the engine can give another status for the same call."""


def signature(
    matcher: Matcher, fusion: Fusion, judging: Judging, told: ToldInstructions | None = None, judge: str = ""
) -> str:
    """The signature of an audit under these settings, with the digest of what the agent was told, if kept.

    `judge` is the label of the model that settled what was undecided, where one was asked.
    """
    parts = {
        "precall": __version__,
        "engine": ENGINE,
        "matcher": matcher.digest,
        "fusion": fusion.digest,
        "policy": digest(judging.model_dump(mode="json")),
    }
    if told is not None:
        parts["told"] = told.digest_
    short = {key: _short(value) for key, value in parts.items()}
    if judge:
        short["judge"] = judge  # in full: model, version of the prompt and runs
    return " ".join(f"{key}:{value}" for key, value in short.items())


def _short(value: object) -> str:
    return str(value).removeprefix("sha256:")[:16]
