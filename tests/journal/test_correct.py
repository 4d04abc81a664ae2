"""Putting right, removing, and what stands beside it: the old stays, or a stub does."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from pmg.clock import now
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.journal import services
from pmg.journal.answers import NewRemark, Removal
from pmg.journal.rules import RemarkKind, When
from tests import build
from tests.acting import filled, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.journal.conftest import WORDS, Browse, Table, Write, column, entry, said, with_
from tests.promises.test_p04_stolen_database import encodings, everything

RIGHT = "Hij vertelde dat het op zijn werk beter gaat."
HIS_WORDS = "Ik heb dat zo niet gezegd."


def test_old_and_new_stand_beside_each_other(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note, client = write(cast.sanne), browse(cast.sanne)
    answer = send(client, f"/contactmoment/{note}/verbeteren", text=RIGHT)
    page = client.get(answer.location).text
    assert answer.status_code == 302
    for words in (WORDS, RIGHT, "Later verbeterd", "Verbetering"):
        assert words in page


def test_a_correction_of_a_private_note_is_private_too(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne)
    send(browse(cast.sanne), f"/contactmoment/{note}/verbeteren", text=RIGHT)
    for person in (cast.jaap, cast.bas):
        page = browse(person).get(table.contact).text
        assert (WORDS in page, RIGHT in page) == (False, False)


def test_a_correction_reaches_whom_the_old_text_reached(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne, sharing=with_(cast.bas))
    send(browse(cast.sanne), f"/contactmoment/{note}/verbeteren", text=RIGHT)
    assert RIGHT in browse(cast.bas).get(table.contact).text
    assert RIGHT not in browse(table.care).get(table.contact).text


def test_a_correction_changes_something_and_is_made_once(
    browse: Browse, cast: Cast, table: Table, write: Write, superuser: Engine
) -> None:
    note, client = write(cast.sanne), browse(cast.sanne)
    path = f"/contactmoment/{note}/verbeteren"
    same = send(client, path, text=WORDS)
    assert (same.status_code, "Er is niets veranderd." in same.text) == (422, True)
    form = filled(client, path, text=RIGHT)
    assert client.post(path, data=form).status_code == 302
    again = send(client, path, text="Nog iets anders.")
    assert (again.status_code, "al verbeterd" in again.text) == (422, True)
    assert len(column(superuser, "SELECT id FROM journal_entry")) == 2


def test_nobody_corrects_or_removes_what_another_wrote(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne, sharing=with_(cast.bas))
    for step in ("verbeteren", "verwijderen"):
        for person in (cast.jaap, cast.bas):
            assert browse(person).get(f"/contactmoment/{note}/{step}").status_code == 404


def test_what_is_removed_leaves_who_when_and_why_for_who_could_read_it(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note, client = write(cast.sanne, sharing=with_(cast.bas)), browse(cast.sanne)
    answer = send(client, f"/contactmoment/{note}/verwijderen", reason="Over een ander kind.")
    assert answer.status_code == 302
    for person in (cast.sanne, cast.bas):
        for path in (table.contact, f"/zaken/{table.case_id}"):
            page = browse(person).get(path).text
            assert WORDS not in page
            assert "Verwijderd door Sanne op" in page
            assert "Over een ander kind." in page
    assert "Over een ander kind." not in browse(table.care).get(table.contact).text


def test_removed_is_gone_from_the_database_with_all_its_versions(
    at_work: AtWork, cast: Cast, table: Table, write: Write, superuser: Engine
) -> None:
    note = write(cast.sanne)
    sealed = column(superuser, "SELECT text_sealed FROM journal_entry")
    with at_work(cast.sanne):
        newer = services.correct_contact(entry(note), said(RIGHT), moment=now()).id
    sealed += column(superuser, "SELECT text_sealed FROM journal_entry")
    with at_work(cast.sanne):
        services.remove_contact(entry(newer), Removal("Niet nodig.", 1))
    dump = everything(superuser)
    assert len(sealed) == 3
    assert not any(bytes(one) in dump for one in sealed)
    assert column(superuser, "SELECT text_sealed FROM journal_entry") == [None, None]
    assert column(superuser, "SELECT clock_sealed FROM journal_entry") == [None, None]
    assert not any(form in dump for form in encodings(WORDS))


def test_removing_asks_why_and_happens_once(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note, client = write(cast.sanne), browse(cast.sanne)
    path = f"/contactmoment/{note}/verwijderen"
    assert send(client, path, reason=" ").status_code == 422
    assert send(client, path, reason="Dubbel.").status_code == 302
    again = client.get(path)
    assert WORDS not in again.text
    assert send(client, path, reason="Nog eens.").status_code == 422


def test_the_youth_says_that_it_is_not_right_wherever_it_is_shown(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne, sharing=with_(cast.bas))
    client = browse(cast.bas)
    path = f"/contactmoment/{note}/betwisten"
    answer = send(client, path, kind="oneens", words=HIS_WORDS)
    assert answer.status_code == 302
    for person in (cast.sanne, cast.bas, cast.jaap):
        for place in (table.contact, f"/zaken/{table.case_id}"):
            page = browse(person).get(place).text
            assert HIS_WORDS in page, place
            assert "Betwist" in page, place
    assert HIS_WORDS not in browse(table.care).get(table.contact).text


def test_the_words_of_the_youth_about_a_private_note_are_as_private(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne)
    path = f"/contactmoment/{note}/betwisten"
    assert send(browse(cast.sanne), path, kind="jongere", words=HIS_WORDS).status_code == 302
    assert HIS_WORDS in browse(cast.sanne).get(table.contact).text
    assert HIS_WORDS not in browse(cast.jaap).get(table.contact).text
    assert browse(cast.jaap).get(path).status_code == 404


def test_the_director_replies_and_is_named(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne, sharing=with_(cast.bas))
    path = f"/contactmoment/{note}/reageren"
    assert send(browse(cast.bas), path, words="Goed gezien, bel mij even.").status_code == 302
    page = browse(cast.sanne).get(table.contact).text
    assert "Goed gezien, bel mij even." in page
    assert browse(cast.jaap).get(path).status_code == 404


@pytest.mark.parametrize("days", [-1, 1])
def test_words_are_said_after_the_contact_and_not_tomorrow(
    at_work: AtWork, cast: Cast, table: Table, write: Write, days: int
) -> None:
    note = write(cast.sanne)
    on = build.TODAY + timedelta(days=days)
    with at_work(cast.sanne):
        remark = NewRemark(RemarkKind.DISPUTED, on, HIS_WORDS)
        with pytest.raises(Invalid) as refusal:
            services.dispute(entry(note), remark, today=build.TODAY)
        db.session.rollback()
    assert refusal.value.field == "on"


def test_a_reply_cannot_pass_for_words_of_the_youth(
    at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne, sharing=with_(cast.bas))
    said_so = NewRemark(RemarkKind.DISPUTED, build.TODAY, HIS_WORDS)
    with at_work(cast.bas), pytest.raises(NotPermitted):
        services.reply(entry(note), said_so, today=build.TODAY)
    reaction = NewRemark(RemarkKind.REPLY, build.TODAY, HIS_WORDS)
    with at_work(cast.bas), pytest.raises(NotPermitted):
        services.dispute(entry(note), reaction, today=build.TODAY)


def test_the_day_of_a_correction_can_be_put_right_too(
    at_work: AtWork, cast: Cast, table: Table, write: Write, superuser: Engine
) -> None:
    note = write(cast.sanne)
    with at_work(cast.sanne):
        services.correct_contact(entry(note), said(when=When.YESTERDAY), moment=now())
    days = column(superuser, "SELECT happened_on FROM journal_entry ORDER BY created_at")
    assert days == [build.TODAY, build.TODAY - timedelta(days=1)]
