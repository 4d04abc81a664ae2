"""The keystore: wrapped keys, and nothing that says of whom."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE municipality_key (
            municipality_id text PRIMARY KEY,
            wrapped bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE data_key (
            municipality_id text NOT NULL REFERENCES municipality_key,
            id uuid NOT NULL,
            wrapped bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (municipality_id, id)
        );
        GRANT SELECT, INSERT ON municipality_key TO pmg_keystore;
        GRANT SELECT, INSERT, DELETE ON data_key TO pmg_keystore;
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE data_key; DROP TABLE municipality_key;")
