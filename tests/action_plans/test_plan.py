"""The plan on one screen: goals in the youth's own words, with factors and actions."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from pmg.action_plans import services
from pmg.action_plans.answers import ChangedGoal, NewGoal
from pmg.action_plans.rules.goals import MOST_GOALS
from pmg.cases import services as cases
from pmg.errors import Invalid
from pmg.factors.rules import Presence
from pmg.reference.factors import FACTORS
from tests import build
from tests.acting import filled, join, leave, send
from tests.action_plans.conftest import (
    ACTION,
    GOAL,
    STEPS,
    TODAY,
    WORDS,
    AddGoal,
    Browse,
    a_goal,
    observe,
    the_goal,
    the_parts,
)
from tests.cast import Cast
from tests.conftest import AtWork
from tests.factors.conftest import ARRESTED, FRIENDS, TRUANCY

DUE = f"{TODAY + timedelta(days=14):%d-%m-%Y}"
OTHER = "Ik sport twee keer per week."
ASKED = {"text": GOAL, "words": WORDS, "own_steps": STEPS, "factors": [TRUANCY]}


def test_a_goal_is_made_on_one_screen_with_its_first_action(
    browse: Browse, cast: Cast, case_id: UUID
) -> None:
    client, page = browse(cast.sanne), f"/zaken/{case_id}/plan/maken"
    answer = send(client, page, **ASKED, what=ACTION, owner=cast.sanne.id, due_on=DUE)
    assert answer.status_code == 302
    shown = client.get(answer.location).text
    for said in (GOAL, WORDS, STEPS, ACTION, "Sanne", FACTORS[TRUANCY].name_nl):
        assert said in shown
    assert 'name="text"' in shown, "het volgende doel kan op hetzelfde scherm"


def test_the_screen_starts_from_what_was_seen_of_this_youth(
    browse: Browse, cast: Cast, at_work: AtWork, case_id: UUID
) -> None:
    observe(at_work, cast.sanne, case_id, FRIENDS, presence=Presence.SLIGHT)
    shown = browse(cast.sanne).get(f"/zaken/{case_id}/plan/maken").text
    seen, others = shown.index("Gezien bij deze jongere"), shown.index("De jongere zelf")
    assert seen < shown.index(f'id="factor-{FRIENDS}"') < others
    assert "checked" not in shown, "niets is vooraf aangevinkt"


def test_what_is_closed_to_others_cannot_stand_with_a_goal(
    browse: Browse, cast: Cast, at_work: AtWork, case_id: UUID
) -> None:
    join(cast, at_work, case_id, cast.karim)
    observe(at_work, cast.karim, case_id, ARRESTED)
    client, page = browse(cast.sanne), f"/zaken/{case_id}/plan/maken"
    assert ARRESTED not in client.get(page).text
    assert send(client, page, **ASKED | {"factors": [ARRESTED]}).status_code == 422
    goal = NewGoal(a_goal(factors=(ARRESTED,)))
    with at_work(cast.sanne), pytest.raises(Invalid, match="lijst"):
        services.add_goal(build.the_case(case_id), goal, today=TODAY)


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ({"text": ""}, "Schrijf op wat de jongere wil bereiken."),
        ({"text": "school"}, "Schrijf in een zin op wat de jongere wil bereiken."),
        ({"factors": []}, "Kies waar het doel bij hoort"),
        ({"factors": list(FACTORS)[:8]}, "Kies"),
        ({"what": ACTION}, "Vul van de actie in wat, wie en wanneer"),
        ({"due_on": DUE}, "Vul van de actie in wat, wie en wanneer"),
        ({"what": ACTION, "due_on": "31-2-2026"}, "Deze dag bestaat niet."),
        ({"text": "a\0bcdefghijk"}, "Er staat een teken in dat niet bewaard kan worden."),
        ({"words": "x" * 100_000}, "Maak de tekst korter"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_not_right_is_explained_and_kept(
    browse: Browse, cast: Cast, case_id: UUID, missing: dict[str, str], told: str
) -> None:
    answer = send(browse(cast.sanne), f"/zaken/{case_id}/plan/maken", **ASKED | missing)
    assert answer.status_code == 422
    assert told in answer.text
    assert STEPS in answer.text


def test_a_plan_has_no_more_goals_than_fit_on_a_page(add_goal: AddGoal) -> None:
    for _turn in range(MOST_GOALS):
        add_goal()
    with pytest.raises(Invalid, match="Beëindig er eerst"):
        add_goal()


def test_a_case_that_waits_for_triage_takes_no_plan(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    waiting = build.a_referral(cast, at_work)
    client = browse(cast.sanne)
    assert "Een plan kan pas na het besluit." in client.get(f"/zaken/{waiting}/plan").text
    assert 'name="text"' not in client.get(f"/zaken/{waiting}/plan/maken").text
    with at_work(cast.sanne), pytest.raises(Invalid, match="triage"):
        services.add_goal(build.the_case(waiting), NewGoal(a_goal()), today=TODAY)


def test_a_closed_case_freezes_its_plan(
    add_goal: AddGoal, cast: Cast, at_work: AtWork, browse: Browse, case_id: UUID
) -> None:
    goal_id = add_goal()
    with at_work(cast.bas):
        cases.close_case(build.the_case(case_id), build.an_ending(), today=TODAY)
    client = browse(cast.sanne)
    shown = client.get(f"/zaken/{case_id}/plan").text
    assert GOAL in shown
    assert "Het plan ligt vast." in shown
    assert "Doel wijzigen" not in shown
    wanted = ChangedGoal(a_goal(text=OTHER), 1)
    with at_work(cast.sanne), pytest.raises(Invalid, match="ligt vast"):
        services.change_goal(the_goal(goal_id), wanted, today=TODAY)


def test_a_goal_can_be_written_anew(
    add_goal: AddGoal, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    client, page = browse(cast.bas), f"/doel/{add_goal()}/wijzigen"
    assert WORDS in client.get(page).text
    answer = send(client, page, **ASKED | {"text": OTHER})
    assert answer.location == f"/zaken/{case_id}/plan"
    shown = client.get(answer.location).text
    assert OTHER in shown
    assert GOAL not in shown


def test_a_change_of_nothing_is_told(add_goal: AddGoal, browse: Browse, cast: Cast) -> None:
    answer = send(browse(cast.bas), f"/doel/{add_goal()}/wijzigen", **ASKED)
    assert answer.status_code == 422
    assert "Er is niets veranderd." in answer.text


def test_who_is_second_sees_both_texts_and_loses_nothing(
    add_goal: AddGoal, browse: Browse, cast: Cast
) -> None:
    page = f"/doel/{add_goal()}/wijzigen"
    sanne, bas = browse(cast.sanne), browse(cast.bas)
    mine = filled(sanne, page, **ASKED | {"text": "Ik ga met de bus.", "words": "Lopen is ver."})
    send(bas, page, **ASKED | {"text": OTHER, "own_steps": ""})
    answer = sanne.post(page, data=mine)
    assert answer.status_code == 409
    for said in ("Ik ga met de bus.", "Lopen is ver.", OTHER, STEPS):
        assert said in answer.text


@pytest.mark.parametrize(
    ("ending", "label"),
    [
        ("bereikt", "Doel bereikt"),
        ("deels_bereikt", "Doel deels bereikt"),
        ("niet_bereikt", "Doel niet bereikt"),
        ("vervallen", "Doel vervalt"),
    ],
)
def test_a_goal_ends_with_words(
    add_goal: AddGoal, browse: Browse, cast: Cast, case_id: UUID, ending: str, label: str
) -> None:
    client, page = browse(cast.sanne), f"/doel/{add_goal()}/beeindigen"
    send(client, page, ending=ending, words="Zes weken op tijd, hij is trots.")
    shown = client.get(f"/zaken/{case_id}/plan").text
    assert label in shown
    assert "hij is trots" in shown
    assert "Er loopt nu geen doel." in shown
    assert "Dit doel is al beëindigd." in client.get(page).text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"words": ""}, "Schrijf in een zin op hoe het ging"),
        ({"ending": ""}, "Kies hoe het afliep."),
        ({"on": "1-1-2020"}, "Deze dag ligt voor het begin van het doel."),
        ({"on": f"{TODAY + timedelta(days=1):%d-%m-%Y}"}, "Deze dag moet nog komen."),
        ({"on": "29-2-2025"}, "Deze dag bestaat niet."),
    ],
    ids=str,
)
def test_an_end_that_cannot_be_is_explained(
    add_goal: AddGoal, browse: Browse, cast: Cast, given: dict[str, str], told: str
) -> None:
    asked = {"ending": "bereikt", "words": "Hij is elke dag op tijd.", **given}
    answer = send(browse(cast.sanne), f"/doel/{add_goal()}/beeindigen", **asked)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_goal_that_ended_meanwhile_gives_both_texts(
    add_goal: AddGoal, browse: Browse, cast: Cast
) -> None:
    goal = add_goal()
    sanne, bas = browse(cast.sanne), browse(cast.bas)
    mine = filled(sanne, f"/doel/{goal}/wijzigen", **ASKED | {"text": OTHER})
    ended = filled(sanne, f"/doel/{goal}/beeindigen", ending="bereikt", words="Gelukt, knap werk.")
    send(bas, f"/doel/{goal}/beeindigen", ending="vervallen", words="Hij wil iets anders.")
    assert OTHER in sanne.post(f"/doel/{goal}/wijzigen", data=mine).text
    answer = sanne.post(f"/doel/{goal}/beeindigen", data=ended)
    assert answer.status_code == 409
    assert "Gelukt, knap werk." in answer.text
    assert "Hij wil iets anders." in answer.text


def test_a_partner_reads_the_plan_and_adds_his_own_action_only(
    add_goal: AddGoal, browse: Browse, cast: Cast, at_work: AtWork, case_id: UUID
) -> None:
    goal = add_goal()
    join(cast, at_work, case_id, cast.karim)
    client = browse(cast.karim)
    shown = client.get(f"/zaken/{case_id}/plan").text
    assert GOAL in shown
    assert "Doel wijzigen" not in shown
    for page in ("wijzigen", "beeindigen"):
        assert client.get(f"/doel/{goal}/{page}").status_code == 404
    answer = send(client, f"/doel/{goal}/actie", what=ACTION, owner=cast.karim.id, due_on=DUE)
    assert ACTION in client.get(answer.location).text


def test_an_action_is_a_task_that_the_other_accepts_himself(
    add_goal: AddGoal, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    page = f"/doel/{add_goal()}/actie"
    send(browse(cast.sanne), page, what=ACTION, owner=cast.bas.id, due_on=DUE)
    assert "Wacht op antwoord" in browse(cast.sanne).get(f"/zaken/{case_id}/plan").text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"what": ""}, "Schrijf op wat er gebeurt."),
        ({"owner": ""}, "Kies wie dit doet."),
        ({"due_on": ""}, "Vul een dag in."),
        ({"due_on": "1-1-2020"}, "Deze dag is al geweest."),
    ],
    ids=str,
)
def test_an_action_that_cannot_be_is_explained(
    add_goal: AddGoal, browse: Browse, cast: Cast, given: dict[str, str], told: str
) -> None:
    asked = {"what": ACTION, "owner": cast.sanne.id, "due_on": DUE, **given}
    answer = send(browse(cast.sanne), f"/doel/{add_goal()}/actie", **asked)
    assert answer.status_code == 422
    assert told in answer.text


def test_nobody_who_does_not_take_part_gets_an_action(
    add_goal: AddGoal, browse: Browse, cast: Cast
) -> None:
    page = f"/doel/{add_goal()}/actie"
    asked = {"what": ACTION, "owner": cast.jaap.id, "due_on": DUE}
    assert send(browse(cast.sanne), page, **asked).status_code == 422


def test_a_plan_sent_twice_is_made_once(
    browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    client, page = browse(cast.sanne), f"/zaken/{case_id}/plan/maken"
    form = filled(client, page, **ASKED)
    first, second = (client.post(page, data=form) for _turn in range(2))
    assert first.location == second.location
    with at_work(cast.sanne):
        assert len(the_parts(case_id).goals) == 1


PAGES = ("plan", "plan/maken", "plan/akkoord", "plan/terugkijken", "plan/versies", "plan/afdrukken")


@pytest.mark.parametrize("who", ["jaap", "els", "ans", "ad", "other"])
def test_an_outsider_finds_the_page_of_a_wrong_id(
    add_goal: AddGoal, browse: Browse, cast: Cast, case_id: UUID, who: str
) -> None:
    goal, client = add_goal(), browse(getattr(cast, who))
    hidden = [f"/zaken/{case_id}/{page}" for page in PAGES]
    hidden += [f"/doel/{goal}/{page}" for page in ("wijzigen", "beeindigen", "actie")]
    for page in hidden:
        answer, wrong = client.get(page), client.get(f"/doel/{uuid4()}/actie")
        assert (answer.status_code, wrong.status_code) == (404, 404), page
        assert GOAL not in answer.text


def test_who_left_reads_nothing_from_that_moment(
    add_goal: AddGoal, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    goal, client = add_goal(), browse(cast.sanne)
    assert client.get(f"/zaken/{case_id}/plan").status_code == 200
    leave(cast, at_work, case_id, staying=cast.jaap)
    for page in (f"/zaken/{case_id}/plan", f"/doel/{goal}/wijzigen"):
        assert client.get(page).status_code == 404


def test_what_was_read_and_written_stands_in_the_log(
    browse: Browse, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    send(browse(cast.sanne), f"/zaken/{case_id}/plan/maken", **ASKED)
    browse(cast.bas).get(f"/zaken/{case_id}/plan")
    with superuser.connect() as connection:
        actions = connection.execute(
            text("SELECT action FROM audit_event WHERE written <> '[]' OR action ~ 'show$'")
        ).scalars()
        assert set(actions) >= {"action_plan:show", "action_plan:edit"}
        fields = connection.execute(text("SELECT fields FROM audit_subject")).scalars().all()
    assert any("youth_words" in each for each in fields)


def test_no_title_names_anybody(
    add_goal: AddGoal, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    goal, client = add_goal(), browse(cast.sanne)
    pages = [f"/zaken/{case_id}/{page}" for page in PAGES] + [f"/doel/{goal}/wijzigen"]
    for page in pages:
        shown = client.get(page).text
        title = shown[shown.index("<title>") : shown.index("</title>")]
        assert "Yassin" not in title
        assert GOAL not in title
