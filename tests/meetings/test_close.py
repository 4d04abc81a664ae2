"""After a meeting: ticks, remarks, a record that nobody changes, what follows, and paper."""

import hashlib
import json
import re
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from pmg.cases.models import Case
from pmg.errors import Conflict, Invalid
from pmg.extensions import db
from pmg.meetings import closing, packing, proposing, running
from pmg.meetings.answers import Placement, Proposal
from pmg.meetings.item_models import ItemMinutes, ItemRecord
from pmg.meetings.rules import Outcome
from tests import acting, build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.meetings.conftest import (
    Browse,
    Prepared,
    a_minute,
    a_series,
    an_item,
    open_it,
    the_item,
    the_meeting,
)

ADDED = (
    "INSERT INTO item_remark SELECT item_id, by_id, question_sealed, now(), i.municipality_id,"
    " gen_random_uuid(), i.case_id, i.youth_id FROM agenda_item i JOIN item_minutes m"
    " ON m.item_id = i.id"
)
LOGGED = (
    "SELECT count(*) FROM audit_event e JOIN audit_subject s ON s.event_id = e.id"
    " WHERE e.action = 'meeting:pack' AND e.address LIKE '/pakket/%'"
)
OLDER = "UPDATE meeting_pack SET made_on = made_on - 2, recall_on = recall_on - 1"


def decided(cast: Cast, at_work: AtWork, prepared: Prepared, **given: object) -> Prepared:
    """Fatma weighed, decided, and closed the meeting."""
    with at_work(cast.fatma):
        running.write_minutes(the_item(prepared.item_id), a_minute(**given), today=build.TODAY)
    with at_work(cast.fatma):
        running.close_meeting(the_meeting(prepared.meeting_id))
    return prepared


def fix(cast: Cast, at_work: AtWork, item_id: UUID, version: int = 1) -> str:
    """Fatma fixes the record; return its digest."""
    with at_work(cast.fatma):
        return closing.approve_record(the_item(item_id), version).digest


def test_each_confirms_for_himself_and_a_change_asks_anew(
    cast: Cast, at_work: AtWork, browse: Browse, begun: Prepared
) -> None:
    decided(cast, at_work, begun)
    path, karim = f"/onderwerp/{begun.item_id}/verslag", browse(cast.karim)
    assert "wacht op uw bevestiging" in karim.get("/berichten").text
    sent = karim.post(f"/onderwerp/{begun.item_id}/bevestigen", data=acting.filled(karim, path))
    assert sent.status_code == HTTPStatus.FOUND
    assert "Karim" in browse(cast.fatma).get(path).text.split("Bevestigd door")[1]
    with at_work(cast.fatma):
        better = a_minute(words="De school belt elke dag met Sanne.", version=1)
        running.write_minutes(the_item(begun.item_id), better, today=build.TODAY)
    assert "Nog niemand." in browse(cast.fatma).get(path).text
    with at_work(cast.karim), pytest.raises(Conflict):
        closing.confirm_agreements(the_item(begun.item_id), 1)


