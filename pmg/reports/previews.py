"""How many reports may be computed that nobody releases.

Each is rounded by chances of its own and stands in no ledger: who lays many beside each other comes
nearer to the true numbers. What is released does not count, for that is protected together.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from pmg.clock import AMSTERDAM, now
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.reports.models import ReportDraft
from pmg.reports.rules import State
from pmg.security import access

_DAY, _MONTH = timedelta(days=1), timedelta(days=30)
OF_ONE = {_DAY: 8, _MONTH: 20}
"""Drafts that were not released, which one person may have computed."""
OF_ALL = {_DAY: 12, _MONTH: 30}
"""The same, for all in one municipality together."""
_TOO_MANY = "too_many_previews"


def check_previews() -> None:
    """Raise Invalid when enough was computed that was not released.

    Asked under the lock of the reports of a municipality, so that two cannot be the last one.
    """
    reader, moment = access.reader(), now()
    made = db.session.execute(
        select(ReportDraft.made_at, ReportDraft.made_by)
        .where(
            ReportDraft.municipality_id == reader.municipality_id,
            ReportDraft.state != State.APPROVED,
            ReportDraft.made_at > moment - _MONTH,
        )
        .order_by(ReportDraft.made_at.desc())
    ).all()
    mine = [at for at, by in made if by == reader.user_id]
    free = max(_free(mine, OF_ONE, moment), _free([at for at, _by in made], OF_ALL, moment))
    if free > moment:
        access.work().refusal = _TOO_MANY
        raise _refused(free)


def _free(made: Sequence[datetime], bounds: dict[timedelta, int], moment: datetime) -> datetime:
    """Return from when another may be made; `made` are moments, the latest first."""
    ends = [made[most - 1] + span for span, most in bounds.items() if len(made) >= most]
    return max([moment, *ends])


def _refused(free: datetime) -> Invalid:
    at = (free + timedelta(minutes=1)).astimezone(AMSTERDAM)
    return Invalid(
        "",
        "Er zijn te veel rapporten gemaakt die niet zijn vrijgegeven: in een dag mag u er "
        "%(day)d en in dertig dagen %(month)d, en uw gemeente samen %(all_day)d en "
        "%(all_month)d. Elk toont de aantallen net anders, en veel naast elkaar verraden de "
        "echte. Vanaf %(date)s om %(time)s uur kan het weer. Kan het niet wachten? Laat een "
        "collega goedkeuren wat klaarstaat: wat is vrijgegeven, telt niet mee.",
        day=OF_ONE[_DAY],
        month=OF_ONE[_MONTH],
        all_day=OF_ALL[_DAY],
        all_month=OF_ALL[_MONTH],
        date=f"{at.day}-{at.month}-{at.year}",
        time=f"{at:%H.%M}",
    )
