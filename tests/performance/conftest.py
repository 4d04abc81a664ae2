"""A crowd of cases for the planner to weigh, and an ear on what is asked of the database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text

from pmg.cases import services
from pmg.clock import now
from pmg.extensions import db
from pmg.factors.rules import Nature, Presence, Source
from pmg.journal import services as journal
from pmg.journal.answers import NewNote, NewRemark
from pmg.journal.rules import Kind, RemarkKind, When
from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork

CROWD = 8000
Asked = list[tuple[str, Any]]
Listening = Callable[[], AbstractContextManager[Asked]]

# Cases of others, with what lies under them and what the log says of them. Nobody opens them.
_CROWD = """
CREATE TEMPORARY TABLE crowd ON COMMIT DROP AS
    SELECT gen_random_uuid() AS case_id, gen_random_uuid() AS youth_id, n,
           now() - n * interval '1 minute' AS at
    FROM generate_series(1, :crowd) n;
INSERT INTO youth (municipality_id, id, given_name_sealed, family_name_sealed, birth_date_sealed,
                   gender, created_at, changed_at, version)
    SELECT :place, youth_id, '\\x00', '\\x00', '\\x00', 'm', at, at, 1 FROM crowd;
INSERT INTO case_file (municipality_id, id, youth_id, number, purpose, legal_basis,
                       age_at_referral, referred_on, created_at, updated_at, version)
    SELECT :place, case_id, youth_id, 'X-' || n, 'VOORKOMEN', 'JEUGDWET', 15, at::date, at, at, 1
    FROM crowd;
INSERT INTO case_member (municipality_id, id, case_id, youth_id, user_id, function, purpose,
                         valid_from, granted_by)
    SELECT :place, gen_random_uuid(), case_id, youth_id, :other, 'youth_worker', 'VOORKOMEN', at,
           :other FROM crowd;
INSERT INTO referral (municipality_id, id, case_id, youth_id, referrer_kind, referrer_name_sealed,
                      reason_sealed, reason_nature, told, told_on, referred_on, submitted_by,
                      created_at)
    SELECT :place, gen_random_uuid(), case_id, youth_id, 'school', '\\x00', '\\x00', 'feit', true,
           at::date, at::date, :other, at FROM crowd;
INSERT INTO factor_observation (municipality_id, id, case_id, youth_id, factor_code, presence,
                                nature, source, seen_on, observer_id, organisation_id, created_at)
    SELECT :place, gen_random_uuid(), case_id, youth_id, 'R-SCH-VERZUIM', :presence, :nature,
           :source, at::date, :other, :organisation, at FROM crowd;
INSERT INTO journal_entry (municipality_id, id, case_id, youth_id, kind, happened_on, text_sealed,
                           is_private, author_id, organisation_id, created_at, version)
    SELECT :place, gen_random_uuid(), case_id, youth_id, 'gesprek', at::date, '\\x00', false,
           :other, :organisation, at, 1 FROM crowd;
INSERT INTO appointment (municipality_id, id, case_id, youth_id, starts_at, minutes, place_sealed,
                         with_whom_sealed, owner_id, people, organisation_id, state, created_at,
                         version)
    SELECT :place, gen_random_uuid(), case_id, youth_id, at, 60, '\\x00', '\\x00', :other,
           ARRAY[CAST(:other AS uuid)], :organisation, 'gepland', at, 1 FROM crowd;
INSERT INTO trajectory (municipality_id, id, case_id, youth_id, intervention_code, provider_id,
                        goal_sealed, target_factors, planned_start, planned_end, started_on,
                        assigned_by, created_at, version)
    SELECT :place, case_id, case_id, youth_id, 'AJB', :organisation, '\\x00', '{}', at::date,
           at::date + 90, at::date, :other, at, 1 FROM crowd;
INSERT INTO gathering (municipality_id, id, case_id, youth_id, trajectory_id, goal_key, on_day,
                       minutes, made_by, created_at, changed_at, version)
    SELECT :place, case_id, case_id, youth_id, case_id, case_id, at::date, 60, :other, at, at, 1
    FROM crowd;
