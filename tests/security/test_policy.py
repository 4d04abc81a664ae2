"""The policy decides every question, and what no row grants is refused."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.reference.partners import PARTNERS
from pmg.security.policy import (
    Action,
    Category,
    Facts,
    Role,
    Who,
    decide,
    table,
    version,
)

FACTS = st.builds(Facts, *[st.booleans()] * 6)
WHO = st.builds(
    Who,
    st.frozensets(st.sampled_from(list(Role))),
    st.sampled_from([*PARTNERS, "", "ONBEKEND"]),
    st.booleans(),
)

OTHER_LAW = (
    Category.POLICE,
    Category.JUSTICE,
    Category.MEDICAL,
    Category.SPECIAL,
    Category.SCHOOL,
)


@given(WHO, st.sampled_from(list(Action)), st.sampled_from(list(Category)), FACTS)
def test_every_question_has_an_answer_with_a_code(
    who: Who, action: Action, category: Category, facts: Facts
) -> None:
    assert decide(who, action, category, facts).code


@given(WHO, st.sampled_from(list(Action)), st.sampled_from(list(Category)), FACTS)
def test_nobody_reaches_another_municipality(
    who: Who, action: Action, category: Category, facts: Facts
) -> None:
    answer = decide(who, action, category, facts)
    assert not answer.allow or action is Action.PUBLIC or facts.same_municipality


@given(WHO, st.sampled_from(list(Category)), FACTS)
def test_data_opens_for_members_of_the_case_only(
    who: Who, category: Category, facts: Facts
) -> None:
    answer = decide(who, Action.DATA_READ, category, facts)
    assert not answer.allow or (who.active and facts.member and not facts.conflict)


@pytest.mark.parametrize(
    "category",
    [Category.POLICE, Category.JUSTICE, Category.MEDICAL, Category.SPECIAL, Category.SCHOOL],
)
@given(who=WHO, facts=FACTS)
def test_what_falls_under_another_law_is_ones_own_or_shared(
    category: Category, who: Who, facts: Facts
) -> None:
    answer = decide(who, Action.DATA_READ, category, facts)
    assert not answer.allow or facts.own or facts.shared


@given(who=WHO, category=st.sampled_from(list(Category)))
def test_who_is_only_written_to_reads_that_and_nothing_of_the_case(
    who: Who, category: Category
) -> None:
    facts = Facts(same_municipality=True, addressee=True)
    assert category is Category.PLAN or not decide(who, Action.DATA_READ, category, facts).allow
    assert not decide(who, Action.CASE_SHOW, Category.NONE, facts).allow
    assert not decide(who, Action.FEEDBACK_KEEP, Category.NONE, facts).allow


@pytest.mark.parametrize(
    "role",
    [
        Role.ADMINISTRATOR,
        Role.PRIVACY_OFFICER,
        Role.POLICY_OFFICER,
        Role.MINISTRY_READER,
        Role.TEAM_MANAGER,
    ],
)
@given(category=st.sampled_from(list(Category)), facts=FACTS, kind=st.sampled_from(list(PARTNERS)))
def test_who_has_no_caseload_opens_no_file(
    role: Role, category: Category, facts: Facts, kind: str
) -> None:
    who = Who(frozenset({role}), kind, active=True)
    assert not decide(who, Action.DATA_READ, category, facts).allow
    assert not decide(who, Action.CASE_SHOW, Category.NONE, facts).allow


def test_every_action_but_the_open_one_needs_a_reader() -> None:
    everything = Facts(*[True] * 4, conflict=False, second_factor_fresh=True)
    for action, category in itertools.product(Action, Category):
        if action is not Action.PUBLIC:
            assert not decide(Who(frozenset(Role)), action, category, everything).allow


def test_the_table_names_only_what_exists() -> None:
    known = set(PARTNERS) | {"*"}
    assert all(rule.organisations <= known for rule in table())
    assert {rule.action for rule in table()} == set(Action)


def test_every_row_says_why() -> None:
    assert all(len(rule.reason) > 10 for rule in table())


def test_the_version_is_the_hash_of_the_table() -> None:
    assert len(version()) == 64
