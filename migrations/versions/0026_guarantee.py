"""Steps of a job guarantee, hours around school, activities in the district; a plan by area.

What was told is never changed: no policy of the tables lets the application do so. A policy
officer reads no row of an activity: a function gives sums, rounded to fives.
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE guarantee_row (
    trajectory_id UUID NOT NULL,
    step TEXT NOT NULL,
    number INTEGER NOT NULL,
    act TEXT NOT NULL,
    on_day DATE NOT NULL,
    words_sealed BYTEA,
    why_sealed BYTEA,
    by_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT guarantee_row_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT guarantee_row_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT guarantee_row_municipality_id_case_id_trajectory_id_fk FOREIGN KEY(municipality_id, case_id, trajectory_id) REFERENCES trajectory (municipality_id, case_id, id),
    CONSTRAINT guarantee_row_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT guarantee_row_number UNIQUE (municipality_id, trajectory_id, step, number),
    CONSTRAINT guarantee_row_act_known CHECK (act IN ('genoteerd', 'verbeterd', 'teruggenomen')),
    CONSTRAINT guarantee_row_changed_with_reason CHECK ((act = 'genoteerd') = (why_sealed IS NULL)),
    CONSTRAINT guarantee_row_number_counts CHECK (number >= 1),
    CONSTRAINT guarantee_row_told_first CHECK (number > 1 OR act = 'genoteerd'),
    CONSTRAINT guarantee_row_step_known CHECK (step IN ('opleiding', 'garantie', 'diploma', 'baan')),
    CONSTRAINT guarantee_row_told_in_words CHECK ((act = 'teruggenomen') = (words_sealed IS NULL))
);
CREATE INDEX guarantee_row_case ON guarantee_row (municipality_id, case_id);
CREATE TABLE school_week (
    trajectory_id UUID NOT NULL,
    monday DATE NOT NULL,
    number INTEGER NOT NULL,
    act TEXT NOT NULL,
    offered INTEGER NOT NULL,
    used INTEGER NOT NULL,
    reason TEXT,
    why_sealed BYTEA,
    by_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT school_week_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT school_week_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT school_week_municipality_id_case_id_trajectory_id_fk FOREIGN KEY(municipality_id, case_id, trajectory_id) REFERENCES trajectory (municipality_id, case_id, id),
    CONSTRAINT school_week_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT school_week_number UNIQUE (municipality_id, trajectory_id, monday, number),
    CONSTRAINT school_week_act_known CHECK (act IN ('genoteerd', 'verbeterd', 'teruggenomen')),
    CONSTRAINT school_week_changed_with_reason CHECK ((act = 'genoteerd') = (why_sealed IS NULL)),
    CONSTRAINT school_week_number_counts CHECK (number >= 1),
    CONSTRAINT school_week_told_first CHECK (number > 1 OR act = 'genoteerd'),
    CONSTRAINT school_week_begins_on_monday CHECK (extract(isodow FROM monday) = 1),
    CONSTRAINT school_week_offered_in_range CHECK (offered BETWEEN 15 AND 2400),
    CONSTRAINT school_week_used_in_range CHECK (used BETWEEN 0 AND offered),
    CONSTRAINT school_week_reason_known CHECK (reason IN ('ging_niet_door', 'geen_plek', 'andere_verplichting', 'kon_er_niet_komen', 'wilde_niet', 'niet_bereikt', 'geen_reden', 'anders')),
    CONSTRAINT school_week_reason_follows CHECK ((used < offered) = (reason IS NOT NULL))
);
CREATE INDEX school_week_case ON school_week (municipality_id, case_id);
CREATE TABLE district_activity (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    activity_key UUID NOT NULL,
    number INTEGER NOT NULL,
    act TEXT NOT NULL,
    reason TEXT,
    organisation_id UUID NOT NULL,
    on_day DATE NOT NULL,
    area TEXT NOT NULL,
    place TEXT NOT NULL,
    theme TEXT NOT NULL,
    funding TEXT NOT NULL,
    visitors INTEGER NOT NULL,
    by_age INTEGER[],
    by_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT district_activity_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT district_activity_municipality_id_organisation_id_fk FOREIGN KEY(municipality_id, organisation_id) REFERENCES organisation (municipality_id, id),
    CONSTRAINT district_activity_municipality_id_by_id_fk FOREIGN KEY(municipality_id, by_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT district_activity_number UNIQUE (municipality_id, activity_key, number),
    CONSTRAINT district_activity_act_known CHECK (act IN ('genoteerd', 'verbeterd', 'teruggenomen')),
    CONSTRAINT district_activity_reason_known CHECK (reason IN ('telling', 'dag_of_plek', 'dubbel', 'niet_doorgegaan', 'anders')),
    CONSTRAINT district_activity_changed_with_reason CHECK ((act = 'genoteerd') = (reason IS NULL)),
    CONSTRAINT district_activity_number_counts CHECK (number >= 1),
    CONSTRAINT district_activity_told_first CHECK ((number = 1) = (act = 'genoteerd')),
    CONSTRAINT district_activity_place_known CHECK (place IN ('buurthuis', 'school', 'sportplek', 'straat', 'bibliotheek', 'bedrijf', 'online', 'anders')),
    CONSTRAINT district_activity_theme_known CHECK (theme IN ('sport', 'cultuur', 'leren', 'werk', 'ouders', 'ontmoeten', 'veilig', 'anders')),
    CONSTRAINT district_activity_funding_known CHECK (funding IN ('pmg', 'kansrijke_wijk', 'school_en_omgeving', 'anders')),
    CONSTRAINT district_activity_visitors_in_range CHECK (visitors BETWEEN 0 AND 5000),
    CONSTRAINT district_activity_ages_add_up CHECK (by_age IS NULL OR (cardinality(by_age) = 6 AND 0 <= ALL (by_age) AND by_age[1] + by_age[2] + by_age[3] + by_age[4] + by_age[5] + by_age[6] <= visitors))
);
CREATE INDEX district_activity_day ON district_activity (municipality_id, organisation_id, on_day);
ALTER TABLE plan_line ADD COLUMN area TEXT;
"""

