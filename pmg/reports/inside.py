"""What is found about a draft from true counts: for who judges it, sealed, and gone with it."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from time import monotonic

from pmg.definitions.vocabulary import AGE, ELSE, kind_of
from pmg.disclosure.merging import Proposal, proposals
from pmg.disclosure.release import ROUNDING, Params
from pmg.reports.reading import Order

MOST_SECONDS = 4.0
"""After this long no merging is tried any more: a report is made in seconds."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Two groups made one: the largest deviation then, and how many small numbers are gone."""

    dimension: str
    codes: tuple[str, str]
    tolerance: int
    fewer_small: int


@dataclass(frozen=True, slots=True)
class Inside:
    """What merging would gain (and whether all was tried), and how many providers were audited.

    A number from 1 to `small` is a small one.
    """

    small: int
    merges: tuple[Merge, ...] = ()
    is_cut_short: bool = False
    providers: int = 0

    def as_text(self) -> str:
        """Write it, for under a seal."""
        return json.dumps(asdict(self))


def read_inside(text: str) -> Inside:
    """Read what `as_text` wrote."""
    written = json.loads(text)
    data = {field.name: written[field.name] for field in fields(Inside)}  # older ones said more
    merges = tuple(Merge(**{**each, "codes": tuple(each["codes"])}) for each in data["merges"])
    return Inside(**{**data, "merges": merges})


def what_merging_gains(
    order: Order, params: Params, key: bytes, *, clock: Callable[[], float] = monotonic
) -> Inside:
    """Try each merge of neighbouring ages, which is what a definition can merge, within a time.

    Merging is for numbers that are rounded: where they are hidden, nothing is tried.
    """
    if params.method != ROUNDING:
        return Inside(params.step - 1)
    ends = clock() + MOST_SECONDS
    late: list[bool] = []

    def is_over() -> bool:
        late.append(clock() >= ends)
        return late[-1]

    found = proposals(order.table, params, key, may_merge=_may_merge, is_over=is_over)
    merges = tuple(_merge(each) for each in found if each.fewer_small)
    return Inside(params.step - 1, merges, is_cut_short=any(late))


def _may_merge(dimension: str, codes: tuple[str, str]) -> bool:
    return kind_of(dimension) == AGE and ELSE not in codes


def _merge(found: Proposal) -> Merge:
    return Merge(found.dimension, found.codes, found.tolerance, found.fewer_small)
