"""Who gives the aftercare of a case that closed; unknown of what closed before this was asked."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE closure
            ADD COLUMN aftercare_by uuid,
            ADD CONSTRAINT closure_municipality_id_aftercare_by_fk
                FOREIGN KEY (municipality_id, aftercare_by)
                REFERENCES organisation (municipality_id, id),
            ADD CONSTRAINT closure_aftercare_has_end
                CHECK (aftercare_by IS NULL OR aftercare_until IS NOT NULL)
        """
    )


def downgrade() -> None:
    op.execute("ALTER TABLE closure DROP COLUMN aftercare_by")
