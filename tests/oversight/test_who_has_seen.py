"""The director shows the youth who looked at his file; nobody else sees that list."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.acting import filled
from tests.build import BSN, a_case
from tests.cast import Cast, Person
from tests.conftest import AtWork

Browse = Callable[[Person], FlaskClient]


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    return a_case(cast, at_work)


def seen(browse: Browse, person: Person, case_id: UUID, query: str = "") -> str:
    return browse(person).get(f"/zaken/{case_id}/inzage{query}").get_data(as_text=True)


def test_it_names_who_looked_and_from_which_organisation(
    cast: Cast, browse: Browse, case_id: UUID
) -> None:
    assert browse(cast.sanne).get(f"/zaken/{case_id}").status_code == 200
    page = seen(browse, cast.bas, case_id)
    assert "<strong>Sanne</strong> (JONGERENWERK) bekeek het dossier." in page
    assert "naam, geboortedatum" in page


def test_looking_at_the_list_is_in_the_list(cast: Cast, browse: Browse, case_id: UUID) -> None:
    assert "bekeek wie het dossier zag" not in seen(browse, cast.bas, case_id)
    assert "<strong>Bas</strong> (GEM-JEUGD) bekeek wie het dossier zag." in seen(
        browse, cast.bas, case_id
    )


def test_looking_twice_is_one_line_with_both_moments_counted_as_one_person(
    cast: Cast, browse: Browse, case_id: UUID
) -> None:
    sanne = browse(cast.sanne)
    sanne.get(f"/zaken/{case_id}")
    sanne.get(f"/zaken/{case_id}")
    page = seen(browse, cast.bas, case_id)
    assert page.count("bekeek het dossier.") == 1
    assert "1 persoon" in page


def test_a_refused_attempt_of_a_member_is_shown(cast: Cast, browse: Browse, case_id: UUID) -> None:
    assert browse(cast.sanne).get(f"/zaken/{case_id}/triage").status_code == 404
    page = seen(browse, cast.bas, case_id)
    assert (
        "<strong>Sanne</strong> (JONGERENWERK) probeerde iets te openen en mocht dat niet" in page
    )
    assert "Geweigerd" in page


def test_a_number_that_was_shown_is_said_in_words(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    numbered = a_case(cast, at_work, by="bas", bsn=BSN)
    bas, case = browse(cast.bas), f"/zaken/{numbered}"
    assert bas.post(f"{case}/bsn", data=filled(bas, case)).status_code == 200
    page = seen(browse, cast.bas, numbered)
    assert "bekeek het hele BSN" in page
    assert "deed iets anders" not in page


def test_to_print_it_stands_whole(cast: Cast, browse: Browse, case_id: UUID) -> None:
    browse(cast.sanne).get(f"/zaken/{case_id}")
    page = seen(browse, cast.bas, case_id, "?alles=1")
    assert "<details" not in page.split("<main", 1)[1].split("</main>", 1)[0]
    assert "bekeek het dossier" in page
    assert "data-print" in page


def test_the_title_holds_no_name(cast: Cast, browse: Browse, case_id: UUID) -> None:
    title = seen(browse, cast.bas, case_id).split("<title>")[1].split("</title>")[0]
    assert "PMG-2026-0001" in title
    assert "Yassin" not in title


def test_a_cursor_that_is_none_begins_at_the_newest(
    cast: Cast, browse: Browse, case_id: UUID
) -> None:
    browse(cast.sanne).get(f"/zaken/{case_id}")
    assert "bekeek het dossier" in seen(browse, cast.bas, case_id, "?na=onzin")


@pytest.mark.parametrize(
    "name", ["sanne", "fatma", "karim", "els", "jaap", "ans", "ad", "other", "other_director"]
)
def test_only_the_director_of_the_case_has_the_list(
    cast: Cast, browse: Browse, case_id: UUID, name: str
) -> None:
    assert browse(getattr(cast, name)).get(f"/zaken/{case_id}/inzage").status_code == 404
