"""What rounding or hiding means, said so that no knowledge of statistics is needed."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from pmg.disclosure.audit import interval
from pmg.disclosure.derive import Share
from pmg.texts import to_translate

_SENTENCES = {
    5: to_translate(
        "Aantallen zijn afgerond op vijftallen. Wie de regels optelt, komt precies op het totaal. "
        "Elk getal, ook een totaal, wijkt hoogstens %(most)d af van de werkelijkheid; 0 betekent "
        "0 tot en met %(most)d."
    ),
    10: to_translate(
        "Aantallen zijn afgerond op tientallen. Wie de regels optelt, komt precies op het totaal. "
        "Elk getal, ook een totaal, wijkt hoogstens %(most)d af van de werkelijkheid; 0 betekent "
        "0 tot en met %(most)d."
    ),
}
_ANY = to_translate(
    "Aantallen zijn afgerond op veelvouden van %(base)d. Wie de regels optelt, komt precies op het "
    "totaal. Elk getal, ook een totaal, wijkt hoogstens %(most)d af van de werkelijkheid; 0 "
    "betekent 0 tot en met %(most)d."
)

HIDING = to_translate(
    "Aantallen zijn precies. Waar ‘verborgen’ staat, is het aantal klein (1 tot en met %(most)d), "
    "of weggelaten zodat niemand een klein aantal kan uitrekenen; welke van de twee, is niet te "
    "zien. 0 betekent niemand."
)
"""The sentence of a report that hides numbers instead of rounding them."""


@dataclass(frozen=True, slots=True)
class Example:
    """Three invented areas with their total: how many were counted, and what a report says."""

    counted: tuple[int, int, int]
    released: tuple[int | None, int | None, int | None]

    @property
    def rows(self) -> tuple[tuple[int, int | None], ...]:
        """Counted beside released, for each area; None where that is hidden."""
        return tuple(zip(self.counted, self.released, strict=True))

    @property
    def total(self) -> tuple[int, int]:
        """All that were counted, and the total of the report."""
        whole = sum(self.counted)
        shown = [number for number in self.released if number is not None]
        return whole, sum(shown) if len(shown) == len(self.released) else whole


@dataclass(frozen=True, slots=True)
class ShareExample:
    """An invented share: a part of a whole as a report shows them, and what is true in percents."""

    part: int
    whole: int
    text: str
    low: int
    high: int


def share_band(part: tuple[int, int], whole: tuple[int, int]) -> tuple[int, int]:
    """Return between which percents a share lies, given the ends of its part and its whole."""
    low, high = Fraction(part[0], whole[1] or 1), Fraction(part[1], max(whole[0], part[1], 1))
    return floor(100 * low), ceil(100 * high)


def example_of_share(base: int, most: int, least: int) -> ShareExample:
    """Return a share of about the smallest whole of which one is shown, and how far it may be."""
    part, whole = base, base * max(6, ceil(Fraction(least, base)))
    low, high = share_band(interval(part, most), interval(whole, most))
    return ShareExample(part, whole, Share(part, whole).text, low, high)


def rounding_sentence(base: int) -> str:
    """Return the one sentence, with places for the `base` and the largest deviation `most`."""
    return _SENTENCES.get(base, _ANY)


def example_of_hiding(k: int) -> Example:
    """Return a small example in which one area is small, and another is hidden beside it."""
    return Example((5 * k, k - 2, k + 3), (5 * k, None, None))


def example(base: int) -> Example:
    """Return a small example whose total is right as a sum and near the true one.

    The second area is not rounded to the nearest: school taught otherwise.
    """
    return Example((2 * base + 2, base + base // 2 - 1, 1), (2 * base, 2 * base, 0))
