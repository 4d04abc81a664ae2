"""What the referrer hears: no more than may be told, to him alone, and never by mail."""

import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from pmg.cases.rules import Outcome
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.triage import services
from pmg.triage.models import ReferralFeedback
from pmg.triage.rules import Feedback, Telling, ToWhom, Way
from tests import build
from tests.acting import decided, filled, send
from tests.cast import Cast, Person
from tests.conftest import AtWork

Browse = Callable[[Person], FlaskClient]
WHY = "De zorgen zijn groot genoeg voor de aanpak."
WORDS = "Bedankt. De wijkagent belt u volgende week over het plein."
TODAY = f"{build.TODAY:%d-%m-%Y}"


def to_karim(cast: Cast, at_work: AtWork, case_id: UUID | None = None) -> UUID:
    """Fatma declines, and Karim of the police was the referrer."""
    id_ = case_id or build.a_referral(cast, at_work)
    return decided(cast, at_work, id_, Feedback(ToWhom.ACCOUNT, cast.karim.id, WORDS))


def outside(cast: Cast, at_work: AtWork) -> tuple[UUID, UUID]:
    """Fatma declines; the referrer has no account."""
    case_id = build.a_referral(cast, at_work)
    return case_id, decided(cast, at_work, case_id, Feedback(ToWhom.OUTSIDE, None, WORDS))


