"""What waits for somebody: one look at his day, a number that is a sentence, and to the work."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pmg.meetings import proposing
from pmg.meetings.answers import Proposal
from pmg.tasks import services as tasks
from tests import acting, build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.delivery import conftest as delivering
from tests.delivery.conftest import a_trajectory
from tests.home.test_waits import agreed, submitted
from tests.journeys.barriers import without_barriers
from tests.journeys.test_report import DESK, PHONE, page, sign_in
from tests.meetings.conftest import QUESTION, a_series, an_item
from tests.merging.conftest import proposed
from tests.tasks.conftest import a_task

__all__ = ["page"]


@pytest.fixture
def waiting(cast: Cast, at_work: AtWork) -> None:
    """A day on which a good deal waits, for who directs cases and for who leads meetings."""
    cases = []
    for name in ("Noor", "Daan", "Lina"):
        cases.append(delivering.a_case(cast, at_work, given_name=name))
        acting.join(cast, at_work, cases[-1], cast.karim)
        submitted(cast, at_work, a_trajectory(cast, at_work, cases[-1]))
    with at_work(cast.sanne):
        tasks.give_task(build.the_case(cases[0]), a_task(cast.bas), today=build.TODAY)
    agreed(cast, at_work)
    next_week = a_series(cast, at_work, name="Casusoverleg Noord")
    an_item(cast, at_work, cases[0], next_week, cast.karim)
    an_item(cast, at_work, cases[1], next_week, cast.karim, cast.bas)
    with at_work(cast.sanne):
        wanted = Proposal(next_week, QUESTION, 10, (cast.sanne.id,))
        proposing.propose_item(build.the_case(cases[2]), wanted, today=build.TODAY)
    other = build.a_case(cast, at_work, given_name="Nora", by="jaap")
    with at_work(cast.fatma):
        proposed(cases[0], other)
    build.a_referral(cast, at_work, given_name="Sem")


def look(page: Page, name: str) -> None:
    """Look for barriers on a phone and at a desk; take a picture for who looks himself."""
    for size, at in ((PHONE, "telefoon"), (DESK, "bureau")):
        page.set_viewport_size(size)
        assert without_barriers(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, (name, at)
        if folder := os.environ.get("PMG_SHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{at}.png", full_page=True)


def test_a_number_says_what_waits_and_leads_to_it(page: Page, cast: Cast, waiting: None) -> None:
    sign_in(page, cast.bas)
    page.wait_for_url("**/vandaag")
    look(page, "bas")
    page.get_by_role("link", name="3 plannen wachten op uw goedkeuring").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Plannen die op uw goedkeuring wachten"
    )
    look(page, "bas-plannen")
    expect(page.locator(".pmg-agenda__item")).to_have_count(3)
    page.locator(".pmg-agenda__link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trajectplan goedkeuren")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("fatma", "1 voorgesteld onderwerp wacht op uw besluit"),
        ("karim", "2 vragen voor een casusoverleg wachten op uw antwoord"),
    ],
)
def test_who_leads_and_who_is_invited_see_what_a_meeting_wants(
    page: Page, cast: Cast, waiting: None, name: str, says: str
) -> None:
    sign_in(page, getattr(cast, name))
    page.wait_for_url("**/vandaag")
    look(page, name)
    page.get_by_role("link", name=says).click()
    expect(page.locator(".pmg-agenda__item")).to_have_count(int(says[0]))
