"""The laws of joining do-not-call statements: a lattice, so that no order and no addition can loosen it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from precall_cli.crm.dnc import join_dnc
from precall_cli.crm.entries import DncLevel, DncSaid, Origin

DIALLED, OTHER = "+13035550147", "+13035550148"
STRICTNESS = {False: 1, None: 2, True: 3}
ORIGINS = st.builds(
    Origin,
    source=st.sampled_from(["hubspot", "salesforce", "apollo"]),
    file=st.sampled_from(["a.json", "b.json"]),
    spot=st.just("/0"),
    field=st.sampled_from(["DoNotCall", "dnc_status"]),
    as_of=st.none(),
)
STATEMENTS = st.builds(
    DncSaid,
    level=st.sampled_from(DncLevel),
    origin=ORIGINS,
    phone=st.sampled_from([None, DIALLED, OTHER]),
    checked_at=st.sampled_from([None, "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"]),
    registry=st.sampled_from([None, "National DNC", "State DNC"]),
)
LISTS = st.lists(STATEMENTS, max_size=6)


def strictness(statements: list[DncSaid]) -> int:
    """0 where nobody said anything of the dialled number."""
    verdict = join_dnc(statements, DIALLED)
    return STRICTNESS[verdict.listed] if verdict.deciding else 0


@settings(max_examples=60, deadline=None)
@given(LISTS, st.randoms())
def test_the_order_does_not_matter(statements: list[DncSaid], random: object) -> None:
    shuffled = random.sample(statements, len(statements))  # type: ignore[attr-defined]
    assert join_dnc(statements, DIALLED) == join_dnc(shuffled, DIALLED)


@settings(max_examples=60, deadline=None)
@given(LISTS)
def test_saying_it_twice_changes_nothing(statements: list[DncSaid]) -> None:
    assert join_dnc(statements + statements, DIALLED) == join_dnc(statements, DIALLED)


@settings(max_examples=60, deadline=None)
@given(LISTS, LISTS)
def test_joining_is_the_stricter_of_both(one: list[DncSaid], other: list[DncSaid]) -> None:
    assert strictness(one + other) == max(strictness(one), strictness(other))


@settings(max_examples=60, deadline=None)
@given(LISTS)
def test_false_needs_somebody_who_says_so_of_this_number(statements: list[DncSaid]) -> None:
    if join_dnc(statements, DIALLED).listed is False:
        assert any(s.level is DncLevel.NOT_LISTED and s.phone in (None, DIALLED) for s in statements)
        assert all(s.level is not DncLevel.LISTED for s in statements)


@settings(max_examples=60, deadline=None)
@given(LISTS)
def test_a_listing_of_any_number_holds(statements: list[DncSaid]) -> None:
    if any(s.level is DncLevel.LISTED for s in statements):
        assert join_dnc(statements, DIALLED).listed is True


def test_nobody_saying_anything_is_null() -> None:
    assert join_dnc([], DIALLED).listed is None
    assert join_dnc([], None).registry is None


@settings(max_examples=60, deadline=None)
@given(LISTS)
def test_the_check_is_no_younger_than_the_oldest_list(statements: list[DncSaid]) -> None:
    verdict = join_dnc(statements, DIALLED)
    dated = [s for s in verdict.deciding if s.checked_at and verdict.listed is not None]
    if not dated:
        assert verdict.checked_at is None
        return
    for registry in {s.registry or f"{s.origin.source} {s.origin.field}" for s in dated}:
        checks = [
            s.checked_at or ""
            for s in dated
            if (s.registry or f"{s.origin.source} {s.origin.field}") == registry
        ]
        assert str(verdict.checked_at) <= max(checks)
