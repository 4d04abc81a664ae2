"""A referral, from the first question to the file."""

import re
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text

from pmg.cases import rules, services
from pmg.cases.models import Case, Referral
from pmg.clock import today
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.security.identity import CaseMember
from tests import build
from tests.cases.sending import hidden
from tests.cast import Cast

BORN = date(today().year - 15, 3, 14)
ANSWERS = {
    "given_name": "Zeynepgül",
    "family_name": "van 't Hoff",
    "birth_date": f"{BORN:%d-%m-%Y}",
    "gender": "v",
    "area": "Overvecht",
    "reason": "Zij komt al weken niet op school.\nHaar moeder maakt zich zorgen.",
    "reason_nature": "feit",
    "referrer_kind": "school",
    "referrer_name": "Meneer Aydın",
    "purpose": "VOORKOMEN",
    "legal_basis": "LEERPLICHT",
    "told": "ja",
    "told_on": f"{today():%d-%m-%Y}",
}
PATH = "/zaken/aanmelding"


def begin(client: Any) -> dict[str, str]:
    """Return what a form page carries."""
    look = hidden(client.get("/zaken/bekend"))
    page = client.post(PATH, data={"csrf_token": look["csrf_token"]})
    return hidden(page)


def check(client: Any, **answers: str) -> Any:
    return client.post(PATH, data=begin(client) | ANSWERS | answers)


def dispatch(client: Any, checked: Any) -> Any:
    return client.post(PATH, data=hidden(checked) | {"stap": "versturen"})


def test_a_referral_becomes_a_case_that_waits_for_triage(cast: Cast, browse: Any) -> None:
    client = browse(cast.sanne)
    sent = dispatch(client, check(client))
    said = client.get(sent.location)
    assert "De aanmelding is verstuurd" in said.text
    case = client.get(sent.location.removesuffix("/aangemeld"))
    assert "Zeynepgül van &#39;t Hoff, 15 jaar" in case.text
    assert "Wacht op triage" in case.text


def test_every_answer_is_shown_before_it_is_sent(cast: Cast, browse: Any) -> None:
    page = check(browse(cast.sanne))
    assert page.status_code == 200
    for shown in ("Zeynepgül van &#39;t Hoff", "Meneer Aydın", "leerplicht", "Overvecht"):
        assert shown in page.text


def test_changing_an_answer_keeps_the_others(cast: Cast, browse: Any) -> None:
    client = browse(cast.sanne)
    page = client.post(PATH, data=hidden(check(client)) | {"stap": "wijzigen"})
    assert page.status_code == 200
    assert 'value="Zeynepgül"' in page.text
    assert "Haar moeder maakt zich zorgen.</textarea>" in page.text
    assert f'value="{ANSWERS["birth_date"]}"' in page.text


def test_a_second_click_leads_to_the_same_case(cast: Cast, browse: Any) -> None:
    client = browse(cast.sanne)
    checked = check(client)
    first, second = dispatch(client, checked), dispatch(client, checked)
    assert first.location == second.location


def test_two_clicks_at_once_make_one_case(
    app: Flask, cast: Cast, browse: Any, superuser: Engine
) -> None:
    client = browse(cast.sanne)
    data = hidden(check(client)) | {"stap": "versturen"}
    cookie = client.get_cookie("pmg")
    found: list[str] = []

    def click() -> None:
        other = app.test_client()
        other.set_cookie("pmg", cookie.value)
        found.append(other.post(PATH, data=data).location)

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with superuser.connect() as connection:
        cases = connection.execute(text("SELECT count(*) FROM case_file")).scalar()
    assert (cases, len(set(found))) == (1, 1)


def test_no_answer_stands_in_an_address_or_a_title(cast: Cast, browse: Any) -> None:
    client = browse(cast.sanne)
    checked = check(client)
    sent = dispatch(client, checked)
    pages = [checked, client.get(sent.location), client.get(sent.location[: -len("/aangemeld")])]
    for page in pages:
        title = page.text.split("<title>")[1].split("</title>")[0]
        assert "Zeynepgül" not in title
        assert "Zeynep" not in page.request.path
    assert "Zeynep" not in sent.location


