"""The provider's own people keep the delivery of what was referred to them, until it ends.

They still take part in no case. One function says which trajectories their organisation carries;
the walls of delivery let them read and add under those, and no more. A concern is read by who
wrote it and by who answers for the referral: from now on row security says so.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OLD_STEPS = (
    "'doel_geschreven', 'doel_weggehaald', 'aanpassing_begonnen', 'voorgelegd', 'goedgekeurd',"
    " 'teruggestuurd', 'gepland', 'verzet', 'verbeterd', 'gepauzeerd', 'hervat', 'zorg',"
    " 'afgesloten'"
)
NEW_STEPS = "'goedkeuring_gevraagd', 'pauze_gevraagd', 'pauze_afgewezen', 'gestopt'"
OLD_SAID = "'aanpassing_begonnen', 'teruggestuurd', 'verzet', 'verbeterd', 'zorg'"
PAUSE_REASONS = "'jongere', 'school_of_werk', 'vakantie', 'elders', 'aanbieder', 'anders'"

OLD_KINDS = (
    "'aanmelding', 'besluit', 'deelname', 'afgesloten', 'rapport_wacht', 'rapport_besluit',"
    " 'overdracht', 'overgenomen', 'taak_gegeven', 'taak_antwoord', 'taak_gedaan',"
    " 'notitie_gedeeld', 'document_gedeeld', 'reactie', 'tegenspraak', 'afspraak_anders',"
    " 'terugblik', 'taak_termijn', 'samen_gevraagd', 'samen_besluit',"
    " 'aanbieder_aangemeld', 'aanbieder_antwoord', 'aanbieder_gesprek', 'aanbieder_voorbij',"
    " 'dosering_wacht', 'dosering_besluit', 'zorg_gemeld'"
)
NEW_KINDS = "'pauze_gevraagd', 'pauze_besluit', 'traject_einde'"

FUNCTIONS = """
-- What my organisation carries out: referred to it, accepted, and not over. For who has not the
-- role of a partner nothing is looked up.
CREATE FUNCTION pmg_my_deliveries() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    SELECT t.id FROM trajectory t
    JOIN provider_referral r ON r.municipality_id = t.municipality_id AND r.trajectory_id = t.id
    JOIN case_file c ON c.municipality_id = t.municipality_id AND c.id = t.case_id
    WHERE t.municipality_id = (SELECT pmg_municipality())
      AND t.provider_id = (SELECT pmg_organisation()) AND t.ended_on IS NULL
      AND (SELECT pmg_has_role('partner_professional'))
      AND r.organisation_id = t.provider_id
      AND r.answer = 'aangenomen' AND c.closed_on IS NULL
$$;
-- Who works on the case of a trajectory now, and whether he answers for the referral: he assigned
-- it, or directs the case. For who takes part in the case, and for who carries the trajectory out.
CREATE FUNCTION pmg_people_of_trajectory(wanted uuid)
    RETURNS TABLE (user_id uuid, answers boolean)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    SELECT m.user_id, bool_or(m.function = 'case_director' OR m.user_id = t.assigned_by)
    FROM trajectory t
    JOIN case_member m ON m.municipality_id = t.municipality_id AND m.case_id = t.case_id
    JOIN user_account u ON u.municipality_id = m.municipality_id AND u.id = m.user_id AND u.active
    WHERE t.municipality_id = (SELECT pmg_municipality()) AND t.id = wanted
      AND (t.case_id IN (SELECT pmg_my_cases()) OR t.id IN (SELECT pmg_my_deliveries()))
      AND m.function IN ('case_director', 'youth_worker')
      AND m.case_id IN (SELECT pmg_cases_of(m.municipality_id, m.user_id))
      AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
    GROUP BY m.user_id
$$;
CREATE FUNCTION pmg_reads_concerns(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pmg_people_of_trajectory(wanted) p
        WHERE p.answers AND p.user_id = pmg_user())
