"""One table of share decisions, cooperation agreements, and the question whether a youth is known.

What was shared of contact and of documents moves along. From before this a share has no ground
that anyone wrote down: its columns stay empty, and the pages say so.
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_CASE = """
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT {0}_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT {0}_municipality_id_case_id_youth_id_fk FOREIGN KEY (municipality_id, case_id, youth_id)
        REFERENCES case_file (municipality_id, id, youth_id)"""


def _to(table: str, column: str, other: str) -> str:
    return (
        f",\n    CONSTRAINT {table}_municipality_id_{column}_fk"
        f" FOREIGN KEY (municipality_id, {column}) REFERENCES {other} (municipality_id, id)"
    )


TABLES = f"""
CREATE TABLE agreement (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    title TEXT NOT NULL,
    purpose TEXT NOT NULL,
    legal_bases TEXT[] NOT NULL,
    partner_codes TEXT[] NOT NULL,
    organisation_ids UUID[] NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    reference TEXT NOT NULL,
    kept_by UUID NOT NULL,
    kept_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT agreement_pk PRIMARY KEY (municipality_id, id){_to("agreement", "kept_by", "user_account")},
    CONSTRAINT agreement_days_in_order CHECK (valid_until >= valid_from)
);
CREATE TABLE share (
    act_id UUID NOT NULL,
    kind TEXT NOT NULL,
    item_id UUID NOT NULL,
    category TEXT NOT NULL,
    source_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    purpose TEXT,
    legal_basis TEXT,
    why_sealed BYTEA,
    agreement_id UUID,
    no_agreement_sealed BYTEA,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_by UUID NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_by UUID,{_CASE.format("share")}{_to("share", "source_id", "organisation")}
    {_to("share", "organisation_id", "organisation")}{_to("share", "agreement_id", "agreement")}
    {_to("share", "decided_by", "user_account")}{_to("share", "ended_by", "user_account")},
    CONSTRAINT share_kind_known CHECK (kind IN ('contact', 'factor', 'document')),
    CONSTRAINT share_category_shareable CHECK (category IN ('journal', 'police', 'justice', 'special', 'school')),
    CONSTRAINT share_with_another CHECK (organisation_id <> source_id),
    CONSTRAINT share_ends_after_start CHECK (until >= since),
    CONSTRAINT share_ground_whole CHECK ((purpose IS NULL) = (legal_basis IS NULL)
        AND (purpose IS NULL) = (why_sealed IS NULL)),
    CONSTRAINT share_agreement_or_why CHECK ((purpose IS NOT NULL)
        = ((agreement_id IS NOT NULL) <> (no_agreement_sealed IS NOT NULL))),
    CONSTRAINT share_ended_at_a_moment CHECK (ended_by IS NULL OR ended_at IS NOT NULL)
);
CREATE INDEX share_case ON share (municipality_id, case_id);
CREATE INDEX share_item ON share (municipality_id, item_id);
CREATE TABLE known_question (
    asking_id UUID NOT NULL,
    asked_by UUID NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    organisation_id UUID NOT NULL,
    purpose TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    words_sealed BYTEA NOT NULL,
    gone_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer TEXT,
    get_in_touch BOOLEAN NOT NULL,
    answered_by UUID,
    answered_at TIMESTAMP WITH TIME ZONE,{_CASE.format("known_question")}
    {_to("known_question", "asking_id", "organisation")}{_to("known_question", "asked_by", "user_account")}
    {_to("known_question", "organisation_id", "organisation")}{_to("known_question", "answered_by", "user_account")},
    CONSTRAINT known_question_of_another CHECK (organisation_id <> asking_id),
    CONSTRAINT known_question_answer_known CHECK (answer IN ('bekend', 'niet_bekend', 'niets_te_delen')),
    CONSTRAINT known_question_answer_whole CHECK ((answer IS NULL) = (answered_by IS NULL)
        AND (answer IS NULL) = (answered_at IS NULL) AND (answer IS NOT NULL OR NOT get_in_touch))
);
CREATE INDEX known_question_case ON known_question (municipality_id, case_id);
"""

# A share of contact without a day lasted as long as its case: now at most a year.
_LAST = "((%s + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam')"
MOVE = f"""
INSERT INTO share (municipality_id, id, case_id, youth_id, act_id, kind, item_id, category, source_id,
    organisation_id, since, until, decided_by, ended_at, ended_by)
