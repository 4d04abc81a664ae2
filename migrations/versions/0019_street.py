"""Writing without a network: the keys of devices, and whether a municipality lets names leave.

A key of a device ends with the session, with the account and after twelve hours, in the database
itself: whatever ends them takes the key along, and what was sealed for it opens to nobody.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE street_setting (
    municipality_id TEXT NOT NULL REFERENCES municipality (id),
    id UUID NOT NULL,
    is_on BOOLEAN NOT NULL,
    set_by UUID NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT street_setting_pk PRIMARY KEY (municipality_id, id)
);
CREATE INDEX street_setting_newest ON street_setting (municipality_id, set_at);
CREATE TABLE street_key (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    session_id UUID NOT NULL,
    private_key_sealed BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT street_key_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT street_key_municipality_id_user_id_fk FOREIGN KEY (municipality_id, user_id)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT street_key_municipality_id_session_id_fk FOREIGN KEY (municipality_id, session_id)
        REFERENCES user_session (municipality_id, id) ON DELETE CASCADE,
    CONSTRAINT street_key_half_a_day CHECK (expires_at <= made_at + interval '12 hours')
);
CREATE UNIQUE INDEX street_key_id ON street_key (id);
CREATE INDEX street_key_session ON street_key (municipality_id, session_id);
CREATE INDEX street_key_expires ON street_key (expires_at);
ALTER TABLE journal_entry ADD COLUMN is_device_time BOOLEAN NOT NULL DEFAULT false;
"""

FUNCTIONS = """
-- Off until an administrator says otherwise.
CREATE FUNCTION pmg_street_is_on(place text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT is_on FROM street_setting WHERE municipality_id = place
                     ORDER BY set_at DESC, id LIMIT 1), false)
$$;

-- What a device may do with the keys that it names, also for who is not signed in: an answer for
-- each, and nothing else. The key goes along with the session in which its owner now works.
CREATE FUNCTION pmg_street_states(wanted uuid[]) RETURNS TABLE (key_id uuid, state text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE street_key k SET session_id = me.id FROM pmg_session() me
        WHERE k.id = ANY (wanted) AND k.municipality_id = me.municipality_id
          AND k.user_id = me.user_id AND k.session_id <> me.id AND k.expires_at > now();
    RETURN QUERY
        SELECT w.id, CASE
            WHEN k.id IS NULL OR k.expires_at <= now() OR s.ended_at IS NOT NULL OR NOT u.active
                THEN 'weg'
            WHEN pmg_user() <> k.user_id THEN 'ander'
            WHEN NOT pmg_street_is_on(k.municipality_id) THEN 'uit'
            ELSE 'geldig' END
        FROM unnest(wanted) w (id)
        LEFT JOIN street_key k ON k.id = w.id
        LEFT JOIN user_session s ON s.municipality_id = k.municipality_id AND s.id = k.session_id
        LEFT JOIN user_account u ON u.municipality_id = k.municipality_id AND u.id = k.user_id;
END
$$;

-- Whoever ends a session, or an account, ends what its devices hold.
CREATE FUNCTION pmg_end_street_keys() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'user_session' THEN
        DELETE FROM street_key WHERE municipality_id = NEW.municipality_id AND session_id = NEW.id;
    ELSE
        DELETE FROM street_key WHERE municipality_id = NEW.municipality_id AND user_id = NEW.id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER user_session_ends_street_keys AFTER UPDATE OF ended_at ON user_session
    FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION pmg_end_street_keys();
CREATE TRIGGER user_account_ends_street_keys AFTER UPDATE OF active ON user_account
    FOR EACH ROW WHEN (NOT NEW.active) EXECUTE FUNCTION pmg_end_street_keys();

-- Whose time has gone by, of whomever.
CREATE FUNCTION pmg_sweep_street_keys() RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM street_key WHERE expires_at <= now()
$$;

REVOKE ALL ON FUNCTION pmg_street_is_on(text), pmg_street_states(uuid[]), pmg_end_street_keys(),
    pmg_sweep_street_keys() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_street_is_on(text), pmg_street_states(uuid[]),
    pmg_sweep_street_keys() TO pmg_app;
GRANT EXECUTE ON FUNCTION pmg_sweep_street_keys() TO pmg_worker;
"""

MINE = "municipality_id = (SELECT pmg_municipality())"
MY_KEY = f"{MINE} AND user_id = (SELECT pmg_user()) AND expires_at > now()"
MY_SESSION = (
    "EXISTS (SELECT FROM user_session s WHERE s.municipality_id = street_key.municipality_id"
    " AND s.id = street_key.session_id AND s.ended_at IS NULL)"
)
POLICIES: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "street_setting": {
        "SELECT": (MINE, None),
        "INSERT": (
            None,
            f"{MINE} AND set_by = (SELECT pmg_user()) AND (SELECT pmg_has_role('functional_administrator'))",
        ),
    },
    "street_key": {
        "SELECT": (MY_KEY, None),
        "DELETE": (MY_KEY, None),
        "INSERT": (
            None,
            f"{MY_KEY} AND {MY_SESSION} AND (SELECT pmg_street_is_on(municipality_id))",
        ),
    },
}
GRANTS = """
GRANT SELECT, INSERT ON street_setting TO pmg_app;
GRANT SELECT, INSERT, DELETE ON street_key TO pmg_app;
"""


def _policy(table: str, command: str, using: str | None, check: str | None) -> str:
    text = f"CREATE POLICY app_{command.lower()} ON {table} FOR {command} TO pmg_app"
    if using:
        text += f" USING ({using})"
    if check:
        text += f" WITH CHECK ({check})"
    return text


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(FUNCTIONS)
    for table, policies in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
        for command, (using, check) in policies.items():
            op.execute(_policy(table, command, using, check))
    op.execute(GRANTS)


def downgrade() -> None:
    op.execute("DROP TRIGGER user_session_ends_street_keys ON user_session")
    op.execute("DROP TRIGGER user_account_ends_street_keys ON user_account")
    op.execute("DROP TABLE street_key, street_setting")
    op.execute(
        "DROP FUNCTION pmg_sweep_street_keys, pmg_end_street_keys, pmg_street_states,"
        " pmg_street_is_on"
    )
    op.execute("ALTER TABLE journal_entry DROP COLUMN is_device_time")
