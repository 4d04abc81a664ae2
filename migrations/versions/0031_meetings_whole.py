"""What meetings lacked: the history of a series, a proposal taken back, and what a share is for."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE meeting_series_version (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    series_id UUID NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    weekday TEXT NOT NULL,
    rhythm TEXT NOT NULL,
    clock TIME WITHOUT TIME ZONE NOT NULL,
    minutes INTEGER NOT NULL,
    deputy_id UUID,
    from_on DATE NOT NULL,
    ended_on DATE,
    by_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT meeting_series_version_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT meeting_series_version_municipality_id_series_id_fk FOREIGN KEY(municipality_id, series_id) REFERENCES meeting_series (municipality_id, id),
    CONSTRAINT meeting_series_version_municipality_id_deputy_id_fk FOREIGN KEY(municipality_id, deputy_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT meeting_series_version_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT meeting_series_version_number UNIQUE (municipality_id, series_id, number),
    CONSTRAINT meeting_series_version_number_counts CHECK (number >= 1)
);
CREATE TABLE item_withdrawal (
    item_id UUID NOT NULL,
    by_id UUID NOT NULL,
    words_sealed BYTEA NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT item_withdrawal_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT item_withdrawal_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT item_withdrawal_municipality_id_case_id_item_id_fk FOREIGN KEY(municipality_id, case_id, item_id) REFERENCES agenda_item (municipality_id, case_id, id),
    CONSTRAINT item_withdrawal_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT item_withdrawal_once UNIQUE (municipality_id, item_id)
);
CREATE TABLE item_share (
    item_id UUID NOT NULL,
    act_id UUID NOT NULL,
    by_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT item_share_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT item_share_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT item_share_municipality_id_case_id_item_id_fk FOREIGN KEY(municipality_id, case_id, item_id) REFERENCES agenda_item (municipality_id, case_id, id),
    CONSTRAINT item_share_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT item_share_once UNIQUE (municipality_id, item_id, act_id)
);
CREATE INDEX item_share_act ON item_share (municipality_id, act_id);

-- Days that change places are looked at when all of them have been written.
ALTER TABLE meeting DROP CONSTRAINT meeting_once,
    ADD CONSTRAINT meeting_once UNIQUE (municipality_id, series_id, on_day)
        DEFERRABLE INITIALLY DEFERRED;

-- What is known of a series that was there before its history.
INSERT INTO meeting_series_version (municipality_id, id, series_id, number, name, place, weekday,
    rhythm, clock, minutes, deputy_id, from_on, ended_on, by_id, at)
SELECT municipality_id, gen_random_uuid(), id, 1, name, place, weekday, rhythm, clock, minutes,
    deputy_id, first_on, ended_on, chair_id, now()
FROM meeting_series;
"""

STATES = "'voorgesteld', 'geagendeerd', 'besproken', 'niet_geagendeerd'"
STATE_KNOWN = """
ALTER TABLE agenda_item DROP CONSTRAINT agenda_item_state_known,
    ADD CONSTRAINT agenda_item_state_known CHECK (state IN ({states}))
"""

