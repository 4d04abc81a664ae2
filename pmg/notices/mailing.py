"""The mail of the day: the worker takes what waits in the outbox, at least once, with patience.

A mail says that there is something, and where; never what, and never about whom. What fails is
tried again later and later. Neither an address nor an answer of the mail server stands in a log.
"""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit
from uuid import UUID

import structlog
from sqlalchemy import Row, func, text, update

from pmg.extensions import db
from pmg.notices.models import OutboxMail
from pmg.notices.rules import KEPT_DAYS, wait_after
from pmg.security.identity import User

PATIENCE = 20
"""Seconds for the mail server to answer."""
_SUBJECT = "Er is iets nieuws voor u in Samen Vooruit"
_BODY = """\
Goedemorgen,

Er is iets nieuws voor u in Samen Vooruit. Log in om het te lezen:

{link}

In deze mail staat met opzet niet waar het over gaat. Wilt u deze mail niet meer? Dat zet u uit bij
Berichten, Instellingen.

Antwoord niet op deze mail: niemand leest dit adres.
"""
log = structlog.get_logger()


class Postman:
    """Who brings mail: the mail server, the sender, and the address of the application."""

    def __init__(self, smtp_url: str, sender: str, public_url: str) -> None:
        self._server, self._sender = urlsplit(smtp_url), sender
        self._link = f"{public_url}/berichten"

    def bring(self, address: str) -> None:
        """Send one mail; raises OSError or SMTPException when the server did not take it."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, address, _SUBJECT
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(_BODY.format(link=self._link))
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
        postman.bring(_address(row))
    except (OSError, smtplib.SMTPException) as fault:
        log.warning("mail_not_sent", error=type(fault).__name__, attempts=row.attempts + 1)
        wait = wait_after(row.attempts + 1)
        _note(row, attempts=row.attempts + 1, due_at=func.now() + wait)
    else:
        _note(row, attempts=row.attempts + 1, done_at=func.now())
    db.session.commit()
    return True


def forget_old() -> None:
    """Remove messages and mails that are past their time."""
    db.session.execute(text("SELECT pmg_forget_notices(:days)"), {"days": KEPT_DAYS})
    db.session.commit()


def _address(row: Row[tuple[str, UUID, UUID, bytes, int]]) -> str:
    return User(
        municipality_id=row.municipality_id, id=row.user_id, login_sealed=row.login_sealed
    ).login


def _note(row: Row[tuple[str, UUID, UUID, bytes, int]], **values: object) -> None:
    db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.municipality_id == row.municipality_id, OutboxMail.id == row.id)
        .values(**values),
        execution_options={"synchronize_session": False},
    )
