"""A provider without an account: the worker notes what it said, and places hold all the same."""

import threading
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from pmg.errors import Invalid
from pmg.interventions import services as interventions
from pmg.providers import services
from pmg.providers.rules import Terms
from pmg.reference.municipalities import FOCUS_AREAS
from tests import build
from tests.acting import filled, join, send
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.interventions.conftest import SPORT, Browse, an_assignment, case_id
from tests.promises.test_p04_stolen_database import encodings, everything
from tests.providers.conftest import MESSAGE, TERMS, Offers, Refer, accept, the_referral

__all__ = ["case_id"]

REFUSED = "De trainer is ziek tot de zomer."


@pytest.fixture
def waiting(at_work: AtWork, cast: Cast, case_id: UUID) -> UUID:
    """A referral to the youth work, where nobody answers here; the id of its trajectory."""
    with at_work(cast.sanne):
        return interventions.assign_intervention(
            build.the_case(case_id), an_assignment(cast), today=build.TODAY
        ).id


def test_the_worker_notes_that_it_accepts(waiting: UUID, browse: Browse, cast: Cast) -> None:
    client = browse(cast.sanne)
    answer = send(client, f"/inzet/{waiting}/antwoord", answer="aangenomen")
    assert "Eerste gesprek vastleggen" in client.get(answer.location).text


def test_the_worker_notes_why_it_does_not(waiting: UUID, browse: Browse, cast: Cast) -> None:
    client = browse(cast.sanne)
    path = f"/inzet/{waiting}/antwoord"
    assert send(client, path, answer="geweigerd").status_code == 422
    answer = send(client, path, answer="geweigerd", reason="anders", words=REFUSED)
    assert REFUSED in client.get(answer.location).text


@pytest.mark.parametrize("given", [{}, {"answer": "wachtlijst"}, {"answer": "x"}])
def test_an_answer_that_is_none_is_explained(
    waiting: UUID, browse: Browse, cast: Cast, given: dict[str, str]
) -> None:
    answer = send(browse(cast.sanne), f"/inzet/{waiting}/antwoord", **given)
    assert answer.status_code == 422


