"""A share decision through the pages: what it needs, what it opens, for whom, and until when."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from pmg.cases import members
from pmg.cases import services as cases
from pmg.clock import now
from pmg.extensions import db
from pmg.factors import services as factors
from pmg.journal import services as journal
from pmg.journal.answers import NewNote
from pmg.journal.rules import Kind, When
from pmg.notices import queries as notices
from pmg.reference.factors import FACTORS
from pmg.security import telling
from pmg.security.policy import Role
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.factors.conftest import ARRESTED, seen
from tests.sharing.conftest import ARREST, WORDS, Browse, Table, arrest_of, note_of


def sees(browse: Browse, person: Person, table: Table) -> tuple[bool, bool]:
    """Whether somebody reads the note, and what the police saw."""
    client = browse(person)
    return WORDS in client.get(table.contact).text, ARREST in client.get(table.factors).text


def shares_of(page: str) -> list[str]:
    return re.findall(r'action="(/deling/[0-9a-f-]{36}/intrekken)"', page)


def share_note(browse: Browse, cast: Cast, table: Table, *to: Person) -> None:
    path = f"/contactmoment/{table.note}/delen"
    ids = [person.organisation_id for person in to]
    assert acting.share(browse(cast.sanne), path, *ids).status_code == 302


def test_before_it_is_shared_one_sees_what_they_will_see_and_nothing_is_open_yet(
    browse: Browse, cast: Cast, table: Table
) -> None:
    client, path = browse(cast.sanne), f"/contactmoment/{table.note}/delen"
    offered = client.get(path).text
    assert "Dit lezen dan: Bas" in offered
    assert "POLITIE" not in re.findall(r'(?s)name="organisations".*?</fieldset>', offered)[0]
    shown = acting.send(
        client,
        path,
        organisations=[str(cast.bas.organisation_id)],
        legal_basis="JEUGDWET",
        why="Anders kan het plan niet af.",
        agreement="geen",
        no_agreement="Er is nog geen convenant.",
    )
    assert shown.status_code == 200
    for words in (WORDS, "Bas", "Jeugdwet art. 2.1", "Anders kan het plan niet af."):
        assert words in shown.text
    assert sees(browse, cast.bas, table) == (False, False)
    form = acting.read_form(shown.text)
    form["checked"] = "ja"
    assert client.post(path, data=form).location == table.page
    assert sees(browse, cast.bas, table) == (True, False)
    for person in (table.care, table.school, cast.karim, cast.fatma, cast.other):
        assert sees(browse, person, table)[0] is False


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"why": "Zomaar."}, "Schrijf in een zin op waarom"),
        ({"legal_basis": "WPG"}, "Not a valid choice|geldige keuze"),
        ({"no_agreement": ""}, "waarom er geen convenant is"),
        ({"until": "1-1-2020"}, "al voorbij"),
        ({"organisations": []}, "Kies een of meer organisaties"),
        ({"purpose": ""}, "Kies waarvoor"),
    ],
)
def test_a_decision_that_is_not_whole_shares_nothing(
    browse: Browse, cast: Cast, table: Table, answers: dict[str, str], words: str
) -> None:
    path = f"/contactmoment/{table.note}/delen"
    answer = acting.share(browse(cast.sanne), path, cast.bas.organisation_id, **answers)
    assert answer.status_code == 422
    assert re.search(words, answer.text)
    assert sees(browse, cast.bas, table) == (False, False)


def test_what_the_police_saw_is_shared_under_its_own_law_and_says_so(
    browse: Browse, cast: Cast, table: Table
) -> None:
    path = f"/waarneming/{table.arrest}/delen"
    client = browse(cast.karim)
    assert "Wpg art. 20" in client.get(path).text
    assert "Jeugdwet art. 2.1" not in client.get(path).text
    assert sees(browse, table.prosecutor, table) == (False, False)
    ids = (cast.bas.organisation_id, table.prosecutor.organisation_id)
    assert acting.share(client, path, *ids).status_code == 302
    for person in (cast.bas, table.prosecutor):
        assert sees(browse, person, table) == (False, True)
        assert "onder de Wpg: niet verder delen" in browse(person).get(table.factors).text
        assert browse(person).get(path).status_code == 404  # never further
    for person in (cast.sanne, table.care, table.school, cast.fatma):
        assert sees(browse, person, table)[1] is False
    told = browse(cast.bas).get(table.page).text
    assert "Met ons gedeeld" in told
    assert "alleen POLITIE besluit daarover" in told


def test_only_the_source_decides_withdraws_and_renews(
    browse: Browse, cast: Cast, table: Table
) -> None:
    share_note(browse, cast, table, cast.bas)
    (withdraw,) = shares_of(browse(cast.sanne).get(table.page).text)
    renew = withdraw.replace("intrekken", "verlengen")
    unknown = f"/deling/{UUID(int=7)}/verlengen"
    for person in (cast.bas, table.care, cast.karim, cast.jaap, cast.other, cast.ans):
        client = browse(person)
        assert client.get(f"/contactmoment/{table.note}/delen").status_code == 404
        assert client.get(renew).status_code == client.get(unknown).status_code == 404
    bas = browse(cast.bas)
    token = acting.filled(bas, f"{table.contact}/nieuw")
    assert bas.post(withdraw, data=token).status_code == 404
    assert sees(browse, cast.bas, table) == (True, False)
    client = browse(cast.sanne)
    assert client.post(withdraw, data=acting.filled(client, table.page)).status_code == 302
    assert sees(browse, cast.bas, table) == (False, False)
    assert "gestopt" in client.get(table.page).text
    assert "1 keer delen is voorbij" in client.get(table.page).text
    assert client.get(renew).status_code == 200
    sent = acting.send(client, renew, reason="Nog langer nodig.")
    assert (sent.status_code, "al gestopt" in sent.text) == (422, True)


def test_renewing_gives_a_new_day_for_a_reason_and_leaves_the_old_one_to_be_seen(
    browse: Browse, cast: Cast, table: Table, superuser: Engine
) -> None:
    share_note(browse, cast, table, cast.bas)
    client = browse(cast.sanne)
    (withdraw,) = shares_of(client.get(table.page).text)
    renew = withdraw.replace("intrekken", "verlengen")
    later = build.TODAY + timedelta(days=200)
    assert acting.send(client, renew, until=f"{later:%d-%m-%Y}", reason="kort").status_code == 422
    sent = acting.send(
        client, renew, until=f"{later:%d-%m-%Y}", reason="Het plan loopt door tot de zomer."
    )
    assert sent.location == table.page
    page = client.get(table.page).text
    assert "Het plan loopt door tot de zomer." in page
    assert "1 keer delen is voorbij" in page
    assert sees(browse, cast.bas, table) == (True, False)
    with superuser.begin() as connection:
        rows = connection.execute(text("SELECT count(*), count(DISTINCT act_id) FROM share")).one()
        assert tuple(rows) == (2, 1)


def test_who_left_reads_nothing_and_after_the_last_day_nobody_does(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, superuser: Engine
) -> None:
    share_note(browse, cast, table, table.care, cast.bas)
    assert sees(browse, table.care, table) == (True, False)
    acting.leave(cast, at_work, table.case_id, staying=cast.sanne)
    assert browse(table.care).get(table.contact).status_code == 404
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE share SET since = now() - interval '3 days', until = now()")
        )
    assert sees(browse, cast.bas, table) == (False, False)
    assert "tot en met" not in browse(cast.bas).get(table.page).text


def test_the_end_of_the_case_is_the_end_of_sharing(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, superuser: Engine
) -> None:
    share_note(browse, cast, table, cast.bas)
    with at_work(cast.bas):
        cases.close_case(build.the_case(table.case_id), build.an_ending(), today=build.TODAY)
    assert sees(browse, cast.bas, table) == (False, False)
    with superuser.connect() as connection:
        assert connection.execute(text("SELECT ended_by FROM share")).scalars().all() == [
            cast.bas.id
        ]
    page = browse(cast.sanne).get(f"/contactmoment/{table.note}/delen").text
    assert "Deze zaak is voorbij." in page


def test_a_correction_reaches_the_receivers_and_is_told_without_a_word_of_it(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table
) -> None:
    with at_work(cast.karim):
        build.share(arrest_of(table), cast.bas.organisation_id)
    with at_work(cast.karim):
        right = seen(ARRESTED, note="Verbeterplant: het was een vriend.")
        factors.correct_observation(arrest_of(table), right, today=build.TODAY)
    assert "Verbeterplant" in browse(cast.bas).get(table.factors).text
    assert "Verbeterplant" not in browse(table.prosecutor).get(table.factors).text
    with at_work(cast.bas):
        kinds = [message.kind for message in notices.messages().messages]
    assert telling.Kind.SHARED_CORRECTED in kinds
    assert telling.Kind.FACTOR_SHARED in kinds
    page = browse(cast.bas).get("/berichten").text
    assert "Iets dat met u is gedeeld, is verbeterd" in page
    assert "Verbeterplant" not in page
    # One decision: withdrawn, the old text goes along.
    client = browse(cast.karim)
    (withdraw,) = shares_of(client.get(table.page).text)
    client.post(withdraw, data=acting.filled(client, table.page))
    shown = browse(cast.bas).get(table.factors).text
    assert ("Verbeterplant" in shown, ARREST in shown) == (False, False)


def test_what_stops_soon_is_counted_on_the_day_and_led_to(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table
) -> None:
    with at_work(cast.sanne):
        said = NewNote(Kind.TALK, When.NOW, "Nog een gesprek.", is_private=False)
        other = journal.record_contact(build.the_case(table.case_id), said, moment=now())
        build.share(other, cast.bas.organisation_id, until=build.TODAY + timedelta(days=31))
        soon = build.TODAY + timedelta(days=30)
        ids = (cast.bas.organisation_id, table.care.organisation_id)
        build.share(note_of(table), *ids, until=soon)
    page = browse(cast.sanne).get("/vandaag").text
    part = page[page.index("Delen dat binnen een maand stopt") :]
    links = re.findall(r"/deling/[0-9a-f-]{36}/verlengen", part)
    assert len(links) == 2
    assert "Yassin de B" in part
    for link in links:
        assert browse(cast.sanne).get(link).status_code == 200
    assert "Delen dat binnen een maand stopt" not in browse(cast.jaap).get("/vandaag").text


def test_the_page_says_from_the_table_who_reads_what(
    browse: Browse, cast: Cast, table: Table
) -> None:
    page = browse(table.school).get(table.page).text
    parts = {
        part.split("<", 1)[0]: part.split("</tr>", 1)[0]
        for part in page.split('<th role="rowheader" scope="row">')[1:]
    }
    police = parts["POLITIE, partner"]
    assert re.search(r'eigen organisatie">[^<]*politiegegevens', police)
    assert re.search(r'na een besluit om te delen">justitiële gegevens \(Wjsg\)<', police)
    care = parts["GGZ, partner"]
    assert "medische gegevens (Wgbo)" in care
    assert "politiegegevens" not in care
    assert "Bas" in parts["GEM-JEUGD, casusregisseur"]
    assert "niets in deze zaak" in page


def test_what_others_share_among_themselves_is_told_to_nobody_else(
    browse: Browse, cast: Cast, table: Table
) -> None:
    path = f"/waarneming/{table.arrest}/delen"
    acting.share(browse(cast.karim), path, cast.bas.organisation_id)
    for person in (table.care, table.school, cast.sanne, cast.fatma):
        page = browse(person).get(table.page).text
        assert "Met ons gedeeld" not in page
        assert FACTORS[ARRESTED].name not in page
    assert FACTORS[ARRESTED].name in browse(cast.bas).get(table.page).text
    log = browse(cast.bas).get(f"/zaken/{table.case_id}/inzage").text
    assert "deelde iets" in log


def test_an_injected_statement_decides_nothing_for_another(
    at_work: AtWork, cast: Cast, table: Table
) -> None:
    insert = (
        "INSERT INTO share (municipality_id, id, case_id, youth_id, act_id, kind, item_id,"
        " category, source_id, organisation_id, since, until, decided_by)"
        " SELECT municipality_id, gen_random_uuid(), id, youth_id, id, :kind, :item, :category,"
        " pmg_organisation(), :to, now(), now() + interval '1 day', pmg_user() FROM case_file"
    )
    tries = (
        (insert, {"kind": "contact", "item": table.note, "category": "journal"}),
        (insert, {"kind": "factor", "item": table.arrest, "category": "police"}),
        (insert, {"kind": "contact", "item": table.arrest, "category": "journal"}),
    )
    for statement, given in tries:
        with at_work(cast.bas):
            to = {"to": table.care.organisation_id}
            with pytest.raises(Exception, match="row-level security"):
                db.session.execute(text(statement), given | to)
            db.session.rollback()
    with at_work(cast.bas):
        rows = db.session.execute(text("SELECT factor_code FROM factor_observation")).all()
        assert rows == []  # what the police saw is no row for anyone else


def test_the_list_of_closed_factors_is_that_of_the_reference(superuser: Engine) -> None:
    with superuser.connect() as connection:
        policy = connection.execute(
            text("SELECT qual FROM pg_policies WHERE policyname = 'app_closed'")
        ).scalar_one()
    closed = {code for code, factor in FACTORS.items() if factor.category != "plan"}
    assert set(re.findall(r"[A-Z]-[A-Z]{3}-[A-Z]+", policy)) == closed


def test_a_colleague_of_the_source_may_decide_too_and_who_joins_later_reads_it(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table
) -> None:
    with at_work(cast.bas):
        members.seat(build.the_case(table.case_id), cast.jaap.id, Role.YOUTH_WORKER)
    path = f"/contactmoment/{table.note}/delen"
    assert acting.share(browse(cast.jaap), path, cast.bas.organisation_id).status_code == 302
    again = acting.share(browse(cast.sanne), path, cast.bas.organisation_id)
    assert (again.status_code, "deelt u dit al" in again.text) == (422, True)


def test_the_youth_sees_with_whom_and_why_and_police_data_stays_with_its_source(
    browse: Browse, cast: Cast, table: Table
) -> None:
    share_note(browse, cast, table, cast.bas)
    path = f"/waarneming/{table.arrest}/delen"
    acting.share(browse(cast.karim), path, cast.bas.organisation_id)
    sheet = browse(cast.bas).get(f"/zaken/{table.case_id}/mijn-gegevens").text
    part = sheet[sheet.index("Met wie iets is gedeeld") : sheet.index("Wie dit mag lezen")]
    assert "van JONGERENWERK aan GEM-JEUGD" in part
    assert "POLITIE" not in part
    assert ARREST not in sheet
