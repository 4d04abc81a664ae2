"""Looks at the package of an .xlsx before anything in it is opened."""

import io
import struct
import zipfile
import zlib
from xml.etree.ElementTree import ParseError

from openpyxl.utils.exceptions import InvalidFileException

from pmg.errors import Invalid

FIELD = "file"
MOST_ENTRIES = 1_000
LARGEST_UNPACKED = 64 * 1024 * 1024
LARGEST_RATIO = 100
SMALL_ENOUGH = 1024 * 1024  # under this, a high ratio is only an empty sheet

# Whatever zipfile, the XML parser and openpyxl raise on bytes that make no sense; an unknown
# compression comes as a RuntimeError.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    InvalidFileException,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
)


def refusal(template: str, **values: object) -> Invalid:
    """Return the refusal of a file; the message says what to do."""
    return Invalid(FIELD, template, **values)


def check_package(content: bytes) -> None:
    """Raise Invalid for what is no workbook, could run something, or grows when unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
    except BROKEN as fault:
        raise refusal("Dit bestand is beschadigd. Bewaar het opnieuw als .xlsx.") from fault
    names = {entry.filename.lower() for entry in entries}
    if "xl/workbook.xml" not in names:
        raise refusal("Dit is geen Excel-bestand. Bewaar de lijst in Excel als .xlsx of .csv.")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise refusal("Dit bestand heeft macro's. Bewaar het in Excel als .xlsx zonder macro's.")
    if any("/externallinks/" in name for name in names):
        raise refusal(
            "Dit bestand verwijst naar andere bestanden. "
            "Kopieer de lijst als waarden naar een nieuw bestand."
        )
    _check_size(entries)


def _check_size(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    too_dense = unpacked > SMALL_ENOUGH and unpacked / packed > LARGEST_RATIO
    if len(entries) > MOST_ENTRIES or unpacked > LARGEST_UNPACKED or too_dense:
        raise refusal(
            "Dit bestand wordt bij het openen te groot. Kopieer alleen de lijst naar een nieuw "
            "bestand."
        )
