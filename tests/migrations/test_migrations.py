"""Migrations go up, down and up again, and end where the tables of the code are."""

from collections.abc import Iterator
from uuid import UUID

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


def test_what_was_shared_moves_to_the_one_table_and_back(cluster: Cluster) -> None:
    name = "migrations_shares"
    cluster.create_database(name, family=Family.DATA)
    owner = create_engine(cluster.urls_of(data=name).owner)
    thief = create_engine(cluster.superuser_url(name))
    under = "'GM0363', gen_random_uuid(), '{0}', '{0}'"
    one, two, us, them = (f"00000000-0000-0000-0000-00000000000{number}" for number in range(1, 5))
    rows = f"""
        SET session_replication_role = replica;
        INSERT INTO organisation (municipality_id, id, partner_code, name)
        SELECT 'GM0363', id::uuid, 'GGZ', id FROM unnest(ARRAY['{two}', '{us}', '{them}']) id;
        INSERT INTO user_account (municipality_id, id, organisation_id, login_digest, name_sealed,
            login_sealed, password_hash, totp_sealed, totp_last_step, active, created_at, version)
        VALUES ('GM0363', '{two}', '{us}', '', '', '', '', '', 0, true, now(), 1);
        INSERT INTO case_file (municipality_id, id, youth_id, number, purpose, legal_basis,
            age_at_referral, referred_on, created_at, updated_at, version)
        VALUES ('GM0363', '{one}', '{one}', 'x', 'a', 'b', 15, '2026-01-01', now(), now(), 1);
        INSERT INTO journal_entry (municipality_id, id, case_id, youth_id, kind, happened_on,
            text_sealed, is_private, author_id, organisation_id, created_at, version)
        VALUES ('GM0363', '{one}', '{one}', '{one}', 'gesprek', '2026-01-01', '', false, '{two}',
            '{us}', now(), 1);
        INSERT INTO document (municipality_id, id, case_id, youth_id, organisation_id, category,
            title_sealed, added_by, added_at, version)
        VALUES ('GM0363', '{one}', '{one}', '{one}', '{us}', 'school', '', '{two}', now(), 1);
        INSERT INTO journal_share (municipality_id, id, case_id, youth_id, entry_id,
            organisation_id, since, until, shared_by)
        VALUES ({under.format(one)}, '{one}', '{them}', now(), '2026-12-01', '{two}'),
            ({under.format(one)}, '{one}', '{two}', now(), NULL, '{two}');
        INSERT INTO document_share (municipality_id, id, case_id, youth_id, document_id,
            organisation_id, since, until, shared_by)
        VALUES ({under.format(one)}, '{one}', '{them}', now(), now() + interval '9 day', '{two}')
    """
    with owner.connect() as connection, thief.connect() as hand:
        command.upgrade(configuration(connection, DATA), "head")
        command.downgrade(configuration(connection, DATA), "0021")
        connection.commit()
        hand.execute(text(rows))
        hand.commit()
        command.upgrade(configuration(connection, DATA), "head")
        connection.commit()
        moved = hand.execute(
            text("SELECT kind, category, until < now() + interval '367 day' FROM share ORDER BY 1")
        ).all()
        hand.commit()
        command.downgrade(configuration(connection, DATA), "0021")
        connection.commit()
        back = hand.execute(
            text(
                "SELECT (SELECT count(*) FROM journal_share WHERE until = '2026-12-01'),"
                " (SELECT count(*) FROM journal_share), (SELECT count(*) FROM document_share)"
            )
        ).one()
        hand.commit()
    for engine in (owner, thief):
        engine.dispose()
    cluster.drop_database(name)
    assert [tuple(row) for row in moved] == [
        ("contact", "journal", True),
        ("contact", "journal", True),
        ("document", "school", True),
    ]
    assert tuple(back) == (1, 2, 1)


