"""Els makes the report of a quarter, Dewi approves it and takes the certificate along."""

import json
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from pmg.disclosure.verify import main as verify_file
from tests.cast import PASSWORD, Cast, Person
from tests.journeys.barriers import without_barriers
from tests.journeys.menu import choose_in_menu
from tests.reports.casework import Casework
from tests.reports.conftest import Work, casework, owner, work, worker_app
from tests.reports.test_make import busy

__all__ = ["casework", "owner", "work", "worker_app"]

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def page(browser: Browser, live: str) -> Page:
    # Past the content policy for one reason: axe is a script of the test, not of the page.
    context = browser.new_context(base_url=live, viewport=PHONE, bypass_csp=True, locale="nl")
    return context.new_page()


def sign_in(page: Page, person: Person) -> None:
    page.goto("/aanmelden")
    page.get_by_label("E-mailadres").fill(person.login)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_label("Code uit uw app").fill(pyotp.TOTP(person.secret).now())
    page.get_by_role("button", name="Inloggen").click()


def to_draft(page: Page) -> None:
    choose_in_menu(page, "Rapportage")
    page.get_by_role("link", name="Jaarrapportage Preventie met Gezag").first.click()


def leave(page: Page) -> None:
    page.get_by_role("button", name="Uitloggen").click()
    page.get_by_role("button", name="Inloggen").wait_for()


@pytest.mark.browser
def test_els_makes_a_report_and_dewi_approves_it_and_takes_it_out(
    page: Page, cast: Cast, casework: Casework, work: Work, tmp_path: Path
) -> None:
    busy(casework, youths=60)
    sign_in(page, cast.els)
    choose_in_menu(page, "Rapportage")
    assert without_barriers(page) == []
    page.get_by_role("link", name="Maak het eerste rapport").click()
    assert without_barriers(page) == []

    page.get_by_label("Jaarrapportage Preventie met Gezag").check()
    page.get_by_label("Een eigen periode").check()
    page.get_by_label("Eerste dag").fill("1 januari 2026")
    page.get_by_role("button", name="Rapport maken").click()
    assert page.get_by_role("link", name="Vul de laatste dag in.").is_visible()
    assert without_barriers(page) == []
    page.get_by_label("Laatste dag").fill("31 maart 2026")
    page.get_by_role("button", name="Rapport maken").click()
    page.get_by_role("heading", name="Het rapport wordt beschermd").wait_for()
    assert without_barriers(page) == []

    assert work()
    to_draft(page)
    page.get_by_text("Een andere beleidsmedewerker kijkt het na").wait_for()
    assert page.get_by_role("button", name="Goedkeuren").count() == 0
    assert without_barriers(page) == []
    leave(page)

    sign_in(page, cast.dewi)
    to_draft(page)
    page.get_by_role("button", name="Goedkeuren").click()
    page.get_by_text("Het rapport is goedgekeurd en ondertekend.").wait_for()
    page.get_by_role("heading", name="Bereikte jongeren", level=2).wait_for()
    assert without_barriers(page) == []
    page.set_viewport_size(DESK)
    assert without_barriers(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Certificaat met bewijs").click()
    file = tmp_path / "certificaat.json"
    download.value.save_as(file)
    page.get_by_role("link", name="Bekijk het certificaat").click()
    assert without_barriers(page) == []

    key = json.loads(file.read_bytes())["signature"]["public_key"]
    assert page.get_by_role("complementary").get_by_text(key).is_visible()
    assert verify_file([str(file), "--key", key]) == 0
