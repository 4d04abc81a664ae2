"""The words that lists use for codes, and what they mean here."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from pmg.cases.rules import Gender, Nature, Outcome, ReferrerKind
from pmg.errors import Invalid
from pmg.reference.legal_bases import LegalBasis, Purpose
from pmg.reference.municipalities import FocusArea
from pmg.texts import to_translate

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, slots=True)
class Known(Generic[Meaning]):
    """Words with their meaning, and the words to advise when another one is found."""

    meanings: Mapping[str, Meaning]
    advised: tuple[str, ...]
    refused: Mapping[str, str]

    def meaning(self, text: str) -> Meaning:
        """Return what the word means; raise Invalid that names the words to choose from."""
        word = _plain(text)
        if word in self.refused:
            raise Invalid("word", self.refused[word])
        if word not in self.meanings:
            *most, last = self.advised
            if not most:
                raise Invalid(
                    "word",
                    "'%(word)s' is niet bekend. Kies: %(last)s.",
                    word=_short(text),
                    last=last,
                )
            raise Invalid(
                "word",
                "'%(word)s' is niet bekend. Kies: %(most)s of %(last)s.",
                word=_short(text),
                most=", ".join(most),
                last=last,
            )
        return self.meanings[word]


def _known(
    entries: Iterable[tuple[Meaning, str, Iterable[str]]],
    refused: Mapping[str, str] | None = None,
) -> Known[Meaning]:
    listed = [(meaning, advised, tuple(words)) for meaning, advised, words in entries]
    meanings = {
        _plain(word): meaning for meaning, advised, words in listed for word in (advised, *words)
    }
    return Known(meanings, tuple(advised for _, advised, _ in listed), refused or {})


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign for sign in apart if sign.isalnum() or sign in " /-")
    return " ".join(kept.replace("/", " ").replace("-", " ").split())


def _short(text: str, longest: int = 40) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


YES_NO: Known[bool] = _known(
    [(True, "ja", ("j", "yes", "waar", "x")), (False, "nee", ("n", "no", "onwaar", "nog niet"))]
)
GENDERS: Known[Gender] = _known(
    [
        (Gender.BOY, "m", ("man", "jongen", "mannelijk", "jongen of man")),
        (Gender.GIRL, "v", ("vrouw", "meisje", "vrouwelijk", "meisje of vrouw")),
        (Gender.OTHER, "x", ("anders", "non binair", "nonbinair")),
        (Gender.UNKNOWN, "onbekend", ("niet bekend", "o")),
    ]
)
NATURES: Known[Nature] = _known([(nature, nature.value, ()) for nature in Nature])
REFERRERS: Known[ReferrerKind] = _known(
    [
        (ReferrerKind.YOUTH_WORK, "jongerenwerk", ("jongerenwerker", "straatcoach")),
        (ReferrerKind.SCHOOL, "school", ("leerplicht", "rmc", "onderwijs", "leerplichtambtenaar")),
        (ReferrerKind.POLICE, "politie", ("wijkagent", "jeugdagent", "boa", "jeugdboa")),
        (ReferrerKind.COMMUNITY_TEAM, "wijkteam", ("jeugdteam", "buurtteam", "sociaal team")),
        (ReferrerKind.PUBLIC_ORDER, "openbare orde", ("oov", "ov", "veiligheid", "gemeente")),
        (ReferrerKind.YOUTH_CARE, "jeugdhulp", ("zorg", "ggz", "jeugdzorg", "hulpverlening")),
        (ReferrerKind.JUSTICE, "justitie", ("om", "rvdk", "reclassering", "halt", "jeugdrecl")),
        (ReferrerKind.CARE_SAFETY_HOUSE, "zvh", ("zorg en veiligheidshuis", "veiligheidshuis")),
        (ReferrerKind.HOUSING, "corporatie", ("woningcorporatie", "verhuurder")),
        (ReferrerKind.PARENT, "ouder", ("ouders", "vader", "moeder", "verzorger")),
        (ReferrerKind.SELF, "jongere", ("jongere zelf", "zelf")),
        (ReferrerKind.OTHER, "anders", ("overig", "iemand anders", "onbekend")),
    ]
)  # fmt: skip

_NOT_CLOSED = to_translate("Wij nemen geen zaken over die zijn afgesloten. Haal deze rij weg.")
STATUSES: Known[Outcome | None] = _known(
    [
        (
            Outcome.ACCEPT,
            "lopend",
            ("loopt", "actief", "opgenomen", "in behandeling", "in uitvoering", "plan maken"),
        ),
        (None, "aangemeld", ("aanmelding", "nieuw", "triage", "wacht op triage", "wachtlijst")),
        (Outcome.DECLINE, "afgewezen", ("niet opgenomen",)),
        (Outcome.PASS_ON, "doorverwezen", ()),
    ],
    dict.fromkeys(("afgesloten", "gesloten", "klaar", "nazorg", "uitstroom"), _NOT_CLOSED),
)
DECISIONS: Known[Outcome | None] = _known(
    [
        (
            Outcome.ACCEPT,
            "in behandeling nemen",
            ("in behandeling", "in behandeling genomen", "opnemen", "opgenomen", "aangenomen",
             "opnemen in de aanpak", "toegelaten", "geaccepteerd", "akkoord", "ja"),
        ),
        (
            Outcome.DECLINE,
            "afgewezen",
            ("afwijzen", "afwijzing", "niet opnemen", "niet opgenomen", "geweigerd", "nee",
             "niet in behandeling", "niet in behandeling nemen", "niet in behandeling genomen"),
        ),
        (
            Outcome.PASS_ON,
            "overgedragen",
            ("overdragen", "overdracht", "doorverwezen", "doorverwijzen", "doorverwijzing",
             "verwezen", "doorverwijzen naar andere hulp"),
        ),
        (
            None,
            "nog geen besluit",
            ("geen besluit", "nog niet besloten", "nog niet", "open", "wacht op triage", "nvt"),
        ),
    ]
)  # fmt: skip


def focus_area_words(areas: Iterable[FocusArea]) -> Known[str]:
    """Return the focus areas of a municipality by code and name."""
    return _codes(tuple((area.code, area.name, area.code) for area in areas))


def legal_basis_words(bases: Mapping[str, LegalBasis]) -> Known[str]:
    """Return legal bases by code and name."""
    return _codes(tuple((basis.code, basis.code, basis.name_nl) for basis in bases.values()))


def purpose_words(purposes: Mapping[str, Purpose]) -> Known[str]:
    """Return purposes by code and name."""
    return _codes(tuple((each.code, each.code, each.name_nl) for each in purposes.values()))


@lru_cache(maxsize=64)
def _codes(entries: tuple[tuple[str, str, str], ...]) -> Known[str]:
    """Return the words of a vocabulary; kept, because each row of a list asks for them."""
    return _known((code, advised, (other,)) for code, advised, other in entries)
