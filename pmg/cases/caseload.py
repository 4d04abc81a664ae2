"""The reader's own list of cases: one statement, cut at a row and never at a number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import TextClause, text

from pmg.cases import rules
from pmg.cases.models import Named, Youth, facts_of
from pmg.cases.queries import tag_kind
from pmg.cases.rules.listing import ALL, FINISHED, Order
from pmg.clock import AMSTERDAM
from pmg.extensions import db
from pmg.security import access, encryption
from pmg.security.access import Membership
from pmg.security.policy import Action, Category, Role

PAGE = 50
RUNNING = ""
_MOMENT = "%Y%m%d%H%M%S%f"
_ACCEPTED = f"triage_outcome = '{rules.Outcome.ACCEPT}'"

# What the status of a case rests on, as `rules.status` reads it, in the words of the database.
_PHASES = {
    RUNNING: f"closed_on IS NULL AND (triage_outcome IS NULL OR {_ACCEPTED})",
    FINISHED: f"(closed_on IS NOT NULL OR NOT {_ACCEPTED})",
    ALL: "true",
    rules.Status.REFERRED: "closed_on IS NULL AND triage_outcome IS NULL",
    rules.Status.DECLINED: f"triage_outcome = '{rules.Outcome.DECLINE}'",
    rules.Status.PASSED_ON: f"triage_outcome = '{rules.Outcome.PASS_ON}'",
    rules.Status.PLANNING: f"closed_on IS NULL AND {_ACCEPTED} AND started_on IS NULL",
    rules.Status.ACTIVE: f"closed_on IS NULL AND {_ACCEPTED} AND started_on IS NOT NULL",
    rules.Status.AFTERCARE: "aftercare_until >= :today",
    rules.Status.CLOSED: "closed_on IS NOT NULL"
    " AND (aftercare_until IS NULL OR aftercare_until < :today)",
}
PHASES = frozenset(_PHASES)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the list: the row it is cut at, and on which side to go on."""

    at: datetime
    case_id: UUID
    backwards: bool = False

    def __str__(self) -> str:
        """Return it as it stands in an address: it tells nothing of a youth."""
        return f"{self.at.astimezone(UTC):{_MOMENT}}-{self.case_id.hex}"

    @classmethod
    def read(cls, written: str, *, backwards: bool = False) -> "Cursor | None":
        """Return the place that an address names, or None when it names none."""
        moment, _, case_id = written.partition("-")
        try:
            at = datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC)
            return cls(at, UUID(case_id), backwards)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the reader's cases, and from where in the list."""

    phase: str = RUNNING
    focus_area_code: str = ""
    cursor: Cursor | None = None
    order: Order = Order.CHANGED


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
    late: bool  # what had to be done by that day has not been
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
    """Return the reader's own cases in the order that is asked.

    Never a case of which he is not a member now: not in the rows, not in the count.
    """
    access.require(Action.CASE_LIST, access.workplace())
    found = db.session.execute(_statement(wanted), _given(wanted, today)).all()
    backwards = wanted.cursor is not None and wanted.cursor.backwards
    more = len(found) > PAGE
    rows = [_Row(*row[1:]) for row in (found[:PAGE][::-1] if backwards else found[:PAGE])]
    return Page(
        lines=_lines(rows, today),
        total=found[0].total if found else 0,
        previous=_cursor(rows[:1], back=True) if (more if backwards else wanted.cursor) else None,
        following=_cursor(rows[-1:], back=False) if (backwards or more) else None,
    )


def lines_of(case_ids: Collection[UUID], *, today: date) -> list[Line]:
    """Return these of the reader's own cases as the list has them, at most a page of it."""
    if not case_ids:
        return []
    given = _given(Wanted(ALL), today) | {"ids": list(case_ids), "cut": PAGE}
    found = db.session.execute(_these(), given).all()
    return _lines([_Row(*row[1:]) for row in found], today)


def _lines(rows: "list[_Row]", today: date) -> list[Line]:
    for row in rows:
        access.remember(Membership(row.access_case_id, row.id, Role(row.function)))
    encryption.prefetch(row.id for row in rows)
    said: _Said = {}
    return [_line(row, today, said) for row in rows]


def _cursor(rows: "list[_Row]", *, back: bool) -> Cursor | None:
    return Cursor(rows[0].place, rows[0].access_case_id, back) if rows else None


