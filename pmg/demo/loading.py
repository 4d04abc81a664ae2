"""Loads the demo into empty databases: people first, then their cases, chunk by chunk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pmg.demo.hiring import hire
from pmg.demo.people import Staff, places, staff
from pmg.demo.stores import Stores


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a demo, of which seed, as it stands on a day."""

    municipalities: int
    youths: int
    seed: int
    today: date

    def staffs(self) -> tuple[Staff, ...]:
        """Return who works where; youths are spread evenly over the municipalities."""
        share = self.youths // self.municipalities
        return tuple(staff(place, share) for place in places(self.municipalities))


def is_loaded(stores: Stores) -> bool:
    """Tell whether there is any youth or account already."""
    with stores.data() as connection:
        row = connection.execute(
            "SELECT EXISTS (SELECT FROM youth) OR EXISTS (SELECT FROM user_account)"
        ).fetchone()
    return bool(row and row[0])


def load(stores: Stores, plan: Plan, progress: Callable[[int], None]) -> None:
    """Fill the databases; `progress` is told how many youths were added since the last time."""
    stores.open_vault()
    staffs = plan.staffs()
    with stores.data() as connection:
        hire(
            stores,
            connection,
            (account for one in staffs for account in one.accounts),
            (organisation for one in staffs for organisation in one.organisations),
            today=plan.today,
        )
    progress(plan.youths)
