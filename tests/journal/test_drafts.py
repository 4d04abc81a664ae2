"""What is being typed is kept for the same person on the same form only, and never outlives it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from pmg.cases import members
from pmg.extensions import db
from pmg.security import access, drafts
from pmg.security.policy import Role
from tests import build
from tests.acting import filled, leave, send
from tests.cast import PASSWORD, Cast
from tests.conftest import AtWork
from tests.journal.conftest import Browse, Table, Write, column
from tests.promises.test_p04_stolen_database import encodings, everything, injected

__all__ = ["injected"]
TYPED = "Half getypt: hij vertelde over zijn"


def keep(client: FlaskClient, path: str, **answers: Any) -> int:
    """Let the page keep what was typed, as its script does."""
    form = filled(client, path, **answers)
    form["concept_van"] = form.poplist("submit_key")[0]
    form["concept"] = "bewaren"
    return client.post(path, data=form).status_code


def new(table: Table) -> str:
    return f"{table.contact}/nieuw"


def test_what_was_typed_is_back_when_the_form_is_opened_again(
    browse: Browse, cast: Cast, table: Table
) -> None:
    assert keep(browse(cast.sanne), new(table), text=TYPED, kind="telefoon", on="31-2-2026") == 204
    page = browse(cast.sanne).get(new(table)).text
    assert TYPED in page
    assert 'value="31-2-2026"' in page
    assert "staat er weer" in page
    assert filled(browse(cast.sanne), new(table))["kind"] == "telefoon"


def test_nobody_else_is_given_it_nor_the_same_person_elsewhere(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, write: Write
) -> None:
    keep(browse(cast.sanne), new(table), text=TYPED)
    other = build.a_case(cast, at_work, given_name="Aylin")
    assert TYPED not in browse(cast.jaap).get(new(table)).text
    assert TYPED not in browse(cast.bas).get(new(table)).text
    assert TYPED not in browse(cast.sanne).get(f"/zaken/{other}/contact/nieuw").text
    assert TYPED not in browse(cast.sanne).get("/contact/groep").text


def test_a_draft_of_one_note_is_not_that_of_another(
    browse: Browse, cast: Cast, table: Table, write: Write
) -> None:
    first, second = write(cast.sanne), write(cast.sanne)
    client = browse(cast.sanne)
    assert keep(client, f"/contactmoment/{first}/verbeteren", text=TYPED) == 204
    assert TYPED in client.get(f"/contactmoment/{first}/verbeteren").text
    assert TYPED not in client.get(f"/contactmoment/{second}/verbeteren").text


def test_sent_is_no_draft_any_more(
    browse: Browse, cast: Cast, table: Table, superuser: Engine
) -> None:
    client = browse(cast.sanne)
    keep(client, new(table), text=TYPED, kind="gesprek")
    assert send(client, new(table), text=TYPED, kind="gesprek").status_code == 302
    assert column(superuser, "SELECT id FROM draft") == []


def test_the_last_keystrokes_do_not_come_back_after_the_form_was_sent(
    browse: Browse, cast: Cast, table: Table, superuser: Engine
) -> None:
    client = browse(cast.sanne)
    form = filled(client, new(table), text=TYPED, kind="gesprek")
    late = form.copy()
    late["concept_van"], late["concept"] = late.poplist("submit_key")[0], "bewaren"
    assert client.post(new(table), data=form).status_code == 302
    assert client.post(new(table), data=late).status_code == 204
    assert column(superuser, "SELECT id FROM draft") == []


def test_it_is_thrown_away_when_one_says_so(
    browse: Browse, cast: Cast, table: Table, superuser: Engine
) -> None:
    client = browse(cast.sanne)
    keep(client, new(table), text=TYPED)
    token = filled(client, new(table))["csrf_token"]
    answer = client.post(new(table), data={"csrf_token": token, "concept": "weggooien"})
    assert answer.status_code == 302
    assert TYPED not in client.get(answer.location).text
    assert column(superuser, "SELECT id FROM draft") == []


def test_keeping_leaves_no_line_in_the_log_and_giving_back_does(
    browse: Browse, cast: Cast, table: Table, superuser: Engine
) -> None:
    client = browse(cast.sanne)
    form = filled(client, new(table), text=TYPED)
    form["concept_van"], form["concept"] = form.poplist("submit_key")[0], "bewaren"
    before = column(superuser, "SELECT count(*) FROM audit_event")
    for _ in range(3):
        client.post(new(table), data=form)
    assert column(superuser, "SELECT count(*) FROM audit_event") == before
    client.get(new(table))
    fields = column(superuser, "SELECT fields FROM audit_subject ORDER BY at")
    assert "draft" in fields[-1]


def test_without_its_token_nothing_is_kept(
    browse: Browse, cast: Cast, table: Table, superuser: Engine
) -> None:
    answer = browse(cast.sanne).post(new(table), data={"concept": "bewaren", "text": TYPED})
    assert answer.status_code == 400
    assert column(superuser, "SELECT id FROM draft") == []


@pytest.mark.parametrize("name", ["jaap", "other", "els", "ad"])
def test_who_may_not_open_the_form_keeps_nothing_there(
    browse: Browse, at_work: AtWork, cast: Cast, superuser: Engine, name: str
) -> None:
    case_id = build.a_case(cast, at_work)
    client = browse(getattr(cast, name))
    token = filled(client, "/bevestigen")["csrf_token"]
    answer = client.post(
        f"/zaken/{case_id}/contact/nieuw",
        data={"csrf_token": token, "concept": "bewaren", "text": TYPED},
    )
    assert answer.status_code == 404
    assert column(superuser, "SELECT id FROM draft") == []


def test_after_a_week_it_is_gone_for_its_writer_and_soon_from_the_database(
    browse: Browse, cast: Cast, table: Table, superuser: Engine
) -> None:
    keep(browse(cast.sanne), new(table), text=TYPED)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE draft SET expires_at = now() - interval '1 second'"))
    assert TYPED not in browse(cast.sanne).get(new(table)).text
    keep(browse(cast.jaap), new(table), text="Iets anders.")
    assert column(superuser, "SELECT user_id FROM draft") == [cast.jaap.id]


def test_who_left_the_case_is_given_nothing_until_he_is_back(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table
) -> None:
    keep(browse(cast.sanne), new(table), text=TYPED)
    leave(cast, at_work, table.case_id, staying=cast.jaap)
    with at_work(cast.sanne):
        assert db.session.execute(text("SELECT count(*) FROM draft")).scalar_one() == 0
    with at_work(cast.bas):
        members.seat(build.the_case(table.case_id), cast.sanne.id, Role.YOUTH_WORKER)
    assert TYPED in browse(cast.sanne).get(new(table)).text


def test_a_dump_and_an_injected_select_tell_nothing(
    browse: Browse,
    at_work: AtWork,
    cast: Cast,
    table: Table,
    superuser: Engine,
    injected: Connection,
) -> None:
    build.a_case(cast, at_work, given_name="Aylin")
    keep(browse(cast.sanne), new(table), text=TYPED)
    assert keep(browse(cast.sanne), "/contact/groep", text=TYPED) == 204
    dump = everything(superuser)
    assert not any(form in dump for form in encodings(TYPED))
    for person in (cast.jaap, cast.bas, cast.ans, cast.other):
        with at_work(person) as reader:
            digest = reader.session_digest.hex()
            injected.execute(text("SELECT set_config('pmg.session', :d, true)"), {"d": digest})
            assert injected.execute(text("SELECT count(*) FROM draft")).scalar_one() == 0


def test_a_draft_that_is_moved_into_anothers_hands_does_not_open(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, superuser: Engine
) -> None:
    """The thief writes in the database: the row of Sanne takes the place of the row of Jaap."""
    keep(browse(cast.sanne), new(table), text=TYPED)
    keep(browse(cast.jaap), new(table), text="Van Jaap.")
    with superuser.begin() as connection:
        connection.execute(
            text(
                "UPDATE draft SET content_sealed = (SELECT content_sealed FROM draft"
                " WHERE user_id = :sanne) WHERE user_id = :jaap"
            ),
            {"sanne": cast.sanne.id, "jaap": cast.jaap.id},
        )
    assert TYPED not in browse(cast.jaap).get(new(table)).text


def test_it_goes_with_the_key_of_the_youth(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table
) -> None:
    keep(browse(cast.sanne), new(table), text=TYPED)
    with at_work(cast.sanne):
        case = build.the_case(table.case_id)
        build.shred(case)
        access.work().ciphers.clear()
        assert drafts.find("contact", case) is None


def test_what_is_too_long_or_strange_is_no_fault(browse: Browse, cast: Cast, table: Table) -> None:
    client = browse(cast.sanne)
    assert keep(client, new(table), text="x" * 100_000) == 204
    assert keep(client, new(table), text="a\0b\x1bc", kind="<script>") == 204
    page = client.get(new(table))
    assert page.status_code == 200
    assert not set(page.data) & set(b"\0\x1b")


def test_when_the_session_ends_in_mid_form_one_is_led_back_to_it_with_the_text(
    browse: Browse, cast: Cast, table: Table, superuser: Engine
) -> None:
    client = browse(cast.sanne)
    keep(client, new(table), text=TYPED)
    form = filled(client, new(table), text=TYPED, kind="gesprek")
    with superuser.begin() as connection:
        connection.execute(text("UPDATE user_session SET idle_until = now()"))
    answer = client.post(new(table), data=form)
    assert (answer.status_code, answer.location) == (302, f"/aanmelden?next={new(table)}")
    login = filled(
        client,
        answer.location,
        login=cast.sanne.login,
        password=PASSWORD,
        code=pyotp.TOTP(cast.sanne.secret).now(),
    )
    back = client.post(answer.location, data=login)
    assert back.location == new(table)
    assert TYPED in client.get(back.location).text


WHO = ("sanne", "jaap", "bas")
FORMS = ("contact", "contact-verbeteren", "doel", "doel-wijzigen", "afsluiten")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["keep", "drop"]),
        st.sampled_from(WHO),
        st.sampled_from(FORMS),
        st.sampled_from([0, 1, None]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    ),
    max_size=12,
)


@pytest.fixture
def cases(cast: Cast, at_work: AtWork, table: Table) -> list[UUID]:
    """Two cases in which all three take part."""
    second = build.a_case(cast, at_work, given_name="Aylin")
    with at_work(cast.bas):
        members.seat(build.the_case(second), cast.jaap.id, Role.YOUTH_WORKER)
    return [table.case_id, second]


@given(steps=STEPS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_everyone_is_given_exactly_what_he_typed_there_himself(
    cast: Cast, at_work: AtWork, cases: list[UUID], superuser: Engine, steps: list[Any]
) -> None:
    with superuser.begin() as connection:
        connection.execute(text("DELETE FROM draft"))
    expected: dict[tuple[str, str, int | None], str] = {}
    for act, who, form, place, words in steps:
        with at_work(getattr(cast, who)):
            if act == "keep":
                drafts.keep(form, _item(cases, place), words)
                expected[who, form, place] = words
            else:
                drafts.drop(form, _item(cases, place))
                expected.pop((who, form, place), None)
    for who in WHO:
        with at_work(getattr(cast, who)):
            for form in FORMS:
                for place in (0, 1, None):
                    kept = drafts.find(form, _item(cases, place))
                    assert (kept.content if kept else None) == expected.get((who, form, place))


def _item(cases: list[UUID], place: int | None) -> access.Resource:
    return access.workplace() if place is None else build.the_case(cases[place])


def test_two_municipalities_keep_apart(at_work: AtWork, cast: Cast) -> None:
    with at_work(cast.sanne):
        drafts.keep("verwijzing", access.workplace(), TYPED)
    for person in (cast.other, cast.jaap):
        with at_work(person):
            assert drafts.find("verwijzing", access.workplace()) is None
    with at_work(cast.sanne):
        kept = drafts.find("verwijzing", access.workplace())
    assert kept is not None
    assert kept.content == TYPED


def test_a_new_draft_lasts_a_week(at_work: AtWork, cast: Cast, superuser: Engine) -> None:
    with at_work(cast.sanne):
        drafts.keep("verwijzing", access.workplace(), TYPED)
    assert column(superuser, "SELECT expires_at - saved_at FROM draft") == [timedelta(days=7)]
