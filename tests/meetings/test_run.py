"""A meeting under way: screens in step, what each sees, two who write at once, and a restart."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from config import Settings
from pmg import create_app
from pmg.cases import members
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.meetings import running
from pmg.meetings.item_models import ItemMinutes
from pmg.security.policy import Role
from pmg.tasks.models import Task
from tests import acting, build
from tests.cast import Cast
from tests.conftest import AtWork, open_session
from tests.meetings.conftest import (
    QUESTION,
    Browse,
    Prepared,
    a_minute,
    an_item,
    open_it,
    the_item,
    the_meeting,
    token_of,
)

ELSEWHERE = "Even geduld, een andere zaak wordt besproken."
LONGER = (
    "UPDATE meeting SET item_started_at = now() - interval '90 seconds'"
    " WHERE current_item_id IS NOT NULL"
)
CANARY = "Kanarie zit in een gesloten kooi."


def weighed(**given: str) -> dict[str, str]:
    minute = a_minute()
    return {
        "necessity": minute.necessity,
        "proportionality": minute.proportionality,
        "subsidiarity": minute.subsidiarity,
        "outcome": "doorgaan",
        "words": minute.words,
        "review_on": f"{build.TODAY + timedelta(weeks=6):%d-%m-%Y}",
    } | given


def test_a_meeting_opens_on_its_own_day_and_the_screens_follow(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    fatma, sanne = browse(cast.fatma), browse(cast.sanne)
    screen, state = f"/overleg/{prepared.meeting_id}/bezig", f"/overleg/{prepared.meeting_id}/stand"
    before = sanne.get(state)
    acting.send(fatma, f"/overleg/{prepared.meeting_id}")  # the button that opens it
    form = acting.filled(fatma, f"/overleg/{prepared.meeting_id}")
    fatma.post(f"/overleg/{prepared.meeting_id}/openen", data=form)
    after = sanne.get(state, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == HTTPStatus.OK
    assert set(after.json or {}) == {"tick"}
    same = sanne.get(state, headers={"If-None-Match": after.headers["ETag"]})
    assert (same.status_code, same.data) == (HTTPStatus.NOT_MODIFIED, b"")
    form = acting.filled(fatma, screen)
    fatma.post(f"/onderwerp/{prepared.item_id}/beginnen", data=form)
    page = sanne.get(screen).text
    assert "Nu: 1. Yassin" in page
    assert QUESTION in page


def test_a_meeting_of_another_day_does_not_open(
    cast: Cast, at_work: AtWork, prepared: Prepared
) -> None:
    later = build.TODAY + timedelta(days=1)
    with at_work(cast.fatma), pytest.raises(Invalid, match="eigen dag"):
        running.open_meeting(the_meeting(prepared.meeting_id), today=later)


def test_a_closed_item_is_in_no_screen_page_answer_file_or_message_of_another(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    begun = prepared
    other = build.a_case(cast, at_work, given_name="Quintana", family_name="Visser")
    closed = an_item(cast, at_work, other, begun.meeting_id, question=CANARY)
    open_it(cast, at_work, begun.meeting_id)
    with at_work(cast.fatma):
        running.begin_item(the_item(closed))
        running.write_minutes(the_item(closed), a_minute(words=CANARY), today=build.TODAY)
    meeting = f"/overleg/{begun.meeting_id}"
    pages = (
        *("/vandaag", "/overleg", meeting, f"{meeting}/bezig", f"{meeting}/stand"),
        *(f"{meeting}/agenda", f"{meeting}/pakket", "/berichten"),
        *(f"/onderwerp/{begun.item_id}", f"/onderwerp/{begun.item_id}/verslag", "/taken"),
    )
    karim = browse(cast.karim)
    told = {page: karim.get(page).text for page in pages}
    assert karim.get(f"/onderwerp/{closed}").status_code == HTTPStatus.NOT_FOUND
    assert ELSEWHERE in told[f"{meeting}/bezig"]
    assert "1. Yassin" in told[f"{meeting}/bezig"]
    for page, words in told.items():
        for canary in ("Kanarie", "Quintana", str(closed), str(other), "2. "):
            assert canary not in words, (page, canary)
    pack = acting.send(karim, f"{meeting}/pakket").location
    assert "Kanarie" not in karim.get(pack).text
    assert "Yassin" in karim.get(pack).text
    assert "Quintana" in browse(cast.fatma).get(f"{meeting}/bezig").text
    assert "Nu: " not in told[f"{meeting}/bezig"]
    stranger = browse(cast.jaap).get(f"{meeting}/bezig").text
    assert "Yassin" not in stranger
    assert "Er staat voor u niets op de agenda." in stranger


def test_the_decision_needs_all_of_the_weighing_and_goes_on_to_the_next(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    begun = prepared
    second = an_item(cast, at_work, begun.case_id, begun.meeting_id, cast.karim)
    open_it(cast, at_work, begun.meeting_id)
    fatma, path = browse(cast.fatma), f"/onderwerp/{begun.item_id}/vastleggen"
    refused = acting.send(fatma, path, **weighed(subsidiarity=""))
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert a_minute().words in refused.text  # what was typed is still there
    done = acting.send(fatma, path, **weighed(), verder=str(second))
    assert done.status_code == HTTPStatus.FOUND
    page = fatma.get(f"/overleg/{begun.meeting_id}/bezig").text
    assert "Nu: 2. Yassin" in page


def test_a_chair_and_her_deputy_who_write_at_once_lose_nothing(
    cast: Cast, at_work: AtWork, browse: Browse, begun: Prepared, settings: Settings
) -> None:
    dirk = acting.hire_partner(settings.owner_database_url, "dirk", "RVDK", Role.PROCESS_DIRECTOR)
    with at_work(cast.bas):
        members.seat(build.the_case(begun.case_id), dirk.id, Role.PROCESS_DIRECTOR)
    with at_work(cast.fatma):
        the_meeting(begun.meeting_id).deputy_id = dirk.id
    first, second = browse(cast.fatma), browse(dirk)
    path = f"/onderwerp/{begun.item_id}/vastleggen"
    late = acting.filled(second, path, **weighed(words="De tweede tekst van de voorzitter."))
    acting.send(first, path, **weighed(words="De eerste tekst van de voorzitter."))
    answer = second.post(path, data=late)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "De eerste tekst van de voorzitter." in answer.text
    assert "De tweede tekst van de voorzitter." in answer.text
    kept = first.get(f"/onderwerp/{begun.item_id}").text
    assert "De eerste tekst" in kept
    assert "De tweede tekst" not in kept
    # He looks at both, and writes anew on what is there now: that counts, for the two of them.
    mended = acting.send(second, path, **weighed(words="De tekst van ons allebei, samen gemaakt."))
    assert mended.status_code == HTTPStatus.FOUND
    for client in (first, second):
        assert "De tekst van ons allebei" in client.get(f"/onderwerp/{begun.item_id}").text
    with at_work(cast.karim):
        minutes = db.session.query(ItemMinutes).one()
        assert (minutes.by_id, minutes.version) == (dirk.id, 2)


def test_a_no_says_why_and_stands_beside_the_decision(
    cast: Cast, browse: Browse, begun: Prepared
) -> None:
    path = f"/onderwerp/{begun.item_id}"
    karim = browse(cast.karim)
    acting.send(browse(cast.fatma), f"{path}/vastleggen", **weighed())
    empty = acting.send(karim, f"{path}/niet-eens", words="nee")
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    acting.send(karim, f"{path}/niet-eens", words="Dit is te licht voor wat er gebeurt.")
    assert "Karim is het niet eens" in browse(cast.sanne).get(path).text
    sanne = browse(cast.sanne)
    form = acting.filled(sanne, f"/overleg/{begun.meeting_id}/bezig")
    form["version"] = "0"
    assert sanne.post(f"{path}/eens", data=form).status_code == HTTPStatus.FOUND
    assert "Eens: Sanne" in browse(cast.fatma).get(f"/overleg/{begun.meeting_id}/bezig").text


def test_an_action_is_a_task_that_its_owner_takes_in_the_meeting(
    cast: Cast, at_work: AtWork, browse: Browse, begun: Prepared
) -> None:
    what = "Bel morgen met de mentor."
    acting.send(
        browse(cast.fatma),
        f"/onderwerp/{begun.item_id}/actie",
        what=what,
        owner=cast.karim.id,
        due_on=f"{build.TODAY:%d-%m-%Y}",
    )
    karim, screen = browse(cast.karim), f"/overleg/{begun.meeting_id}/bezig"
    assert "Ik doe dit" in karim.get(screen).text
    with at_work(cast.karim):
        task = db.session.query(Task).one()
        task_id, version = task.id, task.version
    form = acting.filled(karim, screen)
    form["version"] = str(version)
    assert karim.post(f"/taken/{task_id}/aannemen-in-overleg", data=form).location == screen
    assert "Aangenomen" in browse(cast.fatma).get(screen).text
    assert what in karim.get("/taken").text


def test_who_knows_a_youth_is_said_by_each_organisation_to_who_leads(
    cast: Cast, browse: Browse, begun: Prepared
) -> None:
    karim, screen = browse(cast.karim), f"/overleg/{begun.meeting_id}/bezig"
    form = acting.filled(karim, screen)
    form["known"], form["version"] = "niets_te_delen", "1"
    assert karim.post(f"/onderwerp/{begun.item_id}/bekend", data=form).location == screen
    assert "Niets te delen" in browse(cast.fatma).get(f"/onderwerp/{begun.item_id}").text
    assert "Niets te delen" not in browse(cast.sanne).get(f"/onderwerp/{begun.item_id}").text


def test_who_came_and_went_is_noted_and_told_to_whom_it_concerns(
    cast: Cast, at_work: AtWork, browse: Browse, begun: Prepared
) -> None:
    for who in (cast.karim, cast.sanne):
        with at_work(who):
            running.arrive(the_meeting(begun.meeting_id))
    with at_work(cast.karim):
        running.leave(the_meeting(begun.meeting_id))
    page = browse(cast.sanne).get(f"/overleg/{begun.meeting_id}/bezig").text
    assert "Karim gaat weg" not in page  # that is for Karim, and for who leads
    assert ">Weg<" in page
    with at_work(cast.jaap), pytest.raises(Exception, match="not_invited"):
        running.arrive(the_meeting(begun.meeting_id))
    assert "Karim" not in browse(cast.jaap).get(f"/overleg/{begun.meeting_id}/bezig").text


def test_nobody_but_who_leads_runs_a_meeting(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    for who in (cast.sanne, cast.bas):
        client = browse(who)
        form = token_of(client)
        for path in (
            f"/overleg/{prepared.meeting_id}/openen",
            f"/onderwerp/{prepared.item_id}/beginnen",
        ):
            assert client.post(path, data=form).status_code == HTTPStatus.NOT_FOUND


def test_closing_says_what_happens_and_happens_once(
    cast: Cast, browse: Browse, begun: Prepared
) -> None:
    fatma, path = browse(cast.fatma), f"/overleg/{begun.meeting_id}/sluiten"
    assert "gaat naar de volgende keer" in fatma.get(path).text
    assert browse(cast.sanne).get(path).status_code == HTTPStatus.NOT_FOUND
    assert acting.send(fatma, path).status_code == HTTPStatus.FOUND
    assert "Dit overleg is nu niet bezig." in fatma.get(path).text
    assert "Het overleg is gesloten." in fatma.get(f"/overleg/{begun.meeting_id}/bezig").text


def test_a_new_server_goes_on_where_the_old_one_was_killed(
    cast: Cast, settings: Settings, browse: Browse, begun: Prepared
) -> None:
    acting.send(browse(cast.fatma), f"/onderwerp/{begun.item_id}/vastleggen", **weighed())
    again: Flask = create_app(settings)
    client = again.test_client()
    with again.app_context():
        token = open_session(cast.sanne)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    page = client.get(f"/overleg/{begun.meeting_id}/bezig").text
    assert "Nu: 1. Yassin" in page
    assert a_minute().words in page
    with again.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_a_screen_that_looks_by_itself_keeps_no_session_alive(
    cast: Cast, browse: Browse, superuser: Engine, begun: Prepared
) -> None:
    karim, state = browse(cast.karim), f"/overleg/{begun.meeting_id}/stand"
    old = (
        "UPDATE user_session SET seen_at = now() - interval '5 minutes',"
        " idle_until = now() + interval '10 minutes'"
    )
    left = "SELECT max(idle_until) - now() > interval '11 minutes' FROM user_session"
    for headers, is_longer in (({"X-Follows": "yes"}, False), ({}, True)):
        with superuser.begin() as connection:
            connection.execute(text(old))
        karim.get(state, headers=headers)
        with superuser.connect() as connection:
            assert connection.execute(text(left)).scalar_one() is is_longer


def test_the_order_changes_and_each_item_takes_its_own_time(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, superuser: Engine
) -> None:
    other = build.a_case(cast, at_work, given_name="Noor", family_name="Visser")
    second = an_item(cast, at_work, other, prepared.meeting_id)
    fatma = browse(cast.fatma)
    form = acting.filled(fatma, f"/overleg/{prepared.meeting_id}")
    form["item"], form["kant"] = str(second), "op"
    fatma.post(f"/overleg/{prepared.meeting_id}/volgorde", data=form)
    page = fatma.get(f"/overleg/{prepared.meeting_id}").text
    assert page.index("1. Noor") < page.index("2. Yassin")
    open_it(cast, at_work, prepared.meeting_id)
    with at_work(cast.fatma):
        running.begin_item(the_item(second))
    with superuser.begin() as connection:
        connection.execute(text(LONGER))
    with at_work(cast.fatma):
        running.begin_item(the_item(prepared.item_id))
        assert 90 <= the_item(second).spent_seconds < 100
        assert the_item(prepared.item_id).spent_seconds == 0
