"""What a kept list asks of *Mijn caseload*. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pmg.cases.rules import Status
from pmg.cases.rules.listing import FINISHED_OR_ALL, Order
from pmg.reference.municipalities import FOCUS_AREAS

_PHASES = FINISHED_OR_ALL | set(Status)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list asks; what an address cannot mean is left out."""

    phase: str = ""
    focus_area_code: str = ""
    order: Order = Order.CHANGED

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Filters":
        """Read the address of *Mijn caseload*."""
        phase, area, order = (given.get(name, "") for name in ("fase", "gebied", "volgorde"))
        return cls(
            phase if phase in _PHASES else "",
            area if area in FOCUS_AREAS else "",
            Order(order) if order in set(Order) else Order.CHANGED,
        )

    def address(self) -> dict[str, Any]:
        """Write them as they stand in that address."""
        given = {"fase": self.phase, "gebied": self.focus_area_code, "volgorde": self.order.value}
        return {name: text for name, text in given.items() if text}
