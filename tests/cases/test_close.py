"""The end of a case: result, aftercare, the retention clock, and what hears of it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from pmg.cases import services
from pmg.cases.signals import case_closed
from pmg.clock import today
from pmg.errors import Invalid
from tests import build
from tests.cases.sending import send
from tests.cast import Cast

ANSWERS = {
    "result": "deels_bereikt",
    "daytime_activity": "werk",
    "motivation": "Hij werkt nu vier dagen in de week.",
    "closed_on": f"{today():%d-%m-%Y}",
    "aftercare_until": "",
    "aftercare_by": "",
}


def test_a_closed_case_says_so_and_stays_readable(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_case(cast, at_work)
    client = browse(cast.bas)
    assert send(client, f"/zaken/{case_id}/afsluiten", ANSWERS).location == f"/zaken/{case_id}"
    page = client.get(f"/zaken/{case_id}").text
    assert "De zaak is afgesloten." in page
    assert "Doel deels bereikt" in page
    assert "Hij werkt nu vier dagen" in page


def test_aftercare_has_somebody_and_an_end(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_case(cast, at_work)
    by = {"aftercare_by": str(cast.sanne.organisation_id)}
    page = send(browse(cast.bas), f"/zaken/{case_id}/afsluiten", ANSWERS | by)
    assert "Vul in tot en met welke dag er nazorg is." in page.text
    stranger = build.an_ending(aftercare_until=build.TODAY, aftercare_by=cast.other.organisation_id)
    with at_work(cast.bas), pytest.raises(Invalid, match="uit de lijst"):
        services.close_case(build.the_case(case_id), stranger, today=build.TODAY)


def test_a_case_closed_without_work_does_not_say_there_was_any(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    case_id = build.a_closed_case(cast, at_work)
    bar = browse(cast.bas).get(f"/zaken/{case_id}").text.split("pmg-steps")[1:]
    said = next(step for step in bar if "Plan en inzet" in step)
    assert "niet gedaan" in said
    assert "✓" not in said


def test_aftercare_keeps_the_case_in_sight(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_case(cast, at_work)
    until = f"{today() + timedelta(days=60):%d-%m-%Y}"
    client, by = browse(cast.bas), str(cast.sanne.organisation_id)
    given = ANSWERS | {"aftercare_until": until, "aftercare_by": by}
    send(client, f"/zaken/{case_id}/afsluiten", given)
    page = client.get(f"/zaken/{case_id}").text
    assert re.search(r"<dt[^>]*>Nazorg</dt>\s*<dd[^>]*>[^<]+, tot en met", page)


def test_rooms_above_hear_of_it_with_the_day(cast: Cast, at_work: Any) -> None:
    case_id, heard = build.a_case(cast, at_work), []

    def listen(case: Any, *, on: Any) -> None:
        heard.append((case.id, on))

    with case_closed.connected_to(listen), at_work(cast.bas):
        services.close_case(build.the_case(case_id), build.an_ending(), today=build.TODAY)
    assert heard == [(case_id, build.TODAY)]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"result": ""}, "Kies een resultaat."),
        ({"daytime_activity": ""}, "Kies wat de jongere overdag doet."),
        ({"motivation": "Klaar."}, "een of twee zinnen"),
        ({"closed_on": ""}, "Vul de datum van afsluiten in."),
        ({"closed_on": "31-2-2026"}, "bestaat niet"),
        ({"closed_on": f"{today() + timedelta(days=1):%d-%m-%Y}"}, "moet nog komen"),
        ({"closed_on": f"{build.TODAY - timedelta(days=1):%d-%m-%Y}"}, "begin van de aanpak"),
        ({"aftercare_until": f"{today():%d-%m-%Y}"}, "welke organisatie de nazorg geeft"),
        ({"aftercare_until": f"{build.TODAY - timedelta(days=2):%d-%m-%Y}"}, "voor de afsluiting"),
        ({"aftercare_until": f"{today() + timedelta(days=900):%d-%m-%Y}"}, "hoogstens een jaar"),
    ],
)
def test_what_cannot_be_right_is_explained(
    cast: Cast, at_work: Any, browse: Any, given: Any, message: str
) -> None:
    case_id = build.a_case(cast, at_work)
    page = send(browse(cast.bas), f"/zaken/{case_id}/afsluiten", ANSWERS | given)
    assert page.status_code == 422
    assert message in page.text


def test_all_that_is_wrong_is_told_at_once(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_case(cast, at_work)
    tomorrow = f"{today() + timedelta(days=1):%d-%m-%Y}"
    long = f"{today() + timedelta(days=900):%d-%m-%Y}"
    wrong = {"motivation": "Klaar.", "closed_on": tomorrow, "aftercare_until": long}
    page = send(browse(cast.bas), f"/zaken/{case_id}/afsluiten", ANSWERS | wrong)
    assert "Er zijn 4 problemen" in page.text


def test_a_case_is_closed_once(cast: Cast, at_work: Any) -> None:
    case_id = build.a_closed_case(cast, at_work)
    with at_work(cast.bas), pytest.raises(Invalid, match="loopt"):
        services.close_case(build.the_case(case_id), build.an_ending(), today=build.TODAY)


@pytest.mark.parametrize("who", ["sanne", "fatma", "jaap", "other"])
def test_only_the_case_director_closes(cast: Cast, at_work: Any, browse: Any, who: str) -> None:
    case_id = build.a_case(cast, at_work)
    assert browse(getattr(cast, who)).get(f"/zaken/{case_id}/afsluiten").status_code == 404
