"""Planned dosage and meetings for some of the newest trajectories that run in the demo."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pmg.cases.rules import Outcome
from pmg.delivery.rules import Attendance, Missed, PlanState, Reached, Step
from pmg.demo.chances import chance, generator
from pmg.demo.people import Account
from pmg.demo.rows import moment
from pmg.demo.story import Story
from pmg.demo.trajectories import Work
from pmg.interventions.rules import CompletionResult, TrajectoryState
from pmg.security.encryption import Place, seal
from pmg.security.policy import Role

CASES = 24  # with meetings, of a municipality
SESSIONS, MINUTES = 10, 60
_PAD = 256
_WEEK = timedelta(weeks=1)
_PARTS = ("kennismaken en doelen", "oefenen in de praktijk", "gesprek met thuis")
_CAME_PERCENT, _HELD_PERCENT = 80, 92
_WORDS = (
    "Kwam op tijd en deed goed mee.",
    "Was wat stil, maar bleef tot het einde.",
    "Vertelde zelf wat er lukte deze week.",
)
_OUTCOMES = {
    CompletionResult.REACHED: Reached.REACHED,
    CompletionResult.PARTLY_REACHED: Reached.PARTLY,
    CompletionResult.NOT_REACHED: Reached.NOT_REACHED,
}
_UNDER = ("municipality_id", "id", "case_id", "youth_id")
_Row = tuple[str, tuple[Any, ...]]
COLUMNS: dict[str, tuple[str, ...]] = {
    "dosage_plan": (
        *_UNDER, "trajectory_id", "number", "state", "made_by", "approved_by", "approved_on",
        "created_at", "changed_at", "version",
    ),
    "dosage_goal": (
        *_UNDER, "plan_id", "goal_key", "place", "aim_sealed", "sessions", "minutes", "from_on",
        "until_on", "elements_sealed", "written_by", "version",
    ),
    "gathering": (
        *_UNDER, "trajectory_id", "goal_key", "on_day", "clock", "minutes", "made_by",
        "created_at", "changed_at", "version",
    ),
    "gathering_record": (
        *_UNDER, "gathering_id", "number", "happened", "attendance", "reason", "minutes",
        "elements_sealed", "words_sealed", "by_id", "at",
    ),
    "delivery_event": (*_UNDER, "trajectory_id", "step", "plan_number", "by_id", "at"),
    "goal_report": (
        *_UNDER, "trajectory_id", "goal_key", "outcome", "words_sealed", "by_id", "at",
    ),
}  # fmt: skip


def rows(stories: Iterable[Story], ciphers: dict[Any, AESGCM], *, today: date) -> Iterator[_Row]:
    """Return the rows of the newest trajectories that run and have a youth worker.

    And the reports of the newest that were completed, in cases that are open.
    """
    stories = list(stories)
    running = [
        (story, number, work, workers[0])
        for story in stories
        if story.outcome is Outcome.ACCEPT and not story.closed_on
        for number, work in enumerate(story.work)
        if work.started_on and not work.ended_on and (workers := _workers(story))
    ]
    for story, number, work, worker in running[-CASES:]:
        yield from _Writer(story, ciphers[story.youth_id], number, work, worker).rows(today)
    ended = [
        (story, number, work, workers[0])
        for story in stories
        if story.outcome is Outcome.ACCEPT and not story.closed_on
        for number, work in enumerate(story.work)
        if work.ending == TrajectoryState.COMPLETED and (workers := _workers(story))
    ]
    for story, number, work, worker in ended[-CASES:]:
        yield from _Writer(story, ciphers[story.youth_id], number, work, worker).report()


def _workers(story: Story) -> list[Account]:
    return [
        who
        for who, _since in story.members.values()
        if who.role is Role.YOUTH_WORKER and who.id != story.director.id
    ]


@dataclass(frozen=True, slots=True)
class _Writer:
    story: Story
    cipher: AESGCM
    number: int
    work: Work
    worker: Account

    def rows(self, today: date) -> Iterator[_Row]:
        start = self.work.started_on
        assert start is not None
        yield from self._plan(start)
        rng = generator(self._id("chances"))
        for turn in range(SESSIONS):
            day = start + turn * _WEEK
            if day > today + _WEEK:
                break
            yield from self._meeting(rng, turn, day, is_told=day < today)

    def report(self) -> Iterator[_Row]:
        """Return the plan of what was completed, with what became of its goal."""
        start, end = self.work.started_on, self.work.ended_on
        assert start is not None
        assert end is not None
        assert self.work.end_reason is not None
        yield from self._plan(start)
        at = moment(end, self._id("report"))
        yield "goal_report", (
            *self._under("report"), self._trajectory, self._id("goal"),
            _OUTCOMES[CompletionResult(self.work.end_reason)].value,
            self._seal("goal_report", "words_sealed", "report", self.work.end_note or _WORDS[0]),
            self.worker.id, at,
        )  # fmt: skip
        yield "delivery_event", (
            *self._under(Step.CLOSED.value), self._trajectory, Step.CLOSED.value, None,
            self.worker.id, at,
        )  # fmt: skip

    def _plan(self, start: date) -> Iterator[_Row]:
        plan, goal = self._id("plan"), self._id("goal")
        at = moment(start, plan)
        until = start + SESSIONS * _WEEK
        yield "dosage_plan", (
            *self._under("plan"), self._trajectory, 1, PlanState.APPROVED.value, self.worker.id,
            self.story.director.id, start, at, at, 1,
        )  # fmt: skip
        yield "dosage_goal", (
            *self._under("goal"), plan, goal, 1,
            self._seal("dosage_goal", "aim_sealed", "goal", self.work.goal), SESSIONS, MINUTES,
            start, until, self._seal("dosage_goal", "elements_sealed", "goal", "\n".join(_PARTS)),
            self.worker.id, 1,
        )  # fmt: skip
        steps = (
            (Step.WRITTEN, self.worker),
            (Step.SUBMITTED, self.worker),
            (Step.APPROVED, self.story.director),
        )
        for step, who in steps:
            yield "delivery_event", (
                *self._under(step.value), self._trajectory, step.value, 1, who.id, at,
            )  # fmt: skip

    def _meeting(self, rng: Random, turn: int, day: date, *, is_told: bool) -> Iterator[_Row]:
        what = f"meeting {turn}"
        at = moment(day, self._id(what))
        yield "gathering", (
            *self._under(what), self._trajectory, self._id("goal"), day, time(15, 30), MINUTES,
            self.worker.id, at, at, 1,
        )  # fmt: skip
        if not is_told:
            return
        told = f"{what} told"
        held, came = chance(rng, _HELD_PERCENT), chance(rng, _CAME_PERCENT)
        attendance = Attendance.PRESENT if came else Attendance.ABSENT
        reason = Missed.WORKER if not held else None if came else rng.choice(_NOT_THERE)
        there = held and came
        parts = "\n".join(rng.sample(_PARTS, rng.randint(1, len(_PARTS)))) if there else None
        words = rng.choice(_WORDS) if there and chance(rng, 40) else None
        yield "gathering_record", (
            *self._under(told), self._id(what), 1, held, attendance.value if held else None,
            reason.value if reason else None, rng.choice((45, 60, 60, 75)) if there else None,
            self._seal("gathering_record", "elements_sealed", told, parts),
            self._seal("gathering_record", "words_sealed", told, words), self.worker.id, at,
        )  # fmt: skip

    @property
    def _trajectory(self) -> UUID:
        return self.story.row_id(f"trajectory {self.number}")

    def _id(self, what: str) -> UUID:
        return self.story.row_id(f"delivery {self.number} {what}")

    def _under(self, what: str) -> tuple[Any, ...]:
        one = self.story
        return one.municipality_id, self._id(what), one.case_id, one.youth_id

    def _seal(self, table: str, column: str, what: str, text: str | None) -> bytes | None:
        if text is None:
            return None
        place = Place(self.story.municipality_id, table, column, self._id(what))
        return seal(self.cipher, place, text.encode(), pad=_PAD)


_NOT_THERE = (Missed.BUSY, Missed.FORGOTTEN, Missed.NO_REASON)
