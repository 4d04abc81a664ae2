"""A list as it is kept between upload and import: its titles and rows, and nothing else of it."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pmg.imports.columns import never_taken
from pmg.imports.package import refusal
from pmg.imports.reading import Value, read_rows

# A workbook can name one long text in every cell: small to store, endless to read.
MOST_CHARACTERS = 20_000_000
_FAST = 1

Row = tuple[int, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows under the numbers that Excel shows; `left_out` names columns never read in."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: tuple[str, ...] = ()


def read_listing(content: bytes, filename: str) -> Listing:
    """Read a list whole, without the columns that have no place here.

    Raises Invalid('file') as `read_rows` does, and for a list without rows or too long to read.
    """
    sheet = read_rows(content, filename)
    left_out = never_taken(sheet.header)
    kept = [at for at, title in enumerate(sheet.header) if title not in left_out]
    rows, size = [], 0
    for number, values in sheet.rows:
        size += sum(len(value) for value in values if isinstance(value, str))
        if size > MOST_CHARACTERS:
            raise refusal("Er staat te veel tekst in dit bestand. Verdeel het over meer bestanden.")
        rows.append((number, tuple(values[at] if at < len(values) else None for at in kept)))
    if not rows:
        raise refusal("Er staan geen rijen onder de kolomnamen. Kies een ander bestand.")
    return Listing(tuple(sheet.header[at] for at in kept), tuple(rows), tuple(left_out))


def by_field(values: tuple[Value, ...], mapping: Mapping[int, str]) -> dict[str, Value]:
    """Return the cells of a row by the field that their column holds."""
    return {code: values[at] for at, code in mapping.items() if at < len(values)}


def plain(listing: Listing) -> dict[str, Any]:
    """Return the list as plain values."""
    return {"header": listing.header, "rows": listing.rows, "left_out": listing.left_out}


def listing_of(held: dict[str, Any]) -> Listing:
    """Return the list that `plain` described."""
    rows = tuple((number, tuple(values)) for number, values in held["rows"])
    return Listing(tuple(held["header"]), rows, tuple(held["left_out"]))


def pack(held: dict[str, Any]) -> bytes:
    """Return plain values, also days, as bytes."""
    return zlib.compress(json.dumps(held, default=_day_out).encode(), _FAST)


def unpack(content: bytes) -> dict[str, Any]:
    """Return what `pack` made."""
    held: dict[str, Any] = json.loads(zlib.decompress(content), object_hook=_day_in)
    return held


def _day_out(value: object) -> dict[str, str]:
    if isinstance(value, date):
        return {"day": value.isoformat()}
    raise TypeError(f"a list holds no {type(value).__name__}")


def _day_in(held: dict[str, Any]) -> Any:
    return date.fromisoformat(held["day"]) if held.keys() == {"day"} else held
