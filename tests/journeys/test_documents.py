"""Sanne, phone in hand: a photo of a letter, shared with the director, and that taken back."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.documents import files
from tests.journeys.barriers import without_barriers
from tests.journeys.test_report import DESK, page, sign_in
from tests.journeys.test_sharing import decide

__all__ = ["page"]

TITLE = "Brief van school over verzuim"
LONG = 30_000  # a file is looked at by a process of its own


def wide(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def touchable(page: Page) -> list[str]:
    """What on this page is lower than a thumb is wide."""
    return list(
        page.evaluate(
            "[...document.querySelectorAll('main button, main input[type=file], main .nl-button')]"
            ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 44)"
            ".map(e => e.outerHTML)"
        )
    )


@pytest.mark.browser
def test_a_letter_is_photographed_shared_and_taken_back(
    page: Page, cast: Cast, at_work: AtWork, tmp_path: Path
) -> None:
    case_id = build.a_case(cast, at_work)
    photo, other = tmp_path / "Yassin.jpg", tmp_path / "kwaad.png"
    photo.write_bytes(files.photo((1600, 1200)))
    other.write_bytes(b"<svg onload='alert(1)'/>")
    sign_in(page, cast.sanne)
    page.wait_for_url("**/vandaag")
    page.goto(f"/zaken/{case_id}")
    page.get_by_role("navigation", name="Pagina’s van deze zaak").get_by_text("Documenten").click()
    assert without_barriers(page) == []
    page.get_by_role("link", name="Document toevoegen").first.click()
    assert without_barriers(page) == []
    assert touchable(page) == []
    assert page.get_by_label("Maak een foto").get_attribute("capture") == "environment"

    page.get_by_label("Wat is dit?").fill(TITLE)
    page.get_by_label("Kies een bestand").set_input_files(other)
    page.get_by_role("button", name="Toevoegen").click()
    expect(
        page.get_by_role("link", name="Dit soort bestand kan niet.", exact=False)
    ).to_be_visible()
    expect(page.get_by_label("Wat is dit?")).to_have_value(TITLE)
    assert page.evaluate("'errorSummary' in document.activeElement.dataset")
    assert without_barriers(page) == []

    page.get_by_label("Maak een foto").set_input_files(photo)
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible(timeout=LONG)
    image = page.get_by_role("img", name="Blad 1 van het document")
    assert image.evaluate(
        "async e => { await e.decode(); return e.naturalWidth < e.naturalHeight; }"
    )
    assert without_barriers(page) == []
    assert touchable(page) == []
    shown = page.url
    page.set_viewport_size({"width": 320, "height": 700})
    assert wide(page) <= 320

    share_and_withdraw(page, shown)
    page.set_viewport_size(DESK)
    page.goto(f"/zaken/{case_id}")
    expect(page.get_by_role("link", name=f"Document: {TITLE}")).to_be_visible()
    page.goto(f"/zaken/{case_id}/documenten/nieuw")
    expect(page.get_by_label("Maak een foto")).to_be_hidden()
    page.goto(f"/zaken/{case_id}/documenten")
    assert without_barriers(page) == []


def share_and_withdraw(page: Page, shown: str) -> None:
    """Share with the director, take the file out, and end it again; narrow all the way."""
    page.get_by_role("link", name="Delen", exact=True).click()
    expect(page.get_by_role("heading", name=f"Delen: {TITLE}")).to_be_visible()
    assert without_barriers(page) == []
    decide(page)
    expect(page.get_by_role("img", name="Blad 1 van het document")).to_be_visible()
    assert wide(page) <= 320
    page.get_by_role("button", name="Delen", exact=True).click()
    expect(page.get_by_role("heading", name="Nu gedeeld")).to_be_visible()
    for step in ("versie", "soort", "verwijderen"):
        page.goto(f"{shown}/{step}")
        assert without_barriers(page) == []
        assert wide(page) <= 320
    page.goto(shown)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Downloaden (", exact=False).click()
    assert taken.value.suggested_filename.startswith("document-")
    page.get_by_role("link", name="Met wie, op welke grond en tot wanneer").click()
    page.get_by_role("button", name="Intrekken").click()
    expect(page.get_by_text("Delen is gestopt.", exact=False)).to_be_visible()


@pytest.mark.browser
def test_what_was_chosen_stays_when_sending_fails(
    page: Page, cast: Cast, at_work: AtWork, tmp_path: Path
) -> None:
    case_id = build.a_case(cast, at_work)
    letter, large = tmp_path / "a.pdf", tmp_path / "b.pdf"
    letter.write_bytes(files.pdf())
    large.write_bytes(b"%PDF-" + bytes(10 * 1024 * 1024))
    sign_in(page, cast.sanne)
    page.wait_for_url("**/vandaag")
    page.goto(f"/zaken/{case_id}/documenten/nieuw")
    page.get_by_label("Kies een bestand").set_input_files(large)
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.get_by_role("alert").get_by_text("groter dan 10 MB")).to_be_visible()

    page.get_by_label("Kies een bestand").set_input_files(letter)
    page.context.set_offline(True)
    page.get_by_label("Wat is dit?").fill(TITLE)
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.get_by_text("Het versturen is niet gelukt", exact=False)).to_be_visible()
    page.context.set_offline(False)
    page.get_by_label("Wat is dit?").fill("")
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.get_by_role("link", name="Schrijf op wat dit is.")).to_be_visible()
    assert page.get_by_label("Kies een bestand").evaluate("e => e.files.length") == 1
    page.get_by_label("Wat is dit?").fill(TITLE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible(timeout=LONG)
