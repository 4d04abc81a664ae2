"""Meetings: planned after the start and within the plan, told in full, moved and corrected."""

import re
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from pmg.delivery import queries
from pmg.delivery.shown import Delivery
from tests import build
from tests.acting import filled, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.delivery.conftest import (
    AIM,
    BEGUN,
    Browse,
    a_case,
    a_dosage,
    a_trajectory,
    meet,
    plan_it,
    the_gathering,
    the_trajectory,
)

LAST_WEEK = build.TODAY - timedelta(days=7)
THERE = {"attendance": "er", "minutes": 45, "elements": ["rollenspel"], "words": "Hij deed mee."}


def tell(browse: Browse, cast: Cast, gathering_id: UUID, **given: object) -> object:
    path = f"/bijeenkomst/{gathering_id}/vastleggen?doorgegaan=ja"
    return send(browse(cast.sanne), path, **THERE | given)


def came(cast: Cast, at_work: AtWork, trajectory_id: UUID) -> Delivery:
    with at_work(cast.bas):
        return queries.delivery(the_trajectory(trajectory_id), today=build.TODAY)


def amount(cast: Cast, at_work: AtWork, trajectory_id: UUID) -> tuple[int, int]:
    approved = came(cast, at_work, trajectory_id).approved
    assert approved is not None
    (goal,) = approved.goals
    return goal.delivered.sessions, goal.delivered.minutes


def test_first_it_asks_whether_it_took_place(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    one = meet(cast, at_work, planned, LAST_WEEK)
    sanne = browse(cast.sanne)
    first = sanne.get(f"/bijeenkomst/{one}/vastleggen").text
    assert "Is het doorgegaan?" in first
    assert "Hoeveel minuten duurde het?" not in first
    no = sanne.get(f"/bijeenkomst/{one}/vastleggen?doorgegaan=nee").text
    assert "Waarom ging het niet door?" in no
    assert "Hoeveel minuten duurde het?" not in no


def test_what_was_told_is_what_was_delivered(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    one = meet(cast, at_work, planned, LAST_WEEK)
    tell(browse, cast, one)
    assert amount(cast, at_work, planned) == (1, 45)
    shown = browse(cast.bas).get(f"/inzet/{planned}/uitvoering").text
    assert "Geleverd: 1. Dit zegt niets over oorzaak." in shown
    assert "bij 1 van 1 geleverde bijeenkomsten" in shown
    assert "Hij deed mee." in browse(cast.bas).get(f"/bijeenkomst/{one}").text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"attendance": "niet_er"}, "Kies waarom de jongere er niet was."),
        ({"attendance": "er", "minutes": ""}, "Vul in hoeveel minuten het duurde."),
        ({"attendance": "er", "minutes": "-3"}, "Vul een heel getal in"),
        ({"attendance": "er", "minutes": "1000"}, "tot en met 720"),
    ],
)
def test_the_questions_that_follow_must_be_answered(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID, given: dict[str, str], message: str
) -> None:
    one = meet(cast, at_work, planned, LAST_WEEK)
    answer = tell(browse, cast, one, **given)
    assert answer.status_code == 422
    assert message in answer.text
    assert "Hij deed mee." in answer.text
    assert amount(cast, at_work, planned) == (0, 0)


