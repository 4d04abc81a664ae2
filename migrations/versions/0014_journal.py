"""Contact moments, appointments, and drafts of forms.

A private note is a row for its author alone; a shared one for his organisation on the case, and
for the organisations with whom he shared it, for as long as the share and the case last. What is
removed has no text left. A draft is a row for who types it alone.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
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

TABLES = f"""
CREATE TABLE appointment (
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    minutes INTEGER NOT NULL,
    place_sealed BYTEA NOT NULL,
    with_whom_sealed BYTEA NOT NULL,
    owner_id UUID NOT NULL,
    people UUID[] NOT NULL,
    organisation_id UUID NOT NULL,
    state TEXT NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_by UUID,
    end_reason_sealed BYTEA,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,{_CASE.format("appointment")},
    CONSTRAINT appointment_minutes_in_bounds CHECK (minutes BETWEEN 5 AND 720),
    CONSTRAINT appointment_owner_comes CHECK (owner_id = ANY (people)),
    CONSTRAINT appointment_state_known CHECK (state IN ('gepland', 'doorgegaan', 'niet_gekomen', 'afgezegd')),
    CONSTRAINT appointment_ending_whole CHECK ((state = 'gepland') = (ended_at IS NULL)
        AND (ended_at IS NULL) = (ended_by IS NULL)),
    CONSTRAINT appointment_cancelled_with_reason CHECK (state <> 'afgezegd' OR end_reason_sealed IS NOT NULL)
);
CREATE INDEX appointment_case ON appointment (municipality_id, case_id);
CREATE INDEX appointment_day ON appointment (municipality_id, starts_at);
CREATE TABLE appointment_change (
    appointment_id UUID NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    minutes INTEGER NOT NULL,
    place_sealed BYTEA NOT NULL,
    moved_because_sealed BYTEA NOT NULL,
    changed_by UUID NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,{_CASE.format("appointment_change")},
    CONSTRAINT appointment_change_municipality_id_appointment_id_fk
        FOREIGN KEY (municipality_id, appointment_id) REFERENCES appointment (municipality_id, id)
);
CREATE INDEX appointment_change_of ON appointment_change (municipality_id, appointment_id);
CREATE TABLE journal_entry (
    kind TEXT NOT NULL,
    happened_on DATE NOT NULL,
    clock_sealed BYTEA,
    text_sealed BYTEA,
    is_private BOOLEAN NOT NULL,
    author_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    corrects_id UUID,
    appointment_id UUID,
    removed_at TIMESTAMP WITH TIME ZONE,
    removal_reason_sealed BYTEA,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,{_CASE.format("journal_entry")},
    CONSTRAINT journal_entry_municipality_id_corrects_id_fk
        FOREIGN KEY (municipality_id, corrects_id) REFERENCES journal_entry (municipality_id, id),
    CONSTRAINT journal_entry_municipality_id_appointment_id_fk
        FOREIGN KEY (municipality_id, appointment_id) REFERENCES appointment (municipality_id, id),
    CONSTRAINT journal_entry_kind_known CHECK (kind IN ('gesprek', 'op_straat', 'bezoek', 'telefoon',
        'bericht', 'elders', 'ouders', 'niet_bereikt')),
    CONSTRAINT journal_entry_removed_with_reason
        CHECK ((removed_at IS NULL) = (removal_reason_sealed IS NULL)),
    CONSTRAINT journal_entry_removed_without_text
        CHECK ((removed_at IS NULL) = (text_sealed IS NOT NULL)
            AND (removed_at IS NULL OR clock_sealed IS NULL))
);
CREATE INDEX journal_entry_case ON journal_entry (municipality_id, case_id);
CREATE UNIQUE INDEX journal_entry_corrected_once ON journal_entry (municipality_id, corrects_id)
    WHERE corrects_id IS NOT NULL;
CREATE UNIQUE INDEX journal_entry_of_appointment ON journal_entry (municipality_id, appointment_id)
    WHERE appointment_id IS NOT NULL;
