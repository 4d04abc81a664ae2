"""What pays for the place of a youth: changed afterwards, with a reason that the log keeps."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from pmg.cases import services as cases
from pmg.errors import Conflict, Invalid
from pmg.interventions import services
from pmg.interventions.answers import OtherFunding
from pmg.interventions.rules import Funding, FundingReason
from pmg.security import access
from tests import build
from tests.acting import filled, join, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.interventions.conftest import Assign, Browse, the_trajectory

OTHER = OtherFunding(Funding.KANSRIJKE_WIJK, FundingReason.MISTAKEN, 1)


def page_of(trajectory: UUID) -> str:
    return f"/inzet/{trajectory}/geldstroom"


def test_the_page_shows_what_pays_and_changes_it(
    assign: Assign, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    trajectory, sanne = assign(), browse(cast.sanne)
    assert "Preventie met Gezag" in sanne.get(f"/inzet/{trajectory}").text
    answers = {"funding": "kansrijke_wijk", "reason": "verkeerd_gekozen"}
    answer = send(sanne, page_of(trajectory), **answers)
    shown = sanne.get(answer.location).text
    assert "De geldstroom is gewijzigd." in shown
    assert "Kansrijke Wijk" in shown
    with superuser.connect() as connection:
        written = text(
            "SELECT s.changes_sealed FROM audit_event e JOIN audit_subject s ON s.event_id = e.id"
            " WHERE e.written::text LIKE '%intervention:move%'"
        )
        assert connection.execute(written).scalar_one() is not None


def test_the_log_keeps_what_stood_there_and_why(
    assign: Assign, at_work: AtWork, cast: Cast
) -> None:
    trajectory = assign()
    with at_work(cast.sanne):
        services.change_funding(the_trajectory(trajectory), OTHER, today=build.TODAY)
        (changes,) = access.work().changes.values()
    assert changes["funding"] == '["pmg", "kansrijke_wijk"]'
    assert changes["reason"] == '["", "verkeerd_gekozen"]'


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"reason": "verkeerd_gekozen"}, "Dit staat er al."),
        ({"funding": "kansrijke_wijk"}, "Kies waarom u dit wijzigt."),
        ({"funding": "", "reason": "niet_bekend"}, "Kies waaruit de plek wordt betaald."),
    ],
)
def test_what_misses_is_said(
    assign: Assign, browse: Browse, cast: Cast, answers: dict[str, str], message: str
) -> None:
    answer = send(browse(cast.sanne), page_of(assign()), **answers)
    assert answer.status_code == 422
    assert message in answer.text


def test_what_ended_can_still_be_put_right_until_the_case_closes(
    assign: Assign, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    trajectory, sanne = assign(), browse(cast.sanne)
    send(sanne, f"/inzet/{trajectory}/stoppen", reason="geen_plek")
    assert "Geldstroom wijzigen" in sanne.get(f"/inzet/{trajectory}").text
    with at_work(cast.bas):
        cases.close_case(build.the_case(case_id), build.an_ending(), today=build.TODAY)
    assert "Geldstroom wijzigen" not in sanne.get(f"/inzet/{trajectory}").text
    assert "Dit kan nu niet" in sanne.get(page_of(trajectory)).text
    with at_work(cast.sanne):
        row = the_trajectory(trajectory)
        wanted = OtherFunding(OTHER.funding, OTHER.reason, row.version)
        with pytest.raises(Invalid, match="afgesloten"):
            services.change_funding(row, wanted, today=build.TODAY)


def test_who_saw_an_older_version_is_shown_both(
    assign: Assign, browse: Browse, at_work: AtWork, cast: Cast
) -> None:
    trajectory, sanne = assign(), browse(cast.sanne)
    form = filled(sanne, page_of(trajectory), funding="anders", reason="niet_bekend")
    with at_work(cast.bas):
        services.change_funding(the_trajectory(trajectory), OTHER, today=build.TODAY)
    answer = sanne.post(page_of(trajectory), data=form)
    assert answer.status_code == 409
    assert "Andere geldstroom" in answer.text
    with at_work(cast.sanne), pytest.raises(Conflict):
        services.change_funding(the_trajectory(trajectory), OTHER, today=build.TODAY)


def test_a_partner_changes_nothing(
    assign: Assign, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    trajectory = assign()
    join(cast, at_work, case_id, cast.karim)
    assert "Geldstroom wijzigen" not in browse(cast.karim).get(f"/inzet/{trajectory}").text
    assert browse(cast.karim).get(page_of(trajectory)).status_code == 404


def test_what_was_never_said_is_shown_as_not_known(
    assign: Assign, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    trajectory = assign(planned_end=build.TODAY + timedelta(weeks=1))
    with superuser.begin() as connection:
        connection.execute(text("UPDATE trajectory SET funding = NULL"))
    assert "Niet bekend" in browse(cast.sanne).get(f"/inzet/{trajectory}").text