INSERT INTO task (municipality_id, id, case_id, youth_id, what_sealed, owner_id, given_by, due_on,
                  state, rhythm, series_id, series_number, series_first, origin, created_at,
                  version)
    SELECT :place, case_id, case_id, youth_id, '\\x00', :other, :other, at::date, 'aangenomen',
           'eenmalig', case_id, 1, at::date, 'los', at, 1 FROM crowd;
INSERT INTO task_event (municipality_id, id, case_id, youth_id, task_id, step, by_id, at,
                        owner_after, due_after)
    SELECT :place, case_id, case_id, youth_id, case_id, 'gegeven', :other, at, :other, at::date
    FROM crowd;
INSERT INTO audit_event (municipality_id, id, at, user_id, roles, action, outcome, code,
                         policy_version, case_id, address, request_id, written)
    SELECT :place, case_id, at, :other, ARRAY['youth_worker'], 'case:show', 'allowed', 'row_1',
           '-', case_id, '/', '-', '[]' FROM crowd;
INSERT INTO audit_subject (municipality_id, event_id, youth_id, at, fields)
    SELECT :place, case_id, youth_id, at, ARRAY['given_name'] FROM crowd
"""


@pytest.fixture
def empty(superuser: Engine, filled_tables: list[str]) -> None:
    """No rows but the municipalities, and nothing that the planner remembers of earlier ones."""
    with superuser.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(filled_tables)} CASCADE"))


@pytest.fixture
def cast(empty: None, cast: Cast) -> Cast:
    """The people, hired once more after that."""
    return cast


@pytest.fixture
def listening(app: Flask) -> Listening:
    """Hear every statement on the database of the data; the keystore is another one."""

    @contextmanager
    def listen() -> Iterator[Asked]:
        asked: Asked = []

        def hear(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
            asked.append((statement, given))

        with app.app_context():
            engine = db.engines[None]
        event.listen(engine, "before_cursor_execute", hear)
        try:
            yield asked
        finally:
            event.remove(engine, "before_cursor_execute", hear)

    return listen


def refer(cast: Cast, at_work: AtWork, count: int) -> list[Any]:
    """Sanne brings a list of youths; return the ids of their cases."""
    with at_work(cast.sanne):
        intakes = [build.intake(given_name=f"Kind{chr(97 + n % 26)}") for n in range(count)]
        return [case.id for case in services.refer_many(intakes, today=build.TODAY)]


def observe(superuser: Engine, person: Person, case_id: Any, count: int) -> None:
    """Let so many observations of this person lie under the case."""
    with superuser.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO factor_observation (municipality_id, id, case_id, youth_id,"
                " factor_code, presence, nature, source, seen_on, observer_id, organisation_id,"
                " created_at) SELECT municipality_id, gen_random_uuid(), id, youth_id,"
                " 'R-SCH-VERZUIM', :presence, :nature, :source, current_date - n, :user,"
                " :organisation, now() FROM case_file, generate_series(1, :count) n WHERE id = :id"
            ),
            _words(person) | {"id": case_id, "count": count},
        )


def meet(cast: Cast, at_work: AtWork, case_id: Any, count: int) -> None:
    """Let so many notes of Sanne lie under the case, each disputed."""
    note = NewNote(Kind.TALK, When.NOW, "Wij spraken.", is_private=False)
    said = NewRemark(RemarkKind.DISPUTED, build.TODAY, "Zo was het niet.")
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        for _ in range(count):
            entry = journal.record_contact(case, note, moment=now())
            journal.dispute(entry, said, today=build.TODAY)


def _words(person: Person) -> dict[str, Any]:
    return {
        "presence": Presence.CLEAR.value,
        "nature": Nature.FACT.value,
        "source": Source.SEEN_MYSELF.value,
        "user": person.id,
        "organisation": person.organisation_id,
    }


@pytest.fixture
def crowded(cast: Cast, superuser: Engine) -> None:
    """Thousands of cases of somebody else in the municipality, and statistics that know of them."""
    given = _words(cast.jaap) | {
        "crowd": CROWD,
        "place": cast.jaap.municipality_id,
        "other": cast.jaap.id,
    }
    with superuser.begin() as connection:
        for statement in _CROWD.split(";\n"):
            connection.execute(text(statement), given)
    with superuser.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
