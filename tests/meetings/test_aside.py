"""Who stands aside: from every file of one person, and what was not held in his absence."""

from http import HTTPStatus
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from pmg.extensions import db
from pmg.meetings import contributing, proposing, services
from pmg.meetings.answers import Proposal
from pmg.meetings.models import MeetingSeries
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.meetings.conftest import (
    Browse,
    Others,
    Prepared,
    a_series,
    an_item,
    open_it,
    the_item,
    the_meeting,
)
from tests.merging.conftest import merge, undo

HIDDEN = "Kanarie: wat doen wij met zijn broer?"
LEFT = text("SELECT meeting_id, state FROM agenda_item WHERE id = :id")
GONE = text(
    "UPDATE case_member SET valid_until = valid_from WHERE case_id = :case AND user_id = :user"
)
NOTICES = text("SELECT user_id, kind FROM notice WHERE item_id = :id AND at > :since")


def two_files(cast: Cast, at_work: AtWork, prepared: Prepared) -> Prepared:
    """Another file of the same person, with an item on the same day and the same people."""
    other = build.a_case(cast, at_work, by="sanne", given_name="Yasin", family_name="Boer")
    acting.join(cast, at_work, other, cast.karim)
    item_id = an_item(cast, at_work, other, prepared.meeting_id, cast.karim, question=HIDDEN)
    return Prepared(other, prepared.meeting_id, item_id)


def sees(at_work: AtWork, who: Person) -> set[UUID]:
    """Return what row security leaves of the items, and of who is invited to them."""
    with at_work(who):
        items = set(db.session.scalars(text("SELECT id FROM agenda_item")))
        assert items == set(db.session.scalars(text("SELECT item_id FROM item_invitee")))
    return items


@pytest.mark.parametrize("is_kept", [True, False])
def test_an_interest_in_one_file_closes_the_other_of_the_same_person_and_no_longer_once_apart(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, *, is_kept: bool
) -> None:
    other = two_files(cast, at_work, prepared)
    both = {prepared.item_id, other.item_id}
    mine, closed = (prepared, other) if is_kept else (other, prepared)
    with at_work(cast.karim):
        contributing.declare_interest(the_item(mine.item_id))
    assert sees(at_work, cast.karim) == {closed.item_id}
    merge_id = merge(cast, at_work, prepared.case_id, other.case_id)
    assert sees(at_work, cast.karim) == set()
    karim = browse(cast.karim)
    for path in ("", "/verslag", "/bijdrage", "/voorbeeld"):
        answer = karim.get(f"/onderwerp/{closed.item_id}{path}")
        assert answer.status_code == HTTPStatus.NOT_FOUND
    for path in (f"/overleg/{prepared.meeting_id}", f"/zaken/{closed.case_id}", "/berichten"):
        page = karim.get(path).text
        assert "Kanarie" not in page
        assert str(closed.item_id) not in page
    assert "U bent uitgenodigd" not in karim.get("/berichten").text
    assert sees(at_work, cast.sanne) == both
    undo(cast, at_work, merge_id)
    assert sees(at_work, cast.karim) == {closed.item_id}


