"""The whole way of a case without a mouse: whoever cannot point, works here too."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, text

from pmg.clock import today
from pmg.factors import services as factors
from pmg.factors.rules import Nature, Observation, Presence, Source
from pmg.reference.factors import FACTORS
from tests import build
from tests.cast import PASSWORD, Cast, Person
from tests.conftest import AtWork
from tests.journeys.test_referral import DESK, choose, signed_in, tab_to, write
from tests.reports.conftest import MakeReport, make, work, worker_app

__all__ = ["make", "signed_in", "work", "worker_app"]

pytestmark = pytest.mark.browser

# Whether what has the focus is on the screen, with a line around it.
IN_SIGHT = """() => {
    const e = document.activeElement, box = e.getBoundingClientRect(), look = getComputedStyle(e);
    const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return seen && look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
}"""


def press(page: Page, label: str) -> None:
    """Go to a link or button with the Tab key, see that it shows, and use it."""
    tab_to(page, label)
    assert page.evaluate(IN_SIGHT), f"niet te zien dat dit de focus heeft: {label}"
    with page.expect_navigation():
        page.keyboard.press("Enter")


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name).first).to_be_visible()


def correct_from_summary(page: Page, button: str, message: str) -> None:
    """Send nothing: the focus is on what is wrong, and leads to the field."""
    press(page, button)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    press(page, message)
    assert page.evaluate("() => document.activeElement.matches('input, select, textarea')")
    page.keyboard.press("Shift+Tab")


def sign_in(page: Page, person: Person) -> None:
    page.goto("/aanmelden")
    correct_from_summary(page, "Inloggen", "Vul ")
    write(page, "E-mailadres", person.login)
    write(page, "Wachtwoord", PASSWORD)
    write(page, "Code uit uw app", pyotp.TOTP(person.secret).now())
    page.keyboard.press("Enter")
    heading(page, "Vandaag")


def observe(page: Page) -> None:
    press(page, "Waarneming vastleggen")
    correct_from_summary(page, "Vastleggen", "Kies wat u zag.")
    choose(page, "Wat zag u?", "Schoolverzuim")
    tab_to(page, "Afwezig")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Feit")
    page.keyboard.press("Space")
    choose(page, "Van wie weet u dit?", "School")
    write(page, "In een zin", "Hij was drie dagen niet op school.")
    press(page, "Vastleggen")
    heading(page, "Factoren in de tijd")


def assign(page: Page) -> None:
    press(page, "Inzet")
    tab_to(page, "Schoolverzuim of schorsing")
    page.keyboard.press("Space")
    press(page, "Zoeken")
    heading(page, "interventie")
    press(page, "Inzetten")
    correct_from_summary(page, "Verder: controleren", "Schrijf op wat de jongere wil bereiken.")
    write(page, "Wat wil de jongere bereiken?", "Ik wil elke dag op school zijn.")
    tab_to(page, "Wie voert het uit?")
    page.keyboard.press("ArrowDown")
    press(page, "Verder: controleren")
    heading(page, "Controleren en versturen")
    press(page, "Versturen")
    heading(page, "Wat de jongere wil bereiken")
    press(page, "Antwoord vastleggen")
    tab_to(page, "De aanbieder neemt aan")
    page.keyboard.press("Space")
    press(page, "Antwoord vastleggen")
    for _link_and_button in range(2):
        press(page, "Eerste gesprek vastleggen")


def complete(page: Page) -> None:
    press(page, "Start vastleggen")
    press(page, "Start vastleggen")
    press(page, "Afronden")
    correct_from_summary(page, "Afronden", "Kies wat er is bereikt.")
    tab_to(page, "Doel bereikt")
    page.keyboard.press("Space")
    write(page, "Hoe ging het?", "Hij is weer elke dag op school.")
    press(page, "Afronden")
    heading(page, "Hoe het eindigde")


def test_a_case_goes_its_whole_way_with_the_keyboard_alone(
    cast: Cast, at_work: AtWork, browser: Browser, live: str
) -> None:
    build.a_case(cast, at_work)
    page = browser.new_context(base_url=live, viewport=DESK, locale="nl-NL").new_page()
    sign_in(page, cast.bas)
    press(page, "Mijn caseload")
    heading(page, "Mijn caseload")
    press(page, "Yassin")
    heading(page, "Yassin de Boer")
    observe(page)
    assign(page)
    complete(page)
    press(page, "Terug naar de zaak")
    press(page, "Bekijk wie het dossier zag")
    heading(page, "Wie heeft dit dossier gezien?")
    press(page, "Overzicht")
    press(page, "Zaak afsluiten")
    close(page)


def close(page: Page) -> None:
    correct_from_summary(page, "Zaak afsluiten", "Kies een resultaat.")
    tab_to(page, "Doel bereikt")
    page.keyboard.press("Space")
    tab_to(page, "Wat doet de jongere overdag?")
    page.keyboard.press("ArrowDown")
    write(page, "Waarom sluit u de zaak af?", "Het gaat goed op school en thuis.")
    tab_to(page, "Datum van afsluiten")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(f"{today():%d-%m-%Y}")
    press(page, "Zaak afsluiten")
    expect(page.get_by_text("Afgesloten", exact=True).first).to_be_visible()


def test_a_report_is_made_with_the_keyboard_and_taken_out_after_a_fresh_code(
    cast: Cast, make: MakeReport, signed_in: Any, superuser: Engine
) -> None:
    report = make().release
    page = signed_in(cast.els, DESK)
    page.goto("/rapportage/nieuw")
    tab_to(page, "Vorig kwartaal")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    tab_to(page, "Eerste dag")
    page.keyboard.type("31-2-2026")
    tab_to(page, "Laatste dag")
    page.keyboard.type("29-2-2025")
    press(page, "Rapport maken")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("Eerste dag")).to_have_value("31-2-2026")
    expect(page.get_by_label("Laatste dag")).to_have_value("29-2-2025")
    expect(page.locator("#first-fout, #last-fout")).to_have_count(2)

    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE user_session SET second_factor_at = now() - interval '6 minutes'")
        )
    page.goto(f"/rapportage/{report.id}")
    press(page, "Bevestigen en downloaden")
    heading(page, "Bevestigen met een code")
    wanted = parse_qs(urlsplit(page.url).query)["next"][0]
    press(page, "Annuleren")
    assert page.url.endswith(wanted)
    press(page, "Bevestigen en downloaden")
    correct_from_summary(page, "Bevestigen", "")
    write(page, "Code uit uw app", pyotp.TOTP(cast.els.secret).now())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{wanted}")


def test_paper_shows_what_is_folded_and_no_menu(
    cast: Cast, at_work: AtWork, signed_in: Any, superuser: Engine
) -> None:
    case_id = build.a_case(cast, at_work)
    page = signed_in(cast.bas, DESK)
    page.goto(f"/zaken/{case_id}")
    page.goto(f"/zaken/{case_id}/inzage")
    page.locator("details.pmg-details > summary").first.click()
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.locator("main details > summary").first).to_be_visible()
    expect(page.locator("main details li").first).to_be_visible()


def test_colours_of_the_reader_leave_every_mark_of_a_chart_and_form(
    cast: Cast, at_work: AtWork, signed_in: Any
) -> None:
    case_id = build.a_case(cast, at_work)
    page = signed_in(cast.sanne, DESK)
    page.emulate_media(forced_colors="active", color_scheme="dark")
    page.goto(f"/zaken/{case_id}/factoren/nieuw")
    drawn = "e => getComputedStyle(e).appearance"
    assert page.locator("input[type=radio]").first.evaluate(drawn) == "auto"
    with at_work(cast.sanne):
        seen = Observation(
            FACTORS["R-SCH-VERZUIM"],
            Presence.STRONG,
            Nature.FACT,
            Source.SCHOOL,
            build.TODAY,
        )
        factors.observe_factor(build.the_case(case_id), seen, today=build.TODAY)
    page.goto(f"/zaken/{case_id}/factoren")
    strong = page.locator(".pmg-course__mark--sterk .pmg-course__body").last
    assert strong.evaluate("e => getComputedStyle(e).fill") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [320, 390])
def test_no_tab_of_a_case_is_out_of_sight_on_a_phone(
    cast: Cast, at_work: AtWork, signed_in: Any, width: int
) -> None:
    case_id = build.a_case(cast, at_work)
    page = signed_in(cast.bas, {"width": width, "height": 700})
    page.goto(f"/zaken/{case_id}/inzage")
    for link in page.get_by_role("navigation").get_by_role("link").all():
        box = link.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width
