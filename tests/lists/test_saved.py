"""Kept lists hold filters: whoever uses one sees his own cases, and only those."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.cases.rules.listing import Order
from pmg.errors import Invalid
from pmg.lists import queries, services
from pmg.lists.rules import Filters
from tests import build
from tests.acting import filled, send
from tests.cast import Cast, Person
from tests.conftest import AtWork

Browse = Callable[[Person], FlaskClient]


def names_in(page: str) -> list[str]:
    return [name for name in ("Noor", "Daan", "Lina") if name in page]


def test_a_list_is_kept_from_the_filters_that_are_on(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    build.a_case(cast, at_work, given_name="Noor")
    build.a_referral(cast, at_work, given_name="Daan")
    client = browse(cast.sanne)
    assert "Deze lijst bewaren" not in client.get("/zaken").text
    page = client.get("/zaken?fase=aangemeld&volgorde=langst").text
    assert "/lijsten/nieuw?fase=aangemeld&amp;volgorde=langst" in page
    answer = send(client, "/lijsten/nieuw?fase=aangemeld&volgorde=langst", name="Wacht op triage")
    assert answer.location == "/lijsten"
    kept = client.get("/lijsten").text
    assert "Wacht op triage" in kept
    assert 'href="/zaken?fase=aangemeld&amp;volgorde=langst"' in kept
    assert names_in(client.get("/zaken?fase=aangemeld&volgorde=langst").text) == ["Daan"]


def test_a_shared_list_shows_each_his_own_cases(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    build.a_case(cast, at_work, given_name="Noor")
    send(browse(cast.sanne), "/lijsten/nieuw?fase=plan", name="Plan nodig", shared="y")
    send(browse(cast.sanne), "/lijsten/nieuw?fase=plan", name="Alleen van mij")
    colleague = browse(cast.jaap)
    page = colleague.get("/lijsten").text
    assert "Plan nodig" in page
    assert "Gedeeld door Sanne" in page
    assert "Alleen van mij" not in page
    assert "Verwijderen" not in page
    assert names_in(colleague.get("/zaken?fase=plan").text) == []


@pytest.mark.parametrize("name", ["bas", "karim", "other"])
def test_another_organisation_sees_no_list(
    cast: Cast, at_work: AtWork, browse: Browse, name: str
) -> None:
    send(browse(cast.sanne), "/lijsten/nieuw", name="Plan nodig", shared="y")
    with at_work(cast.sanne):
        kept = queries.kept()[0]
    other = browse(getattr(cast, name))
    assert "Plan nodig" not in other.get("/lijsten").text
    form = filled(other, "/lijsten/nieuw")
    assert other.post(f"/lijsten/{kept.id}/verwijderen", data=form).status_code == 404


def test_only_who_kept_it_throws_it_away(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    send(browse(cast.sanne), "/lijsten/nieuw", name="Plan nodig", shared="y")
    with at_work(cast.sanne):
        kept = queries.kept()[0]
    colleague = browse(cast.jaap)
    colleague.post(f"/lijsten/{kept.id}/verwijderen", data=filled(colleague, "/lijsten/nieuw"))
    assert "Alleen wie de lijst bewaarde" in colleague.get("/lijsten").text
    own = browse(cast.sanne)
    own.post(f"/lijsten/{kept.id}/verwijderen", data=filled(own, "/lijsten/nieuw"))
    with at_work(cast.sanne):
        assert queries.kept() == []


def test_a_name_of_a_list_is_sealed(cast: Cast, browse: Browse, superuser: Engine) -> None:
    send(browse(cast.sanne), "/lijsten/nieuw", name="Lijst van Quirijn")
    with superuser.connect() as connection:
        kept = connection.execute(text("SELECT saved_list::text FROM saved_list")).scalars().all()
    assert len(kept) == 1
    assert "Quirijn" not in kept[0]
    assert b"Quirijn".hex() not in kept[0]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "Lijst\x00"])
def test_a_name_that_cannot_be_is_said(cast: Cast, browse: Browse, name: str) -> None:
    answer = send(browse(cast.sanne), "/lijsten/nieuw", name=name)
    assert answer.status_code == 422
    assert "Fout:" in answer.text


def test_there_is_an_end_to_lists(cast: Cast, at_work: AtWork) -> None:
    with at_work(cast.sanne):
        for number in range(services.MOST):
            services.save(f"Lijst {number}", Filters(), shared=False)
        with pytest.raises(Invalid):
            services.save("Nog een", Filters(), shared=False)


def test_an_address_that_was_tampered_with_asks_nothing() -> None:
    assert Filters.read({"fase": "'; --", "gebied": "X", "volgorde": "\x00"}) == Filters()
    assert Filters.read({"volgorde": "langst"}).order is Order.OLDEST
    assert Filters.read({}).address() == {}
