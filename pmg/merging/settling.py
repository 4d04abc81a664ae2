"""What the worker does: after thirty days two files are one for good, and the images go."""

from sqlalchemy import text

from pmg.extensions import db


def settle_old() -> None:
    """Erase what undoing needed of merges that are past it; withdraw what nobody answered."""
    db.session.execute(text("SELECT pmg_settle_merges()"))
    db.session.commit()
