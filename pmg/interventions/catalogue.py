"""The catalogue in words for a page: it shows what there is and why, and never chooses."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from pmg.clock import today
from pmg.factors.queries import Sighting
from pmg.interventions.rules import Match
from pmg.reference.evidence import EvidenceLevel
from pmg.reference.factors import FACTORS, Domain, Factor
from pmg.reference.interventions import Intervention
from pmg.web.formats import day

# The colour only helps; the word says it.
_EVIDENCE_KINDS = {EvidenceLevel.NOT_RECOGNISED: "warning", EvidenceLevel.LAPSED: "warning"}


@dataclass(frozen=True, slots=True)
class Card:
    """One intervention as a page shows it."""

    intervention: Intervention
    ages: str
    duration: str
    dosage: str
    evidence: str
    evidence_kind: str
    factors: tuple[Factor, ...]
    reasons: tuple[str, ...] = ()
    misfits: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    retired: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One factor that can be ticked."""

    code: str
    label: str
    is_chosen: bool
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Fold:
    """Factors under one heading; open when something in it is ticked, or when it comes first."""

    title: str
    options: tuple[Option, ...]
    is_open: bool


def card(match: Match) -> Card:
    """Return the card of something that was found."""
    entry = match.intervention
    level = entry.evidence_level
    return Card(
        intervention=entry,
        ages=_("%(first)d tot en met %(last)d jaar", first=entry.age_min, last=entry.age_max),
        duration=_duration(entry),
        dosage=dosage(entry),
        evidence=level.label,
        evidence_kind=_EVIDENCE_KINDS.get(level, "ok" if level.is_recognition else "neutral"),
        factors=tuple(FACTORS[code] for code in entry.target_factor_codes),
        reasons=match.reasons,
        misfits=match.misfits,
        warnings=match.warnings,
        retired=retired(entry),
    )


def retired(entry: Intervention) -> str:
    """Say since when, or from when, it is not set to work any more and why; '' when it is."""
    if entry.retired_on is None:
        return ""
    on, why = day(entry.retired_on), entry.retired_why
    if entry.is_retired(today()):
        return str(_("Wordt sinds %(day)s niet meer ingezet. Reden: %(why)s", day=on, why=why))
    return str(_("Wordt vanaf %(day)s niet meer ingezet. Reden: %(why)s", day=on, why=why))


def dosage(entry: Intervention) -> str:
    """Return what is usually planned: '15 bijeenkomsten van 75 minuten'; '' when not known."""
    if entry.sessions is None:
        return (
            str(_("%(minutes)d minuten per keer", minutes=entry.minutes)) if entry.minutes else ""
        )
    times = ngettext("%(num)d bijeenkomst", "%(num)d bijeenkomsten", entry.sessions)
    if entry.minutes is None:
        return str(times)
    return str(_("%(times)s van %(minutes)d minuten", times=times, minutes=entry.minutes))


def folds(chosen: Collection[str], sightings: Collection[Sighting] = ()) -> tuple[Fold, ...]:
    """Return every factor once: those seen on the case first, then by part of life.

    In the order of the catalogue; nothing is ticked that the worker did not tick.
    """
    seen = {sighting.factor.code: sighting for sighting in sightings}
    first = tuple(
        _option(factor, chosen, seen) for factor in FACTORS.values() if factor.code in seen
    )
    found = [Fold(_("Vastgelegd bij deze zaak"), first, is_open=True)] if first else []
    for domain in Domain:
        options = tuple(
            _option(factor, chosen, seen)
            for factor in FACTORS.values()
            if factor.domain is domain and factor.code not in seen
        )
        ticked = any(option.is_chosen for option in options)
        if options:
            found.append(Fold(domain.label, options, is_open=ticked))
    return tuple(found)


def _option(factor: Factor, chosen: Collection[str], seen: Mapping[str, Sighting]) -> Option:
    sighting = seen.get(factor.code)
    hint = f"{sighting.presence.label}, {day(sighting.on)}" if sighting else ""
    return Option(factor.code, factor.name, factor.code in chosen, hint)


def _duration(entry: Intervention) -> str:
    weeks = entry.typical_duration_weeks
    if weeks is None:
        return str(_("Niet bekend"))
    return str(ngettext("Ongeveer %(num)d week", "Ongeveer %(num)d weken", weeks))
