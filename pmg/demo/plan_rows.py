"""Writes the plan of an invented case down as rows; the pen of its story seals every text."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pmg.action_plans.models import PlanState
from pmg.action_plans.rules.reviews import to_json
from pmg.demo.planning import Goal, Planned, Review, Version

Under = Callable[[object], tuple[str, UUID, UUID, UUID]]
Seal = Callable[[str, str, UUID, str | None], Any]
Moment = Callable[[date, UUID], datetime]
Rows = Iterator[tuple[str, tuple[Any, ...]]]
_UNDER_A_CASE = ("municipality_id", "id", "case_id", "youth_id")
COLUMNS: dict[str, tuple[str, ...]] = {
    "action_plan": (
        *_UNDER_A_CASE, "number", "state", "plan_document_sealed", "agreed_on", "made_by",
        "created_at", "changed_at", "version",
    ),
    "plan_goal": (
        *_UNDER_A_CASE, "aim_sealed", "youth_words_sealed", "own_steps_sealed", "factor_codes",
        "ended_on", "ending", "aim_end_sealed", "made_by", "created_at", "version",
    ),
    "plan_answer": (
        *_UNDER_A_CASE, "plan_id", "plan_version", "party", "verdict", "means", "answered_on",
        "answer_words_sealed", "made_by", "created_at",
    ),
    "plan_review": (
        *_UNDER_A_CASE, "planned_on", "held_on", "outcome", "review_words_sealed",
        "review_document_sealed", "made_by", "held_by", "created_at", "version",
    ),
}  # fmt: skip


def rows(plan: Planned, under: Under, seal: Seal, moment: Moment) -> Rows:
    """Return every row of a plan with its table; a row never comes before one it points to."""
    by = plan.by.id
    for goal in plan.goals:
        yield "plan_goal", _goal(goal, under, seal, (by, moment(goal.begun_on, goal.id)))
    for version in plan.versions:
        yield from _version(version, by, under, seal, moment)
    for number, review in enumerate(plan.reviews):
        yield "plan_review", _review(review, by, under(f"review {number}"), seal, moment)


def _goal(goal: Goal, under: Under, seal: Seal, made: tuple[UUID, datetime]) -> tuple[Any, ...]:
    municipality_id, _id, case_id, youth_id = under("goal")
    return (
        municipality_id, goal.id, case_id, youth_id,
        seal("plan_goal", "aim_sealed", goal.id, goal.aim),
        seal("plan_goal", "youth_words_sealed", goal.id, goal.words),
        seal("plan_goal", "own_steps_sealed", goal.id, goal.own_steps or None),
        list(goal.factors), goal.ended_on, goal.ending and goal.ending.value,
        seal("plan_goal", "aim_end_sealed", goal.id, goal.end_words), *made, 1,
    )  # fmt: skip


def _version(version: Version, by: UUID, under: Under, seal: Seal, moment: Moment) -> Rows:
    mine = under(f"plan {version.number}")
    is_agreed = version.contents is not None
    document = version.contents.to_json() if version.contents else None
    state = PlanState.AGREED if is_agreed else PlanState.DRAFT
    made = moment(version.begun_on, mine[1])
    yield "action_plan", (
        *mine, version.number, state.value,
        seal("action_plan", "plan_document_sealed", mine[1], document),
        version.agreed_on, by, made, made, 2 if is_agreed else 1,
    )  # fmt: skip
    for answer in version.answers:
        row = under(f"answer {version.number} {answer.party}")
        yield "plan_answer", (
            *row, mine[1], 1, answer.party.value, answer.verdict.value, answer.means.value,
            answer.on, seal("plan_answer", "answer_words_sealed", row[1], answer.words),
            by, moment(answer.on, row[1]),
        )  # fmt: skip


def _review(
    review: Review, by: UUID, row: tuple[str, UUID, UUID, UUID], seal: Seal, moment: Moment
) -> tuple[Any, ...]:
    document = to_json(review.found) if review.held_on else None
    return (
        *row, review.planned_on, review.held_on, review.outcome and review.outcome.value,
        seal("plan_review", "review_words_sealed", row[1], review.words),
        seal("plan_review", "review_document_sealed", row[1], document),
        by, by if review.held_on else None, moment(review.made_on, row[1]), 1,
    )  # fmt: skip
