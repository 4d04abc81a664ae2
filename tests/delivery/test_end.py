"""The rest and the end: pauses, concerns, the closing report; afterwards it is read only."""

from datetime import timedelta
from uuid import UUID

import pytest

from pmg.delivery import ending, queries, writing
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.interventions import services as interventions
from pmg.interventions.answers import Stop
from pmg.interventions.rules import StopReason
from tests import build
from tests.acting import filled, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.delivery.conftest import AIM, BEGUN, Browse, meet, the_plan, the_trajectory
from tests.delivery.test_meet import LAST_WEEK, amount, came, tell

NOW = f"{build.TODAY:%d-%m-%Y}"
SAID = "Zijn moeder vertelde dat er thuis veel ruzie is."


def goal_key(cast: Cast, at_work: AtWork, trajectory_id: UUID) -> UUID:
    with at_work(cast.bas):
        return writing.goals_of(the_plan(trajectory_id))[0].goal_key


def close(browse: Browse, cast: Cast, trajectory_id: UUID, key: UUID, **given: object) -> object:
    answers = {
        f"outcome-{key.hex}": "deels",
        f"words-{key.hex}": "Hij kwam meestal op tijd.",
        "ended_on": NOW,
        "words": "Hij ging graag naar de training.",
    }
    return send(browse(cast.sanne), f"/inzet/{trajectory_id}/eindverslag", **answers | given)


