"""Gives the demo reports: in each municipality one released and delivered, and one to judge.

Of what was delivered the ministry has a draft of national figures.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from config import Settings
from pmg.app import create_app
from pmg.demo.loading import Plan
from pmg.demo.people import Account, ministry
from pmg.extensions import db
from pmg.national import rules as national
from pmg.national import sources
from pmg.national.publishing import make_draft
from pmg.reports.computing import take_next
from pmg.reports.judging import approve
from pmg.reports.keys import Secrets, secrets_of
from pmg.reports.models import ReportDraft, ReportRelease
from pmg.reports.rules import Choice, Period, Preset, preset_period
from pmg.reports.services import ask_report, deliver
from pmg.security import access, audit, sessions
from pmg.security.policy import Role

_TEMPLATE = "jaarrapportage"
_SHORT = timedelta(minutes=5)


def report(settings: Settings, plan: Plan) -> None:
    """Let the officers of each municipality make, judge and deliver what a visitor then sees."""
    secrets = secrets_of(settings.disclosure_key, settings.signing_key)
    url = settings.worker_database_url
    app, worker = create_app(settings), create_app(replace(settings, database_url=url))
    last = preset_period(Preset.LAST_QUARTER, plan.today)
    assert last is not None
    before = preset_period(Preset.LAST_QUARTER, last.first)
    assert before is not None
    for staff in plan.staffs():
        maker, judge = staff_officers(staff.accounts)
        with app.app_context():
            draft_id = _asked(maker, before, plan.today)
        with worker.app_context():
            take_next(secrets.rounding)
        with app.app_context():
            _released(judge, draft_id, secrets)
            _asked(maker, last, plan.today)
        with worker.app_context():
            take_next(secrets.rounding)
    with app.app_context():
        _added_up(Choice(_TEMPLATE, before))
    for one in (app, worker):
        with one.app_context():
            for engine in db.engines.values():
                engine.dispose()


def _added_up(choice: Choice) -> None:
    """Let a reader of the ministry add up what was delivered, where that is more than one."""
    _itself, (maker, _judge) = ministry()
    figures = national.Choice(choice.template_code, choice.period.first, choice.period.last)
    with _at_work(maker):
        if len(sources.newest(figures)) >= national.FEWEST:
            make_draft(figures, "")


def staff_officers(accounts: tuple[Account, ...]) -> tuple[Account, Account]:
    """Return the two policy officers of the cast: who makes, and who judges."""
    first, second = (one for one in accounts if one.role is Role.POLICY_OFFICER)
    return first, second


def _asked(maker: Account, period: Period, today: date) -> UUID:
    with _at_work(maker):
        draft = ask_report(Choice(_TEMPLATE, period), today=today).draft
        assert draft is not None
        return draft.id


def _released(judge: Account, draft_id: UUID, secrets: Secrets) -> None:
    with _at_work(judge):
        draft = db.session.get_one(ReportDraft, (judge.municipality_id, draft_id))
        if draft.state != "klaar":  # a very small demo may not be safe to round
            return
        approve(draft, signer=secrets.signer)
        deliver(db.session.get_one(ReportRelease, (judge.municipality_id, draft_id)))


@contextmanager
def _at_work(who: Account) -> Iterator[None]:
    """Work in a session of one's own, as the pages do, with a line in the log."""
    token = sessions.start(
        municipality_id=who.municipality_id,
        user_id=who.id,
        device="demo",
        idle=_SHORT,
        lifetime=_SHORT,
    )
    db.session.commit()
    reader = sessions.find(token, idle=_SHORT)
    assert reader is not None
    db.session.rollback()
    with access.at_work(access.Work(reader, request_id="demo", address="/rapportage")) as work:
        yield
        audit.record(work, outcome="allowed")
        sessions.end(reader, reader.session_id)
        db.session.commit()
