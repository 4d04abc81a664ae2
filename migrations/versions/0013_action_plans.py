"""The plan that is made with a youth: versions, goals, answers, reviews; inset for a goal.

A version that was agreed, an answer and a review that was held are never changed: row security lets
the application update only what is still open. Who has to be reminded of a review is told to the
worker as ids, without any word of a youth.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE action_plan (
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    plan_document_sealed BYTEA,
    agreed_on DATE,
    made_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT action_plan_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT action_plan_municipality_id_case_id_youth_id_fk
        FOREIGN KEY (municipality_id, case_id, youth_id)
        REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT action_plan_number UNIQUE (municipality_id, case_id, number),
    CONSTRAINT action_plan_of_case UNIQUE (municipality_id, case_id, id),
    CONSTRAINT action_plan_state_known CHECK (state IN ('concept', 'afgesproken')),
    CONSTRAINT action_plan_agreed_whole CHECK ((state = 'afgesproken') = (agreed_on IS NOT NULL)
        AND (agreed_on IS NULL) = (plan_document_sealed IS NULL)),
    CONSTRAINT action_plan_number_counts CHECK (number >= 1)
);
CREATE UNIQUE INDEX action_plan_one_draft ON action_plan (municipality_id, case_id)
    WHERE state = 'concept';
CREATE TABLE plan_goal (
    aim_sealed BYTEA NOT NULL,
    youth_words_sealed BYTEA,
    own_steps_sealed BYTEA,
    factor_codes TEXT[] NOT NULL,
    ended_on DATE,
    ending TEXT,
    aim_end_sealed BYTEA,
    made_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT plan_goal_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT plan_goal_municipality_id_case_id_youth_id_fk
        FOREIGN KEY (municipality_id, case_id, youth_id)
        REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT plan_goal_of_case UNIQUE (municipality_id, case_id, id),
    CONSTRAINT plan_goal_ending_known
        CHECK (ending IN ('bereikt', 'deels_bereikt', 'niet_bereikt', 'vervallen')),
    CONSTRAINT plan_goal_ending_whole CHECK ((ended_on IS NULL) = (ending IS NULL)
        AND (ending IS NULL) = (aim_end_sealed IS NULL)),
    CONSTRAINT plan_goal_has_factor CHECK (cardinality(factor_codes) >= 1)
);
CREATE INDEX plan_goal_case ON plan_goal (municipality_id, case_id, created_at);
CREATE TABLE plan_answer (
    plan_id UUID NOT NULL,
    plan_version INTEGER NOT NULL,
    party TEXT NOT NULL,
    verdict TEXT NOT NULL,
    means TEXT NOT NULL,
    answered_on DATE NOT NULL,
    answer_words_sealed BYTEA,
    made_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT plan_answer_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT plan_answer_municipality_id_case_id_youth_id_fk
        FOREIGN KEY (municipality_id, case_id, youth_id)
        REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT plan_answer_municipality_id_case_id_plan_id_fk
        FOREIGN KEY (municipality_id, case_id, plan_id)
        REFERENCES action_plan (municipality_id, case_id, id),
    CONSTRAINT plan_answer_party_known CHECK (party IN ('jongere', 'vertegenwoordiger')),
    CONSTRAINT plan_answer_verdict_known CHECK (verdict IN ('akkoord', 'niet_akkoord')),
    CONSTRAINT plan_answer_means_known CHECK (means IN ('gesprek', 'telefoon', 'papier')),
    CONSTRAINT plan_answer_refusal_has_reason
        CHECK (verdict = 'akkoord' OR answer_words_sealed IS NOT NULL)
);
CREATE INDEX plan_answer_plan ON plan_answer (municipality_id, case_id, created_at);
CREATE TABLE plan_review (
    planned_on DATE NOT NULL,
    held_on DATE,
    outcome TEXT,
    review_words_sealed BYTEA,
    review_document_sealed BYTEA,
    made_by UUID NOT NULL,
    held_by UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT plan_review_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT plan_review_municipality_id_case_id_youth_id_fk
        FOREIGN KEY (municipality_id, case_id, youth_id)
        REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT plan_review_outcome_known CHECK
        (outcome IN ('doorgaan', 'bijstellen', 'opschalen', 'afschalen', 'afsluiten')),
    CONSTRAINT plan_review_held_whole CHECK ((held_on IS NULL) = (outcome IS NULL)
        AND (held_on IS NULL) = (held_by IS NULL)
        AND (held_on IS NULL) = (review_document_sealed IS NULL))
);
CREATE UNIQUE INDEX plan_review_one_planned ON plan_review (municipality_id, case_id)
    WHERE held_on IS NULL;
CREATE INDEX plan_review_case ON plan_review (municipality_id, case_id);
CREATE INDEX plan_review_due ON plan_review (municipality_id, planned_on) WHERE held_on IS NULL;
ALTER TABLE trajectory
    ADD COLUMN goal_id UUID,
    ADD CONSTRAINT trajectory_municipality_id_case_id_goal_id_fk
        FOREIGN KEY (municipality_id, case_id, goal_id)
        REFERENCES plan_goal (municipality_id, case_id, id);
CREATE INDEX trajectory_goal ON trajectory (municipality_id, case_id, goal_id)
    WHERE goal_id IS NOT NULL;
"""

