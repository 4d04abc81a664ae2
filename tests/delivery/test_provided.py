"""The provider's own people keep the delivery of what they accepted, until it ends; no more."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text

from config import Settings
from pmg.cases import services as cases
from pmg.delivery import ending, meeting, services, writing
from pmg.delivery.answers import Meeting
from pmg.delivery.models import DeliveryEvent, DosagePlan, GoalReport
from pmg.errors import Gone, NotPermitted
from pmg.extensions import db
from pmg.interventions import services as interventions
from pmg.interventions.answers import Start, Stop
from pmg.interventions.models import Trajectory
from pmg.interventions.rules import StopReason
from pmg.providers import referring
from pmg.security.policy import Action
from tests import build
from tests.acting import filled, hire_partner, join, send
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.delivery.conftest import AIM, Browse, a_dosage, the_gathering, the_plan, the_trajectory
from tests.interventions.conftest import GOAL
from tests.promises.waiting import meanwhile
from tests.providers.conftest import Offers, Refer, accept, noor, offers, refer, the_referral
from tests.providers.test_workspace import colleague

__all__ = ["noor", "offers", "refer"]

DAY = build.TODAY
NOW = f"{DAY:%d-%m-%Y}"
SAID = "Hij vertelde dat hij niet naar huis durft."
ANSWERS = {
    "aim": AIM,
    "sessions": 8,
    "minutes": 60,
    "from_on": NOW,
    "until_on": f"{DAY + timedelta(weeks=8):%d-%m-%Y}",
    "elements": "rollenspel",
}
STEPS = (
    "uitvoering",
    "uitvoering/versies",
    "dosering/nieuw",
    "dosering/aanpassen",
    "bijeenkomst/nieuw",
    "pauze-vragen",
    "hervatten",
    "zorg",
    "eindverslag",
    "eerder-stoppen",
)


@pytest.fixture
def begun(offers: Offers, refer: Refer, at_work: AtWork, cast: Cast, noor: Person) -> UUID:
    """What Sanne referred to the organisation of Noor, who accepted and met; it began today."""
    offers(places=9)
    return begin(refer(), at_work, cast, noor)


def begin(referral_id: UUID, at_work: AtWork, cast: Cast, noor: Person) -> UUID:
    accept(at_work, noor, referral_id)
    with at_work(noor):
        row = the_referral(referral_id)
        referring.note_conversation(
            row, DAY, action=Action.PROVIDER_ANSWER, version=row.version, today=DAY
        )
    with at_work(cast.sanne):
        trajectory = the_trajectory(the_referral(referral_id).trajectory_id)
        interventions.start_trajectory(trajectory, Start(DAY, trajectory.version), today=DAY)
        return trajectory.id


@pytest.fixture
def agreed(begun: UUID, at_work: AtWork, cast: Cast, noor: Person) -> UUID:
    """The same, with a plan that Noor wrote and Sanne approved."""
    plan_it(at_work, cast, noor, begun)
    return begun


def plan_it(at_work: AtWork, cast: Cast, noor: Person, trajectory_id: UUID) -> None:
    with at_work(noor):
        wanted = a_dosage(from_on=DAY, until_on=DAY + timedelta(weeks=8))
        services.write_goal(the_trajectory(trajectory_id), wanted, today=DAY)
        db.session.flush()
        plan = the_plan(trajectory_id)
        services.submit_plan(plan, plan.version, today=DAY)
    with at_work(cast.sanne):
        plan = the_plan(trajectory_id)
        services.approve_plan(plan, plan.version, today=DAY)


def meet(at_work: AtWork, noor: Person, trajectory_id: UUID) -> UUID:
    with at_work(noor):
        trajectory = the_trajectory(trajectory_id)
        plan = writing.approved_plan(trajectory)
        assert plan is not None
        wanted = Meeting(writing.goals_of(plan)[0].goal_key, DAY, None, 60)
        return meeting.plan_meeting(trajectory, wanted, today=DAY).id


def case_of(at_work: AtWork, cast: Cast, trajectory_id: UUID) -> UUID:
    with at_work(cast.sanne):
        return the_trajectory(trajectory_id).case_id


def assert_gone(client: FlaskClient, place: str, steps: list[str]) -> None:
    """Each of these addresses answers as it does for an id that does not exist."""
    wrong = f"{place.rpartition('/')[0]}/{uuid4()}"
    for step in steps:
        pages = [(client.get(f"{each}{step}"), each) for each in (place, wrong)]
        shown = [(page.status_code, page.text.replace(each, "")) for page, each in pages]
        assert shown[0] == shown[1], step
        assert shown[0][0] == 404


def test_the_provider_writes_the_plan_and_the_referrer_approves(
    begun: UUID, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    client = browse(noor)
    form = client.get(f"/inzet/{begun}/dosering/nieuw").text
    assert GOAL in form
    assert "doel van het plan van de jongere" not in form
    send(client, f"/inzet/{begun}/dosering/nieuw", **ANSWERS)
    with at_work(noor):
        plan_id = the_plan(begun).id
    assert "Wie dit kan goedkeuren: Bas, Sanne." in client.get(f"/inzet/{begun}/uitvoering").text
    send(client, f"/dosering/{plan_id}/voorleggen")
    assert client.get(f"/dosering/{plan_id}/besluit").status_code == 404
    sanne = browse(cast.sanne)
    assert "Een trajectplan wacht op uw goedkeuring" in sanne.get("/berichten").text
    send(sanne, f"/dosering/{plan_id}/besluit", verdict="ja")
    assert "Er is besloten over een trajectplan" in client.get("/berichten").text
    assert "goedgekeurd op" in client.get(f"/inzet/{begun}/uitvoering").text


def test_the_referral_leads_to_the_one_page_that_both_read(
    agreed: UUID, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    client = browse(noor)
    with at_work(cast.sanne):
        referral = referring.of_trajectory(agreed)
        assert referral is not None
        referral_id, number = referral.id, build.the_case(referral.case_id).number
    assert f"/inzet/{agreed}/uitvoering" in client.get(f"/aangemeld/{referral_id}").text
    shown = client.get(f"/inzet/{agreed}/uitvoering").text
    assert "Kind1 Verwezen" in shown
    assert AIM in shown
    assert "Om een pauze vragen" in shown
    assert "Traject pauzeren" not in shown
    assert number not in shown
    assert "/zaken/" not in shown
    theirs = browse(cast.sanne).get(f"/inzet/{agreed}/uitvoering").text
    assert AIM in theirs
    assert "Traject pauzeren" in theirs


def test_the_provider_holds_a_meeting_and_moves_another(
    agreed: UUID, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    client = browse(noor)
    send(client, f"/inzet/{agreed}/bijeenkomst/nieuw", on_day=NOW)
    shown = client.get("/bijeenkomsten").text
    assert "Kind1 Verwezen" in shown
    other = meet(at_work, noor, agreed)
    later = f"{DAY + timedelta(days=3):%d-%m-%Y}"
    moved = send(client, f"/bijeenkomst/{other}/verzetten", on_day=later, words="Hij had stage.")
    assert moved.status_code == 302
    one = meet(at_work, noor, agreed)
    assert "Is het doorgegaan?" in client.get(f"/bijeenkomst/{one}/vastleggen").text
    path = f"/bijeenkomst/{one}/vastleggen?doorgegaan=ja"
    send(client, path, attendance="niet_er", reason="vergeten")
    corrected = send(client, path, attendance="er", minutes=50, why="Hij kwam later nog.")
    assert corrected.status_code == 302
    theirs = browse(cast.bas).get(f"/bijeenkomst/{one}").text
    assert "Hij kwam later nog." in theirs
    assert "Noor" in theirs
    assert "Geleverd: 1." in browse(cast.bas).get(f"/inzet/{agreed}/uitvoering").text


def test_the_provider_calls_the_roll_of_a_group_in_each_file_apart(
    agreed: UUID, refer: Refer, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    second = begin(refer(), at_work, cast, noor)
    plan_it(at_work, cast, noor, second)
    client = browse(noor)
    with at_work(noor):
        both = [(id_, writing.goals_of(the_plan(id_))[0].goal_key) for id_ in (agreed, second)]
    link = client.get("/bijeenkomsten/groep").text.partition("?inzet=")[2].partition('"')[0]
    path = f"/bijeenkomsten/groep?inzet={link}"
    youths = [f"{id_}_{key}" for id_, key in both]
    assert send(client, path, youths=youths, on_day=NOW, minutes=90).status_code == 302
    with at_work(noor):
        rows = [writing.gatherings_of(the_trajectory(id_))[0] for id_ in (agreed, second)]
        first, other = (row.id for row in rows)
    roll = f"/bijeenkomst/{first}/presentie"
    shown = client.get(roll).text
    assert "Kind1 Verwezen" in shown
    assert "Kind2 Verwezen" in shown
    sent = send(
        client,
        roll,
        **{
            f"attendance-{first.hex}": "er",
            f"attendance-{other.hex}": "niet_er",
            f"reason-{other.hex}": "vergeten",
        },
    )
    assert sent.status_code == 302
    with at_work(noor):
        last = writing.last_record(the_gathering(other))
        assert last is not None
        assert (last.attendance, last.reason) == ("niet_er", "vergeten")


def test_a_concern_goes_to_the_referrer_and_past_a_colleague(
    agreed: UUID, at_work: AtWork, browse: Browse, cast: Cast, noor: Person, settings: Settings
) -> None:
    finn = colleague(settings, noor, "finn")
    join(cast, at_work, case_of(at_work, cast, agreed), cast.karim)
    assert "Zorg melden aan Bas, Sanne<" in browse(noor).get(f"/inzet/{agreed}/zorg").text
    assert send(browse(noor), f"/inzet/{agreed}/zorg", words=SAID).status_code == 302
    told = browse(cast.sanne).get("/berichten").text
    assert "Bij een traject is een zorg aan u gemeld" in told
    assert "durft" not in told
    for who, reads in ((cast.sanne, True), (cast.bas, True), (noor, True)):
        assert (SAID in browse(who).get(f"/inzet/{agreed}/uitvoering").text) is reads
    for who in (finn, cast.karim):
        page = browse(who).get(f"/inzet/{agreed}/uitvoering")
        assert page.status_code == 200
        assert "Zorg gemeld" not in page.text
        with at_work(who):
            steps = db.session.scalars(select(DeliveryEvent.step)).all()
            assert steps
            assert "zorg" not in steps


@pytest.mark.parametrize("is_given", [True, False])
def test_a_pause_is_asked_by_the_provider_and_given_by_the_referrer(
    agreed: UUID,
    browse: Browse,
    cast: Cast,
    noor: Person,
    is_given: bool,  # noqa: FBT001  (a parameter of the test)
) -> None:
    client, sanne = browse(noor), browse(cast.sanne)
    path = f"/inzet/{agreed}/pauze-vragen"
    later = f"{DAY + timedelta(days=7):%d-%m-%Y}"
    asked = send(client, path, from_on=later, reason="vakantie", words="Twee weken weg.")
    assert asked.status_code == 302
    assert "U hebt al om een pauze gevraagd" in send(client, path, reason="vakantie").text
    assert client.get(f"/inzet/{agreed}/pauze").status_code == 404
    assert "Een aanbieder vraagt om een pauze" in sanne.get("/berichten").text
    shown = sanne.get(f"/inzet/{agreed}/uitvoering").text
    assert "Noor vraagt om een pauze vanaf" in shown
    if is_given:
        given = filled(sanne, f"/inzet/{agreed}/pauze")
        assert (given["from_on"].zfill(10), given["reason"]) == (later, "vakantie")
        sanne.post(f"/inzet/{agreed}/pauze", data=given)
        assert "Dit traject rust sinds" in client.get(f"/inzet/{agreed}/uitvoering").text
        resumed = f"{DAY + timedelta(days=9):%d-%m-%Y}"
        answer = send(client, f"/inzet/{agreed}/hervatten", resumed_on=resumed)
        assert answer.status_code == 302
    else:
        why = "De training is net begonnen."
        send(sanne, f"/inzet/{agreed}/pauze-afwijzen", words=why)
        assert why in client.get(f"/inzet/{agreed}/uitvoering").text
    assert "Er is besloten over de pauze waar u om vroeg" in client.get("/berichten").text
    assert "Er is om een pauze gevraagd" not in sanne.get(f"/inzet/{agreed}/uitvoering").text


def close(browse: Browse, at_work: AtWork, noor: Person, trajectory_id: UUID) -> object:
    with at_work(noor):
        key = writing.goals_of(the_plan(trajectory_id))[0].goal_key.hex
    return send(
        browse(noor),
        f"/inzet/{trajectory_id}/eindverslag",
        **{
            f"outcome-{key}": "bereikt",
            f"words-{key}": "Hij komt nu zelf op tijd.",
            "ended_on": NOW,
            "words": "Hij gaat door bij de club.",
        },
    )


def test_the_report_of_the_provider_ends_it_and_his_sight_of_it(
    agreed: UUID, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    one = meet(at_work, noor, agreed)
    answer = close(browse, at_work, noor, agreed)
    assert answer.location == "/aangemeld"
    client, sanne = browse(noor), browse(cast.sanne)
    assert_gone(client, f"/inzet/{agreed}", [f"/{step}" for step in STEPS])
    assert_gone(client, f"/bijeenkomst/{one}", [""])
    assert "Kind1" not in client.get("/bijeenkomsten").text
    assert "Een aanbieder heeft een traject afgerond of gestopt" in sanne.get("/berichten").text
    shown = sanne.get(f"/inzet/{agreed}/uitvoering").text
    assert "Hij komt nu zelf op tijd." in shown
    assert "Alleen lezen" in shown
    ended = sanne.get(f"/inzet/{agreed}").text
    assert "Doel bereikt" in ended
    assert "Hij gaat door bij de club." in ended


def test_the_provider_stops_early_with_a_reason_from_the_list(
    begun: UUID, browse: Browse, cast: Cast, noor: Person
) -> None:
    client, path = browse(noor), f"/inzet/{begun}/eerder-stoppen"
    assert send(client, path, ended_on=NOW).status_code == 422
    assert "aanbieder_weigert" not in client.get(path).text
    answer = send(client, path, reason="verhuisd", ended_on=NOW)
    assert answer.location == "/aangemeld"
    assert client.get(f"/inzet/{begun}/uitvoering").status_code == 404
    assert "De jongere verhuisde" in browse(cast.sanne).get(f"/inzet/{begun}").text


def test_a_provider_with_a_seat_on_the_case_does_what_a_provider_does(
    agreed: UUID, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    case_id = case_of(at_work, cast, agreed)
    join(cast, at_work, case_id, noor)
    client = browse(noor)
    assert client.get(f"/zaken/{case_id}").status_code == 200
    assert "Om een pauze vragen" in client.get(f"/inzet/{agreed}/uitvoering").text
    assert client.get(f"/inzet/{agreed}/pauze-vragen").status_code == 200
    assert client.get(f"/inzet/{agreed}/pauze").status_code == 404
    path = f"/inzet/{agreed}/eerder-stoppen"
    assert send(client, path, reason="verhuisd", ended_on=NOW).status_code == 302
    assert "Alleen lezen" in client.get(f"/inzet/{agreed}/uitvoering").text


def test_a_worker_and_the_provider_who_end_it_at_once_end_it_once(
    agreed: UUID, browse: Browse, cast: Cast, noor: Person, superuser: Engine
) -> None:
    ends = {cast.sanne: "verhuisd", noor: "detentie"}
    clients = {who: browse(who) for who in ends}
    path = f"/inzet/{agreed}/eerder-stoppen"
    forms = {who: filled(clients[who], path, reason=ends[who], ended_on=NOW) for who in ends}
    codes: dict[Person, int] = {}

    def act(who: Person) -> None:
        codes[who] = clients[who].post(path, data=forms[who]).status_code

    with superuser.connect() as holding:
        holding.execute(text("SELECT FROM case_file FOR UPDATE"))
        with (
            meanwhile(superuser, lambda: act(noor)),
            meanwhile(superuser, lambda: act(cast.sanne)),
        ):
            holding.commit()
    assert sorted(codes.values()) in ([302, 404], [302, 409])
    first = next(who for who, code in codes.items() if code == 302)
    shown = browse(cast.bas).get(f"/inzet/{agreed}").text
    told = {"verhuisd": "De jongere verhuisde", "detentie": "De jongere zit vast"}
    assert [words in shown for code, words in told.items() if code == ends[first]] == [True]
    assert [words in shown for code, words in told.items() if code != ends[first]] == [False]


@pytest.mark.parametrize("how", ["revoked", "closed", "left", "other"])
def test_without_ground_every_address_is_that_of_a_wrong_id(
    agreed: UUID,
    at_work: AtWork,
    browse: Browse,
    cast: Cast,
    noor: Person,
    settings: Settings,
    superuser: Engine,
    how: str,
) -> None:
    one = meet(at_work, noor, agreed)
    with at_work(noor):
        plan = the_plan(agreed)
        plan_id, goal_id = plan.id, writing.goals_of(plan)[0].id
    client = browse(noor)
    assert client.get(f"/inzet/{agreed}/uitvoering").status_code == 200
    if how == "other":
        client = browse(hire_partner(settings.owner_database_url, "rik", "HALT"))
    elif how == "left":
        with superuser.begin() as connection:
            ended = text("UPDATE role_grant SET valid_until = now() WHERE user_id = :id")
            connection.execute(ended, {"id": noor.id})
    elif how == "closed":
        with at_work(cast.bas):
            case = build.the_case(the_trajectory(agreed).case_id)
            cases.close_case(case, build.an_ending(), today=DAY)
    else:
        with at_work(cast.sanne):
            row = the_trajectory(agreed)
            interventions.stop_trajectory(
                row, Stop(StopReason.MOVED, DAY, "", row.version), today=DAY
            )
    assert_gone(client, f"/inzet/{agreed}", [f"/{step}" for step in STEPS])
    assert_gone(client, f"/bijeenkomst/{one}", ["", "/vastleggen", "/presentie", "/verzetten"])
    assert_gone(client, f"/dosering/{plan_id}", ["/voorleggen", "/vragen", "/besluit"])
    assert_gone(client, f"/doseringsdoel/{goal_id}", ["/wijzigen", "/weghalen"])


def test_what_was_not_accepted_is_not_opened(
    offers: Offers, refer: Refer, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    offers()
    with at_work(cast.sanne):
        trajectory_id = the_referral(refer()).trajectory_id
    client = browse(noor)
    for step in STEPS:
        assert client.get(f"/inzet/{trajectory_id}/{step}").status_code == 404
    with at_work(noor):
        assert db.session.scalars(select(Trajectory)).all() == []


def test_the_provider_opens_nothing_of_the_case(
    app: Flask, agreed: UUID, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    case_id = case_of(at_work, cast, agreed)
    client = browse(noor)
    kept = {"delivery", "endings", "gatherings"}
    for rule in app.url_map.iter_rules():
        room = rule.endpoint.partition(".")[0]
        if rule.arguments != {"id"} or room in kept:
            continue
        for prefix, id_ in (("/zaken/", case_id), ("/inzet/", agreed)):
            if rule.rule.startswith(prefix):
                path = rule.rule.replace("<uuid:id>", str(id_))
                assert client.get(path).status_code in {404, 405}, path
    with at_work(noor):
        for table in ("youth", "case_file", "case_member", "plan_goal", "factor_observation"):
            count = db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            assert count == 0, table


def test_the_database_lets_a_provider_decide_nothing_himself(
    agreed: UUID, at_work: AtWork, noor: Person
) -> None:
    with at_work(noor):
        services.begin_amending(the_trajectory(agreed), "Hij kan vaker komen.", today=DAY)
        db.session.flush()
    for statement in (
        (
            "UPDATE dosage_plan SET state = 'goedgekeurd', approved_on = now(), approved_by = :me,"
            " made_by = (SELECT id FROM user_account WHERE id <> :me LIMIT 1)"
            " WHERE state = 'concept'"
        ),
        (
            "INSERT INTO delivery_pause (municipality_id, id, case_id, youth_id, trajectory_id,"
            " from_on, reason, made_by, created_at) SELECT municipality_id, gen_random_uuid(),"
            " case_id, youth_id, id, now(), 'vakantie', :me, now() FROM trajectory"
        ),
        (
            "INSERT INTO delivery_event (municipality_id, id, case_id, youth_id, trajectory_id,"
            " step, by_id, at) SELECT municipality_id, gen_random_uuid(), case_id, youth_id, id,"
            " 'goedgekeurd', :me, now() FROM trajectory"
        ),
    ):
        with at_work(noor), pytest.raises(Exception, match="row-level security"):
            db.session.execute(text(statement), {"me": noor.id})
    with at_work(noor):
        changed = db.session.execute(text("UPDATE trajectory SET ended_on = now()"))
        assert changed.rowcount == 0


def test_no_verb_works_on_what_another_carries_out(
    agreed: UUID, at_work: AtWork, noor: Person, settings: Settings
) -> None:
    with at_work(noor):
        seen = the_trajectory(agreed)
        db.session.expunge(seen)
    with at_work(hire_partner(settings.owner_database_url, "rik", "HALT")):
        for act in (
            lambda: services.write_goal(seen, a_dosage(), today=DAY),
            lambda: ending.tell_concern(seen, SAID, today=DAY),
            lambda: ending.stop_trajectory(
                seen, Stop(StopReason.MOVED, DAY, "", seen.version), today=DAY
            ),
        ):
            with pytest.raises((NotPermitted, Gone)):
                act()
        held = db.session.scalar(text("SELECT pmg_hold_delivery(:id)"), {"id": agreed})
        ended = db.session.scalar(
            text("SELECT pmg_end_delivery(:id, 2, current_date, 'gestopt', 'anders', NULL)"),
            {"id": agreed},
        )
        people = db.session.execute(
            text("SELECT * FROM pmg_people_of_trajectory(:id)"), {"id": agreed}
        ).all()
        assert (held, ended, people) == (False, False, [])
        assert db.session.scalars(select(DosagePlan)).all() == []
        assert db.session.scalars(select(GoalReport)).all() == []


def test_what_the_provider_reads_stands_in_the_log_of_the_youth(
    agreed: UUID, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    browse(noor).get(f"/inzet/{agreed}/uitvoering")
    case_id = case_of(at_work, cast, agreed)
    assert "Noor" in browse(cast.bas).get(f"/zaken/{case_id}/inzage").text


def test_a_colleague_reads_who_did_not_accept_and_nothing_of_the_youth(
    offers: Offers, refer: Refer, browse: Browse, noor: Person, settings: Settings
) -> None:
    offers()
    referral = refer()
    finn = browse(colleague(settings, noor, "finn"))
    rival = browse(hire_partner(settings.owner_database_url, "rik", "HALT"))
    assert "Kind1" in finn.get(f"/aangemeld/{referral}").text
    send(browse(noor), f"/aangemeld/{referral}/weigeren", reason="geen_plek")
    assert finn.get(f"/aangemeld/{referral}").status_code == 404
    shown = finn.get("/aangemeld").text
    assert "Noor nam niet aan" in shown
    assert "Kind1" not in shown
    assert str(referral) not in shown
    assert "nam niet aan" not in rival.get("/aangemeld").text
