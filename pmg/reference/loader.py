"""Reads the CSV files of the vocabularies and reports every wrong row at once."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from types import MappingProxyType
from typing import Protocol, TypeVar

from pmg.reference.labelled import Labelled


class Coded(Protocol):
    """Anything with a code to find it by."""

    @property
    def code(self) -> str:
        """The code, unique in its vocabulary."""


Item = TypeVar("Item", bound=Coded)
Member = TypeVar("Member")


class BadReference(Exception):  # noqa: N818  (what is wrong, not what was raised)
    """A vocabulary cannot be used; `errors` has one line per wrong row."""

    def __init__(self, errors: Iterable[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(self.errors))


class Confidence(Labelled):
    """How sure the project is of a fact in a vocabulary."""

    HIGH = "hoog", "hoog"
    MIDDLE = "middel", "middel"
    LOW = "laag", "laag"


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of a vocabulary; each reader raises ValueError that names the column."""

    values: Mapping[str, str]

    def text(self, column: str) -> str:
        """Return text that must be there."""
        if not self.values[column]:
            raise ValueError(f"{column} is empty")
        return self.values[column]

    def optional(self, column: str) -> str | None:
        """Return text that may be absent."""
        return self.values[column] or None

    def number(self, column: str) -> int:
        """Return a whole number, zero or more."""
        if not self.values[column].isdecimal():
            raise ValueError(f"{column} is not a whole number: {self.values[column]!r}")
        return int(self.values[column])

    def optional_number(self, column: str) -> int | None:
        """Return a whole number that may be absent."""
        return self.number(column) if self.values[column] else None

    def ages(self, lowest: str, highest: str) -> tuple[int, int]:
        """Return two ages in order, both included."""
        first, last = self.number(lowest), self.number(highest)
        if first > last:
            raise ValueError(f"{lowest} {first} is above {highest} {last}")
        return first, last

    def flag(self, column: str) -> bool:
        """Return what the words true and false mean."""
        if self.values[column] not in {"true", "false"}:
            raise ValueError(f"{column} is neither true nor false: {self.values[column]!r}")
        return self.values[column] == "true"

    def codes(self, column: str, known: Mapping[str, object] | None = None) -> tuple[str, ...]:
        """Return codes with a semicolon between them, all of them in `known`."""
        codes = tuple(code for code in self.values[column].split(";") if code)
        unknown = [code for code in codes if known is not None and code not in known]
        if unknown:
            raise ValueError(f"{column} has unknown codes: {', '.join(unknown)}")
        return codes

    def parts(self, column: str) -> tuple[str, ...]:
        """Return short texts with a semicolon between them."""
        return tuple(part.strip() for part in self.values[column].split(";") if part.strip())

    def optional_day(self, column: str) -> date | None:
        """Return a day, written as 2026-11-23, that may be absent."""
        return date.fromisoformat(self.values[column]) if self.values[column] else None

    def member(self, column: str, kind: Callable[[str], Member]) -> Member:
        """Return a member of a closed vocabulary."""
        try:
            return kind(self.text(column))
        except ValueError as unknown:
            raise ValueError(f"{column}: {unknown}") from None

    def optional_member(self, column: str, kind: Callable[[str], Member]) -> Member | None:
        """Return a member of a closed vocabulary, or nothing."""
        return self.member(column, kind) if self.values[column] else None


def read(
    name: str,
    columns: tuple[str, ...],
    build: Callable[[Cells], Item],
    *,
    text: str | None = None,
) -> Mapping[str, Item]:
    """Return the rows of `data/name` by code, in the order of the file.

    `text` replaces the shipped file. Raises BadReference with file, row number and reason for
    each wrong row: unknown or missing columns, a code used twice, or what `build` refuses.
    """
    content = _shipped(name) if text is None else text
    reader = csv.DictReader(io.StringIO(content, newline=""), restkey="", strict=True)
    _check_columns(name, columns, tuple(reader.fieldnames or ()))
    found: dict[str, Item] = {}
    errors: list[str] = []
    for number, row in enumerate(reader, start=2):
        try:
            item = build(_cells(row))
            if item.code in found:
                raise ValueError(f"code {item.code} stands here twice")  # noqa: TRY301
            found[item.code] = item
        except ValueError as wrong:
            errors.append(f"{name} row {number}: {wrong}")
    if errors:
        raise BadReference(errors)
    return MappingProxyType(found)


def _shipped(name: str) -> str:
    return files("pmg.reference").joinpath("data", name).read_text(encoding="utf-8")


def _check_columns(name: str, expected: tuple[str, ...], found: tuple[str, ...]) -> None:
    errors = [f"{name}: unknown column {column}" for column in found if column not in expected]
    errors += [f"{name}: column {column} is missing" for column in expected if column not in found]
    if len(set(found)) != len(found):
        errors.append(f"{name}: a column stands here twice")
    if errors:
        raise BadReference(errors)


def _cells(row: Mapping[str, str | None]) -> Cells:
    if "" in row:
        raise ValueError("more cells than columns")
    if None in row.values():
        raise ValueError("fewer cells than columns")
    return Cells({column: (value or "").strip() for column, value in row.items()})
