"""Looking back on a plan: when, what of, and what it leads to."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from pmg.action_plans.rules.goals import GoalEnding
from pmg.cases.rules import add_months
from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled

USUAL_MONTHS, LONGEST_MONTHS = 3, 12
LONGEST_WORDS, SHORTEST_REASON = 800, 8
SOON = timedelta(days=14)


class Outcome(Labelled):
    """What a review leads to."""

    CONTINUE = "doorgaan", "Doorgaan met dit plan"
    ADJUST = "bijstellen", "Het plan bijstellen"
    SCALE_UP = "opschalen", "Opschalen: er is meer nodig"
    SCALE_DOWN = "afschalen", "Afschalen: het kan met minder"
    CLOSE = "afsluiten", "Toewerken naar afsluiten"

    @property
    def needs_reason(self) -> bool:
        """Whether it must be said why: what changes for the youth is explained."""
        return self is not Outcome.CONTINUE


class GoalState(Labelled):
    """How far a goal is at a review."""

    UNDER_WAY = "onderweg", "We zijn ermee bezig"
    STUCK = "lukt_niet", "Het lukt nog niet"
    REACHED = "bereikt", "Doel bereikt"
    PARTLY = "deels_bereikt", "Doel deels bereikt"
    NOT_REACHED = "niet_bereikt", "Doel niet bereikt, we stoppen ermee"

    @property
    def ending(self) -> GoalEnding | None:
        """How the goal ends by it; None when it goes on."""
        return _ENDINGS.get(self)


_ENDINGS = {
    GoalState.REACHED: GoalEnding.REACHED,
    GoalState.PARTLY: GoalEnding.PARTLY,
    GoalState.NOT_REACHED: GoalEnding.NOT_REACHED,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """How far one goal is, in words; `goal` is its id."""

    goal: str
    state: GoalState
    words: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What was found and decided on the day of a review."""

    on: date
    judged: tuple[Judged, ...]
    outcome: Outcome
    words: str
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class FactorThen:
    """One factor at two moments, as it was last seen; never added to another."""

    code: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class GoalFound:
    """A goal as it was found at a review: its own factors and actions, then and now."""

    text: str
    state: str
    words: str
    factors: tuple[FactorThen, ...] = ()
    done: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()


def to_json(found: Sequence[GoalFound]) -> str:
    """Return it as the text that is sealed."""
    return json.dumps([asdict(goal) for goal in found], ensure_ascii=False)


def from_json(text: str) -> tuple[GoalFound, ...]:
    """Return what `to_json` wrote."""
    return tuple(
        GoalFound(
            goal["text"],
            goal["state"],
            goal["words"],
            tuple(FactorThen(**each) for each in goal["factors"]),
            tuple(goal["done"]),
            tuple(goal["not_done"]),
        )
        for goal in json.loads(text)
    )


def usual(today: date) -> date:
    """Return the day on which a plan is usually looked back on."""
    return add_months(today, USUAL_MONTHS)


def is_late(planned_on: date, today: date) -> bool:
    """Tell whether the day of a review has gone by."""
    return planned_on < today


def is_due(planned_on: date, today: date) -> bool:
    """Tell whether a review is late or comes within two weeks."""
    # Days apart, not a later day: the last day there is has no fortnight after it.
    return (planned_on - today) <= SOON


def check_planned(field: str, on: date, *, today: date) -> None:
    """Raise Invalid unless a review can be planned on this day: within a year from today."""
    if on < today:
        raise Invalid(field, "Kies vandaag of een latere dag om terug te kijken.")
    latest = add_months(today, LONGEST_MONTHS)
    if on > latest:
        raise Invalid(
            field,
            "Kijk minstens elk jaar terug: kies een dag tot en met %(day)s.",
            day=f"{latest:%d-%m-%Y}",
        )


def check_review(
    review: Review, *, goals: frozenset[str], begun_on: date, today: date
) -> tuple[str, dict[str, str]]:
    """Return the clean words of a review and those of each goal; raise Invalid when not right.

    Every open goal is judged, and nothing else; what changes for the youth has a reason.
    """
    if review.on > today:
        raise Invalid("on", "Deze dag moet nog komen. Kies vandaag of een dag die al geweest is.")
    if review.on < begun_on:
        raise Invalid("on", "Deze dag ligt voor het begin van het plan. Kies een latere dag.")
    if {each.goal for each in review.judged} != goals:
        raise Invalid("outcome", "Zeg van elk doel hoe het gaat.")
    words = check_text("words", review.words, limit=LONGEST_WORDS)
    if review.outcome.needs_reason and len(words) < SHORTEST_REASON:
        raise Invalid("words", "Schrijf in een of twee zinnen op waarom.")
    _check_next(review, today=today)
    return words, {each.goal: _words(each) for each in review.judged}


def _check_next(review: Review, *, today: date) -> None:
    if review.next_on is not None:
        check_planned("next_on", review.next_on, today=today)
    elif review.outcome is not Outcome.CLOSE:
        raise Invalid("next_on", "Spreek af wanneer jullie weer terugkijken.")


def _words(judged: Judged) -> str:
    field = f"words_{judged.goal.replace('-', '')}"
    words = check_text(field, judged.words, limit=LONGEST_WORDS)
    if judged.state.ending is not None and len(words) < SHORTEST_REASON:
        raise Invalid(field, "Schrijf in een zin op hoe het ging.")
    return words
