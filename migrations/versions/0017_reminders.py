"""Reminders in the mail of the day, appointments in a calendar feed, and more kinds of messages.

A reminder is a row of ids and days that belongs to one mail: who is reminded of what is worked out by
the database, once when the mail is made and again when it goes. The worker gets numbers.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS_BEFORE = (
    "'aanmelding', 'besluit', 'deelname', 'afgesloten', 'rapport_wacht', 'rapport_besluit',"
    " 'overdracht', 'overgenomen', 'taak_gegeven', 'taak_antwoord', 'taak_gedaan'"
)
# Of these nothing is left for who no longer may see what they are about.
OF_SIGHT = "'notitie_gedeeld', 'document_gedeeld', 'reactie', 'tegenspraak', 'afspraak_anders'"
REMINDED = "'terugblik', 'taak_termijn'"
KINDS = f"{KINDS_BEFORE}, {OF_SIGHT}, {REMINDED}"

TABLES = f"""
CREATE TABLE reminder (
    municipality_id TEXT NOT NULL,
    user_id UUID NOT NULL,
    item_id UUID NOT NULL,
    due_on DATE NOT NULL,
    told_on DATE NOT NULL,
    kind TEXT NOT NULL,
    mail_id UUID NOT NULL,
    CONSTRAINT reminder_pk PRIMARY KEY (municipality_id, user_id, item_id, due_on, told_on),
    CONSTRAINT reminder_municipality_id_user_id_fk FOREIGN KEY (municipality_id, user_id)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT reminder_municipality_id_mail_id_fk FOREIGN KEY (municipality_id, mail_id)
        REFERENCES outbox_mail (municipality_id, id) ON DELETE CASCADE,
    CONSTRAINT reminder_kind_known CHECK (kind IN ({REMINDED}))
);
CREATE INDEX reminder_mail ON reminder (municipality_id, mail_id);
ALTER TABLE reminder ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminder FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON reminder TO pmg_owner USING (true) WITH CHECK (true);
"""

KINDS_OF = """
ALTER TABLE notice DROP CONSTRAINT notice_kind_known,
    ADD CONSTRAINT notice_kind_known CHECK (kind IN ({kinds}));
ALTER TABLE notice_choice DROP CONSTRAINT notice_choice_kind_known,
    ADD CONSTRAINT notice_choice_kind_known CHECK (kind IN ({kinds}));
