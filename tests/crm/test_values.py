"""Phones, places, zones, times and numbers as people write them; what is not known is not guessed."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest
from crm_exports import KNOWLEDGE, NOW
from hypothesis import given
from hypothesis import strategies as st

from precall_cli.crm.clocks import read_zone, zone_of_place
from precall_cli.crm.fields import plain_words, read_date, read_moment, read_number
from precall_cli.crm.mapping import read_mapping
from precall_cli.crm.phones import country_of_phone, read_phone
from precall_cli.crm.places import country_code, read_address
from precall_cli.errors import BadInput
from tests.growth import grows_linearly


@pytest.mark.parametrize("name", ["company", "fields", "phones", "places"])
def test_the_examples_in_the_docstrings_run(name: str) -> None:
    assert doctest.testmod(import_module(f"precall_cli.crm.{name}")).failed == 0


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("(210) 555-0147", "US", "+12105550147"),
        ("+44 (0)20 7946 0018", None, "+442079460018"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("tel:+12105550147", None, "+12105550147"),
        ("+1-210-555-0147;ext=9", None, "+12105550147"),
        ("2105550147", None, None),
        ("555-0147", "US", None),
        ("01 23 45 67 89", "US", None),
        ("call me", "US", None),
        ("+999 123 456", None, None),
        ("", "US", None),
        ("9" * 500, "US", None),
    ],
)
def test_a_phone_is_e164_or_a_problem(text: str, country: str | None, number: str | None) -> None:
    read = read_phone(text, country)
    assert read.number == number
    assert read.problem or number


@given(st.text(max_size=90), st.sampled_from([None, "US", "GB", "DE"]))
def test_any_text_is_a_number_or_a_problem(text: str, country: str | None) -> None:
    read = read_phone(text, country)
    assert (read.number is None) <= bool(read.problem)
    if read.number is not None:
        assert read_phone(read.number, None).number == read.number


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+12105550147", "US"),
        ("+14165550123", "CA"),
        ("+442079460018", "GB"),
        ("+18005550147", None),
        ("+80012345678", None),
    ],
)
def test_a_prefix_tells_a_country_at_most(number: str, country: str | None) -> None:
    assert country_of_phone(number) == country


@pytest.mark.parametrize(
    ("country", "state", "default", "code"),
    [
        ("United States", "TX", None, "US-TX"),
        ("us", "texas", None, "US-TX"),
        ("U.S.A.", "District of Columbia", None, "US-DC"),
        ("Canada", "Québec", None, "CA-QC"),
        ("AU", "Western Australia", None, "AU-WA"),
        ("", "WA", "AU", "AU-WA"),
        ("", "WA", "US", "US-WA"),
        ("", "WA", None, None),
        ("", "Ontario", None, "CA-ON"),
        ("", "Northern Territory", None, "AU-NT"),
        ("Puerto Rico", "", None, "US-PR"),
        ("England", "Kent", None, "GB"),
        ("Germany", "Bayern", None, "DE"),
        ("United States", "Tejas", None, "US"),
        ("US", "US-TX", None, "US-TX"),
        ("Freedonia", "TX", "US", None),
        ("", "", "US", "US"),
        ("", "", None, None),
    ],
)
def test_an_address_is_a_code_or_nothing(
    country: str, state: str, default: str | None, code: str | None
) -> None:
    assert read_address(country, state, default).code == code


def test_every_state_that_the_gate_knows_can_be_written() -> None:
    for part in KNOWLEDGE.places.by_part:  # type: ignore[attr-defined]
        country, _, short = part.partition("-")
        assert read_address(country, short, None).code == part


@pytest.mark.parametrize(("text", "code"), [("UK", "GB"), ("Czechia", "CZ"), ("TR", "TR"), ("X", None)])
def test_a_country_is_known_by_code_or_name(text: str, code: str | None) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("US-CO", "America/Denver"),
        ("US-TX", None),
        ("US-AZ", None),
        ("US", None),
        ("GB", "Europe/London"),
        ("DE", "Europe/Berlin"),
        ("AU-NT", "Australia/Darwin"),
        ("ZZ", None),
    ],
)
def test_a_place_decides_a_zone_only_if_it_has_one_clock(code: str, zone: str | None) -> None:
    assert zone_of_place(code, KNOWLEDGE.places, NOW) == zone


@given(st.text(max_size=40))
def test_any_text_is_a_zone_of_the_database_or_none(text: str) -> None:
    from zoneinfo import ZoneInfo

    zone = read_zone(text, KNOWLEDGE.places)
    assert zone is None or ZoneInfo(zone).key == zone


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-22T14:00:00.000+0000", "2026-11-22T14:00:00+00:00"),
        ("2026-11-22T14:00:00-05:00", "2026-11-22T19:00:00+00:00"),
        (1794497400000, "2026-11-12T15:30:00+00:00"),
        ("2026-11-22 14:00", None),
        ("2026-11-22", None),
        (True, None),
        (10**30, None),
        (["2026"], None),
    ],
)
def test_a_moment_has_an_offset(value: object, moment: str | None) -> None:
    read = read_moment(value)
    assert (None if read is None else read.isoformat()) == moment


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-12-15T17:00:00.000Z", "2026-12-15"),
        ("2026-12-20", "2026-12-20"),
        ("1797292800000", "2026-12-15"),
        ("2026-02-31", None),
        ("15/12/2026", None),
        (None, None),
    ],
)
def test_a_date_is_iso_or_nothing(value: object, day: str | None) -> None:
    assert read_date(value) == day


@pytest.mark.parametrize(
    ("value", "number"),
    [("1,200", 1200), ("12,00", None), ("120.0", 120), ("1e9", None), (True, None), ("٣", None), (5, 5)],
)
def test_a_number_is_written_one_way(value: object, number: float | None) -> None:
    assert read_number(value) == number


@given(st.text(alphabet="<>/!-pbra &;\n", max_size=200))
def test_any_html_is_words(html: str) -> None:
    assert isinstance(plain_words(html), str)


def test_half_open_tags_take_linear_time() -> None:
    assert grows_linearly(lambda size: plain_words("<p" * 4 * size + "<!--" * size), 5_000)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ('country = "USA"', "line 1, /country", "ISO 3166"),
        ('[hubspot.dnc]\nproperty = "x"', "line 2, /hubspot/dnc/property", "no key of a mapping"),
        ("[hubspot.dnc]\nlisted = [true]\nfield = 'x'", "line 2, /hubspot/dnc/listed/0", "string"),
        ('currency = "usd"', "line 1, /currency", "pattern"),
    ],
)
def test_a_mapping_names_the_line_of_each_problem(text: str, place: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_mapping(text.encode(), "m.toml")
    assert any(p.pointer == place and said in p.problem for p in caught.value.problems), caught.value
