"""What a group approach says and when, in the seven steps of the national model: pure.

There is no name in it: no field asks for one, and what looks like a number or an address of a
person is refused.
"""

import re
from dataclasses import dataclass
from datetime import date, time

from pmg.cases.rules import CLOSED_MONTHS, Nature, add_months, check_not_future
from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled
from pmg.reference.municipalities import FOCUS_AREAS
from pmg.texts import to_translate

SHORTEST_NAME, NAME_LIMIT = 3, 60
PLACE_LIMIT = 120
SHORTEST_WORDS = 10
WORDS_LIMIT = 2000
LONGEST_MONTHS = 12
# Eight or nine digits in a row are a citizen service number or a day of birth.
_NUMBER_OF_A_PERSON = re.compile(r"(?<!\d)\d(?:[ .]?\d){7,8}(?!\d)", re.ASCII)
_MAIL = re.compile(r"\S@\S+\.\w")


class Stage(Labelled):
    """The seven steps, in plain words of our own; decision 0029 names where they come from."""

    SIGNALS = "1", "Signalen delen"
    FACTS = "2", "Informatie verzamelen"
    PICTURE = "3", "Samen een beeld maken"
    ADVICE = "4", "Adviseren en kiezen"
    PLAN = "5", "Plan van aanpak maken"
    WORK = "6", "Uitvoeren en volgen"
    END = "7", "Afronden en terugkijken"


MEANS = {
    Stage.SIGNALS: to_translate(
        "Partners vertellen elkaar wat zij zien en besluiten samen of er meer nodig is."
    ),
    Stage.FACTS: to_translate(
        "Wat gebeurt er, waar en wanneer, en hoe erg is het? Hier komt geen lijst met namen."
    ),
    Stage.PICTURE: to_translate(
        "Partners leggen hun beelden naast elkaar en schrijven op wat er aan de hand is."
    ),
    Stage.ADVICE: to_translate(
        "Het advies gaat naar burgemeester, politie en OM. Zij kiezen of dit voorgaat."
    ),
    Stage.PLAN: to_translate("Partners spreken af wie wat doet, en wanneer zij terugkijken."),
    Stage.WORK: to_translate("Ieder doet wat is afgesproken. Samen volgt u of het helpt."),
    Stage.END: to_translate("Is het rustig? Dan rondt u af en schrijft u op wat het opleverde."),
}


class Source(Labelled):
    """Where an observation comes from."""

    OWN = "eigen_waarneming", "Zelf gezien of gehoord"
    RESIDENT = "bewoner", "Een bewoner"
    SHOP = "ondernemer", "Een winkelier of ondernemer"
    SCHOOL = "school", "Een school"
    PARTNER = "partner", "Een andere organisatie"
    PUBLIC = "openbaar", "Een openbare bron, zoals een krant"


class Result(Labelled):
    """How a group approach ended."""

    STOPPED = "gestopt", "De overlast is gestopt"
    LESS = "minder", "Er is minder overlast"
    MOVED = "verplaatst", "De overlast is naar een andere locatie gegaan"
    NO_EFFECT = "geen_effect", "De overlast is niet minder geworden"
    NOT_NEEDED = "niet_nodig", "Een groepsaanpak was niet nodig"


class Removal(Labelled):
    """Why an observation was taken away."""

    PERSON = "persoon", "Er stond iets in dat naar een persoon wijst"
    WRONG = "onjuist", "Het klopt niet"


class Who(Labelled):
    """Who reads the picture of an organisation."""

    OWN = "eigen", "Alleen mijn eigen organisatie"
    ALL = "deelnemers", "Iedereen die aan deze groepsaanpak deelneemt"


class Outcome(Labelled):
    """What became of an agreement."""

    DONE = "gedaan", "Gedaan"
    DROPPED = "vervallen", "Niet gedaan, en niet meer nodig"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a group approach is called, where it is, and when its partners look back."""

    name: str
    place: str
    area: str | None
    review_on: date


@dataclass(frozen=True, slots=True)
class Sighting:
    """What somebody saw of a group: when, where, what, and from whom it comes."""

    on: date
    at: time | None
    place: str
    words: str
    source: Source
    nature: Nature


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a partner will do for the group approach, and by when."""

    what: str
    due_on: date


def nameless(field: str, text: str, *, least: int = 0, limit: int = WORDS_LIMIT) -> str:
    """Return the clean text; raise Invalid when it is too short or holds what names a person.

    A name itself cannot be told from another word: the page asks for none.
    """
    clean = check_text(field, text, limit=limit)
    if _NUMBER_OF_A_PERSON.search(clean) or _MAIL.search(clean):
        raise Invalid(
            field,
            "Hier staat iets dat van een persoon kan zijn: een nummer of een mailadres. "
            "Haal het weg.",
        )
    if len(clean) < least:
        raise Invalid(
            field, "Schrijf iets meer op: minstens %(least)d tekens, zonder namen.", least=least
        )
    return clean


def check_frame(frame: Frame, municipality_id: str, *, today: date) -> Frame:
    """Return it clean; raise Invalid when a part cannot be."""
    name = nameless("name", frame.name, least=SHORTEST_NAME, limit=NAME_LIMIT)
    place = nameless("place", frame.place, least=SHORTEST_NAME, limit=PLACE_LIMIT)
    area = FOCUS_AREAS.get(frame.area or "")
    if frame.area and (area is None or area.municipality_code != municipality_id):
        raise Invalid("area", "Kies een focusgebied van uw eigen gemeente.")
    _check_to_come("review_on", frame.review_on, today=today)
    return Frame(name, place, frame.area or None, frame.review_on)


def check_sighting(seen: Sighting, *, today: date) -> Sighting:
    """Return it clean; raise Invalid unless it was seen already, somewhere, and says what."""
    check_not_future("on", seen.on, today=today)
    return Sighting(
        seen.on,
        seen.at,
        nameless("place", seen.place, least=SHORTEST_NAME, limit=PLACE_LIMIT),
        nameless("words", seen.words, least=SHORTEST_WORDS),
        seen.source,
        seen.nature,
    )


def check_agreed(agreed: Agreed, *, today: date) -> Agreed:
    """Return it clean; raise Invalid unless it says what, and a day to come."""
    _check_to_come("due_on", agreed.due_on, today=today)
    return Agreed(nameless("what", agreed.what, least=SHORTEST_WORDS), agreed.due_on)


def _check_to_come(field: str, on: date, *, today: date) -> None:
    if not today <= on <= add_months(today, LONGEST_MONTHS):
        raise Invalid(field, "Kies een dag vanaf vandaag, binnen een jaar.")


def check_answer(outcome: Outcome, words: str) -> str:
    """Return the clean words; what was not done needs a reason."""
    least = SHORTEST_WORDS if outcome is Outcome.DROPPED else 0
    return nameless("words", words, least=least)


def check_open(closed_on: date | None) -> None:
    """Raise Invalid when the group approach is closed."""
    if closed_on is not None:
        raise Invalid("words", "Deze groepsaanpak is afgesloten. Er kan niets meer bij.")


def stage_of(done: frozenset[Stage]) -> Stage | None:
    """Return the first step that is not done yet; None when all are."""
    return next((stage for stage in Stage if stage not in done), None)


def retention_until(closed_on: date) -> date:
    """Return until when a closed group approach is kept: as long as a closed case."""
    return add_months(closed_on, CLOSED_MONTHS)
