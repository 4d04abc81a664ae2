"""Loading: whole, the same again, and to be read through the application by who may."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.cases.rules import Outcome
from pmg.demo import conferring, delivering, loading, log, measuring, papers
from pmg.demo.loading import Chunk, Plan, is_loaded, load
from pmg.demo.people import Account, places, staff
from pmg.demo.rows import COLUMNS
from pmg.demo.stores import Stores
from pmg.security.policy import Role
from tests.cast import Cast, Person
from tests.demo.conftest import TODAY, Load

PLAN = Plan(municipalities=2, youths=140, seed=2026, today=TODAY)


def person(account: Account) -> Person:
    return Person(
        account.municipality_id, account.id, account.organisation.id,
        account.organisation.partner_code, account.role, account.name, account.login,
        account.totp_secret,
    )  # fmt: skip


@pytest.fixture
def sanne() -> Account:
    return staff(places(1)[0], PLAN.share(0)).of(Role.YOUTH_WORKER)[0]


ROOMS = (papers, delivering, measuring, conferring, log)
EVERY = COLUMNS | {table: names for room in ROOMS for table, names in room.COLUMNS.items()}


def plain(superuser: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Everything that is not encrypted, in a fixed order."""
    found = {}
    with superuser.connect() as connection:
        for table, columns in EVERY.items():
            readable = ", ".join(name for name in columns if not name.endswith("_sealed"))
            rows = connection.execute(text(f"SELECT {readable} FROM {table} ORDER BY 1, 2, 3"))
            found[table] = [tuple(row) for row in rows]
    return found


def clear(superuser: Engine) -> None:
    with superuser.begin() as connection:
        connection.execute(
            text("TRUNCATE youth, meeting_series, audit_event, audit_subject CASCADE")
        )


def sealed_names(superuser: Engine) -> set[bytes]:
    with superuser.connect() as connection:
        return {
            bytes(row[0]) for row in connection.execute(text("SELECT given_name_sealed FROM youth"))
        }


def test_two_loads_differ_in_nonces_only(fill: Load, superuser: Engine) -> None:
    fill(PLAN)
    first, names = plain(superuser), sealed_names(superuser)
    clear(superuser)
    fill(PLAN)
    assert plain(superuser) == first
    assert len(first["case_file"]) == PLAN.youths
    assert all(first[table] for table in measuring.COLUMNS)
    assert sealed_names(superuser).isdisjoint(names)


def test_several_processes_load_the_same_as_one(
    fill: Load, superuser: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(PLAN)
    alone = plain(superuser)
    clear(superuser)
    monkeypatch.setattr(loading, "_SMALL", 0)
    fill(PLAN)
    assert plain(superuser) == alone


def test_progress_counts_every_youth_once(stores: Stores, cast: Cast) -> None:
    told: list[int] = []
    assert not is_loaded(stores)
    load(stores, PLAN, told.append)
    assert sum(told) == PLAN.youths
    assert is_loaded(stores)


def test_the_next_referral_gets_the_next_number(fill: Load, superuser: Engine) -> None:
    fill(PLAN)
    with superuser.connect() as connection:
        wrong = connection.execute(
            text(
                "SELECT c.municipality_id, c.year, c.last, max(right(f.number, 4)::int)"
                " FROM case_counter c JOIN case_file f ON f.municipality_id = c.municipality_id"
                " AND substr(f.number, 5, 4)::int = c.year GROUP BY 1, 2, 3"
                " HAVING c.last <> max(right(f.number, 4)::int)"
            )
        ).all()
    assert wrong == []


def test_the_caseload_of_a_youth_worker_shows_names(
    fill: Load, browse: Callable[[Person], FlaskClient], sanne: Account
) -> None:
    fill(PLAN)
    page = browse(person(sanne)).get("/zaken").get_data(as_text=True)
    hers = [one for one in Chunk(PLAN, 0, 0, PLAN.share(0)).stories() if sanne.id in one.members]
    shown = [one for one in hers if str(one.case_id) in page and one.given_name in page]
    assert len(shown) >= 20


def test_the_director_finds_a_letter_and_a_photo_that_was_shared(
    fill: Load, browse: Callable[[Person], FlaskClient]
) -> None:
    fill(PLAN)
    stories = Chunk(PLAN, 0, 0, PLAN.share(0)).stories()
    story = [each for each in stories if each.outcome is Outcome.ACCEPT and not each.closed_on][-1]
    client = browse(person(story.director))
    page = client.get(f"/zaken/{story.case_id}/documenten").get_data(as_text=True)
    assert "Brief van school over verzuim" in page
    assert "Met u gedeeld" in page
    for path in set(re.findall(r"/documenten/[0-9a-f-]{36}", page)):
        assert client.get(f"{path}/blad").mimetype == "image/jpeg"
        assert client.get(f"{path}/download").status_code == 200


def test_every_text_of_a_case_opens_for_its_director(
    fill: Load, browse: Callable[[Person], FlaskClient]
) -> None:
    fill(PLAN)
    story = next(one for one in Chunk(PLAN, 0, 0, PLAN.share(0)).stories() if one.closed_on)
    response = browse(person(story.director)).get(f"/zaken/{story.case_id}")
    assert response.status_code == 200
    assert story.given_name in response.get_data(as_text=True)


def test_partners_work_on_one_place_and_every_text_of_it_opens(
    fill: Load, browse: Callable[[Person], FlaskClient], sanne: Account
) -> None:
    fill(PLAN)
    client = browse(person(sanne))
    listing = client.get("/groepsaanpak").get_data(as_text=True)
    (path,) = re.findall(r'href="(/groepsaanpak/[0-9a-f-]{36})"', listing)
    page = client.get(path).get_data(as_text=True)
    for words in ("Plein bij de bibliotheek", "Vuurwerk afgestoken", "De verlichting is er slecht"):
        assert words in page


def test_a_youth_worker_outside_every_case_sees_none(
    fill: Load, browse: Callable[[Person], FlaskClient]
) -> None:
    fill(PLAN)
    jaap = next(one for one in PLAN.staffs()[0].accounts if one.name.startswith("Jaap"))
    page = browse(person(jaap)).get("/zaken").get_data(as_text=True)
    assert not re.search(r"/zaken/[0-9a-f]{8}-", page)


def test_the_log_tells_who_saw_an_open_case_lately(
    fill: Load, browse: Callable[[Person], FlaskClient]
) -> None:
    fill(PLAN)
    stories = Chunk(PLAN, 0, 0, PLAN.share(0)).stories()
    story = next(
        one for one in stories[::-1] if one.started_on and one.sightings and not one.closed_on
    )
    page = browse(person(story.director)).get(f"/zaken/{story.case_id}/inzage?alles=1")
    text_of_page = page.get_data(as_text=True)
    assert "bekeek het dossier" in text_of_page
    assert "legde vast wat hij of zij zag" in text_of_page
    assert "deed iets anders" not in text_of_page


def test_the_process_director_has_a_meeting_about_youths_with_their_partners(
    fill: Load, browse: Callable[[Person], FlaskClient]
) -> None:
    fill(PLAN)
    chair = Chunk(PLAN, 0, 0, PLAN.share(0)).stories()[0].process_director
    page = browse(person(chair)).get(f"/overleg/{conferring.meeting_id(chair, 0)}").text
    assert [f"{number}. " in page for number in (1, 2, 3, 4)] == [True, True, True, False]
