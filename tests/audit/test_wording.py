"""Wordings: any case of a text, and none of the package's own can never be found."""

from __future__ import annotations

import gc
from importlib import import_module
from pkgutil import walk_packages

import pytest

import precall_cli.audit
from precall_cli.audit.wording import Wording


def test_a_text_is_read_in_any_case() -> None:
    wording = Wording(r"\bcall (?:me )?back\b", r"^later\W*$")
    assert wording.search("Please CALL Me Back.") and wording.search("Later!") and not wording.search("back")
    assert wording.match("Call back") and not wording.match("Do call back") and wording.fullmatch("CALL BACK")
    assert [found.group() for found in wording.finditer("Call back? Call me back!")] == [
        "call back",
        "call me back",
    ]
    assert wording.split("So CALL BACK Then") == ["so ", " then"]


def test_a_capital_letter_would_never_be_found() -> None:
    with pytest.raises(ValueError, match="capital"):
        Wording(r"\bAI\b").search("an AI")


def test_every_wording_of_the_audit_can_be_found() -> None:
    for module in walk_packages(precall_cli.audit.__path__, "precall_cli.audit."):
        import_module(module.name)
    every = [each for each in gc.get_objects() if isinstance(each, Wording)]
    assert len(every) > 100
    for wording in every:
        if wording.pattern != r"\bAI\b":  # the test's own
            wording.search("")
