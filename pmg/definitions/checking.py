"""When a definition of a report is sound: all that is wrong at once, with its field. Pure."""

import re
from collections.abc import Iterator
from itertools import pairwise
from math import prod

from pmg.definitions.rules import (
    LONGEST_CODE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_TABLES,
    Indicator,
    Method,
    Template,
)
from pmg.definitions.vocabulary import KINDS, Ages, Unit, kind_of
from pmg.errors import Invalid
from pmg.texts import translated

MOST_CELLS, MOST_COMBINATIONS = 2000, 50_000
YOUNGEST, OLDEST = 0, 99
_CODE = re.compile(rf"[a-z0-9_]{{1,{LONGEST_CODE}}}")
_SAFE_FOR_REPEATS = 10


def faults(template: Template, municipality_id: str) -> list[Invalid]:
    """Return all that is wrong with a definition, each beside the field that it is about."""
    found = [*_of_texts(template), *_of_ages(template.ages), *_of_tables(template)]
    for at, indicator in enumerate(template.indicators, start=1):
        found.extend(_of_table(at, indicator))
    return found or [*_of_protection(template), *_of_size(template, municipality_id)]


def check(template: Template, municipality_id: str) -> None:
    """Raise Invalid with the first thing that is wrong with a definition."""
    if found := faults(template, municipality_id):
        raise found[0]


def _of_texts(template: Template) -> Iterator[Invalid]:
    if not _CODE.fullmatch(template.code):
        yield Invalid("code", "De code van het rapport heeft alleen kleine letters en cijfers.")
    for field, text, most in (
        ("title", template.title, LONGEST_TITLE),
        ("purpose", template.purpose, LONGEST_TEXT),
    ):
        yield from _of_text(field, text, most)


def _of_text(field: str, text: str, most: int) -> Iterator[Invalid]:
    if not text.strip():
        yield Invalid(field, "Vul dit in.")
    elif len(text) > most:
        yield Invalid(field, "Maak de tekst korter: hoogstens %(limit)d tekens.", limit=most)


def _of_ages(ages: Ages) -> Iterator[Invalid]:
    if not ages:
        yield Invalid("ages", "Vul ten minste één leeftijdsgroep in, bijvoorbeeld 8-11.")
    for first, last in ages:
        if not YOUNGEST <= first <= last <= OLDEST:
            yield Invalid(
                "ages",
                "De groep %(first)d-%(last)d kan niet: begin met de laagste leeftijd, en blijf "
                "tussen 0 en 99.",
                first=first,
                last=last,
            )
    for (_first, last), (following, _last) in pairwise(ages):
        if following <= last:
            yield Invalid(
                "ages",
                "Twee leeftijdsgroepen overlappen bij %(age)d jaar. Laat elke groep een jaar na "
                "de vorige beginnen.",
                age=following,
            )
        elif following > last + 1:
            yield Invalid(
                "ages",
                "Tussen %(last)d en %(next)d jaar valt een gat. Laat elke groep een jaar na de "
                "vorige beginnen.",
                last=last,
                next=following,
            )


def _of_tables(template: Template) -> Iterator[Invalid]:
    if not template.indicators:
        yield Invalid("table1_title", "Een rapport heeft ten minste één tabel.")
    if len(template.indicators) > MOST_TABLES:
        yield Invalid("table1_title", "Een rapport heeft hoogstens %(most)d tabellen.",
                      most=MOST_TABLES)  # fmt: skip
    codes: set[str] = set()
    for at, indicator in enumerate(template.indicators, start=1):
        if indicator.code in codes:
            yield Invalid(f"table{at}_title", "Twee tabellen heten hetzelfde. Kies een andere.")
        codes.add(indicator.code)


def _of_table(at: int, one: Indicator) -> Iterator[Invalid]:
    yield from _of_text(f"table{at}_title", one.title, LONGEST_TITLE)
    yield from _of_text(f"table{at}_definition", one.definition, LONGEST_TEXT)
    if not _CODE.fullmatch(one.code):
        yield Invalid(f"table{at}_title", "Begin de naam met een letter of een cijfer.")
    if not one.rows:
        yield Invalid(f"table{at}_rows", "Kies waarnaar de rijen zijn ingedeeld.")
    names = {"rows": one.rows, "columns": one.columns, "blocks": one.blocks}
    seen: set[str] = set()
    for place, name in names.items():
        if name:
            yield from _of_dimension(f"table{at}_{place}", name, one.unit, seen=seen)
            seen.add(name)
    if not set(one.charts) <= set(one.dimensions):
        yield Invalid(f"table{at}_charts", "Een grafiek kan alleen van een indeling van de tabel.")


def _of_dimension(field: str, name: str, unit: Unit, *, seen: set[str]) -> Iterator[Invalid]:
    kind = KINDS.get(kind_of(name))
    if kind is None:
        yield Invalid(
            field, "De indeling ‘%(name)s’ bestaat niet meer. Kies een andere.", name=name
        )
    elif unit not in kind.units:
        yield Invalid(
            field,
            "De indeling ‘%(name)s’ hoort niet bij %(unit)s. Kies een andere.",
            name=translated(kind.label).lower(),
            unit=unit.label,
        )
    elif name in seen:
        yield Invalid(field, "Deze indeling staat twee keer in dezelfde tabel. Kies een andere.")


def _of_protection(template: Template) -> Iterator[Invalid]:
    repeats = [i.unit.label for i in template.indicators if i.unit.repeats]
    if template.method is Method.HIDE and len({i.unit for i in template.indicators}) > 1:
        yield Invalid(
            "method",
            "Verbergen kan alleen als alle tabellen hetzelfde tellen. Laat tabellen van een andere "
            "eenheid weg, of kies afronden.",
        )
    if template.base not in {5, 10} or template.k != template.base:
        yield Invalid("base", "Rond af op vijftallen of op tientallen.")
    elif repeats and template.base < _SAFE_FOR_REPEATS:
        yield Invalid(
            "base",
            "Rond af op tientallen: bij %(unit)s kan één jongere meer dan één keer meetellen, en "
            "vijftallen beschermen dan te weinig.",
            unit=repeats[0],
        )


def _of_size(template: Template, municipality_id: str) -> Iterator[Invalid]:
    cells = template.cells(municipality_id)
    if cells > MOST_CELLS:
        yield Invalid(
            "table1_rows",
            "Het rapport heeft %(cells)d getallen; veilig af te ronden zijn er hoogstens "
            "%(most)d. Laat een uitsplitsing of een tabel weg.",
            cells=cells,
            most=MOST_CELLS,
        )
    sizes = {d.code: len(d.categories) for d in template.dimensions(municipality_id).values()}
    for unit in dict.fromkeys(i.unit for i in template.indicators):
        used = {name for i in template.indicators if i.unit is unit for name in i.dimensions}
        if prod(sizes[name] for name in used) > MOST_COMBINATIONS:
            yield Invalid(
                "table1_rows",
                "Samen hebben de tabellen van %(unit)s te veel indelingen. Gebruik er minder, of "
                "zet ze in een ander rapport.",
                unit=unit.label,
            )
