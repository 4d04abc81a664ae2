"""What reports rest on holds in every row, also of whoever writes past the application.

Who has started was taken in before that day. What is delivered names the entry of its own release:
another would break the ledger, from which nothing can be removed.
"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

# A row that was wrong before stays: it cannot be removed, and should not stop what is new.
DELIVERED = """
ALTER TABLE report_release ADD CONSTRAINT report_release_entry
    UNIQUE (municipality_id, id, entry_hash);
ALTER TABLE report_delivery DROP CONSTRAINT report_delivery_sender_id_release_id_fk;
ALTER TABLE report_delivery ADD CONSTRAINT report_delivery_sender_id_release_id_entry_hash_fk
    FOREIGN KEY (sender_id, release_id, entry_hash)
    REFERENCES report_release (municipality_id, id, entry_hash) NOT VALID;
"""
DELIVERED_BEFORE = """
ALTER TABLE report_delivery DROP CONSTRAINT report_delivery_sender_id_release_id_entry_hash_fk;
ALTER TABLE report_delivery ADD CONSTRAINT report_delivery_sender_id_release_id_fk
    FOREIGN KEY (sender_id, release_id) REFERENCES report_release (municipality_id, id);
ALTER TABLE report_release DROP CONSTRAINT report_release_entry;
"""


def upgrade() -> None:
    op.execute(
        "ALTER TABLE case_file ADD CONSTRAINT case_file_started_after_triage CHECK ("
        "started_on IS NULL OR (triage_outcome IS NOT DISTINCT FROM 'opnemen'"
        " AND started_on >= triaged_on))"
    )
    op.execute(DELIVERED)


def downgrade() -> None:
    op.execute(DELIVERED_BEFORE)
    op.execute("ALTER TABLE case_file DROP CONSTRAINT case_file_started_after_triage")