# The list is asked for most of all, so its statement is written out: it reads the reader's own
# cases once, for the page and for the count, cuts the page, and joins what stands on a row after
# that. Fifty rows are opened, however many there are, and no object is made of them.
_LIST = """
WITH mine AS (
    SELECT c.id, c.youth_id, c.number, c.referred_on, c.triaged_on, c.triage_outcome,
           c.started_on, c.closed_on, c.aftercare_until, c.updated_at, m.function,
           {place} AS place
    FROM case_member m
    JOIN case_file c ON c.municipality_id = m.municipality_id AND c.id = m.case_id
    WHERE m.municipality_id = :municipality_id AND m.user_id = :user_id
      AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
      AND {phase}
), page AS (
    SELECT * FROM mine WHERE {beyond} ORDER BY place {way}, id {way} LIMIT :cut
)
SELECT (SELECT count(*) FROM mine) AS total, y.municipality_id, page.youth_id, page.id,
       page.function, page.number, page.place, page.updated_at, page.referred_on, page.triaged_on,
       page.triage_outcome, page.started_on, page.closed_on, page.aftercare_until,
       r.told, r.tell_again_on, y.given_name_sealed, y.family_name_sealed, y.birth_date_sealed
FROM page
JOIN youth y ON y.municipality_id = :municipality_id AND y.id = page.youth_id
JOIN referral r ON r.municipality_id = :municipality_id AND r.case_id = page.id
ORDER BY page.place {way}, page.id {way}
"""
_AREA = " AND c.focus_area_code = :area"
_REFERRED = "referred_on::timestamp AT TIME ZONE 'UTC'"
_PLACES = {
    Order.CHANGED: ("c.updated_at", "DESC"),
    Order.OLDEST: (f"c.{_REFERRED}", "ASC"),
    Order.NEWEST: (f"c.{_REFERRED}", "DESC"),
}
_TURNED = {"ASC": "DESC", "DESC": "ASC"}


def _statement(wanted: Wanted) -> TextClause:
    cursor = wanted.cursor
    back = cursor and cursor.backwards
    return _written(wanted.phase, bool(wanted.focus_area_code), wanted.order, back)


@cache
def _written(
    phase: str,
    with_area: bool,  # noqa: FBT001
    order: Order,
    backwards: bool | None,  # noqa: FBT001
) -> TextClause:
    place, forwards = _PLACES[order]
    way = _TURNED[forwards] if backwards else forwards
    further = "<" if way == "DESC" else ">"
    return text(
        _LIST.format(
            phase=_PHASES[phase] + (_AREA if with_area else ""),
            place=place,
            beyond="true" if backwards is None else f"(place, id) {further} (:at, :id)",
            way=way,
        )
    )


@cache
def _these() -> TextClause:
    place, way = _PLACES[Order.CHANGED]
    these = "c.id = ANY(CAST(:ids AS uuid[]))"
    return text(_LIST.format(phase=these, place=place, beyond="true", way=way))


def _given(wanted: Wanted, today: date) -> dict[str, Any]:
    reader = access.reader()
    given = {
        "municipality_id": reader.municipality_id,
        "user_id": reader.user_id,
        "cut": PAGE + 1,
        "today": today,
        "area": wanted.focus_area_code,
    }
    if wanted.cursor is not None:
        given |= {"at": wanted.cursor.at, "id": wanted.cursor.case_id}
    return given


@dataclass(frozen=True, slots=True)
class _Row(Named):
    """One row of the statement; the name opens as that of the youth himself does."""

    municipality_id: str
    id: UUID  # of the youth, as in his table
    access_case_id: UUID
    function: str
    number: str
    place: datetime
    updated_at: datetime
    referred_on: date
    triaged_on: date | None
    triage_outcome: str | None
    started_on: date | None
    closed_on: date | None
    aftercare_until: date | None
    told: bool
    tell_again_on: date | None
    given_name_sealed: bytes
    family_name_sealed: bytes
    birth_date_sealed: bytes

    __tablename__ = Youth.__tablename__

    access_source_id = None
    access_youth_id = property(attrgetter("id"))


@dataclass(frozen=True, slots=True)
class _Words:
    """What every case at the same step says alike: found once a page, since fifty rows say it."""

    label: str
    kind: str
    step: str
    next_step: str


_Said = dict[tuple[rules.Status, bool, bool], _Words]


def _line(row: _Row, today: date, said: _Said) -> Line:
    facts = facts_of(row)
    named = access.may(Action.DATA_READ, row, category=Category.IDENTITY)
    status = rules.status(facts, today)
    key = (status, row.told, facts.aftercare_until is None)
    if key not in said:
        said[key] = _words(status, facts, told=row.told, today=today)
    words = said[key]
    due = _due(status, facts, told=row.told, tell_again_on=row.tell_again_on)
    return Line(
        case_id=row.access_case_id,
        name=rules.short_name(row.given_name, row.family_name) if named else row.number,
        age=rules.age_on(row.birth_date, today) if named else None,
        number=row.number,
        status=status,
        label=words.label,
        kind=words.kind,
        step=words.step,
        next_step=words.next_step,
        due=due,
        late=due is not None and due < today and status.is_open,
        referred_on=row.referred_on,
        updated_at=row.updated_at,
    )


def _words(status: rules.Status, facts: rules.Facts, *, told: bool, today: date) -> _Words:
    bar = rules.steps(facts, today)
    done = sum(step.state is not rules.StepState.AHEAD for step in bar)
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
