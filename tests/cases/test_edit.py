"""Correcting what is kept: a colleague who was first is never overwritten."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from pmg.cases import services
from pmg.cases.files import details_of
from pmg.cases.models import Referral, Youth
from pmg.clock import today
from pmg.errors import NotPermitted
from pmg.extensions import db
from tests import build
from tests.cases.sending import hidden
from tests.cast import Cast

ANSWERS = {
    "given_name": "Yassin",
    "family_name": "de Boer",
    "birth_date": "14-3-2010",
    "gender": "m",
    "area": "Geuzenveld",
    "focus_area_code": "",
    "purpose": "VOORKOMEN",
    "legal_basis": "OPENBARE-ORDE",
}


def kept(at_work: Any, who: Any, case_id: Any) -> Any:
    """What is kept now."""
    with at_work(who):
        case = build.the_case(case_id)
        youth = db.session.get_one(Youth, (case.municipality_id, case.youth_id))
        return details_of(case, youth)


def test_a_correction_is_kept_and_the_page_begins_with_what_is_there(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    case_id = build.a_case(cast, at_work)
    client = browse(cast.sanne)
    page = client.get(f"/zaken/{case_id}/gegevens")
    assert 'value="de Boer"' in page.text
    done = client.post(
        f"/zaken/{case_id}/gegevens", data=hidden(page) | ANSWERS | {"family_name": "el Amrani"}
    )
    assert done.status_code == 302
    assert kept(at_work, cast.sanne, case_id).family_name == "el Amrani"


def test_who_comes_second_gets_both_texts_and_loses_none(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    case_id = build.a_case(cast, at_work)
    mine, theirs = browse(cast.sanne), browse(cast.bas)
    page = mine.get(f"/zaken/{case_id}/gegevens")
    other = theirs.get(f"/zaken/{case_id}/gegevens")
    path = f"/zaken/{case_id}/gegevens"
    assert theirs.post(path, data=hidden(other) | ANSWERS | {"area": "Slotermeer"}).location
    answer = mine.post(path, data=hidden(page) | ANSWERS | {"area": "Osdorp"})
    assert answer.status_code == 409
    for shown in ("Iemand anders was u voor", "Slotermeer", "Osdorp", "Buurt of wijk"):
        assert shown in answer.text
    assert kept(at_work, cast.bas, case_id).area == "Slotermeer"


def test_work_on_the_case_is_no_conflict(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_case(cast, at_work)
    client = browse(cast.sanne)
    page = client.get(f"/zaken/{case_id}/gegevens")
    with at_work(cast.bas):
        build.the_case(case_id).started_on = build.TODAY
    done = client.post(f"/zaken/{case_id}/gegevens", data=hidden(page) | ANSWERS)
    assert done.status_code == 302


def test_telling_the_youth_is_noted_and_ends_the_warning(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    case_id = build.a_case(cast, at_work, told=build.not_told())
    client, path = browse(cast.sanne), f"/zaken/{case_id}/gegevens"
    data = hidden(client.get(path)) | ANSWERS | {"told_on": f"{today():%d-%m-%Y}"}
    assert client.post(path, data=data).status_code == 302
    assert "weet nog niet" not in client.get(f"/zaken/{case_id}").text
    assert 'name="told_on"' not in client.get(path).text
    with at_work(cast.sanne):
        assert db.session.scalars(select(Referral)).one().told_on == today()


def test_a_number_that_is_not_typed_stays(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_case(cast, at_work, by="bas", bsn=build.BSN)
    client, path = browse(cast.bas), f"/zaken/{case_id}/gegevens"
    page = client.get(path)
    assert build.BSN not in page.text
    client.post(path, data=hidden(page) | ANSWERS | {"area": "Osdorp"})
    with at_work(cast.bas):
        assert services.reveal_bsn(build.the_case(case_id)) == build.BSN


def test_old_and_new_stand_sealed_in_the_log(
    cast: Cast, at_work: Any, browse: Any, superuser: Engine
) -> None:
    case_id = build.a_case(cast, at_work)
    build.corrected(cast, at_work, case_id, family_name="Geheimnaam")
    client, path = browse(cast.bas), f"/zaken/{case_id}/gegevens"
    data = hidden(client.get(path)) | ANSWERS | {"family_name": "Nieuwnaam"}
    assert client.post(path, data=data).status_code == 302
    with superuser.connect() as connection:
        sealed = connection.execute(
            text("SELECT changes_sealed FROM audit_subject WHERE changes_sealed IS NOT NULL")
        ).scalar()
    assert sealed
    assert b"Geheimnaam" not in bytes(sealed)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("birth_date", f"{today() + timedelta(days=1):%d-%m-%Y}", "toekomst"),
        ("birth_date", "29-2-2011", "bestaat niet"),
        ("family_name", "a\0b", "teken"),
        ("area", "w" * 500, "korter"),
        ("purpose", "", "Kies het doel."),
    ],
)
def test_what_cannot_be_right_is_explained(
    cast: Cast, at_work: Any, browse: Any, field: str, value: str, message: str
) -> None:
    case_id = build.a_case(cast, at_work)
    client, path = browse(cast.bas), f"/zaken/{case_id}/gegevens"
    page = client.post(path, data=hidden(client.get(path)) | ANSWERS | {field: value})
    assert page.status_code == 422
    assert message in page.text


def test_the_process_director_reads_and_does_not_correct(cast: Cast, at_work: Any) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.fatma) as reader, pytest.raises(NotPermitted):
        build.correct(reader, case_id)
