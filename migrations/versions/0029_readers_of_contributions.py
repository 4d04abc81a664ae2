"""Who reads a contribution is fixed when it is written; an interest counts for the whole person.

A contribution names the organisations and the leaders that it was written for. Whoever is invited,
named as a deputy, or leads the meeting that an item moves to, is not among them until its source
says so. Items that were not held move on by a function, also those that who leads may not see. And
the application writes the columns of a meeting that it has to, and no other.
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# Whom it reaches now reads it on, and nobody else. No screen has to look again for that.
COLUMNS = """
ALTER TABLE item_contribution ADD COLUMN chair_ids UUID[];
ALTER TABLE item_contribution DROP CONSTRAINT item_contribution_readers_follow;
ALTER TABLE item_contribution DISABLE TRIGGER item_contribution_ticks;
UPDATE item_contribution c SET
    chair_ids = CASE WHEN c.scope = 'partners' THEN '{}'::uuid[] ELSE ARRAY(
        SELECT l.id FROM unnest(ARRAY[m.chair_id, m.deputy_id]) l (id)
        WHERE c.case_id IN (SELECT pmg_cases_of(c.municipality_id, l.id))) END,
    reader_ids = CASE WHEN c.scope = 'overleg' THEN ARRAY(
        SELECT DISTINCT v.organisation_id FROM item_invitee v
        WHERE v.municipality_id = c.municipality_id AND v.item_id = c.item_id
          AND v.organisation_id <> c.organisation_id) ELSE c.reader_ids END
    FROM agenda_item i JOIN meeting m
        ON m.municipality_id = i.municipality_id AND m.id = i.meeting_id
    WHERE i.municipality_id = c.municipality_id AND i.id = c.item_id;
ALTER TABLE item_contribution ENABLE TRIGGER item_contribution_ticks;
ALTER TABLE item_contribution ALTER COLUMN chair_ids SET NOT NULL;
ALTER TABLE item_contribution ADD CONSTRAINT item_contribution_readers_follow CHECK (
    CASE scope WHEN 'partners' THEN cardinality(reader_ids) > 0 AND cardinality(chair_ids) = 0
        WHEN 'voorzitter' THEN cardinality(reader_ids) = 0 ELSE true END);
"""
COLUMNS_BEFORE = """
ALTER TABLE item_contribution DROP CONSTRAINT item_contribution_readers_follow;
ALTER TABLE item_contribution DISABLE TRIGGER item_contribution_ticks;
UPDATE item_contribution SET reader_ids = '{}' WHERE scope <> 'partners';
ALTER TABLE item_contribution ENABLE TRIGGER item_contribution_ticks;
ALTER TABLE item_contribution ADD CONSTRAINT item_contribution_readers_follow
    CHECK ((scope = 'partners') = (cardinality(reader_ids) > 0));
