"""Case meetings: series, days, items that exist only for whom they are meant, and their record.

What is fixed is never changed: a trigger refuses it, whoever asks.
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE meeting_series (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    weekday TEXT NOT NULL,
    rhythm TEXT NOT NULL,
    clock TIME WITHOUT TIME ZONE NOT NULL,
    minutes INTEGER NOT NULL,
    first_on DATE NOT NULL,
    chair_id UUID NOT NULL,
    deputy_id UUID,
    ended_on DATE,
    version INTEGER NOT NULL,
    CONSTRAINT meeting_series_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT meeting_series_municipality_id_chair_id_fk FOREIGN KEY(municipality_id, chair_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT meeting_series_municipality_id_deputy_id_fk FOREIGN KEY(municipality_id, deputy_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT meeting_series_weekday_known CHECK (weekday IN ('1', '2', '3', '4', '5', '6', '7')),
    CONSTRAINT meeting_series_rhythm_known CHECK (rhythm IN ('week', 'twee_weken')),
    CONSTRAINT meeting_series_minutes_in_range CHECK (minutes BETWEEN 1 AND 480),
    CONSTRAINT meeting_series_deputy_is_another CHECK (deputy_id IS DISTINCT FROM chair_id)
);
CREATE TABLE meeting (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    series_id UUID NOT NULL,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    on_day DATE NOT NULL,
    clock TIME WITHOUT TIME ZONE NOT NULL,
    minutes INTEGER NOT NULL,
    chair_id UUID NOT NULL,
    deputy_id UUID,
    state TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    current_item_id UUID,
    item_started_at TIMESTAMP WITH TIME ZONE,
    tick INTEGER DEFAULT '0' NOT NULL,
    changes INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT meeting_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT meeting_municipality_id_series_id_fk FOREIGN KEY(municipality_id, series_id) REFERENCES meeting_series (municipality_id, id),
    CONSTRAINT meeting_municipality_id_chair_id_fk FOREIGN KEY(municipality_id, chair_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT meeting_municipality_id_deputy_id_fk FOREIGN KEY(municipality_id, deputy_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT meeting_once UNIQUE (municipality_id, series_id, on_day),
    CONSTRAINT meeting_state_known CHECK (state IN ('gepland', 'bezig', 'gesloten', 'vervallen')),
    CONSTRAINT meeting_minutes_in_range CHECK (minutes BETWEEN 1 AND 480),
    CONSTRAINT meeting_deputy_is_another CHECK (deputy_id IS DISTINCT FROM chair_id),
    CONSTRAINT meeting_opened_follows CHECK ((state IN ('gepland', 'vervallen')) = (opened_at IS NULL)),
    CONSTRAINT meeting_closed_follows CHECK ((state = 'gesloten') = (closed_at IS NOT NULL)),
    CONSTRAINT meeting_item_whole CHECK ((current_item_id IS NULL) = (item_started_at IS NULL))
);
CREATE INDEX meeting_day ON meeting (municipality_id, on_day);
CREATE TABLE agenda_item (
    meeting_id UUID NOT NULL,
    proposed_by UUID NOT NULL,
    state TEXT NOT NULL,
    position INTEGER NOT NULL,
    planned_minutes INTEGER NOT NULL,
    spent_seconds INTEGER NOT NULL,
    question_sealed BYTEA NOT NULL,
    declined_sealed BYTEA,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT agenda_item_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT agenda_item_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT agenda_item_municipality_id_meeting_id_fk FOREIGN KEY(municipality_id, meeting_id) REFERENCES meeting (municipality_id, id),
    CONSTRAINT agenda_item_municipality_id_proposed_by_fk FOREIGN KEY(municipality_id, proposed_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT agenda_item_of_case UNIQUE (municipality_id, case_id, id),
    CONSTRAINT agenda_item_state_known CHECK (state IN ('voorgesteld', 'geagendeerd', 'besproken', 'niet_geagendeerd')),
    CONSTRAINT agenda_item_minutes_in_range CHECK (planned_minutes BETWEEN 1 AND 120),
    CONSTRAINT agenda_item_spent_counts CHECK (spent_seconds >= 0),
    CONSTRAINT agenda_item_declined_with_reason CHECK ((state = 'niet_geagendeerd') = (declined_sealed IS NOT NULL))
);
CREATE INDEX agenda_item_case ON agenda_item (municipality_id, case_id);
CREATE INDEX agenda_item_meeting ON agenda_item (municipality_id, meeting_id, position);
CREATE TABLE meeting_pack (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    user_id UUID NOT NULL,
    made_on DATE NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recall_on DATE NOT NULL,
    destroyed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT meeting_pack_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT meeting_pack_municipality_id_meeting_id_fk FOREIGN KEY(municipality_id, meeting_id) REFERENCES meeting (municipality_id, id),
    CONSTRAINT meeting_pack_municipality_id_user_id_fk FOREIGN KEY(municipality_id, user_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT meeting_pack_recalled_later CHECK (recall_on > made_on)
);
CREATE INDEX meeting_pack_mine ON meeting_pack (municipality_id, user_id, recall_on);
CREATE TABLE meeting_presence (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    user_id UUID NOT NULL,
    arrived_at TIMESTAMP WITH TIME ZONE NOT NULL,
    left_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT meeting_presence_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT meeting_presence_municipality_id_meeting_id_fk FOREIGN KEY(municipality_id, meeting_id) REFERENCES meeting (municipality_id, id),
    CONSTRAINT meeting_presence_municipality_id_user_id_fk FOREIGN KEY(municipality_id, user_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT meeting_presence_once UNIQUE (municipality_id, meeting_id, user_id),
    CONSTRAINT meeting_presence_left_after_arrived CHECK (left_at >= arrived_at)
);
CREATE TABLE item_confirmation (
    item_id UUID NOT NULL,
    user_id UUID NOT NULL,
    seen_version INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT item_confirmation_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT item_confirmation_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT item_confirmation_municipality_id_case_id_item_id_fk FOREIGN KEY(municipality_id, case_id, item_id) REFERENCES agenda_item (municipality_id, case_id, id),
    CONSTRAINT item_confirmation_municipality_id_user_id_fk FOREIGN KEY(municipality_id, user_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT item_confirmation_once UNIQUE (municipality_id, item_id, user_id, seen_version)
);
CREATE TABLE item_conflict (
    item_id UUID NOT NULL,
    user_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT item_conflict_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT item_conflict_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT item_conflict_municipality_id_case_id_item_id_fk FOREIGN KEY(municipality_id, case_id, item_id) REFERENCES agenda_item (municipality_id, case_id, id),
    CONSTRAINT item_conflict_municipality_id_user_id_fk FOREIGN KEY(municipality_id, user_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT item_conflict_once UNIQUE (municipality_id, item_id, user_id)
);
CREATE TABLE item_contribution (
    item_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    by_id UUID NOT NULL,
    category TEXT NOT NULL,
    scope TEXT NOT NULL,
    reader_ids UUID[] NOT NULL,
    basis TEXT NOT NULL,
    is_needed BOOLEAN NOT NULL,
    words_sealed BYTEA,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT item_contribution_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT item_contribution_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT item_contribution_municipality_id_case_id_item_id_fk FOREIGN KEY(municipality_id, case_id, item_id) REFERENCES agenda_item (municipality_id, case_id, id),
    CONSTRAINT item_contribution_municipality_id_organisation_id_fk FOREIGN KEY(municipality_id, organisation_id) REFERENCES organisation (municipality_id, id),
    CONSTRAINT item_contribution_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT item_contribution_category_known CHECK (category IN ('plan', 'police', 'justice', 'medical', 'special', 'school')),
    CONSTRAINT item_contribution_scope_known CHECK (scope IN ('overleg', 'partners', 'voorzitter')),
    CONSTRAINT item_contribution_needed_for_this_question CHECK (is_needed),
    CONSTRAINT item_contribution_readers_follow CHECK ((scope = 'partners') = (cardinality(reader_ids) > 0)),
    CONSTRAINT item_contribution_withdrawn_is_empty CHECK ((withdrawn_at IS NULL) = (words_sealed IS NOT NULL))
);
CREATE INDEX item_contribution_item ON item_contribution (municipality_id, item_id);
CREATE TABLE item_intro (
    item_id UUID NOT NULL,
    by_id UUID NOT NULL,
    situation_sealed BYTEA NOT NULL,
    tried_sealed BYTEA NOT NULL,
    wish_sealed BYTEA NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT item_intro_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT item_intro_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT item_intro_municipality_id_case_id_item_id_fk FOREIGN KEY(municipality_id, case_id, item_id) REFERENCES agenda_item (municipality_id, case_id, id),
    CONSTRAINT item_intro_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT item_intro_once UNIQUE (municipality_id, item_id)
);
CREATE TABLE item_invitee (
    item_id UUID NOT NULL,
    user_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT item_invitee_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT item_invitee_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT item_invitee_municipality_id_case_id_item_id_fk FOREIGN KEY(municipality_id, case_id, item_id) REFERENCES agenda_item (municipality_id, case_id, id),
    CONSTRAINT item_invitee_municipality_id_user_id_fk FOREIGN KEY(municipality_id, user_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT item_invitee_municipality_id_organisation_id_fk FOREIGN KEY(municipality_id, organisation_id) REFERENCES organisation (municipality_id, id),
    CONSTRAINT item_invitee_once UNIQUE (municipality_id, item_id, user_id)
);
CREATE INDEX item_invitee_user ON item_invitee (municipality_id, user_id);
CREATE TABLE item_minutes (
    item_id UUID NOT NULL,
    by_id UUID NOT NULL,
    necessity_sealed BYTEA,
    proportionality_sealed BYTEA,
    subsidiarity_sealed BYTEA,
    outcome TEXT,
    words_sealed BYTEA,
    review_on DATE,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT item_minutes_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT item_minutes_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT item_minutes_municipality_id_case_id_item_id_fk FOREIGN KEY(municipality_id, case_id, item_id) REFERENCES agenda_item (municipality_id, case_id, id),
    CONSTRAINT item_minutes_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT item_minutes_once UNIQUE (municipality_id, item_id),
    CONSTRAINT item_minutes_outcome_known CHECK (outcome IN ('opnemen', 'doorverwijzen', 'afwijzen', 'doorgaan', 'opschalen', 'afschalen', 'afsluiten'))
);
CREATE TABLE item_opinion (
    item_id UUID NOT NULL,
    user_id UUID NOT NULL,
    agrees BOOLEAN NOT NULL,
    words_sealed BYTEA,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT item_opinion_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT item_opinion_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT item_opinion_municipality_id_case_id_item_id_fk FOREIGN KEY(municipality_id, case_id, item_id) REFERENCES agenda_item (municipality_id, case_id, id),
    CONSTRAINT item_opinion_municipality_id_user_id_fk FOREIGN KEY(municipality_id, user_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT item_opinion_once UNIQUE (municipality_id, item_id, user_id),
    CONSTRAINT item_opinion_no_with_reason CHECK (agrees = (words_sealed IS NULL))
);
CREATE TABLE item_question (
    item_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    question_sealed BYTEA,
    known TEXT,
    answered_by UUID,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT item_question_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT item_question_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT item_question_municipality_id_case_id_item_id_fk FOREIGN KEY(municipality_id, case_id, item_id) REFERENCES agenda_item (municipality_id, case_id, id),
    CONSTRAINT item_question_municipality_id_organisation_id_fk FOREIGN KEY(municipality_id, organisation_id) REFERENCES organisation (municipality_id, id),
    CONSTRAINT item_question_municipality_id_answered_by_fk FOREIGN KEY(municipality_id, answered_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT item_question_once UNIQUE (municipality_id, item_id, organisation_id),
    CONSTRAINT item_question_known_known CHECK (known IN ('bekend', 'niet_bekend', 'niets_te_delen')),
    CONSTRAINT item_question_answer_whole CHECK ((known IS NULL) = (answered_by IS NULL))
);
CREATE TABLE item_record (
    item_id UUID NOT NULL,
    content_sealed BYTEA NOT NULL,
    digest TEXT NOT NULL,
    approved_by UUID NOT NULL,
    approved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT item_record_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT item_record_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT item_record_municipality_id_case_id_item_id_fk FOREIGN KEY(municipality_id, case_id, item_id) REFERENCES agenda_item (municipality_id, case_id, id),
    CONSTRAINT item_record_municipality_id_approved_by_fk FOREIGN KEY(municipality_id, approved_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT item_record_once UNIQUE (municipality_id, item_id),
    CONSTRAINT item_record_digest_whole CHECK (digest ~ '^[0-9a-f]{64}$')
);
CREATE TABLE item_refusal (
    item_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    by_id UUID NOT NULL,
    reason TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT item_refusal_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT item_refusal_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT item_refusal_municipality_id_case_id_item_id_fk FOREIGN KEY(municipality_id, case_id, item_id) REFERENCES agenda_item (municipality_id, case_id, id),
    CONSTRAINT item_refusal_municipality_id_organisation_id_fk FOREIGN KEY(municipality_id, organisation_id) REFERENCES organisation (municipality_id, id),
    CONSTRAINT item_refusal_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT item_refusal_once UNIQUE (municipality_id, item_id, organisation_id),
    CONSTRAINT item_refusal_reason_known CHECK (reason IN ('geen_grondslag', 'beroepsgeheim', 'niet_nodig', 'lopend_onderzoek', 'niet_op_tijd'))
);
CREATE TABLE item_remark (
    item_id UUID NOT NULL,
    by_id UUID NOT NULL,
    words_sealed BYTEA NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT item_remark_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT item_remark_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT item_remark_municipality_id_case_id_item_id_fk FOREIGN KEY(municipality_id, case_id, item_id) REFERENCES agenda_item (municipality_id, case_id, id),
    CONSTRAINT item_remark_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id)
);
CREATE INDEX item_remark_item ON item_remark (municipality_id, item_id);
"""

