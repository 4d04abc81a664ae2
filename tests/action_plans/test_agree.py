"""Who agrees, what becomes of it, and the versions that stay: frozen, and beside each other."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from pmg.action_plans import services
from pmg.action_plans.answers import ChangedGoal
from pmg.action_plans.models import PlanState
from pmg.action_plans.rules import Party, Verdict
from pmg.extensions import db
from tests.acting import filled, join, send
from tests.action_plans.conftest import (
    ACTION,
    GOAL,
    IN_MARCH,
    TODAY,
    WORDS,
    AddGoal,
    Agree,
    Browse,
    a_goal,
    the_goal,
    the_parts,
)
from tests.cast import Cast
from tests.conftest import AtWork
from tests.factors.conftest import FRIENDS
from tests.promises.waiting import meanwhile

OTHER = "Ik sport twee keer per week."
NO = "Dit is het plan van jullie, niet van mij."
YES = {"party": "jongere", "verdict": "akkoord", "means": "gesprek"}


def page(case_id: UUID) -> str:
    return f"/zaken/{case_id}/plan/akkoord"


def change(at_work: AtWork, cast: Cast, goal_id: UUID, **given: object) -> None:
    with at_work(cast.sanne):
        row = the_goal(goal_id)
        services.change_goal(row, ChangedGoal(a_goal(**given), row.version), today=TODAY)


def states(at_work: AtWork, cast: Cast, case_id: UUID) -> list[str]:
    with at_work(cast.sanne):
        return [plan.state for plan in the_parts(case_id).plans]


def test_a_youth_of_sixteen_agrees_alone(
    add_goal: AddGoal, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    add_goal()
    client = browse(cast.sanne)
    assert "Dit plan is een concept" in client.get(f"/zaken/{case_id}/plan").text
    answer = send(client, page(case_id), **YES, words="Dit wil ik echt.")
    shown = client.get(answer.location).text
    assert "Versie 1, afgesproken op" in shown
    assert "Dit wil ik echt." in shown
    assert "In een gesprek" in shown
    assert "Dit plan is een concept" not in shown


def test_below_sixteen_a_parent_or_guardian_agrees_too(
    add_goal: AddGoal, browse: Browse, cast: Cast, young_case_id: UUID
) -> None:
    add_goal(of=young_case_id)
    client = browse(cast.sanne)
    shown = client.get(send(client, page(young_case_id), **YES).location).text
    assert "Nog akkoord nodig van: een ouder of voogd." in shown
    asked = {"party": "vertegenwoordiger", "verdict": "akkoord", "means": "telefoon"}
    shown = client.get(send(client, page(young_case_id), **asked).location).text
    assert "Versie 1, afgesproken op" in shown
    assert "Aan de telefoon" in shown


def test_a_no_stands_there_with_its_reason_and_the_plan_stays_a_draft(
    add_goal: AddGoal, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    add_goal()
    client = browse(cast.sanne)
    asked = YES | {"verdict": "niet_akkoord", "words": NO}
    shown = client.get(send(client, page(case_id), **asked).location).text
    assert "Nog niet iedereen is het eens met dit plan" in shown
    assert NO in shown
    assert "Versie 1, concept van" in shown
    assert "De jongere: Niet akkoord" in client.get(f"/zaken/{case_id}").text


def test_a_no_needs_its_reason(
    add_goal: AddGoal, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    add_goal()
    answer = send(browse(cast.sanne), page(case_id), **YES | {"verdict": "niet_akkoord"})
    assert answer.status_code == 422
    assert "Schrijf op waarom niet" in answer.text


def test_who_thinks_again_may(add_goal: AddGoal, agree: Agree) -> None:
    add_goal()
    assert agree(verdict=Verdict.DISAGREES, words=NO) == PlanState.DRAFT
    assert agree() == PlanState.AGREED


def test_a_parent_who_disagrees_holds_up_no_youth_of_sixteen(
    add_goal: AddGoal, agree: Agree
) -> None:
    add_goal()
    refused = agree(party=Party.REPRESENTATIVE, verdict=Verdict.DISAGREES, words="Te veel.")
    assert refused == PlanState.DRAFT
    assert agree() == PlanState.AGREED


def test_an_answer_to_an_earlier_text_is_worth_nothing(
    add_goal: AddGoal, agree: Agree, at_work: AtWork, cast: Cast, young_case_id: UUID
) -> None:
    goal = add_goal(of=young_case_id)
    agree(of=young_case_id)
    change(at_work, cast, goal, text=OTHER)
    found = agree(of=young_case_id, party=Party.REPRESENTATIVE)
    assert found == PlanState.DRAFT, "de jongere zei ja tegen een andere tekst"
    assert agree(of=young_case_id) == PlanState.AGREED


def test_who_answers_to_a_text_that_changed_sees_both(
    add_goal: AddGoal, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    goal, client = add_goal(), browse(cast.sanne)
    form = filled(client, page(case_id), **YES, words="Dit wil ik echt.")
    change(at_work, cast, goal, text=OTHER)
    answer = client.post(page(case_id), data=form)
    assert answer.status_code == 409
    assert OTHER in answer.text
    assert "Dit wil ik echt." in answer.text
    assert states(at_work, cast, case_id) == [PlanState.DRAFT]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"party": ""}, "Kies wie antwoord geeft."),
        ({"verdict": ""}, "Kies akkoord of niet akkoord."),
        ({"means": ""}, "Kies hoe dit is besproken."),
        ({"on": "1-1-2020"}, "Deze dag ligt voor het begin van dit plan."),
        ({"on": f"{TODAY + timedelta(days=1):%d-%m-%Y}"}, "Deze dag moet nog komen."),
        ({"review_on": ""}, "Spreek af wanneer jullie terugkijken."),
        ({"review_on": "31-12-9999"}, "Kijk minstens elk jaar terug"),
        ({"review_on": "1-1-2020"}, "Kies vandaag of een latere dag om terug te kijken."),
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_is_explained(
    add_goal: AddGoal, browse: Browse, cast: Cast, case_id: UUID, given: dict[str, str], told: str
) -> None:
    add_goal()
    answer = send(browse(cast.sanne), page(case_id), **YES | given)
    assert answer.status_code == 422
    assert told in answer.text


def test_without_a_goal_there_is_nothing_to_agree_on(
    browse: Browse, cast: Cast, case_id: UUID
) -> None:
    shown = browse(cast.sanne).get(page(case_id)).text
    assert "Er is geen concept om akkoord op te geven." in shown
    assert 'name="verdict"' not in shown


def test_a_change_after_the_agreement_begins_a_draft_and_leaves_what_was_agreed(
    add_goal: AddGoal, agree: Agree, at_work: AtWork, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    goal = add_goal()
    agree()
    change(at_work, cast, goal, text=OTHER)
    assert states(at_work, cast, case_id) == [PlanState.AGREED, PlanState.DRAFT]
    shown = browse(cast.sanne).get(f"/zaken/{case_id}/plan").text
    assert "Er is iets gewijzigd sinds versie 1." in shown
    both = browse(cast.sanne).get(f"/zaken/{case_id}/plan/versies").text
    assert GOAL in both
    assert OTHER in both
    assert "Gewijzigd: Het doel" in both


def test_what_is_new_and_what_ended_is_said_in_words(
    add_goal: AddGoal, agree: Agree, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    goal = add_goal()
    agree()
    add_goal(text=OTHER, factors=(FRIENDS,))
    client = browse(cast.sanne)
    send(client, f"/doel/{goal}/beeindigen", ending="bereikt", words="Elke dag op tijd geweest.")
    both = client.get(f"/zaken/{case_id}/plan/versies").text
    assert ">Nieuw<" in both
    assert "Dit doel staat niet in deze versie." in both
    assert "Gewijzigd: Hoe het ging" in both


def test_any_two_versions_stand_beside_each_other(
    add_goal: AddGoal, agree: Agree, at_work: AtWork, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    goal = add_goal()
    for number in (2, 3):
        agree()
        change(at_work, cast, goal, text=f"Dit is tekst nummer {number}.")
    agree()
    client, address = browse(cast.fatma), f"/zaken/{case_id}/plan/versies"
    assert GOAL not in client.get(address).text
    shown = client.get(address, query_string={"oud": 1, "nieuw": 3}).text
    assert GOAL in shown
    assert "Dit is tekst nummer 3." in shown
    for odd in ("x", "-1", "9" * 40, "٣"):
        assert client.get(address, query_string={"oud": odd, "nieuw": odd}).status_code == 200


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("bereikt", [PlanState.AGREED]),
        ("niet_bereikt", [PlanState.AGREED]),
        ("vervallen", [PlanState.AGREED, PlanState.DRAFT]),
    ],
)
def test_only_dropping_a_goal_asks_for_a_new_agreement(
    add_goal: AddGoal,
    agree: Agree,
    at_work: AtWork,
    browse: Browse,
    cast: Cast,
    case_id: UUID,
    ending: str,
    expected: list[PlanState],
) -> None:
    goal = add_goal()
    agree()
    asked = {"ending": ending, "words": "Samen besproken en zo besloten."}
    send(browse(cast.sanne), f"/doel/{goal}/beeindigen", **asked)
    assert states(at_work, cast, case_id) == expected


def test_an_action_of_a_partner_makes_no_agreement_lapse(
    add_goal: AddGoal, agree: Agree, at_work: AtWork, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    goal = add_goal()
    agree()
    join(cast, at_work, case_id, cast.karim)
    due = f"{IN_MARCH:%d-%m-%Y}"
    send(browse(cast.karim), f"/doel/{goal}/actie", what=ACTION, owner=cast.karim.id, due_on=due)
    assert states(at_work, cast, case_id) == [PlanState.AGREED]


def test_what_was_agreed_holds_goals_and_actions_as_they_were(
    add_goal: AddGoal, agree: Agree, at_work: AtWork, cast: Cast, browse: Browse, case_id: UUID
) -> None:
    add_goal(owner=cast.sanne)
    agree()
    shown = browse(cast.bas).get(f"/zaken/{case_id}/plan/versies").text
    assert WORDS in shown
    assert f"{ACTION} (Sanne, aangenomen)" in shown


def test_the_database_lets_nobody_change_what_was_agreed(
    add_goal: AddGoal, agree: Agree, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    add_goal()
    agree()
    with at_work(cast.sanne):
        given = {"case": case_id}
        changed = db.session.execute(
            text("UPDATE action_plan SET agreed_on = agreed_on - 1 WHERE case_id = :case"), given
        )
        assert changed.rowcount == 0
        for table in ("action_plan", "plan_answer", "plan_goal", "plan_review"):
            with pytest.raises(ProgrammingError), db.session.begin_nested():
                db.session.execute(text(f"DELETE FROM {table} WHERE case_id = :case"), given)
        with pytest.raises(ProgrammingError), db.session.begin_nested():
            db.session.execute(text("UPDATE plan_answer SET verdict = 'akkoord'"))


def test_nobody_writes_in_the_name_of_another(
    add_goal: AddGoal, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    add_goal()
    copy = text(
        "INSERT INTO plan_goal (municipality_id, id, case_id, youth_id, aim_sealed, factor_codes,"
        " made_by, created_at, version) SELECT municipality_id, gen_random_uuid(), case_id,"
        " youth_id, aim_sealed, factor_codes, :who, created_at, 1 FROM plan_goal"
    )
    with at_work(cast.sanne):
        db.session.execute(copy, {"who": cast.sanne.id})
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.execute(copy, {"who": cast.bas.id})
        db.session.rollback()


def test_two_who_write_a_first_goal_at_once_are_in_one_draft(
    at_work: AtWork, browse: Browse, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    address, answers = f"/zaken/{case_id}/plan/maken", []
    sanne, bas = browse(cast.sanne), browse(cast.bas)
    mine = filled(sanne, address, text=GOAL, factors=[FRIENDS])
    theirs = filled(bas, address, text=OTHER, factors=[FRIENDS])
    with superuser.connect() as holding:
        holding.execute(text("SELECT FROM case_file FOR UPDATE"))

        def both() -> None:
            other = threading.Thread(target=lambda: answers.append(bas.post(address, data=theirs)))
            other.start()
            answers.append(sanne.post(address, data=mine))
            other.join()

        with meanwhile(superuser, both):
            holding.commit()
    assert [answer.status_code for answer in answers] == [302, 302]
    with at_work(cast.sanne):
        found = the_parts(case_id)
        assert [plan.number for plan in found.plans] == [1]
        assert {goal.aim for goal in found.goals} == {GOAL, OTHER}


def test_who_agrees_while_a_colleague_writes_agrees_to_what_was_on_the_page(
    add_goal: AddGoal, at_work: AtWork, browse: Browse, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    goal, answers = add_goal(), []
    sanne, bas = browse(cast.sanne), browse(cast.bas)
    yes = filled(sanne, page(case_id), **YES)
    asked = {"text": OTHER, "words": "", "own_steps": "", "factors": [FRIENDS]}
    other = filled(bas, f"/doel/{goal}/wijzigen", **asked)
    with superuser.connect() as holding:
        holding.execute(text("SELECT FROM case_file FOR UPDATE"))

        def both() -> None:
            writing = threading.Thread(
                target=lambda: answers.append(bas.post(f"/doel/{goal}/wijzigen", data=other))
            )
            writing.start()
            answers.append(sanne.post(page(case_id), data=yes))
            writing.join()

        with meanwhile(superuser, both):
            holding.commit()
    codes = sorted(answer.status_code for answer in answers)
    expected = {302: [PlanState.AGREED, PlanState.DRAFT], 409: [PlanState.DRAFT]}
    assert codes[0] == 302
    assert states(at_work, cast, case_id) == expected[codes[1]]


@pytest.mark.parametrize("who", ["fatma", "karim"])
def test_only_who_makes_the_plan_notes_an_answer(
    add_goal: AddGoal, at_work: AtWork, browse: Browse, cast: Cast, case_id: UUID, who: str
) -> None:
    add_goal()
    join(cast, at_work, case_id, cast.karim)
    client = browse(getattr(cast, who))
    assert client.get(page(case_id)).status_code == 404
    assert "Akkoord vastleggen" not in client.get(f"/zaken/{case_id}/plan").text