CREATE TABLE journal_share (
    entry_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until DATE,
    shared_by UUID NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_by UUID,{_CASE.format("journal_share")},
    CONSTRAINT journal_share_municipality_id_entry_id_fk
        FOREIGN KEY (municipality_id, entry_id) REFERENCES journal_entry (municipality_id, id),
    CONSTRAINT journal_share_municipality_id_organisation_id_fk
        FOREIGN KEY (municipality_id, organisation_id) REFERENCES organisation (municipality_id, id),
    CONSTRAINT journal_share_withdrawn_by_someone
        CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE INDEX journal_share_case ON journal_share (municipality_id, case_id);
CREATE UNIQUE INDEX journal_share_once ON journal_share (municipality_id, entry_id, organisation_id)
    WHERE withdrawn_at IS NULL;
CREATE TABLE journal_remark (
    entry_id UUID NOT NULL,
    kind TEXT NOT NULL,
    said_on DATE NOT NULL,
    words_sealed BYTEA NOT NULL,
    author_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,{_CASE.format("journal_remark")},
    CONSTRAINT journal_remark_municipality_id_entry_id_fk
        FOREIGN KEY (municipality_id, entry_id) REFERENCES journal_entry (municipality_id, id),
    CONSTRAINT journal_remark_kind_known CHECK (kind IN ('oneens', 'jongere', 'reactie'))
);
CREATE INDEX journal_remark_entry ON journal_remark (municipality_id, entry_id);
CREATE TABLE draft (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    case_id UUID,
    youth_id UUID,
    content_sealed BYTEA NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT draft_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT draft_municipality_id_user_id_fk FOREIGN KEY (municipality_id, user_id)
        REFERENCES user_account (municipality_id, id),
    CONSTRAINT draft_municipality_id_case_id_youth_id_fk FOREIGN KEY (municipality_id, case_id, youth_id)
        REFERENCES case_file (municipality_id, id, youth_id) ON DELETE CASCADE
);
CREATE INDEX draft_expires ON draft (expires_at);
CREATE INDEX draft_case ON draft (municipality_id, case_id);
"""

FUNCTIONS = """
-- What was shared with the reader's organisation on his own cases: until the share ends, is
-- withdrawn, or the case closes, whichever comes first.
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

-- Of colleagues on the reader's own cases: that they are busy, and no more. Two days at a time.
CREATE FUNCTION pmg_busy(wanted uuid[], since timestamptz, until timestamptz, but uuid)
    RETURNS TABLE (user_id uuid, starts_at timestamptz, minutes integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT who.id, a.starts_at, a.minutes
    FROM appointment a, unnest(wanted) who (id)
    WHERE a.municipality_id = pmg_municipality() AND a.state = 'gepland'
      AND a.starts_at BETWEEN since AND until AND until - since <= interval '2 days'
      AND a.id IS DISTINCT FROM but AND who.id = ANY (a.people)
      AND EXISTS (SELECT FROM case_member m
        WHERE m.municipality_id = a.municipality_id AND m.user_id = who.id
          AND m.case_id IN (SELECT pmg_my_cases())
          AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now()))
$$;

-- Whose day has gone by, of whomever: it can be read by nobody any more.
CREATE FUNCTION pmg_sweep_drafts() RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM draft WHERE expires_at <= now()
$$;

REVOKE ALL ON FUNCTION pmg_my_shared_entries(),
    pmg_busy(uuid[], timestamptz, timestamptz, uuid), pmg_sweep_drafts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pmg_my_shared_entries(),
    pmg_busy(uuid[], timestamptz, timestamptz, uuid), pmg_sweep_drafts() TO pmg_app;
"""

MINE = "municipality_id = (SELECT pmg_municipality())"
ME = "(SELECT pmg_user())"
IN_MY_CASES = f"{MINE} AND case_id IN (SELECT pmg_my_cases())"
OF_MY_ORGANISATION = "organisation_id = (SELECT pmg_organisation())"
WRITTEN_BY_ME = f"{IN_MY_CASES} AND author_id = {ME} AND {OF_MY_ORGANISATION}"
FOR_ME = f"({OF_MY_ORGANISATION} OR {ME} = ANY (people))"


def _beside(table: str, parent: str, column: str, more: str = "") -> str:
    """Look the parent up by its own key: IN (SELECT …) would read the whole table to begin with."""
    return (
        f"{IN_MY_CASES} AND EXISTS (SELECT FROM {parent} p"
        f" WHERE p.municipality_id = {table}.municipality_id AND p.id = {table}.{column}{more})"
    )


SHARE_OF_READABLE = _beside("journal_share", "journal_entry", "entry_id")
SHARE_OF_MINE = _beside("journal_share", "journal_entry", "entry_id", f" AND p.author_id = {ME}")
REMARK_OF_READABLE = _beside("journal_remark", "journal_entry", "entry_id")
CHANGE_OF_READABLE = _beside("appointment_change", "appointment", "appointment_id")
MY_DRAFT = f"{MINE} AND user_id = {ME} AND (case_id IS NULL OR case_id IN (SELECT pmg_my_cases()))"

# table: {command: (USING, WITH CHECK)}
POLICIES: dict[str, dict[str, tuple[str | None, str | None]]] = {
    "journal_entry": {
        "SELECT": (
            (
                f"{IN_MY_CASES} AND (author_id = {ME} OR (NOT is_private AND ({OF_MY_ORGANISATION}"
                " OR id IN (SELECT pmg_my_shared_entries()))))"
            ),
            None,
        ),
        "INSERT": (None, WRITTEN_BY_ME),
        "UPDATE": (f"{IN_MY_CASES} AND author_id = {ME}", f"{IN_MY_CASES} AND author_id = {ME}"),
    },
    "journal_share": {
        "SELECT": (SHARE_OF_READABLE, None),
        "INSERT": (None, f"{SHARE_OF_MINE} AND shared_by = {ME}"),
        "UPDATE": (SHARE_OF_MINE, SHARE_OF_MINE),
    },
    "journal_remark": {
        "SELECT": (REMARK_OF_READABLE, None),
        "INSERT": (None, f"{REMARK_OF_READABLE} AND author_id = {ME}"),
    },
    "appointment": {
        "SELECT": (f"{IN_MY_CASES} AND {FOR_ME}", None),
        "INSERT": (None, f"{IN_MY_CASES} AND owner_id = {ME} AND {OF_MY_ORGANISATION}"),
        "UPDATE": (f"{IN_MY_CASES} AND {FOR_ME}", f"{IN_MY_CASES} AND {FOR_ME}"),
    },
    "appointment_change": {
        "SELECT": (CHANGE_OF_READABLE, None),
        "INSERT": (None, f"{CHANGE_OF_READABLE} AND changed_by = {ME}"),
    },
    "draft": {"ALL": (MY_DRAFT, MY_DRAFT)},
}

# A row says for ever whose it is and of whom; what may change is named here.
GRANTS = """
GRANT SELECT, INSERT, UPDATE (is_private, text_sealed, clock_sealed, removed_at,
    removal_reason_sealed, version) ON journal_entry TO pmg_app;
GRANT SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by) ON journal_share TO pmg_app;
GRANT SELECT, INSERT ON journal_remark, appointment_change TO pmg_app;
GRANT SELECT, INSERT, UPDATE (starts_at, minutes, place_sealed, state, ended_at, ended_by,
    end_reason_sealed, version) ON appointment TO pmg_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON draft TO pmg_app;
"""


def _policy(table: str, command: str, using: str | None, check: str | None) -> str:
    text = f"CREATE POLICY app_{command.lower()} ON {table} FOR {command} TO pmg_app"
    if using:
        text += f" USING ({using})"
    if check:
        text += f" WITH CHECK ({check})"
    return text


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(FUNCTIONS)
    for table, policies in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner ON {table} TO pmg_owner USING (true) WITH CHECK (true)")
        for command, (using, check) in policies.items():
            op.execute(_policy(table, command, using, check))
    op.execute(GRANTS)


def downgrade() -> None:
    op.execute(
        "DROP TABLE draft, journal_remark, journal_share, journal_entry, appointment_change,"
        " appointment"
    )
    op.execute("DROP FUNCTION pmg_sweep_drafts, pmg_busy, pmg_my_shared_entries")
