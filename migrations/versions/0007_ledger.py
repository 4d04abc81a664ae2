"""Reports are made in the background, approved by another, chained in a ledger, and delivered.

A release is never changed or removed, by whomever: triggers refuse it, also for the owner of the
tables. What waits for the worker is sealed; the worker has a role of its own, which sees drafts
under way, and nothing of any youth.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE report_draft (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    template_code TEXT NOT NULL,
    template_version INTEGER NOT NULL,
    period_from DATE NOT NULL,
    period_until DATE NOT NULL,
    population TEXT NOT NULL,
    succeeds UUID,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    step INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    fault TEXT NOT NULL,
    counted_sealed BYTEA,
    document_sealed BYTEA,
    held_sealed BYTEA,
    made_by UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMP WITH TIME ZONE,
    decision TEXT NOT NULL,
    CONSTRAINT report_draft_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT report_draft_municipality_id_fk FOREIGN KEY (municipality_id) REFERENCES municipality (id),
    CONSTRAINT report_draft_municipality_id_succeeds_fk FOREIGN KEY (municipality_id, succeeds)
        REFERENCES report_release (municipality_id, id),
    CONSTRAINT report_draft_period_in_order CHECK (period_until > period_from),
    CONSTRAINT report_draft_state_known CHECK (state IN ('wacht', 'bezig', 'klaar', 'mislukt',
        'vastgehouden', 'goedgekeurd', 'teruggestuurd', 'ingetrokken')),
    CONSTRAINT report_draft_judged_by_another CHECK (state NOT IN ('goedgekeurd', 'teruggestuurd')
        OR (decided_by IS NOT NULL AND decided_by <> made_by)),
    CONSTRAINT report_draft_sent_back_with_reason CHECK (state <> 'teruggestuurd' OR decision <> ''),
    CONSTRAINT report_draft_nothing_kept_after CHECK (
        state NOT IN ('mislukt', 'goedgekeurd', 'teruggestuurd', 'ingetrokken')
        OR (counted_sealed IS NULL AND document_sealed IS NULL AND held_sealed IS NULL)),
    CONSTRAINT report_draft_counts_only_for_the_worker CHECK (
        state IN ('wacht', 'bezig') OR counted_sealed IS NULL)
);
CREATE UNIQUE INDEX report_draft_one_under_way ON report_draft (municipality_id, template_code)
    WHERE state IN ('wacht', 'bezig', 'klaar');
CREATE TABLE report_delivery (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    sender_id TEXT NOT NULL,
    release_id UUID NOT NULL,
    entry_hash TEXT NOT NULL,
    delivered_by UUID NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT report_delivery_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT report_delivery_municipality_id_fk FOREIGN KEY (municipality_id) REFERENCES municipality (id),
    CONSTRAINT report_delivery_sender_id_release_id_fk FOREIGN KEY (sender_id, release_id)
        REFERENCES report_release (municipality_id, id)
);
CREATE UNIQUE INDEX report_delivery_once ON report_delivery (municipality_id, sender_id, release_id);
"""