FUNCTIONS = """
-- Who proposed takes it back until it is discussed. Who was only thought of is invited no longer, so
-- that a withdrawn item is known to exactly those who knew of it.
CREATE FUNCTION pmg_item_is_withdrawn() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    item record;
BEGIN
    -- The meeting first, as who leads does: else two wait for each other.
    PERFORM FROM meeting m
    WHERE m.municipality_id = NEW.municipality_id AND m.id = (
        SELECT i.meeting_id FROM agenda_item i
        WHERE i.municipality_id = NEW.municipality_id AND i.id = NEW.item_id)
    FOR NO KEY UPDATE;
    SELECT i.state, i.spent_seconds, i.proposed_by, m.current_item_id, m.state = 'bezig' AS runs
    INTO item
    FROM agenda_item i
    JOIN meeting m ON m.municipality_id = i.municipality_id AND m.id = i.meeting_id
    WHERE i.municipality_id = NEW.municipality_id AND i.id = NEW.item_id
    FOR NO KEY UPDATE OF i;
    IF item.proposed_by <> NEW.by_id OR item.state NOT IN ('voorgesteld', 'geagendeerd')
       OR (item.runs AND item.spent_seconds > 0) OR item.current_item_id IS NOT DISTINCT FROM NEW.item_id THEN
        RAISE EXCEPTION 'this item is not withdrawn any more' USING ERRCODE = '23001';
    END IF;
    IF item.state = 'voorgesteld' THEN
        DELETE FROM item_invitee v
        WHERE v.municipality_id = NEW.municipality_id AND v.item_id = NEW.item_id
          AND NOT EXISTS (SELECT FROM item_contribution b
              WHERE b.municipality_id = v.municipality_id AND b.item_id = v.item_id
                AND b.organisation_id = v.organisation_id)
          AND NOT EXISTS (SELECT FROM item_refusal r
              WHERE r.municipality_id = v.municipality_id AND r.item_id = v.item_id
                AND r.organisation_id = v.organisation_id)
          AND NOT EXISTS (SELECT FROM item_question q
              WHERE q.municipality_id = v.municipality_id AND q.item_id = v.item_id
                AND q.organisation_id = v.organisation_id AND q.known IS NOT NULL);
    END IF;
    UPDATE agenda_item i SET state = 'ingetrokken', version = i.version + 1
    WHERE i.municipality_id = NEW.municipality_id AND i.id = NEW.item_id;
    RETURN NEW;
END
$$;

-- A day that does not go on gives its items back, also those that its chair cannot see: they are
-- proposals again, and who proposed them is told, who can read it while he takes part in the case.
CREATE FUNCTION pmg_release_items(wanted uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE agenda_item i SET state = 'voorgesteld', version = i.version + 1
    FROM pmg_session() s, meeting m
    WHERE m.municipality_id = s.municipality_id AND m.id = wanted AND m.state = 'vervallen'
      AND s.user_id IN (m.chair_id, m.deputy_id)
      AND i.municipality_id = m.municipality_id AND i.meeting_id = m.id AND i.state = 'geagendeerd';
    INSERT INTO notice (municipality_id, id, user_id, kind, case_id, item_id, told_by, at)
    SELECT i.municipality_id, gen_random_uuid(), i.proposed_by, 'overleg_antwoord', i.case_id, i.id,
           s.user_id, now()
    FROM pmg_session() s
    JOIN meeting m ON m.municipality_id = s.municipality_id AND m.id = wanted
        AND m.state = 'vervallen' AND s.user_id IN (m.chair_id, m.deputy_id)
    JOIN agenda_item i ON i.municipality_id = m.municipality_id AND i.meeting_id = m.id
    WHERE i.state = 'voorgesteld' AND i.proposed_by <> s.user_id;
END
$$;

REVOKE ALL ON FUNCTION pmg_item_is_withdrawn(), pmg_release_items(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_release_items(uuid) TO pmg_app;

CREATE TRIGGER item_withdrawal_takes_back AFTER INSERT ON item_withdrawal
    FOR EACH ROW EXECUTE FUNCTION pmg_item_is_withdrawn();
CREATE TRIGGER item_withdrawal_ticks AFTER INSERT OR UPDATE OR DELETE ON item_withdrawal
    FOR EACH ROW EXECUTE FUNCTION pmg_item_ticks();
CREATE TRIGGER item_share_ticks AFTER INSERT OR UPDATE OR DELETE ON item_share
    FOR EACH ROW EXECUTE FUNCTION pmg_item_ticks();
"""

# Whoever could know of an item knows that it was withdrawn; all else that the function says stays.
SEEN_ON = "'geagendeerd', 'besproken'"
SEEN_TOO = "'geagendeerd', 'besproken', 'ingetrokken'"
WHO_SEES = """
DO $do$
DECLARE
    was text := pg_get_functiondef('pmg_my_agenda_items()'::regprocedure);
    becomes text := replace(was, $a$({old})$a$, $a$({new})$a$);
BEGIN
    IF was = becomes THEN
        RAISE EXCEPTION 'pmg_my_agenda_items() does not say for which states who is invited sees';
    END IF;
    EXECUTE becomes;
END
$do$
"""

