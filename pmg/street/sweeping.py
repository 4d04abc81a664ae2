"""What the worker does for the street: destroy the keys whose time has gone by."""

from sqlalchemy import text

from pmg.extensions import db


def forget_old() -> None:
    """Destroy every key of a device that is past its time, of whomever."""
    db.session.execute(text("SELECT pmg_sweep_street_keys()"))
    db.session.commit()
