"""The way of a trajectory: started, completed, stopped; who was first, and the end of the case."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from pmg.cases import services as cases
from pmg.clock import today
from pmg.errors import Invalid
from pmg.interventions import services
from pmg.interventions.answers import Start, Stop
from pmg.interventions.rules import StopReason
from pmg.reference.interventions import INTERVENTIONS
from tests import build
from tests.acting import filled, join, leave, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.interventions.conftest import GOAL, Assign, Browse, the_trajectory

NOW = f"{build.TODAY:%d-%m-%Y}"
NOTE = "Hij ging elke week en wil door."


def test_the_first_start_is_the_start_of_the_case(
    assign: Assign, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    trajectory = assign()
    answer = send(browse(cast.sanne), f"/inzet/{trajectory}/starten", started_on=NOW)
    assert answer.location == f"/inzet/{trajectory}"
    with at_work(cast.sanne):
        assert build.the_case(case_id).started_on == build.TODAY
    assert "In uitvoering" in browse(cast.bas).get(f"/zaken/{case_id}").text


def test_completing_says_what_it_brought(
    assign: Assign, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    trajectory = assign(started_on=build.TODAY)
    client = browse(cast.sanne)
    answer = send(
        client,
        f"/inzet/{trajectory}/afronden",
        result="deels_bereikt",
        ended_on=NOW,
        words=NOTE,
    )
    shown = client.get(answer.location).text
    assert "Doel deels bereikt" in shown
    assert NOTE in shown
    assert "Inzet afgerond" in client.get(f"/zaken/{case_id}").text


def test_stopping_before_the_start_is_allowed_with_a_reason(
    assign: Assign, browse: Browse, cast: Cast
) -> None:
    trajectory = assign()
    client = browse(cast.sanne)
    answer = send(client, f"/inzet/{trajectory}/stoppen", reason="geen_plek", ended_on=NOW)
    assert "Geen plek bij de aanbieder" in client.get(answer.location).text


def test_another_reason_is_told_in_words(assign: Assign, browse: Browse, cast: Cast) -> None:
    answer = send(browse(cast.sanne), f"/inzet/{assign()}/stoppen", reason="anders")
    assert answer.status_code == 422
    assert "Schrijf in een of twee zinnen op hoe het ging: minstens" in answer.text


def test_the_reason_of_a_closed_case_is_not_for_a_person(
    assign: Assign, browse: Browse, at_work: AtWork, cast: Cast
) -> None:
    trajectory = assign()
    answer = send(browse(cast.sanne), f"/inzet/{trajectory}/stoppen", reason="zaak_afgesloten")
    assert answer.status_code == 422
    with at_work(cast.sanne):
        row = the_trajectory(trajectory)
        stop = Stop(StopReason.CASE_CLOSED, build.TODAY, "", row.version)
        with pytest.raises(Invalid, match="kiest het programma zelf"):
            services.stop_trajectory(row, stop, today=build.TODAY)


@pytest.mark.parametrize(
    ("step", "field", "typed", "told"),
    [
        ("starten", "started_on", "1-1-2020", "voor het besluit van de triage"),
        ("starten", "started_on", "31-11-2026", "Deze dag bestaat niet."),
        (
            "starten",
            "started_on",
            (today() + timedelta(days=1)).strftime("%d-%m-%Y"),
            "Deze dag moet nog komen.",
        ),
        ("stoppen", "ended_on", "", "Vul een dag in."),
        ("stoppen", "ended_on", "1-1-3000", "Deze dag moet nog komen."),
    ],
)
def test_a_day_that_cannot_be_is_explained(
    assign: Assign, browse: Browse, cast: Cast, step: str, field: str, typed: str, told: str
) -> None:
    given = {"reason": "geen_plek"} if step == "stoppen" else {}
    answer = send(browse(cast.sanne), f"/inzet/{assign()}/{step}", **given, **{field: typed})
    assert answer.status_code == 422
    assert told in answer.text


def test_an_end_before_the_start_is_refused(assign: Assign, browse: Browse, cast: Cast) -> None:
    trajectory = assign(started_on=build.TODAY)
    answer = send(
        browse(cast.sanne),
        f"/inzet/{trajectory}/stoppen",
        reason="geen_plek",
        ended_on="22-11-2026",
    )
    assert "Het einde ligt voor de start." in answer.text


@pytest.mark.parametrize("typed", ["a\x00bcdefghijkl", "x" * 100_000])
def test_words_that_cannot_be_kept_are_refused(
    assign: Assign, browse: Browse, cast: Cast, typed: str
) -> None:
    trajectory = assign(started_on=build.TODAY)
    answer = send(
        browse(cast.sanne), f"/inzet/{trajectory}/afronden", result="doel_bereikt", words=typed
    )
    assert answer.status_code == 422


def test_who_is_second_sees_both_texts(assign: Assign, browse: Browse, cast: Cast) -> None:
    path = f"/inzet/{assign(started_on=build.TODAY)}"
    sanne, bas = browse(cast.sanne), browse(cast.bas)
    mine = filled(sanne, f"{path}/afronden", result="doel_bereikt", ended_on=NOW, words=NOTE)
    send(
        bas,
        f"{path}/stoppen",
        reason="verhuisd",
        ended_on=NOW,
        words="Het gezin woont nu in Almere.",
    )
    answer = sanne.post(f"{path}/afronden", data=mine)
    assert answer.status_code == 409
    for text_ in (NOTE, "Doel bereikt", "Het gezin woont nu in Almere.", "De jongere verhuisde"):
        assert text_ in answer.text
    assert path in answer.text


@pytest.mark.parametrize("version", ["", "x", "999999999999999", "-1", "\x00"])
def test_a_version_that_is_none_counts_as_stale(
    assign: Assign, browse: Browse, cast: Cast, version: str
) -> None:
    answer = send(browse(cast.sanne), f"/inzet/{assign()}/starten", version=version)
    assert answer.status_code == 409


def test_a_step_sent_twice_is_taken_once(assign: Assign, browse: Browse, cast: Cast) -> None:
    path = f"/inzet/{assign()}/starten"
    client = browse(cast.sanne)
    form = filled(client, path)
    first, second = (client.post(path, data=form) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)


def test_a_step_leaves_a_line_in_the_log(
    assign: Assign, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    send(browse(cast.sanne), f"/inzet/{assign()}/starten")
    with superuser.connect() as connection:
        written = connection.execute(
            text(
                "SELECT written FROM audit_event WHERE address LIKE '/inzet/%' AND written <> '[]'"
            )
        ).scalar_one()
    assert [line["action"] for line in written] == ["intervention:move"]


@pytest.mark.parametrize("step", ["", "/starten", "/afronden", "/stoppen"])
@pytest.mark.parametrize("who", ["jaap", "els", "ans", "ad", "other"])
def test_an_outsider_finds_the_page_of_a_wrong_id(
    assign: Assign, browse: Browse, cast: Cast, who: str, step: str
) -> None:
    trajectory, client = assign(), browse(getattr(cast, who))
    hidden, wrong = (client.get(f"/inzet/{id_}{step}") for id_ in (trajectory, uuid4()))
    assert (hidden.status_code, wrong.status_code) == (404, 404)
    assert GOAL not in hidden.text


@pytest.mark.parametrize("step", ["starten", "afronden", "stoppen"])
@pytest.mark.parametrize("who", ["karim", "fatma"])
def test_a_member_who_may_not_move_it_can_read_it(
    assign: Assign, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID, who: str, step: str
) -> None:
    trajectory = assign()
    join(cast, at_work, case_id, cast.karim)
    client = browse(getattr(cast, who))
    shown = client.get(f"/inzet/{trajectory}")
    assert (shown.status_code, GOAL in shown.text) == (200, True)
    assert f"/inzet/{trajectory}/{step}" not in shown.text
    assert client.get(f"/inzet/{trajectory}/{step}").status_code == 404


def test_who_left_reads_nothing_from_that_moment(
    assign: Assign, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    trajectory, client = assign(), browse(cast.sanne)
    leave(cast, at_work, case_id, staying=cast.jaap)
    assert client.get(f"/inzet/{trajectory}").status_code == 404


def test_what_runs_stops_with_the_case(
    assign: Assign, browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    running = assign(started_on=build.TODAY)
    proposed = assign(intervention=INTERVENTIONS["MENTOR"], target_factors=_a_target("MENTOR"))
    with at_work(cast.bas):
        cases.close_case(build.the_case(case_id), build.an_ending(), today=build.TODAY)
    for trajectory in (running, proposed):
        assert "De zaak is afgesloten" in browse(cast.sanne).get(f"/inzet/{trajectory}").text


def test_a_case_does_not_close_before_what_runs_in_it_began(
    assign: Assign, at_work: AtWork, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    later = build.TODAY + timedelta(days=3)
    first = assign(started_on=build.TODAY)
    second = assign(intervention=INTERVENTIONS["MENTOR"], target_factors=_a_target("MENTOR"))
    with at_work(cast.sanne):
        row = the_trajectory(second)
        services.start_trajectory(row, Start(later, row.version), today=later)
    with at_work(cast.bas), pytest.raises(Invalid, match=f"{later:%d-%m-%Y}") as refused:
        cases.close_case(build.the_case(case_id), build.an_ending(), today=later)
    assert refused.value.field == "closed_on"
    assert first != second


def test_an_earlier_first_day_moves_the_start_of_the_case(
    assign: Assign, at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    later = build.TODAY + timedelta(days=3)
    second = assign(intervention=INTERVENTIONS["MENTOR"], target_factors=_a_target("MENTOR"))
    first = assign()
    for trajectory, on in ((second, later), (first, build.TODAY)):
        with at_work(cast.sanne):
            row = the_trajectory(trajectory)
            services.start_trajectory(row, Start(on, row.version), today=later)
    with at_work(cast.sanne):
        assert build.the_case(case_id).started_on == build.TODAY


def test_what_is_due_stands_with_the_next_steps(
    assign: Assign, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    trajectory = assign()
    shown = browse(cast.sanne).get(f"/zaken/{case_id}").text
    assert f"/inzet/{trajectory}/starten" in shown
    assert "Inzet voorgesteld" in shown


def test_the_title_names_nobody(assign: Assign, browse: Browse, cast: Cast) -> None:
    trajectory = assign()
    for step in ("", "/starten", "/stoppen"):
        shown = browse(cast.sanne).get(f"/inzet/{trajectory}{step}").text
        assert "Yassin" not in shown[shown.index("<title>") : shown.index("</title>")]


def _a_target(code: str) -> tuple[str, ...]:
    return INTERVENTIONS[code].target_factor_codes[:1]


def test_the_state_is_computed_from_the_days(assign: Assign, browse: Browse, cast: Cast) -> None:
    trajectory = assign(started_on=build.TODAY)
    shown = browse(cast.sanne).get(f"/inzet/{trajectory}").text
    assert 'aria-current="step"' in shown
    assert "Gestart" in shown
