"""Who is one person, for many youths at once: each table is gone through once.

Asked youth by youth, a list of two hundred took a scan of all youths for every row where the
database had never counted its rows, and was ended after half a minute.
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

SIGNATURE = """
CREATE OR REPLACE FUNCTION pmg_same_youths(wanted uuid[])
    RETURNS TABLE (asked uuid, youth_id uuid, person_id uuid, version integer, case_id uuid,
        referred_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
"""
# An array of ids makes one scan of a table, whatever the planner thinks of its size.
AT_ONCE = f"""{SIGNATURE}
    WITH mine (id) AS MATERIALIZED (SELECT pmg_my_youths()),
    one AS MATERIALIZED (
        SELECT o.id, coalesce(o.person_id, o.id) AS person_id
        FROM youth o
        WHERE o.municipality_id = (SELECT pmg_municipality()) AND o.id = ANY (wanted)
          AND (SELECT pmg_has_role('case_director', 'process_director', 'youth_worker'))),
    same AS MATERIALIZED (
        SELECT y.id, coalesce(y.person_id, y.id) AS person_id, y.version
        FROM youth y
        WHERE y.municipality_id = (SELECT pmg_municipality())
          AND (y.id = ANY (ARRAY(SELECT one.person_id FROM one))
            OR y.person_id = ANY (ARRAY(SELECT one.person_id FROM one)))),
    file AS MATERIALIZED (
        SELECT c.id, c.youth_id, c.referred_on
        FROM case_file c
        WHERE c.municipality_id = (SELECT pmg_municipality())
          AND c.youth_id = ANY (ARRAY(SELECT same.id FROM same)))
    SELECT a.id, y.id, a.person_id, y.version,
           CASE WHEN mine.id IS NOT NULL THEN c.id END,
           CASE WHEN mine.id IS NOT NULL THEN c.referred_on END
    FROM one a
    JOIN same y ON y.person_id = a.person_id
    LEFT JOIN (SELECT DISTINCT id FROM mine) mine ON mine.id = a.id
    LEFT JOIN file c ON c.youth_id = y.id
$$;
"""
ONE_BY_ONE = f"""{SIGNATURE}
    SELECT a.id, y.id, coalesce(a.person_id, a.id), y.version,
           CASE WHEN a.mine THEN c.id END, CASE WHEN a.mine THEN c.referred_on END
    FROM (
        SELECT w.id, o.person_id, w.id IN (SELECT pmg_my_youths()) AS mine
        FROM unnest(wanted) w (id)
        JOIN youth o ON o.municipality_id = pmg_municipality() AND o.id = w.id) a
    CROSS JOIN LATERAL pmg_same(pmg_municipality(), a.id) s (id)
    JOIN youth y ON y.municipality_id = pmg_municipality() AND y.id = s.id
    LEFT JOIN case_file c ON c.municipality_id = y.municipality_id AND c.youth_id = y.id
    WHERE pmg_has_role('case_director', 'process_director', 'youth_worker')
$$;
"""


def upgrade() -> None:
    op.execute(AT_ONCE)


def downgrade() -> None:
    op.execute(ONE_BY_ONE)
