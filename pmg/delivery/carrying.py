"""The end of a trajectory by who carries it out: checked as ever, written by the database.

The application may change no trajectory for who sits on no case: one function ends one that his
organisation carries out, and nothing else of it. From then on he sees it no more.
"""

from datetime import date

from sqlalchemy import text

from pmg.delivery import people, writing
from pmg.errors import Conflict, Gone
from pmg.extensions import db
from pmg.interventions import progress
from pmg.interventions import rules as interventions
from pmg.interventions.answers import Completion, Stop, check_words
from pmg.interventions.models import Trajectory
from pmg.interventions.rules import StopReason, TrajectoryState
from pmg.providers import referring
from pmg.security import access, audit, telling
from pmg.security.encryption import Place, data_cipher, seal
from pmg.security.policy import Action
from pmg.security.telling import Kind

_END = text("SELECT pmg_end_delivery(:id, :seen, :day, :how, :why, :words)")
_PAD = 256


def check_completion(trajectory: Trajectory, ending: Completion, *, today: date) -> str:
    """Return the clean words of the end. Raises as `interventions.complete_trajectory` does."""
    access.require(Action.DELIVERY_END, trajectory)
    told = f"{TrajectoryState.COMPLETED.label}: {ending.result.label}"
    _meet(trajectory, ending, told, today=today)
    interventions.check_completion(progress.course(trajectory), ending.on, today=today)
    return check_words(ending.words, is_needed=True)


def check_stop(trajectory: Trajectory, ending: Stop, *, today: date) -> str:
    """Return the clean words of the end. Raises as `interventions.stop_trajectory` does."""
    access.require(Action.DELIVERY_END, trajectory)
    told = f"{TrajectoryState.STOPPED.label}: {ending.reason.label}"
    _meet(trajectory, ending, told, today=today)
    interventions.check_reason(ending.reason)
    interventions.check_stop(progress.course(trajectory), ending.on, today=today)
    return check_words(ending.words, is_needed=ending.reason is StopReason.OTHER)


def end(trajectory: Trajectory, ending: Completion | Stop, words: str) -> None:
    """End it, tell who answers for the referral, and tell one's own colleagues; the last step."""
    access.require(Action.DELIVERY_END, trajectory)
    state, reason = (
        (TrajectoryState.COMPLETED, ending.result.value)
        if isinstance(ending, Completion)
        else (TrajectoryState.STOPPED, ending.reason.value)
    )
    before = progress.state(trajectory)
    told = people.referrers(trajectory)
    telling.tell(Kind.DELIVERY_OVER, trajectory, told, item_id=trajectory.id)
    referring.tell_it_is_over(trajectory.id)
    place = Place(trajectory.municipality_id, "trajectory", "end_note_sealed", trajectory.id)
    cipher = data_cipher(trajectory.youth_id)
    given = {
        "id": trajectory.id,
        "seen": trajectory.version,
        "day": ending.on,
        "how": state.value,
        "why": reason,
        "words": seal(cipher, place, words.encode(), pad=_PAD) if words else None,
    }
    db.session.flush()  # what stands under it is written while it is still carried out
    if not db.session.scalar(_END, given):
        raise Gone("trajectory is no longer carried out here")
    changes = {"state": (before.value, state.value)}
    audit.wrote(Action.DELIVERY_END, trajectory, trajectory.id, **changes)


def _meet(trajectory: Trajectory, ending: Completion | Stop, told: str, *, today: date) -> None:
    writing.lock(trajectory, today=today)
    if trajectory.version != ending.version:
        mine = progress.texts(told, ending.on, ending.words)
        raise Conflict(theirs=progress.present_texts(trajectory), mine=mine)
