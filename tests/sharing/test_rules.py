"""The day on which sharing ends, and whom an agreement covers: pure rules."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from pmg.cases.shares import SHAREABLE
from pmg.errors import Invalid
from pmg.reference import share_bases
from pmg.reference.partners import PARTNERS
from pmg.sharing import rules
from pmg.sharing.rules import Party, Scope

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
PARTIES = st.builds(
    Party,
    st.integers(1, 4).map(lambda number: UUID(int=number)),
    st.sampled_from(["POLITIE", "OM", "GGZ"]),
)


@given(DAYS, st.integers(-800, 800), st.none() | st.integers(-800, 800))
def test_sharing_ends_ahead_within_a_year_and_in_the_case(
    today: date, days: int, case_days: int | None
) -> None:
    until = today + timedelta(days=days)
    case_until = None if case_days is None else today + timedelta(days=case_days)
    fits = 0 < days <= 366 and (case_days is None or days <= case_days)
    try:
        rules.check_end(until, today=today, case_until=case_until)
    except Invalid:
        assert not fits
    else:
        assert fits


@given(DAYS)
def test_the_last_day_is_that_day_whole(day: date) -> None:
    assert rules.last_day(rules.midnight_after(day)) == day


@given(
    st.frozensets(st.sampled_from(["POLITIE", "OM"])),
    st.frozensets(st.integers(1, 4).map(lambda number: UUID(int=number))),
    st.lists(PARTIES, max_size=3),
)
def test_an_agreement_covers_who_is_named_or_of_a_type_that_is(
    codes: frozenset[str], ids: frozenset[UUID], parties: list[Party]
) -> None:
    scope = Scope(codes, ids, date(2026, 1, 1), None)
    outside = [one for one in parties if one.kind not in codes and one.id not in ids]
    assert scope.covers(parties) is (not outside)


def test_for_every_category_some_source_has_a_ground_and_police_only_its_own_law() -> None:
    for category in SHAREABLE:
        assert any(share_bases.open_for(category.value, code) for code in PARTNERS), category
    found = {basis.code for code in PARTNERS for basis in share_bases.open_for("police", code)}
    assert found == {"WPG"}
    assert share_bases.open_for("police", "SCHOOL") == []
