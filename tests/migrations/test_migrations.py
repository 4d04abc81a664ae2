"""Migrations go up, down and up again, and end where the tables of the code are."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection, create_engine, text

from pmg.embedded import Cluster, Family
from pmg.extensions import Base
from pmg.schema import DATA, KEYSTORE, configuration, migrate


@pytest.fixture(params=[DATA, KEYSTORE])
def fresh(request: pytest.FixtureRequest, cluster: Cluster) -> Iterator[tuple[str, Connection]]:
    name = f"migrations_{request.param}"
    family = Family.DATA if request.param == DATA else Family.KEYSTORE
    cluster.create_database(name, family=family)
    urls = cluster.urls_of(data=name) if request.param == DATA else cluster.urls_of(keystore=name)
    engine = create_engine(urls.owner if request.param == DATA else urls.keystore_owner)
    with engine.connect() as connection:
        yield request.param, connection
    engine.dispose()
    cluster.drop_database(name)


def tables(connection: Connection) -> int:
    count = text(
        "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace ="
        " 'public'::regnamespace AND relname <> 'alembic_version'"
    )
    return int(connection.execute(count).scalar_one())


def test_up_down_and_up_again(fresh: tuple[str, Connection]) -> None:
    tree, connection = fresh
    steps = []
    for move, target in ((command.upgrade, "head"), (command.downgrade, "base")) * 2:
        move(configuration(connection, tree), target)
        connection.commit()
        steps.append(tables(connection))
    assert steps[0] == steps[2] > 0
    assert steps[1] == steps[3] == 0


def test_walls_go_up_and_down_around_rows(fresh: tuple[str, Connection]) -> None:
    tree, connection = fresh
    command.upgrade(configuration(connection, tree), "head")
    table, column = (
        ("municipality", "id") if tree == DATA else ("municipality_key", "municipality_id")
    )
    other = "name" if tree == DATA else "wrapped"
    connection.execute(text(f"INSERT INTO {table} ({column}, {other}) VALUES ('GM0363', 'x')"))
    connection.commit()
    if tree == DATA:
        command.downgrade(configuration(connection, tree), "-1")
        command.upgrade(configuration(connection, tree), "head")
    kept = connection.execute(text(f"SELECT {column} FROM {table}")).scalars().all()
    assert kept == ["GM0363"]


def test_the_tables_are_those_of_the_code(app: Flask, settings) -> None:  # noqa: ANN001
    engine = create_engine(settings.owner_database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert [change for change in found if "stat_" not in str(change)] == []


def test_two_that_migrate_at_once_do_no_harm(app: Flask, settings) -> None:  # noqa: ANN001
    migrate(settings.owner_database_url, DATA)
    migrate(settings.keystore_owner_url, KEYSTORE)


def test_a_line_of_one_area_is_not_left_behind_as_one_of_the_whole(
    fresh: tuple[str, Connection],
) -> None:
    tree, connection = fresh
    if tree != DATA:
        return
    with_areas = configuration(connection, tree)
    command.upgrade(with_areas, "0027")
    connection.execute(text("INSERT INTO municipality (id, name) VALUES ('GM0363', 'x')"))
    for area in (None, "FA11"):
        connection.execute(
            text(
                "INSERT INTO plan_line VALUES ('GM0363', gen_random_uuid(), 2026, 'spoor:kansen',"
                " 40, 0, false, gen_random_uuid(), now(), :area)"
            ),
            {"area": area},
        )
    connection.commit()
    command.downgrade(with_areas, "-1")
    kept = connection.execute(text("SELECT count(*) FROM plan_line")).scalar_one()
    connection.commit()
    command.upgrade(with_areas, "0027")
    areas = connection.execute(text("SELECT area FROM plan_line")).scalars().all()
    assert (kept, areas) == (1, [None])
