"""What somebody types to find a youth of his own: a name, a birth date, a case number. Pure."""

import re
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA

from pmg.cases.rules.people import name_key
from pmg.entry import check_text, parse_dutch_date
from pmg.errors import Invalid

QUESTION_LIMIT = 100
_SHORTEST_FUZZY = 4  # below this, one other letter makes another word
_DATE = re.compile(
    r"(?<![\w-])(?:"
    r"\d{4}-\d{1,2}-\d{1,2}"
    r"|\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*(?:\d{4}|\d{2})"
    r"|\d{1,2}\s+\d{1,2}\s+\d{4}"
    r"|\d{1,2}\s*[-\s]\s*[^\W\d_]{3,9}\.?\s*[-\s]\s*(?:\d{4}|\d{2})"
    r")(?![\w-])",
    re.ASCII,
)
_NUMBER = re.compile(r"(?<!\w)(?:pmg[\s-]*)?(?:(\d{4})\s*-\s*)?(\d{1,6})(?!\w)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for; all that is given must fit."""

    words: tuple[str, ...] = ()
    born: date | None = None
    year: int | None = None
    sequence: int | None = None

    def fits_number(self, number: str) -> bool:
        """Tell whether a case has the number that was typed, with or without its year."""
        if self.sequence is None:
            return True
        _pmg, year, sequence = number.rsplit("-", 2)
        return int(sequence) == self.sequence and self.year in {None, int(year)}

    @property
    def asks_who(self) -> bool:
        """Whether it asks for a name or a birth date: what only an opened file can answer."""
        return bool(self.words) or self.born is not None


def read_question(typed: str) -> Question:
    """Return what is asked; raise Invalid when there is nothing in it, or no such day.

    'jansen 12-3-2008', '12 maart 2008', 'PMG-2026-0142' and '2026-142' are understood.
    """
    rest = " ".join(check_text("vraag", typed, limit=QUESTION_LIMIT).lower().split())
    born = None
    if found := _DATE.search(rest):
        born = parse_dutch_date("vraag", _plain_day(found[0]))
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    year = sequence = None
    if found := _NUMBER.search(rest):
        year, sequence = found[1] and int(found[1]), int(found[2])
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    question = Question(tuple(name_key(rest).split()), born, year or None, sequence)
    if question == Question():
        raise Invalid("vraag", "Vul een naam, een geboortedatum of een zaaknummer in.")
    return question


def _plain_day(typed: str) -> str:
    """Return '12-mrt-2008' as '12 mrt 2008'; figures as they are."""
    if any(sign.isalpha() for sign in typed):
        return " ".join(typed.replace("-", " ").split())
    return typed


def same_word(one: str, other: str) -> bool:
    """Whether two words of names may be one: equal, or at four letters or more one slip apart.

    A slip is a letter too many, too few or another, or two that changed places.
    """
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST_FUZZY:
        return False
    return OSA.distance(one, other, score_cutoff=1) <= 1


def shortened(word: str) -> set[str]:
    """Return the word and what it becomes without one letter.

    Two words that are one slip apart have one of these in common, so a slip is found by looking up
    a dozen words in place of comparing with all there are.
    """
    if len(word) < _SHORTEST_FUZZY:
        return {word}
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
