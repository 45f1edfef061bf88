"""JUnit XML as its readers take it: the schema of Jenkins, and counts that are what they count."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import junitparser
import pytest
import xmlschema

COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


@dataclass(frozen=True, slots=True)
class Read:
    """A report: its suites by name, and of each its tests by name."""

    root: Any
    suites: dict[str, dict[str, Any]]

    def results(self, suite: str) -> dict[str, str]:
        """What came of each test of a suite: `ok`, or the tags of its results."""
        return {
            name: " ".join(type(result).__name__.lower() for result in test.result) or "ok"
            for name, test in self.suites[suite].items()
        }


def read_junit(data: bytes) -> Read:
    """The report as junitparser reads it, once every number in it has been counted again."""
    root = ElementTree.fromstring(data)
    suites = root.findall("testsuite")
    for element in [root, *suites]:
        assert element.get("tests") == str(len(list(element.iter("testcase"))))
        for key, tag in COUNTED.items():
            if element is not root or key != "skipped":
                assert element.get(key) == str(len(list(element.iter(tag)))), (element.get("name"), key)
    for suite in suites:
        names = [(test.get("classname"), test.get("name")) for test in suite.iter("testcase")]
        assert len(set(names)) == len(names), names
    read = junitparser.JUnitXml.fromstring(data)
    return Read(read, {suite.name: {test.name: test for test in suite} for suite in read})


def check_schema(data: bytes) -> None:
    """Holds the report against the schema; skips, saying so, where there is no copy of it."""
    path = os.environ.get("PRECALL_JUNIT_SCHEMA", "")
    if not Path(path).is_file():
        pytest.skip("PRECALL_JUNIT_SCHEMA names no copy of junit-10.xsd; .ci/run fetches one")
    errors = xmlschema.XMLSchema10(path).iter_errors(io.BytesIO(data))
    assert [str(error.reason) for error in errors] == []
