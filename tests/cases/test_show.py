"""The file of one youth: for its members, and for nobody else."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from babel.dates import format_date
from sqlalchemy import Engine, text

from pmg.cases import panels
from pmg.cases.rules import add_months
from pmg.clock import today
from tests import build
from tests.cast import Cast


def day(value: date) -> str:
    """As a Dutch page writes it."""
    return format_date(value, "d MMMM y", locale="nl")


PAGES = ("", "/aangemeld", "/triage", "/gegevens", "/afsluiten")


@pytest.fixture(autouse=True)
def only_this_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """What rooms above plug in is theirs to test."""
    monkeypatch.setattr(panels, "_plugged", panels._Plugged())


@pytest.mark.parametrize("who", ["sanne", "bas", "fatma"])
def test_a_member_sees_the_file(cast: Cast, at_work: Any, browse: Any, who: str) -> None:
    case_id = build.a_case(cast, at_work)
    page = browse(getattr(cast, who)).get(f"/zaken/{case_id}")
    for shown in ("Yassin de Boer", "Mevrouw Smit", "Triage: Opnemen", "Bas, casusregisseur"):
        assert shown in page.text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["jaap", "karim", "other", "els", "ans", "ad"])
def test_an_outsider_sees_what_a_wrong_id_shows(
    cast: Cast, at_work: Any, browse: Any, who: str, page: str
) -> None:
    case_id = build.a_case(cast, at_work)
    client, nothing = browse(getattr(cast, who)), uuid4()
    refused = client.get(f"/zaken/{case_id}{page}")
    wrong = client.get(f"/zaken/{nothing}{page}")
    assert refused.status_code == 404
    assert refused.text.replace(str(case_id), str(nothing)) == wrong.text


def test_a_former_member_sees_what_a_wrong_id_shows(
    cast: Cast, at_work: Any, browse: Any, superuser: Engine
) -> None:
    case_id = build.a_case(cast, at_work)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE case_member SET valid_until = now() WHERE user_id = :user"),
            {"user": cast.sanne.id},
        )
    assert browse(cast.sanne).get(f"/zaken/{case_id}").status_code == 404


def test_the_title_and_the_address_hold_no_name(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_case(cast, at_work)
    for path in PAGES:
        page = browse(cast.bas).get(f"/zaken/{case_id}{path}")
        assert "Boer" not in page.text.split("<title>")[1].split("</title>")[0]


def test_a_youth_who_was_not_told_is_a_warning_with_a_day(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    told = build.not_told()
    case_id = build.a_case(cast, at_work, told=told)
    page = browse(cast.bas).get(f"/zaken/{case_id}").text
    assert "De jongere weet nog niet van deze aanmelding" in page
    assert day(told.look_again_on or build.TODAY) in page
    assert f"/zaken/{case_id}/brief" in page


def test_a_referral_offers_triage_to_who_decides_only(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    case_id = build.a_referral(cast, at_work)
    assert f"/zaken/{case_id}/triage" in browse(cast.fatma).get(f"/zaken/{case_id}").text
    page = browse(cast.sanne).get(f"/zaken/{case_id}").text
    assert f"/zaken/{case_id}/triage" not in page
    assert "wacht op triage" in page


def test_a_number_is_shown_by_an_act_of_its_own(
    cast: Cast, at_work: Any, browse: Any, superuser: Engine
) -> None:
    case_id = build.a_case(cast, at_work, by="bas", bsn=build.BSN)
    client = browse(cast.bas)
    page = client.get(f"/zaken/{case_id}")
    assert build.BSN not in page.text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    shown = client.post(f"/zaken/{case_id}/bsn", data={"csrf_token": token})
    assert build.BSN in shown.text
    with superuser.connect() as connection:
        fields = connection.execute(
            text(
                "SELECT s.fields FROM audit_event e JOIN audit_subject s ON s.event_id = e.id"
                " WHERE e.address LIKE '%/bsn'"
            )
        ).scalar()
    assert "bsn" in fields


def test_a_youth_worker_can_not_have_the_number_shown(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    case_id = build.a_case(cast, at_work, by="bas", bsn=build.BSN)
    seat(at_work, cast, case_id)
    client = browse(cast.sanne)
    page = client.get(f"/zaken/{case_id}")
    assert "BSN tonen" not in page.text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(f"/zaken/{case_id}/bsn", data={"csrf_token": token}).status_code == 404


def seat(at_work: Any, cast: Cast, case_id: Any) -> None:
    """Let Sanne take part as youth worker."""
    with at_work(cast.bas):
        build.members.seat(build.the_case(case_id), cast.sanne.id, build.Role.YOUTH_WORKER)


def test_what_was_typed_is_shown_and_not_run(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_case(cast, at_work, reason="<script>alert(1)</script> staat in de reden.")
    page = browse(cast.bas).get(f"/zaken/{case_id}").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_costs_the_same_whatever_happened(
    cast: Cast, at_work: Any, browse: Any, statements: Any
) -> None:
    bare, whole = build.a_referral(cast, at_work), build.a_closed_case(cast, at_work)
    client, costs = browse(cast.fatma), []
    for case_id in (bare, whole):
        with statements("") as data, statements("keystore") as keys:
            assert client.get(f"/zaken/{case_id}").status_code == 200
        costs.append((len(data), len(keys)))
    # session, case with seat, file, log
    assert costs == [(4, 1)] * 2


def test_a_closed_case_says_until_when_it_is_kept(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_closed_case(cast, at_work)
    page = browse(cast.bas).get(f"/zaken/{case_id}").text
    assert "Zaak afgesloten: Doel bereikt" in page
    assert f"tot en met {day(add_months(build.TODAY, 24))}" in page
    assert f"/zaken/{case_id}/afsluiten" not in page


def test_a_room_above_plugs_in_once(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_case(cast, at_work)
    line = panels.Entry(today() - timedelta(days=1), "Iets van boven", "gisteren")
    above = [line].__iter__

    def entries(_case: object) -> Any:
        return above()

    panels.plug_in_entries(entries)
    panels.plug_in_entries(entries)
    assert browse(cast.bas).get(f"/zaken/{case_id}").text.count("Iets van boven") == 1


def test_a_referral_stands_in_full_until_triage_and_folded_but_printed_after_it(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    waiting = build.a_referral(cast, at_work)
    page = browse(cast.fatma).get(f"/zaken/{waiting}").text
    assert "Mevrouw Smit" in page
    assert "Meer over de aanmelding" not in page
    decided = build.a_case(cast, at_work, given_name="Sem", birth_date=date(2009, 5, 5))
    page = browse(cast.sanne).get(f"/zaken/{decided}").text
    folded = page.split("Meer over de aanmelding")
    assert "Mevrouw Smit" in folded[1].split("</details>")[0]
    assert folded[0].rsplit("<details", 1)[1].startswith(' class="pmg-details pmg-details--printed')
