"""Versions of report templates, figures from outside, the plan of a year, and what pays for work."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE report_template (
    municipality_id text NOT NULL REFERENCES municipality (id),
    id uuid NOT NULL,
    code text NOT NULL,
    version integer NOT NULL,
    document text NOT NULL,
    document_hash text NOT NULL,
    author_id uuid NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT report_template_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT report_template_municipality_id_key
        UNIQUE (municipality_id, code, version),
    -- Lower numbers are those of the versions that come with the product.
    CONSTRAINT report_template_version_own CHECK (version > 100)
);
CREATE TABLE context_series (
    municipality_id text NOT NULL REFERENCES municipality (id),
    id uuid NOT NULL,
    kind text NOT NULL,
    source text NOT NULL,
    reference_date date NOT NULL,
    imported_by uuid NOT NULL,
    imported_at timestamptz NOT NULL,
    CONSTRAINT context_series_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT context_series_kind_known CHECK (kind IN ('leefbaarometer', 'halt', 'verdachten')),
    CONSTRAINT context_series_source_given CHECK (source <> '')
);
CREATE TABLE context_value (
    municipality_id text NOT NULL,
    series_id uuid NOT NULL,
    area text NOT NULL,
    period text NOT NULL,
    value numeric NOT NULL,
    CONSTRAINT context_value_pk PRIMARY KEY (municipality_id, series_id, area, period),
    CONSTRAINT context_value_municipality_id_series_id_fk
        FOREIGN KEY (municipality_id, series_id) REFERENCES context_series (municipality_id, id)
);
CREATE TABLE plan_line (
    municipality_id text NOT NULL REFERENCES municipality (id),
    id uuid NOT NULL,
    year integer NOT NULL,
    subject text NOT NULL,
    places integer NOT NULL,
    budget integer NOT NULL,
    is_withdrawn boolean NOT NULL,
    entered_by uuid NOT NULL,
    entered_at timestamptz NOT NULL,
    CONSTRAINT plan_line_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT plan_line_not_negative CHECK (places >= 0 AND budget >= 0)
);
CREATE INDEX plan_line_year ON plan_line (municipality_id, year, entered_at);
ALTER TABLE trajectory
    ADD COLUMN funding text,
    ADD CONSTRAINT trajectory_funding_known
        CHECK (funding IN ('pmg', 'kansrijke_wijk', 'school_en_omgeving', 'anders'));
"""

MINE = "municipality_id = (SELECT pmg_municipality())"
BY_ME = MINE + " AND {author} = (SELECT pmg_user()) AND (SELECT pmg_has_role('{role}'))"
READERS = MINE + " AND (SELECT pmg_has_role({roles}))"
OFFICER = "policy_officer"
# table: (who reads, who adds); nothing is ever changed or taken away.
WALLS = {
    "report_template": (
        # What a report counts is about no one; the ministry reads it of what was delivered.
        "(SELECT pmg_has_role('ministry_reader')) OR "
        + READERS.format(roles="'policy_officer', 'functional_administrator'"),
        BY_ME.format(author="author_id", role="functional_administrator"),
    ),
    "context_series": (
        READERS.format(roles="'policy_officer'"),
        BY_ME.format(author="imported_by", role=OFFICER),
    ),
    "context_value": (
        READERS.format(roles="'policy_officer'"),
        f"{MINE} AND (SELECT pmg_has_role('{OFFICER}'))",
    ),
    "plan_line": (
        READERS.format(roles="'policy_officer'"),
        BY_ME.format(author="entered_by", role=OFFICER),
    ),
}

VIEWS = """
CREATE OR REPLACE VIEW stat_case WITH (security_invoker = true) AS
    SELECT c.municipality_id, c.id AS case_id, y.gender, c.age_at_referral, c.focus_area_code,
           c.referred_on, c.triaged_on, c.triage_outcome, c.started_on, c.closed_on,
           c.youth_id, r.referrer_kind
    FROM case_file c
    JOIN youth y ON y.municipality_id = c.municipality_id AND y.id = c.youth_id
    LEFT JOIN referral r ON r.municipality_id = c.municipality_id AND r.case_id = c.id;
CREATE OR REPLACE VIEW stat_trajectory WITH (security_invoker = true) AS
    SELECT municipality_id, case_id, intervention_code, started_on, ended_on, ending,
           end_reason, funding
    FROM trajectory;
GRANT SELECT (municipality_id, id, case_id, referrer_kind) ON referral TO pmg_report;
GRANT SELECT (end_reason, funding) ON trajectory TO pmg_report;
CREATE POLICY report ON referral FOR SELECT TO pmg_report
    USING (municipality_id = (SELECT pmg_reports_municipality()));
"""
VIEWS_BEFORE = """
DROP VIEW stat_case, stat_trajectory;
CREATE VIEW stat_case WITH (security_invoker = true) AS
    SELECT c.municipality_id, c.id AS case_id, y.gender, c.age_at_referral, c.focus_area_code,
           c.referred_on, c.triaged_on, c.triage_outcome, c.started_on, c.closed_on
    FROM case_file c
    JOIN youth y ON y.municipality_id = c.municipality_id AND y.id = c.youth_id;
CREATE VIEW stat_trajectory WITH (security_invoker = true) AS
    SELECT municipality_id, case_id, intervention_code, started_on, ended_on, ending
    FROM trajectory;
GRANT SELECT ON stat_case, stat_trajectory TO pmg_report;
DROP POLICY report ON referral;
REVOKE ALL ON referral FROM pmg_report;
REVOKE SELECT (municipality_id, id, case_id, referrer_kind) ON referral FROM pmg_report;
REVOKE SELECT (end_reason) ON trajectory FROM pmg_report;
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table, (readers, writers) in WALLS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
        op.execute(f"CREATE POLICY app_select ON {table} FOR SELECT TO pmg_app USING ({readers})")
        op.execute(
            f"CREATE POLICY app_insert ON {table} FOR INSERT TO pmg_app WITH CHECK ({writers})"
        )
        op.execute(f"GRANT SELECT, INSERT ON {table} TO pmg_app")
    op.execute(VIEWS)


def downgrade() -> None:
    op.execute(VIEWS_BEFORE)
    op.execute("ALTER TABLE trajectory DROP COLUMN funding")
    op.execute("DROP TABLE plan_line, context_value, context_series, report_template")
