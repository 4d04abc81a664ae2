"""Planned dosage by version, meetings and how they went, pauses, and what became of each goal.

What was approved or told is never changed: no policy of the tables lets the application do so.
"""

from alembic import op

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE trajectory ADD CONSTRAINT trajectory_of_case UNIQUE (municipality_id, case_id, id);
CREATE TABLE dosage_plan (
    trajectory_id UUID NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason_sealed BYTEA,
    made_by UUID NOT NULL,
    approved_by UUID,
    approved_on DATE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT dosage_plan_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT dosage_plan_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT dosage_plan_municipality_id_case_id_trajectory_id_fk FOREIGN KEY(municipality_id, case_id, trajectory_id) REFERENCES trajectory (municipality_id, case_id, id),
    CONSTRAINT dosage_plan_municipality_id_made_by_fk FOREIGN KEY(municipality_id, made_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT dosage_plan_municipality_id_approved_by_fk FOREIGN KEY(municipality_id, approved_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT dosage_plan_number UNIQUE (municipality_id, trajectory_id, number),
    CONSTRAINT dosage_plan_of_case UNIQUE (municipality_id, case_id, id),
    CONSTRAINT dosage_plan_state_known CHECK (state IN ('concept', 'voorgelegd', 'goedgekeurd')),
    CONSTRAINT dosage_plan_approved_whole CHECK ((state = 'goedgekeurd') = (approved_on IS NOT NULL) AND (approved_on IS NULL) = (approved_by IS NULL)),
    CONSTRAINT dosage_plan_approved_by_another CHECK (approved_by IS DISTINCT FROM made_by),
    CONSTRAINT dosage_plan_number_counts CHECK (number >= 1),
    CONSTRAINT dosage_plan_amended_with_reason CHECK (number = 1 OR reason_sealed IS NOT NULL)
);
CREATE INDEX dosage_plan_case ON dosage_plan (municipality_id, case_id);
CREATE UNIQUE INDEX dosage_plan_one_open ON dosage_plan (municipality_id, trajectory_id) WHERE state <> 'goedgekeurd';
CREATE TABLE dosage_goal (
    plan_id UUID NOT NULL,
    goal_key UUID NOT NULL,
    place INTEGER NOT NULL,
    aim_sealed BYTEA NOT NULL,
    plan_goal_id UUID,
    sessions INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    elements_sealed BYTEA,
    written_by UUID NOT NULL,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT dosage_goal_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT dosage_goal_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT dosage_goal_municipality_id_case_id_plan_id_fk FOREIGN KEY(municipality_id, case_id, plan_id) REFERENCES dosage_plan (municipality_id, case_id, id),
    CONSTRAINT dosage_goal_municipality_id_case_id_plan_goal_id_fk FOREIGN KEY(municipality_id, case_id, plan_goal_id) REFERENCES plan_goal (municipality_id, case_id, id),
    CONSTRAINT dosage_goal_municipality_id_written_by_fk FOREIGN KEY(municipality_id, written_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT dosage_goal_once UNIQUE (municipality_id, plan_id, goal_key),
    CONSTRAINT dosage_goal_sessions_in_range CHECK (sessions BETWEEN 1 AND 300),
    CONSTRAINT dosage_goal_minutes_in_range CHECK (minutes BETWEEN 1 AND 720),
    CONSTRAINT dosage_goal_days_in_order CHECK (until_on >= from_on)
);
CREATE INDEX dosage_goal_case ON dosage_goal (municipality_id, case_id);
CREATE TABLE gathering (
    trajectory_id UUID NOT NULL,
    goal_key UUID NOT NULL,
    group_id UUID,
    on_day DATE NOT NULL,
    clock TIME WITHOUT TIME ZONE,
    minutes INTEGER NOT NULL,
    made_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT gathering_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT gathering_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT gathering_municipality_id_case_id_trajectory_id_fk FOREIGN KEY(municipality_id, case_id, trajectory_id) REFERENCES trajectory (municipality_id, case_id, id),
    CONSTRAINT gathering_municipality_id_made_by_fk FOREIGN KEY(municipality_id, made_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT gathering_of_case UNIQUE (municipality_id, case_id, id),
    CONSTRAINT gathering_once UNIQUE (municipality_id, group_id, trajectory_id),
    CONSTRAINT gathering_minutes_in_range CHECK (minutes BETWEEN 1 AND 720)
);
CREATE INDEX gathering_case ON gathering (municipality_id, case_id);
CREATE INDEX gathering_trajectory ON gathering (municipality_id, trajectory_id, on_day);
CREATE TABLE gathering_record (
    gathering_id UUID NOT NULL,
    number INTEGER NOT NULL,
    happened BOOLEAN NOT NULL,
    attendance TEXT,
    reason TEXT,
    minutes INTEGER,
    elements_sealed BYTEA,
    words_sealed BYTEA,
    why_sealed BYTEA,
    by_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT gathering_record_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT gathering_record_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT gathering_record_municipality_id_case_id_gathering_id_fk FOREIGN KEY(municipality_id, case_id, gathering_id) REFERENCES gathering (municipality_id, case_id, id),
    CONSTRAINT gathering_record_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT gathering_record_number UNIQUE (municipality_id, gathering_id, number),
    CONSTRAINT gathering_record_attendance_known CHECK (attendance IN ('er', 'niet_er', 'afgezegd')),
    CONSTRAINT gathering_record_reason_known CHECK (reason IN ('begeleider_kon_niet', 'te_weinig_deelnemers', 'plek_niet_vrij', 'andere_verplichting', 'kon_er_niet_komen', 'wilde_niet', 'vergeten', 'niet_bereikt', 'geen_reden', 'anders')),
    CONSTRAINT gathering_record_attendance_follows CHECK (happened = (attendance IS NOT NULL)),
    CONSTRAINT gathering_record_answers_whole CHECK ((minutes IS NOT NULL) = (attendance IS NOT NULL AND attendance = 'er') AND (minutes IS NULL) = (reason IS NOT NULL)),
    CONSTRAINT gathering_record_minutes_in_range CHECK (minutes BETWEEN 1 AND 720),
    CONSTRAINT gathering_record_number_counts CHECK (number >= 1),
    CONSTRAINT gathering_record_corrected_with_reason CHECK (number = 1 OR why_sealed IS NOT NULL)
);
CREATE INDEX gathering_record_case ON gathering_record (municipality_id, case_id);
CREATE TABLE delivery_pause (
    trajectory_id UUID NOT NULL,
    from_on DATE NOT NULL,
    resumed_on DATE,
    reason TEXT NOT NULL,
    words_sealed BYTEA,
    made_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT delivery_pause_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT delivery_pause_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT delivery_pause_municipality_id_case_id_trajectory_id_fk FOREIGN KEY(municipality_id, case_id, trajectory_id) REFERENCES trajectory (municipality_id, case_id, id),
    CONSTRAINT delivery_pause_municipality_id_made_by_fk FOREIGN KEY(municipality_id, made_by) REFERENCES user_account (municipality_id, id),
    CONSTRAINT delivery_pause_reason_known CHECK (reason IN ('jongere', 'school_of_werk', 'vakantie', 'elders', 'aanbieder', 'anders')),
    CONSTRAINT delivery_pause_days_in_order CHECK (resumed_on > from_on)
);
CREATE INDEX delivery_pause_case ON delivery_pause (municipality_id, case_id);
CREATE UNIQUE INDEX delivery_pause_one_open ON delivery_pause (municipality_id, trajectory_id) WHERE resumed_on IS NULL;
CREATE TABLE delivery_event (
    trajectory_id UUID NOT NULL,
    gathering_id UUID,
    step TEXT NOT NULL,
    plan_number INTEGER,
    by_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    day_before DATE,
    day_after DATE,
    words_sealed BYTEA,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT delivery_event_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT delivery_event_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT delivery_event_municipality_id_case_id_trajectory_id_fk FOREIGN KEY(municipality_id, case_id, trajectory_id) REFERENCES trajectory (municipality_id, case_id, id),
    CONSTRAINT delivery_event_municipality_id_case_id_gathering_id_fk FOREIGN KEY(municipality_id, case_id, gathering_id) REFERENCES gathering (municipality_id, case_id, id),
    CONSTRAINT delivery_event_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT delivery_event_step_known CHECK (step IN ('doel_geschreven', 'doel_weggehaald', 'aanpassing_begonnen', 'voorgelegd', 'goedgekeurd', 'teruggestuurd', 'gepland', 'verzet', 'verbeterd', 'gepauzeerd', 'hervat', 'zorg', 'afgesloten')),
    CONSTRAINT delivery_event_reason_given CHECK (step NOT IN ('aanpassing_begonnen', 'teruggestuurd', 'verzet', 'verbeterd', 'zorg') OR words_sealed IS NOT NULL)
);
CREATE INDEX delivery_event_case ON delivery_event (municipality_id, case_id);
CREATE INDEX delivery_event_trajectory ON delivery_event (municipality_id, trajectory_id, at);
CREATE TABLE goal_report (
    trajectory_id UUID NOT NULL,
    goal_key UUID NOT NULL,
    outcome TEXT NOT NULL,
    words_sealed BYTEA NOT NULL,
    by_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT goal_report_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT goal_report_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT goal_report_municipality_id_case_id_trajectory_id_fk FOREIGN KEY(municipality_id, case_id, trajectory_id) REFERENCES trajectory (municipality_id, case_id, id),
    CONSTRAINT goal_report_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT goal_report_once UNIQUE (municipality_id, trajectory_id, goal_key),
    CONSTRAINT goal_report_outcome_known CHECK (outcome IN ('bereikt', 'deels', 'niet'))
);
CREATE INDEX goal_report_case ON goal_report (municipality_id, case_id);
"""

MINE = "municipality_id = (SELECT pmg_municipality()) AND case_id IN (SELECT pmg_my_cases())"
ME = "(SELECT pmg_user())"
OPEN_PLAN = (
    "EXISTS (SELECT FROM dosage_plan p WHERE p.municipality_id = dosage_goal.municipality_id"
    " AND p.id = dosage_goal.plan_id AND p.state = 'concept')"
)
# table: {command: (USING, WITH CHECK)}
WALLS: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "dosage_plan": {
        "SELECT": (MINE, None),
        "INSERT": (None, f"{MINE} AND made_by = {ME} AND state = 'concept'"),
        # An approved version is frozen; who approves is who is signed in.
        "UPDATE": (
            f"{MINE} AND state <> 'goedgekeurd'",
            f"{MINE} AND (approved_by IS NULL OR approved_by = {ME})",
        ),
    },
    "dosage_goal": {
        "SELECT": (MINE, None),
        "INSERT": (None, f"{MINE} AND written_by = {ME} AND {OPEN_PLAN}"),
        "UPDATE": (f"{MINE} AND {OPEN_PLAN}", f"{MINE} AND written_by = {ME} AND {OPEN_PLAN}"),
        "DELETE": (f"{MINE} AND {OPEN_PLAN}", None),
    },
    "gathering": {
        "SELECT": (MINE, None),
        "INSERT": (None, f"{MINE} AND made_by = {ME}"),
        "UPDATE": (MINE, MINE),
    },
    "gathering_record": {
        "SELECT": (MINE, None),
        "INSERT": (None, f"{MINE} AND by_id = {ME}"),
    },
    "delivery_pause": {
        "SELECT": (MINE, None),
        "INSERT": (None, f"{MINE} AND made_by = {ME}"),
        "UPDATE": (f"{MINE} AND resumed_on IS NULL", MINE),
    },
    "delivery_event": {
        "SELECT": (MINE, None),
        "INSERT": (None, f"{MINE} AND by_id = {ME}"),
    },
    "goal_report": {
        "SELECT": (MINE, None),
        "INSERT": (None, f"{MINE} AND by_id = {ME}"),
    },
}

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON dosage_plan TO pmg_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON dosage_goal TO pmg_app;
GRANT SELECT, INSERT, UPDATE (on_day, clock, changed_at, version) ON gathering TO pmg_app;
GRANT SELECT, INSERT ON gathering_record, delivery_event, goal_report TO pmg_app;
GRANT SELECT, INSERT, UPDATE (resumed_on) ON delivery_pause TO pmg_app;
"""

NEW_KINDS = "'dosering_wacht', 'dosering_besluit', 'zorg_gemeld'"
OLD_KINDS = (
    "'aanmelding', 'besluit', 'deelname', 'afgesloten', 'rapport_wacht', 'rapport_besluit',"
    " 'overdracht', 'overgenomen', 'taak_gegeven', 'taak_antwoord', 'taak_gedaan',"
    " 'notitie_gedeeld', 'document_gedeeld', 'reactie', 'tegenspraak', 'afspraak_anders',"
    " 'terugblik', 'taak_termijn', 'samen_gevraagd', 'samen_besluit'"
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
        "DROP TABLE goal_report, delivery_event, delivery_pause, gathering_record, gathering,"
        " dosage_goal, dosage_plan"
    )
    op.execute("ALTER TABLE trajectory DROP CONSTRAINT trajectory_of_case")
