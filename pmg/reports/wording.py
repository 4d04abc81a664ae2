"""Which number of a report is meant, in words that anyone reads: never the code of a category."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pmg.definitions.vocabulary import AGE, KINDS, Dimension, Unit, ages_of, dimension, kind_of
from pmg.disclosure.findings import Finding
from pmg.disclosure.ledger import HIDES
from pmg.reports.inside import Inside, Merge
from pmg.texts import to_translate, translated

_MOST = 20
_GAIN = to_translate(
    "%(first)s samen met %(second)s: %(number)d kleine aantallen minder. Elk getal wijkt dan "
    "hoogstens %(most)d af."
)
_GAIN_OF_ONE = to_translate(
    "%(first)s samen met %(second)s: %(number)d klein aantal minder. Elk getal wijkt dan "
    "hoogstens %(most)d af."
)
_FREE = to_translate(
    "%(first)s samen met %(second)s: alles is dan vrij te geven. Er worden %(number)d aantallen "
    "minder vastgehouden. Elk getal wijkt dan hoogstens %(most)d af."
)
_FREE_OF_ONE = to_translate(
    "%(first)s samen met %(second)s: alles is dan vrij te geven. Er wordt %(number)d aantal "
    "minder vastgehouden. Elk getal wijkt dan hoogstens %(most)d af."
)
_FREE_OF_ALL = to_translate(
    "%(first)s samen met %(second)s: alles is dan vrij te geven. Nu is niets vrij te geven. Elk "
    "getal wijkt dan hoogstens %(most)d af."
)
_STILL = to_translate(
    "%(first)s samen met %(second)s: dit helpt een deel. Van wat nu wordt vastgehouden, gaat het "
    "om %(number)d minder; wat dan nog wordt vastgehouden: %(left)d. Zo is het rapport nog niet "
    "vrij te geven."
)
_STILL_OF_ALL = to_translate(
    "%(first)s samen met %(second)s: dit helpt een deel. Nu is niets vrij te geven; wat dan nog "
    "wordt vastgehouden: %(left)d. Zo is het rapport nog niet vrij te geven."
)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that was found, with the numbers that it is about; `more` are not written out."""

    reason: str
    cells: tuple[str, ...]
    more: int


def remarks(findings: Iterable[Finding], municipality_id: str) -> list[Remark]:
    """Say what was found, and of which numbers: each reason once, in the order in which found."""
    found: dict[str, list[str]] = {}
    for finding in findings:
        cells = found.setdefault(_reason(finding, municipality_id), [])
        if finding.reason.template == HIDES.template:
            cells[:] = [translated("Het gaat om het hele rapport.")]
        elif finding.unit in set(Unit):
            cells.append(where(finding, municipality_id))
    return [
        Remark(reason, tuple(cells[:_MOST]), max(0, len(cells) - _MOST))
        for reason, cells in found.items()
    ]


def gains(inside: Inside, municipality_id: str) -> list[str]:
    """Say of each merge what it would bring, the best first."""
    return [_gain(each, municipality_id) for each in inside.merges]


def _gain(merge: Merge, municipality_id: str) -> str:
    first, second = (_words(merge.dimension, code, municipality_id) for code in merge.codes)
    if not merge.still_held and merge.fewer_held == 0:
        text = _GAIN if merge.fewer_small > 1 else _GAIN_OF_ONE
        number = merge.fewer_small
    else:
        text, number = _less_held(merge), merge.fewer_held or 0
    values = {"number": number, "most": merge.tolerance or 0, "left": merge.still_held}
    return translated(text, first=first, second=second, **values)


def _less_held(merge: Merge) -> str:
    if merge.still_held:
        return _STILL_OF_ALL if merge.fewer_held is None else _STILL
    if merge.fewer_held is None:
        return _FREE_OF_ALL
    return _FREE if merge.fewer_held > 1 else _FREE_OF_ONE


def where(finding: Finding, municipality_id: str) -> str:
    """Name a number: what is counted, and of whom."""
    return f"{Unit(finding.unit).label.capitalize()}: {cell(finding.codes, municipality_id)}"


def cell(codes: Mapping[str, str], municipality_id: str) -> str:
    """Name the categories of a number; without any it is the total."""
    names = [category(name, code, municipality_id) for name, code in codes.items()]
    return ", ".join(names) or translated("het totaal")


def category(name: str, code: str, municipality_id: str) -> str:
    """Return one category as the tables write it, with the name of its division."""
    known = described(name, municipality_id)
    words = _words(name, code, municipality_id)
    if known is None or code not in known.categories:
        return words
    return f"{translated(known.label).lower()} {words}"


def _words(name: str, code: str, municipality_id: str) -> str:
    known = described(name, municipality_id)
    if known is None or code not in known.categories:
        return translated("een groep die er niet meer is")
    return f"‘{translated(known.categories[code])}’"


def described(name: str, municipality_id: str) -> Dimension | None:
    """Return a division by the code that it has in any report; None where it is no more."""
    if kind_of(name) not in KINDS:
        return None
    return dimension(name, municipality_id, ages_of(name) if kind_of(name) == AGE else ())


def _reason(finding: Finding, municipality_id: str) -> str:
    values = dict(finding.reason.values)
    if "dimension" in values:
        known = described(str(values["dimension"]), municipality_id)
        values["dimension"] = translated(known.label) if known else values["dimension"]
    found = translated(finding.reason.template, **values)
    return found[:1].upper() + found[1:]
