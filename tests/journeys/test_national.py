"""Joost takes in what two municipalities sent and adds it up; Vera publishes it."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page

from pmg.disclosure.verify import main as verify_file
from tests.cast import Cast
from tests.journeys.barriers import without_barriers
from tests.journeys.menu import choose_in_menu
from tests.journeys.test_report import DESK, PHONE, leave, page, sign_in
from tests.national.build import GRONINGEN, UTRECHT, Asked, public_key, release

__all__ = ["page"]


def same_on_phone_and_desk(page: Page) -> None:
    """No barrier, and nothing that has to be scrolled sideways."""
    for size in (PHONE, DESK, {"width": 320, "height": 700}):
        page.set_viewport_size(size)
        assert without_barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size(PHONE)


def trust(page: Page, place: str, code: str) -> None:
    page.get_by_role("link", name=f"Sleutel van {place} vergelijken").first.click()
    page.get_by_role("heading", name=f"Sleutel van {place} vergelijken").wait_for()
    assert page.get_by_text(public_key(code)).is_visible()
    same_on_phone_and_desk(page)
    page.get_by_role("button", name="Sleutel vastleggen").click()
    page.get_by_role("link", name="Vergelijk eerst de sleutel").wait_for()
    page.get_by_label("Ik heb alle tekens vergeleken").check()
    page.get_by_role("button", name="Sleutel vastleggen").click()
    page.get_by_text(f"De sleutel van {place} ligt vast.").wait_for()


@pytest.mark.browser
def test_two_readers_publish_what_two_municipalities_sent(
    page: Page, cast: Cast, tmp_path: Path
) -> None:
    files = []
    for place in (UTRECHT, GRONINGEN):
        files.append(tmp_path / f"{place}.json")
        files[-1].write_bytes(release(Asked(place)).as_bytes())
    wrong = tmp_path / "brief.json"
    wrong.write_bytes(b"PK\3\4")

    sign_in(page, cast.joost)
    page.get_by_role("link", name="Landelijk", exact=True).click()
    page.get_by_text("Er is nog niets geleverd").wait_for()
    same_on_phone_and_desk(page)
    page.get_by_role("link", name="Rapporten inlezen").click()
    page.get_by_label("Kies de bestanden").set_input_files([*files, wrong])
    page.get_by_role("button", name="Inlezen").click()
    page.get_by_text("Dit is geen rapport.").wait_for()
    assert page.get_by_text("Wacht op sleutel").count() == 2
    same_on_phone_and_desk(page)
    trust(page, "Utrecht", UTRECHT)
    trust(page, "Groningen", GRONINGEN)

    page.get_by_role("link", name="Landelijk", exact=True).click()
    page.get_by_role("link", name="Utrecht").wait_for()
    same_on_phone_and_desk(page)
    page.get_by_role("link", name="Landelijke cijfers maken").click()
    same_on_phone_and_desk(page)
    page.get_by_role("button", name="Concept maken").click()
    page.get_by_role("heading", name="Concept: nog niet gepubliceerd").wait_for()
    assert page.get_by_role("button", name="Goedkeuren en publiceren").count() == 0
    same_on_phone_and_desk(page)
    leave(page)

    sign_in(page, cast.vera)
    page.get_by_role("link", name="Landelijk", exact=True).click()
    page.get_by_role("link", name="Landelijke cijfers", exact=True).click()
    page.get_by_text("Wacht op uw oordeel").wait_for()
    same_on_phone_and_desk(page)
    page.get_by_role("link", name="Jaarrapportage Preventie met Gezag").click()
    page.get_by_role("button", name="Goedkeuren en publiceren").click()
    page.get_by_text("De cijfers zijn gepubliceerd en ondertekend.").wait_for()
    same_on_phone_and_desk(page)

    recomputed(page, files, tmp_path)


def recomputed(page: Page, files: list[Path], tmp_path: Path) -> None:
    """What is taken out holds, by the command and on the page that checks."""
    saved = {}
    for name, link in (("n.json", "Ondertekend bestand"), ("r.zip", "Rapporten waaruit")):
        with page.expect_download() as download:
            page.get_by_role("link", name=link).click()
        saved[name] = tmp_path / name
        download.value.save_as(saved[name])
    with zipfile.ZipFile(saved["r.zip"]) as packed:
        packed.extractall(tmp_path / "rapporten")
    command = [str(saved["n.json"]), "--releases", str(tmp_path / "rapporten")]
    assert verify_file(command) == 0

    choose_in_menu(page, "Rapport controleren")
    page.get_by_label("Kies het bestand").set_input_files(saved["n.json"])
    page.get_by_label("Rapporten van gemeenten").set_input_files(files)
    page.get_by_role("button", name="Controleren").click()
    page.get_by_role("heading", name="Alles klopt").wait_for()
    assert page.get_by_text("getallen zijn de som van die rapporten").is_visible()
    same_on_phone_and_desk(page)
