"""Taking a list over in pieces: everything once, nothing lost, whatever comes in between."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import Engine, select, text

from pmg.cases import rules
from pmg.cases import services as case_services
from pmg.cases.intake import Decided, Decision
from pmg.cases.models import TriageDecision
from pmg.clock import today
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.imports import pieces, taking
from tests import build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.imports.conftest import HEADER, Pages, csv_of, figures, many
from tests.imports.test_show import known

Count = Callable[[str], int]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of three rows."""
    monkeypatch.setattr(pieces, "PIECE", 3)


def director(cast: Cast) -> dict[str, str]:
    return {"director": str(cast.bas.id)}


def test_a_clean_list_becomes_two_hundred_cases(
    pages: Pages, cast: Cast, clean: bytes, rows_in: Count, keys: Callable[[], int]
) -> None:
    address = pages.keep(clean, "schoon.xlsx")
    page = pages.take(address, **director(cast)).text
    assert figures(page) == {"Rijen in de lijst": 200, "Overgenomen": 200, "Niet overgenomen": 0}
    assert rows_in("youth") == rows_in("case_file") == rows_in("referral") == keys() == 200
    assert rows_in("import_batch WHERE content_sealed IS NOT NULL") == 0
    assert "200 zaken" in pages.client.get("/zaken").text


def test_running_cases_get_their_decision_and_director(
    pages: Pages, cast: Cast, superuser: Engine
) -> None:
    running = {"Status": "lopend", "Datum besluit": "20-9-2025"}
    pages.take(pages.keep(csv_of(running, *many(1))), **director(cast))
    with superuser.connect() as connection:
        decided = connection.execute(
            text(
                "SELECT c.director_id, t.decided_on::text, t.decided_by, c.id FROM case_file c"
                " JOIN triage_decision t ON t.case_id = c.id"
            )
        ).one()
        seats = connection.execute(
            text("SELECT user_id, function FROM case_member WHERE case_id = :c"), {"c": decided[3]}
        ).all()
    assert tuple(decided[:3]) == (cast.bas.id, "2025-09-20", cast.bas.id)
    assert [tuple(seat) for seat in seats] == [(cast.bas.id, "case_director")]


def test_a_decision_from_the_list_says_whose_it_is_and_where_it_came_from(
    pages: Pages, cast: Cast, at_work: AtWork
) -> None:
    passed_on = {
        "Besluit": "overgedragen",
        "Datum besluit": f"{today():%d-%m-%Y}",
        "Motivering": "Het wijkteam helpt dit gezin al.",
    }
    header = (*HEADER, "Besluit", "Motivering")
    pages.take(pages.keep(csv_of(passed_on, *many(1), header=header)))
    with at_work(cast.bas):
        (found,) = db.session.scalars(select(TriageDecision))
        case = build.the_case(found.case_id)
        assert found.motivation == (
            "Het wijkteam helpt dit gezin al. "
            f"Overgenomen op {today():%d-%m-%Y} uit de lijst van de gemeente."
        )
        assert (found.decided_on, found.decided_by) == (today(), cast.bas.id)
        assert (case.triage_outcome, case.director_id) == ("doorverwijzen", None)
        assert rules.status(case.facts, today()) is rules.Status.PASSED_ON


def test_only_what_was_taken_in_asks_for_a_director(
    pages: Pages, cast: Cast, superuser: Engine
) -> None:
    day = f"{today():%d-%m-%Y}"
    decided = [{"Besluit": word, "Datum besluit": day} for word in ("afgewezen", "overgedragen")]
    rows = [one | {"Voornaam": name} for one, name in zip(decided, ("Anna", "Yara"), strict=True)]
    address = pages.keep(csv_of(*rows, header=(*HEADER, "Besluit")))
    page = pages.client.get(address).text
    assert "Wie is de casusregisseur" not in page
    assert "wacht op triage door" not in page
    assert "niet opgenomen op" in page
    assert figures(pages.take(address).text)["Overgenomen"] == 2
    with superuser.connect() as connection:
        seats = connection.execute(text("SELECT user_id FROM case_member")).scalars().all()
    assert set(seats) == {cast.bas.id}