$$;
-- Lock what somebody of the provider changes something of, in the order of the application.
CREATE FUNCTION pmg_hold_delivery(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here text := pmg_municipality();
    at_case uuid;
BEGIN
    SELECT t.case_id INTO at_case FROM trajectory t
        WHERE t.municipality_id = here AND t.id = wanted AND t.id IN (SELECT pmg_my_deliveries());
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM FROM case_file c WHERE c.municipality_id = here AND c.id = at_case FOR UPDATE;
    PERFORM FROM trajectory t WHERE t.municipality_id = here AND t.id = wanted FOR UPDATE;
    -- A new statement: what somebody ended meanwhile is not ours any more.
    RETURN wanted IN (SELECT pmg_my_deliveries());
END
$$;
-- End what my organisation carries out. Returns false when it is not ours, or no longer what was
-- seen; what the words of the end may say is checked by the application, which sealed them.
CREATE FUNCTION pmg_end_delivery(
        wanted uuid, seen integer, day date, how text, why text, words bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here text := pmg_municipality();
    at_case uuid;
BEGIN
    IF NOT pmg_hold_delivery(wanted) THEN
        RETURN false;
    END IF;
    UPDATE trajectory t SET ended_on = day, ending = how, end_reason = why,
            end_note_sealed = words, version = t.version + 1
        WHERE t.municipality_id = here AND t.id = wanted AND t.version = seen
        RETURNING t.case_id INTO at_case;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE case_file c SET updated_at = now() WHERE c.municipality_id = here AND c.id = at_case;
    RETURN true;
END
$$;
-- What my organisation did not accept in the last thirty days: who said so, when, and of which
-- intervention. Nothing of the youth: no name, no age, no case, and not even a number of his.
CREATE FUNCTION pmg_refused_by_us()
    RETURNS TABLE (intervention_code text, answered_by uuid, answered_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    SELECT r.intervention_code, r.answered_by, r.answered_at FROM provider_referral r
    WHERE r.municipality_id = (SELECT pmg_municipality())
      AND r.organisation_id = (SELECT pmg_organisation())
      AND (SELECT pmg_has_role('partner_professional'))
      AND r.answer = 'geweigerd' AND r.answered_at > now() - interval '30 days'
    ORDER BY r.answered_at DESC
$$;
REVOKE ALL ON FUNCTION pmg_my_deliveries(), pmg_people_of_trajectory(uuid),
    pmg_reads_concerns(uuid), pmg_hold_delivery(uuid),
    pmg_end_delivery(uuid, integer, date, text, text, bytea), pmg_refused_by_us() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_my_deliveries(), pmg_people_of_trajectory(uuid),
    pmg_reads_concerns(uuid), pmg_hold_delivery(uuid),
    pmg_end_delivery(uuid, integer, date, text, text, bytea), pmg_refused_by_us() TO pmg_app;
"""

HERE = "municipality_id = (SELECT pmg_municipality())"
# Arrays, so that both halves of an OR can go by an index.
IN_MY_CASES = "case_id = ANY (ARRAY(SELECT pmg_my_cases()))"
CARRIED = "= ANY (ARRAY(SELECT pmg_my_deliveries()))"
ME = "(SELECT pmg_user())"
MINE = f"{HERE} AND {IN_MY_CASES}"
OURS = f"{HERE} AND ({IN_MY_CASES} OR trajectory_id {CARRIED})"
# What stands under a plan or a meeting is seen, and added to, by who sees that.
UNDER_PLAN = (
    f"{HERE} AND ({IN_MY_CASES} OR EXISTS (SELECT FROM dosage_plan p WHERE p.municipality_id ="
    " dosage_goal.municipality_id AND p.id = dosage_goal.plan_id))"
)
UNDER_MEETING = (
    f"{HERE} AND ({IN_MY_CASES} OR EXISTS (SELECT FROM gathering g WHERE g.municipality_id ="
    " gathering_record.municipality_id AND g.id = gathering_record.gathering_id))"
)
OPEN_PLAN = (
    "EXISTS (SELECT FROM dosage_plan p WHERE p.municipality_id = dosage_goal.municipality_id"
    " AND p.id = dosage_goal.plan_id AND p.state = 'concept')"
)
READS = f"(step <> 'zorg' OR by_id = {ME} OR pmg_reads_concerns(trajectory_id))"
# What only who takes part in the case decides.
DECIDED = "'goedgekeurd', 'teruggestuurd', 'gepauzeerd', 'pauze_afgewezen'"
OLD_TOLD = f"{HERE} AND told_by = {ME} AND (case_id IS NULL OR case_id IN (SELECT pmg_my_cases()))"
# Of a trajectory also who carries it out tells something to who takes part in the case.
TOLD = (
    f"{HERE} AND told_by = {ME} AND (case_id IS NULL"
    " OR case_id IN (SELECT pmg_my_cases()) OR EXISTS (SELECT FROM trajectory t"
    " WHERE t.municipality_id = notice.municipality_id AND t.id = notice.item_id"
    " AND t.case_id = notice.case_id))"
)
# table: {command: (USING, WITH CHECK)}
WALLS: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "trajectory": {"ALL": (MINE, MINE)},
    "dosage_plan": {
        "SELECT": (OURS, None),
        "INSERT": (None, f"{OURS} AND made_by = {ME} AND state = 'concept'"),
        # An approved version is frozen; who approves is signed in, and takes part in the case.
        "UPDATE": (
            f"{OURS} AND state <> 'goedgekeurd'",
            f"{OURS} AND (approved_by IS NULL OR approved_by = {ME} AND {IN_MY_CASES})",
        ),
    },
    "dosage_goal": {
        "SELECT": (UNDER_PLAN, None),
        "INSERT": (None, f"{UNDER_PLAN} AND written_by = {ME} AND {OPEN_PLAN}"),
        "UPDATE": (
            f"{UNDER_PLAN} AND {OPEN_PLAN}",
            f"{UNDER_PLAN} AND written_by = {ME} AND {OPEN_PLAN}",
        ),
        "DELETE": (f"{UNDER_PLAN} AND {OPEN_PLAN}", None),
    },
    "gathering": {
        "SELECT": (OURS, None),
        "INSERT": (None, f"{OURS} AND made_by = {ME}"),
        "UPDATE": (OURS, OURS),
    },
    "gathering_record": {
        "SELECT": (UNDER_MEETING, None),
        "INSERT": (None, f"{UNDER_MEETING} AND by_id = {ME}"),
    },
    # Who carries it out asks for a pause; who takes part in the case gives it.
    "delivery_pause": {
        "SELECT": (OURS, None),
        "INSERT": (None, f"{MINE} AND made_by = {ME}"),
        "UPDATE": (f"{OURS} AND resumed_on IS NULL", OURS),
    },
    "delivery_event": {
        "SELECT": (f"{OURS} AND {READS}", None),
        "INSERT": (
            None,
            f"{OURS} AND by_id = {ME} AND ({IN_MY_CASES} OR step NOT IN ({DECIDED}))",
        ),
    },
    "goal_report": {
        "SELECT": (OURS, None),
        "INSERT": (None, f"{OURS} AND by_id = {ME}"),
    },
    "notice": {
        "INSERT": (
            None,
            TOLD,
        ),
    },
}

OLD_MINE = "municipality_id = (SELECT pmg_municipality()) AND case_id IN (SELECT pmg_my_cases())"
OLD_WALLS: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "trajectory": {"ALL": (OLD_MINE, OLD_MINE)},
    "dosage_plan": {
        "SELECT": (OLD_MINE, None),
        "INSERT": (None, f"{OLD_MINE} AND made_by = {ME} AND state = 'concept'"),
        "UPDATE": (
            f"{OLD_MINE} AND state <> 'goedgekeurd'",
            f"{OLD_MINE} AND (approved_by IS NULL OR approved_by = {ME})",
        ),
    },
    "dosage_goal": {
        "SELECT": (OLD_MINE, None),
        "INSERT": (None, f"{OLD_MINE} AND written_by = {ME} AND {OPEN_PLAN}"),
        "UPDATE": (
            f"{OLD_MINE} AND {OPEN_PLAN}",
            f"{OLD_MINE} AND written_by = {ME} AND {OPEN_PLAN}",
        ),
        "DELETE": (f"{OLD_MINE} AND {OPEN_PLAN}", None),
    },
    "gathering": {
        "SELECT": (OLD_MINE, None),
        "INSERT": (None, f"{OLD_MINE} AND made_by = {ME}"),
        "UPDATE": (OLD_MINE, OLD_MINE),
    },
    "gathering_record": {
        "SELECT": (OLD_MINE, None),
        "INSERT": (None, f"{OLD_MINE} AND by_id = {ME}"),
    },
    "delivery_pause": {
        "SELECT": (OLD_MINE, None),
        "INSERT": (None, f"{OLD_MINE} AND made_by = {ME}"),
        "UPDATE": (f"{OLD_MINE} AND resumed_on IS NULL", OLD_MINE),
    },
    "delivery_event": {
        "SELECT": (OLD_MINE, None),
        "INSERT": (None, f"{OLD_MINE} AND by_id = {ME}"),
    },
    "goal_report": {
        "SELECT": (OLD_MINE, None),
        "INSERT": (None, f"{OLD_MINE} AND by_id = {ME}"),
    },
    "notice": {
        "INSERT": (
            None,
            OLD_TOLD,
        ),
    },
}


def _build(walls: dict[str, dict[str, tuple[str | None, str | None]]]) -> None:
    for table, policies in walls.items():
        for command, (using, check) in policies.items():
            name = f"app_{command.lower()}"
            op.execute(f"DROP POLICY {name} ON {table}")
            text = f"CREATE POLICY {name} ON {table} FOR {command} TO pmg_app"
            text += f" USING ({using})" if using else ""
            text += f" WITH CHECK ({check})" if check else ""
            op.execute(text)


def _know(steps: str, said: str) -> None:
    for name, check in (
        ("step_known", f"step IN ({steps})"),
        ("reason_given", f"step NOT IN ({said}) OR words_sealed IS NOT NULL"),
    ):
        op.execute(f"ALTER TABLE delivery_event DROP CONSTRAINT delivery_event_{name}")
        op.execute(
            f"ALTER TABLE delivery_event ADD CONSTRAINT delivery_event_{name} CHECK ({check})"
        )


def _tell_of(kinds: str) -> None:
    for table in ("notice", "notice_choice"):
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_kind_known")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_kind_known CHECK (kind IN ({kinds}))"
        )


def upgrade() -> None:
    op.execute(FUNCTIONS)
    _know(f"{OLD_STEPS}, {NEW_STEPS}", f"{OLD_SAID}, 'pauze_afgewezen'")
    op.execute(
        f"""
        ALTER TABLE delivery_event ADD COLUMN pause_reason TEXT;
        ALTER TABLE delivery_event ADD CONSTRAINT delivery_event_pause_reason_known
            CHECK (pause_reason IN ({PAUSE_REASONS}));
        ALTER TABLE delivery_event ADD CONSTRAINT delivery_event_pause_asked_whole
            CHECK ((step = 'pauze_gevraagd') = (pause_reason IS NOT NULL)
                AND (step <> 'pauze_gevraagd' OR day_after IS NOT NULL));
        """
    )
    _tell_of(f"{OLD_KINDS}, {NEW_KINDS}")
    _build(WALLS)
    # Read, and nothing else: it is ended by a function.
    op.execute(
        "CREATE POLICY app_carried ON trajectory FOR SELECT TO pmg_app"
        f" USING ({HERE} AND id {CARRIED})"
    )


def downgrade() -> None:
    op.execute("DROP POLICY app_carried ON trajectory")
    _build(OLD_WALLS)
    for table in ("notice", "notice_choice"):
        op.execute(f"DELETE FROM {table} WHERE kind IN ({NEW_KINDS})")
    _tell_of(OLD_KINDS)
    op.execute(
        f"""
        ALTER TABLE delivery_event DROP CONSTRAINT delivery_event_pause_asked_whole,
            DROP CONSTRAINT delivery_event_pause_reason_known, DROP COLUMN pause_reason;
        DELETE FROM delivery_event WHERE step IN ({NEW_STEPS});
        """
    )
    _know(OLD_STEPS, OLD_SAID)
    op.execute(
        "DROP FUNCTION pmg_refused_by_us, pmg_end_delivery, pmg_hold_delivery, pmg_reads_concerns,"
        " pmg_people_of_trajectory, pmg_my_deliveries"
    )
