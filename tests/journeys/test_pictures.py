"""The pictures of the documentation, made of the real pages with invented youths.

Every run looks whether the pages still draw. To draw the pictures anew:
PMG_PICTURES=docs/images make test ARGS=tests/journeys/test_pictures.py
"""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, text

from pmg.cases import services as cases
from pmg.cases.intake import Decision, Told
from pmg.cases.rules import Gender, Outcome
from pmg.extensions import db
from pmg.factors import services as factors
from pmg.factors.rules import Nature, Observation, Presence, Source
from pmg.interventions import services as interventions
from pmg.interventions.answers import Assignment, Start
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import INTERVENTIONS
from tests import build
from tests.cast import Cast, Person
from tests.interventions.conftest import give_place

pytestmark = pytest.mark.browser

KEPT = Path(__file__).parents[2] / "docs" / "images"
MOST_BYTES = 200_000
DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}
NIEUW_WEST, ZUIDOOST = "FA12", "FA11"
# (given name, family name, age, gender, area, focus area, weeks since the referral)
YOUTHS = (
    ("Noor", "Terpstra", 11, Gender.GIRL, "Osdorp", NIEUW_WEST, 1),
    ("Sem", "Wijnstra", 13, Gender.BOY, "Slotermeer", None, 3),
    ("Amira", "el Haddaoui", 15, Gender.GIRL, "Geuzenveld", NIEUW_WEST, 8),
    ("Jayden", "van der Linde", 19, Gender.BOY, "Bijlmer", ZUIDOOST, 16),
    ("Yassin", "de Boer", 16, Gender.BOY, "Geuzenveld", NIEUW_WEST, 14),
)
ORGANISATIONS = {
    "JONGERENWERK": "Jongerenwerk Nieuw-West",
    "GEM-JEUGD": "Gemeente, team Jeugd",
    "GEM-OOV": "Gemeente, team Veiligheid",
    "POLITIE": "Politie Amsterdam",
}
SEEN = (  # factor, presence, weeks ago
    ("R-SCH-VERZUIM", Presence.STRONG, 11),
    ("R-SCH-VERZUIM", Presence.SLIGHT, 2),
    ("P-VRI-PROSOC", Presence.SLIGHT, 10),
    ("P-VRI-PROSOC", Presence.CLEAR, 1),
)


def weeks_ago(weeks: int) -> date:
    return build.TODAY - timedelta(weeks=weeks)


@pytest.fixture
def scene(cast: Cast, at_work: Any, superuser: Engine) -> UUID:
    """A working day of Sanne: five youths, each at another step; returns the case of Yassin."""
    with superuser.begin() as connection:
        for code, name in ORGANISATIONS.items():
            rename = text("UPDATE organisation SET name = :name WHERE partner_code = :code")
            connection.execute(rename, {"name": name, "code": code})
    found = [referred(cast, at_work, *youth) for youth in YOUTHS]
    for case_id, (*_names, weeks) in zip(found[1:], YOUTHS[1:], strict=True):
        accepted(cast, at_work, case_id, weeks_ago(weeks - 1))
    set_to_work(cast, at_work, found[3], "AJB", weeks=12)
    set_to_work(cast, at_work, found[-1], "AJB", weeks=9)
    observed(cast, at_work, found[-1])
    return found[-1]


def referred(
    cast: Cast,
    at_work: Any,
    given_name: str,
    family_name: str,
    age: int,
    gender: Gender,
    area: str,
    focus_area: str | None,
    weeks: int,
) -> UUID:
    on = weeks_ago(weeks)
    with at_work(cast.sanne):
        intake = build.intake(
            given_name=given_name,
            family_name=family_name,
            birth_date=date(build.TODAY.year - age, 1, 2),
            gender=gender,
            area=area,
            focus_area_code=focus_area,
            referred_on=on,
            told=Told(on=on),
        )
        return cases.refer(intake, today=build.TODAY).id


