"""P9: what the database itself shows a reader of the ministry, whatever statement he asks with."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from config import Settings
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.promises.conftest import PLANTED, plant
from tests.shelf import Shelf
from tests.web.places import every_page

# What he may see, and of whom: his own ministry, or what municipalities delivered to it.
OWN = {
    "municipality_id": {
        "audit_event",
        "imported_release",
        "national_draft",
        "national_release",
        "organisation",
        "report_delivery",
        "role_grant",
        "sender_key",
        "submission",
        "user_account",
        "user_session",
        "waiting_release",
    }
}
TABLES = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'm') ORDER BY 1"
)
READABLE = text(
    "SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " WHERE c.relname = :table AND a.attnum > 0 AND NOT a.attisdropped"
    " AND has_column_privilege(c.oid, a.attnum, 'SELECT')"
)


@pytest.fixture
def full(
    cast: Cast,
    at_work: AtWork,
    browse: Callable[[Person], FlaskClient],
    shelf: Shelf,
) -> None:
    """Something in every table: cases, factors, interventions, lists, drafts and publications."""

    def make() -> None:
        plant(cast, at_work)
        every_page(cast, at_work, browse)

    shelf.begin("pages_and_planted", make)


@pytest.fixture
def as_joost(at_work: AtWork, cast: Cast, settings: Settings, full: None) -> Iterator[Connection]:
    """A connection of the application's role in Joost's session, for any statement."""
    engine = create_engine(settings.database_url)
    with at_work(cast.joost) as reader, engine.connect() as connection:
        connection.execute(
            text("SELECT set_config('pmg.session', :d, true)"),
            {"d": reader.session_digest.hex()},
        )
        yield connection
    engine.dispose()


def visible(connection: Connection, table: str) -> list[dict[str, Any]]:
    """Every row and column that this role sees of a table."""
    columns = connection.execute(READABLE, {"table": table}).scalars().all()
    if not columns:
        return []
    listed = ", ".join(f'"{name}"' for name in columns)
    rows = connection.execute(text(f'SELECT {listed} FROM "{table}"')).mappings()
    return [dict(row) for row in rows]


def test_of_all_tables_only_releases_and_the_ministrys_own_have_rows(
    as_joost: Connection, superuser: Engine
) -> None:
    tables = as_joost.execute(TABLES).scalars().all()
    with superuser.connect() as connection:
        filled = {
            table
            for table in tables
            if connection.execute(text(f'SELECT EXISTS (SELECT FROM "{table}")')).scalar()
        }
    assert {"youth", "case_file", "factor_observation", "trajectory", "report_draft"} <= filled
    seen = {table: visible(as_joost, table) for table in tables}
    seen = {table: found for table, found in seen.items() if found}
    allowed = OWN["municipality_id"] | {"municipality", "report_release", "sign_in_failure"}
    assert set(seen) <= allowed, "een tabel die de lezer van het ministerie niet mag zien"
    assert {"imported_release", "national_release", "report_release"} <= set(seen)
    for table in OWN["municipality_id"] & set(seen):
        assert {row["municipality_id"] for row in seen[table]} == {"JENV"}, table
    delivered = {row["release_id"] for row in seen["report_delivery"]}
    assert {row["id"] for row in seen["report_release"]} == delivered


def test_what_is_seen_holds_no_planted_word_and_no_count_that_was_not_released(
    as_joost: Connection,
) -> None:
    seen = {table: visible(as_joost, table) for table in as_joost.execute(TABLES).scalars().all()}
    said = json.dumps(seen, default=str)
    for word in PLANTED:
        assert word not in said
    for table in ("imported_release", "report_release"):
        for row in seen[table]:
            release = json.loads(row["document"])["release"]
            assert all(
                value % release["base"] == 0
                for part in release["parts"]
                for value in part["values"]
            )


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM stat_case",
        "SELECT * FROM stat_trajectory",
        "SELECT * FROM stat_factor",
        "SELECT counted_sealed FROM report_draft",
        "SET ROLE pmg_report",
        "SET ROLE pmg_worker",
        "INSERT INTO report_delivery SELECT * FROM report_delivery",
        "UPDATE report_release SET document = ''",
    ],
)
def test_there_is_no_way_around(as_joost: Connection, statement: str) -> None:
    with pytest.raises(ProgrammingError):
        as_joost.execute(text(statement))


@pytest.mark.parametrize("name", ["els", "ad", "ans", "sanne", "fatma", "other"])
def test_no_one_else_sees_a_row_of_the_ministry(
    at_work: AtWork, cast: Cast, settings: Settings, full: None, name: str
) -> None:
    engine = create_engine(settings.database_url)
    tables = ("imported_release", "national_draft", "national_release", "sender_key",
              "waiting_release")  # fmt: skip
    with at_work(getattr(cast, name)) as reader, engine.connect() as connection:
        connection.execute(
            text("SELECT set_config('pmg.session', :d, true)"),
            {"d": reader.session_digest.hex()},
        )
        for table in tables:
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
    engine.dispose()
