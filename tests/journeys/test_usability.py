"""What the fifteen tasks of a youth worker cost on a phone, counted and compared with the table.

Each begins where the app opens, on Vandaag, and ends where the worker sees that it is done. A touch
is one tap; a menu takes two, to open it and to choose. An answer is one question answered. The
figures stand in docs/usability.md; a page that takes more or less fails here.
"""

import re
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from pmg.action_plans import services as plans
from pmg.action_plans.answers import ActionWanted, NewGoal
from pmg.clock import now
from pmg.extensions import db
from pmg.factors import services as factors
from pmg.factors.rules import Presence
from pmg.interventions import services as interventions
from pmg.interventions.answers import Start
from pmg.journal import planning
from pmg.journal import services as journal
from pmg.journal.answers import NewNote
from pmg.journal.rules import Kind, Plan, When
from pmg.meetings import running
from pmg.tasks import services as tasks
from tests import acting, build
from tests.action_plans.conftest import a_goal
from tests.cast import Cast
from tests.conftest import AtWork
from tests.factors.conftest import FRIENDS, TRUANCY, seen
from tests.interventions.conftest import SPORT, an_assignment, give_place
from tests.journeys.test_referral import PHONE, signed_in
from tests.meetings.conftest import a_minute, a_series, an_item, open_it, the_item
from tests.tasks.conftest import WHAT, a_task

__all__ = ["signed_in"]
pytestmark = pytest.mark.browser

TABLE = Path(__file__).parents[2] / "docs" / "usability.md"
YOUTH = re.compile("^Yassin")
SENTENCE = "Zij vertelde dat de stage goed gaat."
SOON = f"{build.TODAY + timedelta(days=14):%d-%m-%Y}"


