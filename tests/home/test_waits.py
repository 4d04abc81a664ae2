"""What waits for somebody himself stands on Vandaag, with a number that leads to exactly that."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text

from config import Settings
from pmg.delivery import services as delivery
from pmg.extensions import db
from pmg.interventions import services as interventions
from pmg.meetings import closing, contributing, proposing, running
from pmg.meetings.answers import Answer, Proposal
from pmg.meetings.item_models import ItemMinutes
from pmg.meetings.rules import Known, Refusal
from pmg.merging import services as merging
from pmg.providers import referring
from pmg.providers import services as providers
from tests import acting, build
from tests.acting import send
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.delivery import conftest as delivering
from tests.delivery import test_provided as provided
from tests.delivery.conftest import a_dosage, a_trajectory, the_plan, the_trajectory
from tests.home.test_today import lines, numbers
from tests.interventions.conftest import SPORT, an_assignment
from tests.meetings.conftest import (
    QUESTION,
    a_minute,
    a_series,
    an_item,
    open_it,
    the_item,
    the_meeting,
)
from tests.merging.conftest import proposed, the_merge
from tests.providers.conftest import TERMS, a_youth, accept

Browse = Callable[[Person], FlaskClient]

APPROVE = ("plan wacht op uw goedkeuring", "plannen wachten op uw goedkeuring")
PAUSE = ("vraag om een pauze wacht op uw besluit", "vragen om een pauze wachten op uw besluit")
REFERRED = (
    "jongere is naar u verwezen en wacht op uw antwoord",
    "jongeren zijn naar u verwezen en wachten op uw antwoord",
)
PROPOSED = (
    "voorgesteld onderwerp wacht op uw besluit",
    "voorgestelde onderwerpen wachten op uw besluit",
)
BRING_IN = (
    "vraag voor een casusoverleg wacht op uw antwoord",
    "vragen voor een casusoverleg wachten op uw antwoord",
)
CONFIRM = ("verslag wacht op uw bevestiging", "verslagen wachten op uw bevestiging")
FIX = ("verslag moet u nog vastzetten", "verslagen moet u nog vastzetten")
MERGE = (
    "vraag of twee dossiers van één jongere zijn",
    "vragen of twee dossiers van één jongere zijn",
)


def waits(client: FlaskClient, said: tuple[str, str]) -> list[str]:
    """The lines of a list: as many as the number says, in words that fit it; each opens."""
    found = numbers(client.get("/vandaag").text)
    one, more = (found.get(words) for words in said)
    assert not (one and more)
    if one is None and more is None:
        return []
    number, url = one or more  # type: ignore[misc]
    assert (number == 1) is (one is not None)
    page = client.get(url).text
    shown = lines(page)
    assert number == len(shown)
    for link in links(page):
        assert client.get(link).status_code == 200, link
    return shown


def links(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('pmg-agenda__link" href="')[1:]]


def submitted(cast: Cast, at_work: AtWork, trajectory_id: UUID) -> None:
    """Sanne lays a plan before who answers for the referral: Bas."""
    with at_work(cast.sanne):
        delivery.write_goal(the_trajectory(trajectory_id), a_dosage(), today=build.TODAY)
        db.session.flush()
        plan = the_plan(trajectory_id)
        delivery.submit_plan(plan, plan.version, today=build.TODAY)


def test_plans_wait_for_who_can_approve_them_and_for_nobody_else(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    ids = []
    for name in ("Noor", "Daan"):
        case_id = delivering.a_case(cast, at_work, given_name=name)
        acting.join(cast, at_work, case_id, cast.karim)
        ids.append(a_trajectory(cast, at_work, case_id))
        submitted(cast, at_work, ids[-1])
    bas = browse(cast.bas)
    assert [line.split()[0] for line in waits(bas, APPROVE)] == ["Daan", "Noor"]
    for other in (cast.sanne, cast.fatma, cast.karim, cast.jaap):
        assert waits(browse(other), APPROVE) == []
    with at_work(cast.bas):
        plan = the_plan(ids[0])
        delivery.approve_plan(plan, plan.version, today=build.TODAY)
    assert [line.split()[0] for line in waits(bas, APPROVE)] == ["Daan"]


def test_a_plan_of_a_trajectory_that_ended_waits_no_more(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    trajectory_id = a_trajectory(cast, at_work, delivering.a_case(cast, at_work))
    submitted(cast, at_work, trajectory_id)
    assert len(waits(browse(cast.bas), APPROVE)) == 1
    with superuser.begin() as connection:
        connection.execute(
            text(
                "UPDATE trajectory SET ended_on = current_date, ending = 'gestopt',"
                " end_reason = 'anders'"
            )
        )
    assert waits(browse(cast.bas), APPROVE) == []


def test_a_referral_waits_for_its_provider_until_it_is_answered(
    cast: Cast, at_work: AtWork, browse: Browse, settings: Settings
) -> None:
    noor, ids = _referred(cast, at_work, settings, count=2)
    client = browse(noor)
    assert len(waits(client, REFERRED)) == 2
    for other in (cast.sanne, cast.karim, cast.bas):
        assert waits(browse(other), REFERRED) == []
    accept(at_work, noor, ids[0])
    assert len(waits(client, REFERRED)) == 1


def test_a_pause_that_a_provider_asks_waits_for_who_answers_for_the_referral(
    cast: Cast, at_work: AtWork, browse: Browse, settings: Settings
) -> None:
    noor, (referral_id,) = _referred(cast, at_work, settings, count=1)
    trajectory_id = _begun(cast, at_work, noor, referral_id)
    path = f"/inzet/{trajectory_id}"
    later = f"{build.TODAY + timedelta(days=7):%d-%m-%Y}"
    asked = send(browse(noor), f"{path}/pauze-vragen", from_on=later, reason="vakantie")
    assert asked.status_code == 302
    for who in (cast.sanne, cast.bas):
        assert len(waits(browse(who), PAUSE)) == 1
    for who in (noor, cast.fatma, cast.jaap):
        assert waits(browse(who), PAUSE) == []
    assert (
        send(browse(cast.bas), f"{path}/pauze-afwijzen", words="Nu juist niet.").status_code == 302
    )
    assert waits(browse(cast.sanne), PAUSE) == []


def test_a_proposal_waits_for_who_leads_the_meeting(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id, meeting_id = build.a_case(cast, at_work), a_series(cast, at_work)
    with at_work(cast.sanne):
        wanted = Proposal(meeting_id, QUESTION, 10, (cast.sanne.id,))
        item_id = proposing.propose_item(build.the_case(case_id), wanted, today=build.TODAY).id
    fatma = browse(cast.fatma)
    assert len(waits(fatma, PROPOSED)) == 1
    for who in (cast.sanne, cast.bas, cast.other_director):
        assert waits(browse(who), PROPOSED) == []
    with at_work(cast.fatma):
        item = the_item(item_id)
        proposing.decline_item(item, "Dit kan buiten het overleg.", item.version)
    assert waits(fatma, PROPOSED) == []


def test_who_is_invited_has_a_question_until_his_organisation_said_something(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id, meeting_id = build.a_case(cast, at_work), a_series(cast, at_work)
    acting.join(cast, at_work, case_id, cast.karim)
    ids = [an_item(cast, at_work, case_id, meeting_id, cast.karim) for _turn in range(3)]
    karim = browse(cast.karim)
    assert len(waits(karim, BRING_IN)) == 3
    assert waits(browse(cast.bas), BRING_IN) == []
    with at_work(cast.karim):
        contributing.answer_known(the_item(ids[0]), Answer(Known.KNOWN, 1))
    assert len(waits(karim, BRING_IN)) == 3  # what is known of him is still to be brought in
    with at_work(cast.karim):
        contributing.answer_known(the_item(ids[1]), Answer(Known.UNKNOWN, 1))
        contributing.refuse_to_contribute(the_item(ids[2]), Refusal.NO_BASIS)
    assert len(waits(karim, BRING_IN)) == 1
    with at_work(cast.karim):
        contributing.declare_interest(the_item(ids[0]))
    assert waits(karim, BRING_IN) == []


def test_agreements_wait_for_who_was_invited_and_the_record_for_who_leads(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    item_id = agreed(cast, at_work)
    karim, sanne, fatma = (browse(one) for one in (cast.karim, cast.sanne, cast.fatma))
    assert len(waits(karim, CONFIRM)) == len(waits(sanne, CONFIRM)) == 1
    assert len(waits(fatma, FIX)) == 1
    assert waits(karim, FIX) == waits(fatma, CONFIRM) == waits(browse(cast.bas), CONFIRM) == []
    with at_work(cast.karim):
        closing.confirm_agreements(the_item(item_id), _version(item_id))
    with at_work(cast.sanne):
        closing.remark_on_record(the_item(item_id), "De school belt om acht uur.")
    assert waits(karim, CONFIRM) == waits(sanne, CONFIRM) == []
    assert "Er is een opmerking bij het verslag" in waits(fatma, FIX)[0]
    with at_work(cast.fatma):
        said = a_minute(words="De school belt om acht uur.", version=_version(item_id))
        running.write_minutes(the_item(item_id), said, today=build.TODAY)
    assert len(waits(karim, CONFIRM)) == len(waits(sanne, CONFIRM)) == 1  # it says another thing
    with at_work(cast.fatma):
        closing.approve_record(the_item(item_id), _version(item_id))
    for client in (karim, sanne, fatma):
        assert waits(client, CONFIRM) == waits(client, FIX) == []


def test_two_files_wait_for_the_second_person(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    kept = build.a_case(cast, at_work, given_name="Noor")
    lost = build.a_case(cast, at_work, given_name="Nora", by="jaap")
    with at_work(cast.fatma):
        merge_id = proposed(kept, lost)
    assert len(waits(browse(cast.bas), MERGE)) == 1
    for who in (cast.fatma, cast.sanne, cast.jaap):
        assert waits(browse(who), MERGE) == []
    with at_work(cast.bas):
        merging.decline(the_merge(merge_id), "Het zijn twee nichten.")
    assert waits(browse(cast.bas), MERGE) == []


def _referred(
    cast: Cast, at_work: AtWork, settings: Settings, *, count: int
) -> tuple[Person, list[UUID]]:
    """Sanne refers youths to the organisation of Noor."""
    noor = acting.hire_partner(settings.owner_database_url, "noor", "JEUGDHULP")
    with at_work(cast.els):
        providers.make_offer(noor.organisation_id, SPORT.code, TERMS, reason="nieuw contract")
    return noor, [_refer(cast, at_work, noor, a_youth(cast, at_work, n)) for n in range(count)]


def _refer(cast: Cast, at_work: AtWork, noor: Person, case_id: UUID) -> UUID:
    with at_work(cast.sanne):
        row = interventions.assign_intervention(
            build.the_case(case_id),
            an_assignment(cast, provider_id=noor.organisation_id),
            today=build.TODAY,
        )
        referral = referring.of_trajectory(row.id)
        assert referral is not None
        return referral.id


def _begun(cast: Cast, at_work: AtWork, noor: Person, referral_id: UUID) -> UUID:
    return provided.begin(referral_id, at_work, cast, noor)


def agreed(cast: Cast, at_work: AtWork) -> UUID:
    """A meeting is over, with agreements on one item."""
    case_id, meeting_id = build.a_case(cast, at_work), a_series(cast, at_work)
    acting.join(cast, at_work, case_id, cast.karim)
    item_id = an_item(cast, at_work, case_id, meeting_id, cast.karim)
    open_it(cast, at_work, meeting_id)
    with at_work(cast.fatma):
        running.begin_item(the_item(item_id))
        running.write_minutes(the_item(item_id), a_minute(), today=build.TODAY)
        running.close_meeting(the_meeting(meeting_id))
    return item_id


def _version(item_id: UUID) -> int:
    found = db.session.scalars(select(ItemMinutes).where(ItemMinutes.item_id == item_id)).one()
    return found.version
