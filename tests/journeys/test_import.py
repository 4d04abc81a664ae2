"""Bas takes the list of his municipality over, on a phone, and takes it back again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from pmg.imports import pieces
from tests.cast import Cast
from tests.data import make_examples
from tests.journeys.barriers import without_barriers
from tests.journeys.menu import choose_in_menu
from tests.journeys.test_report import DESK, PHONE, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser, live: str) -> Iterator[Page]:
    # Past the content policy for one reason: axe is a script of the test, not of the page.
    context = browser.new_context(base_url=live, viewport=PHONE, bypass_csp=True, locale="nl")
    yield context.new_page()
    context.close()


@pytest.fixture
def bare(browser: Browser, live: str) -> Iterator[Page]:
    """A browser without scripts."""
    context = browser.new_context(
        base_url=live, viewport=DESK, java_script_enabled=False, locale="nl"
    )
    yield context.new_page()
    context.close()


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def give(page: Page, file: Path) -> None:
    page.goto("/overnemen")
    page.get_by_label("Kies uw lijst").set_input_files(file)
    page.get_by_role("button", name="Lijst bekijken").click()


def test_bas_takes_the_dirty_list_over_and_takes_it_back(
    phone: Page, cast: Cast, tmp_path: Path
) -> None:
    sign_in(phone, cast.bas)
    choose_in_menu(phone, "Lijst overnemen")
    assert without_barriers(phone) == []
    phone.get_by_role("button", name="Lijst bekijken").click()
    expect(phone.get_by_role("link", name="Kies een bestand.")).to_be_visible()
    assert without_barriers(phone) == []

    give(phone, make_examples.DIRTY)
    expect(phone.get_by_role("heading", name="Controleer de lijst")).to_be_visible()
    expect(phone.get_by_text("Rij 3", exact=True).first).to_be_visible()
    phone.get_by_text("Welke kolom is wat?").click()
    phone.get_by_text("Bekijk de eerste 10 goede rijen").click()
    assert without_barriers(phone) == []
    assert fits(phone)
    phone.set_viewport_size(DESK)
    assert without_barriers(phone) == []
    phone.set_viewport_size(PHONE)
    phone.get_by_role("link", name="Volgende").click()
    expect(phone.get_by_text("Rij 13", exact=True).first).to_be_visible()

    phone.get_by_role("button", name="10 goede rijen overnemen").click()
    expect(phone.get_by_role("heading", name="De lijst is overgenomen")).to_be_visible()
    assert without_barriers(phone) == []
    assert fits(phone)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Verbeterlijst downloaden").click()
    download.value.save_as(tmp_path / "verbeterlijst.xlsx")
    assert load_workbook(tmp_path / "verbeterlijst.xlsx").worksheets[0].max_row == 34

    phone.get_by_role("link", name="Alles ongedaan maken").click()
    assert without_barriers(phone) == []
    phone.get_by_label("Waarom maakt u dit ongedaan?").fill("Dit was de lijst van vorig jaar.")
    phone.get_by_role("button", name="Alles ongedaan maken").click()
    expect(phone.get_by_role("heading", name="Ongedaan gemaakt")).to_be_visible()
    assert without_barriers(phone) == []
    phone.goto("/zaken")
    expect(phone.get_by_text("U hebt nog geen zaken")).to_be_visible()


def test_a_long_list_goes_on_by_itself(
    phone: Page, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE", 60)
    sign_in(phone, cast.bas)
    give(phone, make_examples.CLEAN)
    phone.get_by_role("button", name="200 goede rijen overnemen").click()
    expect(phone.get_by_text("200 rijen zijn nu zaken.")).to_be_visible(timeout=30_000)


def test_without_scripts_the_reader_presses_on(
    bare: Page, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE", 150)
    sign_in(bare, cast.bas)
    give(bare, make_examples.CLEAN)
    bare.get_by_role("button", name="200 goede rijen overnemen").click()
    expect(bare.get_by_text("150 van de 200 rijen gedaan")).to_be_visible()
    expect(bare.get_by_role("progressbar")).to_be_visible()
    bare.get_by_role("button", name="Verder").click()
    expect(bare.get_by_text("200 rijen zijn nu zaken.")).to_be_visible()
