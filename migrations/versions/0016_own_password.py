"""Whoever is signed in may change the own password; row security lets him reach no other row."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT UPDATE (password_hash) ON user_account TO pmg_app")


def downgrade() -> None:
    op.execute("REVOKE UPDATE (password_hash) ON user_account FROM pmg_app")