def test_who_may_not_take_a_list_over_cannot_bring_a_decision(cast: Cast, at_work: AtWork) -> None:
    decided = Decided(Decision(rules.Outcome.DECLINE, "Er is al hulp genoeg."), today())
    with at_work(cast.sanne), pytest.raises(NotPermitted):
        case_services.refer(build.intake(decided=decided), today=today())


def test_a_decision_from_a_list_names_a_director_of_the_municipality(
    cast: Cast, at_work: AtWork
) -> None:
    for who in (None, cast.karim.id, cast.other.id):
        decision = Decision(rules.Outcome.ACCEPT, "De zorgen zijn groot.", who)
        intake = build.intake(decided=Decided(decision, today()))
        with at_work(cast.bas), pytest.raises(Invalid):
            case_services.refer(intake, today=today())


def test_a_process_director_chooses_who_directs(browse: Any, cast: Cast, superuser: Engine) -> None:
    fatma = Pages(browse(cast.fatma))
    address = fatma.keep(csv_of({"Status": "lopend", "Datum besluit": "20-9-2025"}))
    refusal = fatma.send(f"{address}/uitvoeren", page=address, director="")
    assert refusal.status_code == 422
    assert "Kies wie de casusregisseur is" in refusal.text
    fatma.take(address, **director(cast))
    with superuser.connect() as connection:
        seats = connection.execute(text("SELECT user_id, function FROM case_member")).all()
    assert {tuple(seat) for seat in seats} == {
        (cast.bas.id, "case_director"),
        (cast.fatma.id, "process_director"),
    }


def test_a_stranger_cannot_be_made_director(pages: Pages, cast: Cast, rows_in: Count) -> None:
    address = pages.keep(csv_of({"Status": "lopend", "Datum besluit": "20-9-2025"}))
    for chosen in (str(cast.karim.id), str(cast.other.id), "nonsense"):
        answer = pages.send(f"{address}/uitvoeren", page=address, director=chosen)
        assert answer.status_code == 422
    assert rows_in("case_file") == 0


def test_good_rows_of_a_dirty_list_are_taken_and_the_others_stay_to_mend(
    pages: Pages, cast: Cast, dirty: bytes, rows_in: Count
) -> None:
    address = pages.keep(dirty)
    page = pages.take(address, **director(cast)).text
    assert figures(page) == {"Rijen in de lijst": 43, "Overgenomen": 10, "Niet overgenomen": 33}
    assert rows_in("case_file") == 10
    assert pages.client.get(f"{address}/verbeterlijst").status_code == 200


def test_the_list_to_mend_can_be_given_again_once_mended(
    pages: Pages, cast: Cast, rows_in: Count
) -> None:
    address = pages.keep(csv_of({}, {"Voornaam": "Yara", "BSN": "12"}))
    pages.take(address)
    sheet = load_workbook(io.BytesIO(pages.client.get(f"{address}/verbeterlijst").data)).active
    assert sheet is not None
    mended = Workbook()
    assert mended.active is not None
    for row in sheet.iter_rows(values_only=True):
        mended.active.append([None if value in {12, "12"} else value for value in row])
    written = io.BytesIO()
    mended.save(written)
    page = pages.take(pages.keep(written.getvalue(), "verbeterlijst.xlsx")).text
    assert figures(page)["Overgenomen"] == 1
    assert rows_in("case_file") == 2


def test_a_known_youth_is_left_out_unless_one_chooses_otherwise(
    pages: Pages, cast: Cast, at_work: AtWork, rows_in: Count
) -> None:
    known(cast, at_work)
    first = pages.keep(csv_of({}, *many(1)))
    page = pages.take(first, known="overslaan").text
    assert figures(page)["Overgenomen"] == 1
    assert "misschien al bekend. Overleg met casusregisseur Bas" in page
    second = pages.take(pages.keep(csv_of({})), known="opnemen").text
    assert figures(second)["Overgenomen"] == 1
    assert rows_in("youth") == 3


