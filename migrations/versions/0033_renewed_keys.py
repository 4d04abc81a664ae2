"""A municipality elsewhere renews its key: the former one says which follows it."""

from alembic import op

revision = "0033"
down_revision = "0032"

NEWEST = """
        OR EXISTS (SELECT FROM sender_key k WHERE k.municipality_id = NEW.municipality_id
            AND k.sender_id = NEW.sender_id AND k.follows = NEW.public_key)"""


def accept(newest: str) -> str:
    """What lets a release in: signed by a key of its sender, of which none follows."""
    return f"""
CREATE OR REPLACE FUNCTION pmg_accept_release() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.release_hash IS DISTINCT FROM NEW.document::jsonb #>> '{{certificate,release_hash}}'
        OR NEW.public_key IS DISTINCT FROM NEW.document::jsonb #>> '{{signature,public_key}}'
        OR NOT EXISTS (SELECT FROM sender_key k WHERE k.municipality_id = NEW.municipality_id
            AND k.sender_id = NEW.sender_id AND k.public_key = NEW.public_key){newest}
    THEN
        RAISE EXCEPTION 'a release is signed by the key that its sender is known by'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.succeeds IS NOT NULL AND NOT EXISTS (
        SELECT FROM imported_release r WHERE r.municipality_id = NEW.municipality_id
            AND r.id = NEW.succeeds AND r.sender_id = NEW.sender_id
            AND r.template_code = NEW.template_code AND r.period_from = NEW.period_from
            AND r.period_until = NEW.period_until)
    THEN
        RAISE EXCEPTION 'a release succeeds one of its own sender and period'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    op.execute(
        """
ALTER TABLE imported_release DROP CONSTRAINT imported_release_municipality_id_sender_id_fk;
ALTER TABLE sender_key
    DROP CONSTRAINT sender_key_pk,
    ADD CONSTRAINT sender_key_pk PRIMARY KEY (municipality_id, sender_id, public_key),
    ADD COLUMN follows text,
    ADD COLUMN statement text,
    ADD CONSTRAINT sender_key_follows_by_statement
        CHECK ((follows IS NULL) = (statement IS NULL)),
    ADD CONSTRAINT sender_key_municipality_id_sender_id_follows_fk
        FOREIGN KEY (municipality_id, sender_id, follows)
        REFERENCES sender_key (municipality_id, sender_id, public_key);
CREATE UNIQUE INDEX sender_key_first_once ON sender_key (municipality_id, sender_id)
    WHERE follows IS NULL;
CREATE UNIQUE INDEX sender_key_followed_once ON sender_key (municipality_id, sender_id, follows)
    WHERE follows IS NOT NULL;
ALTER TABLE imported_release
    ADD CONSTRAINT imported_release_municipality_id_sender_id_public_key_fk
    FOREIGN KEY (municipality_id, sender_id, public_key)
    REFERENCES sender_key (municipality_id, sender_id, public_key)
"""
    )
    op.execute(accept(NEWEST))


def downgrade() -> None:
    op.execute(accept(""))
    op.execute(
        """
ALTER TABLE imported_release
    DROP CONSTRAINT imported_release_municipality_id_sender_id_public_key_fk;
DROP INDEX sender_key_followed_once, sender_key_first_once;
ALTER TABLE sender_key
    DROP CONSTRAINT sender_key_municipality_id_sender_id_follows_fk,
    DROP CONSTRAINT sender_key_follows_by_statement,
    DROP COLUMN statement,
    DROP COLUMN follows,
    DROP CONSTRAINT sender_key_pk,
    ADD CONSTRAINT sender_key_pk PRIMARY KEY (municipality_id, sender_id);
ALTER TABLE imported_release ADD CONSTRAINT imported_release_municipality_id_sender_id_fk
    FOREIGN KEY (municipality_id, sender_id) REFERENCES sender_key (municipality_id, sender_id)
"""
    )
