"""The privacy officer sees who did what and who was refused, and no youth by name."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.clock import today
from pmg.oversight import queries
from tests.build import a_case
from tests.cast import Cast, Person
from tests.conftest import AtWork

Browse = Callable[[Person], FlaskClient]
ROW = re.compile(r'<tr role="row">\s*<th role="rowheader".*?</tr>', re.DOTALL)


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    return a_case(cast, at_work)


def rows(browse: Browse, person: Person, query: str = "") -> list[str]:
    answer = browse(person).get(f"/logboek{query}")
    assert answer.status_code == 200
    found: list[str] = ROW.findall(answer.get_data(as_text=True))
    return found


def test_a_stranger_s_attempt_is_shown_with_his_name(
    cast: Cast, browse: Browse, case_id: UUID
) -> None:
    assert browse(cast.jaap).get(f"/zaken/{case_id}").status_code == 404
    denied = rows(browse, cast.ans, "?uitkomst=denied")
    assert len(denied) == 1
    assert "Jaap" in denied[0]
    assert "Geweigerd" in denied[0]


def test_a_case_is_found_by_its_id_with_the_attempts_of_strangers(
    cast: Cast, browse: Browse, case_id: UUID
) -> None:
    browse(cast.sanne).get(f"/zaken/{case_id}")
    browse(cast.jaap).get(f"/zaken/{case_id}")
    browse(cast.jaap).get("/zaken/6f0f3c1e-2f0b-5f43-9a3a-5b6f3f9f5b11")
    found = rows(browse, cast.ans, f"?zaak={case_id}")
    assert [("Jaap" in row, "Sanne" in row) for row in found] == [(True, False), (False, True)]


def test_one_person_at_a_time(cast: Cast, browse: Browse, case_id: UUID) -> None:
    browse(cast.sanne).get(f"/zaken/{case_id}")
    browse(cast.bas).get(f"/zaken/{case_id}")
    found = rows(browse, cast.ans, f"?persoon={cast.bas.id}")
    assert found
    assert all("Bas" in row for row in found)


def test_both_days_count(cast: Cast, browse: Browse, case_id: UUID) -> None:
    browse(cast.sanne).get(f"/zaken/{case_id}")
    now, tomorrow = today(), today() + timedelta(days=1)
    assert rows(browse, cast.ans, f"?van={now:%d-%m-%Y}&tot={now:%d-%m-%Y}")
    assert not rows(browse, cast.ans, f"?van={tomorrow:%d-%m-%Y}")
    assert not rows(browse, cast.ans, f"?tot={now - timedelta(days=1):%d-%m-%Y}")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("van=31-02-2026", "Deze dag bestaat niet"),
        ("tot=gisteren", "Vul een datum in"),
        ("zaak=PMG-2026-0001", "Plak de code"),
        ("zaak=%00", "Er staat een teken in"),
    ],
)
def test_a_filter_that_cannot_be_is_explained(
    cast: Cast, browse: Browse, query: str, message: str
) -> None:
    answer = browse(cast.ans).get(f"/logboek?{query}")
    assert answer.status_code == 200
    assert message in answer.get_data(as_text=True)


def test_searching_is_in_the_log_itself(cast: Cast, browse: Browse) -> None:
    rows(browse, cast.ans)
    assert any("zocht in het logboek" in row for row in rows(browse, cast.ans))


def test_no_youth_is_named_anywhere(cast: Cast, browse: Browse, case_id: UUID) -> None:
    browse(cast.sanne).get(f"/zaken/{case_id}")
    ans = browse(cast.ans)
    listing = ans.get("/logboek").get_data(as_text=True)
    event = re.search(r"/logboek/[0-9a-f-]{36}", rows(browse, cast.ans, f"?zaak={case_id}")[0])
    assert event
    for page in (listing, ans.get(event[0]).get_data(as_text=True)):
        assert "Yassin" not in page
        assert "de Boer" not in page


def test_an_event_opens_with_its_technical_detail(
    cast: Cast, browse: Browse, case_id: UUID
) -> None:
    browse(cast.sanne).get(f"/zaken/{case_id}")
    event = re.search(r"/logboek/[0-9a-f-]{36}", rows(browse, cast.ans, f"?zaak={case_id}")[0])
    assert event
    page = browse(cast.ans).get(event[0]).get_data(as_text=True)
    assert "case:show" in page
    assert f"/zaken/{case_id}" in page
    assert "Wie aan de zaak deelneemt ziet de zaak" in page
    assert "birth_date" in page


def test_a_refusal_says_in_words_why(cast: Cast, browse: Browse, case_id: UUID) -> None:
    browse(cast.jaap).get(f"/zaken/{case_id}")
    event = re.search(r"/logboek/[0-9a-f-]{36}", rows(browse, cast.ans, "?uitkomst=denied")[0])
    assert event
    page = browse(cast.ans).get(event[0]).get_data(as_text=True)
    assert "deze medewerker neemt er niet aan deel" in page
    assert "jongerenwerker" in page


def test_an_event_of_another_municipality_is_as_if_it_were_not_there(
    cast: Cast, browse: Browse, superuser: Engine
) -> None:
    browse(cast.other).get("/zaken/6f0f3c1e-2f0b-5f43-9a3a-5b6f3f9f5b11")
    with superuser.connect() as connection:
        theirs = connection.execute(
            text("SELECT id FROM audit_event WHERE municipality_id = 'GM0599'")
        ).scalar_one()
    assert browse(cast.ans).get(f"/logboek/{theirs}").status_code == 404
    assert not any("Other" in row for row in rows(browse, cast.ans))


def test_the_list_goes_on_where_the_page_ended(
    cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    jaap, ans = browse(cast.jaap), browse(cast.ans)
    tried = [f"6f0f3c1e-2f0b-5f43-9a3a-5b6f3f9f5b1{last}" for last in range(5)]
    for case in tried:
        jaap.get(f"/zaken/{case}")
    address: str | None = "/logboek?uitkomst=denied"
    found: list[str] = []
    while address:
        page = ans.get(address).get_data(as_text=True)
        found += ROW.findall(page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else None
    events = [re.search(r"/logboek/([0-9a-f-]{36})", row)[1] for row in found]  # type: ignore[index]
    assert len(events) == len(set(events)) == 5


@pytest.mark.parametrize(
    "name", ["sanne", "bas", "fatma", "karim", "els", "jaap", "ad", "other", "other_director"]
)
def test_nobody_else_has_the_log(cast: Cast, browse: Browse, name: str) -> None:
    assert browse(getattr(cast, name)).get("/logboek").status_code == 404
