"""Verbs of meetings: plan one or a group, move it, tell how it went, correct what was told."""

from collections.abc import Sequence
from datetime import date, time
from uuid import UUID, uuid4

from pmg.catalogue.rules import MOST_MINUTES
from pmg.delivery import rules, writing
from pmg.delivery.answers import GroupMeeting, Meeting, Move, Telling
from pmg.delivery.models import DosageGoal, Gathering, GatheringRecord, join_names, split_names
from pmg.delivery.rules import Step, Went
from pmg.errors import Conflict, Invalid, NotPermitted
from pmg.extensions import db
from pmg.interventions.models import Trajectory
from pmg.security import access, audit
from pmg.security.policy import Action

_FEWEST_YOUTHS, _MOST_YOUTHS = 2, 40


def plan_meeting(trajectory: Trajectory, wanted: Meeting, *, today: date) -> Gathering:
    """Plan one meeting with one youth.

    Raises NotPermitted, or Invalid when the trajectory has not started or has ended, no plan is
    approved, the day is not right, or the plan has no room left for this goal.
    """
    access.require(Action.DELIVERY_KEEP, trajectory)
    writing.lock(trajectory, today=today)
    return _plan(trajectory, wanted, None, today=today)


def plan_group(wanted: GroupMeeting, *, today: date) -> UUID:
    """Plan one meeting with several youths, in the file of each by itself; return its id.

    Raises as `plan_meeting` does, and Invalid when the youths do not follow the same intervention
    with the same provider. In no file stands anything of another: they share a number alone.
    """
    access.require(Action.DELIVERY_LIST, access.workplace())
    if not _FEWEST_YOUTHS <= len(wanted.youths) <= _MOST_YOUTHS:
        raise Invalid("youths", "Kies twee of meer jongeren.")
    chosen = _trajectories(wanted)
    group_id = uuid4()
    for trajectory, goal_key in chosen:
        with audit.apart(trajectory):
            access.require(Action.DELIVERY_KEEP, trajectory)
            writing.lock(trajectory, today=today)
            meeting = Meeting(goal_key, wanted.on_day, wanted.clock, wanted.minutes)
            _plan(trajectory, meeting, group_id, today=today)
    return group_id


def move_meeting(gathering: Gathering, wanted: Move, *, today: date) -> None:
    """Give a meeting another day or time, with the reason; the log of changes keeps the first.

    Of a group all move of whom the reader may see the file. Raises NotPermitted, Conflict when
    somebody changed it since the reader saw it, Invalid when it was told of or the day is wrong.
    """
    access.require(Action.DELIVERY_KEEP, gathering)
    together = _locked(gathering, today=today)
    mine = _when(wanted.on_day, wanted.clock) | {"words": wanted.words}
    writing.meet(gathering, wanted.version, mine=mine, theirs=_present(gathering))
    if (gathering.on_day, gathering.clock) == (wanted.on_day, wanted.clock):
        raise Invalid("on_day", "Deze dag en tijd staan er al. Kies een andere, of ga terug.")
    words = rules.check_reason(wanted.words)
    for each, trajectory in together:
        if writing.last_record(each) is not None:
            raise Invalid("on_day", "Hiervan is al vastgelegd hoe het ging. Verbeter dat verslag.")
        writing.check_day(trajectory, wanted.on_day, today=today)
        before = each.on_day
        each.on_day, each.clock = wanted.on_day, wanted.clock
        writing.touch(each)
        writing.note(
            trajectory,
            Step.MOVED,
            words,
            gathering_id=each.id,
            day_before=before,
            day_after=wanted.on_day,
        )


