"""What an offer may say, when somebody can be referred to it, and how a provider answers: pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled
from pmg.reference.municipalities import FOCUS_AREAS
from pmg.texts import translated

MOST_PLACES, MOST_EUROS = 9_999, 999_999
SHORTEST_WORDS = 10
LATEST_YEAR = 2100
EARLIEST_DAYS = 92


class Answer(Labelled):
    """What the provider says of a referral."""

    ASKED = "aangevraagd", "Aangevraagd"
    WAITS = "wachtlijst", "Op de wachtlijst"
    ACCEPTED = "aangenomen", "Aangenomen"
    REFUSED = "geweigerd", "Niet aangenomen"

    @property
    def is_to_be_given(self) -> bool:
        """Whether the provider can still accept or refuse."""
        return self in {Answer.ASKED, Answer.WAITS}


class RefusalReason(Labelled):
    """Why a provider does not accept."""

    NO_PLACE = "geen_plek", "Er is geen plek, ook niet op de wachtlijst"
    NO_FIT = "past_niet", "Ons aanbod past niet bij het doel"
    NOT_SAFE = "niet_veilig", "Het is niet veilig voor de groep of voor de jongere"
    TOO_LITTLE = "te_weinig_bekend", "Wij weten te weinig; graag eerst bellen"
    OTHER = "anders", "Een andere reden"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a provider offers of one intervention; no areas means the whole municipality."""

    places: int
    price: int | None
    contract_from: date
    contract_until: date | None
    areas: tuple[str, ...]
    contact: str


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of a provider, by who saw this version of the referral."""

    answer: Answer
    version: int
    reason: RefusalReason | None = None
    words: str = ""


def check_terms(terms: Terms) -> str:
    """Return the clean contact; raise Invalid with what to do when the terms cannot be."""
    if terms.places < 0:
        raise Invalid("places", "Het aantal plekken kan niet onder nul. Vul 0 of meer in.")
    if terms.places > MOST_PLACES:
        raise Invalid("places", "Dit zijn te veel plekken. Kijk het aantal na.")
    if terms.price is not None and not 0 <= terms.price <= MOST_EUROS:
        raise Invalid("price", "De prijs kan niet onder nul of boven een miljoen. Kijk hem na.")
    if terms.contract_until is not None and terms.contract_until < terms.contract_from:
        raise Invalid(
            "contract_until",
            "Het contract eindigt voor het begint. Kies een latere dag als einde.",
        )
    if (terms.contract_until or terms.contract_from).year > LATEST_YEAR:
        raise Invalid("contract_until", "Dit jaar ligt te ver weg. Kijk het na.")
    return check_text("contact", terms.contact)


def texts(terms: Terms) -> dict[str, str]:
    """Return the terms as texts, to be put beside those of somebody else."""
    until = f"{terms.contract_until:%d-%m-%Y}" if terms.contract_until else ""
    return {
        "places": str(terms.places),
        "price": "" if terms.price is None else str(terms.price),
        "contract_from": f"{terms.contract_from:%d-%m-%Y}",
        "contract_until": until,
        "areas": area_names(terms.areas),
        "contact": terms.contact,
    }


def why_not(terms: Terms, *, start: date, area: str | None) -> str:
    """Return why nobody from this area can begin there on this day; '' when somebody can."""
    if start < terms.contract_from:
        return translated(
            "Het contract begint op %(day)s. Kies een begin vanaf die dag, of een andere "
            "aanbieder.",
            day=f"{terms.contract_from:%d-%m-%Y}",
        )
    if terms.contract_until is not None and start > terms.contract_until:
        return translated(
            "Het contract eindigt op %(day)s. Kies een eerder begin, of een andere aanbieder.",
            day=f"{terms.contract_until:%d-%m-%Y}",
        )
    if terms.areas and area is not None and area not in terms.areas:
        return translated(
            "Deze aanbieder werkt alleen in: %(areas)s. Kies een andere aanbieder.",
            areas=area_names(terms.areas),
        )
    return ""


def area_names(codes: tuple[str, ...]) -> str:
    """Return the areas in words, '' for the whole municipality."""
    return ", ".join(FOCUS_AREAS[code].name for code in codes if code in FOCUS_AREAS)


def check_said(said: Said) -> str:
    """Return the clean words of a refusal; raise Invalid when its reason or words are missing.

    What is accepted needs no words.
    """
    if said.answer is not Answer.REFUSED:
        return ""
    if said.reason is None:
        raise Invalid("reason", "Kies waarom u niet aanneemt.")
    clean = check_text("words", said.words)
    if said.reason is RefusalReason.OTHER and len(clean) < SHORTEST_WORDS:
        raise Invalid("words", "Schrijf in een zin op waarom u niet aanneemt.")
    return clean


def check_conversation(on: date, *, sent_on: date, today: date) -> None:
    """Raise Invalid unless a first conversation can have been on this day."""
    if on > today:
        raise Invalid(
            "conversation_on", "Deze dag moet nog komen. Kies vandaag of een dag die al geweest is."
        )
    if on < sent_on - timedelta(days=EARLIEST_DAYS):
        raise Invalid(
            "conversation_on",
            "Deze dag ligt meer dan drie maanden voor de verwijzing. Kijk hem na.",
        )
