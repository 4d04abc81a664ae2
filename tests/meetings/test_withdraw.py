"""A proposal is taken back until it is discussed; offered are meetings whose chair can see it."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from config import Settings
from pmg.cases import services as cases
from pmg.cases.intake import Decision
from pmg.cases.rules import Outcome
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.meetings import contributing, holding, proposing, queries, running
from pmg.meetings.answers import Answer, Introduction, Placement, Proposal, Shared
from pmg.meetings.item_models import ItemContribution, ItemWithdrawal
from pmg.meetings.rules import ItemState, Known, Refusal, Scope
from pmg.security.policy import Category, Role
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.meetings.conftest import (
    QUESTION,
    Browse,
    Prepared,
    a_minute,
    a_series,
    an_item,
    hire_colleague,
    open_it,
    the_item,
)

WHY = "Zijn moeder heeft het zelf al geregeld."
LATER = build.TODAY + timedelta(days=30)
GONE = text("UPDATE case_member SET valid_until = now() WHERE user_id = :me")


def proposed(cast: Cast, at_work: AtWork) -> Prepared:
    """Sanne proposed to invite Karim; Fatma did not place it yet."""
    case_id, meeting_id = build.a_case(cast, at_work), a_series(cast, at_work)
    acting.join(cast, at_work, case_id, cast.karim)
    with at_work(cast.sanne):
        wanted = Proposal(meeting_id, QUESTION, 10, (cast.sanne.id, cast.karim.id))
        item = proposing.propose_item(build.the_case(case_id), wanted, today=build.TODAY)
        return Prepared(case_id, meeting_id, item.id)


def test_who_was_asked_sees_that_it_is_withdrawn_and_is_asked_no_longer(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    path, karim = f"/onderwerp/{prepared.item_id}", browse(cast.karim)
    assert "Iets inbrengen" in karim.get(path).text
    sent = acting.send(browse(cast.sanne), f"{path}/intrekken", words=WHY)
    assert sent.status_code == HTTPStatus.FOUND
    for who in (cast.karim, cast.fatma):
        page = browse(who).get(path).text
        assert "Ingetrokken door Sanne" in page
        assert WHY in page  # all of them take part in the case
        day = browse(who).get(f"/overleg/{prepared.meeting_id}").text
        assert "Ingetrokken" in day
        assert QUESTION not in day.split("Ingetrokken")[0].split("<main")[1]
    assert "Iets inbrengen" not in karim.get(path).text
    assert "1 ingetrokken" in karim.get("/overleg").text
    assert "of het is ingetrokken" in karim.get(f"{path}/bijdrage").text
    assert QUESTION not in karim.get(f"/overleg/{prepared.meeting_id}/bezig").text
    assert browse(cast.bas).get(path).status_code == HTTPStatus.NOT_FOUND


def test_what_is_withdrawn_is_no_meeting_of_today_for_who_was_asked(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    assert "Casusoverleg vandaag" in browse(cast.karim).get("/vandaag").text
    acting.send(browse(cast.sanne), f"/onderwerp/{prepared.item_id}/intrekken", words=WHY)
    assert "Casusoverleg vandaag" not in browse(cast.karim).get("/vandaag").text
    assert "Casusoverleg vandaag" in browse(cast.fatma).get("/vandaag").text  # she leads it


def test_of_what_is_withdrawn_ones_own_words_can_be_taken_back_and_nothing_else_is_offered(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, settings: Settings
) -> None:
    path, karim = f"/onderwerp/{prepared.item_id}", browse(cast.karim)
    given = {"words": "Hij was op straat.", "basis": "OPENBARE-ORDE", "is_needed": "y"}
    acting.send(karim, f"{path}/bijdrage", scope="overleg", **given)
    noor = acting.hire_partner(settings.owner_database_url, "noor", "SCHOOL")
    acting.join(cast, at_work, prepared.case_id, noor)
    with at_work(cast.fatma):
        item = the_item(prepared.item_id)
        invited = (cast.sanne.id, cast.karim.id, noor.id)
        proposing.place_item(item, Placement(10, invited, item.version))
    page = karim.get(path).text
    for button in (">Verbeteren<", "Ook laten lezen door SCHOOL", ">Intrekken<"):
        assert button in page, button
    acting.send(browse(cast.sanne), f"{path}/intrekken", words=WHY)
    page = karim.get(path).text
    for button in (">Verbeteren<", "Ook laten lezen door"):
        assert button not in page, button
    assert "Dit lezen nu: " in page
    found = re.search(r'href="(/bijdrage/[0-9a-f-]+/intrekken)">Intrekken<', page)
    assert found is not None
    assert acting.send(karim, found[1]).status_code == HTTPStatus.FOUND


def test_at_a_proposal_it_is_told_who_reads_words_now_and_who_once_it_is_on_the_agenda(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    one = proposed(cast, at_work)
    path, sanne = f"/onderwerp/{one.item_id}", browse(cast.sanne)
    given = {"words": "Hij was op straat.", "basis": "OPENBARE-ORDE", "is_needed": "y"}
    acting.send(sanne, f"{path}/bijdrage", scope="overleg", **given)
    page = sanne.get(path).text
    assert "Dit lezen nu: Fatma (GEM-OOV). Dit lezen, zodra het op de agenda staat: Karim" in page
    with at_work(cast.fatma):
        item = the_item(one.item_id)
        proposing.place_item(item, Placement(10, (cast.sanne.id, cast.karim.id), item.version))
    page = sanne.get(path).text
    assert "zodra het op de agenda staat" not in page
    assert re.search(r"Dit lezen nu: [^.]*Karim", page)


def test_the_log_says_that_something_was_proposed_or_taken_back(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    acting.send(browse(cast.sanne), f"/onderwerp/{prepared.item_id}/intrekken", words=WHY)
    log = browse(cast.ans).get("/logboek").text
    assert "stelde een onderwerp voor een overleg voor of trok het in" in log


def test_nothing_is_added_to_what_is_withdrawn(
    cast: Cast, at_work: AtWork, prepared: Prepared
) -> None:
    shared = Shared(
        "Hij was op straat.", Category.PLAN, Scope.MEETING, (), "OPENBARE-ORDE", is_needed=True
    )
    with at_work(cast.karim):
        brought = contributing.contribute(the_item(prepared.item_id), shared).id
    with at_work(cast.sanne):
        item = the_item(prepared.item_id)
        proposing.withdraw_item(item, WHY, item.version)
        assert item.state == ItemState.WITHDRAWN
    with at_work(cast.karim):
        for act in (
            lambda item: contributing.contribute(item, shared),
            lambda item: contributing.refuse_to_contribute(item, Refusal.NO_TIME),
            lambda item: contributing.answer_known(item, Answer(Known.KNOWN, 1)),
        ):
            with pytest.raises((Invalid, NotPermitted)):
                act(the_item(prepared.item_id))
        row = db.session.get_one(ItemContribution, (cast.karim.municipality_id, brought))
        with pytest.raises(Invalid, match="ingetrokken"):
            contributing.correct_contribution(row, shared)
        contributing.withdraw_contribution(row, row.version)  # that can always be done
        assert row.words is None
    with at_work(cast.sanne), pytest.raises((Invalid, NotPermitted)):
        proposing.introduce_item(the_item(prepared.item_id), Introduction(WHY, WHY, WHY, 0))
    with at_work(cast.fatma):
        item = the_item(prepared.item_id)
        for act in (
            lambda: proposing.place_item(item, Placement(10, (cast.karim.id,), item.version)),
            lambda: proposing.decline_item(item, WHY, item.version),
            lambda: running.write_minutes(item, a_minute(), today=build.TODAY),
        ):
            with pytest.raises(Invalid):
                act()


def test_who_was_only_thought_of_never_knows_of_it(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    one = proposed(cast, at_work)
    path = f"/onderwerp/{one.item_id}"
    acting.send(browse(cast.sanne), f"{path}/intrekken", words=WHY)
    assert "Ingetrokken door Sanne" in browse(cast.fatma).get(path).text
    assert browse(cast.karim).get(path).status_code == HTTPStatus.NOT_FOUND
    assert "ngetrokken" not in browse(cast.karim).get(f"/overleg/{one.meeting_id}").text
    with at_work(cast.karim):
        for table in ("agenda_item", "item_withdrawal", "item_invitee"):
            assert db.session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table


def test_only_who_proposed_it_takes_it_back_and_only_with_a_reason(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    path = f"/onderwerp/{prepared.item_id}/intrekken"
    assert acting.send(browse(cast.sanne), path, words="nee").status_code == 422
    for who in (cast.fatma, cast.karim):
        assert "Alleen wie dit voorstelde" in browse(who).get(path).text
        with at_work(who), pytest.raises(NotPermitted):
            proposing.withdraw_item(the_item(prepared.item_id), WHY, 1)
        with at_work(who):
            row = ItemWithdrawal(**holding.under(the_item(prepared.item_id)), by_id=who.id)
            row.words = WHY
            db.session.add(row)
            with pytest.raises(Exception, match="row-level security"):
                db.session.flush()
            db.session.rollback()


def test_what_is_or_was_discussed_is_not_taken_back_not_even_past_the_page(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, superuser: Engine
) -> None:
    path = f"/onderwerp/{prepared.item_id}/intrekken"
    open_it(cast, at_work, prepared.meeting_id)
    assert "Alleen wie" not in browse(cast.sanne).get(path).text
    with at_work(cast.fatma):
        running.begin_item(the_item(prepared.item_id))
    assert "alleen tot het wordt besproken" in browse(cast.sanne).get(path).text
    with at_work(cast.sanne):
        item = the_item(prepared.item_id)
        with pytest.raises(Invalid, match="besproken"):
            proposing.withdraw_item(item, WHY, item.version)
    taken = text(
        "INSERT INTO item_withdrawal SELECT id, proposed_by, question_sealed, now(),"
        " municipality_id, gen_random_uuid(), case_id, youth_id FROM agenda_item"
    )
    with (
        superuser.connect() as connection,
        pytest.raises(IntegrityError, match="withdrawn"),
    ):
        connection.execute(taken)
    with at_work(cast.fatma):
        running.write_minutes(the_item(prepared.item_id), a_minute(), today=build.TODAY)
        running.pause_items(holding.meeting_of(the_item(prepared.item_id)))
    with (
        superuser.connect() as connection,
        pytest.raises(IntegrityError, match="withdrawn"),
    ):
        connection.execute(taken)


def test_who_takes_back_while_it_is_brought_up_comes_too_late(
    cast: Cast, at_work: AtWork, prepared: Prepared, superuser: Engine
) -> None:
    open_it(cast, at_work, prepared.meeting_id)

    def take_back() -> str:
        with at_work(cast.sanne):
            item = the_item(prepared.item_id)
            try:
                proposing.withdraw_item(item, WHY, item.version)
            except Invalid as refusal:
                db.session.rollback()
                return str(refusal.message)
        return "withdrawn"

    brought_up = text("UPDATE meeting SET current_item_id = :item, item_started_at = now()")
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with superuser.connect() as chair, ThreadPoolExecutor(1) as thumb:
        chair.execute(
            text(f"{brought_up} WHERE id = :id"),
            {"item": prepared.item_id, "id": prepared.meeting_id},
        )
        said = thumb.submit(take_back)
        with superuser.connect() as watch:
            until = time.monotonic() + 10
            while not watch.execute(waits).scalar_one() and time.monotonic() < until:
                time.sleep(0.05)
            assert watch.execute(waits).scalar_one() == 1
        chair.commit()
        assert "besproken" in said.result(timeout=10)
    with at_work(cast.sanne):
        assert the_item(prepared.item_id).state == ItemState.PLACED


def test_what_comes_back_is_not_forgotten_by_a_withdrawn_proposal(
    cast: Cast, at_work: AtWork, prepared: Prepared
) -> None:
    open_it(cast, at_work, prepared.meeting_id)
    soon = build.TODAY + timedelta(days=3)
    with at_work(cast.fatma):
        running.write_minutes(
            the_item(prepared.item_id), a_minute(review_on=soon), today=build.TODAY
        )
    second = an_item(cast, at_work, prepared.case_id, a_series(cast, at_work))
    with at_work(cast.sanne):
        assert queries.to_come_back(today=soon) == []
        item = the_item(second)
        proposing.withdraw_item(item, WHY, item.version)
        assert [on for _item, on in queries.to_come_back(today=soon)] == [soon]


def test_only_meetings_are_offered_whose_chair_takes_part(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, settings: Settings
) -> None:
    dirk = acting.hire_partner(settings.owner_database_url, "dirk", "RVDK", Role.PROCESS_DIRECTOR)
    a_series(cast, at_work, name="Casusoverleg West", by=dirk)
    form = f"/zaken/{prepared.case_id}/overleg"
    page = browse(cast.sanne).get(form).text
    assert "Casusoverleg Zuid" in page
    assert "Casusoverleg West" not in page
    acting.send(
        browse(cast.bas),
        f"/zaken/{prepared.case_id}/voorzitter",
        person=dirk.id,
        until=f"{LATER:%d-%m-%Y}",
    )
    assert "Casusoverleg West" in browse(cast.sanne).get(form).text


def test_where_no_chair_takes_part_the_page_says_what_to_do(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    case_id = build.a_case(cast, at_work)
    form, seat = f"/zaken/{case_id}/overleg", f"/zaken/{case_id}/voorzitter"
    assert "Er is geen overleg waarin dit kan." in browse(cast.sanne).get(form).text
    meeting_id = a_series(cast, at_work)
    with superuser.begin() as connection:
        connection.execute(GONE, {"me": cast.fatma.id})
    told = browse(cast.sanne).get(form).text
    assert "Vraag de casusregisseur (Bas)" in told
    assert "Fatma" in told
    assert seat not in told
    assert browse(cast.sanne).get(seat).status_code == HTTPStatus.NOT_FOUND
    bas = browse(cast.bas)
    assert seat in bas.get(form).text
    for wrong in ({"person": cast.sanne.id}, {"person": cast.fatma.id, "until": "1-1-2020"}):
        assert acting.send(bas, seat, **wrong).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    sent = acting.send(bas, seat, person=cast.fatma.id, until=f"{LATER:%d-%m-%Y}")
    assert sent.location == form
    assert "U neemt deel aan een zaak" in browse(cast.fatma).get("/berichten").text
    assert "Casusoverleg Zuid" in browse(cast.sanne).get(form).text
    asked = acting.send(
        browse(cast.sanne), form, meeting=meeting_id, question=QUESTION, minutes="10"
    )
    assert asked.status_code == HTTPStatus.FOUND
    assert QUESTION in browse(cast.fatma).get(f"/overleg/{meeting_id}").text
    assert "neemt al deel" in bas.get(seat).text


def test_a_chair_who_was_let_in_is_let_go_as_a_partner_is(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    case_id = build.a_case(cast, at_work)
    case, stop = f"/zaken/{case_id}", f"/zaken/{case_id}/deelnemer/stoppen"
    a_series(cast, at_work)
    bas, fatma = browse(cast.bas), browse(cast.fatma)
    assert "Fatma" not in bas.get(stop).text  # she triaged: that is no guest
    with superuser.begin() as connection:
        connection.execute(GONE, {"me": cast.fatma.id})
    assert "wat bij de rol van procesregisseur hoort" in bas.get(f"{case}/voorzitter").text
    acting.send(bas, f"{case}/voorzitter", person=cast.fatma.id, until=f"{LATER:%d-%m-%Y}")
    assert fatma.get(case).status_code == HTTPStatus.OK
    assert "Fatma" in bas.get(stop).text
    said = "liet een partner of voorzitter deelnemen, of niet meer"
    assert said in browse(cast.ans).get("/logboek").text
    assert acting.send(bas, stop, person=cast.fatma.id).status_code == HTTPStatus.FOUND
    assert fatma.get(case).status_code == HTTPStatus.NOT_FOUND


@pytest.fixture
def let_in(cast: Cast, at_work: AtWork, browse: Browse, settings: Settings) -> tuple[Person, UUID]:
    """Dirk came after a referral, leads a meeting, and Fatma let him in before she decided."""
    case_id = build.a_referral(cast, at_work)
    dirk = hire_colleague(settings.owner_database_url, "dirk", cast.fatma)
    a_series(cast, at_work, by=dirk)
    seat = f"/zaken/{case_id}/voorzitter"
    acting.send(browse(cast.fatma), seat, person=dirk.id, until=f"{LATER:%d-%m-%Y}")
    assert browse(dirk).get(f"/zaken/{case_id}").status_code == HTTPStatus.OK
    return dirk, case_id


def decide(cast: Cast, at_work: AtWork, case_id: UUID, director: Person) -> None:
    """Fatma takes the youth in."""
    with at_work(cast.fatma):
        decision = Decision(Outcome.ACCEPT, "Genoeg gezien om dit te besluiten.", director.id)
        cases.decide_triage(build.the_case(case_id), decision, today=build.TODAY)


def test_triage_by_another_ends_the_seat_of_a_chair_who_was_let_in(
    cast: Cast, at_work: AtWork, browse: Browse, let_in: tuple[Person, UUID]
) -> None:
    dirk, case_id = let_in
    decide(cast, at_work, case_id, cast.bas)
    assert browse(dirk).get(f"/zaken/{case_id}").status_code == HTTPStatus.NOT_FOUND
    assert browse(cast.fatma).get(f"/zaken/{case_id}").status_code == HTTPStatus.OK


def test_a_chair_who_was_let_in_and_is_chosen_as_director_has_one_seat_without_a_last_day(
    cast: Cast, at_work: AtWork, browse: Browse, let_in: tuple[Person, UUID], superuser: Engine
) -> None:
    dirk, case_id = let_in
    with superuser.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO role_grant (municipality_id, id, user_id, role, valid_from,"
                " granted_by, approved_by)"
                " SELECT municipality_id, gen_random_uuid(), user_id, 'case_director', valid_from,"
                " granted_by, approved_by FROM role_grant WHERE user_id = :me"
            ),
            {"me": dirk.id},
        )
    decide(cast, at_work, case_id, dirk)
    with superuser.connect() as connection:
        seats = connection.execute(
            text(
                "SELECT function, valid_until FROM case_member WHERE user_id = :me"
                " AND (valid_until IS NULL OR valid_until > now())"
            ),
            {"me": dirk.id},
        ).all()
    assert [tuple(seat) for seat in seats] == [(Role.CASE_DIRECTOR, None)]
    assert (
        "Dirk" not in browse(dirk).get(f"/zaken/{case_id}/deelnemer/stoppen").text.split("<main")[1]
    )