LEDGER = """
ALTER TABLE report_release
    ADD COLUMN number INTEGER,
    ADD COLUMN population TEXT,
    ADD COLUMN release_hash TEXT,
    ADD COLUMN before TEXT,
    ADD COLUMN entry_hash TEXT,
    ADD COLUMN succeeds UUID,
    ADD COLUMN reason TEXT NOT NULL DEFAULT '',
    ADD COLUMN approved_by UUID,
    ADD COLUMN approved_at TIMESTAMP WITH TIME ZONE;
CREATE FUNCTION pmg_entry_hash(before text, population text, release_hash text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(
        '["' || before || '","' || population || '","' || release_hash || '"]', 'UTF8')), 'hex')
$$;
-- What was made before there was a ledger enters it in the order in which it was made.
DO $$
DECLARE
    one record;
    head text;
BEGIN
    FOR one IN SELECT *, row_number() OVER (
            PARTITION BY municipality_id ORDER BY made_at, id) AS place FROM report_release
            ORDER BY municipality_id, made_at, id LOOP
        IF one.place = 1 THEN head := ''; END IF;
        UPDATE report_release r SET number = one.place, before = head,
            population = one.municipality_id || ' ' || one.period_from || ' ' || one.period_until,
            release_hash = one.document::jsonb #>> '{certificate,release_hash}'
            WHERE r.municipality_id = one.municipality_id AND r.id = one.id;
        UPDATE report_release r SET
            entry_hash = pmg_entry_hash(r.before, r.population, r.release_hash)
            WHERE r.municipality_id = one.municipality_id AND r.id = one.id
            RETURNING r.entry_hash INTO head;
    END LOOP;
END
$$;
ALTER TABLE report_release
    ALTER COLUMN number SET NOT NULL,
    ALTER COLUMN population SET NOT NULL,
    ALTER COLUMN release_hash SET NOT NULL,
    ALTER COLUMN before SET NOT NULL,
    ALTER COLUMN entry_hash SET NOT NULL,
    ALTER COLUMN reason DROP DEFAULT,
    ADD CONSTRAINT report_release_municipality_id_succeeds_fk
        FOREIGN KEY (municipality_id, succeeds) REFERENCES report_release (municipality_id, id),
    ADD CONSTRAINT report_release_approved_by_another CHECK (approved_by <> made_by),
    ADD CONSTRAINT report_release_succeeds_with_reason CHECK (succeeds IS NULL OR reason <> '');
CREATE UNIQUE INDEX report_release_number ON report_release (municipality_id, number);
CREATE UNIQUE INDEX report_release_succeeded_once ON report_release (municipality_id, succeeds)
    WHERE succeeds IS NOT NULL;
CREATE UNIQUE INDEX report_release_once ON report_release
    (municipality_id, template_code, period_from, period_until) WHERE succeeds IS NULL;

CREATE FUNCTION pmg_enter_in_ledger() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger ' || NEW.municipality_id, 0));
    SELECT number, entry_hash INTO last FROM report_release
        WHERE municipality_id = NEW.municipality_id ORDER BY number DESC LIMIT 1;
    IF NEW.approved_by IS NULL OR NEW.approved_at IS NULL THEN
        RAISE EXCEPTION 'a release is approved by someone' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number <> coalesce(last.number, 0) + 1 OR NEW.before <> coalesce(last.entry_hash, '')
        OR NEW.release_hash IS DISTINCT FROM
            NEW.document::jsonb #>> '{certificate,release_hash}'
        OR NEW.entry_hash <> pmg_entry_hash(NEW.before, NEW.population, NEW.release_hash)
    THEN
        RAISE EXCEPTION 'a release joins the end of its ledger' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.succeeds IS NOT NULL AND NOT EXISTS (
        SELECT FROM report_release r WHERE r.municipality_id = NEW.municipality_id
            AND r.id = NEW.succeeds AND r.template_code = NEW.template_code
            AND r.period_from = NEW.period_from AND r.period_until = NEW.period_until)
    THEN
        RAISE EXCEPTION 'a release succeeds one of its own period' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER report_release_enters BEFORE INSERT ON report_release
    FOR EACH ROW EXECUTE FUNCTION pmg_enter_in_ledger();

CREATE FUNCTION pmg_stays_as_it_is() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER report_release_stays BEFORE UPDATE OR DELETE ON report_release
    FOR EACH ROW EXECUTE FUNCTION pmg_stays_as_it_is();
CREATE FUNCTION pmg_is_never_emptied() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- No trigger holds a superuser.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER report_release_is_kept BEFORE TRUNCATE ON report_release
    FOR EACH STATEMENT EXECUTE FUNCTION pmg_is_never_emptied();
CREATE TRIGGER report_delivery_is_kept BEFORE TRUNCATE ON report_delivery
    FOR EACH STATEMENT EXECUTE FUNCTION pmg_is_never_emptied();
CREATE TRIGGER report_delivery_stays BEFORE UPDATE OR DELETE ON report_delivery
    FOR EACH ROW EXECUTE FUNCTION pmg_stays_as_it_is();
REVOKE ALL ON FUNCTION pmg_entry_hash(text, text, text), pmg_enter_in_ledger(),
    pmg_stays_as_it_is(), pmg_is_never_emptied() FROM PUBLIC;
"""

