"""Who is told of contact and appointments: whom it concerns, by name here and nowhere else."""

from datetime import time
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from pmg.clock import now
from pmg.extensions import db
from pmg.journal import planning, services
from pmg.journal.answers import Ending, Move, NewAudience, NewRemark
from pmg.journal.rules import RemarkKind
from pmg.notices import queries
from pmg.security.telling import Kind
from tests import build
from tests.acting import filled, send
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.journal.conftest import WORDS, Browse, Table, Write, entry, said, with_
from tests.journal.test_plan import plan, row

NEW = frozenset(
    {
        Kind.NOTE_SHARED,
        Kind.SHARED_CORRECTED,
        Kind.REPLIED,
        Kind.DISPUTED,
        Kind.APPOINTMENT_CHANGED,
    }
)


def told(at_work: AtWork, person: Person) -> list[tuple[Kind, str]]:
    """What somebody reads of contact and appointments, with the youth that it names."""
    with at_work(person):
        return [
            (message.kind, message.who)
            for message in queries.messages().messages
            if message.kind in NEW
        ]


def everyone(at_work: AtWork, cast: Cast, table: Table) -> dict[str, list[tuple[Kind, str]]]:
    people = (cast.sanne, cast.jaap, cast.bas, cast.fatma, cast.karim, table.care, cast.other)
    found = {who.name: told(at_work, who) for who in people}
    return {name: messages for name, messages in found.items() if messages}


def remark(kind: RemarkKind) -> NewRemark:
    return NewRemark(kind, build.TODAY, "Zo was het niet.")


SHARED = [(Kind.NOTE_SHARED, "Yassin de B.")]


