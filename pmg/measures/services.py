"""Verbs of measures: take a step of a guarantee, tell a week of hours; put right, or take back."""

from datetime import date
from typing import Any

from pmg.errors import Invalid
from pmg.extensions import db
from pmg.interventions.models import Trajectory
from pmg.measures import rules, writing
from pmg.measures.answers import StepAnew, WeekAnew
from pmg.measures.models import GuaranteeRow, SchoolWeek
from pmg.measures.rules import Act, GuaranteeStep, Hours, Taken
from pmg.security import access, audit
from pmg.security.policy import Action


def take_step(trajectory: Trajectory, step: GuaranteeStep, taken: Taken, *, today: date) -> None:
    """Tell that a step of the guarantee was taken.

    Raises NotPermitted, Gone for another intervention, or Invalid when a step before it is
    lacking, it was told already, the day or the words cannot be, or nothing can be told any more.
    """
    access.require(Action.MEASURE_KEEP, trajectory)
    writing.check_kind(trajectory, rules.GUARANTEE)
    writing.lock(trajectory, today=today)
    rows = writing.steps_of(trajectory)
    days = writing.days(rows)
    if step in days:
        raise Invalid("on_day", "Deze stap staat al vast. Ververs de pagina.")
    clean = rules.check_taken(step, taken, days, today=today)
    _add_step(trajectory, step, rows, Act.TOLD, clean)


def correct_step(row: GuaranteeRow, anew: StepAnew, *, today: date) -> None:
    """Tell a step anew; what was told stays beside it.

    Raises NotPermitted, Conflict when somebody was first, or Invalid as `take_step` does.
    """
    trajectory, rows = _meet_step(row, anew.taken, today=today)
    step = GuaranteeStep(row.step)
    clean = rules.check_taken(step, anew.taken, writing.days(rows), today=today)
    _check_changed(clean != Taken(row.on_day, row.words or ""))
    _add_step(trajectory, step, rows, Act.CORRECTED, clean, why=rules.check_why(anew.why))


def take_back_step(row: GuaranteeRow, why: str, *, today: date) -> None:
    """Say that the last step was not taken; what was told stays.

    Raises NotPermitted, Conflict, or Invalid when a later step was taken.
    """
    trajectory, rows = _meet_step(row, None, today=today)
    step = GuaranteeStep(row.step)
    rules.check_taken_back(step, writing.days(rows))
    gone = Taken(row.on_day, "")
    _add_step(trajectory, step, rows, Act.TAKEN_BACK, gone, why=rules.check_why(why))


def tell_week(trajectory: Trajectory, hours: Hours, *, today: date) -> None:
    """Tell how many hours of a week there were, and how many were used.

    Raises NotPermitted, Gone for another intervention, or Invalid when the trajectory did not run
    then, the week was told already, or the hours cannot be.
    """
    access.require(Action.MEASURE_KEEP, trajectory)
    writing.check_kind(trajectory, rules.AROUND_SCHOOL)
    writing.lock(trajectory, today=today)
    last_day = min(today, trajectory.ended_on or today)
    rules.check_new_week(hours.monday, started_on=trajectory.started_on, last_day=last_day)
    rows = _same_week(trajectory, hours.monday)
    if rows and rows[-1].act != Act.TAKEN_BACK:
        raise Invalid("on_day", "Deze week staat er al. Verbeter die week, of kies een andere.")
    _add_week(trajectory, rules.check_hours(hours), rows, Act.TOLD)


def correct_week(row: SchoolWeek, anew: WeekAnew, *, today: date) -> None:
    """Tell the hours of a week anew; what was told stays beside it.

    Raises NotPermitted, Conflict when somebody was first, or Invalid when the hours cannot be.
    """
    trajectory, rows = _meet_week(row, anew.hours, today=today)
    clean = rules.check_hours(anew.hours)
    _check_changed(clean != row.hours)
    _add_week(trajectory, clean, rows, Act.CORRECTED, why=rules.check_why(anew.why))


