"""The catalogue of a municipality in versions, and which one a youth was set to work under.

A version is only ever added: no policy of the table lets the application change or remove one.
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE catalogue_edit (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    code TEXT NOT NULL,
    number INTEGER NOT NULL,
    cells JSONB NOT NULL,
    reason TEXT NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT catalogue_edit_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT catalogue_edit_municipality_id_entered_by_fk FOREIGN KEY(municipality_id, entered_by)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT catalogue_edit_once UNIQUE (municipality_id, code, number),
    CONSTRAINT catalogue_edit_number_counts CHECK (number >= 1),
    CONSTRAINT catalogue_edit_cells_named CHECK (jsonb_typeof(cells) = 'object'),
    CONSTRAINT catalogue_edit_reason_given CHECK (reason <> '')
);
CREATE TABLE catalogue_head (
    municipality_id TEXT NOT NULL,
    stamp UUID NOT NULL,
    CONSTRAINT catalogue_head_pk PRIMARY KEY (municipality_id)
);
ALTER TABLE trajectory ADD COLUMN catalogue_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE trajectory
    ADD CONSTRAINT trajectory_catalogue_version_counts CHECK (catalogue_version >= 0);
ALTER TABLE provider_referral ADD COLUMN catalogue_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE provider_referral
    ADD CONSTRAINT provider_referral_catalogue_version_counts CHECK (catalogue_version >= 0);
"""

MINE = "municipality_id = (SELECT pmg_municipality())"
KEEPS = f"{MINE} AND (SELECT pmg_has_role('functional_administrator'))"
# table: {command: (USING, WITH CHECK)}
WALLS: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "catalogue_edit": {
        "SELECT": (MINE, None),
        "INSERT": (None, f"{KEEPS} AND entered_by = (SELECT pmg_user())"),
    },
    "catalogue_head": {
        "SELECT": (MINE, None),
        "INSERT": (None, KEEPS),
        "UPDATE": (KEEPS, KEEPS),
    },
}

GRANTS = """
GRANT SELECT, INSERT ON catalogue_edit TO pmg_app;
GRANT SELECT, INSERT, UPDATE (stamp) ON catalogue_head TO pmg_app;
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table, policies in WALLS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
        for command, (using, check) in policies.items():
            text = f"CREATE POLICY app_{command.lower()} ON {table} FOR {command} TO pmg_app"
            text += f" USING ({using})" if using else ""
            text += f" WITH CHECK ({check})" if check else ""
            op.execute(text)
    op.execute(GRANTS)


def downgrade() -> None:
    op.execute("ALTER TABLE provider_referral DROP COLUMN catalogue_version")
    op.execute("ALTER TABLE trajectory DROP COLUMN catalogue_version")
    op.execute("DROP TABLE catalogue_head, catalogue_edit")
