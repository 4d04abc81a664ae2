"""Sanne, phone in hand: what she saw, what there is for it, and how it went."""

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests import build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.journeys.barriers import without_barriers
from tests.journeys.test_report import DESK, page, sign_in

__all__ = ["page"]

TRUANCY = "Schoolverzuim of schorsing"
SEEN = "Hij was drie dagen niet op school."
GOAL = "Ik wil elke dag op tijd op school zijn."


def observe(page: Page, case_id: UUID, factor: str, presence: str) -> None:
    page.goto(f"/zaken/{case_id}/factoren")
    page.get_by_role("link", name="Waarneming vastleggen").first.click()
    page.get_by_label("Wat zag u?").select_option(label=factor)
    page.get_by_label(presence, exact=True).check()
    page.get_by_label("Feit: gezien, gehoord of nagekeken").check()
    page.get_by_label("Van wie weet u dit?").select_option(label="School")
    page.get_by_label("In een zin").fill(SEEN)
    page.get_by_role("button", name="Vastleggen").click()


def step(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    assert without_barriers(page) == []


def agreed_by_telephone(page: Page) -> None:
    """The provider has nobody here: Sanne notes what it said, and that they met."""
    step(page, "Antwoord vastleggen")
    page.get_by_label("De aanbieder neemt aan").check()
    page.get_by_role("button", name="Antwoord vastleggen").click()
    step(page, "Eerste gesprek vastleggen")
    page.get_by_role("button", name="Eerste gesprek vastleggen").click()


@pytest.mark.browser
def test_sanne_sees_a_youth_through_an_intervention(
    page: Page, cast: Cast, at_work: AtWork
) -> None:
    case_id = build.a_case(cast, at_work)
    sign_in(page, cast.sanne)
    page.wait_for_url("**/vandaag")

    page.goto(f"/zaken/{case_id}/factoren/nieuw")
    page.get_by_role("button", name="Vastleggen").click()
    expect(page.get_by_role("link", name="Kies wat u zag.")).to_be_visible()
    assert without_barriers(page) == []

    observe(page, case_id, TRUANCY, "Duidelijk")
    observe(page, case_id, "Prosociale vrienden", "Beperkt")
    expect(page.get_by_role("heading", name="Factoren in de tijd")).to_be_visible()
    assert without_barriers(page) == []

    page.get_by_role("navigation", name="Pagina’s van deze zaak").get_by_text("Inzet").click()
    assert without_barriers(page) == []
    page.get_by_label(TRUANCY).check()
    page.get_by_role("button", name="Zoeken").click()
    expect(page.get_by_text(f"Richt zich op: {TRUANCY}").first).to_be_visible()
    assert without_barriers(page) == []

    page.get_by_role("link", name="Inzetten").first.click()
    assert without_barriers(page) == []
    page.get_by_label("Wat wil de jongere bereiken?").fill(GOAL)
    page.get_by_label("Wie voert het uit?").select_option(index=1)
    page.get_by_label("Einde").fill("1 december 2030")
    page.get_by_role("button", name="Verder: controleren").click()
    assert without_barriers(page) == []
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_text(GOAL)).to_be_visible()
    assert without_barriers(page) == []

    agreed_by_telephone(page)
    step(page, "Start vastleggen")
    page.get_by_role("button", name="Start vastleggen").click()
    step(page, "Stoppen")
    page.get_by_role("link", name="Terug naar de inzet").click()
    step(page, "Afronden")
    page.get_by_label("Doel bereikt", exact=True).check()
    page.get_by_label("Hoe ging het?").fill("Hij is weer elke dag op school.")
    page.get_by_role("button", name="Afronden").click()
    expect(page.get_by_role("heading", name="Hoe het eindigde")).to_be_visible()
    assert without_barriers(page) == []

    page.get_by_role("link", name="Meer over deze interventie").click()
    assert without_barriers(page) == []
    page.goto("/interventies")
    assert without_barriers(page) == []
    page.set_viewport_size(DESK)
    assert without_barriers(page) == []
    page.goto(f"/zaken/{case_id}")
    expect(page.get_by_role("link", name="Inzet afgerond: ", exact=False)).to_be_visible()
    assert without_barriers(page) == []
