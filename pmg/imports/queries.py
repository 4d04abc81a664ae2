"""What the pages of an import show: the dry run, how far it is, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import select

from pmg.cases.intake import Terms
from pmg.extensions import db
from pmg.imports import keeping
from pmg.imports.cells import Problem
from pmg.imports.columns import FIELDS, missing
from pmg.imports.judging import Verdict, context_of, judge_one
from pmg.imports.listing import Listing
from pmg.imports.models import ImportBatch
from pmg.imports.newcase import NewCase
from pmg.imports.reading import Value
from pmg.security import access, audit
from pmg.security.policy import Action

PAGE = 10
PREVIEWED = 20
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One list that was uploaded before."""

    id: UUID
    state: str
    created_at: datetime
    rows_total: int
    rows_taken: int
    rows_refused: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list, with the first thing that stands in it."""

    title: str
    example: str


@dataclass(frozen=True, slots=True)
class Mend:
    """Something to mend, with what stands in the cell now."""

    row: int
    column: str
    found: str
    message: str


@dataclass(frozen=True, slots=True)
class Double:
    """A row about a youth who may be known, and whom to call."""

    row: int
    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of a long list; `previous` and `following` say where others begin."""

    lines: Sequence[Mend] | Sequence[Double] = ()
    total: int = 0
    previous: int | None = None
    following: int | None = None


@dataclass(frozen=True, slots=True)
class From:
    """Where the lists of a page begin."""

    bad: int = 0
    double: int = 0


@dataclass(frozen=True, slots=True)
class DryRun:
    """A list before it is taken over. `is_judged` is False while its columns are not clear."""

    columns: Sequence[Column]
    mapping: Mapping[int, str]
    left_out: Sequence[str]
    missing: Sequence[str]
    is_judged: bool = False
    good: int = 0
    bad_rows: int = 0
    running: int = 0
    waiting: int = 0
    bad: Part = field(default_factory=Part)
    doubles: Part = field(default_factory=Part)
    preview: Sequence[NewCase] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a list; `has_rows` says whether its rows to mend are still kept."""

    bad: Part
    has_rows: bool
    undone_because: str


def own_lists() -> list[Line]:
    """Return the reader's own lists, newest first."""
    rows = db.session.execute(
        select(
            ImportBatch.id,
            ImportBatch.state,
            ImportBatch.created_at,
            ImportBatch.rows_total,
            ImportBatch.rows_taken,
            ImportBatch.rows_refused,
        )
        .where(
            ImportBatch.municipality_id == access.reader().municipality_id,
            ImportBatch.owner_id == access.reader().user_id,
        )
        .order_by(ImportBatch.created_at.desc())
    )
    return [Line(*row) for row in rows]


def dry_run(batch: ImportBatch, begin: From, *, terms: Terms) -> DryRun:
    """Return what would come of a list as things stand; the look at its rows is logged.

    Raises NotPermitted, and Gone when the list was taken over already.
    """
    access.require(Action.CASE_IMPORT, batch)
    listing, mapping = keeping.open_listing(batch), keeping.mapping_of(batch)
    audit.wrote(Action.CASE_IMPORT, batch, batch.id)
    columns, absent = _columns(listing), missing(mapping)
    verdict = keeping.open_verdict(batch)
    if verdict is None:
        return DryRun(columns, mapping, listing.left_out, absent)
    bad_rows = set(verdict.bad_rows)
    return DryRun(
        columns,
        mapping,
        listing.left_out,
        absent,
        is_judged=True,
        good=len(listing.rows) - len(bad_rows) - len(verdict.doubles),
        bad_rows=len(bad_rows),
        running=verdict.running,
        waiting=verdict.waiting,
        bad=_bad(verdict, listing, mapping, begin.bad),
        doubles=_doubles(verdict, listing, mapping, begin.double, terms),
        preview=_preview(verdict, listing, mapping, terms),
    )


def outcome(batch: ImportBatch, begin: From) -> Outcome:
    """Return what came of a list that was taken over; the look at its rows is logged."""
    access.require(Action.CASE_IMPORT, batch)
    verdict = keeping.open_verdict(batch)
    if verdict is None or verdict.refused is None:
        return Outcome(
            Part(), has_rows=False, undone_because=verdict.undone_because if verdict else ""
        )
    audit.wrote(Action.CASE_IMPORT, batch, batch.id)
    bad = _bad(verdict, verdict.refused, keeping.mapping_of(batch), begin.bad)
    return Outcome(bad, has_rows=True, undone_because="")


def _columns(listing: Listing) -> list[Column]:
    return [
        Column(
            title,
            next((shown(row[at]) for _n, row in listing.rows[:PREVIEWED] if row[at]), ""),
        )
        for at, title in enumerate(listing.header)
    ]


def _bad(verdict: Verdict, listing: Listing, mapping: Mapping[int, str], begin: int) -> Part:
    """Return some rows with a problem, all that is wrong with a row together."""
    rows = verdict.bad_rows
    some = set(rows[begin : begin + PAGE])
    cells = {number: values for number, values in listing.rows if number in some}
    at_label = {FIELDS[code].label: at for at, code in mapping.items()}
    lines = [
        _mend(problem, cells[problem.row], at_label)
        for problem in verdict.problems
        if problem.row in some
    ]
    return _part(lines, len(rows), begin)


def _mend(problem: Problem, values: Sequence[Value], at_label: Mapping[str, int]) -> Mend:
    at = at_label.get(problem.column)
    return Mend(
        problem.row, problem.title, shown(values[at]) if at is not None else "", problem.message
    )


def _doubles(
    verdict: Verdict, listing: Listing, mapping: Mapping[int, str], begin: int, terms: Terms
) -> Part:
    some = dict(islice(verdict.doubles.items(), begin, begin + PAGE))
    context = context_of(terms)
    judged = [judge_one(row, mapping, context) for row in listing.rows if row[0] in some]
    lines = [
        Double(
            each.row,
            f"{each.case.given_name} {each.case.family_name}" if each.case else "",
            some[each.row],
        )
        for each in judged
    ]
    return _part(lines, len(verdict.doubles), begin)


def _part(lines: Sequence[Mend] | Sequence[Double], total: int, begin: int) -> Part:
    return Part(
        lines,
        total,
        max(0, begin - PAGE) if begin > 0 else None,
        begin + PAGE if begin + PAGE < total else None,
    )


def _preview(
    verdict: Verdict, listing: Listing, mapping: Mapping[int, str], terms: Terms
) -> list[NewCase]:
    left_out, context = {*verdict.bad_rows, *verdict.doubles}, context_of(terms)
    good = (row for row in listing.rows if row[0] not in left_out)
    judged = (judge_one(row, mapping, context) for row in islice(good, PREVIEWED))
    return [each.case for each in judged if each.case]


def shown(value: Value) -> str:
    """Return a cell as a page can show it: short, and days as people write them."""
    if isinstance(value, date):
        return f"{value.day}-{value.month}-{value.year}"
    text = "" if value is None else str(value)
    text = "".join(sign if sign.isprintable() else "\ufffd" for sign in text[: _LONGEST_SHOWN + 1])
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
