"""Builders: what tests need to have happened, done by the services, in order."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from pmg.cases import members, services
from pmg.cases.files import mark_of
from pmg.cases.intake import Correction, Decision, Details, Ending, Intake, Terms, Told
from pmg.cases.models import Case, Youth
from pmg.cases.rules import (
    CloseResult,
    DaytimeActivity,
    Gender,
    Nature,
    Outcome,
    ReferrerKind,
    case_number,
)
from pmg.cases.shares import Share
from pmg.clock import today
from pmg.extensions import db
from pmg.reference import share_bases
from pmg.reference.municipalities import FOCUS_AREAS
from pmg.security import access
from pmg.security.encryption import keystore
from pmg.security.policy import Role
from pmg.sharing import items
from pmg.sharing import services as sharing
from tests.cast import Cast

__all__ = ["FOCUS_AREAS", "Role", "members"]

# Today: pages ask the real clock, so what services are told must agree with it.
TODAY = today()
BORN = date(2010, 3, 14)
BSN = "123456782"


def number(sequence: int) -> str:
    """The number of the n-th case of this year."""
    return case_number(TODAY.year, sequence)


def not_told() -> Told:
    """The youth does not know yet; in three weeks somebody looks again."""
    return Told(
        not_yet_because="Zijn moeder vertelt het zelf.", look_again_on=TODAY + timedelta(days=21)
    )


def details(**given: Any) -> Details:
    """A youth whom no other test can mistake for another."""
    return Details(
        **{
            "given_name": "Yassin",
            "family_name": "de Boer",
            "birth_date": BORN,
            "gender": Gender.BOY,
            "bsn": None,
            "area": "Geuzenveld",
            "focus_area_code": None,
            "purpose": "VOORKOMEN",
            "legal_basis": "OPENBARE-ORDE",
        }
        | given
    )


def intake(**given: Any) -> Intake:
    """A whole referral; what is given replaces a part of it, also of the details."""
    mine = {name: given.pop(name) for name in list(given) if name in Details.__slots__}
    return Intake(
        **{
            "details": details(**mine),
            "reason": "Hangt elke avond rond op het plein en gaat niet meer naar school.",
            "reason_nature": Nature.FACT,
            "referrer_kind": ReferrerKind.SCHOOL,
            "referrer_name": "Mevrouw Smit",
            "told": Told(on=TODAY - timedelta(days=3)),
        }
        | given
    )


def the_case(case_id: UUID) -> Case:
    """The row, for who is at work."""
    return db.session.get_one(Case, (access.reader().municipality_id, case_id))


def a_referral(cast: Cast, at_work: Any, *, by: str = "sanne", **given: Any) -> UUID:
    """Sanne refers a youth; the process director has yet to decide."""
    with at_work(getattr(cast, by)):
        return services.refer(intake(**given), today=TODAY).id


def a_case(cast: Cast, at_work: Any, *, outcome: Outcome = Outcome.ACCEPT, **given: Any) -> UUID:
    """Sanne refers, Fatma decides, and Bas directs the case; Sanne stays its youth worker."""
    case_id = a_referral(cast, at_work, **given)
    with at_work(cast.fatma):
        decision = Decision(
            outcome, "De zorgen zijn groot genoeg voor de aanpak.", director_id=cast.bas.id
        )
        services.decide_triage(the_case(case_id), decision, today=TODAY)
    return case_id


def a_closed_case(cast: Cast, at_work: Any, **given: Any) -> UUID:
    """A case that Bas has closed."""
    case_id = a_case(cast, at_work, **given)
    with at_work(cast.bas):
        services.close_case(the_case(case_id), an_ending(), today=TODAY)
    return case_id


def corrected(cast: Cast, at_work: Any, case_id: UUID, **given: Any) -> None:
    """Bas corrects what is kept of the youth."""
    with at_work(cast.bas) as reader:
        correct(reader, case_id, **given)


def correct(reader: access.Reader, case_id: UUID, **given: Any) -> None:
    """Correct what is kept, as who is at work."""
    case = the_case(case_id)
    youth = db.session.get_one(Youth, (case.municipality_id, case.youth_id))
    terms = Terms(reader.municipality_id, reader.organisation_type, TODAY)
    correction = Correction(details(**given), mark_of(case, youth))
    services.edit_details(case, correction, terms=terms)


def share(row: items.Row, *organisations: UUID, **given: Any) -> list[Share]:
    """Share what who is at work wrote, on the first ground that there is for it."""
    found = items.item(row)
    reader = access.reader()
    ground = share_bases.open_for(found.category.value, reader.organisation_type)[0]
    decision = {
        "organisations": organisations,
        "purpose": "VOORKOMEN",
        "legal_basis": ground.code,
        "why": "Zonder dit kan de casusregisseur het plan niet maken.",
        "until": TODAY + timedelta(days=60),
        "no_agreement": "Er is nog geen convenant.",
    }
    return sharing.share(found, sharing.Decision(**(decision | given)), today=TODAY)


def shred(case: Case) -> None:
    """Destroy the key of the youth: all that names him is unreadable from now on."""
    keystore().shred(case.municipality_id, case.youth_id)


def an_ending(**given: Any) -> Ending:
    """The end of a case: the goal is reached."""
    return Ending(
        **{
            "result": CloseResult.REACHED,
            "daytime_activity": DaytimeActivity.SCHOOL,
            "motivation": "Hij gaat weer elke dag naar school.",
            "closed_on": TODAY,
        }
        | given
    )
