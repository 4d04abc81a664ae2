"""What the pages of messages show: the reader's own, newest first, with the name where he may."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_

from pmg.cases.naming import names_of
from pmg.extensions import db
from pmg.notices.models import Notice, NoticeChoice
from pmg.notices.rules import DEFAULT, Channel
from pmg.security import access
from pmg.security.policy import Action
from pmg.security.telling import Kind

PAGE = 50


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `who` is the youth, where the reader takes part in the case and may read it."""

    id: UUID
    kind: Kind
    at: datetime
    is_read: bool
    who: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of messages, and the message after which the next one starts."""

    messages: list[Message]
    following: UUID | None


def messages(*, after: UUID | None = None) -> Page:
    """Return the reader's own messages, newest first."""
    access.require(Action.NOTICE_KEEP, access.workplace())
    found = _rows(after)
    names = names_of({row.case_id for row in found[:PAGE] if row.case_id})
    shown = [_message(row, names) for row in found[:PAGE]]
    return Page(shown, shown[-1].id if len(found) > PAGE else None)


def unread() -> list[Message]:
    """Return what the reader has not opened yet, at most a page of it, newest first."""
    rows = db.session.scalars(
        _mine().where(Notice.read_at.is_(None)).order_by(Notice.at.desc()).limit(PAGE)
    ).all()
    names = names_of({row.case_id for row in rows if row.case_id})
    return [_message(row, names) for row in rows]


def choices() -> dict[Kind, Channel]:
    """Return how the reader wants to hear of each kind."""
    reader = access.reader()
    rows = db.session.execute(
        select(NoticeChoice.kind, NoticeChoice.channel).where(
            NoticeChoice.municipality_id == reader.municipality_id,
            NoticeChoice.user_id == reader.user_id,
        )
    )
    chosen = {Kind(kind): Channel(channel) for kind, channel in rows}
    return {kind: chosen.get(kind, DEFAULT) for kind in Kind}


def _rows(after: UUID | None) -> list[Notice]:
    wanted = _mine().order_by(Notice.at.desc(), Notice.id.desc()).limit(PAGE + 1)
    if after is not None:
        place = select(Notice.at, Notice.id).where(
            Notice.municipality_id == access.reader().municipality_id, Notice.id == after
        )
        wanted = wanted.where(tuple_(Notice.at, Notice.id) < place.scalar_subquery())
    return list(db.session.scalars(wanted))


def _mine() -> Select[Any]:
    reader = access.reader()
    return select(Notice).where(
        Notice.municipality_id == reader.municipality_id, Notice.user_id == reader.user_id
    )


def _message(row: Notice, names: dict[UUID, str]) -> Message:
    who = names.get(row.case_id, "") if row.case_id else ""
    return Message(row.id, Kind(row.kind), row.at, row.read_at is not None, who)
