"""Who reads a contribution, as somebody sees it who was not there when it was written."""

import re
from http import HTTPStatus
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.errors import Conflict, Invalid, NotPermitted
from pmg.extensions import db
from pmg.meetings import contributing, proposing, services
from pmg.meetings.answers import DayWanted, Placement, Shared
from pmg.meetings.item_models import ItemContribution
from pmg.meetings.rules import Scope
from pmg.security.policy import Category
from tests import acting
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.meetings.conftest import Browse, Others, Prepared, the_item, the_meeting, token_of

CANARY = "Kanarie: hij stond vrijdag om twee uur bij de flat."
BETTER = "Kanarie: hij stond zaterdag om twee uur bij de flat."
PAGES = (
    "/onderwerp/{item_id}",
    "/onderwerp/{item_id}/voorbeeld",
    "/overleg/{meeting_id}/bezig",
    "/overleg/{meeting_id}",
    "/zaken/{case_id}",
)


def bring(browse: Browse, who: Person, at: Prepared, **answers: object) -> None:
    """Bring it in by the page, with what the page says about its readers."""
    given = {"words": CANARY, "scope": "overleg", "basis": "OPENBARE-ORDE", "is_needed": "y"}
    path = f"/onderwerp/{at.item_id}/bijdrage"
    assert acting.send(browse(who), path, **(given | answers)).status_code == HTTPStatus.FOUND


def invite(at_work: AtWork, cast: Cast, at: Prepared, *people: Person) -> None:
    """Fatma says who is needed from now on."""
    with at_work(cast.fatma):
        item = the_item(at.item_id)
        proposing.place_item(item, Placement(10, tuple(one.id for one in people), item.version))


def finds(client: FlaskClient, at: Prepared) -> bool:
    """Tell whether the words stand anywhere in the source of a page."""
    ids = {"item_id": at.item_id, "meeting_id": at.meeting_id, "case_id": at.case_id}
    return any("Kanarie" in client.get(page.format(**ids)).text for page in PAGES)


def rows(at_work: AtWork, who: Person) -> int:
    """Return how many contributions somebody gets who injects a SELECT."""
    with at_work(who):
        return int(db.session.scalar(text("SELECT count(*) FROM item_contribution")) or 0)


def test_who_is_invited_later_reads_nothing_until_the_source_lets_him(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, others: Others
) -> None:
    bring(browse, cast.karim, prepared)
    invite(at_work, cast, prepared, cast.sanne, cast.karim, others.noor)
    assert browse(others.noor).get(f"/onderwerp/{prepared.item_id}").status_code == HTTPStatus.OK
    assert not finds(browse(others.noor), prepared)
    assert rows(at_work, others.noor) == 0
    assert finds(browse(cast.sanne), prepared)
    unread = text("SELECT count(*) FROM pmg_unread_by(:item, ARRAY[CAST(:school AS uuid)])")
    given = {"item": prepared.item_id, "school": others.noor.organisation_id}
    for who, number in ((cast.fatma, 1), (cast.sanne, 0), (others.noor, 0), (others.dirk, 0)):
        with at_work(who):
            assert db.session.scalar(unread, given) == number
    karim = browse(cast.karim)
    assert "die uw bijdrage aan een casusoverleg niet leest" in karim.get("/berichten").text
    page = karim.get(f"/onderwerp/{prepared.item_id}").text
    assert "Dit leest niet: SCHOOL" in page
    assert "Ook laten lezen door SCHOOL" in page
    assert page.count("Noor (SCHOOL)") == 0
    assert widen(karim, page) == HTTPStatus.FOUND
    assert finds(browse(others.noor), prepared)
    page = karim.get(f"/onderwerp/{prepared.item_id}").text
    assert "Noor (SCHOOL)" in page
    assert "Ook laten lezen door" not in page


def widen(client: FlaskClient, page: str, **given: str) -> int:
    """Press the button that lets one more read it."""
    path = re.search(r'action="(/bijdrage/[^"]+/ook-lezen)"', page)
    assert path is not None
    form = page[path.start() : page.index("</form>", path.start())]
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    return client.post(path[1], data=fields | given).status_code


def test_a_colleague_who_takes_the_place_of_who_was_invited_reads_as_his_organisation(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, others: Others
) -> None:
    invite(at_work, cast, prepared, cast.sanne, cast.karim, others.noor)
    bring(browse, others.noor, prepared, category="school")
    assert finds(browse(cast.sanne), prepared)
    bring(browse, others.noor, prepared)
    invite(at_work, cast, prepared, cast.sanne, others.kim, others.noor)
    assert finds(browse(others.kim), prepared)
    assert rows(at_work, cast.karim) == 0
    assert "Dit leest niet" not in browse(others.noor).get(f"/onderwerp/{prepared.item_id}").text


