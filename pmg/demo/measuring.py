"""Steps of job guarantees, hours around school, and activities in the district of the demo."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pmg.activities.rules import BANDS, OUTSIDE, Theme
from pmg.activities.rules import Place as Spot
from pmg.cases.rules import Outcome
from pmg.demo.chances import chance, generator
from pmg.demo.people import NAMESPACE, Account, Staff
from pmg.demo.rows import moment
from pmg.demo.story import Story
from pmg.demo.trajectories import Work
from pmg.interventions.rules import Funding
from pmg.measures.rules import (
    AROUND_SCHOOL,
    GUARANTEE,
    Act,
    GuaranteeStep,
    Hours,
    NotUsed,
    monday_of,
)
from pmg.security.encryption import Place, seal
from pmg.security.policy import Role

WEEKS, ACTIVITIES = 12, 18  # of a trajectory, and of an organisation
_PAD = 256
_OFFERED = 8 * 60
_ALL_USED_PERCENT, _NEXT_STEP_PERCENT, _COUNTED_BY_AGE_PERCENT = 55, 60, 50
_BETWEEN_STEPS = timedelta(days=25)
_WORDS = {
    GuaranteeStep.CHOSEN: "Mbo timmeren bij Mbo-college De Linde.",
    GuaranteeStep.GIVEN: "De bouwbedrijven in de regio, als leerling-timmerman.",
    GuaranteeStep.DIPLOMA: "Mbo niveau 2, timmerman.",
    GuaranteeStep.JOB: "Leerling-timmerman bij een bouwbedrijf uit de regio.",
}
_TOLD = ("municipality_id", "id", "case_id", "youth_id", "trajectory_id", "number", "act")
COLUMNS: dict[str, tuple[str, ...]] = {
    "guarantee_row": (*_TOLD, "step", "on_day", "words_sealed", "by_id", "at"),
    "school_week": (*_TOLD, "monday", "offered", "used", "reason", "by_id", "at"),
}
_ACTIVITY = """
INSERT INTO district_activity (
    municipality_id, id, activity_key, number, act, organisation_id, on_day, area, place, theme,
    funding, visitors, by_age, by_id, at)
VALUES (%s, %s, %s, 1, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
_HOLDS = (("JONGERENWERK", Role.YOUTH_WORKER), ("JEUGDHULP", Role.PARTNER))
_Row = tuple[str, tuple[Any, ...]]


def rows(stories: Iterable[Story], ciphers: dict[UUID, AESGCM], *, today: date) -> Iterator[_Row]:
    """Return the steps and the weeks of trajectories that have a course of their own."""
    for story in stories:
        if story.outcome is not Outcome.ACCEPT:
            continue
        for number, work in enumerate(story.work):
            if work.started_on and work.code in {GUARANTEE, AROUND_SCHOOL}:
                of = _Writer(story, ciphers[story.youth_id], number, work)
                yield from of.rows(work.started_on, min(today, work.ended_on or today))


@dataclass(frozen=True, slots=True)
class _Writer:
    story: Story
    cipher: AESGCM
    number: int
    work: Work

    def rows(self, start: date, last: date) -> Iterator[_Row]:
        rng = generator(self._id("chances"))
        if self.work.code == GUARANTEE:
            yield from self._steps(rng, start, last)
        else:
            yield from self._weeks(rng, start, last)

    def _steps(self, rng: Random, start: date, last: date) -> Iterator[_Row]:
        day = start
        for step in GuaranteeStep:
            if day > last or (step.order and not chance(rng, _NEXT_STEP_PERCENT)):
                return
            words = self._seal("guarantee_row", "words_sealed", step.value, _WORDS[step])
            yield "guarantee_row", (
                *self._told(step.value), step.value, day, words, *self._by(step.value, day),
            )  # fmt: skip
            day += _BETWEEN_STEPS

    def _weeks(self, rng: Random, start: date, last: date) -> Iterator[_Row]:
        for turn in range(WEEKS):
            monday = monday_of(start) + timedelta(weeks=turn)
            if monday > last:
                return
            used, reason = _OFFERED, None
            if not chance(rng, _ALL_USED_PERCENT):
                used, reason = rng.randrange(0, _OFFERED, 30), rng.choice(list(NotUsed)).value
            what = f"week {turn}"
            hours = Hours(monday, _OFFERED, used)
            yield "school_week", (
                *self._told(what), hours.monday, hours.offered, hours.used, reason,
                *self._by(what, min(last, monday + timedelta(days=4))),
            )  # fmt: skip

    def _id(self, what: str) -> UUID:
        return self.story.row_id(f"measure {self.number} {what}")

    def _told(self, what: str) -> tuple[Any, ...]:
        one = self.story
        trajectory = one.row_id(f"trajectory {self.number}")
        under = one.municipality_id, self._id(what), one.case_id, one.youth_id
        return *under, trajectory, 1, Act.TOLD.value

    def _by(self, what: str, day: date) -> tuple[Any, ...]:
        return self.story.director.id, moment(day, self._id(what))

    def _seal(self, table: str, column: str, what: str, text: str) -> bytes:
        place = Place(self.story.municipality_id, table, column, self._id(what))
        return seal(self.cipher, place, text.encode(), pad=_PAD)


def hold_activities(
    connection: "psycopg.Connection[tuple[Any, ...]]", staff: Staff, *, today: date
) -> None:
    """Write the activities of the organisations of a municipality, in the last half year."""
    connection.cursor().executemany(_ACTIVITY, list(_activities(staff, today)))


def _activities(staff: Staff, today: date) -> Iterator[tuple[Any, ...]]:
    for partner, role in _HOLDS:
        people = [one for one in staff.accounts
                  if one.role is role and one.organisation.partner_code == partner]  # fmt: skip
        for number in range(ACTIVITIES if people else 0):
            yield _activity(staff, people[0], number, today)


def _activity(staff: Staff, by: Account, number: int, today: date) -> tuple[Any, ...]:
    id_ = uuid5(NAMESPACE, f"activity {by.organisation.id} {number}")
    rng = generator(id_)
    day = today - timedelta(days=3 + number * 9)
    areas = [*(area.code for area in staff.municipality.focus_areas), OUTSIDE]
    visitors = rng.randint(3, 45)
    by_age = None
    if chance(rng, _COUNTED_BY_AGE_PERCENT):
        left, by_age = visitors, []
        for _band in range(len(BANDS) + 1):
            by_age.append(rng.randint(0, left))
            left -= by_age[-1]
    return (
        staff.municipality.code, id_, uuid5(id_, "key"), Act.TOLD.value, by.organisation.id,
        day, rng.choice(areas), rng.choice(list(Spot)).value, rng.choice(list(Theme)).value,
        Funding.KANSRIJKE_WIJK.value, visitors, by_age, by.id, moment(day, id_),
    )  # fmt: skip
