"""Verbs of factors: say what was seen, and put right what was said."""

from datetime import date
from uuid import uuid4

from sqlalchemy import select, update

from pmg.cases import shares, taking_part
from pmg.cases.models import Case
from pmg.cases.rules import Status, status
from pmg.cases.shares import Thing
from pmg.clock import now
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.factors import rules
from pmg.factors.ages import age_of
from pmg.factors.models import FactorObservation
from pmg.security import access, audit, telling
from pmg.security.policy import Action, Category
from pmg.security.telling import Kind

# Looking back at a youth who is no longer, or was never, in the programme has no purpose.
_PAST = frozenset({Status.DECLINED, Status.PASSED_ON, Status.CLOSED})


def observe_factor(case: Case, seen: rules.Observation, *, today: date) -> FactorObservation:
    """Record what a professional saw.

    Raises NotPermitted if the reader's organisation may not enter the factor's category, Invalid
    if the observation does not fit the youth's age, lies in the future, or the case is over.
    """
    access.require(Action.FACTOR_OBSERVE, case, category=Category(seen.factor.category))
    note = _check(case, seen, today=today)
    return _record(case, seen, note)


def correct_observation(
    wrong: FactorObservation, right: rules.Observation, *, today: date
) -> FactorObservation:
    """Put a new observation in the place of a wrong one, which stays to be seen as corrected.

    Raises NotPermitted unless the reader's own organisation made it; Invalid when it was corrected
    before, the new one is not right or says the same, or it is of another category: then a reader
    of the one and not of the other would see that something is hidden from him.
    """
    access.require(Action.DATA_READ, wrong, category=wrong.category)
    if wrong.organisation_id != access.reader().organisation_id:
        raise NotPermitted("not_own")
    access.require(Action.FACTOR_OBSERVE, wrong, category=wrong.category)
    if right.factor.category != wrong.category:
        raise Invalid("factor", "Kies een factor van dezelfde soort, of leg een nieuwe vast.")
    case = db.session.get_one(Case, (wrong.municipality_id, wrong.case_id))
    _check_not_corrected(wrong)
    note = _check(case, right, today=today)
    _check_changed(wrong, right, note)
    correction = _record(case, right, note, corrects=wrong)
    db.session.flush()  # row security lets a share in only beside its item
    receivers = shares.carry_over(Thing.FACTOR, wrong.id, correction.id)
    people = taking_part.who_would_read(
        case, correction.organisation_id, correction.category, receivers
    )
    telling.tell(Kind.SHARED_CORRECTED, correction, people, item_id=correction.id)
    return correction


def takes_observations(case: Case, *, today: date) -> bool:
    """Tell whether the case is at a step in which something can still be said."""
    access.require(Action.FACTOR_SHOW, case)
    return status(case.facts, today) not in _PAST


def _check(case: Case, seen: rules.Observation, *, today: date) -> str:
    if not takes_observations(case, today=today):
        raise Invalid("case", "Deze zaak is voorbij. U kunt er niets meer bij vastleggen.")
    age = age_of(case, seen.on)
    if age < 0:
        raise Invalid("on", "Deze dag ligt voor de geboorte. Kijk het jaar na.")
    return rules.check(seen, age=age, today=today)


def _check_not_corrected(wrong: FactorObservation) -> None:
    """Raise Invalid when another row has taken its place; two at once wait for each other."""
    db.session.refresh(wrong, with_for_update=True)
    earlier = db.session.scalars(
        select(FactorObservation.id).where(
            FactorObservation.municipality_id == wrong.municipality_id,
            FactorObservation.case_id == wrong.case_id,
            FactorObservation.corrects_id == wrong.id,
        )
    ).first()
    if earlier is not None:
        raise Invalid("case", "Deze waarneming is al verbeterd. Verbeter de nieuwste.")


def _check_changed(wrong: FactorObservation, right: rules.Observation, note: str) -> None:
    was = (wrong.factor_code, wrong.presence, wrong.nature, wrong.source, wrong.seen_on)
    becomes = (right.factor.code, right.presence, right.nature, right.source, right.on)
    if (*was, wrong.note or "") == (*becomes, note):
        raise Invalid("case", "Er is niets veranderd. Verbeter wat niet klopt, of kies Annuleren.")


def _record(
    case: Case, seen: rules.Observation, note: str, *, corrects: FactorObservation | None = None
) -> FactorObservation:
    observation = FactorObservation(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        factor_code=seen.factor.code,
        presence=seen.presence.value,
        nature=seen.nature.value,
        source=seen.source.value,
        seen_on=seen.on,
        note=note or None,
        observer_id=access.reader().user_id,
        organisation_id=access.reader().organisation_id,
        corrects_id=corrects.id if corrects else None,
    )
    db.session.add(observation)
    if observation.category is Category.PLAN:
        _touch(case)  # else a case that moves for no visible reason would tell of what is closed
    old = corrects.presence if corrects else ""
    audit.wrote(
        Action.FACTOR_OBSERVE, observation, observation.id, presence=(old, observation.presence)
    )
    return observation


def _touch(case: Case) -> None:
    """Move the case up in the caseload, without a claim to be the only one writing in it."""
    db.session.execute(
        update(Case)
        .where(Case.municipality_id == case.municipality_id, Case.id == case.id)
        .values(updated_at=now()),
        execution_options={"synchronize_session": False},
    )
