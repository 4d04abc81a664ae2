"""The ministry imports releases of other installations, and publishes national figures of them.

Everything here is the ministry's own, readable for its readers alone, and made of releases: what is
accepted, trusted or published is never changed or removed, by whomever.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE sender_key (
    municipality_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    confirmed_by UUID NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT sender_key_pk PRIMARY KEY (municipality_id, sender_id),
    CONSTRAINT sender_key_municipality_id_fk FOREIGN KEY (municipality_id) REFERENCES municipality (id),
    CONSTRAINT sender_key_whole_key CHECK (public_key ~ '^[0-9a-f]{64}$')
);
CREATE TABLE waiting_release (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    sender_id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    release_hash TEXT NOT NULL,
    document TEXT NOT NULL,
    beside_ledger BOOLEAN NOT NULL,
    given_by UUID NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT waiting_release_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT waiting_release_municipality_id_fk FOREIGN KEY (municipality_id) REFERENCES municipality (id)
);
CREATE UNIQUE INDEX waiting_release_once ON waiting_release (municipality_id, public_key, release_hash);
CREATE TABLE imported_release (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    sender_id TEXT NOT NULL,
    template_code TEXT NOT NULL,
    template_version INTEGER NOT NULL,
    period_from DATE NOT NULL,
    period_until DATE NOT NULL,
    document TEXT NOT NULL,
    release_hash TEXT NOT NULL,
    public_key TEXT NOT NULL,
    beside_ledger BOOLEAN NOT NULL,
    succeeds UUID,
    reason TEXT NOT NULL,
    imported_by UUID NOT NULL,
    imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT imported_release_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT imported_release_municipality_id_fk FOREIGN KEY (municipality_id) REFERENCES municipality (id),
    CONSTRAINT imported_release_municipality_id_succeeds_fk FOREIGN KEY (municipality_id, succeeds)
        REFERENCES imported_release (municipality_id, id),
    CONSTRAINT imported_release_municipality_id_sender_id_fk FOREIGN KEY (municipality_id, sender_id)
        REFERENCES sender_key (municipality_id, sender_id),
    CONSTRAINT imported_release_period_in_order CHECK (period_until > period_from),
    CONSTRAINT imported_release_succeeds_with_reason CHECK (succeeds IS NULL OR reason <> '')
);
CREATE UNIQUE INDEX imported_release_hash ON imported_release (municipality_id, sender_id, release_hash);
CREATE UNIQUE INDEX imported_release_once ON imported_release
    (municipality_id, sender_id, template_code, period_from, period_until) WHERE succeeds IS NULL;
CREATE UNIQUE INDEX imported_release_succeeded_once ON imported_release (municipality_id, succeeds)
    WHERE succeeds IS NOT NULL;
CREATE TABLE national_draft (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    template_code TEXT NOT NULL,
    template_version INTEGER NOT NULL,
    period_from DATE NOT NULL,
    period_until DATE NOT NULL,
    succeeds UUID,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    document TEXT,
    made_by UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMP WITH TIME ZONE,
    decision TEXT NOT NULL,
    CONSTRAINT national_draft_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT national_draft_municipality_id_fk FOREIGN KEY (municipality_id) REFERENCES municipality (id),
    CONSTRAINT national_draft_period_in_order CHECK (period_until > period_from),
    CONSTRAINT national_draft_state_known CHECK (state IN ('klaar', 'goedgekeurd', 'teruggestuurd',
        'ingetrokken')),
    CONSTRAINT national_draft_judged_by_another CHECK (state NOT IN ('goedgekeurd', 'teruggestuurd')
        OR (decided_by IS NOT NULL AND decided_by <> made_by)),
    CONSTRAINT national_draft_sent_back_with_reason CHECK (state <> 'teruggestuurd' OR decision <> ''),
    CONSTRAINT national_draft_nothing_kept_after CHECK ((state = 'klaar') = (document IS NOT NULL))
);
CREATE UNIQUE INDEX national_draft_one_under_way ON national_draft
    (municipality_id, template_code, period_from, period_until) WHERE state = 'klaar';
CREATE TABLE national_release (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    number INTEGER NOT NULL,
    template_code TEXT NOT NULL,
    template_version INTEGER NOT NULL,
    period_from DATE NOT NULL,
    period_until DATE NOT NULL,
    document TEXT NOT NULL,
    national_hash TEXT NOT NULL,
    succeeds UUID,
    reason TEXT NOT NULL,
    made_by UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    approved_by UUID NOT NULL,
    approved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT national_release_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT national_release_municipality_id_fk FOREIGN KEY (municipality_id) REFERENCES municipality (id),
    CONSTRAINT national_release_municipality_id_succeeds_fk FOREIGN KEY (municipality_id, succeeds)
        REFERENCES national_release (municipality_id, id),
    CONSTRAINT national_release_period_in_order CHECK (period_until > period_from),
    CONSTRAINT national_release_approved_by_another CHECK (approved_by <> made_by),
    CONSTRAINT national_release_succeeds_with_reason CHECK (succeeds IS NULL OR reason <> '')
);
CREATE UNIQUE INDEX national_release_number ON national_release (municipality_id, number);
CREATE UNIQUE INDEX national_release_once ON national_release
    (municipality_id, template_code, period_from, period_until) WHERE succeeds IS NULL;
CREATE UNIQUE INDEX national_release_succeeded_once ON national_release (municipality_id, succeeds)
    WHERE succeeds IS NOT NULL;
"""

