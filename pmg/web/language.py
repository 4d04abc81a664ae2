"""The language of the page: the reader's choice, else the browser's, else the settings'."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from flask import Flask, current_app, has_request_context, request, session
from flask_babel import Domain, force_locale, get_babel, get_domain, get_locale

from pmg.extensions import babel

LOCALES = ("nl", "en")


def _choose() -> str:
    fallback: str = current_app.config["BABEL_DEFAULT_LOCALE"]
    if not has_request_context():  # a command or a job: no one reads yet
        return fallback
    chosen = session.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    return request.accept_languages.best_match(LOCALES, fallback)


class _Bound(Domain):  # type: ignore[misc]
    """The texts of one language: found once for a request, not again for each text on the page."""

    def __init__(self, found: object) -> None:
        super().__init__()
        self._found = found

    def get_translations(self) -> object:
        """Return what was found."""
        return self._found


@cache
def _domain(_language: str) -> _Bound:
    return _Bound(get_domain().get_translations())


def _bind_texts() -> None:
    _domain(str(get_locale())).as_default()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Do what follows in this language, whatever the reader's own is."""
    own = get_domain()
    with force_locale(language):
        get_babel().instance.domain_instance.as_default()
        try:
            yield
        finally:
            own.as_default()


def init_app(app: Flask) -> None:
    """Plug in Flask-Babel."""
    app.config["BABEL_DEFAULT_LOCALE"] = app.config["SETTINGS"].default_locale
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Amsterdam"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=_choose)
    app.before_request(_bind_texts)
