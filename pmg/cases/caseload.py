"""The reader's own list of cases: one statement, cut at a row and never at a number."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_

from pmg.cases import rules
from pmg.cases.models import Case, Referral, Youth
from pmg.cases.queries import tag_kind
from pmg.clock import AMSTERDAM
from pmg.extensions import db
from pmg.security import access, encryption
from pmg.security.access import Membership
from pmg.security.identity import CaseMember
from pmg.security.policy import Action, Category, Role

PAGE = 50
RUNNING, FINISHED, ALL = "", "afgerond", "alle"
_MOMENT = "%Y%m%d%H%M%S%f"
_ACCEPTED = Case.triage_outcome == rules.Outcome.ACCEPT
_NOT_CLOSED = Case.closed_on.is_(None)

# What the status of a case rests on, as `rules.status` reads it, in the words of the database.
_PHASES: dict[str, Callable[[date], ColumnElement[bool]]] = {
    RUNNING: lambda _today: and_(_NOT_CLOSED, or_(Case.triage_outcome.is_(None), _ACCEPTED)),
    FINISHED: lambda _today: or_(Case.closed_on.is_not(None), ~_ACCEPTED),
    ALL: lambda _today: Case.id.is_not(None),
    rules.Status.REFERRED: lambda _today: and_(_NOT_CLOSED, Case.triage_outcome.is_(None)),
    rules.Status.DECLINED: lambda _today: Case.triage_outcome == rules.Outcome.DECLINE,
    rules.Status.PASSED_ON: lambda _today: Case.triage_outcome == rules.Outcome.PASS_ON,
    rules.Status.PLANNING: lambda _today: and_(_NOT_CLOSED, _ACCEPTED, Case.started_on.is_(None)),
    rules.Status.ACTIVE: lambda _today: and_(_NOT_CLOSED, _ACCEPTED, Case.started_on.is_not(None)),
    rules.Status.AFTERCARE: lambda today: Case.aftercare_until >= today,
    rules.Status.CLOSED: lambda today: and_(
        Case.closed_on.is_not(None),
        or_(Case.aftercare_until.is_(None), Case.aftercare_until < today),
    ),
}
PHASES = frozenset(_PHASES)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the list: the row it is cut at, and on which side to go on."""

    updated_at: datetime
    case_id: UUID
    backwards: bool = False

    def __str__(self) -> str:
        """Return it as it stands in an address: it tells nothing of a youth."""
        return f"{self.updated_at.astimezone(UTC):{_MOMENT}}-{self.case_id.hex}"

    @classmethod
    def read(cls, written: str, *, backwards: bool = False) -> "Cursor | None":
        """Return the place that an address names, or None when it names none."""
        moment, _, case_id = written.partition("-")
        try:
            updated_at = datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC)
            return cls(updated_at, UUID(case_id), backwards)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the reader's cases, and from where in the list."""

    phase: str = RUNNING
    focus_area_code: str = ""
    cursor: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One case of the list."""

    case_id: UUID
    name: str
    age: int | None
    number: str
    status: rules.Status
    label: str
    kind: str
    step: str
    next_step: str
    due: date | None
    referred_on: date
    updated_at: datetime

    @property
    def changed_on(self) -> date:
        """The Dutch day of the last change."""
        return self.updated_at.astimezone(AMSTERDAM).date()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, how many there are in all, and where to go on."""

    lines: list[Line]
    total: int
    previous: Cursor | None
    following: Cursor | None


def caseload(wanted: Wanted, *, today: date) -> Page:
    """Return the reader's own cases, last changed first.

    Never a case of which he is not a member now: not in the rows, not in the count.
    """
    access.require(Action.CASE_LIST, access.workplace())
    rows = db.session.execute(_statement(wanted, today)).all()
    backwards = wanted.cursor is not None and wanted.cursor.backwards
    more = len(rows) > PAGE
    kept = rows[:PAGE][::-1] if backwards else rows[:PAGE]
    for row in kept:
        access.remember(Membership(row.Case.id, row.Case.youth_id, Role(row.function)))
    encryption.prefetch(row.Case.youth_id for row in kept)
    said: _Said = {}
    lines = [_line(row, today, said) for row in kept]
    return Page(
        lines=lines,
        total=rows[0].total if rows else 0,
        previous=_cursor(lines[:1], back=True) if (more if backwards else wanted.cursor) else None,
        following=_cursor(lines[-1:], back=False) if (backwards or more) else None,
    )


def _cursor(lines: list[Line], *, back: bool) -> Cursor | None:
    return Cursor(lines[0].updated_at, lines[0].case_id, back) if lines else None


