"""What people type: clean text and Dutch dates, or a message that says what to do."""

import re
import unicodedata
from datetime import date, time

from pmg.errors import Invalid

TEXT_LIMIT = 4000
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan",
            "februari feb febr",
            "maart mrt maa",
            "april apr",
            "mei",
            "juni jun",
            "juli jul",
            "augustus aug",
            "september sep sept",
            "oktober okt",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
# The Unicode categories Cc and Cs, but for line ends and tabs.
_NEVER_KEPT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NUMBERS = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_WORDS = re.compile(r"(\d{1,2})\s+([a-z]+)\.?\s+(\d{4})", re.ASCII)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:(?:\s*[:.]\s*)?(?P<minute>\d{2}))?(?:\s*(?:uur|u|h))?", re.ASCII
)
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[-/. ]\s*(?:\d{1,2}|[a-z]+\.?)\s*[-/. ]\s*\d{2}", re.ASCII)


def check_text(field: str, text: str, *, limit: int = TEXT_LIMIT) -> str:
    """Return the text in NFC and trimmed; raise Invalid when it cannot be kept as typed.

    Line ends and tabs may stay; other control characters, NUL and lone surrogates may not.
    """
    if _NEVER_KEPT.search(text):
        raise Invalid(
            field, "Er staat een teken in dat niet bewaard kan worden. Typ de tekst opnieuw."
        )
    clean = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if len(clean) > limit:
        raise Invalid(
            field,
            "Maak de tekst korter: hoogstens %(limit)d tekens. Het zijn er nu %(length)d.",
            limit=limit,
            length=len(clean),
        )
    return clean


def parse_clock(field: str, text: str) -> time:
    """Read a time of day: '9.30', '09:30', '930', '9 uur'; raise Invalid when it is none."""
    found = _CLOCK.fullmatch(" ".join(text.lower().split()))
    if found is None:
        raise Invalid(field, "Vul een tijd in als uur en minuten, bijvoorbeeld 14.30.")
    try:
        return time(int(found["hour"]), int(found["minute"] or 0))
    except ValueError as fault:
        raise Invalid(
            field, "Deze tijd bestaat niet. Kies een tijd van 0.00 tot en met 23.59."
        ) from fault


def parse_dutch_date(field: str, text: str) -> date:
    """Read a date as people in the Netherlands write it; raise Invalid when it is none.

    '3-1-2011', '03/01/2011', '3 januari 2011', '3 jan. 2011' and '2011-01-03'.
    A year of two digits is refused: 11 may be 1911.
    """
    plain = " ".join(text.lower().split())
    if found := _ISO.fullmatch(plain):
        year, month, day = (int(part) for part in found.groups())
    elif found := _NUMBERS.fullmatch(plain):
        day, month, year = (int(part) for part in found.groups())
    elif (found := _WORDS.fullmatch(plain)) and found[2] in _MONTHS:
        day, month, year = int(found[1]), _MONTHS[found[2]], int(found[3])
    elif _SHORT_YEAR.fullmatch(plain):
        raise Invalid(field, "Schrijf het jaar met vier cijfers, bijvoorbeeld 3-1-2011.")
    else:
        raise Invalid(field, "Vul een datum in als dag-maand-jaar, bijvoorbeeld 3-1-2011.")
    try:
        return date(year, month, day)
    except ValueError as fault:
        raise Invalid(
            field, "Deze dag bestaat niet. Kijk de dag, de maand en het jaar na."
        ) from fault
