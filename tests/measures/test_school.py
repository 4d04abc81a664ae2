"""Hours around school: a week at a time, never more used than offered, sums of what counts."""

from datetime import timedelta
from uuid import UUID

import pytest

from pmg.measures.models import SchoolWeek
from pmg.measures.rules import monday_of
from tests import build
from tests.acting import filled, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.delivery.conftest import BEGUN
from tests.measures.conftest import WHY, Browse, newest, on

PLACE = "/inzet/{}/schooluren"


def tell(browse: Browse, cast: Cast, around: UUID, **given: object) -> object:
    answers = {"on_day": on(7), "offered": "8", "used": "6,5", "reason": "wilde_niet"}
    return send(browse(cast.sanne), f"/inzet/{around}/schooluren/week", **answers | given)


def test_weeks_add_up_on_the_page_of_the_trajectory(
    browse: Browse, cast: Cast, around: UUID
) -> None:
    assert tell(browse, cast, around, on_day=on(14)).status_code == 302
    proposed = browse(cast.sanne).get(f"/inzet/{around}/schooluren/week").text
    assert 'value="8"' in proposed
    assert tell(browse, cast, around, used="7.75").status_code == 302
    words = "Vastgelegde weken: 2. Gebruikt: 14,25 van 16 uur."
    assert words in browse(cast.sanne).get(f"/inzet/{around}").text
    page = browse(cast.sanne).get(PLACE.format(around)).text
    assert words in page
    assert "De jongere wilde niet" in page
    assert "Betaald uit: Preventie met Gezag" in page


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"used": "9"}, "Er zijn meer uren gebruikt dan er waren"),
        ({"reason": ""}, "Kies waarom niet alle uren zijn gebruikt"),
        ({"offered": "0"}, "van een kwartier tot en met 40 uur"),
        ({"offered": "41"}, "van een kwartier tot en met 40 uur"),
        ({"offered": "veel"}, "Vul uren in als getal"),
        ({"used": "-1"}, "Vul uren in als getal"),
        ({"used": "6,1"}, "Rond af op een kwartier"),
        ({"on_day": on(-8)}, "Kies een week tot en met"),
        ({"on_day": f"{BEGUN - timedelta(days=8):%d-%m-%Y}"}, "De inzet begon op"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    browse: Browse, cast: Cast, around: UUID, answers: dict[str, str], message: str
) -> None:
    answer = tell(browse, cast, around, **answers)
    assert answer.status_code == 422
    assert message in answer.text
    name, typed = next(iter(answers.items()))
    assert name == "reason" or f'value="{typed}"' in answer.text
    assert "nog geen week vastgelegd" in browse(cast.sanne).get(f"/inzet/{around}").text


def test_a_week_stands_there_once_and_is_put_right_with_a_reason(
    browse: Browse, cast: Cast, at_work: AtWork, around: UUID
) -> None:
    day = monday_of(build.TODAY - timedelta(days=7))
    tell(browse, cast, around, on_day=f"{day:%d-%m-%Y}")
    again = tell(browse, cast, around, on_day=f"{day + timedelta(days=6):%d-%m-%Y}")
    assert again.status_code == 422
    assert "Deze week staat er al" in again.text
    row = newest(cast, at_work, SchoolWeek, around)
    path = f"/schoolweek/{row}/verbeteren"
    sanne, bas = browse(cast.sanne), browse(cast.bas)
    stale = filled(bas, path, used="7", why=WHY)
    more = send(sanne, path, used="8,25", why=WHY)
    assert "Er zijn meer uren gebruikt dan er waren" in more.text
    assert "Er is niets veranderd" in send(sanne, path, why=WHY).text
    assert send(sanne, path, used="8", reason="", why=WHY).status_code == 302
    page = sanne.get(PLACE.format(around)).text
    assert "Gebruikt: 8 van 8 uur." in page
    assert page.index("8 van 8 uur") < page.index("Wat er eerder stond") < page.rindex("6,5 van 8")
    assert bas.post(path, data=stale).status_code == 409


def test_a_week_that_was_taken_back_counts_no_more_and_can_be_told_again(
    browse: Browse, cast: Cast, at_work: AtWork, around: UUID
) -> None:
    tell(browse, cast, around)
    row = newest(cast, at_work, SchoolWeek, around)
    sanne = browse(cast.sanne)
    assert send(sanne, f"/schoolweek/{row}/terugnemen", why=WHY).status_code == 302
    page = sanne.get(PLACE.format(around)).text
    assert "Deze week is teruggenomen" in page
    assert "Aangeboden en gebruikt" not in page
    assert tell(browse, cast, around, used="8", reason="").status_code == 302
    assert "Gebruikt: 8 van 8 uur." in sanne.get(PLACE.format(around)).text


def test_strangers_and_other_trajectories_find_nothing(
    browse: Browse, cast: Cast, at_work: AtWork, around: UUID, promised: UUID
) -> None:
    tell(browse, cast, around)
    row = newest(cast, at_work, SchoolWeek, around)
    for person in (cast.jaap, cast.els, cast.karim, cast.other):
        client = browse(person)
        for path in (PLACE.format(around), f"/inzet/{around}/schooluren/week",
                     f"/schoolweek/{row}/verbeteren", f"/schoolweek/{row}/terugnemen"):  # fmt: skip
            assert client.get(path).status_code == 404
    assert browse(cast.sanne).get(PLACE.format(promised)).status_code == 404
