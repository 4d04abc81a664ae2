"""Which column of a caseload list holds what: guessed from its title, changed by the user."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pmg.texts import translated


@dataclass(frozen=True, slots=True)
class Field:
    """Something a list can hold; `titles` are other names that lists give it."""

    code: str
    label: str
    titles: tuple[str, ...] = ()
    is_required: bool = False

    @property
    def name(self) -> str:
        """What the field is called, in the language of the reader; Dutch when no one reads."""
        return translated(self.label)


_ALL = (
    Field("given_name", "Voornaam", ("voornamen", "roepnaam")),
    Field("prefix", "Tussenvoegsel", ("tussenvoegsels", "voorvoegsel", "tv", "tussenv")),
    Field("family_name", "Achternaam", ("familienaam", "geslachtsnaam", "achternaam jongere")),
    Field(
        "full_name", "Naam (voor- en achternaam samen)", ("naam", "naam jongere", "volledige naam")
    ),
    Field(
        "birth_date",
        "Geboortedatum",
        ("geb datum", "gebdatum", "geb dat", "datum geboorte", "geboren", "geboren op", "gbd"),
        is_required=True,
    ),
    Field("bsn", "BSN", ("burgerservicenummer", "bsn nummer", "sofinummer")),
    Field("gender", "Geslacht", ("gender", "m v", "m v x", "sekse")),
    Field("area", "Wijk of buurt", ("wijk", "buurt", "woonwijk", "wijk buurt", "stadsdeel")),
    Field("focus_area", "Focusgebied", ("nplv gebied", "focus gebied", "focuswijk")),
    Field(
        "reason",
        "Reden aanmelding",
        ("reden", "reden van aanmelding", "aanleiding", "aanmeldreden", "zorgen"),
        is_required=True,
    ),
    Field("nature", "Feit, mening of vermoeden", ("feit of mening", "soort reden")),
    Field(
        "referrer",
        "Aanmelder",
        ("aangemeld door", "verwijzer", "organisatie aanmelder", "soort aanmelder", "instroom via"),
        is_required=True,
    ),
    Field("referrer_name", "Naam aanmelder", ("contactpersoon aanmelder", "naam verwijzer")),
    Field(
        "referred_on",
        "Datum aanmelding",
        ("aanmelddatum", "datum aangemeld", "aangemeld op", "datum instroom", "startdatum"),
        is_required=True,
    ),
    Field("legal_basis", "Grondslag", ("wettelijke grondslag", "avg grondslag"), is_required=True),
    Field("purpose", "Doel", ("doel verwerking", "doel van de aanpak", "doel aanpak")),
    Field(
        "told",
        "Geïnformeerd",
        ("jongere geinformeerd", "geinformeerd ja nee", "verteld", "op de hoogte"),
        is_required=True,
    ),
    Field("told_on", "Geïnformeerd op", ("datum geinformeerd", "verteld op")),
    Field(
        "not_told_reason",
        "Reden niet geïnformeerd",
        ("waarom niet geinformeerd", "reden niet verteld", "waarom niet verteld"),
    ),
    Field("status", "Status", ("stand", "fase", "status zaak")),
    Field(
        "decision",
        "Besluit",
        ("triagebesluit", "besluit triage", "uitkomst triage", "uitslag triage", "beslissing"),
    ),
    Field(
        "triaged_on",
        "Datum besluit",
        ("datum triage", "besluitdatum", "triagedatum", "datum opgenomen", "opgenomen op"),
    ),
    Field(
        "motivation",
        "Motivering",
        ("motivatie", "motivering besluit", "toelichting besluit", "reden besluit"),
    ),
)
FIELDS: Mapping[str, Field] = {field.code: field for field in _ALL}

# What a list may hold but this product has no place for, on purpose.
_NEVER = (
    "nationaliteit",
    "etniciteit",
    "afkomst",
    "herkomst",
    "religie",
    "geloof",
    "geboorteland",
    "risicoscore",
    "risiconiveau",
    "risicoklasse",
    "score",
    "ras",
)


def guess_mapping(header: Sequence[str]) -> dict[int, str]:
    """Guess for each column which field it holds; a field is given to its first column only."""
    by_title = {
        _plain(title): field.code
        for field in _ALL
        for title in (field.name, field.label, *field.titles)
    }
    mapping: dict[int, str] = {}
    for at, title in enumerate(header):
        code = by_title.get(_plain(title)) or by_title.get(_plain(title.partition("(")[0]))
        if code and code not in mapping.values():
            mapping[at] = code
    return mapping


def missing(mapping: Mapping[int, str]) -> list[str]:
    """Return the names of what every row must have but no column holds."""
    held = set(mapping.values())
    absent = [field.name for field in _ALL if field.is_required and field.code not in held]
    if "full_name" not in held and not {"given_name", "family_name"} <= held:
        absent.insert(0, translated("Voornaam en Achternaam, of Naam"))
    return absent


def check_mapping(mapping: Mapping[int, str], header: Sequence[str]) -> list[str]:
    """Return in words what is wrong with a mapping that the user made; empty when it can be used.

    A column outside the list, an unknown field, a field twice, or something required missing.
    """
    wrong = [
        translated("Kolom %(number)d staat niet in de lijst.", number=at + 1)
        for at in mapping
        if at >= len(header)
    ]
    wrong += [
        translated("Het veld '%(code)s' bestaat niet.", code=code)
        for code in mapping.values()
        if code not in FIELDS
    ]
    wrong += [
        translated(
            "'%(name)s' is voor meer dan een kolom gekozen. Kies één kolom.", name=field.name
        )
        for field in _ALL
        if sum(1 for code in mapping.values() if code == field.code) > 1
    ]
    return wrong + [
        translated("Kies welke kolom dit is: %(name)s.", name=name) for name in missing(mapping)
    ]


def never_taken(header: Sequence[str]) -> list[str]:
    """Return the titles of columns that are left out by principle: origin, religion, scores."""
    return [title for title in header if any(word in _NEVER for word in _plain(title).split())]


def _plain(title: str) -> str:
    apart = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())
