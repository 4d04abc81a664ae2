"""Offers: places, price and contract, kept by the policy officer with a reason."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.errors import Conflict
from pmg.providers import services
from tests import build
from tests.acting import filled, send
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.interventions.conftest import SPORT
from tests.providers.conftest import TERMS, Offers, Refer, accept, the_offer

Browse = Callable[[Person], FlaskClient]
NEW = "/aanbod/nieuw"


def typed(**given: object) -> dict[str, object]:
    return {
        "intervention": SPORT.code,
        "places": "12",
        "price": "€ 4.500",
        "contract_from": f"{build.TODAY:%d-%m-%Y}",
        "contract_until": "",
        "contact": "020 555 01 02",
        "reason": "nieuw contract",
    } | given


def rows(superuser: Engine, organisation: object) -> int:
    with superuser.connect() as connection:
        count = text("SELECT count(*) FROM offer WHERE organisation_id = :id")
        return int(connection.execute(count, {"id": organisation}).scalar_one())


def test_what_is_offered_stands_in_the_list(browse: Browse, cast: Cast, noor: Person) -> None:
    client = browse(cast.els)
    answer = send(client, NEW, **typed(organisation=noor.organisation_id))
    shown = client.get(answer.location).text
    assert answer.status_code == 302
    for told in ("JEUGDHULP", SPORT.name_nl, "4.500", "12", "Hele gemeente"):
        assert told in shown


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"places": "-1"}, "kan niet onder nul"),
        ({"places": "\u22123"}, "kan niet onder nul"),
        ({"places": "veel"}, "Vul een heel getal in"),
        ({"places": "2,5"}, "Vul een heel getal in"),
        ({"places": ""}, "Vul het aantal plekken in"),
        ({"places": "99999"}, "te veel plekken"),
        ({"price": "-20"}, "De prijs kan niet onder nul"),
        ({"contract_until": "1-1-2020"}, "Het contract eindigt voor het begint."),
        ({"contract_until": "31-2-2027"}, "Deze dag bestaat niet."),
        ({"contract_from": ""}, "Vul in wanneer het contract begint."),
        ({"contact": "x\x00y"}, "teken in dat niet bewaard kan worden"),
        ({"reason": "x"}, "Schrijf kort op waarom"),
        ({"areas": ["NERGENS"]}, ""),
        ({"organisation": "x"}, ""),
        ({"intervention": "x"}, ""),
    ],
)
def test_what_cannot_be_is_told_and_nothing_typed_is_lost(
    browse: Browse,
    cast: Cast,
    noor: Person,
    superuser: Engine,
    wrong: dict[str, object],
    told: str,
) -> None:
    given = typed(organisation=noor.organisation_id, reason="een eigen reden") | wrong
    answer = send(browse(cast.els), NEW, **given)
    assert (answer.status_code, rows(superuser, noor.organisation_id)) == (422, 0)
    assert told in answer.text
    assert "reason" in wrong or "een eigen reden" in answer.text


def test_the_same_is_not_offered_twice(
    offers: Offers, browse: Browse, cast: Cast, noor: Person, superuser: Engine
) -> None:
    offers()
    answer = send(browse(cast.els), NEW, **typed(organisation=noor.organisation_id))
    assert (answer.status_code, rows(superuser, noor.organisation_id)) == (422, 1)
    assert "heeft al een aanbod voor deze interventie" in answer.text


def test_a_change_keeps_what_stood_there_with_the_reason(
    offers: Offers, browse: Browse, cast: Cast
) -> None:
    path, client = f"/aanbod/{offers(places=8)}", browse(cast.els)
    answer = send(client, path, places="3", reason="minder begeleiders")
    shown = client.get(answer.location).text.split("Wat er stond")[1]
    assert shown.index("minder begeleiders") < shown.index("nieuw contract")
    assert ">8<" in shown
    assert ">3<" in shown


def test_a_change_of_nothing_is_none(offers: Offers, browse: Browse, cast: Cast) -> None:
    answer = send(browse(cast.els), f"/aanbod/{offers()}", reason="zomaar iets")
    assert answer.status_code == 422
    assert "Er is niets gewijzigd." in answer.text


def test_who_changes_second_sees_both(offers: Offers, browse: Browse, cast: Cast) -> None:
    path, client = f"/aanbod/{offers()}", browse(cast.dewi)
    mine = filled(client, path, places="7", reason="meer geld")
    send(browse(cast.els), path, places="5", reason="minder geld")
    answer = client.post(path, data=mine)
    assert answer.status_code == 409
    assert ">7<" in answer.text
    assert ">5<" in answer.text


def test_a_stale_change_by_the_service_changes_nothing(
    offers: Offers, at_work: AtWork, cast: Cast
) -> None:
    offer_id = offers()
    with at_work(cast.els), pytest.raises(Conflict):
        services.change_offer(the_offer(offer_id), TERMS, reason="te laat", version=9)


def test_nobody_loses_a_place_when_there_are_fewer(
    offers: Offers, refer: Refer, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    offer_id, first, second = offers(places=2), refer(), refer()
    assert accept(at_work, noor, first).value == "aangenomen"
    send(browse(cast.els), f"/aanbod/{offer_id}", places="1", reason="minder begeleiders")
    assert accept(at_work, noor, second).value == "wachtlijst"
    assert "Kind1 Verwezen" in browse(noor).get("/aangemeld").text


def test_the_policy_officer_reads_no_number_of_youths(
    offers: Offers, refer: Refer, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    offer_id = offers(places=40)
    before = [browse(cast.els).get(path).text for path in ("/aanbod", f"/aanbod/{offer_id}")]
    accept(at_work, noor, refer())
    after = [browse(cast.els).get(path).text for path in ("/aanbod", f"/aanbod/{offer_id}")]
    strip = [page.split("<main")[1].replace("\n", "") for page in (before[0], after[0])]
    assert strip[0] == strip[1]
    assert "Kind1" not in after[1]


@pytest.mark.parametrize("who", ["sanne", "bas", "fatma", "karim", "ans", "ad", "mo", "other"])
def test_only_the_policy_officer_keeps_offers(
    offers: Offers, browse: Browse, cast: Cast, who: str
) -> None:
    client = browse(getattr(cast, who))
    for path in ("/aanbod", NEW, f"/aanbod/{offers()}", f"/aanbod/{uuid4()}"):
        assert client.get(path).status_code == 404, path


def test_a_contract_that_is_over_says_so(offers: Offers, browse: Browse, cast: Cast) -> None:
    ended = build.TODAY - timedelta(days=1)
    offers(contract_until=ended)
    assert "Voorbij" in browse(cast.els).get("/aanbod").text
