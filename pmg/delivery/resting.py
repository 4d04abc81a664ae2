"""Verbs of the rest: ask for a pause, give it or not, pause and go on."""

from collections.abc import Iterable
from datetime import date, timedelta

from pmg.delivery import people, rules, writing
from pmg.delivery.answers import Rest
from pmg.delivery.models import DeliveryEvent, DeliveryPause
from pmg.delivery.rules import Step
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.interventions.answers import check_words
from pmg.interventions.models import Trajectory
from pmg.security import access, telling
from pmg.security.policy import Action
from pmg.security.telling import Kind
from pmg.texts import to_translate

_LONGEST_AHEAD = timedelta(days=90)
_ABOUT_ASKING = frozenset({Step.PAUSE_ASKED, Step.PAUSE_DENIED, Step.PAUSED})
NOT_ASKED = to_translate("Er is nu geen pauze gevraagd. Ververs de pagina.")


def asked_of(events: Iterable[DeliveryEvent]) -> DeliveryEvent | None:
    """Return of what happened, newest first, the pause that was asked and nobody answered yet."""
    last = next((each for each in events if each.step in _ABOUT_ASKING), None)
    return last if last is not None and last.step == Step.PAUSE_ASKED else None


def _asked_pause(trajectory: Trajectory) -> DeliveryEvent | None:
    return asked_of(writing.events_of(trajectory))


def ask_pause(trajectory: Trajectory, wanted: Rest, *, today: date) -> None:
    """Ask who answers for the referral to let it rest; he is told that it is asked.

    Raises NotPermitted, and Invalid as `pause_trajectory` does, or when it was asked already.
    """
    access.require(Action.DELIVERY_KEEP, trajectory)
    writing.lock(trajectory, today=today)
    if _asked_pause(trajectory) is not None:
        raise Invalid("from_on", "U hebt al om een pauze gevraagd. Wacht op het antwoord.")
    words = _check(trajectory, wanted, today=today)
    writing.note(
        trajectory,
        Step.PAUSE_ASKED,
        words,
        day_after=wanted.from_on,
        pause_reason=wanted.reason.value,
    )
    telling.tell(Kind.PAUSE_ASKED, trajectory, people.referrers(trajectory), item_id=trajectory.id)


def deny_pause(trajectory: Trajectory, words: str, *, today: date) -> None:
    """Say that it goes on, with the reason. Raises NotPermitted, or Invalid when nobody asked."""
    access.require(Action.DELIVERY_APPROVE, trajectory)
    writing.lock(trajectory, today=today)
    asked = _asked_pause(trajectory)
    if asked is None:
        raise Invalid("words", NOT_ASKED)
    writing.note(trajectory, Step.PAUSE_DENIED, rules.check_reason(words))
    telling.tell(Kind.PAUSE_JUDGED, trajectory, [asked.by_id], item_id=trajectory.id)


def pause_trajectory(trajectory: Trajectory, wanted: Rest, *, today: date) -> DeliveryPause:
    """Let a trajectory rest from a day on, with the reason; these days do not count against it.

    Raises NotPermitted, or Invalid when it has not started or has ended, it rests already, the day
    is not right, or meetings took place or are planned from that day on.
    """
    access.require(Action.DELIVERY_APPROVE, trajectory)
    writing.lock(trajectory, today=today)
    asked = _asked_pause(trajectory)
    words = _check(trajectory, wanted, today=today)
    pause = DeliveryPause(
        **writing.under(trajectory),
        from_on=wanted.from_on,
        reason=wanted.reason.value,
        words=words or None,
        made_by=access.reader().user_id,
    )
    db.session.add(pause)
    writing.note(trajectory, Step.PAUSED, words, day_after=wanted.from_on)
    if asked is not None:
        telling.tell(Kind.PAUSE_JUDGED, trajectory, [asked.by_id], item_id=trajectory.id)
    return pause


def resume_trajectory(trajectory: Trajectory, on: date, *, today: date) -> None:
    """Let a trajectory go on from a day. Raises NotPermitted, or Invalid when it does not rest."""
    access.require(Action.DELIVERY_KEEP, trajectory)
    writing.lock(trajectory, today=today)
    resting = [each for each in writing.pauses_of(trajectory) if each.resumed_on is None]
    if not resting:
        raise Invalid("resumed_on", "Dit traject rust niet. Ververs de pagina.")
    if on <= resting[0].from_on:
        raise Invalid("resumed_on", "Het traject gaat verder na de eerste dag van de pauze.")
    if on > today + _LONGEST_AHEAD:
        raise Invalid("resumed_on", "Deze dag ligt meer dan drie maanden vooruit. Kijk de dag na.")
    resting[0].resumed_on = on
    writing.note(trajectory, Step.RESUMED, day_before=resting[0].from_on, day_after=on)


def _check(trajectory: Trajectory, wanted: Rest, *, today: date) -> str:
    """Return the clean words; raise Invalid unless it can rest from that day."""
    if trajectory.started_on is None:
        raise Invalid("from_on", writing.NOT_STARTED)
    if wanted.from_on < trajectory.started_on:
        raise Invalid("from_on", "De pauze ligt voor de start. Kies een latere dag.")
    if wanted.from_on > today + _LONGEST_AHEAD:
        raise Invalid("from_on", "De pauze ligt meer dan drie maanden vooruit. Kijk de dag na.")
    for pause in writing.pauses_of(trajectory):
        if pause.resumed_on is None or wanted.from_on < pause.resumed_on:
            raise Invalid("from_on", "Er is al een pauze in die tijd. Kies een latere dag.")
    _check_no_meetings(trajectory, wanted.from_on)
    is_other = wanted.reason is rules.PauseReason.OTHER
    return check_words(wanted.words, is_needed=is_other)


def _check_no_meetings(trajectory: Trajectory, since: date) -> None:
    gatherings = [one for one in writing.gatherings_of(trajectory) if one.on_day >= since]
    told = rules.latest(record.told for record in writing.records_of(gatherings))
    if any(told.get(one.id) is None or told[one.id].happened for one in gatherings):
        raise Invalid(
            "from_on",
            "Vanaf die dag staan er bijeenkomsten. Verzet ze eerst, leg vast dat ze niet "
            "doorgingen, of kies een latere dag.",
        )