MINE = "municipality_id = (SELECT pmg_municipality())"
IN_MY_CASES = f"{MINE} AND case_id IN (SELECT pmg_my_cases())"
BY_ME = "by_id = (SELECT pmg_user())"
OF_US = (
    f"{MINE} AND organisation_id = (SELECT pmg_organisation())"
    " AND (SELECT pmg_has_role('partner_professional', 'youth_worker'))"
)
# table: (who reads, who adds)
WALLS = {
    "guarantee_row": (IN_MY_CASES, f"{IN_MY_CASES} AND {BY_ME}"),
    "school_week": (IN_MY_CASES, f"{IN_MY_CASES} AND {BY_ME}"),
    "district_activity": (OF_US, f"{OF_US} AND {BY_ME}"),
}

# Fewer than five are not told apart; more become a multiple of five. Each sum by itself.
SUMS = """
CREATE FUNCTION pmg_activities_rounded(wanted integer)
    RETURNS TABLE (division text, code text, activities bigint, visitors bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH told AS (
        SELECT DISTINCT ON (a.organisation_id, a.activity_key) a.*
        FROM district_activity a
        WHERE a.municipality_id = (SELECT pmg_municipality())
          AND (SELECT pmg_has_role('policy_officer'))
        ORDER BY a.organisation_id, a.activity_key, a.number DESC
    ), held AS (
        SELECT * FROM told
        WHERE act <> 'teruggenomen' AND extract(year FROM on_day) = wanted
    ), divided AS (
        SELECT d.division, d.code, held.visitors
        FROM held CROSS JOIN LATERAL (VALUES
            ('totaal', ''), ('maand', to_char(on_day, 'YYYY-MM')), ('gebied', area),
            ('thema', theme), ('geldstroom', funding)) AS d (division, code)
        UNION ALL
        SELECT 'leeftijd', (counted.band - 1)::text, counted.number
        FROM held CROSS JOIN LATERAL unnest(by_age) WITH ORDINALITY AS counted (number, band)
    )
    SELECT d.division, d.code, count(*),
           CASE WHEN sum(d.visitors) >= 5 THEN (round(sum(d.visitors) / 5.0) * 5)::bigint END
    FROM divided d GROUP BY 1, 2 ORDER BY 1, 2
$$;
REVOKE ALL ON FUNCTION pmg_activities_rounded(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_activities_rounded(integer) TO pmg_app;
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table, (reads, adds) in WALLS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
        op.execute(f"CREATE POLICY app_select ON {table} FOR SELECT TO pmg_app USING ({reads})")
        op.execute(f"CREATE POLICY app_insert ON {table} FOR INSERT TO pmg_app WITH CHECK ({adds})")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO pmg_app")
    op.execute(SUMS)


def downgrade() -> None:
    op.execute("DROP FUNCTION pmg_activities_rounded(integer)")
    # A line of one area would else be read as one of the whole municipality.
    op.execute("DELETE FROM plan_line WHERE area IS NOT NULL")
    op.execute("ALTER TABLE plan_line DROP COLUMN area")
    op.execute("DROP TABLE district_activity, school_week, guarantee_row")
