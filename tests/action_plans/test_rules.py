"""What holds of every plan: agreement, versions, days; with whatever is written."""

import string
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.action_plans import rules
from pmg.action_plans.rules import (
    ActionThen,
    Answer,
    Change,
    Contents,
    FactorThen,
    GoalEnding,
    GoalFound,
    GoalState,
    GoalText,
    GoalThen,
    Judged,
    Means,
    Outcome,
    Part,
    Party,
    Review,
    Verdict,
    reviews,
    versions,
)
from pmg.action_plans.rules.goals import MOST_FACTORS, MOST_GOALS
from pmg.errors import Invalid
from pmg.reference.consent import AGREES_ALONE_FROM
from pmg.reference.factors import FACTORS, Sensitivity

TODAY = date(2026, 11, 26)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
WORDS = st.text(max_size=40)
CODES = st.lists(st.sampled_from(sorted(FACTORS)), unique=True, max_size=3).map(tuple)
ANSWERS = st.builds(
    Answer, st.sampled_from(Party), st.sampled_from(Verdict), st.sampled_from(Means), DAYS, WORDS
)
GOALS = st.builds(
    GoalThen,
    id=st.uuids().map(str),
    text=WORDS,
    words=WORDS,
    own_steps=WORDS,
    factors=CODES,
    ending=st.sampled_from(["", *(each.value for each in GoalEnding)]),
    ended_on=WORDS,
    end_words=WORDS,
    actions=st.lists(st.builds(ActionThen, WORDS, WORDS, WORDS, WORDS), max_size=3).map(tuple),
    help=st.lists(WORDS, max_size=3).map(tuple),
)
PLANS = st.lists(GOALS, max_size=4, unique_by=lambda goal: goal.id).map(
    lambda goals: Contents(tuple(goals))
)


# -- agreement


@given(st.lists(ANSWERS, max_size=6), st.integers(0, 30))
def test_a_plan_is_agreed_exactly_when_the_last_answer_of_all_who_are_needed_is_yes(
    answers: list[Answer], age: int
) -> None:
    last = {answer.party: answer.verdict for answer in answers}
    agreed = all(last.get(party) is Verdict.AGREES for party in rules.needed(age))
    assert (not rules.missing(answers, age=age)) is agreed


@given(st.integers(0, 40))
def test_the_youth_is_needed_at_every_age_and_a_parent_below_sixteen(age: int) -> None:
    needed = rules.needed(age)
    assert needed[0] is Party.YOUTH
    assert (Party.REPRESENTATIVE in needed) is (age < AGREES_ALONE_FROM)


@given(st.lists(ANSWERS, max_size=5), st.integers(0, 30), ANSWERS)
def test_no_answer_of_one_counts_for_the_other(
    answers: list[Answer], age: int, new: Answer
) -> None:
    before = set(rules.missing(answers, age=age)) - {new.party}
    after = set(rules.missing([*answers, new], age=age)) - {new.party}
    assert before == after


@given(ANSWERS, DAYS)
def test_an_answer_is_given_between_the_first_day_and_today(answer: Answer, made_on: date) -> None:
    try:
        words = rules.check_answer(answer, made_on=made_on, today=TODAY)
    except Invalid:
        return
    assert made_on <= answer.on <= TODAY
    assert words or answer.verdict is Verdict.AGREES


@given(st.dates(TODAY - timedelta(days=400), TODAY), st.sampled_from(Party))
def test_a_yes_on_a_day_that_was_there_is_always_taken(on: date, party: Party) -> None:
    yes = Answer(party, Verdict.AGREES, Means.PAPER, on)
    assert rules.check_answer(yes, made_on=on, today=TODAY) == ""


# -- versions


@given(PLANS)
def test_what_was_agreed_comes_back_as_it_was(plan: Contents) -> None:
    assert versions.from_json(plan.to_json()) == plan


@given(PLANS)
def test_a_plan_beside_itself_did_not_change(plan: Contents) -> None:
    found = rules.compare(plan, plan)
    assert [each.change for each in found] == [Change.SAME] * len(plan.goals)
    assert all(each.parts == () for each in found)


@given(PLANS, PLANS)
def test_every_goal_of_both_versions_is_told_of_once(old: Contents, new: Contents) -> None:
    found = rules.compare(old, new)
    ids = [(each.new or each.old).id for each in found]  # type: ignore[union-attr]
    assert sorted(ids) == sorted({goal.id for plan in (old, new) for goal in plan.goals})
    assert [each.new for each in found if each.new] == list(new.goals)


