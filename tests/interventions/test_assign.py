"""Setting an intervention to work: for whom, by whom, on which days, and once."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from babel.dates import format_date
from sqlalchemy import Engine, text

from pmg.errors import Invalid, NotPermitted
from pmg.interventions import services
from pmg.interventions.answers import Stop
from pmg.interventions.rules import StopReason
from pmg.reference.interventions import INTERVENTIONS
from tests import build
from tests.acting import filled, join, leave, refer
from tests.cast import Cast
from tests.conftest import AtWork
from tests.interventions.conftest import (
    GOAL,
    SPORT,
    Assign,
    Browse,
    an_assignment,
    the_trajectory,
)

# For 6 to 12 years: the youth is 16.
FOR_CHILDREN = INTERVENTIONS["TAAKSPEL"]
FIRST, LAST = build.TODAY + timedelta(days=8), build.TODAY + timedelta(days=190)


def typed(day: date) -> str:
    return f"{day.day}-{day.month}-{day.year}"


def clock_change(month: int) -> str:
    """The next last Sunday of a month: the night in which the clock is set."""
    for year in (build.TODAY.year, build.TODAY.year + 1):
        day = date(year, month, 31)
        day -= timedelta(days=(day.weekday() + 1) % 7)
        if day > build.TODAY:
            return typed(day)
    raise AssertionError(month)


def page(case_id: UUID, code: str = SPORT.code) -> str:
    return f"/zaken/{case_id}/inzet/nieuw?code={code}"


def answers(cast: Cast, **given: object) -> dict[str, object]:
    return {
        "provider": cast.sanne.organisation_id,
        "goal": GOAL,
        "target_factors": ["R-VRI-VRIJETIJD"],
        "planned_start": typed(FIRST),
        "planned_end": typed(LAST),
    } | given


def rows(superuser: Engine) -> int:
    with superuser.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM trajectory")).scalar_one())


def test_what_was_agreed_is_on_one_page(browse: Browse, cast: Cast, case_id: UUID) -> None:
    client = browse(cast.sanne)
    answer = refer(client, page(case_id), **answers(cast))
    shown = client.get(answer.location).text
    shown_days = [format_date(day, "d MMMM y", locale="nl") for day in (FIRST, LAST)]
    assert answer.status_code == 302
    for text_ in (GOAL, SPORT.name_nl, "Voorgesteld", *shown_days):
        assert text_ in shown


def test_the_usual_duration_stands_ready(browse: Browse, cast: Cast, case_id: UUID) -> None:
    form = filled(browse(cast.sanne), page(case_id))
    begin, end = (form[name].split("-") for name in ("planned_start", "planned_end"))
    first, last = (date(int(y), int(m), int(d)) for d, m, y in (begin, end))
    assert last - first == timedelta(weeks=SPORT.typical_duration_weeks or 0)


def test_what_the_worker_looked_for_is_ticked(browse: Browse, cast: Cast, case_id: UUID) -> None:
    path = f"{page(case_id)}&factor=R-VRI-DELINQ&factor=R-IND-DELICT"
    assert filled(browse(cast.sanne), path).getlist("target_factors") == ["R-VRI-DELINQ"]


def test_a_goal_is_sealed_and_the_act_logged(
    browse: Browse, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    refer(browse(cast.sanne), page(case_id), **answers(cast))
    with superuser.connect() as connection:
        sealed = connection.execute(text("SELECT goal_sealed FROM trajectory")).scalar_one()
        written = connection.execute(
            text(
                "SELECT written FROM audit_event WHERE action = 'intervention:assign'"
                " AND written <> '[]'"
            )
        ).scalar_one()
    assert b"training" not in bytes(sealed)
    assert {row["table"] for row in written} == {"trajectory", "provider_referral"}


def test_a_form_sent_twice_assigns_once(
    browse: Browse, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    client = browse(cast.sanne)
    form = filled(client, page(case_id), **answers(cast))
    form["checked"] = "ja"
    first, second = (client.post(page(case_id), data=form) for _ in range(2))
    assert (first.location, rows(superuser)) == (second.location, 1)


def test_the_same_intervention_in_the_same_time_is_refused_with_the_days(
    assign: Assign, browse: Browse, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    assign()
    answer = refer(browse(cast.sanne), page(case_id), **answers(cast))
    assert (answer.status_code, rows(superuser)) == (422, 1)
    last = build.TODAY + timedelta(weeks=20)
    days = f"{build.TODAY:%d-%m-%Y} tot en met {last:%d-%m-%Y}"
    assert f"Deze inzet is er al van {days}." in answer.text


def test_the_same_intervention_may_come_back_later(
    assign: Assign, at_work: AtWork, cast: Cast, superuser: Engine
) -> None:
    first = assign()
    with at_work(cast.sanne):
        row = the_trajectory(first)
        stop = Stop(StopReason.NO_PLACE, build.TODAY, "", row.version)
        services.stop_trajectory(row, stop, today=build.TODAY)
    assign()
    assert rows(superuser) == 2


def test_another_age_must_be_confirmed(
    browse: Browse, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    client, path = browse(cast.sanne), page(case_id, FOR_CHILDREN.code)
    given = answers(cast, target_factors=[FOR_CHILDREN.target_factor_codes[0]])
    refused = refer(client, path, **given)
    assert (refused.status_code, rows(superuser)) == (422, 0)
    assert "Deze inzet is voor 6 tot en met 12 jaar." in refused.text
    assert refer(client, path, **given, is_age_confirmed="y").status_code == 302


def test_an_age_that_fits_asks_no_confirmation(browse: Browse, cast: Cast, case_id: UUID) -> None:
    assert "is_age_confirmed" not in browse(cast.sanne).get(page(case_id)).text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"goal": "school"}, "Schrijf in een zin op wat de jongere wil bereiken."),
        ({"goal": "x\x00" + GOAL}, "teken in dat niet bewaard kan worden"),
        ({"goal": "x" * 100_000}, "Maak de tekst korter"),
        ({"target_factors": []}, "Kies waar de inzet op gericht is."),
        ({"planned_end": typed(FIRST - timedelta(days=1))}, "Het einde ligt voor het begin."),
        ({"planned_end": typed(FIRST + timedelta(days=13000))}, "hoogstens 5 jaar"),
        ({"planned_start": "1-1-2020"}, "voor het besluit van de triage"),
        ({"planned_start": "1-1-3026", "planned_end": "2-1-3026"}, "meer dan twee jaar vooruit"),
        ({"planned_start": "29-2-2027"}, "Deze dag bestaat niet."),
        ({"planned_start": ""}, "Vul in wanneer het begint."),
        ({"provider": ""}, "Kies een aanbieder."),
    ],
)
def test_an_answer_that_cannot_be_is_explained(
    browse: Browse,
    cast: Cast,
    case_id: UUID,
    superuser: Engine,
    changed: dict[str, object],
    told: str,
) -> None:
    answer = refer(browse(cast.sanne), page(case_id), **answers(cast) | changed)
    assert (answer.status_code, rows(superuser)) == (422, 0)
    assert told in answer.text


@pytest.mark.parametrize("day", [clock_change(3), clock_change(10)])
def test_the_days_on_which_the_clock_changes_are_days(
    browse: Browse, cast: Cast, case_id: UUID, day: str
) -> None:
    given = answers(cast, planned_start=day, planned_end=day)
    assert refer(browse(cast.sanne), page(case_id), **given).status_code == 302


def test_a_provider_of_another_municipality_is_none(
    at_work: AtWork, browse: Browse, cast: Cast, case_id: UUID
) -> None:
    foreign = cast.other.organisation_id
    assert (
        refer(browse(cast.sanne), page(case_id), **answers(cast, provider=foreign)).status_code
        == 422
    )
    with at_work(cast.sanne), pytest.raises(Invalid, match="aanbieder"):
        services.assign_intervention(
            build.the_case(case_id),
            an_assignment(cast, provider_id=foreign),
            today=build.TODAY,
        )


def test_a_police_factor_is_never_a_goal_that_all_can_read(
    at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    chosen = an_assignment(
        cast, intervention=INTERVENTIONS["TOOLS4U"], target_factors=("R-IND-DELICT",)
    )
    with at_work(cast.sanne), pytest.raises(Invalid, match="Kies uit de factoren"):
        services.assign_intervention(build.the_case(case_id), chosen, today=build.TODAY)


@pytest.mark.parametrize("code", ["", "BESTAAT-NIET", "' OR 1=1 --", "x\x00"])
def test_an_unknown_code_leads_back_to_the_search(
    browse: Browse, cast: Cast, case_id: UUID, code: str
) -> None:
    answer = browse(cast.sanne).get(f"/zaken/{case_id}/inzet/nieuw", query_string={"code": code})
    assert answer.location == f"/zaken/{case_id}/inzet/zoeken"


@pytest.mark.parametrize("who", ["karim", "fatma", "jaap", "els", "ans", "ad", "other"])
def test_who_may_not_assign_finds_the_page_of_a_wrong_id(
    browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID, who: str
) -> None:
    join(cast, at_work, case_id, cast.karim)
    client = browse(getattr(cast, who))
    assert client.get(page(case_id)).status_code == client.get(page(uuid4())).status_code == 404


def test_who_left_the_case_assigns_nothing_more(
    browse: Browse, at_work: AtWork, cast: Cast, case_id: UUID, superuser: Engine
) -> None:
    client = browse(cast.sanne)
    form = filled(client, page(case_id), **answers(cast))
    leave(cast, at_work, case_id, staying=cast.jaap)
    assert (client.post(page(case_id), data=form).status_code, rows(superuser)) == (404, 0)


def test_a_partner_cannot_assign_by_the_service_either(
    at_work: AtWork, cast: Cast, case_id: UUID
) -> None:
    join(cast, at_work, case_id, cast.karim)
    with at_work(cast.karim), pytest.raises(NotPermitted):
        services.assign_intervention(
            build.the_case(case_id), an_assignment(cast), today=build.TODAY
        )


def test_nothing_is_assigned_before_triage(browse: Browse, at_work: AtWork, cast: Cast) -> None:
    case_id = build.a_referral(cast, at_work)
    shown = browse(cast.sanne).get(page(case_id)).text
    assert "wacht nog op triage" in shown
    assert 'name="goal"' not in shown
    with at_work(cast.sanne), pytest.raises(Invalid, match="wacht nog op triage"):
        services.assign_intervention(
            build.the_case(case_id), an_assignment(cast), today=build.TODAY
        )


def test_nothing_is_assigned_on_a_closed_case(browse: Browse, at_work: AtWork, cast: Cast) -> None:
    case_id = build.a_closed_case(cast, at_work)
    assert "Deze zaak is afgesloten." in browse(cast.sanne).get(page(case_id)).text
    with at_work(cast.sanne), pytest.raises(Invalid, match="afgesloten"):
        services.assign_intervention(
            build.the_case(case_id), an_assignment(cast), today=build.TODAY
        )
