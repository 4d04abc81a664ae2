"""What pages show of measures: the steps of a guarantee, the weeks around school, all tellings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import load_only

from pmg.cases.models import Case
from pmg.extensions import db
from pmg.interventions.models import Trajectory
from pmg.measures import rules, writing
from pmg.measures.models import GuaranteeRow, SchoolWeek
from pmg.measures.rules import Act, GuaranteeStep, Hours, Sums
from pmg.reference.interventions import INTERVENTIONS
from pmg.security import access
from pmg.security.identity import User
from pmg.security.policy import Action


@dataclass(frozen=True, slots=True)
class StepTelling:
    """A step as somebody told it, or took it back."""

    id: UUID
    act: Act
    on: date
    words: str
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step with all that was told of it, first told first."""

    step: GuaranteeStep
    tellings: tuple[StepTelling, ...]
    is_last: bool

    @property
    def now(self) -> StepTelling | None:
        """What counts; None when the step was not taken, or was taken back."""
        newest = self.tellings[-1] if self.tellings else None
        return None if newest is None or newest.act is Act.TAKEN_BACK else newest

    @property
    def earlier(self) -> tuple[StepTelling, ...]:
        """What was told before, and what was taken back; newest first."""
        others = self.tellings[:-1] if self.now else self.tellings
        return others[::-1]


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A job guarantee, and the step that comes next."""

    lines: tuple[StepLine, ...]
    next_step: GuaranteeStep | None


@dataclass(frozen=True, slots=True)
class WeekTelling:
    """A week as somebody told it, or took it back."""

    id: UUID
    act: Act
    hours: Hours
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week with all that was told of it, first told first."""

    monday: date
    tellings: tuple[WeekTelling, ...]

    @property
    def now(self) -> WeekTelling | None:
        """What counts; None when it was taken back."""
        return None if self.tellings[-1].act is Act.TAKEN_BACK else self.tellings[-1]

    @property
    def earlier(self) -> tuple[WeekTelling, ...]:
        """What was told before, and what was taken back; newest first."""
        others = self.tellings[:-1] if self.now else self.tellings
        return others[::-1]


@dataclass(frozen=True, slots=True)
class AroundSchool:
    """The hours around school of a trajectory, last week first."""

    lines: tuple[WeekLine, ...]

    @property
    def weeks(self) -> tuple[Hours, ...]:
        """The weeks that count, first week first."""
        return tuple(line.now.hours for line in reversed(self.lines) if line.now)

    @property
    def sums(self) -> Sums:
        """These weeks together."""
        return rules.sums(self.weeks)


def guarantee(trajectory: Trajectory) -> Guarantee:
    """Return the steps of a job guarantee; raises NotPermitted, or Gone when it is none."""
    access.require(Action.MEASURE_SHOW, trajectory)
    writing.check_kind(trajectory, rules.GUARANTEE)
    rows = writing.steps_of(trajectory)
    names, days = _names(row.by_id for row in rows), writing.days(rows)
    last = max(days, key=lambda step: step.order, default=None)
    lines = tuple(
        StepLine(
            step,
            tuple(_step_telling(row, names) for row in rows if row.step == step),
            is_last=step is last,
        )
        for step in GuaranteeStep
    )
    return Guarantee(lines, rules.next_step(days))


def around_school(trajectory: Trajectory) -> AroundSchool:
    """Return the hours around school; raises NotPermitted, or Gone when it is another one."""
    access.require(Action.MEASURE_SHOW, trajectory)
    writing.check_kind(trajectory, rules.AROUND_SCHOOL)
    rows = writing.weeks_of(trajectory)
    names = _names(row.by_id for row in rows)
    mondays = sorted({row.monday for row in rows}, reverse=True)
    lines = (
        WeekLine(monday, tuple(_week_telling(row, names) for row in rows if row.monday == monday))
        for monday in mondays
    )
    return AroundSchool(tuple(lines))


def written(case: Case) -> list[tuple[str, Guarantee | None, AroundSchool | None]]:
    """Return what is written of the measures of a case, for the youth to read, by trajectory."""
    rows = db.session.scalars(
        select(Trajectory)
        .where(
            Trajectory.municipality_id == case.municipality_id,
            Trajectory.case_id == case.id,
            Trajectory.intervention_code.in_((rules.GUARANTEE, rules.AROUND_SCHOOL)),
        )
        .order_by(Trajectory.planned_start)
    )
    found: list[tuple[str, Guarantee | None, AroundSchool | None]] = []
    for row in rows:
        name = INTERVENTIONS[row.intervention_code].name_nl
        if row.intervention_code == rules.GUARANTEE:
            steps = guarantee(row)
            found += [(name, steps, None)] if any(line.tellings for line in steps.lines) else []
        else:
            hours = around_school(row)
            found += [(name, None, hours)] if hours.lines else []
    return found


def _names(ids: Iterable[UUID]) -> dict[UUID, str]:
    wanted = set(ids)
    if not wanted:
        return {}
    rows = db.session.scalars(
        select(User)
        .options(load_only(User.name_sealed))
        .where(User.municipality_id == access.reader().municipality_id, User.id.in_(wanted))
    )
    return {user.id: user.name for user in rows}


def _step_telling(row: GuaranteeRow, names: Mapping[UUID, str]) -> StepTelling:
    return StepTelling(
        id=row.id,
        act=Act(row.act),
        on=row.on_day,
        words=row.words or "",
        why=row.why or "",
        by=names.get(row.by_id, ""),
        at=row.at,
    )


def _week_telling(row: SchoolWeek, names: Mapping[UUID, str]) -> WeekTelling:
    return WeekTelling(
        id=row.id,
        act=Act(row.act),
        hours=row.hours,
        why=row.why or "",
        by=names.get(row.by_id, ""),
        at=row.at,
    )
