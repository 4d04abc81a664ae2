"""What the pages of cases show: the reader's own list, and the file of one youth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import load_only

from pmg.cases import rules
from pmg.cases.models import Case, Closure, Referral, TriageDecision, Youth
from pmg.extensions import db
from pmg.security import access
from pmg.security.identity import CaseMember, Organisation, User
from pmg.security.policy import Action, Category, Role

# The colour of a status only helps; the word says it.
_KINDS = {
    rules.Status.REFERRED: "warning",
    rules.Status.PLANNING: "info",
    rules.Status.ACTIVE: "ok",
}


@dataclass(frozen=True, slots=True)
class Header:
    """What stands at the top of every page of a file."""

    name: str
    age: int | None
    number: str
    status: rules.Status
    kind: str
    steps: tuple[rules.Step, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who can see the file now."""

    name: str
    organisation: str
    function: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What was recorded about one case; the rows open their fields when they are read."""

    header: Header
    youth: Youth
    referral: Referral
    triage: TriageDecision | None
    closure: Closure | None
    aftercare_by: str
    members: list[Member]
    names: dict[UUID, str]
    retention_until: date | None

    @property
    def organisations(self) -> int:
        """How many organisations can see the file."""
        return len({member.organisation for member in self.members})


def tag_kind(status: rules.Status) -> str:
    """Return the colour of a status on the page."""
    return _KINDS.get(status, "neutral")


def opens(item: access.Resource, category: Category) -> bool:
    """Tell whether the reader may read this category of this row."""
    return access.may(Action.DATA_READ, item, category=category)


def header(case: Case, *, today: date) -> Header:
    """Return the top of every page of this file."""
    access.require(Action.CASE_SHOW, case)
    return _header(case, case.youth, today)


def _header(case: Case, youth: Youth, today: date) -> Header:
    status = rules.status(case.facts, today)
    named = opens(case, Category.IDENTITY)
    return Header(
        name=f"{youth.given_name} {youth.family_name}" if named else case.number,
        age=rules.age_on(youth.birth_date, today) if named else None,
        number=case.number,
        status=status,
        kind=tag_kind(status),
        steps=rules.steps(case.facts, today),
    )


def details_and_mark(case: Case) -> tuple[Youth, Referral]:
    """Return the rows that a correction starts from."""
    access.require(Action.CASE_EDIT, case)
    row = _file(case)[0]
    return row[0], row[1]


def case_file(case: Case, *, today: date) -> CaseFile:
    """Return the file of one case, in one statement, and one for who gives aftercare."""
    access.require(Action.CASE_SHOW, case)
    rows = _file(case)
    youth, referral, triage, closure, *_rest = rows[0]
    people = [row[4:] for row in rows]
    return CaseFile(
        header=_header(case, youth, today),
        youth=youth,
        referral=referral,
        triage=triage,
        closure=closure,
        aftercare_by=_giver(closure) if closure else "",
        members=_members(people),
        names={user.id: user.name for user, *_rest in people},
        retention_until=rules.retention_until(case.facts),
    )


def _giver(closure: Closure) -> str:
    """Return who gives the aftercare, '' for nobody; a statement of its own, for few files."""
    if closure.aftercare_by is None:
        return ""
    key = (closure.municipality_id, closure.aftercare_by)
    return db.session.get_one(Organisation, key).name


def _members(people: Iterable[tuple[User, str, str | None, datetime | None]]) -> list[Member]:
    found = [
        Member(user.name, organisation, Role(function).label, until)
        for user, organisation, function, until in people
        if function is not None
    ]
    return sorted(found, key=lambda member: member.name.casefold())


def _file(case: Case) -> Sequence[Any]:
    given = {"municipality_id": case.municipality_id, "case_id": case.id}
    return db.session.execute(_rows(), given).all()


@cache
def _rows() -> Select[Any]:
    """Return a row for each person who takes part now, or who decided: the file beside each."""

    def under(table: Any) -> ColumnElement[bool]:
        return and_(table.municipality_id == Case.municipality_id, table.case_id == Case.id)

    # From the few to the many: a municipality has thousands of accounts, a case has ten people.
    seats = (
        select(CaseMember.user_id, CaseMember.function, CaseMember.valid_until)
        .where(under(CaseMember), CaseMember.is_current())
        .correlate(Case)
    )
    decided = (
        Referral.submitted_by,
        TriageDecision.decided_by,
        Closure.closed_by,
        Case.director_id,
    )
    deciders = select(func.unnest(array(decided)), null(), null()).correlate(
        Case, Referral, TriageDecision, Closure
    )
    people = union_all(seats, deciders).lateral("people")
    return (
        select(Youth, Referral, TriageDecision, Closure)
        .add_columns(User, Organisation.name, people.c.function, people.c.valid_until)
        .options(load_only(User.name_sealed, User.organisation_id))
        .select_from(Case)
        .join(Youth, and_(Youth.municipality_id == Case.municipality_id, Youth.id == Case.youth_id))
        .join(Referral, under(Referral))
        .outerjoin(TriageDecision, under(TriageDecision))
        .outerjoin(Closure, under(Closure))
        .join(people, true())
        .join(
            User,
            and_(User.municipality_id == Case.municipality_id, User.id == people.c.user_id),
        )
        .join(
            Organisation,
            and_(
                Organisation.municipality_id == User.municipality_id,
                Organisation.id == User.organisation_id,
            ),
        )
        .where(
            Case.municipality_id == bindparam("municipality_id"),
            Case.id == bindparam("case_id"),
        )
    )
