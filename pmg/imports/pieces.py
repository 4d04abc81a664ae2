"""A list on its way to cases: judged as a whole, then taken piece by piece."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from pmg.cases.intake import Terms
from pmg.cases.models import Case
from pmg.cases.rules import Outcome
from pmg.clock import now
from pmg.extensions import db
from pmg.imports import doubles, keeping, taking
from pmg.imports.cells import Problem
from pmg.imports.columns import check_mapping
from pmg.imports.judging import Verdict, context_of, judge, judge_one
from pmg.imports.listing import Listing, Row
from pmg.imports.models import ImportBatch, ImportedCase
from pmg.imports.newcase import NewCase

PIECE = 500  # about a second of work for one request


def judge_all(
    batch: ImportBatch, listing: Listing, mapping: Mapping[int, str], terms: Terms
) -> None:
    """Note the mapping and, when it can be used, what every row would become."""
    keeping.keep_mapping(batch, mapping)
    batch.refused_sealed = None
    if check_mapping(mapping, listing.header):
        return
    cases: list[NewCase] = []
    problems: list[Problem] = []
    for judged in judge(listing.rows, mapping, terms):
        problems += judged.problems
        if judged.case:
            cases.append(judged.case)
    found = doubles.find_doubles(cases)
    refused = {problem.row for problem in found.taken}
    outcomes = Counter(case.outcome for case in cases if case.row not in refused)
    verdict = Verdict(
        _in_order(problems, found.taken),
        found.known,
        running=outcomes[Outcome.ACCEPT],
        waiting=outcomes[None],
    )
    keeping.keep_verdict(batch, verdict)


def take_next(batch: ImportBatch, verdict: Verdict, terms: Terms) -> None:
    """Open the cases of the next rows, count them, and let go of the list after the last."""
    listing = keeping.open_listing(batch)
    some = listing.rows[batch.rows_done : batch.rows_done + PIECE]
    problems = _take(batch, some, verdict, terms)
    verdict = replace(verdict, problems=_in_order(verdict.problems, problems))
    bad = set(verdict.bad_rows)
    taken = sum(1 for number, _values in some if number not in bad)
    batch.rows_done += len(some)
    batch.rows_taken += taken
    batch.rows_refused += len(some) - taken
    if batch.rows_done == batch.rows_total:
        _finish(batch, listing, verdict)
    elif problems:
        keeping.keep_verdict(batch, verdict)


def _in_order(*found: Sequence[Problem]) -> tuple[Problem, ...]:
    together = (problem for problems in found for problem in problems)
    return tuple(sorted(together, key=lambda problem: problem.row))


def _take(batch: ImportBatch, rows: Sequence[Row], verdict: Verdict, terms: Terms) -> list[Problem]:
    """Judge once more what was good in the dry run, since days pass, and open the cases."""
    bad, mapping, context = set(verdict.bad_rows), keeping.mapping_of(batch), context_of(terms)
    judged = [judge_one(row, mapping, context) for row in rows if row[0] not in bad]
    problems = [problem for each in judged for problem in each.problems]
    cases = [each.case for each in judged if each.case]
    if not verdict.takes_known:
        known = doubles.find_known(cases, but=_youths(batch))
        problems += [doubles.known_problem(*pair) for pair in known.items()]
    refused = {problem.row for problem in problems}
    target = taking.Target(batch.id, verdict.director_id, terms)
    return problems + taking.take([case for case in cases if case.row not in refused], target)


def _youths(batch: ImportBatch) -> set[UUID]:
    """Return the youths that this import has brought so far."""
    return set(
        db.session.scalars(
            select(Case.youth_id)
            .join(
                ImportedCase,
                (ImportedCase.municipality_id == Case.municipality_id)
                & (ImportedCase.case_id == Case.id),
            )
            .where(
                ImportedCase.municipality_id == batch.municipality_id,
                ImportedCase.batch_id == batch.id,
            )
        )
    )


def _finish(batch: ImportBatch, listing: Listing, verdict: Verdict) -> None:
    """Let go of the list; only rows to mend stay."""
    bad = set(verdict.bad_rows)
    rows = tuple(row for row in listing.rows if row[0] in bad)
    refused = Listing(listing.header, rows) if rows else None
    keeping.keep_verdict(batch, replace(verdict, doubles={}, refused=refused))
    batch.state, batch.finished_at, batch.content_sealed = "klaar", now(), None
