"""Attacks on the calendar of a person: what it tells, who can open it, and who can guess it."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from config import Settings
from pmg.accounts.brake import Limit
from pmg.security.sessions import digest_of
from pmg.tasks import feeds
from tests.acting import filled
from tests.cast import Cast
from tests.promises.conftest import PLANTED, Planted, Seat
from tests.tasks.conftest import Browse
from tests.web.reading import read, said_in

MAKE, REVOKE = "/agenda/koppeling/maken", "/agenda/koppeling/intrekken"


def made(client: FlaskClient) -> str:
    """Make a link; return its path with its secret."""
    form = filled(client, "/agenda/koppeling")
    page = client.post(MAKE, data=form).text
    found = re.search(r"<code>[^<]*?(/agenda/[^<]+)</code>", page)
    assert found
    return found[1]


@pytest.fixture
def anyone(app: Flask) -> FlaskClient:
    """A calendar program: it has no session."""
    return app.test_client()


def days(anyone: FlaskClient, path: str) -> list[date]:
    """The days of tasks; an appointment has a time."""
    answer = anyone.get(path)
    assert answer.status_code == 200
    found = [event.start for event in Calendar.from_ical(answer.data).events]
    return [start for start in found if not isinstance(start, datetime)]


def test_a_calendar_tells_a_kind_a_day_and_a_link_and_no_more(
    browse: Browse, anyone: FlaskClient, cast: Cast, planted: Planted, settings: Settings
) -> None:
    answer = anyone.get(made(browse(cast.bas)))
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"] == "no-store"
    base = settings.public_url.rstrip("/")
    task, appointment = sorted(
        Calendar.from_ical(answer.data).events,
        key=lambda event: str(event["SUMMARY"]),
        reverse=True,
    )
    known = {"SUMMARY", "DTSTART", "DTSTAMP", "UID", "URL", "CLASS", "TRANSP"}
    for event, title, path, more in (
        (task, "Taak", f"/taak/{planted.task_id}", set()),
        (appointment, "Afspraak (PmG)", f"/afspraak/{appointment['UID']}", {"DTEND", "SEQUENCE"}),
    ):
        assert (str(event["SUMMARY"]), str(event["CLASS"])) == (title, "PRIVATE")
        assert str(event["URL"]) == f"{base}{path}"
        assert set(event) == known | more
    for word in (*PLANTED, cast.bas.name, str(planted.case_id), str(planted.youth_id)):
        assert word not in answer.text.replace("\r\n ", "")


def test_a_calendar_knows_the_clock_of_amsterdam(
    browse: Browse, anyone: FlaskClient, cast: Cast, planted: Planted
) -> None:
    calendar = Calendar.from_ical(anyone.get(made(browse(cast.bas))).data)
    (zone,) = calendar.timezones
    assert zone.tz_name == "Europe/Amsterdam"
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}


def test_without_the_right_secret_a_link_is_the_same_as_none(
    browse: Browse, anyone: FlaskClient, cast: Cast, planted: Planted
) -> None:
    path = made(browse(cast.bas))
    bare = path.partition("?")[0]
    wrong = [
        bare,
        f"{bare}?sleutel=",
        f"{path}A",
        f"{bare}?sleutel=%00%ff%ed%a0%80",
        f"{bare}?sleutel={'x' * 50_000}",
        f"/agenda/{uuid4()}.ics?{path.partition('?')[2]}",
    ]
    answers = [anyone.get(each) for each in wrong]
    assert {(each.status_code, each.data) for each in answers} == {(404, b"")}


def test_a_renewed_or_revoked_link_is_dead(
    browse: Browse, anyone: FlaskClient, cast: Cast, planted: Planted
) -> None:
    client = browse(cast.bas)
    old, new = made(client), made(client)
    assert anyone.get(old).status_code == 404
    assert len(days(anyone, new)) == 1
    client.post(REVOKE, data=filled(client, "/agenda/koppeling"))
    assert anyone.get(new).status_code == 404
    assert "U hebt nu geen koppeling" in client.get("/agenda/koppeling").text


def test_the_secret_is_shown_once(browse: Browse, cast: Cast, planted: Planted) -> None:
    client = browse(cast.bas)
    secret = made(client).partition("sleutel=")[2]
    for page in ("/agenda/koppeling", "/taken", f"/taak/{planted.task_id}"):
        assert secret not in client.get(page).text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_that_shows_it_speaks_one_language(
    browse: Browse, cast: Cast, language: str
) -> None:
    client = browse(cast.bas)
    client.get(f"/taal?naar={language}")
    form = filled(client, "/agenda/koppeling")
    page = client.post(MAKE, data=form).text
    assert not said_in("en" if language == "nl" else "nl", read(page))


@pytest.mark.parametrize(
    ("ended", "status"),
    [
        ("UPDATE user_account SET active = false WHERE id = :id", 404),
        ("UPDATE role_grant SET valid_until = now() WHERE user_id = :id", 200),
        ("UPDATE case_member SET valid_until = now() WHERE user_id = :id", 200),
    ],
    ids=["account", "role", "seat"],
)
def test_who_lost_account_role_or_seat_has_an_empty_calendar_or_none(
    browse: Browse,
    anyone: FlaskClient,
    cast: Cast,
    planted: Planted,
    superuser: Engine,
    ended: str,
    status: int,
) -> None:
    path = made(browse(cast.bas))
    with superuser.begin() as connection:
        connection.execute(text(ended), {"id": cast.bas.id})
    answer = anyone.get(path)
    assert answer.status_code == status
    assert b"VEVENT" not in answer.data


def test_a_calendar_holds_ones_own_open_tasks_only(
    browse: Browse, anyone: FlaskClient, cast: Cast, planted: Planted, seat: Seat
) -> None:
    seat(cast.sanne)
    assert days(anyone, made(browse(cast.sanne))) == []
    bas = browse(cast.bas)
    path = made(bas)
    form = filled(bas, f"/taak/{planted.task_id}/gedaan")
    assert bas.post(f"/taak/{planted.task_id}/gedaan", data=form).status_code == 302
    assert days(anyone, path) == []


def test_who_guesses_waits_and_the_wait_is_short_for_the_owner(
    browse: Browse, anyone: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "OF_LINK", Limit(3, timedelta(seconds=30)))
    path = made(browse(cast.bas))
    bare = path.partition("?")[0]
    answers = [anyone.get(f"{bare}?sleutel={turn}") for turn in range(6)]
    assert [each.status_code for each in answers] == [404] * 3 + [429] * 3
    waits = anyone.get(path)
    assert waits.status_code == 429
    assert 0 < int(waits.headers["Retry-After"]) <= 31


def test_who_tries_many_links_from_one_address_waits(
    anyone: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "OF_ADDRESS", Limit(3, timedelta(seconds=30)))
    statuses = [anyone.get(f"/agenda/{uuid4()}.ics?sleutel=x").status_code for _turn in range(5)]
    assert statuses == [404] * 3 + [429] * 2


def test_no_secret_stands_in_the_log_the_database_or_a_line_of_the_server(
    app: Flask,
    browse: Browse,
    anyone: FlaskClient,
    cast: Cast,
    planted: Planted,
    superuser: Engine,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = made(browse(cast.bas))
    secret = path.partition("sleutel=")[2]
    anyone.get(path)
    anyone.get(f"{path}A")
    written = capfd.readouterr()
    assert secret not in written.out + written.err
    with superuser.connect() as connection:
        for table in ("audit_event", "submission", "calendar_feed", "sign_in_failure"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert secret not in str(rows)
        kept = connection.execute(text("SELECT secret_digest FROM calendar_feed")).scalar_one()
    assert bytes(kept) == digest_of(secret)


@pytest.fixture
def injected(settings: Settings) -> Iterator[Connection]:
    """A connection as the application has it, for statements that are not the application's."""
    engine = create_engine(settings.database_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT secret_digest FROM calendar_feed",
        "SELECT * FROM pmg_feed_of(gen_random_uuid(), '\\x00')",
        "SELECT * FROM pmg_cases_of('GM0363', gen_random_uuid())",
    ],
)
def test_an_injected_statement_cannot_ask_for_it(injected: Connection, statement: str) -> None:
    with pytest.raises(ProgrammingError):
        injected.execute(text(statement))


