"""Documents of a case: what they are, their versions, the sealed content apart, and share decisions.

Content has a table of its own, so that no list touches it. Row security knows of each document
whose it is: what another organisation put there under another law, and did not share, is not a row.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UNDER_A_CASE = """
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT {table}_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT {table}_municipality_id_case_id_youth_id_fk
        FOREIGN KEY (municipality_id, case_id, youth_id)
        REFERENCES case_file (municipality_id, id, youth_id),
"""
OF_DOCUMENT = """
    document_id UUID NOT NULL,
    CONSTRAINT {table}_municipality_id_document_id_fk FOREIGN KEY (municipality_id, document_id)
        REFERENCES document (municipality_id, id),
"""
OF_ORGANISATION = """
    organisation_id UUID NOT NULL,
    CONSTRAINT {table}_municipality_id_organisation_id_fk
        FOREIGN KEY (municipality_id, organisation_id) REFERENCES organisation (municipality_id, id),
"""
TABLES = {
    "document": UNDER_A_CASE
    + OF_ORGANISATION
    + """
    category TEXT NOT NULL,
    title_sealed BYTEA,
    added_by UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    removed_by UUID,
    removed_because_sealed BYTEA,
    version INTEGER NOT NULL,
    CONSTRAINT document_category_known CHECK (category IN ('medical', 'justice', 'police',
        'school', 'journal', 'special', 'plan', 'identity')),
    CONSTRAINT document_title_until_removed CHECK (
        (removed_at IS NULL) = (title_sealed IS NOT NULL)),
    CONSTRAINT document_removal_whole CHECK ((removed_at IS NULL) = (removed_by IS NULL)
        AND (removed_at IS NULL) = (removed_because_sealed IS NULL))
""",
    "document_version": UNDER_A_CASE
    + OF_DOCUMENT
    + """
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    checked TEXT NOT NULL,
    previews INTEGER NOT NULL,
    stored_bytes INTEGER NOT NULL,
    added_by UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT document_version_once UNIQUE (municipality_id, document_id, number),
    CONSTRAINT document_version_numbered_from_one CHECK (number >= 1),
    CONSTRAINT document_version_kind_known CHECK (kind IN ('pdf', 'docx', 'xlsx', 'png', 'jpg')),
    CONSTRAINT document_version_checked_known CHECK (
        checked IN ('schoon', 'niet_gecontroleerd')),
    CONSTRAINT document_version_previews_few CHECK (previews BETWEEN 0 AND 5),
    CONSTRAINT document_version_stored_something CHECK (stored_bytes > 0)
""",
    "document_content": UNDER_A_CASE
    + """
    version_id UUID NOT NULL,
    part INTEGER NOT NULL,
    content_sealed BYTEA NOT NULL,
    CONSTRAINT document_content_municipality_id_version_id_fk
        FOREIGN KEY (municipality_id, version_id) REFERENCES document_version (municipality_id, id),
    CONSTRAINT document_content_once UNIQUE (municipality_id, version_id, part),
    CONSTRAINT document_content_part_known CHECK (part BETWEEN 0 AND 5)
""",
    "document_share": UNDER_A_CASE
    + OF_DOCUMENT
    + OF_ORGANISATION
    + """
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    shared_by UUID NOT NULL,
    CONSTRAINT document_share_ends_after_start CHECK (until >= since)
""",
}
INDEXES = """
CREATE INDEX document_case ON document (municipality_id, case_id);
CREATE INDEX document_version_case ON document_version (municipality_id, case_id);
CREATE INDEX document_share_case ON document_share (municipality_id, case_id);
CREATE INDEX document_share_document ON document_share (municipality_id, document_id);
-- What is encrypted does not get smaller: do not try.
ALTER TABLE document_content ALTER COLUMN content_sealed SET STORAGE EXTERNAL;
"""

FUNCTIONS = """
-- The documents of my cases that are of everyone, of my organisation, or shared with it now.
CREATE FUNCTION pmg_my_documents() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT d.id FROM document d
    WHERE d.municipality_id = (SELECT pmg_municipality())
      AND d.case_id IN (SELECT pmg_my_cases())
      AND (d.category IN ('identity', 'plan')
           OR d.organisation_id = (SELECT pmg_organisation())
           OR EXISTS (SELECT FROM document_share h
                      WHERE h.municipality_id = d.municipality_id AND h.document_id = d.id
                        AND h.organisation_id = (SELECT pmg_organisation())
                        AND h.since <= now() AND h.until > now()))
$$;

-- How much a municipality keeps: a number, for the bound, of rows that nobody sees all of.
CREATE FUNCTION pmg_documents_stored() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(stored_bytes), 0)::bigint FROM document_version
    WHERE municipality_id = (SELECT pmg_municipality())
$$;

-- The same of one case, also of documents that the reader may not see.
CREATE FUNCTION pmg_case_documents_stored(wanted uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(stored_bytes), 0)::bigint FROM document_version
    WHERE municipality_id = (SELECT pmg_municipality()) AND case_id = wanted
      AND wanted IN (SELECT pmg_my_cases())
$$;