FUNCTIONS = """
-- The items that exist for who is signed in: of a case in which he takes part now, which he chairs,
-- proposed, or to which he is invited once it is on the agenda; and of no case in which he declared
-- an interest, at whatever item of it.
CREATE FUNCTION pmg_my_agenda_items() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT i.id FROM pmg_session() s
    JOIN agenda_item i ON i.municipality_id = s.municipality_id
    JOIN meeting m ON m.municipality_id = i.municipality_id AND m.id = i.meeting_id
    WHERE i.case_id IN (SELECT pmg_my_cases())
      AND NOT EXISTS (SELECT FROM item_conflict c WHERE c.municipality_id = i.municipality_id
                      AND c.case_id = i.case_id AND c.user_id = s.user_id)
      AND (s.user_id IN (m.chair_id, m.deputy_id) OR i.proposed_by = s.user_id
           OR (i.state IN ('geagendeerd', 'besproken')
               AND EXISTS (SELECT FROM item_invitee v WHERE v.municipality_id = i.municipality_id
                           AND v.item_id = i.id AND v.user_id = s.user_id)))
$$;

CREATE FUNCTION pmg_sees_agenda_item(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT wanted IN (SELECT pmg_my_agenda_items())
$$;

CREATE FUNCTION pmg_my_chaired_items() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT i.id FROM pmg_session() s
    JOIN meeting m ON m.municipality_id = s.municipality_id AND s.user_id IN (m.chair_id, m.deputy_id)
    JOIN agenda_item i ON i.municipality_id = m.municipality_id AND i.meeting_id = m.id
    WHERE i.id IN (SELECT pmg_my_agenda_items())
$$;

CREATE FUNCTION pmg_my_organisation() RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.organisation_id FROM pmg_session() s
    JOIN user_account u ON u.municipality_id = s.municipality_id AND u.id = s.user_id
$$;

-- Whatever changes in a meeting counts it on: screens ask for that number alone.
CREATE FUNCTION pmg_meeting_ticks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.tick := OLD.tick + 1;
    RETURN NEW;
END
$$;

CREATE FUNCTION pmg_item_ticks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    changed record;
    changed_meeting uuid;
BEGIN
    IF TG_OP = 'DELETE' THEN
        changed := OLD;
    ELSE
        changed := NEW;
    END IF;
    IF TG_TABLE_NAME IN ('agenda_item', 'meeting_presence') THEN
        changed_meeting := changed.meeting_id;
    ELSE
        SELECT i.meeting_id INTO changed_meeting FROM agenda_item i
        WHERE i.municipality_id = changed.municipality_id AND i.id = changed.item_id;
    END IF;
    UPDATE meeting m SET tick = m.tick
    WHERE m.municipality_id = changed.municipality_id AND m.id = changed_meeting;
    RETURN NULL;
END
$$;

-- A task that came from an item moves on: the screens of the meeting show it.
CREATE FUNCTION pmg_meeting_task_ticks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.origin = 'overleg' THEN
        UPDATE meeting m SET tick = m.tick FROM agenda_item i
        WHERE i.municipality_id = NEW.municipality_id AND i.id = NEW.origin_id
          AND m.municipality_id = i.municipality_id AND m.id = i.meeting_id;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION pmg_item_is_fixed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    changed record;
    wanted uuid;
BEGIN
    IF TG_OP = 'DELETE' THEN
        changed := OLD;
    ELSE
        changed := NEW;
    END IF;
    IF TG_TABLE_NAME = 'agenda_item' THEN
        wanted := changed.id;
    ELSE
        wanted := changed.item_id;
    END IF;
    IF EXISTS (SELECT FROM item_record r
               WHERE r.municipality_id = changed.municipality_id AND r.item_id = wanted) THEN
        RAISE EXCEPTION 'the record of this item is fixed' USING ERRCODE = '23001';
    END IF;
    RETURN changed;
END
$$;

CREATE FUNCTION pmg_record_is_fixed() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a record is never changed' USING ERRCODE = '23001';
END
$$;

-- The meetings of who made the link of a calendar: when and how long, and nothing else.
CREATE FUNCTION pmg_feed_meetings(wanted uuid, digest bytea, since date, until date)
    RETURNS TABLE (id uuid, on_day date, clock time, minutes integer, changes integer, is_off boolean)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.id, m.on_day, m.clock, m.minutes, m.changes, m.state = 'vervallen'
    FROM pmg_feed_of(wanted, digest) f
    JOIN meeting m ON m.municipality_id = f.municipality_id
    WHERE m.on_day BETWEEN since AND until
      AND (f.user_id IN (m.chair_id, m.deputy_id) OR EXISTS (
        SELECT FROM agenda_item i
        JOIN item_invitee v ON v.municipality_id = i.municipality_id AND v.item_id = i.id
        WHERE i.municipality_id = m.municipality_id AND i.meeting_id = m.id
          AND v.user_id = f.user_id AND i.state IN ('geagendeerd', 'besproken')
          AND i.case_id IN (SELECT pmg_cases_of(f.municipality_id, f.user_id))
          AND NOT EXISTS (SELECT FROM item_conflict c WHERE c.municipality_id = i.municipality_id
                          AND c.case_id = i.case_id AND c.user_id = f.user_id)))
    ORDER BY m.on_day, m.id
$$;

REVOKE ALL ON FUNCTION pmg_my_agenda_items(), pmg_sees_agenda_item(uuid), pmg_my_chaired_items(),
    pmg_my_organisation(), pmg_meeting_ticks(), pmg_item_ticks(), pmg_meeting_task_ticks(),
    pmg_item_is_fixed(), pmg_record_is_fixed(), pmg_feed_meetings(uuid, bytea, date, date)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_my_agenda_items(), pmg_sees_agenda_item(uuid),
    pmg_my_chaired_items(), pmg_my_organisation(), pmg_feed_meetings(uuid, bytea, date, date)
    TO pmg_app;

CREATE TRIGGER meeting_ticks BEFORE UPDATE ON meeting
    FOR EACH ROW EXECUTE FUNCTION pmg_meeting_ticks();
CREATE TRIGGER meeting_task_ticks AFTER INSERT OR UPDATE ON task
    FOR EACH ROW EXECUTE FUNCTION pmg_meeting_task_ticks();
CREATE TRIGGER item_record_fixed BEFORE UPDATE ON item_record
    FOR EACH ROW EXECUTE FUNCTION pmg_record_is_fixed();
CREATE TRIGGER agenda_item_fixed BEFORE UPDATE ON agenda_item
    FOR EACH ROW EXECUTE FUNCTION pmg_item_is_fixed();
"""

