"""The way in, as a youth worker goes it: on a phone, with the keyboard alone, for every reader."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine, text

from pmg.clock import today
from tests import build
from tests.cast import Cast, Person
from tests.journeys.barriers import without_barriers

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
BORN = f"14-3-{today().year - 15}"
LATER = f"{today() + timedelta(days=14):%d-%m-%Y}"


@pytest.fixture
def signed_in(browser: Browser, browse: Any, live: str) -> Callable[..., Page]:
    """Return a page of a person who is signed in; who was already opens one more beside it."""
    opened: dict[tuple[object, ...], BrowserContext] = {}

    def open_page(person: Person, size: Any = PHONE, *, axe: bool = False) -> Page:
        key = (person.id, *size.values(), size is PHONE, axe)
        if key not in opened:
            cookie = browse(person).get_cookie("pmg")
            opened[key] = browser.new_context(
                viewport=size,
                base_url=live,
                locale="nl-NL",
                bypass_csp=axe,
                has_touch=size is PHONE,
            )
            opened[key].add_cookies([{"name": "pmg", "value": cookie.value, "url": live}])
        return opened[key].new_page()

    return open_page


def look_up(page: Page) -> None:
    page.goto("/zaken")
    page.get_by_role("link", name="Nieuwe aanmelding").click()
    page.get_by_label("Voornaam").fill("Zeynep")
    page.get_by_label("Achternaam").fill("van den Berg")
    page.get_by_label("Geboortedatum").fill(BORN)
    page.get_by_role("button", name="Zoeken").click()
    expect(page.get_by_role("heading", name="Niet bekend")).to_be_visible()
    page.get_by_role("button", name="Verder met aanmelden").click()


def answer(page: Page) -> None:
    page.get_by_label("Meisje of vrouw").check()
    page.get_by_label("Waarom meldt u deze jongere aan?").fill(
        "Zij komt al weken niet op school en is vaak laat op straat."
    )
    page.get_by_label("Feit:").check()
    page.get_by_label("Wie meldt de jongere aan?").select_option("school")
    page.get_by_label("Naam van de aanmelder").fill("Meneer Aydın")
    page.get_by_label("Doel van de zaak").select_option("VOORKOMEN")
    page.get_by_label("Wettelijke grondslag").select_option("LEERPLICHT")
    page.get_by_label("Nee, nog niet").check()
    page.get_by_label("waarom weet de jongere het nog niet?").fill("Haar vader vertelt het zelf.")
    page.get_by_label("wanneer kijkt u hier opnieuw naar?").fill(LATER)


def test_a_referral_on_a_phone_becomes_a_case_and_is_taken_in(cast: Cast, signed_in: Any) -> None:
    page = signed_in(cast.sanne)
    look_up(page)
    answer(page)
    page.get_by_role("button", name="Antwoorden controleren").click()
    expect(page.get_by_role("heading", name="Controleer uw antwoorden")).to_be_visible()
    page.get_by_role("button", name="Aanmelding versturen").click()
    expect(page.get_by_role("heading", name="De aanmelding is verstuurd")).to_be_visible()
    page.get_by_role("link", name="Naar de zaak").click()
    expect(page.get_by_role("heading", name="Zeynep van den Berg, 15 jaar")).to_be_visible()
    address = page.url

    page = signed_in(cast.fatma)
    page.goto(address)
    page.get_by_role("link", name="Beslissen in de triage").first.click()
    page.get_by_label("Opnemen in de aanpak").check()
    page.get_by_label("Waarom besluit u dit?").fill("De zorgen zijn groot genoeg.")
    page.get_by_label("Wie wordt de casusregisseur?").select_option(str(cast.bas.id))
    page.get_by_role("button", name="Besluit vastleggen").click()
    expect(page.get_by_text("Uw besluit is vastgelegd.")).to_be_visible()
    expect(page.get_by_text("Plan maken")).to_be_visible()


def test_changing_an_answer_loses_no_other(cast: Cast, signed_in: Any) -> None:
    page = signed_in(cast.sanne)
    look_up(page)
    answer(page)
    page.get_by_role("button", name="Antwoorden controleren").click()
    page.get_by_role("button", name=re.compile("Wijzigen.*De aanmelding")).click()
    expect(page.get_by_label("Naam van de aanmelder")).to_have_value("Meneer Aydın")
    page.get_by_label("Naam van de aanmelder").fill("Mevrouw Smit")
    page.get_by_role("button", name="Antwoorden controleren").click()
    expect(page.get_by_text("Mevrouw Smit")).to_be_visible()
    expect(page.get_by_text("Haar vader vertelt het zelf.")).to_be_visible()


def to_check(page: Page) -> None:
    page.get_by_role("button", name="Antwoorden controleren").click()
    expect(page.get_by_role("heading", name="Controleer uw antwoorden")).to_be_visible()


def test_back_and_forward_in_the_browser_lose_no_answer(cast: Cast, signed_in: Any) -> None:
    page = signed_in(cast.sanne)
    look_up(page)
    page.get_by_role("button", name="Antwoorden controleren").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    answer(page)
    to_check(page)
    page.go_back()
    expect(page).to_have_title("Jongere aanmelden - Samen Vooruit")
    expect(page.locator("[data-error-summary], [aria-invalid]")).to_have_count(0)
    expect(page.get_by_label("Meisje of vrouw")).to_be_checked()
    page.get_by_label("Naam van de aanmelder").fill("Mevrouw Smit")
    to_check(page)
    page.go_back()
    page.go_forward()
    expect(page.get_by_text("Mevrouw Smit")).to_be_visible()
    page.get_by_role("button", name="Aanmelding versturen").click()
    expect(page.get_by_role("heading", name="De aanmelding is verstuurd")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Is de jongere al bekend?")).to_be_visible()
    expect(page.get_by_text("Zeynep")).to_have_count(0)


def test_back_shows_nobody_after_signing_out(cast: Cast, signed_in: Any) -> None:
    page = signed_in(cast.sanne)
    look_up(page)
    answer(page)
    to_check(page)
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_label("E-mailadres")).to_be_visible()
    for _ in range(3):
        page.go_back()
        expect(page.get_by_label("E-mailadres")).to_be_visible()
        assert "Zeynep" not in page.content()


def test_without_a_connection_the_answers_stay_where_they_are(cast: Cast, signed_in: Any) -> None:
    page = signed_in(cast.sanne)
    look_up(page)
    answer(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Antwoorden controleren").click()
    expect(page.get_by_text("Er is geen verbinding.")).to_be_visible()
    page.context.set_offline(False)
    to_check(page)
    expect(page.get_by_text("Haar vader vertelt het zelf.")).to_be_visible()


def test_errors_take_the_focus_and_lead_to_their_fields(cast: Cast, signed_in: Any) -> None:
    page = signed_in(cast.sanne)
    look_up(page)
    page.get_by_role("button", name="Antwoorden controleren").click()
    expect(page).to_have_title("Fout: Jongere aanmelden - Samen Vooruit")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="Vul de naam van de aanmelder in.").click()
    expect(page.get_by_label("Naam van de aanmelder")).to_be_focused()


def tab_to(page: Page, label: str) -> None:
    """Go on with the Tab key until something with this name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "() => { const e = document.activeElement;"
            " const of = e.labels && e.labels.length ? e.labels[0].innerText : e.innerText;"
            " return of || ''; }"
        )
        if label in name:
            return
    pytest.fail(f"met Tab niet te bereiken: {label}")


