"""That who is counted as one unit in some category is counted as another as well. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Codes = frozenset[tuple[str, str]]
"""The codes of a cell, by their dimension; those at their total left out."""


@dataclass(frozen=True)
class Within:
    """One part that everybody knows: of `small`, in any of `codes` of `dimension`.

    Each of these is counted as `large` too, in the same categories but for that dimension; in place
    of it stands what it is counted `as_` there. Who has started has a trajectory that began: of a
    youth with a time to the start, in an area, there is one among the trajectories of that area.
    """

    small: str
    large: str
    dimension: str
    codes: tuple[str, ...]
    as_: Mapping[str, str] = field(default_factory=dict)

    def whole(self, codes: Codes) -> Codes | None:
        """Return the cell of the large unit that a cell of the small one is part of, if any."""
        known = dict(codes)
        if known.pop(self.dimension, None) not in self.codes:
            return None
        return frozenset({**known, **self.as_}.items())

    def parts(self, codes: Codes) -> Iterator[Codes]:
        """Name the cells of the small unit that can be part of a cell of the large one."""
        rest = codes - frozenset(self.as_.items())
        for code in self.codes:
            part = rest | {(self.dimension, code)}
            if self.whole(part) == codes:
                yield part

    def as_json(self) -> dict[str, Any]:
        """Write the public text of this, as it is hashed and stored."""
        return {
            "unit": self.small,
            "of": self.large,
            "dimension": self.dimension,
            "codes": list(self.codes),
            **({"as": dict(self.as_)} if self.as_ else {}),
        }


def read_within(data: Any) -> Within:
    """Read what `as_json` wrote; raises KeyError, TypeError or AttributeError on anything else."""
    as_ = {str(name): str(code) for name, code in data.get("as", {}).items()}
    codes = tuple(str(code) for code in data["codes"])
    return Within(str(data["unit"]), str(data["of"]), str(data["dimension"]), codes, as_)