def test_a_referrer_without_a_seat_reads_the_decision_and_nothing_of_the_case(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id = build.a_referral(cast, at_work)
    answers = {
        "outcome": "afwijzen",
        "motivation": "Thuis speelt er veel, en dat hoort de politie niet te weten.",
        "to_whom": "account",
        "to_user": str(cast.karim.id),
        "told_words": WORDS,
    }
    assert send(browse(cast.fatma), f"/zaken/{case_id}/triage", **answers).status_code == 302
    client = browse(cast.karim)
    listing = client.get("/berichten").text
    assert "U kunt lezen wat er met een aanmelding van u is gebeurd" in listing
    (notice,) = re.findall(r'href="(/berichten/[0-9a-f-]{36})"', listing)
    page = client.get(notice, follow_redirects=True)
    assert page.status_code == 200
    assert "De jongere wordt niet opgenomen in deze aanpak." in page.text
    assert WORDS in page.text
    for hidden in ("Thuis speelt", "Yassin", "de Boer", "Mevrouw Smit", str(case_id)):
        assert hidden not in page.text + listing
    assert client.get(f"/zaken/{case_id}").status_code == 404


def test_it_stands_in_the_log_of_the_youth_who_read_it(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    feedback_id = to_karim(cast, at_work)
    browse(cast.karim).get(f"/terugkoppeling/{feedback_id}")
    with superuser.connect() as connection:
        fields = connection.execute(
            text(
                "SELECT s.fields FROM audit_event e JOIN audit_subject s ON s.event_id = e.id"
                " WHERE e.user_id = :karim AND e.action = 'feedback:show'"
            ),
            {"karim": cast.karim.id},
        ).scalars()
        assert list(fields) == [["told_words"]]


def test_nobody_else_finds_it_by_its_address(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    feedback_id, unknown_id = to_karim(cast, at_work), uuid4()
    for who in ("jaap", "els", "mo", "ad", "ans", "other", "other_director"):
        client = browse(getattr(cast, who))
        for page in ("", "/vertellen"):
            found = client.get(f"/terugkoppeling/{feedback_id}{page}")
            unknown = client.get(f"/terugkoppeling/{unknown_id}{page}")
            same = found.text.replace(str(feedback_id), str(unknown_id)) == unknown.text
            assert (found.status_code, same) == (404, True), (who, page)


def test_the_referrer_notes_nothing_and_does_not_decide(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    feedback_id = to_karim(cast, at_work)
    assert browse(cast.karim).get(f"/terugkoppeling/{feedback_id}/vertellen").status_code == 404
    told = Telling(Way.PHONE, build.TODAY, 1)
    with at_work(cast.karim):
        row = db.session.get_one(ReferralFeedback, (cast.karim.municipality_id, feedback_id))
        with pytest.raises(NotPermitted):
            services.note_told(row, told, today=build.TODAY)


def test_one_without_an_account_is_on_the_list_until_somebody_told_him(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id, feedback_id = outside(cast, at_work)
    client = browse(cast.fatma)
    assert f"/terugkoppeling/{feedback_id}/vertellen" in client.get("/triage/terugkoppeling").text
    assert "deel=terugkoppeling" in client.get("/vandaag").text
    page = client.get(f"/terugkoppeling/{feedback_id}/vertellen").text
    assert "School of leerplicht, Mevrouw Smit" in page
    assert "mail" not in page.lower().replace("e-mail", "")
    path = f"/terugkoppeling/{feedback_id}/vertellen"
    assert send(client, path, way="brief", told_on=TODAY).location == "/triage/terugkoppeling"
    assert "Iedereen weet het" in client.get("/triage/terugkoppeling").text
    assert "deel=terugkoppeling" not in client.get("/vandaag").text
    assert "Met een brief, op" in client.get(f"/zaken/{case_id}").text


def test_the_second_who_notes_it_hears_of_the_first(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    _case_id, feedback_id = outside(cast, at_work)
    path = f"/terugkoppeling/{feedback_id}/vertellen"
    client = browse(cast.fatma)
    form = filled(client, path, way="telefoon", told_on=TODAY)
    send(client, path, way="brief", told_on=TODAY)
    form["submit_key"] = str(uuid4())
    second = client.post(path, data=form)
    assert second.status_code == 409
    assert "Met een brief" in second.text


def test_a_youth_worker_who_entered_it_hears_once_and_reads_it_on_the_case(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id = build.a_referral(cast, at_work)
    decided(cast, at_work, case_id, Feedback(ToWhom.ENTERED, None, WORDS), Outcome.PASS_ON)
    client = browse(cast.sanne)
    listing = client.get("/berichten").text
    assert len(re.findall(r'href="/berichten/[0-9a-f-]{36}"', listing)) == 1
    assert "Er is besloten over een aanmelding van u" in listing
    page = client.get(f"/zaken/{case_id}").text
    assert WORDS in page
    assert "Sanne kan dit in het programma lezen" in page
    assert WORDS in client.get(f"/zaken/{case_id}/mijn-gegevens").text


def test_only_who_can_read_it_here_can_be_chosen(cast: Cast, at_work: AtWork) -> None:
    case_id = build.a_referral(cast, at_work)
    for user_id in (cast.els.id, cast.other.id, cast.fatma.id, None):
        with pytest.raises(Invalid, match="to_user"):
            decided(cast, at_work, case_id, Feedback(ToWhom.ACCOUNT, user_id))


def test_nothing_stays_of_a_decision_whose_referrer_is_wrong(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    case_id = build.a_referral(cast, at_work)
    answers = {"outcome": "afwijzen", "motivation": WHY, "to_whom": "account"}
    page = send(browse(cast.fatma), f"/zaken/{case_id}/triage", **answers)
    assert page.status_code == 422
    assert "Kies wie de aanmelder was." in page.text
    with at_work(cast.fatma):
        assert build.the_case(case_id).triaged_on is None


@pytest.mark.parametrize(
    "change",
    [
        "to_user_id = :me, way = 'programma', told_on = now(), told_by = :me",
        "told_words_sealed = ''",
        "way = 'brief', told_on = now(), told_by = :other",
    ],
)
def test_the_database_lets_nobody_rewrite_what_was_told(
    cast: Cast, at_work: AtWork, change: str
) -> None:
    _case_id, feedback_id = outside(cast, at_work)
    with at_work(cast.fatma), pytest.raises(DBAPIError, match=r"permission denied|row-level"):
        db.session.execute(
            text(f"UPDATE referral_feedback SET {change} WHERE id = :id"),
            {"id": feedback_id, "me": cast.fatma.id, "other": cast.bas.id},
        )
