"""Putting an observation right: only one's own, once, and the old one stays to be seen."""

from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from pmg.errors import Invalid
from pmg.extensions import db
from pmg.factors import queries, services
from pmg.factors.models import FactorObservation
from pmg.factors.rules import Presence
from pmg.reference.factors import FACTORS
from tests import build
from tests.acting import filled, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.factors.conftest import ARRESTED, FRIENDS, TRUANCY, Browse, Observe, Table, seen


def page(observation_id: object) -> str:
    return f"/waarneming/{observation_id}/verbeteren"


def test_the_old_one_stays_to_be_seen_as_corrected(
    observe: Observe, browse: Browse, cast: Cast, table: Table
) -> None:
    wrong = observe(cast.sanne, presence=Presence.STRONG)
    client = browse(cast.sanne)
    answer = send(client, page(wrong), presence="afwezig", note="Ik verwarde hem met zijn broer.")
    shown = client.get(answer.location).text
    assert answer.status_code == 302
    assert "Later verbeterd" in shown
    assert "Verbetering" in shown
    assert "Ik verwarde hem met zijn broer." in shown


def test_the_correction_stands_beside_what_was_there_first(
    observe: Observe, browse: Browse, cast: Cast, table: Table
) -> None:
    observe(cast.bas, presence=Presence.SLIGHT, note="Een ander voorval.")
    wrong = observe(cast.sanne, presence=Presence.STRONG, note="Hij was er niet bij.")
    client = browse(cast.sanne)
    answer = send(client, page(wrong), presence="afwezig", note="Dat was zijn broer.")
    shown = client.get(answer.location).text
    right = shown.index("Verbetering", shown.index('class="pmg-timeline"'))
    both = shown[right : shown.index("</li>", right)]
    order = [
        both.index(said)
        for said in ("Dat was zijn broer.", "Eerst stond er", "Sterk", "Hij was er niet bij.")
    ]
    assert order == sorted(order)
    assert "Een ander voorval." not in both


def test_a_correction_that_names_another_factor_keeps_the_first_in_sight(
    observe: Observe, browse: Browse, cast: Cast, table: Table
) -> None:
    wrong = observe(cast.sanne, note="Verkeerd aangeklikt.")
    client = browse(cast.sanne)
    shown = client.get(send(client, page(wrong), factor=FRIENDS, note="Dit.").location).text
    assert f"{FACTORS[TRUANCY].name_nl}: " in shown
    assert "Verkeerd aangeklikt." in shown
    assert f">{FACTORS[TRUANCY].name_nl}</h3>" not in shown


def test_what_was_put_right_twice_is_all_there(
    observe: Observe, browse: Browse, at_work: AtWork, cast: Cast, table: Table
) -> None:
    said = observe(cast.sanne, note="Eén.")
    with at_work(cast.sanne):
        for note in ("Twee.", "Drie."):
            right = services.correct_observation(_row(said), seen(note=note), today=build.TODAY)
            db.session.flush()
            said = right.id
    shown = browse(cast.bas).get(f"/zaken/{table.case_id}/factoren").text
    assert shown.count("Eerst stond er") == 2
    assert all(note in shown for note in ("Eén.", "Twee.", "Drie."))


def test_a_closed_original_and_its_correction_stay_closed(
    observe: Observe, browse: Browse, at_work: AtWork, cast: Cast, table: Table
) -> None:
    wrong = observe(cast.karim, ARRESTED, note="Eerste geheim.")
    with at_work(cast.karim):
        right = seen(ARRESTED, note="Tweede geheim.")
        services.correct_observation(_row(wrong), right, today=build.TODAY)
    shown = browse(cast.bas).get(f"/zaken/{table.case_id}/factoren").text
    assert "geheim" not in shown
    assert "Verbetering" not in shown
    assert "Tweede geheim." in browse(cast.karim).get(f"/zaken/{table.case_id}/factoren").text