def test_who_stands_aside_proposes_nothing_about_the_other_file_either(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    other = two_files(cast, at_work, prepared)
    merge(cast, at_work, prepared.case_id, other.case_id)
    with at_work(cast.karim):
        contributing.declare_interest(the_item(prepared.item_id))
    for case_id in (prepared.case_id, other.case_id):
        answer = acting.send(
            browse(cast.karim),
            f"/zaken/{case_id}/overleg",
            meeting=prepared.meeting_id,
            question="Wie kan hem hier bij helpen?",
            minutes="10",
            invitees=str(cast.karim.id),
        )
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "U meldde een eigen belang." in answer.text
    copied = text(
        "INSERT INTO agenda_item (municipality_id, id, case_id, youth_id, meeting_id, proposed_by,"
        " state, position, planned_minutes, spent_seconds, question_sealed, created_at, version)"
        " SELECT c.municipality_id, gen_random_uuid(), c.id, c.youth_id, :meeting, :me,"
        " 'voorgesteld', 9, 10, 0, '', now(), 1 FROM case_file c WHERE c.id = :case"
    )
    given = {"meeting": prepared.meeting_id, "case": other.case_id, "me": cast.karim.id}
    with at_work(cast.karim), pytest.raises(DBAPIError, match="row-level security"):
        db.session.execute(copied, given)
    with at_work(cast.sanne):
        db.session.execute(copied, given | {"me": cast.sanne.id})
        db.session.rollback()


def test_nobody_asks_the_database_who_else_stands_aside(
    cast: Cast, at_work: AtWork, prepared: Prepared
) -> None:
    with at_work(cast.karim):
        contributing.declare_interest(the_item(prepared.item_id))
        youth_id = build.the_case(prepared.case_id).youth_id
    mine, of_another = (
        text("SELECT pmg_in_conflict(:youth)"),
        text("SELECT count(*) FROM pmg_conflicted_youths('GM0363', :karim)"),
    )
    for who in (cast.karim, cast.sanne, cast.fatma):
        with at_work(who):
            assert db.session.scalar(mine, {"youth": youth_id}) is (who == cast.karim)
            with pytest.raises(DBAPIError, match="permission denied"), db.session.begin_nested():
                db.session.execute(of_another, {"karim": cast.karim.id})


def test_a_calendar_does_not_tell_of_a_day_for_the_other_file(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    other = two_files(cast, at_work, prepared)
    elsewhere = a_series(cast, at_work)
    with at_work(cast.karim):
        contributing.declare_interest(the_item(prepared.item_id))
    an_item(cast, at_work, other.case_id, elsewhere, cast.karim)
    karim = browse(cast.karim)
    page = karim.post(
        "/agenda/koppeling/maken", data=acting.filled(karim, "/agenda/koppeling")
    ).text
    address = page[page.index("/agenda/", page.index(".ics?sleutel=") - 60) :].split('"')[0]
    address = address.split("<")[0].replace("&amp;", "&")
    assert str(elsewhere) in browse(cast.sanne).get(address).text
    merge(cast, at_work, prepared.case_id, other.case_id)
    assert str(elsewhere) not in browse(cast.sanne).get(address).text


def hidden_from_fatma(
    cast: Cast, at_work: AtWork, superuser: Engine, meeting_id: UUID, *, proposed: bool = False
) -> UUID:
    """An item on her day that she may not see any more: by an interest, or without a seat."""
    case_id = build.a_case(cast, at_work, given_name="Ilyas", family_name="Amrani")
    acting.join(cast, at_work, case_id, cast.karim)
    if proposed:
        with at_work(cast.sanne):
            wanted = Proposal(meeting_id, HIDDEN, 10, (cast.sanne.id, cast.karim.id))
            case = build.the_case(case_id)
            item_id = proposing.propose_item(case, wanted, today=build.TODAY).id
    else:
        item_id = an_item(cast, at_work, case_id, meeting_id, cast.karim, question=HIDDEN)
    if proposed:
        with superuser.begin() as connection:
            connection.execute(GONE, {"case": case_id, "user": cast.fatma.id})
    else:
        with at_work(cast.fatma):
            contributing.declare_interest(the_item(item_id))
    assert item_id not in sees(at_work, cast.fatma)
    return item_id


def told(superuser: Engine, item_id: UUID, since: object) -> set[tuple[object, str]]:
    with superuser.connect() as connection:
        found = connection.execute(NOTICES, {"id": item_id, "since": since})
        return {(user_id, kind) for user_id, kind in found}


def where(superuser: Engine, item_id: UUID) -> tuple[UUID, str]:
    with superuser.connect() as connection:
        meeting_id, state = connection.execute(LEFT, {"id": item_id}).one()
    return meeting_id, state


def moment(superuser: Engine) -> object:
    with superuser.connect() as connection:
        return connection.execute(text("SELECT clock_timestamp()")).scalar_one()


@pytest.mark.parametrize("how", ["sluiten", "afzeggen"])
def test_what_who_leads_may_not_see_goes_to_the_next_day_too_and_stays_unseen(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, superuser: Engine, how: str
) -> None:
    placed = hidden_from_fatma(cast, at_work, superuser, prepared.meeting_id)
    waiting = hidden_from_fatma(cast, at_work, superuser, prepared.meeting_id, proposed=True)
    if how == "sluiten":
        open_it(cast, at_work, prepared.meeting_id)
    since, fatma = moment(superuser), browse(cast.fatma)
    answer = acting.send(fatma, f"/overleg/{prepared.meeting_id}/{how}")
    assert answer.status_code == HTTPStatus.FOUND
    days = {where(superuser, one) for one in (placed, waiting, prepared.item_id)}
    (next_day,) = {meeting_id for meeting_id, _state in days}
    assert next_day != prepared.meeting_id
    assert where(superuser, placed)[1] == "geagendeerd"
    assert where(superuser, waiting)[1] == "voorgesteld"
    for path in (answer.location, f"/overleg/{next_day}", "/overleg", f"/onderwerp/{placed}"):
        page = fatma.get(path).text
        assert "Kanarie" not in page
        assert "Ilyas" not in page
    invited = (cast.karim.id, "overleg_uitnodiging")
    answered = (cast.sanne.id, "overleg_antwoord")
    for one in (placed, prepared.item_id):
        assert told(superuser, one, since) == {invited, answered}
    assert told(superuser, waiting, since) == {answered}
    assert HIDDEN in browse(cast.karim).get(f"/overleg/{next_day}").text


def test_without_a_next_day_it_is_a_proposal_until_one_is_planned(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, superuser: Engine
) -> None:
    hidden = hidden_from_fatma(cast, at_work, superuser, prepared.meeting_id)
    with superuser.begin() as connection:
        later = "DELETE FROM meeting WHERE id <> :here"
        connection.execute(text(later), {"here": prepared.meeting_id})
    open_it(cast, at_work, prepared.meeting_id)
    since = moment(superuser)
    acting.send(browse(cast.fatma), f"/overleg/{prepared.meeting_id}/sluiten")
    for one in (hidden, prepared.item_id):
        assert where(superuser, one) == (prepared.meeting_id, "voorgesteld")
        assert told(superuser, one, since) == {(cast.sanne.id, "overleg_antwoord")}
    assert HIDDEN not in browse(cast.karim).get(f"/onderwerp/{hidden}").text
    with at_work(cast.fatma):
        services.plan_more(db.session.query(MeetingSeries).one())
    for one in (hidden, prepared.item_id):
        meeting_id, state = where(superuser, one)
        assert (meeting_id != prepared.meeting_id, state) == (True, "voorgesteld")


def test_who_does_not_lead_moves_nothing_and_nobody_moves_what_is_not_over(
    cast: Cast, at_work: AtWork, prepared: Prepared, others: Others, superuser: Engine
) -> None:
    moves = text("SELECT pmg_move_unheld(series_id) FROM meeting WHERE id = :id")
    with at_work(cast.fatma):
        db.session.execute(moves, {"id": prepared.meeting_id})
    assert where(superuser, prepared.item_id)[0] == prepared.meeting_id
    with superuser.begin() as connection:
        over = "UPDATE meeting SET state = 'vervallen' WHERE id = :id"
        connection.execute(text(over), {"id": prepared.meeting_id})
    for who in (cast.sanne, cast.karim, others.dirk):
        with at_work(who):
            db.session.execute(moves, {"id": prepared.meeting_id})
        assert where(superuser, prepared.item_id)[0] == prepared.meeting_id
    with at_work(cast.fatma):
        db.session.execute(moves, {"id": prepared.meeting_id})
    assert where(superuser, prepared.item_id)[0] != prepared.meeting_id


COLUMNS = [
    ("agenda_item", "meeting_id", "meeting_id"),
    ("agenda_item", "proposed_by", "proposed_by"),
    ("agenda_item", "question_sealed", "question_sealed"),
    ("agenda_item", "case_id", "case_id"),
    ("agenda_item", "created_at", "now()"),
    ("meeting", "chair_id", "chair_id"),
    ("meeting", "series_id", "series_id"),
    ("meeting", "tick", "tick"),
    ("meeting_series", "chair_id", "chair_id"),
    ("meeting_series", "municipality_id", "municipality_id"),
    ("item_contribution", "item_id", "item_id"),
    ("item_contribution", "organisation_id", "organisation_id"),
    ("item_question", "organisation_id", "organisation_id"),
    ("item_minutes", "item_id", "item_id"),
    ("item_opinion", "user_id", "user_id"),
    ("item_intro", "item_id", "item_id"),
]


def test_a_column_that_no_verb_changes_is_changed_by_nobody(
    cast: Cast, at_work: AtWork, prepared: Prepared
) -> None:
    with at_work(cast.fatma):
        for table, column, value in COLUMNS:
            change = text(f"UPDATE {table} SET {column} = {value}")
            with pytest.raises(DBAPIError, match="permission denied"), db.session.begin_nested():
                db.session.execute(change)
        the_meeting(prepared.meeting_id).place = "Buurthuis"
        the_item(prepared.item_id).planned_minutes = 12
    with at_work(cast.fatma):
        assert the_meeting(prepared.meeting_id).place == "Buurthuis"
        assert the_item(prepared.item_id).planned_minutes == 12