-- A case ends: so does all sharing in it, also of documents that the reader may not see.
CREATE FUNCTION pmg_end_sharing(wanted uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE document_share SET until = now()
    WHERE municipality_id = (SELECT pmg_municipality()) AND case_id = wanted
      AND wanted IN (SELECT pmg_my_cases()) AND until > now()
$$;

REVOKE ALL ON FUNCTION pmg_my_documents(), pmg_documents_stored(),
    pmg_case_documents_stored(uuid), pmg_end_sharing(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_my_documents(), pmg_documents_stored(),
    pmg_case_documents_stored(uuid), pmg_end_sharing(uuid) TO pmg_app;
"""

# As in 0003, but of whatever has an id under a case: a new room has nothing to remember here.
TRACES = """
CREATE OR REPLACE FUNCTION pmg_find_refused_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted uuid := substring(NEW.address FROM '^/[a-z]+/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})')::uuid;
    place regclass;
BEGIN
    SELECT id INTO NEW.case_id FROM case_file
        WHERE municipality_id = NEW.municipality_id AND id = wanted;
    FOR place IN
        SELECT c.oid::regclass FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
          AND c.relname <> 'audit_event' AND wanted IS NOT NULL
          AND 3 = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid
                   AND NOT a.attisdropped AND a.attname IN ('municipality_id', 'id', 'case_id'))
        ORDER BY c.relname
    LOOP
        EXIT WHEN NEW.case_id IS NOT NULL;
        EXECUTE format('SELECT case_id FROM %s WHERE municipality_id = $1 AND id = $2', place)
            INTO NEW.case_id USING NEW.municipality_id, wanted;
    END LOOP;
    RETURN NEW;
END
$$;
"""
TRACES_BEFORE = """
CREATE OR REPLACE FUNCTION pmg_find_refused_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted uuid := substring(NEW.address FROM '^/[a-z]+/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})')::uuid;
BEGIN
    SELECT found.case_id INTO NEW.case_id FROM (
        SELECT id AS case_id FROM case_file
            WHERE municipality_id = NEW.municipality_id AND id = wanted
        UNION ALL SELECT case_id FROM trajectory
            WHERE municipality_id = NEW.municipality_id AND id = wanted
        UNION ALL SELECT case_id FROM factor_observation
            WHERE municipality_id = NEW.municipality_id AND id = wanted) found;
    RETURN NEW;
END
$$;
"""

MINE = "municipality_id = (SELECT pmg_municipality())"
IN_MY_CASES = f"{MINE} AND case_id IN (SELECT pmg_my_cases())"
BY_ME = "(SELECT pmg_user())"
OURS = f"{IN_MY_CASES} AND organisation_id = (SELECT pmg_organisation())"
READABLE = f"{IN_MY_CASES} AND {{column}} IN (SELECT pmg_my_documents())"
OF_OURS = (
    f"{IN_MY_CASES} AND EXISTS (SELECT FROM document d WHERE d.municipality_id ="
    " {table}.municipality_id AND d.id = {table}.document_id AND d.case_id = {table}.case_id"
    " AND d.organisation_id = (SELECT pmg_organisation()))"
)
# Who sees a version sees what is in it, and who may take it away may take that away.
THROUGH_VERSION = (
    f"{IN_MY_CASES} AND version_id IN (SELECT v.id FROM document_version v WHERE"
    " v.municipality_id = document_content.municipality_id)"
)
WITH_ITS_VERSION = (
    f"{IN_MY_CASES} AND EXISTS (SELECT FROM document_version v JOIN document d"
    " ON d.municipality_id = v.municipality_id AND d.id = v.document_id"
    " WHERE v.municipality_id = document_content.municipality_id"
    " AND v.id = document_content.version_id"
    " AND d.organisation_id = (SELECT pmg_organisation()))"
)
# table: {command: (USING, WITH CHECK)}
POLICIES: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "document": {
        "SELECT": (READABLE.format(column="id"), None),
        "INSERT": (None, f"{OURS} AND added_by = {BY_ME}"),
        "UPDATE": (OURS, OURS),
    },
    "document_version": {
        "SELECT": (READABLE.format(column="document_id"), None),
        "INSERT": (None, f"{OF_OURS.format(table='document_version')} AND added_by = {BY_ME}"),
        "DELETE": (OF_OURS.format(table="document_version"), None),
    },
    "document_content": {
        "SELECT": (THROUGH_VERSION, None),
        "INSERT": (None, THROUGH_VERSION),
        "DELETE": (
            WITH_ITS_VERSION,
            None,
        ),
    },
    "document_share": {
        "SELECT": (READABLE.format(column="document_id"), None),
        "INSERT": (None, f"{OF_OURS.format(table='document_share')} AND shared_by = {BY_ME}"),
        "UPDATE": (
            OF_OURS.format(table="document_share"),
            OF_OURS.format(table="document_share"),
        ),
    },
}
GRANTS = """
GRANT SELECT, INSERT, UPDATE (category, title_sealed, removed_at, removed_by,
    removed_because_sealed, version) ON document TO pmg_app;
GRANT SELECT, INSERT, DELETE ON document_version, document_content TO pmg_app;
GRANT SELECT, INSERT, UPDATE (until) ON document_share TO pmg_app;
"""


def upgrade() -> None:
    for table, columns in TABLES.items():
        op.execute(f"CREATE TABLE {table} ({columns.format(table=table)})")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
    op.execute(INDEXES)
    op.execute(FUNCTIONS)
    op.execute(TRACES)
    for table, policies in POLICIES.items():
        for command, (using, check) in policies.items():
            text = f"CREATE POLICY app_{command.lower()} ON {table} FOR {command} TO pmg_app"
            text += f" USING ({using})" if using else ""
            text += f" WITH CHECK ({check})" if check else ""
            op.execute(text)
    op.execute(GRANTS)


def downgrade() -> None:
    op.execute(TRACES_BEFORE)
    op.execute("DROP TABLE document_share, document_content, document_version, document")
    op.execute(
        "DROP FUNCTION pmg_end_sharing, pmg_case_documents_stored, pmg_documents_stored,"
        " pmg_my_documents"
    )
