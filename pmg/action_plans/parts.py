"""The rows of the plan of one case, read at once: versions, goals, answers and reviews."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select, union_all
from sqlalchemy.orm import load_only

from pmg.action_plans.models import ActionPlan, PlanAnswer, PlanGoal, PlanReview
from pmg.action_plans.rules import Answer, Means, Party, Verdict
from pmg.cases.models import Case
from pmg.extensions import db
from pmg.security import access
from pmg.security.identity import User
from pmg.security.policy import Action

_TABLES = (ActionPlan, PlanGoal, PlanAnswer, PlanReview)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """All that is kept of a plan, each kind oldest first; nothing sealed is opened yet."""

    plans: tuple[ActionPlan, ...]
    goals: tuple[PlanGoal, ...]
    answers: tuple[PlanAnswer, ...]
    reviews: tuple[PlanReview, ...]
    names: dict[UUID, str]

    @property
    def draft(self) -> ActionPlan | None:
        """The version that is being worked on."""
        return next((plan for plan in self.plans if plan.is_draft), None)

    @property
    def agreed(self) -> ActionPlan | None:
        """The version that was agreed last."""
        return next((plan for plan in reversed(self.plans) if not plan.is_draft), None)

    @property
    def newest(self) -> ActionPlan | None:
        """The draft, or else what was agreed last."""
        return self.plans[-1] if self.plans else None

    @property
    def open_goals(self) -> tuple[PlanGoal, ...]:
        """The goals that are being worked on."""
        return tuple(goal for goal in self.goals if goal.ending is None)

    @property
    def planned(self) -> PlanReview | None:
        """The review that is still to come."""
        return next((review for review in self.reviews if review.held_on is None), None)

    @property
    def held(self) -> tuple[PlanReview, ...]:
        """The reviews that were held."""
        return tuple(review for review in self.reviews if review.held_on is not None)

    def answers_to(self, plan: ActionPlan) -> tuple[PlanAnswer, ...]:
        """Return the answers to a version as it is; one to an earlier text counts no more."""
        # To freeze a version is itself a change of its row, and the last one.
        text = plan.version if plan.is_draft else plan.version - 1
        return tuple(
            each for each in self.answers if each.plan_id == plan.id and each.plan_version == text
        )

    @property
    def since(self) -> date | None:
        """The day with which today is compared: the last look back, or else the agreement."""
        if self.held:
            return self.held[-1].held_on
        first = self.agreed or self.newest
        return (first.agreed_on or first.begun_on) if first else None


def read(case: Case) -> Parts:
    """Return the rows of the plan of a case, in one statement."""
    access.require(Action.ACTION_PLAN_SHOW, case)
    given = {"municipality_id": case.municipality_id, "case_id": case.id}
    found = db.session.execute(_rows(), given, execution_options={"populate_existing": True}).all()
    users = {row[-1].id: row[-1] for row in found}
    return Parts(
        plans=_kind(found, 0),
        goals=_kind(found, 1),
        answers=_kind(found, 2),
        reviews=_kind(found, 3),
        names={id_: user.name for id_, user in users.items()},
    )


def as_answer(row: PlanAnswer, *, words: str = "") -> Answer:
    """Return an answer as the rules take it."""
    return Answer(Party(row.party), Verdict(row.verdict), Means(row.means), row.answered_on, words)


def _kind(found: Iterable[Any], place: int) -> tuple[Any, ...]:
    rows = [row[place] for row in found if row[place] is not None]
    return tuple(sorted(rows, key=lambda row: row.created_at))


def _who(table: Any) -> ColumnElement[UUID]:
    """Return who made a row; of a look back who held it."""
    made: ColumnElement[UUID] = table.made_by
    return (func.coalesce(table.held_by, made) if table is PlanReview else made).label("who")


@cache
def _rows() -> Select[Any]:
    """Return a row for each part, with one of the tables beside it and who made it."""

    def of_case(table: Any) -> ColumnElement[bool]:
        return and_(
            table.municipality_id == bindparam("municipality_id"),
            table.case_id == bindparam("case_id"),
        )

    part = union_all(
        *(select(table.id, _who(table)).where(of_case(table)) for table in _TABLES)
    ).subquery("part")
    statement: Any = select(*_TABLES, User).select_from(part)
    for table in _TABLES:
        statement = statement.outerjoin(table, and_(of_case(table), table.id == part.c.id))
    found: Select[Any] = statement.join(
        User,
        and_(User.municipality_id == bindparam("municipality_id"), User.id == part.c.who),
    ).options(load_only(User.name_sealed))
    return found