TICKING = (
    "agenda_item",
    "meeting_presence",
    "item_intro",
    "item_invitee",
    "item_question",
    "item_refusal",
    "item_contribution",
    "item_conflict",
    "item_minutes",
    "item_opinion",
    "item_confirmation",
    "item_remark",
    "item_record",
)
# What a record rests on. What was brought in can be withdrawn afterwards: no record holds it.
FIXED = (
    "item_intro",
    "item_invitee",
    "item_question",
    "item_minutes",
    "item_opinion",
    "item_confirmation",
    "item_remark",
)

ME = "(SELECT pmg_user())"
MINE = "municipality_id = (SELECT pmg_municipality())"
SEEN = f"{MINE} AND item_id IN (SELECT pmg_my_agenda_items())"
CHAIRED = f"{MINE} AND item_id IN (SELECT pmg_my_chaired_items())"
# Who is needed is chosen by who proposes, and then by who leads; nobody invites along.
INVITES = (
    f"{SEEN} AND (item_id IN (SELECT pmg_my_chaired_items()) OR item_id IN (SELECT i.id"
    f" FROM agenda_item i WHERE i.proposed_by = {ME} AND i.state = 'voorgesteld'))"
)
MY_ORGANISATION = "organisation_id = (SELECT pmg_my_organisation())"
LEADS = f"{MINE} AND {ME} IN (chair_id, deputy_id)"
DIRECTS = "(SELECT pmg_has_role('process_director'))"
CHAIRS_MEETING = (
    "meeting_id IN (SELECT m.id FROM meeting m WHERE m.municipality_id ="
    f" (SELECT pmg_municipality()) AND {ME} IN (m.chair_id, m.deputy_id))"
)
# Who was there tells who was invited: to oneself, to who leads, and to who shares an item.
SEES_PRESENCE = (
    f"{MINE} AND (user_id = {ME} OR {CHAIRS_MEETING} OR EXISTS (SELECT FROM meeting m WHERE"
    " m.municipality_id = meeting_presence.municipality_id AND m.id = meeting_presence.meeting_id"
    " AND meeting_presence.user_id IN (m.chair_id, m.deputy_id))"
    " OR EXISTS (SELECT FROM item_invitee v"
    " JOIN agenda_item i ON i.municipality_id = v.municipality_id AND i.id = v.item_id"
    " WHERE v.municipality_id = meeting_presence.municipality_id"
    " AND v.user_id = meeting_presence.user_id"
    " AND i.meeting_id = meeting_presence.meeting_id))"
)
PROPOSES = (
    f"{MINE} AND proposed_by = {ME} AND case_id IN (SELECT pmg_my_cases())"
    f" AND (state = 'voorgesteld' OR (state = 'geagendeerd' AND {CHAIRS_MEETING}))"
)
ANSWERS = (
    f"{SEEN} AND (answered_by IS NULL OR answered_by = {ME}"
    " OR item_id IN (SELECT pmg_my_chaired_items()))"
)
# What another organisation brought in ends with the case, as all that is shared does.
READS = (
    f"{SEEN} AND ({MY_ORGANISATION} OR (EXISTS (SELECT FROM case_file c"
    " WHERE c.municipality_id = item_contribution.municipality_id"
    " AND c.id = item_contribution.case_id AND c.closed_on IS NULL)"
    " AND (scope = 'overleg'"
    " OR (scope = 'partners' AND (SELECT pmg_my_organisation()) = ANY (reader_ids))"
    " OR (scope = 'voorzitter' AND item_id IN (SELECT pmg_my_chaired_items())))))"
)
# table: {command: (USING, WITH CHECK)}
WALLS: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "meeting_series": {
        "SELECT": (MINE, None),
        "INSERT": (None, f"{LEADS} AND {DIRECTS}"),
        "UPDATE": (LEADS, f"{LEADS} AND {DIRECTS}"),
    },
    "meeting": {
        "SELECT": (MINE, None),
        "INSERT": (None, f"{LEADS} AND {DIRECTS}"),
        "UPDATE": (LEADS, f"{LEADS} AND {DIRECTS}"),
    },
    "meeting_presence": {
        "SELECT": (SEES_PRESENCE, None),
        "INSERT": (None, f"{MINE} AND (user_id = {ME} OR {CHAIRS_MEETING})"),
        "UPDATE": (
            f"{MINE} AND (user_id = {ME} OR {CHAIRS_MEETING})",
            f"{MINE} AND (user_id = {ME} OR {CHAIRS_MEETING})",
        ),
    },
    "meeting_pack": {
        "SELECT": (f"{MINE} AND user_id = {ME}", None),
        "INSERT": (None, f"{MINE} AND user_id = {ME}"),
        "UPDATE": (f"{MINE} AND user_id = {ME}", f"{MINE} AND user_id = {ME}"),
    },
    "agenda_item": {
        "SELECT": (f"{MINE} AND id IN (SELECT pmg_my_agenda_items())", None),
        "INSERT": (None, PROPOSES),
        "UPDATE": (f"{MINE} AND id IN (SELECT pmg_my_chaired_items())", MINE),
    },
    "item_intro": {
        "SELECT": (SEEN, None),
        "INSERT": (None, f"{SEEN} AND by_id = {ME}"),
        "UPDATE": (SEEN, f"{SEEN} AND by_id = {ME}"),
    },
    "item_invitee": {
        "SELECT": (SEEN, None),
        "INSERT": (None, INVITES),
        "DELETE": (CHAIRED, None),
    },
    # Whether an organisation knows a youth says something of him: it reads that itself, and who leads.
    "item_question": {
        "SELECT": (
            f"{SEEN} AND ({MY_ORGANISATION} OR item_id IN (SELECT pmg_my_chaired_items()))",
            None,
        ),
        "INSERT": (None, INVITES),
        "UPDATE": (
            f"{SEEN} AND ({MY_ORGANISATION} OR item_id IN (SELECT pmg_my_chaired_items()))",
            ANSWERS,
        ),
    },
    "item_refusal": {
        "SELECT": (
            f"{SEEN} AND ({MY_ORGANISATION} OR item_id IN (SELECT pmg_my_chaired_items()))",
            None,
        ),
        "INSERT": (None, f"{SEEN} AND {MY_ORGANISATION} AND by_id = {ME}"),
        "DELETE": (f"{SEEN} AND {MY_ORGANISATION}", None),
    },
    "item_contribution": {
        "SELECT": (READS, None),
        "INSERT": (None, f"{SEEN} AND {MY_ORGANISATION} AND by_id = {ME}"),
        "UPDATE": (f"{SEEN} AND {MY_ORGANISATION}", f"{SEEN} AND {MY_ORGANISATION}"),
    },
    # Who declares an interest does not read it back: the item is closed to him by then.
    "item_conflict": {
        "SELECT": (CHAIRED, None),
        "INSERT": (None, f"{SEEN} AND user_id = {ME}"),
    },
    "item_minutes": {
        "SELECT": (SEEN, None),
        "INSERT": (None, f"{CHAIRED} AND by_id = {ME}"),
        "UPDATE": (CHAIRED, f"{CHAIRED} AND by_id = {ME}"),
    },
    "item_opinion": {
        "SELECT": (SEEN, None),
        "INSERT": (None, f"{SEEN} AND user_id = {ME}"),
        "UPDATE": (f"{SEEN} AND user_id = {ME}", f"{SEEN} AND user_id = {ME}"),
    },
    "item_confirmation": {
        "SELECT": (SEEN, None),
        "INSERT": (None, f"{SEEN} AND user_id = {ME}"),
    },
    "item_remark": {
        "SELECT": (SEEN, None),
        "INSERT": (None, f"{SEEN} AND by_id = {ME}"),
    },
    "item_record": {
        "SELECT": (SEEN, None),
        "INSERT": (None, f"{CHAIRED} AND approved_by = {ME}"),
    },
}

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON meeting_series, meeting TO pmg_app;
GRANT SELECT, INSERT, UPDATE (arrived_at, left_at) ON meeting_presence TO pmg_app;
GRANT SELECT, INSERT, UPDATE (destroyed_at) ON meeting_pack TO pmg_app;
GRANT SELECT, INSERT, UPDATE ON agenda_item, item_intro, item_question, item_contribution,
    item_minutes, item_opinion TO pmg_app;
