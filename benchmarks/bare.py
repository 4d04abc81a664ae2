"""The floor: a Flask page that does nothing but answer, and one that does nothing but commit."""

import os
from uuid import UUID, uuid4

from flask import Flask, Response, redirect
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

PAGE_BYTES = 23_000
_ROW = "<tr><td>Yassin de B.</td><td>16</td><td>2026-0123</td><td>Uitvoering</td></tr>\n"
_PAGE = f"<!doctype html><title>Kaal</title><table>{_ROW * (PAGE_BYTES // len(_ROW))}</table>"

TABLE = """
CREATE TABLE IF NOT EXISTS bare_note (id uuid PRIMARY KEY, body text NOT NULL);
GRANT SELECT, INSERT ON bare_note TO pmg_app
"""


class _Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=_Base)


class Note(db.Model):  # type: ignore[name-defined, misc]
    """One row."""

    __tablename__ = "bare_note"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    body: Mapped[str]


def page() -> Response:
    """Answer with a constant page."""
    return Response(_PAGE, mimetype="text/html")


def commit() -> ResponseReturnValue:
    """Write one row, commit, and lead away."""
    db.session.add(Note(body="Gezien op het plein."))
    db.session.commit()
    return redirect("/")


def create_app() -> Flask:
    """Build it on the database of the site."""
    app = Flask("bare")
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["PMG_DATABASE_URL"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": False}
    db.init_app(app)
    app.add_url_rule("/", view_func=page)
    app.add_url_rule("/commit", view_func=commit, methods=["POST"])
    return app
