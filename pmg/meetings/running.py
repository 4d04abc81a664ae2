"""Verbs of a meeting under way: open, begin an item, be there, weigh and decide, agree, act."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from pmg.clock import now
from pmg.entry import check_text
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.meetings import holding, rules
from pmg.meetings.answers import ActionItem, Minute, Opinion
from pmg.meetings.item_models import AgendaItem, ItemMinutes, ItemOpinion
from pmg.meetings.models import Meeting, MeetingPresence
from pmg.meetings.rules import ItemState, MeetingState, Outcome
from pmg.security import access, audit, telling
from pmg.security.policy import Action
from pmg.security.telling import Kind
from pmg.tasks import services as tasks
from pmg.tasks.models import Task
from pmg.tasks.rules import Origin, Source, Wanted

TASK_KIND = "agenda_item"
_WORDS = ("necessity", "proportionality", "subsidiarity", "words")


def open_meeting(meeting: Meeting, *, today: date) -> None:
    """Begin a meeting on its day; who opens it is there.

    Raises NotPermitted for who does not lead it, or Invalid when it is not its day or has begun.
    """
    access.require(Action.MEETING_RUN, meeting)
    holding.require_lead(meeting)
    holding.lock_meeting(meeting)
    if meeting.state != MeetingState.PLANNED:
        raise Invalid("meeting", "Dit overleg is al begonnen of gaat niet door.")
    if meeting.on_day != today:
        raise Invalid("meeting", "Een overleg kan alleen op zijn eigen dag beginnen.")
    meeting.state, meeting.opened_at = MeetingState.RUNNING.value, now()
    _arrive(meeting, access.reader().user_id)
    audit.wrote(Action.MEETING_RUN, meeting, meeting.id)


def close_meeting(meeting: Meeting) -> None:
    """End a meeting: whoever was still there leaves now, and the agreements wait for a tick.

    What was not discussed goes to the next day of the series, also what the reader may not see;
    where no day is planned it is a proposal again. Raises NotPermitted for who does not lead it, or
    Invalid when it is not under way.
    """
    access.require(Action.MEETING_RUN, meeting)
    holding.require_lead(meeting)
    holding.lock_meeting(meeting)
    holding.check_running(meeting)
    _leave_item(meeting)
    meeting.state, meeting.closed_at = MeetingState.CLOSED.value, now()
    for row in people_at(meeting):
        row.left_at = row.left_at or meeting.closed_at
    holding.move_unheld(meeting.series_id)
    for item in _items(meeting, ItemState.DISCUSSED):
        people = {row.user_id for row in holding.invitees_of(item)}
        telling.tell(Kind.ITEM_AGREED, item, people, item_id=item.id)
    audit.wrote(Action.MEETING_RUN, meeting, meeting.id)


def begin_item(item: AgendaItem) -> None:
    """Bring an item up; the one before it ends with that, and the clock of this one starts.

    Raises NotPermitted for who does not lead the meeting, or Invalid when it is not under way or
    the item is not on the agenda.
    """
    access.require(Action.MEETING_RUN, item)
    meeting = holding.meeting_of(item)
    holding.require_lead(meeting)
    holding.lock_meeting(meeting)
    holding.check_running(meeting)
    db.session.refresh(item)
    if not ItemState(item.state).is_on_agenda:
        raise Invalid("item", "Dit onderwerp staat niet op de agenda.")
    holding.check_open(item)
    if meeting.current_item_id == item.id:
        return
    _leave_item(meeting)
    meeting.current_item_id, meeting.item_started_at = item.id, now()
    audit.wrote(Action.MEETING_RUN, item, item.id)


def pause_items(meeting: Meeting) -> None:
    """End the item that is discussed without beginning another. Raises as `begin_item` does."""
    access.require(Action.MEETING_RUN, meeting)
    holding.require_lead(meeting)
    holding.lock_meeting(meeting)
    holding.check_running(meeting)
    _leave_item(meeting)
    audit.wrote(Action.MEETING_RUN, meeting, meeting.id)


def arrive(meeting: Meeting, user_id: UUID | None = None) -> None:
    """Note that somebody is there: the reader himself, or who leads says so of another.

    Raises NotPermitted, or Invalid when the meeting is not under way.
    """
    access.require(Action.MEETING_LIST, meeting)
    who = _who(meeting, user_id)
    holding.check_running(meeting)
    _arrive(meeting, who)
    audit.wrote(Action.MEETING_LIST, meeting, meeting.id)


def leave(meeting: Meeting, user_id: UUID | None = None) -> None:
    """Note that somebody left before the end. Raises as `arrive` does."""
    access.require(Action.MEETING_LIST, meeting)
    who = _who(meeting, user_id)
    holding.check_running(meeting)
    for row in people_at(meeting):
        if row.user_id == who:
            row.left_at = now()
    audit.wrote(Action.MEETING_LIST, meeting, meeting.id)


def write_minutes(item: AgendaItem, wanted: Minute, *, today: date) -> ItemMinutes:
    """Write the weighing and the decision; a decision needs all three parts of the weighing.

    Raises NotPermitted for who does not lead the meeting, Conflict with both texts, or Invalid.
    """
    access.require(Action.MEETING_RUN, item)
    meeting = holding.meeting_of(item)
    holding.require_lead(meeting)
    holding.lock(item)
    _check_held(meeting)
    row: ItemMinutes | None = holding.one_of(ItemMinutes, item)
    holding.meet(row, wanted.version, mine=_mine(wanted), theirs=_theirs(row))
    clean = _check(wanted, today=today)
    if row is None:
        row = ItemMinutes(**holding.under(item))
        db.session.add(row)
    for name, words in clean.items():
        setattr(row, name, words or None)
    row.outcome = wanted.outcome.value if wanted.outcome else None
    row.review_on, row.by_id, row.at = wanted.review_on, access.reader().user_id, now()
    if item.state == ItemState.PLACED:
        item.state = ItemState.DISCUSSED.value
    audit.wrote(Action.MEETING_RUN, row, row.id)
    return row


def say_opinion(item: AgendaItem, said: Opinion) -> None:
    """Say whether the reader agrees with the weighing and the decision; a no says why.

    Raises NotPermitted for who is not invited, Conflict, or Invalid when nothing is decided yet.
    """
    access.require(Action.MEETING_CONTRIBUTE, item)
    reader = access.reader()
    meeting = holding.meeting_of(item)
    if reader.user_id not in {row.user_id for row in holding.invitees_of(item)}:
        raise NotPermitted("not_invited")
    holding.lock(item)
    _check_held(meeting)
    minutes = holding.one_of(ItemMinutes, item)
    if minutes is None or minutes.outcome is None:
        raise Invalid("words", "Er is nog geen besluit om het mee eens te zijn.")
    row = holding.one_of(ItemOpinion, item, user_id=reader.user_id)
    holding.meet(
        row,
        said.version,
        mine={"words": said.words},
        theirs={"words": (row.words or "") if row else ""},
    )
    words = None if said.agrees else rules.check_words("words", said.words)
    if row is None:
        row = ItemOpinion(**holding.under(item), user_id=reader.user_id)
        db.session.add(row)
    row.agrees, row.words = said.agrees, words
    audit.wrote(Action.MEETING_CONTRIBUTE, row, row.id)


def give_action(item: AgendaItem, wanted: ActionItem, *, today: date) -> Task:
    """Give somebody something to do: a task in his own list, that he takes in the meeting.

    Raises NotPermitted for who does not lead the meeting, or Invalid as giving a task does.
    """
    access.require(Action.MEETING_RUN, item)
    meeting = holding.meeting_of(item)
    holding.require_lead(meeting)
    holding.lock(item)
    _check_held(meeting)
    if len(actions_of(item)) >= rules.MOST_ACTIONS:
        raise Invalid(
            "what", "Een onderwerp heeft hoogstens %(most)d actiepunten.", most=rules.MOST_ACTIONS
        )
    source = Source(Origin.MEETING, TASK_KIND, item.id)
    asked = Wanted(wanted.what, wanted.owner_id, wanted.due_on, source=source)
    return tasks.give_task(holding.case_of(item), asked, today=today)


def actions_of(item: AgendaItem) -> list[Task]:
    """Return the tasks that came from an item, oldest first."""
    access.require(Action.MEETING_SHOW, item)
    return list(
        db.session.scalars(
            select(Task)
            .where(
                Task.municipality_id == item.municipality_id,
                Task.case_id == item.case_id,
                Task.origin == Origin.MEETING.value,
                Task.origin_kind == TASK_KIND,
                Task.origin_id == item.id,
            )
            .order_by(Task.created_at, Task.id)
        )
    )


def people_at(meeting: Meeting) -> list[MeetingPresence]:
    """Return who was there, as far as the reader may know."""
    access.require(Action.MEETING_LIST, meeting)
    return list(
        db.session.scalars(
            select(MeetingPresence).where(
                MeetingPresence.municipality_id == meeting.municipality_id,
                MeetingPresence.meeting_id == meeting.id,
            )
        )
    )


def item_of_task(task: Task) -> AgendaItem | None:
    """Return the item that a task came from; None when it does not exist for the reader."""
    access.require(Action.TASK_SHOW, task)
    if task.origin != Origin.MEETING or task.origin_id is None:
        return None
    return db.session.get(AgendaItem, (task.municipality_id, task.origin_id))


def _check_held(meeting: Meeting) -> None:
    if meeting.state not in {MeetingState.RUNNING, MeetingState.CLOSED}:
        raise Invalid("meeting", "Dit overleg is nog niet begonnen.")


def _check(wanted: Minute, *, today: date) -> dict[str, str]:
    rules.check_review(wanted.review_on, today=today)
    given = {name: getattr(wanted, name) for name in _WORDS}
    if wanted.outcome is None:
        if wanted.words:
            raise Invalid("outcome", "Kies ook wat er is besloten.")
        return {
            name: check_text(name, words, limit=rules.WORDS_LIMIT) for name, words in given.items()
        }
    return {name: rules.check_words(name, words) for name, words in given.items()}


def _mine(wanted: Minute) -> dict[str, str]:
    found = {name: str(getattr(wanted, name)) for name in _WORDS}
    found["outcome"] = wanted.outcome.label if wanted.outcome else ""
    found["review_on"] = f"{wanted.review_on:%d-%m-%Y}" if wanted.review_on else ""
    return found


def _theirs(row: ItemMinutes | None) -> dict[str, str]:
    if row is None:
        return dict.fromkeys((*_WORDS, "outcome", "review_on"), "")
    found = {name: getattr(row, name) or "" for name in _WORDS}
    found["outcome"] = Outcome(row.outcome).label if row.outcome else ""
    found["review_on"] = f"{row.review_on:%d-%m-%Y}" if row.review_on else ""
    return found


def _leave_item(meeting: Meeting) -> None:
    """Add the time that the present item took to what it took before."""
    if meeting.current_item_id is None or meeting.item_started_at is None:
        return
    item = db.session.get(AgendaItem, (meeting.municipality_id, meeting.current_item_id))
    if item is not None and not holding.is_fixed(item):
        took = now() - meeting.item_started_at
        item.spent_seconds += max(0, int(took.total_seconds()))
    meeting.current_item_id = meeting.item_started_at = None


def _items(meeting: Meeting, state: ItemState) -> list[AgendaItem]:
    return list(
        db.session.scalars(
            select(AgendaItem).where(
                AgendaItem.municipality_id == meeting.municipality_id,
                AgendaItem.meeting_id == meeting.id,
                AgendaItem.state == state.value,
            )
        )
    )


def _who(meeting: Meeting, user_id: UUID | None) -> UUID:
    me = access.reader().user_id
    if user_id is not None and user_id != me:
        access.require(Action.MEETING_RUN, meeting)
        holding.require_lead(meeting)
        return user_id
    if not holding.leads(meeting) and not _has_item(meeting):
        raise NotPermitted("not_invited")
    return me


def _has_item(meeting: Meeting) -> bool:
    found = db.session.scalar(
        select(AgendaItem.id)
        .where(
            AgendaItem.municipality_id == meeting.municipality_id,
            AgendaItem.meeting_id == meeting.id,
            AgendaItem.state.in_([each.value for each in ItemState if each.is_on_agenda]),
        )
        .limit(1)
    )
    return found is not None


def _arrive(meeting: Meeting, user_id: UUID) -> None:
    for row in people_at(meeting):
        if row.user_id == user_id:
            row.left_at = None
            return
    db.session.add(
        MeetingPresence(
            municipality_id=meeting.municipality_id,
            id=uuid4(),
            meeting_id=meeting.id,
            user_id=user_id,
            arrived_at=now(),
        )
    )
