"""What of cases waits for the reader today: whom to tell that there is a case."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Row, Select, and_, select

from pmg.cases.models import Case, Referral
from pmg.cases.naming import names_of
from pmg.cases.rules import Outcome
from pmg.extensions import db
from pmg.security import access
from pmg.security.identity import CaseMember
from pmg.security.policy import Role
from pmg.web import agenda
from pmg.web.agenda import Due, Section

MOST = 100
"""A list of a day that is longer than this is cut: the rest follows when these are done."""


def plug_in() -> None:
    """Show the list on *Vandaag*."""
    agenda.plug_in(
        Section(
            "vertellen",
            _l("Jongeren die het nog moeten horen"),
            to_tell,
            one=_l("jongere moet het nog horen"),
            more=_l("jongeren moeten het nog horen"),
        )
    )


def to_tell(day: date) -> Sequence[Due]:
    """Return whom the reader would tell by now that there is a case, the longest overdue first."""
    functions = access.reader().roles & {Role.CASE_DIRECTOR, Role.YOUTH_WORKER}
    if not functions:
        return []
    rows = _found(
        _own(*functions).where(
            Case.closed_on.is_(None),
            (Case.triage_outcome.is_(None)) | (Case.triage_outcome == Outcome.ACCEPT),
            Referral.told.is_(False),
            Referral.tell_again_on <= day,
        )
    )
    names = names_of({row.id for row in rows})
    return [
        Due(
            _("Vertellen dat er een zaak is"),
            url_for("cases.edit", id=row.id),
            on=row.tell_again_on,
            who=names[row.id],
            late=row.tell_again_on < day,
        )
        for row in sorted(rows, key=lambda row: row.tell_again_on)
    ]


def _own(*functions: Role) -> Select[UUID, date, date | None]:
    reader = access.reader()
    return (
        select(Case.id, Case.referred_on, Referral.tell_again_on)
        .join(CaseMember, and_(_under_case(CaseMember), CaseMember.is_current()))
        .join(Referral, _under_case(Referral))
        .where(
            Case.municipality_id == reader.municipality_id,
            CaseMember.user_id == reader.user_id,
            CaseMember.function.in_(functions),
        )
        .order_by(Case.referred_on, Case.id)
        .limit(MOST)
    )


def _under_case(table: type[CaseMember] | type[Referral]) -> ColumnElement[bool]:
    return and_(table.municipality_id == Case.municipality_id, table.case_id == Case.id)


def _found(wanted: Select[UUID, date, date | None]) -> Sequence[Row[UUID, date, date | None]]:
    return db.session.execute(wanted).all()
