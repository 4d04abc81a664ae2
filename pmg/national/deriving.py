"""From the newest release of each municipality to the text of national figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pmg.definitions.rules import Template
from pmg.disclosure.canonical import canonical
from pmg.disclosure.errors import BadRelease
from pmg.disclosure.national import FORMAT, LeftOut, National, Source, add_up, certify, differences
from pmg.errors import Invalid
from pmg.national import sources
from pmg.national.rules import FEWEST, Change, Choice, meanings, reference, wanted
from pmg.national.sources import Arrival
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.security.identity import MINISTRY


@dataclass(frozen=True, slots=True)
class Sum:
    """National figures that nobody has signed yet, and what they are laid out by."""

    template: Template
    national: National
    arrivals: Mapping[str, Arrival]


@dataclass(frozen=True, slots=True)
class Before:
    """The publication that figures succeed: its figures, and how many there were by then."""

    national: National
    times: int


def compared(choice: Choice) -> list[LeftOut]:
    """Say in what the municipalities do not agree; raises Invalid as `derived` does, but for that.

    Also where nothing is left to add, so that it can be said why.
    """
    _arrivals, template, opened = _gathered(choice)
    return [each for one in opened for each in differences(wanted(template), one)]


def _gathered(choice: Choice) -> tuple[dict[str, Arrival], Template, list[Source]]:
    arrivals = sources.newest(choice)
    if len(arrivals) < FEWEST:
        raise Invalid("", "Er zijn nog geen twee gemeenten die dit rapport leverden.")
    template = reference(choice.template_code, [one.version for one in arrivals.values()])
    return arrivals, template, [sources.source_of(one) for one in arrivals.values()]


def derived(choice: Choice, before: Before | None) -> Sum:
    """Add the newest releases of the municipalities; nothing else goes in.

    Raises Invalid where too few delivered, where they agree in no table, or where a release is
    not any more what was accepted.
    """
    arrivals, template, opened = _gathered(choice)
    name = f"{MINISTRY} {template.code} {template.version} {choice.first} {choice.last}"
    if before is not None:
        name = f"{name} {before.times + 1}"
    try:
        national = add_up(name, opened, wanted(template))
    except BadRelease as fault:
        raise Invalid(
            "",
            "Over geen enkele tabel zijn de gemeenten het eens. Er valt niets op te tellen. Kijk "
            "hieronder wat verschilt.",
        ) from fault
    return Sum(template, national, arrivals)


def written(found: Sum, choice: Choice, *, reason: str, before: Before | None) -> dict[str, Any]:
    """Write the file of national figures, without its signature."""
    certificate = certify(
        found.national,
        _about(found, choice, reason),
        succeeds=before.national.hash if before else "",
        changes=changes(found, before) if before else [],
    )
    return {
        "format": FORMAT,
        "national": found.national.as_json(),
        "certificate": certificate,
        "signature": None,
    }


def as_text(document: Mapping[str, Any]) -> str:
    """Write a file as canonical JSON."""
    return canonical(document).decode() + "\n"


def _about(found: Sum, choice: Choice, reason: str) -> dict[str, str]:
    template, places = found.template, found.arrivals
    return {
        "rapport": f"{template.title}, versie {template.version}",
        "gemeenten": f"{len(places)} van de {len(MUNICIPALITIES)}",
        "eerste_dag": choice.first.isoformat(),
        "laatste_dag": choice.last.isoformat(),
        "niet_geleverd": ", ".join(
            f"{one.name} ({code})" for code, one in MUNICIPALITIES.items() if code not in places
        ),
        **({"reden": reason} if reason else {}),
        **meanings(template, [spec.name for spec in found.national.specs]),
    }


def changes(found: Sum, before: Before) -> list[dict[str, str]]:
    """Say what came in since the publication before: municipalities, corrections, tables."""
    earlier = {origin.place: origin.release for origin in before.national.origins}
    said = [
        _change(Change.CORRECTED if place in earlier else Change.ADDED, place, arrival.reason)
        for place, arrival in sorted(found.arrivals.items())
        if earlier.get(place) != arrival.hash
    ]
    now, then = (_tables(one) for one in (found.national, before.national))
    said += [_change(Change.TABLE_IN, table) for table in sorted(now - then)]
    return said + [_change(Change.TABLE_OUT, table) for table in sorted(then - now)]


def _change(what: Change, of: str, reason: str = "") -> dict[str, str]:
    return {"what": str(what), "of": of, "reason": reason}


def _tables(national: National) -> set[str]:
    specs: Iterable[Any] = national.specs
    return {spec.name for spec in specs}