KEPT = ("sender_key", "imported_release", "national_release")
TRIGGERS = """
CREATE FUNCTION pmg_accept_release() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.release_hash IS DISTINCT FROM NEW.document::jsonb #>> '{certificate,release_hash}'
        OR NEW.public_key IS DISTINCT FROM NEW.document::jsonb #>> '{signature,public_key}'
        OR NOT EXISTS (SELECT FROM sender_key k WHERE k.municipality_id = NEW.municipality_id
            AND k.sender_id = NEW.sender_id AND k.public_key = NEW.public_key)
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
$$;
CREATE TRIGGER imported_release_enters BEFORE INSERT ON imported_release
    FOR EACH ROW EXECUTE FUNCTION pmg_accept_release();
CREATE FUNCTION pmg_publish_national() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('national ' || NEW.municipality_id, 0));
    IF NEW.number <> 1 + coalesce((SELECT max(number) FROM national_release
            WHERE municipality_id = NEW.municipality_id), 0)
        OR NEW.national_hash IS DISTINCT FROM NEW.document::jsonb #>> '{certificate,national_hash}'
    THEN
        RAISE EXCEPTION 'a publication joins the end of the list' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.succeeds IS NOT NULL AND NOT EXISTS (
        SELECT FROM national_release r WHERE r.municipality_id = NEW.municipality_id
            AND r.id = NEW.succeeds AND r.template_code = NEW.template_code
            AND r.period_from = NEW.period_from AND r.period_until = NEW.period_until
            AND r.national_hash = NEW.document::jsonb #>> '{certificate,succeeds}')
    THEN
        RAISE EXCEPTION 'a publication succeeds one of its own period'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER national_release_enters BEFORE INSERT ON national_release
    FOR EACH ROW EXECUTE FUNCTION pmg_publish_national();
REVOKE ALL ON FUNCTION pmg_accept_release(), pmg_publish_national() FROM PUBLIC;
"""

READER = (
    "municipality_id = (SELECT pmg_municipality()) AND municipality_id = 'JENV'"
    " AND (SELECT pmg_has_role('ministry_reader'))"
)
MINE = "(SELECT pmg_user())"
CHECKS = {
    "sender_key": f"confirmed_by = {MINE}",
    "waiting_release": f"given_by = {MINE}",
    "imported_release": f"imported_by = {MINE}",
    "national_draft": f"made_by = {MINE} AND state = 'klaar'",
    "national_release": f"""approved_by = {MINE} AND EXISTS (
        SELECT FROM national_draft d WHERE d.municipality_id = national_release.municipality_id
            AND d.id = national_release.id AND d.made_by = national_release.made_by
            AND d.state = 'klaar')""",
}
WALLS = f"""
CREATE POLICY app_delete ON waiting_release FOR DELETE TO pmg_app USING ({READER});
CREATE POLICY app_update ON national_draft FOR UPDATE TO pmg_app
    USING ({READER} AND state = 'klaar')
    WITH CHECK ({READER} AND decided_by = {MINE} AND state <> 'klaar'
        AND (state <> 'ingetrokken' OR made_by = {MINE}));
GRANT SELECT, INSERT ON sender_key, imported_release, national_release, national_draft,
    waiting_release TO pmg_app;
GRANT DELETE ON waiting_release TO pmg_app;
GRANT UPDATE (state, decided_by, decided_at, decision, document) ON national_draft TO pmg_app;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(TRIGGERS)
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION pmg_stays_as_it_is()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION pmg_is_never_emptied()"
        )
    for table, check in CHECKS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
        op.execute(f"CREATE POLICY app_select ON {table} FOR SELECT TO pmg_app USING ({READER})")
        op.execute(
            f"CREATE POLICY app_insert ON {table} FOR INSERT TO pmg_app"
            f" WITH CHECK ({READER} AND {check})"
        )
    op.execute(WALLS)


def downgrade() -> None:
    op.execute(
        """
        DROP TABLE national_release, national_draft, imported_release, waiting_release, sender_key;
        DROP FUNCTION pmg_publish_national, pmg_accept_release
        """
    )