def test_a_note_that_is_shared_is_told_to_who_can_read_it_now_and_to_nobody_else(
    at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    write(cast.sanne, sharing=with_(table.care))
    assert everyone(at_work, cast, table) == {"Ruben": SHARED}


def test_a_private_note_is_told_to_nobody_and_sharing_it_later_is(
    at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne)
    assert everyone(at_work, cast, table) == {}
    with at_work(cast.sanne):
        services.set_audience(entry(note), NewAudience(is_private=False, version=1))
    assert everyone(at_work, cast, table) == {}
    for person in (table.care, cast.bas):
        with at_work(cast.sanne):
            build.share(entry(note), person.organisation_id)
    assert everyone(at_work, cast, table) == {"Ruben": SHARED, "Bas": SHARED}


def test_a_shared_note_that_is_taken_back_takes_its_message_along(
    at_work: AtWork, browse: Browse, cast: Cast, table: Table, write: Write, superuser: Engine
) -> None:
    note = write(cast.sanne, sharing=with_(table.care))
    client = browse(table.care)
    assert "Er is een contactmoment met u gedeeld: Yassin de B." in client.get("/berichten").text
    with at_work(table.care):
        (message,) = (m for m in queries.messages().messages if m.kind is Kind.NOTE_SHARED)
    with at_work(cast.sanne):
        one = entry(note)
        services.set_audience(one, NewAudience(is_private=True, version=one.version))
    for page in ("/berichten", "/vandaag"):
        assert "contactmoment met u gedeeld" not in client.get(page).text
    assert client.get(f"/berichten/{message.id}").status_code == 404
    assert table.care.id not in mailed(superuser)


def mailed(superuser: Engine) -> set[UUID]:
    """Who gets the mail of the day, if it were seven now."""
    found = set()
    with superuser.begin() as connection:
        connection.execute(text("UPDATE outbox_mail SET due_at = now()"))
        connection.execute(text("SET LOCAL ROLE pmg_worker"))
        while mail := connection.execute(text("SELECT * FROM pmg_next_mail()")).first():
            found.add(mail.user_id)
            connection.execute(
                text("UPDATE outbox_mail SET done_at = now() WHERE id = :id"), {"id": mail.id}
            )
    return found


@pytest.mark.parametrize(
    "lost",
    [
        "UPDATE role_grant SET valid_until = now() WHERE user_id = :id",
        "UPDATE case_member SET valid_until = now() WHERE user_id = :id",
    ],
    ids=["role", "seat"],
)
def test_who_lost_the_case_reads_no_message_of_it_and_gets_no_mail(
    at_work: AtWork,
    browse: Browse,
    cast: Cast,
    table: Table,
    write: Write,
    superuser: Engine,
    lost: str,
) -> None:
    write(cast.sanne, sharing=with_(table.care))
    assert table.care.id in mailed(superuser)
    write(cast.sanne, sharing=with_(table.care))
    with superuser.begin() as connection:
        connection.execute(text("DELETE FROM outbox_mail WHERE done_at IS NOT NULL"))
        connection.execute(text(lost), {"id": table.care.id})
    assert "contactmoment met u gedeeld" not in browse(table.care).get("/berichten").text
    assert table.care.id not in mailed(superuser)


def test_a_reply_and_the_words_of_the_youth_are_told_to_who_wrote_it(
    at_work: AtWork, browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne, sharing=with_(cast.bas))
    send(browse(cast.bas), f"/contactmoment/{note}/reageren", words="Goed gezien.", on="vandaag")
    with at_work(cast.bas):
        services.reply(entry(note), remark(RemarkKind.REPLY), today=build.TODAY)
    with at_work(cast.jaap):
        services.dispute(entry(note), remark(RemarkKind.DISPUTED), today=build.TODAY)
    kinds = {kind for kind, _who in told(at_work, cast.sanne)}
    assert kinds == {Kind.REPLIED, Kind.DISPUTED}
    assert {who for _kind, who in told(at_work, cast.sanne)} == {"Yassin de B."}
    assert set(everyone(at_work, cast, table)) == {"Sanne", "Bas"}  # Bas: it was shared with him


def test_who_puts_it_there_himself_is_not_told(
    at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.bas)
    with at_work(cast.bas):
        services.dispute(entry(note), remark(RemarkKind.DISPUTED), today=build.TODAY)
        services.reply(entry(note), remark(RemarkKind.REPLY), today=build.TODAY)
    assert everyone(at_work, cast, table) == {}


def test_a_message_leads_to_contact_and_holds_no_word_of_it(
    at_work: AtWork, browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    write(cast.sanne, sharing=with_(table.care))
    client = browse(table.care)
    assert WORDS not in client.get("/berichten").text
    with at_work(table.care):
        (message,) = (m for m in queries.messages().messages if m.kind is Kind.NOTE_SHARED)
    answer = client.get(f"/berichten/{message.id}")
    assert answer.location == table.contact
    assert WORDS in client.get(answer.location).text


def test_a_kind_that_is_not_wanted_is_not_told(
    at_work: AtWork, browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    send(browse(table.care), "/berichten/instellingen", notitie_gedeeld="niet")
    write(cast.sanne, sharing=with_(table.care, cast.bas))
    assert everyone(at_work, cast, table) == {"Bas": SHARED}


def test_a_correction_is_told_as_one_and_is_no_news_of_sharing(
    at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne, sharing=with_(table.care))
    with at_work(cast.sanne):
        services.correct_contact(entry(note), said("Het gaat iets beter."), moment=now())
    corrected = (Kind.SHARED_CORRECTED, "Yassin de B.")
    assert everyone(at_work, cast, table) == {"Ruben": [corrected, *SHARED]}


@pytest.fixture
def planned(at_work: AtWork, cast: Cast, table: Table) -> UUID:
    """Sanne meets the youth tomorrow at ten, and Bas comes along."""
    with at_work(cast.sanne):
        case = build.the_case(table.case_id)
        wanted = plan(colleagues=(cast.bas.id,))
        return planning.plan_appointment(case, wanted, moment=now(), seen="").id


CHANGED = [(Kind.APPOINTMENT_CHANGED, "Yassin de B.")]


def test_who_comes_along_hears_that_an_appointment_moved_or_is_off(
    at_work: AtWork, browse: Browse, cast: Cast, table: Table, planned: UUID
) -> None:
    with at_work(cast.sanne):
        one = row(planned)
        wanted = Move(plan(clock=time(14)), "Hij heeft dan school.", one.version)
        planning.move_appointment(one, wanted, moment=now())
    assert everyone(at_work, cast, table) == {"Bas": CHANGED}
    with at_work(cast.bas):
        one = row(planned)
        planning.cancel_appointment(one, Ending("Hij is ziek.", one.version))
    assert everyone(at_work, cast, table) == {"Bas": CHANGED, "Sanne": CHANGED}
    with at_work(cast.bas):
        (message,) = (m for m in queries.messages().messages if m.kind in NEW)
    assert browse(cast.bas).get(f"/berichten/{message.id}").location == f"/afspraak/{planned}"


def test_what_is_refused_tells_nobody(
    at_work: AtWork, browse: Browse, cast: Cast, table: Table, planned: UUID
) -> None:
    client, path = browse(cast.sanne), f"/afspraak/{planned}/verzetten"
    answer = client.post(path, data=filled(client, path, clock="14.00", reason=""))
    assert answer.status_code == 422
    assert everyone(at_work, cast, table) == {}


def test_an_injected_statement_cannot_ask_what_stands_for_another(
    at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    note = write(cast.sanne, sharing=with_(table.care))
    asked = text("SELECT pmg_notice_stands('GM0363', :id, 'notitie_gedeeld', :case, :note)")
    with at_work(cast.karim):
        with pytest.raises(Exception, match="permission denied"):
            db.session.execute(asked, {"id": table.care.id, "case": table.case_id, "note": note})
        db.session.rollback()
