"""Two files of one youth become one person, by four eyes, and can be taken apart for thirty days.

Nothing moves: each file keeps its rows, its key, its number and its seats. What is written down is
that two rows of `youth` are one person, and who that person is. Functions do it, since who decides
need not have a seat in both files, and only with what was prepared and sealed by who has.
A referral says why it was made although somebody much like him was known.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KINDS = (
    *("aanmelding", "besluit", "deelname", "afgesloten", "rapport_wacht", "rapport_besluit"),
    *("overdracht", "overgenomen", "taak_gegeven", "taak_antwoord", "taak_gedaan"),
    *("notitie_gedeeld", "document_gedeeld", "reactie", "tegenspraak", "afspraak_anders"),
    *("terugblik", "taak_termijn"),
)
MERGE_KINDS = ("samen_gevraagd", "samen_besluit")
IMAGE = (
    "given_name_sealed, family_name_sealed, birth_date_sealed, bsn_sealed, bsn_digest,"
    " area_sealed, gender"
)

COLUMNS = """
ALTER TABLE referral ADD COLUMN other_because_sealed BYTEA;
ALTER TABLE case_file ADD COLUMN in_merge BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE youth
    ADD COLUMN person_id UUID,
    ADD CONSTRAINT youth_municipality_id_person_id_fk FOREIGN KEY (municipality_id, person_id)
        REFERENCES youth (municipality_id, id),
    ADD CONSTRAINT youth_person_is_another CHECK (person_id <> id);
CREATE INDEX youth_person ON youth (municipality_id, person_id) WHERE person_id IS NOT NULL;
DROP INDEX youth_bsn;
CREATE UNIQUE INDEX youth_bsn ON youth (municipality_id, bsn_digest) WHERE person_id IS NULL;
REVOKE UPDATE ON youth FROM pmg_app;
GRANT UPDATE (given_name_sealed, family_name_sealed, birth_date_sealed, bsn_sealed, bsn_digest,
    area_sealed, gender, changed_at, version) ON youth TO pmg_app;
DROP POLICY app_insert ON youth;
CREATE POLICY app_insert ON youth FOR INSERT TO pmg_app
    WITH CHECK (municipality_id = (SELECT pmg_municipality()) AND person_id IS NULL);
"""
COLUMNS_BEFORE = """
DROP POLICY app_insert ON youth;
CREATE POLICY app_insert ON youth FOR INSERT TO pmg_app
    WITH CHECK (municipality_id = (SELECT pmg_municipality()));
GRANT UPDATE ON youth TO pmg_app;
-- What was one person is two again, and a number belongs to one of them.
UPDATE youth SET bsn_sealed = NULL, bsn_digest = NULL WHERE person_id IS NOT NULL;
DROP INDEX youth_bsn;
ALTER TABLE youth DROP COLUMN person_id;
CREATE UNIQUE INDEX youth_bsn ON youth (municipality_id, bsn_digest);
ALTER TABLE referral DROP COLUMN other_because_sealed;
ALTER TABLE case_file DROP COLUMN in_merge;
"""

TABLES = """
CREATE TABLE youth_merge (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    kept_case_id UUID NOT NULL,
    kept_youth_id UUID NOT NULL,
    lost_case_id UUID NOT NULL,
    lost_youth_id UUID NOT NULL,
    state TEXT NOT NULL,
    taken TEXT[] NOT NULL,
    reason_sealed BYTEA NOT NULL,
    shown_sealed BYTEA,
    proposed_by UUID NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMP WITH TIME ZONE,
    refusal_sealed BYTEA,
    undo_until TIMESTAMP WITH TIME ZONE,
    undo_by UUID,
    undo_at TIMESTAMP WITH TIME ZONE,
    undo_reason_sealed BYTEA,
    undone_by UUID,
    undone_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT youth_merge_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT youth_merge_municipality_id_kept_case_id_kept_youth_id_fk
        FOREIGN KEY (municipality_id, kept_case_id, kept_youth_id)
        REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT youth_merge_municipality_id_lost_case_id_lost_youth_id_fk
        FOREIGN KEY (municipality_id, lost_case_id, lost_youth_id)
        REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT youth_merge_of_two CHECK (kept_youth_id <> lost_youth_id),
    CONSTRAINT youth_merge_state_known CHECK (state IN ('voorgesteld', 'ingetrokken', 'afgewezen',
        'samengevoegd', 'ongedaan_gevraagd', 'ongedaan', 'definitief')),
    CONSTRAINT youth_merge_four_eyes CHECK (decided_by <> proposed_by),
    CONSTRAINT youth_merge_four_eyes_again CHECK (undone_by <> undo_by),
    CONSTRAINT youth_merge_decided CHECK ((state IN ('voorgesteld', 'ingetrokken'))
        = (decided_by IS NULL))
);
CREATE UNIQUE INDEX youth_merge_kept_asked ON youth_merge (municipality_id, kept_youth_id)
    WHERE state = 'voorgesteld';
