"""Makes the two example caseload lists: every name, number and story in them is invented.

Run as `python tests/data/make_examples.py`; the same seed gives the same lists.
"""

import csv
import io
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import Workbook

HERE = Path(__file__).parent
CLEAN = HERE / "caseload_schoon.xlsx"
DIRTY = HERE / "caseload_vuil.csv"
SEED = 20_261
ROWS = 200
MUNICIPALITY = "GM0363"
FOCUS_AREAS = ("Amsterdam Zuidoost", "Amsterdam Nieuw-West", "")
MADE_ON = datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001  (a workbook knows no time zones)

Cell = str | int | date | None

GIVEN_NAMES = (
    "Aafje Bram Cédric Dünya Eline Fabiënne Guus Hidde Ilse Joëlle Kees Lotte Mårten Noor "
    "Okke Pien Quinten Roos Siem Tijn Ümit Veerle Wessel Xanthe Yara Zoë Anouk Boaz Çelik Dieuwke"
)
FAMILY = (
    ("", "Voorbeeldsma"), ("de", "Testeboer"), ("van", "Verzonnen"), ("van den", "Fictieberg"),
    ("van der", "Proefwal"), ("'t", "Bedachthuis"), ("ten", "Nepkamp"), ("el", "Denkbeeldi"),
    ("", "Ñietbestaand"), ("", "Nergensnaar"), ("van 't", "Schijnveld"), ("", "Müllerspel"),
    ("de la", "Fantasía"), ("", "Probeersel-de Vulling"), ("op de", "Papierendijk"),
)  # fmt: skip
REASONS = (
    "Komt sinds de zomer weinig op school en hangt veel op straat.",
    "Heeft geen werk of opleiding en zoekt snel geld.",
    "Ouders maken zich zorgen over nieuwe, oudere vrienden.",
    "Is twee keer aangesproken op overlast bij het winkelcentrum.",
    "Wil zelf hulp om weer naar het mbo te gaan.",
)
REFERRERS = ("School", "Politie", "Wijkteam", "Jongerenwerk", "Ouder", "Leerplicht", "OOV")
MOTIVATIONS = (
    "Meer partners zien hetzelfde; samen optrekken is nodig.",
    "De ouders vragen zelf om hulp en lichtere hulp hielp niet.",
    "School en jongerenwerk kunnen dit niet alleen.",
)
BASES = ("OPENBARE-ORDE", "JEUGDWET", "LEERPLICHT")
AREAS = ("Bijlmer-Oost", "Gaasperdam", "Geuzenveld", "Slotermeer", "Osdorp", "")
MONTHS = "januari februari maart april mei juni juli augustus september oktober november december"
HEADER = (
    "Voornaam", "Tussenvoegsel", "Achternaam", "Geb.datum", "BSN", "Geslacht", "Wijk/Buurt",
    "Focusgebied", "Reden aanmelding", "Aanmelder", "Datum aanmelding", "Grondslag", "Doel",
    "Geïnformeerd (ja/nee)", "Geïnformeerd op", "Reden niet geïnformeerd", "Status",
    "Besluit", "Datum besluit", "Motivering",
)  # fmt: skip


def clean_rows() -> list[tuple[Cell, ...]]:
    """Return 200 rows in which nothing needs mending."""
    return _sound_rows(random.Random(SEED), ROWS)


def dirty_rows() -> Iterator[tuple[Cell, ...]]:
    """Yield sound rows with one of every fault in between, each fault on a row of its own."""
    first, *rows = _sound_rows(random.Random(SEED + 1), len(FAULTS) + 10)
    yield first
    for (column, value), row in zip(FAULTS, rows, strict=False):
        at = HEADER.index(column)
        yield (*row[:at], value, *row[at + 1 :])
    yield first
    yield from rows[len(FAULTS) :]


FAULTS: tuple[tuple[str, Cell], ...] = (
    ("Voornaam", None),
    ("Voornaam", '=HYPERLINK("http://example.invalid","klik")'),
    ("Voornaam", "=cmd|' /C calc'!A0"),
    ("Achternaam", "\0nul"),
    ("Achternaam", "x" * 5_000),
    ("Geb.datum", None),
    ("Geb.datum", "31-2-2010"),
    ("Geb.datum", "29-2-2011"),
    ("Geb.datum", "3-1-11"),
    ("Geb.datum", "13-13-2010"),
    ("Geb.datum", "40546,5"),
    ("Geb.datum", "1-1-1960"),
    ("Geb.datum", "1-1-2090"),
    ("BSN", "123456789"),
    ("BSN", "12345"),
    ("Geslacht", "mv"),
    ("Focusgebied", "Atlantis-Noord"),
    ("Reden aanmelding", "overlast"),
    ("Reden aanmelding", "#N/B"),
    ("Aanmelder", "de buurman van drie hoog"),
    ("Datum aanmelding", "1-1-2090"),
    ("Datum aanmelding", "gisteren"),
    ("Grondslag", "toestemming"),
    ("Grondslag", "WGS-ZVH"),
    ("Doel", "in de gaten houden"),
    ("Geïnformeerd (ja/nee)", "misschien"),
    ("Geïnformeerd (ja/nee)", None),
    ("Status", "afgesloten"),
    ("Status", "rood"),
    ("Besluit", "misschien"),
    ("Datum besluit", "1-1-2020"),
    ("Motivering", "ok"),
)  # fmt: skip