def take_back_week(row: SchoolWeek, why: str, *, today: date) -> None:
    """Say that a week should not stand there; what was told stays. Raises as `correct_week`."""
    trajectory, rows = _meet_week(row, None, today=today)
    _add_week(trajectory, row.hours, rows, Act.TAKEN_BACK, why=rules.check_why(why))


def _meet_step(
    row: GuaranteeRow, taken: Taken | None, *, today: date
) -> tuple[Trajectory, list[GuaranteeRow]]:
    """Lock, and raise Conflict unless this row still counts; return all rows."""
    access.require(Action.MEASURE_KEEP, row)
    trajectory = writing.trajectory_of(row)
    writing.lock(trajectory, today=today)
    rows = writing.steps_of(trajectory)
    newest = [each for each in rows if each.step == row.step][-1]
    if newest.id != row.id or newest.act == Act.TAKEN_BACK:
        mine = _step_text(taken.on, taken.words) if taken else {"outcome": Act.TAKEN_BACK.label}
        writing.refuse_stale(mine, _step_text(newest.on_day, newest.words or ""), newest.act)
    return trajectory, rows


def _meet_week(
    row: SchoolWeek, hours: Hours | None, *, today: date
) -> tuple[Trajectory, list[SchoolWeek]]:
    access.require(Action.MEASURE_KEEP, row)
    trajectory = writing.trajectory_of(row)
    writing.lock(trajectory, today=today)
    rows = _same_week(trajectory, row.monday)
    newest = rows[-1]
    if newest.id != row.id or newest.act == Act.TAKEN_BACK:
        mine = _week_text(hours) if hours else {"outcome": Act.TAKEN_BACK.label}
        writing.refuse_stale(mine, _week_text(newest.hours), newest.act)
    return trajectory, rows


def _check_changed(is_other: bool) -> None:  # noqa: FBT001 - one thing, said by its caller
    if not is_other:
        raise Invalid("case", "Er is niets veranderd. Verbeter wat niet klopt, of kies Annuleren.")


def _same_week(trajectory: Trajectory, monday: date) -> list[SchoolWeek]:
    return [row for row in writing.weeks_of(trajectory) if row.monday == monday]


def _add_step(  # noqa: PLR0913 - a row is as many things as these
    trajectory: Trajectory,
    step: GuaranteeStep,
    rows: list[GuaranteeRow],
    act: Act,
    taken: Taken,
    *,
    why: str = "",
) -> None:
    told = sum(1 for each in rows if each.step == step)
    row = GuaranteeRow(
        **writing.under(trajectory),
        **_begin(act, told, why),
        step=step.value,
        on_day=taken.on,
        words=taken.words or None,
    )
    db.session.add(row)
    audit.wrote(Action.MEASURE_KEEP, row, row.id, guarantee=("", f"{step.value} {act.value}"))


def _add_week(
    trajectory: Trajectory, hours: Hours, rows: list[SchoolWeek], act: Act, *, why: str = ""
) -> None:
    row = SchoolWeek(
        **writing.under(trajectory),
        **_begin(act, len(rows), why),
        monday=hours.monday,
        offered=hours.offered,
        used=hours.used,
        reason=hours.reason.value if hours.reason else None,
    )
    db.session.add(row)
    before = f"{rows[-1].used}/{rows[-1].offered}" if rows else ""
    audit.wrote(Action.MEASURE_KEEP, row, row.id, hours=(before, f"{hours.used}/{hours.offered}"))


def _begin(act: Act, told: int, why: str) -> dict[str, Any]:
    return {
        "number": told + 1,
        "act": act.value,
        "why": why or None,
        "by_id": access.reader().user_id,
    }


def _step_text(on: date, words: str) -> dict[str, str]:
    return {"on": f"{on:%d-%m-%Y}", "words": words}


def _week_text(hours: Hours) -> dict[str, str]:
    reason = hours.reason.label if hours.reason else ""
    used, offered = rules.show_hours(hours.used), rules.show_hours(hours.offered)
    return {"on": f"{hours.monday:%d-%m-%Y}", "outcome": f"{used} / {offered} {reason}".strip()}
