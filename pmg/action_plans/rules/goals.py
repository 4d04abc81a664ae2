"""What a goal of a plan says, and how it can end."""

from dataclasses import dataclass
from datetime import date

from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.factors import FACTORS, Factor
from pmg.reference.labelled import Labelled

SHORTEST_GOAL = 8
LONGEST_GOAL, LONGEST_WORDS = 300, 800
# More does not fit on one page, and nobody works on more at the same time.
MOST_GOALS, MOST_FACTORS = 8, 5


class GoalEnding(Labelled):
    """How a goal ended."""

    REACHED = "bereikt", "Doel bereikt"
    PARTLY = "deels_bereikt", "Doel deels bereikt"
    NOT_REACHED = "niet_bereikt", "Doel niet bereikt"
    DROPPED = "vervallen", "Doel vervalt"

    @property
    def changes_what_was_agreed(self) -> bool:
        """Whether the plan is another one by it; the other endings say how the plan went."""
        return self is GoalEnding.DROPPED


@dataclass(frozen=True, slots=True)
class GoalText:
    """A goal in plain words, what the youth says of it and does for it, and its factors."""

    text: str
    words: str
    own_steps: str
    factors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoalEnd:
    """How and when a goal ended, in words that the youth may read."""

    ending: GoalEnding
    on: date
    words: str


def may_stand_with_goal(factor: Factor) -> bool:
    """Tell whether a factor can stand with a goal, which every member of the case reads.

    Factors of the police and of health cannot: to name one would tell what is closed to others.
    """
    return factor.category == "plan"


def choices(age: int) -> tuple[Factor, ...]:
    """Return the factors that a goal can belong to at this age, in the order of the list."""
    return tuple(f for f in FACTORS.values() if may_stand_with_goal(f) and f.fits_age(age))


def check_goal(wanted: GoalText, *, possible: frozenset[str]) -> GoalText:
    """Return the goal with clean words; raise Invalid unless it can stand in a plan.

    `possible` are the codes of the factors that it may belong to.
    """
    text = check_text("text", wanted.text, limit=LONGEST_GOAL)
    if len(text) < SHORTEST_GOAL:
        raise Invalid("text", "Schrijf in een zin op wat de jongere wil bereiken.")
    words = check_text("words", wanted.words, limit=LONGEST_WORDS)
    own_steps = check_text("own_steps", wanted.own_steps, limit=LONGEST_WORDS)
    factors = tuple(dict.fromkeys(wanted.factors))
    if not factors:
        raise Invalid("factors", "Kies waar het doel bij hoort: minstens één factor.")
    if not set(factors) <= possible:
        raise Invalid("factors", "Kies uit de factoren van de lijst.")
    if len(factors) > MOST_FACTORS:
        raise Invalid(
            "factors", "Kies hoogstens %(most)d factoren bij één doel.", most=MOST_FACTORS
        )
    return GoalText(text, words, own_steps, factors)


def check_room(open_goals: int) -> None:
    """Raise Invalid when a plan has as many open goals as fit on one page."""
    if open_goals >= MOST_GOALS:
        raise Invalid(
            "text",
            "Er staan al %(most)d doelen in het plan. Beëindig er eerst één.",
            most=MOST_GOALS,
        )


def check_end(end: GoalEnd, *, begun_on: date, today: date) -> str:
    """Return the clean words of an ending; raise Invalid unless a goal can have ended so."""
    if end.on > today:
        raise Invalid("on", "Deze dag moet nog komen. Kies vandaag of een dag die al geweest is.")
    if end.on < begun_on:
        raise Invalid("on", "Deze dag ligt voor het begin van het doel. Kies een latere dag.")
    words = check_text("words", end.words, limit=LONGEST_WORDS)
    if len(words) < SHORTEST_GOAL:
        raise Invalid("words", "Schrijf in een zin op hoe het ging of waarom het doel vervalt.")
    return words
