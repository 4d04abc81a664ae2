"""Who leads a meeting takes part in the case, or its item would exist for nobody who leads."""

from datetime import date
from uuid import UUID

from pmg.accounts.queries import names
from pmg.cases import members
from pmg.cases.models import Case
from pmg.errors import Invalid
from pmg.meetings import holding, queries
from pmg.security import access
from pmg.security.policy import Action, Role
from pmg.sharing import seating


def chairs(case: Case, *, today: date) -> list[tuple[UUID, str]]:
    """Return who leads a meeting to come and does not take part in a case, by name."""
    access.require(Action.MEETING_PROPOSE, case)
    leading = queries.leading(today=today) - set(members.of(case))
    return sorted(names(leading).items(), key=lambda pair: pair[1].casefold())


def directors(case: Case) -> list[str]:
    """Return who directs a case, by name: he lets a chair take part."""
    access.require(Action.MEETING_PROPOSE, case)
    return [one.name for one in holding.members_of(case) if one.function is Role.CASE_DIRECTOR]


def seat_chair(case: Case, user_id: UUID, until: date, *, today: date) -> None:
    """Let a chair take part in a case until a day; he is told.

    Raises NotPermitted, or Invalid when he leads no meeting to come, or as taking part does.
    """
    access.require(Action.CASE_INVITE, case)
    if user_id not in dict(chairs(case, today=today)):
        raise Invalid("person", "Kies een voorzitter.")
    seating.seat(case, user_id, until, today=today, function=Role.PROCESS_DIRECTOR)
