"""The index of names: in memory, by birth date, dropped after a quarter of an hour."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.cases import search, services
from pmg.cases.intake import Person
from pmg.cases.rules import Named
from tests import build
from tests.cast import Cast

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DAYS = st.dates(date(1998, 1, 1), date(2018, 12, 31))
KEYS = st.text("abcdefgh ", min_size=5, max_size=20)


def index(*people: Named) -> tuple[search.Index, list[Any]]:
    made, ids = search.Index(NOW), [uuid4() for _ in people]
    for youth_id, named in zip(ids, people, strict=True):
        made.put(youth_id, search.Entry(named, NOW))
    return made, ids


@given(KEYS, DAYS)
def test_everyone_is_found_by_his_own_name_and_birth_date(key: str, day: date) -> None:
    made, ids = index(Named(key, day))
    assert made.find(Named(key, day)) == ids


@given(KEYS, DAYS, DAYS)
def test_finding_is_the_same_from_either_side(key: str, one: date, other: date) -> None:
    first, _ids = index(Named(key, one))
    second, _others = index(Named(key, other))
    assert bool(first.find(Named(key, other))) == bool(second.find(Named(key, one)))


@given(KEYS, KEYS, DAYS)
def test_who_was_renamed_is_held_once(old: str, new: str, day: date) -> None:
    made, (youth_id,) = index(Named(old, day))
    made.put(youth_id, search.Entry(Named(new, day), NOW))
    assert made.find(Named(new, day)) == [youth_id]
    assert len(made.by_birth[day]) == 1


def test_the_names_are_let_go_after_a_quarter_of_an_hour(
    cast: Cast, at_work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.a_case(cast, at_work)
    with at_work(cast.jaap):
        services.look_up(Person("Yassin", "de Boer", build.BORN))
        before = search._indexes()["GM0363"]
        later = datetime.now(UTC) + search.KEPT + timedelta(seconds=1)
        monkeypatch.setattr(search, "now", lambda: later)
        assert services.look_up(Person("Yassin", "de Boer", build.BORN))
        assert search._indexes()["GM0363"] is not before


def test_an_erased_youth_is_not_read_into_the_index(cast: Cast, at_work: Any) -> None:
    case_id = build.a_case(cast, at_work)
    search._indexes().clear()
    with at_work(cast.sanne):
        build.shred(build.the_case(case_id))
    with at_work(cast.jaap):
        assert services.look_up(Person("Yassin", "de Boer", build.BORN)) == []
