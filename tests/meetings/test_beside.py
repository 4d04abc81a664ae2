"""What meetings keep beside other rooms: the log of a case, its end, and a conflict of interest."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from pmg.cases import services as cases
from pmg.errors import Invalid
from pmg.meetings import contributing, looking, running
from pmg.meetings.answers import Shared
from pmg.meetings.rules import Scope
from pmg.meetings.shown import Readership
from pmg.security.policy import Category
from tests import acting, build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.meetings.conftest import (
    QUESTION,
    Browse,
    Prepared,
    an_item,
    open_it,
    the_item,
)
from tests.meetings.test_close import decided, fix

LATER = build.TODAY + timedelta(days=1)
SEEN = text("SELECT count(*) FROM audit_event WHERE case_id = :case AND user_id = :me")
SAID = "Hij was op straat in de nacht van vrijdag."


def brought(words: str) -> Shared:
    """Something of the plan, for everyone who is invited."""
    return Shared(words, Category.PLAN, Scope.MEETING, (), "OPENBARE-ORDE", is_needed=True)


def test_who_reads_an_item_on_the_screen_of_the_meeting_or_on_paper_stands_in_its_log(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, superuser: Engine
) -> None:
    open_it(cast, at_work, prepared.meeting_id)
    with at_work(cast.fatma):
        running.begin_item(the_item(prepared.item_id))
    karim, meeting = browse(cast.karim), f"/overleg/{prepared.meeting_id}"
    sent = acting.send(karim, f"{meeting}/pakket", recall_on=f"{LATER:%d-%m-%Y}")
    mine = {"case": prepared.case_id, "me": cast.karim.id}
    for path in (f"{meeting}/bezig", meeting, sent.location):
        with superuser.begin() as connection:
            before = connection.execute(SEEN, mine).scalar_one()
        assert QUESTION in karim.get(path).text
        with superuser.begin() as connection:
            assert connection.execute(SEEN, mine).scalar_one() == before + 1, path
    assert "Karim" in browse(cast.bas).get(f"/zaken/{prepared.case_id}/inzage?alles=1").text


def test_what_another_brought_in_ends_with_the_case_and_nothing_is_added_to_it(
    cast: Cast, at_work: AtWork, prepared: Prepared
) -> None:
    with at_work(cast.karim):
        contributing.contribute(the_item(prepared.item_id), brought(SAID))
    with at_work(cast.sanne):
        assert [one.words for one in looking.item(the_item(prepared.item_id)).brought] == [SAID]
    with at_work(cast.karim):
        assert looking.item(the_item(prepared.item_id)).brought[0].readership == Readership(
            now=("Fatma (GEM-OOV)", "Sanne (JONGERENWERK)"), not_yet=(), closed=()
        )
    with at_work(cast.bas):
        cases.close_case(build.the_case(prepared.case_id), build.an_ending(), today=build.TODAY)
    with at_work(cast.sanne):
        assert looking.item(the_item(prepared.item_id)).brought == ()
    with at_work(cast.karim):
        (own,) = looking.item(the_item(prepared.item_id)).brought
        assert (own.words, own.readership) == (SAID, Readership((), (), ()))
    with at_work(cast.karim), pytest.raises(Invalid, match="afgesloten"):
        contributing.contribute(the_item(prepared.item_id), brought("Nog iets."))


def test_an_interest_closes_every_item_of_the_case_also_a_later_one(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    with at_work(cast.karim):
        contributing.declare_interest(the_item(prepared.item_id))
    later = an_item(cast, at_work, prepared.case_id, prepared.meeting_id, cast.karim)
    karim = browse(cast.karim)
    assert karim.get(f"/onderwerp/{later}").status_code == 404
    assert QUESTION not in karim.get(f"/overleg/{prepared.meeting_id}").text
    with at_work(cast.fatma):
        assert looking.item(the_item(later)).conflicts == ("Karim",)


def test_nobody_takes_an_invitee_off_a_record_that_is_fixed(
    cast: Cast, at_work: AtWork, prepared: Prepared, superuser: Engine
) -> None:
    open_it(cast, at_work, prepared.meeting_id)
    decided(cast, at_work, prepared)
    fix(cast, at_work, prepared.item_id)
    for table in ("item_invitee", "item_minutes", "item_confirmation"):
        with superuser.begin() as owner:
            owner.execute(text("SET LOCAL ROLE pmg_owner"))
            if not owner.execute(text(f"SELECT count(*) FROM {table}")).scalar_one():
                continue
            with pytest.raises(DBAPIError, match="fixed"), owner.begin_nested():
                owner.execute(text(f"DELETE FROM {table}"))