def test_when_it_is_full_the_youth_waits(
    waiting: UUID, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    with superuser.begin() as connection:
        connection.execute(text("UPDATE offer SET places = 0"))
    client, path = browse(cast.sanne), f"/inzet/{waiting}/antwoord"
    answer = send(client, path, answer="aangenomen")
    assert "Op de wachtlijst" in client.get(answer.location).text
    again = send(client, path, answer="aangenomen")
    assert again.status_code == 422
    assert "Er is nog geen plek" in again.text


def test_who_answers_second_is_told(waiting: UUID, browse: Browse, cast: Cast) -> None:
    path = f"/inzet/{waiting}/antwoord"
    client = browse(cast.bas)
    form = filled(client, path, answer="aangenomen")
    send(browse(cast.sanne), path, answer="aangenomen")
    answer = client.post(path, data=form)
    assert answer.status_code == 409
    assert "Sanne was eerder." in answer.text


@pytest.mark.parametrize("step", ["antwoord", "gesprek"])
@pytest.mark.parametrize("who", ["karim", "jaap", "fatma", "els", "other"])
def test_others_note_nothing(
    waiting: UUID, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID, who: str, step: str
) -> None:
    join(cast, at_work, case_id, cast.karim)
    assert browse(getattr(cast, who)).get(f"/inzet/{waiting}/{step}").status_code == 404


def test_where_somebody_answers_here_the_worker_has_no_such_page(
    offers: Offers, refer: Refer, at_work: AtWork, browse: Browse, cast: Cast
) -> None:
    offers()
    referral = refer()
    with at_work(cast.sanne):
        trajectory = the_referral(referral).trajectory_id
    client = browse(cast.sanne)
    assert client.get(f"/inzet/{trajectory}/antwoord").status_code == 404
    assert "Antwoord vastleggen" not in client.get(f"/inzet/{trajectory}").text


def test_the_worker_may_note_the_first_conversation_as_well(
    offers: Offers, refer: Refer, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    offers()
    referral = refer()
    accept(at_work, noor, referral)
    with at_work(cast.sanne):
        trajectory = the_referral(referral).trajectory_id
    client = browse(cast.sanne)
    today = f"{build.TODAY:%d-%m-%Y}"
    send(client, f"/inzet/{trajectory}/gesprek", conversation_on=today)
    assert "Start vastleggen" in client.get(f"/inzet/{trajectory}").text


def test_who_lives_elsewhere_is_not_referred_there(
    at_work: AtWork, cast: Cast, noor: Person, browse: Browse
) -> None:
    here, elsewhere = [area for area in FOCUS_AREAS if _is_amsterdam(area)][:2]
    with at_work(cast.els):
        terms = Terms(3, None, TERMS.contract_from, None, (here,), "de balie")
        services.make_offer(noor.organisation_id, SPORT.code, terms, reason="nieuw contract")
    case_id = build.a_case(cast, at_work, focus_area_code=elsewhere)
    page = browse(cast.sanne).get(f"/zaken/{case_id}/inzet/nieuw?code={SPORT.code}").text
    assert f"Deze aanbieder werkt alleen in: {FOCUS_AREAS[here].name}." in page
    with at_work(cast.sanne), pytest.raises(Invalid, match="werkt alleen in"):
        interventions.assign_intervention(
            build.the_case(case_id),
            an_assignment(cast, provider_id=noor.organisation_id),
            today=build.TODAY,
        )


def _is_amsterdam(area: str) -> bool:
    return FOCUS_AREAS[area].municipality_code == "GM0363"


def test_a_dump_tells_nothing_of_what_a_provider_read_or_said(
    offers: Offers, refer: Refer, browse: Browse, noor: Person, superuser: Engine
) -> None:
    offers()
    referral = refer()
    send(browse(noor), f"/aangemeld/{referral}/weigeren", reason="anders", words=REFUSED)
    dump = everything(superuser)
    assert str(referral).encode() in dump
    for word in ("Kind1", "Verwezen", MESSAGE, REFUSED):
        assert not any(form in dump for form in encodings(word)), word


def test_an_attempt_on_a_referral_is_found_under_its_case(
    offers: Offers, refer: Refer, at_work: AtWork, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    offers()
    referral = refer()
    browse(cast.karim).get(f"/aangemeld/{referral}")
    with at_work(cast.sanne):
        case = the_referral(referral).case_id
    with superuser.connect() as connection:
        denied = connection.execute(
            text("SELECT case_id FROM audit_event WHERE outcome = 'denied' AND user_id = :user"),
            {"user": cast.karim.id},
        ).scalar_one()
    assert denied == case


def test_the_worker_sees_by_name_who_has_a_place(
    offers: Offers, refer: Refer, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    offers(places=1)
    accept(at_work, noor, refer())
    waits = refer()
    accept(at_work, noor, waits)
    case_id = build.a_case(cast, at_work, given_name="Nog", family_name="Iemand")
    client = browse(cast.sanne)
    page = client.get(f"/zaken/{case_id}/inzet/nieuw?code={SPORT.code}").text
    found = client.get(f"/zaken/{case_id}/inzet/zoeken?factor=R-VRI-VRIJETIJD").text
    assert "JEUGDHULP – vol, 1 wacht" in page
    assert page.index("JEUGDHULP") < page.index("JONGERENWERK –")
    assert "JEUGDHULP (vol, 1 wacht)" in found
    assert "Kind1" not in page


def test_two_who_enter_the_same_offer_at_once_make_one(
    at_work: AtWork, cast: Cast, noor: Person, superuser: Engine
) -> None:
    gate, told = threading.Barrier(2), []

    def enter(person: Person) -> None:
        with at_work(person):
            gate.wait(timeout=30)
            try:
                services.make_offer(noor.organisation_id, SPORT.code, TERMS, reason="contract")
            except Invalid as refusal:
                told.append(refusal.message)

    threads = [threading.Thread(target=enter, args=(one,)) for one in (cast.els, cast.dewi)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with superuser.connect() as connection:
        count = connection.execute(
            text("SELECT count(*) FROM offer WHERE organisation_id = :id"),
            {"id": noor.organisation_id},
        ).scalar_one()
    assert count == 1
    assert len(told) == 1
    assert "heeft al een aanbod" in told[0]