MINE = "municipality_id = (SELECT pmg_municipality())"
OFFICER = f"{MINE} AND (SELECT pmg_has_role('policy_officer'))"
UNDER_WAY = "state IN ('wacht', 'bezig', 'klaar', 'mislukt', 'vastgehouden')"
WALLS = f"""
ALTER TABLE report_draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_draft FORCE ROW LEVEL SECURITY;
ALTER TABLE report_delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_delivery FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON report_draft TO pmg_owner USING (true) WITH CHECK (true);
CREATE POLICY owner ON report_delivery TO pmg_owner USING (true) WITH CHECK (true);

CREATE POLICY app_select ON report_draft FOR SELECT TO pmg_app USING ({OFFICER});
CREATE POLICY app_insert ON report_draft FOR INSERT TO pmg_app
    WITH CHECK ({OFFICER} AND made_by = (SELECT pmg_user()) AND state = 'wacht');
-- Of a draft under way the application can decide, and nothing else.
CREATE POLICY app_update ON report_draft FOR UPDATE TO pmg_app
    USING ({OFFICER} AND {UNDER_WAY})
    WITH CHECK ({OFFICER} AND decided_by = (SELECT pmg_user())
        AND state IN ('goedgekeurd', 'teruggestuurd', 'ingetrokken')
        AND (state <> 'ingetrokken' OR made_by = (SELECT pmg_user())));
CREATE POLICY worker_select ON report_draft FOR SELECT TO pmg_worker USING ({UNDER_WAY});
CREATE POLICY worker_update ON report_draft FOR UPDATE TO pmg_worker
    USING (state IN ('wacht', 'bezig'))
    WITH CHECK (state IN ('bezig', 'klaar', 'mislukt', 'vastgehouden'));

DROP POLICY app_insert ON report_release;
CREATE POLICY app_insert ON report_release FOR INSERT TO pmg_app
    WITH CHECK ({OFFICER} AND approved_by = (SELECT pmg_user()) AND EXISTS (
        SELECT FROM report_draft d WHERE d.municipality_id = report_release.municipality_id
            AND d.id = report_release.id AND d.made_by = report_release.made_by
            AND d.state = 'klaar'));
CREATE POLICY app_delivered ON report_release FOR SELECT TO pmg_app USING (EXISTS (
    SELECT FROM report_delivery v WHERE v.sender_id = report_release.municipality_id
        AND v.release_id = report_release.id AND v.municipality_id = (SELECT pmg_municipality())
        AND (SELECT pmg_has_role('ministry_reader'))));
CREATE POLICY worker_select ON report_release FOR SELECT TO pmg_worker USING (
    municipality_id IN (SELECT d.municipality_id FROM report_draft d));

CREATE POLICY app_receive ON report_delivery FOR SELECT TO pmg_app
    USING ({MINE} AND (SELECT pmg_has_role('ministry_reader')));
CREATE POLICY app_sent ON report_delivery FOR SELECT TO pmg_app
    USING (sender_id = (SELECT pmg_municipality()) AND (SELECT pmg_has_role('policy_officer')));
CREATE POLICY app_insert ON report_delivery FOR INSERT TO pmg_app
    WITH CHECK (sender_id = (SELECT pmg_municipality()) AND municipality_id = 'JENV'
        AND (SELECT pmg_has_role('policy_officer')) AND delivered_by = (SELECT pmg_user()));

-- Counts that wait are for the worker alone: the application writes them and reads them never.
GRANT SELECT (municipality_id, id, template_code, template_version, period_from, period_until,
        population, succeeds, reason, state, step, attempts, fault, document_sealed, held_sealed,
        made_by, made_at, decided_by, decided_at, decision),
    INSERT, UPDATE (state, decided_by, decided_at, decision, counted_sealed, document_sealed,
        held_sealed) ON report_draft TO pmg_app;
GRANT SELECT, INSERT ON report_delivery TO pmg_app;
GRANT SELECT, UPDATE (state, step, attempts, fault, counted_sealed, document_sealed, held_sealed)
    ON report_draft TO pmg_worker;
GRANT SELECT ON report_release TO pmg_worker;
"""


def upgrade() -> None:
    for script in (TABLES, LEDGER, WALLS):
        op.execute(script)


def downgrade() -> None:
    op.execute(
        """
        DROP POLICY app_delivered ON report_release;
        DROP POLICY worker_select ON report_release;
        DROP POLICY app_insert ON report_release;
        CREATE POLICY app_insert ON report_release FOR INSERT TO pmg_app
            WITH CHECK (municipality_id = (SELECT pmg_municipality())
                AND made_by = (SELECT pmg_user()));
        REVOKE ALL ON report_release FROM pmg_worker;
        DROP TABLE report_delivery, report_draft;
        DROP TRIGGER report_release_is_kept ON report_release;
        DROP TRIGGER report_release_stays ON report_release;
        DROP TRIGGER report_release_enters ON report_release;
        DROP FUNCTION pmg_is_never_emptied, pmg_stays_as_it_is, pmg_enter_in_ledger, pmg_entry_hash;
        DROP INDEX report_release_number, report_release_succeeded_once, report_release_once;
        ALTER TABLE report_release
            DROP CONSTRAINT report_release_municipality_id_succeeds_fk,
            DROP CONSTRAINT report_release_approved_by_another,
            DROP CONSTRAINT report_release_succeeds_with_reason,
            DROP COLUMN number, DROP COLUMN population, DROP COLUMN release_hash,
            DROP COLUMN before, DROP COLUMN entry_hash, DROP COLUMN succeeds,
            DROP COLUMN reason, DROP COLUMN approved_by, DROP COLUMN approved_at
        """
    )