def test_the_course_offers_it_to_the_organisation_that_saw_it_only(
    observe: Observe, browse: Browse, cast: Cast, table: Table
) -> None:
    wrong = observe(cast.sanne)
    course = f"/zaken/{table.case_id}/factoren"
    assert f'href="{page(wrong)}"' in browse(cast.sanne).get(course).text
    assert f'href="{page(wrong)}"' not in browse(cast.bas).get(course).text


def test_the_form_starts_with_what_was_said(
    observe: Observe, browse: Browse, cast: Cast, table: Table
) -> None:
    wrong = observe(cast.sanne, note="Dit klopt niet.")
    form = filled(browse(cast.sanne), page(wrong))
    assert (form["factor"], form["presence"], form["on"]) == (TRUANCY, "duidelijk", "20-11-2026")


def test_a_correction_that_changes_nothing_is_refused_in_words(
    observe: Observe, browse: Browse, cast: Cast, table: Table
) -> None:
    wrong = observe(cast.sanne, note="Hij zei het zelf.")
    client = browse(cast.sanne)
    answer = send(client, page(wrong), note="Hij zei het zelf.")
    assert answer.status_code == 422
    assert "Er is niets veranderd." in answer.text
    assert "Later verbeterd" not in client.get(f"/zaken/{table.case_id}/factoren").text


def test_a_corrected_observation_is_not_drawn(
    observe: Observe, at_work: AtWork, cast: Cast, table: Table
) -> None:
    wrong = observe(cast.sanne, presence=Presence.STRONG)
    with at_work(cast.sanne):
        services.correct_observation(_row(wrong), seen(presence=Presence.ABSENT), today=build.TODAY)
        (last,) = queries.latest(build.the_case(table.case_id))
    assert last.presence is Presence.ABSENT


def test_nobody_corrects_what_another_organisation_said(
    observe: Observe, browse: Browse, cast: Cast, table: Table
) -> None:
    wrong = observe(cast.sanne)
    hidden, missing = (browse(cast.bas).get(page(what)) for what in (wrong, uuid4()))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.text.replace(str(wrong), "") == missing.text.replace(
        missing.request.path.split("/")[2], ""
    )


def test_a_closed_observation_has_no_page_for_others(
    observe: Observe, browse: Browse, at_work: AtWork, cast: Cast, table: Table
) -> None:
    wrong = observe(cast.karim, ARRESTED)
    assert browse(cast.sanne).get(page(wrong)).status_code == 404
    with at_work(cast.sanne):  # for her it is no row: there is nothing to put right
        assert db.session.get(FactorObservation, ("GM0363", wrong)) is None


def test_a_correction_stays_in_its_category(
    observe: Observe, at_work: AtWork, cast: Cast, table: Table
) -> None:
    wrong = observe(cast.karim, FRIENDS)
    with at_work(cast.karim), pytest.raises(Invalid, match="van dezelfde soort"):
        services.correct_observation(_row(wrong), seen(ARRESTED), today=build.TODAY)


def test_a_correction_is_made_once(
    observe: Observe, browse: Browse, cast: Cast, superuser: Engine, table: Table
) -> None:
    wrong = observe(cast.sanne)
    client = browse(cast.sanne)
    send(client, page(wrong), presence="afwezig")
    again = send(client, page(wrong), presence="sterk")
    with superuser.connect() as connection:
        count = connection.execute(text("SELECT count(*) FROM factor_observation")).scalar_one()
    assert (again.status_code, count) == (422, 2)
    assert "al verbeterd" in again.text


def test_old_and_new_stand_sealed_in_the_log(
    observe: Observe, browse: Browse, cast: Cast, superuser: Engine, table: Table
) -> None:
    send(browse(cast.sanne), page(observe(cast.sanne)), presence="afwezig")
    with superuser.connect() as connection:
        sealed = connection.execute(
            text(
                "SELECT s.changes_sealed FROM audit_event e JOIN audit_subject s"
                " ON s.event_id = e.id WHERE e.address LIKE '/waarneming/%' AND e.written <> '[]'"
            )
        ).scalar_one()
    assert b"afwezig" not in bytes(sealed)


def _row(observation_id: object) -> FactorObservation:
    return db.session.get_one(FactorObservation, ("GM0363", observation_id))
