"""Writing down contact: a kind, a sentence, and who may read it."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from pmg.clock import now
from pmg.errors import Invalid, NotPermitted
from pmg.journal import queries, services
from pmg.journal.rules import When
from tests import build
from tests.acting import filled, leave, send, share
from tests.cast import Cast
from tests.conftest import AtWork
from tests.journal.conftest import WORDS, Browse, Table, Write, column, said


def test_a_kind_and_a_sentence_are_enough_and_stay_with_the_author(
    browse: Browse, cast: Cast, table: Table
) -> None:
    client = browse(cast.sanne)
    answer = send(client, f"{table.contact}/nieuw?soort=telefoon", text=WORDS)
    assert (answer.status_code, answer.location) == (302, table.contact)
    page = client.get(table.contact).text
    assert WORDS in page
    assert "Telefoon" in page
    assert "Alleen u leest dit" in page


def test_a_page_without_answers_says_what_is_missing_and_keeps_the_rest(
    browse: Browse, cast: Cast, table: Table
) -> None:
    answer = send(browse(cast.sanne), f"{table.contact}/nieuw", text="", when="anders")
    assert answer.status_code == 422
    for words in ("Kies wat voor contact het was.", "Schrijf in een zin op wat er is gebeurd."):
        assert words in answer.text


def test_another_day_asks_for_the_day(browse: Browse, cast: Cast, table: Table) -> None:
    path = f"{table.contact}/nieuw?soort=gesprek"
    answer = send(browse(cast.sanne), path, text=WORDS, when="anders")
    assert answer.status_code == 422
    assert "Vul in op welke dag het was." in answer.text
    assert WORDS in answer.text


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("on", "29-2-2023"),
        ("on", "31-12-9999"),
        ("on", "1-1-0001"),
        ("clock", "25.00"),
        ("clock", "kwart over"),
        ("text", "a\0b"),
        ("text", "a\x1bb"),
        ("text", "x" * 2001),
        ("text", "x" * 100_000),
    ],
)
def test_what_cannot_be_kept_is_explained(
    browse: Browse, cast: Cast, table: Table, name: str, typed: str
) -> None:
    client, path = browse(cast.sanne), f"{table.contact}/nieuw?soort=gesprek"
    form = filled(client, path, text=WORDS, when="anders", on="1-11-2026")
    form[name] = typed
    answer = client.post(path, data=form)
    assert answer.status_code == 422
    assert "Fout:" in answer.text


def test_for_ones_organisation_it_is_read_by_colleagues_and_nobody_else(
    browse: Browse, cast: Cast, table: Table
) -> None:
    path = f"{table.contact}/nieuw?soort=gesprek"
    answer = send(browse(cast.sanne), path, text=WORDS, audience="gedeeld")
    assert answer.location == table.contact
    people = (cast.sanne, cast.jaap, cast.bas, cast.karim, table.care)
    reads = [WORDS in browse(person).get(table.contact).text for person in people]
    assert reads == [True, True, False, False, False]


def test_for_another_organisation_it_leads_to_a_share_decision(
    browse: Browse, cast: Cast, table: Table
) -> None:
    path = f"{table.contact}/nieuw?soort=gesprek"
    answer = send(browse(cast.sanne), path, text=WORDS, audience="verder")
    assert answer.location.endswith("/delen")
    assert WORDS not in browse(cast.bas).get(table.contact).text
    share(browse(cast.sanne), answer.location, cast.bas.organisation_id)
    assert WORDS in browse(cast.bas).get(table.contact).text


def test_the_page_says_who_would_read_it_before_it_is_chosen(
    browse: Browse, cast: Cast, table: Table
) -> None:
    page = browse(cast.sanne).get(f"{table.contact}/nieuw").text
    assert "ook de casusregisseur niet" in page
    assert "lezen het meteen: Jaap." in page
    assert "Dit kan met: GEM-JEUGD, GEM-OOV, GGZ." in page
    assert "kunnen dit nooit lezen: POLITIE." in page


def test_a_case_that_is_over_takes_no_contact(browse: Browse, at_work: AtWork, cast: Cast) -> None:
    closed = build.a_closed_case(cast, at_work)
    page = browse(cast.bas).get(f"/zaken/{closed}/contact/nieuw").text
    assert "Deze zaak is voorbij." in page
    with at_work(cast.bas), pytest.raises(Invalid, match="voorbij"):
        services.record_contact(build.the_case(closed), said(), moment=now())


def test_who_left_the_case_reads_his_own_note_no_more(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne)
    leave(cast, at_work, table.case_id, staying=cast.jaap)
    assert browse(cast.sanne).get(f"/contactmoment/{note}/lezers").status_code == 404
    assert browse(cast.sanne).get(table.contact).status_code == 404


def test_sent_twice_it_is_there_once(
    browse: Browse, cast: Cast, table: Table, superuser: Engine
) -> None:
    client, path = browse(cast.sanne), f"{table.contact}/nieuw?soort=gesprek"
    form = filled(client, path, text=WORDS)
    first, second = (client.post(path, data=form) for _ in range(2))
    assert (first.status_code, second.location) == (302, first.location)
    assert len(column(superuser, "SELECT id FROM journal_entry")) == 1


def test_yesterday_is_kept_as_that_day_and_its_time_is_sealed(
    at_work: AtWork, cast: Cast, table: Table, superuser: Engine
) -> None:
    with at_work(cast.sanne):
        case = build.the_case(table.case_id)
        services.record_contact(case, said(when=When.YESTERDAY), moment=now())
        (note,) = queries.journal(case).notes
    assert (note.on, note.clock) == (build.TODAY - timedelta(days=1), None)
    assert column(superuser, "SELECT clock_sealed FROM journal_entry") == [None]


def test_the_filter_tells_own_from_shared_and_one_kind_from_another(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    write(cast.sanne, "Eerste zin.")
    write(cast.sanne, "Tweede zin.", is_private=False)
    client = browse(cast.sanne)
    own, shared, none = (
        client.get(f"{table.contact}?{query}").text
        for query in ("wie=eigen", "wie=gedeeld", "soort=bezoek")
    )
    assert ("Eerste zin." in own, "Tweede zin." in own) == (True, False)
    assert ("Eerste zin." in shared, "Tweede zin." in shared) == (False, True)
    assert "Geen contact gevonden" in none


def test_a_privacy_officer_writes_nothing(at_work: AtWork, cast: Cast, table: Table) -> None:
    with at_work(cast.ans), pytest.raises(NotPermitted):
        services.record_group(None, moment=now())  # type: ignore[arg-type]
