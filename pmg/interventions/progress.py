"""How far a trajectory is, read from its row."""

from datetime import date

from pmg.interventions import rules
from pmg.interventions.models import Trajectory
from pmg.interventions.rules import CompletionResult, Course, StopReason, TrajectoryState


def course(trajectory: Trajectory) -> Course:
    """Return the dates of a trajectory, as the rules take them."""
    return Course(
        planned_start=trajectory.planned_start,
        planned_end=trajectory.planned_end,
        started_on=trajectory.started_on,
        ended_on=trajectory.ended_on,
        ending=trajectory.ending,
    )


def state(trajectory: Trajectory) -> TrajectoryState:
    """Return where it is."""
    return rules.state(course(trajectory))


def ending_label(trajectory: Trajectory) -> str:
    """Return the result or the reason of its end in words; '' when it has not ended."""
    if trajectory.end_reason is None:
        return ""
    if trajectory.ending == TrajectoryState.COMPLETED:
        return CompletionResult(trajectory.end_reason).label
    return StopReason(trajectory.end_reason).label


def texts(outcome: str, on: date | None, words: str = "") -> dict[str, str]:
    """Return what somebody wrote, to be put beside what somebody else wrote."""
    return {"outcome": outcome, "on": f"{on:%d-%m-%Y}" if on else "", "words": words}


def present_texts(trajectory: Trajectory) -> dict[str, str]:
    """Return what is written now; opens the words of the ending."""
    now = state(trajectory)
    outcome = f"{now.label}: {ending_label(trajectory)}" if trajectory.ending else now.label
    return texts(outcome, trajectory.ended_on or trajectory.started_on, trajectory.end_note or "")
