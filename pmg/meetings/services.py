"""Verbs of a meeting as a whole: make, change and end a series, change a day, order the agenda."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select, text

from pmg.cases import members
from pmg.entry import check_text
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.meetings import holding, rules
from pmg.meetings.answers import DayWanted, SeriesWanted
from pmg.meetings.item_models import AgendaItem
from pmg.meetings.models import Meeting, MeetingSeries, MeetingSeriesVersion
from pmg.meetings.rules import ItemState, MeetingState, Rhythm, Weekday
from pmg.security import access, audit
from pmg.security.policy import Action, Role

_AT_ONCE, _SHORTEST_NAME = 8, 3
_RELEASE = text("SELECT pmg_release_items(:meeting)")
_SET = ("name", "place", "weekday", "rhythm", "clock", "minutes", "deputy_id")


def make_series(wanted: SeriesWanted, *, today: date) -> MeetingSeries:
    """Begin a case meeting that comes back, led by the reader, with its first eight days.

    Raises NotPermitted, or Invalid when a word, a number or a day is not right.
    """
    access.require(Action.MEETING_PREPARE, access.workplace())
    rules.check_first(wanted.first_on, wanted.weekday, today=today)
    reader = access.reader()
    series = MeetingSeries(
        municipality_id=reader.municipality_id,
        id=uuid4(),
        weekday=wanted.weekday.value,
        rhythm=wanted.rhythm.value,
        first_on=wanted.first_on,
        chair_id=reader.user_id,
        **_frame(wanted),
    )
    db.session.add(series)
    db.session.flush()
    _plan(series, since=wanted.first_on)
    _keep(series)
    audit.wrote(Action.MEETING_PREPARE, series, series.id)
    return series


def moves(
    series: MeetingSeries, wanted: SeriesWanted, *, today: date
) -> list[tuple[Meeting, date]]:
    """Return which days a change of a series is about, each with the day that it becomes.

    All that is planned in the week of the first new day and later: a day keeps its items and goes
    with them. Raises NotPermitted for who is not the chair, or Invalid when it cannot begin then.
    """
    access.require(Action.MEETING_PREPARE, series)
    _require_chair(series)
    rules.check_first(wanted.first_on, wanted.weekday, today=today)
    since = max(today, wanted.first_on - timedelta(days=wanted.first_on.weekday()))
    rows = _planned(series, since=since)
    taken = _days_but(series, rows)
    days = rules.days_of(
        wanted.first_on, wanted.rhythm, since=wanted.first_on, number=len(rows) + len(taken)
    )
    return list(zip(rows, (day for day in days if day not in taken), strict=False))


def change_series(
    series: MeetingSeries, wanted: SeriesWanted, version: int, *, today: date
) -> None:
    """Set a series otherwise from a day on; what is planned from then on goes along.

    Raises NotPermitted for who is not the chair, Conflict with both settings, or Invalid.
    """
    access.require(Action.MEETING_PREPARE, series)
    _require_chair(series)
    _lock_series(series)
    holding.meet(series, version, mine=_told(wanted), theirs=_told(series))
    _check_going_on(series)
    moved = moves(series, wanted, today=today)
    new = _frame(wanted) | {"weekday": wanted.weekday.value, "rhythm": wanted.rhythm.value}
    for name, value in new.items():
        setattr(series, name, value)
    series.first_on = wanted.first_on
    for meeting, day in moved:
        meeting.on_day, meeting.changes = day, meeting.changes + 1
        for name in ("name", "place", "clock", "minutes", "deputy_id"):
            setattr(meeting, name, getattr(series, name))
    db.session.flush()
    _keep(series)
    audit.wrote(Action.MEETING_PREPARE, series, series.id)


def going(series: MeetingSeries, last_on: date, *, today: date) -> list[Meeting]:
    """Return which planned days go when a series ends after a day.

    Raises NotPermitted for who is not the chair, or Invalid when it cannot end then.
    """
    access.require(Action.MEETING_PREPARE, series)
    _require_chair(series)
    rules.check_last(last_on, today=today)
    return _planned(series, since=last_on + timedelta(days=1))


def end_series(series: MeetingSeries, last_on: date, version: int, *, today: date) -> None:
    """End a series after a day: what is planned later does not go on, what was held stays.

    The items of the days that go are proposals again, and who proposed them is told. Raises as
    `change_series` does.
    """
    access.require(Action.MEETING_PREPARE, series)
    _require_chair(series)
    _lock_series(series)
    holding.meet(series, version, mine={}, theirs={})
    _check_going_on(series)
    for meeting in going(series, last_on, today=today):
        _call_off(meeting)
        _release(meeting)
    series.ended_on = last_on
    db.session.flush()
    _keep(series)
    audit.wrote(Action.MEETING_PREPARE, series, series.id)


def plan_more(series: MeetingSeries) -> None:
    """Plan the eight days after the last one of a series. Raises NotPermitted."""
    access.require(Action.MEETING_PREPARE, series)
    if access.reader().user_id not in {series.chair_id, series.deputy_id}:
        raise NotPermitted("not_chair")
    _lock_series(series)
    _check_going_on(series)
    last = db.session.scalar(
        select(func.max(Meeting.on_day)).where(
            Meeting.municipality_id == series.municipality_id, Meeting.series_id == series.id
        )
    )
    step = Rhythm(series.rhythm).days
    since = date.fromordinal((last or series.first_on).toordinal() + step)
    _plan(series, since=since)
    holding.move_unheld(series.id)  # what waited for a day that was not planned yet
    audit.wrote(Action.MEETING_PREPARE, series, series.id)


def change_meeting(meeting: Meeting, wanted: DayWanted) -> None:
    """Give one day another place, time or deputy.

    Raises NotPermitted, Conflict, or Invalid when it has begun or something is not right.
    """
    access.require(Action.MEETING_PREPARE, meeting)
    holding.require_lead(meeting)
    holding.lock_meeting(meeting)
    mine = {"place": wanted.place, "clock": f"{wanted.clock:%H.%M}"}
    theirs = {"place": meeting.place, "clock": f"{meeting.clock:%H.%M}"}
    holding.meet(meeting, wanted.version, mine=mine, theirs=theirs)
    _check_planned(meeting)
    rules.check_between("minutes", wanted.minutes, rules.MOST_MINUTES)
    meeting.place = _name("place", wanted.place)
    meeting.clock, meeting.minutes = wanted.clock, wanted.minutes
    if access.reader().user_id == meeting.chair_id:
        meeting.deputy_id = _deputy(wanted.deputy_id)
    meeting.changes += 1
    audit.wrote(Action.MEETING_PREPARE, meeting, meeting.id)


def cancel_meeting(meeting: Meeting, version: int) -> None:
    """Call one day off; its items go to the next day of the series, seen by the reader or not.

    After the last day of a series that ended, they are proposals again, as when it ends. Raises
    NotPermitted, Conflict, or Invalid when it has begun, or no next day is planned for them yet.
    """
    access.require(Action.MEETING_PREPARE, meeting)
    holding.require_lead(meeting)
    holding.lock_meeting(meeting)
    holding.meet(meeting, version, mine={}, theirs={})
    _check_planned(meeting)
    is_last = is_last_day(meeting)
    if _items(meeting) and not is_last and holding.next_day(meeting) is None:
        raise Invalid("meeting", "Er is geen volgende dag voor de onderwerpen. Plan eerst dagen.")
    _call_off(meeting)
    if is_last:
        _release(meeting)
    else:
        holding.move_unheld(meeting.series_id)
    audit.wrote(Action.MEETING_PREPARE, meeting, meeting.id)


def is_last_day(meeting: Meeting) -> bool:
    """Tell whether a day is the last one of a series that ended: no other comes after it."""
    access.require(Action.MEETING_LIST, meeting)
    series = db.session.get_one(MeetingSeries, (meeting.municipality_id, meeting.series_id))
    return series.ended_on is not None and holding.next_day(meeting) is None


def order_agenda(meeting: Meeting, wanted: Sequence[UUID]) -> None:
    """Put the items of the agenda in this order; what the reader does not see keeps its place.

    Raises NotPermitted, or Invalid when an item is not on the agenda.
    """
    access.require(Action.MEETING_RUN, meeting)
    holding.require_lead(meeting)
    holding.lock_meeting(meeting)
    items = {item.id: item for item in _items(meeting)}
    if not set(wanted) <= set(items):
        raise Invalid("order", "Kies onderwerpen van deze agenda.")
    places = sorted(items[id_].position for id_ in wanted)
    for number in range(1, len(places)):  # who proposed could not see the places of others
        places[number] = max(places[number], places[number - 1] + 1)
    for id_, place in zip(wanted, places, strict=True):
        if items[id_].position != place:
            items[id_].position = place
    audit.wrote(Action.MEETING_RUN, meeting, meeting.id)


def move_item(item: AgendaItem, *, up: bool) -> None:
    """Move an item one place up or down. Raises NotPermitted."""
    access.require(Action.MEETING_RUN, item)
    meeting = holding.meeting_of(item)
    ids = [each.id for each in _items(meeting) if each.state != ItemState.PROPOSED.value]
    if item.id not in ids:
        raise Invalid("order", "Kies onderwerpen van deze agenda.")
    place = ids.index(item.id)
    other = place - 1 if up else place + 1
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
    order_agenda(meeting, ids)


def next_position(meeting_id: UUID) -> int:
    """Return the last place of an agenda, among the items that the reader may see."""
    access.require(Action.MEETING_LIST, access.workplace())
    last = db.session.scalar(
        select(func.max(AgendaItem.position)).where(
            AgendaItem.municipality_id == access.reader().municipality_id,
            AgendaItem.meeting_id == meeting_id,
        )
    )
    return (last or 0) + 1


def _items(meeting: Meeting) -> list[AgendaItem]:
    shown = (ItemState.PROPOSED.value, ItemState.PLACED.value, ItemState.DISCUSSED.value)
    return list(
        db.session.scalars(
            select(AgendaItem)
            .where(
                AgendaItem.municipality_id == meeting.municipality_id,
                AgendaItem.meeting_id == meeting.id,
                AgendaItem.state.in_(shown),
            )
            .order_by(AgendaItem.position, AgendaItem.id)
        )
    )


def _call_off(meeting: Meeting) -> None:
    meeting.state, meeting.changes = MeetingState.CANCELLED.value, meeting.changes + 1


def _release(meeting: Meeting) -> None:
    """Let the items of a day that is off be proposals again; who proposed them is told."""
    db.session.flush()
    db.session.execute(_RELEASE, {"meeting": meeting.id})


def _plan(series: MeetingSeries, *, since: date) -> None:
    for day in rules.days_of(series.first_on, Rhythm(series.rhythm), since=since, number=_AT_ONCE):
        db.session.add(
            Meeting(
                municipality_id=series.municipality_id,
                id=uuid4(),
                series_id=series.id,
                name=series.name,
                place=series.place,
                on_day=day,
                clock=series.clock,
                minutes=series.minutes,
                chair_id=series.chair_id,
                deputy_id=series.deputy_id,
                state=MeetingState.PLANNED.value,
            )
        )


def _require_chair(series: MeetingSeries) -> None:
    if access.reader().user_id != series.chair_id:
        raise NotPermitted("not_chair")


def _lock_series(series: MeetingSeries) -> None:
    db.session.refresh(series, with_for_update={"key_share": True})


def _check_going_on(series: MeetingSeries) -> None:
    if series.ended_on is not None:
        raise Invalid("series", "Deze reeks is gestopt.")


def _planned(series: MeetingSeries, *, since: date) -> list[Meeting]:
    return list(
        db.session.scalars(
            select(Meeting)
            .where(
                Meeting.municipality_id == series.municipality_id,
                Meeting.series_id == series.id,
                Meeting.on_day >= since,
                Meeting.state == MeetingState.PLANNED.value,
            )
            .order_by(Meeting.on_day)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def _days_but(series: MeetingSeries, rows: Sequence[Meeting]) -> set[date]:
    """Return the days of a series that stay where they are."""
    found = db.session.scalars(
        select(Meeting.on_day).where(
            Meeting.municipality_id == series.municipality_id,
            Meeting.series_id == series.id,
            Meeting.id.not_in([row.id for row in rows]),
        )
    )
    return set(found)


def _keep(series: MeetingSeries) -> None:
    """Write down how a series is set now: its history."""
    number = db.session.scalar(
        select(func.count()).where(
            MeetingSeriesVersion.municipality_id == series.municipality_id,
            MeetingSeriesVersion.series_id == series.id,
        )
    )
    db.session.add(
        MeetingSeriesVersion(
            municipality_id=series.municipality_id,
            id=uuid4(),
            series_id=series.id,
            number=(number or 0) + 1,
            from_on=series.first_on,
            ended_on=series.ended_on,
            by_id=access.reader().user_id,
            **{name: getattr(series, name) for name in _SET},
        )
    )


def _told(said: SeriesWanted | MeetingSeries) -> dict[str, str]:
    return {
        "place": said.place,
        "weekday": Weekday(said.weekday).label,
        "rhythm": Rhythm(said.rhythm).label,
        "clock": f"{said.clock:%H.%M}",
        "minutes": str(said.minutes),
    }


def _frame(wanted: SeriesWanted) -> dict[str, object]:
    rules.check_between("minutes", wanted.minutes, rules.MOST_MINUTES)
    return {
        "name": _name("name", wanted.name),
        "place": _name("place", wanted.place),
        "clock": wanted.clock,
        "minutes": wanted.minutes,
        "deputy_id": _deputy(wanted.deputy_id),
    }


def _name(field: str, words: str) -> str:
    clean = check_text(field, words, limit=rules.NAME_LIMIT)
    if len(clean) < _SHORTEST_NAME:
        raise Invalid(field, "Vul minstens drie tekens in.")
    return clean


def _deputy(user_id: UUID | None) -> UUID | None:
    if user_id is None:
        return None
    if user_id == access.reader().user_id:
        raise Invalid("deputy", "Kies iemand anders: u bent zelf de voorzitter.")
    if user_id not in {each.id for each in members.colleagues(Role.PROCESS_DIRECTOR)}:
        raise Invalid("deputy", "Kies iemand uit de lijst.")
    return user_id


def _check_planned(meeting: Meeting) -> None:
    if meeting.state != MeetingState.PLANNED:
        raise Invalid("meeting", "Dit overleg is al begonnen of gaat niet door.")
