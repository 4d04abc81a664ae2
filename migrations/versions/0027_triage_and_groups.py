"""The weekly triage with what referrers hear, and group approaches, which know no person.

No table of a group approach refers to a youth or a case, by a key or in another way: a test goes
along every foreign key to see that it stays so.
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TRIAGE = """
CREATE TABLE triage_slot (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    weekday INTEGER NOT NULL,
    starts TIME WITHOUT TIME ZONE NOT NULL,
    minutes INTEGER NOT NULL,
    term_days INTEGER NOT NULL,
    set_by UUID NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT triage_slot_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT triage_slot_municipality_id_set_by_fk FOREIGN KEY(municipality_id, set_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT triage_slot_weekday_known CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT triage_slot_minutes_in_range CHECK (minutes BETWEEN 15 AND 240),
    CONSTRAINT triage_slot_term_in_range CHECK (term_days BETWEEN 1 AND 90)
);
CREATE INDEX triage_slot_newest ON triage_slot (municipality_id, set_at);
CREATE TABLE referral_feedback (
    number TEXT NOT NULL,
    referred_on DATE NOT NULL,
    outcome TEXT NOT NULL,
    told_words_sealed BYTEA,
    to_user_id UUID,
    decided_on DATE NOT NULL,
    decided_by UUID NOT NULL,
    way TEXT,
    told_on DATE,
    told_by UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT referral_feedback_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT referral_feedback_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT referral_feedback_municipality_id_to_user_id_fk FOREIGN KEY(municipality_id, to_user_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT referral_feedback_municipality_id_decided_by_fk FOREIGN KEY(municipality_id, decided_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT referral_feedback_municipality_id_told_by_fk FOREIGN KEY(municipality_id, told_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT referral_feedback_one UNIQUE (municipality_id, case_id),
    CONSTRAINT referral_feedback_outcome_known CHECK (outcome IN ('opnemen', 'doorverwijzen', 'afwijzen')),
    CONSTRAINT referral_feedback_way_known CHECK (way IN ('programma', 'telefoon', 'gesprek', 'brief')),
    CONSTRAINT referral_feedback_telling_whole CHECK ((way IS NULL) = (told_on IS NULL) AND (way IS NULL) = (told_by IS NULL)),
    CONSTRAINT referral_feedback_account_by_program CHECK ((to_user_id IS NOT NULL) = (way IS NOT NULL AND way = 'programma')),
    CONSTRAINT referral_feedback_told_after_decision CHECK (told_on >= decided_on)
);
CREATE INDEX referral_feedback_to ON referral_feedback (municipality_id, to_user_id);
"""

GROUPS = """
CREATE TABLE group_approach (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    name_sealed BYTEA NOT NULL,
    place_sealed BYTEA NOT NULL,
    area_code TEXT,
    review_on DATE NOT NULL,
    opened_on DATE NOT NULL,
    opened_by UUID NOT NULL,
    closed_on DATE,
    closed_by UUID,
    result TEXT,
    ending_sealed BYTEA,
    version INTEGER NOT NULL,
    CONSTRAINT group_approach_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT group_approach_municipality_id_fk FOREIGN KEY(municipality_id) REFERENCES municipality (id),
    CONSTRAINT group_approach_municipality_id_opened_by_fk FOREIGN KEY(municipality_id, opened_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT group_approach_municipality_id_closed_by_fk FOREIGN KEY(municipality_id, closed_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT group_approach_result_known CHECK (result IN ('gestopt', 'minder', 'verplaatst', 'geen_effect', 'niet_nodig')),
    CONSTRAINT group_approach_closed_after_opened CHECK (closed_on >= opened_on),
    CONSTRAINT group_approach_closing_whole CHECK ((closed_on IS NULL) = (result IS NULL) AND (closed_on IS NULL) = (closed_by IS NULL) AND (closed_on IS NULL) = (ending_sealed IS NULL))
);
CREATE TABLE group_seat (
    user_id UUID NOT NULL,
    function TEXT NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_until TIMESTAMP WITH TIME ZONE,
    granted_by UUID NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    group_id UUID NOT NULL,
    CONSTRAINT group_seat_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT group_seat_municipality_id_group_id_fk FOREIGN KEY(municipality_id, group_id) REFERENCES group_approach (municipality_id, id) ON DELETE CASCADE,
    CONSTRAINT group_seat_municipality_id_user_id_fk FOREIGN KEY(municipality_id, user_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT group_seat_municipality_id_granted_by_fk FOREIGN KEY(municipality_id, granted_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT group_seat_function_known CHECK (function IN ('process_director', 'case_director', 'youth_worker', 'partner_professional')),
    CONSTRAINT group_seat_ends_after_start CHECK (valid_until IS NULL OR valid_until >= valid_from)
);
CREATE UNIQUE INDEX group_seat_once ON group_seat (municipality_id, group_id, user_id) WHERE valid_until IS NULL;
CREATE INDEX group_seat_user ON group_seat (municipality_id, user_id, group_id);
CREATE TABLE group_step (
    stage TEXT NOT NULL,
    words_sealed BYTEA NOT NULL,
    done_on DATE,
    by_id UUID NOT NULL,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    group_id UUID NOT NULL,
    CONSTRAINT group_step_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT group_step_municipality_id_group_id_fk FOREIGN KEY(municipality_id, group_id) REFERENCES group_approach (municipality_id, id) ON DELETE CASCADE,
    CONSTRAINT group_step_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT group_step_once UNIQUE (municipality_id, group_id, stage),
    CONSTRAINT group_step_stage_known CHECK (stage IN ('1', '2', '3', '4', '5', '6', '7'))
);
CREATE TABLE group_observation (
    on_day DATE NOT NULL,
    clock TIME WITHOUT TIME ZONE,
    place_sealed BYTEA,
    words_sealed BYTEA,
    source TEXT NOT NULL,
    nature TEXT NOT NULL,
    organisation_id UUID NOT NULL,
    by_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed_because TEXT,
    removed_by UUID,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    group_id UUID NOT NULL,
    CONSTRAINT group_observation_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT group_observation_municipality_id_group_id_fk FOREIGN KEY(municipality_id, group_id) REFERENCES group_approach (municipality_id, id) ON DELETE CASCADE,
    CONSTRAINT group_observation_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT group_observation_municipality_id_removed_by_fk FOREIGN KEY(municipality_id, removed_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT group_observation_municipality_id_organisation_id_fk FOREIGN KEY(municipality_id, organisation_id) REFERENCES organisation (municipality_id, id),
    CONSTRAINT group_observation_source_known CHECK (source IN ('eigen_waarneming', 'bewoner', 'ondernemer', 'school', 'partner', 'openbaar')),
    CONSTRAINT group_observation_nature_known CHECK (nature IN ('feit', 'mening', 'vermoeden')),
    CONSTRAINT group_observation_removal_known CHECK (removed_because IN ('persoon', 'onjuist')),
    CONSTRAINT group_observation_removal_whole CHECK ((removed_because IS NULL) = (words_sealed IS NOT NULL) AND (removed_because IS NULL) = (place_sealed IS NOT NULL) AND (removed_because IS NULL) = (removed_by IS NULL))
);
CREATE INDEX group_observation_seen ON group_observation (municipality_id, group_id, on_day);
CREATE TABLE group_picture (
    organisation_id UUID NOT NULL,
    words_sealed BYTEA NOT NULL,
    is_shared BOOLEAN NOT NULL,
    by_id UUID NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    group_id UUID NOT NULL,
    CONSTRAINT group_picture_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT group_picture_municipality_id_group_id_fk FOREIGN KEY(municipality_id, group_id) REFERENCES group_approach (municipality_id, id) ON DELETE CASCADE,
    CONSTRAINT group_picture_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT group_picture_municipality_id_organisation_id_fk FOREIGN KEY(municipality_id, organisation_id) REFERENCES organisation (municipality_id, id),
    CONSTRAINT group_picture_one UNIQUE (municipality_id, group_id, organisation_id)
);
CREATE TABLE group_agreement (
    what_sealed BYTEA NOT NULL,
    owner_id UUID NOT NULL,
    due_on DATE NOT NULL,
    made_by UUID NOT NULL,
    outcome TEXT,
    words_sealed BYTEA,
    answered_on DATE,
    answered_by UUID,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    group_id UUID NOT NULL,
    CONSTRAINT group_agreement_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT group_agreement_municipality_id_group_id_fk FOREIGN KEY(municipality_id, group_id) REFERENCES group_approach (municipality_id, id) ON DELETE CASCADE,
    CONSTRAINT group_agreement_municipality_id_owner_id_fk FOREIGN KEY(municipality_id, owner_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT group_agreement_municipality_id_made_by_fk FOREIGN KEY(municipality_id, made_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT group_agreement_municipality_id_answered_by_fk FOREIGN KEY(municipality_id, answered_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT group_agreement_outcome_known CHECK (outcome IN ('gedaan', 'vervallen')),
    CONSTRAINT group_agreement_answer_whole CHECK ((outcome IS NULL) = (answered_on IS NULL) AND (outcome IS NULL) = (answered_by IS NULL))
);
CREATE INDEX group_agreement_group ON group_agreement (municipality_id, group_id);
CREATE INDEX group_agreement_owner ON group_agreement (municipality_id, owner_id, due_on);
CREATE TABLE group_transfer (
    by_id UUID NOT NULL,
    on_day DATE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    group_id UUID NOT NULL,
    CONSTRAINT group_transfer_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT group_transfer_municipality_id_group_id_fk FOREIGN KEY(municipality_id, group_id) REFERENCES group_approach (municipality_id, id) ON DELETE CASCADE,
    CONSTRAINT group_transfer_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id)
);
CREATE INDEX group_transfer_group ON group_transfer (municipality_id, group_id);
"""

FUNCTIONS = """
-- The group approaches in which I take part now: those I lead, those that are open, or all.
CREATE FUNCTION pmg_my_groups(lead boolean, is_open boolean) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    SELECT m.group_id FROM pmg_session() s
    CROSS JOIN LATERAL (
        SELECT array_agg(g.role) AS roles FROM role_grant g
        WHERE g.municipality_id = s.municipality_id AND g.user_id = s.user_id
          AND g.valid_from <= now() AND (g.valid_until IS NULL OR g.valid_until > now())) held
    JOIN group_seat m ON m.municipality_id = s.municipality_id AND m.user_id = s.user_id
    JOIN group_approach a ON a.municipality_id = m.municipality_id AND a.id = m.group_id
    WHERE m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
      AND m.function = ANY (held.roles)
      AND (NOT lead OR m.function = 'process_director') AND (NOT is_open OR a.closed_on IS NULL)
$$;
CREATE FUNCTION pmg_group_is_new(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM pmg_session() s
        JOIN group_seat m ON m.municipality_id = s.municipality_id WHERE m.group_id = wanted)
$$;
REVOKE ALL ON FUNCTION pmg_my_groups(boolean, boolean), pmg_group_is_new(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_my_groups(boolean, boolean), pmg_group_is_new(uuid) TO pmg_app;
"""

HERE = "municipality_id = (SELECT pmg_municipality())"
ME = "(SELECT pmg_user())"
IN_MY_CASES = f"{HERE} AND case_id IN (SELECT pmg_my_cases())"
DECIDES = "(SELECT pmg_has_role('process_director'))"
# It says what was decided, by whoever decided it.
AS_DECIDED = (
    "EXISTS (SELECT FROM triage_decision d"
    " WHERE d.municipality_id = referral_feedback.municipality_id"
    " AND d.case_id = referral_feedback.case_id AND d.outcome = referral_feedback.outcome"
    " AND d.decided_by = referral_feedback.decided_by)"
)


def _mine(column: str, *, lead: bool = False, is_open: bool = False) -> str:
    return f"{HERE} AND {column} IN (SELECT pmg_my_groups({lead}, {is_open}))"


SEEN = _mine("group_id")
OPEN, LED = _mine("group_id", is_open=True), _mine("group_id", lead=True, is_open=True)
MY_PLACE = "organisation_id = (SELECT pmg_organisation())"
FIRST = (
    f"user_id = {ME} AND function = 'process_director' AND {DECIDES} AND pmg_group_is_new(group_id)"
)
MY_GROUP = _mine("id", lead=True, is_open=True)
# table: {command: (USING, WITH CHECK)}
WALLS: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "triage_slot": {
        "SELECT": (f"{HERE} AND {DECIDES}", None),
        "INSERT": (None, f"{HERE} AND {DECIDES} AND set_by = {ME}"),
    },
    "referral_feedback": {
        "SELECT": (f"{HERE} AND (case_id IN (SELECT pmg_my_cases()) OR to_user_id = {ME})", None),
        "INSERT": (None, f"{IN_MY_CASES} AND decided_by = {ME} AND {AS_DECIDED}"),
        # It is told once, by who is signed in.
        "UPDATE": (f"{IN_MY_CASES} AND way IS NULL", f"{IN_MY_CASES} AND told_by = {ME}"),
    },
    "group_approach": {
        "SELECT": (_mine("id"), None),
        "INSERT": (None, f"{HERE} AND {DECIDES} AND opened_by = {ME} AND closed_on IS NULL"),
        "UPDATE": (MY_GROUP, f"{HERE} AND (closed_by IS NULL OR closed_by = {ME})"),
    },
    "group_seat": {
        "SELECT": (SEEN, None),
        "INSERT": (None, f"{HERE} AND granted_by = {ME} AND ({LED} OR {FIRST})"),
        # Also of a group approach that is closed: somebody leaves, or need not read it any more.
        "UPDATE": (f"{_mine('group_id', lead=True)} AND valid_until IS NULL", HERE),
    },
    "group_step": {
        "SELECT": (SEEN, None),
        "INSERT": (None, f"{LED} AND by_id = {ME}"),
        "UPDATE": (LED, f"{LED} AND by_id = {ME}"),
    },
    "group_observation": {
        "SELECT": (SEEN, None),
        "INSERT": (None, f"{OPEN} AND by_id = {ME} AND {MY_PLACE} AND removed_because IS NULL"),
        # It is only ever taken away: by who wrote it, or by who leads.
        "UPDATE": (
            (
                f"{SEEN} AND removed_because IS NULL"
                f" AND (by_id = {ME} OR {_mine('group_id', lead=True)})"
            ),
            f"{HERE} AND removed_by = {ME}",
        ),
    },
    "group_picture": {
        "SELECT": (f"{SEEN} AND (is_shared OR {MY_PLACE})", None),
        "INSERT": (None, f"{OPEN} AND by_id = {ME} AND {MY_PLACE}"),
        "UPDATE": (f"{OPEN} AND {MY_PLACE}", f"{OPEN} AND by_id = {ME} AND {MY_PLACE}"),
    },
    "group_agreement": {
        "SELECT": (SEEN, None),
        "INSERT": (None, f"{LED} AND made_by = {ME} AND outcome IS NULL"),
        "UPDATE": (
            f"{OPEN} AND outcome IS NULL AND (owner_id = {ME} OR {LED})",
            f"{HERE} AND answered_by = {ME}",
        ),
    },
    "group_transfer": {
        "SELECT": (SEEN, None),
        "INSERT": (None, f"{OPEN} AND by_id = {ME}"),
    },
}
GRANTS = """
GRANT SELECT, INSERT ON triage_slot TO pmg_app;
GRANT SELECT, INSERT, UPDATE (way, told_on, told_by, version) ON referral_feedback TO pmg_app;
GRANT SELECT, INSERT, UPDATE (name_sealed, place_sealed, area_code, review_on, closed_on, closed_by,
    result, ending_sealed, version) ON group_approach TO pmg_app;
GRANT SELECT, INSERT, UPDATE (valid_until) ON group_seat TO pmg_app;
GRANT SELECT, INSERT, UPDATE (words_sealed, done_on, by_id, version) ON group_step TO pmg_app;
GRANT SELECT, INSERT, UPDATE (place_sealed, words_sealed, removed_because, removed_by)
    ON group_observation TO pmg_app;
GRANT SELECT, INSERT, UPDATE (words_sealed, is_shared, by_id, changed_at, version)
    ON group_picture TO pmg_app;
GRANT SELECT, INSERT, UPDATE (outcome, words_sealed, answered_on, answered_by, version)
    ON group_agreement TO pmg_app;
GRANT SELECT, INSERT ON group_transfer TO pmg_app;
"""

NEW_KINDS = "'terugkoppeling', 'groep_deelname', 'groep_afspraak'"
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
    " 'overleg_belang', 'overleg_afspraken'"
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
    for script in (TRIAGE, GROUPS, FUNCTIONS):
        op.execute(script)
    for table, policies in WALLS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
        for command, (using, check) in policies.items():
            op.execute(_policy(table, command, using, check))
    op.execute(GRANTS)
    _tell_of(f"{OLD_KINDS}, {NEW_KINDS}")


def downgrade() -> None:
    for table in ("notice", "notice_choice"):
        op.execute(f"DELETE FROM {table} WHERE kind IN ({NEW_KINDS})")
    _tell_of(OLD_KINDS)
    op.execute(
        "DROP TABLE group_transfer, group_agreement, group_picture, group_observation, group_step,"
        " group_seat, group_approach, referral_feedback, triage_slot CASCADE"
    )
    op.execute("DROP FUNCTION pmg_my_groups(boolean, boolean), pmg_group_is_new(uuid)")
