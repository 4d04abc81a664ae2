"""Saying what was seen: who may say what, on which day, and what is left in the log."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from config import Settings
from pmg.clock import today
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.factors import services
from pmg.factors.models import FactorObservation
from pmg.factors.rules import Nature
from tests import build
from tests.acting import filled, hire_partner, join, leave, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.factors.conftest import (
    ADDICTION,
    ARRESTED,
    TRUANCY,
    Browse,
    Observe,
    Table,
    seen,
)

ANSWERS = {
    "factor": TRUANCY,
    "presence": "duidelijk",
    "nature": "feit",
    "source": "school",
    "on": "20-11-2026",
    "note": "Hij miste drie dagen.",
}


def page(table: Table) -> str:
    return f"/zaken/{table.case_id}/factoren/nieuw"


def rows(superuser: Engine) -> int:
    with superuser.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM factor_observation")).scalar_one())


def test_what_was_seen_is_shown_on_the_course(browse: Browse, cast: Cast, table: Table) -> None:
    client = browse(cast.sanne)
    answer = send(client, page(table), **ANSWERS)
    assert (answer.status_code, answer.location) == (302, f"/zaken/{table.case_id}/factoren")
    shown = client.get(answer.location).text
    assert "De waarneming is vastgelegd" in shown
    assert "Hij miste drie dagen." in shown


def test_an_observation_leaves_a_line_in_the_log(
    observe: Observe, cast: Cast, superuser: Engine, browse: Browse, table: Table
) -> None:
    send(browse(cast.sanne), page(table), **ANSWERS)
    with superuser.connect() as connection:
        written = connection.execute(
            text(
                "SELECT e.written, s.youth_id IS NOT NULL FROM audit_event e JOIN audit_subject s"
                " ON s.event_id = e.id WHERE e.action = 'factor:observe' AND e.written <> '[]'"
            )
        ).one()
    assert written[0][0]["table"] == "factor_observation"
    assert written[1]


def test_a_note_is_not_readable_in_the_database(
    browse: Browse, cast: Cast, superuser: Engine, table: Table
) -> None:
    send(browse(cast.sanne), page(table), **ANSWERS)
    with superuser.connect() as connection:
        sealed = connection.execute(text("SELECT note_sealed FROM factor_observation")).scalar_one()
    assert b"miste" not in bytes(sealed)


@pytest.mark.parametrize("who", ["sanne", "bas"])
def test_only_the_police_enters_what_the_police_knows(
    at_work: AtWork, cast: Cast, table: Table, who: str
) -> None:
    with at_work(getattr(cast, who)), pytest.raises(NotPermitted):
        services.observe_factor(build.the_case(table.case_id), seen(ARRESTED), today=build.TODAY)


def test_a_school_cannot_enter_what_is_about_health(at_work: AtWork, table: Table) -> None:
    with at_work(table.school), pytest.raises(NotPermitted):
        services.observe_factor(build.the_case(table.case_id), seen(ADDICTION), today=build.TODAY)


def test_care_can_enter_what_is_about_health(observe: Observe, table: Table) -> None:
    assert observe(table.care, ADDICTION)


def test_what_is_closed_is_said_with_the_reason(browse: Browse, cast: Cast, table: Table) -> None:
    shown = browse(cast.sanne).get(page(table)).text
    assert "Alleen de politie legt politiegegevens vast (Wpg)" in shown
    assert f'value="{ARRESTED}"' not in shown
    assert f'value="{ARRESTED}"' in browse(cast.karim).get(page(table)).text


def test_a_closed_factor_that_is_sent_all_the_same_is_not_kept(
    browse: Browse, cast: Cast, superuser: Engine, table: Table
) -> None:
    answer = send(browse(cast.sanne), page(table), **ANSWERS | {"factor": ARRESTED})
    assert (answer.status_code, rows(superuser)) == (422, 0)


@pytest.mark.parametrize("who", ["fatma", "jaap", "els", "ans", "ad", "other"])
def test_who_may_not_observe_finds_the_page_of_a_wrong_id(
    browse: Browse, cast: Cast, table: Table, who: str
) -> None:
    client = browse(getattr(cast, who))
    hidden, wrong = client.get(page(table)), client.get(f"/zaken/{uuid4()}/factoren/nieuw")
    assert (hidden.status_code, wrong.status_code) == (404, 404)
    assert hidden.text.replace(hidden.request.path, "") == wrong.text.replace(
        wrong.request.path, ""
    )


def test_who_left_the_case_can_enter_nothing_more(
    browse: Browse, cast: Cast, at_work: AtWork, superuser: Engine, table: Table
) -> None:
    client = browse(cast.karim)
    form = filled(client, page(table), **ANSWERS)
    leave(cast, at_work, table.case_id, staying=cast.sanne)
    assert (client.post(page(table), data=form).status_code, rows(superuser)) == (404, 0)


def test_a_form_sent_twice_is_kept_once(
    browse: Browse, cast: Cast, superuser: Engine, table: Table
) -> None:
    client = browse(cast.sanne)
    form = filled(client, page(table), **ANSWERS)
    first, second = (client.post(page(table), data=form) for _ in range(2))
    assert (first.location, rows(superuser)) == (second.location, 1)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Vul een dag in."),
        ("31-2-2026", "Deze dag bestaat niet."),
        ("29-2-2026", "Deze dag bestaat niet."),
        ("morgen", "Vul een datum in als dag-maand-jaar"),
        ("1-1-26", "Schrijf het jaar met vier cijfers"),
        ((today() + timedelta(days=1)).strftime("%d-%m-%Y"), "Deze dag moet nog komen."),
        ("1-1-2000", "Deze dag ligt voor de geboorte."),
        ("14-3-2016", "Deze factor is er voor"),
    ],
)
def test_a_day_that_cannot_be_is_kept_as_typed_and_explained(
    browse: Browse, cast: Cast, superuser: Engine, table: Table, typed: str, told: str
) -> None:
    answer = send(browse(cast.sanne), page(table), **ANSWERS | {"on": typed})
    assert (answer.status_code, rows(superuser)) == (422, 0)
    assert told in answer.text
    assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize("on", ["29-3-2026", "25-10-2026"])
def test_the_days_on_which_the_clock_changes_are_days(
    browse: Browse, cast: Cast, superuser: Engine, table: Table, on: str
) -> None:
    answer = send(browse(cast.sanne), page(table), **ANSWERS | {"on": on})
    assert (answer.status_code, rows(superuser)) == (302, 1)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("a\x00b", "teken in dat niet bewaard kan worden"),
        ("a\x1bb", "teken in dat niet bewaard kan worden"),
        ("x" * 100_000, "Maak de tekst korter"),
    ],
    ids=["NUL", "escape", "100 kB"],
)
def test_text_that_cannot_be_kept_is_refused_in_words(
    browse: Browse, cast: Cast, superuser: Engine, table: Table, typed: str, told: str
) -> None:
    answer = send(browse(cast.sanne), page(table), **ANSWERS | {"note": typed})
    assert (answer.status_code, rows(superuser)) == (422, 0)
    assert told in answer.text


def test_half_a_sign_is_refused(at_work: AtWork, cast: Cast, table: Table) -> None:
    with at_work(cast.sanne), pytest.raises(Invalid, match="teken in dat niet bewaard"):
        services.observe_factor(
            build.the_case(table.case_id), seen(note="a\ud800b"), today=build.TODAY
        )


@pytest.mark.parametrize("field", ["factor", "presence", "nature", "source"])
def test_an_answer_outside_the_list_is_refused(
    browse: Browse, cast: Cast, superuser: Engine, table: Table, field: str
) -> None:
    answer = send(browse(cast.sanne), page(table), **ANSWERS | {field: "' OR 1=1 --"})
    assert (answer.status_code, rows(superuser)) == (422, 0)


def test_an_empty_form_says_what_to_fill_in(browse: Browse, cast: Cast, table: Table) -> None:
    shown = send(browse(cast.sanne), page(table), on="").text
    for told in ("Kies wat u zag.", "Kies in welke mate", "Kies of dit een feit", "Vul een dag in"):
        assert told in shown
    assert "<title>Fout: " in shown


def test_a_suspicion_says_what_it_rests_on(at_work: AtWork, cast: Cast, table: Table) -> None:
    with at_work(cast.sanne), pytest.raises(Invalid, match="waarop u dit vermoeden baseert"):
        services.observe_factor(
            build.the_case(table.case_id), seen(nature=Nature.SUSPICION), today=build.TODAY
        )


def test_nothing_is_added_to_a_case_that_is_closed(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id = build.a_closed_case(cast, at_work)
    answer = send(browse(cast.sanne), f"/zaken/{case_id}/factoren/nieuw", **ANSWERS)
    assert answer.status_code == 422
    assert "Deze zaak is voorbij." in answer.text


def test_two_people_can_write_in_one_case_at_the_same_time(
    at_work: AtWork, cast: Cast, table: Table
) -> None:
    with at_work(cast.sanne):
        case = build.the_case(table.case_id)
        services.observe_factor(case, seen(), today=build.TODAY)
        version = case.version
    with at_work(cast.bas):
        assert build.the_case(table.case_id).version == version


def test_writing_moves_the_case_up(at_work: AtWork, cast: Cast, table: Table) -> None:
    with at_work(cast.sanne):
        before = build.the_case(table.case_id).updated_at
        services.observe_factor(build.the_case(table.case_id), seen(), today=build.TODAY)
    with at_work(cast.sanne):
        assert build.the_case(table.case_id).updated_at > before


def test_a_partner_who_may_not_know_the_birth_date_can_still_observe(
    cast: Cast, at_work: AtWork, table: Table, settings: Settings
) -> None:
    work = hire_partner(settings.owner_database_url, "wim", "UWV")
    join(cast, at_work, table.case_id, work)
    with at_work(work):
        services.observe_factor(build.the_case(table.case_id), seen(), today=build.TODAY)
    with at_work(cast.sanne):
        assert db.session.query(FactorObservation).count() == 1


def test_the_age_counts_on_the_day_that_was_seen(at_work: AtWork, cast: Cast, table: Table) -> None:
    twelve = date(2022, 3, 14)
    with at_work(cast.karim):
        case = build.the_case(table.case_id)
        services.observe_factor(case, seen(ARRESTED, on=twelve), today=build.TODAY)
        with pytest.raises(Invalid, match="11 jaar"):
            services.observe_factor(
                case, seen(ARRESTED, on=twelve - timedelta(days=1)), today=build.TODAY
            )
