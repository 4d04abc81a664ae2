"""A seat counts only while its holder still has the role; refusals know their case; telling counts.

The policy in Python said so of seats already; now an injected statement meets the same wall.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# {0} is the name, {1} the column. The roles are gathered once, by one look in one index.
MINE = """
CREATE OR REPLACE FUNCTION pmg_my_{0}() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT m.{1} FROM pmg_session() s
    CROSS JOIN LATERAL (
        SELECT array_agg(g.role) AS roles FROM role_grant g
        WHERE g.municipality_id = s.municipality_id AND g.user_id = s.user_id
          AND g.valid_from <= now() AND (g.valid_until IS NULL OR g.valid_until > now())) held
    JOIN case_member m ON m.municipality_id = s.municipality_id AND m.user_id = s.user_id
    WHERE m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
      AND m.function = ANY (held.roles)
$$;
"""
MINE_BEFORE = """
CREATE OR REPLACE FUNCTION pmg_my_{0}() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT m.{1} FROM pmg_session() s
    JOIN case_member m ON m.municipality_id = s.municipality_id AND m.user_id = s.user_id
    WHERE m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
$$;
"""
SEATS = (("cases", "case_id"), ("youths", "youth_id"))

TRACES = """
-- Whoever is refused knows no case, only an address. The log finds the case by itself, where the
-- application cannot read it back: an attempt tells the one who made it nothing.
CREATE FUNCTION pmg_find_refused_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted uuid := substring(NEW.address FROM '^/[a-z]+/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})')::uuid;
BEGIN
    SELECT found.case_id INTO NEW.case_id FROM (
        SELECT id AS case_id FROM case_file
            WHERE municipality_id = NEW.municipality_id AND id = wanted
        UNION ALL SELECT case_id FROM trajectory
            WHERE municipality_id = NEW.municipality_id AND id = wanted
        UNION ALL SELECT case_id FROM factor_observation
            WHERE municipality_id = NEW.municipality_id AND id = wanted) found;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION pmg_find_refused_case() FROM PUBLIC;
CREATE TRIGGER audit_event_refused_case BEFORE INSERT ON audit_event FOR EACH ROW
    WHEN (NEW.outcome = 'denied' AND NEW.case_id IS NULL)
    EXECUTE FUNCTION pmg_find_refused_case();

-- Of how many youths outside his own cases the reader was told in a day that they are known,
-- these included. A number, and no more: the log of others stays closed to him.
CREATE INDEX audit_subject_told ON audit_subject (municipality_id, at)
    WHERE 'look_up' = ANY (fields);
CREATE FUNCTION pmg_told_in_a_day(also uuid[]) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM (
        SELECT u.youth_id FROM unnest(also) u (youth_id)
        UNION
        SELECT t.youth_id FROM pmg_session() s
        JOIN audit_subject t ON t.municipality_id = s.municipality_id
        JOIN audit_event e ON e.municipality_id = t.municipality_id AND e.id = t.event_id
        WHERE t.at > now() - interval '1 day' AND 'look_up' = ANY (t.fields)
          AND e.user_id = s.user_id) told
    WHERE told.youth_id NOT IN (SELECT pmg_my_youths())
$$;
REVOKE ALL ON FUNCTION pmg_told_in_a_day(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_told_in_a_day(uuid[]) TO pmg_app;
"""


def upgrade() -> None:
    for name, column in SEATS:
        op.execute(MINE.format(name, column))
    op.execute(TRACES)


def downgrade() -> None:
    op.execute(
        "DROP FUNCTION pmg_told_in_a_day; DROP INDEX audit_subject_told;"
        " DROP TRIGGER audit_event_refused_case ON audit_event;"
        " DROP FUNCTION pmg_find_refused_case"
    )
    for name, column in SEATS:
        op.execute(MINE_BEFORE.format(name, column))
