"""A message stands as long as its reader has the ground to open what it leads to, of every kind.

Kinds that came after the first were never asked: a mail said that there was news, and the link led
to a page that did not exist for its reader any more. Now each kind has a rule, by what its page
needs, and a kind without one is shown to nobody. What says that something waits stands until it does
not: decided by a colleague it was no news any more. One kind is new: who leads a meeting was asked to
confirm agreements when somebody made a remark on them.
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# What my organisation was sent and has not refused, as pmg_my_referrals() and pmg_my_deliveries()
# say it of who is signed in.
_SENT = """pmg_holds(place, person, 'partner_professional') AND EXISTS (
            SELECT FROM provider_referral r
            JOIN trajectory t ON t.municipality_id = r.municipality_id AND t.id = r.trajectory_id
                AND t.provider_id = r.organisation_id AND t.ended_on IS NULL
            JOIN case_file c ON c.municipality_id = r.municipality_id AND c.id = r.case_id
                AND c.closed_on IS NULL
            JOIN user_account u ON u.municipality_id = r.municipality_id AND u.id = person
                AND u.organisation_id = r.organisation_id
            WHERE r.municipality_id = place AND {which})"""
_REFERRED = _SENT.format(which="r.id = item AND r.answer = 'aangevraagd'")
_CARRIED = _SENT.format(which="t.id = item AND r.answer = 'aangenomen'")
_SHARED = """sits AND EXISTS (
            SELECT FROM share h
            JOIN user_account u ON u.municipality_id = h.municipality_id AND u.id = person
                AND u.organisation_id = h.organisation_id
            JOIN case_file c ON c.municipality_id = h.municipality_id AND c.id = h.case_id
            WHERE h.municipality_id = place AND h.item_id = item AND h.ended_at IS NULL
              AND h.since <= now() AND h.until > now()
              AND coalesce(c.closed_on, 'infinity') >= (now() AT TIME ZONE 'Europe/Amsterdam')::date)"""
_UNDECIDED = """sits AND EXISTS (
            SELECT FROM case_file c
            WHERE c.municipality_id = place AND c.id = of_case
              AND c.triaged_on IS NULL AND c.closed_on IS NULL)"""
_KNOWN = """sits AND EXISTS (
            SELECT FROM known_question q
            WHERE q.municipality_id = place AND q.id = item AND q.gone_at > now(){asked})"""
_GIVEN = """sits AND EXISTS (
            SELECT FROM handover h
            WHERE h.municipality_id = place AND h.id = item AND h.to_id = person)"""
_MINE_OR_OURS = """sits AND EXISTS (
            SELECT FROM appointment a
            JOIN user_account u ON u.municipality_id = a.municipality_id AND u.id = person
            WHERE a.municipality_id = place AND a.id = item
              AND (a.organisation_id = u.organisation_id OR person = ANY (a.people)))"""
_EITHER_FILE = """EXISTS (
            SELECT FROM youth_merge m
            WHERE m.municipality_id = place AND m.id = item
              AND (m.kept_case_id IN (SELECT pmg_cases_of(place, person))
                   OR m.lost_case_id IN (SELECT pmg_cases_of(place, person))){asked})"""
_REPORT = """pmg_holds(place, person, 'policy_officer') AND EXISTS (
            SELECT FROM report_draft d
            WHERE d.municipality_id = place AND d.id = item{asked})"""
_TOLD_ME = """EXISTS (
            SELECT FROM referral_feedback f
            WHERE f.municipality_id = place AND f.id = item AND (f.case_id IN (SELECT pmg_cases_of(place, person))
                OR f.to_user_id = person AND pmg_holds(place, person, 'case_director',
                    'process_director', 'youth_worker', 'partner_professional')))"""
_GROUP = """EXISTS (
            SELECT FROM group_seat g
            WHERE g.municipality_id = place AND g.group_id = item AND g.user_id = person
              AND g.valid_from <= now() AND (g.valid_until IS NULL OR g.valid_until > now())
              AND pmg_holds(place, person, g.function))"""
_TO_APPROVE = """sits AND EXISTS (
            SELECT FROM trajectory t
            JOIN dosage_plan p ON p.municipality_id = t.municipality_id AND p.trajectory_id = t.id
                AND p.state = 'voorgelegd'
            WHERE t.municipality_id = place AND t.id = item AND t.ended_on IS NULL)"""
_PAUSE = """sits AND 'pauze_gevraagd' = (
            SELECT e.step FROM delivery_event e
            JOIN trajectory t ON t.municipality_id = e.municipality_id AND t.id = e.trajectory_id
            WHERE e.municipality_id = place AND e.trajectory_id = item AND t.ended_on IS NULL
              AND e.step IN ('pauze_gevraagd', 'pauze_afgewezen', 'gepauzeerd')
            ORDER BY e.at DESC, e.id LIMIT 1)"""
# As pmg_my_agenda_items() says it of who is signed in; a test holds both together.
_ITEM = """sits AND EXISTS (
            SELECT FROM agenda_item i
            JOIN meeting m ON m.municipality_id = i.municipality_id AND m.id = i.meeting_id
            WHERE i.municipality_id = place AND i.id = item AND i.case_id = of_case
              AND i.youth_id NOT IN (SELECT pmg_conflicted_youths(place, person))
              AND (person IN (m.chair_id, m.deputy_id) OR i.proposed_by = person
                   OR EXISTS (
                       SELECT FROM item_invitee v WHERE v.municipality_id = place
                         AND v.item_id = i.id AND v.user_id = person
                         AND (i.state IN ('geagendeerd', 'besproken', 'ingetrokken') OR EXISTS (
                             SELECT FROM item_contribution b
                             WHERE b.municipality_id = place AND b.item_id = v.item_id
                               AND b.organisation_id = v.organisation_id)))){asked})"""
_TO_PLACE = """
              AND i.state = 'voorgesteld' AND m.state IN ('gepland', 'bezig')
              AND EXISTS (SELECT FROM case_file f WHERE f.municipality_id = place
                  AND f.id = i.case_id AND f.closed_on IS NULL)"""
_UNCONFIRMED = """
              AND NOT EXISTS (SELECT FROM item_record r
                  WHERE r.municipality_id = place AND r.item_id = i.id)
              AND EXISTS (SELECT FROM item_minutes d WHERE d.municipality_id = place
                  AND d.item_id = i.id AND d.outcome IS NOT NULL
                  AND NOT EXISTS (SELECT FROM item_remark q WHERE q.municipality_id = place
                      AND q.item_id = i.id AND q.by_id = person AND q.at >= d.at))
              AND NOT EXISTS (SELECT FROM item_confirmation f
                  JOIN item_minutes n ON n.municipality_id = f.municipality_id
                      AND n.item_id = f.item_id AND n.version = f.seen_version
                  WHERE f.municipality_id = place AND f.item_id = i.id AND f.user_id = person)"""

# What the page behind a message needs of its reader, and the kinds that lead there.
RULES: dict[str, str] = {
    "sits": (
        "'besluit', 'deelname', 'afgesloten', 'overgenomen', 'reactie', 'tegenspraak',"
        " 'taak_gegeven', 'taak_antwoord', 'taak_gedaan', 'aanbieder_antwoord',"
        " 'aanbieder_gesprek', 'terugblik', 'taak_termijn'"
    ),
    _UNDECIDED: "'aanmelding'",
    _GIVEN: "'overdracht'",
    _SHARED: "'notitie_gedeeld', 'document_gedeeld', 'waarneming_gedeeld', 'gedeeld_verbeterd'",
    _KNOWN.format(asked=" AND q.answer IS NULL"): "'bekend_gevraagd'",
    _KNOWN.format(asked=""): "'bekend_antwoord'",
    _MINE_OR_OURS: "'afspraak_anders'",
    _EITHER_FILE.format(asked=" AND m.state IN ('voorgesteld', 'ongedaan_gevraagd')"): (
        "'samen_gevraagd'"
    ),
    _EITHER_FILE.format(asked=""): "'samen_besluit'",
    _REPORT.format(asked=" AND d.decided_by IS NULL"): "'rapport_wacht'",
    _REPORT.format(asked=""): "'rapport_besluit'",
    _TOLD_ME: "'terugkoppeling'",
    _GROUP: "'groep_deelname', 'groep_afspraak'",
    _REFERRED: "'aanbieder_aangemeld'",
    "pmg_holds(place, person, 'partner_professional')": "'aanbieder_voorbij'",
    _TO_APPROVE: "'dosering_wacht'",
    _PAUSE: "'pauze_gevraagd'",
    f"sits OR {_CARRIED}": "'dosering_besluit', 'zorg_gemeld', 'pauze_besluit', 'traject_einde'",
    _ITEM.format(asked=_TO_PLACE): "'overleg_voorstel'",
    _ITEM.format(asked=_UNCONFIRMED): "'overleg_afspraken'",
    _ITEM.format(asked=""): (
        "'overleg_antwoord', 'overleg_uitnodiging', 'overleg_bijdrage', 'overleg_belang',"
        " 'overleg_opmerking', 'overleg_lezers'"
    ),
}
NEW_KIND = "'overleg_opmerking'"
KINDS = ", ".join(RULES.values())
_CASES = "\n".join(
    f"        WHEN kind IN ({kinds}) THEN\n            RETURN {rule};"
    for rule, kinds in RULES.items()
)
STANDS = f"""
-- Whether somebody holds one of these roles now, as pmg_has_role() says it of who is signed in.
CREATE FUNCTION pmg_holds(place text, person uuid, VARIADIC wanted text[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM role_grant g
        WHERE g.municipality_id = place AND g.user_id = person AND g.role = ANY (wanted)
          AND g.valid_from <= now() AND (g.valid_until IS NULL OR g.valid_until > now()))
$$;
REVOKE ALL ON FUNCTION pmg_holds(text, uuid, text[]) FROM PUBLIC;
-- Whether a message still stands for that person: he has the ground to open what it leads to.
CREATE OR REPLACE FUNCTION pmg_notice_stands(place text, person uuid, kind text, of_case uuid, item uuid)
    RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    sits boolean := coalesce(of_case IN (SELECT pmg_cases_of(place, person)), false);
BEGIN
    CASE
{_CASES}
        ELSE
            RETURN false;
    END CASE;
END
$$;
"""
MINE = "municipality_id = (SELECT pmg_municipality()) AND user_id = (SELECT pmg_user())"
SEEN = """
DROP POLICY app_select ON notice;
CREATE POLICY app_select ON notice FOR SELECT TO pmg_app
    USING ({mine} AND {stands});
"""

SHARES = "'notitie_gedeeld', 'document_gedeeld', 'waarneming_gedeeld', 'gedeeld_verbeterd'"
QUESTIONS = "'bekend_gevraagd', 'bekend_antwoord'"
OF_SIGHT = f"{SHARES}, 'reactie', 'tegenspraak', 'afspraak_anders', {QUESTIONS}"
BEFORE = f"""
CREATE OR REPLACE FUNCTION pmg_notice_stands(place text, person uuid, kind text, of_case uuid, item uuid)
    RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT kind NOT IN ({OF_SIGHT}) OR (of_case IN (SELECT pmg_cases_of(place, person)) AND CASE
        WHEN kind IN ({SHARES}) THEN EXISTS (
            SELECT FROM share h
            JOIN user_account u ON u.municipality_id = h.municipality_id AND u.id = person
                AND u.organisation_id = h.organisation_id
            JOIN case_file c ON c.municipality_id = h.municipality_id AND c.id = h.case_id
            WHERE h.municipality_id = place AND h.item_id = item AND h.ended_at IS NULL
              AND h.since <= now() AND h.until > now()
              AND coalesce(c.closed_on, 'infinity') >= (now() AT TIME ZONE 'Europe/Amsterdam')::date)
        WHEN kind IN ({QUESTIONS}) THEN EXISTS (
            SELECT FROM known_question q
            WHERE q.municipality_id = place AND q.id = item AND q.gone_at > now())
        ELSE true END)
$$;
DROP FUNCTION pmg_holds(text, uuid, text[]);
"""


def _tell_of(kinds: str) -> None:
    for table in ("notice", "notice_choice"):
        op.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_kind_known,"
            f" ADD CONSTRAINT {table}_kind_known CHECK (kind IN ({kinds}))"
        )


def upgrade() -> None:
    _tell_of(KINDS)
    op.execute(STANDS)
    op.execute(SEEN.format(mine=MINE, stands="pmg_my_notice_stands(kind, case_id, item_id)"))


def downgrade() -> None:
    op.execute(
        SEEN.format(
            mine=MINE,
            stands=f"(kind NOT IN ({OF_SIGHT}) OR pmg_my_notice_stands(kind, case_id, item_id))",
        )
    )
    op.execute(BEFORE)
    for table in ("notice", "notice_choice"):
        op.execute(f"DELETE FROM {table} WHERE kind = {NEW_KIND}")
    _tell_of(KINDS.replace(f", {NEW_KIND}", ""))
