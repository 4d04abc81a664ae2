"""What the worker does with a report: take a draft, protect its counts, check them, and let go.

The draft is the job. Whoever computes it holds a lock that lives as long as his connection: when
he is killed, the lock is gone, and the next one takes the draft up again. Nothing that is counted
stands in a log, an argument or an error.
"""

import hmac
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from pmg.definitions.ties import WITHIN
from pmg.definitions.vocabulary import INSIDE
from pmg.disclosure.errors import (
    BadRecord,
    DisclosureError,
    Infeasible,
    LedgerBroken,
    ReleaseHeld,
    Undecided,
)
from pmg.disclosure.findings import Finding
from pmg.disclosure.insider import Insiders, audit_insiders
from pmg.disclosure.ledger import Key, Ledger
from pmg.disclosure.merging import ALL_HELD, Asked, Merged
from pmg.disclosure.publish import Publication, publish
from pmg.disclosure.release import ROUNDING, SUPPRESSION, Params
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.errors import Gone
from pmg.extensions import db
from pmg.reports.inside import Inside, what_merging_gains
from pmg.reports.ledger import ledger_of
from pmg.reports.models import ReportDraft
from pmg.reports.reading import Order, findings_text, read_order
from pmg.reports.rules import Fault, State, Step

MOST_ATTEMPTS = 3
"""A draft that ended its worker this often is given up."""


_MOST_CHANCES = {ROUNDING: 4, SUPPRESSION: 8}
"""So often a report is made when a provider could work out the others; then it is held."""


@dataclass(frozen=True, slots=True)
class Job:
    """One draft under way."""

    municipality_id: str
    id: UUID
    rounding: bytes = field(repr=False)


def take_next(rounding: bytes, *, begun: Callable[[Job], None] = lambda _job: None) -> bool:
    """Compute one draft that waits, or that was left half way; tell whether there was one.

    What was tried least goes first, so that a slow report does not keep the others waiting for
    all its attempts. `begun` is told of the draft before the work starts.
    """
    waiting = db.session.execute(
        select(ReportDraft.municipality_id, ReportDraft.id)
        .where(ReportDraft.state.in_((State.WAITING, State.COMPUTING)))
        .order_by(ReportDraft.attempts, ReportDraft.made_at)
    ).all()
    db.session.rollback()
    for municipality_id, draft_id in waiting:
        job = Job(municipality_id, draft_id, rounding)
        with _alone(job) as taken:
            if taken and _begin(job):
                begun(job)
                _compute(job)
                return True
    return False


def is_taken_back(job: Job) -> bool:
    """Tell whether a draft was withdrawn or sent back: then nobody waits for what comes of it."""
    found = db.session.scalar(
        select(ReportDraft.id).where(
            ReportDraft.municipality_id == job.municipality_id, ReportDraft.id == job.id
        )
    )
    db.session.rollback()
    return found is None  # the worker sees no draft that was decided


@contextmanager
def _alone(job: Job) -> Iterator[bool]:
    """Take the lock of a draft, for as long as this connection lives; False when another has it."""
    name = func.hashtextextended(f"draft {job.municipality_id} {job.id}", 0)
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        taken = bool(connection.scalar(select(func.pg_try_advisory_lock(name))))
        try:
            yield taken
        finally:
            if taken:
                connection.execute(select(func.pg_advisory_unlock(name)))


def _begin(job: Job) -> bool:
    """Note that it is taken up; False when it was decided meanwhile, or ended too many workers."""
    attempts = db.session.scalar(
        select(ReportDraft.attempts).where(
            ReportDraft.municipality_id == job.municipality_id,
            ReportDraft.id == job.id,
            ReportDraft.state.in_((State.WAITING, State.COMPUTING)),
        )
    )
    if attempts is None:
        return False
    if attempts >= MOST_ATTEMPTS:
        _fail(job, Fault.BROKEN_OFF)
        return False
    return _note(job, state=State.COMPUTING, attempts=attempts + 1, step=Step.COUNTED)


def _compute(job: Job) -> None:
    try:
        _protect(job)
    except LedgerBroken:
        _fail(job, Fault.LEDGER)
    except (Undecided, BadRecord):
        _fail(job, Fault.UNDECIDED)
    except DisclosureError:
        _fail(job, Fault.INFEASIBLE)
    except Gone:
        _fail(job, Fault.SEAL)


