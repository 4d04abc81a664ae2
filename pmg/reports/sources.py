"""The only reader of the statistical views: groups of units, without anyone's name or id.

It reads as the role pmg_report, which has no grant on names and sees the rows of one municipality
only, for as long as its reader is a policy officer with a session.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

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
    """A number of trajectories that are alike; `ending` and `result` are None while they run.

    The area is that of the case.
    """

    provider: UUID
    intervention_code: str
    ending: str | None
    result: str | None
    funding: str | None
    area: str | None
    number: int


class Factors(NamedTuple):
    """A number of factors of youths; without two known days `first` and `last` are None."""

    factor_code: str
    first: str | None
    last: str | None
    number: int


class Known(NamedTuple):
    """What an organisation may know of youths for whom it provides a trajectory."""

    provider: UUID
    group: Youths | Referrals | Factors


class Gathered(NamedTuple):
    """Everything a report counts, of one moment."""

    youths: list[Youths]
    trajectories: list[Trajectories]
    factors: list[Factors]
    referrals: list[Referrals]
    known_youths: list[Known]
    known_referrals: list[Known]
    known_factors: list[Known]


# A youth counts once in a period: with the first referral that was not turned away.
_REACHED = """
WITH reached AS (
    SELECT DISTINCT ON (youth_id) youth_id, gender, age_at_referral, focus_area_code,
           CASE WHEN started_on < :until THEN started_on - referred_on END AS days
    FROM stat_case
    WHERE municipality_id = :municipality AND referred_on >= :first AND referred_on < :until
      AND (triage_outcome IS NULL OR triage_outcome = 'opnemen' OR triaged_on >= :until)
    ORDER BY youth_id, referred_on, case_id
)
"""
_YOUTHS = f"""{_REACHED}
SELECT gender, age_at_referral, focus_area_code, days, count(*) FROM reached GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - put together from texts of this file
_REFERRED = """
WITH referred AS (
    SELECT case_id, gender, age_at_referral, focus_area_code,
           CASE WHEN started_on < :until THEN started_on - referred_on END AS days,
           referrer_kind,
           CASE WHEN triaged_on < :until THEN triage_outcome END AS decision,
           CASE WHEN triaged_on < :until THEN triaged_on - referred_on END AS days_to_decision
    FROM stat_case
    WHERE municipality_id = :municipality AND referred_on >= :first AND referred_on < :until
)
"""
_REFERRALS = f"""{_REFERRED}
SELECT gender, age_at_referral, focus_area_code, days, referrer_kind, decision, days_to_decision,
       count(*)
FROM referred GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608 - put together from texts of this file
# A provider knows whom it works with, in whichever case and whether or not it has begun.
_THEIRS = """
    SELECT DISTINCT c.youth_id, x.provider_id
    FROM stat_trajectory x
    JOIN stat_case c ON c.municipality_id = x.municipality_id AND c.case_id = x.case_id
    WHERE x.municipality_id = :municipality
"""
_KNOWN_YOUTHS = f"""{_REACHED}
SELECT t.provider_id, gender, age_at_referral, focus_area_code, days, count(DISTINCT r.youth_id)
FROM reached r
JOIN ({_THEIRS}) t ON t.youth_id = r.youth_id
GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - put together from texts of this file
_KNOWN_REFERRALS = f"""{_REFERRED}
SELECT t.provider_id, gender, age_at_referral, focus_area_code, days, referrer_kind, decision,
       days_to_decision, count(DISTINCT r.case_id)
FROM referred r
JOIN stat_trajectory t ON t.municipality_id = :municipality AND t.case_id = r.case_id
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""  # noqa: S608 - put together from texts of this file
_TRAJECTORIES = """
SELECT t.provider_id, t.intervention_code,
       CASE WHEN t.ended_on < :until THEN t.ending END AS ended,
       CASE WHEN t.ended_on < :until THEN t.end_reason END AS result,
       t.funding, c.focus_area_code, count(*)
FROM stat_trajectory t
JOIN stat_case c ON c.municipality_id = t.municipality_id AND c.case_id = t.case_id
WHERE t.municipality_id = :municipality AND t.started_on >= :first AND t.started_on < :until
GROUP BY 1, 2, 3, 4, 5, 6
"""
# What was seen on one day is one observation: the one that was written down last.
_COURSE = """
WITH daily AS (
    SELECT DISTINCT ON (youth_id, factor_code, seen_on) youth_id, factor_code, seen_on,
           nullif(presence, 'onbekend') AS presence
    FROM stat_factor
    WHERE municipality_id = :municipality AND seen_on >= :first AND seen_on < :until
    ORDER BY youth_id, factor_code, seen_on, created_at DESC
), course AS (
    SELECT youth_id, factor_code, count(presence) > 1 AS comparable,
           (array_agg(presence ORDER BY seen_on) FILTER (WHERE presence IS NOT NULL))[1] AS first,
           (array_agg(presence ORDER BY seen_on DESC) FILTER (WHERE presence IS NOT NULL))[1]
               AS last
    FROM daily GROUP BY youth_id, factor_code
)
"""
_FACTORS = f"""{_COURSE}
SELECT factor_code, CASE WHEN comparable THEN first END AS begin,
       CASE WHEN comparable THEN last END AS finish, count(*)
FROM course GROUP BY 1, 2, 3
"""  # noqa: S608 - put together from texts of this file
# Who takes part in a case reads its factors: a provider may know all of whom it works with.
_KNOWN_FACTORS = f"""{_COURSE}
SELECT t.provider_id, factor_code, CASE WHEN comparable THEN first END AS begin,
       CASE WHEN comparable THEN last END AS finish, count(*)
FROM course
JOIN ({_THEIRS}) t ON t.youth_id = course.youth_id
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - put together from texts of this file


def gather(period: Period) -> Gathered:
    """Read what a report counts, all at one moment; raises NotPermitted without a reader."""
    with _as_reporter() as connection:
        return Gathered(
            [Youths._make(row) for row in _rows(connection, _YOUTHS, period)],
            [Trajectories._make(row) for row in _rows(connection, _TRAJECTORIES, period)],
            [Factors._make(row) for row in _rows(connection, _FACTORS, period)],
            [Referrals._make(row) for row in _rows(connection, _REFERRALS, period)],
            [_known(row, Youths) for row in _rows(connection, _KNOWN_YOUTHS, period)],
            [_known(row, Referrals) for row in _rows(connection, _KNOWN_REFERRALS, period)],
            [_known(row, Factors) for row in _rows(connection, _KNOWN_FACTORS, period)],
        )


def _known(row: Row[Any], kind: type[Youths | Referrals | Factors]) -> Known:
    return Known(row[0], kind._make(row[1:]))


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