def write_clean() -> bytes:
    """Return the clean workbook."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Caseload"
    sheet.append(["Caseload Preventie met Gezag (verzonnen voorbeeld)"])
    sheet.append(list(HEADER))
    for row in clean_rows():
        sheet.append(list(row))
    book.properties.created = book.properties.modified = MADE_ON
    book.properties.creator = "make_examples.py"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def write_dirty() -> bytes:
    """Return the dirty list as Excel in Dutch writes it: cp1252 and semicolons."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";")
    writer.writerow(HEADER)
    writer.writerows([_in_dutch(cell) for cell in row] for row in dirty_rows())
    return written.getvalue().encode("cp1252")


def synthetic_bsns() -> list[str]:
    """Return numbers that pass the eleven test, in the range for tests: they start with 9999."""
    numbers = []
    for first in range(99_990_000, 100_000_000):
        last = sum((9 - at) * int(digit) for at, digit in enumerate(str(first))) % 11
        if last < 10:
            numbers.append(f"{first}{last}")
    return numbers


def _sound_rows(chance: random.Random, count: int) -> list[tuple[Cell, ...]]:
    people = [(given, *family) for given in GIVEN_NAMES.split() for family in FAMILY]
    numbers = chance.sample(synthetic_bsns(), count)
    named = chance.sample(people, count)
    return [_sound_row(chance, person, bsn) for person, bsn in zip(named, numbers, strict=True)]


def _sound_row(chance: random.Random, person: tuple[str, str, str], bsn: str) -> tuple[Cell, ...]:
    given, prefix, family = person
    born = date(2008, 1, 1) + timedelta(days=chance.randrange(8 * 365))
    referred = date(2025, 9, 1) + timedelta(days=chance.randrange(300))
    told = chance.random() < 0.8
    running = chance.random() < 0.6
    in_words = chance.random() < 0.5  # a decision, where other lists have a status
    return (
        given,
        prefix or None,
        family,
        _somehow(chance, born),
        _somehow_bsn(chance, bsn),
        chance.choice(("m", "v", "x", "Jongen", "meisje", None)),
        chance.choice(AREAS) or None,
        chance.choice(FOCUS_AREAS) or None,
        chance.choice(REASONS),
        chance.choice(REFERRERS),
        _somehow(chance, referred),
        chance.choice(BASES),
        chance.choice(("VOORKOMEN", "NIET-VERDER", "SCHOOL-WERK", None)),
        "ja" if told else "nee",
        _somehow(chance, referred + timedelta(days=3)) if told else None,
        None if told else "Eerst een gesprek met beide ouders samen.",
        None if in_words else "lopend" if running else "aangemeld",
        _decision(chance) if in_words and running else None,
        _somehow(chance, referred + timedelta(days=14)) if running else None,
        chance.choice(MOTIVATIONS) if in_words and running else None,
    )


def _decision(chance: random.Random) -> Cell:
    return chance.choice(("in behandeling nemen", "In behandeling genomen", "opgenomen"))


def _somehow(chance: random.Random, day: date) -> Cell:
    month = MONTHS.split()[day.month - 1]
    return chance.choice(
        (
            day,
            f"{day.day}-{day.month}-{day.year}",
            f"{day:%d/%m/%Y}",
            f"{day.day} {month} {day.year}",
            day.isoformat(),
        )
    )


def _somehow_bsn(chance: random.Random, number: str) -> Cell:
    dotted = f"{number[:4]}.{number[4:6]}.{number[6:]}"
    return chance.choice((None, None, number, dotted, int(number)))


def _in_dutch(cell: Cell) -> str:
    return f"{cell:%d-%m-%Y}" if isinstance(cell, date) else str(cell or "")


if __name__ == "__main__":
    CLEAN.write_bytes(write_clean())
    DIRTY.write_bytes(write_dirty())
