"""What the pages of triage show: who waits, when it is, and whom is still to be told."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased, load_only

from pmg.cases import rules as case_rules
from pmg.cases.models import Case, Referral
from pmg.cases.naming import names_of
from pmg.cases.queries import opens
from pmg.clock import now
from pmg.extensions import db
from pmg.security import access
from pmg.security.identity import CaseMember, Organisation, User
from pmg.security.policy import Action, Category, Role
from pmg.triage import rules
from pmg.triage.models import ReferralFeedback, TriageSlot
from pmg.triage.rules import Clock, Slot, Way

MOST = 100
"""A list that is longer than this is cut: the rest follows when these are done."""
SLOTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """One referral that waits for a decision of the reader."""

    case_id: UUID
    who: str
    referred_on: date
    clock: Clock


@dataclass(frozen=True, slots=True)
class Turn:
    """Where one referral stands among those that wait."""

    place: int
    total: int
    previous: UUID | None
    following: UUID | None
    clock: Clock | None
    minutes: int | None


@dataclass(frozen=True, slots=True)
class SetSlot:
    """A fixed time as somebody set it."""

    slot: Slot
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ToTell:
    """One referrer without an account who has to hear of a decision."""

    id: UUID
    case_id: UUID
    who: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class Told:
    """What a referrer may hear, and whether he did. `case_id` only for who takes part."""

    id: UUID
    number: str
    referred_on: date
    outcome: case_rules.Outcome
    words: str
    decided_on: date
    decided_by: str
    decided_from: str
    to: str
    way: Way | None
    told_on: date | None
    case_id: UUID | None
    version: int


def slot() -> Slot | None:
    """Return the fixed time of the municipality, None while nobody set it."""
    row = db.session.scalars(_slots().limit(1)).first()
    return row.slot if row else None


def slots() -> list[SetSlot]:
    """Return the last fixed times, the one that counts first."""
    access.require(Action.TRIAGE_SET, access.workplace())
    rows = db.session.execute(
        _slots()
        .add_columns(User)
        .join(User, _is(User, TriageSlot.municipality_id, TriageSlot.set_by))
        .options(load_only(User.name_sealed))
        .limit(SLOTS_SHOWN)
    )
    return [SetSlot(row.slot, user.name, row.set_at) for row, user in rows]


def next_begin() -> datetime | None:
    """Return when triage begins or began, None while no time is set."""
    fixed = slot()
    return rules.begins(fixed, now()) if fixed else None


def waiting(*, today: date) -> list[Waiting]:
    """Return the referrals on which the reader decides, the oldest first: no other order."""
    if not access.may(Action.TRIAGE_LIST, access.workplace()):
        return []
    rows = db.session.execute(
        _directed()
        .add_columns(Case.referred_on)
        .where(Case.triaged_on.is_(None), Case.closed_on.is_(None))
        .order_by(Case.referred_on, Case.id)
        .limit(MOST)
    ).all()
    if not rows:
        return []
    names, fixed = names_of({row.id for row in rows}), slot()
    term = fixed.term_days if fixed else None
    return [
        Waiting(row.id, names[row.id], row.referred_on, rules.clock(row.referred_on, term, today))
        for row in rows
    ]


def turn(case: Case, *, today: date) -> Turn | None:
    """Return where this referral stands among those that wait; None when it does not."""
    found = waiting(today=today)
    at = next((at for at, one in enumerate(found) if one.case_id == case.id), None)
    if at is None:
        return None
    fixed = slot()
    return Turn(
        place=at + 1,
        total=len(found),
        previous=found[at - 1].case_id if at else None,
        following=found[at + 1].case_id if at + 1 < len(found) else None,
        clock=found[at].clock,
        minutes=max(1, fixed.minutes // len(found)) if fixed else None,
    )


def to_tell() -> list[ToTell]:
    """Return whom the reader has to tell of a decision, the longest ago first."""
    if not access.may(Action.TRIAGE_LIST, access.workplace()):
        return []
    rows = db.session.execute(
        _directed()
        .join(ReferralFeedback, _under(ReferralFeedback))
        .add_columns(ReferralFeedback.id.label("feedback_id"), ReferralFeedback.decided_on)
        .where(ReferralFeedback.way.is_(None))
        .order_by(ReferralFeedback.decided_on, ReferralFeedback.id)
        .limit(MOST)
    ).all()
    names = names_of({row.id for row in rows})
    return [ToTell(row.feedback_id, row.id, names[row.id], row.decided_on) for row in rows]


def told(feedback: ReferralFeedback) -> Told:
    """Return what a referrer may hear; opens it. Raises NotPermitted."""
    access.require(Action.FEEDBACK_SHOW, feedback)
    return _told(*db.session.execute(_whole().where(ReferralFeedback.id == feedback.id)).one())


def of_case(case: Case) -> Told | None:
    """Return what the referrer of this case may hear; None when there is nothing to hear."""
    if case.triaged_on is None:
        return None
    row = db.session.execute(_whole().where(ReferralFeedback.case_id == case.id)).one_or_none()
    if row is None or not access.may(Action.FEEDBACK_SHOW, row[0]):
        return None
    return _told(*row)


def _whole() -> Any:
    """Read feedback with who decided, from where, and whose account it is written to."""
    addressee = aliased(User)
    return (
        select(ReferralFeedback, User, Organisation.name, addressee)
        .join(User, _is(User, ReferralFeedback.municipality_id, ReferralFeedback.decided_by))
        .join(Organisation, _is(Organisation, User.municipality_id, User.organisation_id))
        .outerjoin(
            addressee,
            _is(addressee, ReferralFeedback.municipality_id, ReferralFeedback.to_user_id),
        )
        .options(load_only(User.name_sealed), load_only(addressee.name_sealed))
        .where(ReferralFeedback.municipality_id == access.reader().municipality_id)
    )


def _told(
    feedback: ReferralFeedback, decider: User, organisation: str, addressee: User | None
) -> Told:
    return Told(
        id=feedback.id,
        number=feedback.number,
        referred_on=feedback.referred_on,
        outcome=case_rules.Outcome(feedback.outcome),
        words=feedback.told_words or "",
        decided_on=feedback.decided_on,
        decided_by=decider.name,
        decided_from=organisation,
        to=addressee.name if addressee else "",
        way=Way(feedback.way) if feedback.way else None,
        told_on=feedback.told_on,
        case_id=feedback.case_id if access.may(Action.CASE_SHOW, feedback) else None,
        version=feedback.version,
    )


def referrer(feedback: ReferralFeedback) -> tuple[str, str]:
    """Return what kind of referrer it was and his name, '' where the reader may not read it."""
    access.require(Action.FEEDBACK_KEEP, feedback)
    row = db.session.scalars(
        select(Referral).where(
            Referral.municipality_id == feedback.municipality_id,
            Referral.case_id == feedback.case_id,
        )
    ).one()
    kind = case_rules.ReferrerKind(row.referrer_kind).label
    return kind, row.referrer_name if opens(row, Category.PLAN) else ""


def _slots() -> Any:
    return (
        select(TriageSlot)
        .where(TriageSlot.municipality_id == access.reader().municipality_id)
        .order_by(TriageSlot.set_at.desc(), TriageSlot.id)
    )


def _is(table: Any, municipality_id: Any, id_: Any) -> Any:
    return and_(table.municipality_id == municipality_id, table.id == id_)


def _under(table: Any) -> Any:
    return and_(table.municipality_id == Case.municipality_id, table.case_id == Case.id)


def _directed() -> Any:
    """Start from the cases in which the reader sits as process director."""
    reader = access.reader()
    return (
        select(Case.id)
        .join(CaseMember, and_(_under(CaseMember), CaseMember.is_current()))
        .where(
            Case.municipality_id == reader.municipality_id,
            CaseMember.user_id == reader.user_id,
            CaseMember.function == Role.PROCESS_DIRECTOR,
        )
    )
