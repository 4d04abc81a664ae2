"""The referrals of this week: who waits, since when, and one after another."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from http import HTTPStatus
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.errors import NotPermitted
from pmg.triage import services
from pmg.triage.rules import Slot, Weekday
from tests import build
from tests.acting import filled, send
from tests.action_plans.test_drafts import keep
from tests.cast import Cast, Person
from tests.conftest import AtWork

Browse = Callable[[Person], FlaskClient]
FIXED = Slot(Weekday.THURSDAY, time(10), 60, 7)
WHY = "De zorgen zijn groot genoeg voor de aanpak."


def fix(cast: Cast, at_work: AtWork) -> None:
    with at_work(cast.fatma):
        services.set_slot(FIXED)


def waiting(cast: Cast, at_work: AtWork, superuser: Engine, *days: int) -> list[UUID]:
    """Referrals of so many days ago, each of another youth."""
    ids = []
    for place, ago in enumerate(days):
        case_id = build.a_referral(
            cast,
            at_work,
            given_name=f"Kind{'abcdefgh'[place]}",
            birth_date=date(2010, 1, place + 1),
        )
        with superuser.begin() as connection:
            connection.execute(
                text("UPDATE case_file SET referred_on = :on WHERE id = :id"),
                {"on": build.TODAY - timedelta(days=ago), "id": case_id},
            )
        ids.append(case_id)
    return ids


def test_the_oldest_comes_first_and_words_say_what_is_late(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    waiting(cast, at_work, superuser, 0, 9, 7)
    fix(cast, at_work)
    page = browse(cast.fatma).get("/triage").text
    assert re.findall(r"Kind[abc] de B\.", page) == ["Kindb de B.", "Kindc de B.", "Kinda de B."]
    assert "2 dagen te laat" in page
    assert "vandaag is de laatste dag" in page
    assert "nog 7 dagen" in page
    assert "10.00 uur · 60 minuten" in page


def test_without_a_fixed_time_nothing_is_called_late(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    waiting(cast, at_work, superuser, 300)
    page = browse(cast.fatma).get("/triage").text
    assert "Er is nog geen vaste tijd gekozen" in page
    assert "300 dagen geleden" in page
    assert "dagen te laat" not in page


def test_vandaag_counts_exactly_what_the_page_lists(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    ids = waiting(cast, at_work, superuser, 1, 2, 30)
    fix(cast, at_work)
    today = browse(cast.fatma).get("/vandaag").text
    found = re.search(r'deel=triage"><span class="pmg-numbers__number">(\d+)<', today)
    assert found is not None
    assert found[1] == "3"
    listed = browse(cast.fatma).get("/vandaag?deel=triage").text
    week = browse(cast.fatma).get("/triage").text
    assert all(f"/zaken/{id_}/triage?reeks=1" in page for id_ in ids for page in (listed, week))
    assert listed.count("te laat</strong>") == 1


def test_they_are_decided_one_after_another(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    oldest, middle, newest = waiting(cast, at_work, superuser, 3, 2, 1)
    fix(cast, at_work)
    client = browse(cast.fatma)
    page = client.get(f"/zaken/{middle}/triage?reeks=1").text
    assert "Aanmelding 2 van 3" in page
    assert f"/zaken/{oldest}/triage?reeks=1" in page
    assert f"/zaken/{newest}/triage?reeks=1" in page
    answers = {"outcome": "afwijzen", "motivation": WHY}
    for case_id, onward in (
        (middle, f"/zaken/{newest}/triage?reeks=1"),
        (newest, f"/zaken/{oldest}/triage?reeks=1"),
        (oldest, "/triage"),
    ):
        done = send(client, f"/zaken/{case_id}/triage?reeks=1", **answers)
        assert done.location == onward
    assert "Er wacht geen aanmelding op u" in client.get("/triage").text


def test_the_time_that_was_set_last_counts_and_the_one_before_is_shown(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    fix(cast, at_work)
    client = browse(cast.fatma)
    done = send(client, "/triage/tijd", weekday="1", starts="0.00", minutes="45", term_days="10")
    assert done.location == "/triage"
    page = client.get("/triage/tijd").text
    assert "maandag om 00.00 uur, 45 minuten, termijn 10 dagen" in page
    assert "donderdag om 10.00 uur" in page
    assert "Triageoverleg: maandag" in client.get("/triage").text


def test_a_wrong_time_is_explained(cast: Cast, browse: Browse) -> None:
    whole = {"weekday": "4", "starts": "10.00", "minutes": "60", "term_days": "7"}
    client = browse(cast.fatma)
    for answers, message in (
        ({"weekday": ""}, "Kies een dag."),
        ({"starts": ""}, "Vul in hoe laat het begint."),
        ({"starts": "25.00"}, "Deze tijd bestaat niet."),
        ({"minutes": "5"}, "15 tot en met 240"),
        ({"minutes": "half uur"}, "Vul een heel getal in"),
        ({"term_days": "0"}, "Kies een termijn van 1"),
    ):
        page = send(client, "/triage/tijd", **(whole | answers))
        assert (page.status_code, message in page.text) == (422, True), answers


def test_another_municipality_sees_and_sets_its_own(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    (case_id,) = waiting(cast, at_work, superuser, 2)
    fix(cast, at_work)
    client = browse(cast.other_director)
    page = client.get("/triage").text
    assert "Er wacht geen aanmelding op u" in page
    assert "Er is nog geen vaste tijd gekozen" in page
    assert client.get(f"/zaken/{case_id}/triage?reeks=1").status_code == 404
    with at_work(cast.sanne), pytest.raises(NotPermitted):
        services.set_slot(FIXED)


def test_a_double_click_decides_once(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    case_id = build.a_referral(cast, at_work)
    client, path = browse(cast.fatma), f"/zaken/{case_id}/triage"
    form = filled(client, path, outcome="afwijzen", motivation=WHY)
    first, second = (client.post(path, data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert second.location == first.location


def test_what_is_typed_of_a_decision_is_given_back_and_gone_once_it_is_decided(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    case_id, other = waiting(cast, at_work, superuser, 2, 1)
    client, path = browse(cast.fatma), f"/zaken/{case_id}/triage"
    typed = {"outcome": "afwijzen", "motivation": "Half getypt besluit."}
    assert keep(client, path, **typed) == HTTPStatus.NO_CONTENT
    assert "Half getypt besluit." in client.get(path).text
    assert "Half getypt besluit." not in client.get(f"/zaken/{other}/triage").text

    assert send(client, path, outcome="afwijzen", motivation=WHY).status_code == HTTPStatus.FOUND
    with superuser.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM draft")).scalar_one() == 0
