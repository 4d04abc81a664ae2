"""The own list stands in the order that is asked, on every page of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.cases import caseload
from pmg.cases.rules.listing import Order
from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork

Browse = Callable[[Person], FlaskClient]


@pytest.fixture
def seven(cast: Cast, at_work: AtWork, superuser: Engine) -> list[Any]:
    """Seven cases of Sanne, referred on different days, changed in another order."""
    ids = [build.a_referral(cast, at_work, given_name=f"Kind{letter}") for letter in "abcdefg"]
    with superuser.begin() as connection:
        for place, case_id in enumerate(ids):
            connection.execute(
                text("UPDATE case_file SET referred_on = :day WHERE id = :id"),
                {"day": build.TODAY - timedelta(days=(place * 3) % 7), "id": case_id},
            )
    return ids


@pytest.mark.parametrize("order", list(Order))
def test_forwards_and_back_again_nothing_is_lost_or_seen_twice(
    cast: Cast, at_work: AtWork, seven: list[Any], order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caseload, "PAGE", 3)
    with at_work(cast.sanne):
        whole, cursor, pages = [], None, []
        while True:
            page = caseload.caseload(caseload.Wanted(cursor=cursor, order=order), today=build.TODAY)
            pages.append([line.case_id for line in page.lines])
            whole += page.lines
            if (cursor := page.following) is None:
                break
        assert sorted(line.case_id for line in whole) == sorted(seven)
        back = caseload.caseload(
            caseload.Wanted(cursor=page.previous, order=order), today=build.TODAY
        )
        assert [line.case_id for line in back.lines] == pages[-2]
    days = [line.referred_on for line in whole]
    if order is Order.OLDEST:
        assert days == sorted(days)
    elif order is Order.NEWEST:
        assert days == sorted(days, reverse=True)
    else:
        changed = [line.updated_at for line in whole]
        assert changed == sorted(changed, reverse=True)


def test_the_order_is_kept_on_the_next_page_and_on_return(
    cast: Cast, browse: Browse, seven: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caseload, "PAGE", 3)
    client = browse(cast.sanne)
    page = client.get("/zaken?volgorde=langst").text
    assert "langst geleden aangemeld bovenaan" in page
    assert "volgorde=langst" in page.split('rel="next"')[1].split(">")[0]
    case_page = client.get(f"/zaken/{seven[0]}").text
    assert 'href="/zaken?volgorde=langst"' in case_page
    assert client.get("/zaken?volgorde=%00x&na=onzin").status_code == 200
