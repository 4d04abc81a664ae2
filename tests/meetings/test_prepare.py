"""Before a meeting: who sees an item, who brings in what for whom, and who stands aside."""

import re
from http import HTTPStatus

import pytest
from sqlalchemy import Engine, text

from pmg.extensions import db
from pmg.meetings.models import Meeting
from tests import acting, build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.meetings.conftest import (
    ASKED,
    QUESTION,
    Browse,
    Prepared,
    a_series,
    an_item,
    the_item,
)
from tests.merging.conftest import merge

SECRET = "Hij werd drie keer aangehouden op het plein."


def bring(browse: Browse, who, path: str, **answers):  # noqa: ANN001, ANN003, ANN201
    given = {"words": SECRET, "scope": "overleg", "basis": "OPENBARE-ORDE", "is_needed": "y"}
    return acting.send(browse(who), path, **given | answers)


def test_a_series_is_made_on_its_weekday_and_stands_in_the_list(cast: Cast, browse: Browse) -> None:
    fatma = browse(cast.fatma)
    answers = {
        "name": "Casusoverleg West",
        "place": "Buurthuis",
        "rhythm": "twee_weken",
        "weekday": str(build.TODAY.isoweekday()),
        "first_on": f"{build.TODAY:%d-%m-%Y}",
        "clock": "9.30",
        "minutes": "60",
    }
    other_day = str(build.TODAY.isoweekday() % 7 + 1)
    wrong = acting.send(fatma, "/overleg/reeks", **answers | {"weekday": other_day})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert acting.send(fatma, "/overleg/reeks", **answers).status_code == HTTPStatus.FOUND
    assert fatma.get("/overleg").text.count("Casusoverleg West, Buurthuis") == 7  # in three months
    assert "Casusoverleg West" not in browse(cast.sanne).get("/overleg").text


