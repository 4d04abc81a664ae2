"""Writes stories down as rows of the tables, with every text sealed under the youth's own key."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pmg.cases.rules import Outcome
from pmg.cases.shares import Thing
from pmg.demo import plan_rows, providing, sharing
from pmg.demo.chores import Chore
from pmg.demo.contact import Meeting, Moment
from pmg.demo.sharing import Shared
from pmg.demo.story import Story
from pmg.demo.trajectories import Work
from pmg.journal.rules import AppointmentState, RemarkKind
from pmg.security.encryption import Place, digest, seal
from pmg.security.policy import Role
from pmg.tasks.rules import Origin, Step

NAME_PAD, DAY_PAD, BSN_PAD, NOTE_PAD, PLACE_PAD = 32, 16, 16, 256, 64
_PLANNED_AHEAD = timedelta(days=6)
_TELL_AGAIN = timedelta(days=21)
_FIRST_HOUR, _WORKDAY_MINUTES = time(7, 30), 510
_UNDER_A_CASE = ("municipality_id", "id", "case_id", "youth_id")

# In the order of writing: a row never comes before the row that it points to.
COLUMNS: dict[str, tuple[str, ...]] = {
    "youth": (
        "municipality_id", "id", "given_name_sealed", "family_name_sealed", "birth_date_sealed",
        "bsn_sealed", "bsn_digest", "area_sealed", "gender", "created_at", "changed_at", "version",
    ),
    "case_file": (
        "municipality_id", "id", "youth_id", "number", "purpose", "legal_basis",
        "focus_area_code", "age_at_referral", "referred_on", "triaged_on", "triage_outcome",
        "started_on", "closed_on", "close_result", "aftercare_until", "director_id", "created_at",
        "updated_at", "version",
    ),
    "case_member": (
        *_UNDER_A_CASE, "user_id", "function", "purpose", "valid_from", "valid_until", "granted_by",
    ),
    "referral": (
        *_UNDER_A_CASE, "referrer_kind", "referrer_name_sealed", "reason_sealed", "reason_nature",
        "told", "told_on", "not_told_reason_sealed", "tell_again_on", "referred_on",
        "submitted_by", "created_at",
    ),
    "triage_decision": (
        *_UNDER_A_CASE, "outcome", "motivation_sealed", "decided_on", "decided_by", "director_id",
        "created_at",
    ),
    "factor_observation": (
        *_UNDER_A_CASE, "factor_code", "presence", "nature", "source", "seen_on", "note_sealed",
        "observer_id", "organisation_id", "created_at",
    ),
    **plan_rows.COLUMNS,
    "trajectory": (
        *_UNDER_A_CASE, "intervention_code", "provider_id", "goal_sealed", "target_factors",
        "planned_start", "planned_end", "started_on", "ended_on", "ending", "end_reason",
        "end_note_sealed", "assigned_by", "funding", "created_at", "version", "goal_id",
    ),
    **providing.COLUMNS,
    "task": (
        *_UNDER_A_CASE, "what_sealed", "owner_id", "given_by", "due_on", "state", "ended_on",
        "rhythm", "series_id", "series_number", "series_first", "series_times", "origin",
        "origin_kind", "origin_id", "created_at", "version",
    ),
    "task_event": (
        *_UNDER_A_CASE, "task_id", "step", "by_id", "at", "owner_after", "due_after",
        "words_sealed",
    ),
    "appointment": (
        *_UNDER_A_CASE, "starts_at", "minutes", "place_sealed", "with_whom_sealed", "owner_id",
        "people", "organisation_id", "state", "ended_at", "ended_by", "end_reason_sealed",
        "created_at", "version",
    ),
    "journal_entry": (
        *_UNDER_A_CASE, "kind", "happened_on", "clock_sealed", "text_sealed", "is_private",
        "is_device_time", "author_id", "organisation_id", "created_at", "version",
    ),
    **sharing.COLUMNS,
    "journal_remark": (
        *_UNDER_A_CASE, "entry_id", "kind", "said_on", "words_sealed", "author_id", "created_at",
    ),
    "closure": (
        *_UNDER_A_CASE, "result", "daytime_activity", "motivation_sealed", "closed_on",
        "closed_by", "aftercare_until", "aftercare_by", "created_at",
    ),
}  # fmt: skip
Rows = dict[str, list[tuple[Any, ...]]]
_Under = tuple[str, UUID, UUID, UUID]


def moment(on: date, row_id: UUID) -> datetime:
    """Return a moment of a working day, another for each row."""
    minutes = row_id.int % _WORKDAY_MINUTES
    return datetime.combine(on, _FIRST_HOUR, UTC) + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes the rows of one story."""

    story: Story
    cipher: AESGCM

    def write(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Return every row with its table."""
        yield "youth", self._youth()
        yield "case_file", self._case()
        yield "referral", self._referral()
        yield from (("case_member", row) for row in self._members())
        if self.story.triaged_on is not None:
            yield "triage_decision", self._triage(self.story.triaged_on)
        yield from (("factor_observation", row) for row in self._observations())
        yield from (("trajectory", row) for row in self._trajectories())
        waiting = providing.rows(self.story, self.under, self.seal)
        yield from (("provider_referral", row) for row in waiting)
        yield from self._plan()
        for number, chore in enumerate(self.story.chores):
            yield from self._chore(f"task {number}", chore)
        yield from Diary(self).write()
        if self.story.closed_on is not None:
            yield "closure", self._closure(self.story.closed_on)

    @property
    def _director(self) -> UUID | None:
        return self.story.director.id if self.story.outcome is Outcome.ACCEPT else None

    def seal(self, table: str, column: str, row_id: UUID, text: str | None, pad: int) -> Any:
        """Return the text sealed for its place; None of nothing."""
        if text is None:
            return None
        place = Place(self.story.municipality_id, table, column, row_id)
        return seal(self.cipher, place, text.encode(), pad=pad)

    def under(self, what: object) -> _Under:
        """Return where a row stands: its municipality, its own id, its case and its youth."""
        one = self.story
        return one.municipality_id, one.row_id(what), one.case_id, one.youth_id

    def _youth(self) -> tuple[Any, ...]:
        one, made = self.story, moment(self.story.referred_on, self.story.youth_id)

        def sealed(column: str, text: str | None, pad: int) -> Any:
            return self.seal("youth", column, one.youth_id, text, pad)

        return (
            one.municipality_id, one.youth_id,
            sealed("given_name_sealed", one.given_name, NAME_PAD),
            sealed("family_name_sealed", one.family_name, NAME_PAD),
            sealed("birth_date_sealed", one.birth_date.isoformat(), DAY_PAD),
            sealed("bsn_sealed", one.bsn, BSN_PAD),
            digest("bsn", one.bsn) if one.bsn else None,
            sealed("area_sealed", one.area, NAME_PAD),
            one.gender, made, made, 1,
        )  # fmt: skip

    def _case(self) -> tuple[Any, ...]:
        one = self.story
        return (
            one.municipality_id, one.case_id, one.youth_id, one.number, one.purpose,
            one.theme.legal_basis, one.focus_area, one.age, one.referred_on, one.triaged_on,
            one.outcome and one.outcome.value, one.started_on, one.closed_on,
            one.result and one.result.value, one.aftercare_until, self._director,
            moment(one.referred_on, one.case_id), moment(one.latest, one.case_id), 1,
        )  # fmt: skip

    def _members(self) -> Iterator[tuple[Any, ...]]:
        one = self.story
        for account, on in one.members.values():
            under, leaves = self.under(account.id), one.leaves(account)
            yield (
                *under, account.id, Role(account.role).value, one.purpose,
                moment(on, one.case_id), leaves and moment(leaves, one.case_id),
                one.process_director.id,
            )  # fmt: skip

    def _referral(self) -> tuple[Any, ...]:
        one, under = self.story, self.under("referral")
        again = one.referred_on + _TELL_AGAIN
        return (
            *under, one.referrer_kind.value,
            self.seal("referral", "referrer_name_sealed", under[1], one.referrer_name, NAME_PAD),
            self.seal("referral", "reason_sealed", under[1], one.reason, NOTE_PAD),
            one.nature.value, one.told_on is not None, one.told_on,
            self.seal(
                "referral", "not_told_reason_sealed", under[1], one.not_told_reason, NOTE_PAD
            ),
            again if one.told_on is None else None,
            one.referred_on, one.submitted_by.id, moment(one.referred_on, under[1]),
        )  # fmt: skip

    def _triage(self, on: date) -> tuple[Any, ...]:
        one, under = self.story, self.under("triage")
        return (
            *under, one.outcome and one.outcome.value,
            self.seal(
                "triage_decision", "motivation_sealed", under[1], one.triage_motivation, NOTE_PAD
            ),
            on, one.process_director.id, self._director, moment(on, under[1]),
        )  # fmt: skip

    def _observations(self) -> Iterator[tuple[Any, ...]]:
        for number, seen in enumerate(self.story.sightings):
            under = self.under(f"observation {number}")
            yield (
                *under, seen.factor, seen.presence.value, seen.nature.value, seen.source.value,
                seen.on,
                self.seal("factor_observation", "note_sealed", under[1], seen.note, NOTE_PAD),
                seen.observer.id, seen.observer.organisation.id, moment(seen.on, under[1]),
            )  # fmt: skip

    def _trajectories(self) -> Iterator[tuple[Any, ...]]:
        for number, work in enumerate(self.story.work):
            under = self.under(f"trajectory {number}")
            yield (
                *under, work.code, work.provider.id,
                self.seal("trajectory", "goal_sealed", under[1], work.goal, NOTE_PAD),
                list(work.factors), work.planned_start, work.planned_end, work.started_on,
                work.ended_on, work.ending, work.end_reason,
                self.seal("trajectory", "end_note_sealed", under[1], work.end_note, NOTE_PAD),
                self.story.director.id, work.funding, moment(work.assigned_on, under[1]), 1,
                self._goal_of(work),
            )  # fmt: skip

    def _plan(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        plan = self.story.plan
        if plan is None:
            return
        yield from plan_rows.rows(plan, self.under, self._note, moment)
        for goal in plan.goals:
            if goal.action is not None:
                yield from self._chore(f"action {goal.id}", goal.action, goal_id=goal.id)

    def _note(self, table: str, column: str, row_id: UUID, text: str | None) -> Any:
        return self.seal(table, column, row_id, text, NOTE_PAD)

    def _goal_of(self, work: Work) -> UUID | None:
        """Return the first goal of the plan that an intervention aims at, made before it."""
        goals = self.story.plan.goals if self.story.plan else ()
        return next(
            (
                goal.id
                for goal in goals
                if set(goal.factors) & set(work.factors) and goal.begun_on <= work.assigned_on
            ),
            None,
        )

    def _chore(
        self, what: object, chore: Chore, goal_id: UUID | None = None
    ) -> Iterator[tuple[str, tuple[Any, ...]]]:
        under = self.under(what)
        yield "task", self._task(under, chore, goal_id)
        yield from (("task_event", row) for row in self._happened(under[1], chore))

    def _task(
        self, under: tuple[str, UUID, UUID, UUID], chore: Chore, goal_id: UUID | None
    ) -> tuple[Any, ...]:
        origin = Origin.PLAN if goal_id else Origin.OWN
        return (
            *under, self.seal("task", "what_sealed", under[1], chore.what, NOTE_PAD),
            chore.owner.id, chore.given_by.id, chore.due_on, chore.state.value, chore.ended_on,
            chore.rhythm.value, under[1], 1, chore.due_on, chore.times, origin.value,
            "plan_goal" if goal_id else None, goal_id,
            moment(chore.given_on, under[1]), 1,
        )  # fmt: skip

    def _happened(self, task_id: UUID, chore: Chore) -> Iterator[tuple[Any, ...]]:
        steps = (
            (Step.GIVEN, chore.given_by, chore.given_on, None),
            (Step.ACCEPTED, chore.owner, chore.accepted_on, None),
            (Step.DONE, chore.owner, chore.ended_on, chore.words),
        )
        for step, by, on, words in steps:
            if on is None:
                continue
            under = self.under(f"{task_id} {step}")
            yield (
                *under, task_id, step.value, by.id, moment(on, under[1]), chore.owner.id,
                chore.due_on, self.seal("task_event", "words_sealed", under[1], words, NOTE_PAD),
            )  # fmt: skip

    def _closure(self, on: date) -> tuple[Any, ...]:
        one, under = self.story, self.under("closure")
        return (
            *under, one.result and one.result.value, one.activity and one.activity.value,
            self.seal(
                "closure", "motivation_sealed", under[1], one.closure_motivation, NOTE_PAD
            ),
            on, one.director.id, one.aftercare_until,
            one.aftercare_by and one.aftercare_by.id, moment(on, under[1]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Diary:
    """Writes the rows of contact in one story."""

    pen: Pen

    def write(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Return every row with its table."""
        for number, meeting in enumerate(self.pen.story.meetings):
            yield "appointment", self._appointment(f"appointment {number}", meeting)
        for number, one in enumerate(self.pen.story.moments):
            under = self.pen.under(f"contact {number}")
            yield "journal_entry", self._entry(under, one)
            if one.with_director:
                yield "share", self._share(f"share {number}", under[1], one)
            if one.dispute:
                yield "journal_remark", self._remark(f"remark {number}", under[1], one)

    def _appointment(self, what: str, one: Meeting) -> tuple[Any, ...]:
        under, table = self.pen.under(what), "appointment"
        made = one.starts_at - _PLANNED_AHEAD
        over = None if one.state is AppointmentState.PLANNED else one.starts_at
        return (
            *under, one.starts_at, one.minutes,
            self.pen.seal(table, "place_sealed", under[1], one.place, PLACE_PAD),
            self.pen.seal(table, "with_whom_sealed", under[1], one.with_whom, PLACE_PAD),
            one.owner.id, [one.owner.id], one.owner.organisation.id, one.state.value, over,
            over and one.owner.id,
            self.pen.seal(table, "end_reason_sealed", under[1], one.why, NOTE_PAD), made, 1,
        )  # fmt: skip

    def _entry(self, under: _Under, one: Moment) -> tuple[Any, ...]:
        table = "journal_entry"
        clock = one.clock.isoformat() if one.clock is not None else None
        return (
            *under, one.kind.value, one.on,
            self.pen.seal(table, "clock_sealed", under[1], clock, DAY_PAD),
            self.pen.seal(table, "text_sealed", under[1], one.words, NOTE_PAD),
            one.is_private, False, one.author.id, one.author.organisation.id,
            moment(one.on, under[1]), 1,
        )  # fmt: skip

    def _share(self, what: str, entry_id: UUID, one: Moment) -> tuple[Any, ...]:
        under, since = self.pen.under(what), moment(one.on, entry_id)
        director = self.pen.story.director
        until = since + sharing.YEAR
        shared = Shared(Thing.CONTACT, entry_id, one.author, director, since, until)
        return sharing.row(self.pen.story, under, shared, self.pen.seal)

    def _remark(self, what: str, entry_id: UUID, one: Moment) -> tuple[Any, ...]:
        under = self.pen.under(what)
        words = self.pen.seal("journal_remark", "words_sealed", under[1], one.dispute, NOTE_PAD)
        said = moment(one.on, entry_id)
        return (
            *under, entry_id, RemarkKind.DISPUTED.value, one.on, words, one.author.id, said,
        )  # fmt: skip


def rows_of(stories: Iterable[Story], ciphers: dict[UUID, AESGCM]) -> Rows:
    """Return all rows of some stories by table."""
    rows: Rows = {table: [] for table in COLUMNS}
    for story in stories:
        for table, row in Pen(story, ciphers[story.youth_id]).write():
            rows[table].append(row)
    return rows
