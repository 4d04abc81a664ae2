"""A series is changed and ended by its chair: what moves, what goes, and what stays."""

from datetime import date, timedelta
from http import HTTPStatus
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError

from config import Settings
from pmg.errors import Conflict, Invalid, NotPermitted
from pmg.extensions import db
from pmg.meetings import contributing, proposing, rules, running, services, settled
from pmg.meetings.answers import DayWanted, Shared
from pmg.meetings.models import Meeting, MeetingPresence, MeetingSeries
from pmg.meetings.rules import ItemState, MeetingState, Rhythm, Scope
from pmg.security.policy import Category, Role
from tests import acting, build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.meetings.conftest import (
    QUESTION,
    Browse,
    Prepared,
    a_series,
    an_item,
    open_it,
    the_item,
    the_meeting,
)

BROUGHT = "Hij was vrijdag weer op het plein."
TOMORROW = build.TODAY + timedelta(days=1)
WEEK = timedelta(weeks=1)


def the_series() -> MeetingSeries:
    """The one series, for who is at work."""
    return db.session.scalars(select(MeetingSeries)).one()


def series_path(at_work: AtWork, cast: Cast) -> str:
    with at_work(cast.fatma):
        return f"/overleg/reeks/{the_series().id}"


def confirmed(client: FlaskClient, path: str, **answers: object) -> str:
    """Answer, look at the days, and go on; return what the page with the days said."""
    shown = acting.send(client, path, **answers)
    assert shown.status_code == HTTPStatus.OK, shown.text
    form = acting.read_form(shown.text)
    form["checked"] = "ja"
    assert client.post(path, data=form).status_code == HTTPStatus.FOUND
    return shown.text


def planned(cast: Cast, at_work: AtWork) -> list[date]:
    with at_work(cast.fatma):
        return [each.on_day for each in settled.coming(the_series(), today=build.TODAY)]


def moved(on: date, **given: object) -> dict[str, object]:
    """The answers of a change that begins on a day."""
    return {
        "weekday": str(on.isoweekday()),
        "first_on": f"{on:%d-%m-%Y}",
        "place": "Buurthuis",
        "clock": "13.30",
        "minutes": "60",
    } | given