ALTER TABLE item_contribution DROP COLUMN chair_ids;
"""

FUNCTIONS = """
-- In whom somebody declared an interest, at whatever item: with all files of the same person.
CREATE FUNCTION pmg_conflicted_youths(here text, person uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    SELECT same.id FROM item_conflict c
    CROSS JOIN LATERAL pmg_same(here, c.youth_id) same (id)
    WHERE c.municipality_id = here AND c.user_id = person
$$;

CREATE FUNCTION pmg_in_conflict(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT wanted IN (SELECT pmg_conflicted_youths(pmg_municipality(), pmg_user()))
$$;

-- The items at which who is signed in is needed, as one of the organisation that he is of now.
CREATE FUNCTION pmg_my_invited_items() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT v.item_id FROM pmg_session() s
    JOIN user_account u ON u.municipality_id = s.municipality_id AND u.id = s.user_id
    JOIN item_invitee v ON v.municipality_id = s.municipality_id AND v.user_id = s.user_id
        AND v.organisation_id = u.organisation_id
$$;

-- For who leads: who brought in something for the whole meeting that these organisations, which
-- are invited, do not read. Whom to tell, and not what.
CREATE FUNCTION pmg_unread_by(wanted uuid, joined uuid[]) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    SELECT DISTINCT c.by_id FROM item_contribution c
    JOIN item_invitee v ON v.municipality_id = c.municipality_id AND v.item_id = c.item_id
        AND v.organisation_id = ANY (joined)
    WHERE c.municipality_id = pmg_municipality() AND c.item_id = wanted
      AND wanted IN (SELECT pmg_my_chaired_items())
      AND c.scope = 'overleg' AND c.withdrawn_at IS NULL
      AND v.organisation_id <> c.organisation_id AND v.organisation_id <> ALL (c.reader_ids)
$$;

-- What was not held in the days of a series that are over, and that who is signed in leads, goes to
-- the next day; where none is planned it is a proposal again. Also what he may not see: so nothing
-- of it comes back. Who proposed it is told, and who is invited, of each item alike.
CREATE FUNCTION pmg_move_unheld(wanted uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH unheld AS (
        SELECT i.id, (SELECT n.id FROM meeting n
            WHERE n.municipality_id = m.municipality_id AND n.series_id = m.series_id
              AND n.on_day > m.on_day AND n.state = 'gepland'
            ORDER BY n.on_day LIMIT 1) AS following
        FROM pmg_session() s
        JOIN meeting m ON m.municipality_id = s.municipality_id AND m.series_id = wanted
            AND s.user_id IN (m.chair_id, m.deputy_id) AND m.state IN ('gesloten', 'vervallen')
        JOIN agenda_item i ON i.municipality_id = m.municipality_id AND i.meeting_id = m.id
        WHERE pmg_has_role('process_director') AND i.state IN ('voorgesteld', 'geagendeerd')),
    moved AS (
        UPDATE agenda_item i SET meeting_id = coalesce(u.following, i.meeting_id),
            state = CASE WHEN u.following IS NULL THEN 'voorgesteld' ELSE i.state END,
            version = i.version + 1
        FROM unheld u
        WHERE i.municipality_id = pmg_municipality() AND i.id = u.id
          AND (u.following IS NOT NULL OR i.state = 'geagendeerd')
        RETURNING i.municipality_id, i.id, i.case_id, i.proposed_by, i.state)
    INSERT INTO notice (municipality_id, id, user_id, kind, case_id, item_id, told_by, at)
    SELECT m.municipality_id, gen_random_uuid(), t.user_id, t.kind, m.case_id, m.id, pmg_user(),
           now()
    FROM moved m CROSS JOIN LATERAL (
        SELECT m.proposed_by AS user_id, 'overleg_antwoord' AS kind
        UNION SELECT v.user_id, 'overleg_uitnodiging' FROM item_invitee v
        WHERE v.municipality_id = m.municipality_id AND v.item_id = m.id
          AND v.user_id <> m.proposed_by AND m.state = 'geagendeerd') t
    WHERE t.user_id <> pmg_user()
$$;

REVOKE ALL ON FUNCTION pmg_conflicted_youths(text, uuid), pmg_in_conflict(uuid),
    pmg_my_invited_items(), pmg_unread_by(uuid, uuid[]), pmg_move_unheld(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_in_conflict(uuid), pmg_my_invited_items(),
    pmg_unread_by(uuid, uuid[]), pmg_move_unheld(uuid) TO pmg_app;
"""

ITEMS = """
CREATE OR REPLACE FUNCTION pmg_my_agenda_items() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT i.id FROM pmg_session() s
    JOIN agenda_item i ON i.municipality_id = s.municipality_id
    JOIN meeting m ON m.municipality_id = i.municipality_id AND m.id = i.meeting_id
    WHERE i.case_id IN (SELECT pmg_my_cases())
      AND {mine}
      AND (s.user_id IN (m.chair_id, m.deputy_id) OR i.proposed_by = s.user_id
           OR EXISTS (SELECT FROM item_invitee v WHERE v.municipality_id = i.municipality_id
                      AND v.item_id = i.id AND v.user_id = s.user_id
                      AND (i.state IN ('geagendeerd', 'besproken'){brought})))
$$;
CREATE OR REPLACE FUNCTION pmg_feed_meetings(wanted uuid, digest bytea, since date, until date)
    RETURNS TABLE (id uuid, on_day date, clock time, minutes integer, changes integer, is_off boolean)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.id, m.on_day, m.clock, m.minutes, m.changes, m.state = 'vervallen'
    FROM pmg_feed_of(wanted, digest) s
    JOIN meeting m ON m.municipality_id = s.municipality_id
    WHERE m.on_day BETWEEN since AND until
      AND (s.user_id IN (m.chair_id, m.deputy_id) OR EXISTS (
        SELECT FROM agenda_item i
        JOIN item_invitee v ON v.municipality_id = i.municipality_id AND v.item_id = i.id
        WHERE i.municipality_id = m.municipality_id AND i.meeting_id = m.id
          AND v.user_id = s.user_id AND i.state IN ('geagendeerd', 'besproken')
          AND i.case_id IN (SELECT pmg_cases_of(s.municipality_id, s.user_id))
          AND {of_feed}))
    ORDER BY m.on_day, m.id
$$;
"""
# Asked once for all items of who is signed in; of a link of a calendar per item.
# Who brought something in keeps hold of it, also where the item is a proposal again.
NO_INTEREST = {
    "brought": """ OR EXISTS (
                          SELECT FROM item_contribution b
                          WHERE b.municipality_id = v.municipality_id AND b.item_id = v.item_id
                            AND b.organisation_id = v.organisation_id)""",
    "mine": "i.youth_id NOT IN (SELECT pmg_conflicted_youths(pmg_municipality(), pmg_user()))",
    "of_feed": "i.youth_id NOT IN (SELECT pmg_conflicted_youths(s.municipality_id, s.user_id))",
}
_NO_INTEREST = """NOT EXISTS (SELECT FROM item_conflict c
                      WHERE c.municipality_id = i.municipality_id
                        AND c.case_id = i.case_id AND c.user_id = s.user_id)"""
NO_INTEREST_BEFORE = {"brought": "", "mine": _NO_INTEREST, "of_feed": _NO_INTEREST}

ME = "(SELECT pmg_user())"
MINE = "municipality_id = (SELECT pmg_municipality())"
SEEN = f"{MINE} AND item_id IN (SELECT pmg_my_agenda_items())"
US = "(SELECT pmg_my_organisation())"
STILL_OPEN = (
    "EXISTS (SELECT FROM case_file c WHERE c.municipality_id = item_contribution.municipality_id"
    " AND c.id = item_contribution.case_id AND c.closed_on IS NULL)"
)
# The scope only says what was chosen: whom it names reads it, as long as he is there as such.
READS = (
    f"{SEEN} AND (organisation_id = {US} OR ({STILL_OPEN}"
    f" AND (({US} = ANY (reader_ids) AND item_id IN (SELECT pmg_my_invited_items()))"
    f" OR ({ME} = ANY (chair_ids) AND item_id IN (SELECT pmg_my_chaired_items())))))"
)
READS_BEFORE = (
    f"{SEEN} AND (organisation_id = {US} OR ({STILL_OPEN}"
    f" AND (scope = 'overleg' OR (scope = 'partners' AND {US} = ANY (reader_ids))"
    " OR (scope = 'voorzitter' AND item_id IN (SELECT pmg_my_chaired_items())))))"
)
PROPOSES_BEFORE = (
    f"{MINE} AND proposed_by = {ME} AND case_id IN (SELECT pmg_my_cases())"
    " AND (state = 'voorgesteld' OR (state = 'geagendeerd' AND meeting_id IN (SELECT m.id"
    " FROM meeting m WHERE m.municipality_id = (SELECT pmg_municipality())"
    f" AND {ME} IN (m.chair_id, m.deputy_id))))"
)
PROPOSES = f"{PROPOSES_BEFORE} AND NOT pmg_in_conflict(youth_id)"

# What the application writes after a row was made. An item moves by `pmg_move_unheld` alone, and
# nothing moves to another case, item, meeting, series or organisation.
WRITTEN = {
    "meeting_series": "name, place, weekday, rhythm, clock, minutes, deputy_id, first_on,"
    " ended_on, version",
    "meeting": "name, place, on_day, clock, minutes, deputy_id, state, opened_at, closed_at,"
    " current_item_id, item_started_at, changes, version",
    "agenda_item": "state, position, planned_minutes, spent_seconds, declined_sealed, version",
    "item_intro": "by_id, situation_sealed, tried_sealed, wish_sealed, at, version",
    "item_question": "question_sealed, known, answered_by, version",
    "item_contribution": "by_id, category, scope, reader_ids, chair_ids, basis, is_needed,"
    " words_sealed, at, withdrawn_at, version",
    "item_minutes": "by_id, necessity_sealed, proportionality_sealed, subsidiarity_sealed, outcome,"
    " words_sealed, review_on, at, version",
    "item_opinion": "agrees, words_sealed, version",
}

NEW_KINDS = "'overleg_lezers'"
OLD_KINDS = (
    "'aanmelding', 'besluit', 'deelname', 'afgesloten', 'rapport_wacht', 'rapport_besluit',"
    " 'overdracht', 'overgenomen', 'taak_gegeven', 'taak_antwoord', 'taak_gedaan',"
    " 'notitie_gedeeld', 'document_gedeeld', 'reactie', 'tegenspraak', 'afspraak_anders',"
    " 'terugblik', 'taak_termijn', 'samen_gevraagd', 'samen_besluit',"
    " 'aanbieder_aangemeld', 'aanbieder_antwoord', 'aanbieder_gesprek', 'aanbieder_voorbij',"
    " 'dosering_wacht', 'dosering_besluit', 'zorg_gemeld',"
    " 'pauze_gevraagd', 'pauze_besluit', 'traject_einde',"
    " 'waarneming_gedeeld', 'gedeeld_verbeterd', 'bekend_gevraagd', 'bekend_antwoord',"
    " 'overleg_voorstel', 'overleg_antwoord', 'overleg_uitnodiging', 'overleg_bijdrage',"
    " 'overleg_belang', 'overleg_afspraken',"
    " 'terugkoppeling', 'groep_deelname', 'groep_afspraak'"
)


def _walls(reads: str, proposes: str) -> None:
    op.execute("DROP POLICY app_select ON item_contribution")
    op.execute(
        f"CREATE POLICY app_select ON item_contribution FOR SELECT TO pmg_app USING ({reads})"
    )
    op.execute("DROP POLICY app_insert ON agenda_item")
    op.execute(
        f"CREATE POLICY app_insert ON agenda_item FOR INSERT TO pmg_app WITH CHECK ({proposes})"
    )


def _tell_of(kinds: str) -> None:
    for table in ("notice", "notice_choice"):
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_kind_known")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_kind_known CHECK (kind IN ({kinds}))"
        )


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(FUNCTIONS)
    op.execute(ITEMS.format(**NO_INTEREST))
    _walls(READS, PROPOSES)
    for table, columns in WRITTEN.items():
        op.execute(f"REVOKE UPDATE ON {table} FROM pmg_app")
        op.execute(f"GRANT UPDATE ({columns}) ON {table} TO pmg_app")
    _tell_of(f"{OLD_KINDS}, {NEW_KINDS}")


def downgrade() -> None:
    for table in ("notice", "notice_choice"):
        op.execute(f"DELETE FROM {table} WHERE kind IN ({NEW_KINDS})")
    _tell_of(OLD_KINDS)
    for table, columns in WRITTEN.items():
        op.execute(f"REVOKE UPDATE ({columns}) ON {table} FROM pmg_app")
        op.execute(f"GRANT UPDATE ON {table} TO pmg_app")
    _walls(READS_BEFORE, PROPOSES_BEFORE)
    op.execute(ITEMS.format(**NO_INTEREST_BEFORE))
    op.execute(
        "DROP FUNCTION pmg_move_unheld, pmg_unread_by, pmg_my_invited_items, pmg_in_conflict,"
        " pmg_conflicted_youths"
    )
    op.execute(COLUMNS_BEFORE)
