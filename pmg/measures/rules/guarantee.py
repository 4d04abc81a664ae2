"""The job guarantee: programme chosen, guarantee given, diploma got, job begun, in order. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.measures.rules.telling import WORDS_LIMIT
from pmg.reference.labelled import Labelled

SHORTEST_WORDS, LONGEST_AGO_YEARS = 3, 10


class GuaranteeStep(Labelled):
    """The steps, in their order: none can be taken before the one before it."""

    CHOSEN = "opleiding", "Opleiding gekozen"
    GIVEN = "garantie", "Garantie gegeven"
    DIPLOMA = "diploma", "Diploma gehaald"
    JOB = "baan", "Baan begonnen"


@dataclass(frozen=True, slots=True)
class Taken:
    """When a step was taken, and which programme, guarantee, diploma or job it was."""

    on: date
    words: str


def next_step(days: Mapping[GuaranteeStep, date]) -> GuaranteeStep | None:
    """Return the first step that was not taken; None when all four were."""
    return next((step for step in GuaranteeStep if step not in days), None)


def check_taken(
    step: GuaranteeStep, taken: Taken, days: Mapping[GuaranteeStep, date], *, today: date
) -> Taken:
    """Return what was told, clean; raise Invalid unless it can be of this step.

    `days` are those of the steps that were taken. Of one of them another day can be told; of the
    others only the next can be taken.
    """
    if step not in days and step is not next_step(days):
        raise Invalid(
            "on_day", "Een eerdere stap staat nog niet vast. Leg de stappen op volgorde vast."
        )
    if taken.on > today:
        raise Invalid("on_day", "Deze dag moet nog komen. Leg de stap vast als die gezet is.")
    if today.year - taken.on.year > LONGEST_AGO_YEARS:
        raise Invalid("on_day", "Deze dag ligt te ver terug. Kijk het jaar na.")
    _check_between(step, taken.on, days)
    words = check_text("words", taken.words, limit=WORDS_LIMIT)
    if len(words) < SHORTEST_WORDS:
        raise Invalid("words", "Schrijf op waar het om gaat: minstens %(least)d tekens.",
                      least=SHORTEST_WORDS)  # fmt: skip
    return Taken(taken.on, words)


def _check_between(step: GuaranteeStep, on: date, days: Mapping[GuaranteeStep, date]) -> None:
    for other, day in days.items():
        if other.order < step.order and on < day:
            raise Invalid(
                "on_day",
                "‘%(step)s’ was op %(day)s. Kies die dag of een latere.",
                step=other.label,
                day=f"{day:%d-%m-%Y}",
            )
        if other.order > step.order and on > day:
            raise Invalid(
                "on_day",
                "‘%(step)s’ was op %(day)s. Kies die dag of een eerdere.",
                step=other.label,
                day=f"{day:%d-%m-%Y}",
            )


def check_taken_back(step: GuaranteeStep, days: Mapping[GuaranteeStep, date]) -> None:
    """Raise Invalid unless this is the last step that was taken."""
    if any(other.order > step.order for other in days):
        raise Invalid(
            "why", "Er staat al een latere stap vast. Neem eerst die terug, of verbeter deze stap."
        )
