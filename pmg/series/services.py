"""What is done with figures from outside: take a file over, beside what was taken over before."""

from datetime import date
from uuid import uuid4

from pmg.errors import Invalid
from pmg.extensions import db
from pmg.security import access, audit
from pmg.security.policy import Action
from pmg.series.models import ContextSeries, ContextValue
from pmg.series.rules import Origin, Sheet, check_origin, read_series


def look(content: bytes) -> Sheet:
    """Return what a file holds, and what is wrong in which row; nothing is kept."""
    desk = access.workplace()
    access.require(Action.SERIES_IMPORT, desk)
    return read_series(content, desk.municipality_id)


def take_over(content: bytes, origin: Origin, *, today: date) -> ContextSeries:
    """Keep a file as the newest of its series; the one before it stays, and is no longer shown.

    Raises NotPermitted, and Invalid where the source or the day misses or a row is wrong; then
    nothing is kept.
    """
    access.require(Action.SERIES_IMPORT, access.workplace())
    sound = check_origin(origin, today)
    sheet = look(content)
    if sheet.faults:
        raise Invalid("file", "Verbeter de rijen die hieronder staan. Er is niets bewaard.")
    reader = access.reader()
    series = ContextSeries(
        municipality_id=reader.municipality_id,
        id=uuid4(),
        kind=sound.kind.value,
        source=sound.source,
        reference_date=sound.reference_date,
        imported_by=reader.user_id,
    )
    db.session.add(series)
    db.session.flush()
    db.session.add_all(
        ContextValue(
            municipality_id=series.municipality_id,
            series_id=series.id,
            area=figure.area,
            period=figure.period,
            value=figure.value,
        )
        for figure in sheet.figures
    )
    db.session.flush()
    audit.wrote(Action.SERIES_IMPORT, series, series.id)
    return series