def test_an_injected_statement_with_another_digest_gets_no_day(
    browse: Browse, cast: Cast, planted: Planted, injected: Connection, superuser: Engine
) -> None:
    made(browse(cast.bas))
    with superuser.connect() as connection:
        feed_id: Any = connection.execute(text("SELECT id FROM calendar_feed")).scalar_one()
    assert isinstance(feed_id, UUID)
    for wrong in (b"", b"\0" * 32, digest_of("x")):
        given = {"id": feed_id, "digest": wrong}
        rows = injected.execute(
            text("SELECT * FROM pmg_feed_tasks(:id, :digest, current_date, current_date + 9)"),
            given,
        ).all()
        assert rows == []
        is_open = text("SELECT pmg_feed_is_open(:id, :digest)")
        assert injected.execute(is_open, given).scalar_one() is False
    assert injected.execute(text("SELECT count(*) FROM calendar_feed")).scalar_one() == 0


def test_two_who_make_a_link_at_once_leave_one(
    browse: Browse, cast: Cast, superuser: Engine
) -> None:
    client = browse(cast.bas)
    form = filled(client, "/agenda/koppeling")
    first, second = (client.post(MAKE, data=form) for _turn in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    with superuser.connect() as connection:
        count = text("SELECT count(*) FROM calendar_feed")
        assert connection.execute(count).scalar_one() == 1
