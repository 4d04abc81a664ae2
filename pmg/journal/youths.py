"""The youths of the reader's own open cases, from whom he chooses when he writes about several."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select, true
from sqlalchemy.orm import load_only

from pmg.cases.models import Case, Youth
from pmg.cases.rules import Outcome, bare_name, short_name
from pmg.extensions import db
from pmg.journal import rules
from pmg.journal.models import Appointment
from pmg.journal.rules import AppointmentState
from pmg.security import access, encryption
from pmg.security.access import Membership
from pmg.security.identity import CaseMember
from pmg.security.policy import Action, Category, Role


@dataclass(frozen=True, slots=True)
class MyYouth:
    """One of the reader's own open cases, to choose from."""

    case_id: UUID
    name: str
    given_name: str
    number: str
    bare: str  # the given name and one letter, for a device that may be lost


def my_youths(among: Collection[UUID] | None = None) -> list[MyYouth]:
    """Return the reader's own open cases, by name; of these cases only, where they are given."""
    desk = access.workplace()
    access.require(Action.JOURNAL_GROUP, desk)
    rows = db.session.execute(
        select(Case.id, Case.number, CaseMember.function, Youth)
        .join(
            CaseMember,
            and_(
                CaseMember.municipality_id == Case.municipality_id,
                CaseMember.case_id == Case.id,
                CaseMember.is_current(),
            ),
        )
        .join(Youth, (Youth.municipality_id == Case.municipality_id) & (Youth.id == Case.youth_id))
        .where(
            Case.municipality_id == desk.municipality_id,
            CaseMember.user_id == access.reader().user_id,
            Case.closed_on.is_(None),
            or_(Case.triage_outcome.is_(None), Case.triage_outcome == Outcome.ACCEPT),
            Case.id.in_(among) if among is not None else true(),
        )
        .options(load_only(Youth.given_name_sealed, Youth.family_name_sealed))
    ).all()
    for case_id, _number, function, youth in rows:
        access.remember(Membership(case_id, youth.id, Role(function)))
    encryption.prefetch(row[3].id for row in rows)
    found = [
        MyYouth(case_id, _short(youth) or number, youth.given_name, number, _bare(youth) or number)
        for case_id, number, _function, youth in rows
        if access.may(Action.DATA_READ, youth, category=Category.IDENTITY)
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.number))


def _short(youth: Youth) -> str:
    return short_name(youth.given_name, youth.family_name)


def _bare(youth: Youth) -> str:
    return bare_name(youth.given_name, youth.family_name)


def met_on(day: date) -> frozenset[UUID]:
    """Return the cases of whom the reader meets on a day; nothing of the appointments opens."""
    access.require(Action.APPOINTMENT_LIST, access.workplace())
    me, span = access.reader(), rules.day_span(day)
    return frozenset(
        db.session.scalars(
            select(Appointment.case_id).where(
                Appointment.municipality_id == me.municipality_id,
                Appointment.people.contains([me.user_id]),
                Appointment.state == AppointmentState.PLANNED.value,
                Appointment.starts_at >= span.starts_at,
                Appointment.starts_at < span.ends_at,
            )
        )
    )
