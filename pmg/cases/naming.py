"""Names beside a list of several cases: one statement, and who may not read gets none."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_, select

from pmg.cases import rules
from pmg.cases.models import Case, Youth
from pmg.extensions import db
from pmg.security import access, encryption
from pmg.security.access import Membership
from pmg.security.identity import CaseMember
from pmg.security.policy import Action, Category, Role


def names_of(case_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return by case the short name of the youth; the number of the case where it stays closed.

    A case in which the reader does not take part now is left out, as if it did not exist.
    """
    if not case_ids:
        return {}
    reader = access.reader()
    rows = db.session.execute(
        select(Case, Youth, CaseMember.function)
        .join(Youth, and_(Youth.municipality_id == Case.municipality_id, Youth.id == Case.youth_id))
        .join(
            CaseMember,
            and_(
                CaseMember.municipality_id == Case.municipality_id,
                CaseMember.case_id == Case.id,
                CaseMember.user_id == reader.user_id,
                CaseMember.is_current(),
            ),
        )
        .where(Case.municipality_id == reader.municipality_id, Case.id.in_(case_ids))
    ).all()
    for case, youth, function in rows:
        access.remember(Membership(case.id, youth.id, Role(function)))
    encryption.prefetch(youth.id for _case, youth, _function in rows)
    return {case.id: _name(case, youth) for case, youth, _function in rows}


def _name(case: Case, youth: Youth) -> str:
    if not access.may(Action.DATA_READ, case, category=Category.IDENTITY):
        return case.number
    return rules.short_name(youth.given_name, youth.family_name)
