"""Strict on the way in, canonical on the way out."""

from __future__ import annotations

import json
import math
import unicodedata

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from precall_cli.errors import BadInput
from precall_cli.records.json_text import (
    canonical_bytes,
    digest,
    escape_token,
    parse_json,
    readable_json,
    resolve_pointer,
)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_what_is_written_reads_back_the_same(value: object) -> None:
    again = parse_json(canonical_bytes(value), "x")
    assert canonical_bytes(again) == canonical_bytes(value)


@given(values)
@example({"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3})
@example([1.0, -0.0, 1e-4, 9.9e-5, 1e-7, 1e15, 1e16, 123456789012345.6, 1e21, 5e-324, 0.1, 2.0**53])
@example(['\x7f\x00\x1f\u2028/\\"', (1, 2), True, None, ""])
def test_the_quick_way_to_write_canonical_json_is_the_reference(value: object) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=5), st.integers(0, 9), min_size=2
    )
)
def test_the_order_of_keys_does_not_change_a_digest(value: dict[str, int]) -> None:
    assert digest(value) == digest(dict(reversed(value.items())))


@given(values)
def test_every_leaf_has_a_pointer_that_finds_it(value: object) -> None:
    stack: list[tuple[object, str]] = [(value, "")]
    while stack:
        node, pointer = stack.pop()
        assert resolve_pointer(value, pointer) is node
        if isinstance(node, dict):
            stack += [(child, f"{pointer}/{escape_token(key)}") for key, child in node.items()]
        elif isinstance(node, list):
            stack += [(child, f"{pointer}/{index}") for index, child in enumerate(node)]


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_one_clear_error(data: bytes) -> None:
    try:
        parse_json(data, "x.json")
    except BadInput as error:
        assert "x.json" in str(error)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('{"dnc": true, "dnc": false}', "'dnc' stands twice"),
        ("[NaN]", "NaN is not a JSON number"),
        ("[1e999]", "out of range"),
        ("[" + "9" * 5000 + "]", "5,000 digits"),
        ("[" * 100_000 + "]" * 100_000, "nested deeper"),
        ("[" * 80 + "]" * 80, "nested deeper"),
        ('["\\ud800"]', "lone surrogate"),
        ('{"a": [1, {"b": "\\udfff"}]}', "/a/1/b"),
        ("", "is empty"),
        ('{"a": 1,}', "x.json:1:"),
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(text: str, part: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_json(text, "x.json")
    assert part in str(caught.value)


def test_a_byte_order_mark_is_accepted_and_other_encodings_are_named() -> None:
    assert parse_json(b"\xef\xbb\xbf[1]", "x") == [1]
    with pytest.raises(BadInput, match="UTF-16"):
        parse_json("[1]".encode("utf-16"), "x")
    with pytest.raises(BadInput, match="offset 2"):
        parse_json(b'["\xff"]', "x")


def test_the_size_limit_comes_before_parsing() -> None:
    with pytest.raises(BadInput, match="over the limit of 10"):
        parse_json(b"[" + b"1," * 10 + b"1]", "x", max_bytes=10)


@pytest.mark.parametrize("pointer", ["/a/01", "/a/-1", "/a/2", "a", "/b", "/a/x", "/a/" + "9" * 400])
def test_a_pointer_to_nothing_is_a_key_error(pointer: str) -> None:
    with pytest.raises(KeyError):
        resolve_pointer({"a": [1, 2]}, pointer)


def test_an_integer_that_no_double_holds_has_no_canonical_form() -> None:
    assert canonical_bytes([2**53, 10**16]) == b"[9007199254740992,10000000000000000]"
    with pytest.raises(BadInput, match="Write it as a string"):
        canonical_bytes({"id": 2**53 + 1})


@given(st.text())
def test_readable_json_is_inert_and_the_same_value(text: str) -> None:
    shown = readable_json({"text": text.encode("utf-8", "replace").decode()})
    assert json.loads(shown)["text"] == text.encode("utf-8", "replace").decode()
    assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") for c in shown)
    assert not set(shown) & set("\u202e\u2066\u200f\u061c\u200b")


def test_canonical_numbers_follow_rfc_8785() -> None:
    assert canonical_bytes([1.0, 1e21, 0.1, -0.0]) == b"[1,1e+21,0.1,0]"
    assert not math.isnan(json.loads(canonical_bytes([5e-324]))[0])


@pytest.mark.parametrize(
    ("text", "place", "problem", "mend"),
    [
        ('{"a": 1,\n "b": }', "b.json:2:7", "expected a value, found '}'", "Write what is missing"),
        ('{"a": [1,\n2,]}', "b.json:2:", "found ']'", "Delete the comma"),
        ('{"turns": [}', "b.json:1:12", "found '}'", "open what it closes"),
        ('{"a": 1,', "b.json:1:9", "found the end", "cut off"),
        ("{'a': 1}", "b.json:1:2", "expected a key in double quotes", "double quotes"),
        ('{"a": 1 "b": 2}', "b.json:1:9", "expected a comma or the end", ""),
        ('{"a" 1}', "b.json:1:6", "expected a colon, found '1'", ""),
        ('{"a": None}', "b.json:1:7", "found 'N'", "null"),
        ('{"a": yes}', "b.json:1:7", "found 'y'", "double quotes"),
        ('{"a": "x}', "b.json:1:7", "never ends", "double quote"),
        ('{"a": "\\q"}', "b.json:1:", "escapes nothing", "as two"),
        ('{"a": "b\nc"}', "b.json:1:9", "control character", "\\n"),
        ("{}\n{}", "b.json:2:1", "more follows", ".jsonl"),
        ("// note\n{}", "b.json:1:1", "found '/'", "no comments"),
        ("<html>", "b.json:1:1", "found '<'", "HTML"),
        (" \n", "b.json:", "is empty", "one JSON document"),
    ],
)
def test_what_is_not_json_is_named_with_its_place_and_a_mend(
    text: str, place: str, problem: str, mend: str
) -> None:
    with pytest.raises(BadInput) as caught:
        parse_json(text, "b.json")
    assert str(caught.value.place).startswith(place)
    assert problem in caught.value.problem
    assert mend in (caught.value.hint or "")


@given(st.text(max_size=40))
def test_any_text_reads_or_is_refused_in_words(text: str) -> None:
    try:
        parse_json(text, "x")
    except BadInput as refused:
        assert refused.problem
