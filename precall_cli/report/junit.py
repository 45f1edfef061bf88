"""JUnit XML as the readers of builds take it: suites of tests, each passed, failed, skipped or in error.

Free of times, so that the same report is the same file. What an XML file cannot hold is replaced; what could
act on a terminal or on the runner that shows the file is an escape, as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from precall_cli.records.redaction import mask_contacts
from precall_cli.report.inert import inert, no_command

Came = Literal["passed", "failure", "skipped", "error"]
_COUNTED: tuple[tuple[Came, str], ...] = (
    ("failure", "failures"),
    ("error", "errors"),
    ("skipped", "skipped"),
)
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEGINS = re.compile(rb"\s*<\?xml[^>]{0,100}\?>\s*<testsuites name=\"precall ")


@dataclass(frozen=True, slots=True)
class Test:
    """One test and what came of it."""

    classname: str
    """What it is about; readers group by it."""
    name: str
    came: Came = "passed"
    type: str = ""
    """Of a failure or an error: its kind."""
    message: str = ""
    """Why it failed or was skipped, in one line."""
    details: str = ""
    """The same at length."""
    out: str = ""
    """What else there is to say of it."""


@dataclass(frozen=True, slots=True)
class Suite:
    """Tests that belong together."""

    name: str
    tests: tuple[Test, ...]
    properties: tuple[tuple[str, str], ...] = ()
    """Names and values of what holds for all of them."""
    out: str = ""
    """What is to be said of all of them."""


def render_junit(name: str, suites: Iterable[Suite]) -> bytes:
    """The file, in UTF-8; `name` tells which command of precall made it."""
    root = ElementTree.Element("testsuites", name=f"precall {name}")
    every: list[Test] = []
    for suite in suites:
        _suite(root, suite)
        every += suite.tests
    # The schema of Jenkins knows how many were skipped of a suite, and not of all of them.
    for key, number in _counts(every):
        if key != "skipped":
            root.set(key, number)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def is_junit(beginning: bytes) -> bool:
    """Whether a file that begins so is a report that was made here."""
    return _BEGINS.match(beginning) is not None


def _suite(root: ElementTree.Element, suite: Suite) -> None:
    element = ElementTree.SubElement(root, "testsuite", name=_plain(suite.name))
    for key, number in _counts(suite.tests):
        element.set(key, number)
    if suite.properties:
        properties = ElementTree.SubElement(element, "properties")
        for name, value in suite.properties:
            ElementTree.SubElement(properties, "property", name=name, value=_plain(value))
    for test in suite.tests:
        _test(element, test)
    _text(element, "system-out", suite.out)


def _test(suite: ElementTree.Element, test: Test) -> None:
    element = ElementTree.SubElement(
        suite, "testcase", classname=_plain(test.classname), name=_plain(test.name), time="0"
    )
    if test.came != "passed":
        result = ElementTree.SubElement(element, test.came, message=_masked(test.message))
        if test.type:
            result.set("type", _plain(test.type))
        if test.details:
            result.text = _masked(test.details)
    _text(element, "system-out", test.out)


def _counts(tests: Iterable[Test]) -> list[tuple[str, str]]:
    came = [test.came for test in tests]
    return [("tests", str(len(came))), *((key, str(came.count(kind))) for kind, key in _COUNTED)]


def _text(element: ElementTree.Element, name: str, text: str) -> None:
    if text:
        ElementTree.SubElement(element, name).text = _masked(text)


def _plain(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", no_command(inert(text)))


def _masked(text: str) -> str:
    """Words of a plan or call: a build shows them to many, and keeps them."""
    return _plain(mask_contacts(text))
