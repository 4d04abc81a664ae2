"""The decision on a referral: who decides, who gets a seat, who loses one."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from babel.dates import format_date
from sqlalchemy import select

from pmg.cases import services
from pmg.cases.intake import Decision
from pmg.cases.rules import Outcome, add_months
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.security.identity import CaseMember
from tests import build
from tests.cases.sending import send
from tests.cast import Cast


def day(value: date) -> str:
    """As a Dutch page writes it."""
    return format_date(value, "d MMMM y", locale="nl")


WHY = "De zorgen zijn groot genoeg voor de aanpak."


def decide(case_id: Any, outcome: Outcome, director_id: Any = None) -> None:
    """Decide as who is at work."""
    decision = Decision(outcome, WHY, director_id=director_id)
    services.decide_triage(build.the_case(case_id), decision, today=build.TODAY)


def seats(case_id: Any) -> set[tuple[Any, str]]:
    """Who takes part now."""
    rows = db.session.scalars(
        select(CaseMember).where(CaseMember.case_id == case_id, CaseMember.valid_until.is_(None))
    )
    return {(row.user_id, row.function) for row in rows}


def test_the_director_and_the_worker_who_are_chosen_get_a_seat(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    case_id = build.a_referral(cast, at_work)
    answers = {
        "outcome": "opnemen",
        "motivation": WHY,
        "director": str(cast.bas.id),
        "youth_worker": str(cast.jaap.id),
    }
    done = send(browse(cast.fatma), f"/zaken/{case_id}/triage", answers)
    assert done.location == f"/zaken/{case_id}"
    with at_work(cast.bas):
        assert seats(case_id) == {
            (cast.sanne.id, "youth_worker"),
            (cast.fatma.id, "process_director"),
            (cast.bas.id, "case_director"),
            (cast.jaap.id, "youth_worker"),
        }


def test_who_decided_keeps_the_seat_and_other_process_directors_lose_it(
    cast: Cast, at_work: Any, hire_another: Any, browse: Any
) -> None:
    gerda = hire_another("gerda", "GEM-OOV", "process_director")
    case_id = build.a_case(cast, at_work)
    assert browse(cast.fatma).get(f"/zaken/{case_id}").status_code == 200
    assert browse(gerda).get(f"/zaken/{case_id}").status_code == 404


@pytest.mark.parametrize("outcome", [Outcome.DECLINE, Outcome.PASS_ON])
def test_without_a_place_there_is_no_director(cast: Cast, at_work: Any, outcome: Outcome) -> None:
    case_id = build.a_case(cast, at_work, outcome=outcome)
    with at_work(cast.sanne):
        assert build.the_case(case_id).director_id is None
        assert (cast.bas.id, "case_director") not in seats(case_id)


def test_how_long_a_declined_file_is_kept_is_said_on_its_page(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    case_id = build.a_case(cast, at_work, outcome=Outcome.DECLINE)
    page = browse(cast.sanne).get(f"/zaken/{case_id}")
    assert f"tot en met {day(add_months(build.TODAY, 3))}" in page.text


def test_a_referral_is_decided_once(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.fatma), pytest.raises(Invalid, match="al besloten"):
        decide(case_id, Outcome.DECLINE)
    assert "al besloten" in browse(cast.fatma).get(f"/zaken/{case_id}/triage").text


@pytest.mark.parametrize("who", ["sanne", "els", "nobody"])
def test_a_director_must_have_that_role_here(cast: Cast, at_work: Any, who: str) -> None:
    case_id = build.a_referral(cast, at_work)
    user_id = uuid4() if who == "nobody" else getattr(cast, who).id
    with at_work(cast.fatma), pytest.raises(Invalid, match="uit de lijst"):
        decide(case_id, Outcome.ACCEPT, user_id)


@pytest.mark.parametrize("who", ["sanne", "bas", "jaap", "other_director"])
def test_only_the_process_director_decides(cast: Cast, at_work: Any, browse: Any, who: str) -> None:
    case_id = build.a_referral(cast, at_work)
    assert browse(getattr(cast, who)).get(f"/zaken/{case_id}/triage").status_code == 404


def test_a_member_with_another_function_may_not_decide_below_the_page(
    cast: Cast, at_work: Any
) -> None:
    case_id = build.a_referral(cast, at_work)
    with at_work(cast.sanne), pytest.raises(NotPermitted):
        decide(case_id, Outcome.DECLINE)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"outcome": ""}, "Kies een besluit."),
        ({"motivation": ""}, "Schrijf op waarom"),
        ({"motivation": "Ja."}, "een of twee zinnen"),
        ({"director": ""}, "Kies wie de casusregisseur wordt."),
        ({"motivation": "x\0y en dan nog een hele zin"}, "teken"),
    ],
)
def test_what_is_missing_is_asked_for(
    cast: Cast, at_work: Any, browse: Any, given: Any, message: str
) -> None:
    case_id = build.a_referral(cast, at_work)
    whole = {"outcome": "opnemen", "motivation": WHY, "director": str(cast.bas.id)}
    page = send(browse(cast.fatma), f"/zaken/{case_id}/triage", whole | given)
    assert page.status_code == 422
    assert message in page.text
