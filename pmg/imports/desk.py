"""The desk of an operator: a real session of an account, so that every wall stands for him too."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import text

from pmg.accounts import services as accounts
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.security import access, audit, sessions
from pmg.security.access import Work
from pmg.security.policy import Action

_DEVICE = "pmg import"
_ACCOUNT = text("SELECT user_id FROM pmg_find_login(:digest) WHERE municipality_id = :municipality")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an account signs in with."""

    login: str
    password: str
    code: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at work on the command line."""

    token: str
    terms: accounts.Terms
    action: Action = Action.CASE_IMPORT

    @contextmanager
    def at_work(self) -> Iterator[access.Reader]:
        """Do one piece of work: committed with its line in the log, or not at all.

        Raises NotPermitted when the session has ended or its owner may not do this.
        """
        reader = sessions.find(self.token, idle=self.terms.idle)
        if reader is None:
            db.session.rollback()
            raise NotPermitted("no_session")
        work = Work(reader, request_id=uuid4().hex, address=_DEVICE, action=self.action)
        with access.at_work(work):
            try:
                access.require(self.action, access.workplace())
                yield reader
                if work.subjects or work.written:
                    audit.record(work, outcome="allowed")
                db.session.commit()
            except NotPermitted as refusal:
                _deny(work, refusal.code)
                raise
            except Invalid:
                db.session.rollback()
                work.written.clear()
                audit.record_undone(work)
                db.session.commit()
                raise
            finally:
                db.session.rollback()

    def leave(self) -> None:
        """End the session."""
        with self.at_work():
            accounts.sign_out()


def sit_down(
    who: Credentials, terms: accounts.Terms, *, action: Action = Action.CASE_IMPORT
) -> Desk:
    """Sign in to do this; raise Invalid with what is wrong. A wrong try counts as on the page."""
    attempt = accounts.Attempt(who.login, who.password, who.code, _DEVICE, address="")
    try:
        return Desk(accounts.sign_in(attempt, terms, request_id=uuid4().hex), terms, action)
    finally:
        db.session.commit()


def account_of(login: str) -> UUID | None:
    """Return the account with this login in the municipality of who is at work."""
    wanted = {
        "digest": accounts.login_digest(login),
        "municipality": access.reader().municipality_id,
    }
    found: UUID | None = db.session.scalar(_ACCOUNT, wanted)
    return found


def _deny(work: Work, code: str) -> None:
    db.session.rollback()
    work.code = code
    work.subjects.clear()
    work.written.clear()
    audit.record(work, outcome="denied")
    db.session.commit()
