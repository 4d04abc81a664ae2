"""The only reader of the statistical views: groups of units, without anyone's name or id.

It reads as the role pmg_report, which has no grant on names and sees the rows of one municipality
only, for as long as its reader is a policy officer with a session.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

from pmg.extensions import db
from pmg.reports.rules import Period
from pmg.security import access


class Youths(NamedTuple):
    """A number of youths who are alike; `days` from referral to start, None when not started."""

    gender: str
    age: int
    area: str | None
    days: int | None
    number: int


class Referrals(NamedTuple):
    """A number of referrals that are alike; `decision` is None while there is none."""

    gender: str
    age: int
    area: str | None
    days: int | None
    referrer: str | None
    decision: str | None
    days_to_decision: int | None
    number: int


class Trajectories(NamedTuple):
    """A number of trajectories that are alike; `ending` and `result` are None while they run."""

    intervention_code: str
    ending: str | None
    result: str | None
    funding: str | None
    number: int


class Factors(NamedTuple):
    """A number of factors of youths; without two known days `first` and `last` are None."""

    factor_code: str
    first: str | None
    last: str | None
    number: int


class Gathered(NamedTuple):
    """Everything a report counts, of one moment."""

    youths: list[Youths]
    trajectories: list[Trajectories]
    factors: list[Factors]
    referrals: list[Referrals]


# A youth counts once in a period: with the first referral that was not turned away.
_YOUTHS = """
WITH reached AS (
    SELECT DISTINCT ON (youth_id) gender, age_at_referral, focus_area_code,
           CASE WHEN started_on < :until THEN started_on - referred_on END AS days
    FROM stat_case
    WHERE municipality_id = :municipality AND referred_on >= :first AND referred_on < :until
      AND (triage_outcome IS NULL OR triage_outcome = 'opnemen' OR triaged_on >= :until)
    ORDER BY youth_id, referred_on, case_id
)
SELECT gender, age_at_referral, focus_area_code, days, count(*) FROM reached GROUP BY 1, 2, 3, 4
"""
_REFERRALS = """
SELECT gender, age_at_referral, focus_area_code,
       CASE WHEN started_on < :until THEN started_on - referred_on END AS days,
       referrer_kind,
       CASE WHEN triaged_on < :until THEN triage_outcome END AS decision,
       CASE WHEN triaged_on < :until THEN triaged_on - referred_on END AS days_to_decision,
       count(*)
FROM stat_case
WHERE municipality_id = :municipality AND referred_on >= :first AND referred_on < :until
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_TRAJECTORIES = """
SELECT intervention_code, CASE WHEN ended_on < :until THEN ending END AS ended,
       CASE WHEN ended_on < :until THEN end_reason END AS result, funding, count(*)
FROM stat_trajectory
WHERE municipality_id = :municipality AND started_on >= :first AND started_on < :until
GROUP BY 1, 2, 3, 4
"""
# What was seen on one day is one observation: the one that was written down last.
_FACTORS = """
WITH daily AS (
    SELECT DISTINCT ON (case_id, factor_code, seen_on) case_id, factor_code, seen_on,
           nullif(presence, 'onbekend') AS presence
    FROM stat_factor
    WHERE municipality_id = :municipality AND seen_on >= :first AND seen_on < :until
    ORDER BY case_id, factor_code, seen_on, created_at DESC
), course AS (
    SELECT factor_code, count(presence) > 1 AS comparable,
           (array_agg(presence ORDER BY seen_on) FILTER (WHERE presence IS NOT NULL))[1] AS first,
           (array_agg(presence ORDER BY seen_on DESC) FILTER (WHERE presence IS NOT NULL))[1]
               AS last
    FROM daily GROUP BY case_id, factor_code
)
SELECT factor_code, CASE WHEN comparable THEN first END AS begin,
       CASE WHEN comparable THEN last END AS finish, count(*)
FROM course GROUP BY 1, 2, 3
"""


def gather(period: Period) -> Gathered:
    """Read what a report counts, all at one moment; raises NotPermitted without a reader."""
    with _as_reporter() as connection:
        return Gathered(
            [Youths._make(row) for row in _rows(connection, _YOUTHS, period)],
            [Trajectories._make(row) for row in _rows(connection, _TRAJECTORIES, period)],
            [Factors._make(row) for row in _rows(connection, _FACTORS, period)],
            [Referrals._make(row) for row in _rows(connection, _REFERRALS, period)],
        )


@contextmanager
def _as_reporter() -> Iterator[Connection]:
    digest = access.reader().session_digest.hex()
    snapshot = db.engines["report"].execution_options(isolation_level="REPEATABLE READ")
    with snapshot.begin() as connection:
        connection.execute(
            text("SELECT set_config('pmg.session', :digest, true)"), {"digest": digest}
        )
        yield connection


def _rows(connection: Connection, statement: str, period: Period) -> Sequence[Row[Any]]:
    wanted = {
        "municipality": access.reader().municipality_id,
        "first": period.first,
        "until": period.until,
    }
    return connection.execute(text(statement), wanted).all()
