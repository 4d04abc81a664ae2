"""Appointments in the calendar of another program: as in the application, and no word more."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event
from sqlalchemy import Engine, text

from config import Settings
from pmg.cases import services as cases
from pmg.clock import AMSTERDAM, now
from pmg.extensions import db
from pmg.journal import calendar, planning
from pmg.journal.answers import Ending, Move
from pmg.journal.models import Appointment
from pmg.journal.rules import AppointmentState
from pmg.security.sessions import digest_of
from tests import build
from tests.acting import filled
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.journal.conftest import Browse, Table
from tests.journal.test_plan import PLACE, begun, plan, row

Feed = Callable[[Person], Callable[[], dict[UUID, Event]]]


@pytest.fixture
def feed(app: Flask, browse: Browse) -> Feed:
    """Let someone make his link; what a calendar program then reads through it, each time anew."""

    def subscribe(person: Person) -> Callable[[], dict[UUID, Event]]:
        client = browse(person)
        form = filled(client, "/agenda/koppeling")
        found = re.search(
            r"<code>[^<]*?(/agenda/[^<]+)</code>",
            client.post("/agenda/koppeling/maken", data=form).text,
        )
        assert found
        return lambda: read(app.test_client(), found[1])

    return subscribe


def read(program: FlaskClient, path: str) -> dict[UUID, Event]:
    answer = program.get(path)
    assert answer.status_code == 200
    return {UUID(str(one["UID"])): one for one in Calendar.from_ical(answer.data).events}


@pytest.fixture
def planned(at_work: AtWork, cast: Cast, table: Table) -> UUID:
    """Sanne meets the youth tomorrow at ten, and Bas comes along."""
    with at_work(cast.sanne):
        case = build.the_case(table.case_id)
        wanted = plan(colleagues=(cast.bas.id,), with_whom="Zijn moeder")
        return planning.plan_appointment(case, wanted, moment=now(), seen="").id


def test_it_tells_when_and_how_long_and_a_link_and_no_more(
    feed: Feed, cast: Cast, table: Table, planned: UUID, settings: Settings
) -> None:
    event = feed(cast.sanne)()[planned]
    begins = datetime.combine(build.TODAY + timedelta(days=1), time(10), AMSTERDAM)
    assert (event.start, event.end) == (begins, begins + timedelta(hours=1))
    assert str(event["SUMMARY"]) == "Afspraak (PmG)"
    assert str(event["URL"]) == f"{settings.public_url.rstrip('/')}/afspraak/{planned}"
    assert set(event) == {
        "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "URL", "CLASS", "TRANSP", "SEQUENCE",
    }  # fmt: skip
    words = event.to_ical().decode().replace("\r\n ", "")
    for word in (PLACE, "Yassin", "Boer", "moeder", "Sanne", str(table.case_id)):
        assert word not in words


def test_the_link_asks_who_you_are(
    feed: Feed, app: Flask, cast: Cast, table: Table, planned: UUID
) -> None:
    path = str(feed(cast.sanne)()[planned]["URL"]).partition("/afspraak/")
    answer = app.test_client().get("".join(path[1:]))
    assert answer.status_code == 302
    assert "/aanmelden" in answer.location


def test_it_is_of_who_plans_it_and_who_comes_along_and_of_no_colleague(
    feed: Feed, cast: Cast, table: Table, planned: UUID
) -> None:
    has = {
        who.name: planned in feed(who)()
        for who in (cast.sanne, cast.bas, cast.jaap, cast.karim, table.care, cast.other)
    }
    assert has == {
        "Sanne": True, "Bas": True, "Jaap": False, "Karim": False, "Ruben": False, "Other": False,
    }  # fmt: skip


def test_moved_it_is_the_same_thing_with_a_higher_number(
    feed: Feed, at_work: AtWork, cast: Cast, table: Table, planned: UUID
) -> None:
    reads = feed(cast.bas)
    before = reads()[planned]
    with at_work(cast.sanne):
        appointment = row(planned)
        wanted = Move(plan(clock=time(14)), "Hij heeft dan school.", appointment.version, "")
        planning.move_appointment(appointment, wanted, moment=now())
    (after,) = reads().values()
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after.start - before.start == timedelta(hours=4)


def test_called_off_it_says_so_for_two_weeks_and_then_is_gone(
    feed: Feed, at_work: AtWork, cast: Cast, planned: UUID, superuser: Engine
) -> None:
    reads = feed(cast.bas)
    before = reads()[planned]
    assert "STATUS" not in before
    with at_work(cast.sanne):
        appointment = row(planned)
        planning.cancel_appointment(appointment, Ending("Hij is ziek.", appointment.version))
    event = reads()[planned]
    assert (str(event["STATUS"]), str(event["TRANSP"])) == ("CANCELLED", "TRANSPARENT")
    assert int(event["SEQUENCE"]) > int(before["SEQUENCE"])
    for days, is_told in ((13, True), (15, False)):
        with superuser.begin() as connection:
            connection.execute(
                text("UPDATE appointment SET ended_at = now() - make_interval(days => :days)"),
                {"days": days},
            )
        assert (planned in reads()) == is_told


@pytest.mark.parametrize(
    "ended",
    [
        "UPDATE role_grant SET valid_until = now() WHERE user_id = :id",
        "UPDATE case_member SET valid_until = now() WHERE user_id = :id",
    ],
    ids=["role", "seat"],
)
def test_who_lost_role_or_seat_has_it_no_more(
    feed: Feed, cast: Cast, planned: UUID, superuser: Engine, ended: str
) -> None:
    reads = feed(cast.bas)
    assert planned in reads()
    with superuser.begin() as connection:
        connection.execute(text(ended), {"id": cast.bas.id})
    assert reads() == {}


def test_what_was_planned_lapses_with_the_case(
    feed: Feed, at_work: AtWork, cast: Cast, table: Table, planned: UUID
) -> None:
    reads = feed(cast.sanne)
    with at_work(cast.bas):
        cases.close_case(build.the_case(table.case_id), build.an_ending(), today=build.TODAY)
    assert reads() == {}


def test_an_injected_statement_with_another_digest_gets_nothing(
    feed: Feed, app: Flask, cast: Cast, planned: UUID, superuser: Engine
) -> None:
    feed(cast.sanne)
    with superuser.connect() as connection:
        feed_id = connection.execute(text("SELECT id FROM calendar_feed")).scalar_one()
    asked = text(
        "SELECT * FROM pmg_feed_appointments(:id, :digest, '-infinity'::timestamptz, 'infinity')"
    )
    with app.app_context():
        for wrong in (b"", b"\0" * 32, digest_of("x")):
            assert db.session.execute(asked, {"id": feed_id, "digest": wrong}).all() == []
        db.session.remove()


def clock_changes() -> list[datetime]:
    """The moments within reach of a calendar at which the Dutch clock changes."""
    hours = (
        datetime.combine(build.TODAY, time(), UTC) + timedelta(hours=each)
        for each in range(-28 * 24, 363 * 24)
    )
    return [
        each
        for each in hours
        if each.astimezone(AMSTERDAM).utcoffset()
        != (each - timedelta(hours=1)).astimezone(AMSTERDAM).utcoffset()
    ]


CHANGES = clock_changes()
MOMENTS = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-36 * 12, 36 * 12).map(lambda each: each * 5),
)
APPOINTMENTS = st.tuples(
    MOMENTS,
    st.integers(5, 720),
    st.sampled_from(AppointmentState),
    st.booleans(),
    st.booleans(),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(wanted=st.lists(APPOINTMENTS, max_size=4))
def test_a_calendar_program_and_the_application_agree_also_when_the_clock_changes(
    app: Flask,
    at_work: AtWork,
    cast: Cast,
    table: Table,
    superuser: Engine,
    wanted: list[tuple[datetime, int, AppointmentState, bool, bool]],
) -> None:
    with superuser.begin() as connection:
        connection.execute(text("DELETE FROM appointment"))
        connection.execute(text("DELETE FROM calendar_feed"))
        secret, feed_id = str(uuid4()), uuid4()
        connection.execute(
            text("INSERT INTO calendar_feed VALUES ('GM0363', :id, :user, :digest, now())"),
            {"id": feed_id, "user": cast.sanne.id, "digest": digest_of(secret)},
        )
    for starts_at, minutes, state, is_mine, comes_along in wanted:
        owner, other = (cast.sanne, cast.jaap) if is_mine else (cast.jaap, cast.sanne)
        with at_work(owner):
            add(table.case_id, starts_at, minutes, state, [owner, *[other] * comes_along])
    with at_work(cast.sanne):
        first = min(each.date() for each in CHANGES) - timedelta(days=3)
        days = [first + timedelta(days=each) for each in range(380)]
        shown = {
            (one.id, one.span.starts_at, one.span.ends_at, one.state is AppointmentState.CANCELLED)
            for day in calendar.days(days)
            for one in day.meetings
        }
    path = f"/agenda/{feed_id}.ics?sleutel={secret}"
    given = read(app.test_client(), path)
    assert {
        (id_, event.start, event.end, str(event.get("STATUS", "")) == "CANCELLED")
        for id_, event in given.items()
    } == shown


def add(
    case_id: UUID, starts_at: datetime, minutes: int, state: AppointmentState, people: list[Person]
) -> None:
    case, owner = build.the_case(case_id), people[0]
    is_over = state is not AppointmentState.PLANNED
    appointment = Appointment(
        municipality_id="GM0363",
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        starts_at=starts_at,
        minutes=minutes,
        owner_id=owner.id,
        people=[each.id for each in people],
        organisation_id=owner.organisation_id,
        state=state.value,
        ended_at=now() if is_over else None,
        ended_by=owner.id if is_over else None,
        place=PLACE,
        with_whom="",
    )
    if is_over:
        appointment.end_reason = "Zo liep het."
    db.session.add(appointment)


def test_the_clock_changes_within_reach_are_those_of_spring_and_autumn() -> None:
    assert {each.month for each in CHANGES} == {3, 10}
    assert all(each.astimezone(AMSTERDAM).date().isoweekday() == 7 for each in CHANGES)


def test_what_has_begun_stays_where_it_was(
    feed: Feed, cast: Cast, planned: UUID, superuser: Engine
) -> None:
    begun(superuser)
    event = feed(cast.sanne)()[planned]
    assert event.start.astimezone(AMSTERDAM).date() <= date.today()  # noqa: DTZ011
