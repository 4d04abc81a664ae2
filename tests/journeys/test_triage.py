"""Fatma runs the weekly triage on her phone, and tells a referrer; Karim sees what a group does."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.cast import Cast
from tests.conftest import AtWork
from tests.groups.conftest import a_group, observed
from tests.journeys.menu import choose_in_menu
from tests.journeys.test_providers import seen
from tests.journeys.test_report import page, sign_in
from tests.triage.test_week import WHY, fix, waiting

__all__ = ["page"]

pytestmark = pytest.mark.browser


def test_fatma_decides_one_after_another_and_tells_the_referrer_on_a_phone(
    page: Page, cast: Cast, at_work: AtWork, superuser: Engine
) -> None:
    waiting(cast, at_work, superuser, 9, 2)
    fix(cast, at_work)
    sign_in(page, cast.fatma)
    page.wait_for_url("**/vandaag")
    page.get_by_role("link", name="Triage", exact=True).click()
    expect(page.get_by_text("2 dagen te laat")).to_be_visible()
    seen(page, "triage_week")
    page.get_by_role("link", name="Begin met de eerste").click()
    expect(page.get_by_text("Aanmelding 1 van 2")).to_be_visible()
    page.get_by_role("button", name="Klok starten").click()
    expect(page.get_by_role("timer")).to_contain_text("29:")
    page.get_by_role("button", name="Besluit vastleggen").click()
    expect(page.get_by_role("link", name="Kies een besluit.")).to_be_visible()
    seen(page, "triage_decide")
    page.get_by_label("Niet opnemen", exact=True).check()
    page.get_by_label("Waarom besluit u dit?").fill(WHY)
    page.get_by_label("Iemand zonder account").check()
    page.get_by_role("button", name="Besluit vastleggen").click()
    expect(page.get_by_text("De aanmelder moet het nog horen")).to_be_visible()
    expect(page.get_by_text("Aanmelding 1 van 1")).to_be_visible()
    expect(page.get_by_role("timer")).to_contain_text(":")  # the clock goes on with the next
    page.get_by_role("link", name="Terug naar de triage").click()
    page.get_by_role("link", name="1 aanmelder moet het besluit nog horen").click()
    seen(page, "triage_to_tell")
    page.get_by_role("link", name="Kinda de B.").click()
    page.get_by_role("button", name="Vastleggen").click()
    expect(page.get_by_role("link", name="Kies hoe u het hebt verteld.")).to_be_visible()
    seen(page, "triage_keep")
    page.get_by_label("Per telefoon").check()
    page.get_by_role("button", name="Vastleggen").click()
    expect(page.get_by_text("Iedereen weet het")).to_be_visible()
    page.get_by_role("link", name="Terug naar de triage").click()
    page.get_by_role("link", name="Vaste tijd kiezen").click()
    expect(page.get_by_label("Hoe laat begint het?")).to_have_value("10.00")
    seen(page, "triage_slot")


def test_karim_writes_what_he_saw_in_a_group_approach_on_a_phone(
    page: Page, cast: Cast, at_work: AtWork
) -> None:
    group_id = a_group(cast, at_work, cast.karim)
    observed(at_work, cast.karim, group_id)
    sign_in(page, cast.karim)
    page.wait_for_url("**/vandaag")
    choose_in_menu(page, "Groepsaanpak")
    seen(page, "groups")
    page.get_by_role("link", name="Plein bij de bibliotheek").click()
    expect(page.get_by_role("heading", name="De zeven stappen")).to_be_visible()
    seen(page, "group")
    page.get_by_role("link", name="Waarneming vastleggen").click()
    page.get_by_label("Wat gebeurde er?").fill("Nummer 123456782 liep weg.")
    page.get_by_role("button", name="Vastleggen").click()
    expect(page.get_by_role("link", name="Vul in waar het was.")).to_be_visible()
    seen(page, "group_observe")
