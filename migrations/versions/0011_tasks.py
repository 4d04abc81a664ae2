"""Tasks with their history, and the link of one person to his own calendar.

A calendar program has no session. What it may read, one function hands out: the days of the open
tasks of whoever made the link, and no word of what they are or of whom.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE task (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    what_sealed BYTEA NOT NULL,
    owner_id UUID NOT NULL,
    given_by UUID NOT NULL,
    due_on DATE NOT NULL,
    state TEXT NOT NULL,
    ended_on DATE,
    rhythm TEXT NOT NULL,
    series_id UUID NOT NULL,
    series_number INTEGER NOT NULL,
    series_first DATE NOT NULL,
    series_until DATE,
    series_times INTEGER,
    origin TEXT NOT NULL,
    origin_kind TEXT,
    origin_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT task_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT task_municipality_id_case_id_youth_id_fk FOREIGN KEY (municipality_id, case_id, youth_id)
        REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT task_municipality_id_owner_id_fk FOREIGN KEY (municipality_id, owner_id)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT task_municipality_id_given_by_fk FOREIGN KEY (municipality_id, given_by)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT task_state_known CHECK (state IN ('aangeboden', 'aangenomen', 'gedaan', 'geweigerd',
        'ingetrokken', 'vervallen')),
    CONSTRAINT task_rhythm_known CHECK (rhythm IN ('eenmalig', 'elke_week', 'elke_twee_weken', 'elke_maand')),
    CONSTRAINT task_origin_known CHECK (origin IN ('los', 'plan', 'overleg')),
    CONSTRAINT task_ending_whole CHECK ((state IN ('aangeboden', 'aangenomen')) = (ended_on IS NULL)),
    CONSTRAINT task_origin_whole CHECK ((origin = 'los') = (origin_id IS NULL)
        AND (origin_kind IS NULL) = (origin_id IS NULL)),
    CONSTRAINT task_series_whole CHECK (
        (rhythm = 'eenmalig') = (series_until IS NULL AND series_times IS NULL) AND series_number >= 1)
);
CREATE INDEX task_owner ON task (municipality_id, owner_id, state, due_on);
CREATE INDEX task_giver ON task (municipality_id, given_by, state);
CREATE INDEX task_case ON task (municipality_id, case_id);
CREATE INDEX task_origin ON task (municipality_id, origin_id) WHERE origin_id IS NOT NULL;
CREATE UNIQUE INDEX task_once ON task (municipality_id, series_id, series_number);

CREATE TABLE task_event (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    task_id UUID NOT NULL,
    step TEXT NOT NULL,
    by_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    owner_before UUID,
    owner_after UUID NOT NULL,
    due_before DATE,
    due_after DATE NOT NULL,
    words_sealed BYTEA,
    CONSTRAINT task_event_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT task_event_municipality_id_case_id_youth_id_fk FOREIGN KEY (municipality_id, case_id, youth_id)
        REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT task_event_municipality_id_task_id_fk FOREIGN KEY (municipality_id, task_id)
        REFERENCES task (municipality_id, id),
    CONSTRAINT task_event_step_known CHECK (step IN ('gegeven', 'aangenomen', 'geweigerd', 'gedaan',
        'ingetrokken', 'verzet', 'overgedragen', 'vervallen')),
    CONSTRAINT task_event_reason_given CHECK (
        step NOT IN ('geweigerd', 'ingetrokken', 'verzet', 'overgedragen') OR words_sealed IS NOT NULL)
);
CREATE INDEX task_event_task ON task_event (municipality_id, task_id, at);

CREATE TABLE calendar_feed (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    secret_digest BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT calendar_feed_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT calendar_feed_municipality_id_user_id_fk FOREIGN KEY (municipality_id, user_id)
        REFERENCES user_account (municipality_id, id)
);
CREATE UNIQUE INDEX calendar_feed_one ON calendar_feed (municipality_id, user_id);
CREATE UNIQUE INDEX calendar_feed_id ON calendar_feed (id);
"""

