"""What is given about a youth and a case, as forms and lists from Excel hand it over."""

from dataclasses import dataclass, fields, replace
from datetime import date
from uuid import UUID

from pmg.cases import rules
from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.legal_bases import LEGAL_BASES, PURPOSES
from pmg.reference.municipalities import FOCUS_AREAS

AREA_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is: for looking whether a youth is known."""

    given_name: str
    family_name: str
    birth_date: date
    bsn: str | None = None

    @property
    def named(self) -> rules.Named:
        """Name and birth date as they are compared."""
        return rules.Named(rules.name_key(f"{self.given_name} {self.family_name}"), self.birth_date)


@dataclass(frozen=True, slots=True)
class Details:
    """What is kept of a youth and of the ground of his case, and may be corrected later."""

    given_name: str
    family_name: str
    birth_date: date
    gender: rules.Gender
    bsn: str | None
    area: str | None
    focus_area_code: str | None
    purpose: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Told:
    """Whether the youth knows of the referral: since when, or why not and when to look again."""

    on: date | None = None
    not_yet_because: str | None = None
    look_again_on: date | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """What the details must become; `seen` is the mark of what the reader had before him."""

    details: Details
    seen: str
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What triage decides; a director only when the youth is taken in."""

    outcome: rules.Outcome
    motivation: str
    director_id: UUID | None = None
    youth_worker_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was taken before the case stood here, and on which day."""

    decision: Decision
    on: date


@dataclass(frozen=True, slots=True)
class Intake:
    """A referral, whole. A list brings cases of before: with their day, perhaps decided on."""

    details: Details
    reason: str
    reason_nature: rules.Nature
    referrer_kind: rules.ReferrerKind
    referrer_name: str
    told: Told
    referred_on: date | None = None
    decided: Decided | None = None
    other_because: str | None = None  # somebody much like him is known: why it is not he

    @property
    def person(self) -> Person:
        """Who it is about, as a look asks it."""
        details = self.details
        return Person(details.given_name, details.family_name, details.birth_date, details.bsn)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a case ends."""

    result: rules.CloseResult
    daytime_activity: rules.DaytimeActivity
    motivation: str
    closed_on: date
    aftercare_until: date | None = None
    aftercare_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """Where and for whom a referral is made: the municipality, and the ages of its round."""

    municipality_id: str
    organisation_type: str
    today: date
    ages: rules.AgeBounds = rules.DEFAULT_AGES


def check_details(details: Details, terms: Terms, *, on: date) -> Details:
    """Return the details clean; raise Invalid at the first that cannot be right.

    The age counts on the day `on`: that of the referral.
    """
    rules.check_birth_date(
        details.birth_date, on, minimum_age=terms.ages.minimum, maximum_age=terms.ages.maximum
    )
    _check_codes(details, terms)
    area = check_text("area", details.area or "", limit=AREA_LIMIT)
    return replace(
        details,
        given_name=rules.check_name("given_name", details.given_name),
        family_name=rules.check_name("family_name", details.family_name),
        bsn=rules.check_bsn(details.bsn) if details.bsn else None,
        area=area or None,
        focus_area_code=details.focus_area_code or None,
    )


def _check_codes(details: Details, terms: Terms) -> None:
    if details.purpose not in PURPOSES:
        raise Invalid("purpose", "Kies het doel uit de lijst.")
    basis = LEGAL_BASES.get(details.legal_basis)
    if basis is None or not basis.is_open_to(terms.organisation_type):
        raise Invalid("legal_basis", "Kies een grondslag die uw organisatie mag gebruiken.")
    if details.focus_area_code:
        area = FOCUS_AREAS.get(details.focus_area_code)
        if area is None or area.municipality_code != terms.municipality_id:
            raise Invalid("focus_area_code", "Kies een focusgebied van uw eigen gemeente.")


def check_told(told: Told, *, today: date) -> Told:
    """Return it clean; raise Invalid unless it says since when, or why not and until when."""
    if told.on is not None:
        return Told(on=rules.check_told(told.on, today=today))
    reason = rules.check_not_told(told.not_yet_because or "", told.look_again_on, today=today)
    return Told(not_yet_because=reason, look_again_on=told.look_again_on)


def check_decided(decided: Decided, referred_on: date, *, today: date) -> Decided:
    """Return it clean; raise Invalid as triage does, and for what may not be kept any more."""
    decision, facts = decided.decision, rules.Facts(referred_on)
    motivation = rules.check_triage(facts, decided.on, motivation=decision.motivation, today=today)
    rules.check_still_kept(
        rules.Facts(referred_on, decided.on, decision.outcome), "decided_on", today=today
    )
    return Decided(replace(decision, motivation=motivation), decided.on)


def check_intake(intake: Intake, terms: Terms) -> Intake:
    """Return the referral clean; raise Invalid at the first thing that cannot be right.

    Pure, so a list can be tried row by row before anything is kept.
    """
    day = intake.referred_on or terms.today
    if intake.referred_on is not None:
        rules.check_referral_day(day, intake.details.birth_date, today=terms.today)
    return replace(
        intake,
        details=check_details(intake.details, terms, on=day),
        reason=rules.check_reason(intake.reason),
        referrer_name=rules.check_name("referrer_name", intake.referrer_name),
        told=check_told(intake.told, today=terms.today),
        referred_on=day,
        decided=intake.decided and check_decided(intake.decided, day, today=terms.today),
        other_because=intake.other_because and rules.check_other(intake.other_because),
    )


def changed(old: Details, new: Details) -> dict[str, tuple[str, str]]:
    """Return what differs, as text, field by field; a citizen service number is not compared."""
    return {
        field.name: (_text(was), _text(becomes))
        for field in fields(Details)
        if field.name != "bsn"
        and (was := getattr(old, field.name)) != (becomes := getattr(new, field.name))
    }


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else str(value)