def test_only_who_leads_makes_and_changes_meetings(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    for path in ("/overleg/reeks", f"/overleg/{prepared.meeting_id}/wijzigen"):
        for who in (cast.sanne, cast.bas, cast.karim):
            assert browse(who).get(path).status_code == HTTPStatus.NOT_FOUND
    assert browse(cast.fatma).get(path).status_code == HTTPStatus.OK


def test_a_proposal_exists_for_its_writer_and_for_who_leads_and_for_nobody_else(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id, meeting_id = build.a_case(cast, at_work), a_series(cast, at_work)
    acting.join(cast, at_work, case_id, cast.karim)
    sent = acting.send(
        browse(cast.sanne),
        f"/zaken/{case_id}/overleg",
        meeting=meeting_id,
        question=QUESTION,
        minutes="15",
        invitees=[str(cast.karim.id), str(cast.sanne.id)],
    )
    assert sent.status_code == HTTPStatus.FOUND
    for who in (cast.sanne, cast.fatma):
        assert QUESTION in browse(who).get(f"/overleg/{meeting_id}").text
    for who in (cast.karim, cast.bas, cast.jaap):
        assert QUESTION not in browse(who).get(f"/overleg/{meeting_id}").text


def test_who_is_not_invited_meets_the_page_of_an_unknown_id(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    assert browse(cast.karim).get(f"/onderwerp/{prepared.item_id}").status_code == HTTPStatus.OK
    for who in (cast.bas, cast.jaap):  # Bas directs the case, and is not needed for this question
        client = browse(who)
        unknown = client.get(f"/onderwerp/{prepared.meeting_id}")
        answer = client.get(f"/onderwerp/{prepared.item_id}")
        asked = answer.text.replace(str(prepared.item_id), str(prepared.meeting_id))
        assert (answer.status_code, asked) == (HTTPStatus.NOT_FOUND, unknown.text)


def test_each_reads_numbers_of_his_own_without_gaps(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    other = build.a_case(cast, at_work, given_name="Noor", family_name="Visser")
    third = build.a_case(cast, at_work, given_name="Sem", family_name="Bos")
    for case_id in (other, third):
        acting.join(cast, at_work, case_id, cast.karim)
    an_item(cast, at_work, other, prepared.meeting_id)
    an_item(cast, at_work, third, prepared.meeting_id, cast.karim)
    page = browse(cast.karim).get(f"/overleg/{prepared.meeting_id}").text
    assert "1. Yassin" in page
    assert "2. Sem" in page
    assert "Noor" not in page
    assert "3. Sem" in browse(cast.fatma).get(f"/overleg/{prepared.meeting_id}").text


def test_an_organisation_reads_its_own_question_and_not_that_of_another(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    path = f"/onderwerp/{prepared.item_id}/vragen"
    field = f"question-{cast.karim.organisation_id.hex}"
    assert acting.send(browse(cast.fatma), path, **{field: ASKED}).status_code == HTTPStatus.FOUND
    item = f"/onderwerp/{prepared.item_id}"
    assert ASKED in browse(cast.karim).get(item).text
    assert ASKED not in browse(cast.sanne).get(item).text


def test_what_is_for_who_leads_is_read_by_nobody_else(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    path = f"/onderwerp/{prepared.item_id}"
    sent = bring(browse, cast.karim, f"{path}/bijdrage", scope="voorzitter")
    assert sent.status_code == HTTPStatus.FOUND
    assert SECRET in browse(cast.fatma).get(path).text
    assert SECRET in browse(cast.karim).get(path).text
    assert SECRET not in browse(cast.sanne).get(path).text


def test_data_of_the_police_stays_closed_to_whom_the_law_closes_it(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    path = f"/onderwerp/{prepared.item_id}"
    bring(browse, cast.karim, f"{path}/bijdrage", category="police")
    assert SECRET in browse(cast.fatma).get(path).text
    assert SECRET not in browse(cast.sanne).get(path).text


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"is_needed": []}, "Deel alleen wat nodig is"),
        ({"basis": ""}, "Kies op welke grond"),
        ({"scope": "partners"}, "Kies een of meer organisaties"),
        ({"scope": []}, "Kies wie dit mag lezen."),
    ],
)
def test_nothing_is_shared_without_ground_need_and_reader(
    cast: Cast, browse: Browse, prepared: Prepared, answers: dict[str, object], message: str
) -> None:
    path = f"/onderwerp/{prepared.item_id}"
    answer = bring(browse, cast.karim, f"{path}/bijdrage", **answers)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert message in answer.text
    assert SECRET not in browse(cast.fatma).get(path).text


def test_who_read_a_contribution_is_told_when_it_is_withdrawn_and_its_words_are_gone(
    cast: Cast, browse: Browse, prepared: Prepared, superuser: Engine
) -> None:
    path = f"/onderwerp/{prepared.item_id}"
    bring(browse, cast.karim, f"{path}/bijdrage")
    with superuser.connect() as connection:
        found = "SELECT id, words_sealed FROM item_contribution"
        row_id = connection.execute(text(found)).one().id
    acting.send(browse(cast.karim), f"/bijdrage/{row_id}/intrekken")
    page = browse(cast.sanne).get(path).text
    assert SECRET not in page
    assert "Ingetrokken." in page
    with superuser.connect() as connection:
        assert connection.execute(text(found)).one().words_sealed is None
    assert "verbeterd of ingetrokken" in browse(cast.sanne).get("/berichten").text


def test_why_an_organisation_shares_nothing_is_read_by_who_leads_alone(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    path, reason = f"/onderwerp/{prepared.item_id}", "Ons beroepsgeheim staat dit niet toe"
    acting.send(browse(cast.karim), f"{path}/niets-delen", reason="beroepsgeheim")
    assert reason in browse(cast.fatma).get(path).text
    assert reason not in browse(cast.sanne).get(path).text


def test_who_declares_an_interest_never_sees_the_item_again_and_who_leads_knows(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    karim, path = browse(cast.karim), f"/onderwerp/{prepared.item_id}"
    assert "U bent uitgenodigd" in karim.get("/berichten").text
    assert acting.send(karim, f"{path}/eigen-belang").status_code == HTTPStatus.FOUND
    for page in (path, f"{path}/verslag", f"{path}/bijdrage", f"{path}/voorbeeld"):
        assert karim.get(page).status_code == HTTPStatus.NOT_FOUND
    for page in ("/overleg", f"/overleg/{prepared.meeting_id}", f"/zaken/{prepared.case_id}"):
        assert QUESTION not in karim.get(page).text
    assert "U bent uitgenodigd" not in karim.get("/berichten").text
    assert "Eigen belang gemeld" in browse(cast.fatma).get(path).text


def test_the_database_closes_it_also_to_who_injects_a_select(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    acting.send(browse(cast.karim), f"/onderwerp/{prepared.item_id}/eigen-belang")
    for who in (cast.karim, cast.bas, cast.jaap):
        with at_work(who):
            for table in ("agenda_item", "item_invitee", "item_question", "item_intro"):
                count = db.session.scalar(text(f"SELECT count(*) FROM {table}"))
                assert count == 0, (who.name, table)
    with at_work(cast.sanne):
        assert db.session.scalar(text("SELECT count(*) FROM agenda_item")) == 1


def test_three_sentences_are_seen_as_partners_will_see_them(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    path = f"/onderwerp/{prepared.item_id}"
    sent = acting.send(
        browse(cast.sanne),
        f"{path}/inleiding",
        situation="Hij slaapt slecht en komt te laat.",
        tried="Twee gesprekken met zijn mentor.",
        wish="Hij wil een andere klas.",
    )
    shown = browse(cast.sanne).get(sent.location)
    assert (
        "Zo ziet POLITIE het"
        in browse(cast.sanne).get(f"{path}/voorbeeld?wie={cast.karim.organisation_id.hex}").text
    )
    assert "Hij wil een andere klas." in shown.text
    assert "Hij wil een andere klas." in browse(cast.karim).get(path).text
    refused = browse(cast.karim).get(f"{path}/inleiding").text
    assert "De jongerenwerker of de casusregisseur schrijft" in refused


def test_an_erased_youth_makes_his_item_unreadable(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    with at_work(cast.bas):
        build.shred(build.the_case(prepared.case_id))
    answer = browse(cast.fatma).get(f"/onderwerp/{prepared.item_id}")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert QUESTION not in browse(cast.fatma).get(f"/overleg/{prepared.meeting_id}").text


def test_the_invitation_and_the_calendar_tell_when_and_nothing_else(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    karim = browse(cast.karim)
    invitation = karim.get(f"/overleg/{prepared.meeting_id}/agenda").text
    assert f"DTSTART:{build.TODAY:%Y%m%d}" in invitation
    link = acting.filled(karim, "/agenda/koppeling")
    page = karim.post("/agenda/koppeling/maken", data=link).text
    address = re.search(r"/agenda/[0-9a-f-]+\.ics\?sleutel=[\w-]+", page)
    assert address is not None
    feed = browse(cast.sanne).get(address[0]).text
    assert str(prepared.meeting_id) in feed
    for told in (invitation, feed):
        for word in (QUESTION, "Yassin", "Zuid", "Stadhuis", str(prepared.item_id)):
            assert word not in told


def test_a_day_that_is_called_off_takes_its_items_to_the_next(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    acting.send(browse(cast.fatma), f"/overleg/{prepared.meeting_id}/afzeggen")
    with at_work(cast.sanne) as reader:
        item = the_item(prepared.item_id)
        assert item.meeting_id != prepared.meeting_id
        meeting = db.session.get_one(Meeting, (reader.municipality_id, item.meeting_id))
        assert (meeting.on_day - build.TODAY).days == 7
    invitation = browse(cast.fatma).get(f"/overleg/{prepared.meeting_id}/agenda").text
    assert "STATUS:CANCELLED" in invitation


def test_after_a_merge_an_item_stays_with_its_case_and_its_readers(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    other = build.a_case(cast, at_work, by="jaap", given_name="Yasin", family_name="Boer")
    merge(cast, at_work, prepared.case_id, other)
    path = f"/onderwerp/{prepared.item_id}"
    for who in (cast.fatma, cast.sanne, cast.karim):
        assert QUESTION in browse(who).get(path).text
    assert browse(cast.jaap).get(path).status_code == HTTPStatus.NOT_FOUND


def test_the_log_of_a_case_says_who_came_and_not_that_there_was_a_meeting(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    browse(cast.karim).get(f"/onderwerp/{prepared.item_id}")
    page = browse(cast.bas).get(f"/zaken/{prepared.case_id}/inzage?alles=1").text
    assert "Karim" in page
    main = page[page.index("<main") :]
    for word in ("overleg", "onderwerp", "vraag aan"):
        assert word not in main.lower()
    of_officer = browse(cast.ans).get("/logboek").text
    assert "bekeek een onderwerp van een overleg" in of_officer
