"""Shares and means from released numbers alone, so that they disclose nothing more."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from pmg.disclosure.errors import BadRelease
from pmg.disclosure.release import MINIMUM_BASE, Figures

__all__ = ["ALMOST_ALL", "ALMOST_NONE", "MINIMUM_BASE", "Share", "mean", "share"]

ALMOST_NONE, ALMOST_ALL = "minder dan 1%", "meer dan 99%"


@dataclass(frozen=True)
class Share:
    """A part of a whole, both as released."""

    part: int
    whole: int

    @property
    def exact(self) -> Fraction:
        """The share of the released numbers themselves."""
        return Fraction(self.part, self.whole)

    @property
    def text(self) -> str:
        """Whole percents; never '0%' or '100%', which would sound like nobody or everybody."""
        percent = round(self.exact * 100)
        if percent < 1:
            return ALMOST_NONE
        return ALMOST_ALL if percent > 99 else f"{percent}%"  # noqa: PLR2004


def share(
    release: Figures, unit: str, *, part: Mapping[str, str], whole: Mapping[str, str]
) -> Share | None:
    """Give the share of one released cell in another; None where it cannot be said.

    That is where the base is below 20 (or 40, where numbers are tens; for national figures: or not
    above its own deviation), where one of both is hidden, and where the part was released as
    nothing or as the whole: nobody may then read 'none' or 'all', and a released 0 may be as much
    as the tolerance.
    Raises KeyError for cells that were not released, BadRelease where the part is no part.
    """
    if not whole.items() <= part.items():
        raise BadRelease("Een aandeel is een deel van zijn geheel; noem dezelfde categorieën.")
    below, base = release.value(unit, part), release.value(unit, whole)
    if below is None or base is None:
        return None
    return Share(below, base) if base >= release.least_base and 0 < below < base else None


def mean(
    release: Figures,
    unit: str,
    *,
    scores: Mapping[str, Mapping[str, int]],
    within: Mapping[str, str],
) -> Fraction | None:
    """Give the mean of a scored dimension over released cells, all shown; else None.

    None too where the base is too small.

    `scores` names one dimension and gives a number to each of its codes; codes without a number
    (unknown, not measured) are left out of the base. Raises KeyError for cells not released,
    BadRelease where not exactly one dimension is named.
    """
    if len(scores) != 1:
        raise BadRelease("Een gemiddelde gaat over één dimensie.")
    ((dimension, numbers),) = scores.items()
    counts = {code: release.value(unit, {**within, dimension: code}) for code in numbers}
    shown = {code: count for code, count in counts.items() if count is not None}
    base = sum(shown.values())
    if len(shown) < len(counts) or base < release.least_base:
        return None
    return Fraction(sum(numbers[code] * count for code, count in shown.items()), base)
