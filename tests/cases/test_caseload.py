"""The own list: only what one may see, page by page, at the same cost for one row or many."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text

from pmg.cases import caseload, services
from pmg.cases.rules import Outcome, Status
from pmg.clock import today
from tests import build
from tests.cast import Cast

BORN = date(today().year - 15, 3, 14)


def many(cast: Cast, at_work: Any, count: int, **given: Any) -> None:
    with at_work(cast.sanne):
        services.refer_many(
            [build.intake(given_name=f"Kind{chr(97 + n % 26)}", **given) for n in range(count)],
            today=build.TODAY,
        )


def numbers(page: Any) -> list[str]:
    """The numbers of the cases on a page, in order."""
    return [part[:13] for part in page.text.split('pmg-nowrap">')[1:] if part.startswith("PMG-")]


def test_a_row_says_who_where_and_what_comes_next(cast: Cast, at_work: Any, browse: Any) -> None:
    build.a_case(cast, at_work)
    page = browse(cast.sanne).get("/zaken").text
    for shown in ("Yassin de B.", build.number(1), "Plan maken", "Inzet kiezen", "1 zaak"):
        assert shown in page
    assert "Yassin de Boer" not in page


def test_a_file_leads_back_to_the_list_as_it_was_filtered(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    case_id = build.a_case(cast, at_work)
    client = browse(cast.sanne)
    client.get("/zaken?fase=plan&gebied=")
    for part in ("", "/factoren", "/inzet/zoeken"):
        assert 'href="/zaken?fase=plan"' in client.get(f"/zaken/{case_id}{part}").text
    client.get("/zaken")
    assert "fase=plan" not in client.get(f"/zaken/{case_id}").text


def test_who_takes_part_in_nothing_reads_what_to_do(cast: Cast, at_work: Any, browse: Any) -> None:
    build.a_case(cast, at_work)
    page = browse(cast.jaap).get("/zaken").text
    assert "U hebt nog geen zaken" in page
    assert "PMG-" not in page


def test_a_seat_that_ended_takes_the_row_and_the_count_away(
    cast: Cast, at_work: Any, browse: Any, superuser: Engine
) -> None:
    build.a_case(cast, at_work)
    build.a_case(cast, at_work, given_name="Blijver")
    with superuser.begin() as connection:
        connection.execute(
            text(
                "UPDATE case_member SET valid_until = now() WHERE user_id = :user AND case_id ="
                " (SELECT id FROM case_file WHERE number = :number)"
            ),
            {"user": cast.sanne.id, "number": build.number(1)},
        )
    page = browse(cast.sanne).get("/zaken").text
    assert "1 zaak" in page
    assert "Yassin" not in page


def test_pages_of_fifty_hold_every_case_once_there_and_back(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    many(cast, at_work, 120)
    client = browse(cast.sanne)
    first = client.get("/zaken")
    second = client.get(link(first, "next"))
    third = client.get(link(second, "next"))
    found = [*numbers(first), *numbers(second), *numbers(third)]
    assert (len(found), len(set(found))) == (120, 120)
    assert "120 zaken" in third.text
    assert 'rel="next"' not in third.text
    assert 'rel="prev"' not in first.text
    assert numbers(client.get(link(third, "prev"))) == numbers(second)
    assert numbers(client.get(link(client.get(link(third, "prev")), "prev"))) == numbers(first)


def link(page: Any, rel: str) -> str:
    """The address behind 'Volgende' or 'Vorige'."""
    after = page.text.split(f'rel="{rel}" href="')[1]
    return after.split('"')[0].replace("&amp;", "&")


@pytest.mark.parametrize("place", ["na=x", "voor=2026", "na=20261301000000000000-12", "na=\x00"])
def test_an_address_that_was_tampered_with_shows_the_first_page(
    cast: Cast, at_work: Any, browse: Any, place: str
) -> None:
    build.a_case(cast, at_work)
    client = browse(cast.sanne)
    for address in (f"/zaken?{place}", f"/zaken?fase=bestaatniet&gebied=FA99&{place}"):
        assert numbers(client.get(address)) == [build.number(1)]


def test_each_status_is_found_by_its_filter_and_by_no_other(cast: Cast, at_work: Any) -> None:
    build.a_referral(cast, at_work)
    build.a_case(cast, at_work)
    build.a_case(cast, at_work, outcome=Outcome.DECLINE)
    build.a_case(cast, at_work, outcome=Outcome.PASS_ON)
    build.a_closed_case(cast, at_work)
    with at_work(cast.sanne):
        for status in Status:
            page = caseload.caseload(caseload.Wanted(phase=status), today=build.TODAY)
            assert {line.status for line in page.lines} <= {status}
            assert page.total == len(page.lines)
        everything = caseload.caseload(caseload.Wanted(phase=caseload.ALL), today=build.TODAY)
        running = caseload.caseload(caseload.Wanted(), today=build.TODAY)
        finished = caseload.caseload(caseload.Wanted(phase=caseload.FINISHED), today=build.TODAY)
    assert everything.total == 5
    assert {line.status for line in running.lines} == {Status.REFERRED, Status.PLANNING}
    assert finished.total == 3


def test_a_focus_area_filters_and_stays_in_the_address(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    area = next(a.code for a in build.FOCUS_AREAS.values() if a.municipality_code == "GM0363")
    many(cast, at_work, 60, focus_area_code=area)
    build.a_referral(cast, at_work, given_name="Elders")
    first = browse(cast.sanne).get(f"/zaken?gebied={area}")
    assert "60 zaken" in first.text
    assert "Elders" not in first.text
    assert f"gebied={area}" in link(first, "next")


def test_the_case_that_changed_last_stands_first(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_case(cast, at_work)
    build.a_case(cast, at_work, given_name="Later")
    build.corrected(cast, at_work, case_id, area="Overvecht")
    assert numbers(browse(cast.sanne).get("/zaken"))[0] == build.number(1)


def test_the_list_costs_the_same_for_one_row_and_for_many(
    cast: Cast, at_work: Any, browse: Any, statements: Any
) -> None:
    client, costs = browse(cast.sanne), []
    for more in (1, 49, 450):
        many(cast, at_work, more)
        with statements("") as data, statements("keystore") as keys:
            assert client.get("/zaken").status_code == 200
        costs.append((len(data), len(keys)))
    # session, rows, log
    assert costs == [(3, 1)] * 3


def test_a_second_look_at_the_list_sends_no_cookie(browse: Any, cast: Cast) -> None:
    client = browse(cast.sanne)
    looks = [client.get("/zaken?fase=alle"), client.get("/zaken?fase=alle"), client.get("/zaken")]
    assert ["pmg=" in each.headers.get("Set-Cookie", "") for each in looks] == [True, False, True]


def test_every_youth_on_the_list_is_in_the_log(
    cast: Cast, at_work: Any, browse: Any, superuser: Engine
) -> None:
    many(cast, at_work, 3)
    with superuser.begin() as connection:
        connection.execute(text("DELETE FROM audit_subject"))
    browse(cast.sanne).get("/zaken")
    with superuser.connect() as connection:
        fields = connection.execute(text("SELECT fields FROM audit_subject")).scalars().all()
    assert fields == [["birth_date", "family_name", "given_name"]] * 3


@pytest.mark.parametrize("who", ["els", "ans", "ad"])
def test_who_has_no_caseload_has_no_page(cast: Cast, browse: Any, who: str) -> None:
    assert browse(getattr(cast, who)).get("/zaken").status_code == 404