def _protect(job: Job) -> None:
    draft = _draft(job)
    order = read_order(draft.counted)
    params = Params(
        order.name,
        base=order.base,
        population=draft.population,
        inside=INSIDE,
        within=WITHIN,
        method=order.method,
        chances=order.chances,
    )
    _note(job, step=Step.LEDGER)
    ledger = ledger_of(job.municipality_id)
    _note(job, step=Step.ROUNDING)
    try:
        done, insiders = _published(job, order, params, ledger)
    except ReleaseHeld as held:
        inside = _gains(job, order, params, ledger, held=held.findings).as_text()
        _let_go(job, State.HELD, held=findings_text(held.findings), inside=inside)
        return
    except Infeasible:
        inside = _gains(job, order, params, ledger, held=ALL_HELD).as_text()
        _let_go(job, State.FAILED, fault=Fault.INFEASIBLE, inside=inside)
        return
    _note(job, step=Step.CHECKING)
    _check(done)
    gains = _gains(job, order, params, ledger, held=())
    inside = replace(gains, providers=insiders.contributors).as_text()
    document = done.as_bytes().decode()
    _let_go(job, State.READY, document=document, inside=inside, step=Step.DONE)


def _published(
    job: Job, order: Order, params: Params, ledger: Ledger
) -> tuple[Publication, Insiders]:
    """Protect the counts; where a provider could work something out, try again.

    Rounding takes another chance then; hiding hides what he could work out too, by the same
    chances, so that what was hidden before mostly stays. Raises as `publish`
    does, and ReleaseHeld where that does not help.
    """
    also: list[Key] = []
    earlier = ledger.about(params.population)
    for attempt in range(_MOST_CHANCES[order.method]):
        done = publish(
            order.table,
            params,
            _key(job, order, attempt if order.method == ROUNDING else 0),
            about=order.about,
            ledger=ledger,
            also=also,
        )
        insiders = audit_insiders(order.table, done.release, order.providers, earlier=earlier)
        if not insiders.findings:
            return done, insiders
        also += [(found.unit, frozenset(found.codes.items())) for found in insiders.findings]
    raise ReleaseHeld(insiders.findings)


def _gains(
    job: Job, order: Order, params: Params, ledger: Ledger, *, held: Sequence[Finding] | None
) -> Inside:
    """Try merging by doing with the merged table all that is done with the report itself."""

    def attempt(found: Merged) -> int:
        knows = tuple(map(found.knows, order.providers))
        smaller = replace(order, table=found.table, providers=knows)
        done, _insiders = _published(job, smaller, params, ledger)
        return done.release.tolerance

    asked = Asked(params.step, held, ledger.about(params.population), order.own)
    return what_merging_gains(order, params, asked, attempt)


def _key(job: Job, order: Order, attempt: int = 0) -> bytes:
    drawn_by = order.chances or order.name
    name = f"rounding {drawn_by} {attempt}" if attempt else f"rounding {drawn_by}"
    return hmac.digest(job.rounding, name.encode(), "sha256")


def _check(done: Publication) -> None:
    """Check the file as anyone would; only the signature comes later, from who approves."""
    if outcome(verify(done.document)) is not Outcome.GOOD:
        raise Undecided("Het bestand doorstaat zijn eigen controle niet.")


def _draft(job: Job) -> ReportDraft:
    return db.session.scalars(
        select(ReportDraft)
        .where(ReportDraft.municipality_id == job.municipality_id, ReportDraft.id == job.id)
        .execution_options(populate_existing=True)
    ).one()


def _fail(job: Job, fault: Fault) -> None:
    _let_go(job, State.FAILED, fault=fault)


def _let_go(job: Job, state: State, **found: Any) -> None:
    """End the job: what was counted is destroyed, and what was found is sealed."""
    db.session.rollback()
    sealed = ReportDraft(municipality_id=job.municipality_id, id=job.id)
    values: dict[str, Any] = {"state": state, "counted_sealed": None}
    for name, value in found.items():
        if name in {"document", "held", "inside"}:
            setattr(sealed, name, value)
            values[f"{name}_sealed"] = getattr(sealed, f"{name}_sealed")
        else:
            values[name] = value
    _note(job, **values)


def _note(job: Job, **values: Any) -> bool:
    """Write how far it is, at once, so that the page shows it; False when it was decided."""
    written = db.session.execute(
        update(ReportDraft)
        .where(
            ReportDraft.municipality_id == job.municipality_id,
            ReportDraft.id == job.id,
            ReportDraft.state.in_((State.WAITING, State.COMPUTING)),
        )
        .values(**values)
        .returning(ReportDraft.id)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.commit()
    return bool(written)
