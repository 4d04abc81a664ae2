"""Citizen service numbers are looked up all at once, since a look each costs more as a list grows.

A plan made while the table was small was kept for the connection, and read every youth each time.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TOGETHER = """
DROP FUNCTION pmg_intake_bsn(bytea);
CREATE FUNCTION pmg_intake_bsns(digests bytea[]) RETURNS TABLE (bsn_digest bytea, id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT y.bsn_digest, y.id FROM youth y
    WHERE y.municipality_id = pmg_municipality() AND y.bsn_digest = ANY (digests)
      AND pmg_has_role('case_director', 'process_director', 'youth_worker')
$$;
REVOKE ALL ON FUNCTION pmg_intake_bsns(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_intake_bsns(bytea[]) TO pmg_app;
"""
ONE_BY_ONE = """
DROP FUNCTION pmg_intake_bsns(bytea[]);
CREATE FUNCTION pmg_intake_bsn(digest bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT y.id FROM youth y
    WHERE y.municipality_id = pmg_municipality() AND y.bsn_digest = digest
      AND pmg_has_role('case_director', 'process_director', 'youth_worker')
$$;
REVOKE ALL ON FUNCTION pmg_intake_bsn(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_intake_bsn(bytea) TO pmg_app;
"""


def upgrade() -> None:
    op.execute(TOGETHER)


def downgrade() -> None:
    op.execute(ONE_BY_ONE)
