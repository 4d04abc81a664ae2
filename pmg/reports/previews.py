"""How many reports may be computed that nobody releases.

They stand in no ledger: who lays many beside each other comes nearer to the true numbers. Where
small numbers are hidden, two over other days can be enough: what one hides, the other may show.
What is released does not count, for that is protected together.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from pmg.clock import AMSTERDAM, now
from pmg.definitions.rules import Method
from pmg.definitions.store import fetch
from pmg.errors import Gone, Invalid
from pmg.extensions import db
from pmg.reports.models import ReportDraft
from pmg.reports.rules import Period, State, in_numbers, stored_period
from pmg.security import access

_DAY, _MONTH = timedelta(days=1), timedelta(days=30)
OF_ONE = {_DAY: 8, _MONTH: 20}
"""Drafts that were not released, which one person may have computed."""
OF_ALL = {_DAY: 12, _MONTH: 30}
"""The same, for all in one municipality together."""
OF_THE_SAME_HIDING = 3
"""The same, over the same days by hiding, in thirty days."""
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


def check_hiding(period: Period) -> None:
    """Raise Invalid when hiding was tried over days that overlap these, or often over these.

    Asked under the lock of the reports of a municipality.
    """
    moment = now()
    drafts = db.session.scalars(
        select(ReportDraft)
        .where(
            ReportDraft.municipality_id == access.reader().municipality_id,
            ReportDraft.state != State.APPROVED,
            ReportDraft.made_at > moment - _MONTH,
            ReportDraft.period_from < period.until,
            ReportDraft.period_until > period.first,
        )
        .order_by(ReportDraft.made_at.desc())
    )
    tried = [
        (each.made_at, stored_period(each.period_from, each.period_until))
        for each in drafts
        if _hides(each)
    ]
    beside = [(at, other) for at, other in tried if other != period]
    if beside:
        at, other = beside[0]
        access.work().refusal = _TOO_MANY
        raise _hidden_beside(other, at + _MONTH)
    if len(tried) >= OF_THE_SAME_HIDING:
        access.work().refusal = _TOO_MANY
        raise _hidden_often(tried[OF_THE_SAME_HIDING - 1][0] + _MONTH)


def _hides(draft: ReportDraft) -> bool:
    """Whether a draft was to hide; where its definition is gone it may have been."""
    try:
        template = fetch(draft.template_code, draft.template_version, draft.municipality_id)
    except Gone:
        return True
    return template.method is Method.HIDE


def _free(made: Sequence[datetime], bounds: dict[timedelta, int], moment: datetime) -> datetime:
    """Return from when another may be made; `made` are moments, the latest first."""
    ends = [made[most - 1] + span for span, most in bounds.items() if len(made) >= most]
    return max([moment, *ends])


def _when(free: datetime) -> dict[str, str]:
    at = (free + timedelta(minutes=1)).astimezone(AMSTERDAM)
    return {"date": in_numbers(at.date()), "time": f"{at:%H.%M}"}


def _hidden_beside(other: Period, free: datetime) -> Invalid:
    return Invalid(
        "period",
        "Een rapport dat verbergt, is al gemaakt over %(first)s tot en met %(last)s, en deze "
        "periode overlapt daarmee. Naast elkaar kunnen ze tonen wat elk apart verbergt, ook als "
        "er nog niets is vrijgegeven. Kies precies dezelfde dagen of een rapport dat afrondt. "
        "Vanaf %(date)s om %(time)s uur kunt u ook deze dagen kiezen.",
        first=in_numbers(other.first),
        last=in_numbers(other.last),
        **_when(free),
    )


def _hidden_often(free: datetime) -> Invalid:
    return Invalid(
        "",
        "Over deze dagen zijn in dertig dagen al %(number)d rapporten gemaakt die verbergen en "
        "niet zijn vrijgegeven. Als er iets verandert, kunnen ze samen tonen wat elk apart "
        "verbergt. Kies een rapport dat afrondt. Vanaf %(date)s om %(time)s uur kan het weer.",
        number=OF_THE_SAME_HIDING,
        **_when(free),
    )


def _refused(free: datetime) -> Invalid:
    return Invalid(
        "",
        "Er zijn te veel rapporten gemaakt die niet zijn vrijgegeven: in een dag mag u er "
        "%(day)d en in dertig dagen %(month)d, en uw gemeente samen %(all_day)d en "
        "%(all_month)d. Veel van zulke rapporten naast elkaar kunnen de echte aantallen "
        "verraden. Vanaf %(date)s om %(time)s uur kan het weer. Kan het niet wachten? Laat een "
        "collega goedkeuren wat klaarstaat: wat is vrijgegeven, telt niet mee.",
        day=OF_ONE[_DAY],
        month=OF_ONE[_MONTH],
        all_day=OF_ALL[_DAY],
        all_month=OF_ALL[_MONTH],
        **_when(free),
    )
