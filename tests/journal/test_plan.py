"""Appointments: planned beside everything else, moved with history, and answered for."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from pmg.clock import AMSTERDAM, now
from pmg.errors import Conflict, Invalid, NotPermitted
from pmg.extensions import db
from pmg.journal import agenda, calendar, planning
from pmg.journal.answers import Ending, NewNote
from pmg.journal.models import Appointment
from pmg.journal.rules import Kind, Plan, When
from pmg.web.agenda import sections
from tests import build
from tests.acting import filled, leave, send
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.journal.conftest import WORDS, Browse, Table, column, tomorrow

PLACE = "Buurthuis de Kazerne"


def plan(**given: Any) -> Plan:
    """Tomorrow at ten, an hour; what is given replaces a part of it."""
    day = build.TODAY + timedelta(days=1)
    return Plan(
        **{"on": day, "clock": time(10), "minutes": 60, "place": PLACE, "with_whom": ""} | given
    )


@pytest.fixture
def planned(at_work: AtWork, cast: Cast, table: Table) -> UUID:
    """Sanne meets the youth tomorrow at ten."""
    with at_work(cast.sanne):
        case = build.the_case(table.case_id)
        return planning.plan_appointment(case, plan(), moment=now(), seen="").id


def row(appointment_id: UUID) -> Appointment:
    return db.session.get_one(Appointment, ("GM0363", appointment_id))


def begun(superuser: Engine, hours: int = 2) -> None:
    """Let every appointment have begun some hours ago."""
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE appointment SET starts_at = now() - make_interval(hours => :h)"),
            {"h": hours},
        )


def form(table: Table) -> str:
    return f"/zaken/{table.case_id}/afspraken/nieuw"


ANSWERS = {"clock": "10.00", "minutes": "60", "place": PLACE}


def test_it_stands_in_the_next_steps_and_in_the_own_calendar(
    browse: Browse, cast: Cast, table: Table
) -> None:
    client = browse(cast.sanne)
    answer = send(client, form(table), on=tomorrow(), **ANSWERS)
    assert answer.status_code == 302
    for page in (f"/zaken/{table.case_id}", table.contact, f"/afspraken?dag={tomorrow()}"):
        assert PLACE in client.get(page).text, page
    assert "Afspraak om 10.00" in client.get(f"/zaken/{table.case_id}").text


def test_own_colleagues_read_it_and_no_other_organisation(
    browse: Browse, cast: Cast, table: Table, planned: UUID
) -> None:
    reads = {
        person.name: PLACE in browse(person).get(table.contact).text
        for person in (cast.jaap, cast.bas, cast.karim, table.care)
    }
    assert reads == {"Jaap": True, "Bas": False, "Karim": False, "Ruben": False}
    for person in (cast.bas, cast.karim, cast.other):
        assert browse(person).get(f"/afspraak/{planned}").status_code == 404


def test_who_comes_along_reads_it_in_his_own_calendar(
    browse: Browse, cast: Cast, table: Table
) -> None:
    send(browse(cast.sanne), form(table), on=tomorrow(), colleagues=[str(cast.bas.id)], **ANSWERS)
    assert PLACE in browse(cast.bas).get(f"/afspraken?dag={tomorrow()}").text
    assert PLACE not in browse(cast.jaap).get(f"/afspraken?dag={tomorrow()}").text


def test_nobody_comes_along_who_could_not_read_it(
    at_work: AtWork, cast: Cast, table: Table
) -> None:
    with at_work(cast.sanne):
        case = build.the_case(table.case_id)
        with pytest.raises(Invalid, match="uit de lijst"):
            planning.plan_appointment(
                case, plan(colleagues=(cast.karim.id,)), moment=now(), seen=""
            )
        db.session.rollback()


def test_an_own_appointment_of_another_case_is_shown_before_it_is_saved_and_is_no_wall(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, planned: UUID, superuser: Engine
) -> None:
    other = build.a_case(cast, at_work, given_name="Aylin")
    client, path = browse(cast.sanne), f"/zaken/{other}/afspraken/nieuw"
    sent = filled(client, path, on=tomorrow(), **{**ANSWERS, "clock": "10.30"})
    answer = client.post(path, data=sent)
    assert answer.status_code == 422
    assert "U: Yassin de B." in answer.text
    assert "Toch plannen" in answer.text
    assert len(column(superuser, "SELECT id FROM appointment")) == 1
    again = filled_again(answer.text, sent)
    assert client.post(path, data=again).status_code == 302
    assert len(column(superuser, "SELECT id FROM appointment")) == 2


def filled_again(page: str, sent: Any) -> Any:
    """What a browser sends of the page that came back."""
    seen = page.split('name="seen"')[1].split('value="')[1].split('"', maxsplit=1)[0]
    key = page.split('name="submit_key"')[1].split('value="')[1].split('"', maxsplit=1)[0]
    return {**sent.to_dict(), "seen": seen, "submit_key": key}


def test_of_a_colleague_it_says_only_that_he_is_busy(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table
) -> None:
    other = build.a_case(cast, at_work, given_name="Aylin", family_name="Verborgen")
    with at_work(cast.bas):
        case = build.the_case(other)
        planning.plan_appointment(case, plan(place="Geheime plek"), moment=now(), seen="")
    answer = send(
        browse(cast.jaap), form(table), on=tomorrow(), colleagues=[str(cast.bas.id)], **ANSWERS
    )
    assert answer.status_code == 422
    assert "Bas: bezet" in answer.text
    for hidden in ("Aylin", "Verborgen", "Geheime plek", str(other)):
        assert hidden not in answer.text


def test_nobody_asks_whether_a_stranger_is_busy(
    at_work: AtWork, cast: Cast, table: Table, planned: UUID
) -> None:
    with at_work(cast.other_director):
        assert _busy(cast.sanne) == []
    with at_work(cast.els):
        assert _busy(cast.sanne) == []
    with at_work(cast.bas):
        assert len(_busy(cast.sanne)) == 1
        assert _busy(cast.sanne, days=30) == []  # a whole calendar is not for the asking


def _busy(person: Person, days: int = 1) -> list[Any]:
    statement = text("SELECT * FROM pmg_busy(ARRAY[:who], now(), :until, NULL)")
    given = {"who": person.id, "until": now() + timedelta(days=days, hours=12)}
    return list(db.session.execute(statement, given))


def test_moving_it_keeps_what_it_was_and_why(
    browse: Browse, cast: Cast, table: Table, planned: UUID
) -> None:
    client = browse(cast.sanne)
    path = f"/afspraak/{planned}/verzetten"
    assert send(client, path, on=tomorrow(2)).status_code == 422
    answer = send(client, path, on=tomorrow(2), reason="Toetsweek.")
    assert answer.status_code == 302
    page = client.get(f"/afspraak/{planned}").text
    assert "Verzet door Sanne op" in page
    assert "Toetsweek." in page
    assert "Eerdere momenten" in page


def test_moving_it_a_little_is_not_in_its_own_way(
    browse: Browse, cast: Cast, planned: UUID
) -> None:
    path = f"/afspraak/{planned}/verzetten"
    answer = send(browse(cast.sanne), path, clock="10.15", reason="Bus later.")
    assert answer.status_code == 302


def test_calling_it_off_asks_why_and_shows_it(
    browse: Browse, cast: Cast, table: Table, planned: UUID
) -> None:
    client, path = browse(cast.sanne), f"/afspraak/{planned}/afzeggen"
    assert send(client, path, reason="").status_code == 422
    later = filled(client, path, reason="Nog eens.")
    assert send(client, path, reason="Griep.").status_code == 302
    page = client.get(f"/zaken/{table.case_id}").text
    assert "Afspraak: afgezegd" in page
    assert "Griep." in page
    assert client.post(path, data=later).status_code == 422
    assert "al vastgelegd hoe het ging" in client.get(path).text


def test_first_comes_the_question_whether_it_took_place(
    browse: Browse, cast: Cast, table: Table, planned: UUID, superuser: Engine
) -> None:
    client = browse(cast.sanne)
    assert "Is het doorgegaan?" not in client.get(f"/afspraak/{planned}").text
    begun(superuser)
    page = client.get(f"/afspraak/{planned}").text
    for words in ("Is het doorgegaan?", "Ja, het ging door", "Nee, niet gekomen"):
        assert words in page
    assert "Is het doorgegaan?" in client.get("/afspraken").text


def test_what_took_place_becomes_a_contact_moment_on_its_day(
    browse: Browse, cast: Cast, table: Table, planned: UUID, superuser: Engine
) -> None:
    begun(superuser)
    client = browse(cast.sanne)
    path = f"/afspraak/{planned}/doorgegaan"
    answer = send(client, path, kind="gesprek", text=WORDS)
    assert answer.status_code == 302
    assert WORDS in client.get(table.contact).text
    assert column(superuser, "SELECT state FROM appointment") == ["doorgegaan"]
    assert column(superuser, "SELECT appointment_id FROM journal_entry") == [planned]


def test_a_private_note_of_it_stays_private_though_colleagues_see_that_it_took_place(
    browse: Browse, cast: Cast, table: Table, planned: UUID, superuser: Engine
) -> None:
    begun(superuser)
    path = f"/afspraak/{planned}/doorgegaan"
    send(browse(cast.sanne), path, kind="gesprek", text=WORDS)
    client = browse(cast.jaap)
    assert "Doorgegaan" in client.get(f"/afspraak/{planned}").text
    assert WORDS not in client.get(table.contact).text


def test_that_nobody_came_is_noted_also_without_a_reason(
    browse: Browse, cast: Cast, table: Table, planned: UUID, superuser: Engine
) -> None:
    begun(superuser)
    client = browse(cast.sanne)
    assert send(client, f"/afspraak/{planned}/niet-gekomen").status_code == 302
    assert "Afspraak: niet gekomen" in client.get(f"/zaken/{table.case_id}").text


def test_nobody_answers_for_what_is_still_to_come(
    at_work: AtWork, cast: Cast, planned: UUID
) -> None:
    with at_work(cast.sanne):
        with pytest.raises(Invalid, match="moet nog komen"):
            planning.miss_appointment(row(planned), Ending("", 1), moment=now())
        db.session.rollback()
        said = NewNote(Kind.TALK, When.NOW, WORDS)
        with pytest.raises(Invalid, match="moet nog komen"):
            planning.hold_appointment(row(planned), said, version=1, moment=now())
        db.session.rollback()


def test_two_answers_at_once_are_one_and_a_conflict(
    at_work: AtWork, browse: Browse, cast: Cast, planned: UUID, superuser: Engine
) -> None:
    begun(superuser)
    path = f"/afspraak/{planned}/doorgegaan"
    first, second = browse(cast.sanne), browse(cast.jaap)
    forms = [filled(one, path, kind="gesprek", text=WORDS) for one in (first, second)]
    assert first.post(path, data=forms[0]).status_code == 302
    assert second.post(path, data=forms[1]).status_code == 422
    assert len(column(superuser, "SELECT id FROM journal_entry")) == 1


def test_a_step_on_an_older_version_is_a_conflict(
    at_work: AtWork, cast: Cast, planned: UUID
) -> None:
    with at_work(cast.sanne):
        with pytest.raises(Conflict):
            planning.cancel_appointment(row(planned), Ending("Griep.", 7))
        db.session.rollback()


def test_who_left_the_case_has_no_appointment_of_it(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, planned: UUID
) -> None:
    leave(cast, at_work, table.case_id, staying=cast.jaap)
    client = browse(cast.sanne)
    assert PLACE not in client.get(f"/afspraken?dag={tomorrow()}").text
    assert client.get(f"/afspraak/{planned}").status_code == 404


def test_a_case_that_closes_takes_its_plans_along(
    browse: Browse, cast: Cast, table: Table, planned: UUID, superuser: Engine
) -> None:
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE case_file SET closed_on = current_date, close_result = 'bereikt'")
        )
    client = browse(cast.sanne)
    assert PLACE not in client.get(f"/afspraken?dag={tomorrow()}").text
    assert "Afspraak om" not in client.get(f"/zaken/{table.case_id}").text


@pytest.mark.parametrize("asked", ["31-12-9999", "1-1-0001", "29-2-2023", "x", "25-10-2026"])
@pytest.mark.parametrize("week", ["", "&week=1"])
def test_any_day_can_be_asked_for(browse: Browse, cast: Cast, asked: str, week: str) -> None:
    assert browse(cast.sanne).get(f"/afspraken?dag={asked}{week}").status_code == 200


def test_the_week_shows_each_appointment_on_its_dutch_day_over_both_clock_changes(
    at_work: AtWork, cast: Cast, table: Table, superuser: Engine
) -> None:
    days = (date(2027, 3, 28), date(2027, 10, 31))
    for day in days:
        for clock in (time(0, 0), time(1, 50), time(3, 0), time(23, 59)):
            with at_work(cast.sanne):
                case = build.the_case(table.case_id)
                moment = datetime(2027, 1, 1, tzinfo=AMSTERDAM)
                wanted = plan(on=day, clock=clock, minutes=5)
                planning.plan_appointment(case, wanted, moment=moment, seen="")
    with at_work(cast.sanne):
        for day in days:
            (one,) = (each for each in calendar.days(_week(day)) if each.meetings)
            assert one.on == day
            assert [m.clock for m in one.meetings] == [
                time(0, 0), time(1, 50), time(3, 0), time(23, 59),
            ]  # fmt: skip


def _week(day: date) -> list[date]:
    return [day + timedelta(days=n - day.weekday()) for n in range(7)]


def test_today_lists_what_is_planned_and_what_waits_for_an_answer(
    app: Any, at_work: AtWork, cast: Cast, table: Table, planned: UUID, superuser: Engine
) -> None:
    by_code = {section.code: section for section in sections()}
    assert by_code["afspraken"].label == "Afspraken vandaag"
    with at_work(cast.sanne), app.test_request_context():
        (due,) = by_code["afspraken"].find(build.TODAY + timedelta(days=1))
    assert (due.title, due.at, due.who) == (PLACE, time(10), "Yassin de B.")
    assert due.url == f"/afspraak/{planned}"
    begun(superuser, hours=50)
    with at_work(cast.sanne), app.test_request_context():
        (late,) = by_code["afspraken-open"].find(build.TODAY)
        assert by_code["afspraken"].find(build.TODAY) == []
    assert (late.url, late.late) == (due.url, True)
    with at_work(cast.bas), app.test_request_context():
        assert by_code["afspraken-open"].find(build.TODAY) == []
    agenda.plug_in()
    assert len(sections()) == len(by_code)


def test_place_and_company_are_sealed(superuser: Engine, planned: UUID) -> None:
    (sealed,) = column(superuser, "SELECT place_sealed FROM appointment")
    assert PLACE.encode() not in bytes(sealed)


def test_the_police_may_plan_what_is_theirs_and_read_no_other(
    at_work: AtWork, cast: Cast, table: Table, planned: UUID
) -> None:
    with at_work(cast.karim):
        case = build.the_case(table.case_id)
        planning.plan_appointment(case, plan(), moment=now(), seen="")
        assert len(calendar.days([build.TODAY + timedelta(days=1)])[0].meetings) == 1
    with at_work(cast.els), pytest.raises(NotPermitted):
        calendar.days([build.TODAY])


def test_a_shared_note_can_follow_from_an_appointment(
    at_work: AtWork, browse: Browse, cast: Cast, table: Table, planned: UUID, superuser: Engine
) -> None:
    begun(superuser)
    with at_work(cast.sanne):
        said = NewNote(Kind.TALK, When.NOW, WORDS, is_private=False)
        planning.hold_appointment(row(planned), said, version=1, moment=now())
    assert WORDS in browse(cast.jaap).get(table.contact).text
