"""Makes Django's tables, copies the rows into them, and signs in: prints the session key."""

import os

import django
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection

_COPY = """
TRUNCATE peer.youth, peer.case_file, peer.case_member, peer.referral, peer.factor_observation;
INSERT INTO peer.youth (id, given_name, family_name, birth_date, area, gender)
    SELECT id, 'Voornaam', 'van ' || left(id::text, 8), date '2009-01-01', 'Waterkant', gender
    FROM public.youth;
INSERT INTO peer.case_file (id, youth_id, number, purpose, legal_basis, focus_area_code,
        referred_on, triaged_on, triage_outcome, started_on, closed_on, aftercare_until, updated_at)
    SELECT id, youth_id, number, purpose, legal_basis, coalesce(focus_area_code, ''),
           referred_on, triaged_on, coalesce(triage_outcome, ''), started_on, closed_on,
           aftercare_until, updated_at
    FROM public.case_file;
INSERT INTO peer.case_member (case_id, user_id, function)
    SELECT case_id, user_id, function FROM public.case_member;
INSERT INTO peer.referral (case_id, referrer_kind, reason, told, tell_again_on)
    SELECT case_id, referrer_kind, repeat('Hangt veel rond op het plein. ', 4), told, tell_again_on
    FROM public.referral;
INSERT INTO peer.factor_observation (case_id, factor_code, presence, seen_on)
    SELECT case_id, factor_code, presence, seen_on FROM public.factor_observation;
ANALYZE;
"""


def prepare() -> str:
    """Fill the schema `peer` and return the key of a session of a superuser."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS peer")
    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM peer.case_file) = (SELECT count(*) FROM public.case_file)"
        )
        if not cursor.fetchone()[0]:
            cursor.execute(_COPY)
    people = get_user_model().objects
    user = people.filter(username="peer").first() or people.create_superuser("peer")
    return _signed_in(user)


def _signed_in(user: object) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)  # type: ignore[attr-defined]
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()  # type: ignore[attr-defined]
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.peer.settings")
    django.setup()
    print(prepare())
