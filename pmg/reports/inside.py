"""What is found about a draft from true counts: for who judges it, sealed, and gone with it."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from time import monotonic

from pmg.definitions.vocabulary import AGE, ELSE, kind_of
from pmg.disclosure.merging import Asked, Attempt, Proposal, can_merge, proposals
from pmg.disclosure.release import ROUNDING, Params
from pmg.reports.reading import Order

MOST_SECONDS = 4.0
"""After this long no merging is tried any more: a report is made in seconds."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Two groups made one: what is held then, how much less that is, and what else it gains.

    As `Proposal` says it: `still_held` 0 is that all may be released, `fewer_held` None that now
    nothing may.
    """

    dimension: str
    codes: tuple[str, str]
    tolerance: int | None
    fewer_small: int
    still_held: int = 0
    fewer_held: int | None = 0


@dataclass(frozen=True, slots=True)
class Inside:
    """What merging would gain (and whether all was tried), and how many providers were audited.

    A number from 1 to `small` is a small one. `is_fixed` where an earlier report over these days
    showed every table with ages: then there is nothing to merge.
    """

    small: int
    merges: tuple[Merge, ...] = ()
    is_cut_short: bool = False
    providers: int = 0
    is_fixed: bool = False

    def as_text(self) -> str:
        """Write it, for under a seal."""
        return json.dumps(asdict(self))


def read_inside(text: str) -> Inside:
    """Read what `as_text` wrote."""
    written = json.loads(text)
    names = {field.name for field in fields(Inside)}
    data = {name: value for name, value in written.items() if name in names}  # older: other things
    merges = tuple(Merge(**{**each, "codes": tuple(each["codes"])}) for each in data["merges"])
    return Inside(**{**data, "merges": merges})


def what_merging_gains(
    order: Order,
    params: Params,
    asked: Asked,
    attempt: Attempt,
    *,
    clock: Callable[[], float] = monotonic,
) -> Inside:
    """Try each merge of neighbouring ages, which is what a definition can merge, within a time.

    An attempt protects and audits what is merged as the report itself is. Merging is for numbers
    that are rounded: where they are hidden, nothing is tried.
    """
    if params.method != ROUNDING:
        return Inside(params.step - 1)
    ends = clock() + MOST_SECONDS
    late = False

    def is_over() -> bool:
        nonlocal late
        late = late or clock() >= ends
        return late

    found = proposals(order.table, asked, attempt, may_merge=_may_merge, is_over=is_over)
    return Inside(
        params.step - 1,
        tuple(_merge(each) for each in found if each.fewer_held != 0 or each.fewer_small > 0),
        is_cut_short=late,
        is_fixed=_is_fixed(order, asked),
    )


def _is_fixed(order: Order, asked: Asked) -> bool:
    """Whether tables by ages are asked for, and an earlier report showed all of them."""
    ages = [one for one in order.table.hierarchies if kind_of(one.dimension) == AGE]

    def some_left(beside: Asked) -> bool:
        return any(can_merge(order.table, beside, one) for one in ages)

    return some_left(replace(asked, earlier=())) and not some_left(asked)


def _may_merge(dimension: str, codes: tuple[str, str]) -> bool:
    return kind_of(dimension) == AGE and ELSE not in codes


def _merge(found: Proposal) -> Merge:
    return Merge(
        found.dimension,
        found.codes,
        found.tolerance,
        found.fewer_small,
        found.still_held,
        found.fewer_held,
    )