@pytest.mark.parametrize("scope", ["overleg", "voorzitter"])
def test_another_who_leads_reads_nothing_that_was_written_before(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, others: Others, scope: str
) -> None:
    bring(browse, cast.karim, prepared, scope=scope)
    with at_work(cast.fatma):
        meeting = the_meeting(prepared.meeting_id)
        day = DayWanted(meeting.place, meeting.clock, 90, others.dirk.id, meeting.version)
        services.change_meeting(meeting, day)
    dirk = browse(others.dirk)
    assert dirk.get(f"/onderwerp/{prepared.item_id}").status_code == HTTPStatus.OK
    assert not finds(dirk, prepared)
    assert rows(at_work, others.dirk) == 0
    assert finds(browse(cast.fatma), prepared)
    karim = browse(cast.karim)
    assert widen(karim, karim.get(f"/onderwerp/{prepared.item_id}").text) == HTTPStatus.FOUND
    assert finds(dirk, prepared)


def test_an_item_that_moves_to_another_day_brings_no_readers_along(
    cast: Cast,
    at_work: AtWork,
    browse: Browse,
    prepared: Prepared,
    others: Others,
    superuser: Engine,
) -> None:
    bring(browse, cast.karim, prepared)
    with superuser.begin() as connection:
        given = {"dirk": others.dirk.id, "here": prepared.meeting_id}
        connection.execute(text("UPDATE meeting SET chair_id = :dirk WHERE id <> :here"), given)
    acting.send(browse(cast.fatma), f"/overleg/{prepared.meeting_id}/afzeggen")
    assert browse(others.dirk).get(f"/onderwerp/{prepared.item_id}").status_code == HTTPStatus.OK
    assert not finds(browse(others.dirk), prepared)
    assert rows(at_work, others.dirk) == rows(at_work, cast.fatma) == 0
    assert finds(browse(cast.sanne), prepared)


def test_who_proposed_an_item_and_is_not_invited_to_it_reads_nothing_of_others(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, others: Others
) -> None:
    invite(at_work, cast, prepared, cast.karim, others.noor)
    bring(browse, cast.karim, prepared)
    assert browse(cast.sanne).get(f"/onderwerp/{prepared.item_id}").status_code == HTTPStatus.OK
    assert not finds(browse(cast.sanne), prepared)
    assert rows(at_work, cast.sanne) == 0
    assert finds(browse(others.noor), prepared)


def test_a_page_that_named_other_people_widens_nothing(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, others: Others
) -> None:
    """Somebody is invited while Karim is writing: he was not on the page that Karim read."""
    karim, path = browse(cast.karim), f"/onderwerp/{prepared.item_id}/bijdrage"
    shown = karim.get(path).text
    assert "Nu zijn erbij: " in shown
    assert "Sanne (JONGERENWERK)" in shown
    assert "Noor" not in shown
    form = acting.read_form(shown)
    invite(at_work, cast, prepared, cast.sanne, cast.karim, others.noor)
    given = {"words": CANARY, "scope": "overleg", "basis": "OPENBARE-ORDE", "is_needed": "y"}
    for name, value in given.items():
        form[name] = value
    assert karim.post(path, data=form).status_code == HTTPStatus.FOUND
    assert not finds(browse(others.noor), prepared)
    assert finds(browse(cast.sanne), prepared)
    form = acting.filled(karim, path, **given)
    del form["named"]
    refused = karim.post(path, data=form)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Dan leest niemand dit." in refused.text


def test_a_correction_keeps_the_readers_and_another_scope_asks_anew(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, others: Others
) -> None:
    bring(browse, cast.karim, prepared)
    invite(at_work, cast, prepared, cast.sanne, cast.karim, others.noor)
    karim, path = browse(cast.karim), f"/bijdrage/{the_row(at_work, cast)}/verbeteren"
    assert "Verbeteren verandert niet wie dit leest." in karim.get(path).text
    acting.send(karim, path, words=BETTER)
    assert not finds(browse(others.noor), prepared)
    assert BETTER in browse(cast.sanne).get(f"/onderwerp/{prepared.item_id}").text
    acting.send(
        karim, path, words=BETTER, scope="partners", readers=str(others.noor.organisation_id)
    )
    assert finds(browse(others.noor), prepared)
    assert not finds(browse(cast.sanne), prepared)
    assert not finds(browse(cast.fatma), prepared)
    acting.send(karim, path, words=BETTER, scope="overleg")
    for who in (others.noor, cast.sanne, cast.fatma):
        assert finds(browse(who), prepared)