def tell_meeting(gathering: Gathering, told: Telling, *, today: date) -> None:
    """Tell how a meeting went with one youth, or correct what was told: the first stays beside it.

    Raises NotPermitted, Conflict when somebody told it since the reader saw it, Invalid when the
    answers are not whole, or a correction says not why.
    """
    access.require(Action.DELIVERY_KEEP, gathering)
    trajectory = writing.trajectory_of(gathering)
    writing.lock(trajectory, today=today)
    writing.read_again(gathering)
    writing.meet(gathering, told.version, mine=_texts(told.went), theirs=_present(gathering))
    _tell(trajectory, gathering, told, today=today)


def call_roll(
    gathering: Gathering, tellings: Sequence[tuple[UUID, Telling]], *, today: date
) -> None:
    """Tell of a group who was there, for each youth in his own file.

    Raises as `tell_meeting` does, and Conflict with the texts of all when somebody else called the
    roll meanwhile: nothing is written then.
    """
    access.require(Action.DELIVERY_KEEP, gathering)
    together = {each.id: (each, trajectory) for each, trajectory in _locked(gathering, today=today)}
    if {gathering_id for gathering_id, _told in tellings} - set(together):
        raise NotPermitted("not_in_group")
    stale = [
        (together[gathering_id][0], told)
        for gathering_id, told in tellings
        if together[gathering_id][0].version != told.version
    ]
    if stale:
        raise Conflict(
            theirs=_all(_present(each) for each, _told in stale),
            mine=_all(_texts(told.went) for _each, told in stale),
        )
    for gathering_id, told in tellings:
        each, trajectory = together[gathering_id]
        with audit.apart(each):
            access.require(Action.DELIVERY_KEEP, each)
            try:
                _tell(trajectory, each, told, today=today)
            except Invalid as refusal:
                is_of_all = refusal.field in {"minutes", "happened"}
                field = refusal.field if is_of_all else f"{refusal.field}-{gathering_id.hex}"
                raise Invalid(field, refusal.template, **refusal.values) from refusal


def elements_of(gathering: Gathering) -> tuple[str, ...]:
    """Return the parts of the intervention that this meeting can hold, as the plan names them.

    What stood in the plan when something was told stays a choice.
    """
    trajectory = writing.trajectory_of(gathering)
    names: dict[str, None] = {}
    plan = writing.approved_plan(trajectory)
    for goal in writing.goals_of(plan) if plan else ():
        if goal.goal_key == gathering.goal_key:
            names.update(dict.fromkeys(split_names(goal.element_lines)))
    for record in writing.records_of([gathering]):
        names.update(dict.fromkeys(split_names(record.element_lines)))
    return tuple(names)


def _plan(
    trajectory: Trajectory, wanted: Meeting, group_id: UUID | None, *, today: date
) -> Gathering:
    if trajectory.started_on is None:
        raise Invalid("on_day", writing.NOT_STARTED)
    goal = writing.goal_of(trajectory, wanted.goal_key)
    writing.check_day(trajectory, wanted.on_day, today=today)
    _check_room(trajectory, goal)
    if not 1 <= wanted.minutes <= MOST_MINUTES:
        raise Invalid(
            "minutes",
            "Vul een heel getal in van 1 tot en met %(most)d.",
            most=MOST_MINUTES,
        )
    gathering = Gathering(
        **writing.under(trajectory),
        goal_key=wanted.goal_key,
        group_id=group_id,
        on_day=wanted.on_day,
        clock=wanted.clock,
        minutes=wanted.minutes,
        made_by=access.reader().user_id,
    )
    db.session.add(gathering)
    db.session.flush()  # before what refers to it
    writing.note(trajectory, Step.PLANNED, gathering_id=gathering.id, day_after=wanted.on_day)
    return gathering


def _check_room(trajectory: Trajectory, goal: DosageGoal) -> None:
    if writing.room_left(trajectory, goal) <= 0:
        raise Invalid(
            "on_day",
            "In het trajectplan staan %(most)d bijeenkomsten voor dit doel, en die zijn al "
            "gepland of geweest. Pas eerst het trajectplan aan, met een reden.",
            most=goal.sessions,
        )


