"""What the pages of factors show: only what the reader may read, as if nothing else were there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import load_only

from pmg.cases.models import Case
from pmg.extensions import db
from pmg.factors.models import FactorObservation
from pmg.factors.rules import Nature, Presence, Source
from pmg.reference import source_laws
from pmg.reference.factors import FACTORS, Factor
from pmg.reference.source_laws import SourceLaw
from pmg.security import access, policy
from pmg.security.identity import Organisation, User
from pmg.security.policy import Action, Category
from pmg.texts import translated


@dataclass(frozen=True, slots=True)
class Sighting:
    """One observation, with who made it; `note` is '' where it was not asked for."""

    id: UUID
    factor: Factor
    presence: Presence
    nature: Nature
    source: Source
    on: date
    observer: str
    organisation: str
    note: str
    is_corrected: bool
    is_correction: bool
    is_own: bool
    corrects_id: UUID | None = None

    @property
    def bound(self) -> SourceLaw | None:
        """The law under which another organisation let the reader see it, if one goes along."""
        return None if self.is_own else source_laws.of(self.factor.category)


@dataclass(frozen=True, slots=True)
class Closed:
    """Factors that the reader cannot enter, and why not, in words of the policy table."""

    why: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be said about this youth by this reader."""

    factors: tuple[Factor, ...]
    closed: tuple[Closed, ...]
    other_ages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """An observation with the names around it."""

    seen: FactorObservation
    observer: str = ""
    organisation: str = ""
    is_corrected: bool = False

    def sighting(self, *, note: str) -> Sighting:
        """Return it as the pages take it."""
        seen = self.seen
        return Sighting(
            id=seen.id,
            factor=FACTORS[seen.factor_code],
            presence=Presence(seen.presence),
            nature=Nature(seen.nature),
            source=Source(seen.source),
            on=seen.seen_on,
            observer=self.observer,
            organisation=self.organisation,
            note=note,
            is_corrected=self.is_corrected,
            is_correction=seen.corrects_id is not None,
            is_own=seen.organisation_id == access.reader().organisation_id,
            corrects_id=seen.corrects_id,
        )


def course(case: Case) -> list[Sighting]:
    """Return every observation that the reader may read, oldest first; notes are opened."""
    return [row.sighting(note=row.seen.note or "") for row in _read(case)]


def standing(case: Case) -> list[Sighting]:
    """Return what was not corrected, newest first; no note is opened."""
    return [row.sighting(note="") for row in reversed(_read(case)) if not row.is_corrected]


def latest(case: Case) -> list[Sighting]:
    """Return of each factor what was seen last, newest first; no note is opened."""
    return newest_of_each(standing(case))


def newest_of_each(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Return the first of each factor; they come newest first."""
    found: dict[str, Sighting] = {}
    for seen in sightings:
        found.setdefault(seen.factor.code, seen)
    return list(found.values())


def sighting(observation: FactorObservation) -> Sighting:
    """Return one observation, to be put right; raise NotPermitted when it is closed."""
    access.require(Action.DATA_READ, observation, category=observation.category)
    return _Row(observation).sighting(note=observation.note or "")


def offer(case: Case, ages: tuple[int, int]) -> Offer:
    """Return the factors for ages from the first to the last that the reader may enter."""
    access.require(Action.FACTOR_OBSERVE, case)
    fitting = [f for f in FACTORS.values() if f.min_age <= ages[1] and f.max_age >= ages[0]]
    open_to_me = {
        category: access.may(Action.FACTOR_OBSERVE, case, category=category)
        for category in {Category(factor.category) for factor in fitting}
    }
    closed: dict[str, list[str]] = {}
    for factor in fitting:
        if not open_to_me[Category(factor.category)]:
            closed.setdefault(_why(Category(factor.category)), []).append(factor.name)
    return Offer(
        factors=tuple(f for f in fitting if open_to_me[Category(f.category)]),
        closed=tuple(Closed(why, tuple(names)) for why, names in closed.items()),
        other_ages=tuple(f.name for f in FACTORS.values() if f not in fitting),
    )


def _why(category: Category) -> str:
    return " ".join(
        translated(rule.reason)
        for rule in policy.table()
        if rule.action is Action.FACTOR_OBSERVE and category in rule.categories
    )


def _read(case: Case) -> list[_Row]:
    """Return rows with observer, organisation and whether corrected, oldest first.

    One statement. The policy is asked for each row: what belongs to another organisation and
    was not shared is not in the list.
    """
    access.require(Action.FACTOR_SHOW, case)
    given = {"municipality_id": case.municipality_id, "case_id": case.id}
    found = db.session.execute(_rows(), given).all()
    corrected = {seen.corrects_id for seen, _user, _name in found}
    names = {user.id: user.name for user in {user.id: user for _s, user, _n in found}.values()}
    return [
        _Row(seen, names[user.id], organisation, is_corrected=seen.id in corrected)
        for seen, user, organisation in found
        if access.may(Action.DATA_READ, seen, category=seen.category)
    ]


@cache
def _rows() -> Select[FactorObservation, User, str]:
    seen = FactorObservation
    return (
        select(seen, User, Organisation.name)
        .join(User, (User.municipality_id == seen.municipality_id) & (User.id == seen.observer_id))
        .join(
            Organisation,
            (Organisation.municipality_id == seen.municipality_id)
            & (Organisation.id == seen.organisation_id),
        )
        .options(load_only(User.name_sealed))
        .where(
            seen.municipality_id == bindparam("municipality_id"),
            seen.case_id == bindparam("case_id"),
        )
        .order_by(seen.seen_on, seen.created_at)
    )