def test_a_record_is_fixed_with_the_hash_of_what_it_says(
    cast: Cast, at_work: AtWork, browse: Browse, begun: Prepared
) -> None:
    decided(cast, at_work, begun)
    with at_work(cast.karim):
        closing.remark_on_record(the_item(begun.item_id), "Het was de mentor en niet de school.")
    path = f"/onderwerp/{begun.item_id}/verslag"
    fatma = browse(cast.fatma)
    sent = fatma.post(f"/onderwerp/{begun.item_id}/vastzetten", data=acting.filled(fatma, path))
    assert sent.location == path
    with at_work(cast.sanne):
        record = db.session.query(ItemRecord).one()
        content, digest = record.content, record.digest
    assert hashlib.sha256(content.encode()).hexdigest() == digest
    told = json.loads(content)
    assert told["afspraken"] == a_minute().words
    assert told["opmerkingen"] == [{"wie": "Karim", "wat": "Het was de mentor en niet de school."}]
    assert digest in browse(cast.karim).get(path).text


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE item_record SET digest = repeat('0', 64)",
        "UPDATE item_minutes SET outcome = 'afwijzen'",
        "UPDATE agenda_item SET planned_minutes = 1",
        "UPDATE item_opinion SET version = 9",
        ADDED,
    ],
)
def test_not_even_the_owner_of_the_tables_changes_what_is_fixed(
    cast: Cast, at_work: AtWork, superuser: Engine, begun: Prepared, change: str
) -> None:
    with at_work(cast.fatma):
        running.write_minutes(the_item(begun.item_id), a_minute(), today=build.TODAY)
    with at_work(cast.karim):
        running.say_opinion(the_item(begun.item_id), running.Opinion(True, "", 0))
    with at_work(cast.fatma):
        running.close_meeting(the_meeting(begun.meeting_id))
    fix(cast, at_work, begun.item_id)
    with superuser.connect() as connection, pytest.raises(IntegrityError, match=r"fixed|never"):
        connection.execute(text(change))


