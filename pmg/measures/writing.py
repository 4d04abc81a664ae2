"""What the verbs of measures share: which trajectories they are for, the lock, what counts now."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NoReturn
from uuid import uuid4

from sqlalchemy import select

from pmg.cases.models import Case
from pmg.cases.rules import Status, status
from pmg.errors import Conflict, Gone, Invalid
from pmg.extensions import db
from pmg.interventions import progress
from pmg.interventions.models import Trajectory
from pmg.interventions.rules import TrajectoryState
from pmg.measures.models import GuaranteeRow, SchoolWeek
from pmg.measures.rules import Act, GuaranteeStep
from pmg.texts import to_translate, translated

# A diploma or a job often comes when the rest of the work is done.
_WRITING = frozenset({Status.PLANNING, Status.ACTIVE, Status.AFTERCARE})
STOPPED = to_translate("Deze inzet is gestopt. Wat er staat, kunt u lezen en niet meer wijzigen.")
CASE_OVER = to_translate("In deze zaak kan nu niets worden vastgelegd. U kunt alleen lezen.")


def check_kind(trajectory: Trajectory, code: str) -> None:
    """Raise Gone unless the trajectory is of this entry of the catalogue."""
    if trajectory.intervention_code != code:
        raise Gone(f"trajectory is not of {code}")


def why_fixed(trajectory: Trajectory, *, today: date) -> str:
    """Return why nothing can be told of this trajectory any more; '' when it can."""
    return translated(_why_fixed(trajectory, today=today))


def _why_fixed(trajectory: Trajectory, *, today: date) -> str:
    if progress.state(trajectory) is TrajectoryState.STOPPED:
        return STOPPED
    if status(case_of(trajectory).facts, today) not in _WRITING:
        return CASE_OVER
    return ""


def case_of(row: Any) -> Case:
    """Return the case that a row belongs to."""
    return db.session.get_one(Case, (row.municipality_id, row.case_id))


def trajectory_of(row: GuaranteeRow | SchoolWeek) -> Trajectory:
    """Return the trajectory that a row belongs to."""
    return db.session.get_one(Trajectory, (row.municipality_id, row.trajectory_id))


def lock(trajectory: Trajectory, *, today: date) -> None:
    """Read the case and the trajectory as they are now, and let no one change them meanwhile.

    Raises Invalid when nothing can be told of the trajectory any more.
    """
    db.session.refresh(case_of(trajectory), with_for_update=True)
    db.session.refresh(trajectory, with_for_update=True)
    if reason := _why_fixed(trajectory, today=today):
        raise Invalid("trajectory", reason)


def under(trajectory: Trajectory) -> dict[str, Any]:
    """Return what every row of a trajectory begins with."""
    return {
        "municipality_id": trajectory.municipality_id,
        "id": uuid4(),
        "case_id": trajectory.case_id,
        "youth_id": trajectory.youth_id,
        "trajectory_id": trajectory.id,
    }


def steps_of(trajectory: Trajectory) -> list[GuaranteeRow]:
    """Return every row of the guarantee, first told first."""
    return list(
        db.session.scalars(
            select(GuaranteeRow)
            .where(
                GuaranteeRow.municipality_id == trajectory.municipality_id,
                GuaranteeRow.trajectory_id == trajectory.id,
            )
            .order_by(GuaranteeRow.number)
        )
    )


def weeks_of(trajectory: Trajectory) -> list[SchoolWeek]:
    """Return every row of the weeks, first told first."""
    return list(
        db.session.scalars(
            select(SchoolWeek)
            .where(
                SchoolWeek.municipality_id == trajectory.municipality_id,
                SchoolWeek.trajectory_id == trajectory.id,
            )
            .order_by(SchoolWeek.monday, SchoolWeek.number)
        )
    )


def days(rows: Iterable[GuaranteeRow]) -> dict[GuaranteeStep, date]:
    """Return the day of each step that counts now; what was taken back does not."""
    newest = {row.step: row for row in rows}
    return {
        GuaranteeStep(step): row.on_day for step, row in newest.items() if row.act != Act.TAKEN_BACK
    }


def refuse_stale(mine: dict[str, str], theirs: dict[str, str], act: str) -> NoReturn:
    """Raise Conflict with both texts: somebody told it anew, or took it back."""
    said = " ".join((Act(act).label, theirs.get("outcome", ""))).strip()
    raise Conflict(theirs=theirs | {"outcome": said}, mine=mine)
