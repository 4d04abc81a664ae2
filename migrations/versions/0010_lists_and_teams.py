"""Kept lists, handing a case over to a colleague, and the team manager's view without names.

A team manager takes part in no case: functions tell him numbers of cases and who carries them, for
his own organisation alone, and one function moves a seat. Nothing else of a case opens to him.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE saved_list (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    name_sealed BYTEA NOT NULL,
    phase TEXT NOT NULL,
    focus_area_code TEXT NOT NULL,
    sorted TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT saved_list_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT saved_list_municipality_id_user_id_fk FOREIGN KEY (municipality_id, user_id)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT saved_list_municipality_id_organisation_id_fk
        FOREIGN KEY (municipality_id, organisation_id) REFERENCES organisation (municipality_id, id),
    CONSTRAINT saved_list_sorted_known CHECK (sorted IN ('', 'langst', 'nieuwst'))
);
CREATE INDEX saved_list_mine ON saved_list (municipality_id, user_id);
CREATE INDEX saved_list_shared ON saved_list (municipality_id, organisation_id) WHERE shared;

CREATE TABLE handover (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    from_id UUID NOT NULL,
    to_id UUID NOT NULL,
    function TEXT NOT NULL,
    last_day DATE NOT NULL,
    note_sealed BYTEA NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT handover_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT handover_municipality_id_case_id_youth_id_fk
        FOREIGN KEY (municipality_id, case_id, youth_id)
        REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT handover_municipality_id_from_id_fk FOREIGN KEY (municipality_id, from_id)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT handover_municipality_id_to_id_fk FOREIGN KEY (municipality_id, to_id)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT handover_to_another CHECK (from_id <> to_id),
    CONSTRAINT handover_function_known CHECK (function IN ('case_director', 'youth_worker'))
);
CREATE INDEX handover_case ON handover (municipality_id, case_id);
CREATE INDEX handover_to_read ON handover (municipality_id, to_id) WHERE read_at IS NULL;

CREATE TABLE allocation (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    from_id UUID NOT NULL,
    to_id UUID NOT NULL,
    last_day DATE NOT NULL,
    reason TEXT NOT NULL,
    allocated_by UUID NOT NULL,
    allocated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT allocation_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT allocation_municipality_id_case_id_youth_id_fk
        FOREIGN KEY (municipality_id, case_id, youth_id)
        REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT allocation_municipality_id_from_id_fk FOREIGN KEY (municipality_id, from_id)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT allocation_municipality_id_to_id_fk FOREIGN KEY (municipality_id, to_id)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT allocation_to_another CHECK (from_id <> to_id),
    CONSTRAINT allocation_reason_known CHECK
        (reason IN ('verlof', 'ziekte', 'werkdruk', 'uit_dienst', 'match'))
);
CREATE INDEX allocation_case ON allocation (municipality_id, case_id);
"""

FUNCTIONS = """
CREATE FUNCTION pmg_organisation() RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.organisation_id FROM pmg_session() s
    JOIN user_account u ON u.municipality_id = s.municipality_id AND u.id = s.user_id
$$;
-- The seats of youth workers and directors of the team manager's own organisation. No name, no
-- ground, no word of any file: a number, days, and who carries it.
CREATE FUNCTION pmg_team_seats()
    RETURNS TABLE (
        user_id uuid, function text, case_id uuid, number text, referred_on date,
        triaged_on date, triage_outcome text, started_on date, closed_on date,
        aftercare_until date, focus_area_code text, valid_until timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.user_id, m.function, c.id, c.number, c.referred_on, c.triaged_on, c.triage_outcome,
           c.started_on, c.closed_on, c.aftercare_until, c.focus_area_code, m.valid_until
    FROM pmg_session() s
    JOIN user_account u
        ON u.municipality_id = s.municipality_id AND u.organisation_id = pmg_organisation()
    JOIN case_member m ON m.municipality_id = u.municipality_id AND m.user_id = u.id
        AND m.function IN ('youth_worker', 'case_director')
        AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
    JOIN case_file c ON c.municipality_id = m.municipality_id AND c.id = m.case_id
    WHERE pmg_has_role('team_manager') AND c.closed_on IS NULL
      AND (c.triage_outcome IS NULL OR c.triage_outcome = 'opnemen')
$$;
-- Give the seat of one to another of the same organisation and role; the first keeps his until the
-- end of a day. Returns the row's id, or NULL where this cannot be.
CREATE FUNCTION pmg_allocate(wanted uuid, giver uuid, taker uuid, day date, why text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here text := pmg_municipality();
    mine uuid := pmg_organisation();
    seat record;
    made uuid := gen_random_uuid();
    ends timestamptz := (day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam';
BEGIN
    IF NOT pmg_has_role('team_manager') OR giver = taker OR ends <= now() THEN
        RETURN NULL;
    END IF;
    SELECT m.* INTO seat FROM case_member m
        JOIN user_account u ON u.municipality_id = m.municipality_id AND u.id = m.user_id
        JOIN case_file c ON c.municipality_id = m.municipality_id AND c.id = m.case_id
        WHERE m.municipality_id = here AND m.case_id = wanted AND m.user_id = giver
          AND m.function = 'youth_worker' AND u.organisation_id = mine AND c.closed_on IS NULL
          AND m.valid_from <= now() AND m.valid_until IS NULL
        FOR UPDATE OF m;
    IF NOT FOUND OR NOT EXISTS (
        SELECT FROM user_account u
        JOIN role_grant g ON g.municipality_id = u.municipality_id AND g.user_id = u.id
        WHERE u.municipality_id = here AND u.id = taker AND u.organisation_id = mine AND u.active
          AND g.role = 'youth_worker' AND g.valid_from <= now()
          AND (g.valid_until IS NULL OR g.valid_until > now()))
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO case_member (municipality_id, id, case_id, youth_id, user_id, function, purpose,
            valid_from, granted_by)
        VALUES (here, gen_random_uuid(), seat.case_id, seat.youth_id, taker, 'youth_worker',
            seat.purpose, now(), pmg_user())
        ON CONFLICT DO NOTHING;
    UPDATE case_member SET valid_until = ends
        WHERE municipality_id = here AND id = seat.id;
    INSERT INTO allocation (municipality_id, id, case_id, youth_id, from_id, to_id, last_day, reason,
            allocated_by, allocated_at)
        VALUES (here, made, seat.case_id, seat.youth_id, giver, taker, day, why, pmg_user(), now());
    INSERT INTO notice (municipality_id, id, user_id, kind, case_id, told_by, at)
        VALUES (here, gen_random_uuid(), taker, 'deelname', seat.case_id, pmg_user(), now()),
               (here, gen_random_uuid(), giver, 'overgenomen', seat.case_id, pmg_user(), now());
    RETURN made;
END
$$;
REVOKE ALL ON FUNCTION pmg_organisation(), pmg_team_seats(),
    pmg_allocate(uuid, uuid, uuid, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_organisation(), pmg_team_seats(),
    pmg_allocate(uuid, uuid, uuid, date, text) TO pmg_app;
"""

