"""What reports rest on holds in every row: who has started was taken in before that day."""

from alembic import op

revision = "0034"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE case_file ADD CONSTRAINT case_file_started_after_triage CHECK ("
        "started_on IS NULL OR (triage_outcome IS NOT DISTINCT FROM 'opnemen'"
        " AND started_on >= triaged_on))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE case_file DROP CONSTRAINT case_file_started_after_triage")