BAD = {
    "nul": ("given_name", "Zey\0nep", "teken"),
    "control": ("reason", "Een\x07bel klinkt in deze hele lange zin.", "teken"),
    "100 kB": ("reason", "a" * 100_000, "korter"),
    "too long a name": ("family_name", "b" * 200, "korter"),
    "formula": ("given_name", "=HYPERLINK()", "begint niet met ="),
    "in the future": ("birth_date", f"{today() + timedelta(days=1):%d-%m-%Y}", "toekomst"),
    "no such day": ("birth_date", "29-2-2011", "bestaat niet"),
    "no date": ("birth_date", "gisteren", "dag-maand-jaar"),
    "short year": ("birth_date", "3-1-11", "vier cijfers"),
    "too young": ("birth_date", f"3-1-{today().year - 6}", "van 8 tot en met 27 jaar"),
    "too old": ("birth_date", "3-1-1980", "van 8 tot en met 27 jaar"),
    "told tomorrow": ("told_on", f"{today() + timedelta(days=1):%d-%m-%Y}", "moet nog komen"),
    "told, but when": ("told_on", "", "op welke dag"),
    "short reason": ("reason", "Daarom.", "een of twee zinnen"),
    "nothing": ("reason", "", "Schrijf op waarom"),
    "no gender": ("gender", "", "Kies hoe de jongere zich noemt"),
    "an unknown gender": ("gender", "9", ""),
    "an unknown purpose": ("purpose", "WRAAK", ""),
    "a basis of others": ("legal_basis", "WGS-ZVH", ""),
    "a focus area of others": ("focus_area_code", "FA99", ""),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_right_is_explained_and_all_else_kept(
    cast: Cast, browse: Any, name: str
) -> None:
    field, value, message = BAD[name]
    page = check(browse(cast.sanne), **{field: value})
    assert page.status_code == 422
    assert message in page.text
    assert "<title>Fout:" in page.text
    kept = "Meneer Aydın" if field != "referrer_name" else "Overvecht"
    assert f'value="{kept}"' in page.text


def test_errors_are_told_in_the_order_of_the_page(cast: Cast, browse: Any) -> None:
    page = check(browse(cast.bas), **dict.fromkeys(ANSWERS, "")).text
    told = re.findall(r'<a class="nl-link" href="#(\w+?)(?:-0)?">', page)
    asked = re.findall(r'<(?:label|legend)[^>]*>|id="(\w+?)-fout"', page)
    assert len(told) > 5
    assert told == [name for name in asked if name]


def test_a_lone_surrogate_is_refused_and_nothing_breaks(cast: Cast, browse: Any) -> None:
    client = browse(cast.sanne)
    carried = begin(client) | ANSWERS
    carried.pop("given_name")
    body = "&".join(f"{name}={value}" for name, value in carried.items())
    page = client.post(
        PATH,
        data=body.encode() + b"&given_name=Zey%ED%A0%80nep",
        content_type="application/x-www-form-urlencoded",
    )
    assert page.status_code < 500


def test_who_was_born_on_29_february_is_taken(cast: Cast, browse: Any) -> None:
    leap = max(year for year in range(today().year - 26, today().year - 10) if year % 4 == 0)
    assert check(browse(cast.sanne), birth_date=f"29-2-{leap}").status_code == 200


def test_who_was_not_told_needs_a_reason_and_a_day(cast: Cast, browse: Any) -> None:
    client = browse(cast.sanne)
    page = check(client, told="nee", told_on="")
    assert "Schrijf op waarom de jongere het nog niet weet." in page.text
    assert "Kies een dag om hier opnieuw naar te kijken." in page.text
    later = f"{today() + timedelta(days=20):%d-%m-%Y}"
    page = check(
        client,
        told="nee",
        told_on="",
        not_told_reason="Zijn moeder vertelt het zelf.",
        tell_again_on=later,
    )
    assert page.status_code == 200


def test_all_that_is_wrong_about_not_telling_is_told_at_once(cast: Cast, browse: Any) -> None:
    past = f"{today() - timedelta(days=1):%d-%m-%Y}"
    client = browse(cast.sanne)
    for reason, said in (("", "nog niet weet."), ("Zomaar.", "nog niet vertelt.")):
        page = check(client, told="nee", told_on="", not_told_reason=reason, tell_again_on=past)
        assert said in page.text
        assert "Kies vandaag of een latere dag" in page.text


def test_a_wrong_citizen_service_number_is_refused(cast: Cast, browse: Any) -> None:
    page = check(browse(cast.bas), bsn="123456789")
    assert page.status_code == 422
    assert "Dit BSN bestaat niet" in page.text


def test_a_number_that_is_known_makes_no_second_file(cast: Cast, at_work: Any, browse: Any) -> None:
    build.a_referral(cast, at_work, by="bas", bsn=build.BSN)
    client = browse(cast.bas)
    answer = dispatch(client, check(client, bsn=build.BSN))
    assert answer.status_code == 422
    assert "al bekend" in answer.text


def test_a_youth_worker_cannot_slip_a_number_in(cast: Cast, at_work: Any, browse: Any) -> None:
    with at_work(cast.sanne), pytest.raises(NotPermitted):
        services.refer(build.intake(bsn=build.BSN), today=build.TODAY)


@pytest.mark.parametrize("who", ["karim", "els", "ans", "ad"])
def test_who_may_not_refer_sees_no_form(cast: Cast, browse: Any, who: str) -> None:
    client = browse(getattr(cast, who))
    assert client.get("/zaken/bekend").status_code == 404
    assert client.get(PATH).status_code == 404


def test_every_process_director_can_decide_and_nobody_else_sees_it(
    cast: Cast, at_work: Any
) -> None:
    case_id = build.a_referral(cast, at_work)
    with at_work(cast.sanne):
        seats = {
            (row.user_id, row.function)
            for row in db.session.scalars(select(CaseMember).where(CaseMember.case_id == case_id))
        }
    assert seats == {(cast.sanne.id, "youth_worker"), (cast.fatma.id, "process_director")}


def test_numbers_follow_each_other_within_a_municipality(cast: Cast, at_work: Any) -> None:
    with at_work(cast.bas):
        made = services.refer_many([build.intake(), build.intake()], today=build.TODAY)
    with at_work(cast.other):
        elsewhere = services.refer(build.intake(), today=build.TODAY).number
    assert [case.number for case in made] == [build.number(1), build.number(2)]
    assert elsewhere == build.number(1)


def test_a_list_is_taken_whole_or_not_at_all(cast: Cast, at_work: Any) -> None:
    with at_work(cast.bas):
        with pytest.raises(Invalid):
            services.refer_many([build.intake(), build.intake(reason="Kort")], today=build.TODAY)
        assert not db.session.scalars(select(Case)).all()


def test_a_list_cannot_hold_one_number_twice(cast: Cast, at_work: Any) -> None:
    twice = [build.intake(bsn=build.BSN), build.intake(bsn="123 456 782", given_name="Ander")]
    with at_work(cast.bas), pytest.raises(Invalid, match="BSN"):
        services.refer_many(twice, today=build.TODAY)


def test_a_list_brings_days_of_before_and_the_age_of_then(cast: Cast, at_work: Any) -> None:
    day = date(2025, 1, 2)
    with at_work(cast.bas):
        case = services.refer(build.intake(referred_on=day), today=build.TODAY)
        assert (case.referred_on, case.age_at_referral) == (day, 14)


def test_what_was_given_can_be_read_back(cast: Cast, at_work: Any) -> None:
    told = build.not_told()
    case_id = build.a_referral(cast, at_work, told=told)
    with at_work(cast.sanne):
        row = db.session.scalars(select(Referral).where(Referral.case_id == case_id)).one()
        read = (row.reason, row.referrer_name, row.not_told_reason, row.tell_again_on)
        assert read[1:] == ("Mevrouw Smit", told.not_yet_because, told.look_again_on)
        assert rules.Nature(row.reason_nature) is rules.Nature.FACT
