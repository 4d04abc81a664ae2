"""Whether names may stand on devices in a municipality: no, until an administrator says so."""

from sqlalchemy import func, select

from pmg.extensions import db
from pmg.security import access


def is_on() -> bool:
    """Tell whether it is switched on in the reader's municipality."""
    place = access.reader().municipality_id
    return bool(db.session.scalar(select(func.pmg_street_is_on(place))))
