"""The tables: of a municipality each, with the municipality in every key."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE audit_event (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    user_id UUID,
    organisation_id UUID,
    session_id UUID,
    roles TEXT[] NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT NOT NULL,
    policy_version TEXT NOT NULL,
    case_id UUID,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    written JSONB NOT NULL,
    CONSTRAINT audit_event_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT audit_event_outcome_known CHECK (outcome IN ('allowed', 'denied', 'error'))
);
CREATE INDEX audit_event_at ON audit_event (municipality_id, at);
CREATE INDEX audit_event_case ON audit_event (municipality_id, case_id, at);
CREATE TABLE audit_subject (
    municipality_id TEXT NOT NULL,
    event_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    fields TEXT[] NOT NULL,
    changes_sealed BYTEA,
    CONSTRAINT audit_subject_pk PRIMARY KEY (municipality_id, event_id, youth_id)
);
CREATE INDEX audit_subject_youth ON audit_subject (municipality_id, youth_id, at);
CREATE TABLE case_counter (
    municipality_id TEXT NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT case_counter_pk PRIMARY KEY (municipality_id, year)
);
CREATE TABLE municipality (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT municipality_pk PRIMARY KEY (id)
);
CREATE TABLE sign_in_failure (
    id UUID NOT NULL,
    key_digest BYTEA NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT sign_in_failure_pk PRIMARY KEY (id)
);
CREATE INDEX sign_in_failure_recent ON sign_in_failure (key_digest, at);
CREATE TABLE submission (
    municipality_id TEXT NOT NULL,
    user_id UUID NOT NULL,
    key UUID NOT NULL,
    location TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT submission_pk PRIMARY KEY (municipality_id, user_id, key)
);
CREATE TABLE organisation (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    partner_code TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT organisation_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT organisation_municipality_id_fk FOREIGN KEY(municipality_id) REFERENCES municipality (id)
);
CREATE TABLE report_release (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    template_code TEXT NOT NULL,
    template_version INTEGER NOT NULL,
    period_from DATE NOT NULL,
    period_until DATE NOT NULL,
    document TEXT NOT NULL,
    made_by UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT report_release_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT report_release_municipality_id_fk FOREIGN KEY(municipality_id) REFERENCES municipality (id),
    CONSTRAINT report_release_period_in_order CHECK (period_until > period_from)
);
CREATE TABLE youth (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    given_name_sealed BYTEA NOT NULL,
    family_name_sealed BYTEA NOT NULL,
    birth_date_sealed BYTEA NOT NULL,
    bsn_sealed BYTEA,
    bsn_digest BYTEA,
    area_sealed BYTEA,
    gender TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT youth_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT youth_municipality_id_fk FOREIGN KEY(municipality_id) REFERENCES municipality (id),
    CONSTRAINT youth_gender_known CHECK (gender IN ('m', 'v', 'x', 'onbekend'))
);
CREATE UNIQUE INDEX youth_bsn ON youth (municipality_id, bsn_digest);
CREATE INDEX youth_changed ON youth (municipality_id, changed_at);
CREATE TABLE user_account (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    login_digest BYTEA NOT NULL,
    name_sealed BYTEA NOT NULL,
    login_sealed BYTEA NOT NULL,
    password_hash TEXT NOT NULL,
    totp_sealed BYTEA NOT NULL,
    totp_last_step INTEGER NOT NULL,
    active BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT user_account_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT user_account_municipality_id_organisation_id_fk FOREIGN KEY(municipality_id, organisation_id) REFERENCES organisation (municipality_id, id)
);
CREATE UNIQUE INDEX user_account_login ON user_account (login_digest);
CREATE TABLE case_file (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    youth_id UUID NOT NULL,
    number TEXT NOT NULL,
    purpose TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    focus_area_code TEXT,
    age_at_referral INTEGER NOT NULL,
    referred_on DATE NOT NULL,
    triaged_on DATE,
    triage_outcome TEXT,
    started_on DATE,
    closed_on DATE,
    close_result TEXT,
    aftercare_until DATE,
    director_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT case_file_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT case_file_municipality_id_youth_id_fk FOREIGN KEY(municipality_id, youth_id) REFERENCES youth (municipality_id, id),
    CONSTRAINT case_file_municipality_id_director_id_fk FOREIGN KEY(municipality_id, director_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT case_file_of_youth UNIQUE (municipality_id, id, youth_id),
    CONSTRAINT case_file_number UNIQUE (municipality_id, number),
    CONSTRAINT case_file_triage_outcome_known CHECK (triage_outcome IN ('opnemen', 'doorverwijzen', 'afwijzen')),
    CONSTRAINT case_file_triage_whole CHECK ((triaged_on IS NULL) = (triage_outcome IS NULL)),
    CONSTRAINT case_file_closure_whole CHECK ((closed_on IS NULL) = (close_result IS NULL)),
    CONSTRAINT case_file_triaged_after_referral CHECK (triaged_on >= referred_on),
    CONSTRAINT case_file_closed_after_referral CHECK (closed_on >= referred_on),
    CONSTRAINT case_file_age_plausible CHECK (age_at_referral BETWEEN 0 AND 40)
);
CREATE INDEX case_file_referred ON case_file (municipality_id, referred_on);
CREATE INDEX case_file_youth ON case_file (municipality_id, youth_id);
CREATE TABLE import_batch (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    file_kind TEXT NOT NULL,
    content_sealed BYTEA,
    refused_sealed BYTEA,
    mapping JSONB NOT NULL,
    state TEXT NOT NULL,
    rows_total INTEGER NOT NULL,
    rows_done INTEGER NOT NULL,
    rows_taken INTEGER NOT NULL,
    rows_refused INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    undone_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT import_batch_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT import_batch_municipality_id_owner_id_fk FOREIGN KEY(municipality_id, owner_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT import_batch_state_known CHECK (state IN ('concept', 'wacht', 'bezig', 'klaar', 'mislukt', 'ongedaan')),
    CONSTRAINT import_batch_progress_in_range CHECK (rows_done BETWEEN 0 AND rows_total)
);
CREATE TABLE role_grant (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    role TEXT NOT NULL,
    granted_by UUID NOT NULL,
    approved_by UUID NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT role_grant_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT role_grant_municipality_id_user_id_fk FOREIGN KEY(municipality_id, user_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT role_grant_role_known CHECK (role IN ('case_director', 'process_director', 'youth_worker', 'partner_professional', 'team_manager', 'functional_administrator', 'data_protection_officer', 'policy_officer', 'ministry_reader')),
    CONSTRAINT role_grant_approved_by_another CHECK (approved_by IS DISTINCT FROM granted_by),
    CONSTRAINT role_grant_not_approved_by_oneself CHECK (approved_by IS DISTINCT FROM user_id)
);
CREATE INDEX role_grant_user ON role_grant (municipality_id, user_id);
CREATE TABLE user_session (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    token_digest BYTEA NOT NULL,
    device TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    idle_until TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    second_factor_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT user_session_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT user_session_municipality_id_user_id_fk FOREIGN KEY(municipality_id, user_id) REFERENCES user_account (municipality_id, id)
);
CREATE UNIQUE INDEX user_session_token ON user_session (token_digest);
CREATE INDEX user_session_user ON user_session (municipality_id, user_id);
CREATE TABLE case_member (
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    user_id UUID NOT NULL,
    function TEXT NOT NULL,
    purpose TEXT NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_until TIMESTAMP WITH TIME ZONE,
    granted_by UUID NOT NULL,
    CONSTRAINT case_member_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT case_member_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT case_member_municipality_id_user_id_fk FOREIGN KEY(municipality_id, user_id) REFERENCES user_account (municipality_id, id),
    CONSTRAINT case_member_function_known CHECK (function IN ('case_director', 'process_director', 'youth_worker', 'partner_professional', 'team_manager', 'functional_administrator', 'data_protection_officer', 'policy_officer', 'ministry_reader')),
    CONSTRAINT case_member_ends_after_start CHECK (valid_until IS NULL OR valid_until >= valid_from)
);
CREATE INDEX case_member_case ON case_member (municipality_id, case_id);
CREATE UNIQUE INDEX case_member_once ON case_member (municipality_id, case_id, user_id) WHERE valid_until IS NULL;
CREATE INDEX case_member_user ON case_member (municipality_id, user_id, case_id);
CREATE TABLE closure (
    result TEXT NOT NULL,
    daytime_activity TEXT NOT NULL,
    motivation_sealed BYTEA NOT NULL,
    closed_on DATE NOT NULL,
    closed_by UUID NOT NULL,
    aftercare_until DATE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT closure_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT closure_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT closure_one_a_case UNIQUE (municipality_id, case_id),
    CONSTRAINT closure_aftercare_later CHECK (aftercare_until IS NULL OR aftercare_until >= closed_on)
);
CREATE TABLE factor_observation (
    factor_code TEXT NOT NULL,
    presence TEXT NOT NULL,
    nature TEXT NOT NULL,
    source TEXT NOT NULL,
    seen_on DATE NOT NULL,
    note_sealed BYTEA,
    observer_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    corrects_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT factor_observation_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT factor_observation_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT factor_observation_presence_known CHECK (presence IN ('afwezig', 'beperkt', 'duidelijk', 'sterk', 'onbekend')),
    CONSTRAINT factor_observation_nature_known CHECK (nature IN ('feit', 'mening', 'vermoeden')),
    CONSTRAINT factor_observation_source_known CHECK (source IN ('eigen_waarneming', 'jongere', 'ouder', 'school', 'politie', 'hulpverlening', 'partner', 'document', 'anders'))
);
CREATE INDEX factor_observation_corrected ON factor_observation (municipality_id, corrects_id) WHERE corrects_id IS NOT NULL;
CREATE INDEX factor_observation_course ON factor_observation (municipality_id, case_id, factor_code, seen_on);
CREATE INDEX factor_observation_seen ON factor_observation (municipality_id, seen_on);
CREATE TABLE imported_case (
    municipality_id TEXT NOT NULL,
    batch_id UUID NOT NULL,
    case_id UUID NOT NULL,
    row_number INTEGER NOT NULL,
    CONSTRAINT imported_case_pk PRIMARY KEY (municipality_id, batch_id, case_id),
    CONSTRAINT imported_case_municipality_id_batch_id_fk FOREIGN KEY(municipality_id, batch_id) REFERENCES import_batch (municipality_id, id)
);
CREATE TABLE referral (
    referrer_kind TEXT NOT NULL,
    referrer_name_sealed BYTEA NOT NULL,
    reason_sealed BYTEA NOT NULL,
    reason_nature TEXT NOT NULL,
    told BOOLEAN NOT NULL,
    told_on DATE,
    not_told_reason_sealed BYTEA,
    tell_again_on DATE,
    referred_on DATE NOT NULL,
    submitted_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT referral_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT referral_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT referral_one_a_case UNIQUE (municipality_id, case_id),
    CONSTRAINT referral_not_told_has_reason CHECK (told OR not_told_reason_sealed IS NOT NULL),
    CONSTRAINT referral_told_has_day CHECK (told = (told_on IS NOT NULL)),
    CONSTRAINT referral_nature_known CHECK (reason_nature IN ('feit', 'mening', 'vermoeden'))
);
CREATE TABLE trajectory (
    intervention_code TEXT NOT NULL,
    provider_id UUID NOT NULL,
    goal_sealed BYTEA NOT NULL,
    target_factors TEXT[] NOT NULL,
    planned_start DATE NOT NULL,
    planned_end DATE NOT NULL,
    started_on DATE,
    ended_on DATE,
    ending TEXT,
    end_reason TEXT,
    end_note_sealed BYTEA,
    assigned_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT trajectory_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT trajectory_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT trajectory_municipality_id_provider_id_fk FOREIGN KEY(municipality_id, provider_id) REFERENCES organisation (municipality_id, id),
    CONSTRAINT trajectory_planned_in_order CHECK (planned_end >= planned_start),
    CONSTRAINT trajectory_ended_after_start CHECK (ended_on >= started_on),
    CONSTRAINT trajectory_ending_known CHECK (ending IN ('afgerond', 'gestopt')),
    CONSTRAINT trajectory_ending_whole CHECK ((ended_on IS NULL) = (ending IS NULL) AND (ending IS NULL) = (end_reason IS NULL)),
    CONSTRAINT trajectory_completed_was_started CHECK (ending <> 'afgerond' OR started_on IS NOT NULL)
);
CREATE INDEX trajectory_case ON trajectory (municipality_id, case_id);
CREATE INDEX trajectory_started ON trajectory (municipality_id, started_on);
CREATE TABLE triage_decision (
    outcome TEXT NOT NULL,
    motivation_sealed BYTEA NOT NULL,
    decided_on DATE NOT NULL,
    decided_by UUID NOT NULL,
    director_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    municipality_id TEXT NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    youth_id UUID NOT NULL,
    CONSTRAINT triage_decision_pk PRIMARY KEY (municipality_id, id),
    CONSTRAINT triage_decision_municipality_id_case_id_youth_id_fk FOREIGN KEY(municipality_id, case_id, youth_id) REFERENCES case_file (municipality_id, id, youth_id),
    CONSTRAINT triage_one_a_case UNIQUE (municipality_id, case_id),
    CONSTRAINT triage_decision_outcome_known CHECK (outcome IN ('opnemen', 'doorverwijzen', 'afwijzen')),
    CONSTRAINT triage_decision_accepted_has_director CHECK ((outcome = 'opnemen') = (director_id IS NOT NULL))
);
"""

NAMES = (
    "audit_event",
    "audit_subject",
    "case_counter",
    "municipality",
    "sign_in_failure",
    "submission",
    "organisation",
    "report_release",
    "youth",
    "user_account",
    "case_file",
    "import_batch",
    "role_grant",
    "user_session",
    "case_member",
    "closure",
    "factor_observation",
    "imported_case",
    "referral",
    "trajectory",
    "triage_decision",
)


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE " + ", ".join(reversed(NAMES)))
