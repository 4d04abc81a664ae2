"""A job guarantee: four steps in order, put right with a reason, and for nobody else."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from pmg.cases import services as cases
from pmg.interventions import services as interventions
from pmg.interventions.answers import Completion, Stop
from pmg.interventions.rules import CompletionResult, StopReason
from pmg.measures.models import GuaranteeRow
from tests import acting, build
from tests.acting import filled, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.interventions.conftest import the_trajectory
from tests.measures.conftest import WHY, Browse, newest, on
from tests.promises.test_p04_stolen_database import encodings, everything
from tests.promises.waiting import meanwhile

STEPS = (
    ("Opleiding gekozen", 20, "Mbo timmeren bij het Technisch College."),
    ("Garantie gegeven", 15, "Bouwbedrijf Deltawerf, regio Noord."),
    ("Diploma gehaald", 10, "Mbo niveau 2 timmerman."),
    ("Baan begonnen", 5, "Leerling-timmerman bij Deltawerf."),
)


def take(browse: Browse, cast: Cast, promised: UUID, number: int, **given: object) -> object:
    _step, ago, words = STEPS[number]
    path = f"/inzet/{promised}/baangarantie/volgende-stap"
    return send(browse(cast.sanne), path, **{"on_day": on(ago), "words": words} | given)


def test_steps_are_taken_in_order_and_stand_on_the_page_of_the_trajectory(
    browse: Browse, cast: Cast, promised: UUID
) -> None:
    sanne = browse(cast.sanne)
    for number, (step, _ago, words) in enumerate(STEPS):
        assert f"Stap vastleggen: {step}" in sanne.get(f"/inzet/{promised}").text
        assert take(browse, cast, promised, number).status_code == 302
        assert words in sanne.get(f"/inzet/{promised}/baangarantie").text
    page = sanne.get(f"/inzet/{promised}").text
    assert page.count('<span class="pmg-spoken">: gedaan</span>') >= 4
    assert "Stap vastleggen" not in page
    done = sanne.get(f"/inzet/{promised}/baangarantie/volgende-stap")
    assert done.location == f"/inzet/{promised}/baangarantie"


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"on_day": on(-1)}, "Deze dag moet nog komen"),
        ({"on_day": on(21)}, "‘Opleiding gekozen’ was op"),
        ({"on_day": "31-2-2026"}, "Deze dag bestaat niet"),
        ({"words": ""}, "Schrijf op waar het om gaat"),
        ({"words": "x"}, "minstens 3 tekens"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    browse: Browse, cast: Cast, promised: UUID, answers: dict[str, str], message: str
) -> None:
    take(browse, cast, promised, 0)
    answer = take(browse, cast, promised, 1, **answers)
    assert answer.status_code == 422
    assert message in answer.text
    assert answers.get("words", STEPS[1][2]) in answer.text
    assert STEPS[1][2] not in browse(cast.sanne).get(f"/inzet/{promised}/baangarantie").text


def test_who_is_second_does_not_write_his_words_under_another_step(
    browse: Browse, cast: Cast, promised: UUID
) -> None:
    """Bas opened the page for the programme; Sanne told of it first."""
    path = f"/inzet/{promised}/baangarantie/volgende-stap"
    bas = browse(cast.bas)
    late = filled(bas, path, on_day=on(20), words="Een andere opleiding.")
    take(browse, cast, promised, 0)
    answer = bas.post(path, data=late)
    assert answer.status_code == 422
    assert "Deze stap staat al vast" in answer.text
    assert "Een andere opleiding." in answer.text
    assert "Een andere opleiding." not in bas.get(f"/inzet/{promised}/baangarantie").text


def test_a_step_is_put_right_with_a_reason_and_the_old_one_stays(
    browse: Browse, cast: Cast, at_work: AtWork, promised: UUID
) -> None:
    take(browse, cast, promised, 0)
    take(browse, cast, promised, 1)
    row = newest(cast, at_work, GuaranteeRow, promised)
    path = f"/garantiestap/{row}/verbeteren"
    sanne, bas = browse(cast.sanne), browse(cast.bas)
    short = send(sanne, path, words="Bouwbedrijf Zuiderwerf.", why="fout")
    assert short.status_code == 422
    assert "minstens 10 tekens" in short.text
    same = send(sanne, path, words=STEPS[1][2], why=WHY)
    assert "Er is niets veranderd" in same.text
    old = filled(bas, path, words="Bouwbedrijf Westerwerf.", why=WHY)
    assert send(sanne, path, words="Bouwbedrijf Zuiderwerf.", why=WHY).status_code == 302
    page = sanne.get(f"/inzet/{promised}/baangarantie").text
    assert page.index("Zuiderwerf") < page.index("Wat er eerder stond") < page.index("Deltawerf")
    assert WHY in page
    late = bas.post(path, data=old)
    assert late.status_code == 409
    assert "Zuiderwerf" in late.text
    assert "Westerwerf" in late.text


def test_only_the_last_step_is_taken_back_and_can_be_taken_again(
    browse: Browse, cast: Cast, at_work: AtWork, promised: UUID
) -> None:
    take(browse, cast, promised, 0)
    first = newest(cast, at_work, GuaranteeRow, promised)
    take(browse, cast, promised, 1)
    sanne = browse(cast.sanne)
    blocked = send(sanne, f"/garantiestap/{first}/terugnemen", why=WHY)
    assert blocked.status_code == 422
    assert "Er staat al een latere stap vast" in blocked.text
    last = newest(cast, at_work, GuaranteeRow, promised)
    assert send(sanne, f"/garantiestap/{last}/terugnemen", why=WHY).status_code == 302
    page = sanne.get(f"/inzet/{promised}/baangarantie").text
    assert "Deze stap is teruggenomen" in page
    assert STEPS[1][2] in page
    assert take(browse, cast, promised, 1, words="Aannemer Noorderwerf.").status_code == 302
    assert "Aannemer Noorderwerf." in sanne.get(f"/inzet/{promised}/baangarantie").text


def test_a_stopped_trajectory_is_read_and_not_written(
    browse: Browse, cast: Cast, at_work: AtWork, promised: UUID
) -> None:
    take(browse, cast, promised, 0)
    with at_work(cast.sanne):
        row = the_trajectory(promised)
        stop = Stop(StopReason.YOUTH, build.TODAY, "Hij wil niet.", row.version)
        interventions.stop_trajectory(row, stop, today=build.TODAY)
    sanne = browse(cast.sanne)
    page = sanne.get(f"/inzet/{promised}/baangarantie").text
    assert "Deze inzet is gestopt" in page
    assert "Verbeteren" not in page
    form = sanne.get(f"/inzet/{promised}/baangarantie/volgende-stap").text
    assert "Dit kan nu niet" in form


@pytest.mark.parametrize("aftercare_days", [30, None])
def test_a_job_that_comes_in_the_aftercare_is_still_recorded(
    browse: Browse,
    cast: Cast,
    at_work: AtWork,
    promised: UUID,
    case_id: UUID,
    aftercare_days: int | None,
) -> None:
    for number in range(3):
        take(browse, cast, promised, number)
    with at_work(cast.bas):
        row = the_trajectory(promised)
        done = Completion(CompletionResult.REACHED, build.TODAY, "Hij heeft werk.", row.version)
        interventions.complete_trajectory(row, done, today=build.TODAY)
        until = aftercare_days and build.TODAY + timedelta(days=aftercare_days)
        care = (
            {"aftercare_until": until, "aftercare_by": cast.sanne.organisation_id} if until else {}
        )
        ending = build.an_ending(**care)
        cases.close_case(build.the_case(case_id), ending, today=build.TODAY)
    path = f"/inzet/{promised}/baangarantie"
    bas = browse(cast.bas)
    if aftercare_days:
        last = {"on_day": on(1), "words": STEPS[3][2]}
        assert send(bas, f"{path}/volgende-stap", **last).status_code == 302
        assert STEPS[3][2] in bas.get(path).text
    else:
        assert "Dit kan nu niet" in bas.get(f"{path}/volgende-stap").text
        assert "In deze zaak kan nu niets worden vastgelegd" in bas.get(path).text


def test_two_who_take_the_same_step_at_once_take_it_once(
    browse: Browse, cast: Cast, promised: UUID, superuser: Engine
) -> None:
    path = f"/inzet/{promised}/baangarantie/volgende-stap"
    clients = [browse(cast.sanne), browse(cast.bas)]
    forms = [filled(one, path, on_day=on(20), words="Mbo timmeren.") for one in clients]
    codes: list[int] = []

    def act(at: int) -> None:
        codes.append(clients[at].post(path, data=forms[at]).status_code)

    with superuser.connect() as holding:
        holding.execute(text("SELECT FROM case_file FOR UPDATE"))
        with meanwhile(superuser, lambda: act(0)), meanwhile(superuser, lambda: act(1)):
            holding.commit()
    assert sorted(codes) == [302, 422]


def test_the_youth_reads_it_and_a_thief_does_not(
    browse: Browse, cast: Cast, promised: UUID, case_id: UUID, superuser: Engine
) -> None:
    take(browse, cast, promised, 0)
    take(browse, cast, promised, 1)
    assert STEPS[1][2] in browse(cast.bas).get(f"/zaken/{case_id}/mijn-gegevens").text
    dump = everything(superuser)
    for word in ("Deltawerf", "timmeren"):
        assert not any(form in dump for form in encodings(word)), word


def test_what_was_told_cannot_be_changed_in_the_database(
    browse: Browse, cast: Cast, promised: UUID, superuser: Engine
) -> None:
    take(browse, cast, promised, 0)
    with superuser.connect() as connection:
        granted = connection.execute(
            text(
                "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
                " WHERE grantee = 'pmg_app' AND table_name IN"
                " ('guarantee_row', 'school_week', 'district_activity')"
            )
        )
        assert {privilege for _table, privilege in granted} == {"SELECT", "INSERT"}


def test_only_who_takes_part_reads_it(
    browse: Browse, cast: Cast, at_work: AtWork, promised: UUID, case_id: UUID
) -> None:
    """To a stranger it is the page of an id that nobody has; a partner reads and writes not."""
    take(browse, cast, promised, 0)
    row, nobody = newest(cast, at_work, GuaranteeRow, promised), uuid4()
    acting.join(cast, at_work, case_id, cast.karim)
    reads = f"/inzet/{promised}/baangarantie"
    writes = (
        f"/inzet/{promised}/baangarantie/volgende-stap",
        f"/garantiestap/{row}/verbeteren",
        f"/garantiestap/{row}/terugnemen",
    )
    for person in cast.everyone():
        client = browse(person)
        may_read = person in {cast.sanne, cast.bas, cast.karim, cast.fatma}
        for path, allowed in (
            (reads, may_read),
            *((path, person in {cast.sanne, cast.bas}) for path in writes),
        ):
            answer = client.get(path)
            assert (answer.status_code == 200) is allowed, (person.name, path)
            other = path.replace(str(promised), str(nobody)).replace(str(row), str(nobody))
            unknown = client.get(other).text.replace(str(nobody), "")
            said = answer.text.replace(str(promised), "").replace(str(row), "")
            assert allowed or said == unknown, (person.name, path)


def test_another_kind_of_trajectory_has_no_guarantee(
    browse: Browse, cast: Cast, around: UUID
) -> None:
    sanne = browse(cast.sanne)
    assert sanne.get(f"/inzet/{around}/baangarantie").status_code == 404
    assert sanne.get(f"/inzet/{around}/baangarantie/volgende-stap").status_code == 404
    assert "Baangarantie" not in sanne.get(f"/inzet/{around}").text
