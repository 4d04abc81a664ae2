"""The plan, made with the youth: on a phone that is handed over, with the keyboard, on paper."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from pmg.action_plans import services
from pmg.action_plans.answers import ActionWanted, NewGoal
from pmg.factors import services as factors
from pmg.factors.rules import Presence
from pmg.reference.factors import FACTORS
from tests import build
from tests.acting import send
from tests.action_plans.conftest import a_goal
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.factors.conftest import FRIENDS, TRUANCY, seen
from tests.journeys.barriers import without_barriers
from tests.journeys.test_keyboard import correct_from_summary, heading, press
from tests.journeys.test_referral import (
    DESK,
    PHONE,
    choose,
    signed_in,
    tab_to,
    write,
)

__all__ = ["signed_in"]

pytestmark = pytest.mark.browser

GOAL = "Ik ben elke dag op tijd op school."
WORDS = "Ik wil mijn diploma, maar opstaan lukt niet."
DUE = f"{build.TODAY + timedelta(days=14):%d-%m-%Y}"
LATER = f"{build.TODAY + timedelta(days=90):%d-%m-%Y}"


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    """A youth of whom two things were seen."""
    found = build.a_case(cast, at_work)
    with at_work(cast.sanne):
        for code in (TRUANCY, FRIENDS):
            said = seen(code, presence=Presence.CLEAR)
            factors.observe_factor(build.the_case(found), said, today=build.TODAY)
    return found


def plain(page: Page) -> None:
    """No barrier, and nothing wider than the screen."""
    assert without_barriers(page) == []
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, f"{page.url}: {width}px te breed"


def add_goal(page: Page, person: Person) -> None:
    page.get_by_label("Wat wil je bereiken?").fill(GOAL)
    page.get_by_label("Wat zeg je er zelf over?").fill(WORDS)
    page.get_by_label(FACTORS[TRUANCY].name_nl).check()
    page.get_by_label("Wat gaan we doen?").fill("Samen naar de mentor")
    page.get_by_label("Wie doet dit?").select_option(str(person.id))
    page.get_by_label("Voor welke dag?").fill(DUE)
    page.get_by_role("button", name="Doel bewaren").click()


def agree(page: Page) -> None:
    page.get_by_role("link", name="Akkoord vastleggen").click()
    plain(page)
    page.get_by_label("De jongere", exact=True).check()
    page.get_by_label("Akkoord", exact=True).check()
    page.get_by_label("In een gesprek").check()
    page.get_by_role("button", name="Antwoord vastleggen").click()


def look_back(page: Page) -> None:
    page.get_by_role("link", name="Terugkijken op").click()
    plain(page)
    page.get_by_role("link", name="Samen terugkijken").click()
    plain(page)
    page.get_by_role("button", name="Terugkijken vastleggen").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    plain(page)
    page.get_by_label("Doel bereikt", exact=True).check()
    page.get_by_label("Wat zeggen jullie erover?").fill("Zes weken op tijd.")
    page.get_by_label("Doorgaan met dit plan").check()
    page.get_by_label("Wanneer kijken jullie weer terug?").fill(LATER)
    page.get_by_role("button", name="Terugkijken vastleggen").click()
    expect(page.get_by_role("heading", name="Doelen die zijn beëindigd")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, {"width": 320, "height": 640}, DESK], ids=str)
def test_a_plan_goes_its_whole_way(
    cast: Cast, case_id: UUID, signed_in: Any, size: dict[str, int]
) -> None:
    page = signed_in(cast.sanne, size, axe=True)
    page.goto(f"/zaken/{case_id}")
    page.get_by_role("link", name="Doelen afspreken met de jongere").click()
    plain(page)
    page.get_by_role("button", name="Doel bewaren").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    plain(page)
    add_goal(page, cast.sanne)
    expect(page.get_by_role("heading", name=GOAL)).to_be_visible()
    expect(page.get_by_label("Wat wil je bereiken?")).to_have_value("")
    plain(page)
    page.get_by_role("link", name="Klaar").click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    plain(page)
    agree(page)
    expect(page.get_by_text("Versie 1, afgesproken op")).to_be_visible()
    plain(page)
    page.get_by_role("link", name="Doel wijzigen").click()
    plain(page)
    page.get_by_label("Wat wil je bereiken?").fill("Ik ben vier dagen op tijd.")
    page.get_by_role("button", name="Wijzigen").click()
    expect(page.get_by_role("heading", name="Dit plan is een concept")).to_be_visible()
    page.get_by_role("link", name="Versies naast elkaar").click()
    expect(page.get_by_text("Gewijzigd: Het doel")).to_be_visible()
    plain(page)
    page.get_by_role("link", name="Terug naar het plan").click()
    page.get_by_role("link", name="Plan voor de jongere").click()
    plain(page)
    page.get_by_role("link", name="Terug naar het plan").click()
    page.get_by_role("link", name="Actie erbij").click()
    plain(page)
    page.get_by_role("link", name="Terug naar het plan").click()
    page.get_by_role("link", name="Doel beëindigen").click()
    plain(page)
    page.get_by_role("link", name="Terug naar het plan").click()
    look_back(page)
    plain(page)
    page.goto(f"/zaken/{case_id}")
    plain(page)


def test_every_touch_target_of_the_plan_is_large_enough(
    cast: Cast, at_work: AtWork, case_id: UUID, signed_in: Any
) -> None:
    a_full_plan(cast, at_work, case_id, goals=1)
    page = signed_in(cast.sanne, PHONE)
    for address in ("plan", "plan/maken", "plan/akkoord"):
        page.goto(f"/zaken/{case_id}/{address}")
        for control in page.locator("main :is(button, select, .nl-button, summary)").all():
            box = control.bounding_box()
            assert box is None or box["height"] >= 44, control.inner_text()


def test_a_plan_is_made_and_agreed_with_the_keyboard_alone(
    cast: Cast, case_id: UUID, signed_in: Any
) -> None:
    page = signed_in(cast.sanne, DESK)
    page.goto(f"/zaken/{case_id}/plan")
    press(page, "Plan maken")
    correct_from_summary(page, "Doel bewaren", "Schrijf op wat de jongere wil bereiken.")
    write(page, "Wat wil je bereiken?", GOAL)
    tab_to(page, FACTORS[TRUANCY].name_nl)
    page.keyboard.press("Space")
    write(page, "Wat gaan we doen?", "Samen naar de mentor")
    choose(page, "Wie doet dit?", "Sanne")
    write(page, "Voor welke dag?", DUE)
    press(page, "Doel bewaren")
    heading(page, GOAL)
    press(page, "Klaar")
    press(page, "Akkoord vastleggen")
    for label in ("De jongere", "Akkoord", "In een gesprek"):
        tab_to(page, label)
        page.keyboard.press("Space")
    press(page, "Antwoord vastleggen")
    expect(page.get_by_text("Versie 1, afgesproken op")).to_be_visible()


def a_full_plan(cast: Cast, at_work: AtWork, case_id: UUID, *, goals: int) -> None:
    """As many goals as given, each with all that belongs to it and two actions."""
    for number in range(goals):
        with at_work(cast.sanne):
            first = ActionWanted("Samen naar de mentor", cast.sanne.id, build.TODAY)
            text = (
                f"Doel {number}: ik ben elke dag op tijd op school en zeg het als iets niet lukt."
            )
            new = NewGoal(a_goal(text=text), first)
            goal = services.add_goal(build.the_case(case_id), new, today=build.TODAY)
            more = ActionWanted("Een weekrooster maken en ophangen", cast.bas.id, build.TODAY)
            services.add_action(goal, more, today=build.TODAY)


def test_a_plan_of_a_normal_size_is_one_page_of_paper(
    cast: Cast, at_work: AtWork, case_id: UUID, signed_in: Any
) -> None:
    a_full_plan(cast, at_work, case_id, goals=4)
    page = signed_in(cast.sanne, DESK)
    page.goto(f"/zaken/{case_id}/plan/afdrukken")
    paper = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"))
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_paper_has_the_plan_and_no_menu(
    cast: Cast, at_work: AtWork, case_id: UUID, signed_in: Any
) -> None:
    a_full_plan(cast, at_work, case_id, goals=1)
    page = signed_in(cast.sanne, DESK)
    page.goto(f"/zaken/{case_id}/plan/afdrukken")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(0)
    for said in ("Mijn plan", WORDS, "Samen naar de mentor", "Ik, mijn handtekening:"):
        expect(page.get_by_text(said)).to_be_visible()


def test_what_was_typed_of_a_goal_is_back_on_another_device_beside_what_a_colleague_wrote(
    cast: Cast, case_id: UUID, signed_in: Any, at_work: AtWork, browse: Any
) -> None:
    page = signed_in(cast.sanne, PHONE, axe=True)
    page.goto(f"/zaken/{case_id}/plan/maken")
    page.get_by_label("Wat wil je bereiken?").press_sequentially(GOAL)
    expect(page.get_by_text("Wat u typt wordt bewaard")).to_be_visible(timeout=15_000)
    other = signed_in(cast.sanne, DESK, axe=True)
    other.goto(f"/zaken/{case_id}/plan/maken")
    expect(other.get_by_label("Wat wil je bereiken?")).to_have_value(GOAL)
    plain(other)
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        goal_id = services.add_goal(case, NewGoal(a_goal(), None), today=build.TODAY).id
    page.goto(f"/doel/{goal_id}/wijzigen")
    page.get_by_label("Wat wil je bereiken?").fill("Ik ben vier dagen op tijd.")
    expect(page.get_by_text("Wat u typt wordt bewaard")).to_be_visible(timeout=15_000)
    path = f"/doel/{goal_id}/wijzigen"
    assert send(browse(cast.bas), path, text="Ik ga naar mijn stage.").status_code == 302
    page.goto(path)
    expect(page.get_by_text("Dit doel is gewijzigd nadat u dit typte")).to_be_visible()
    expect(page.get_by_label("Wat wil je bereiken?")).to_have_value("Ik ben vier dagen op tijd.")
    plain(page)