class Hand:
    """A thumb that counts what it does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = self.answers = self.loads = 0
        page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        is_page = request.is_navigation_request() and request.frame == self.page.main_frame
        self.loads += is_page and request.redirected_from is None

    def tap(self, what: Locator) -> None:
        """Touch a link or a button."""
        self.taps += 1
        what.tap()
        self.page.wait_for_load_state()

    def link(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        self.tap((within or self.page).get_by_role("link", name=name).first)

    def button(self, name: str | re.Pattern[str]) -> None:
        self.tap(self.page.get_by_role("button", name=name).first)

    def write(self, label: str, text: str) -> None:
        """Touch a field and type; what stood there is replaced."""
        self.taps, self.answers = self.taps + 1, self.answers + 1
        self.page.get_by_label(label).fill(text)

    def choose(self, question: str, **option: Any) -> None:
        """Open a menu and touch what is meant."""
        self.taps, self.answers = self.taps + 2, self.answers + 1
        self.page.get_by_label(question).select_option(**option)

    def tick(self, label: str, *, exact: bool = True) -> None:
        """Touch one answer of a question."""
        self.taps, self.answers = self.taps + 1, self.answers + 1
        self.page.get_by_label(label, exact=exact).check()

    def to_the_case(self) -> None:
        """Go from Vandaag to the file of the youth."""
        self.link("Mijn caseload")
        self.link(YOUTH)

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()


def contact(hand: Hand) -> None:
    hand.link("Mijn caseload")
    hand.link(re.compile("Contact vastleggen"))
    hand.tick("Gesprek")
    hand.write("Wat is er gebeurd?", SENTENCE)


def today(hand: Hand) -> None:
    hand.sees("Buurthuis")
    hand.sees("te laat")
    hand.link(re.compile("Buurthuis"))
    hand.sees("Yassin")


def log_a_contact(hand: Hand) -> None:
    contact(hand)
    hand.tick("Ook mijn collega’s in deze zaak")
    hand.button("Vastleggen")
    hand.sees("Ook uw collega’s in deze zaak lezen dit.")


def write_a_private_note(hand: Hand) -> None:
    contact(hand)
    hand.button("Vastleggen")
    hand.sees("Alleen u kunt dit lezen.")


def record_what_i_saw(hand: Hand) -> None:
    hand.to_the_case()
    hand.link("Waarneming vastleggen")
    hand.choose("Wat zag u?", label="Prosociale vrienden")
    hand.tick("Duidelijk")
    hand.tick("Feit: gezien, gehoord of nagekeken")
    hand.choose("Van wie weet u dit?", label="School")
    hand.button("Vastleggen")
    hand.sees("Factoren in de tijd")


def see_the_course(hand: Hand) -> None:
    hand.to_the_case()
    hand.link("Factoren", within=hand.page.get_by_role("navigation"))
    hand.sees("Factoren in de tijd")


def find_interventions(hand: Hand) -> None:
    hand.to_the_case()
    hand.link("Inzet", within=hand.page.get_by_role("navigation", name="Pagina’s van deze zaak"))
    hand.tick("Schoolverzuim of schorsing", exact=False)
    hand.tick("Prosociale vrienden", exact=False)
    hand.button("Zoeken")
    hand.sees("Richt zich op:")


def stop_an_intervention(hand: Hand) -> None:
    hand.to_the_case()
    hand.link(SPORT.name_nl)
    hand.link("Stoppen")
    hand.tick("De jongere wil niet (meer)")
    hand.button("Stoppen")
    hand.sees("Hoe het eindigde")


def make_the_plan(hand: Hand) -> None:
    hand.to_the_case()
    hand.link("Plan", within=hand.page.get_by_role("navigation", name="Pagina’s van deze zaak"))
    hand.link("Doel toevoegen")
    hand.write("Wat wil je bereiken?", "Ik ben elke dag op tijd op school.")
    hand.tick("Schoolverzuim of schorsing", exact=False)
    hand.write("Wat gaan we doen?", "Samen naar de mentor")
    hand.write("Voor welke dag?", SOON)
    hand.button("Doel bewaren")
    hand.link("Klaar")
    hand.link("Plan voor de jongere")
    hand.sees("Mijn plan")


def letter_and_tick(hand: Hand) -> None:
    hand.to_the_case()
    hand.link(re.compile("Naar de brief"))
    hand.button("Ik heb het verteld")
    hand.sees("de jongere weet van de aanmelding")


def see_who_reads_a_note(hand: Hand) -> None:
    hand.to_the_case()
    hand.link("Contact", within=hand.page.get_by_role("navigation", name="Pagina’s van deze zaak"))
    hand.sees("Uw organisatie leest dit")


def take_an_action(hand: Hand) -> None:
    hand.link(re.compile(WHAT))
    hand.button(re.compile("Aannemen"))
    hand.sees("U hebt de taak aangenomen.")


def hand_over(hand: Hand) -> None:
    hand.to_the_case()
    hand.link("Overdragen")
    hand.choose("Aan wie draagt u over?", index=1)
    hand.write("Tot en met welke dag", SOON)
    hand.write("Wat mag uw collega niet vergeten?", "Bel zijn moeder op maandag.")
    hand.button("Overdragen")
    hand.sees("De zaak is overgedragen.")


def show_the_youth(hand: Hand) -> None:
    hand.to_the_case()
    hand.link("Laten zien wat er staat")
    hand.sees("Wat er over mij staat")


def mark_as_disputed(hand: Hand) -> None:
    hand.to_the_case()
    hand.link("Contact", within=hand.page.get_by_role("navigation", name="Pagina’s van deze zaak"))
    hand.tap(hand.page.get_by_text("Wat kunt u hiermee?").first)
    hand.link(re.compile("Woorden van de jongere"))
    hand.tick("De jongere is het hier niet mee eens")
    hand.write("In de woorden van de jongere", "Zo was het niet.")
    hand.button("Erbij zetten")
    hand.sees("Betwist")


def close_with_aftercare(hand: Hand) -> None:
    hand.to_the_case()
    hand.link("Zaak afsluiten")
    hand.tick("Doel bereikt")
    hand.choose("Wat doet de jongere overdag?", label="School of opleiding")
    hand.write("Waarom sluit u de zaak af?", "Hij gaat weer elke dag naar school.")
    hand.write("Nazorg tot en met", SOON)
    hand.choose("Wie geeft de nazorg?", index=1)
    hand.button("Zaak afsluiten")
    hand.sees("De zaak is afgesloten.")


def prepare_for_the_meeting(hand: Hand) -> None:
    hand.link("Casusoverleg Zuid")
    hand.link(re.compile(r"^1\. Yassin"))
    hand.link("Drie zinnen schrijven")
    hand.write("Hoe gaat het nu?", "Hij gaat weer naar stage.")
    hand.write("Wat is er geprobeerd?", "School belt elke ochtend.")
    hand.write("Wat wil de jongere, en wat wilt u?", "Hij wil een vaste plek op het ROC.")
    hand.button("Opslaan en bekijken wat partners zien")
    hand.sees(re.compile("^Zo ziet"))
    hand.sees("Hij wil een vaste plek op het ROC.")


def run_an_item(hand: Hand) -> None:
    """From an item that is up to the next one: weigh, decide, agree, and go on."""
    minute = a_minute()
    hand.write("Waarom moet er iets gebeuren?", minute.necessity)
    hand.write("Past het bij hoe ernstig het is?", minute.proportionality)
    hand.write("Kan het ook met iets lichters?", minute.subsidiarity)
    hand.tick("Doorgaan zoals het loopt")
    hand.write("Afspraken", minute.words)
    hand.button(re.compile("^Vastleggen en door naar 2"))
    hand.sees("Nu: 2. ")


def run_an_item_with_an_action(hand: Hand) -> None:
    hand.write("Wat moet er gebeuren?", "Bel morgen met de mentor.")
    hand.choose("Wie doet het?", label="Karim, POLITIE")
    hand.button("Actiepunt geven")
    hand.sees("Karim, uiterlijk")
    run_an_item(hand)


RUNS: dict[str, Callable[[Hand], None]] = {
    "Run one item, for the chair": run_an_item,
    "Run one item with an action, for the chair": run_an_item_with_an_action,
}
TASKS: dict[str, Callable[[Hand], None]] = {
    "See today's appointments and what is late": today,
    "Write down a contact for colleagues": log_a_contact,
    "Write a private note": write_a_private_note,
    "Record what I saw, good news too": record_what_i_saw,
    "See the course of a factor": see_the_course,
    "Find interventions for two factors": find_interventions,
    "Stop an intervention with a reason": stop_an_intervention,
    "Make the plan with the youth and print it": make_the_plan,
    "Give the letter and tick it": letter_and_tick,
    "Prepare three sentences and see what partners see": prepare_for_the_meeting,
    "See who reads a note": see_who_reads_a_note,
    "Take an action": take_an_action,
    "Hand over to a colleague": hand_over,
    "Show the youth what is written": show_the_youth,
    "Mark an entry as disputed": mark_as_disputed,
    "Close with result and aftercare": close_with_aftercare,
}


def a_busy_case(cast: Cast, at_work: AtWork) -> UUID:
    """A youth of whom enough happened for every task."""
    case_id = build.a_case(cast, at_work, told=build.not_told())
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        for code in (TRUANCY, FRIENDS):
            factors.observe_factor(case, seen(code, presence=Presence.CLEAR), today=build.TODAY)
        sport = interventions.assign_intervention(case, an_assignment(cast), today=build.TODAY)
        db.session.flush()
        give_place(sport, on=build.TODAY)
        interventions.start_trajectory(sport, Start(build.TODAY, sport.version), today=build.TODAY)
        journal.record_contact(
            case, NewNote(Kind.TALK, When.NOW, SENTENCE, is_private=False), moment=now()
        )
        planned = Plan(build.TODAY, time(23, 45), 15, "Buurthuis", "")
        planning.plan_appointment(case, planned, moment=now() - timedelta(hours=23), seen="")
        late = ActionWanted("Bellen met school", cast.sanne.id, build.TODAY)
        plans.add_goal(case, NewGoal(a_goal(), late), today=build.TODAY)
    with at_work(cast.bas):
        asked = a_task(cast.sanne, due_on=build.TODAY + timedelta(days=3))
        tasks.give_task(build.the_case(case_id), asked, today=build.TODAY)
    acting.join(cast, at_work, case_id, cast.karim)
    an_item(cast, at_work, case_id, a_series(cast, at_work), cast.karim)
    return case_id


def counted(name: str) -> tuple[int, int, int]:
    """The taps, answers and page loads that the table says."""
    line = next(
        row for row in TABLE.read_text("utf-8").splitlines() if row.startswith(f"| {name} ")
    )
    taps, answers, loads = (int(cell) for cell in line.split("|")[2:5])
    return taps, answers, loads


@pytest.mark.parametrize("name", TASKS)
def test_a_task_takes_what_the_table_says(
    cast: Cast, at_work: AtWork, signed_in: Any, name: str
) -> None:
    a_busy_case(cast, at_work)
    page = signed_in(cast.bas if name.startswith("Close") else cast.sanne, PHONE)
    page.set_default_timeout(8_000)
    page.goto("/vandaag")
    hand = Hand(page)

    TASKS[name](hand)

    assert (hand.taps, hand.answers, hand.loads) == counted(name)


@pytest.mark.parametrize("name", RUNS)
def test_an_item_of_a_meeting_takes_its_chair_what_the_table_says(
    cast: Cast, at_work: AtWork, signed_in: Any, name: str
) -> None:
    case_id, meeting_id = build.a_case(cast, at_work), a_series(cast, at_work)
    acting.join(cast, at_work, case_id, cast.karim)
    first = an_item(cast, at_work, case_id, meeting_id, cast.karim)
    an_item(cast, at_work, build.a_case(cast, at_work, given_name="Noor"), meeting_id)
    open_it(cast, at_work, meeting_id)
    with at_work(cast.fatma):
        running.begin_item(the_item(first))
    page = signed_in(cast.fatma, PHONE)
    page.set_default_timeout(8_000)
    page.goto(f"/overleg/{meeting_id}/bezig")
    hand = Hand(page)
    hand.sees("Nu: 1. Yassin")

    RUNS[name](hand)

    assert (hand.taps, hand.answers, hand.loads) == counted(name)
