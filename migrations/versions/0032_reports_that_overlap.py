"""The ledger takes no release that overlaps another which counts the same, whoever writes it.

What a row says must be what the release says: its kind, version and days are those in its hashed
name, its population is that of its days, and it is of the draft that was approved.
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# As pmg.definitions.vocabulary.INSIDE: of a youth that is counted, the referral is counted.
ALONE = """
CREATE FUNCTION pmg_counted_units(document text) RETURNS text[]
    LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT array_agg(one ->> 'unit') || CASE WHEN bool_or(one ->> 'unit' = 'jongeren')
        THEN ARRAY['aanmeldingen'] ELSE ARRAY[]::text[] END
    FROM jsonb_array_elements(document::jsonb #> '{release,tables}') one
$$;
CREATE FUNCTION pmg_stands_alone() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first text := to_char(NEW.period_from, 'YYYY-MM-DD');
    name text := concat_ws(' ', NEW.municipality_id, NEW.template_code, NEW.template_version, first,
        to_char(NEW.period_until - 1, 'YYYY-MM-DD'));
    units text[] := coalesce(pmg_counted_units(NEW.document), '{}');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger ' || NEW.municipality_id, 0));
    IF cardinality(array_remove(units, NULL)) = 0
        OR NEW.population <> concat_ws(' ', NEW.municipality_id, first,
            to_char(NEW.period_until, 'YYYY-MM-DD'))
        OR starts_with(NEW.document::jsonb #>> '{release,id}' || ' ', name || ' ') IS NOT TRUE
    THEN
        RAISE EXCEPTION 'a release is what its row says' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM report_release r WHERE r.municipality_id = NEW.municipality_id
            AND r.period_from < NEW.period_until AND r.period_until > NEW.period_from
            AND (r.period_from, r.period_until) <> (NEW.period_from, NEW.period_until)
            AND (r.template_code = NEW.template_code
                OR pmg_counted_units(r.document) && units))
    THEN
        RAISE EXCEPTION 'a release overlaps no other about the same people'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER report_release_stands_alone BEFORE INSERT ON report_release
    FOR EACH ROW EXECUTE FUNCTION pmg_stands_alone();
REVOKE ALL ON FUNCTION pmg_counted_units(text), pmg_stands_alone() FROM PUBLIC;
"""
OFFICER = (
    "municipality_id = (SELECT pmg_municipality()) AND (SELECT pmg_has_role('policy_officer'))"
)
OF_ITS_DRAFT = """
DROP POLICY app_insert ON report_release;
CREATE POLICY app_insert ON report_release FOR INSERT TO pmg_app
    WITH CHECK ({officer} AND approved_by = (SELECT pmg_user()) AND EXISTS (
        SELECT FROM report_draft d WHERE d.municipality_id = report_release.municipality_id
            AND d.id = report_release.id AND d.made_by = report_release.made_by
            AND d.state = 'klaar'{same}));
"""
SAME = """
            AND d.template_code = report_release.template_code
            AND d.template_version = report_release.template_version
            AND d.period_from = report_release.period_from
            AND d.period_until = report_release.period_until
            AND d.succeeds IS NOT DISTINCT FROM report_release.succeeds"""


def upgrade() -> None:
    op.execute(ALONE)
    op.execute(OF_ITS_DRAFT.format(officer=OFFICER, same=SAME))


def downgrade() -> None:
    op.execute(OF_ITS_DRAFT.format(officer=OFFICER, same=""))
    op.execute("DROP TRIGGER report_release_stands_alone ON report_release")
    op.execute("DROP FUNCTION pmg_stands_alone(), pmg_counted_units(text)")