@given(PLANS, PLANS)
def test_the_other_way_round_new_is_gone(old: Contents, new: Contents) -> None:
    forth = {(d.new or d.old).id: d.change for d in rules.compare(old, new)}  # type: ignore[union-attr]
    back = {(d.new or d.old).id: d.change for d in rules.compare(new, old)}  # type: ignore[union-attr]
    turned = {Change.NEW: Change.GONE, Change.GONE: Change.NEW}
    assert {id_: turned.get(change, change) for id_, change in forth.items()} == back


@given(GOALS, GOALS)
def test_what_differs_is_named_and_nothing_else(one: GoalThen, other: GoalThen) -> None:
    old = Contents((one,))
    named = {part: getattr(other, part.value) for part in Part if part is not Part.ENDING}
    for part, value in named.items():
        changed = GoalThen(
            **{name: getattr(one, name) for name in GoalThen.__slots__} | {part.value: value}
        )
        (found,) = rules.compare(old, Contents((changed,)))
        assert set(found.parts) == ({part} if getattr(one, part.value) != value else set())


# -- goals


@given(st.text(string.printable, max_size=330), CODES)
def test_a_goal_that_is_kept_says_something_and_belongs_to_what_may_be_named(
    text: str, codes: tuple[str, ...]
) -> None:
    possible = frozenset(factor.code for factor in rules.choices(15))
    try:
        goal = rules.check_goal(GoalText(text, "", "", codes), possible=possible)
    except Invalid:
        return
    assert len(goal.text) >= 8
    assert 0 < len(goal.factors) <= MOST_FACTORS
    assert all(FACTORS[code].category == "plan" for code in goal.factors)


@given(st.integers(0, 40))
def test_no_choice_tells_of_police_or_health(age: int) -> None:
    closed = {Sensitivity.HEALTH, Sensitivity.CRIMINAL}
    assert not {factor.sensitivity for factor in rules.choices(age)} & closed
    assert all(factor.fits_age(age) for factor in rules.choices(age))


@given(st.integers(0, 20))
def test_there_is_room_until_the_page_is_full(count: int) -> None:
    if count < MOST_GOALS:
        rules.check_room(count)
    else:
        with pytest.raises(Invalid):
            rules.check_room(count)


# -- looking back


@given(st.dates(), st.dates(date(1950, 1, 1), date(9990, 1, 1)))
def test_a_look_back_is_planned_within_a_year(on: date, today: date) -> None:
    try:
        rules.check_planned("on", on, today=today)
    except Invalid:
        assert on < today or on > today + timedelta(days=364)
    else:
        assert today <= on <= today + timedelta(days=366)


@given(st.dates(), st.dates())
def test_what_is_late_is_due(planned_on: date, today: date) -> None:
    if rules.is_late(planned_on, today):
        assert rules.is_due(planned_on, today)
    assert rules.is_due(planned_on, today) is ((planned_on - today).days <= 14)


@given(st.dates(date(1900, 1, 1), date(9000, 1, 1)))
def test_the_usual_day_can_be_planned(today: date) -> None:
    rules.check_planned("on", rules.usual(today), today=today)


@given(
    st.lists(
        st.builds(
            GoalFound,
            WORDS,
            st.sampled_from(GoalState).map(str),
            WORDS,
            st.lists(st.builds(FactorThen, WORDS, WORDS, WORDS), max_size=3).map(tuple),
            st.lists(WORDS, max_size=2).map(tuple),
            st.lists(WORDS, max_size=2).map(tuple),
        ),
        max_size=4,
    )
)
def test_what_was_found_comes_back_as_it_was(found: list[GoalFound]) -> None:
    assert reviews.from_json(reviews.to_json(found)) == tuple(found)


@given(
    st.sets(st.sampled_from(["a", "b", "c"])),
    st.lists(
        st.builds(Judged, st.sampled_from(["a", "b", "c"]), st.sampled_from(GoalState), WORDS)
    ),
    st.sampled_from(Outcome),
    WORDS,
    st.none() | DAYS,
)
def test_a_look_back_judges_every_open_goal_and_plans_the_next_unless_it_closes(
    goals: set[str], judged: list[Judged], outcome: Outcome, words: str, next_on: date | None
) -> None:
    told = Review(TODAY, tuple(judged), outcome, words, next_on)
    try:
        clean, about = rules.check_review(told, goals=frozenset(goals), begun_on=TODAY, today=TODAY)
    except Invalid:
        return
    assert set(about) == goals == {each.goal for each in judged}
    assert clean or outcome is Outcome.CONTINUE
    assert next_on is not None or outcome is Outcome.CLOSE
    assert all(about[each.goal] for each in judged if each.state.ending)


def test_only_dropping_makes_another_plan() -> None:
    assert {e for e in GoalEnding if e.changes_what_was_agreed} == {GoalEnding.DROPPED}
    assert GoalEnding.DROPPED not in {state.ending for state in GoalState}
