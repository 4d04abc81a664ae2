"""A trajectory on a phone: Sanne plans, Bas approves, Sanne calls the roll and closes."""

import os
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.conftest import AtWork
from tests.delivery.conftest import a_case, a_trajectory, plan_it
from tests.journeys.barriers import without_barriers
from tests.journeys.test_report import DESK, PHONE, page, sign_in

__all__ = ["page"]

AIM = "Ik kom elke week op tijd bij de training."
NARROW = {"width": 320, "height": 700}


@pytest.fixture
def shots() -> Path | None:
    """Where pictures go, for who looks with his own eyes."""
    folder = os.environ.get("PMG_SHOTS")
    return Path(folder) if folder else None


def shot(page: Page, shots: Path | None, name: str) -> None:
    """Look for barriers, and that nothing is wider than the screen."""
    assert without_barriers(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, name
    if shots is not None:
        page.screenshot(path=shots / f"{name}.png", full_page=True)


def write_plan(page: Page, trajectory_id: UUID, shots: Path | None) -> None:
    page.goto(f"/inzet/{trajectory_id}")
    page.get_by_role("link", name="Naar trajectplan en bijeenkomsten").click()
    shot(page, shots, "1-leeg")
    page.get_by_role("link", name="Eerste doel opschrijven").click()
    page.get_by_role("button", name="In het trajectplan zetten").click()
    expect(page.get_by_role("link", name="Vul in hoeveel bijeenkomsten.")).to_be_visible()
    shot(page, shots, "2-doel")
    page.get_by_label("Waar werkt dit aan?").fill(AIM)
    page.get_by_label("Hoeveel bijeenkomsten?").fill("8")
    page.get_by_label("Hoeveel minuten per keer?").fill("60")
    page.get_by_label("Uit welke onderdelen bestaat het?").fill("rollenspel\nhuisbezoek")
    page.get_by_role("button", name="In het trajectplan zetten").click()
    shot(page, shots, "3-concept")
    page.get_by_role("link", name="Trajectplan voorleggen").click()
    shot(page, shots, "4-voorleggen")
    page.get_by_role("button", name="Voorleggen").click()
    expect(page.get_by_text("Wacht op goedkeuring", exact=True)).to_be_visible()


def beside(page: Page, live: str) -> Page:
    """The phone of somebody else."""
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(base_url=live, viewport=PHONE, bypass_csp=True, locale="nl")
    return context.new_page()


def approve(page: Page, cast: Cast, shots: Path | None) -> None:
    sign_in(page, cast.bas)
    page.wait_for_url("**/vandaag")
    page.get_by_role("link", name="Yassin de B.: Een trajectplan wacht").click()
    page.get_by_role("link", name="Trajectplan lezen en besluiten").click()
    shot(page, shots, "5-besluit")
    page.get_by_label("Ja, ik keur het goed").check()
    page.get_by_role("button", name="Besluit vastleggen").click()
    expect(page.get_by_text("Versie 1, goedgekeurd op").first).to_be_visible()


def plan_group(page: Page, shots: Path | None) -> None:
    page.goto("/bijeenkomsten")
    page.get_by_role("link", name="Groep plannen").click()
    page.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    shot(page, shots, "6-groep")
    for name in ("Noor V.", "Yassin de B."):
        page.get_by_label(name).check()
    page.get_by_label("Hoeveel minuten?").fill("90")
    page.get_by_role("button", name="Plannen", exact=True).click()
    shot(page, shots, "7-bijeenkomsten")


def call_roll(page: Page, shots: Path | None) -> None:
    page.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    shot(page, shots, "8-doorgegaan")
    page.get_by_role("link", name="Ja, het ging door").click()
    page.set_viewport_size(NARROW)
    shot(page, shots, "9-presentie-smal")
    boxes = page.get_by_role("radiogroup").first.locator(".pmg-option")
    for box in (boxes.nth(number).bounding_box() for number in range(3)):
        assert box is not None
        assert box["height"] >= 60
    page.get_by_role("radiogroup", name="Was Yassin de B. er?").get_by_label(
        "Er", exact=True
    ).check()
    page.get_by_role("radiogroup", name="Was Noor V. er?").get_by_label("Niet er").check()
    page.get_by_role("button", name="Presentie vastleggen").click()
    expect(page.get_by_role("link", name="Kies waarom de jongere er niet was.")).to_be_visible()
    shot(page, shots, "10-presentie-fout")
    page.get_by_label("Waarom was Noor V. er niet?").select_option(label="Vergeten")
    page.get_by_role("button", name="Presentie vastleggen").click()
    expect(page.get_by_text("De presentie staat in elk dossier apart.")).to_be_visible()


def close(page: Page, trajectory_id: UUID, shots: Path | None) -> None:
    page.goto(f"/inzet/{trajectory_id}/uitvoering")
    expect(page.get_by_text("Geleverd: 1.").first).to_be_visible()
    shot(page, shots, "11-uitvoering")
    page.get_by_role("link", name="Eindverslag maken").click()
    shot(page, shots, "12-eindverslag")
    page.get_by_label("Deels bereikt").check()
    page.get_by_label("Hoe ging dat?").fill("Hij kwam meestal op tijd.")
    page.get_by_label("Hoe ging het in het geheel?").fill("Hij wil blijven trainen.")
    page.get_by_role("button", name="Afronden").click()
    expect(page.get_by_text("Alleen lezen")).to_be_visible()
    shot(page, shots, "13-einde")
    page.set_viewport_size(DESK)
    shot(page, shots, "14-einde-breed")
    page.get_by_role("link", name="Versies naast elkaar").click()
    shot(page, shots, "15-versies")
    page.goto("/bijeenkomsten/dosering")
    shot(page, shots, "16-per-interventie")
    expect(page.get_by_text("Intern, niet publiceren")).to_be_visible()


@pytest.mark.browser
def test_from_plan_to_closing_report_on_a_phone(
    page: Page, cast: Cast, at_work: AtWork, live: str, shots: Path | None
) -> None:
    first = a_trajectory(cast, at_work, a_case(cast, at_work))
    other = a_case(cast, at_work, given_name="Noor", family_name="Visser")
    plan_it(cast, at_work, a_trajectory(cast, at_work, other))
    sign_in(page, cast.sanne)
    page.wait_for_url("**/vandaag")
    write_plan(page, first, shots)
    other_phone = beside(page, live)
    approve(other_phone, cast, shots)
    other_phone.close()
    plan_group(page, shots)
    call_roll(page, shots)
    page.set_viewport_size(PHONE)
    close(page, first, shots)
