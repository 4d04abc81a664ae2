"""Who reads a document: the source, everyone of the plan, whom it was shared with, and no other."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from pmg.cases import services as cases
from pmg.clock import today
from pmg.extensions import db
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.documents import files
from tests.documents.conftest import TITLE, Desk, Table, told

PAGES = ("", "/blad?nummer=1", "/download", "/versie", "/soort", "/verwijderen", "/delen")


def statuses(desk: Desk, person: Person, document_id: UUID) -> set[int]:
    client = desk.browse(person)
    return {client.get(f"/documenten/{document_id}{page}").status_code for page in PAGES}


def is_told(desk: Desk, person: Person) -> bool:
    """Whether anything of the document stands on the list or on the page of the case."""
    client = desk.browse(person)
    pages = (client.get(desk.list_path).text, client.get(f"/zaken/{desk.case_id}").text)
    return any(TITLE in page or '"/documenten/' in page for page in pages)


def test_the_least_visible_category_is_proposed(desk: Desk, cast: Cast, table: Table) -> None:
    proposed = {
        person.name: acting.filled(desk.browse(person), desk.add_path)["category"]
        for person in (cast.sanne, cast.bas, cast.karim, table.school, table.care)
    }
    assert list(proposed.values()) == ["journal", "journal", "police", "school", "medical"]


def test_nobody_enters_what_is_not_his_to_enter(desk: Desk, cast: Cast, table: Table) -> None:
    for person, category in ((cast.sanne, "police"), (table.school, "medical"), (cast.bas, "bsn")):
        answer = desk.send(person, files.pdf(), category=category)
        assert answer.status_code == 422


def test_what_is_of_the_plan_is_read_and_taken_by_everyone_who_takes_part(
    desk: Desk, cast: Cast, table: Table
) -> None:
    document_id = desk.add(cast.sanne, category="plan")
    for person in (cast.bas, cast.karim, table.school, table.care):
        client = desk.browse(person)
        assert is_told(desk, person)
        assert client.get(f"/documenten/{document_id}").status_code == 200
        assert client.get(f"/documenten/{document_id}/blad").mimetype == "image/jpeg"
        assert client.get(f"/documenten/{document_id}/download").status_code == 200
        for page in ("versie", "soort", "verwijderen", "delen"):
            assert client.get(f"/documenten/{document_id}/{page}").status_code == 404


def test_of_another_organisation_there_is_nothing_to_be_seen(
    desk: Desk, cast: Cast, table: Table
) -> None:
    document_id = desk.add(table.school)
    for person in (cast.sanne, cast.bas, cast.karim, table.care):
        assert statuses(desk, person, document_id) == {404}
        assert not is_told(desk, person)
    assert is_told(desk, table.school)


def test_strangers_and_other_municipalities_find_nothing(
    desk: Desk, cast: Cast, table: Table
) -> None:
    document_id = desk.add(cast.sanne, category="plan")
    for person in (cast.jaap, cast.other, cast.ans, cast.ad, cast.els):
        assert statuses(desk, person, document_id) == {404}
        assert desk.browse(person).get(desk.list_path).status_code == 404


def test_a_membership_that_ended_opens_nothing(
    desk: Desk, cast: Cast, table: Table, at_work: AtWork
) -> None:
    document_id = desk.add(cast.sanne, category="plan")
    assert desk.browse(table.school).get(f"/documenten/{document_id}").status_code == 200
    acting.leave(cast, at_work, desk.case_id, staying=cast.sanne)
    assert statuses(desk, table.school, document_id) == {404}


# -- sharing


def test_before_sharing_it_is_shown_who_would_read_it(desk: Desk, cast: Cast, table: Table) -> None:
    page = desk.browse(table.school).get(f"/documenten/{desk.add(table.school)}/delen").text
    offered = re.findall(r'<label class="[^"]*checkbox[^"]*"[^>]*>([^<]+)<', page)
    assert offered == ["GEM-JEUGD", "GEM-OOV", "JONGERENWERK"]  # nobody of care or of the police
    assert f"Dit lezen dan: {cast.bas.name}" in page


def test_what_is_shared_is_read_until_it_is_withdrawn(desk: Desk, cast: Cast, table: Table) -> None:
    document_id = desk.add(table.school)
    assert desk.share(table.school, document_id, cast.bas).status_code == 302
    bas = desk.browse(cast.bas)
    page = bas.get(f"/documenten/{document_id}")
    assert (page.status_code, TITLE in page.text, "Met u gedeeld" in page.text) == (200, True, True)
    assert bas.get(f"/documenten/{document_id}/blad").status_code == 200
    assert bas.get(f"/documenten/{document_id}/download").status_code == 200
    assert bas.get(f"/documenten/{document_id}/delen").status_code == 404  # never further
    assert statuses(desk, cast.sanne, document_id) == {404}

    source = desk.browse(table.school)
    path = f"/zaken/{desk.case_id}/delen"
    share = re.search(r"/deling/([0-9a-f-]{36})/intrekken", source.get(path).text)
    assert share
    withdraw = share[0]
    sent = source.post(withdraw, data=acting.filled(source, path))
    assert sent.status_code == 302
    assert statuses(desk, cast.bas, document_id) == {404}
    assert not is_told(desk, cast.bas)


def test_only_the_source_withdraws(desk: Desk, cast: Cast, table: Table, superuser: Engine) -> None:
    document_id = desk.add(table.school)
    desk.share(table.school, document_id, cast.bas)
    with superuser.connect() as connection:
        share_id = connection.execute(text("SELECT id FROM share")).scalar_one()
    bas = desk.browse(cast.bas)
    token = acting.filled(bas, desk.add_path)
    path = f"/deling/{share_id}/intrekken"
    assert bas.post(path, data=token).status_code == 404
    assert bas.get(f"/documenten/{document_id}").status_code == 200


def test_a_share_lapses_by_itself(desk: Desk, cast: Cast, table: Table, superuser: Engine) -> None:
    document_id = desk.add(table.school)
    desk.share(table.school, document_id, cast.bas)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE share SET since = now() - interval '2 day', until = now()"))
    assert statuses(desk, cast.bas, document_id) == {404}


@pytest.mark.parametrize(
    ("days", "words"), [(0, "al voorbij"), (-5, "al voorbij"), (400, "hoogstens een jaar")]
)
def test_a_share_ends_ahead_and_within_a_year(
    desk: Desk, cast: Cast, table: Table, days: int, words: str
) -> None:
    path = f"/documenten/{desk.add(table.school)}/delen"
    until = today() + timedelta(days=days)
    answer = acting.share(
        desk.browse(table.school), path, cast.bas.organisation_id, until=f"{until:%d-%m-%Y}"
    )
    assert (answer.status_code, words in told(answer)) == (422, True)


def test_nobody_is_chosen_who_could_not_read_it(desk: Desk, cast: Cast, table: Table) -> None:
    path = f"/documenten/{desk.add(table.school)}/delen"
    for organisation in (table.care.organisation_id, uuid4()):
        answer = acting.share(desk.browse(table.school), path, organisation)
        assert answer.status_code == 422


def test_what_the_police_shares_is_read_on_the_screen_and_not_taken(desk: Desk, cast: Cast) -> None:
    document_id = desk.add(cast.karim)
    desk.share(cast.karim, document_id, cast.bas)
    bas = desk.browse(cast.bas)
    page = bas.get(f"/documenten/{document_id}").text
    assert "niet downloaden" in page
    assert "/download" not in page
    assert bas.get(f"/documenten/{document_id}/blad").status_code == 200
    assert bas.get(f"/documenten/{document_id}/download").status_code == 404


def test_medical_documents_are_shared_with_nobody(desk: Desk, table: Table) -> None:
    document_id = desk.add(table.care)
    client = desk.browse(table.care)
    assert "/delen" not in client.get(f"/documenten/{document_id}").text
    assert client.get(f"/documenten/{document_id}/delen").status_code == 404


def test_sharing_ends_when_the_case_closes(
    desk: Desk, cast: Cast, table: Table, at_work: AtWork, superuser: Engine
) -> None:
    document_id = desk.add(table.care, category="special")
    desk.share(table.care, document_id, cast.bas)
    assert desk.browse(cast.bas).get(f"/documenten/{document_id}").status_code == 200
    with at_work(cast.bas):
        cases.close_case(build.the_case(desk.case_id), build.an_ending(), today=build.TODAY)
    assert statuses(desk, cast.bas, document_id) == {404}


def test_sensitive_files_of_ones_own_ask_a_fresh_code(
    desk: Desk, cast: Cast, superuser: Engine
) -> None:
    document_id = desk.add(cast.karim)
    client = desk.browse(cast.karim)
    path = f"/documenten/{document_id}/download"
    assert client.get(path).status_code == 200
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE user_session SET second_factor_at = now() - interval '1 hour'")
        )
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/bevestigen?next=/documenten/")


def test_a_download_is_an_act_of_its_own_in_the_log(desk: Desk, cast: Cast) -> None:
    document_id = desk.add(cast.sanne, category="plan")
    desk.browse(cast.karim).get(f"/documenten/{document_id}/download")
    log = desk.browse(cast.bas).get(f"/zaken/{desk.case_id}/inzage").text
    lines = [each for each in re.findall(r"(?s)<li>.*?</li>", log) if "Karim" in each]
    assert any("downloadde een document" in each for each in lines)


def test_the_log_does_not_tell_of_what_the_director_may_not_read(desk: Desk, cast: Cast) -> None:
    document_id = desk.add(cast.karim)
    karim = desk.browse(cast.karim)
    for page in PAGES:
        karim.get(f"/documenten/{document_id}{page}")
    karim.get(desk.list_path)
    log = desk.browse(cast.bas).get(f"/zaken/{desk.case_id}/inzage").text
    told_of = " ".join(each for each in re.findall(r"(?s)<li>.*?</li>", log) if "Karim" in each)
    assert "bekeek het dossier" in told_of
    for words in ("toe.", "downloadde", "deelde", "formulier", "titel", "inhoud"):
        assert words not in told_of, words
    everything = desk.browse(cast.ans).get("/logboek", query_string={"zaak": desk.case_id}).text
    assert "voegde een document toe" in everything


# -- the walls below the pages


def test_an_injected_select_finds_no_document_of_another_organisation(
    desk: Desk, cast: Cast, table: Table, at_work: AtWork
) -> None:
    document_id = desk.add(table.school)
    tables = ("document", "document_version", "document_content", "share")
    for person, there in ((table.school, True), (cast.bas, False)):
        with at_work(person):
            found = [db.session.scalar(text(f"SELECT count(*) FROM {t}")) for t in tables[:3]]
        assert all(found) is there
    desk.share(table.school, document_id, cast.bas)
    with at_work(cast.bas):
        assert all(db.session.scalar(text(f"SELECT count(*) FROM {t}")) for t in tables)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE document SET organisation_id = pmg_organisation()",
        "UPDATE document_content SET content_sealed = ''",
        "UPDATE document_version SET checked = 'schoon'",
        "UPDATE share SET organisation_id = pmg_organisation()",
        "DELETE FROM document",
        "DELETE FROM share",
    ],
)
def test_nobody_rewrites_what_was_kept(
    desk: Desk, cast: Cast, at_work: AtWork, statement: str
) -> None:
    desk.add(cast.sanne)
    with at_work(cast.sanne):
        with pytest.raises(Exception, match="permission denied"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_nobody_shares_what_is_of_another_by_injection(
    desk: Desk, cast: Cast, table: Table, at_work: AtWork, superuser: Engine
) -> None:
    document_id = desk.add(table.school)
    desk.share(table.school, document_id, cast.bas)
    statement = text(
        "INSERT INTO share (municipality_id, id, case_id, youth_id, act_id, kind, item_id,"
        " category, source_id, organisation_id, since, until, decided_by) SELECT municipality_id,"
        " gen_random_uuid(), case_id, youth_id, id, 'document', id, category, pmg_organisation(),"
        " :to, now(), now() + interval '1 day', pmg_user() FROM document"
    )
    with at_work(cast.bas):
        with pytest.raises(Exception, match="row-level security"):
            db.session.execute(statement, {"to": cast.karim.organisation_id})
        db.session.rollback()