def test_who_read_a_contribution_keeps_reading_it_and_nobody_joins(cluster: Cluster) -> None:
    name = "migrations_readers"
    cluster.create_database(name, family=Family.DATA)
    owner = create_engine(cluster.urls_of(data=name).owner)
    thief = create_engine(cluster.superuser_url(name))
    one, chair, deputy, us, guest, other = (
        f"00000000-0000-0000-0000-00000000000{number}" for number in range(1, 7)
    )
    file = f"'GM0363', gen_random_uuid(), '{one}', '{one}', '{one}'"
    rows = f"""
        SET session_replication_role = replica;
        INSERT INTO meeting (municipality_id, id, series_id, name, place, on_day, clock, minutes,
            chair_id, deputy_id, state, changes, version)
        VALUES ('GM0363', '{one}', '{one}', 'x', 'x', '2026-01-01', '10:00', 60, '{chair}',
            '{deputy}', 'gepland', 0, 1);
        INSERT INTO agenda_item (municipality_id, id, case_id, youth_id, meeting_id, proposed_by,
            state, position, planned_minutes, spent_seconds, question_sealed, created_at, version)
        VALUES ('GM0363', '{one}', '{one}', '{one}', '{one}', '{one}', 'geagendeerd', 1, 10, 0, '',
            now(), 1);
        INSERT INTO role_grant (municipality_id, id, user_id, role, granted_by, approved_by,
            valid_from)
        SELECT 'GM0363', gen_random_uuid(), id::uuid, 'process_director', '{one}', '{us}', now()
        FROM unnest(ARRAY['{chair}', '{deputy}']) id;
        INSERT INTO case_member (municipality_id, id, case_id, youth_id, user_id, function, purpose,
            granted_by, valid_from)
        VALUES ('GM0363', gen_random_uuid(), '{one}', '{one}', '{chair}', 'process_director', 'x',
            '{one}', now());
        INSERT INTO item_invitee (municipality_id, id, case_id, youth_id, item_id, user_id,
            organisation_id)
        SELECT {file}, gen_random_uuid(), id::uuid FROM unnest(ARRAY['{us}', '{guest}']) id;
        INSERT INTO item_contribution (municipality_id, id, case_id, youth_id, item_id,
            organisation_id, by_id, category, scope, reader_ids, basis, is_needed, words_sealed,
            at, version)
        SELECT {file}, '{us}', '{one}', 'plan', scope, CASE scope WHEN 'partners'
            THEN ARRAY['{other}'::uuid] ELSE '{{}}' END, 'x', true, '', now(), 1
        FROM unnest(ARRAY['overleg', 'partners', 'voorzitter']) scope
    """
    readers = "SELECT scope, reader_ids{} FROM item_contribution ORDER BY scope"
    with owner.connect() as connection, thief.connect() as hand:
        command.upgrade(configuration(connection, DATA), "0028")
        connection.commit()
        hand.execute(text(rows))
        hand.commit()
        command.upgrade(configuration(connection, DATA), "0029")
        connection.commit()
        after = hand.execute(text(readers.format(", chair_ids"))).all()
        hand.commit()
        command.downgrade(configuration(connection, DATA), "0028")
        connection.commit()
        back = hand.execute(text(readers.format(""))).all()
        hand.commit()
    for engine in (owner, thief):
        engine.dispose()
    cluster.drop_database(name)
    leading = [UUID(chair)]  # the deputy takes no part in the case, and so reads nothing now
    assert [tuple(row) for row in after] == [
        ("overleg", [UUID(guest)], leading),
        ("partners", [UUID(other)], []),
        ("voorzitter", [], leading),
    ]
    assert [row.reader_ids for row in back] == [[], [UUID(other)], []]


def test_a_line_of_one_area_is_not_left_behind_as_one_of_the_whole(
    fresh: tuple[str, Connection],
) -> None:
    tree, connection = fresh
    if tree != DATA:
        return
    with_areas = configuration(connection, tree)
    command.upgrade(with_areas, "0026")
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
    command.upgrade(with_areas, "0026")
    areas = connection.execute(text("SELECT area FROM plan_line")).scalars().all()
    assert (kept, areas) == (1, [None])
