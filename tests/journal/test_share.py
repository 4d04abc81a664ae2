"""Who reads a note is said by its writer; what is shared goes along with what becomes of it."""

from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from pmg.clock import now
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.journal import queries, services
from pmg.journal.answers import NewAudience, Removal
from tests import build
from tests.acting import filled, send, share
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.journal.conftest import WORDS, Browse, Table, Write, column, entry, said, with_


def page(note: UUID) -> str:
    return f"/contactmoment/{note}/lezers"


def reads(browse: Browse, person: Person, table: Table) -> bool:
    return WORDS in browse(person).get(table.contact).text


def test_a_private_note_is_opened_by_an_act_and_shared_by_another(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note, client = write(cast.sanne), browse(cast.sanne)
    deciding = f"/contactmoment/{note}/delen"
    assert client.get(deciding).status_code == 404
    assert "lezen de hele tekst hierboven" in client.get(page(note)).text
    send(client, page(note), audience="gedeeld")
    assert [reads(browse, one, table) for one in (cast.jaap, cast.bas)] == [True, False]
    assert share(client, deciding, cast.bas.organisation_id).status_code == 302
    assert reads(browse, cast.bas, table)
    assert not reads(browse, table.care, table)


def test_for_the_writer_alone_again_nothing_of_it_stays_shared(
    browse: Browse, cast: Cast, table: Table, write: Write, superuser: Engine
) -> None:
    note, client = write(cast.sanne, sharing=with_(cast.bas, table.care)), browse(cast.sanne)
    assert reads(browse, table.care, table)
    send(client, page(note), audience="eigen")
    people = (cast.bas, table.care, cast.jaap, cast.sanne)
    assert [reads(browse, one, table) for one in people] == [False, False, False, True]
    assert column(superuser, "SELECT DISTINCT ended_by FROM share") == [cast.sanne.id]
    written = column(
        superuser,
        "SELECT count(*) FROM audit_event WHERE address LIKE '/contactmoment/%/lezers'"
        " AND written::text LIKE '%journal:keep%'",
    )
    assert written == [1]


def test_a_correction_that_is_no_longer_shared_takes_its_old_text_along(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne, sharing=with_(cast.bas))
    with at_work(cast.sanne):
        newer = services.correct_contact(entry(note), said("Het ging over werk."), moment=now()).id
    assert "Het ging over werk." in browse(cast.bas).get(table.contact).text
    with at_work(cast.sanne):
        services.set_audience(entry(newer), NewAudience(is_private=True, version=1))
    shown = browse(cast.bas).get(table.contact).text
    assert ("Het ging over werk." in shown, WORDS in shown) == (False, False)


@pytest.mark.parametrize(
    "ending",
    [
        "UPDATE share SET since = now() - interval '2 day', until = now()",
        "UPDATE case_file SET closed_on = referred_on, close_result = 'bereikt'",
        "UPDATE share SET ended_at = now(), ended_by = decided_by",
    ],
)
def test_a_share_ends_with_its_day_or_with_the_case(
    browse: Browse, cast: Cast, table: Table, write: Write, superuser: Engine, ending: str
) -> None:
    write(cast.sanne, sharing=with_(table.care))
    assert reads(browse, table.care, table)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE case_file SET referred_on = current_date - 9"))
        connection.execute(text("UPDATE case_file SET triaged_on = current_date - 9"))
        connection.execute(text(ending))
    assert not reads(browse, table.care, table)


def test_only_the_author_says_who_reads_it(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne, sharing=with_(cast.bas, table.care))
    for person in (cast.jaap, cast.bas, table.care, cast.karim, cast.other):
        assert browse(person).get(page(note)).status_code == 404
    with at_work(cast.jaap), pytest.raises(NotPermitted):
        services.set_audience(entry(note), NewAudience(is_private=True, version=1))


def test_two_who_change_it_at_once_do_not_overwrite_each_other(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note, client = write(cast.sanne), browse(cast.sanne)
    first, second = (filled(client, page(note), audience="gedeeld") for _ in range(2))
    assert client.post(page(note), data=first).status_code == 302
    assert client.post(page(note), data=second).status_code == 409


def test_a_form_without_the_version_that_was_seen_is_a_conflict(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note, client = write(cast.sanne), browse(cast.sanne)
    form = filled(client, page(note), audience="gedeeld")
    del form["version"]
    assert client.post(page(note), data=form).status_code == 409


def test_what_was_removed_is_not_opened(
    at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne)
    with at_work(cast.sanne):
        services.remove_contact(entry(note), Removal("Klopte niet.", 1))
    with at_work(cast.sanne):
        with pytest.raises(Invalid, match="verwijderd"):
            services.set_audience(entry(note), NewAudience(is_private=False, version=2))
        db.session.rollback()
        (gone,) = queries.journal(build.the_case(table.case_id)).notes
    assert gone.text == ""
