"""One series of case meetings in the demo: it meets today, with three items on its agenda."""

from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pmg.cases.rules import Outcome
from pmg.demo.people import Account
from pmg.demo.rows import moment
from pmg.demo.story import Story
from pmg.meetings.rules import ItemState, MeetingState, Rhythm
from pmg.security.encryption import Place, seal
from pmg.security.policy import Role

ITEMS, TIMES = 3, 4
_PAD, _MINUTES, _LASTS = 256, 10, 90
_NAMED, _WHERE, _AT = "Casusoverleg centrum", "Stadhuis, kamer 2", time(10)
_QUESTIONS = (
    "Wie helpt hem om weer elke dag naar school te gaan?",
    "Past wat er nu loopt nog, of moet er iets bij?",
    "Kan de begeleiding minder, en wie houdt dan contact?",
)
_SENTENCES = (
    "Hij komt afspraken na en is thuis rustiger.",
    "Er waren gesprekken met school en thuis, en hij begon met sport.",
    "Hij wil zijn diploma halen en niet steeds met iemand anders praten.",
)
_UNDER = ("municipality_id", "id", "case_id", "youth_id")
_Row = tuple[str, tuple[Any, ...]]
COLUMNS: dict[str, tuple[str, ...]] = {
    "meeting_series": (
        "municipality_id", "id", "name", "place", "weekday", "rhythm", "clock", "minutes",
        "first_on", "chair_id", "version",
    ),
    "meeting_series_version": (
        "municipality_id", "id", "series_id", "number", "name", "place", "weekday", "rhythm",
        "clock", "minutes", "from_on", "by_id", "at",
    ),
    "meeting": (
        "municipality_id", "id", "series_id", "name", "place", "on_day", "clock", "minutes",
        "chair_id", "state", "changes", "version",
    ),
    "agenda_item": (
        *_UNDER, "meeting_id", "proposed_by", "state", "position", "planned_minutes",
        "spent_seconds", "question_sealed", "created_at", "version",
    ),
    "item_intro": (
        *_UNDER, "item_id", "by_id", "situation_sealed", "tried_sealed", "wish_sealed", "at",
        "version",
    ),
    "item_invitee": (*_UNDER, "item_id", "user_id", "organisation_id"),
    "item_question": (*_UNDER, "item_id", "organisation_id", "version"),
}  # fmt: skip


def rows(stories: Iterable[Story], ciphers: dict[Any, AESGCM], *, today: date) -> Iterator[_Row]:
    """Return the rows of a meeting of the first process director, on his newest open cases."""
    told = list(stories)
    if not told:
        return
    chair = told[0].process_director
    chosen = [
        story
        for story in told
        if story.process_director.id == chair.id
        and story.outcome is Outcome.ACCEPT
        and not story.closed_on
        and _worker(story) is not None
    ][-ITEMS:]
    if not chosen:
        return
    yield from _days(chair, today)
    for number, story in enumerate(chosen, start=1):
        yield from _item(story, ciphers[story.youth_id], number, meeting_id(chair, 0), today)


def _days(chair: Account, today: date) -> Iterator[_Row]:
    series_id = uuid5(chair.id, "case meeting")
    yield "meeting_series", (
        chair.municipality_id, series_id, _NAMED, _WHERE, str(today.isoweekday()),
        Rhythm.WEEKLY.value, _AT, _LASTS, today, chair.id, 1,
    )  # fmt: skip
    yield "meeting_series_version", (
        chair.municipality_id, uuid5(series_id, "as it was made"), series_id, 1, _NAMED, _WHERE,
        str(today.isoweekday()), Rhythm.WEEKLY.value, _AT, _LASTS, today, chair.id,
        moment(today - timedelta(days=7), series_id),
    )  # fmt: skip
    for turn in range(TIMES):
        yield "meeting", (
            chair.municipality_id, meeting_id(chair, turn), series_id, _NAMED, _WHERE,
            today + timedelta(weeks=turn), _AT, _LASTS, chair.id, MeetingState.PLANNED.value, 0, 1,
        )  # fmt: skip


def _item(story: Story, cipher: AESGCM, number: int, held_at: UUID, today: date) -> Iterator[_Row]:
    worker = _worker(story)
    assert worker is not None
    item_id, at = story.row_id("agenda item"), moment(today - timedelta(days=2), story.case_id)

    def under(what: str) -> tuple[Any, ...]:
        return story.municipality_id, story.row_id(what), story.case_id, story.youth_id

    def sealed(table: str, column: str, what: str, words: str) -> bytes:
        place = Place(story.municipality_id, table, column, story.row_id(what))
        return seal(cipher, place, words.encode(), pad=_PAD)

    yield "agenda_item", (
        *under("agenda item"), held_at, worker.id, ItemState.PLACED.value, number, _MINUTES, 0,
        sealed("agenda_item", "question_sealed", "agenda item", _QUESTIONS[number - 1]), at, 1,
    )  # fmt: skip
    columns = ("situation_sealed", "tried_sealed", "wish_sealed")
    words = [
        sealed("item_intro", column, "agenda item intro", sentence)
        for column, sentence in zip(columns, _SENTENCES, strict=True)
    ]
    yield "item_intro", (*under("agenda item intro"), item_id, worker.id, *words, at, 1)
    people = _needed(story, worker)
    for who in people:
        yield "item_invitee", (
            *under(f"agenda item {who.id}"), item_id, who.id, who.organisation.id,
        )  # fmt: skip
    for organisation_id in dict.fromkeys(who.organisation.id for who in people):
        yield "item_question", (
            *under(f"agenda item {organisation_id}"), item_id, organisation_id, 1,
        )  # fmt: skip


def _needed(story: Story, worker: Account) -> list[Account]:
    """Return the youth worker, and the first partner who takes part."""
    partners = [who for who, _since in story.members.values() if who.role is Role.PARTNER]
    return [worker, *partners[:1]]


def _worker(story: Story) -> Account | None:
    return next(
        (who for who, _since in story.members.values() if who.role is Role.YOUTH_WORKER), None
    )


def meeting_id(chair: Account, turn: int) -> UUID:
    """Return the id of one day of the series."""
    return uuid5(chair.id, f"case meeting {turn}")
