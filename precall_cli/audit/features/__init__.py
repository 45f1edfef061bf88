"""The features of every learned decision, each by name, a module for each subject; nothing is decided here.

A function gives features for one item against some turns; `training/fusion.py` learns from the very same.
"""

from __future__ import annotations

from precall_cli.audit.features.after_stop import going
from precall_cli.audit.features.bare import plain
from precall_cli.audit.features.objections import BRAGS, handles, objects
from precall_cli.audit.features.questions import answers, asks
from precall_cli.audit.features.rungs import offers
from precall_cli.audit.features.stops import stop_heard, triggers
from precall_cli.audit.features.words_due import PARTS, discloses, mentions, opens

__all__ = [
    "BRAGS",
    "PARTS",
    "answers",
    "asks",
    "discloses",
    "going",
    "handles",
    "mentions",
    "objects",
    "offers",
    "opens",
    "plain",
    "stop_heard",
    "triggers",
]
