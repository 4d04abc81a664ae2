"""What a file of a municipality says of itself, and whether it may come in. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from pmg.definitions.rules import LAST_SHIPPED, Indicator, Template
from pmg.definitions.shipped import SHIPPED
from pmg.definitions.vocabulary import Dimension
from pmg.disclosure.national import PLACE, Wanted
from pmg.disclosure.national_checks import MEANING
from pmg.disclosure.specs import Hierarchy
from pmg.errors import Invalid
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.reports.rules import Period
from pmg.texts import to_translate

AREAS = ("gebied",)
"""Dimensions whose categories exist in one municipality only."""

WITHOUT_AREAS = next(code for code, one in MUNICIPALITIES.items() if not one.focus_areas)
"""A municipality that has nothing of its own: what it divides by, all do."""

FEWEST = 2
"""The sum of one municipality is that municipality."""

_NAME = re.compile(
    r"(GM[0-9]{4}) ([a-z_]{1,40}) ([1-9][0-9]{0,5}) ([0-9-]{10}) ([0-9-]{10})(?: [1-9][0-9]{0,5})?"
)
_KEY = re.compile(r"[0-9a-f]{64}")
_PARTS = {"format", "release", "worlds", "certificate", "signature"}
_SIGNED_BY = {"algorithm", "public_key", "value"}
_PLACE_LABEL = to_translate("Gemeente")


class State(StrEnum):
    """How a national draft stands."""

    READY = "klaar"
    APPROVED = "goedgekeurd"
    SENT_BACK = "teruggestuurd"
    WITHDRAWN = "ingetrokken"


class Change(StrEnum):
    """In what a publication differs from the one that it succeeds."""

    ADDED = "erbij"
    CORRECTED = "gecorrigeerd"
    TABLE_IN = "tabel_erbij"
    TABLE_OUT = "tabel_eruit"


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """Which national figures: of which report, over which days."""

    template_code: str
    first: date
    last: date

    @property
    def period(self) -> Period:
        """The days."""
        return Period(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Label:
    """What a release says of itself, all of it signed."""

    place: str
    template_code: str
    template_version: int
    period: Period
    hash: str
    public_key: str
    # The hashes of all that its maker released before about the same people.
    earlier: tuple[str, ...]
    # Why it was made again; '' for a first one.
    reason: str

    @property
    def choice(self) -> Choice:
        """Which figures it is a part of."""
        return Choice(self.template_code, self.period.first, self.period.last)


def label(document: Mapping[str, Any]) -> Label:
    """Read what a release says of itself, that was found sound; raises Invalid where it is odd."""
    certificate, signature = document["certificate"], document["signature"]
    if set(document) != _PARTS:
        raise Invalid("files", "Er staat iets in dat niet in een rapport hoort.")
    if signature is None:
        raise Invalid("files", "Het rapport is niet ondertekend.")
    if set(signature) != _SIGNED_BY or not _KEY.fullmatch(str(signature["public_key"])):
        raise Invalid("files", "Er staat iets in dat niet in een rapport hoort.")
    found = _named(str(document["release"]["id"]))
    _check_about(found, certificate.get("about"))
    earlier = certificate.get("earlier")
    if not isinstance(earlier, list) or not all(isinstance(each, str) for each in earlier):
        raise Invalid("files", "Het rapport zegt niet wat de gemeente eerder vrijgaf.")
    return replace(
        found,
        hash=str(certificate["release_hash"]),
        public_key=str(signature["public_key"]),
        earlier=tuple(earlier),
        reason=_reason(certificate["about"]),
    )


def _named(name: str) -> Label:
    found = _NAME.fullmatch(name)
    if found is None or found[1] not in MUNICIPALITIES:
        raise Invalid("files", "Het rapport is niet van een gemeente van dit programma.")
    if found[2] not in {code for code, _version in SHIPPED}:
        raise Invalid("files", "Dit soort rapport kennen wij niet.")
    try:
        period = Period(date.fromisoformat(found[4]), date.fromisoformat(found[5]))
    except ValueError as fault:
        raise Invalid("files", "De dagen van het rapport kloppen niet.") from fault
    if period.first > period.last or period.last.year >= date.max.year:
        raise Invalid("files", "De dagen van het rapport kloppen niet.")
    return Label(found[1], found[2], int(found[3]), period, "", "", (), "")


def _check_about(found: Label, about: Any) -> None:
    """See that a file is what people read in it."""
    said = about if isinstance(about, dict) else {}
    if not str(said.get("gemeente")).endswith(f"({found.place})") or (
        said.get("eerste_dag"),
        said.get("laatste_dag"),
    ) != (found.period.first.isoformat(), found.period.last.isoformat()):
        raise Invalid(
            "files", "De naam van het rapport en wat het over zichzelf zegt, verschillen."
        )


def _reason(about: Mapping[str, Any]) -> str:
    reason = about.get("reden", "")
    return reason.strip() if isinstance(reason, str) else ""


def check_over(period: Period, today: date) -> None:
    """Raise Invalid for days that are still to come."""
    if period.last > today:
        raise Invalid("files", "De periode van het rapport is nog niet voorbij.")


def check_successor(new: Label, newest: str, seen: Sequence[str]) -> None:
    """Raise Invalid unless a release says itself that it succeeds the newest one that is here.

    `newest` is the hash of that one, `seen` what its maker had released before it.
    """
    if new.hash in seen:
        raise Invalid("files", "Er is al een nieuwer rapport van deze gemeente over deze periode.")
    if not new.reason or newest not in new.earlier:
        raise Invalid(
            "files",
            "Er is al een ander rapport van deze gemeente over deze periode, en dit bestand zegt "
            "niet dat het dat opvolgt.",
        )


def reference(code: str, versions: Sequence[int]) -> Template:
    """Return the version that all are compared with: the newest of the product that was used."""
    shipped = [number for number in versions if number <= LAST_SHIPPED]
    known = [SHIPPED[code, number] for number in sorted(shipped) if (code, number) in SHIPPED]
    if not known:
        raise Invalid(
            "",
            "Alle gemeenten gebruikten een eigen versie van dit rapport. Die zijn niet op te "
            "tellen.",
        )
    return known[-1]


def wanted(template: Template) -> Wanted:
    """Return what municipalities have to agree in to be added."""
    return Wanted(
        template.specs(),
        tuple(one for one in template.hierarchies(WITHOUT_AREAS) if one.dimension not in AREAS),
        {
            indicator.code: f"{indicator.base} {indicator.definition}"
            for indicator in template.indicators
        },
        AREAS,
    )


def meanings(template: Template, tables: Sequence[str]) -> dict[str, str]:
    """Return what a national file says that its tables mean."""
    texts = wanted(template).meanings
    return {f"{MEANING}{code}": texts[code] for code in tables}


def alphabetic(name: str) -> str:
    """Return what a municipality is sorted by: 's-Gravenhage stands under the G."""
    return name.removeprefix("'s-")


def national_template(template: Template, tables: Sequence[str]) -> Template:
    """Return the layout of national figures: without tables left out, places in place of areas."""
    kept = tuple(_moved(one) for one in template.indicators if one.code in tables)
    return replace(template, indicators=kept)


def _moved(indicator: Indicator) -> Indicator:
    def moved(name: str | None) -> str | None:
        return PLACE if name in AREAS else name

    return replace(
        indicator,
        rows=PLACE if indicator.rows in AREAS else indicator.rows,
        columns=moved(indicator.columns),
        blocks=moved(indicator.blocks),
        charts=tuple(PLACE if name in AREAS else name for name in indicator.charts),
    )


def national_dimensions(
    template: Template, hierarchies: Sequence[Hierarchy]
) -> dict[str, Dimension]:
    """Return the dimensions of the tables of national figures as they were published, by code."""
    found = {one.dimension: one for one in hierarchies}
    words = template.dimensions_as(hierarchies, WITHOUT_AREAS)
    if PLACE in found:
        names = {code: MUNICIPALITIES[code].name for code in found[PLACE].codes}
        names = dict(sorted(names.items(), key=lambda one: alphabetic(one[1])))
        words[PLACE] = Dimension(PLACE, _PLACE_LABEL, names)
    return words