def the_row(at_work: AtWork, cast: Cast) -> UUID:
    with at_work(cast.karim):
        return db.session.query(ItemContribution).one().id


def test_nobody_but_the_source_widens_and_only_to_who_is_there(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, others: Others
) -> None:
    bring(browse, cast.karim, prepared)
    row_id, path = the_row(at_work, cast), "/bijdrage/{}/ook-lezen"
    school = others.noor.organisation_id.hex
    for who in (cast.fatma, cast.sanne, others.noor):
        client = browse(who)
        sent = token_of(client) | {"wie": school, "version": "1"}
        assert client.post(path.format(row_id), data=sent).status_code == HTTPStatus.NOT_FOUND
    for to, version, refusal in (
        (others.noor.organisation_id, 1, Invalid),  # takes part in the case, and is not invited
        (others.dirk.id, 1, Invalid),
        (None, 1, Invalid),
        (others.noor.organisation_id, 9, Conflict),
    ):
        with at_work(cast.karim):
            row = db.session.get_one(ItemContribution, ("GM0363", row_id))
            with pytest.raises(refusal):
                contributing.widen_contribution(row, to, version)
    with at_work(cast.sanne):
        row = db.session.get_one(ItemContribution, ("GM0363", row_id))
        with pytest.raises(NotPermitted):
            contributing.widen_contribution(row, others.noor.organisation_id, 1)


def test_what_organisations_were_chosen_for_is_not_offered_to_others_by_a_button(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, others: Others
) -> None:
    bring(browse, cast.karim, prepared, scope="partners", readers=str(cast.sanne.organisation_id))
    invite(at_work, cast, prepared, cast.sanne, cast.karim, others.noor)
    karim = browse(cast.karim)
    page = karim.get(f"/onderwerp/{prepared.item_id}").text
    assert "Dit lezen nu: Sanne (JONGERENWERK)." in page
    assert "Dit leest niet: Fatma (GEM-OOV), Noor (SCHOOL)" in page
    assert "Ook laten lezen door" not in page
    assert "niet leest" not in karim.get("/berichten").text


def test_who_may_not_read_data_of_the_police_is_told_nothing_of_it(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, superuser: Engine
) -> None:
    bring(browse, cast.karim, prepared, category="police")
    page = browse(cast.karim).get(f"/onderwerp/{prepared.item_id}").text
    assert "Dit lezen nu: Fatma (GEM-OOV). De wet sluit dit voor: Sanne (JONGERENWERK)." in page
    path = f"/bijdrage/{the_row(at_work, cast)}"
    acting.send(browse(cast.karim), f"{path}/verbeteren", words=BETTER)
    acting.send(browse(cast.karim), f"{path}/intrekken")
    with superuser.connect() as connection:
        told = "SELECT user_id FROM notice WHERE kind = 'overleg_bijdrage'"
        assert set(connection.execute(text(told)).scalars()) == {cast.fatma.id}
    assert "verbeterd of ingetrokken" not in browse(cast.sanne).get("/berichten").text


def test_a_correction_tells_whom_it_reaches_and_who_read_it_before(
    cast: Cast,
    at_work: AtWork,
    browse: Browse,
    prepared: Prepared,
    others: Others,
    superuser: Engine,
) -> None:
    bring(browse, cast.karim, prepared)
    invite(at_work, cast, prepared, cast.sanne, cast.karim, others.noor)
    acting.send(browse(cast.karim), f"/bijdrage/{the_row(at_work, cast)}/verbeteren", words=BETTER)
    with superuser.connect() as connection:
        told = "SELECT user_id FROM notice WHERE kind = 'overleg_bijdrage'"
        assert set(connection.execute(text(told)).scalars()) == {cast.fatma.id, cast.sanne.id}


def test_something_for_the_meeting_needs_somebody_who_leads_or_is_invited(
    cast: Cast, at_work: AtWork, prepared: Prepared
) -> None:
    said = Shared(CANARY, Category.PLAN, Scope.CHAIR, (), "OPENBARE-ORDE", is_needed=True, named="")
    with at_work(cast.karim), pytest.raises(Invalid, match="leest niemand"):
        contributing.contribute(the_item(prepared.item_id), said)