IN_MY_CASES = "municipality_id = (SELECT pmg_municipality()) AND case_id IN (SELECT pmg_my_cases())"
# What may still be changed of each table; nothing where it says so.
OPEN = {
    "action_plan": "state = 'concept'",
    "plan_goal": "true",
    "plan_answer": "",
    "plan_review": "held_on IS NULL",
}

# For mail that says no more than 'there is something for you': whom, and which review.
REMINDERS = """
CREATE FUNCTION pmg_reviews_to_remind(until date)
    RETURNS TABLE (municipality_id text, user_id uuid, review_id uuid, planned_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.municipality_id, m.user_id, r.id, r.planned_on
    FROM plan_review r
    JOIN case_file c ON c.municipality_id = r.municipality_id AND c.id = r.case_id
    JOIN case_member m ON m.municipality_id = r.municipality_id AND m.case_id = r.case_id
    JOIN user_account u ON u.municipality_id = m.municipality_id AND u.id = m.user_id
    WHERE r.held_on IS NULL AND r.planned_on <= until AND c.closed_on IS NULL AND u.active
      AND m.function IN ('case_director', 'youth_worker')
      AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
      -- A seat is worth no more than the role in the municipality for which it was given.
      AND EXISTS (SELECT FROM role_grant g
                  WHERE g.municipality_id = m.municipality_id AND g.user_id = m.user_id
                    AND g.role = m.function AND g.valid_from <= now()
                    AND (g.valid_until IS NULL OR g.valid_until > now()))
    ORDER BY r.planned_on, m.user_id
$$;
REVOKE ALL ON FUNCTION pmg_reviews_to_remind(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_reviews_to_remind(date) TO pmg_worker;
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table, still_open in OPEN.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
        op.execute(
            f"CREATE POLICY app_select ON {table} FOR SELECT TO pmg_app USING ({IN_MY_CASES})"
        )
        op.execute(
            f"CREATE POLICY app_insert ON {table} FOR INSERT TO pmg_app WITH CHECK ({IN_MY_CASES}"
            " AND made_by = (SELECT pmg_user()))"
        )
        op.execute(f"GRANT SELECT, INSERT ON {table} TO pmg_app")
        if still_open:
            op.execute(
                f"CREATE POLICY app_update ON {table} FOR UPDATE TO pmg_app"
                f" USING ({IN_MY_CASES} AND {still_open}) WITH CHECK ({IN_MY_CASES})"
            )
            op.execute(f"GRANT UPDATE ON {table} TO pmg_app")
    op.execute(REMINDERS)


def downgrade() -> None:
    op.execute("DROP FUNCTION pmg_reviews_to_remind")
    op.execute(
        "ALTER TABLE trajectory DROP CONSTRAINT trajectory_municipality_id_case_id_goal_id_fk,"
        " DROP COLUMN goal_id"
    )
    op.execute("DROP TABLE plan_review, plan_answer, plan_goal, action_plan")
