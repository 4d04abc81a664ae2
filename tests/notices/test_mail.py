"""The mail of the day: at least once, with patience, and nothing about anyone in it."""

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from structlog.testing import capture_logs

from config import Settings
from pmg.extensions import db
from pmg.notices.mailing import forget_old
from tests import build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.notices.conftest import Bring, PostOffice, due_now, waiting


def test_two_acts_make_one_mail_that_names_nobody(
    cast: Cast, at_work: AtWork, superuser: Engine, office: PostOffice, bring: Bring
) -> None:
    build.a_case(cast, at_work)
    build.a_case(cast, at_work, given_name="Noor")
    assert bring() == 0  # not before the morning
    due_now(superuser)
    assert bring() == 2
    to_bas = [mail for mail in office.mails if "To: bas@voorbeeld.test" in mail]
    assert len(to_bas) == 1
    assert "https://pmg.test/berichten" in to_bas[0]
    for mail in office.mails:
        assert not {"Yassin", "Noor", "Boer", "zaak", "Bas "} & set(mail.split())
        assert "/zaken/" not in mail
    assert bring() == 0


def test_what_was_read_already_needs_no_mail(
    cast: Cast, at_work: AtWork, superuser: Engine, office: PostOffice, bring: Bring
) -> None:
    build.a_case(cast, at_work)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE notice SET read_at = now()"))
    due_now(superuser)
    assert bring() == 0
    assert office.mails == []
    assert waiting(superuser) == []


def test_a_closed_account_gets_no_mail(
    cast: Cast, at_work: AtWork, superuser: Engine, office: PostOffice, bring: Bring
) -> None:
    build.a_case(cast, at_work)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE user_account SET active = false WHERE id = :id"), {"id": cast.bas.id}
        )
    due_now(superuser)
    bring()
    assert not [mail for mail in office.mails if "bas@" in mail]


def test_a_server_that_says_no_is_asked_again_later(
    cast: Cast,
    at_work: AtWork,
    superuser: Engine,
    office: PostOffice,
    bring: Bring,
) -> None:
    build.a_case(cast, at_work)
    office.is_shut = True
    due_now(superuser)
    with capture_logs() as said:
        assert bring() == 2
    assert [line["event"] for line in said] == ["mail_not_sent"] * 2
    assert "voorbeeld.test" not in str(said)
    assert office.mails == []
    assert [attempts for attempts, _due in waiting(superuser)] == [1, 1]
    assert bring() == 0  # it waits
    office.is_shut = False
    due_now(superuser)
    assert bring() == 2
    assert len(office.mails) == 2


def test_a_mail_comes_at_seven_in_the_netherlands_on_both_days_of_the_clock(
    superuser: Engine, app: Flask
) -> None:
    asked = text("SELECT pmg_next_morning(CAST(:at AS timestamptz)) AT TIME ZONE 'UTC'")
    with superuser.connect() as connection:
        for moment, morning in (
            ("2026-11-26 05:59+00", "2026-11-26 06:00"),
            ("2026-11-26 06:01+00", "2026-11-27 06:00"),
            ("2026-10-24 12:00+00", "2026-10-25 06:00"),
            ("2026-10-25 00:30+00", "2026-10-25 06:00"),
            ("2026-03-28 12:00+00", "2026-03-29 05:00"),
        ):
            found = connection.execute(asked, {"at": moment}).scalar_one()
            assert f"{found:%Y-%m-%d %H:%M}" == morning, moment


def test_what_is_old_is_forgotten(
    cast: Cast, at_work: AtWork, superuser: Engine, worker_app: Flask
) -> None:
    build.a_case(cast, at_work)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE notice SET at = at - interval '91 days' WHERE user_id = :id"),
            {"id": cast.bas.id},
        )
    with worker_app.app_context():
        forget_old()
        db.session.remove()
    with superuser.connect() as connection:
        left = connection.execute(text("SELECT user_id FROM notice")).scalars().all()
    assert cast.bas.id not in left
    assert cast.sanne.id in left


def test_the_worker_reads_no_message_and_the_application_no_outbox(
    cast: Cast, at_work: AtWork, settings: Settings, worker_app: Flask, app: Flask
) -> None:
    build.a_case(cast, at_work)
    for made, table in ((worker_app, "notice"), (worker_app, "user_account"), (app, "outbox_mail")):
        with made.app_context(), pytest.raises(Exception, match="permission denied"):
            db.session.execute(text(f"SELECT * FROM {table}"))
        with made.app_context():
            db.session.remove()