def write(page: Page, label: str, text: str) -> None:
    tab_to(page, label)
    page.keyboard.type(text)


def choose(page: Page, label: str, letters: str) -> None:
    tab_to(page, label)
    page.keyboard.type(letters)


def test_a_referral_can_be_made_with_the_keyboard_alone(cast: Cast, signed_in: Any) -> None:
    page = signed_in(cast.sanne, DESK)
    page.goto("/zaken/bekend")
    write(page, "Voornaam", "Zeynep")
    write(page, "Achternaam", "van den Berg")
    write(page, "Geboortedatum", BORN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Niet bekend")).to_be_visible()
    tab_to(page, "Verder met aanmelden")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Jongere aanmelden")).to_be_visible()
    tab_to(page, "Jongen of man")
    page.keyboard.press("ArrowDown")
    write(page, "Waarom meldt u", "Zij komt al weken niet op school en is laat op straat.")
    tab_to(page, "Feit")
    page.keyboard.press("Space")
    choose(page, "Wie meldt de jongere aan?", "School")
    write(page, "Naam van de aanmelder", "Meneer Aydin")
    choose(page, "Doel van de zaak", "Voorkomen dat de jongere in")
    choose(page, "Wettelijke grondslag", "Wettelijke plicht: leer")
    tab_to(page, "Ja")
    page.keyboard.press("Space")
    write(page, "op welke dag", f"{today():%d-%m-%Y}")
    tab_to(page, "Antwoorden controleren")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Controleer uw antwoorden")).to_be_visible()
    tab_to(page, "Aanmelding versturen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="De aanmelding is verstuurd")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_the_way_in_is_accessible(
    cast: Cast, at_work: Any, signed_in: Any, size: Any
) -> None:
    case_id = build.a_case(cast, at_work, told=build.not_told())
    waiting = build.a_referral(cast, at_work, given_name="Mo")
    found: dict[str, list[str]] = {}
    page = signed_in(cast.sanne, size, axe=True)
    look_up(page)
    found["refer"] = without_barriers(page)
    page.get_by_role("button", name="Antwoorden controleren").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    found["refer, with errors"] = without_barriers(page)
    answer(page)
    page.get_by_role("button", name="Antwoorden controleren").click()
    expect(page.get_by_role("heading", name="Controleer uw antwoorden")).to_be_visible()
    found["check"] = without_barriers(page)
    page.get_by_role("button", name="Aanmelding versturen").click()
    expect(page.get_by_role("heading", name="De aanmelding is verstuurd")).to_be_visible()
    found["sent"] = without_barriers(page)
    for who, path in (
        (cast.bas, "/zaken"),
        (cast.bas, "/zaken/bekend"),
        (cast.bas, f"/zaken/{case_id}"),
        (cast.bas, f"/zaken/{case_id}/gegevens"),
        (cast.bas, f"/zaken/{case_id}/afsluiten"),
        (cast.fatma, f"/zaken/{waiting}/triage"),
    ):
        page = signed_in(who, size, axe=True)
        page.goto(path)
        found[path] = without_barriers(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("width", [320, 390, 800])
def test_nothing_runs_off_the_side(
    cast: Cast, at_work: Any, signed_in: Any, superuser: Engine, width: int
) -> None:
    case_id = build.a_case(
        cast, at_work, family_name="van der Wachtelaar-Oosterhuizen", told=build.not_told()
    )
    with superuser.begin() as connection:  # overdue since last year: the longest that stands there
        connection.execute(
            text("UPDATE referral SET tell_again_on = tell_again_on - interval '400 days'")
        )
    page = signed_in(cast.bas, {"width": width, "height": 700})
    for path in ("/zaken", f"/zaken/{case_id}", f"/zaken/{case_id}/gegevens", "/zaken/bekend"):
        page.goto(path)
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= width, path


def test_the_arrow_back_stands_as_far_from_its_words_on_a_phone(cast: Cast, signed_in: Any) -> None:
    wide = []
    for size in (PHONE, DESK):
        page = signed_in(cast.bas, size)
        page.goto("/zaken/bekend")
        arrow = page.locator(".pmg-back span")
        wide.append(arrow.evaluate("arrow => arrow.getBoundingClientRect().width"))
    assert abs(wide[0] - wide[1]) < 1