MINE = "municipality_id = (SELECT pmg_municipality())"
MY_OWN = f"{MINE} AND user_id = (SELECT pmg_user())"
IN_MY_CASES = f"{MINE} AND case_id IN (SELECT pmg_my_cases())"
WALLS = f"""
ALTER TABLE saved_list ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_list FORCE ROW LEVEL SECURITY;
ALTER TABLE handover ENABLE ROW LEVEL SECURITY;
ALTER TABLE handover FORCE ROW LEVEL SECURITY;
ALTER TABLE allocation ENABLE ROW LEVEL SECURITY;
ALTER TABLE allocation FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON saved_list TO pmg_owner USING (true) WITH CHECK (true);
CREATE POLICY owner ON handover TO pmg_owner USING (true) WITH CHECK (true);
CREATE POLICY owner ON allocation TO pmg_owner USING (true) WITH CHECK (true);
CREATE POLICY app_select ON saved_list FOR SELECT TO pmg_app
    USING ({MINE} AND (user_id = (SELECT pmg_user())
        OR shared AND organisation_id = (SELECT pmg_organisation())));
CREATE POLICY app_insert ON saved_list FOR INSERT TO pmg_app
    WITH CHECK ({MY_OWN} AND organisation_id = (SELECT pmg_organisation()));
CREATE POLICY app_delete ON saved_list FOR DELETE TO pmg_app USING ({MY_OWN});
-- What must not be forgotten is between two people.
CREATE POLICY app_select ON handover FOR SELECT TO pmg_app
    USING ({IN_MY_CASES} AND (SELECT pmg_user()) IN (from_id, to_id));
CREATE POLICY app_insert ON handover FOR INSERT TO pmg_app
    WITH CHECK ({IN_MY_CASES} AND from_id = (SELECT pmg_user()));
CREATE POLICY app_update ON handover FOR UPDATE TO pmg_app
    USING ({IN_MY_CASES} AND to_id = (SELECT pmg_user()))
    WITH CHECK ({IN_MY_CASES} AND to_id = (SELECT pmg_user()));
CREATE POLICY app_delete ON handover FOR DELETE TO pmg_app USING ({IN_MY_CASES});
CREATE POLICY app_select ON allocation FOR SELECT TO pmg_app USING ({IN_MY_CASES});
CREATE POLICY app_delete ON allocation FOR DELETE TO pmg_app USING ({IN_MY_CASES});
GRANT SELECT, INSERT, DELETE ON saved_list TO pmg_app;
GRANT SELECT, INSERT, UPDATE (read_at), DELETE ON handover TO pmg_app;
GRANT SELECT, DELETE ON allocation TO pmg_app;
"""


def upgrade() -> None:
    for script in (TABLES, FUNCTIONS, WALLS):
        op.execute(script)


def downgrade() -> None:
    op.execute(
        """
        DROP TABLE allocation, handover, saved_list;
        DROP FUNCTION pmg_allocate, pmg_team_seats, pmg_organisation;
        """
    )
