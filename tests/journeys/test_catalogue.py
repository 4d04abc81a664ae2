"""Ad keeps the catalogue: he changes an entry, retires one, and takes a file over."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.catalogue.conftest import WHY
from tests.interventions.conftest import SPORT
from tests.journeys.test_providers import seen
from tests.journeys.test_report import page, sign_in

__all__ = ["page"]

pytestmark = pytest.mark.browser


def test_change_retire_and_take_a_file_over(page: Page, cast: Cast, tmp_path: Path) -> None:
    sign_in(page, cast.ad)
    expect(page.get_by_role("link", name="Interventies")).to_be_attached()
    page.goto("/interventies/kaart?code=AJB")
    page.get_by_role("link", name="Wijzigen", exact=True).click()
    page.get_by_label("Leeftijd vanaf").fill("20")
    page.get_by_label("Kernonderdelen").fill("Rollenspel\nHuisbezoek")
    page.get_by_role("button", name="Nieuwe versie bewaren").click()
    expect(page.get_by_role("link", name="Schrijf kort op waarom.")).to_be_visible()
    page.get_by_label("Waarom?").fill(WHY)
    page.get_by_role("button", name="Nieuwe versie bewaren").click()
    expect(
        page.get_by_role("link", name="De hoogste leeftijd ligt onder de laagste.")
    ).to_be_visible()
    seen(page, "catalogue-edit")
    page.get_by_label("Leeftijd vanaf").fill("10")
    page.get_by_role("button", name="Nieuwe versie bewaren").click()
    expect(page.get_by_text("Huisbezoek")).to_be_visible()
    seen(page, "catalogue-card")
    page.get_by_role("link", name="Niet meer inzetten").click()
    page.get_by_label("Waarom?").fill("geld is op")
    page.get_by_role("button", name="Niet meer inzetten").click()
    expect(page.get_by_text("Vanaf die dag kan niemand dit nog inzetten.")).to_be_visible()
    page.get_by_role("link", name="Alle versies").click()
    expect(page.get_by_role("heading", name="Versie 2")).to_be_visible()
    seen(page, "catalogue-history")

    page.goto("/interventies")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Hele catalogus ophalen (CSV)").click()
    file = tmp_path / "catalogus.csv"
    wanted = taken.value.path().read_text(encoding="utf-8")
    page.get_by_role("link", name="Bestand inlezen").click()
    file.write_text(wanted.replace("Huisbezoek", "Gezinsgesprek"), encoding="utf-8")
    page.get_by_label("Bestand").set_input_files(file)
    page.get_by_role("button", name="Verschillen bekijken").click()
    expect(page.get_by_text("1 interventie wijzigt.")).to_be_visible()
    expect(page.get_by_role("heading", name=SPORT.name_nl)).to_be_visible()
    seen(page, "catalogue-preview")
    page.get_by_label("Waarom voert u dit door?").fill("ronde van 2027")
    page.get_by_role("button", name="Deze wijzigingen bewaren").click()
    expect(page.get_by_text("1 interventie is gewijzigd.")).to_be_visible()
    page.get_by_role("link", name="Bestand inlezen").click()
    file.write_text("code,age_min,age_max\nAJB,18,12\nWEG,1,2\n", encoding="utf-8")
    page.get_by_label("Bestand").set_input_files(file)
    page.get_by_role("button", name="Verschillen bekijken").click()
    expect(page.get_by_role("rowheader", name="Rij 3")).to_be_visible()
    seen(page, "catalogue-faults")
    page.goto("/interventies?ook=y&woorden=gezinsgesprek")
    expect(page.get_by_text("Reden: geld is op")).to_be_visible()
    seen(page, "catalogue-list")