def accepted(cast: Cast, at_work: Any, case_id: UUID, on: date) -> None:
    decision = Decision(
        Outcome.ACCEPT,
        "Thuis en op school zijn er zorgen. Met hulp kan het beter gaan.",
        director_id=cast.bas.id,
        youth_worker_id=cast.sanne.id,
    )
    with at_work(cast.fatma):
        cases.decide_triage(build.the_case(case_id), decision, today=on)


def set_to_work(cast: Cast, at_work: Any, case_id: UUID, code: str, *, weeks: int) -> None:
    on = weeks_ago(weeks)
    assignment = Assignment(
        intervention=INTERVENTIONS[code],
        provider_id=cast.sanne.organisation_id,
        goal="Ik wil elke week naar de training.",
        target_factors=("R-VRI-VRIJETIJD",),
        planned_start=on,
        planned_end=build.TODAY + timedelta(weeks=8),
        is_age_confirmed=True,
    )
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        row = interventions.assign_intervention(case, assignment, today=on)
        db.session.flush()
        give_place(row, on=on)
        interventions.start_trajectory(row, Start(on, row.version), today=on)


def observed(cast: Cast, at_work: Any, case_id: UUID) -> None:
    with at_work(cast.sanne):
        for code, presence, weeks in SEEN:
            seen = Observation(
                factor=FACTORS[code],
                presence=presence,
                nature=Nature.FACT,
                source=Source.SEEN_MYSELF,
                on=weeks_ago(weeks),
            )
            factors.observe_factor(build.the_case(case_id), seen, today=build.TODAY)


@pytest.fixture
def look(browser: Browser, live: str, browse: Any) -> Any:
    """Open a page on a screen, as someone who is signed in."""

    def go(person: Person, screen: dict[str, Any], path: str) -> Page:
        context = browser.new_context(base_url=live, locale="nl-NL", **screen)
        cookie = browse(person).get_cookie("pmg")
        context.add_cookies([{"name": "pmg", "value": cookie.value, "url": live}])
        page = context.new_page()
        answer = page.goto(path, wait_until="networkidle")
        assert answer is not None
        assert answer.ok
        return page

    return go


def take(page: Page, name: str, part: str | None = None) -> None:
    """Draw the picture when asked to; else see to it that the one in the documentation is right."""
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide, "de pagina is breder dan het scherm"
    asked = os.environ.get("PMG_PICTURES")
    file = (Path(asked) if asked else KEPT) / name
    picture = page.locator(part).screenshot() if part else page.screenshot()
    if asked:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture)
    drawn = file.read_bytes()
    assert len(drawn) < MOST_BYTES
    assert width(drawn) == width(picture), "teken de plaatjes opnieuw"


def width(picture: bytes) -> int:
    """The width in its header, in pixels."""
    assert picture.startswith(b"\x89PNG")
    return int.from_bytes(picture[16:20])


def test_the_picture_of_the_caseload_is_a_page_that_draws(
    look: Any, cast: Cast, scene: UUID
) -> None:
    page = look(cast.sanne, DESK, "/zaken")
    expect(page.get_by_role("heading", name="5 zaken")).to_be_visible()
    take(page, "caseload.png")


def test_the_picture_of_a_case_on_a_phone_is_a_page_that_draws(
    look: Any, cast: Cast, scene: UUID
) -> None:
    page = look(cast.sanne, PHONE, f"/zaken/{scene}")
    expect(page.get_by_role("heading", name="Yassin de Boer, 16 jaar")).to_be_visible()
    take(page, "zaak_telefoon.png")


def test_the_picture_of_the_course_of_factors_is_a_page_that_draws(
    look: Any, cast: Cast, scene: UUID
) -> None:
    page = look(cast.sanne, DESK, f"/zaken/{scene}/factoren")
    expect(page.get_by_role("heading", name="Factoren in de tijd")).to_be_visible()
    take(page, "verloop.png", ".pmg-panel >> nth=0")