def test_a_pause_moves_the_end_and_keeps_what_was_delivered(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    tell(browse, cast, meet(cast, at_work, planned, BEGUN + timedelta(days=2)))
    before = came(cast, at_work, planned).approved
    sanne = browse(cast.sanne)
    since = build.TODAY - timedelta(days=10)
    send(sanne, f"/inzet/{planned}/pauze", from_on=f"{since:%d-%m-%Y}", reason="vakantie")
    assert "Dit traject rust sinds" in browse(cast.bas).get(f"/inzet/{planned}/uitvoering").text
    send(sanne, f"/inzet/{planned}/hervatten", resumed_on=NOW)
    after = came(cast, at_work, planned).approved
    assert before is not None
    assert after is not None
    assert after.goals[0].last_day - before.goals[0].last_day == timedelta(days=10)
    assert after.goals[0].delivered == before.goals[0].delivered


def test_in_a_pause_nothing_is_planned(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    sanne = browse(cast.sanne)
    send(sanne, f"/inzet/{planned}/pauze", from_on=NOW, reason="school_of_werk")
    answer = send(sanne, f"/inzet/{planned}/bijeenkomst/nieuw", on_day=NOW)
    assert answer.status_code == 422
    assert "Op die dag rust het traject." in answer.text
    again = send(sanne, f"/inzet/{planned}/pauze", from_on=NOW, reason="vakantie")
    assert "Er is al een pauze in die tijd." in again.text


def test_a_pause_over_meetings_is_refused_with_what_to_do(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    meet(cast, at_work, planned, build.TODAY + timedelta(days=3))
    answer = send(browse(cast.sanne), f"/inzet/{planned}/pauze", from_on=NOW, reason="vakantie")
    assert answer.status_code == 422
    assert "Verzet ze eerst" in answer.text


def test_a_concern_goes_to_the_referrer_and_to_no_one_else(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID, case_id: UUID
) -> None:
    with at_work(cast.bas):
        build.members.seat(build.the_case(case_id), cast.karim.id, cast.karim.role)
    sanne, bas = browse(cast.sanne), browse(cast.bas)
    assert "Zorg melden aan Bas<" in sanne.get(f"/inzet/{planned}/uitvoering").text
    assert "Zorg opschrijven" in bas.get(f"/inzet/{planned}/uitvoering").text  # nobody but Bas
    send(sanne, f"/inzet/{planned}/zorg", words=SAID)
    notices = bas.get("/berichten").text
    assert "Bij een traject is een zorg aan u gemeld" in notices
    assert "ruzie" not in notices
    assert SAID in bas.get(f"/inzet/{planned}/uitvoering").text
    assert SAID in sanne.get(f"/inzet/{planned}/uitvoering").text
    others = browse(cast.karim).get(f"/inzet/{planned}/uitvoering").text
    assert AIM in others
    assert SAID not in others
    assert "Zorg gemeld" not in others


def test_the_closing_report_is_on_each_goal_and_ends_it(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    tell(browse, cast, meet(cast, at_work, planned, LAST_WEEK))
    sanne = browse(cast.sanne)
    assert sanne.get(f"/inzet/{planned}/afronden").location == f"/inzet/{planned}/eindverslag"
    key = goal_key(cast, at_work, planned)
    without = close(browse, cast, planned, key, **{f"words-{key.hex}": ""})
    assert without.status_code == 422
    assert "Schrijf bij elk doel in een zin op hoe het ging." in without.text
    assert "Hij ging graag naar de training." in without.text
    assert close(browse, cast, planned, key).status_code == 302
    shown = browse(cast.bas).get(f"/inzet/{planned}/uitvoering").text
    assert "Deels bereikt" in shown
    assert "Hij kwam meestal op tijd." in shown
    assert "Doel deels bereikt" in browse(cast.bas).get(f"/inzet/{planned}").text
    assert amount(cast, at_work, planned) == (1, 45)


def test_what_has_ended_is_read_only_and_says_so(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    one = meet(cast, at_work, planned, LAST_WEEK)
    sanne = browse(cast.sanne)
    path = f"/bijeenkomst/{one}/vastleggen?doorgegaan=ja"
    late = filled(sanne, path, attendance="er", minutes=45)
    close(browse, cast, planned, goal_key(cast, at_work, planned))
    shown = sanne.get(f"/inzet/{planned}/uitvoering").text
    assert "Alleen lezen" in shown
    assert "Bijeenkomst plannen" not in shown
    sanne.post(path, data=late)
    assert amount(cast, at_work, planned) == (0, 0)
    for step in ("pauze", "zorg", "dosering/aanpassen", "eindverslag", "bijeenkomst/nieuw"):
        assert "Dit kan nu niet" in sanne.get(f"/inzet/{planned}/{step}").text
    with at_work(cast.sanne), pytest.raises(Invalid):
        ending.tell_concern(the_trajectory(planned), SAID, today=build.TODAY)


def test_stopping_early_keeps_what_was_delivered(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    tell(browse, cast, meet(cast, at_work, planned, LAST_WEEK))
    with at_work(cast.sanne):
        row = the_trajectory(planned)
        stop = Stop(StopReason.MOVED, build.TODAY, "", row.version)
        interventions.stop_trajectory(row, stop, today=build.TODAY)
    assert amount(cast, at_work, planned) == (1, 45)
    assert "Geleverd: 1." in browse(cast.bas).get(f"/inzet/{planned}/uitvoering").text


def test_the_end_is_not_before_a_meeting_that_took_place(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    tell(browse, cast, meet(cast, at_work, planned, LAST_WEEK))
    early = LAST_WEEK - timedelta(days=1)
    key = goal_key(cast, at_work, planned)
    answer = close(browse, cast, planned, key, ended_on=f"{early:%d-%m-%Y}")
    assert answer.status_code == 422
    assert "was er nog een bijeenkomst" in answer.text
    with at_work(cast.bas):
        db.session.expire_all()
        assert queries.delivery(the_trajectory(planned), today=build.TODAY).reports == ()
        assert the_trajectory(planned).ended_on is None


def test_a_trajectory_without_a_plan_ends_as_before(
    browse: Browse, cast: Cast, trajectory_id: UUID
) -> None:
    answer = send(
        browse(cast.sanne),
        f"/inzet/{trajectory_id}/afronden",
        result="doel_bereikt",
        ended_on=NOW,
        words="Hij ging elke week en wil door.",
    )
    assert answer.location == f"/inzet/{trajectory_id}"


def test_the_youth_reads_what_is_written_of_the_meetings(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID, case_id: UUID
) -> None:
    tell(browse, cast, meet(cast, at_work, planned, LAST_WEEK))
    send(browse(cast.sanne), f"/inzet/{planned}/zorg", words=SAID)
    close(browse, cast, planned, goal_key(cast, at_work, planned))
    shown = browse(cast.bas).get(f"/zaken/{case_id}/mijn-gegevens").text
    assert "gepland 8 bijeenkomsten, 480 minuten, geleverd 1 bijeenkomst, 45 minuten" in shown
    for words in ("Hij deed mee.", SAID, "Hij kwam meestal op tijd."):
        assert words in shown


def test_today_holds_the_meetings_that_nobody_told_of(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    one = meet(cast, at_work, planned, LAST_WEEK)
    later = meet(cast, at_work, planned, build.TODAY + timedelta(days=3))
    shown = browse(cast.sanne).get("/vandaag").text
    assert f"/bijeenkomst/{one}/vastleggen" in shown
    assert f"/bijeenkomst/{later}/vastleggen" not in shown
    assert f"/bijeenkomst/{one}/vastleggen" not in browse(cast.jaap).get("/vandaag").text
    tell(browse, cast, one)
    assert f"/bijeenkomst/{one}/vastleggen" not in browse(cast.sanne).get("/vandaag").text