GRANT SELECT, INSERT, DELETE ON item_invitee, item_refusal TO pmg_app;
GRANT SELECT, INSERT ON item_conflict, item_confirmation, item_remark, item_record TO pmg_app;
"""

# What is told of an item goes out of sight with it.
TOLD = """
CREATE POLICY of_meetings ON notice AS RESTRICTIVE FOR SELECT TO pmg_app
    USING (kind NOT LIKE 'overleg%' OR item_id IN (SELECT pmg_my_agenda_items()));
"""

# A page that looks for itself is nobody's activity: asked without an idle time, it extends none.
_OPENS = """
CREATE OR REPLACE FUNCTION pmg_open_session(digest bytea, idle interval)
    RETURNS TABLE (
        session_id uuid, municipality_id text, municipality_name text, user_id uuid,
        organisation_id uuid, organisation_name text, partner_code text, name_sealed bytea,
        second_factor_at timestamptz, roles text[])
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('pmg.session', encode(digest, 'hex'), true);
    -- At most one write a minute: the idle time is extended when a part of it has gone.
    UPDATE user_session s SET seen_at = now(), idle_until = now() + idle
        WHERE s.token_digest = digest AND s.seen_at < now() - interval '1 minute'{only}
          AND EXISTS (SELECT FROM pmg_session());
    RETURN QUERY
        SELECT s.id, s.municipality_id, m.name, s.user_id, u.organisation_id, o.name,
               o.partner_code, u.name_sealed, s.second_factor_at,
               ARRAY(SELECT g.role FROM role_grant g
                     WHERE g.municipality_id = s.municipality_id AND g.user_id = s.user_id
                       AND g.valid_from <= now()
                       AND (g.valid_until IS NULL OR g.valid_until > now()))
        FROM pmg_session() s
        JOIN municipality m ON m.id = s.municipality_id
        JOIN user_account u ON u.municipality_id = s.municipality_id AND u.id = s.user_id
        JOIN organisation o
            ON o.municipality_id = u.municipality_id AND o.id = u.organisation_id;
