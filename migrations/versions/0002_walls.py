"""The walls: functions that say who is at work, row security, grants, and the views of statistics.

The session itself is the context: row security looks up its digest in every statement. Whoever can
inject a SELECT cannot become someone else, since the digest of another's session is readable to no
role of the application; and a session that ended gives no rows, whatever the application believes.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FUNCTIONS = """
CREATE FUNCTION pmg_session() RETURNS SETOF user_session
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT s.* FROM user_session s
    JOIN user_account u ON u.municipality_id = s.municipality_id AND u.id = s.user_id
    WHERE s.token_digest = decode(nullif(current_setting('pmg.session', true), ''), 'hex')
      AND s.ended_at IS NULL AND s.idle_until > now() AND s.expires_at > now() AND u.active
$$;

CREATE FUNCTION pmg_user() RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT user_id FROM pmg_session()
$$;

CREATE FUNCTION pmg_municipality() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT municipality_id FROM pmg_session()
$$;

CREATE FUNCTION pmg_has_role(VARIADIC wanted text[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM pmg_session() s
        JOIN role_grant g ON g.municipality_id = s.municipality_id AND g.user_id = s.user_id
        WHERE g.role = ANY (wanted)
          AND g.valid_from <= now() AND (g.valid_until IS NULL OR g.valid_until > now()))
$$;

CREATE FUNCTION pmg_my_cases() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT m.case_id FROM pmg_session() s
    JOIN case_member m ON m.municipality_id = s.municipality_id AND m.user_id = s.user_id
    WHERE m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
$$;

CREATE FUNCTION pmg_my_youths() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT m.youth_id FROM pmg_session() s
    JOIN case_member m ON m.municipality_id = s.municipality_id AND m.user_id = s.user_id
    WHERE m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
$$;

CREATE FUNCTION pmg_case_is_new(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM pmg_session() s
        JOIN case_member m ON m.municipality_id = s.municipality_id WHERE m.case_id = wanted)
$$;

CREATE FUNCTION pmg_reports_municipality() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT municipality_id FROM pmg_session() WHERE pmg_has_role('policy_officer')
$$;

CREATE FUNCTION pmg_open_session(digest bytea, idle interval)
    RETURNS TABLE (
        session_id uuid, municipality_id text, municipality_name text, user_id uuid,
        organisation_id uuid, organisation_name text, partner_code text, name_sealed bytea,
        second_factor_at timestamptz, roles text[])
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('pmg.session', encode(digest, 'hex'), true);
    -- At most one write a minute: the idle time is extended when a part of it has gone.
    UPDATE user_session s SET seen_at = now(), idle_until = now() + idle
        WHERE s.token_digest = digest AND s.seen_at < now() - interval '1 minute'
          AND EXISTS (SELECT FROM pmg_session());
    RETURN QUERY
        SELECT s.id, s.municipality_id, m.name, s.user_id, u.organisation_id, o.name,
               o.partner_code, u.name_sealed, s.second_factor_at,
               ARRAY(SELECT g.role FROM role_grant g
                     WHERE g.municipality_id = s.municipality_id AND g.user_id = s.user_id
                       AND g.valid_from <= now()
                       AND (g.valid_until IS NULL OR g.valid_until > now()))
        FROM pmg_session() s
        JOIN municipality m ON m.id = s.municipality_id
        JOIN user_account u ON u.municipality_id = s.municipality_id AND u.id = s.user_id
        JOIN organisation o
            ON o.municipality_id = u.municipality_id AND o.id = u.organisation_id;
END
$$;

CREATE FUNCTION pmg_find_login(digest bytea)
    RETURNS TABLE (
        municipality_id text, user_id uuid, password_hash text, totp_sealed bytea,
        totp_last_step integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.municipality_id, u.id, u.password_hash, u.totp_sealed, u.totp_last_step
    FROM user_account u WHERE u.login_digest = digest AND u.active
$$;

-- For the look before a referral: sealed names of the municipality, only for who may refer.
CREATE FUNCTION pmg_intake_people(changed_after timestamptz)
    RETURNS TABLE (
        id uuid, given_name_sealed bytea, family_name_sealed bytea, birth_date_sealed bytea,
        changed_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT y.id, y.given_name_sealed, y.family_name_sealed, y.birth_date_sealed, y.changed_at
    FROM youth y
    WHERE y.municipality_id = pmg_municipality() AND y.changed_at > changed_after
      AND pmg_has_role('case_director', 'process_director', 'youth_worker')
    ORDER BY y.changed_at
$$;

CREATE FUNCTION pmg_intake_bsn(digest bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT y.id FROM youth y
    WHERE y.municipality_id = pmg_municipality() AND y.bsn_digest = digest
      AND pmg_has_role('case_director', 'process_director', 'youth_worker')
$$;

-- Whom to call about a youth who is known: the director of his open case, no more.
CREATE FUNCTION pmg_intake_contact(wanted uuid)
    RETURNS TABLE (director_id uuid, director_sealed bytea, is_open boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.director_id, u.name_sealed, c.closed_on IS NULL
    FROM case_file c
    LEFT JOIN user_account u
        ON u.municipality_id = c.municipality_id AND u.id = c.director_id
    WHERE c.municipality_id = pmg_municipality() AND c.youth_id = wanted
      AND pmg_has_role('case_director', 'process_director', 'youth_worker')
    ORDER BY c.closed_on IS NULL DESC, c.referred_on DESC LIMIT 1
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    pmg_user(), pmg_municipality(), pmg_has_role(text[]), pmg_my_cases(), pmg_my_youths(),
    pmg_case_is_new(uuid), pmg_open_session(bytea, interval), pmg_find_login(bytea),
    pmg_intake_people(timestamptz), pmg_intake_bsn(bytea), pmg_intake_contact(uuid)
    TO pmg_app;
GRANT EXECUTE ON FUNCTION pmg_reports_municipality() TO pmg_report;
"""

OPEN_TABLES = ("municipality", "sign_in_failure")
MINE = "municipality_id = (SELECT pmg_municipality())"
IN_MY_CASES = f"{MINE} AND case_id IN (SELECT pmg_my_cases())"
UNDER_A_CASE = ("referral", "triage_decision", "closure", "factor_observation", "trajectory")

# table: {command: (USING, WITH CHECK)}
POLICIES: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "organisation": {"SELECT": (MINE, None)},
    "role_grant": {"SELECT": (MINE, None)},
    "user_account": {
        "SELECT": (MINE, None),
        "UPDATE": (f"{MINE} AND id = (SELECT pmg_user())", None),
    },
    "user_session": {
        "SELECT": (f"{MINE} AND user_id = (SELECT pmg_user())", None),
        "UPDATE": (f"{MINE} AND user_id = (SELECT pmg_user())", None),
        "INSERT": (None, "true"),
    },
    "youth": {
        "SELECT": (f"{MINE} AND id IN (SELECT pmg_my_youths())", None),
        "UPDATE": (f"{MINE} AND id IN (SELECT pmg_my_youths())", None),
        "DELETE": (f"{MINE} AND id IN (SELECT pmg_my_youths())", None),
        "INSERT": (None, MINE),
    },
    "case_file": {
        "SELECT": (f"{MINE} AND id IN (SELECT pmg_my_cases())", None),
        "UPDATE": (f"{MINE} AND id IN (SELECT pmg_my_cases())", None),
        "DELETE": (f"{MINE} AND id IN (SELECT pmg_my_cases())", None),
        "INSERT": (None, MINE),
    },
    "case_member": {
        "SELECT": (IN_MY_CASES, None),
        "UPDATE": (IN_MY_CASES, MINE),
        "DELETE": (IN_MY_CASES, None),
        "INSERT": (
            None,
            f"{MINE} AND granted_by = (SELECT pmg_user()) AND (case_id IN (SELECT pmg_my_cases()) OR pmg_case_is_new(case_id))",
        ),
    },
    **{table: {"ALL": (IN_MY_CASES, IN_MY_CASES)} for table in UNDER_A_CASE},
    "case_counter": {"ALL": (MINE, MINE)},
    "import_batch": {
        "ALL": (
            f"{MINE} AND owner_id = (SELECT pmg_user())",
            f"{MINE} AND owner_id = (SELECT pmg_user())",
        )
    },
    "imported_case": {
        "ALL": (
            f"{MINE} AND batch_id IN (SELECT id FROM import_batch)",
            f"{MINE} AND batch_id IN (SELECT id FROM import_batch)",
        )
    },
    "report_release": {
        "SELECT": (f"{MINE} AND (SELECT pmg_has_role('policy_officer'))", None),
        "INSERT": (None, f"{MINE} AND made_by = (SELECT pmg_user())"),
    },
    "submission": {
        "ALL": (
            f"{MINE} AND user_id = (SELECT pmg_user())",
            f"{MINE} AND user_id = (SELECT pmg_user())",
        )
    },
    "audit_event": {
        "SELECT": (
            f"{MINE} AND ((SELECT pmg_has_role('data_protection_officer')) OR case_id IN (SELECT pmg_my_cases()))",
            None,
        ),
        "INSERT": (None, f"{MINE} AND user_id = (SELECT pmg_user())"),
    },
    "audit_subject": {
        "SELECT": (
            f"{MINE} AND ((SELECT pmg_has_role('data_protection_officer')) OR youth_id IN (SELECT pmg_my_youths()))",
            None,
        ),
        "INSERT": (None, MINE),
    },
}

GRANTS = """
GRANT SELECT ON municipality TO pmg_app, pmg_report;
GRANT SELECT, INSERT, DELETE ON sign_in_failure TO pmg_app;
GRANT SELECT ON organisation, role_grant TO pmg_app;
GRANT SELECT (municipality_id, id, organisation_id, name_sealed, login_sealed, totp_sealed,
              totp_last_step, active, created_at, version),
      UPDATE (totp_last_step, version) ON user_account TO pmg_app;
GRANT SELECT (municipality_id, id, user_id, device, created_at, seen_at, idle_until, expires_at,
              second_factor_at, ended_at),
      UPDATE (ended_at, second_factor_at), INSERT ON user_session TO pmg_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON youth, case_file, case_member, referral, triage_decision,
    closure, factor_observation, trajectory, import_batch, imported_case, submission TO pmg_app;
GRANT SELECT, INSERT, UPDATE ON case_counter TO pmg_app;
GRANT SELECT, INSERT ON report_release, audit_event, audit_subject TO pmg_app;
"""

STATISTICS = """
CREATE VIEW stat_case WITH (security_invoker = true) AS
    SELECT c.municipality_id, c.id AS case_id, y.gender, c.age_at_referral, c.focus_area_code,
           c.referred_on, c.triaged_on, c.triage_outcome, c.started_on, c.closed_on
    FROM case_file c
    JOIN youth y ON y.municipality_id = c.municipality_id AND y.id = c.youth_id;
CREATE VIEW stat_trajectory WITH (security_invoker = true) AS
    SELECT municipality_id, case_id, intervention_code, started_on, ended_on, ending
    FROM trajectory;
CREATE VIEW stat_factor WITH (security_invoker = true) AS
    SELECT o.municipality_id, o.case_id, o.factor_code, o.presence, o.seen_on, o.created_at
    FROM factor_observation o
    WHERE NOT EXISTS (
        SELECT FROM factor_observation c
        WHERE c.municipality_id = o.municipality_id AND c.corrects_id = o.id);
GRANT SELECT ON stat_case, stat_trajectory, stat_factor TO pmg_report;
GRANT SELECT (municipality_id, id, youth_id, focus_area_code, age_at_referral, referred_on,
              triaged_on, triage_outcome, started_on, closed_on) ON case_file TO pmg_report;
GRANT SELECT (municipality_id, id, gender) ON youth TO pmg_report;
GRANT SELECT (municipality_id, case_id, intervention_code, started_on, ended_on, ending)
    ON trajectory TO pmg_report;
GRANT SELECT (municipality_id, id, case_id, factor_code, presence, seen_on, created_at, corrects_id)
    ON factor_observation TO pmg_report;
"""
REPORTED = ("case_file", "youth", "trajectory", "factor_observation")


def _policy(table: str, command: str, using: str | None, check: str | None) -> str:
    text = f"CREATE POLICY app_{command.lower()} ON {table} FOR {command} TO pmg_app"
    if using:
        text += f" USING ({using})"
    if check:
        text += f" WITH CHECK ({check})"
    return text


def upgrade() -> None:
    for table in POLICIES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
    op.execute(FUNCTIONS)
    for table, policies in POLICIES.items():
        for command, (using, check) in policies.items():
            op.execute(_policy(table, command, using, check))
    for table in REPORTED:
        op.execute(
            f"CREATE POLICY report ON {table} FOR SELECT TO pmg_report"
            " USING (municipality_id = (SELECT pmg_reports_municipality()))"
        )
    op.execute(GRANTS)
    op.execute(STATISTICS)


def downgrade() -> None:
    op.execute("DROP VIEW stat_case, stat_trajectory, stat_factor")
    for table, policies in POLICIES.items():
        for command in policies:
            op.execute(f"DROP POLICY app_{command.lower()} ON {table}")
        op.execute(f"DROP POLICY owner ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table in REPORTED:
        op.execute(f"DROP POLICY report ON {table}")
    for table in (*POLICIES, *OPEN_TABLES):
        op.execute(f"REVOKE ALL ON {table} FROM pmg_app, pmg_report")
    op.execute(
        "DROP FUNCTION pmg_intake_contact, pmg_intake_bsn, pmg_intake_people, pmg_find_login,"
        " pmg_open_session, pmg_reports_municipality, pmg_case_is_new, pmg_my_youths,"
        " pmg_my_cases, pmg_has_role, pmg_municipality, pmg_user, pmg_session"
    )