def test_a_change_shows_its_days_first_and_takes_items_along(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    fatma, path = browse(cast.fatma), series_path(at_work, cast)
    later = build.TODAY + WEEK - timedelta(days=build.TODAY.weekday())  # a monday to come
    with at_work(cast.fatma):
        second = settled.coming(the_series(), today=build.TODAY)[1].id
    item_id = an_item(cast, at_work, prepared.case_id, second, cast.karim)
    before = planned(cast, at_work)

    shown = acting.send(fatma, f"{path}/wijzigen", **moved(later))

    assert "1 onderwerp wordt maandag" in shown.text
    assert planned(cast, at_work) == before  # nothing was done yet
    confirmed(fatma, f"{path}/wijzigen", **moved(later))
    assert planned(cast, at_work) == [before[0], *(later + WEEK * turn for turn in range(7))]
    with at_work(cast.karim):
        meeting = the_meeting(the_item(item_id).meeting_id)
        assert (meeting.on_day, meeting.place, meeting.minutes) == (later, "Buurthuis", 60)
        assert f"{meeting.clock:%H.%M}" == "13.30"
        first = the_meeting(prepared.meeting_id)
        assert (first.on_day, first.place) == (build.TODAY, "Stadhuis")
    invitation = browse(cast.karim).get(f"/overleg/{second}/agenda").text
    assert f"DTSTART:{later:%Y%m%d}" in invitation
    assert "SEQUENCE:1" in invitation


def test_how_a_series_was_set_stays_to_be_read_and_stands_in_the_log(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, superuser: Engine
) -> None:
    fatma, path = browse(cast.fatma), series_path(at_work, cast)
    confirmed(fatma, f"{path}/wijzigen", **moved(build.TODAY + WEEK))
    confirmed(fatma, f"{path}/stoppen", last_on=f"{build.TODAY:%d-%m-%Y}")
    page = fatma.get(path).text
    for said in ("10.00 uur, 90 min, Stadhuis", "13.30 uur, 60 min, Buurthuis", "stopt na"):
        assert said in page
    written = "SELECT count(*) FROM audit_event WHERE written @> :row"
    row = '[{"table": "meeting_series", "action": "meeting:prepare"}]'
    with superuser.connect() as connection:
        assert connection.execute(text(written), {"row": row}).scalar_one() == 2
    for change in ("UPDATE {} SET minutes = 1", "DELETE FROM {}"):
        with at_work(cast.fatma), pytest.raises(Exception, match="permission denied"):
            db.session.execute(text(change.format("meeting_series_version")))


@pytest.mark.parametrize("to", [Rhythm.WEEKLY, Rhythm.FORTNIGHTLY])
def test_days_change_places_without_meeting_each_other(
    cast: Cast, at_work: AtWork, prepared: Prepared, to: Rhythm
) -> None:
    other = {Rhythm.WEEKLY: Rhythm.FORTNIGHTLY, Rhythm.FORTNIGHTLY: Rhythm.WEEKLY}[to]
    for rhythm in (other, to):
        with at_work(cast.fatma):
            row = the_series()
            wanted = services.SeriesWanted(
                row.name, row.place, services.Weekday(row.weekday), rhythm, row.clock, row.minutes,
                build.TODAY, None,
            )  # fmt: skip
            services.change_series(row, wanted, row.version, today=build.TODAY)
    assert planned(cast, at_work) == [
        build.TODAY + timedelta(days=to.days) * turn for turn in range(8)
    ]


def test_only_the_chair_changes_or_ends_a_series_and_not_what_changed_meanwhile(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, settings: Settings
) -> None:
    path = series_path(at_work, cast)
    dirk = acting.hire_partner(settings.owner_database_url, "dirk", "RVDK", Role.PROCESS_DIRECTOR)
    confirmed(
        browse(cast.fatma), f"{path}/wijzigen", **moved(build.TODAY + WEEK, deputy=str(dirk.id))
    )
    for page in ("", "/wijzigen", "/stoppen"):
        for who in (cast.sanne, cast.bas, cast.karim):
            assert browse(who).get(path + page).status_code == HTTPStatus.NOT_FOUND
    assert browse(dirk).get(path).status_code == HTTPStatus.OK  # he leads when she cannot
    for page in ("/wijzigen", "/stoppen"):
        assert browse(dirk).get(path + page).status_code == HTTPStatus.NOT_FOUND
    with at_work(dirk), pytest.raises(NotPermitted):
        services.end_series(the_series(), TOMORROW, the_series().version, today=build.TODAY)
    with at_work(cast.fatma), pytest.raises(Conflict):
        services.end_series(the_series(), TOMORROW, 1, today=build.TODAY)


def test_an_end_leaves_what_was_held_and_gives_the_items_of_the_rest_back(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    with at_work(cast.fatma):
        second = settled.coming(the_series(), today=build.TODAY)[1].id
    later = an_item(cast, at_work, prepared.case_id, second, cast.karim)
    open_it(cast, at_work, prepared.meeting_id)
    with at_work(cast.fatma):
        running.close_meeting(the_meeting(prepared.meeting_id))
        held = the_item(prepared.item_id)
        assert held.meeting_id == second  # what was not discussed went on
    fatma, path = browse(cast.fatma), series_path(at_work, cast)
    usual = acting.filled(fatma, f"{path}/stoppen")["last_on"]
    last = build.TODAY + WEEK  # the last day on which something stands
    assert usual == f"{last.day}-{last.month}-{last.year}"

    shown = confirmed(fatma, f"{path}/stoppen", last_on=f"{TOMORROW:%d-%m-%Y}")

    assert "2 onderwerpen" in shown
    assert planned(cast, at_work) == []
    with at_work(cast.sanne):
        states = db.session.execute(select(Meeting.on_day, Meeting.state).order_by(Meeting.on_day))
        assert [state for _day, state in states] == [
            MeetingState.CLOSED, *[MeetingState.CANCELLED] * 7
        ]  # fmt: skip
        assert the_item(later).state == ItemState.PROPOSED
    assert "Er is besloten over een onderwerp" in browse(cast.sanne).get("/berichten").text
    assert browse(cast.karim).get(f"/onderwerp/{later}").status_code == HTTPStatus.NOT_FOUND
    refused = browse(cast.fatma).get(f"{path}/stoppen").text
    assert "Deze reeks is gestopt." in refused


def test_the_last_day_of_an_ended_series_is_called_off_and_its_items_are_proposals_again(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    path, day = series_path(at_work, cast), f"/overleg/{prepared.meeting_id}"
    fatma = browse(cast.fatma)
    assert "gaan naar de volgende keer" in fatma.get(f"{day}/afzeggen").text
    confirmed(fatma, f"{path}/stoppen", last_on=f"{build.TODAY:%d-%m-%Y}")
    assert "de laatste dag van de reeks" in fatma.get(f"{day}/afzeggen").text
    assert acting.send(fatma, f"{day}/afzeggen").status_code == HTTPStatus.FOUND
    assert planned(cast, at_work) == []
    page = browse(cast.sanne).get(f"/onderwerp/{prepared.item_id}").text
    assert "Dit overleg gaat niet door" in page
    assert "Opnieuw voorstellen" in page
    assert "Er is besloten over een onderwerp" in browse(cast.sanne).get("/berichten").text
    assert browse(cast.karim).get(f"/onderwerp/{prepared.item_id}").status_code == 404


def test_a_day_without_a_next_one_in_a_series_that_goes_on_is_not_called_off(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, superuser: Engine
) -> None:
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE meeting SET state = 'vervallen' WHERE id <> :id"),
            {"id": prepared.meeting_id},
        )
    sent = acting.send(browse(cast.fatma), f"/overleg/{prepared.meeting_id}/afzeggen")
    assert sent.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Plan eerst dagen" in sent.text


def test_more_days_are_not_planned_beside_an_end_that_is_being_written(
    cast: Cast, at_work: AtWork, prepared: Prepared, superuser: Engine
) -> None:
    with superuser.begin() as ending:
        ending.execute(text("UPDATE meeting_series SET ended_on = current_date"))
        with at_work(cast.fatma):
            db.session.execute(text("SET LOCAL lock_timeout = '200ms'"))
            series = the_series()
            with pytest.raises(OperationalError, match="lock timeout"):
                services.plan_more(series)
            db.session.rollback()


def test_items_that_the_chair_cannot_see_go_back_too_and_their_proposer_is_told(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, superuser: Engine
) -> None:
    with superuser.begin() as connection:  # she takes part in the case no longer
        connection.execute(
            text("UPDATE case_member SET valid_until = now() WHERE user_id = :me"),
            {"me": cast.fatma.id},
        )
        connection.execute(text("UPDATE meeting SET on_day = on_day + 1"))
    fatma, path = browse(cast.fatma), series_path(at_work, cast)
    shown = confirmed(fatma, f"{path}/stoppen", last_on=f"{build.TODAY:%d-%m-%Y}")
    assert "onderwerp" not in shown.split("Om deze dagen gaat het")[1].split("U telt hier")[0]
    with superuser.connect() as connection:
        state = connection.execute(text("SELECT state FROM agenda_item")).scalar_one()
    assert state == ItemState.PROPOSED
    assert "Er is besloten over een onderwerp" in browse(cast.sanne).get("/berichten").text
    assert QUESTION in browse(cast.sanne).get(f"/onderwerp/{prepared.item_id}").text


def test_a_proposal_for_a_day_that_is_off_is_proposed_anew_and_withdrawn_there(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, superuser: Engine
) -> None:
    with superuser.begin() as connection:
        connection.execute(text("UPDATE meeting SET on_day = on_day + 1"))
    path = series_path(at_work, cast)
    confirmed(browse(cast.fatma), f"{path}/stoppen", last_on=f"{build.TODAY:%d-%m-%Y}")
    other = a_series(cast, at_work, name="Casusoverleg West")
    sanne, item = browse(cast.sanne), f"/onderwerp/{prepared.item_id}"
    assert "Dit overleg gaat niet door" in sanne.get(item).text
    again = f"/zaken/{prepared.case_id}/overleg?opnieuw={prepared.item_id.hex}"
    assert again in sanne.get(item).text
    assert QUESTION in sanne.get(again).text
    sent = acting.send(sanne, again, meeting=str(other), question=QUESTION)
    assert sent.status_code == HTTPStatus.FOUND
    assert "Ingetrokken door Sanne" in sanne.get(item).text
    assert QUESTION in browse(cast.fatma).get(f"/overleg/{other}").text
    for who in (cast.karim, cast.bas):  # not his proposal: the form is an empty one
        page = browse(who).get(again)
        assert page.status_code == HTTPStatus.OK
        assert QUESTION not in page.text


def test_a_day_that_was_set_apart_goes_along_with_the_series(
    cast: Cast, at_work: AtWork, prepared: Prepared
) -> None:
    with at_work(cast.fatma):
        meeting = settled.coming(the_series(), today=build.TODAY)[2]
        apart = DayWanted("Kerk", meeting.clock, 30, None, meeting.version)
        services.change_meeting(meeting, apart)
        row = the_series()
        wanted = services.SeriesWanted(
            row.name, "School", services.Weekday(row.weekday), services.Rhythm(row.rhythm),
            row.clock, row.minutes, build.TODAY, None,
        )  # fmt: skip
        services.change_series(row, wanted, row.version, today=build.TODAY)
        places = {each.place for each in settled.coming(the_series(), today=build.TODAY)}
    assert places == {"School"}


@pytest.mark.parametrize("last", [build.TODAY - timedelta(days=1), date(2099, 1, 1)])
def test_a_series_ends_on_a_day_that_can_be(
    cast: Cast, at_work: AtWork, prepared: Prepared, last: date
) -> None:
    with at_work(cast.fatma), pytest.raises(Invalid):
        services.end_series(the_series(), last, the_series().version, today=build.TODAY)


def test_an_ended_series_plans_no_more_and_cannot_be_changed(
    cast: Cast, at_work: AtWork, prepared: Prepared
) -> None:
    with at_work(cast.fatma):
        row = the_series()
        services.end_series(row, TOMORROW, row.version, today=build.TODAY)
    with at_work(cast.fatma), pytest.raises(Invalid, match="gestopt"):
        services.plan_more(the_series())


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.sampled_from(Rhythm), st.integers(1, 20))
def test_the_days_of_a_series_keep_its_weekday_and_rhythm(
    first: date, rhythm: Rhythm, number: int
) -> None:
    days = rules.days_of(first, rhythm, since=first, number=number)
    assert days[0] == first
    assert {(b - a).days for a, b in pairwise(days)} <= {rhythm.days}


def test_the_history_of_a_series_is_written_by_its_chair_alone(
    cast: Cast, at_work: AtWork, prepared: Prepared
) -> None:
    copied = text(
        "INSERT INTO meeting_series_version SELECT municipality_id, gen_random_uuid(), series_id,"
        " 99, name, place, weekday, rhythm, clock, minutes, deputy_id, from_on, ended_on,"
        " :me, at FROM meeting_series_version"
    )
    for who in (cast.sanne, cast.karim):
        with at_work(who), pytest.raises(Exception, match="row-level security"):
            db.session.execute(copied, {"me": who.id})


def test_who_does_not_lead_a_meeting_releases_nothing_of_it(
    cast: Cast, at_work: AtWork, prepared: Prepared, superuser: Engine
) -> None:
    with superuser.begin() as connection:
        connection.execute(text("UPDATE meeting SET state = 'vervallen'"))
    release = text("SELECT pmg_release_items(:id)")
    with at_work(cast.sanne):
        db.session.execute(release, {"id": prepared.meeting_id})
        assert the_item(prepared.item_id).state == ItemState.PLACED


def test_who_brought_something_in_keeps_hold_of_it_when_its_day_is_off(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, superuser: Engine
) -> None:
    with at_work(cast.karim):
        shared = Shared(BROUGHT, Category.PLAN, Scope.MEETING, (), "OPENBARE-ORDE", True)
        row_id = contributing.contribute(the_item(prepared.item_id), shared).id
    with superuser.begin() as connection:
        connection.execute(text("UPDATE meeting SET on_day = on_day + 1"))
    path = series_path(at_work, cast)
    confirmed(browse(cast.fatma), f"{path}/stoppen", last_on=f"{build.TODAY:%d-%m-%Y}")
    other = a_series(cast, at_work, name="Casusoverleg West")
    karim, item = browse(cast.karim), f"/onderwerp/{prepared.item_id}"
    assert BROUGHT in karim.get(item).text
    again = f"/zaken/{prepared.case_id}/overleg?opnieuw={prepared.item_id.hex}"
    acting.send(browse(cast.sanne), again, meeting=str(other), question=QUESTION)
    assert "Ingetrokken door Sanne" in karim.get(item).text

    taken = acting.send(karim, f"/bijdrage/{row_id}/intrekken")

    assert taken.status_code == HTTPStatus.FOUND
    assert BROUGHT not in browse(cast.fatma).get(item).text


def test_an_item_whose_clock_ran_can_be_proposed_anew_once_its_day_is_over(
    cast: Cast, at_work: AtWork, browse: Browse, begun: Prepared, superuser: Engine
) -> None:
    with superuser.begin() as connection:
        connection.execute(text("DELETE FROM meeting WHERE state = 'gepland'"))
        connection.execute(text("UPDATE agenda_item SET spent_seconds = 90"))
    sanne, item = browse(cast.sanne), f"/onderwerp/{begun.item_id}"
    assert "Onderwerp intrekken" not in sanne.get(item).text
    with at_work(cast.fatma):
        running.close_meeting(the_meeting(begun.meeting_id))
        assert the_item(begun.item_id).state == ItemState.PROPOSED
    other = a_series(cast, at_work, name="Casusoverleg West")
    again = f"/zaken/{begun.case_id}/overleg?opnieuw={begun.item_id.hex}"
    sent = acting.send(sanne, again, meeting=str(other), question=QUESTION)
    assert sent.status_code == HTTPStatus.FOUND
    assert "Ingetrokken door Sanne" in sanne.get(item).text


def test_who_was_asked_for_a_withdrawn_item_is_no_longer_of_the_meeting(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    second = an_item(cast, at_work, prepared.case_id, prepared.meeting_id, cast.bas, cast.karim)
    open_it(cast, at_work, prepared.meeting_id)
    with at_work(cast.bas):
        running.arrive(the_meeting(prepared.meeting_id))
    with at_work(cast.karim):
        assert cast.bas.id in set(db.session.scalars(select(MeetingPresence.user_id)))
    page = f"/overleg/{prepared.meeting_id}/bezig"
    with at_work(cast.sanne):
        proposing.withdraw_item(the_item(second), "Het is al geregeld.", the_item(second).version)
    with at_work(cast.karim):
        assert cast.bas.id not in set(db.session.scalars(select(MeetingPresence.user_id)))
    assert "Bas" not in browse(cast.karim).get(page).text
