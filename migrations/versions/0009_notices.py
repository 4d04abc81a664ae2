"""Messages to colleagues, how each wants to hear of them, and an outbox for the mail of the day.

A message and its mail are rows of one transaction, the act itself. Whether a mail is wanted is the
choice of who gets it, which who tells cannot read: a trigger looks it up.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KINDS = (
    "'aanmelding', 'besluit', 'deelname', 'afgesloten', 'rapport_wacht', 'rapport_besluit',"
    " 'overdracht', 'overgenomen', 'taak_gegeven', 'taak_antwoord', 'taak_gedaan'"
)

TABLES = f"""
CREATE TABLE notice (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    kind TEXT NOT NULL,
    case_id UUID,
    item_id UUID,
    told_by UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT notice_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT notice_municipality_id_user_id_fk FOREIGN KEY (municipality_id, user_id)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT notice_municipality_id_case_id_fk FOREIGN KEY (municipality_id, case_id)
        REFERENCES case_file (municipality_id, id) ON DELETE CASCADE,
    CONSTRAINT notice_kind_known CHECK (kind IN ({KINDS}))
);
CREATE INDEX notice_mine ON notice (municipality_id, user_id, at, id);
CREATE INDEX notice_case ON notice (municipality_id, case_id);
CREATE TABLE notice_choice (
    municipality_id TEXT NOT NULL,
    user_id UUID NOT NULL,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    CONSTRAINT notice_choice_pk PRIMARY KEY (municipality_id, user_id, kind),
    CONSTRAINT notice_choice_municipality_id_user_id_fk FOREIGN KEY (municipality_id, user_id)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT notice_choice_kind_known CHECK (kind IN ({KINDS})),
    CONSTRAINT notice_choice_channel_known CHECK (channel IN ('niet', 'app', 'mail'))
);
CREATE TABLE outbox_mail (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    attempts INTEGER NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT outbox_mail_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT outbox_mail_municipality_id_user_id_fk FOREIGN KEY (municipality_id, user_id)
        REFERENCES user_account (municipality_id, id)
);
CREATE UNIQUE INDEX outbox_mail_one_waits ON outbox_mail (municipality_id, user_id)
    WHERE done_at IS NULL;
