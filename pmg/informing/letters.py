"""For whom a letter about the file is written: each has words of its own."""

from pmg.reference.labelled import Labelled

CHILD_UNTIL, PARENT_UNTIL = 12, 16
"""From 12 a youth reads the letter for youths; under 16 parents act for him (UAVG art. 5)."""


class Reader(Labelled):
    """Who reads the letter."""

    CHILD = "kind", "Kind (8 tot 12 jaar)"
    YOUTH = "jongere", "Jongere"
    PARENT = "ouder", "Ouder of verzorger"


def first_reader(age: int | None) -> Reader:
    """Return for whom the letter opens when nobody chose; without an age, the youth."""
    return Reader.CHILD if age is not None and age < CHILD_UNTIL else Reader.YOUTH


def has_parents_letter(age: int | None) -> bool:
    """Say whether those with parental authority are told as well."""
    return age is not None and age < PARENT_UNTIL