END
$$;
"""

NEW_KINDS = (
    "'overleg_voorstel', 'overleg_antwoord', 'overleg_uitnodiging', 'overleg_bijdrage', 'overleg_belang',"
    " 'overleg_afspraken'"
)
OLD_KINDS = (
    "'aanmelding', 'besluit', 'deelname', 'afgesloten', 'rapport_wacht', 'rapport_besluit',"
    " 'overdracht', 'overgenomen', 'taak_gegeven', 'taak_antwoord', 'taak_gedaan',"
    " 'notitie_gedeeld', 'document_gedeeld', 'reactie', 'tegenspraak', 'afspraak_anders',"
    " 'terugblik', 'taak_termijn', 'samen_gevraagd', 'samen_besluit',"
    " 'aanbieder_aangemeld', 'aanbieder_antwoord', 'aanbieder_gesprek', 'aanbieder_voorbij',"
    " 'dosering_wacht', 'dosering_besluit', 'zorg_gemeld',"
    " 'pauze_gevraagd', 'pauze_besluit', 'traject_einde',"
    " 'waarneming_gedeeld', 'gedeeld_verbeterd', 'bekend_gevraagd', 'bekend_antwoord'"
)


def _policy(table: str, command: str, using: str | None, check: str | None) -> str:
    text = f"CREATE POLICY app_{command.lower()} ON {table} FOR {command} TO pmg_app"
    if using:
        text += f" USING ({using})"
    if check:
        text += f" WITH CHECK ({check})"
    return text


def _tell_of(kinds: str) -> None:
    for table in ("notice", "notice_choice"):
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_kind_known")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_kind_known CHECK (kind IN ({kinds}))"
        )


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(FUNCTIONS)
    for table in TICKING:
        op.execute(
            f"CREATE TRIGGER {table}_ticks AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION pmg_item_ticks()"
        )
    for table in FIXED:
        op.execute(
            f"CREATE TRIGGER {table}_fixed BEFORE INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION pmg_item_is_fixed()"
        )
    for table, policies in WALLS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
        for command, (using, check) in policies.items():
            op.execute(_policy(table, command, using, check))
    op.execute(GRANTS)
    op.execute(TOLD)
    op.execute(_OPENS.format(only=" AND idle IS NOT NULL"))
    _tell_of(f"{OLD_KINDS}, {NEW_KINDS}")


def downgrade() -> None:
    for table in ("notice", "notice_choice"):
        op.execute(f"DELETE FROM {table} WHERE kind IN ({NEW_KINDS})")
    _tell_of(OLD_KINDS)
    op.execute(_OPENS.format(only=""))
    op.execute("DROP POLICY of_meetings ON notice")
    op.execute("DROP TRIGGER meeting_task_ticks ON task")
    op.execute(
        "DROP TABLE item_record, item_remark, item_confirmation, item_opinion, item_minutes,"
        " item_conflict, item_contribution, item_refusal, item_question, item_invitee, item_intro,"
        " agenda_item, meeting_pack, meeting_presence, meeting, meeting_series"
    )
    op.execute(
        "DROP FUNCTION pmg_feed_meetings, pmg_record_is_fixed, pmg_item_is_fixed,"
        " pmg_meeting_task_ticks, pmg_item_ticks, pmg_meeting_ticks, pmg_my_organisation,"
        " pmg_my_chaired_items, pmg_sees_agenda_item, pmg_my_agenda_items"
    )
