"""Flask-Login on the sessions of the server: the cookie holds a token and nothing else."""

from flask import Flask, current_app, request
from flask_login import UserMixin, login_user, logout_user

from pmg.extensions import login_manager
from pmg.security import sessions
from pmg.security.access import Reader


class SignedIn(UserMixin):  # type: ignore[misc]
    """The signed-in person as Flask-Login knows him: a token, and the reader behind it."""

    def __init__(self, token: str, reader: Reader | None) -> None:
        self._token = token
        self._reader = reader

    def get_id(self) -> str:
        """Return the token that the signed cookie carries."""
        return self._token

    @property
    def reader(self) -> Reader:
        """Return who it is."""
        if self._reader is None:
            raise RuntimeError("the session has just begun: it has a reader from the next request")
        return self._reader


# What a page asks by itself, while nobody may be looking, does not keep a session alive.
BY_ITSELF = "X-Follows"


def _load(token: str) -> SignedIn | None:
    is_asked = BY_ITSELF not in request.headers
    idle = current_app.config["SETTINGS"].session_idle if is_asked else None
    reader = sessions.find(token, idle=idle)
    return SignedIn(token, reader) if reader else None


def begin(token: str) -> None:
    """Put the token of a session that has just begun in the cookie."""
    login_user(SignedIn(token, None))


def finish() -> None:
    """Take the token out of the cookie."""
    logout_user()


def init_app(app: Flask) -> None:
    """Plug in Flask-Login."""
    login_manager.init_app(app)
    login_manager.session_protection = None  # phones change address; the server keeps the session
    login_manager.user_loader(_load)
