"""Reports as files: tidy CSV, the file to check, and the base worlds."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from pmg.disclosure.audit import interval
from pmg.disclosure.canonical import canonical
from pmg.disclosure.exports import HIDDEN, harmless, world_csv
from pmg.disclosure.ledger import Ledger
from pmg.errors import Gone
from pmg.reports.authentic import authentic
from pmg.reports.models import ReportRelease
from pmg.reports.queries import Report, opened

_CSV = "text/csv; charset=utf-8"
_TOTAL = "totaal"
_BAND = ("in_het_echt_minstens", "in_het_echt_hoogstens")
_MARK = "\ufeff"
"""What tells Excel that a text file is UTF-8."""


@dataclass(frozen=True, slots=True)
class File:
    """What is sent: a name, a kind (media type) and its bytes."""

    name: str
    kind: str
    content: bytes


def numbers(item: ReportRelease, *, for_excel: bool) -> File:
    """Write all released numbers, one a row, each with what it may be in truth.

    With commas and codes for software; for Dutch Excel with semicolons and words.
    """
    return numbers_of(opened(item), stem(item), for_excel=for_excel)


def numbers_of(report: Report, name: str, *, for_excel: bool) -> File:
    """Write the numbers of an opened report, to a file whose name begins so."""
    text = _written(_cells(report, in_words=for_excel), for_excel=for_excel)
    content = (_MARK + text if for_excel else text).encode()
    return File(f"{name}{'-excel' if for_excel else ''}.csv", _CSV, content)


def whole(item: ReportRelease) -> File:
    """Hand over the stored file exactly as it was signed; raises Altered where it is not that."""
    authentic(item)
    return File(file_name(item, "json"), "application/json", item.document.encode())


def chain(item: ReportRelease, ledger: Ledger) -> File:
    """Write all releases of the municipality as the chain that they are, for who checks one."""
    name = f"grootboek-{item.municipality_id}.json"
    return File(name, "application/json", canonical(ledger.as_json()) + b"\n")


def base_world(item: ReportRelease, unit: str) -> File:
    """Write the invented persons of one unit; where there are more worlds, one below the other.

    Raises Gone where the report does not count that unit.
    """
    found = [world for world in opened(item).document["worlds"] if world["unit"] == unit]
    if not found:
        raise Gone
    text = "\r\n".join(map(world_csv, found))
    return File(f"{stem(item)}-wereld-{unit}.csv", _CSV, text.encode())


def file_name(item: ReportRelease, ending: str) -> str:
    """Return the name of a file of this report."""
    return f"{stem(item)}.{ending}"


def stem(item: ReportRelease) -> str:
    """Return what the names of all files of this report begin with."""
    last = item.period_until - timedelta(days=1)
    return f"{item.template_code}-{item.municipality_id}-{item.period_from}-{last}"


def _written(rows: Iterable[list[str]], *, for_excel: bool) -> str:
    target = io.StringIO()
    csv.writer(target, delimiter=";" if for_excel else ",", lineterminator="\r\n").writerows(
        [harmless(value) for value in row] for row in rows
    )
    return target.getvalue()


def _cells(report: Report, *, in_words: bool) -> Iterator[list[str]]:
    names = list(report.dimensions)
    yield ["eerste_dag", "laatste_dag", "tabel", "eenheid", *names, "aantal", *_BAND]
    days = [report.period.first.isoformat(), report.period.last.isoformat()]
    for indicator in report.template.indicators:
        table = indicator.title if in_words else indicator.code
        for codes, value in report.release.rows(indicator.code):
            places = [
                _place(report, name, codes.get(name, _TOTAL), in_words=in_words)
                if name in indicator.dimensions
                else ""
                for name in names
            ]
            yield [*days, table, str(indicator.unit), *places, *_number(report, codes, value)]


def _number(report: Report, codes: Mapping[str, str], value: int | None) -> tuple[str, str, str]:
    """Write a number and between what the true one lies; nothing of that where it is hidden."""
    if value is None:
        return HIDDEN, "", ""
    low, high = interval(value, report.may_differ(codes))
    return str(value), str(low), str(high)


def _place(report: Report, name: str, code: str, *, in_words: bool) -> str:
    if code == _TOTAL or not in_words:
        return code
    return report.dimensions[name].categories[code]
