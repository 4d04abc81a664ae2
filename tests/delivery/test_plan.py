"""The plan of a trajectory: per goal, approved by another, in versions that never change."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from pmg.delivery import services, writing
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.security.policy import Role
from tests import build
from tests.acting import filled, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.delivery.conftest import (
    AIM,
    BEGUN,
    Browse,
    a_dosage,
    a_trajectory,
    plan_it,
    the_plan,
)

ANSWERS = {
    "aim": AIM,
    "sessions": 8,
    "minutes": 60,
    "from_on": f"{BEGUN:%d-%m-%Y}",
    "until_on": f"{BEGUN + timedelta(weeks=8):%d-%m-%Y}",
    "elements": "rollenspel\nhuisbezoek",
}


def write(browse: Browse, cast: Cast, trajectory_id: UUID, **given: object) -> None:
    answer = send(browse(cast.sanne), f"/inzet/{trajectory_id}/dosering/nieuw", **ANSWERS | given)
    assert answer.status_code == 302


def test_sanne_writes_it_and_bas_approves(
    browse: Browse, cast: Cast, at_work: AtWork, trajectory_id: UUID
) -> None:
    write(browse, cast, trajectory_id)
    with at_work(cast.sanne):
        plan_id = the_plan(trajectory_id).id
    send(browse(cast.sanne), f"/dosering/{plan_id}/voorleggen")
    bas = browse(cast.bas)
    assert "Een trajectplan wacht op uw goedkeuring" in bas.get("/berichten").text
    assert (
        "Dit trajectplan wacht op uw goedkeuring"
        in bas.get(f"/inzet/{trajectory_id}/uitvoering").text
    )
    send(bas, f"/dosering/{plan_id}/besluit", verdict="ja")
    shown = browse(cast.sanne).get(f"/inzet/{trajectory_id}/uitvoering").text
    assert "Versie 1, goedgekeurd op" in shown
    assert "Gepland: 8 bijeenkomsten. Geleverd: 0." in shown


def test_who_wrote_it_does_not_approve_it(
    browse: Browse, cast: Cast, at_work: AtWork, trajectory_id: UUID
) -> None:
    write(browse, cast, trajectory_id)
    with at_work(cast.bas):
        plan_id = the_plan(trajectory_id).id
    send(browse(cast.bas), f"/inzet/{trajectory_id}/dosering/nieuw", **ANSWERS)
    bas = browse(cast.bas)
    assert "Niemand anders op deze zaak" in bas.get(f"/dosering/{plan_id}/voorleggen").text
    shown = bas.get(f"/inzet/{trajectory_id}/uitvoering").text
    assert "Niemand kan dit nu goedkeuren" in shown
    with at_work(cast.bas):
        plan = the_plan(trajectory_id)
        with pytest.raises(Invalid, match="Niemand anders op deze zaak"):
            services.submit_plan(plan, plan.version, today=build.TODAY)


def test_a_director_who_wrote_it_alone_asks_a_colleague_on_the_case(
    browse: Browse, cast: Cast, at_work: AtWork, case_id: UUID
) -> None:
    trajectory_id = a_trajectory(cast, at_work, case_id)
    bas = browse(cast.bas)
    send(bas, f"/inzet/{trajectory_id}/dosering/nieuw", **ANSWERS)
    with at_work(cast.bas):
        plan_id = the_plan(trajectory_id).id
    assert "Wie dit kan goedkeuren: Sanne." in bas.get(f"/dosering/{plan_id}/voorleggen").text
    send(bas, f"/dosering/{plan_id}/voorleggen")
    sanne = browse(cast.sanne)
    assert "Een trajectplan wacht op uw goedkeuring" in sanne.get("/berichten").text
    assert send(sanne, f"/dosering/{plan_id}/besluit", verdict="ja").status_code == 302
    with at_work(cast.bas):
        assert the_plan(trajectory_id).approved_by == cast.sanne.id


def test_who_waits_for_approval_asks_once_more_a_day(
    browse: Browse, cast: Cast, at_work: AtWork, trajectory_id: UUID, superuser: Engine
) -> None:
    write(browse, cast, trajectory_id)
    with at_work(cast.sanne):
        plan_id = the_plan(trajectory_id).id
    sanne, path = browse(cast.sanne), f"/dosering/{plan_id}/vragen"
    send(sanne, f"/dosering/{plan_id}/voorleggen")
    assert "Vandaag is er al om gevraagd" in send(sanne, path).text
    with superuser.begin() as connection:
        connection.execute(text("UPDATE delivery_event SET at = at - interval '2 days'"))
        connection.execute(text("UPDATE notice SET read_at = now()"))
    assert "Nog eens om goedkeuring vragen" in sanne.get(f"/inzet/{trajectory_id}/uitvoering").text
    assert send(sanne, path).status_code == 302
    assert "Een trajectplan wacht" in browse(cast.bas).get("/vandaag").text
    assert send(sanne, path).status_code == 422


def test_who_did_not_assign_it_does_not_approve_it(
    browse: Browse, cast: Cast, at_work: AtWork, trajectory_id: UUID, case_id: UUID
) -> None:
    write(browse, cast, trajectory_id)
    with at_work(cast.sanne):
        plan_id = the_plan(trajectory_id).id
    send(browse(cast.sanne), f"/dosering/{plan_id}/voorleggen")
    with at_work(cast.bas):
        build.members.seat(build.the_case(case_id), cast.jaap.id, Role.YOUTH_WORKER)
    jaap = browse(cast.jaap)
    assert "Dit kan nu niet" in jaap.get(f"/dosering/{plan_id}/besluit").text
    form = filled(browse(cast.bas), f"/dosering/{plan_id}/besluit", verdict="ja")
    form["csrf_token"] = filled(jaap, f"/inzet/{trajectory_id}/zorg")["csrf_token"]
    assert jaap.post(f"/dosering/{plan_id}/besluit", data=form).status_code == 200
    with at_work(cast.bas):
        assert the_plan(trajectory_id).state == "voorgelegd"


def test_sent_back_it_says_what_must_change(
    browse: Browse, cast: Cast, at_work: AtWork, trajectory_id: UUID
) -> None:
    write(browse, cast, trajectory_id)
    with at_work(cast.sanne):
        plan_id = the_plan(trajectory_id).id
    send(browse(cast.sanne), f"/dosering/{plan_id}/voorleggen")
    short = send(browse(cast.bas), f"/dosering/{plan_id}/besluit", verdict="nee", words="nee")
    assert short.status_code == 422
    why = "Acht keer is te weinig voor dit doel."
    send(browse(cast.bas), f"/dosering/{plan_id}/besluit", verdict="nee", words=why)
    shown = browse(cast.sanne).get(f"/inzet/{trajectory_id}/uitvoering").text
    assert why in shown
    assert "Trajectplan teruggestuurd" in shown


def test_an_amendment_needs_a_reason_and_keeps_the_first(
    browse: Browse, cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    sanne = browse(cast.sanne)
    refused = send(sanne, f"/inzet/{planned}/dosering/nieuw", **ANSWERS)
    assert "Dit trajectplan is goedgekeurd" in refused.text
    assert AIM in refused.text
    why = "Hij kan maar om de week komen."
    send(sanne, f"/inzet/{planned}/dosering/aanpassen", words=why)
    with at_work(cast.sanne):
        goal_id = writing.goals_of(the_plan(planned))[0].id
        plan_id = the_plan(planned).id
    send(sanne, f"/doseringsdoel/{goal_id}/wijzigen", **ANSWERS | {"sessions": 4})
    send(sanne, f"/dosering/{plan_id}/voorleggen")
    send(browse(cast.bas), f"/dosering/{plan_id}/besluit", verdict="ja")
    shown = browse(cast.bas).get(f"/inzet/{planned}/uitvoering/versies").text
    assert "8 keer 60 minuten" in shown
    assert "4 keer 60 minuten" in shown
    assert "Gewijzigd" in shown
    assert why in shown


def test_an_approved_version_is_frozen_also_for_who_injects_sql(
    cast: Cast, at_work: AtWork, planned: UUID
) -> None:
    with at_work(cast.sanne):
        changed = db.session.execute(
            text("UPDATE dosage_goal SET sessions = 1 WHERE true")
        ).rowcount
        dropped = db.session.execute(text("DELETE FROM dosage_goal WHERE true")).rowcount
        plans = db.session.execute(text("UPDATE dosage_plan SET number = 9 WHERE true")).rowcount
        assert (changed, dropped, plans) == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("sessions", "veel", "Vul een heel getal in"),
        ("sessions", "0", "Vul in hoeveel bijeenkomsten"),
        ("sessions", "9000", "tot en met 300"),
        ("minutes", "721", "tot en met 720"),
        ("until_on", "1-1-2001", "Het einde ligt voor het begin"),
        ("from_on", "1-1-2001", "Een trajectplan duurt hoogstens"),
        ("aim", "kort", "Schrijf in een zin op waar dit aan werkt"),
        ("elements", "x" * 81, "Maak de tekst korter"),
        ("elements", "\n".join(f"deel {one}" for one in range(13)), "Noem hoogstens 12"),
        ("plan_goal", "x", "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(
    browse: Browse, cast: Cast, trajectory_id: UUID, name: str, value: str, message: str
) -> None:
    answers = ANSWERS | {"elements": "eenopvallendonderdeel"} | {name: value}
    answer = send(browse(cast.sanne), f"/inzet/{trajectory_id}/dosering/nieuw", **answers)
    assert answer.status_code == 422
    if name != "plan_goal":
        assert message in answer.text
        assert name in {"elements", "aim"} or "eenopvallendonderdeel" in answer.text


def test_two_who_write_the_same_goal_get_both_texts(
    browse: Browse, cast: Cast, at_work: AtWork, trajectory_id: UUID
) -> None:
    write(browse, cast, trajectory_id)
    with at_work(cast.sanne):
        goal_id = writing.goals_of(the_plan(trajectory_id))[0].id
    path = f"/doseringsdoel/{goal_id}/wijzigen"
    sanne = browse(cast.sanne)
    mine = filled(sanne, path, aim="Wat Sanne ervan wil maken.")
    send(browse(cast.bas), path, aim="Wat Bas ervan maakte.")
    answer = sanne.post(path, data=mine)
    assert answer.status_code == 409
    assert "Wat Sanne ervan wil maken." in answer.text
    assert "Wat Bas ervan maakte." in answer.text


def test_a_goal_that_a_colleague_took_away_is_not_there(
    browse: Browse, cast: Cast, at_work: AtWork, trajectory_id: UUID
) -> None:
    write(browse, cast, trajectory_id)
    with at_work(cast.sanne):
        goal_id = writing.goals_of(the_plan(trajectory_id))[0].id
    path = f"/doseringsdoel/{goal_id}/wijzigen"
    sanne = browse(cast.sanne)
    mine = filled(sanne, path)
    send(browse(cast.bas), f"/doseringsdoel/{goal_id}/weghalen")
    assert sanne.post(path, data=mine).status_code == 404


def test_the_texts_are_sealed(
    superuser: Engine, cast: Cast, at_work: AtWork, trajectory_id: UUID
) -> None:
    plan_it(cast, at_work, trajectory_id, a_dosage(aim="Geplant doel van de dosering."))
    with superuser.connect() as connection:
        row = connection.execute(text("SELECT aim_sealed, elements_sealed FROM dosage_goal")).one()
    assert b"Geplant" not in bytes(row.aim_sealed)
    assert b"rollenspel" not in bytes(row.elements_sealed)
