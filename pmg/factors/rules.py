"""What may be said about one factor on one day, and which way that factor went."""

from dataclasses import dataclass
from datetime import date

from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.factors import Factor, FactorKind
from pmg.reference.labelled import Labelled
from pmg.reference.statements import Nature

__all__ = ["Direction", "Nature", "Observation", "Presence", "Source", "check", "direction"]

SHORTEST_GROUND = 10


class Presence(Labelled):
    """How far a factor was there on a day, in the words of who saw it."""

    ABSENT = "afwezig", "Afwezig"
    SLIGHT = "beperkt", "Beperkt"
    CLEAR = "duidelijk", "Duidelijk"
    STRONG = "sterk", "Sterk"
    UNKNOWN = "onbekend", "Onbekend"


class Source(Labelled):
    """From whom or what it is known."""

    SEEN_MYSELF = "eigen_waarneming", "Zelf gezien of gehoord"
    YOUTH = "jongere", "De jongere vertelde het"
    PARENT = "ouder", "Een ouder of verzorger"
    SCHOOL = "school", "School"
    POLICE = "politie", "Politie"
    CARE = "hulpverlening", "Hulpverlening"
    PARTNER = "partner", "Een andere organisatie"
    DOCUMENT = "document", "Een document"
    OTHER = "anders", "Iemand anders"


class Direction(Labelled):
    """Which way one factor went between two observations."""

    BETTER = "verbeterd", "Verbeterd"
    SAME = "gelijk", "Gelijk gebleven"
    WORSE = "verslechterd", "Verslechterd"
    UNCLEAR = "niet_te_zeggen", "Niet te zeggen"


@dataclass(frozen=True, slots=True)
class Observation:
    """What a professional says to have seen of one factor on one day."""

    factor: Factor
    presence: Presence
    nature: Nature
    source: Source
    on: date
    note: str = ""


def check(observation: Observation, *, age: int, today: date) -> str:
    """Return the clean note; raise Invalid unless the observation can be kept.

    The day has been, the factor fits the age on that day, and a suspicion says what it rests on.
    """
    if observation.on > today:
        raise Invalid("on", "Deze dag moet nog komen. Kies vandaag of een dag die al geweest is.")
    factor = observation.factor
    if not factor.fits_age(age):
        raise Invalid(
            "factor",
            "Deze factor is er voor %(first)d tot en met %(last)d jaar. De jongere was die dag "
            "%(age)d jaar. Kies een andere factor of een andere dag.",
            first=factor.min_age,
            last=factor.max_age,
            age=age,
        )
    note = check_text("note", observation.note)
    if observation.nature is Nature.SUSPICION and len(note) < SHORTEST_GROUND:
        raise Invalid("note", "Schrijf op waarop u dit vermoeden baseert.")
    return note


def direction(first: Presence, last: Presence, kind: FactorKind) -> Direction:
    """Say which way ONE factor went; directions of several factors are never added up.

    Less of a risk factor and more of a protective factor are both better.
    """
    if Presence.UNKNOWN in {first, last}:
        return Direction.UNCLEAR
    if first is last:
        return Direction.SAME
    grew = last.order > first.order
    return Direction.BETTER if grew == (kind is FactorKind.PROTECTIVE) else Direction.WORSE