SELECT h.municipality_id, h.id, h.case_id, h.youth_id, h.id, 'contact', h.entry_id, 'journal',
    e.organisation_id, h.organisation_id, h.since,
    greatest(h.since, least({_LAST % "h.until"}, {_LAST % "c.aftercare_until"}, h.since + interval '1 year')),
    h.shared_by, h.withdrawn_at, h.withdrawn_by
FROM journal_share h
JOIN journal_entry e ON e.municipality_id = h.municipality_id AND e.id = h.entry_id
JOIN case_file c ON c.municipality_id = h.municipality_id AND c.id = h.case_id
WHERE h.organisation_id <> e.organisation_id;
INSERT INTO share (municipality_id, id, case_id, youth_id, act_id, kind, item_id, category, source_id,
    organisation_id, since, until, decided_by)
SELECT h.municipality_id, h.id, h.case_id, h.youth_id, h.id, 'document', h.document_id, d.category,
    d.organisation_id, h.organisation_id, h.since, h.until, h.shared_by
FROM document_share h
JOIN document d ON d.municipality_id = h.municipality_id AND d.id = h.document_id
WHERE h.organisation_id <> d.organisation_id
  AND d.category IN ('journal', 'police', 'justice', 'special', 'school');
"""
MOVE_BACK = """
INSERT INTO journal_share (municipality_id, id, case_id, youth_id, entry_id, organisation_id, since,
    until, shared_by, withdrawn_at, withdrawn_by)
SELECT municipality_id, id, case_id, youth_id, item_id, organisation_id, since,
    ((until AT TIME ZONE 'Europe/Amsterdam') - interval '1 second')::date, decided_by, ended_at,
    CASE WHEN ended_at IS NOT NULL THEN coalesce(ended_by, decided_by) END
FROM share h WHERE kind = 'contact' AND NOT EXISTS (SELECT FROM share o
    WHERE o.municipality_id = h.municipality_id AND o.kind = h.kind AND o.item_id = h.item_id
      AND o.organisation_id = h.organisation_id AND o.ended_at IS NULL AND h.ended_at IS NULL
      AND (o.until, o.id) > (h.until, h.id));
INSERT INTO document_share (municipality_id, id, case_id, youth_id, document_id, organisation_id,
    since, until, shared_by)
SELECT municipality_id, id, case_id, youth_id, item_id, organisation_id, since,
    greatest(since, least(until, ended_at)), decided_by FROM share WHERE kind = 'document';