CREATE INDEX outbox_mail_due ON outbox_mail (due_at) WHERE done_at IS NULL;
"""

FUNCTIONS = """
-- Seven in the morning in the Netherlands, the first that is still to come.
CREATE FUNCTION pmg_next_morning(moment timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT (date_trunc('day', moment AT TIME ZONE 'Europe/Amsterdam' - interval '7 hours')
        + interval '1 day 7 hours') AT TIME ZONE 'Europe/Amsterdam'
$$;
CREATE FUNCTION pmg_notice_goes() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted text := coalesce((SELECT c.channel FROM notice_choice c
        WHERE c.municipality_id = NEW.municipality_id AND c.user_id = NEW.user_id
          AND c.kind = NEW.kind), 'mail');
BEGIN
    IF wanted = 'niet' THEN
        RETURN NULL;
    ELSIF wanted = 'mail' THEN
        INSERT INTO outbox_mail (municipality_id, id, user_id, due_at, attempts)
            VALUES (NEW.municipality_id, gen_random_uuid(), NEW.user_id,
                pmg_next_morning(NEW.at), 0)
            ON CONFLICT DO NOTHING;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER notice_goes BEFORE INSERT ON notice
    FOR EACH ROW EXECUTE FUNCTION pmg_notice_goes();

-- The next mail that is due, kept for whoever asks until his transaction ends. What nobody needs
-- any more (all was read, the account is closed) is done without a mail.
CREATE FUNCTION pmg_next_mail()
    RETURNS TABLE (municipality_id text, id uuid, user_id uuid, login_sealed bytea,
        attempts integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    UPDATE outbox_mail o SET done_at = now()
        WHERE o.done_at IS NULL AND o.due_at <= now() AND NOT EXISTS (
            SELECT FROM user_account u
            JOIN notice n ON n.municipality_id = u.municipality_id AND n.user_id = u.id
            WHERE u.municipality_id = o.municipality_id AND u.id = o.user_id AND u.active
              AND n.read_at IS NULL);
    RETURN QUERY
        SELECT o.municipality_id, o.id, u.id, u.login_sealed, o.attempts FROM outbox_mail o
        JOIN user_account u ON u.municipality_id = o.municipality_id AND u.id = o.user_id
        WHERE o.done_at IS NULL AND o.due_at <= now()
        ORDER BY o.due_at FOR UPDATE OF o SKIP LOCKED LIMIT 1;
END
$$;
CREATE FUNCTION pmg_forget_notices(days integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM notice WHERE at < now() - make_interval(days => days);
    DELETE FROM outbox_mail WHERE done_at < now() - make_interval(days => days);
$$;
-- A report that is ready waits for the other policy officers.
CREATE FUNCTION pmg_report_waits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO notice (municipality_id, id, user_id, kind, item_id, at)
        SELECT DISTINCT ON (g.user_id) NEW.municipality_id, gen_random_uuid(), g.user_id,
               'rapport_wacht', NEW.id, now()
        FROM role_grant g
        WHERE g.municipality_id = NEW.municipality_id AND g.role = 'policy_officer'
          AND g.user_id <> NEW.made_by AND g.valid_from <= now()
          AND (g.valid_until IS NULL OR g.valid_until > now());
    RETURN NULL;
END
$$;
CREATE TRIGGER report_draft_waits AFTER UPDATE OF state ON report_draft FOR EACH ROW
    WHEN (NEW.state = 'klaar' AND OLD.state <> 'klaar') EXECUTE FUNCTION pmg_report_waits();
REVOKE ALL ON FUNCTION pmg_next_morning(timestamptz), pmg_notice_goes(), pmg_next_mail(),
    pmg_forget_notices(integer), pmg_report_waits() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_next_mail(), pmg_forget_notices(integer) TO pmg_worker;
"""

MINE = "municipality_id = (SELECT pmg_municipality())"
MY_OWN = f"{MINE} AND user_id = (SELECT pmg_user())"
WALLS = f"""
ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice FORCE ROW LEVEL SECURITY;
ALTER TABLE notice_choice ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice_choice FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox_mail ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_mail FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON notice TO pmg_owner USING (true) WITH CHECK (true);
CREATE POLICY owner ON notice_choice TO pmg_owner USING (true) WITH CHECK (true);
CREATE POLICY owner ON outbox_mail TO pmg_owner USING (true) WITH CHECK (true);
CREATE POLICY app_select ON notice FOR SELECT TO pmg_app USING ({MY_OWN});
CREATE POLICY app_update ON notice FOR UPDATE TO pmg_app USING ({MY_OWN}) WITH CHECK ({MY_OWN});
-- Of a case only who takes part in it tells something.
CREATE POLICY app_insert ON notice FOR INSERT TO pmg_app
    WITH CHECK ({MINE} AND told_by = (SELECT pmg_user())
        AND (case_id IS NULL OR case_id IN (SELECT pmg_my_cases())));
CREATE POLICY app_select ON notice_choice FOR SELECT TO pmg_app USING ({MY_OWN});
CREATE POLICY app_insert ON notice_choice FOR INSERT TO pmg_app WITH CHECK ({MY_OWN});
CREATE POLICY app_update ON notice_choice FOR UPDATE TO pmg_app
    USING ({MY_OWN}) WITH CHECK ({MY_OWN});
CREATE POLICY worker_select ON outbox_mail FOR SELECT TO pmg_worker USING (true);
CREATE POLICY worker_update ON outbox_mail FOR UPDATE TO pmg_worker USING (true);
GRANT SELECT, INSERT, UPDATE (read_at) ON notice TO pmg_app;
GRANT SELECT, INSERT, UPDATE (channel) ON notice_choice TO pmg_app;
GRANT SELECT, UPDATE (due_at, attempts, done_at) ON outbox_mail TO pmg_worker;
"""


def upgrade() -> None:
    for script in (TABLES, FUNCTIONS, WALLS):
        op.execute(script)


def downgrade() -> None:
    op.execute(
        """
        DROP TRIGGER report_draft_waits ON report_draft;
        DROP TABLE outbox_mail, notice_choice, notice;
        DROP FUNCTION pmg_report_waits, pmg_forget_notices, pmg_next_mail, pmg_notice_goes,
            pmg_next_morning
        """
    )
