"""Verbs of triage: set its time, decide on a referral, note that the referrer was told."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from pmg.cases import members
from pmg.cases import services as cases
from pmg.cases.intake import Decision
from pmg.cases.models import Case, Referral, TriageDecision
from pmg.errors import Conflict, Invalid
from pmg.extensions import db
from pmg.security import access, audit, telling
from pmg.security.policy import Action, Role
from pmg.security.telling import Kind
from pmg.triage import rules
from pmg.triage.models import ReferralFeedback, TriageSlot
from pmg.triage.rules import Feedback, Slot, Telling, ToWhom, Way

READERS = (Role.PARTNER, Role.YOUTH_WORKER, Role.CASE_DIRECTOR)
"""Whoever has one of these roles can be told of a decision in the program."""


def set_slot(slot: Slot) -> TriageSlot:
    """Set the fixed time of the municipality, from now on. Raises NotPermitted, or Invalid."""
    desk = access.workplace()
    access.require(Action.TRIAGE_SET, desk)
    rules.check_slot(slot)
    row = TriageSlot(
        municipality_id=desk.municipality_id,
        id=uuid4(),
        weekday=int(slot.weekday),
        starts=slot.starts,
        minutes=slot.minutes,
        term_days=slot.term_days,
        set_by=access.reader().user_id,
    )
    db.session.add(row)
    audit.wrote(Action.TRIAGE_SET, row, row.id)
    return row


def decide(case: Case, decision: Decision, feedback: Feedback, *, today: date) -> TriageDecision:
    """Decide on a referral, and write down what its referrer may hear.

    With an account he is told in the program; else it waits until somebody told him. Raises all
    that `cases.services.decide_triage` does, and Invalid when nobody is chosen who can be told.
    """
    access.require(Action.CASE_TRIAGE, case)
    words = rules.check_words(feedback.words)
    entered_by = _entered_by(case)
    to_user = _addressee(feedback, entered_by)
    decided = cases.decide_triage(case, decision, today=today)
    reader_id = access.reader().user_id
    row = ReferralFeedback(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        number=case.number,
        referred_on=case.referred_on,
        outcome=decided.outcome,
        told_words=words or None,
        to_user_id=to_user,
        decided_on=today,
        decided_by=reader_id,
        way=Way.PROGRAM if to_user else None,
        told_on=today if to_user else None,
        told_by=reader_id if to_user else None,
    )
    db.session.add(row)
    db.session.flush()
    # Who entered it and takes part is told of the decision already, and reads it on the case.
    if to_user != entered_by or to_user not in members.of(case):
        telling.tell(Kind.FEEDBACK, access.workplace(), [to_user], item_id=row.id)
    audit.wrote(Action.FEEDBACK_KEEP, row, row.id)
    return decided


def note_told(feedback: ReferralFeedback, told: Telling, *, today: date) -> None:
    """Note how and when somebody told a referrer without an account.

    Raises NotPermitted, Conflict when it was noted since, or Invalid when it cannot be.
    """
    access.require(Action.FEEDBACK_KEEP, feedback)
    if feedback.version != told.version or feedback.way is not None:
        way = Way(feedback.way).label if feedback.way else ""
        raise Conflict(theirs={"way": way}, mine={"way": told.way.label})
    rules.check_telling(told, decided_on=feedback.decided_on, today=today)
    feedback.way, feedback.told_on = told.way, told.on
    feedback.told_by = access.reader().user_id
    audit.wrote(Action.FEEDBACK_KEEP, feedback, feedback.id)


def _entered_by(case: Case) -> UUID:
    return db.session.scalars(
        select(Referral.submitted_by).where(
            Referral.municipality_id == case.municipality_id, Referral.case_id == case.id
        )
    ).one()


def _addressee(feedback: Feedback, entered_by: UUID) -> UUID | None:
    """Return whose account it goes to; None when somebody tells it himself."""
    reader_id = access.reader().user_id
    if feedback.to_whom is ToWhom.OUTSIDE:
        return None
    if feedback.to_whom is ToWhom.ENTERED:
        if entered_by == reader_id:
            raise Invalid("to_whom", "U voerde de aanmelding zelf in. Kies wie de aanmelder was.")
        return entered_by
    if feedback.user_id is None or feedback.user_id == reader_id:
        raise Invalid("to_user", "Kies wie de aanmelder was.")
    if feedback.user_id not in {who.id for role in READERS for who in members.colleagues(role)}:
        raise Invalid("to_user", "Kies iemand uit de lijst.")
    return feedback.user_id
