"""Activities in the district: counts of the own organisation, rounded sums for the municipality."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from pmg.activities import rules
from pmg.activities.rules import Held, Place, Theme
from pmg.definitions.vocabulary import DEFAULT_AGES
from pmg.extensions import db
from pmg.interventions.rules import Funding
from tests import build
from tests.acting import filled, send
from tests.activities.conftest import YEAR, Browse, newest, tell
from tests.cast import Cast, Person
from tests.conftest import AtWork

ROUNDED = text("SELECT visitors FROM pmg_activities_rounded(:year)")
OWN, ALL = "/activiteiten", "/activiteiten/gemeente"


def visitors(page: str, title: str) -> dict[str, str]:
    """What a table of this title says of visitors, by row."""
    table = page.partition(f">{title}</caption>")[2].partition("</table>")[0]
    row = r'scope="row">([^<]*)</th>.*?data-label="Bezoekers">([^<]*)<'
    return {name: number.strip() for name, number in re.findall(row, table, re.DOTALL)}


def test_an_activity_counts_in_its_month_and_in_the_year(browse: Browse, cast: Cast) -> None:
    sanne = browse(cast.sanne)
    assert "nog geen activiteit" in sanne.get(OWN).text
    assert tell(sanne, age1="3", age4="2").status_code == 302
    assert tell(sanne, theme="leren", visitors="0").status_code == 302
    page = sanne.get(OWN).text
    assert visitors(page, "Per maand")["Samen"] == "23"
    assert "12 tot en met 14 jaar: 3, 23 tot en met 27 jaar: 2" in page
    assert "Kansrijke Wijk" in page
    assert "Intern, niet publiceren" in page
    assert "nog geen activiteit" in sanne.get(f"{OWN}?jaar={YEAR - 1}").text


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"visitors": ""}, "Vul in hoeveel bezoekers er waren"),
        ({"visitors": "veel"}, "Vul een heel getal in"),
        ({"visitors": "-3"}, "Vul een heel getal in"),
        ({"visitors": "5001"}, "van 0 tot en met 5000"),
        ({"visitors": "Yassin de Boer"}, "Vul een heel getal in"),
        ({"visitors": "4", "age0": "3", "age5": "2"}, "Naar leeftijd zijn het er 5"),
        ({"area": "WK99"}, "Not a valid choice|geldige"),
        ({"theme": ""}, "Kies een thema"),
        ({"on_day": f"{build.TODAY + timedelta(days=1):%d-%m-%Y}"}, "Deze dag moet nog komen"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(
    browse: Browse, cast: Cast, answers: dict[str, str], message: str
) -> None:
    sanne = browse(cast.sanne)
    answer = tell(sanne, **answers)
    assert answer.status_code == 422
    assert any(part in answer.text for part in message.split("|"))
    for name, typed in answers.items():
        assert name in {"area", "theme"} or f'value="{typed}"' in answer.text
    assert "nog geen activiteit" in sanne.get(OWN).text


def test_a_count_is_put_right_with_a_reason_and_taken_back(
    browse: Browse, cast: Cast, at_work: AtWork
) -> None:
    sanne = browse(cast.sanne)
    tell(sanne)
    path = f"/activiteit/{newest(at_work, cast.sanne)}/verbeteren"
    assert "Kies waarom u dit aanpast" in send(sanne, path, visitors="32").text
    assert "Er is niets veranderd" in send(sanne, path, reason="telling").text
    late = filled(sanne, path, visitors="99", reason="telling")
    assert send(sanne, path, visitors="32", reason="telling").status_code == 302
    page = sanne.get(OWN).text
    assert visitors(page, "Per maand")["Samen"] == "32"
    assert "eerder: 23" in page
    stale = sanne.post(path, data={**late, "submit_key": str(uuid4())})
    assert stale.status_code == 409
    assert ": 99" in stale.text
    assert ": 32" in stale.text
    row = newest(at_work, cast.sanne)
    assert send(sanne, f"/activiteit/{row}/terugnemen", reason="dubbel").status_code == 302
    page = sanne.get(OWN).text
    assert "nog geen activiteit" in page
    assert "De activiteit stond er twee keer" not in page
    assert "de activiteit stond er twee keer" in page


def test_another_organisation_neither_sees_nor_touches_it(
    browse: Browse, cast: Cast, at_work: AtWork, noor: Person
) -> None:
    tell(browse(cast.sanne))
    row = newest(at_work, cast.sanne)
    theirs = browse(noor)
    assert "nog geen activiteit" in theirs.get(OWN).text
    for step in ("verbeteren", "terugnemen"):
        found = theirs.get(f"/activiteit/{row}/{step}")
        unknown = theirs.get(f"/activiteit/{(nobody := uuid4())}/{step}")
        assert found.status_code == unknown.status_code == 404
        assert found.text.replace(str(row), "") == unknown.text.replace(str(nobody), "")
    colleague = browse(cast.jaap)
    assert visitors(colleague.get(OWN).text, "Per maand")["Samen"] == "23"


@pytest.mark.parametrize(
    ("name", "own", "everybody"),
    [
        ("sanne", 200, 404),
        ("els", 404, 200),
        ("karim", 404, 404),
        ("bas", 404, 404),
        ("ans", 404, 404),
        ("ad", 404, 404),
        ("joost", 404, 404),
        ("other", 200, 404),
    ],
)
def test_who_opens_which_page(
    browse: Browse, cast: Cast, name: str, own: int, everybody: int
) -> None:
    client = browse(getattr(cast, name))
    assert client.get(OWN).status_code == own
    assert client.get("/activiteiten/nieuw").status_code == own
    assert client.get(ALL).status_code == everybody


def test_the_municipality_sees_sums_in_fives_and_never_how_few(
    browse: Browse, cast: Cast, noor: Person
) -> None:
    sanne, theirs, els = browse(cast.sanne), browse(noor), browse(cast.els)
    assert "nog geen activiteit" in els.get(ALL).text
    tell(sanne, theme="sport", visitors="23", age1="4", age2="8")
    tell(theirs, theme="sport", visitors="8", funding="pmg")
    tell(theirs, theme="leren", visitors="4")
    page = els.get(ALL).text
    assert visitors(page, "Per thema") == {
        "Sport en bewegen": "30",
        "Leren en huiswerk": "minder dan 5",
    }
    assert visitors(page, "Per geldstroom") == {
        "Kansrijke Wijk": "25",
        "Preventie met Gezag": "10",
    }
    ages = visitors(page, "Per leeftijd, voor zover geteld")
    assert ages["12 tot en met 14 jaar"] == "minder dan 5"
    assert ages["15 tot en met 17 jaar"] == "10"
    assert "Activiteiten: 3. Bezoekers: 35." in page
    assert not {"23", "8", "4", "12", "27", "31"} & set(re.findall(r">(\d+)<", page))


def test_the_database_gives_a_policy_officer_no_row(
    browse: Browse, cast: Cast, at_work: AtWork
) -> None:
    """Even a statement that the application never sends finds nothing, or rounded numbers."""
    tell(browse(cast.sanne), visitors="3")
    with at_work(cast.els):
        assert db.session.execute(text("SELECT * FROM district_activity")).all() == []
        assert set(db.session.scalars(ROUNDED, {"year": YEAR})) == {None}
    with at_work(cast.bas):
        assert db.session.scalars(ROUNDED, {"year": YEAR}).all() == []


def test_two_who_correct_the_same_row_write_it_once(
    browse: Browse, cast: Cast, at_work: AtWork
) -> None:
    sanne, jaap = browse(cast.sanne), browse(cast.jaap)
    tell(sanne)
    path = f"/activiteit/{newest(at_work, cast.sanne)}/verbeteren"
    forms = [filled(one, path, visitors="9", reason="telling") for one in (sanne, jaap)]
    codes = [one.post(path, data=form).status_code
             for one, form in zip((sanne, jaap), forms, strict=True)]  # fmt: skip
    assert sorted(codes) == [302, 409]


def test_bands_of_ages_are_those_of_reports() -> None:
    assert rules.BANDS == DEFAULT_AGES


HELD = st.builds(
    Held,
    st.dates(date(2024, 1, 1), date(2026, 11, 26)),
    st.just("buiten"),
    st.sampled_from(Place),
    st.sampled_from(Theme),
    st.sampled_from(Funding),
    st.integers(0, 5000),
)


@given(st.lists(HELD, max_size=20))
def test_months_add_up_to_the_whole(held: list[Held]) -> None:
    months = rules.by_month(held)
    assert sum(each.visitors for each in months.values()) == rules.add_up(held).visitors
    assert sum(each.activities for each in months.values()) == len(held)
    assert list(months) == sorted(months, reverse=True)