def test_the_same_list_twice_brings_nobody_twice(
    pages: Pages, cast: Cast, clean: bytes, rows_in: Count
) -> None:
    pages.take(pages.keep(clean, "schoon.xlsx"), **director(cast))
    page = pages.client.get(pages.keep(clean, "schoon.xlsx")).text
    assert figures(page)["Rijen goed"] == 0
    assert rows_in("youth") == 200


def test_youths_who_look_alike_within_a_list_are_all_taken_whatever_the_pieces(
    small: None, pages: Pages, rows_in: Count
) -> None:
    twins = [{"Voornaam": name} for name in ("Anna", "Anne", "Anno", "Anny", "Annu")]
    address = pages.keep(csv_of(*twins))
    pages.take(address)
    pages.take(address)
    assert rows_in("youth") == 5


def test_a_break_in_the_middle_goes_on_where_it_was_without_doubles(
    small: None, pages: Pages, rows_in: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = pages.keep(csv_of(*many(7)))
    assert "3 van de 7 rijen gedaan" in pages.take(address).text

    def dies(*_given: object, **_named: object) -> None:
        raise RuntimeError("the lights go out")

    with monkeypatch.context() as dark:
        dark.setattr(taking, "insert_rows", dies)
        assert pages.send(f"{address}/uitvoeren", page=address).status_code == 500
    assert "3 van de 7 rijen gedaan" in pages.client.get(address).text
    pages.take(address)
    assert figures(pages.take(address).text)["Overgenomen"] == 7
    assert rows_in("youth") == rows_in("imported_case") == 7


def test_two_pages_that_both_go_on_take_each_row_once(
    small: None, pages: Pages, rows_in: Count
) -> None:
    address = pages.keep(csv_of(*many(5)))
    first = pages.client.get(address)
    pages.take(address)
    for _tab in range(4):  # more often than there are pieces
        pages.send(f"{address}/uitvoeren", page="/overnemen")
    assert first.status_code == 200
    assert figures(pages.client.get(address).text)["Overgenomen"] == 5
    assert rows_in("youth") == 5


def test_one_row_that_fails_late_loses_no_other_and_is_named(
    pages: Pages, rows_in: Count, keys: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = pages.keep(csv_of(*many(9)))
    real = case_services.refer_many

    def refuse_one(intakes: Any, **terms: Any) -> Any:
        if any(each.details.given_name == "EEE" for each in intakes):
            raise Invalid("reason", "Deze reden kan niet.")
        return real(intakes, **terms)

    monkeypatch.setattr(case_services, "refer_many", refuse_one)
    page = pages.take(address).text
    assert figures(page)["Overgenomen"] == 8
    assert "Rij 6" in page
    assert "Deze reden kan niet." in page
    assert rows_in("youth") == rows_in("imported_case") == keys() == 8


def test_a_row_that_became_known_since_the_dry_run_is_not_taken(
    pages: Pages, cast: Cast, at_work: AtWork, rows_in: Count
) -> None:
    address = pages.keep(csv_of({"BSN": build.BSN}, *many(2)))
    known(cast, at_work, given_name="Iemand", family_name="Anders", bsn=build.BSN, by="bas")
    page = pages.take(address).text
    assert figures(page)["Overgenomen"] == 2
    assert "hoort bij een jongere die al bekend is" in page
    assert rows_in("youth") == 3


def test_without_a_good_row_nothing_begins(pages: Pages, rows_in: Count) -> None:
    address = pages.keep(csv_of({"BSN": "12"}))
    assert "Er is geen goede rij" in pages.client.get(address).text
    assert pages.send(f"{address}/uitvoeren", page=address).status_code == 422
    assert rows_in("case_file") == 0


def test_each_youth_has_a_line_in_the_log(pages: Pages, superuser: Engine) -> None:
    pages.take(pages.keep(csv_of(*many(3))))
    with superuser.connect() as connection:
        subjects = connection.execute(
            text(
                "SELECT count(*) FROM audit_subject s JOIN audit_event e ON e.id = s.event_id"
                " WHERE e.address LIKE '%/uitvoeren'"
            )
        ).scalar_one()
    assert subjects == 3
