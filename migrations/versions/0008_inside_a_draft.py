"""What only those who judge a draft may see is sealed with it; statistics know who provides.

Which organisation provides a trajectory is read as a number of the municipality's own, without a
name, to find out what a provider could work out from a report beside what it knows itself.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSIDE = """
ALTER TABLE report_draft
    ADD COLUMN inside_sealed BYTEA,
    ADD CONSTRAINT report_draft_inside_while_judged CHECK (
        state IN ('klaar', 'vastgehouden', 'mislukt') OR inside_sealed IS NULL);
GRANT SELECT (inside_sealed), UPDATE (inside_sealed) ON report_draft TO pmg_app;
GRANT UPDATE (inside_sealed) ON report_draft TO pmg_worker;
CREATE OR REPLACE VIEW stat_trajectory WITH (security_invoker = true) AS
    SELECT municipality_id, case_id, intervention_code, started_on, ended_on, ending,
           end_reason, funding, provider_id
    FROM trajectory;
GRANT SELECT (provider_id) ON trajectory TO pmg_report;
"""
BEFORE = """
DROP VIEW stat_trajectory;
CREATE VIEW stat_trajectory WITH (security_invoker = true) AS
    SELECT municipality_id, case_id, intervention_code, started_on, ended_on, ending,
           end_reason, funding
    FROM trajectory;
GRANT SELECT ON stat_trajectory TO pmg_report;
REVOKE SELECT (provider_id) ON trajectory FROM pmg_report;
ALTER TABLE report_draft DROP COLUMN inside_sealed;
"""


def upgrade() -> None:
    op.execute(INSIDE)


def downgrade() -> None:
    op.execute(BEFORE)
