"""TOML: plain JSON out, each key with its line, faults with file and line."""

from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from precall_cli.errors import BadInput
from precall_cli.records.toml_text import parse_toml

SAMPLE = '''# a comment with = and [brackets]
title = "x # no comment"   # one
"quoted key" = 'a = b'

[table]            # header
list = [
  "a",             # inside
  "]",
]
text = """
[not.a.table]
key = 1
"""
a.b = 1
inline = { x = 1, y = [2, 3] }

[[rows]]
n = 1
[[rows.cells]]
c = 1
[[rows]]
n = 2
[[rows.cells]]
c = 2
[[rows.cells]]
c = 3
'''


def test_every_key_has_its_line() -> None:
    document = parse_toml(SAMPLE, "sample.toml")
    assert document.value == tomllib.loads(SAMPLE)
    assert document.lines == {
        "/title": 2,
        "/quoted key": 3,
        "/table": 5,
        "/table/list": 6,
        "/table/text": 10,
        "/table/a": 14,
        "/table/a/b": 14,
        "/table/inline": 15,
        "/rows/0": 17,
        "/rows/0/n": 18,
        "/rows/0/cells/0": 19,
        "/rows/0/cells/0/c": 20,
        "/rows/1": 21,
        "/rows/1/n": 22,
        "/rows/1/cells/0": 23,
        "/rows/1/cells/0/c": 24,
        "/rows/1/cells/1": 25,
        "/rows/1/cells/1/c": 26,
    }
    assert document.place("/table/inline/y/1") == "sample.toml:15"
    assert document.place("/nowhere") == "sample.toml"


words = st.text(st.characters(categories=("L", "N"), include_characters="_-[]{}#='\"\\ \t"), max_size=12)
values = words.map(lambda text: (json.dumps(text, ensure_ascii=False), 1)) | st.lists(words, max_size=3).map(
    lambda texts: (
        "[\n" + "".join(f"  {json.dumps(t, ensure_ascii=False)}, # x ] [\n" for t in texts) + "]",
        len(texts) + 2,
    )
)


@settings(deadline=None)
@given(st.lists(st.tuples(words, values, st.booleans()), max_size=8))
def test_lines_of_made_documents(entries: list[tuple[str, tuple[str, int], bool]]) -> None:
    text, line, expected = "", 1, {}
    for number, (key, (value, height), blank) in enumerate(entries):
        name = f"{number}{key}"
        text += "# [note] = 'x'\n\n" * blank + f"{json.dumps(name, ensure_ascii=False)} = {value} # end\n"
        line += 2 * blank
        expected["/" + name.replace("~", "~0").replace("/", "~1")] = line
        line += height
    assert parse_toml(text, "x").lines == expected


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode()))
def test_any_bytes_give_a_document_or_one_clear_error(data: bytes) -> None:
    try:
        document = parse_toml(data, "x.toml")
    except BadInput as error:
        assert error.place.startswith("x.toml")
        assert error.problem
    else:
        json.dumps(document.value, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("a = 1\nb = \n", "x.toml:2:5", "is not TOML"),
        ("a = 1\na = 2\n", "x.toml:2:6", "is not TOML"),
        ("a = 1\nb = [1,\n", "x.toml: at its end", "is not TOML"),
        ("a = 1\n[t]\nb = nan\n", "x.toml:3: /t/b", "finite"),
        ("a = 99999999999999999999\n", "x.toml:1: /a", "at most"),
        ("a = " + "[" * 5000 + "]" * 5000, "x.toml", "nested"),
    ],
)
def test_faults_name_file_and_line(text: str, place: str, problem: str) -> None:
    with pytest.raises(BadInput, match=problem) as caught:
        parse_toml(text, "x.toml")
    assert caught.value.place == place


def test_dates_and_times_become_text() -> None:
    text = "d = 2026-11-22\nt = 2026-11-22T10:00:00Z\n"
    assert parse_toml(text, "x").value == {"d": "2026-11-22", "t": "2026-11-22T10:00:00+00:00"}
