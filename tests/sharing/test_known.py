"""One organisation asks another whether it knows the youth: three words, and no more."""

from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from pmg.cases import services as cases
from pmg.notices import queries as notices
from pmg.security.telling import Kind
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.sharing.conftest import WORDS, Browse, Table

WHY = "Vraagplant: voor het plan."


def ask(browse: Browse, person: Person, table: Table, of: Person) -> int:
    return acting.send(
        browse(person),
        f"/zaken/{table.case_id}/bekend",
        organisation=str(of.organisation_id),
        legal_basis="JEUGDWET",
        words=WHY,
    ).status_code


@pytest.fixture
def question(browse: Browse, cast: Cast, table: Table, superuser: Engine) -> UUID:
    """Sanne asks the school."""
    assert ask(browse, cast.sanne, table, table.school) == 302
    with superuser.connect() as connection:
        found: UUID = connection.execute(text("SELECT id FROM known_question")).scalar_one()
    return found


def test_asked_answered_and_told_to_both_sides_alone(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, question: UUID
) -> None:
    for person in (cast.sanne, table.school):
        assert WHY in browse(person).get(table.page).text
    for person in (cast.bas, cast.karim, table.care):
        assert WHY not in browse(person).get(table.page).text
    assert "Kent u deze jongere?" in browse(table.school).get("/vandaag").text
    assert "Kent u deze jongere?" not in browse(cast.bas).get("/vandaag").text
    with at_work(table.school):
        kinds = [message.kind for message in notices.messages().messages]
    assert kinds.count(Kind.KNOWN_ASKED) == 1
    path = f"/bekend/{question}"
    sent = acting.send(browse(table.school), path, answer="niets_te_delen", get_in_touch="y")
    assert sent.status_code == 302
    page = browse(cast.sanne).get(table.page).text
    for words in ("Niets te delen", "Neem contact op"):
        assert words in page
    assert WORDS not in browse(table.school).get(table.contact).text  # nothing opened
    with at_work(cast.sanne):
        assert Kind.KNOWN_ANSWERED in [one.kind for one in notices.messages().messages]
    assert "al geantwoord" in browse(table.school).get(path).text


def test_nobody_else_finds_or_answers_it(
    browse: Browse, cast: Cast, table: Table, question: UUID
) -> None:
    unknown = browse(cast.bas).get(f"/bekend/{UUID(int=7)}").text
    for person in (cast.bas, cast.karim, table.care, cast.sanne, cast.jaap, cast.other, cast.ans):
        answer = browse(person).get(f"/bekend/{question}")
        assert answer.status_code == 404
    hidden = browse(cast.bas).get(f"/bekend/{question}").text
    assert hidden.replace(str(question), "") == unknown.replace(str(UUID(int=7)), "")


def test_only_who_sits_on_the_case_is_asked_and_once_at_a_time(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, question: UUID
) -> None:
    assert ask(browse, cast.sanne, table, table.school) == 422
    assert ask(browse, cast.sanne, table, cast.sanne) == 422
    acting.leave(cast, at_work, table.case_id, staying=cast.sanne)
    assert browse(table.school).get(f"/bekend/{question}").status_code == 404
    assert ask(browse, cast.sanne, table, table.care) == 422


@pytest.mark.parametrize("answered", [0, 1], ids=["unanswered", "answered"])
def test_when_its_time_is_over_it_is_gone_for_both(
    browse: Browse, cast: Cast, table: Table, question: UUID, superuser: Engine, answered: int
) -> None:
    if answered:
        acting.send(browse(table.school), f"/bekend/{question}", answer="bekend")
    with superuser.begin() as connection:
        days = connection.execute(
            text("SELECT round(extract(epoch FROM gone_at - now()) / 86400) FROM known_question")
        ).scalar_one()
        connection.execute(text("UPDATE known_question SET gone_at = now()"))
    assert days == (30 if answered else 14)
    for person in (cast.sanne, table.school):
        assert WHY not in browse(person).get(table.page).text
    assert browse(table.school).get(f"/bekend/{question}").status_code == 404
    assert ask(browse, cast.sanne, table, table.school) == 302
    with superuser.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM known_question")).scalar_one() == 1


def test_with_the_case_the_question_is_over_and_no_answer_is_taken(
    browse: Browse, at_work: AtWork, cast: Cast, table: Table, question: UUID
) -> None:
    school = browse(table.school)
    form = acting.filled(school, f"/bekend/{question}", answer="bekend")
    with at_work(cast.bas):
        cases.close_case(build.the_case(table.case_id), build.an_ending(), today=build.TODAY)
    assert "Kent u deze jongere?" not in school.get("/vandaag").text
    assert school.post(f"/bekend/{question}", data=form).status_code in {404, 422}
    assert WHY not in browse(cast.sanne).get(table.page).text


def test_who_is_beside_a_question_reads_in_the_log_that_one_came_and_not_what_was_asked(
    browse: Browse, cast: Cast, table: Table, question: UUID
) -> None:
    browse(table.school).get(f"/bekend/{question}")
    page = browse(cast.bas).get(f"/zaken/{table.case_id}/inzage?alles=1").text
    assert "vraag of een organisatie de jongere kent" not in page
