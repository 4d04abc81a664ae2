"""The language of the page: the reader's choice, else the browser's, else the settings'."""

from flask import Flask, current_app, has_request_context, request, session

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


def init_app(app: Flask) -> None:
    """Plug in Flask-Babel."""
    app.config["BABEL_DEFAULT_LOCALE"] = app.config["SETTINGS"].default_locale
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Amsterdam"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=_choose)