# Who is there tells who was invited: not for an item that nobody comes for any more.
SEES_PRESENCE = """
DROP POLICY app_select ON meeting_presence;
CREATE POLICY app_select ON meeting_presence FOR SELECT TO pmg_app USING (
    municipality_id = (SELECT pmg_municipality()) AND (user_id = (SELECT pmg_user())
    OR meeting_id IN (SELECT m.id FROM meeting m
        WHERE m.municipality_id = (SELECT pmg_municipality())
          AND (SELECT pmg_user()) IN (m.chair_id, m.deputy_id))
    OR EXISTS (SELECT FROM meeting m
        WHERE m.municipality_id = meeting_presence.municipality_id
          AND m.id = meeting_presence.meeting_id
          AND meeting_presence.user_id IN (m.chair_id, m.deputy_id))
    OR EXISTS (SELECT FROM item_invitee v
        JOIN agenda_item i ON i.municipality_id = v.municipality_id AND i.id = v.item_id{coming}
        WHERE v.municipality_id = meeting_presence.municipality_id
          AND v.user_id = meeting_presence.user_id
          AND i.meeting_id = meeting_presence.meeting_id)))
"""
COMING = " AND i.state IN ('geagendeerd', 'besproken')"

ME = "(SELECT pmg_user())"
MINE = "municipality_id = (SELECT pmg_municipality())"
SEEN = f"{MINE} AND item_id IN (SELECT pmg_my_agenda_items())"
MY_SERIES = (
    "series_id IN (SELECT s.id FROM meeting_series s WHERE s.municipality_id ="
    f" (SELECT pmg_municipality()) AND s.chair_id = {ME})"
)
MY_PROPOSAL = f"item_id IN (SELECT i.id FROM agenda_item i WHERE i.proposed_by = {ME})"
# The reader's organisation decided on it; who receives it is told by row security of the share.
MY_ACT = (
    "act_id IN (SELECT h.act_id FROM share h WHERE h.municipality_id ="
    " (SELECT pmg_municipality()) AND h.case_id = item_share.case_id"
    " AND h.source_id = (SELECT pmg_my_organisation()))"
)
SEES_ACT = (
    "act_id IN (SELECT h.act_id FROM share h WHERE h.municipality_id ="
    " (SELECT pmg_municipality()) AND h.case_id = item_share.case_id)"
)
# table: {command: (USING, WITH CHECK)}
WALLS: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "meeting_series_version": {
        "SELECT": (MINE, None),
        "INSERT": (None, f"{MINE} AND by_id = {ME} AND {MY_SERIES}"),
    },
    "item_withdrawal": {
        "SELECT": (SEEN, None),
        "INSERT": (None, f"{SEEN} AND by_id = {ME} AND {MY_PROPOSAL}"),
    },
    "item_share": {
        "SELECT": (f"{SEEN} AND {SEES_ACT}", None),
        "INSERT": (None, f"{SEEN} AND by_id = {ME} AND {MY_ACT}"),
        "DELETE": (f"{SEEN} AND {MY_ACT}", None),
    },
}
GRANTS = """
GRANT SELECT, INSERT ON meeting_series_version, item_withdrawal TO pmg_app;
GRANT SELECT, INSERT, DELETE ON item_share TO pmg_app;
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
    op.execute(STATE_KNOWN.format(states=f"{STATES}, 'ingetrokken'"))
    op.execute(FUNCTIONS)
    op.execute(WHO_SEES.format(old=SEEN_ON, new=SEEN_TOO))
    op.execute(SEES_PRESENCE.format(coming=COMING))
    for table, policies in WALLS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
        for command, (using, check) in policies.items():
            op.execute(_policy(table, command, using, check))
    op.execute(GRANTS)


def downgrade() -> None:
    op.execute(SEES_PRESENCE.format(coming=""))
    op.execute(WHO_SEES.format(old=SEEN_TOO, new=SEEN_ON))
    op.execute("DROP TABLE item_share, item_withdrawal, meeting_series_version")
    op.execute("DROP FUNCTION pmg_release_items, pmg_item_is_withdrawn")
    # Declining asks for words that nobody wrote: what was withdrawn is a proposal again.
    op.execute("UPDATE agenda_item SET state = 'voorgesteld' WHERE state = 'ingetrokken'")
    op.execute(STATE_KNOWN.format(states=STATES))
    op.execute(
        "ALTER TABLE meeting DROP CONSTRAINT meeting_once,"
        " ADD CONSTRAINT meeting_once UNIQUE (municipality_id, series_id, on_day)"
    )
