"""What people do in tests of pages: take part in a case, and fill in a form as a browser does."""

import re
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from pmg.cases import members
from pmg.cases.intake import Decision
from pmg.cases.rules import Outcome
from pmg.extensions import db
from pmg.security.identity import Organisation
from pmg.security.policy import Role
from pmg.triage import services as triage
from pmg.triage.models import ReferralFeedback
from pmg.triage.rules import Feedback
from tests import build
from tests.cast import Cast, Person, _employ


def hire_partner(owner_url: str, name: str, partner_code: str, role: Role = Role.PARTNER) -> Person:
    """Give someone of another organisation in Amsterdam an account."""
    engine = create_engine(owner_url)
    with Session(engine) as session:
        organisation = Organisation(
            municipality_id="GM0363", id=uuid4(), partner_code=partner_code, name=partner_code
        )
        session.add(organisation)
        session.flush()
        person = _employ(session, name, role, organisation)
        session.commit()
    engine.dispose()
    return person


def join(cast: Cast, at_work: Any, case_id: UUID, *people: Person) -> None:
    """Bas, the director, lets them take part as partners."""
    with at_work(cast.bas):
        for person in people:
            members.seat(build.the_case(case_id), person.id, Role.PARTNER)


def leave(cast: Cast, at_work: Any, case_id: UUID, *, staying: Person) -> None:
    """Every youth worker and partner but one leaves the case."""
    with at_work(cast.bas):
        for function in (Role.YOUTH_WORKER, Role.PARTNER):
            members.end_seats(build.the_case(case_id), function, but=[staying.id])


def decided(
    cast: Cast,
    at_work: Any,
    case_id: UUID,
    feedback: Feedback,
    outcome: Outcome = Outcome.DECLINE,
) -> UUID:
    """Fatma decides on a referral; return what its referrer may hear."""
    with at_work(cast.fatma):
        case = build.the_case(case_id)
        director = cast.bas.id if outcome is Outcome.ACCEPT else None
        decision = Decision(outcome, "Genoeg gezien om dit te besluiten.", director)
        triage.decide(case, decision, feedback, today=build.TODAY)
        return db.session.scalars(
            select(ReferralFeedback.id).where(ReferralFeedback.case_id == case_id)
        ).one()


class _Form(HTMLParser):
    """The first form that posts, with what a browser would send of it untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[tuple[str, str]] = []
        self._inside = False
        self._select, self._area = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("method") == "post" and "afmelden" not in given.get(
                "action", ""
            )
        elif self._inside and tag == "input":
            loose = given.get("type") in {"radio", "checkbox"} and "checked" not in given
            if "name" in given and not loose:
                self.values.append((given["name"], given.get("value", "")))
        elif self._inside and tag == "select":
            self._select = given["name"]
        elif self._inside and tag == "option" and "selected" in given:
            self.values.append((self._select, given["value"]))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


def read_form(page: str) -> MultiDict[str, str]:
    """Return what the form of a page would send untouched."""
    parser = _Form()
    parser.feed(page)
    return MultiDict(parser.values)


def refer(client: FlaskClient, path: str, **answers: Any) -> TestResponse:
    """Refer to a provider: answer, check what he will read, and send; or see what is wrong."""
    shown = send(client, path, **answers)
    if shown.status_code != HTTPStatus.OK:
        return shown
    form = read_form(shown.text)
    form["checked"] = "ja"
    return client.post(path, data=form)


def share(client: FlaskClient, path: str, *organisations: UUID, **answers: Any) -> TestResponse:
    """Decide to share an item: answer, see what they will see, and share; or see what is wrong."""
    ground = re.search(r'name="legal_basis"[^>]*?value="([^"]+)"', client.get(path).text)
    decision = {
        "organisations": [str(one) for one in organisations],
        "legal_basis": ground[1] if ground else "",
        "why": "Zonder dit kan de casusregisseur het plan niet maken.",
        "agreement": "geen",
        "no_agreement": "Er is nog geen convenant.",
    }
    shown = send(client, path, **(decision | answers))
    if shown.status_code != HTTPStatus.OK:
        return shown
    form = read_form(shown.text)
    form["checked"] = "ja"
    return client.post(path, data=form)


def filled(client: FlaskClient, path: str, **answers: Any) -> MultiDict[str, str]:
    """Return the form of a page as it would be sent after these answers."""
    form = read_form(client.get(path).text)
    for name, answer in answers.items():
        form.setlist(name, answer if isinstance(answer, list) else [str(answer)])
    return form


def send(client: FlaskClient, path: str, **answers: Any) -> TestResponse:
    """Open a page, answer its form and send it."""
    return client.post(path, data=filled(client, path, **answers))
