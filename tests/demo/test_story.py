"""Stories keep to the rules that the pages keep people to."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, time

import pytest

from pmg.action_plans.rules import (
    Answer,
    GoalText,
    Verdict,
    check_answer,
    check_goal,
    may_stand_with_goal,
    needed,
)
from pmg.action_plans.rules import is_late as is_past
from pmg.cases import rules
from pmg.cases.rules import DaytimeActivity, Facts, Outcome, Status
from pmg.clock import AMSTERDAM
from pmg.demo.loading import Chunk, Plan, setting_of
from pmg.demo.story import Story
from pmg.factors.rules import Observation
from pmg.factors.rules import check as check_observation
from pmg.interventions.rules import Course, check_completion, check_planned, check_start, check_stop
from pmg.journal.rules import AppointmentState, Contact, Moment, check_contact
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import INTERVENTIONS
from pmg.security.policy import Role
from pmg.tasks.rules import Rhythm, State, Wanted, check_wanted, is_late
from tests.demo.conftest import TODAY

PLAN = Plan(municipalities=2, youths=800, seed=2026, today=TODAY)


def stories_of(plan: Plan, place_number: int = 0) -> list[Story]:
    return Chunk(plan, place_number, 0, plan.share(place_number)).stories()


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return stories_of(PLAN)


def facts(story: Story) -> Facts:
    return Facts(
        story.referred_on, story.triaged_on, story.outcome, story.started_on, story.closed_on,
        story.aftercare_until,
    )  # fmt: skip


def test_the_same_seed_tells_the_same(stories: list[Story]) -> None:
    setting_of.cache_clear()
    assert stories_of(PLAN) == stories


def test_another_seed_tells_something_else(stories: list[Story]) -> None:
    others = stories_of(Plan(2, 800, 7, TODAY))
    assert {one.youth_id for one in others}.isdisjoint(one.youth_id for one in stories)
    assert [one.given_name for one in others] != [one.given_name for one in stories]


def test_cases_are_spread_over_every_status(stories: list[Story]) -> None:
    found = Counter(rules.status(facts(one), TODAY) for one in stories)
    assert set(found) == set(Status)
    assert found[Status.ACTIVE] > len(stories) / 5
    assert found[Status.CLOSED] > len(stories) / 5


def test_referrals_would_pass_the_form(stories: list[Story]) -> None:
    for one in stories:
        rules.check_birth_date(one.birth_date, one.referred_on)
        assert rules.age_on(one.birth_date, one.referred_on) == one.age
        assert rules.check_reason(one.reason) == one.reason
        assert (one.told_on is None) == (one.not_told_reason is not None)


def test_no_youth_is_older_than_the_programme_is_for(stories: list[Story]) -> None:
    assert max(rules.age_on(one.birth_date, TODAY) for one in stories) <= 27


def test_declined_cases_are_no_older_than_they_may_be_kept(stories: list[Story]) -> None:
    kept = [rules.retention_until(facts(one)) for one in stories]
    assert all(until is None or until >= TODAY for until in kept)


def test_triage_and_closure_would_pass_the_form(stories: list[Story]) -> None:
    for one in stories:
        if one.triaged_on:
            rules.check_triage(
                Facts(one.referred_on),
                one.triaged_on,
                motivation=one.triage_motivation,
                today=TODAY,
            )
        if one.closed_on:
            before = Facts(one.referred_on, one.triaged_on, one.outcome, one.started_on)
            rules.check_closure(
                before, one.closed_on, motivation=one.closure_motivation,
                aftercare_until=one.aftercare_until, today=TODAY,
            )  # fmt: skip


def test_observations_would_pass_the_form(stories: list[Story]) -> None:
    seen = [(one, s) for one in stories for s in one.sightings]
    for one, s in seen:
        observation = Observation(
            FACTORS[s.factor], s.presence, s.nature, s.source, s.on, s.note or ""
        )
        check_observation(observation, age=rules.age_on(one.birth_date, s.on), today=TODAY)
    assert len(seen) > 5 * len(stories)


def test_what_falls_under_police_law_is_written_by_the_police_only(stories: list[Story]) -> None:
    police = [s for one in stories for s in one.sightings if FACTORS[s.factor].category == "police"]
    assert {s.observer.organisation.partner_code for s in police} == {"POLITIE"}


def test_interventions_would_pass_the_form(stories: list[Story]) -> None:
    for one in stories:
        for work in one.work:
            planned = Course(work.planned_start, work.planned_end)
            check_planned(work.planned_start, work.planned_end)
            if work.started_on:
                assert one.triaged_on
                check_start(planned, work.started_on, not_before=one.triaged_on, today=TODAY)
            if work.ended_on:
                check = check_completion if work.ending == "afgerond" else check_stop
                begun = Course(work.planned_start, work.planned_end, work.started_on)
                check(begun, work.ended_on, today=TODAY)


def test_tasks_would_pass_the_form_and_are_of_who_takes_part(stories: list[Story]) -> None:
    chores = [(one, chore) for one in stories for chore in one.chores]
    for one, chore in chores:
        wanted = Wanted(chore.what, chore.owner.id, chore.due_on, chore.rhythm, times=chore.times)
        assert check_wanted(wanted, today=chore.given_on) == chore.what
        assert one.members[chore.owner.id][1] <= chore.given_on
        assert one.closed_on is None
        assert (chore.ended_on is None) == chore.state.is_open
    states = {chore.state for _one, chore in chores}
    assert states == {State.OFFERED, State.ACCEPTED, State.DONE}
    assert any(is_late(chore.state, chore.due_on, today=TODAY) for _one, chore in chores)
    assert any(chore.rhythm is Rhythm.WEEKLY for _one, chore in chores)


def test_plans_would_pass_the_form(stories: list[Story]) -> None:
    plans = [(one, one.plan) for one in stories if one.plan]
    for one, plan in plans:
        assert one.triaged_on
        for goal in plan.goals:
            said = GoalText(goal.aim, goal.words, goal.own_steps, goal.factors)
            possible = frozenset(f.code for f in FACTORS.values() if may_stand_with_goal(f))
            assert check_goal(said, possible=possible) == said
            assert one.triaged_on <= goal.begun_on < TODAY
        for version in plan.versions:
            for answer in version.answers:
                given = Answer(answer.party, answer.verdict, answer.means, answer.on)
                told = replace(given, words=answer.words or "")
                check_answer(told, made_on=version.begun_on, today=TODAY)
            age = rules.age_on(one.birth_date, version.agreed_on or TODAY)
            agreed = {a.party for a in version.answers if a.verdict is Verdict.AGREES}
            assert (version.agreed_on is None) or set(needed(age)) <= agreed
        drafts = [version.number for version in plan.versions if version.agreed_on is None]
        assert drafts in ([], [len(plan.versions)])
        assert sum(review.held_on is None for review in plan.reviews) <= 1


def test_most_open_cases_have_a_plan_in_every_state(stories: list[Story]) -> None:
    working = [one for one in stories if one.outcome is Outcome.ACCEPT and not one.closed_on]
    plans = [one.plan for one in working if one.plan]
    assert len(plans) > 0.8 * len(working)
    agreed = [plan for plan in plans if plan.versions[0].agreed_on]
    assert len(agreed) > len(plans) / 2
    assert any(plan.versions[-1].agreed_on is None for plan in plans)
    assert any(len(plan.versions) > 1 for plan in plans)
    coming = [review for plan in plans for review in plan.reviews if review.held_on is None]
    late = [review for review in coming if is_past(review.planned_on, TODAY)]
    assert 0 < len(late) < len(coming) / 2
    verdicts = {a.verdict for plan in plans for v in plan.versions for a in v.answers}
    assert verdicts == set(Verdict)


def test_interventions_fit_the_age_and_aim_at_what_plays(stories: list[Story]) -> None:
    for one in stories:
        for work in one.work:
            intervention = INTERVENTIONS[work.code]
            assert intervention.fits_age(one.age)
            assert work.factors
            assert set(work.factors) <= set(intervention.target_factor_codes)


def test_numbers_are_synthetic_valid_and_of_one_youth_each() -> None:
    numbers = [one.bsn for place in (0, 1) for one in stories_of(PLAN, place) if one.bsn]
    assert all(rules.check_bsn(number) == number for number in numbers)
    assert all(number.startswith("999") for number in numbers)
    assert len(set(numbers)) == len(numbers) > 300


def test_a_youth_worker_has_about_twenty_to_thirty_open_youths(stories: list[Story]) -> None:
    loads = Counter(
        account.login
        for one in stories
        for account, _on in one.members.values()
        if account.role is Role.YOUTH_WORKER and rules.status(facts(one), TODAY).is_open
    )
    assert len(loads) > 2
    assert min(loads.values()) >= 17
    assert max(loads.values()) <= 36


def test_contact_would_pass_the_form(stories: list[Story]) -> None:
    moment = datetime.combine(TODAY, time(23), AMSTERDAM)
    written = [(one, m) for one in stories for m in one.moments]
    for one, m in written:
        assert one.triaged_on
        assert m.on >= one.triaged_on
        assert m.author.id in one.members
        check_contact(Contact(m.kind, Moment(m.on, m.clock), m.words), now=moment)
    running = [one for one in stories if one.triaged_on and one.outcome == "opnemen"]
    assert len(written) > 1.5 * len(running)
    assert {m.is_private for _one, m in written} == {True, False}


def test_appointments_are_planned_from_today_on_and_answered_for_before(
    stories: list[Story],
) -> None:
    planned = [(one, m) for one in stories for m in one.meetings]
    days = {m.starts_at.astimezone(AMSTERDAM).date(): m.state for _one, m in planned}
    assert TODAY in days
    for one, m in planned:
        on = m.starts_at.astimezone(AMSTERDAM).date()
        assert one.closed_on is None
        assert (on >= TODAY) is (m.state is AppointmentState.PLANNED)
        assert (m.why is None) is (m.state is AppointmentState.PLANNED)


def test_jaap_is_in_no_case(stories: list[Story]) -> None:
    assert not any(
        account.name.startswith("Jaap") for one in stories for account, _on in one.members.values()
    )


def test_the_words_fit_the_age(stories: list[Story]) -> None:
    grown = [one for one in stories if one.age >= 18]
    said = " ".join(
        f"{one.reason} {one.closure_motivation} {' '.join(work.goal for work in one.work)}"
        for one in grown
    )
    assert len(grown) > 50
    for word in ("schooljaar", "geschorst", "op school", "lesuren", "werken 's avonds", "huiswerk"):
        assert word not in said
    children = {one.activity for one in stories if one.age < 16}
    assert DaytimeActivity.WORK not in children


def test_a_landlord_does_no_youth_work(stories: list[Story]) -> None:
    offered = {(work.provider.partner_code, work.code) for one in stories for work in one.work}
    assert "CORPORATIE" not in {partner for partner, _code in offered}
    assert {partner for partner, code in offered if code == "JWAMBULANT"} == {"JONGERENWERK"}
    assert {code for partner, code in offered if partner == "HALT"} <= {"HALT", "HERSTEL"}


def test_every_municipality_has_areas_of_its_own(stories: list[Story]) -> None:
    areas: dict[str, set[str]] = {}
    for one in stories:
        areas.setdefault(one.municipality_id, set()).add(one.area)
    assert {len(found) for found in areas.values()} == {6}
    assert len({frozenset(found) for found in areas.values()}) == len(areas)
