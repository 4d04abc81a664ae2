"""What a youth is told and shown: the letter, the tick, and what stands in his file."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from pmg.clock import now
from pmg.factors import services as factors
from pmg.factors.rules import Presence
from pmg.interventions import services as interventions
from pmg.journal import planning
from pmg.journal import services as journal
from pmg.journal.answers import NewNote, NewRemark
from pmg.journal.rules import Kind, Plan, RemarkKind, When
from pmg.web.formats import day
from tests import build
from tests.acting import filled, join
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.factors.conftest import TRUANCY, seen
from tests.interventions.conftest import an_assignment

Browse = Callable[[Person], FlaskClient]
LETTERS = {
    "kind": "Wij schrijven dingen over jou op",
    "jongere": "Waarom wij een dossier over jou hebben",
    "ouder": "Waarom wij een dossier over uw kind hebben",
}


def born(age: int) -> date:
    return build.TODAY.replace(year=build.TODAY.year - age, day=1) - timedelta(days=40)


def an_untold(cast: Cast, at_work: AtWork, **given: Any) -> UUID:
    return build.a_case(cast, at_work, told=build.not_told(), **given)


@pytest.mark.parametrize("reader", LETTERS)
def test_each_reader_has_a_letter_of_his_own(
    cast: Cast, at_work: AtWork, browse: Browse, reader: str
) -> None:
    case_id = build.a_case(cast, at_work)

    page = browse(cast.sanne).get(f"/zaken/{case_id}/brief?voor={reader}").text

    assert LETTERS[reader] in page
    assert not any(title in page for other, title in LETTERS.items() if other != reader)
    assert "Yassin" in page
    assert "Bas" in page  # who may read the file stands in every letter


@pytest.mark.parametrize(
    ("age", "first"), [(9, "kind"), (11, "kind"), (12, "jongere"), (19, "jongere")]
)
def test_the_letter_opens_for_the_age_of_the_youth(
    cast: Cast, at_work: AtWork, browse: Browse, age: int, first: str
) -> None:
    case_id = build.a_case(cast, at_work, birth_date=born(age))

    page = browse(cast.sanne).get(f"/zaken/{case_id}/brief").text

    assert LETTERS[first] in page
    assert ("geef ook de brief voor de ouder" in page) is (age < 16)


def test_an_unknown_reader_gets_the_letter_that_fits(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id = build.a_case(cast, at_work)

    page = browse(cast.sanne).get(f"/zaken/{case_id}/brief?voor=\x00burgemeester")

    assert page.status_code == 200
    assert LETTERS["jongere"] in page.text


def test_the_letter_says_why_on_what_ground_and_for_how_long(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id = build.a_case(cast, at_work)

    page = browse(cast.sanne).get(f"/zaken/{case_id}/brief?voor=jongere").text

    for said in (
        "Gemeentewet art. 172",
        "school",
        "daarna 2 jaar",
        "na 3 maanden",
        "nooit een computer",
    ):
        assert said in page
    assert build.intake().reason not in page  # the letter may be read by who finds it


def test_what_was_told_is_ticked_in_two_steps_and_stands_on_the_case(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id, client = an_untold(cast, at_work), browse(cast.sanne)
    assert "De jongere weet nog niet van deze aanmelding" in client.get(f"/zaken/{case_id}").text
    assert "Ik heb het verteld" in client.get(f"/zaken/{case_id}/brief").text

    answer = client.post(
        f"/zaken/{case_id}/verteld", data=filled(client, f"/zaken/{case_id}/verteld")
    )

    assert answer.status_code == 302
    page = client.get(f"/zaken/{case_id}").text
    assert "De jongere weet nog niet van deze aanmelding" not in page
    assert "De jongere weet het sinds" in page
    assert "Ik heb het verteld" not in client.get(f"/zaken/{case_id}/brief").text


@pytest.mark.parametrize("typed", ["", "32-1-2026", "1-1-2199", "1 \x00 mei", "x" * 100_000])
def test_a_day_that_cannot_be_is_asked_again(
    cast: Cast, at_work: AtWork, browse: Browse, typed: str
) -> None:
    case_id, client = an_untold(cast, at_work), browse(cast.sanne)
    sent = filled(client, f"/zaken/{case_id}/verteld", told_on=typed)

    answer = client.post(f"/zaken/{case_id}/verteld", data=sent)

    assert answer.status_code in {400, 413, 422}
    assert "weet nog niet van deze aanmelding" in client.get(f"/zaken/{case_id}").text


def test_told_twice_is_said_and_the_first_day_stays(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id, client = build.a_case(cast, at_work), browse(cast.sanne)
    sent = filled(client, f"/zaken/{case_id}/verteld")

    answer = client.post(f"/zaken/{case_id}/verteld", data=sent)

    assert "Er stond al dat de jongere het weet." in answer.text


def test_the_overview_holds_what_was_written_and_no_private_note(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        factors.observe_factor(
            case,
            seen(TRUANCY, presence=Presence.CLEAR, note="Drie keer te laat."),
            today=build.TODAY,
        )
        shared = journal.record_contact(
            case,
            NewNote(Kind.VISIT, When.TODAY, "Samen gevoetbald.", is_private=False),
            moment=now(),
        )
        journal.record_contact(
            case, NewNote(Kind.VISIT, When.TODAY, "Alleen voor mij."), moment=now()
        )
        journal.dispute(
            shared,
            NewRemark(RemarkKind.DISPUTED, build.TODAY, "Het was basketbal."),
            today=build.TODAY,
        )

    page = browse(cast.sanne).get(f"/zaken/{case_id}/mijn-gegevens").text

    for said in (
        build.intake().reason,
        "De zorgen zijn groot genoeg voor de aanpak.",
        "Drie keer te laat.",
        "Samen gevoetbald.",
        "Het was basketbal.",
        "Klopt er iets niet?",
    ):
        assert said in page
    assert "Alleen voor mij." not in page


def test_the_overview_holds_help_and_appointments(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        planned = Plan(build.TODAY + timedelta(days=3), time(15), 30, "Buurthuis", "")
        planning.plan_appointment(case, planned, moment=now(), seen="")
        chosen = an_assignment(cast, message="Bel na vier uur.")
        interventions.assign_intervention(case, chosen, today=build.TODAY)

    page = browse(cast.sanne).get(f"/zaken/{case_id}/mijn-gegevens").text

    assert "Deze organisatie las mijn naam, mijn leeftijd en mijn doel." in page
    assert "Bel na vier uur." in page
    assert f"Afspraak op {day(build.TODAY + timedelta(days=3))} met Sanne: gepland" in page
    assert chosen.intervention.name_nl in page


def test_who_sees_it_is_in_the_log_of_the_youth(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id = build.a_case(cast, at_work)
    browse(cast.sanne).get(f"/zaken/{case_id}/mijn-gegevens")

    page = browse(cast.bas).get(f"/zaken/{case_id}/inzage").text

    assert "opende de brief of het overzicht voor de jongere" in page


@pytest.mark.parametrize("path", ["brief", "mijn-gegevens", "verteld"])
def test_a_partner_and_a_stranger_find_no_page(
    cast: Cast, at_work: AtWork, browse: Browse, path: str
) -> None:
    case_id = build.a_case(cast, at_work)
    join(cast, at_work, case_id, cast.karim)

    for person in (cast.karim, cast.jaap, cast.other, cast.ans, cast.els):
        assert browse(person).get(f"/zaken/{case_id}/{path}").status_code == 404
