"""Whatever stands in a file: briefs that can be used, or values that say why not, or one clear error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crm_exports import apollo, export, hubspot, run, salesforce
from hypothesis import example, given, settings
from hypothesis import strategies as st

from precall_cli.crm import Built, Export
from precall_cli.crm.sources import SOURCES
from precall_cli.errors import BadInput
from precall_cli.records.brief import Brief

NAMES = tuple(source.NAME for source in SOURCES)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
INTEGERS = st.integers(-(10**38), 10**38)
ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), INTEGERS, FLOATS, st.text()),
    lambda each: st.one_of(
        st.lists(each, max_size=4), st.dictionaries(st.text(max_size=8), each, max_size=4)
    ),
    max_leaves=12,
)
WHOLE = {
    "hubspot": hubspot(phone="1", hs_timezone="x", associatedcompanyid="7", hubspot_owner_id="1"),
    "salesforce": salesforce(Phone="1", DoNotCall=False, OwnerId="5", Title="x"),
    "apollo": apollo(phone_numbers=[{"raw_number": "1", "dnc_status": "x"}], time_zone="x", seniority="x"),
}


def is_sound(built: Built) -> None:
    for brief in built.briefs:
        assert Brief.from_document(brief.document(), "made") == brief
        assert json.loads(json.dumps(brief.document())) == brief.document()
    for left in built.left_out:
        assert left.detail
        assert left.place


@settings(max_examples=80, deadline=None)
@given(ANY, st.sampled_from(NAMES), st.booleans())
def test_any_value(value: Any, source: str, merge: bool) -> None:
    is_sound(run(Export("any.json", json.dumps(value).encode()), sources=(source,), merge=merge))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for key, child in steps for inner in places(child, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_a_good_record_with_anything_in_one_place(source: str, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(places(WHOLE[source])))
    value = replaced(WHOLE[source], path, data.draw(ANY))
    built = run(export("any.json", [value]), sources=(source,))
    is_sound(built)
    if path and path[0] not in ("id", "Id", "properties", "attributes", "archived", "person"):
        assert built.briefs or built.left_out
    for brief in built.briefs:
        assert brief.dnc.listed is not False or source == "salesforce"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["x.json", "x.csv", "x.jsonl", "x"]), st.sampled_from(NAMES))
@example(b"\xff\xfe", "x.csv", "hubspot")
@example(b"", "x", "apollo")
def test_any_bytes(data: bytes, name: str, source: str) -> None:
    try:
        is_sound(run(Export(name, data), sources=(source,)))
    except BadInput as error:
        assert error.place.startswith(name)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text(max_size=6), max_size=6), max_size=5), st.sampled_from(SOURCES))
def test_any_list(rows: list[list[str]], source: Any) -> None:
    import csv
    import io

    labels = list(source.COLUMNS)[: len(rows[0]) if rows else 2] or ["a", "b"]
    text = io.StringIO()
    csv.writer(text).writerows([labels, *rows])
    try:
        is_sound(run(export("x.csv", text.getvalue()), sources=(source.NAME,)))
    except BadInput as error:
        assert error.place.startswith("x.csv")


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "1", "id": "2"}',
        '{"id": NaN}',
        "[" * 100_000,
        '{"id": 1' + "0" * 5_000 + "}",
        '{"id": "\\ud800"}',
        '{"id": ',
    ],
)
def test_what_two_readers_could_read_differently_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        run(export("x.json", text), sources=("hubspot",))
    assert caught.value.place.startswith("x.json")


def test_long_texts_are_cut_and_said() -> None:
    built = run(export("x.json", hubspot(jobtitle="x" * 50_000)), sources=("hubspot",))
    assert len(built.briefs[0].contact.title or "") == 2_000
    assert any("2,000 are kept" in fault.problem for fault in built.faults)
