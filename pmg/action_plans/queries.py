"""What the pages of a plan show: its goals, its versions, who agreed, and looking back."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import load_only

from pmg.action_plans import actions, helping, looking, parts, rules, writing
from pmg.action_plans.contents import contents
from pmg.action_plans.models import ActionPlan, PlanGoal, PlanReview, PlanState
from pmg.action_plans.parts import Parts
from pmg.action_plans.rules import (
    Contents,
    GoalEnding,
    Means,
    Outcome,
    Party,
    Verdict,
    reviews,
    versions,
)
from pmg.action_plans.shown import (
    AnswerLine,
    Compared,
    DueReview,
    Event,
    FactorNow,
    Glance,
    Goal,
    Looked,
    OpenGoal,
    Plan,
    ReviewLine,
    Version,
    What,
)
from pmg.cases.models import Case, Youth
from pmg.extensions import db
from pmg.factors import queries as factors
from pmg.factors.ages import age_of
from pmg.factors.queries import Sighting
from pmg.reference.factors import FACTORS, Factor
from pmg.security import access, encryption
from pmg.security.identity import CaseMember
from pmg.security.policy import Action, Category, Role


def plan(case: Case, *, today: date) -> Plan:
    """Return the plan of a case with all that belongs to it; opens its texts."""
    found = parts.read(case)
    return Plan(
        goals=goals(case, found.goals),
        versions=tuple(_version(each, found) for each in found.plans),
        answers=_answers(found),
        planned=_review(found.planned, found) if found.planned else None,
        held=tuple(_review(each, found) for each in reversed(found.held)),
        missing=_missing(case, found, today=today),
    )


def goals(case: Case, rows: Iterable[PlanGoal]) -> tuple[Goal, ...]:
    """Return goals with their factors, actions and what is set to work for them; opens them."""
    kept = tuple(rows)
    if not kept:
        return ()
    latest = {seen.factor.code: seen for seen in factors.latest(case)}
    doing, helps = actions.of_case(case), helping.of_case(case)
    return tuple(
        Goal(
            id=row.id,
            text=row.aim,
            words=row.youth_words or "",
            own_steps=row.own_steps or "",
            factors=tuple(FactorNow(FACTORS[c], latest.get(c)) for c in row.factor_codes),
            actions=tuple(doing.get(row.id, ())),
            help=tuple(helps.get(row.id, ())),
            begun_on=row.begun_on,
            ending=GoalEnding(row.ending) if row.ending else None,
            ended_on=row.ended_on,
            end_words=row.aim_end or "",
            version=row.version,
        )
        for row in kept
    )


def goal(row: PlanGoal) -> Goal:
    """Return one goal, with all that belongs to it."""
    access.require(Action.ACTION_PLAN_SHOW, row)
    return goals(case_of(row), [row])[0]


def open_goals(case: Case) -> list[OpenGoal]:
    """Return the goals that are being worked on; of each only its text is opened."""
    return [OpenGoal(row.id, row.aim) for row in parts.read(case).open_goals]


def case_of(row: PlanGoal | PlanReview) -> Case:
    """Return the case that something of a plan belongs to."""
    access.require(Action.ACTION_PLAN_SHOW, row)
    return writing.case_of(row)


def standing_factors(case: Case) -> list[Sighting]:
    """Return of each factor that can stand with a goal what was seen last, newest first."""
    return [seen for seen in factors.latest(case) if rules.may_stand_with_goal(seen.factor)]


def choices(case: Case, *, today: date) -> tuple[Factor, ...]:
    """Return every factor that a goal can belong to: first what was seen of this youth."""
    seen = tuple(each.factor for each in standing_factors(case))
    others = (f for f in rules.choices(age_of(case, today)) if f not in seen)
    return (*seen, *others)


def version_texts(case: Case) -> dict[int, Contents]:
    """Return what each version holds: as it was frozen, the draft as it is now; opens them."""
    found = parts.read(case)
    return {
        each.number: contents(case, found.goals)
        if each.is_draft
        else versions.from_json(each.plan_document)
        for each in found.plans
    }


def compared(case: Case) -> list[Compared]:
    """Return each open goal as it was agreed beside as it is, since the last look back."""
    found = parts.read(case)
    agreed = found.agreed
    before = versions.from_json(agreed.plan_document).goals if agreed else ()
    texts = {each.id: each.text for each in before}
    went = looking.courses(case, found.open_goals, found.since)
    shown = goals(case, found.open_goals)
    return [
        Compared(goal, texts.get(str(goal.id), ""), course.factors)
        for goal, course in zip(shown, went, strict=True)
    ]


def goals_mark(case: Case) -> str:
    """Return which open goals there are, and which text each has, to be carried by a page."""
    return writing.goals_mark(parts.read(case).open_goals)


def goals_now(case: Case) -> dict[str, str]:
    """Return the open goals, to be put beside what somebody wrote of earlier ones."""
    return {"goals": "\n".join(goal.aim for goal in parts.read(case).open_goals)}


def since(case: Case) -> date | None:
    """Return the day with which a look back compares."""
    return parts.read(case).since


def review(row: PlanReview) -> Looked:
    """Return a look back; opens what was written when it was held."""
    access.require(Action.ACTION_PLAN_SHOW, row)
    line = _review(row, parts.read(writing.case_of(row)))
    return Looked(line, reviews.from_json(row.review_document) if row.held_on else ())


def glance(case: Case) -> Glance:
    """Return what the page of a case says of its plan. One statement."""
    found = parts.read(case)
    newest = found.newest
    return Glance(
        goals=tuple(each.aim for each in found.open_goals),
        newest=_version(newest, found) if newest else None,
        planned=_review(found.planned, found) if found.planned else None,
        happened=tuple(_happened(found)),
    )


def due(today: date) -> list[DueReview]:
    """Return the looks back that are late or come within two weeks on the reader's own cases.

    Only where the reader may hold it. One statement; the key of each youth is fetched at once.
    """
    reader = access.reader()
    given = {
        "municipality_id": reader.municipality_id,
        "user_id": reader.user_id,
        "until": _fortnight(today),
    }
    rows = db.session.execute(_due(), given).all()
    for row, _number, _youth, function in rows:
        access.remember(access.Membership(row.case_id, row.youth_id, Role(function)))
    mine = [each for each in rows if access.may(Action.ACTION_PLAN_EDIT, each[0])]
    encryption.prefetch(youth.id for _row, _number, youth, _function in mine)
    return [
        DueReview(row.id, row.case_id, number, _name(row, youth, number), row.planned_on)
        for row, number, youth, _function in mine
    ]


@cache
def _due() -> Select[PlanReview, str, Youth, str]:
    def same(one: Any, other: Any) -> ColumnElement[bool]:
        is_same: ColumnElement[bool] = one.municipality_id == other.municipality_id
        return is_same

    review = PlanReview
    return (
        select(review, Case.number, Youth, CaseMember.function)
        .join(Case, same(Case, review) & (Case.id == review.case_id))
        .join(Youth, same(Youth, review) & (Youth.id == review.youth_id))
        .join(CaseMember, same(CaseMember, review) & (CaseMember.case_id == review.case_id))
        .options(load_only(Youth.given_name_sealed, Youth.family_name_sealed))
        .where(
            review.municipality_id == bindparam("municipality_id"),
            review.held_on.is_(None),
            review.planned_on <= bindparam("until"),
            Case.closed_on.is_(None),
            CaseMember.user_id == bindparam("user_id"),
            CaseMember.is_current(),
        )
        .order_by(review.planned_on, Case.number)
    )


def _fortnight(today: date) -> date:
    return min(today, date.max - reviews.SOON) + reviews.SOON


def _name(row: PlanReview, youth: Youth, number: str) -> str:
    if not access.may(Action.DATA_READ, row, category=Category.IDENTITY):
        return number
    return f"{youth.given_name} {youth.family_name}"


def _version(row: ActionPlan, found: Parts) -> Version:
    return Version(
        number=row.number,
        state=PlanState(row.state),
        on=row.agreed_on or row.begun_on,
        by=found.names[row.made_by],
        mark=writing.mark(row),
    )


def _answers(found: Parts) -> tuple[AnswerLine, ...]:
    counting = {each.id for plan in found.plans for each in found.answers_to(plan)}
    numbers = {plan.id: plan.number for plan in found.plans}
    return tuple(
        AnswerLine(
            number=numbers[each.plan_id],
            party=Party(each.party),
            verdict=Verdict(each.verdict),
            means=Means(each.means),
            on=each.answered_on,
            words=each.answer_words or "",
            by=found.names[each.made_by],
            counts=each.id in counting,
        )
        for each in found.answers
    )


def _review(row: PlanReview, found: Parts) -> ReviewLine:
    return ReviewLine(
        id=row.id,
        planned_on=row.planned_on,
        held_on=row.held_on,
        outcome=Outcome(row.outcome) if row.outcome else None,
        words=row.review_words or "",
        by=found.names.get(row.held_by or row.made_by, ""),
        version=row.version,
    )


def _happened(found: Parts) -> Iterator[Event]:
    """Yield what happened to a plan; no text of it is opened."""
    names = found.names
    for plan_ in found.plans:
        if plan_.agreed_on is not None:
            yield Event(What.AGREED, plan_.agreed_on, names[plan_.made_by], f"{plan_.number}")
    for row in found.goals:
        yield Event(What.GOAL, row.begun_on, names[row.made_by])
        if row.ended_on is not None and row.ending is not None:
            label = GoalEnding(row.ending).label
            yield Event(What.GOAL_ENDED, row.ended_on, names[row.made_by], label)
    for each in found.answers:
        said = f"{Party(each.party).label}: {Verdict(each.verdict).label}"
        yield Event(What.ANSWER, each.answered_on, names[each.made_by], said)
    for held in found.held:
        line = _review(held, found)
        if line.held_on is not None and line.outcome is not None:
            yield Event(What.REVIEW, line.held_on, line.by, line.outcome.label, held.id)


def _missing(case: Case, found: Parts, *, today: date) -> tuple[Party, ...]:
    draft = found.draft
    if draft is None or not found.open_goals:
        return ()
    given = map(parts.as_answer, found.answers_to(draft))
    return rules.missing(given, age=age_of(case, today))
