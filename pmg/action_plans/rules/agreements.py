"""Who has to agree to a plan, and what an answer is worth."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.consent import needs_representative
from pmg.reference.labelled import Labelled

LONGEST_WORDS = 800
SHORTEST_REASON = 4


class Party(Labelled):
    """Who answers whether the plan is right."""

    YOUTH = "jongere", "De jongere"
    REPRESENTATIVE = "vertegenwoordiger", "Een ouder of voogd"


class Means(Labelled):
    """How the answer was given."""

    IN_PERSON = "gesprek", "In een gesprek"
    PHONE = "telefoon", "Aan de telefoon"
    PAPER = "papier", "Op papier, met een handtekening"


class Verdict(Labelled):
    """What was answered."""

    AGREES = "akkoord", "Akkoord"
    DISAGREES = "niet_akkoord", "Niet akkoord"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one of them answered to a plan, on which day and how."""

    party: Party
    verdict: Verdict
    means: Means
    on: date
    words: str = ""


def needed(age: int) -> tuple[Party, ...]:
    """Return whose agreement a plan needs at this age: the youth's at every age."""
    if needs_representative(age):
        return (Party.YOUTH, Party.REPRESENTATIVE)
    return (Party.YOUTH,)


def standing(answers: Iterable[Answer]) -> Mapping[Party, Answer]:
    """Return the last answer of each; they come oldest first, and who thinks again may."""
    return {answer.party: answer for answer in answers}


def missing(answers: Iterable[Answer], *, age: int) -> tuple[Party, ...]:
    """Return who has yet to agree."""
    last = standing(answers)
    agreed = {party for party, answer in last.items() if answer.verdict is Verdict.AGREES}
    return tuple(party for party in needed(age) if party not in agreed)


def check_answer(answer: Answer, *, made_on: date, today: date) -> str:
    """Return the clean words of an answer; raise Invalid unless it can have been given.

    `made_on` is the day on which this version of the plan was begun.
    """
    if answer.on > today:
        raise Invalid("on", "Deze dag moet nog komen. Kies vandaag of een dag die al geweest is.")
    if answer.on < made_on:
        raise Invalid("on", "Deze dag ligt voor het begin van dit plan. Kies een latere dag.")
    words = check_text("words", answer.words, limit=LONGEST_WORDS)
    if answer.verdict is Verdict.DISAGREES and len(words) < SHORTEST_REASON:
        raise Invalid(
            "words", "Schrijf op waarom niet, in eigen woorden. ‘Wil het niet zeggen’ mag ook."
        )
    return words