def test_a_correction_leaves_the_first_beside_it(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    one = meet(cast, at_work, planned, LAST_WEEK)
    tell(browse, cast, one)
    without = tell(browse, cast, one, minutes=30)
    assert without.status_code == 422
    tell(
        browse,
        cast,
        one,
        minutes=30,
        words="Hij ging eerder weg.",
        why="Ik vergiste me in de tijd.",
    )
    shown = browse(cast.bas).get(f"/bijeenkomst/{one}").text
    assert "Hij deed mee." in shown
    assert "Hij ging eerder weg." in shown
    assert "Wat er eerst stond" in shown
    assert amount(cast, at_work, planned) == (1, 30)


def test_what_was_told_cannot_be_changed_in_the_database(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID, superuser: Engine
) -> None:
    one = meet(cast, at_work, planned, LAST_WEEK)
    tell(browse, cast, one)
    with superuser.connect() as connection:
        may = connection.execute(
            text(
                "SELECT has_table_privilege('pmg_app', 'gathering_record', 'UPDATE'),"
                " has_table_privilege('pmg_app', 'gathering_record', 'DELETE'),"
                " has_table_privilege('pmg_app', 'delivery_event', 'UPDATE')"
            )
        ).one()
    assert tuple(may) == (False, False, False)


def test_moved_it_keeps_where_it_stood(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    one = meet(cast, at_work, planned, LAST_WEEK)
    answer = send(
        browse(cast.sanne),
        f"/bijeenkomst/{one}/verzetten",
        on_day=f"{build.TODAY:%d-%m-%Y}",
        words="Hij had een toets op school.",
    )
    assert answer.status_code == 302
    shown = browse(cast.bas).get(f"/bijeenkomst/{one}").text
    assert "Stond eerst op:" in shown
    log = browse(cast.bas).get(f"/inzet/{planned}/uitvoering").text
    assert "Bijeenkomst verzet" in log
    assert "Hij had een toets op school." in log
    with at_work(cast.bas):
        assert the_gathering(one).on_day == build.TODAY


@pytest.mark.parametrize("days", [-1, -400])
def test_nothing_is_planned_before_the_start(
    browse: Browse, cast: Cast, planned: UUID, days: int
) -> None:
    on_day = BEGUN + timedelta(days=days)
    path = f"/inzet/{planned}/bijeenkomst/nieuw"
    answer = send(browse(cast.sanne), path, on_day=f"{on_day:%d-%m-%Y}", clock="14.30")
    assert answer.status_code == 422
    assert "Kies die dag of een latere." in answer.text
    assert "14.30" in answer.text


def test_nothing_is_planned_of_what_has_not_started(
    browse: Browse, cast: Cast, at_work: AtWork, case_id: UUID
) -> None:
    waiting = a_trajectory(cast, at_work, case_id, started_on=None)
    plan_it(
        cast,
        at_work,
        waiting,
        a_dosage(from_on=build.TODAY, until_on=build.TODAY + timedelta(days=30)),
    )
    shown = browse(cast.sanne).get(f"/inzet/{waiting}/bijeenkomst/nieuw").text
    assert "Deze inzet is nog niet gestart." in shown


def test_beyond_the_plan_it_says_to_amend_first(
    browse: Browse, cast: Cast, at_work: AtWork, trajectory_id: UUID
) -> None:
    plan_it(cast, at_work, trajectory_id, a_dosage(sessions=1))
    meet(cast, at_work, trajectory_id, LAST_WEEK)
    path = f"/inzet/{trajectory_id}/bijeenkomst/nieuw"
    answer = send(browse(cast.sanne), path, clock="09.15")
    assert answer.status_code == 422
    assert "In het trajectplan staan 1 bijeenkomsten voor dit doel" in answer.text
    assert "09.15" in answer.text


def test_what_did_not_happen_can_be_planned_again(
    browse: Browse, cast: Cast, at_work: AtWork, trajectory_id: UUID
) -> None:
    plan_it(cast, at_work, trajectory_id, a_dosage(sessions=1))
    one = meet(cast, at_work, trajectory_id, LAST_WEEK)
    path = f"/bijeenkomst/{one}/vastleggen?doorgegaan=nee"
    send(browse(cast.sanne), path, reason="begeleider_kon_niet")
    meet(cast, at_work, trajectory_id, build.TODAY)
    found = came(cast, at_work, trajectory_id).approved
    assert found is not None
    assert found.goals[0].waiting == 1
    assert (
        "De begeleider kon niet: 1"
        in browse(cast.bas).get(f"/inzet/{trajectory_id}/uitvoering").text
    )


def test_a_day_that_is_to_come_is_not_told(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    one = meet(cast, at_work, planned, build.TODAY + timedelta(days=2))
    answer = tell(browse, cast, one)
    assert answer.status_code == 422
    assert "Deze dag moet nog komen." in answer.text


def test_two_who_tell_at_once_get_both(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    one = meet(cast, at_work, planned, LAST_WEEK)
    path = f"/bijeenkomst/{one}/vastleggen?doorgegaan=ja"
    sanne = browse(cast.sanne)
    mine = filled(sanne, path, **THERE | {"words": "Wat Sanne zag."})
    send(browse(cast.bas), path, **THERE | {"words": "Wat Bas zag."})
    answer = sanne.post(path, data=mine)
    assert answer.status_code == 409
    assert "Wat Sanne zag." in answer.text
    assert "Wat Bas zag." in answer.text
    assert amount(cast, at_work, planned) == (1, 45)


GROUP = "/bijeenkomsten/groep"


def a_group(cast: Cast, at_work: AtWork, browse: Browse, planned: UUID) -> dict[str, UUID]:
    """Two of Sanne's youths in one meeting; Jaap takes part in the file of the second."""
    case_id = a_case(cast, at_work, given_name="Noor", family_name="Visser")
    second = a_trajectory(cast, at_work, case_id)
    plan_it(cast, at_work, second)
    with at_work(cast.bas):
        build.members.seat(build.the_case(case_id), cast.jaap.id, cast.jaap.role)
    sanne = browse(cast.sanne)
    (address,) = {
        part.split('"')[0] for part in sanne.get(GROUP).text.split('href="') if "?inzet=" in part
    }
    page = sanne.get(address).text
    values = [part.split('"')[0] for part in page.split('value="') if "_" in part.split('"')[0]]
    youths = [value for value in values if value[:36].count("-") == 4]
    assert len(youths) == 2
    answer = send(
        sanne, address, youths=youths, on_day=f"{LAST_WEEK:%d-%m-%Y}", clock="16.00", minutes=90
    )
    assert answer.status_code == 302
    return {"first": _meeting(cast, at_work, planned), "second": _meeting(cast, at_work, second)}


def _meeting(cast: Cast, at_work: AtWork, trajectory_id: UUID) -> UUID:
    (only,) = came(cast, at_work, trajectory_id).meetings
    return only.id


def roll(first: UUID, second: UUID, **given: object) -> dict[str, object]:
    return {
        f"attendance-{first.hex}": "er",
        f"attendance-{second.hex}": "afgezegd",
        f"reason-{second.hex}": "andere_verplichting",
        "minutes": 90,
    } | given


def test_a_roll_call_stands_in_each_file_by_itself(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    ids = a_group(cast, at_work, browse, planned)
    path = f"/bijeenkomst/{ids['first']}/presentie"
    sanne = browse(cast.sanne)
    page = sanne.get(path).text
    assert "Was Noor V. er?" in page
    assert "Was Yassin de B. er?" in page
    assert send(sanne, path, **roll(ids["first"], ids["second"])).status_code == 302
    assert amount(cast, at_work, planned) == (1, 90)
    shown = browse(cast.bas).get(f"/bijeenkomst/{ids['second']}").text
    assert "Afgezegd" in shown
    assert "School, werk of thuis ging voor" in shown
    assert "Yassin" not in shown


def test_nobody_sees_names_from_files_he_may_not_see(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    ids = a_group(cast, at_work, browse, planned)
    jaap = browse(cast.jaap)
    page = jaap.get(f"/bijeenkomst/{ids['second']}/presentie")
    assert page.status_code == 200
    assert "Noor" in page.text
    assert "Yassin" not in page.text
    assert ids["first"].hex not in page.text
    assert jaap.get(f"/bijeenkomst/{ids['first']}/presentie").status_code == 404
    assert "Yassin" not in jaap.get("/bijeenkomsten").text
    form = filled(jaap, f"/bijeenkomst/{ids['second']}/presentie", minutes=90)
    form[f"attendance-{ids['second'].hex}"] = "er"
    form[f"attendance-{ids['first'].hex}"] = "er"
    form[f"version-{ids['first'].hex}"] = "1"
    jaap.post(f"/bijeenkomst/{ids['second']}/presentie", data=form)
    assert amount(cast, at_work, planned) == (0, 0)


def test_two_roll_calls_at_once_get_both_texts(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    ids = a_group(cast, at_work, browse, planned)
    path = f"/bijeenkomst/{ids['first']}/presentie"
    sanne = browse(cast.sanne)
    mine = filled(sanne, path, **roll(ids["first"], ids["second"]))
    theirs = roll(ids["first"], ids["second"], minutes=15)
    assert send(browse(cast.bas), path, **theirs).status_code == 302
    answer = sanne.post(path, data=mine)
    assert answer.status_code == 409
    assert "90 min" in answer.text
    assert "15 min" in answer.text
    assert amount(cast, at_work, planned) == (1, 15)


def test_an_unfinished_roll_call_keeps_what_was_tapped(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    ids = a_group(cast, at_work, browse, planned)
    path = f"/bijeenkomst/{ids['first']}/presentie"
    half = roll(ids["first"], ids["second"], **{f"reason-{ids['second'].hex}": ""})
    answer = send(browse(cast.sanne), path, **half)
    assert answer.status_code == 422
    assert "Kies waarom de jongere er niet was." in answer.text
    assert 'value="afgezegd" checked' in answer.text or "checked" in answer.text
    assert amount(cast, at_work, planned) == (0, 0)


def test_a_group_that_did_not_meet_says_so_in_each_file(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    ids = a_group(cast, at_work, browse, planned)
    path = f"/bijeenkomst/{ids['first']}/vastleggen?doorgegaan=nee"
    assert send(browse(cast.sanne), path, reason="plek_niet_vrij").status_code == 302
    assert "De plek was niet vrij" in browse(cast.bas).get(f"/bijeenkomst/{ids['second']}").text


def test_a_group_moves_together(browse: Browse, cast: Cast, at_work: AtWork, planned: UUID) -> None:
    ids = a_group(cast, at_work, browse, planned)
    path = f"/bijeenkomst/{ids['first']}/verzetten"
    on_day = f"{build.TODAY:%d-%m-%Y}"
    send(browse(cast.sanne), path, on_day=on_day, words="De zaal is die dag bezet.")
    with at_work(cast.bas):
        assert the_gathering(ids["second"]).on_day == build.TODAY


def _without(page: str, path: str) -> str:
    """The page without what differs by request: the token, and the address asked for."""
    page = re.sub(r'<input[^>]*name="csrf_token"[^>]*>', "", page)
    return page.replace(quote(path, safe=""), "").replace(path, "")


def test_strangers_get_what_a_wrong_id_gets(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    one = meet(cast, at_work, planned, LAST_WEEK)
    for person in (cast.jaap, cast.karim, cast.other, cast.els, cast.ad):
        client = browse(person)
        for path in (
            f"/inzet/{planned}/uitvoering",
            f"/bijeenkomst/{one}",
            f"/bijeenkomst/{one}/vastleggen",
            f"/inzet/{planned}/zorg",
        ):
            wrong = path.replace(str(one), str(uuid4())).replace(str(planned), str(uuid4()))
            answer, nothing = client.get(path), client.get(wrong)
            assert (answer.status_code, nothing.status_code) == (404, 404)
            assert _without(answer.text, path) == _without(nothing.text, wrong)


def test_who_has_left_sees_nothing_any_more(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID, case_id: UUID
) -> None:
    one = meet(cast, at_work, planned, LAST_WEEK)
    sanne = browse(cast.sanne)
    path = f"/bijeenkomst/{one}/vastleggen?doorgegaan=ja"
    form = filled(sanne, path, **THERE)
    with at_work(cast.bas):
        build.members.end_seats(build.the_case(case_id), cast.sanne.role, but=[])
    assert sanne.post(path, data=form).status_code == 404
    assert sanne.get(f"/inzet/{planned}/uitvoering").status_code == 404
    assert "Yassin" not in sanne.get("/bijeenkomsten").text
    assert amount(cast, at_work, planned) == (0, 0)


def test_a_partner_reads_and_does_not_write(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID, case_id: UUID
) -> None:
    one = meet(cast, at_work, planned, LAST_WEEK)
    with at_work(cast.bas):
        build.members.seat(build.the_case(case_id), cast.karim.id, cast.karim.role)
    karim = browse(cast.karim)
    assert AIM in karim.get(f"/inzet/{planned}/uitvoering").text
    assert "Bijeenkomst plannen" not in karim.get(f"/inzet/{planned}/uitvoering").text
    assert karim.get(f"/bijeenkomst/{one}/vastleggen").status_code == 404
    assert karim.get(f"/inzet/{planned}/dosering/nieuw").status_code == 404


def test_sums_per_intervention_are_for_the_team_alone(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    tell(browse, cast, meet(cast, at_work, planned, LAST_WEEK))
    shown = browse(cast.sanne).get("/bijeenkomsten/dosering").text
    assert "Intern, niet publiceren" in shown
    assert "Gepland: 8 bijeenkomsten. Geleverd: 1." in shown
    assert "Geleverd: 1" not in browse(cast.jaap).get("/bijeenkomsten/dosering").text
    assert browse(cast.els).get("/bijeenkomsten/dosering").status_code == 404
