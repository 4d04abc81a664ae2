"""The page of a case shows meetings and trajectories, and what was shared for an item."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text

from pmg.cases.shares import Share
from pmg.clock import now
from pmg.delivery import resting
from pmg.delivery.answers import Rest
from pmg.delivery.rules import PauseReason
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.interventions import services as interventions
from pmg.interventions.answers import Start
from pmg.journal import services as journal
from pmg.journal.answers import NewNote
from pmg.journal.models import JournalEntry
from pmg.journal.rules import Kind, When
from pmg.meetings import shared
from pmg.meetings.item_models import ItemShare
from pmg.meetings.rules import Outcome
from tests import acting, build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.delivery.conftest import the_trajectory
from tests.interventions.conftest import SPORT, an_assignment, give_place
from tests.meetings.conftest import Browse, Prepared, open_it, the_item
from tests.meetings.test_close import decided
from tests.meetings.test_run import weighed

DECIDED = "Besloten in het casusoverleg: Meer of zwaardere inzet (opschalen)"
EARLIER = text("UPDATE delivery_pause SET from_on = from_on - 1, resumed_on = resumed_on - 1")
TOMORROW = build.TODAY + timedelta(days=1)
NOTE = "Hij vertelde over zijn nieuwe vrienden."


def act_of(cast: Cast, at_work: AtWork, case_id: UUID) -> UUID:
    """Sanne shares a contact moment with the organisation of Bas; return the act."""
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        written = NewNote(Kind.TALK, When.NOW, NOTE, is_private=False)
        journal.record_contact(case, written, moment=now())
        db.session.flush()
        row = db.session.scalars(select(JournalEntry)).one()
        return build.share(row, cast.bas.organisation_id)[0].act_id


def test_a_decision_stands_on_the_timeline_for_whom_its_item_exists(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    case = f"/zaken/{prepared.case_id}"
    for who in (cast.sanne, cast.karim, cast.fatma):
        page = browse(who).get(case).text
        assert "Bespreken in het casusoverleg" in page
        assert DECIDED not in page
    assert "Bespreken in het casusoverleg" not in browse(cast.bas).get(case).text
    open_it(cast, at_work, prepared.meeting_id)
    decided(cast, at_work, prepared, outcome=Outcome.SCALE_UP)
    for who in (cast.sanne, cast.karim, cast.fatma):
        page = browse(who).get(case).text
        assert DECIDED in page
        assert f"/onderwerp/{prepared.item_id}/verslag" in page
        assert "Bespreken in het casusoverleg" not in page
    assert DECIDED not in browse(cast.bas).get(case).text  # he was not needed at it
    acting.send(browse(cast.karim), f"/onderwerp/{prepared.item_id}/eigen-belang")
    assert DECIDED not in browse(cast.karim).get(case).text


def test_what_is_written_is_no_decision_until_the_meeting_is_closed(
    cast: Cast, at_work: AtWork, browse: Browse, begun: Prepared
) -> None:
    path = f"/onderwerp/{begun.item_id}/vastleggen"
    acting.send(browse(cast.fatma), path, **weighed(outcome="opschalen"))
    assert DECIDED not in browse(cast.sanne).get(f"/zaken/{begun.case_id}").text


def test_steps_of_a_trajectory_stand_on_the_timeline(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    case_id = build.a_case(cast, at_work)
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        sport = interventions.assign_intervention(case, an_assignment(cast), today=build.TODAY)
        db.session.flush()
        give_place(sport, on=build.TODAY)
        sport_id = sport.id
    page = browse(cast.bas).get(f"/zaken/{case_id}").text
    assert f"Inzet aangenomen: {SPORT.name_nl}" in page
    assert "Inzet gepauzeerd" not in page
    with at_work(cast.sanne):
        sport = the_trajectory(sport_id)
        interventions.start_trajectory(sport, Start(build.TODAY, sport.version), today=build.TODAY)
        rest = Rest(build.TODAY, PauseReason.YOUTH, "")
        resting.pause_trajectory(sport, rest, today=build.TODAY)
    page = browse(cast.bas).get(f"/zaken/{case_id}").text
    assert f"Inzet gepauzeerd: {SPORT.name_nl}" in page
    assert f"/inzet/{sport_id}/uitvoering" in page
    assert "Inzet hervat" not in page
    with at_work(cast.sanne):
        resting.resume_trajectory(the_trajectory(sport_id), TOMORROW, today=build.TODAY)
    assert "Inzet hervat" not in browse(cast.bas).get(f"/zaken/{case_id}").text  # not yet
    with superuser.begin() as connection:
        connection.execute(EARLIER)
    assert f"Inzet hervat: {SPORT.name_nl}" in browse(cast.bas).get(f"/zaken/{case_id}").text


def test_a_share_and_the_item_it_was_made_for_lead_to_each_other(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared
) -> None:
    act_id = act_of(cast, at_work, prepared.case_id)
    item, overview = f"/onderwerp/{prepared.item_id}", f"/zaken/{prepared.case_id}/delen"
    sanne = browse(cast.sanne)
    assert "Gedeeld voor:" not in sanne.get(overview).text
    sent = acting.send(sanne, f"{item}/gedeeld", acts=[str(act_id)])
    assert sent.location == item
    found = re.search(rf'href="{overview}#d([0-9a-f-]+)"', sanne.get(item).text)
    assert found is not None
    assert f'id="d{found[1]}"' in sanne.get(overview).text
    assert f'href="{item}"' in sanne.get(overview).text
    # Bas received it and is not needed at the item; Karim is, and did not receive it.
    assert "Met ons gedeeld" in browse(cast.bas).get(overview).text
    assert "Gedeeld voor:" not in browse(cast.bas).get(overview).text
    page = browse(cast.karim).get(item).text
    assert "Er is niets uit de zaak gedeeld voor dit onderwerp." in page
    assert found[1] not in page
    for who, count in ((cast.sanne, 1), (cast.karim, 0), (cast.bas, 0), (cast.jaap, 0)):
        with at_work(who):
            assert len(db.session.scalars(select(ItemShare)).all()) == count, who.name
    acting.send(sanne, f"{item}/gedeeld", acts=[])
    assert "Gedeeld voor:" not in sanne.get(overview).text


def test_only_the_source_says_for_what_it_shared_and_only_what_it_shares_now(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, superuser: Engine
) -> None:
    act_id = act_of(cast, at_work, prepared.case_id)
    with at_work(cast.karim), pytest.raises(Invalid, match="nu deelt"):
        shared.mark_shared(the_item(prepared.item_id), [act_id])
    page = browse(cast.karim).get(f"/onderwerp/{prepared.item_id}/gedeeld")
    assert "Uw organisatie deelt in deze zaak nu niets." in page.text
    copied = text(
        "INSERT INTO item_share SELECT i.id, :act, :me, now(), i.municipality_id,"
        " gen_random_uuid(), i.case_id, i.youth_id FROM agenda_item i"
    )
    with at_work(cast.karim), pytest.raises(Exception, match="row-level security"):
        db.session.execute(copied, {"act": act_id, "me": cast.karim.id})
    with superuser.begin() as connection:
        connection.execute(text("UPDATE share SET ended_at = now(), ended_by = decided_by"))
    with at_work(cast.sanne):
        assert db.session.scalars(select(Share)).one().act_id == act_id
        with pytest.raises(Invalid, match="nu deelt"):
            shared.mark_shared(the_item(prepared.item_id), [act_id])
    page = browse(cast.sanne).get(f"/onderwerp/{prepared.item_id}/gedeeld").text
    assert "Uw organisatie deelt in deze zaak nu niets." in page
