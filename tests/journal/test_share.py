"""Sharing is an act for each note: to whom it reaches, until when, and how it is taken back."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from pmg.clock import now
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.journal import queries, services
from pmg.journal.answers import NewSharing, Removal, Sharing
from tests import build
from tests.acting import filled, send
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.journal.conftest import WORDS, Browse, Table, Write, column, entry, said, with_


def page(note: UUID) -> str:
    return f"/contactmoment/{note}/delen"


def reads(browse: Browse, person: Person, table: Table) -> bool:
    return WORDS in browse(person).get(table.contact).text


def test_a_private_note_is_shared_by_an_act_that_says_who_will_read_it(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note, client = write(cast.sanne), browse(cast.sanne)
    shown = client.get(page(note)).text
    assert "GEM-JEUGD: Bas" in shown
    assert "leest de hele tekst hierboven" in shown
    assert not reads(browse, cast.bas, table)
    send(client, page(note), audience="gedeeld", organisations=[str(cast.bas.organisation_id)])
    assert reads(browse, cast.bas, table)
    assert reads(browse, cast.jaap, table)
    assert not reads(browse, table.care, table)


def test_sharing_is_taken_back_and_stands_in_the_log(
    browse: Browse, cast: Cast, table: Table, write: Write, superuser: Engine
) -> None:
    note, client = write(cast.sanne, sharing=with_(cast.bas, table.care)), browse(cast.sanne)
    assert reads(browse, table.care, table)
    send(client, page(note), audience="gedeeld", organisations=[str(cast.bas.organisation_id)])
    assert (reads(browse, table.care, table), reads(browse, cast.bas, table)) == (False, True)
    send(client, page(note), audience="eigen", organisations=[])
    assert [reads(browse, one, table) for one in (cast.bas, cast.jaap, cast.sanne)] == [
        False,
        False,
        True,
    ]
    written = column(
        superuser,
        "SELECT count(*) FROM audit_event WHERE address LIKE '/contactmoment/%/delen'"
        " AND written::text LIKE '%journal:keep%'",
    )
    assert written == [2]


def test_who_withdrew_and_when_stays_with_the_share(
    at_work: AtWork, cast: Cast, table: Table, write: Write, superuser: Engine
) -> None:
    note = write(cast.sanne, sharing=with_(cast.bas))
    with at_work(cast.sanne):
        services.set_sharing(entry(note), NewSharing(Sharing(), 1))
    assert column(superuser, "SELECT withdrawn_by FROM journal_share") == [cast.sanne.id]


def test_a_correction_that_is_no_longer_shared_takes_its_old_text_along(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne, sharing=with_(cast.bas))
    with at_work(cast.sanne):
        newer = services.correct_contact(entry(note), said("Het ging over werk."), moment=now()).id
    assert "Het ging over werk." in browse(cast.bas).get(table.contact).text
    with at_work(cast.sanne):
        services.set_sharing(entry(newer), NewSharing(Sharing(), 1))
    shown = browse(cast.bas).get(table.contact).text
    assert ("Het ging over werk." in shown, WORDS in shown) == (False, False)


@pytest.mark.parametrize(
    "ending",
    [
        "UPDATE journal_share SET until = current_date - 2",
        "UPDATE case_file SET closed_on = referred_on, close_result = 'bereikt'",
        "UPDATE journal_share SET withdrawn_at = now(), withdrawn_by = shared_by",
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


def test_until_a_day_is_that_day_included_and_never_one_gone_by(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne)
    wanted = with_(cast.bas)

    def share_until(day: date, version: int) -> None:
        with at_work(cast.sanne):
            sharing = Sharing(
                is_private=False, with_organisations=wanted.with_organisations, until=day
            )
            services.set_sharing(entry(note), NewSharing(sharing, version))

    share_until(build.TODAY, 1)
    assert reads(browse, cast.bas, table)
    with pytest.raises(Invalid, match="al geweest"):
        share_until(build.TODAY - timedelta(days=1), 2)


def test_after_it_lapsed_it_can_be_shared_again(
    browse: Browse, cast: Cast, table: Table, write: Write, superuser: Engine
) -> None:
    note = write(cast.sanne, sharing=with_(cast.bas))
    with superuser.begin() as connection:
        connection.execute(text("UPDATE journal_share SET until = current_date - 2"))
    answer = send(
        browse(cast.sanne),
        page(note),
        audience="gedeeld",
        organisations=[str(cast.bas.organisation_id)],
    )
    assert answer.status_code == 302
    assert reads(browse, cast.bas, table)


def test_only_the_author_decides_who_reads_it(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne, sharing=with_(cast.bas, table.care))
    for person in (cast.jaap, cast.bas, table.care, cast.karim, cast.other):
        assert browse(person).get(page(note)).status_code == 404
    with at_work(cast.jaap), pytest.raises(NotPermitted):
        services.set_sharing(entry(note), NewSharing(Sharing(), 1))


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


def test_what_was_removed_cannot_be_shared(
    at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne)
    with at_work(cast.sanne):
        services.remove_contact(entry(note), Removal("Klopte niet.", 1))
    with at_work(cast.sanne):
        with pytest.raises(Invalid, match="verwijderd"):
            services.set_sharing(entry(note), NewSharing(with_(cast.bas), 2))
        db.session.rollback()
        (gone,) = queries.journal(build.the_case(table.case_id)).notes
    assert gone.text == ""
