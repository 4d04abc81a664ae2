"""The language of the page: chosen by the reader, else by the browser, else Dutch."""

from flask import Flask, has_request_context, request, session

from pmg.extensions import babel

LOCALES = ("nl", "en")


def _choose() -> str:
    if not has_request_context():  # a command or a job: no one reads yet
        return "nl"
    chosen = session.get("locale")
    return chosen if chosen in LOCALES else request.accept_languages.best_match(LOCALES, "nl")


def init_app(app: Flask) -> None:
    """Plug in Flask-Babel."""
    app.config["BABEL_DEFAULT_LOCALE"] = "nl"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Amsterdam"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=_choose)
