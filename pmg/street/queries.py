"""What the pages of the street show: whether it is on, whom to take along, and which devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from pmg.accounts import queries as accounts
from pmg.extensions import db
from pmg.security import access
from pmg.security.identity import UserSession
from pmg.security.policy import Action
from pmg.street.models import StreetKey, StreetSetting
from pmg.street.rules import State


@dataclass(frozen=True, slots=True)
class Device:
    """A device of the reader on which a list stands."""

    id: UUID
    name: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody switched it on or off."""

    is_on: bool
    by: str
    at: datetime


def states(key_ids: Sequence[UUID]) -> dict[UUID, State]:
    """Return of each key what a device may do with it; asked by whoever holds the device."""
    found = db.session.execute(
        select(
            func.pmg_street_states(list(key_ids)).table_valued("key_id", "state").render_derived()
        )
    )
    return {key_id: State(state) for key_id, state in found}


def devices() -> list[Device]:
    """Return on which devices a list of the reader stands, newest first."""
    me = access.reader()
    rows = db.session.execute(
        select(StreetKey.id, UserSession.device, StreetKey.made_at, StreetKey.expires_at)
        .join(
            UserSession,
            (UserSession.municipality_id == StreetKey.municipality_id)
            & (UserSession.id == StreetKey.session_id),
        )
        .where(
            StreetKey.municipality_id == me.municipality_id,
            StreetKey.user_id == me.user_id,
            StreetKey.expires_at > func.now(),
        )
        .order_by(StreetKey.made_at.desc())
    )
    return [Device(*row) for row in rows]


def changes() -> list[Change]:
    """Return who switched it on and off, newest first."""
    access.require(Action.STREET_SWITCH, access.workplace())
    rows = list(
        db.session.scalars(
            select(StreetSetting)
            .where(StreetSetting.municipality_id == access.reader().municipality_id)
            .order_by(StreetSetting.set_at.desc())
            .limit(20)
        )
    )
    names = accounts.names({row.set_by for row in rows})
    return [Change(row.is_on, names.get(row.set_by, ""), row.set_at) for row in rows]
