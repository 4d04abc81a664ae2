"""Sanne shares a note on her phone, Bas reads it and asks what she knows, and she takes it back."""

import os
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.journeys.test_referral import PHONE, signed_in
from tests.journeys.test_tasks import fits

__all__ = ["signed_in"]

pytestmark = pytest.mark.browser
WORDS = "Hij wil weer naar school."


def seen(page: Page, name: str) -> None:
    """See that a page has no barrier and fits, and keep a picture where somebody asked for one."""
    fits(page)
    if folder := os.environ.get("PMG_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def decide(page: Page) -> None:
    """Answer what a decision needs, and see what the other will see."""
    page.get_by_label("GEM-JEUGD", exact=True).check()
    page.get_by_label("Publieke taak: jeugdhulp en preventie").check()
    page.get_by_label("Waarom is dit nodig").fill("Voor het plan; met minder kan het niet.")
    page.get_by_label("Geen convenant", exact=True).check()
    page.get_by_label("Waarom is er geen convenant?").fill("Er is er nog geen.")
    page.get_by_role("button", name="Verder: controleren").click()
    expect(page.get_by_role("heading", name="Dit ziet de ander")).to_be_visible()


def test_write_share_read_ask_answer_and_withdraw_on_a_phone(
    cast: Cast, at_work: AtWork, signed_in: Any
) -> None:
    case_id = build.a_case(cast, at_work)
    sanne = signed_in(cast.sanne, PHONE, axe=True)
    sanne.goto(f"/zaken/{case_id}/contact/nieuw?soort=gesprek")
    sanne.get_by_label("Wat is er gebeurd?").fill(WORDS)
    sanne.get_by_label("Ook een andere organisatie").check()
    sanne.get_by_role("button", name="Vastleggen").click()
    expect(sanne.get_by_role("heading", name="Delen: Gesprek")).to_be_visible()
    sanne.get_by_role("button", name="Verder: controleren").click()
    expect(sanne.get_by_role("link", name="Kies een of meer organisaties.")).to_be_visible()
    seen(sanne, "share")
    decide(sanne)
    expect(sanne.get_by_text(WORDS)).to_be_visible()
    seen(sanne, "check")
    sanne.get_by_role("button", name="Delen", exact=True).click()
    expect(sanne.get_by_text("Gedeeld. Intrekken kan altijd.")).to_be_visible()
    seen(sanne, "overview")

    bas = signed_in(cast.bas, PHONE, axe=True)
    bas.goto(f"/zaken/{case_id}/contact")
    expect(bas.get_by_text(WORDS)).to_be_visible()
    bas.get_by_role("link", name="Delen", exact=True).click()
    expect(bas.get_by_text("Niet verder delen: alleen JONGERENWERK besluit")).to_be_visible()
    bas.get_by_role("link", name="Vragen wie de jongere kent").click()
    expect(bas.get_by_role("heading", name="Kent u deze jongere?")).to_be_visible()
    bas.get_by_label("JONGERENWERK").check()
    bas.get_by_label("Publieke taak: jeugdhulp en preventie").check()
    bas.get_by_label("Waarom vraagt u dit?").fill("Om te weten wie er al helpt.")
    seen(bas, "ask")
    bas.get_by_role("button", name="Vraag stellen").click()
    expect(bas.get_by_text("De vraag is gesteld.")).to_be_visible()

    sanne.goto("/vandaag")
    sanne.get_by_role("link", name="1 vraag: kent u deze jongere?").click()
    sanne.get_by_role("link", name="Kent u deze jongere?").click()
    expect(sanne.get_by_role("heading", name="De vraag")).to_be_visible()
    sanne.get_by_label("Bekend", exact=True).check()
    seen(sanne, "answer")
    sanne.get_by_role("button", name="Antwoord geven").click()
    expect(sanne.get_by_text("Uw antwoord is gegeven.")).to_be_visible()
    sanne.get_by_role("link", name="Verlengen").click()
    expect(sanne.get_by_role("heading", name="Langer delen")).to_be_visible()
    seen(sanne, "renew")
    sanne.go_back()
    sanne.get_by_role("button", name="Intrekken").click()
    expect(sanne.get_by_text("Delen is gestopt.")).to_be_visible()
    bas.goto(f"/zaken/{case_id}/contact")
    expect(bas.get_by_role("heading", name="Yassin de Boer")).to_be_visible()
    expect(bas.get_by_text(WORDS)).to_have_count(0)


def test_the_administrator_keeps_an_agreement(cast: Cast, signed_in: Any) -> None:
    page = signed_in(cast.ad, PHONE, axe=True)
    page.goto("/convenanten/nieuw")
    page.get_by_label("Hoe heet het convenant?").fill("Convenant jeugd")
    page.get_by_label("Waarvoor is het?").fill("Samen voorkomen dat jongeren afglijden.")
    page.locator("input[value=POLITIE]").check()
    page.get_by_label("Wpg: verstrekken door de politie").check()
    page.get_by_label("Geldt vanaf").fill("1-1-2026")
    page.get_by_role("button", name="Convenant bewaren").click()
    expect(page.get_by_role("link", name="Kies ten minste twee partijen.")).to_be_visible()
    seen(page, "agreement")
    page.get_by_label("JONGERENWERK", exact=True).check()
    page.get_by_role("button", name="Convenant bewaren").click()
    expect(page.get_by_text("Het convenant staat erin.")).to_be_visible()
    seen(page, "agreements")
