"""P1 and P2: every page × every person × every tie, against what the policy table says.

The pages come from the address map of the application, so a new page is tried without anyone
thinking of it; the expectation comes from the table, not from the page.
"""

import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.routing import Rule

from pmg.cases.models import Case
from pmg.documents.models import Document
from pmg.security.access import Workplace
from pmg.security.policy import Category, Facts, Who, decide
from pmg.web.door import OPEN_ENDPOINTS, Anyone
from tests.cast import Cast, Person
from tests.promises.conftest import PLANTED, Planted, Seat

PEOPLE = ("sanne", "bas", "fatma", "karim", "els", "jaap", "ans", "ad", "mo")
# Signing out would end the session with which the other pages are tried.
LAST = frozenset({"accounts.sign_out"})
Browse = Callable[[Person], FlaskClient]


def declared(app: Flask) -> list[tuple[Rule, object, type]]:
    rules = [r for r in app.url_map.iter_rules() if r.endpoint not in OPEN_ENDPOINTS | LAST]
    return [(r, *app.view_functions[r.endpoint].declared) for r in rules]  # type: ignore[attr-defined]


def address(app: Flask, rule: Rule, item_id: UUID) -> str:
    parts = {name: item_id if name == "id" else uuid4() for name in rule.arguments}
    with app.test_request_context():
        from flask import url_for  # noqa: PLC0415

        return url_for(rule.endpoint, **parts)


def ask(client: FlaskClient, rule: Rule, path: str) -> tuple[int, str]:
    if "GET" in (rule.methods or ()):
        answer = client.get(path)
    else:
        form = client.get("/sessies").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
        answer = client.post(path, data={"csrf_token": token[1] if token else ""})
    return answer.status_code, answer.data.decode(errors="replace")  # it may be an image


def expected(person: Person, action: object, of: type, *, member: bool) -> bool:
    facts = Facts(same_municipality=True, member=member, own=True, second_factor_fresh=True)
    who = Who(frozenset({person.role}), person.organisation_type, active=True)
    return decide(who, action, Category.NONE, facts).allow  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("tie", ["member", "former member", "stranger"])
def test_pages_of_a_case_open_as_the_table_says(
    app: Flask,
    browse: Browse,
    cast: Cast,
    planted: Planted,
    seat: Seat,
    superuser: Engine,
    name: str,
    tie: str,
) -> None:
    person = getattr(cast, name)
    if tie != "stranger":
        seat(person, ended=tie == "former member")
    else:
        with superuser.begin() as connection:
            connection.execute(
                text("DELETE FROM case_member WHERE user_id = :user"), {"user": person.id}
            )
    client = browse(person)
    for rule, action, of in declared(app):
        if of is not Case:
            continue
        status, page = ask(client, rule, address(app, rule, planted.case_id))
        allowed = expected(person, action, of, member=tie == "member")
        assert (status != 404) is allowed, f"{rule.rule} for {name} as {tie}: {status}"
        assert status < 500, rule.rule
        if not allowed:
            assert not any(word in page for word in PLANTED), rule.rule


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("tie", ["member", "former member", "stranger"])
def test_a_document_opens_for_its_own_organisation_only(
    app: Flask, browse: Browse, cast: Cast, planted: Planted, seat: Seat, name: str, tie: str
) -> None:
    person = getattr(cast, name)
    if tie != "stranger":
        seat(person, ended=tie == "former member")
    client = browse(person)
    # Bas put it there, of his own work: nobody of another organisation has it, nor the list.
    is_open = name == "bas" and tie != "former member"
    for rule, _action, of in declared(app):
        if of is Document:
            status, page = ask(client, rule, address(app, rule, planted.document_id))
            assert (status == 200) is is_open, f"{rule.rule} for {name} as {tie}: {status}"
            assert is_open or not any(word in page for word in PLANTED), rule.rule
    for path in (f"/zaken/{planted.case_id}", f"/zaken/{planted.case_id}/documenten"):
        assert ("Geplante titel" in client.get(path).text) is is_open


@pytest.mark.parametrize("name", ["other", "other_director", "joost"])
def test_another_municipality_finds_nothing(
    app: Flask, browse: Browse, cast: Cast, planted: Planted, name: str
) -> None:
    client = browse(getattr(cast, name))
    for rule, _action, of in declared(app):
        if "id" in rule.arguments:
            item_id = planted.document_id if of is Document else planted.case_id
            status, page = ask(client, rule, address(app, rule, item_id))
            assert status == 404, f"{rule.rule} of {of}"
            assert not any(word in page for word in PLANTED)


@pytest.mark.parametrize("name", [*PEOPLE, "joost"])
def test_pages_of_a_desk_open_as_the_table_says(
    app: Flask, browse: Browse, cast: Cast, name: str
) -> None:
    person = getattr(cast, name)
    client = browse(person)
    for rule, action, of in declared(app):
        if of is Workplace:
            status, _page = ask(client, rule, address(app, rule, uuid4()))
            allowed = expected(person, action, of, member=False)
            # A page about one row of a list may be open to him, and this row not there.
            found = status != 404
            assert found is allowed or (rule.arguments and not found), f"{rule.rule}: {status}"
            assert status < 500, rule.rule


def test_without_an_account_every_page_leads_to_the_sign_in(app: Flask, planted: Planted) -> None:
    client = app.test_client()
    for rule, _action, of in declared(app):
        if of is Anyone:
            continue
        answer = client.open(
            address(app, rule, planted.case_id),
            method="GET" if "GET" in (rule.methods or ()) else "POST",
            data={"answer": "x"},
        )
        assert answer.status_code in {302, 400}, rule.rule
        assert not any(word in answer.text for word in PLANTED)


def test_a_stranger_sees_what_a_wrong_id_shows_byte_for_byte(
    app: Flask, browse: Browse, cast: Cast, planted: Planted
) -> None:
    client = browse(cast.jaap)
    for rule, _action, of in declared(app):
        if of is Case and "GET" in (rule.methods or ()):
            hidden = client.get(address(app, rule, planted.case_id))
            wrong = client.get(address(app, rule, uuid4()))
            strip = lambda r: r.data.replace(r.request.path.encode(), b"")  # noqa: E731
            assert (hidden.status_code, strip(hidden)) == (404, strip(wrong)), rule.rule


def test_an_attempt_stands_in_the_log(
    browse: Browse, cast: Cast, planted: Planted, superuser: Engine
) -> None:
    browse(cast.jaap).get(f"/zaken/{planted.case_id}")
    with superuser.connect() as connection:
        row = connection.execute(
            text("SELECT outcome, code FROM audit_event WHERE user_id = :u"), {"u": cast.jaap.id}
        ).one()
    assert row == ("denied", "not_found")