"""

TABLES_BEFORE = f"""
CREATE TABLE journal_share (
    entry_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until DATE,
    shared_by UUID NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_by UUID,{_CASE.format("journal_share")}
    {_to("journal_share", "entry_id", "journal_entry")}{_to("journal_share", "organisation_id", "organisation")},
    CONSTRAINT journal_share_withdrawn_by_someone CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE INDEX journal_share_case ON journal_share (municipality_id, case_id);
CREATE UNIQUE INDEX journal_share_once ON journal_share (municipality_id, entry_id, organisation_id)
    WHERE withdrawn_at IS NULL;
CREATE TABLE document_share (
    document_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    shared_by UUID NOT NULL,{_CASE.format("document_share")}
    {_to("document_share", "document_id", "document")}{_to("document_share", "organisation_id", "organisation")},
    CONSTRAINT document_share_ends_after_start CHECK (until >= since)
);
CREATE INDEX document_share_case ON document_share (municipality_id, case_id);
CREATE INDEX document_share_document ON document_share (municipality_id, document_id);
"""

# What follows is said once, and filled in for the tables of now and of before.
DOCUMENTS = """
CREATE OR REPLACE FUNCTION pmg_my_documents() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT d.id FROM document d
    WHERE d.municipality_id = (SELECT pmg_municipality())
      AND d.case_id IN (SELECT pmg_my_cases())
      AND (d.category IN ('identity', 'plan')
           OR d.organisation_id = (SELECT pmg_organisation())
           OR {shared})
$$;
"""
SHARED_DOCUMENT = "d.id IN (SELECT pmg_shared_with_us('document'))"
SHARED_DOCUMENT_BEFORE = """EXISTS (SELECT FROM document_share h
                      WHERE h.municipality_id = d.municipality_id AND h.document_id = d.id
                        AND h.organisation_id = (SELECT pmg_organisation())
                        AND h.since <= now() AND h.until > now())"""
ENDING = """
CREATE OR REPLACE FUNCTION pmg_end_sharing(wanted uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE {end}
    WHERE municipality_id = (SELECT pmg_municipality()) AND case_id = wanted
      AND wanted IN (SELECT pmg_my_cases()) AND {runs}
$$;
"""
# What nobody answered is not asked any more either.
QUESTIONS = """;
    UPDATE known_question SET gone_at = now()
    WHERE municipality_id = (SELECT pmg_municipality()) AND case_id = wanted
      AND wanted IN (SELECT pmg_my_cases()) AND answer IS NULL AND gone_at > now()"""
NOW = {
    "end": "share SET ended_at = now(), ended_by = pmg_user()",
    "runs": f"ended_at IS NULL{QUESTIONS}",
}
BEFORE = {"end": "document_share SET until = now()", "runs": "until > now()"}
SHARED = """
-- What is shared with my organisation on my own cases: until the share ends, is withdrawn, or the
-- case closes, whichever comes first.
CREATE FUNCTION pmg_shared_with_us(wanted text) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT h.item_id FROM share h
    JOIN case_file c ON c.municipality_id = h.municipality_id AND c.id = h.case_id
    WHERE h.municipality_id = (SELECT pmg_municipality())
      AND h.case_id IN (SELECT pmg_my_cases())
      AND h.organisation_id = (SELECT pmg_organisation())
      AND h.kind = wanted AND h.ended_at IS NULL AND h.since <= now() AND h.until > now()
      AND coalesce(c.closed_on, 'infinity') >= (now() AT TIME ZONE 'Europe/Amsterdam')::date
$$;
-- A question that nobody answered in time, or whose answer was there to be read: gone for good.
CREATE FUNCTION pmg_sweep_known() RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM known_question WHERE gone_at <= now()
$$;
REVOKE ALL ON FUNCTION pmg_shared_with_us(text), pmg_sweep_known() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_shared_with_us(text), pmg_sweep_known() TO pmg_app;
"""
ENTRIES_BEFORE = """
CREATE FUNCTION pmg_my_shared_entries() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT h.entry_id FROM pmg_session() s
    JOIN user_account u ON u.municipality_id = s.municipality_id AND u.id = s.user_id
    JOIN case_member m ON m.municipality_id = s.municipality_id AND m.user_id = s.user_id
        AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
    JOIN case_file c ON c.municipality_id = m.municipality_id AND c.id = m.case_id
    JOIN journal_share h ON h.municipality_id = m.municipality_id AND h.case_id = m.case_id
        AND h.organisation_id = u.organisation_id
    WHERE h.withdrawn_at IS NULL
      AND least(coalesce(h.until, 'infinity'), coalesce(c.closed_on, 'infinity'))
          >= (now() AT TIME ZONE 'Europe/Amsterdam')::date
$$;
REVOKE ALL ON FUNCTION pmg_my_shared_entries() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_my_shared_entries() TO pmg_app;
"""

OF_SIGHT_BEFORE = (
    "'notitie_gedeeld', 'document_gedeeld', 'reactie', 'tegenspraak', 'afspraak_anders'"
)
OF_SHARES = "'notitie_gedeeld', 'document_gedeeld', 'waarneming_gedeeld', 'gedeeld_verbeterd'"
OF_SIGHT = (
    f"{OF_SHARES}, 'reactie', 'tegenspraak', 'afspraak_anders', 'bekend_gevraagd',"
    " 'bekend_antwoord'"
)
STANDS = """
CREATE OR REPLACE FUNCTION pmg_notice_stands(place text, person uuid, kind text, of_case uuid, item uuid)
    RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT kind NOT IN ({of_sight}) OR (of_case IN (SELECT pmg_cases_of(place, person)) AND CASE
        {cases}
        ELSE true END)
$$;
"""
STANDS_NOW = f"""WHEN kind IN ({OF_SHARES}) THEN EXISTS (
            SELECT FROM share h
            JOIN user_account u ON u.municipality_id = h.municipality_id AND u.id = person
                AND u.organisation_id = h.organisation_id
            JOIN case_file c ON c.municipality_id = h.municipality_id AND c.id = h.case_id
            WHERE h.municipality_id = place AND h.item_id = item AND h.ended_at IS NULL
              AND h.since <= now() AND h.until > now()
              AND coalesce(c.closed_on, 'infinity') >= (now() AT TIME ZONE 'Europe/Amsterdam')::date)
        WHEN kind IN ('bekend_gevraagd', 'bekend_antwoord') THEN EXISTS (
            SELECT FROM known_question q
            WHERE q.municipality_id = place AND q.id = item AND q.gone_at > now())"""
STANDS_BEFORE = """WHEN kind = 'notitie_gedeeld' THEN EXISTS (
            SELECT FROM journal_share h
            JOIN user_account u ON u.municipality_id = h.municipality_id AND u.id = person
                AND u.organisation_id = h.organisation_id
            JOIN case_file c ON c.municipality_id = h.municipality_id AND c.id = h.case_id
            WHERE h.municipality_id = place AND h.entry_id = item AND h.withdrawn_at IS NULL
              AND least(coalesce(h.until, 'infinity'), coalesce(c.closed_on, 'infinity'))
                  >= (now() AT TIME ZONE 'Europe/Amsterdam')::date)
        WHEN kind = 'document_gedeeld' THEN EXISTS (
            SELECT FROM document_share h
            JOIN user_account u ON u.municipality_id = h.municipality_id AND u.id = person
                AND u.organisation_id = h.organisation_id
            WHERE h.municipality_id = place AND h.document_id = item
              AND h.since <= now() AND h.until > now())"""
SEEN = """
DROP POLICY app_select ON notice;
CREATE POLICY app_select ON notice FOR SELECT TO pmg_app
    USING (municipality_id = (SELECT pmg_municipality()) AND user_id = (SELECT pmg_user())
        AND (kind NOT IN ({of_sight}) OR pmg_my_notice_stands(kind, case_id, item_id)));
"""

MINE = "municipality_id = (SELECT pmg_municipality())"
ME = "(SELECT pmg_user())"
US = "(SELECT pmg_organisation())"
IN_MY_CASES = f"{MINE} AND case_id IN (SELECT pmg_my_cases())"
KEEPS = f"{MINE} AND (SELECT pmg_has_role('functional_administrator'))"
READS = (
    f"{MINE} AND (SELECT pmg_has_role('functional_administrator', 'data_protection_officer',"
    " 'case_director', 'process_director', 'youth_worker', 'partner_professional'))"
)
_ITEM = "i.municipality_id = share.municipality_id AND i.id = share.item_id AND i.case_id = share.case_id"
# Only the source decides, and only of what is really its own.
IS_OURS = f"""(
    kind = 'contact' AND category = 'journal' AND EXISTS (SELECT FROM journal_entry i
        WHERE {_ITEM} AND i.organisation_id = {US} AND NOT i.is_private)
    OR kind = 'factor' AND EXISTS (SELECT FROM factor_observation i
        WHERE {_ITEM} AND i.organisation_id = {US})
    OR kind = 'document' AND EXISTS (SELECT FROM document i
        WHERE {_ITEM} AND i.organisation_id = {US} AND i.category = share.category))"""
# A closed factor is a row for its source and for whom it is shared with. A test holds the list to
# the reference data.
CLOSED_FACTORS = (
    "'R-IND-MIDDEL', 'R-IND-LVB', 'R-IND-PSYCH', 'R-IND-SLACHTOFFER', 'R-IND-DELICT', 'R-IND-WAPEN'"
)
FACTORS = f"""
CREATE POLICY app_closed ON factor_observation AS RESTRICTIVE FOR SELECT TO pmg_app
    USING (factor_code NOT IN ({CLOSED_FACTORS}) OR organisation_id = {US}
        OR id IN (SELECT pmg_shared_with_us('factor')));
"""
# table: {command: (USING, WITH CHECK)}
Walls = dict[str, dict[str, tuple[str | None, str | None]]]
WALLS: Walls = {
    "agreement": {
        "SELECT": (READS, None),
        "INSERT": (None, f"{KEEPS} AND kept_by = {ME}"),
        "UPDATE": (KEEPS, f"{KEEPS} AND kept_by = {ME}"),
    },
    "share": {
        "SELECT": (
            (
                f"{IN_MY_CASES} AND (source_id = {US} OR organisation_id = {US}"
                " AND ended_at IS NULL AND since <= now() AND until > now())"
            ),
            None,
        ),
        "INSERT": (
            None,
            (
                f"{IN_MY_CASES} AND source_id = {US} AND decided_by = {ME} AND ended_at IS NULL"
                f" AND until <= now() + interval '368 days' AND {IS_OURS}"
            ),
        ),
        "UPDATE": (
            f"{IN_MY_CASES} AND source_id = {US} AND ended_at IS NULL",
            f"{IN_MY_CASES} AND source_id = {US} AND ended_at IS NOT NULL AND ended_by = {ME}",
        ),
    },
    "known_question": {
        "SELECT": (
            f"{IN_MY_CASES} AND gone_at > now() AND {US} IN (asking_id, organisation_id)",
            None,
        ),
        "INSERT": (
            None,
            f"{IN_MY_CASES} AND asking_id = {US} AND asked_by = {ME} AND answer IS NULL",
        ),
        "UPDATE": (
            f"{IN_MY_CASES} AND organisation_id = {US} AND answer IS NULL AND gone_at > now()",
            f"{IN_MY_CASES} AND organisation_id = {US} AND answered_by = {ME}",
        ),
    },
}
GRANTS = """
GRANT SELECT, INSERT, UPDATE (title, purpose, legal_bases, partner_codes, organisation_ids,
    valid_from, valid_until, reference, kept_by, kept_at, version) ON agreement TO pmg_app;
GRANT SELECT, INSERT, UPDATE (ended_at, ended_by) ON share TO pmg_app;
GRANT SELECT, INSERT, UPDATE (answer, get_in_touch, answered_by, answered_at, gone_at)
    ON known_question TO pmg_app;
"""


def _entries_seen_by(shared: str) -> str:
    return f"""
    DROP POLICY app_select ON journal_entry;
    CREATE POLICY app_select ON journal_entry FOR SELECT TO pmg_app
        USING ({IN_MY_CASES} AND (author_id = {ME} OR (NOT is_private
            AND (organisation_id = {US} OR id IN (SELECT {shared})))));
    """


def _beside(table: str, parent: str, column: str, more: str) -> str:
    return (
        f"{IN_MY_CASES} AND EXISTS (SELECT FROM {parent} p"
        f" WHERE p.municipality_id = {table}.municipality_id AND p.id = {table}.{column}{more})"
    )


_OF_MINE = _beside("journal_share", "journal_entry", "entry_id", f" AND p.author_id = {ME}")
_OF_OURS = _beside(
    "document_share",
    "document",
    "document_id",
    f" AND p.case_id = document_share.case_id AND p.organisation_id = {US}",
)
WALLS_BEFORE: Walls = {
    "journal_share": {
        "SELECT": (_beside("journal_share", "journal_entry", "entry_id", ""), None),
        "INSERT": (None, f"{_OF_MINE} AND shared_by = {ME}"),
        "UPDATE": (_OF_MINE, _OF_MINE),
    },
    "document_share": {
        "SELECT": (f"{IN_MY_CASES} AND document_id IN (SELECT pmg_my_documents())", None),
        "INSERT": (None, f"{_OF_OURS} AND shared_by = {ME}"),
        "UPDATE": (_OF_OURS, _OF_OURS),
    },
}
GRANTS_BEFORE = """
GRANT SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by) ON journal_share TO pmg_app;
GRANT SELECT, INSERT, UPDATE (until) ON document_share TO pmg_app;
"""

NEW_KINDS = "'waarneming_gedeeld', 'gedeeld_verbeterd', 'bekend_gevraagd', 'bekend_antwoord'"
OLD_KINDS = (
    "'aanmelding', 'besluit', 'deelname', 'afgesloten', 'rapport_wacht', 'rapport_besluit',"
    " 'overdracht', 'overgenomen', 'taak_gegeven', 'taak_antwoord', 'taak_gedaan',"
    " 'notitie_gedeeld', 'document_gedeeld', 'reactie', 'tegenspraak', 'afspraak_anders',"
    " 'terugblik', 'taak_termijn', 'samen_gevraagd', 'samen_besluit',"
    " 'aanbieder_aangemeld', 'aanbieder_antwoord', 'aanbieder_gesprek', 'aanbieder_voorbij',"
    " 'dosering_wacht', 'dosering_besluit', 'zorg_gemeld',"
    " 'pauze_gevraagd', 'pauze_besluit', 'traject_einde'"
)


def _tell_of(kinds: str) -> None:
    for table in ("notice", "notice_choice"):
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_kind_known")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_kind_known CHECK (kind IN ({kinds}))"
        )


def _wall(walls: Walls) -> None:
    for table, policies in walls.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
        for command, (using, check) in policies.items():
            text = f"CREATE POLICY app_{command.lower()} ON {table} FOR {command} TO pmg_app"
            text += f" USING ({using})" if using else ""
            text += f" WITH CHECK ({check})" if check else ""
            op.execute(text)


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(MOVE)
    op.execute(SHARED)
    _wall(WALLS)
    op.execute(_entries_seen_by("pmg_shared_with_us('contact')"))
    op.execute(DOCUMENTS.format(shared=SHARED_DOCUMENT))
    op.execute(ENDING.format(**NOW))
    op.execute(STANDS.format(of_sight=OF_SIGHT, cases=STANDS_NOW))
    op.execute(SEEN.format(of_sight=OF_SIGHT))
    op.execute(FACTORS)
    op.execute("DROP TABLE document_share, journal_share")
    op.execute("DROP FUNCTION pmg_my_shared_entries")
    op.execute(GRANTS)
    _tell_of(f"{OLD_KINDS}, {NEW_KINDS}")


def downgrade() -> None:
    for table in ("notice", "notice_choice"):
        op.execute(f"DELETE FROM {table} WHERE kind IN ({NEW_KINDS})")
    _tell_of(OLD_KINDS)
    op.execute(TABLES_BEFORE)
    op.execute(MOVE_BACK)
    op.execute(ENTRIES_BEFORE)
    _wall(WALLS_BEFORE)
    op.execute(_entries_seen_by("pmg_my_shared_entries()"))
    op.execute(DOCUMENTS.format(shared=SHARED_DOCUMENT_BEFORE))
    op.execute(ENDING.format(**BEFORE))
    op.execute(STANDS.format(of_sight=OF_SIGHT_BEFORE, cases=STANDS_BEFORE))
    op.execute(SEEN.format(of_sight=OF_SIGHT_BEFORE))
    op.execute("DROP POLICY app_closed ON factor_observation")
    op.execute("DROP FUNCTION pmg_sweep_known, pmg_shared_with_us")
    op.execute(GRANTS_BEFORE)
    op.execute("DROP TABLE known_question, share, agreement")