def test_a_page_refuses_to_change_what_is_fixed(
    cast: Cast, at_work: AtWork, browse: Browse, begun: Prepared
) -> None:
    decided(cast, at_work, begun)
    fix(cast, at_work, begun.item_id)
    answer = acting.send(
        browse(cast.fatma), f"/onderwerp/{begun.item_id}/vastleggen", words="Andere afspraken nu."
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "staat vast" in answer.text
    with at_work(cast.sanne):
        assert db.session.query(ItemMinutes).one().words == a_minute().words


def test_an_open_meeting_has_no_record(cast: Cast, at_work: AtWork, begun: Prepared) -> None:
    with at_work(cast.fatma):
        running.write_minutes(the_item(begun.item_id), a_minute(), today=build.TODAY)
    with at_work(cast.fatma), pytest.raises(Invalid, match="Sluit eerst"):
        closing.approve_record(the_item(begun.item_id), 1)


def test_a_decision_on_a_referral_is_laid_ready_in_triage_where_the_referrer_is_told(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id, meeting_id = build.a_referral(cast, at_work), a_series(cast, at_work)
    with at_work(cast.sanne):
        wanted = Proposal(meeting_id, "Nemen wij hem op in de aanpak?", 10, (cast.sanne.id,))
        item_id = proposing.propose_item(build.the_case(case_id), wanted, today=build.TODAY).id
    with at_work(cast.fatma):
        proposing.place_item(the_item(item_id), Placement(10, (cast.sanne.id,), 1))
    open_it(cast, at_work, meeting_id)
    words = "Hij heeft hulp nodig die alleen wij samen geven."
    decided(
        cast, at_work, Prepared(case_id, meeting_id, item_id), outcome=Outcome.ACCEPT, words=words
    )
    path, fatma = f"/onderwerp/{item_id}/doorvoeren", browse(cast.fatma)
    token = {"csrf_token": acting.filled(fatma, f"/zaken/{case_id}/triage")["csrf_token"]}
    assert "Zet eerst het verslag" in fatma.post(path, data=token).text
    fix(cast, at_work, item_id)
    assert "als concept" not in browse(cast.sanne).get(f"/onderwerp/{item_id}/verslag").text
    led = fatma.post(path, data=token)
    assert led.location == f"/zaken/{case_id}/triage"
    page = fatma.get(led.location).text
    assert words in page
    assert re.search(
        r'<input[^>]*value="opnemen"[^>]*checked|<input[^>]*checked[^>]*value="opnemen"', page
    )
    with at_work(cast.fatma) as reader:
        case = db.session.get_one(Case, (reader.municipality_id, case_id))
        assert case.triage_outcome is None
    answers = {"director": cast.bas.id, "youth_worker": cast.sanne.id, "to_whom": "invoerder"}
    sent = acting.send(fatma, led.location, outcome="opnemen", motivation=words, **answers)
    assert sent.status_code == HTTPStatus.FOUND
    with at_work(cast.bas) as reader:
        case = db.session.get_one(Case, (reader.municipality_id, case_id))
        assert (case.triage_outcome, case.director_id) == ("opnemen", cast.bas.id)


def test_closing_is_a_draft_for_the_director_and_never_done_by_itself(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    with at_work(cast.fatma):
        invited = (cast.sanne.id, cast.bas.id)
        item = the_item(prepared.item_id)
        proposing.place_item(item, Placement(10, invited, item.version))
    open_it(cast, at_work, prepared.meeting_id)
    words = "Hij gaat weer naar school en wil geen hulp meer."
    decided(cast, at_work, prepared, outcome=Outcome.CLOSE, words=words)
    fix(cast, at_work, prepared.item_id)
    bas = browse(cast.bas)
    form = acting.filled(bas, f"/onderwerp/{prepared.item_id}/verslag")
    sent = bas.post(f"/onderwerp/{prepared.item_id}/afsluiten", data=form)
    assert words in bas.get(sent.location).text
    with at_work(cast.bas):
        assert build.the_case(prepared.case_id).closed_on is None


def test_paper_has_a_name_a_date_a_line_in_the_log_and_an_end(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine, prepared: Prepared
) -> None:
    karim = browse(cast.karim)
    sent = acting.send(karim, f"/overleg/{prepared.meeting_id}/pakket")
    page = karim.get(sent.location).text
    assert f"Karim · {build.TODAY.day}" in page
    assert browse(cast.sanne).get(sent.location).status_code == HTTPStatus.NOT_FOUND
    with superuser.connect() as connection:
        assert connection.execute(text(LOGGED)).scalar_one() == 1
    far = acting.send(karim, f"/overleg/{prepared.meeting_id}/pakket", recall_on="1-1-2099")
    assert far.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with superuser.begin() as connection:
        connection.execute(text(OLDER))
    assert karim.get(sent.location).status_code == HTTPStatus.NOT_FOUND
    assert "Vernietig wat u afdrukte" in karim.get("/vandaag").text
    acting.send(karim, f"{sent.location}/vernietigd")
    assert "Vernietig wat u afdrukte" not in karim.get("/vandaag").text
    with at_work(cast.karim):
        assert packing.packs() == []


def test_the_youth_reads_what_was_agreed_about_him(
    cast: Cast, at_work: AtWork, browse: Browse, begun: Prepared
) -> None:
    decided(cast, at_work, begun)
    fix(cast, at_work, begun.item_id)
    page = browse(cast.sanne).get(f"/zaken/{begun.case_id}/mijn-gegevens").text
    assert a_minute().words in page
    assert (
        a_minute().words not in browse(cast.bas).get(f"/zaken/{begun.case_id}/mijn-gegevens").text
    )


def test_what_was_not_discussed_goes_on_and_what_comes_back_stands_on_the_page_of_today(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    other = build.a_case(cast, at_work, given_name="Noor", family_name="Visser")
    second = an_item(cast, at_work, other, prepared.meeting_id, question="En thuis dan?")
    open_it(cast, at_work, prepared.meeting_id)
    soon = build.TODAY + timedelta(days=3)
    decided(cast, at_work, prepared, review_on=soon)
    with at_work(cast.fatma):
        assert the_item(prepared.item_id).meeting_id == prepared.meeting_id
        assert the_item(second).meeting_id != prepared.meeting_id
    assert "Terug in een casusoverleg" in browse(cast.sanne).get("/vandaag").text
    for who in (cast.sanne, cast.fatma):
        found = browse(who).get("/vandaag?deel=overleg_terug").text
        assert f"/zaken/{prepared.case_id}/overleg" in found
        assert f"/zaken/{other}/overleg" not in found
    assert "Terug in een casusoverleg" not in browse(cast.bas).get("/vandaag").text
