"""The pages of tasks: two clicks to done, lists that hold what they say, doors that stay shut."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from pmg.cases import services as cases
from pmg.tasks import services
from pmg.tasks.rules import Rhythm
from tests import acting, build
from tests.acting import filled, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.tasks.conftest import SOON, WHAT, WHY, Browse, Give, a_task, late, the_task

NOW = f"{build.TODAY:%d-%m-%Y}"
STEPS = ("", "/aannemen", "/weigeren", "/gedaan", "/intrekken", "/verzetten", "/overdragen")


def test_a_task_is_given_on_the_page_of_a_case(case_id: UUID, browse: Browse, cast: Cast) -> None:
    client = browse(cast.bas)
    answer = send(
        client, f"/zaken/{case_id}/taken/nieuw", what=WHAT, owner=cast.sanne.id, due_on=NOW
    )
    assert answer.location == f"/zaken/{case_id}/taken"
    page = client.get(f"/zaken/{case_id}").text
    assert WHAT in page
    assert "Wacht op antwoord" in page
    assert WHAT in browse(cast.sanne).get("/taken?lijst=antwoord").text


def test_what_is_wrong_is_said_beside_its_field_and_values_are_kept(
    case_id: UUID, browse: Browse, cast: Cast
) -> None:
    answer = send(
        browse(cast.bas),
        f"/zaken/{case_id}/taken/nieuw",
        what=WHAT,
        owner=cast.sanne.id,
        due_on="29-2-2027",
        rhythm="elke_week",
        times="vaak",
    )
    assert answer.status_code == 422
    assert "Deze dag bestaat niet" in answer.text
    assert "Vul een getal in" in answer.text
    for kept in (WHAT, "29-2-2027", 'value="vaak"'):
        assert kept in answer.text


def test_accepting_is_one_click_on_the_list(give: Give, browse: Browse, cast: Cast) -> None:
    task_id, client = give(), browse(cast.sanne)
    form = filled(client, "/taken?lijst=antwoord")
    assert client.post(f"/taak/{task_id}/aannemen", data=form).status_code == 302
    assert WHAT in client.get("/taken").text
    assert WHAT not in client.get("/taken?lijst=antwoord").text


def test_done_is_two_clicks_from_the_list_and_leads_back_to_it(
    give: Give, browse: Browse, cast: Cast
) -> None:
    task_id, client = give(accepted=True), browse(cast.sanne)
    page = client.get("/taken?wanneer=week").text
    assert f"/taak/{task_id}/gedaan" in page  # one
    answer = send(client, f"/taak/{task_id}/gedaan")  # two
    assert answer.location == "/taken?wanneer=week"
    assert WHAT not in client.get("/taken").text
    assert WHAT in client.get("/taken?lijst=gedaan").text


def test_done_can_also_be_said_on_the_page_of_the_task(
    give: Give, browse: Browse, cast: Cast
) -> None:
    task_id, client = give(accepted=True), browse(cast.sanne)
    form = filled(client, f"/taak/{task_id}", words="Het rooster klopt weer.")
    assert client.post(f"/taak/{task_id}/gedaan", data=form).status_code == 302
    assert "Het rooster klopt weer." in browse(cast.bas).get("/taken?lijst=gedaan").text


def test_the_giver_reads_why_it_was_refused(give: Give, browse: Browse, cast: Cast) -> None:
    task_id = give()
    answer = send(browse(cast.sanne), f"/taak/{task_id}/weigeren", words=WHY)
    assert answer.status_code == 302
    giver = browse(cast.bas)
    assert WHY in giver.get("/taken?lijst=gegeven").text
    assert WHY in giver.get(f"/taak/{task_id}").text


def test_another_day_shows_the_old_one_and_why(give: Give, browse: Browse, cast: Cast) -> None:
    task_id, client = give(accepted=True), browse(cast.sanne)
    later = SOON + timedelta(days=2)
    answer = send(client, f"/taak/{task_id}/verzetten", due_on=f"{later:%d-%m-%Y}", words=WHY)
    page = client.get(answer.location).text
    assert WHY in page
    assert f"Van {SOON.day} " in page


def test_handing_over_asks_the_other(give: Give, browse: Browse, cast: Cast) -> None:
    task_id = give(accepted=True)
    answer = send(browse(cast.sanne), f"/taak/{task_id}/overdragen", owner=cast.karim.id, words=WHY)
    assert answer.status_code == 302
    assert WHAT in browse(cast.karim).get("/taken?lijst=antwoord").text
    assert "Van Sanne naar Karim" in browse(cast.karim).get(f"/taak/{task_id}").text


def test_a_task_that_comes_back_says_when(give: Give, browse: Browse, cast: Cast) -> None:
    task_id = give(accepted=True, rhythm=Rhythm.WEEKLY, times=4)
    page = browse(cast.sanne).get(f"/taak/{task_id}").text
    assert "Elke week, 4 keer" in page
    following = SOON + timedelta(weeks=1)
    asked = browse(cast.sanne).get(f"/taak/{task_id}/gedaan").text
    assert f"De volgende keer is {following.day} " in asked


@pytest.mark.parametrize(
    "asked",
    ["", "lijst=antwoord", "lijst=gegeven", "lijst=gedaan", "lijst=zonder"],
)
def test_a_number_is_the_length_of_exactly_its_list(
    give: Give,
    browse: Browse,
    at_work: AtWork,
    cast: Cast,
    case_id: UUID,
    superuser: Engine,
    asked: str,
) -> None:
    tasks = [give(accepted=True), give(accepted=True), give(), give(cast.karim), give(cast.bas)]
    late(superuser, tasks[0])
    send(browse(cast.sanne), f"/taak/{tasks[1]}/gedaan")
    acting.leave(cast, at_work, case_id, staying=cast.karim)
    for who in (cast.karim, cast.bas):
        page = browse(who).get(f"/taken?{asked}").text
        tab = page.split('aria-label="Lijsten van taken"')[1].split("</nav>")[0]
        current = tab.split('aria-current="page"')[1].split("(")[1].split(")")[0]
        assert int(current) == page.count('<th role="rowheader"'), (who.name, asked)


def test_days_narrow_a_list_and_stay_on_return(
    give: Give, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    old, far = give(accepted=True), give(accepted=True, what="Maak een afspraak met de school.")
    late(superuser, old)
    late(superuser, far, days=-20)
    client = browse(cast.sanne)
    page = client.get("/taken?wanneer=laat").text
    assert WHAT in page
    assert "afspraak met de school" not in page
    assert "1 taak" in page
    assert 'href="/taken?wanneer=laat"' in client.get(f"/taak/{old}").text


def test_a_long_list_is_cut_at_a_row_and_read_on(
    give: Give, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        for number in range(53):
            day = build.TODAY + timedelta(days=number // 10)
            services.give_task(
                case,
                a_task(cast.sanne, what=f"Taak nummer {number}.", due_on=day),
                today=build.TODAY,
            )
    client, seen, url = browse(cast.sanne), [], "/taken"
    while url:
        page = client.get(url).text
        seen += [word.split(".")[0] for word in page.split("Taak nummer ")[1:]]
        url = page.split('rel="next" href="')[1].split('"')[0] if 'rel="next"' in page else ""
        url = url.replace("&amp;", "&")
    assert {int(n) for n in seen} == set(range(53))
    back = page.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    first = client.get(back).text
    assert first.count('<th role="rowheader"') == 50
    assert 'rel="prev"' not in first


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", ["jaap", "els", "other", "ad"])
def test_who_does_not_take_part_finds_no_task(
    give: Give, browse: Browse, cast: Cast, who: str, step: str
) -> None:
    task_id, client = give(), browse(getattr(cast, who))
    hidden, wrong = client.get(f"/taak/{task_id}{step}"), client.get(f"/taak/{uuid4()}{step}")
    strip = lambda r: r.data.replace(r.request.path.encode(), b"")  # noqa: E731
    assert (hidden.status_code, strip(hidden)) == (404, strip(wrong))


@pytest.mark.parametrize("step", STEPS)
def test_who_left_the_case_finds_no_task(
    give: Give, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID, step: str
) -> None:
    task_id = give(accepted=True)
    acting.leave(cast, at_work, case_id, staying=cast.karim)
    client = browse(cast.sanne)
    assert client.get(f"/taak/{task_id}{step}").status_code == 404
    assert WHAT not in client.get("/taken").text


def test_an_attempt_stands_in_the_log_of_the_case(
    give: Give, browse: Browse, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    task_id = give()
    browse(cast.jaap).get(f"/taak/{task_id}")
    with superuser.connect() as connection:
        found = connection.execute(
            text("SELECT case_id FROM audit_event WHERE user_id = :id AND outcome = 'denied'"),
            {"id": cast.jaap.id},
        ).scalar_one()
    assert found == case_id


@pytest.mark.parametrize("step", ["aannemen", "weigeren", "gedaan", "intrekken"])
def test_a_member_who_neither_has_nor_gave_it_cannot_take_a_step(
    give: Give, browse: Browse, cast: Cast, step: str
) -> None:
    task_id, client = give(accepted=step == "gedaan"), browse(cast.karim)
    assert WHAT in client.get(f"/taak/{task_id}").text
    assert client.get(f"/taak/{task_id}/{step}").status_code == 404
    form = filled(client, f"/zaken/{_case(client, task_id)}/taken/nieuw")
    form["words"], form["version"] = WHY, "2" if step == "gedaan" else "1"
    assert client.post(f"/taak/{task_id}/{step}", data=form).status_code == 404


def _case(client: Any, task_id: UUID) -> str:
    return str(client.get(f"/taak/{task_id}").text.split('href="/zaken/')[2].split('"')[0][:36])


def test_a_second_click_does_nothing_twice(
    give: Give, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    task_id, client = give(accepted=True, rhythm=Rhythm.WEEKLY, times=5), browse(cast.sanne)
    form = filled(client, f"/taak/{task_id}/gedaan")
    first, second = (client.post(f"/taak/{task_id}/gedaan", data=form) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    with superuser.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM task")).scalar_one() == 2


def test_what_somebody_changed_since_is_shown_beside_it(
    give: Give, browse: Browse, cast: Cast
) -> None:
    task_id, client = give(accepted=True), browse(cast.sanne)
    form = filled(client, f"/taak/{task_id}/gedaan", words="Alles is geregeld.")
    send(browse(cast.bas), f"/taak/{task_id}/intrekken", words=WHY)
    answer = client.post(f"/taak/{task_id}/gedaan", data=form)
    assert answer.status_code == 409
    assert "Alles is geregeld." in answer.text
    assert "Ingetrokken" in answer.text


def test_a_step_without_the_version_that_was_seen_is_a_conflict(
    give: Give, browse: Browse, cast: Cast
) -> None:
    task_id, client = give(), browse(cast.sanne)
    form = filled(client, f"/taak/{task_id}/weigeren", words=WHY)
    del form["version"]
    assert client.post(f"/taak/{task_id}/weigeren", data=form).status_code == 409


def test_what_is_over_says_why_it_cannot_be_done(give: Give, browse: Browse, cast: Cast) -> None:
    task_id, client = give(accepted=True), browse(cast.sanne)
    send(client, f"/taak/{task_id}/gedaan")
    for step in ("gedaan", "weigeren", "aannemen"):
        page = client.get(f"/taak/{task_id}/{step}")
        assert page.status_code == 200
        assert "Dit kan nu niet" in page.text


def test_the_director_sees_on_the_case_what_nobody_has(
    give: Give, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    give(accepted=True)
    acting.leave(cast, at_work, case_id, staying=cast.karim)
    page = browse(cast.bas).get(f"/zaken/{case_id}").text
    assert "Taak zonder eigenaar" in page
    assert WHAT in browse(cast.bas).get("/taken?lijst=zonder").text
    assert "Taak zonder eigenaar" not in browse(cast.karim).get(f"/zaken/{case_id}").text
    assert "Zonder eigenaar (" not in browse(cast.karim).get("/taken").text


@pytest.mark.parametrize("how", ["account", "role"])
def test_who_lost_his_account_or_role_has_no_task_any_more(
    give: Give, browse: Browse, cast: Cast, superuser: Engine, how: str
) -> None:
    give(accepted=True)
    ended = {
        "account": "UPDATE user_account SET active = false WHERE id = :id",
        "role": "UPDATE role_grant SET valid_until = now() WHERE user_id = :id",
    }[how]
    with superuser.begin() as connection:
        connection.execute(text(ended), {"id": cast.sanne.id})
    assert WHAT in browse(cast.bas).get("/taken?lijst=zonder").text


def test_a_closed_case_shows_what_ended_with_it(
    give: Give, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    task_id = give(accepted=True)
    with at_work(cast.bas):
        cases.close_case(build.the_case(case_id), build.an_ending(), today=build.TODAY)
    page = browse(cast.sanne).get(f"/zaken/{case_id}").text
    assert "Vervallen met de zaak" in page
    assert "Taak geven" not in page
    assert f"/taak/{task_id}/gedaan" not in browse(cast.sanne).get("/taken").text
    refused = browse(cast.bas).get(f"/zaken/{case_id}/taken/nieuw")
    assert "Deze zaak is voorbij" in refused.text


def test_a_refused_task_of_a_closed_case_goes_to_nobody(
    give: Give, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    task_id = give()
    send(browse(cast.sanne), f"/taak/{task_id}/weigeren", words=WHY)
    with at_work(cast.bas):
        cases.close_case(build.the_case(case_id), build.an_ending(), today=build.TODAY)
    answer = send(browse(cast.bas), f"/taak/{task_id}/overdragen", owner=cast.karim.id, words=WHY)
    assert answer.status_code == 422
    with at_work(cast.bas):
        assert the_task(task_id).owner_id == cast.sanne.id
