"""A goal that is being typed is kept for its writer there alone, and writes over no other."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from pmg.cases import members
from pmg.cases.models import Case
from pmg.extensions import db
from pmg.reference.factors import FACTORS
from pmg.security.policy import Role
from tests import build
from tests.acting import filled, leave, send
from tests.action_plans.conftest import GOAL, AddGoal, Browse, observe
from tests.cast import Cast
from tests.conftest import AtWork
from tests.factors.conftest import TRUANCY
from tests.journal.conftest import column
from tests.journal.test_drafts import TYPED, keep


@pytest.fixture
def make(case_id: UUID) -> str:
    return f"/zaken/{case_id}/plan/maken"


@pytest.fixture
def close(case_id: UUID) -> str:
    return f"/zaken/{case_id}/afsluiten"


def test_a_new_goal_is_back_with_its_factors_and_its_action(
    browse: Browse, cast: Cast, make: str, at_work: AtWork, case_id: UUID
) -> None:
    observe(at_work, cast.sanne, case_id)
    client = browse(cast.sanne)
    answers: dict[str, Any] = {"text": TYPED, "factors": [TRUANCY], "due_on": "31-2-2026"}
    assert keep(client, make, **answers) == 204
    page = browse(cast.sanne).get(make).text
    assert TYPED in page
    assert "staat er weer" in page
    again = filled(client, make)
    assert (again.getlist("factors"), again["due_on"]) == ([TRUANCY], "31-2-2026")


@pytest.mark.parametrize("form", ["make", "close"])
def test_nobody_else_is_given_it_nor_the_same_person_on_another_case(
    request: pytest.FixtureRequest, browse: Browse, at_work: AtWork, cast: Cast, form: str
) -> None:
    page: str = request.getfixturevalue(form)
    other = build.a_case(cast, at_work, given_name="Aylin")
    case_id = page.split("/")[2]
    with at_work(cast.bas):  # another youth worker, and another director, who may open the form
        members.seat(build.the_case(UUID(case_id)), cast.jaap.id, Role.YOUTH_WORKER)
    writer = cast.sanne if form == "make" else cast.bas
    field = "text" if form == "make" else "motivation"
    assert keep(browse(writer), page, **{field: TYPED}) == 204
    assert TYPED in browse(writer).get(page).text
    for person in (cast.sanne, cast.jaap, cast.bas, cast.fatma, cast.karim, cast.other):
        if person is not writer:
            assert TYPED not in browse(person).get(page).text
    assert TYPED not in browse(writer).get(page.replace(case_id, str(other))).text
    for elsewhere in ("contact/nieuw", "plan/maken", "afsluiten", "taken/nieuw"):
        path = f"/zaken/{case_id}/{elsewhere}"
        if path != page:
            assert TYPED not in browse(writer).get(path).text


def test_a_goal_that_is_saved_is_no_draft_any_more(
    browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID, make: str, superuser: Engine
) -> None:
    observe(at_work, cast.sanne, case_id)
    client = browse(cast.sanne)
    keep(client, make, text=TYPED)
    assert send(client, make, text=TYPED, factors=[TRUANCY]).status_code == 302
    assert column(superuser, "SELECT id FROM draft") == []
    assert "staat er weer" not in client.get(make).text


def test_a_case_that_is_closed_leaves_no_draft_of_its_closing(
    browse: Browse, cast: Cast, close: str, superuser: Engine
) -> None:
    client = browse(cast.bas)
    answers = {"motivation": TYPED, "result": "doel_bereikt", "daytime_activity": "school"}
    assert keep(client, close, **answers) == 204
    assert TYPED in client.get(close).text
    sent = client.post(close, data=filled_close(client, close))
    assert sent.status_code == 302, sent.text[:2000]
    assert column(superuser, "SELECT id FROM draft") == []


def filled_close(client: Any, close: str) -> Any:
    page = client.get(close).text
    result = page.split('name="result"')[1].split('value="')[1].split('"', maxsplit=1)[0]
    activity = page.split('name="daytime_activity"')[1].split('option value="')[2]
    return filled(
        client,
        close,
        motivation=TYPED,
        result=result,
        daytime_activity=activity.split('"', maxsplit=1)[0],
    )


def test_it_is_thrown_away_when_one_says_so(
    browse: Browse, cast: Cast, make: str, close: str, superuser: Engine
) -> None:
    for client, page, field in (
        (browse(cast.sanne), make, "text"),
        (browse(cast.bas), close, "motivation"),
    ):
        keep(client, page, **{field: TYPED})
        token = filled(client, page)["csrf_token"]
        answer = client.post(page, data={"csrf_token": token, "concept": "weggooien"})
        assert answer.status_code == 302
        assert TYPED not in client.get(page).text
    assert column(superuser, "SELECT id FROM draft") == []


@pytest.mark.parametrize("name", ["jaap", "karim", "els", "other"])
def test_who_may_not_open_the_form_keeps_nothing_there(
    browse: Browse, cast: Cast, make: str, close: str, superuser: Engine, name: str
) -> None:
    client = browse(getattr(cast, name))
    token = filled(client, "/bevestigen")["csrf_token"]
    for page in (make, close):
        typed = {"csrf_token": token, "concept": "bewaren", "text": TYPED, "motivation": TYPED}
        assert client.post(page, data=typed).status_code == 404
    assert column(superuser, "SELECT id FROM draft") == []


def test_after_a_week_or_when_the_seat_ends_nothing_is_given(
    browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID, make: str, superuser: Engine
) -> None:
    keep(browse(cast.sanne), make, text=TYPED)
    assert column(superuser, "SELECT expires_at - saved_at FROM draft") == [timedelta(days=7)]
    leave(cast, at_work, case_id, staying=cast.jaap)
    assert browse(cast.sanne).get(make).status_code == 404
    with at_work(cast.bas):
        members.seat(build.the_case(case_id), cast.sanne.id, Role.YOUTH_WORKER)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE draft SET expires_at = now() - interval '1 second'"))
    assert TYPED not in browse(cast.sanne).get(make).text


def test_a_goal_that_a_colleague_changed_stands_beside_what_was_typed_before(
    browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID, add_goal: AddGoal
) -> None:
    observe(at_work, cast.sanne, case_id)
    page = f"/doel/{add_goal()}/wijzigen"
    client = browse(cast.sanne)
    assert keep(client, page, text=TYPED) == 204
    shown = client.get(page).text
    assert TYPED in shown
    assert "gewijzigd nadat u dit typte" not in shown
    assert send(browse(cast.bas), page, text="Ik ga elke dag naar mijn stage.").status_code == 302
    shown = client.get(page).text
    assert "gewijzigd nadat u dit typte" in shown
    beside = shown.split("gewijzigd nadat u dit typte")[1].split("</dl>")[0]
    assert "Ik ga elke dag naar mijn stage." in beside
    assert FACTORS[TRUANCY].name_nl in beside
    assert TYPED in shown
    assert send(client, page, text=TYPED).status_code == 302
    assert TYPED in client.get(f"/zaken/{case_id}/plan").text
    assert GOAL not in client.get(page).text


def test_what_is_still_on_the_screen_meets_the_change_of_a_colleague(
    browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID, add_goal: AddGoal
) -> None:
    observe(at_work, cast.sanne, case_id)
    page = f"/doel/{add_goal()}/wijzigen"
    client = browse(cast.sanne)
    form = filled(client, page, text=TYPED)
    assert send(browse(cast.bas), page, text="Ik ga elke dag naar mijn stage.").status_code == 302
    answer = client.post(page, data=form)
    assert answer.status_code == 409
    assert TYPED in answer.text


WRITERS = ("sanne", "bas")
PAGES = ("plan/maken", "afsluiten", "contact/nieuw")
FIELDS = {"plan/maken": "text", "afsluiten": "motivation", "contact/nieuw": "text"}
TYPING = st.lists(
    st.tuples(
        st.sampled_from(["keep", "drop"]),
        st.sampled_from(WRITERS),
        st.sampled_from(PAGES),
        st.sampled_from([0, 1]),
    ),
    max_size=8,
)


@given(steps=TYPING)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_each_page_gives_back_exactly_what_its_reader_typed_there(
    browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID, superuser: Engine, steps: list[Any]
) -> None:
    """Over pages, people and cases; who may not open a page keeps and gets nothing there."""
    places = _two_cases(cast, at_work, case_id)
    with superuser.begin() as connection:
        connection.execute(text("DELETE FROM draft"))
    clients = {name: browse(getattr(cast, name)) for name in WRITERS}
    expected: dict[tuple[str, str, int], str] = {}
    for number, (act, who, page, place) in enumerate(steps):
        client, path = clients[who], f"/zaken/{places[place]}/{page}"
        if who == "sanne" and page == "afsluiten":
            assert client.get(path).status_code == 404
        elif act == "keep":
            words = f"Getypt nummer {number}."
            assert keep(client, path, **{FIELDS[page]: words}) == 204
            expected[who, page, place] = words
        else:
            token = filled(client, path)["csrf_token"]
            client.post(path, data={"csrf_token": token, "concept": "weggooien"})
            expected.pop((who, page, place), None)
    for who in WRITERS:
        for page in PAGES:
            for place in (0, 1):
                shown = clients[who].get(f"/zaken/{places[place]}/{page}").text
                found = set(re.findall(r"Getypt nummer \d+\.", shown))
                wanted = expected.get((who, page, place))
                assert found == ({wanted} if wanted else set())


def _two_cases(cast: Cast, at_work: AtWork, first: UUID) -> tuple[UUID, UUID]:
    """The same two, also for the next example."""
    with at_work(cast.bas):
        others = db.session.scalars(select(Case.id).where(Case.id != first)).all()
    return first, others[0] if others else build.a_case(cast, at_work, given_name="Aylin")
