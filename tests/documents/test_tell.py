"""With whom a document is shared is told so; not when it is taken back, and nobody else."""

import pytest
from sqlalchemy import Engine, text

from pmg.notices import queries
from pmg.security.telling import Kind
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.documents.conftest import TITLE, Browse, Desk, Table

TOLD = "Er is een document met u gedeeld: Yassin de B."


def told(at_work: AtWork, person: Person) -> list[str]:
    with at_work(person):
        return [
            message.who
            for message in queries.messages().messages
            if message.kind is Kind.DOCUMENT_SHARED
        ]


def test_the_organisation_hears_it_reads_it_and_loses_it_with_the_share(
    at_work: AtWork,
    browse: Browse,
    cast: Cast,
    table: Table,
    desk: Desk,
    superuser: Engine,
) -> None:
    document_id = desk.add(cast.sanne, category="journal")
    assert desk.share(cast.sanne, document_id, table.care).status_code == 302
    people = (cast.sanne, cast.bas, cast.fatma, cast.karim, table.school, table.care, cast.other)
    assert {who.name: told(at_work, who) for who in people if told(at_work, who)} == {
        "Ruben": ["Yassin de B."]
    }
    client = browse(table.care)
    page = client.get("/berichten").text
    assert TOLD in page
    assert TITLE not in page
    with at_work(table.care):
        (message,) = (
            one for one in queries.messages().messages if one.kind is Kind.DOCUMENT_SHARED
        )
    assert client.get(f"/berichten/{message.id}").location == f"/documenten/{document_id}"
    with superuser.begin() as connection:
        connection.execute(text("UPDATE share SET ended_at = now()"))
    assert "document met u gedeeld" not in client.get("/berichten").text
    assert client.get(f"/berichten/{message.id}").status_code == 404


@pytest.mark.parametrize("table_name", ["role_grant", "case_member"])
def test_who_lost_role_or_seat_reads_nothing_of_it(
    at_work: AtWork, cast: Cast, table: Table, desk: Desk, superuser: Engine, table_name: str
) -> None:
    desk.share(cast.sanne, desk.add(cast.sanne, category="journal"), table.care)
    assert told(at_work, table.care)
    with superuser.begin() as connection:
        connection.execute(
            text(f"UPDATE {table_name} SET valid_until = now() WHERE user_id = :id"),
            {"id": table.care.id},
        )
    assert told(at_work, table.care) == []
