"""Who has many reports computed to lay them side by side, and releases none."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.reports.previews import OF_ALL, OF_ONE, OF_THE_SAME_HIDING
from tests import acting
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.definitions.test_pages import NEW, tables
from tests.reports.casework import Casework
from tests.reports.conftest import Work, approved
from tests.reports.test_pages import hidden

Browse = Callable[[Person], FlaskClient]
DAY, MONTH = timedelta(days=1), timedelta(days=30)
MAKE = "/rapportage/nieuw"
REFUSED = "te veel rapporten gemaakt die niet zijn vrijgegeven"


@pytest.fixture(autouse=True)
def some_youths(casework: Casework) -> None:
    for age in range(8, 28):
        casework.youth(age=age)


def period(turn: int) -> dict[str, str]:
    """The first quarter, shifted by a day each turn; and now one report, now another."""
    last = date(2026, 3, 31) - timedelta(days=turn)
    return {
        "template": ("jaarrapportage", "instroom")[turn % 2],
        "period": "eigen",
        "first": "1-1-2026",
        "last": f"{last.day}-{last.month}-{last.year}",
    }


def previewed(browser: FlaskClient, work: Work, turn: int) -> bool:
    """Ask for a report, look at it and withdraw it; False when asking is refused."""
    sent = acting.send(browser, MAKE, **period(turn))
    if sent.status_code != 302:
        assert REFUSED in sent.text
        return False
    work()
    page = browser.get(sent.location).text
    assert "Bereikte jongeren" in page or "aanmeldde" in page
    assert browser.post(f"{sent.location}/intrekken", data=hidden(page)).status_code == 302
    return True


def made_earlier(engine: Engine, by: timedelta) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE report_draft SET made_at = made_at - :by"), {"by": by})


def as_many_as(number: int, turns: range, browser: FlaskClient, work: Work) -> None:
    assert sum(previewed(browser, work, turn) for turn in turns) == number


def test_who_asks_looks_and_withdraws_without_end_is_stopped(
    browse: Browse, cast: Cast, work: Work, superuser: Engine
) -> None:
    els = browse(cast.els)
    as_many_as(OF_ONE[DAY], range(OF_ONE[DAY] + 2), els, work)

    answer = acting.send(els, MAKE, **period(40))
    assert answer.status_code == 422
    assert "Vanaf " in answer.text
    assert "kan het weer" in answer.text
    assert f'value="{period(40)["last"]}"' in answer.text  # what was filled in is still there
    with superuser.connect() as connection:
        refused = "SELECT count(*) FROM audit_event WHERE user_id = :by AND outcome = 'denied'"
        code = " AND code = 'too_many_previews'"
        assert connection.scalar(text(refused + code), {"by": cast.els.id}) == 3

    assert previewed(browse(cast.dewi), work, 20)  # a colleague can still work
    made_earlier(superuser, DAY)
    assert previewed(els, work, 21)


def test_two_officers_do_not_get_twice_as_many(browse: Browse, cast: Cast, work: Work) -> None:
    els, dewi = browse(cast.els), browse(cast.dewi)
    as_many_as(OF_ONE[DAY], range(OF_ONE[DAY]), els, work)
    rest = OF_ALL[DAY] - OF_ONE[DAY]
    as_many_as(rest, range(OF_ONE[DAY], OF_ALL[DAY] + 2), dewi, work)


def test_who_asks_a_few_each_day_is_stopped_in_the_month(
    browse: Browse, cast: Cast, work: Work, superuser: Engine
) -> None:
    els = browse(cast.els)
    for day in range(4):
        made = sum(previewed(els, work, 7 * day + turn) for turn in range(7))
        assert made == max(0, min(7, OF_ONE[MONTH] - 7 * day))
        made_earlier(superuser, DAY)
    made_earlier(superuser, MONTH)
    assert previewed(els, work, 50)


def test_what_was_released_does_not_count(
    browse: Browse, cast: Cast, at_work: AtWork, work: Work
) -> None:
    els = browse(cast.els)
    as_many_as(OF_ONE[DAY] - 1, range(OF_ONE[DAY] - 1), els, work)
    # Days before those of the others: releases about the same days are looked at together.
    days = {"first": "1-1-2025", "last": "31-12-2025"}
    sent = acting.send(els, MAKE, **{**period(0), **days})
    work()
    approved(at_work, cast.dewi, UUID(sent.location.rsplit("/", 1)[1]))
    assert previewed(els, work, 30)
    assert not previewed(els, work, 31)


def test_asking_looking_and_withdrawing_each_stand_in_the_log(
    browse: Browse, cast: Cast, work: Work, superuser: Engine
) -> None:
    previewed(browse(cast.els), work, 0)
    with superuser.connect() as connection:
        lines = connection.execute(
            text(
                "SELECT action, outcome, (SELECT count(*) FROM report_draft "
                "WHERE id::text = written -> 0 ->> 'id' AND written -> 0 ->> 'table' = "
                "'report_draft') FROM audit_event WHERE user_id = :by ORDER BY at"
            ),
            {"by": cast.els.id},
        ).all()
    about = ("allowed", 1)
    assert [tuple(line) for line in lines if line.action.startswith("report:")] == [
        ("report:make", *about),
        ("report:show", *about),
        ("report:make", *about),
    ]


@pytest.fixture
def hiding(browse: Browse, cast: Cast) -> Callable[..., dict[str, str]]:
    """Ask for the report of areas, in which the administrator chose to hide."""
    sent = acting.send(browse(cast.ad), NEW, **{**tables(), "method": "verbergen", "base": "5"})
    assert sent.status_code == 302, sent.text

    def ask(last: str = "31-3-2026", template: str = "focusgebieden") -> dict[str, str]:
        days = {"period": "eigen", "first": "1-1-2026", "last": last}
        return {"template": template, **days}

    return ask


def looked_at(browser: FlaskClient, work: Work, asked: dict[str, str]) -> str:
    """Ask for a report, look at it and withdraw it; return what refused it, if anything."""
    sent = acting.send(browser, MAKE, **asked)
    if sent.status_code != 302:
        return str(sent.text)
    work()
    page = browser.get(sent.location).text
    assert "</table>" in page
    assert browser.post(f"{sent.location}/intrekken", data=hidden(page)).status_code == 302
    return ""


def test_what_one_hides_is_not_shown_by_another_with_a_day_less(
    browse: Browse,
    cast: Cast,
    hiding: Callable[..., dict[str, str]],
    work: Work,
    superuser: Engine,
) -> None:
    els = browse(cast.els)
    assert looked_at(els, work, hiding()) == ""
    for browser in (els, browse(cast.dewi)):
        refused = looked_at(browser, work, hiding("30-3-2026"))
        assert "al gemaakt over 1-1-2026 tot en met 31-3-2026" in refused
        assert "Kies precies dezelfde dagen of een rapport dat afrondt." in refused
    assert looked_at(els, work, hiding("30-3-2026", "jaarrapportage")) == ""
    assert looked_at(els, work, hiding()) == ""
    made_earlier(superuser, MONTH)
    assert looked_at(els, work, hiding("30-3-2026")) == ""


def test_the_same_days_are_not_hidden_anew_without_end(
    browse: Browse, cast: Cast, hiding: Callable[..., dict[str, str]], work: Work
) -> None:
    els = browse(cast.els)
    for _ in range(OF_THE_SAME_HIDING):
        assert looked_at(els, work, hiding()) == ""
    refused = looked_at(browse(cast.dewi), work, hiding())
    assert "in dertig dagen al 3 rapporten gemaakt die verbergen" in refused
    assert looked_at(els, work, hiding(template="jaarrapportage")) == ""
