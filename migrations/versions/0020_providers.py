"""Offers of providers with places, and referrals to them that they accept or refuse.

A provider takes part in no case. One function tells which referrals are open to him, and two write
his answer: they lock the offer before they count, so that no place is given twice. The application
itself changes no referral. Beside a trajectory without a referral, from before there were any, its
provider agreed by the telephone: it counts as accepted and takes a place while it is open.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KINDS_BEFORE = (
    "'aanmelding', 'besluit', 'deelname', 'afgesloten', 'rapport_wacht', 'rapport_besluit',"
    " 'overdracht', 'overgenomen', 'taak_gegeven', 'taak_antwoord', 'taak_gedaan',"
    " 'notitie_gedeeld', 'document_gedeeld', 'reactie', 'tegenspraak', 'afspraak_anders',"
    " 'terugblik', 'taak_termijn', 'samen_gevraagd', 'samen_besluit'"
)
KINDS = (
    f"{KINDS_BEFORE}, 'aanbieder_aangemeld', 'aanbieder_antwoord', 'aanbieder_gesprek',"
    " 'aanbieder_voorbij'"
)
_OFFERED = """
    places INTEGER NOT NULL,
    price INTEGER,
    contract_from DATE NOT NULL,
    contract_until DATE,
    areas TEXT[] NOT NULL,
    contact TEXT NOT NULL,
"""
_OFFERED_CHECKS = """
    CONSTRAINT {table}_places_not_negative CHECK (places >= 0),
    CONSTRAINT {table}_price_not_negative CHECK (price >= 0),
    CONSTRAINT {table}_contract_in_order CHECK (contract_until >= contract_from)
