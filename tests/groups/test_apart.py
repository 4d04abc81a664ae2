"""No path leads from a group to a person, and none back: not in tables, pages, addresses or log."""

import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from pmg.cases.sweeping import find_orphans
from pmg.extensions import Model
from tests import build
from tests.acting import read_form, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.groups.conftest import NAME, PLACE, SEEN, Browse, a_group, observed

PERSON = re.compile(r"youth|case|person|name_of|birth|bsn|referral|trajectory|member")
REASON = "Komt sinds januari niet meer op school en vertelt daar zelf over."


def group_tables() -> dict[str, object]:
    return {name: table for name, table in Model.metadata.tables.items() if "group_" in name}


def test_no_foreign_key_and_no_column_of_a_group_leads_to_a_person() -> None:
    tables = Model.metadata.tables
    begun = [name for name in tables if name.startswith("group_")]
    assert len(begun) == 7
    reached, ahead = set(), set(begun)
    while ahead:
        name = ahead.pop()
        reached.add(name)
        ahead |= {key.column.table.name for key in tables[name].foreign_keys} - reached
    # Staff and their organisations, and nobody else.
    assert reached - set(begun) == {"municipality", "organisation", "user_account"}
    columns = [f"{name}.{column.name}" for name in begun for column in tables[name].columns]
    assert [column for column in columns if PERSON.search(column.split(".")[1])] == []
    back = [
        name
        for name, table in tables.items()
        if name not in begun and {key.column.table.name for key in table.foreign_keys} & set(begun)
    ]
    assert back == []


def rows_with(superuser: Engine, wanted: UUID) -> dict[str, list[str]]:
    """Every row of every table, as text, in which this id occurs."""
    found: dict[str, list[str]] = {}
    with superuser.connect() as connection:
        for table in connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars():
            rows = connection.execute(
                text(f"SELECT t::text FROM {table} t WHERE t::text LIKE :wanted"),
                {"wanted": f"%{wanted}%"},
            ).scalars()
            if kept := list(rows):
                found[table] = kept
    return found


def test_a_referral_that_begins_at_a_group_takes_nothing_along_and_leaves_a_day(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    group_id = a_group(cast, at_work, cast.sanne)
    observed(at_work, cast.sanne, group_id)
    sanne = browse(cast.sanne)
    began = send(sanne, f"/groepsaanpak/{group_id}/aanmelden")
    assert began.location == "/zaken/bekend"
    page = sanne.get(began.location)
    for words in (NAME, PLACE, SEEN, str(group_id)):
        assert words not in page.text
    form = read_form(page.text)
    assert {name for name, value in form.items() if value} <= {"csrf_token", "submit_key"}
    case_id = build.a_referral(cast, at_work, reason=REASON)
    with at_work(cast.sanne):
        youth_id = build.the_case(case_id).youth_id

    of_group = rows_with(superuser, group_id)
    assert set(of_group) == {
        *("group_approach", "group_seat", "group_observation", "group_transfer"),
        *("audit_event", "notice"),
    }
    for of_person in (case_id, youth_id):
        assert not any(str(of_person) in row for rows in of_group.values() for row in rows)
        assert not set(rows_with(superuser, of_person)) & set(group_tables())
    shown = sanne.get(f"/groepsaanpak/{group_id}").text
    assert "Vanaf hier begon een aanmelding. Van wie, staat hier niet:" in shown
    for words in (str(case_id), "Yassin", "PMG-", REASON):
        assert words not in shown
    file = sanne.get(f"/zaken/{case_id}").text
    for words in (str(group_id), NAME, PLACE, SEEN):
        assert words not in file


def test_what_stays_of_it_has_a_day_and_no_time(superuser: Engine) -> None:
    with superuser.connect() as connection:
        columns = connection.execute(
            text(
                "SELECT column_name, data_type FROM information_schema.columns"
                " WHERE table_name = 'group_transfer'"
            )
        ).all()
    assert {row.column_name: row.data_type for row in columns} == {
        "municipality_id": "text",
        "id": "uuid",
        "group_id": "uuid",
        "by_id": "uuid",
        "on_day": "date",
    }


@pytest.mark.parametrize("who", ["bas", "fatma"])
def test_who_takes_part_in_a_case_and_in_a_group_finds_no_link(
    cast: Cast, at_work: AtWork, browse: Browse, who: str
) -> None:
    group_id = a_group(cast, at_work, cast.bas)
    case_id = build.a_case(cast, at_work)
    client = browse(getattr(cast, who))
    for page in (f"/zaken/{case_id}", f"/zaken/{case_id}/taken", f"/zaken/{case_id}/inzage"):
        assert f"/groepsaanpak/{group_id}" not in client.get(page).text
    assert f"/zaken/{case_id}" not in client.get(f"/groepsaanpak/{group_id}").text


def test_the_key_of_a_group_is_not_swept_away(
    app: Flask, cast: Cast, at_work: AtWork, settings: object, superuser: Engine
) -> None:
    group_id = a_group(cast, at_work)
    with app.app_context():
        from sqlalchemy import create_engine  # noqa: PLC0415

        keys = create_engine(settings.keystore_owner_url)  # type: ignore[attr-defined]
        with keys.begin() as connection:
            connection.execute(
                text("UPDATE data_key SET created_at = now() - interval '3 days' WHERE id = :id"),
                {"id": group_id},
            )
        keys.dispose()
        owner = create_engine(settings.owner_database_url)  # type: ignore[attr-defined]
        found = find_orphans(owner)
        owner.dispose()
    assert found.total >= 1
    assert group_id not in {orphan.key_id for orphan in found.orphans}