CREATE UNIQUE INDEX youth_merge_lost_asked ON youth_merge (municipality_id, lost_youth_id)
    WHERE state = 'voorgesteld';
CREATE INDEX youth_merge_kept_case ON youth_merge (municipality_id, kept_case_id);
CREATE INDEX youth_merge_lost_case ON youth_merge (municipality_id, lost_case_id);

-- Who each row of one of the files was, and becomes: sealed for its place in `youth`, so it opens
-- there alone and under the key of that youth alone. For as long as it can be undone.
CREATE TABLE youth_merge_image (
    municipality_id TEXT NOT NULL,
    merge_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    moment TEXT NOT NULL,
    version INTEGER NOT NULL,
    person_id UUID,
    given_name_sealed BYTEA NOT NULL,
    family_name_sealed BYTEA NOT NULL,
    birth_date_sealed BYTEA NOT NULL,
    bsn_sealed BYTEA,
    bsn_digest BYTEA,
    area_sealed BYTEA,
    gender TEXT NOT NULL,
    case_ids UUID[] NOT NULL,
    ages INTEGER[] NOT NULL,
    CONSTRAINT youth_merge_image_pk PRIMARY KEY (municipality_id, merge_id, youth_id, moment),
    CONSTRAINT youth_merge_image_municipality_id_merge_id_fk
        FOREIGN KEY (municipality_id, merge_id) REFERENCES youth_merge (municipality_id, id)
        ON DELETE CASCADE,
    CONSTRAINT youth_merge_image_municipality_id_youth_id_fk
        FOREIGN KEY (municipality_id, youth_id) REFERENCES youth (municipality_id, id)
        ON DELETE CASCADE,
    CONSTRAINT youth_merge_image_moment_known CHECK (moment IN ('voor', 'na'))
);
CREATE INDEX youth_merge_image_youth ON youth_merge_image (municipality_id, youth_id);
"""

FUNCTIONS = f"""
-- All rows that are one person with this one, itself among them.
CREATE FUNCTION pmg_same(here text, wanted uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 2 SET search_path = public, pg_temp AS $$
    SELECT y.id FROM youth a
    JOIN youth y ON y.municipality_id = here
        AND (y.id = coalesce(a.person_id, a.id) OR y.person_id = coalesce(a.person_id, a.id))
    WHERE a.municipality_id = here AND a.id = wanted
$$;
-- Ids alone, for who may ask whether a youth is known; of one's own youths also what an age and a
-- prepared change need.
CREATE FUNCTION pmg_same_youths(wanted uuid[])
    RETURNS TABLE (asked uuid, youth_id uuid, person_id uuid, version integer, case_id uuid,
        referred_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, y.id, coalesce(a.person_id, a.id), y.version,
           CASE WHEN a.mine THEN c.id END, CASE WHEN a.mine THEN c.referred_on END
    FROM (
        SELECT w.id, o.person_id, w.id IN (SELECT pmg_my_youths()) AS mine
        FROM unnest(wanted) w (id)
        JOIN youth o ON o.municipality_id = pmg_municipality() AND o.id = w.id) a
    CROSS JOIN LATERAL pmg_same(pmg_municipality(), a.id) s (id)
    JOIN youth y ON y.municipality_id = pmg_municipality() AND y.id = s.id
    LEFT JOIN case_file c ON c.municipality_id = y.municipality_id AND c.youth_id = y.id
    WHERE pmg_has_role('case_director', 'process_director', 'youth_worker')
$$;
-- Whoever corrects one row of a person corrects all, one after another.
CREATE FUNCTION pmg_lock_same(wanted uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT FROM youth y
    WHERE y.municipality_id = pmg_municipality() AND wanted IN (SELECT pmg_my_youths())
      AND y.id IN (SELECT pmg_same(pmg_municipality(), wanted))
    ORDER BY y.id FOR UPDATE
$$;
CREATE FUNCTION pmg_write_same(mine uuid, other uuid, given bytea, family bytea, born bytea,
        number bytea, digest bytea, area bytea, called text, cases uuid[], years integer[])
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here text := pmg_municipality();
BEGIN
    IF NOT EXISTS (SELECT FROM pmg_session() s
            JOIN case_member m ON m.municipality_id = s.municipality_id AND m.user_id = s.user_id
            WHERE m.youth_id = mine AND m.case_id IN (SELECT pmg_my_cases())
              AND m.function IN ('case_director', 'youth_worker')
              AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now()))
        OR other = mine OR other NOT IN (SELECT pmg_same(here, mine))
    THEN
        RAISE EXCEPTION 'not one person' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE youth SET given_name_sealed = given, family_name_sealed = family,
            birth_date_sealed = born, area_sealed = area, gender = called,
            bsn_sealed = coalesce(number, bsn_sealed), bsn_digest = coalesce(digest, bsn_digest),
            changed_at = now(), version = version + 1
        WHERE municipality_id = here AND id = other;
    UPDATE case_file c SET age_at_referral = a.age FROM unnest(cases, years) a (id, age)
        WHERE c.municipality_id = here AND c.youth_id = other AND c.id = a.id;
END
$$;
CREATE FUNCTION pmg_directs(VARIADIC wanted uuid[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pmg_session() s
        JOIN case_member m ON m.municipality_id = s.municipality_id AND m.user_id = s.user_id
        WHERE m.case_id = ANY (wanted) AND m.case_id IN (SELECT pmg_my_cases())
          AND m.function IN ('case_director', 'process_director')
          AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now()))
$$;
CREATE FUNCTION pmg_merge(wanted uuid) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here text := pmg_municipality();
    asked youth_merge;
    ids uuid[];
    root uuid;
BEGIN
    SELECT * INTO asked FROM youth_merge WHERE municipality_id = here AND id = wanted FOR UPDATE;
    IF NOT FOUND OR NOT pmg_directs(asked.kept_case_id, asked.lost_case_id) THEN
        RETURN 'not_permitted';
    ELSIF asked.state <> 'voorgesteld' THEN
        RETURN 'decided';
    ELSIF asked.proposed_by = pmg_user() THEN
        RETURN 'own';
    END IF;
    -- Those that were prepared, in one order: who writes in one of them finishes first.
    SELECT array_agg(locked.id) INTO ids FROM (
        SELECT y.id FROM youth y WHERE y.municipality_id = here AND y.id IN (
            SELECT i.youth_id FROM youth_merge_image i
            WHERE i.municipality_id = here AND i.merge_id = wanted AND i.moment = 'na')
        ORDER BY y.id FOR UPDATE) locked;
    IF EXISTS (
            SELECT FROM (SELECT pmg_same(here, asked.kept_youth_id)
                UNION SELECT pmg_same(here, asked.lost_youth_id)) same (id)
            WHERE same.id <> ALL (ids))
        OR EXISTS (
            SELECT FROM youth y
            JOIN youth_merge_image i ON i.municipality_id = here AND i.merge_id = wanted
                AND i.youth_id = y.id AND i.moment = 'na'
            WHERE y.municipality_id = here AND y.version <> i.version)
        OR asked.lost_youth_id IN (SELECT pmg_same(here, asked.kept_youth_id))
    THEN
        RETURN 'changed';
    END IF;
    SELECT coalesce(person_id, id) INTO root FROM youth
        WHERE municipality_id = here AND id = asked.kept_youth_id;
    INSERT INTO youth_merge_image (municipality_id, merge_id, youth_id, moment, version, person_id,
            {IMAGE}, case_ids, ages)
        SELECT here, wanted, y.id, 'voor', y.version, y.person_id, {IMAGE},
               ARRAY(SELECT c.id FROM case_file c
                   WHERE c.municipality_id = here AND c.youth_id = y.id ORDER BY c.id),
               ARRAY(SELECT c.age_at_referral FROM case_file c
                   WHERE c.municipality_id = here AND c.youth_id = y.id ORDER BY c.id)
        FROM youth y WHERE y.municipality_id = here AND y.id = ANY (ids);
    UPDATE youth SET person_id = root WHERE municipality_id = here
        AND id IN (SELECT pmg_same(here, asked.lost_youth_id));
    PERFORM pmg_put_image(here, wanted, 'na', ids);
    UPDATE youth_merge SET state = 'samengevoegd', decided_by = pmg_user(), decided_at = now(),
            undo_until = now() + interval '30 days'
        WHERE municipality_id = here AND id = wanted;
    RETURN 'done';
END
$$;
CREATE FUNCTION pmg_put_image(here text, wanted uuid, which text, ids uuid[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE youth y SET given_name_sealed = i.given_name_sealed,
            family_name_sealed = i.family_name_sealed, birth_date_sealed = i.birth_date_sealed,
            bsn_sealed = i.bsn_sealed, bsn_digest = i.bsn_digest, area_sealed = i.area_sealed,
            gender = i.gender, changed_at = now(), version = y.version + 1
        FROM youth_merge_image i
        WHERE y.municipality_id = here AND i.municipality_id = here AND i.merge_id = wanted
          AND i.moment = which AND i.youth_id = y.id AND y.id = ANY (ids);
    UPDATE case_file c SET age_at_referral = a.age
        FROM youth_merge_image i, unnest(i.case_ids, i.ages) a (id, age)
        WHERE c.municipality_id = here AND i.municipality_id = here AND i.merge_id = wanted
          AND i.moment = which AND i.youth_id = ANY (ids) AND c.youth_id = i.youth_id
          AND c.id = a.id;
$$;
CREATE FUNCTION pmg_unmerge(wanted uuid) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here text := pmg_municipality();
    asked youth_merge;
    ids uuid[];
    apart uuid[];
    stay uuid[];
BEGIN
    SELECT * INTO asked FROM youth_merge WHERE municipality_id = here AND id = wanted FOR UPDATE;
    IF NOT FOUND OR NOT pmg_directs(asked.kept_case_id, asked.lost_case_id) THEN
        RETURN 'not_permitted';
    ELSIF asked.state <> 'ongedaan_gevraagd' THEN
        RETURN 'decided';
    ELSIF asked.undo_by = pmg_user() THEN
        RETURN 'own';
    ELSIF asked.undo_until <= now() THEN
        RETURN 'late';
    END IF;
    SELECT array_agg(locked.id) INTO ids FROM (
        SELECT y.id FROM youth y WHERE y.municipality_id = here AND y.id IN (
            SELECT i.youth_id FROM youth_merge_image i
            WHERE i.municipality_id = here AND i.merge_id = wanted)
        ORDER BY y.id FOR UPDATE) locked;
    IF EXISTS (
        SELECT FROM youth_merge_image i
        JOIN youth_merge m ON m.municipality_id = here AND m.id = i.merge_id
        WHERE i.municipality_id = here AND i.youth_id = ANY (ids) AND m.id <> wanted
          AND m.state IN ('samengevoegd', 'ongedaan_gevraagd') AND m.decided_at > asked.decided_at)
    THEN
        RETURN 'later';
    END IF;
    SELECT array_agg(i.youth_id) INTO apart FROM youth_merge_image i
        WHERE i.municipality_id = here AND i.merge_id = wanted AND i.moment = 'voor'
          AND coalesce(i.person_id, i.youth_id) = (
            SELECT coalesce(l.person_id, l.youth_id) FROM youth_merge_image l
            WHERE l.municipality_id = here AND l.merge_id = wanted AND l.moment = 'voor'
              AND l.youth_id = asked.lost_youth_id);
    -- What was corrected since then stays with the file that stayed.
    SELECT array_agg(y.id) INTO stay FROM youth y
        JOIN youth_merge_image i ON i.municipality_id = here AND i.merge_id = wanted
            AND i.moment = 'voor' AND i.youth_id = y.id
        WHERE y.municipality_id = here AND y.id <> ALL (apart) AND y.version = i.version + 1;
    PERFORM pmg_put_image(here, wanted, 'voor', stay);
    -- A number that came along goes back, unless it was corrected itself.
    UPDATE youth y SET bsn_sealed = i.bsn_sealed, bsn_digest = i.bsn_digest
        FROM youth_merge_image i, youth_merge_image n
        WHERE y.municipality_id = here AND y.id = ANY (ids) AND y.id <> ALL (apart)
          AND i.municipality_id = here AND i.merge_id = wanted AND i.moment = 'voor'
          AND i.youth_id = y.id AND n.municipality_id = here AND n.merge_id = wanted
          AND n.moment = 'na' AND n.youth_id = y.id
          AND y.bsn_digest IS NOT DISTINCT FROM n.bsn_digest;
    PERFORM pmg_put_image(here, wanted, 'voor', apart);
    UPDATE youth y SET person_id = i.person_id FROM youth_merge_image i
        WHERE y.municipality_id = here AND y.id = ANY (apart) AND i.municipality_id = here
          AND i.merge_id = wanted AND i.moment = 'voor' AND i.youth_id = y.id;
    UPDATE youth_merge SET state = 'ongedaan', undone_by = pmg_user(), undone_at = now()
        WHERE municipality_id = here AND id = wanted;
    RETURN 'done';
EXCEPTION WHEN unique_violation THEN
    RETURN 'number';
END
$$;
-- What is settled needs no images any more, nor what was shown.
CREATE FUNCTION pmg_merge_settled() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM youth_merge_image
        WHERE municipality_id = NEW.municipality_id AND merge_id = NEW.id;
    NEW.shown_sealed := NULL;
    RETURN NEW;
END
$$;
CREATE TRIGGER youth_merge_settled BEFORE UPDATE OF state ON youth_merge FOR EACH ROW
    WHEN (NEW.state IN ('ingetrokken', 'afgewezen', 'ongedaan', 'definitief'))
    EXECUTE FUNCTION pmg_merge_settled();
-- So that the page of a case asks for other files only where there may be one.
CREATE FUNCTION pmg_merge_asked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE case_file SET in_merge = true
        WHERE municipality_id = NEW.municipality_id AND NOT in_merge
          AND id IN (NEW.kept_case_id, NEW.lost_case_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER youth_merge_asked AFTER INSERT ON youth_merge FOR EACH ROW
    EXECUTE FUNCTION pmg_merge_asked();
-- After thirty days a merge is for good, and a proposal nobody answered is withdrawn.
CREATE FUNCTION pmg_settle_merges() RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE youth_merge SET state = 'definitief'
        WHERE state IN ('samengevoegd', 'ongedaan_gevraagd') AND undo_until <= now();
    UPDATE youth_merge SET state = 'ingetrokken'
        WHERE state = 'voorgesteld' AND proposed_at <= now() - interval '30 days';
$$;
-- The other cases of the youths that one directs: for who saw the file of one person.
CREATE FUNCTION pmg_my_same_cases() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    WITH mine AS (
        SELECT y.municipality_id, y.id, y.person_id FROM pmg_session() s
        JOIN case_member m ON m.municipality_id = s.municipality_id AND m.user_id = s.user_id
            AND m.function = 'case_director' AND m.case_id IN (SELECT pmg_my_cases())
            AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
        JOIN youth y ON y.municipality_id = m.municipality_id AND y.id = m.youth_id)
    SELECT c.id FROM (
        SELECT y.municipality_id, y.id FROM mine
            JOIN youth y ON y.municipality_id = mine.municipality_id AND y.id = mine.person_id
        UNION SELECT y.municipality_id, y.id FROM mine
            JOIN youth y ON y.municipality_id = mine.municipality_id
                AND y.person_id = coalesce(mine.person_id, mine.id)) same
    JOIN case_file c ON c.municipality_id = same.municipality_id AND c.youth_id = same.id
$$;
CREATE OR REPLACE FUNCTION pmg_intake_bsns(digests bytea[])
    RETURNS TABLE (bsn_digest bytea, id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT y.bsn_digest, y.id FROM youth y
    WHERE y.municipality_id = pmg_municipality() AND y.bsn_digest = ANY (digests)
      AND y.person_id IS NULL
      AND pmg_has_role('case_director', 'process_director', 'youth_worker')
$$;
REVOKE ALL ON FUNCTION pmg_same(text, uuid), pmg_same_youths(uuid[]), pmg_lock_same(uuid),
    pmg_write_same(uuid, uuid, bytea, bytea, bytea, bytea, bytea, bytea, text, uuid[], integer[]),
    pmg_directs(uuid[]), pmg_merge(uuid), pmg_put_image(text, uuid, text, uuid[]),
    pmg_unmerge(uuid), pmg_merge_settled(), pmg_merge_asked(), pmg_settle_merges(), pmg_my_same_cases() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_same_youths(uuid[]), pmg_lock_same(uuid),
    pmg_write_same(uuid, uuid, bytea, bytea, bytea, bytea, bytea, bytea, text, uuid[], integer[]),
    pmg_merge(uuid), pmg_unmerge(uuid), pmg_my_same_cases() TO pmg_app;
GRANT EXECUTE ON FUNCTION pmg_settle_merges() TO pmg_worker;
"""
BSNS_BEFORE = """
CREATE OR REPLACE FUNCTION pmg_intake_bsns(digests bytea[])
    RETURNS TABLE (bsn_digest bytea, id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT y.bsn_digest, y.id FROM youth y
    WHERE y.municipality_id = pmg_municipality() AND y.bsn_digest = ANY (digests)
      AND pmg_has_role('case_director', 'process_director', 'youth_worker')
$$;
"""

MINE = "municipality_id = (SELECT pmg_municipality())"
EITHER = f"""{MINE} AND (kept_case_id IN (SELECT pmg_my_cases())
        OR lost_case_id IN (SELECT pmg_my_cases()))"""
LOG = """{mine} AND ((SELECT pmg_has_role('data_protection_officer'))
        OR case_id IN (SELECT pmg_my_cases()){same})"""
SAME = " OR case_id IN (SELECT pmg_my_same_cases())"
WALLS = f"""
ALTER TABLE youth_merge ENABLE ROW LEVEL SECURITY;
ALTER TABLE youth_merge FORCE ROW LEVEL SECURITY;
ALTER TABLE youth_merge_image ENABLE ROW LEVEL SECURITY;
ALTER TABLE youth_merge_image FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON youth_merge TO pmg_owner USING (true) WITH CHECK (true);
CREATE POLICY owner ON youth_merge_image TO pmg_owner USING (true) WITH CHECK (true);
CREATE POLICY app_select ON youth_merge FOR SELECT TO pmg_app USING ({EITHER});
CREATE POLICY app_insert ON youth_merge FOR INSERT TO pmg_app WITH CHECK (
    {MINE} AND proposed_by = (SELECT pmg_user()) AND state = 'voorgesteld'
    AND kept_case_id IN (SELECT pmg_my_cases()) AND lost_case_id IN (SELECT pmg_my_cases()));
-- That files are one, or two again, is written by functions alone.
CREATE POLICY app_update ON youth_merge FOR UPDATE TO pmg_app
    USING ({EITHER} AND state IN ('voorgesteld', 'samengevoegd', 'ongedaan_gevraagd'))
    WITH CHECK ({EITHER} AND (state IN ('ingetrokken', 'ongedaan_gevraagd')
        OR state = 'afgewezen' AND decided_by = (SELECT pmg_user())
        OR state = 'samengevoegd' AND undo_until IS NOT NULL AND undo_by IS NULL));
CREATE POLICY app_insert ON youth_merge_image FOR INSERT TO pmg_app WITH CHECK (
    {MINE} AND moment = 'na' AND merge_id IN (
        SELECT id FROM youth_merge WHERE state = 'voorgesteld'
            AND proposed_by = (SELECT pmg_user())));
GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, refusal_sealed, undo_by, undo_at,
    undo_reason_sealed) ON youth_merge TO pmg_app;
GRANT INSERT ON youth_merge_image TO pmg_app;
DROP POLICY app_select ON audit_event;
CREATE POLICY app_select ON audit_event FOR SELECT TO pmg_app
    USING ({LOG.format(mine=MINE, same=SAME)});
"""
WALLS_BEFORE = f"""
DROP POLICY app_select ON audit_event;
CREATE POLICY app_select ON audit_event FOR SELECT TO pmg_app
    USING ({LOG.format(mine=MINE, same="")});
"""

# Who is one person counts once; what was seen of him is one course.
VIEWS = """
CREATE OR REPLACE VIEW stat_case WITH (security_invoker = true) AS
    SELECT c.municipality_id, c.id AS case_id, y.gender, c.age_at_referral, c.focus_area_code,
           c.referred_on, c.triaged_on, c.triage_outcome, c.started_on, c.closed_on,
           {youth} AS youth_id, r.referrer_kind
    FROM case_file c
    JOIN youth y ON y.municipality_id = c.municipality_id AND y.id = c.youth_id
    LEFT JOIN referral r ON r.municipality_id = c.municipality_id AND r.case_id = c.id;
"""
FACTORS = """
CREATE {how} VIEW stat_factor WITH (security_invoker = true) AS
    SELECT o.municipality_id, o.case_id, o.factor_code, o.presence, o.seen_on, o.created_at{youth}
    FROM factor_observation o{joined}
    WHERE NOT EXISTS (
        SELECT FROM factor_observation c
        WHERE c.municipality_id = o.municipality_id AND c.corrects_id = o.id);
"""
JOINED = "\n    JOIN youth y ON y.municipality_id = o.municipality_id AND y.id = o.youth_id"
PERSON = "coalesce(y.person_id, y.id)"


def _kinds(kinds: tuple[str, ...]) -> None:
    said = ", ".join(f"'{kind}'" for kind in kinds)
    for table in ("notice", "notice_choice"):
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_kind_known")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_kind_known CHECK (kind IN ({said}))"
        )


def upgrade() -> None:
    _kinds((*KINDS, *MERGE_KINDS))
    for script in (COLUMNS, TABLES, FUNCTIONS, WALLS):
        op.execute(script)
    op.execute("GRANT SELECT (person_id) ON youth TO pmg_report")
    op.execute("GRANT SELECT (youth_id) ON factor_observation TO pmg_report")
    op.execute(VIEWS.format(youth=PERSON))
    op.execute(FACTORS.format(how="OR REPLACE", youth=f", {PERSON} AS youth_id", joined=JOINED))


def downgrade() -> None:
    op.execute("DROP VIEW stat_factor")
    op.execute(FACTORS.format(how="", youth="", joined=""))
    op.execute("GRANT SELECT ON stat_factor TO pmg_report")
    op.execute(VIEWS.format(youth="c.youth_id"))
    op.execute("REVOKE SELECT (youth_id) ON factor_observation FROM pmg_report")
    op.execute("REVOKE SELECT (person_id) ON youth FROM pmg_report")
    op.execute(WALLS_BEFORE)
    op.execute("DROP TABLE youth_merge_image, youth_merge")
    op.execute(BSNS_BEFORE)
    op.execute(
        "DROP FUNCTION pmg_my_same_cases, pmg_settle_merges, pmg_merge_settled, pmg_merge_asked, pmg_unmerge,"
        " pmg_put_image, pmg_merge, pmg_directs, pmg_write_same, pmg_lock_same, pmg_same_youths,"
        " pmg_same"
    )
    op.execute(COLUMNS_BEFORE)
    for table in ("notice", "notice_choice"):
        op.execute(f"DELETE FROM {table} WHERE kind IN ('samen_gevraagd', 'samen_besluit')")
    _kinds(KINDS)
