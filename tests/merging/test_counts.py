"""Who is one person counts once from then on; what was released before stays as it was."""

from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from pmg.factors import services as factors
from pmg.factors.rules import Nature, Observation, Presence, Source
from pmg.reference.factors import FACTORS
from pmg.reports import sources
from pmg.reports.models import ReportRelease
from pmg.reports.rules import Period
from tests import build
from tests.cast import Cast
from tests.merging.conftest import Files, merge, undo
from tests.web.places import _released

YEAR = Period(build.TODAY.replace(month=1, day=1), build.TODAY.replace(year=build.TODAY.year + 1))


def counted(cast: Cast, at_work: Any) -> tuple[int, int, int]:
    """Youths, referrals and factors, as a report counts them."""
    with at_work(cast.els):
        found = sources.gather(YEAR)
    return (
        sum(group.number for group in found.youths),
        sum(group.number for group in found.referrals),
        sum(group.number for group in found.factors),
    )


def observe(case_id: UUID) -> None:
    seen = Observation(
        FACTORS["R-SCH-VERZUIM"], Presence.STRONG, Nature.FACT, Source.SCHOOL, build.TODAY
    )
    factors.observe_factor(build.the_case(case_id), seen, today=build.TODAY)


def test_one_youth_counts_once_and_two_again_after_undoing(
    cast: Cast, two: Files, at_work: Any
) -> None:
    with at_work(cast.sanne):
        observe(two.kept)
    with at_work(cast.jaap):
        observe(two.lost)
    assert counted(cast, at_work) == (2, 2, 2)
    merge_id = merge(cast, at_work, two.kept, two.lost)
    assert counted(cast, at_work) == (1, 2, 1)  # there were two referrals
    undo(cast, at_work, merge_id)
    assert counted(cast, at_work) == (2, 2, 2)


def test_a_release_stays_as_it_was(cast: Cast, two: Files, at_work: Any, superuser: Engine) -> None:
    _released(cast, at_work)
    release = text(f"SELECT id, document FROM {ReportRelease.__tablename__}")
    with superuser.connect() as connection:
        before = connection.execute(release).all()
    assert before
    merge(cast, at_work, two.kept, two.lost)
    with superuser.connect() as connection:
        assert connection.execute(release).all() == before