MINE = "municipality_id = (SELECT pmg_municipality())"
IN_MY_CASES = f"{MINE} AND case_id IN (SELECT pmg_my_cases())"
MY_OWN = f"{MINE} AND user_id = (SELECT pmg_user())"
# table: {command: (USING, WITH CHECK)}
WALLS: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "task": {
        "SELECT": (IN_MY_CASES, None),
        "INSERT": (None, IN_MY_CASES),
        "UPDATE": (IN_MY_CASES, IN_MY_CASES),
    },
    # What happened is added to, and never changed.
    "task_event": {
        "SELECT": (IN_MY_CASES, None),
        "INSERT": (None, f"{IN_MY_CASES} AND by_id = (SELECT pmg_user())"),
    },
    "calendar_feed": {
        "SELECT": (MY_OWN, None),
        "INSERT": (None, MY_OWN),
        "UPDATE": (MY_OWN, MY_OWN),
        "DELETE": (MY_OWN, None),
    },
}

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON task TO pmg_app;
GRANT SELECT, INSERT ON task_event TO pmg_app;
GRANT SELECT (municipality_id, id, user_id, made_at), INSERT,
      UPDATE (id, secret_digest, made_at), DELETE ON calendar_feed TO pmg_app;
"""

FUNCTIONS = """
-- Whose calendar this link opens: nobody's when the secret is another, the link was revoked, or the
-- account is closed. Both digests are hashed once more with a number of this one question, so that
-- how long the comparison takes tells nothing of the secret. For functions of this schema only.
CREATE FUNCTION pmg_feed_of(wanted uuid, digest bytea)
    RETURNS TABLE (municipality_id text, user_id uuid)
    LANGUAGE sql VOLATILE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    WITH once AS (SELECT uuid_send(gen_random_uuid()) AS salt)
    SELECT f.municipality_id, f.user_id FROM once, calendar_feed f
    JOIN user_account u ON u.municipality_id = f.municipality_id AND u.id = f.user_id
    WHERE f.id = wanted AND u.active
      AND sha256(once.salt || f.secret_digest) = sha256(once.salt || digest)
$$;

CREATE FUNCTION pmg_feed_is_open(wanted uuid, digest bytea) RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pmg_feed_of(wanted, digest))
$$;

-- The cases in which that person sits now, as pmg_my_cases() says it of who is signed in.
CREATE FUNCTION pmg_cases_of(place text, person uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT m.case_id FROM case_member m
    WHERE m.municipality_id = place AND m.user_id = person
      AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
      AND m.function IN (
        SELECT g.role FROM role_grant g
        WHERE g.municipality_id = place AND g.user_id = person
          AND g.valid_from <= now() AND (g.valid_until IS NULL OR g.valid_until > now()))
$$;

CREATE FUNCTION pmg_feed_tasks(wanted uuid, digest bytea, since date, until date)
    RETURNS TABLE (id uuid, due_on date)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id, t.due_on FROM pmg_feed_of(wanted, digest) f
    JOIN task t ON t.municipality_id = f.municipality_id AND t.owner_id = f.user_id
    WHERE t.state = 'aangenomen' AND t.due_on BETWEEN since AND until
      AND t.case_id IN (SELECT pmg_cases_of(f.municipality_id, f.user_id))
    ORDER BY t.due_on, t.id
$$;

REVOKE ALL ON FUNCTION pmg_feed_of(uuid, bytea), pmg_feed_is_open(uuid, bytea),
    pmg_cases_of(text, uuid), pmg_feed_tasks(uuid, bytea, date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_feed_is_open(uuid, bytea), pmg_feed_tasks(uuid, bytea, date, date)
    TO pmg_app;
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
    for table, policies in WALLS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
        for command, (using, check) in policies.items():
            op.execute(_policy(table, command, using, check))
    op.execute(GRANTS)
    op.execute(FUNCTIONS)


def downgrade() -> None:
    op.execute("DROP FUNCTION pmg_feed_tasks, pmg_feed_is_open, pmg_cases_of, pmg_feed_of")
    op.execute("DROP TABLE calendar_feed, task_event, task")
