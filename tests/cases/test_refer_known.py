"""A referral of somebody much like a youth who is known: a warning first, and a reason to go on."""

from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from pmg.cases import known, services
from pmg.cases.models import Referral
from pmg.clock import today
from pmg.errors import Invalid
from pmg.extensions import db
from tests import build
from tests.cases.sending import hidden
from tests.cases.test_refer import ANSWERS, BORN, PATH, check, dispatch
from tests.cast import Cast

SAME = {"given_name": "Zeynepgül", "family_name": "van 't Hoff", "birth_date": BORN}
BECAUSE = "Zij heeft een ander adres en een andere moeder."


@pytest.fixture
def existing(cast: Cast, at_work: Any) -> Any:
    """The same name and birth date, in a case of which Jaap is no member."""
    return build.a_case(cast, at_work, **SAME)


def told(superuser: Engine) -> list[tuple[Any, str]]:
    with superuser.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT e.user_id, e.action FROM audit_event e JOIN audit_subject s"
                " ON s.event_id = e.id WHERE 'look_up' = ANY (s.fields) ORDER BY e.at"
            )
        )
        return [(row.user_id, row.action) for row in rows]


def test_the_form_warns_whatever_was_looked_up_before(
    cast: Cast, existing: Any, browse: Any, superuser: Engine
) -> None:
    page = check(browse(cast.jaap))
    assert page.status_code == 200
    assert "Mogelijk bekend" in page.text
    assert "Neem contact op met de casusregisseur (Bas)." in page.text
    assert "Hoe weet u dat het iemand anders is?" in page.text
    assert 'value="Meneer Aydın"' in page.text  # all that was typed is still there
    for secret in (str(existing), "PMG-", "Geuzenveld", "PMG"):
        assert secret not in page.text.replace("pmg", "")
    assert told(superuser) == [(cast.jaap.id, "case:refer")]


def test_a_reason_that_says_nothing_is_refused(cast: Cast, existing: Any, browse: Any) -> None:
    page = check(browse(cast.jaap), other_because="Nee.")
    assert page.status_code == 422
    assert "hoe u weet dat het iemand anders is" in page.text


def test_with_a_reason_it_goes_on_and_the_reason_is_kept(
    cast: Cast, existing: Any, browse: Any, at_work: Any
) -> None:
    client = browse(cast.jaap)
    checked = check(client, other_because=BECAUSE)
    assert checked.status_code == 200
    assert BECAUSE in checked.text
    sent = dispatch(client, checked)
    assert sent.status_code == 302
    page = client.get(sent.location.removesuffix("/aangemeld"))
    assert "Iemand anders dan een jongere die bekend is, omdat" in page.text
    assert BECAUSE in page.text
    with at_work(cast.jaap):
        assert [row.other_because for row in db.session.scalars(select(Referral))] == [BECAUSE]


def test_the_check_cannot_be_skipped(
    cast: Cast, existing: Any, browse: Any, superuser: Engine
) -> None:
    client = browse(cast.jaap)
    carried = hidden(client.get("/zaken/bekend"))
    answer = client.post(PATH, data=carried | ANSWERS | {"stap": "versturen"})
    assert answer.status_code == 422
    assert "Schrijf dan hoe u dat weet" in answer.text
    with superuser.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM case_file")).scalar_one() == 1
    assert told(superuser)


def test_who_is_not_known_needs_no_reason_and_keeps_none(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    client = browse(cast.jaap)
    checked = check(client, other_because=BECAUSE)
    assert checked.status_code == 200
    assert BECAUSE not in checked.text
    assert dispatch(client, checked).status_code == 302
    with at_work(cast.jaap):
        assert db.session.scalars(select(Referral)).one().other_because_sealed is None


def test_another_municipality_does_not_warn(cast: Cast, existing: Any, at_work: Any) -> None:
    with at_work(cast.other):
        assert services.refer_new(build.intake(**SAME), today=today())


def test_the_warning_is_bounded_like_a_look(
    cast: Cast, existing: Any, at_work: Any, browse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "LOOK_UPS_AN_HOUR", 1)
    client = browse(cast.jaap)
    assert "Mogelijk bekend" in check(client).text
    page = check(client)
    assert page.status_code == 422
    assert "Probeer het later opnieuw" in page.text
    assert "Mogelijk bekend" not in page.text
    with at_work(cast.jaap), pytest.raises(Invalid, match="hoe u dat weet"):
        services.refer_new(build.intake(**SAME), today=today())