"""

REMINDING = """
-- As pmg_reviews_to_remind(): whoever has a task that he took, on a case where he still sits.
CREATE FUNCTION pmg_tasks_to_remind(until date)
    RETURNS TABLE (municipality_id text, user_id uuid, task_id uuid, due_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.municipality_id, t.owner_id, t.id, t.due_on
    FROM task t
    JOIN case_file c ON c.municipality_id = t.municipality_id AND c.id = t.case_id
    JOIN user_account u ON u.municipality_id = t.municipality_id AND u.id = t.owner_id
    WHERE t.state = 'aangenomen' AND t.due_on <= until AND c.closed_on IS NULL AND u.active
      AND t.case_id IN (SELECT pmg_cases_of(t.municipality_id, t.owner_id))
$$;

-- What is late on a day or comes within a week, for whoever wants to hear of it by mail. Known on:
-- the day it was made.
CREATE FUNCTION pmg_to_remind(today date)
    RETURNS TABLE (municipality_id text, user_id uuid, kind text, item_id uuid, due_on date, known_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT d.municipality_id, d.user_id, d.kind, d.item_id, d.due_on,
        (d.made_at AT TIME ZONE 'Europe/Amsterdam')::date
    FROM (
        SELECT f.municipality_id, f.user_id, 'terugblik' AS kind, f.review_id AS item_id,
            f.planned_on AS due_on, r.created_at AS made_at
        FROM pmg_reviews_to_remind(today + 7) f
        JOIN plan_review r ON r.municipality_id = f.municipality_id AND r.id = f.review_id
        UNION ALL
        SELECT f.municipality_id, f.user_id, 'taak_termijn', f.task_id, f.due_on, t.created_at
        FROM pmg_tasks_to_remind(today + 7) f
        JOIN task t ON t.municipality_id = f.municipality_id AND t.id = f.task_id) d
    LEFT JOIN notice_choice h ON h.municipality_id = d.municipality_id AND h.user_id = d.user_id
        AND h.kind = d.kind
    WHERE coalesce(h.channel, 'mail') = 'mail'
$$;

-- Note for a day of what each has to be reminded, beside the mail that will tell him: once when a
-- week is left, for what was made before that; once when it is late, and then once a week. A waiting
-- mail is taken along; its row is locked, so that what is under way is over before.
CREATE FUNCTION pmg_remind(today date) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH wanted AS MATERIALIZED (
        SELECT d.* FROM pmg_to_remind(today) d
        WHERE NOT EXISTS (
            SELECT FROM reminder r
            WHERE r.municipality_id = d.municipality_id AND r.user_id = d.user_id
              AND r.item_id = d.item_id AND r.due_on = d.due_on
              AND CASE WHEN d.due_on < today THEN r.told_on > d.due_on AND r.told_on > today - 7
                  ELSE r.told_on <= d.due_on END)
          AND (d.due_on < today OR d.known_on <= d.due_on - 7)),
    mails AS (
        INSERT INTO outbox_mail (municipality_id, id, user_id, due_at, attempts)
        SELECT w.municipality_id, gen_random_uuid(), w.user_id, pmg_next_morning(now()), 0
        FROM (SELECT DISTINCT municipality_id, user_id FROM wanted) w
        ORDER BY w.municipality_id, w.user_id
        ON CONFLICT (municipality_id, user_id) WHERE done_at IS NULL
            DO UPDATE SET due_at = outbox_mail.due_at
        RETURNING municipality_id, user_id, id)
    INSERT INTO reminder (municipality_id, user_id, item_id, due_on, told_on, kind, mail_id)
    SELECT w.municipality_id, w.user_id, w.item_id, w.due_on, today, w.kind, m.id
    FROM wanted w JOIN mails m ON m.municipality_id = w.municipality_id AND m.user_id = w.user_id
    ON CONFLICT DO NOTHING
$$;
REVOKE ALL ON FUNCTION pmg_tasks_to_remind(date), pmg_to_remind(date), pmg_remind(date) FROM PUBLIC;
REVOKE ALL ON FUNCTION pmg_reviews_to_remind(date) FROM pmg_worker;
GRANT EXECUTE ON FUNCTION pmg_remind(date) TO pmg_worker;
"""

SIGHT = f"""
-- Whether a message still stands for that person: he sits on the case, and what was shared is shared.
CREATE FUNCTION pmg_notice_stands(place text, person uuid, kind text, of_case uuid, item uuid)
    RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT kind NOT IN ({OF_SIGHT}) OR (of_case IN (SELECT pmg_cases_of(place, person)) AND CASE kind
        WHEN 'notitie_gedeeld' THEN EXISTS (
            SELECT FROM journal_share h
            JOIN user_account u ON u.municipality_id = h.municipality_id AND u.id = person
                AND u.organisation_id = h.organisation_id
            JOIN case_file c ON c.municipality_id = h.municipality_id AND c.id = h.case_id
            WHERE h.municipality_id = place AND h.entry_id = item AND h.withdrawn_at IS NULL
              AND least(coalesce(h.until, 'infinity'), coalesce(c.closed_on, 'infinity'))
                  >= (now() AT TIME ZONE 'Europe/Amsterdam')::date)
        WHEN 'document_gedeeld' THEN EXISTS (
            SELECT FROM document_share h
            JOIN user_account u ON u.municipality_id = h.municipality_id AND u.id = person
                AND u.organisation_id = h.organisation_id
            WHERE h.municipality_id = place AND h.document_id = item
              AND h.since <= now() AND h.until > now())
        ELSE true END)
$$;
CREATE FUNCTION pmg_my_notice_stands(kind text, of_case uuid, item uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT pmg_notice_stands(pmg_municipality(), pmg_user(), kind, of_case, item)
$$;
REVOKE ALL ON FUNCTION pmg_notice_stands(text, uuid, text, uuid, uuid),
    pmg_my_notice_stands(text, uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_my_notice_stands(text, uuid, uuid) TO pmg_app;
"""

MY_OWN = "municipality_id = (SELECT pmg_municipality()) AND user_id = (SELECT pmg_user())"
SEEN = f"""
DROP POLICY app_select ON notice;
CREATE POLICY app_select ON notice FOR SELECT TO pmg_app
    USING ({MY_OWN} AND (kind NOT IN ({OF_SIGHT}) OR pmg_my_notice_stands(kind, case_id, item_id)));
"""
SEEN_BEFORE = f"""
DROP POLICY app_select ON notice;
CREATE POLICY app_select ON notice FOR SELECT TO pmg_app USING ({MY_OWN});
"""

# What nobody needs any more (read, held, done, moved, a seat or the account lost) goes without a mail.
# Of reminders: all that is due of a kind, when this mail reminds of something of that kind.
MAIL = """
DROP FUNCTION pmg_next_mail();
CREATE FUNCTION pmg_next_mail()
    RETURNS TABLE (municipality_id text, id uuid, user_id uuid, login_sealed bytea,
        attempts integer, has_news boolean, reviews_soon integer, reviews_late integer,
        tasks_soon integer, tasks_late integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    mail outbox_mail;
    today date := (now() AT TIME ZONE 'Europe/Amsterdam')::date;
    news boolean;
    counts integer[];
BEGIN
    LOOP
        SELECT o.* INTO mail FROM outbox_mail o WHERE o.done_at IS NULL AND o.due_at <= now()
            ORDER BY o.due_at FOR UPDATE SKIP LOCKED LIMIT 1;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        -- A minute: what was told while the mail before was under way.
        news := EXISTS (
            SELECT FROM notice n
            LEFT JOIN notice_choice h ON h.municipality_id = n.municipality_id
                AND h.user_id = n.user_id AND h.kind = n.kind
            WHERE n.municipality_id = mail.municipality_id AND n.user_id = mail.user_id
              AND n.read_at IS NULL AND coalesce(h.channel, 'mail') = 'mail'
              AND n.at > coalesce((SELECT max(o.done_at) FROM outbox_mail o
                  WHERE o.municipality_id = mail.municipality_id AND o.user_id = mail.user_id),
                  '-infinity') - interval '1 minute'
              AND pmg_notice_stands(n.municipality_id, n.user_id, n.kind, n.case_id, n.item_id));
        counts := '{0,0,0,0}';
        IF EXISTS (SELECT FROM reminder r
            WHERE r.municipality_id = mail.municipality_id AND r.mail_id = mail.id) THEN
            WITH due AS MATERIALIZED (
                SELECT d.* FROM pmg_to_remind(today) d
                WHERE d.municipality_id = mail.municipality_id AND d.user_id = mail.user_id),
            told AS (
                SELECT DISTINCT d.kind FROM due d
                JOIN reminder r ON r.municipality_id = d.municipality_id AND r.user_id = d.user_id
                    AND r.item_id = d.item_id AND r.due_on = d.due_on
                WHERE r.mail_id = mail.id)
            SELECT ARRAY[
                count(*) FILTER (WHERE d.kind = 'terugblik' AND d.due_on >= today),
                count(*) FILTER (WHERE d.kind = 'terugblik' AND d.due_on < today),
                count(*) FILTER (WHERE d.kind = 'taak_termijn' AND d.due_on >= today),
                count(*) FILTER (WHERE d.kind = 'taak_termijn' AND d.due_on < today)]::integer[]
            INTO counts FROM due d JOIN told ON told.kind = d.kind;
        END IF;
        IF news OR 0 < ANY (counts) THEN
            RETURN QUERY
                SELECT mail.municipality_id, mail.id, u.id, u.login_sealed, mail.attempts, news,
                    counts[1], counts[2], counts[3], counts[4]
                FROM user_account u
                WHERE u.municipality_id = mail.municipality_id AND u.id = mail.user_id AND u.active;
            IF FOUND THEN
                RETURN;
            END IF;
        END IF;
        UPDATE outbox_mail o SET done_at = now()
            WHERE o.municipality_id = mail.municipality_id AND o.id = mail.id;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pmg_next_mail() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_next_mail() TO pmg_worker;
"""
MAIL_BEFORE = """
DROP FUNCTION pmg_next_mail();
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
REVOKE ALL ON FUNCTION pmg_next_mail() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_next_mail() TO pmg_worker;
"""

FEED = """
-- The appointments of whose calendar this link opens, on cases where he still sits: from when, how
-- long, how many times it was changed, and whether it is called off. What was called off is
-- told for two weeks; what was planned on a case that closed lapsed with it.
CREATE FUNCTION pmg_feed_appointments(wanted uuid, digest bytea, since timestamptz, until timestamptz)
    RETURNS TABLE (id uuid, starts_at timestamptz, minutes integer, changes integer, is_off boolean)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.starts_at, a.minutes, a.version - 1, a.state = 'afgezegd'
    FROM pmg_feed_of(wanted, digest) f
    JOIN appointment a ON a.municipality_id = f.municipality_id AND a.people @> ARRAY[f.user_id]
    JOIN case_file c ON c.municipality_id = a.municipality_id AND c.id = a.case_id
    WHERE a.starts_at >= since AND a.starts_at < until
      AND (c.closed_on IS NULL OR a.state <> 'gepland')
      AND (a.state <> 'afgezegd' OR a.ended_at > now() - interval '14 days')
      AND a.case_id IN (SELECT pmg_cases_of(f.municipality_id, f.user_id))
    ORDER BY a.starts_at, a.id
$$;
REVOKE ALL ON FUNCTION pmg_feed_appointments(uuid, bytea, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_feed_appointments(uuid, bytea, timestamptz, timestamptz) TO pmg_app;
"""


def upgrade() -> None:
    op.execute(KINDS_OF.format(kinds=KINDS))
    for script in (TABLES, REMINDING, SIGHT, SEEN, MAIL, FEED):
        op.execute(script)


def downgrade() -> None:
    op.execute("DROP FUNCTION pmg_feed_appointments")
    op.execute(MAIL_BEFORE)
    op.execute(SEEN_BEFORE)
    op.execute("DROP FUNCTION pmg_my_notice_stands, pmg_notice_stands, pmg_remind, pmg_to_remind")
    op.execute("DROP FUNCTION pmg_tasks_to_remind")
    op.execute("GRANT EXECUTE ON FUNCTION pmg_reviews_to_remind(date) TO pmg_worker")
    op.execute("DROP TABLE reminder")
    for table in ("notice", "notice_choice"):
        op.execute(f"DELETE FROM {table} WHERE kind NOT IN ({KINDS_BEFORE})")
    op.execute(KINDS_OF.format(kinds=KINDS_BEFORE))
