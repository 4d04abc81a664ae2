"""The mail of the day: the worker takes what waits in the outbox, at least once, with patience.

A mail says that there is something, how much, and where; never what, and never about whom. What
fails is tried again later and later. Neither an address nor an answer of the mail server stands in
a log.
"""

import smtplib
import ssl
from datetime import date
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit
from uuid import UUID

import structlog
from sqlalchemy import Row, func, text, update

from pmg.extensions import db
from pmg.notices import letter
from pmg.notices.letter import Digest
from pmg.notices.models import OutboxMail
from pmg.notices.rules import KEPT_DAYS, wait_after
from pmg.security.identity import User

_Due = Row[tuple[str, UUID, UUID, bytes, int, bool, int, int, int, int]]
PATIENCE = 20
"""Seconds for the mail server to answer."""
log = structlog.get_logger()


class Postman:
    """Who brings mail: the mail server, the sender, and the address of the application."""

    def __init__(self, smtp_url: str, sender: str, public_url: str) -> None:
        self._server, self._sender = urlsplit(smtp_url), sender
        self._address = public_url.rstrip("/")

    def bring(self, address: str, digest: Digest) -> None:
        """Send one mail; raises OSError or SMTPException when the server did not take it."""
        mail = EmailMessage()
        mail["From"], mail["To"] = self._sender, address
        mail["Subject"] = letter.subject(digest)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.body(digest, self._address))
        with self._connected() as server:
            server.send_message(mail)

    def _connected(self) -> smtplib.SMTP:
        at, context = self._server, ssl.create_default_context()
        host = at.hostname or ""
        if at.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, at.port or 465, timeout=PATIENCE, context=context
            )
        else:
            server = smtplib.SMTP(host, at.port or 25, timeout=PATIENCE)
            if at.scheme == "smtp+starttls":
                server.starttls(context=context)
        if at.username:
            server.login(unquote(at.username), unquote(at.password or ""))
        return server


def send_next(postman: Postman) -> bool:
    """Bring one mail that is due; tell whether there was one. The worker calls it.

    The row stays locked while the mail is under way: no other worker takes it, and who falls in
    between leaves it to be brought once more.
    """
    row = db.session.execute(text("SELECT * FROM pmg_next_mail()")).first()
    if row is None:
        db.session.commit()
        return False
    try:
        postman.bring(_address(row), _digest(row))
    except (OSError, smtplib.SMTPException) as fault:
        log.warning("mail_not_sent", error=type(fault).__name__, attempts=row.attempts + 1)
        wait = wait_after(row.attempts + 1)
        _note(row, attempts=row.attempts + 1, due_at=func.now() + wait)
    else:
        _note(row, attempts=row.attempts + 1, done_at=func.now())
    db.session.commit()
    return True


def remind(today: date) -> None:
    """Note what each has to be reminded of on this day, beside the mail that will tell him.

    Called again for the same day, or by two at once, it notes nothing twice. The worker calls it.
    """
    db.session.execute(text("SELECT pmg_remind(:today)"), {"today": today})
    db.session.commit()


def forget_old() -> None:
    """Remove messages and mails that are past their time."""
    db.session.execute(text("SELECT pmg_forget_notices(:days)"), {"days": KEPT_DAYS})
    db.session.commit()


def _address(row: _Due) -> str:
    return User(
        municipality_id=row.municipality_id, id=row.user_id, login_sealed=row.login_sealed
    ).login


def _digest(row: _Due) -> Digest:
    return Digest(
        has_news=row.has_news,
        reviews_soon=row.reviews_soon,
        reviews_late=row.reviews_late,
        tasks_soon=row.tasks_soon,
        tasks_late=row.tasks_late,
    )


def _note(row: _Due, **values: object) -> None:
    db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.municipality_id == row.municipality_id, OutboxMail.id == row.id)
        .values(**values),
        execution_options={"synchronize_session": False},
    )
