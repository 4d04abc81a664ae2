"""Sanne in the street: a contact moment in three taps and a sentence, and nothing typed is lost."""

from typing import Any
from uuid import UUID

import pyotp
import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import Engine, text

from pmg.clock import now
from pmg.journal import services
from pmg.journal.answers import NewNote, NewRemark
from pmg.journal.rules import Kind, RemarkKind, When
from tests import acting, build
from tests.cast import PASSWORD, Cast
from tests.conftest import AtWork
from tests.journeys.barriers import without_barriers
from tests.journeys.test_keyboard import heading, press
from tests.journeys.test_referral import (
    DESK,
    PHONE,
    signed_in,
    tab_to,
    write,
)

__all__ = ["signed_in"]
pytestmark = pytest.mark.browser
WORDS = "Zij vertelde dat de stage goed gaat."


class Taps:
    """A finger that counts."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, what: Locator) -> None:
        self.count += 1
        what.tap()


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    return build.a_case(cast, at_work)


def test_from_the_case_it_takes_three_taps_and_a_sentence(
    cast: Cast, signed_in: Any, case_id: UUID
) -> None:
    page, taps = signed_in(cast.sanne, PHONE), Taps()
    page.goto(f"/zaken/{case_id}")
    taps.on(page.get_by_role("link", name="Telefoon"))
    taps.on(page.get_by_label("Wat is er gebeurd?"))
    page.keyboard.type(WORDS)
    taps.on(page.get_by_role("button", name="Vastleggen"))
    expect(page.get_by_text("Vastgelegd. Alleen u kunt dit lezen.")).to_be_visible()
    expect(page.get_by_text(WORDS)).to_be_visible()
    assert taps.count == 3


def test_from_the_caseload_it_takes_one_tap_more(cast: Cast, signed_in: Any, case_id: UUID) -> None:
    page, taps = signed_in(cast.sanne, PHONE), Taps()
    page.goto("/zaken")
    taps.on(page.get_by_role("link", name="Contact vastleggen"))
    taps.on(page.get_by_text("Gesprek", exact=True))
    taps.on(page.get_by_label("Wat is er gebeurd?"))
    page.keyboard.type(WORDS)
    taps.on(page.get_by_role("button", name="Vastleggen"))
    expect(page.get_by_text(WORDS)).to_be_visible()
    assert taps.count == 4


def test_what_is_typed_is_kept_and_is_there_again_on_another_phone(
    cast: Cast, signed_in: Any, case_id: UUID
) -> None:
    path = f"/zaken/{case_id}/contact/nieuw"
    page = signed_in(cast.sanne, PHONE)
    page.goto(path)
    page.get_by_label("Wat is er gebeurd?").press_sequentially(WORDS)
    page.get_by_label("Telefoon").check()
    expect(page.get_by_text("Wat u typt wordt bewaard")).to_be_visible(timeout=15_000)

    other = signed_in(cast.sanne, PHONE)
    other.goto(path)
    expect(other.get_by_label("Wat is er gebeurd?")).to_have_value(WORDS)
    other.get_by_role("button", name="Weggooien en leeg beginnen").tap()
    expect(other.get_by_label("Wat is er gebeurd?")).to_have_value("")


def test_a_session_that_ends_in_mid_form_leads_back_to_the_text(
    cast: Cast, signed_in: Any, case_id: UUID, superuser: Engine
) -> None:
    page = signed_in(cast.sanne, PHONE)
    page.goto(f"/zaken/{case_id}/contact/nieuw?soort=telefoon")
    page.get_by_label("Wat is er gebeurd?").press_sequentially(WORDS)
    expect(page.get_by_text("Wat u typt wordt bewaard")).to_be_visible(timeout=15_000)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE user_session SET idle_until = now()"))
    page.get_by_label("Wat is er gebeurd?").press_sequentially(" Echt.")
    expect(page.get_by_text("U bent uitgelogd.")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Vastleggen").tap()
    page.get_by_label("E-mailadres").fill(cast.sanne.login)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_label("Code uit uw app").fill(pyotp.TOTP(cast.sanne.secret).now())
    page.get_by_role("button", name="Inloggen").tap()
    expect(page.get_by_label("Wat is er gebeurd?")).to_have_value(WORDS)
    expect(page.get_by_label("Telefoon")).to_be_checked()
    page.get_by_role("button", name="Vastleggen").tap()
    expect(page.get_by_text("Alleen u kunt dit lezen.")).to_be_visible()


def test_without_a_connection_it_says_that_nothing_is_kept_yet(
    cast: Cast, signed_in: Any, case_id: UUID
) -> None:
    page = signed_in(cast.sanne, PHONE)
    page.goto(f"/zaken/{case_id}/contact/nieuw")
    page.context.set_offline(True)
    page.get_by_label("Wat is er gebeurd?").press_sequentially("Kort.")
    expect(page.get_by_text("Wat u typt is nog niet bewaard.")).to_be_visible(timeout=15_000)
    page.context.set_offline(False)
    page.get_by_label("Wat is er gebeurd?").press_sequentially(" Nu wel.")
    expect(page.get_by_text("Wat u typt wordt bewaard")).to_be_visible(timeout=15_000)


def test_without_scripts_a_contact_moment_is_written_all_the_same(
    cast: Cast, browser: Any, browse: Any, live: str, case_id: UUID
) -> None:
    context = browser.new_context(base_url=live, java_script_enabled=False, locale="nl-NL")
    cookie = browse(cast.sanne).get_cookie("pmg").value
    context.add_cookies([{"name": "pmg", "value": cookie, "url": live}])
    page = context.new_page()
    page.goto(f"/zaken/{case_id}/contact/nieuw")
    page.get_by_label("Gesprek").check()
    page.get_by_label("Wat is er gebeurd?").fill(WORDS)
    page.get_by_role("button", name="Vastleggen").click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    context.close()


def test_contact_and_an_appointment_with_the_keyboard_alone(
    cast: Cast, signed_in: Any, case_id: UUID
) -> None:
    page = signed_in(cast.sanne, DESK)
    page.goto(f"/zaken/{case_id}")
    press(page, "Telefoon")
    write(page, "Wat is er gebeurd?", WORDS)
    press(page, "Vastleggen")
    heading(page, "1 contactmoment")
    press(page, "Afspraak plannen")
    write(page, "Welke dag?", "1-12-2027")
    write(page, "Hoe laat?", "14.30")
    write(page, "Waar?", "Buurthuis")
    press(page, "Afspraak plannen")
    expect(page.get_by_text("De afspraak staat in uw agenda.")).to_be_visible()
    press(page, "1 december 2027")
    press(page, "Verzetten")
    write(page, "Waarom wordt het", "Vakantie.")
    tab_to(page, "Annuleren")
    page.keyboard.press("Enter")
    heading(page, "Yassin de Boer")


def _much(cast: Cast, at_work: AtWork, case_id: UUID) -> UUID:
    """A shared note that is disputed, and a private one."""
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        note = NewNote(Kind.TALK, When.NOW, WORDS, is_private=False)
        entry = services.record_contact(case, note, moment=now())
        said = NewRemark(RemarkKind.DISPUTED, build.TODAY, "Zo was het niet.")
        services.dispute(entry, said, today=build.TODAY)
        services.record_contact(case, NewNote(Kind.STREET, When.NOW, "Even."), moment=now())
        return entry.id


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_contact_is_accessible(
    cast: Cast, at_work: AtWork, browse: Any, signed_in: Any, case_id: UUID, size: Any
) -> None:
    note = _much(cast, at_work, case_id)
    build.a_case(cast, at_work, given_name="Aylin")
    plan = f"/zaken/{case_id}/afspraken/nieuw"
    answers = {"on": "1-12-2027", "clock": "10.00", "place": "Buurthuis"}
    acting.send(browse(cast.sanne), plan, **answers)
    page = signed_in(cast.sanne, size, axe=True)
    found: dict[str, list[str]] = {}
    for path in (
        f"/zaken/{case_id}",
        f"/zaken/{case_id}/contact",
        f"/zaken/{case_id}/contact/nieuw",
        "/contact/groep",
        f"/contactmoment/{note}/lezers",
        f"/contactmoment/{note}/verbeteren",
        f"/contactmoment/{note}/verwijderen",
        f"/contactmoment/{note}/betwisten",
        plan,
        "/afspraken",
        "/afspraken?week=1&dag=1-12-2027",
    ):
        page.goto(path)
        found[path] = without_barriers(page)
    page.goto(f"/zaken/{case_id}/contact/nieuw")
    page.get_by_role("button", name="Vastleggen").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    found["errors"] = without_barriers(page)
    page.goto(plan)
    _fill(page, answers)
    page.get_by_role("button", name="Afspraak plannen").click()
    expect(page.get_by_role("heading", name="Er is dan al iets anders")).to_be_visible()
    found["clash"] = without_barriers(page)
    page.get_by_role("button", name="Toch plannen").click()
    expect(page.get_by_text("De afspraak staat in uw agenda.")).to_be_visible()
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def _fill(page: Page, answers: dict[str, str]) -> None:
    for label, name in (("Welke dag?", "on"), ("Hoe laat?", "clock"), ("Waar?", "place")):
        page.get_by_label(label).fill(answers[name])


@pytest.mark.parametrize("width", [320, 390, 800])
def test_nothing_of_contact_runs_off_the_side(
    cast: Cast, at_work: AtWork, signed_in: Any, case_id: UUID, width: int
) -> None:
    note = _much(cast, at_work, case_id)
    page = signed_in(cast.sanne, {"width": width, "height": 700})
    for path in (
        f"/zaken/{case_id}",
        f"/zaken/{case_id}/contact",
        f"/zaken/{case_id}/contact/nieuw",
        f"/contactmoment/{note}/lezers",
        f"/zaken/{case_id}/afspraken/nieuw",
        "/afspraken?week=1",
    ):
        page.goto(path)
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= width, path


def test_on_paper_the_words_of_the_youth_stand_beside_the_note(
    cast: Cast, at_work: AtWork, signed_in: Any, case_id: UUID
) -> None:
    _much(cast, at_work, case_id)
    page = signed_in(cast.sanne, DESK)
    for path in (f"/zaken/{case_id}", f"/zaken/{case_id}/contact"):
        page.goto(path)
        page.emulate_media(media="print")
        expect(page.get_by_text("Zo was het niet.").first).to_be_visible()
        page.emulate_media(media="screen")


def test_every_target_is_large_enough_for_a_finger(
    cast: Cast, at_work: AtWork, signed_in: Any, case_id: UUID
) -> None:
    _much(cast, at_work, case_id)
    page = signed_in(cast.sanne, PHONE)
    page.goto(f"/zaken/{case_id}")
    for link in page.locator(".pmg-quick a, .pmg-links a").all():
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 43.5, link.inner_text()
