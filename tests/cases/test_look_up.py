"""The look before a referral: who may be known, and how little is said of it."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text

from pmg.cases import known, services
from pmg.cases.intake import Person
from pmg.errors import Invalid, NotPermitted
from tests import build
from tests.cases.sending import send
from tests.cast import Cast

NEARLY = [
    ("Yassin", "de Boer", build.BORN),
    ("Yasin", "de Boer", build.BORN),  # a letter forgotten
    ("Yassin", "Boer", build.BORN),  # without tussenvoegsel
    ("YASSÍN", "De Bóer", build.BORN),  # accents and capitals
    ("Boer", "Yassin de", build.BORN),  # the wrong way round
    ("Yassin", "de Boer", date(2010, 3, 15)),  # another day
    ("Yassin", "de Boer", date(2011, 3, 14)),  # another year
]
OTHERS = [
    ("Yussuf", "de Boer", build.BORN),
    ("Yassin", "Bakker", build.BORN),
    ("Yassin", "de Boer", date(2009, 5, 20)),
    ("Yasin", "de Boer", date(2010, 3, 15)),  # two slips
]


@pytest.mark.parametrize("who", NEARLY)
def test_who_is_nearly_the_same_may_be_known(cast: Cast, at_work: Any, who: Any) -> None:
    build.a_case(cast, at_work)
    with at_work(cast.jaap):
        (hit,) = services.look_up(Person(*who))
    assert (hit.contact, hit.case_id) == ("Bas", None)


@pytest.mark.parametrize("who", OTHERS)
def test_who_differs_more_is_not_found(cast: Cast, at_work: Any, who: Any) -> None:
    build.a_case(cast, at_work)
    with at_work(cast.jaap):
        assert services.look_up(Person(*who)) == []


def test_a_corrected_name_is_found_and_the_old_one_is_not(cast: Cast, at_work: Any) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.jaap):
        assert services.look_up(Person("Yassin", "de Boer", build.BORN))
    build.corrected(cast, at_work, case_id, family_name="el Amrani")
    with at_work(cast.jaap):
        assert services.look_up(Person("Yassin", "el Amrani", build.BORN))
        assert not services.look_up(Person("Yassin", "de Boer", build.BORN))


def test_another_municipality_finds_nobody(cast: Cast, at_work: Any) -> None:
    build.a_case(cast, at_work)
    with at_work(cast.other):
        assert services.look_up(Person("Yassin", "de Boer", build.BORN)) == []


def test_police_may_not_look(cast: Cast, at_work: Any) -> None:
    with at_work(cast.karim), pytest.raises(NotPermitted):
        services.look_up(Person("Yassin", "de Boer", build.BORN))


def test_a_citizen_service_number_finds_a_youth_under_any_name(cast: Cast, at_work: Any) -> None:
    build.a_case(cast, at_work, by="bas", bsn=build.BSN)
    with at_work(cast.fatma):
        hits = services.look_up(Person("Heel", "Anders", date(2012, 1, 1), bsn=build.BSN))
    assert len(hits) == 1


def test_the_page_of_an_outsider_names_whom_to_call_and_nothing_of_the_file(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    case_id = build.a_case(cast, at_work)
    answers = {"given_name": "Yasin", "family_name": "Boer", "birth_date": "14-3-2010"}
    page = send(browse(cast.jaap), "/zaken/bekend", answers)
    assert "Neem contact op met de casusregisseur (Bas)." in page.text
    for secret in (str(case_id), "Yassin", "PMG-", "Geuzenveld"):
        assert secret not in page.text


def test_an_own_case_is_linked(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_case(cast, at_work)
    answers = {"given_name": "Yassin", "family_name": "de Boer", "birth_date": "14-3-2010"}
    page = send(browse(cast.sanne), "/zaken/bekend", answers)
    assert f"/zaken/{case_id}" in page.text


def test_a_youth_worker_is_not_asked_for_a_number(cast: Cast, browse: Any) -> None:
    assert 'name="bsn"' not in browse(cast.sanne).get("/zaken/bekend").text
    assert 'name="bsn"' in browse(cast.bas).get("/zaken/bekend").text


def test_the_look_stands_in_the_log_of_who_was_found(
    cast: Cast, at_work: Any, browse: Any, superuser: Engine
) -> None:
    build.a_case(cast, at_work)
    answers = {"given_name": "Yassin", "family_name": "de Boer", "birth_date": "14-3-2010"}
    send(browse(cast.jaap), "/zaken/bekend", answers)
    with superuser.connect() as connection:
        row = connection.execute(
            text(
                "SELECT e.user_id, s.fields FROM audit_event e JOIN audit_subject s"
                " ON s.event_id = e.id WHERE e.action = 'youth:check'"
            )
        ).one()
    assert (row.user_id, row.fields) == (cast.jaap.id, ["look_up"])


def test_looking_is_bounded_for_a_person_and_not_for_his_colleagues(
    cast: Cast, at_work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "LOOK_UPS_AN_HOUR", 2)
    nobody = Person("Niemand", "Hier", build.BORN)
    with at_work(cast.jaap):
        services.look_up(nobody)
        services.look_up(nobody)
        with pytest.raises(Invalid, match="Probeer het later opnieuw"):
            services.look_up(nobody)
    with at_work(cast.sanne):
        assert services.look_up(nobody) == []
