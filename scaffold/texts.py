"""Brings the catalogue of English texts up to date: `.venv/bin/python -m scaffold.texts`.

Texts stand in Dutch where they are used; vocabularies and reference data are read from the data
itself. What is new comes in without English, what is gone goes out, nothing is guessed.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import pmg.app  # noqa: F401  (every room, so every vocabulary)
from pmg.definitions.shipped import SHIPPED
from pmg.disclosure.derive import ALMOST_ALL, ALMOST_NONE
from pmg.disclosure.national import LIMITS as NATIONAL_LIMITS
from pmg.imports.columns import FIELDS
from pmg.reference.evidence import MONTHS
from pmg.reference.factors import FACTORS
from pmg.reference.labelled import Labelled
from pmg.reference.legal_bases import PURPOSES
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.reference.partners import PARTNERS
from pmg.reference.share_bases import SHARE_BASES
from pmg.security import policy

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "pmg" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
WIDTH = 100
# Which argument of these is a text; the first where nothing is said.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **dict.fromkeys(
        (
            *("_l", "lazy_gettext", "BadText", "Given", "refusal", "say", "to_translate"),
            *("TooMuch", "translated"),
        )
    ),
    **dict.fromkeys(("Invalid", "refuse", "must"), (2,)),
    "OnlyIf": (3,),
}


def in_code() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Yield where a text stands, and the text; both forms of one with a number."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(ROOT / "pmg", methods, options, KEYWORDS)
    for path, _line, text, _comments, _context in found:
        yield f"pmg/{path}", text


def _vocabularies(kind: type[Labelled] = Labelled) -> Iterator[tuple[str, str]]:
    for vocabulary in kind.__subclasses__():
        if vocabulary.__module__.startswith("pmg."):
            place = vocabulary.__module__.replace(".", "/") + ".py"
            yield from ((place, member.dutch) for member in vocabulary if member.dutch)
        yield from _vocabularies(vocabulary)


def _reports() -> Iterator[str]:
    # The names of areas are names; a municipality without any has the words only.
    without_areas = next(code for code, one in MUNICIPALITIES.items() if not one.focus_areas)
    for template in SHIPPED.values():
        yield from (template.title, template.purpose)
        for indicator in template.indicators:
            yield from (indicator.title, indicator.base, indicator.definition)
        for dimension in template.dimensions(without_areas).values():
            yield dimension.label
            # Names of interventions are names; ages are written where they are shown.
            if dimension.code not in {"inzet", "leeftijd"}:
                yield from dimension.categories.values()


def in_data() -> Iterator[tuple[str, str]]:
    """Yield the texts that are data of the product itself, and where they stand."""
    data = "pmg/reference/data"
    yield from _vocabularies()
    yield from ((f"{data}/factors.csv", factor.name_nl) for factor in FACTORS.values())
    yield from ((f"{data}/partners.csv", partner.name_nl) for partner in PARTNERS.values())
    for file, table in (("share_bases.csv", SHARE_BASES), ("purposes.csv", PURPOSES)):
        for each in table.values():
            yield from ((f"{data}/{file}", text) for text in (each.name_nl, each.explanation_nl))
    yield from (("pmg/security/policy.csv", rule.reason) for rule in policy.table())
    yield from (("pmg/definitions/shipped.py", text) for text in _reports())
    yield from (("pmg/disclosure/national.py", text) for text in NATIONAL_LIMITS)
    yield from (("pmg/disclosure/derive.py", text) for text in (ALMOST_NONE, ALMOST_ALL))
    yield from (("pmg/imports/columns.py", field.label) for field in FIELDS.values())
    yield from (("pmg/reference/evidence.py", month) for month in MONTHS)


def present() -> Catalog:
    """Return the catalogue as it is kept."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def renewed() -> Catalog:
    """Return the catalogue with every text there is now, and the English there was."""
    catalogue = present()
    wanted = Catalog(fuzzy=False, creation_date=catalogue.creation_date)
    for place, text in (*in_code(), *in_data()):
        wanted.add(text, locations=[(place, 0)])
    catalogue.update(wanted, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    for factor in FACTORS.values():
        catalogue[factor.name_nl].string = factor.name_en
    return catalogue


def _done(english: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(english) if isinstance(english, tuple | list) else bool(english)


def main() -> None:
    """Write the renewed catalogue, compile it, and name what has no English yet."""
    catalogue = renewed()
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=WIDTH, sort_output=True, include_lineno=False)
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    todo = [message.id for message in catalogue if message.id and not _done(message.string)]
    print(f"{len(catalogue)} texts, {len(todo)} without English")
    for text in todo:
        print(f"  {text!r}")


if __name__ == "__main__":
    main()
