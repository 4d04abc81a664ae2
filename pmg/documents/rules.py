"""What a document may be: which kinds of file, of which category, how large."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled
from pmg.texts import to_translate

FILE = "file"
TITLE_LIMIT, REASON_LIMIT, SHORTEST_REASON = 100, 300, 10
MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE

_FIRST_STEP, _LAST_DOUBLING = 64 * 1024, MEGABYTE


class Kind(Labelled):
    """Kinds of file that are kept; the code is also what the name of a download ends in."""

    PDF = "pdf", "PDF"
    WORD = "docx", "Word"
    EXCEL = "xlsx", "Excel"
    PNG = "png", "Afbeelding (PNG)"
    JPEG = "jpg", "Foto (JPG)"

    @property
    def media_type(self) -> str:
        """What a browser is told that it is."""
        return _MEDIA_TYPES[self]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.WORD: f"{_OFFICE}.wordprocessingml.document",
    Kind.EXCEL: f"{_OFFICE}.spreadsheetml.sheet",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
}


class Law(Labelled):
    """The categories that a document can be of, from the least visible on."""

    MEDICAL = "medical", "Medisch"
    JUSTICE = "justice", "Justitie"
    POLICE = "police", "Politie"
    SCHOOL = "school", "School"
    JOURNAL = "journal", "Eigen werk"
    SPECIAL = "special", "Bijzonder"
    PLAN = "plan", "Plan en afspraken"
    IDENTITY = "identity", "Wie de jongere is"


class Checked(Labelled):
    """Whether a virus scanner looked at a file when it came in."""

    CLEAN = "schoon", "Op virussen gecontroleerd"
    NOT = "niet_gecontroleerd", "Niet op virussen gecontroleerd"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be kept, as it lies in the database."""

    case: int
    municipality: int


_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"PK\x03\x04", "office"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")


def make_of(content: bytes) -> str:
    """Return what the first bytes say: 'pdf', 'png', 'jpg' or 'office'; raise Invalid else.

    What the browser says it is, and what it is called, may be anything.
    """
    if not content:
        raise Invalid(FILE, "Dit bestand is leeg. Kies een ander bestand.")
    if len(content) > LARGEST_FILE:
        raise Invalid(FILE, "Dit bestand is groter dan 10 MB. Maak het kleiner of splits het op.")
    for magic, make in _MAGIC:
        if content.startswith(magic):
            return make
    if content.startswith(_OLE):
        raise Invalid(
            FILE,
            "Dit is een oud Office-bestand, of er zit een wachtwoord op. Bewaar het zonder "
            "wachtwoord als .docx, .xlsx of PDF.",
        )
    if content[4:12] in _HEIC:
        raise Invalid(
            FILE,
            "Dit is een HEIC-foto. Zet de camera van uw telefoon op JPG (‘meest compatibel’), of "
            "bewaar de foto als JPG.",
        )
    raise Invalid(FILE, "Dit soort bestand kan niet. Kies een PDF, Word, Excel, PNG of JPG.")


def is_of(make: str, content: bytes) -> bool:
    """Tell whether the first bytes are those of this make."""
    return any(of == make and content.startswith(magic) for magic, of in _MAGIC)


# What the workshop says when it does not take a file.
REFUSALS = {
    "broken": to_translate("Dit bestand is beschadigd of onvolledig. Bewaar het opnieuw."),
    "busy": to_translate(
        "Er worden nu veel bestanden tegelijk bekeken. Probeer het over een minuut opnieuw."
    ),
    "too_heavy": to_translate(
        "Dit bestand kost te veel om te bekijken. Bewaar het kleiner of als PDF, en probeer het "
        "opnieuw."
    ),
    "too_many_pixels": to_translate(
        "Deze afbeelding is te groot: hoogstens 50 miljoen beeldpunten. Maak haar kleiner."
    ),
    "too_large_after": to_translate(
        "Dit bestand wordt groter dan 10 MB als wij het bewaren. Maak het kleiner."
    ),
    "password": to_translate("Er zit een wachtwoord op dit bestand. Bewaar het zonder wachtwoord."),
    "too_many_pages": to_translate("Deze PDF heeft meer dan 500 bladen. Splits haar op."),
    "active": to_translate(
        "Deze PDF kan zelf iets uitvoeren (een script of een opdracht). Druk haar af naar een "
        "nieuwe PDF en kies die."
    ),
    "attachments": to_translate(
        "In dit bestand zitten andere bestanden. Haal ze eruit, of bewaar het als PDF zonder "
        "bijlagen."
    ),
    "macros": to_translate("Dit bestand heeft macro’s. Bewaar het zonder macro’s of als PDF."),
    "external": to_translate(
        "Dit bestand haalt iets op van buiten. Haal die verwijzing weg, of bewaar het als PDF."
    ),
    "not_office": to_translate(
        "Dit is geen Word- of Excel-bestand. Bewaar het als .docx of .xlsx."
    ),
    "grows": to_translate(
        "Dit bestand wordt bij het openen te groot. Bewaar het kleiner, of druk het af naar PDF."
    ),
}


def check_title(title: str) -> str:
    """Return the clean title; raise Invalid without one."""
    clean = check_text("title", title, limit=TITLE_LIMIT)
    if not clean:
        raise Invalid("title", "Schrijf op wat dit is.")
    return clean


def check_reason(reason: str) -> str:
    """Return the clean reason; raise Invalid without one."""
    clean = check_text("reason", reason, limit=REASON_LIMIT)
    if len(clean) < SHORTEST_REASON:
        raise Invalid("reason", "Schrijf in een zin op waarom.")
    return clean


def least_visible(allowed: Collection[str]) -> str:
    """Return the category that the fewest can read, of those that may be entered; '' of none."""
    return next((law.value for law in Law if law.value in allowed), "")


def padded(size: int) -> int:
    """Return how large something of this size is kept: its length tells one of a few steps.

    64, 128, 256 or 512 kB, 1 MB, and from there whole megabytes.
    """
    step = _FIRST_STEP
    while step < size and step < _LAST_DOUBLING:
        step *= 2
    return step if size <= step else -(-size // _LAST_DOUBLING) * _LAST_DOUBLING


def check_room(added: int, *, of_case: int, of_municipality: int, bounds: Bounds) -> None:
    """Raise Invalid when this much more does not fit."""
    if of_case + added > bounds.case:
        raise Invalid(
            FILE,
            "Bij deze zaak is geen plaats meer: %(used)d van %(most)d MB is gebruikt. Verwijder "
            "eerst een document dat niet meer nodig is.",
            used=of_case // MEGABYTE,
            most=bounds.case // MEGABYTE,
        )
    if of_municipality + added > bounds.municipality:
        raise Invalid(
            FILE,
            "De ruimte voor documenten van uw gemeente is vol. Vraag de functioneel beheerder om "
            "hulp. Verwijder intussen wat niet meer nodig is.",
        )


def download_name(kind: Kind, on: date) -> str:
    """Return the name of a download: nothing of a youth, and nothing that anyone typed."""
    return f"document-{on:%Y-%m-%d}.{kind.value}"
