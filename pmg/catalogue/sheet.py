"""The catalogue as a file: written so that a spreadsheet runs nothing, read row by row. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pmg.catalogue.rules import ALL_COLUMNS, Difference, cells_of, clean, differences, label
from pmg.errors import Invalid
from pmg.reference.interventions import Intervention

LARGEST_FILE = 200 * 1024
MOST_ROWS = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARK = "'"
_SIGNS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one row of a file; rows count from 1, the heads included."""

    row: int
    column: str
    refusal: Invalid

    @property
    def message(self) -> str:
        """What to mend, in the language of the reader."""
        return self.refusal.message

    @property
    def where(self) -> str:
        """The column in words, '' for the row as a whole."""
        return label(self.column) if self.column in ALL_COLUMNS else ""


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that a file changes: the whole row as it becomes, and what differs."""

    code: str
    name: str
    cells: Mapping[str, str]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do: what it changes, how much stays as it is, or all that is wrong."""

    changes: tuple[Change, ...]
    same: int
    faults: tuple[Fault, ...]


def as_csv(entries: Iterable[Intervention]) -> str:
    """Return one line an entry under the names of the columns; lists are joined by ';'."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(ALL_COLUMNS)
    for entry in entries:
        cells = cells_of(entry)
        writer.writerow(_guarded(cells[column]) for column in ALL_COLUMNS)
    return out.getvalue()


def text_of(content: bytes) -> str:
    """Return the text of a file; raise Invalid when it is too large or holds no text."""
    if len(content) > LARGEST_FILE:
        raise Invalid("file", "Het bestand is te groot: hoogstens 200 kB.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid("file", "Dit is geen CSV-bestand. Bewaar de lijst in Excel als CSV (UTF-8).")


def look(text: str, known: Mapping[str, Intervention], today: date) -> Preview:
    """Return what a file would change in these entries, and what is wrong in which row.

    Raises Invalid where it is no such file. Entries and columns that it leaves out stay the same.
    """
    changes: list[Change] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for number, row in _rows(text):
        wrong = _misplaced(row, known) or _twice(row["code"].strip(), seen, number)
        if wrong is not None:
            faults.append(Fault(number, wrong.field, wrong))
            continue
        entry = known[row["code"].strip()]
        before = cells_of(entry)
        cells, found = clean({name: _plain(cell) for name, cell in row.items()}, before, today)
        faults += [Fault(number, fault.field, fault) for fault in found]
        changed = differences(before, cells)
        if changed and not found:
            changes.append(Change(entry.code, entry.name_nl, cells, changed))
    return Preview(tuple(changes), len(known) - len(changes), tuple(faults))


def _guarded(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; `_plain` takes the mark off."""
    return _MARK + text if text.startswith((*_FORMULA, _MARK)) else text


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith(_MARK) and cell[1:].startswith((*_FORMULA, _MARK)) else cell


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    if len(text) > LARGEST_FILE:
        raise Invalid("file", "Het bestand is te groot: hoogstens 200 kB.")
    first = text.partition("\n")[0]
    sign = max(_SIGNS, key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    try:
        heads = _heads(next(lines, []))
        count = 0
        for number, line in enumerate(lines, start=2):
            if not any(cell.strip() for cell in line):
                continue
            count += 1
            if count > MOST_ROWS:
                raise Invalid(
                    "file", "Het bestand heeft te veel rijen: hoogstens %(most)d.", most=MOST_ROWS
                )
            extra = [cell for cell in line[len(heads) :] if cell.strip()]
            cells = dict(zip(heads, line, strict=False))
            yield number, cells | ({"": extra[0]} if extra else {})
    except csv.Error as fault:
        raise Invalid(
            "file", "Dit bestand is niet te lezen. Bewaar de lijst in Excel als CSV (UTF-8)."
        ) from fault


def _heads(titles: Iterable[str]) -> list[str]:
    heads = [title.strip().casefold() for title in titles]
    if "code" not in heads:
        raise Invalid(
            "file", "De kolom ‘code’ ontbreekt. Begin met het bestand dat u hier ophaalt."
        )
    for head in heads:
        if head not in ALL_COLUMNS:
            raise Invalid(
                "file",
                "De kolom ‘%(name)s’ is niet bekend. Gebruik de kolommen van het bestand dat u "
                "hier ophaalt.",
                name=head[:40],
            )
        if heads.count(head) > 1:
            raise Invalid("file", "De kolom ‘%(name)s’ staat er twee keer in.", name=head)
    return heads


def _misplaced(row: Mapping[str, str], known: Mapping[str, Intervention]) -> Invalid | None:
    if "" in row:
        return Invalid("file", "Deze rij heeft meer cellen dan er kolommen zijn.")
    code = row["code"].strip()
    if code not in known:
        return Invalid(
            "code",
            "De code ‘%(code)s’ staat niet in de catalogus. Kijk haar na, of haal de rij weg.",
            code=code[:40],
        )
    return None


def _twice(code: str, seen: dict[str, int], number: int) -> Invalid | None:
    first = seen.setdefault(code, number)
    if first == number:
        return None
    return Invalid("code", "Deze code staat ook in rij %(row)d.", row=first)
