"""Agreements: kept by the administrator, chosen by who shares while both sides are parties."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from pmg.extensions import db
from tests import acting, build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.sharing.conftest import Browse, Table

TITLE = "Convenant jeugd en veiligheid"
PURPOSE = "Samen voorkomen dat jongeren afglijden."
NEW = "/convenanten/nieuw"


def keep(browse: Browse, cast: Cast, path: str = NEW, **given: object) -> TestResponse:
    answers = {
        "title": TITLE,
        "purpose": PURPOSE,
        "legal_bases": ["JEUGDWET"],
        "partner_codes": ["JONGERENWERK", "GGZ"],
        "organisation_ids": [str(cast.bas.organisation_id)],
        "valid_from": "1-1-2026",
        "reference": "Z-2026-001",
    }
    return acting.send(browse(cast.ad), path, **(answers | given))


@pytest.fixture
def agreement(browse: Browse, cast: Cast, superuser: Engine) -> UUID:
    assert keep(browse, cast).status_code == 302
    with superuser.connect() as connection:
        found: UUID = connection.execute(text("SELECT id FROM agreement")).scalar_one()
    return found


def test_kept_by_the_administrator_and_read_by_who_shares_and_oversees(
    browse: Browse, cast: Cast, agreement: UUID
) -> None:
    for person in (cast.ad, cast.ans, cast.bas, cast.karim, cast.sanne):
        page = browse(person).get("/convenanten").text
        assert (TITLE in page, "Jeugdwet art. 2.1" in page) == (True, True)
        assert ("Terug naar" in page) == (person is not cast.ad)
    for person in (cast.els, cast.joost):
        assert browse(person).get("/convenanten").status_code == 404
    assert TITLE not in browse(cast.other).get("/convenanten").text
    for person in (cast.bas, cast.ans, cast.sanne, cast.other):
        assert browse(person).get(f"/convenanten/{agreement}").status_code == 404
        assert browse(person).get("/convenanten/nieuw").status_code == 404


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"partner_codes": ["GGZ"], "organisation_ids": []}, "ten minste twee partijen"),
        ({"valid_until": "1-1-2025"}, "ligt voor de eerste"),
        ({"purpose": "kort"}, "Schrijf in een zin op waarom"),
    ],
)
def test_an_agreement_that_is_not_whole_is_explained(
    browse: Browse, cast: Cast, given: dict[str, object], words: str
) -> None:
    answer = keep(browse, cast, **given)
    assert (answer.status_code, words in answer.text) == (422, True)


def test_two_who_change_it_at_once_do_not_overwrite_each_other(
    browse: Browse, cast: Cast, agreement: UUID
) -> None:
    client, path = browse(cast.ad), f"/convenanten/{agreement}"
    first, second = (
        acting.filled(client, path, title=name, purpose=PURPOSE) for name in ("Eerste", "Tweede")
    )
    assert client.post(path, data=first).status_code == 302
    late = client.post(path, data=second)
    assert late.status_code == 409
    assert "Eerste" in late.text
    assert "Tweede" in late.text


def test_it_carries_a_decision_while_it_holds_and_covers_all(
    browse: Browse, cast: Cast, table: Table, agreement: UUID, superuser: Engine
) -> None:
    path, client = f"/contactmoment/{table.note}/delen", browse(cast.sanne)
    chosen = {"agreement": str(agreement), "no_agreement": ""}
    outside = acting.share(client, path, cast.fatma.organisation_id, **chosen)
    assert (outside.status_code, "doen mee aan dit convenant" in outside.text) == (422, True)
    both = (cast.bas.organisation_id, table.care.organisation_id)
    assert acting.share(client, path, *both, **chosen).status_code == 302
    assert TITLE in browse(table.care).get(table.page).text
    yesterday = build.TODAY - timedelta(days=1)
    keep(browse, cast, f"/convenanten/{agreement}", valid_until=f"{yesterday:%d-%m-%Y}")
    assert str(agreement) not in client.get(path).text


def test_nobody_but_the_administrator_writes_one_by_injection(
    at_work: AtWork, cast: Cast, agreement: UUID
) -> None:
    with at_work(cast.bas):
        changed = db.session.execute(text("UPDATE agreement SET title = 'x'"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]
        db.session.rollback()
    with at_work(cast.els):
        assert db.session.execute(text("SELECT count(*) FROM agreement")).scalar_one() == 0