def _trajectories(wanted: GroupMeeting) -> list[tuple[Trajectory, UUID]]:
    """Return the trajectories, in the order in which they are locked; each once, all the same."""
    keys = dict(wanted.youths)
    if len(keys) != len(wanted.youths):
        raise Invalid("youths", "Kies van elke jongere één doel.")
    found: list[tuple[Trajectory, UUID]] = []
    for trajectory_id in sorted(keys):
        place = (access.reader().municipality_id, trajectory_id)
        trajectory = db.session.get(Trajectory, place)
        if trajectory is None or not access.may(Action.DELIVERY_KEEP, trajectory):
            raise Invalid("youths", "Kies jongeren uit de lijst.")
        found.append((trajectory, keys[trajectory_id]))
    if len({(one.intervention_code, one.provider_id) for one, _key in found}) != 1:
        raise Invalid("youths", "Kies jongeren met dezelfde inzet bij dezelfde aanbieder.")
    return sorted(found, key=lambda pair: pair[0].case_id)


def _locked(gathering: Gathering, *, today: date) -> list[tuple[Gathering, Trajectory]]:
    """Lock all of a group that the reader may see, always in the same order."""
    together = [
        (each, writing.trajectory_of(each))
        for each in writing.group_of(gathering)
        if access.may(Action.DELIVERY_KEEP, each)
    ]
    together.sort(key=lambda pair: pair[0].case_id)
    for each, trajectory in together:
        if each.id == gathering.id or not writing.why_fixed(trajectory, today=today):
            writing.lock(trajectory, today=today)
    for each, _trajectory in together:
        writing.read_again(each)
    return [
        pair
        for pair in together
        if pair[0].id == gathering.id or not writing.why_fixed(pair[1], today=today)
    ]


def _tell(trajectory: Trajectory, gathering: Gathering, told: Telling, *, today: date) -> None:
    if trajectory.started_on is None:
        raise Invalid("happened", writing.NOT_STARTED)
    before = writing.last_record(gathering)
    offered = elements_of(gathering)
    went = rules.check_went(told.went, on=gathering.on_day, offered=offered, today=today)
    why = rules.check_reason(told.why, "why") if before is not None else ""
    record = GatheringRecord(
        **writing.beside(gathering),
        gathering_id=gathering.id,
        number=before.number + 1 if before is not None else 1,
        happened=went.happened,
        attendance=went.attendance.value if went.attendance else None,
        reason=went.reason.value if went.reason else None,
        minutes=went.minutes,
        element_lines=join_names(went.elements),
        words=went.words or None,
        why=why or None,
        by_id=access.reader().user_id,
    )
    db.session.add(record)
    writing.touch(gathering)
    audit.wrote(Action.DELIVERY_KEEP, record, record.id)
    if why:
        writing.note(trajectory, Step.CORRECTED, why, gathering_id=gathering.id)


def _when(on_day: date, clock: time | None) -> dict[str, str]:
    return {"outcome": f"{on_day:%d-%m-%Y}" + (f" {clock:%H.%M}" if clock else "")}


def _present(gathering: Gathering) -> dict[str, str]:
    """Return what is told now, or else when it is to be; opens the words."""
    record = writing.last_record(gathering)
    if record is None:
        return _when(gathering.on_day, gathering.clock) | {"words": ""}
    return _texts(record.told.went) | {"words": record.words or ""}


def _texts(went: Went) -> dict[str, str]:
    parts = (
        went.attendance.label if went.attendance else "",
        went.reason.label if went.reason else "",
        f"{went.minutes} min" if went.minutes else "",
        *went.elements,
    )
    return {"outcome": ", ".join(part for part in parts if part), "words": went.words}


def _all(texts: object) -> dict[str, str]:
    listed = list(texts)  # type: ignore[call-overload]
    return {
        name: "\n".join(each.get(name, "") for each in listed).strip()
        for name in ("outcome", "words")
    }