def _statement(wanted: Wanted, today: date) -> Select[Any]:
    """Cut the list first and join after it: fifty rows are opened, however many there are."""
    mine = _mine(wanted, today).cte("mine")  # read once, for the page and for the count
    total = select(func.count()).select_from(mine).scalar_subquery()
    order = (mine.c.updated_at, mine.c.id)
    page = select(mine.c.id, mine.c.function).limit(PAGE + 1)
    cursor = wanted.cursor
    if cursor is None:
        page = page.order_by(*(column.desc() for column in order))
    else:
        here = tuple_(cursor.updated_at, cursor.case_id)
        beyond = tuple_(*order) > here if cursor.backwards else tuple_(*order) < here
        page = page.where(beyond).order_by(
            *(column.asc() if cursor.backwards else column.desc() for column in order)
        )
    cut = page.cte("page")
    municipality_id = access.reader().municipality_id
    direction = (Case.updated_at, Case.id)
    backwards = cursor is not None and cursor.backwards
    return (
        select(Case, Youth, cut.c.function, Referral.told, Referral.tell_again_on)
        .add_columns(total.label("total"))
        .select_from(cut)
        .join(Case, and_(Case.municipality_id == municipality_id, Case.id == cut.c.id))
        .join(Youth, and_(Youth.municipality_id == municipality_id, Youth.id == Case.youth_id))
        .join(
            Referral,
            and_(Referral.municipality_id == municipality_id, Referral.case_id == Case.id),
        )
        .order_by(*(column.asc() if backwards else column.desc() for column in direction))
    )


def _mine(wanted: Wanted, today: date) -> Select[UUID, datetime, str]:
    reader, moment = access.reader(), func.now()
    mine = (
        select(Case.id, Case.updated_at, CaseMember.function)
        .select_from(CaseMember)
        .join(
            Case,
            and_(Case.municipality_id == CaseMember.municipality_id, Case.id == CaseMember.case_id),
        )
        .where(
            CaseMember.municipality_id == reader.municipality_id,
            CaseMember.user_id == reader.user_id,
            CaseMember.valid_from <= moment,
            or_(CaseMember.valid_until.is_(None), CaseMember.valid_until > moment),
            _PHASES[wanted.phase](today),
        )
    )
    if wanted.focus_area_code:
        mine = mine.where(Case.focus_area_code == wanted.focus_area_code)
    return mine


@dataclass(frozen=True, slots=True)
class _Words:
    """What every case at the same step says alike: found once a page, since fifty rows say it."""

    label: str
    kind: str
    step: str
    next_step: str


_Said = dict[tuple[rules.Status, bool, bool], _Words]


def _line(row: Any, today: date, said: _Said) -> Line:
    case, youth = row.Case, row.Youth
    facts = case.facts
    named = access.may(Action.DATA_READ, case, category=Category.IDENTITY)
    status = rules.status(facts, today)
    key = (status, row.told, facts.aftercare_until is None)
    if key not in said:
        said[key] = _words(status, facts, told=row.told, today=today)
    words = said[key]
    return Line(
        case_id=case.id,
        name=rules.short_name(youth.given_name, youth.family_name) if named else case.number,
        age=rules.age_on(youth.birth_date, today) if named else None,
        number=case.number,
        status=status,
        label=words.label,
        kind=words.kind,
        step=words.step,
        next_step=words.next_step,
        due=_due(status, facts, told=row.told, tell_again_on=row.tell_again_on),
        referred_on=case.referred_on,
        updated_at=case.updated_at,
    )


def _words(status: rules.Status, facts: rules.Facts, *, told: bool, today: date) -> _Words:
    bar = rules.steps(facts, today)
    done = sum(step.state is not rules.StepState.TODO for step in bar)
    return _Words(
        label=status.label,
        kind=tag_kind(status),
        step=_("stap %(done)d van %(all)d", done=done, all=len(bar)),
        next_step=_next_step(status, told=told),
    )


_NEXT = {
    rules.Status.REFERRED: _l("Triage: besluiten over de aanmelding"),
    rules.Status.PLANNING: _l("Inzet kiezen en starten"),
    rules.Status.ACTIVE: _l("Verloop bijhouden"),
    rules.Status.AFTERCARE: _l("Nazorg"),
}


def _next_step(status: rules.Status, *, told: bool) -> str:
    """Return what comes first now, from what was recorded."""
    if status.is_open and not told:
        return str(_("De jongere informeren"))
    return str(_NEXT[status] if status in _NEXT else _("Geen: bewaren tot"))


def _due(
    status: rules.Status, facts: rules.Facts, *, told: bool, tell_again_on: date | None
) -> date | None:
    """Return until when that can wait."""
    if status.is_open and not told:
        return tell_again_on
    return facts.aftercare_until if status in _NEXT else rules.retention_until(facts)
