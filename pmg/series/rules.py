"""Reading a series of figures from outside, row by row. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.imports.reading import csv_rows
from pmg.reference.labelled import Labelled
from pmg.reference.municipalities import MUNICIPALITIES

LARGEST_FILE = 1024 * 1024
MOST_ROWS, LONGEST_SOURCE = 2000, 200
WHOLE = "gemeente"
"""The area of a row about the whole municipality."""
COLUMNS = ("gebied", "periode", "waarde")
_PERIOD = re.compile(r"(?:19|20)\d{2}(?:-[Kk][1-4])?", re.ASCII)
_VALUE = re.compile(r"-?\d{1,9}(?:[.,]\d{1,4})?", re.ASCII)


class SeriesKind(Labelled):
    """Which series it is."""

    LIVEABILITY = "leefbaarometer", "Leefbaarometer"
    HALT = "halt", "Halt-verwijzingen"
    SUSPECTS = "verdachten", "Minderjarige verdachten"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: of which area, in which year or quarter."""

    area: str
    period: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one row of a file; rows count from 1, the heads included."""

    row: int
    refusal: Invalid

    @property
    def message(self) -> str:
        """What to mend, in the language of the reader."""
        return self.refusal.message


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a series came from, and the day that it is about."""

    kind: SeriesKind
    source: str
    reference_date: date


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read of a file: all of its figures, or all that is wrong."""

    figures: tuple[Figure, ...]
    faults: tuple[Fault, ...]


def check_origin(origin: Origin, today: date) -> Origin:
    """Return the origin with a clean source; raise Invalid when something misses."""
    source = check_text("source", origin.source, limit=LONGEST_SOURCE)
    if not source:
        raise Invalid("source", "Vul in waar de cijfers vandaan komen.")
    if origin.reference_date > today:
        raise Invalid("reference_date", "Kies een peildatum die al geweest is, of vandaag.")
    return Origin(origin.kind, source, origin.reference_date)


def read_series(content: bytes, municipality_id: str) -> Sheet:
    """Read a CSV file with the columns gebied, periode and waarde.

    Raises Invalid where it is no such file; what is wrong in a row is told with its number.
    """
    if len(content) > LARGEST_FILE:
        raise Invalid("file", "Het bestand is te groot: hoogstens 1 MB.")
    (_number, titles), *lines = [*csv_rows(content)] or [(1, ())]
    heads = [str(cell or "").lower() for cell in titles]
    missing = [name for name in COLUMNS if name not in heads]
    if missing:
        raise Invalid(
            "file",
            "De kolom ‘%(name)s’ ontbreekt. Zet in de eerste regel: gebied, periode, waarde.",
            name=missing[0],
        )
    rows = [(number, [str(cell or "") for cell in row]) for number, row in lines if any(row)]
    if not rows:
        raise Invalid("file", "Er staan geen cijfers in het bestand.")
    if len(rows) > MOST_ROWS:
        raise Invalid("file", "Het bestand heeft te veel rijen: hoogstens %(most)d.",
                      most=MOST_ROWS)  # fmt: skip
    places = [heads.index(name) for name in COLUMNS]
    return _judged(rows, places, municipality_id)


def _judged(
    rows: Sequence[tuple[int, list[str]]], places: Sequence[int], municipality_id: str
) -> Sheet:
    figures: list[Figure] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, str], int] = {}
    areas = {area.code for area in MUNICIPALITIES[municipality_id].focus_areas}
    for number, row in rows:
        cells = [row[place].strip() if place < len(row) else "" for place in places]
        wrong = list(_faults_of(cells, areas))
        key = (_area(cells[0]), cells[1].upper())
        if not wrong and (first := seen.setdefault(key, number)) != number:
            wrong.append(
                Invalid("file", "Dit gebied en deze periode staan ook in rij %(row)d.", row=first)
            )
        faults.extend(Fault(number, each) for each in wrong)
        if not wrong:
            figures.append(Figure(*key, Decimal(cells[2].replace(",", "."))))
    return Sheet(tuple(figures), tuple(faults))


def _faults_of(cells: Sequence[str], areas: set[str]) -> Iterator[Invalid]:
    area, period, value = cells
    if _area(area) not in {WHOLE, *areas}:
        yield Invalid(
            "file",
            "Het gebied ‘%(area)s’ is niet bekend. Gebruik ‘gemeente’ of de code van een "
            "focusgebied van deze gemeente.",
            area=area[:40],
        )
    if not _PERIOD.fullmatch(period):
        yield Invalid(
            "file",
            "De periode ‘%(period)s’ is geen jaar of kwartaal. Schrijf 2025 of 2025-K1.",
            period=period[:40],
        )
    if not _VALUE.fullmatch(value):
        yield Invalid("file", "‘%(value)s’ is geen getal. Schrijf 12 of 12,5.", value=value[:40])


def _area(cell: str) -> str:
    return WHOLE if cell.lower() == WHOLE else cell.upper()