"""
TABLES = f"""
CREATE TABLE offer (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    intervention_code TEXT NOT NULL,
    {_OFFERED}
    version INTEGER NOT NULL,
    CONSTRAINT offer_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT offer_municipality_id_organisation_id_fk
        FOREIGN KEY (municipality_id, organisation_id) REFERENCES organisation (municipality_id, id),
    CONSTRAINT offer_once UNIQUE (municipality_id, organisation_id, intervention_code),
    {_OFFERED_CHECKS.format(table="offer")}
);
CREATE TABLE offer_version (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    offer_id UUID NOT NULL,
    number INTEGER NOT NULL,
    {_OFFERED}
    reason TEXT NOT NULL,
    entered_by UUID NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT offer_version_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT offer_version_municipality_id_offer_id_fk FOREIGN KEY (municipality_id, offer_id)
        REFERENCES offer (municipality_id, id),
    CONSTRAINT offer_version_municipality_id_entered_by_fk FOREIGN KEY (municipality_id, entered_by)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT offer_version_once UNIQUE (municipality_id, offer_id, number),
    {_OFFERED_CHECKS.format(table="offer_version")}
);
CREATE TABLE provider_referral (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    trajectory_id UUID NOT NULL,
    offer_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    intervention_code TEXT NOT NULL,
    name_sealed BYTEA NOT NULL,
    age_sealed BYTEA NOT NULL,
    goal_sealed BYTEA NOT NULL,
    message_sealed BYTEA,
    target_factors TEXT[] NOT NULL,
    planned_start DATE NOT NULL,
    planned_end DATE NOT NULL,
    sent_by UUID NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer TEXT NOT NULL,
    answered_by UUID,
    answered_at TIMESTAMP WITH TIME ZONE,
    refusal_reason TEXT,
    refusal_sealed BYTEA,
    conversation_on DATE,
    version INTEGER NOT NULL,
    CONSTRAINT provider_referral_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT provider_referral_municipality_id_case_id_youth_id_fk
        FOREIGN KEY (municipality_id, case_id, youth_id)
        REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT provider_referral_municipality_id_trajectory_id_fk
        FOREIGN KEY (municipality_id, trajectory_id) REFERENCES trajectory (municipality_id, id)
        ON DELETE CASCADE,
    CONSTRAINT provider_referral_municipality_id_offer_id_fk FOREIGN KEY (municipality_id, offer_id)
        REFERENCES offer (municipality_id, id),
    CONSTRAINT provider_referral_municipality_id_organisation_id_fk
        FOREIGN KEY (municipality_id, organisation_id) REFERENCES organisation (municipality_id, id),
    CONSTRAINT provider_referral_municipality_id_sent_by_fk FOREIGN KEY (municipality_id, sent_by)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT provider_referral_municipality_id_answered_by_fk
        FOREIGN KEY (municipality_id, answered_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT provider_referral_one UNIQUE (municipality_id, trajectory_id),
    CONSTRAINT provider_referral_planned_in_order CHECK (planned_end >= planned_start),
    CONSTRAINT provider_referral_answer_known
        CHECK (answer IN ('aangevraagd', 'wachtlijst', 'aangenomen', 'geweigerd')),
    CONSTRAINT provider_referral_answer_whole CHECK ((answer = 'aangevraagd') = (answered_by IS NULL)
        AND (answered_by IS NULL) = (answered_at IS NULL)),
    CONSTRAINT provider_referral_refusal_whole CHECK ((answer = 'geweigerd') = (refusal_reason IS NOT NULL)
        AND (refusal_sealed IS NULL OR answer = 'geweigerd')),
    CONSTRAINT provider_referral_refusal_known CHECK (refusal_reason IN
        ('geen_plek', 'past_niet', 'niet_veilig', 'te_weinig_bekend', 'anders')),
    CONSTRAINT provider_referral_conversation_after_answer
        CHECK (conversation_on IS NULL OR answer = 'aangenomen')
);
CREATE INDEX provider_referral_case ON provider_referral (municipality_id, case_id);
CREATE INDEX provider_referral_organisation
    ON provider_referral (municipality_id, organisation_id, sent_at);
CREATE INDEX provider_referral_offer ON provider_referral (municipality_id, offer_id);
CREATE INDEX trajectory_at_provider ON trajectory (municipality_id, provider_id, intervention_code)
    WHERE ended_on IS NULL;
ALTER TABLE notice DROP CONSTRAINT notice_kind_known;
ALTER TABLE notice ADD CONSTRAINT notice_kind_known CHECK (kind IN ({KINDS}));
ALTER TABLE notice_choice DROP CONSTRAINT notice_choice_kind_known;
ALTER TABLE notice_choice ADD CONSTRAINT notice_choice_kind_known CHECK (kind IN ({KINDS}));
"""

FUNCTIONS = """
-- What is open to me as a provider: sent to my organisation, not refused, and not over.
CREATE FUNCTION pmg_my_referrals() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    SELECT r.id FROM trajectory t
    JOIN provider_referral r ON r.municipality_id = t.municipality_id AND r.trajectory_id = t.id
    JOIN case_file c ON c.municipality_id = r.municipality_id AND c.id = r.case_id
    WHERE t.municipality_id = (SELECT pmg_municipality())
      AND t.provider_id = (SELECT pmg_organisation()) AND t.ended_on IS NULL
      AND (SELECT pmg_has_role('partner_professional'))
      AND r.organisation_id = t.provider_id
      AND r.answer <> 'geweigerd' AND c.closed_on IS NULL
$$;
-- Whether an organisation has somebody to answer here; where nobody is, the worker on the case
-- notes what it said.
CREATE FUNCTION pmg_answers_here(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM user_account u
        JOIN role_grant g ON g.municipality_id = u.municipality_id AND g.user_id = u.id
        WHERE u.municipality_id = pmg_municipality() AND u.organisation_id = wanted AND u.active
          AND g.role = 'partner_professional' AND g.valid_from <= now()
          AND (g.valid_until IS NULL OR g.valid_until > now()))
$$;
-- How many places an offer has given: by referrals it accepted, and to trajectories from before
-- there were referrals. Not granted to anyone: it is asked by the functions below.
CREATE FUNCTION pmg_places_given(place text, wanted uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM offer o
    JOIN trajectory t ON t.municipality_id = o.municipality_id
        AND t.provider_id = o.organisation_id AND t.intervention_code = o.intervention_code
        AND t.ended_on IS NULL
    LEFT JOIN provider_referral r
        ON r.municipality_id = t.municipality_id AND r.trajectory_id = t.id
    WHERE o.municipality_id = place AND o.id = wanted
      AND (r.id IS NULL OR r.answer = 'aangenomen')
$$;
-- Whether another waits longer for the same offer.
CREATE FUNCTION pmg_waits_longer(place text, wanted uuid, since timestamptz, than uuid)
    RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM offer o
        JOIN trajectory t ON t.municipality_id = o.municipality_id
            AND t.provider_id = o.organisation_id AND t.intervention_code = o.intervention_code
            AND t.ended_on IS NULL
        JOIN provider_referral r
            ON r.municipality_id = t.municipality_id AND r.trajectory_id = t.id
        WHERE o.municipality_id = place AND o.id = wanted AND r.answer = 'wachtlijst'
          AND (r.sent_at, r.id) < (since, than))
$$;
-- Numbers of each offer, for who refers youths and for who offers. The policy officer is not told:
-- how many wait at one provider is a small number about youths.
CREATE FUNCTION pmg_offers_taken() RETURNS TABLE (offer_id uuid, given bigint, waiting bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.id, count(t.id) FILTER (WHERE r.id IS NULL OR r.answer = 'aangenomen'),
           count(r.id) FILTER (WHERE r.answer = 'wachtlijst')
    FROM offer o
    LEFT JOIN trajectory t ON t.municipality_id = o.municipality_id
        AND t.provider_id = o.organisation_id AND t.intervention_code = o.intervention_code
        AND t.ended_on IS NULL
    LEFT JOIN provider_referral r
        ON r.municipality_id = t.municipality_id AND r.trajectory_id = t.id
    WHERE o.municipality_id = (SELECT pmg_municipality())
      AND ((SELECT pmg_has_role('case_director', 'youth_worker'))
           OR (SELECT pmg_has_role('partner_professional'))
              AND o.organisation_id = (SELECT pmg_organisation()))
    GROUP BY o.id
$$;
-- Lock what an answer is about, in the order of the application: case, trajectory, referral.
-- No row where who asks may not: not the provider, nor a worker on the case where that is enough.
CREATE FUNCTION pmg_hold_referral(wanted uuid, worker_too boolean)
    RETURNS TABLE (referral provider_referral, is_over boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here text := pmg_municipality();
    at_case uuid;
    of_trajectory uuid;
BEGIN
    SELECT r.case_id, r.trajectory_id INTO at_case, of_trajectory FROM provider_referral r
        WHERE r.municipality_id = here AND r.id = wanted
          AND (r.organisation_id = pmg_organisation() AND pmg_has_role('partner_professional')
               OR r.case_id IN (SELECT pmg_my_cases())
                  AND pmg_has_role('case_director', 'youth_worker')
                  AND (worker_too OR NOT pmg_answers_here(r.organisation_id)));
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM FROM case_file c WHERE c.municipality_id = here AND c.id = at_case FOR UPDATE;
    PERFORM FROM trajectory t WHERE t.municipality_id = here AND t.id = of_trajectory FOR UPDATE;
    RETURN QUERY SELECT r, t.ended_on IS NOT NULL OR c.closed_on IS NOT NULL
        FROM provider_referral r
        JOIN trajectory t ON t.municipality_id = r.municipality_id AND t.id = r.trajectory_id
        JOIN case_file c ON c.municipality_id = r.municipality_id AND c.id = r.case_id
        WHERE r.municipality_id = here AND r.id = wanted
        FOR UPDATE OF r;
END
$$;
-- Give a place when one is free and nobody waits longer; else the referral waits, in the order of
-- its arrival. Or refuse, which ends the trajectory. Returns what was written; 'vol' when it waits
-- already and there is still no place for it; 'anders' when somebody was first, with what he
-- answered; 'voorbij' when it is over; no row for who may not answer.
CREATE FUNCTION pmg_answer_referral(
        wanted uuid, seen integer, says text, day date, why text, words bytea)
    RETURNS TABLE (outcome text, first_answer text, first_by uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here text := pmg_municipality();
    held provider_referral;
    taken record;
    most integer;
    written text := 'geweigerd';
BEGIN
    SELECT h.* INTO taken FROM pmg_hold_referral(wanted, false) h;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    held := taken.referral;
    IF held.version <> seen OR held.answer NOT IN ('aangevraagd', 'wachtlijst') THEN
        RETURN QUERY SELECT 'anders', held.answer, held.answered_by;
        RETURN;
    ELSIF taken.is_over THEN
        RETURN QUERY SELECT 'voorbij', held.answer, held.answered_by;
        RETURN;
    ELSIF says = 'aangenomen' THEN
        -- The next statement counts what others gave until we had the offer.
        SELECT o.places INTO most FROM offer o
            WHERE o.municipality_id = here AND o.id = held.offer_id FOR NO KEY UPDATE;
        IF most > pmg_places_given(here, held.offer_id)
           AND NOT pmg_waits_longer(here, held.offer_id, held.sent_at, held.id) THEN
            written := 'aangenomen';
        ELSIF held.answer = 'wachtlijst' THEN
            RETURN QUERY SELECT 'vol', held.answer, held.answered_by;
            RETURN;
        ELSE
            written := 'wachtlijst';
        END IF;
    END IF;
    UPDATE provider_referral r SET answer = written, answered_by = pmg_user(), answered_at = now(),
            refusal_reason = CASE WHEN written = 'geweigerd' THEN why END,
            refusal_sealed = CASE WHEN written = 'geweigerd' THEN words END,
            version = r.version + 1
        WHERE r.municipality_id = here AND r.id = held.id;
    IF written = 'geweigerd' THEN
        UPDATE trajectory t SET ended_on = day, ending = 'gestopt', end_reason = 'aanbieder_weigert',
                version = t.version + 1
            WHERE t.municipality_id = here AND t.id = held.trajectory_id;
    END IF;
    PERFORM pmg_tell_referrer(held.id, 'aanbieder_antwoord');
    RETURN QUERY SELECT written, held.answer, held.answered_by;
END
$$;
-- Note the day of the first conversation, for the provider or a worker on the case. Returns
-- 'gesprek', or as above.
CREATE FUNCTION pmg_note_conversation(wanted uuid, seen integer, day date)
    RETURNS TABLE (outcome text, first_answer text, first_by uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here text := pmg_municipality();
    held provider_referral;
    taken record;
BEGIN
    SELECT h.* INTO taken FROM pmg_hold_referral(wanted, true) h;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    held := taken.referral;
    IF taken.is_over THEN
        RETURN QUERY SELECT 'voorbij', held.answer, held.answered_by;
    ELSIF held.version <> seen OR held.answer <> 'aangenomen' OR held.conversation_on IS NOT NULL THEN
        RETURN QUERY SELECT 'anders', held.answer, held.answered_by;
    ELSE
        UPDATE provider_referral r SET conversation_on = day, version = r.version + 1
            WHERE r.municipality_id = here AND r.id = held.id;
        PERFORM pmg_tell_referrer(held.id, 'aanbieder_gesprek');
        RETURN QUERY SELECT 'gesprek', held.answer, held.answered_by;
    END IF;
END
$$;
-- Tell who referred, when he still takes part in the case and did not do it himself.
CREATE FUNCTION pmg_tell_referrer(wanted uuid, what text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO notice (municipality_id, id, user_id, kind, case_id, item_id, told_by, at)
    SELECT r.municipality_id, gen_random_uuid(), r.sent_by, what, r.case_id, r.trajectory_id,
           pmg_user(), now()
    FROM provider_referral r
    WHERE r.municipality_id = pmg_municipality() AND r.id = wanted AND r.sent_by <> pmg_user()
      AND r.case_id IN (SELECT pmg_cases_of(r.municipality_id, r.sent_by))
$$;
-- Whom of an organisation to tell that there is a referral.
CREATE FUNCTION pmg_people_of_provider(wanted uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT u.id FROM user_account u
    JOIN role_grant g ON g.municipality_id = u.municipality_id AND g.user_id = u.id
    WHERE u.municipality_id = pmg_municipality() AND u.organisation_id = wanted AND u.active
      AND g.role = 'partner_professional' AND g.valid_from <= now()
      AND (g.valid_until IS NULL OR g.valid_until > now())
$$;
REVOKE ALL ON FUNCTION pmg_my_referrals(), pmg_answers_here(uuid), pmg_places_given(text, uuid),
    pmg_waits_longer(text, uuid, timestamptz, uuid), pmg_offers_taken(), pmg_hold_referral(uuid, boolean),
    pmg_answer_referral(uuid, integer, text, date, text, bytea),
    pmg_note_conversation(uuid, integer, date), pmg_tell_referrer(uuid, text),
    pmg_people_of_provider(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_my_referrals(), pmg_answers_here(uuid), pmg_offers_taken(),
    pmg_answer_referral(uuid, integer, text, date, text, bytea),
    pmg_note_conversation(uuid, integer, date), pmg_people_of_provider(uuid) TO pmg_app;
"""

MINE = "municipality_id = (SELECT pmg_municipality())"
IN_MY_CASES = f"{MINE} AND case_id IN (SELECT pmg_my_cases())"
KEEPS = f"{MINE} AND (SELECT pmg_has_role('policy_officer'))"
# It begins without an answer, about a trajectory and an offer that say the same.
SENT_BY_ME = (
    f"{IN_MY_CASES} AND sent_by = (SELECT pmg_user()) AND answer = 'aangevraagd'"
    " AND EXISTS (SELECT FROM trajectory t WHERE t.municipality_id ="
    " provider_referral.municipality_id AND t.id = provider_referral.trajectory_id"
    " AND t.case_id = provider_referral.case_id"
    " AND t.provider_id = provider_referral.organisation_id"
    " AND t.intervention_code = provider_referral.intervention_code)"
    " AND EXISTS (SELECT FROM offer o WHERE o.municipality_id ="
    " provider_referral.municipality_id AND o.id = provider_referral.offer_id"
    " AND o.organisation_id = provider_referral.organisation_id"
    " AND o.intervention_code = provider_referral.intervention_code)"
)
# table: {command: (USING, WITH CHECK)}
POLICIES: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "offer": {"SELECT": (MINE, None), "INSERT": (None, KEEPS), "UPDATE": (KEEPS, KEEPS)},
    "offer_version": {
        "SELECT": (KEEPS, None),
        "INSERT": (None, f"{KEEPS} AND entered_by = (SELECT pmg_user())"),
    },
    "provider_referral": {
        "SELECT": (
            f"{MINE} AND (case_id IN (SELECT pmg_my_cases()) OR id IN (SELECT pmg_my_referrals()))",
            None,
        ),
        "INSERT": (
            None,
            SENT_BY_ME,
        ),
        "DELETE": (IN_MY_CASES, None),
    },
}
GRANTS = """
GRANT SELECT, INSERT, UPDATE (places, price, contract_from, contract_until, areas, contact, version)
    ON offer TO pmg_app;
GRANT SELECT, INSERT ON offer_version TO pmg_app;
GRANT SELECT, INSERT, DELETE ON provider_referral TO pmg_app;
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table in POLICIES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
    op.execute(FUNCTIONS)
    for table, policies in POLICIES.items():
        for command, (using, check) in policies.items():
            text = f"CREATE POLICY app_{command.lower()} ON {table} FOR {command} TO pmg_app"
            text += f" USING ({using})" if using else ""
            text += f" WITH CHECK ({check})" if check else ""
            op.execute(text)
    op.execute(GRANTS)


def downgrade() -> None:
    op.execute("DROP INDEX trajectory_at_provider")
    op.execute("DROP TABLE provider_referral, offer_version, offer CASCADE")
    op.execute(
        "DROP FUNCTION IF EXISTS pmg_people_of_provider, pmg_tell_referrer, pmg_note_conversation,"
        " pmg_answer_referral, pmg_hold_referral, pmg_offers_taken, pmg_waits_longer,"
        " pmg_places_given, pmg_answers_here, pmg_my_referrals"
    )
    gone = "kind LIKE 'aanbieder_%'"
    op.execute(
        f"""
        DELETE FROM notice WHERE {gone};
        DELETE FROM notice_choice WHERE {gone};
        ALTER TABLE notice DROP CONSTRAINT notice_kind_known;
        ALTER TABLE notice ADD CONSTRAINT notice_kind_known CHECK (kind IN ({KINDS_BEFORE}));
        ALTER TABLE notice_choice DROP CONSTRAINT notice_choice_kind_known;
        ALTER TABLE notice_choice ADD CONSTRAINT notice_choice_kind_known
            CHECK (kind IN ({KINDS_BEFORE}));
        """
    )
