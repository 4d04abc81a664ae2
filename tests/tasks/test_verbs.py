"""The way of a task as the verbs make it: who may, what stays, what is told."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, text

from pmg.cases import services as cases
from pmg.errors import Conflict, Invalid, NotPermitted
from pmg.extensions import db
from pmg.security.telling import Kind
from pmg.tasks import services
from pmg.tasks.answers import NewDay, NewOwner, Said
from pmg.tasks.models import Task, TaskEvent
from pmg.tasks.rules import Origin, Rhythm, Source, State
from tests import acting, build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.tasks.conftest import SOON, WHAT, WHY, Give, a_task, late, the_task, version


def steps(task_id: UUID) -> list[tuple[str, str | None]]:
    rows = db.session.scalars(
        select(TaskEvent).where(TaskEvent.task_id == task_id).order_by(TaskEvent.at)
    )
    return [(row.step, row.words) for row in rows]


def test_a_task_waits_for_the_answer_of_its_owner(
    give: Give, at_work: AtWork, cast: Cast, hear: Any
) -> None:
    with hear(Kind.TASK_GIVEN) as told:
        task_id = give(cast.karim)
    with at_work(cast.karim):
        task = the_task(task_id)
        assert (task.state, task.what, task.given_by) == (State.OFFERED, WHAT, cast.bas.id)
    assert [(news.item_id, news.to) for news in told] == [(task_id, {cast.karim.id})]


def test_a_task_of_ones_own_needs_no_answer(
    give: Give, at_work: AtWork, cast: Cast, hear: Any
) -> None:
    with hear(Kind.TASK_GIVEN) as told:
        task_id = give(cast.sanne, by=cast.sanne)
    with at_work(cast.sanne):
        assert the_task(task_id).state == State.ACCEPTED
    assert told == []


def test_only_who_takes_part_can_have_a_task(give: Give, cast: Cast) -> None:
    for outsider in (cast.jaap, cast.other, cast.els):
        with pytest.raises(Invalid, match="deelneemt"):
            give(outsider)


def test_a_task_knows_the_row_it_comes_from(give: Give, at_work: AtWork, cast: Cast) -> None:
    source = Source(Origin.PLAN, "plan_action", uuid4())
    task_id = give(source=source)
    with at_work(cast.sanne):
        task = the_task(task_id)
        assert (task.origin, task.origin_kind, task.origin_id) == ("plan", "plan_action", source.id)


def test_a_case_that_is_over_takes_no_task(cast: Cast, at_work: AtWork) -> None:
    case_id = build.a_closed_case(cast, at_work)
    with at_work(cast.sanne), pytest.raises(Invalid, match="voorbij"):
        services.give_task(build.the_case(case_id), a_task(cast.sanne), today=build.TODAY)


def test_accept_and_done_are_told_to_who_gave_it(
    give: Give, at_work: AtWork, cast: Cast, hear: Any
) -> None:
    task_id = give()
    with hear(Kind.TASK_ANSWERED) as answered, hear(Kind.TASK_DONE) as done, at_work(cast.sanne):
        services.accept_task(the_task(task_id), version(task_id))
        db.session.flush()
        following = services.finish_task(
            the_task(task_id), Said("Hij komt elke dag.", version(task_id)), today=build.TODAY
        )
        assert following is None
        assert the_task(task_id).ended_on == build.TODAY
        assert steps(task_id) == [
            ("gegeven", None),
            ("aangenomen", None),
            ("gedaan", "Hij komt elke dag."),
        ]
    assert [news.to for news in answered + done] == [{cast.bas.id}] * 2


def test_what_was_not_accepted_is_not_done(give: Give, at_work: AtWork, cast: Cast) -> None:
    task_id = give()
    with at_work(cast.sanne), pytest.raises(Invalid, match="Neem de taak eerst aan"):
        services.finish_task(the_task(task_id), Said("", version(task_id)), today=build.TODAY)


def test_refusing_asks_a_reason_and_tells_it(
    give: Give, at_work: AtWork, cast: Cast, hear: Any
) -> None:
    task_id = give()
    with hear(Kind.TASK_ANSWERED) as told, at_work(cast.sanne):
        with pytest.raises(Invalid, match="waarom"):
            services.refuse_task(the_task(task_id), Said("  ", version(task_id)), today=build.TODAY)
        services.refuse_task(the_task(task_id), Said(WHY, version(task_id)), today=build.TODAY)
    with at_work(cast.bas):
        assert the_task(task_id).state == State.REFUSED
        assert steps(task_id)[-1] == ("geweigerd", WHY)
    assert [news.to for news in told] == [{cast.bas.id}]


@pytest.mark.parametrize("who", ["bas", "karim"])
def test_nobody_answers_for_another(give: Give, at_work: AtWork, cast: Cast, who: str) -> None:
    task_id = give()
    with at_work(getattr(cast, who)):
        said = Said(WHY, version(task_id))
        with pytest.raises(NotPermitted):
            services.accept_task(the_task(task_id), said.version)
        with pytest.raises(NotPermitted):
            services.refuse_task(the_task(task_id), said, today=build.TODAY)
        with pytest.raises(NotPermitted):
            services.finish_task(the_task(task_id), said, today=build.TODAY)


def test_who_neither_has_nor_gave_it_changes_nothing(
    give: Give, at_work: AtWork, cast: Cast
) -> None:
    task_id = give()
    with at_work(cast.karim):
        said = Said(WHY, version(task_id))
        day = NewDay(SOON + timedelta(days=1), WHY, said.version)
        with pytest.raises(NotPermitted):
            services.withdraw_task(the_task(task_id), said, today=build.TODAY)
        with pytest.raises(NotPermitted):
            services.move_task(the_task(task_id), day, today=build.TODAY)
        with pytest.raises(NotPermitted):
            services.hand_over_task(
                the_task(task_id), NewOwner(cast.karim.id, WHY, said.version), today=build.TODAY
            )


def test_the_owner_does_not_withdraw_and_the_director_does(
    give: Give, at_work: AtWork, cast: Cast
) -> None:
    task_id = give(cast.karim, by=cast.sanne)
    with at_work(cast.karim), pytest.raises(NotPermitted):
        services.withdraw_task(the_task(task_id), Said(WHY, version(task_id)), today=build.TODAY)
    with at_work(cast.bas):
        services.withdraw_task(the_task(task_id), Said(WHY, version(task_id)), today=build.TODAY)
    with at_work(cast.karim):
        assert the_task(task_id).state == State.WITHDRAWN


def test_another_day_keeps_the_old_one_and_why(give: Give, at_work: AtWork, cast: Cast) -> None:
    task_id, later = give(), SOON + timedelta(days=4)
    with at_work(cast.sanne):
        services.move_task(
            the_task(task_id), NewDay(later, WHY, version(task_id)), today=build.TODAY
        )
    with at_work(cast.bas):
        assert the_task(task_id).due_on == later
        event = db.session.scalars(select(TaskEvent).where(TaskEvent.step == "verzet")).one()
        assert (event.due_before, event.due_after, event.words) == (SOON, later, WHY)


def test_handing_over_asks_the_other_anew_and_keeps_who_had_it(
    give: Give, at_work: AtWork, cast: Cast, hear: Any
) -> None:
    task_id = give(accepted=True)
    with hear(Kind.TASK_GIVEN) as told, at_work(cast.sanne):
        services.hand_over_task(
            the_task(task_id), NewOwner(cast.karim.id, WHY, version(task_id)), today=build.TODAY
        )
    with at_work(cast.karim):
        task = the_task(task_id)
        assert (task.owner_id, task.state) == (cast.karim.id, State.OFFERED)
        event = db.session.scalars(select(TaskEvent).where(TaskEvent.step == "overgedragen")).one()
        assert (event.owner_before, event.owner_after) == (cast.sanne.id, cast.karim.id)
    assert [news.to for news in told] == [{cast.karim.id}]


def test_a_refused_task_can_go_to_somebody_else(give: Give, at_work: AtWork, cast: Cast) -> None:
    task_id = give()
    with at_work(cast.sanne):
        services.refuse_task(the_task(task_id), Said(WHY, version(task_id)), today=build.TODAY)
    with at_work(cast.bas):
        services.hand_over_task(
            the_task(task_id), NewOwner(cast.bas.id, WHY, version(task_id)), today=build.TODAY
        )
    with at_work(cast.bas):
        task = the_task(task_id)
        assert (task.state, task.ended_on) == (State.ACCEPTED, None)


def test_the_director_hands_over_what_nobody_has_any_more(
    give: Give, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    task_id = give(accepted=True)
    acting.leave(cast, at_work, case_id, staying=cast.karim)
    with at_work(cast.bas):
        services.hand_over_task(
            the_task(task_id), NewOwner(cast.karim.id, WHY, version(task_id)), today=build.TODAY
        )
    with at_work(cast.bas), pytest.raises(Invalid, match="deelneemt"):
        services.hand_over_task(
            the_task(task_id), NewOwner(cast.sanne.id, WHY, version(task_id)), today=build.TODAY
        )


def test_what_somebody_changed_since_is_a_conflict(give: Give, at_work: AtWork, cast: Cast) -> None:
    task_id = give()
    with at_work(cast.sanne):
        with pytest.raises(Conflict) as conflict:
            services.accept_task(the_task(task_id), version(task_id) - 1)
        assert conflict.value.theirs["state"] == State.OFFERED.label


def test_done_makes_the_next_of_a_task_that_comes_back(
    give: Give, at_work: AtWork, cast: Cast
) -> None:
    task_id = give(accepted=True, rhythm=Rhythm.WEEKLY, times=2)
    with at_work(cast.sanne):
        following = services.finish_task(
            the_task(task_id), Said("", version(task_id)), today=build.TODAY
        )
        assert following is not None
        assert (following.due_on, following.state) == (SOON + timedelta(weeks=1), State.ACCEPTED)
        assert (following.what, following.given_by) == (WHAT, cast.bas.id)
        following_id = following.id
    with at_work(cast.sanne):
        last = services.finish_task(
            the_task(following_id), Said("", version(following_id)), today=build.TODAY
        )
        assert last is None


def test_weeks_late_it_comes_back_once_on_the_first_day_to_come(
    give: Give, at_work: AtWork, cast: Cast, superuser: Engine
) -> None:
    task_id = give(accepted=True, rhythm=Rhythm.WEEKLY, times=20)
    first = build.TODAY - timedelta(days=24)
    late(superuser, task_id, 24)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE task SET series_first = :day"), {"day": first})
    with at_work(cast.sanne):
        following = services.finish_task(
            the_task(task_id), Said("", version(task_id)), today=build.TODAY
        )
        assert following is not None
        assert (following.due_on, following.series_number) == (first + timedelta(weeks=4), 5)
        rows = db.session.scalars(select(Task.id)).all()
        assert len(rows) == 2


def test_a_refused_or_withdrawn_task_does_not_come_back(
    give: Give, at_work: AtWork, cast: Cast
) -> None:
    back, gone = (give(rhythm=Rhythm.MONTHLY, times=5) for _ in range(2))
    with at_work(cast.sanne):
        services.refuse_task(the_task(back), Said(WHY, version(back)), today=build.TODAY)
    with at_work(cast.bas):
        services.withdraw_task(the_task(gone), Said(WHY, version(gone)), today=build.TODAY)
        assert len(db.session.scalars(select(Task.id)).all()) == 2


def test_what_is_open_ends_with_the_case_and_what_is_done_stays(
    give: Give, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    waiting, taken, done = give(cast.karim), give(accepted=True), give(accepted=True)
    with at_work(cast.sanne):
        services.finish_task(the_task(done), Said("", version(done)), today=build.TODAY)
    with at_work(cast.bas):
        cases.close_case(build.the_case(case_id), build.an_ending(), today=build.TODAY)
    with at_work(cast.bas):
        states = [the_task(each).state for each in (waiting, taken, done)]
        assert states == [State.LAPSED, State.LAPSED, State.DONE]
        assert steps(taken)[-1] == ("vervallen", None)
    with at_work(cast.sanne), pytest.raises(Invalid, match="Dit kan niet meer"):
        services.finish_task(the_task(taken), Said("", version(taken)), today=build.TODAY)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("what", {"what": " hm "}),
        ("what", {"what": "x" * 501}),
        ("what", {"what": "Bel\x00 de school"}),
        ("due_on", {"due_on": build.TODAY - timedelta(days=1)}),
        ("due_on", {"due_on": build.TODAY + timedelta(days=800)}),
        ("until", {"rhythm": Rhythm.WEEKLY}),
    ],
)
def test_a_task_that_cannot_be_is_refused_at_its_field(
    give: Give, field: str, given: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refusal:
        give(**given)
    assert refusal.value.field == field
