"""The weekly triage with what referrers hear, and group approaches, which know no person.

No table of a group approach refers to a youth or a case, by a key or in another way: a test goes
along every foreign key to see that it stays so.
"""

from alembic import op

revision = "0028"
down_revision = "0021"
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
}
GRANTS = """
GRANT SELECT, INSERT ON triage_slot TO pmg_app;
GRANT SELECT, INSERT, UPDATE (way, told_on, told_by, version) ON referral_feedback TO pmg_app;
"""

NEW_KINDS = "'terugkoppeling'"
OLD_KINDS = (
    "'aanmelding', 'besluit', 'deelname', 'afgesloten', 'rapport_wacht', 'rapport_besluit',"
    " 'overdracht', 'overgenomen', 'taak_gegeven', 'taak_antwoord', 'taak_gedaan',"
    " 'notitie_gedeeld', 'document_gedeeld', 'reactie', 'tegenspraak', 'afspraak_anders',"
    " 'terugblik', 'taak_termijn', 'samen_gevraagd', 'samen_besluit',"
    " 'aanbieder_aangemeld', 'aanbieder_antwoord', 'aanbieder_gesprek', 'aanbieder_voorbij',"
    " 'dosering_wacht', 'dosering_besluit', 'zorg_gemeld'"
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
    op.execute(TRIAGE)
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
    op.execute("DROP TABLE referral_feedback, triage_slot")
