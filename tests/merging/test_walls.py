"""Merging past the pages: what the database itself refuses of who has no ground for it."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pmg.extensions import db
from tests import build
from tests.cast import Cast
from tests.merging.conftest import REASON, Files, proposed, the_merge, who

INSERT = text(
    "INSERT INTO youth_merge (municipality_id, id, kept_case_id, kept_youth_id, lost_case_id,"
    " lost_youth_id, state, taken, reason_sealed, proposed_by, proposed_at)"
    " SELECT k.municipality_id, :id, k.id, k.youth_id, :lost, :lost_youth, 'voorgesteld', '{}',"
    " '', :me, now() FROM case_file k WHERE k.id = :kept"
)


@pytest.mark.parametrize("name", ["sanne", "jaap", "karim", "els", "other", "other_director"])
@pytest.mark.parametrize("function", ["pmg_merge", "pmg_unmerge"])
def test_who_directs_neither_file_merges_nothing_by_a_function(
    cast: Cast, two: Files, at_work: Any, name: str, function: str
) -> None:
    with at_work(cast.fatma):
        merge_id = proposed(two.kept, two.lost)
    with at_work(getattr(cast, name)):
        said = db.session.scalar(text(f"SELECT {function}(:id)"), {"id": merge_id})
    assert said == "not_permitted"
    with at_work(cast.bas):
        assert the_merge(merge_id).state == "voorgesteld"
        assert who(build.the_case(two.kept)) != who(build.the_case(two.lost))


def test_the_proposer_merges_nothing_by_a_function(cast: Cast, two: Files, at_work: Any) -> None:
    with at_work(cast.fatma):
        merge_id = proposed(two.kept, two.lost)
        assert db.session.scalar(text("SELECT pmg_merge(:id)"), {"id": merge_id}) == "own"


def test_no_row_says_that_a_file_of_others_is_the_same(
    cast: Cast, two: Files, at_work: Any
) -> None:
    with at_work(cast.bas):
        lost_youth: UUID = build.the_case(two.lost).youth_id
    given = {"id": uuid4(), "kept": two.kept, "lost": two.lost, "lost_youth": lost_youth}
    with at_work(cast.sanne), pytest.raises(DBAPIError, match="row-level security"):
        db.session.execute(INSERT, given | {"me": cast.sanne.id})
    with at_work(cast.sanne):
        db.session.rollback()


def test_nobody_writes_that_it_was_decided(cast: Cast, two: Files, at_work: Any) -> None:
    with at_work(cast.fatma):
        merge_id = proposed(two.kept, two.lost)
    for state in ("samengevoegd", "definitief", "ongedaan"):
        with at_work(cast.bas):
            with pytest.raises(DBAPIError):
                db.session.execute(
                    text("UPDATE youth_merge SET state = :state, decided_by = :me WHERE id = :id"),
                    {"state": state, "me": cast.bas.id, "id": merge_id},
                )
            db.session.rollback()


def test_only_rows_of_the_same_person_are_corrected_along(
    cast: Cast, two: Files, at_work: Any
) -> None:
    with at_work(cast.bas):
        mine = build.the_case(two.kept).youth_id
        other = build.the_case(two.lost).youth_id
    write = text(
        "SELECT pmg_write_same(:mine, :other, '', '', '', NULL, NULL, NULL, 'm', '{}', '{}')"
    )
    for person, one, another in ((cast.sanne, mine, other), (cast.jaap, mine, mine)):
        with at_work(person):
            with pytest.raises(DBAPIError, match="not one person"):
                db.session.execute(write, {"mine": one, "other": another})
            db.session.rollback()


def test_a_reason_is_sealed_and_stands_in_no_column(
    cast: Cast, two: Files, at_work: Any, superuser: Any
) -> None:
    with at_work(cast.fatma):
        proposed(two.kept, two.lost)
    with superuser.connect() as connection:
        rows = connection.execute(
            text("SELECT m::text, i::text FROM youth_merge m, youth_merge_image i")
        )
        everything = " ".join(" ".join(row) for row in rows)
    for words in (
        REASON,
        "Yassin",
        "Yasin",
        "Geuzenveld",
        "2010-03-14",
        *(word.encode().hex() for word in (REASON, "Yassin", "Osdorp")),
    ):
        assert words not in everything
