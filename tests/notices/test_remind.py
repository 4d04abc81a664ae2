"""Reminders in the mail of the day: numbers and a link, once an occasion, for who still may."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_string
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import given as over
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from config import DATABASES, Settings
from pmg.action_plans import parts, writing
from pmg.action_plans import services as plans
from pmg.action_plans.answers import Answered, NewGoal
from pmg.cases import services as cases
from pmg.extensions import db
from pmg.notices.letter import Digest, body, subject
from pmg.notices.mailing import remind
from pmg.tasks import services as tasks
from pmg.tasks.answers import Said
from pmg.worker import Supervisor
from tests import build
from tests.acting import send
from tests.action_plans.conftest import a_goal, an_answer, observe, the_review
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.notices.conftest import Bring, PostOffice, due_now, waiting
from tests.tasks.conftest import a_task, the_task, version

Browse = Callable[[Person], FlaskClient]
Remind = Callable[..., None]
TODAY = build.TODAY
REVIEW_SOON = "U hebt 1 terugblik die binnen een week moet gebeuren."
REVIEW_LATE = "Er is 1 terugblik te laat."
TASK_LATE = "Er is 1 taak te laat."


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork, superuser: Engine) -> UUID:
    """A case whose messages were read long ago."""
    case_id = build.a_case(cast, at_work)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE notice SET read_at = now()"))
        connection.execute(text("DELETE FROM outbox_mail"))
    return case_id


def execute(superuser: Engine, statement: str, **given: Any) -> None:
    with superuser.begin() as connection:
        connection.execute(text(statement), given)


@pytest.fixture
def review_id(case_id: UUID, cast: Cast, at_work: AtWork, superuser: Engine) -> UUID:
    """A look back that Sanne and Bas can hold; planned a month ago."""
    observe(at_work, cast.sanne, case_id)
    with at_work(cast.sanne):
        plans.add_goal(build.the_case(case_id), NewGoal(a_goal(), None), today=TODAY)
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        plan = parts.read(case).draft
        assert plan is not None
        answered = Answered(an_answer(), writing.mark(plan), TODAY + timedelta(days=90))
        plans.answer_plan(case, answered, today=TODAY)
        found = the_review(case_id).id
    execute(superuser, "UPDATE plan_review SET created_at = now() - interval '30 days'")
    return found


def plan_on(superuser: Engine, days: int) -> None:
    execute(superuser, "UPDATE plan_review SET planned_on = :on", on=TODAY + timedelta(days=days))


@pytest.fixture
def a_late_task(case_id: UUID, cast: Cast, at_work: AtWork, superuser: Engine) -> UUID:
    """A task of Sanne of which the day has gone by."""
    with at_work(cast.bas):
        case = build.the_case(case_id)
        task_id = tasks.give_task(case, a_task(cast.sanne), today=TODAY).id
    with at_work(cast.sanne):
        tasks.accept_task(the_task(task_id), version(task_id))
    execute(superuser, "UPDATE task SET due_on = :on", on=TODAY - timedelta(days=1))
    execute(superuser, "UPDATE notice SET read_at = now()")
    execute(superuser, "DELETE FROM outbox_mail")
    return task_id


@pytest.fixture
def remind_on(worker_app: Flask, superuser: Engine) -> Remind:
    """Let the worker note what there is on a day, and let the morning come."""

    def act(day: int = 0) -> None:
        with worker_app.app_context():
            remind(TODAY + timedelta(days=day))
            db.session.remove()
        due_now(superuser)

    return act


def to(office: PostOffice, who: str) -> list[str]:
    """The texts of the mails that somebody got."""
    return [
        message_from_string(mail).get_payload()
        for mail in office.mails
        if f"To: {who}@voorbeeld.test" in mail
    ]


def test_a_week_before_it_says_how_many_and_where_and_nothing_of_whom(
    review_id: UUID, superuser: Engine, remind_on: Remind, bring: Bring, office: PostOffice
) -> None:
    plan_on(superuser, 7)
    remind_on()
    bring()
    for who in ("sanne", "bas"):
        (mail,) = to(office, who)
        assert REVIEW_SOON in mail
        assert "https://pmg.test/vandaag" in mail
        assert "te laat" not in mail
        assert "Er is iets nieuws" not in mail
    for mail in office.mails:
        assert "Subject: Er is een herinnering voor u in Samen Vooruit" in mail
        words = ("Yassin", "Boer", build.number(1), str(review_id), "/evaluatie", "/zaken", "Sanne")
        assert not any(word in mail for word in words)
    assert len(office.mails) == 2


def test_before_that_and_the_next_morning_it_says_nothing(
    review_id: UUID, superuser: Engine, remind_on: Remind, bring: Bring, office: PostOffice
) -> None:
    plan_on(superuser, 8)
    remind_on()
    assert bring() == 0
    plan_on(superuser, 7)
    remind_on()
    remind_on()
    assert bring() == 2
    for day in range(1, 7):
        remind_on(day)
    assert bring() == 0
    assert len(office.mails) == 2


def test_numbers_are_of_all_there_is_and_late_is_told_apart(
    review_id: UUID,
    a_late_task: UUID,
    cast: Cast,
    at_work: AtWork,
    superuser: Engine,
    remind_on: Remind,
    bring: Bring,
    office: PostOffice,
) -> None:
    plan_on(superuser, -1)
    remind_on()
    bring()
    (mail,) = to(office, "sanne")
    assert REVIEW_LATE in mail
    assert TASK_LATE in mail
    assert "https://pmg.test/taken" in mail
    (other,) = to(office, "bas")
    assert "taak" not in other


def test_what_was_done_meanwhile_needs_no_mail(
    a_late_task: UUID,
    cast: Cast,
    at_work: AtWork,
    superuser: Engine,
    remind_on: Remind,
    bring: Bring,
    office: PostOffice,
) -> None:
    remind_on()
    with at_work(cast.sanne):
        task = the_task(a_late_task)
        tasks.finish_task(task, Said("", task.version), today=TODAY)
    execute(superuser, "UPDATE notice SET read_at = now()")
    due_now(superuser)
    bring()
    assert office.mails == []


@pytest.mark.parametrize(
    "lost",
    [
        "UPDATE user_account SET active = false WHERE id = :id",
        "UPDATE role_grant SET valid_until = now() WHERE user_id = :id",
        "UPDATE case_member SET valid_until = now() WHERE user_id = :id",
        (
            "INSERT INTO notice_choice SELECT municipality_id, id, kind, 'app' FROM user_account,"
            " (VALUES ('terugblik'), ('taak_termijn')) kinds (kind) WHERE id = :id"
        ),
    ],
    ids=["account", "role", "seat", "choice"],
)
@pytest.mark.parametrize("is_before", [True, False], ids=["before", "after"])
def test_who_lost_account_role_or_seat_or_wants_none_gets_none(
    review_id: UUID,
    a_late_task: UUID,
    cast: Cast,
    superuser: Engine,
    remind_on: Remind,
    bring: Bring,
    office: PostOffice,
    lost: str,
    is_before: bool,  # noqa: FBT001
) -> None:
    plan_on(superuser, -1)
    if is_before:
        execute(superuser, lost, id=cast.sanne.id)
    remind_on()
    if not is_before:
        execute(superuser, lost, id=cast.sanne.id)
    bring()
    assert to(office, "sanne") == []
    (mail,) = to(office, "bas")
    assert REVIEW_LATE in mail


def test_a_closed_case_reminds_nobody(
    review_id: UUID,
    a_late_task: UUID,
    case_id: UUID,
    cast: Cast,
    at_work: AtWork,
    superuser: Engine,
    remind_on: Remind,
    bring: Bring,
    office: PostOffice,
) -> None:
    plan_on(superuser, -1)
    with at_work(cast.bas):
        cases.close_case(build.the_case(case_id), build.an_ending(), today=TODAY)
    execute(superuser, "UPDATE notice SET read_at = now()")
    remind_on()
    bring()
    assert office.mails == []


def test_a_worker_that_falls_tells_it_again_and_after_that_no_more(
    a_late_task: UUID,
    remind_on: Remind,
    bring: Bring,
    office: PostOffice,
    superuser: Engine,
    worker_app: Flask,
) -> None:
    with worker_app.app_context():  # it fell before it was kept
        db.session.execute(text("SELECT pmg_remind(:day)"), {"day": TODAY})
        db.session.rollback()
        db.session.remove()
    remind_on()
    office.is_shut = True
    bring()
    office.is_shut = False
    remind_on()  # it began anew that same day
    bring()
    remind_on()
    assert bring() == 0
    assert len(to(office, "sanne")) == 1


def test_old_unread_messages_are_no_news_beside_a_reminder(
    a_late_task: UUID,
    superuser: Engine,
    remind_on: Remind,
    bring: Bring,
    office: PostOffice,
    cast: Cast,
    at_work: AtWork,
) -> None:
    build.a_case(cast, at_work, given_name="Noor")
    due_now(superuser)
    bring()
    assert "Er is iets nieuws" in to(office, "sanne")[0]
    execute(superuser, "UPDATE outbox_mail SET done_at = done_at + interval '5 minutes'")
    remind_on()
    bring()
    assert "Er is iets nieuws" not in to(office, "sanne")[1]
    assert TASK_LATE in to(office, "sanne")[1]


def test_the_receiver_turns_the_mail_off_on_the_page(cast: Cast, browse: Browse) -> None:
    client = browse(cast.sanne)
    page = client.get("/berichten/instellingen").text
    assert "Een terugblik komt eraan of is te laat" in page
    assert page.count("Op Vandaag, en in de mail van de dag") == 2
    answer = send(client, "/berichten/instellingen", terugblik="app")
    assert answer.location == "/berichten"
    # What stands on the page of today cannot be turned off there.
    assert send(client, "/berichten/instellingen", terugblik="niet").status_code == 422


def test_the_worker_learns_of_no_review_or_task_and_the_application_reminds_nobody(
    review_id: UUID, worker_app: Flask, app: Flask
) -> None:
    asked = [
        (worker_app, "SELECT * FROM pmg_reviews_to_remind('infinity')"),
        (worker_app, "SELECT * FROM pmg_tasks_to_remind('infinity')"),
        (worker_app, "SELECT * FROM pmg_to_remind('2026-01-01')"),
        (worker_app, "SELECT * FROM reminder"),
        (app, "SELECT * FROM reminder"),
        (app, "SELECT pmg_remind('2026-01-01')"),
        (app, "SELECT * FROM pmg_next_mail()"),
    ]
    for made, statement in asked:
        with made.app_context():
            with pytest.raises(Exception, match="permission denied"):
                db.session.execute(text(statement))
            db.session.remove()


@examples(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@over(
    due=st.integers(-3, 20),
    made=st.integers(-30, 0),
    awake=st.sets(st.integers(0, 45), min_size=1),
)
def test_each_occasion_once_however_often_the_worker_sleeps(
    a_late_task: UUID, superuser: Engine, due: int, made: int, awake: set[int]
) -> None:
    """Days count from today; the worker notes on some of them, and the mail of each day goes."""
    day = TODAY + timedelta(days=due)
    with superuser.begin() as connection:
        connection.execute(text("DELETE FROM outbox_mail"))
        connection.execute(
            text("UPDATE task SET due_on = :on, created_at = now() + make_interval(days => :made)"),
            {"on": day, "made": made},
        )
        for each in sorted(awake):
            asked = {"day": TODAY + timedelta(days=each)}
            connection.execute(text("SELECT pmg_remind(:day)"), asked)
            connection.execute(text("SELECT pmg_remind(:day)"), asked)
            connection.execute(text("UPDATE outbox_mail SET done_at = now() WHERE done_at IS NULL"))
        told = [
            (on - TODAY).days
            for on in connection.execute(
                text("SELECT told_on FROM reminder ORDER BY told_on")
            ).scalars()
        ]
    could_come = [each for each in sorted(awake) if due - 7 <= each <= due] * (made <= due - 7)
    expected = could_come[:1]
    last = None
    for each in sorted(awake):
        if each > due and (last is None or each - last >= 7):
            expected.append(each)
            last = each
    assert told == expected


@pytest.mark.parametrize(
    ("digest", "said"),
    [
        (
            Digest(has_news=False, reviews_soon=2),
            "U hebt 2 terugblikken die binnen een week moeten",
        ),
        (Digest(has_news=False, reviews_late=3), "Er zijn 3 terugblikken te laat."),
        (Digest(has_news=False, tasks_soon=1), "U hebt 1 taak die binnen een week af moet zijn."),
        (Digest(has_news=True, tasks_late=2), "Er zijn 2 taken te laat."),
    ],
)
def test_a_letter_counts_in_words_that_agree(digest: Digest, said: str) -> None:
    letter = body(digest, "https://pmg.test")
    assert said in letter
    assert ("/berichten" in letter) == digest.has_news == ("iets nieuws" in subject(digest))
    assert letter.count("https://") == 1 + digest.has_news


@pytest.fixture
def supervisor(
    settings: Settings, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Supervisor]:
    """The real worker, over the databases of the tests, with a mail server."""
    for name, variable in DATABASES.items():
        monkeypatch.setenv(variable, getattr(settings, name))
    monkeypatch.setenv("PMG_LOG_LEVEL", "WARNING")
    monkeypatch.setenv("PMG_SMTP_URL", f"smtp://127.0.0.1:{office.port}")
    monkeypatch.setenv("PMG_MAIL_FROM", "pmg@voorbeeld.test")
    found = Supervisor(settings)
    yield found
    found.stop()


def test_the_worker_itself_reminds_once_a_day_and_the_next_one_only_of_what_is_new(
    a_late_task: UUID,
    case_id: UUID,
    at_work: AtWork,
    cast: Cast,
    supervisor: Supervisor,
    superuser: Engine,
    office: PostOffice,
) -> None:
    """The morning comes as soon as it noted what there is; then it is killed."""
    with at_work(cast.bas):  # a task of his own, which nobody is told of
        later = tasks.give_task(build.the_case(case_id), a_task(cast.bas), today=TODAY).id
    supervisor.start()
    until_mailed(office, superuser, "sanne")
    first = supervisor.process_id
    assert first is not None
    execute(
        superuser,
        "UPDATE task SET due_on = :on, state = 'aangenomen' WHERE id = :id",
        on=TODAY - timedelta(days=1),
        id=later,
    )
    os.kill(first, signal.SIGKILL)
    until_mailed(office, superuser, "bas")
    assert TASK_LATE in to(office, "bas")[0]
    assert len(to(office, "sanne")) == 1
    assert TASK_LATE in to(office, "sanne")[0]


def until_mailed(office: PostOffice, superuser: Engine, who: str) -> None:
    """Let it be morning until somebody got his mail, and the worker noted so."""
    ends = time.monotonic() + 60
    while not to(office, who) or waiting(superuser):
        assert time.monotonic() < ends
        due_now(superuser)
        time.sleep(0.1)
