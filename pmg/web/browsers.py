"""Browsers in which somebody signed in before.

Who fails on purpose makes strangers wait, and not the one whose account it is at the own desk. The
cookie holds a random number signed for one account: nothing of a person, and no way in.
"""

import secrets
from datetime import timedelta

from flask import Response, current_app, request
from itsdangerous import BadSignature, TimestampSigner

_KEPT = timedelta(days=90)
_NUMBER_BYTES = 16


def known(account: bytes) -> str | None:
    """Return the number of this browser when this account signed in from it lately, else None."""
    try:
        signed = request.cookies.get(_name(account), "")
        return _signer(account).unsign(signed, max_age=int(_KEPT.total_seconds())).decode()
    except BadSignature:
        return None


def remember(response: Response, account: bytes, *, path: str) -> None:
    """Let the browser carry a number for this account, to this page only."""
    number = known(account) or secrets.token_urlsafe(_NUMBER_BYTES)
    response.set_cookie(
        _name(account),
        _signer(account).sign(number).decode(),
        max_age=_KEPT,
        path=path,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _name(account: bytes) -> str:
    # More people may use one browser, each with a cookie of his own.
    return f"pmg_known_{account[:8].hex()}"


def _signer(account: bytes) -> TimestampSigner:
    return TimestampSigner(current_app.config["SECRET_KEY"], salt=b"known browser" + account)
