"""What is done with messages: keep what is told, read it, and choose how to hear it."""

from collections.abc import Mapping

from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import insert

from pmg.clock import now
from pmg.extensions import db
from pmg.notices.models import Notice, NoticeChoice
from pmg.notices.rules import Channel
from pmg.security import access, telling
from pmg.security.policy import Action
from pmg.security.telling import Kind, Told

# One statement for all who are told; a trigger leaves out who does not want to hear it.
_KEEP = text(
    """
INSERT INTO notice (municipality_id, id, user_id, kind, case_id, item_id, told_by, at)
SELECT :municipality_id, gen_random_uuid(), user_id, :kind, :case_id, :item_id, :told_by, :at
FROM unnest(CAST(:users AS uuid[])) AS told (user_id)
"""
)


def listen() -> None:
    """Keep what the verbs of all rooms tell."""
    telling.goes_to(keep)


def keep(told: Told) -> None:
    """Write a message for each who is told, in the transaction of the act; NotPermitted without."""
    reader = access.reader()
    db.session.execute(
        _KEEP,
        {
            "municipality_id": reader.municipality_id,
            "kind": told.kind,
            "case_id": told.case_id,
            "item_id": told.item_id,
            "told_by": reader.user_id,
            "at": now(),
            "users": list(told.to),
        },
    )


def mark_read(notice: Notice) -> None:
    """Note that the reader opened it; the first time counts. Raises NotPermitted."""
    access.require(Action.NOTICE_KEEP, notice)
    if notice.read_at is None:
        notice.read_at = now()


def mark_all_read() -> None:
    """Note that the reader has seen all that there is. Raises NotPermitted."""
    access.require(Action.NOTICE_KEEP, access.workplace())
    reader = access.reader()
    db.session.execute(
        update(Notice)
        .where(
            Notice.municipality_id == reader.municipality_id,
            Notice.user_id == reader.user_id,
            Notice.read_at.is_(None),
        )
        .values(read_at=func.now()),
        execution_options={"synchronize_session": False},
    )


def choose(channels: Mapping[Kind, Channel]) -> None:
    """Keep how the reader wants to hear of each kind, from now on. Raises NotPermitted."""
    access.require(Action.NOTICE_KEEP, access.workplace())
    reader = access.reader()
    for kind, channel in channels.items():
        row = insert(NoticeChoice).values(
            municipality_id=reader.municipality_id,
            user_id=reader.user_id,
            kind=kind,
            channel=channel,
        )
        db.session.execute(
            row.on_conflict_do_update(
                index_elements=["municipality_id", "user_id", "kind"],
                set_={"channel": row.excluded.channel},
            )
        )
