"""Each row is a case to open, or says per column what to mend."""

import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from pmg.cases.rules import Gender, Nature, Outcome, ReferrerKind
from pmg.imports.columns import FIELDS, guess_mapping
from pmg.imports.mending import neutralise, write_bad_rows
from pmg.imports.newcase import NewCase
from pmg.imports.reading import Value, read_rows
from pmg.imports.rules import Context, Judged, check_row, check_rows
from pmg.reference.municipalities import MUNICIPALITIES
from tests.data import make_examples

TODAY = date(2026, 11, 23)
CONTEXT = Context(TODAY, MUNICIPALITIES[make_examples.MUNICIPALITY].focus_areas)
ROW: dict[str, Value] = {
    "given_name": "Yassin",
    "prefix": "de",
    "family_name": "Boer",
    "birth_date": "3 januari 2011",
    "reason": "Spijbelt sinds mei veel.",
    "referrer": "Wijkagent",
    "referred_on": date(2026, 9, 1),
    "legal_basis": "Publieke taak: openbare orde",
    "told": "ja",
    "told_on": "4-9-2026",
}


def judged(**changed: Value) -> NewCase | list[tuple[str, str]]:
    verdict = check_row(7, {**ROW, **changed}, CONTEXT)
    if isinstance(verdict, NewCase):
        return verdict
    assert {problem.row for problem in verdict} == {7}
    return [(problem.column, problem.message) for problem in verdict]


def judge_file(path: Path) -> list[Judged]:
    sheet = read_rows(path.read_bytes(), path.name)
    return list(check_rows(sheet.rows, guess_mapping(sheet.header), CONTEXT))


def test_a_sound_row_is_a_case_to_open() -> None:
    case = judged()
    assert isinstance(case, NewCase)
    assert (case.given_name, case.family_name) == ("Yassin", "de Boer")
    assert (case.birth_date, case.referred_on) == (date(2011, 1, 3), date(2026, 9, 1))
    assert (case.referrer, case.referrer_name) == (ReferrerKind.POLICE, "Politie")
    assert (case.legal_basis, case.purpose) == ("OPENBARE-ORDE", "VOORKOMEN")
    assert (case.told, case.told_on) == (True, date(2026, 9, 4))
    assert (case.gender, case.nature) == (Gender.UNKNOWN, Nature.OPINION)
    assert case.triaged_on is None


@pytest.mark.parametrize(
    ("changed", "column", "words"),
    [
        ({"given_name": "Yas\0sin"}, "Voornaam", "teken"),
        ({"given_name": "\ud800"}, "Voornaam", "teken"),
        ({"given_name": "=1+1"}, "Voornaam", "formule"),
        ({"area": "@SUM(A1)"}, "Wijk of buurt", "formule"),
        ({"reason": "-2+3+cmd|' /C calc'!A0"}, "Reden aanmelding", "formule"),
        ({"reason": "x" * 4001}, "Reden aanmelding", "hoogstens 4000 tekens"),
        ({"birth_date": 40546}, "Geboortedatum", "Dit is een getal"),
        ({"birth_date": date(2018, 11, 24)}, "Geboortedatum", "van 8 tot en met 27 jaar"),
        ({"bsn": 12345678}, "BSN", "bestaat niet"),
        ({"referred_on": "1-1-2010"}, "Datum aanmelding", "voor de geboorte"),
        ({"focus_area": "Rotterdam-Zuid"}, "Focusgebied", "Kies: Amsterdam Zuidoost of"),
        ({"legal_basis": "WGS-ZVH"}, "Grondslag", "niet bekend"),
        ({"told": "ja", "told_on": None}, "Geïnformeerd op", "welke dag"),
        ({"told": "nee"}, "Reden niet geïnformeerd", "Vul"),
        ({"told": None}, "Geïnformeerd", "Dit ontbreekt. Vul het in."),
        ({"status": "lopend"}, "Datum besluit", "op welke dag dit besluit"),
        ({"status": "lopend", "triaged_on": "1-8-2026"}, "Datum besluit", "voor de aanmelding"),
        ({"triaged_on": "1-10-2026"}, "Datum besluit", "Vul ook het besluit in"),
        ({"motivation": "Er is hulp nodig."}, "Motivering", "Vul ook het besluit in"),
        ({"decision": "misschien", "triaged_on": "15-9-2026"}, "Besluit", "is niet bekend"),
        ({"decision": "afgewezen"}, "Datum besluit", "op welke dag dit besluit"),
        ({"decision": "Ja", "triaged_on": "1-8-2026"}, "Datum besluit", "voor de aanmelding"),
        ({"decision": "Ja", "triaged_on": "1-1-2090"}, "Datum besluit", "moet nog komen"),
        (
            {"decision": "Ja", "triaged_on": "15-9-2026", "motivation": "ok"},
            "Motivering",
            "Leg in een of twee zinnen uit",
        ),
        (
            {"status": "Lopend", "decision": "Afgewezen", "triaged_on": "15-9-2026"},
            "Besluit",
            "past niet bij de status",
        ),
        ({"status": "Afgesloten"}, "Status", "Haal deze rij weg"),
        ({"full_name": "Yassin"}, "Naam (voor- en achternaam samen)", "voornaam en achternaam"),
        ({"birth_date": "#WAARDE!"}, "Geboortedatum", "fout van Excel"),
    ],
)
def test_one_fault_gives_one_problem_in_its_column(
    changed: dict[str, Value], column: str, words: str
) -> None:
    problems = judged(**changed)
    assert isinstance(problems, list)
    assert [found for found, _ in problems] == [column]
    assert words in problems[0][1]


def test_every_fault_of_a_row_is_named_at_once() -> None:
    problems = judged(birth_date="gisteren", told="misschien", referrer="?", reason="")
    assert isinstance(problems, list)
    assert {column for column, _ in problems} == {
        "Geboortedatum",
        "Geïnformeerd",
        "Aanmelder",
        "Reden aanmelding",
    }


def test_a_sentence_that_starts_with_a_dash_is_no_formula() -> None:
    assert isinstance(judged(reason="- spijbelt veel (sinds mei)"), NewCase)


def test_a_running_case_brings_its_decision() -> None:
    case = judged(status="In behandeling", triaged_on="15-9-2026")
    assert isinstance(case, NewCase)
    assert case.triaged_on == date(2026, 9, 15)


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("in behandeling nemen", Outcome.ACCEPT),
        ("Opgenomen", Outcome.ACCEPT),
        ("AFGEWEZEN", Outcome.DECLINE),
        ("niet in behandeling genomen", Outcome.DECLINE),
        ("Overgedragen", Outcome.PASS_ON),
        ("doorverwijzen", Outcome.PASS_ON),
    ],
)
def test_a_decision_in_the_words_of_the_list(words: str, outcome: Outcome) -> None:
    case = judged(decision=words, triaged_on="15-9-2026", motivation="Er is al hulp genoeg.")
    assert isinstance(case, NewCase)
    assert (case.outcome, case.triaged_on) == (outcome, date(2026, 9, 15))
    assert case.motivation == "Er is al hulp genoeg."


def test_a_row_without_a_decision_waits_for_triage() -> None:
    case = judged(decision="nog geen besluit", status="Wacht op triage")
    assert isinstance(case, NewCase)
    assert (case.outcome, case.triaged_on, case.motivation) == (None, None, None)


def test_who_was_declined_longer_ago_than_may_be_kept_is_not_taken_over() -> None:
    old = {"referred_on": "1-6-2026", "told_on": "1-6-2026"}
    declined = judged(**old, decision="afgewezen", triaged_on="22-8-2026")
    assert declined == [
        (
            "Datum besluit",
            "Deze gegevens mochten tot en met 22-11-2026 worden bewaard. Haal deze rij weg.",
        )
    ]
    assert isinstance(judged(**old, decision="afgewezen", triaged_on="23-8-2026"), NewCase)
    assert isinstance(judged(**old, decision="opgenomen", triaged_on="22-8-2026"), NewCase)


def test_who_was_not_told_has_a_reason_and_no_day() -> None:
    case = judged(told=False, not_told_reason="Eerst met de ouders praten.")
    assert isinstance(case, NewCase)
    assert (case.told, case.told_on) == (False, None)
    assert case.not_told_reason == "Eerst met de ouders praten."


def test_a_whole_name_in_one_column_will_do() -> None:
    case = judged(full_name="Boer, Yassin de", given_name=None, family_name=None)
    assert isinstance(case, NewCase)
    assert (case.given_name, case.family_name) == ("Yassin", "de Boer")


def test_a_bsn_that_excel_made_a_number_gets_its_zero_back() -> None:
    case = judged(bsn=12345672)
    assert isinstance(case, NewCase)
    assert case.bsn == "012345672"


@given(
    st.dictionaries(
        st.sampled_from(list(FIELDS)),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.dates()
        | st.text(st.characters(codec=None), max_size=60),
    )
)
def test_any_row_at_all_gets_a_verdict(values: dict[str, Value]) -> None:
    verdict = check_row(2, values, CONTEXT)
    if isinstance(verdict, tuple):
        assert verdict
        assert all(problem.message.endswith(".") for problem in verdict)


def two_rows(**changed: Value) -> list[Judged]:
    mapping = dict(enumerate(ROW | {"bsn": None}))
    first = ROW | {"bsn": "123456782"}
    rows = [(2, tuple(first.values())), (3, tuple((first | changed).values()))]
    return list(check_rows(rows, mapping, CONTEXT))


def test_the_second_of_two_rows_with_one_bsn_is_refused() -> None:
    first, second = two_rows(given_name="Anna")
    assert first.case
    assert "Rij 2 heeft hetzelfde BSN" in second.problems[0].message


def test_the_second_of_two_rows_with_one_name_and_birth_date_is_refused() -> None:
    _, second = two_rows(bsn=None, given_name="YASSÍN", prefix=None)
    assert "Rij 2 heeft dezelfde naam en geboortedatum" in second.problems[0].message


def test_who_is_known_already_is_not_taken_again() -> None:
    rows = [(2, tuple(ROW.values()))]
    (row,) = check_rows(rows, dict(enumerate(ROW)), CONTEXT, known=lambda case: bool(case.named))
    assert row.case is None
    assert "misschien al bekend" in row.problems[0].message


# -- the example files


def test_the_clean_example_holds_two_hundred_cases() -> None:
    rows = judge_file(make_examples.CLEAN)
    assert [problem for row in rows for problem in row.problems] == []
    assert len(rows) == 200


def test_each_fault_of_the_dirty_example_is_found_where_it_was_put() -> None:
    rows = judge_file(make_examples.DIRTY)
    found = [row.problems[0].column for row in rows if not row.case]
    fields = guess_mapping([column for column, _ in make_examples.FAULTS])
    put = [FIELDS[guess_mapping([column])[0]].label for column, _ in make_examples.FAULTS]
    assert fields
    assert found == [*put, "BSN"]
    assert sum(1 for row in rows if row.case) == 10


def test_the_examples_are_what_their_script_makes() -> None:
    made = read_rows(make_examples.write_clean(), "schoon.xlsx")
    kept = read_rows(make_examples.CLEAN.read_bytes(), "schoon.xlsx")
    assert (made.header, list(made.rows)) == (kept.header, list(kept.rows))
    assert make_examples.write_dirty() == make_examples.DIRTY.read_bytes()


def test_the_citizen_numbers_of_the_examples_are_test_numbers() -> None:
    numbers = {row.case.bsn for row in judge_file(make_examples.CLEAN) if row.case}
    assert len(numbers) > 50
    assert {number[:4] for number in numbers if number} == {"9999"}


# -- the file to mend


@pytest.mark.parametrize("text", ["=1+1", "+31", "-x", "@SUM", "\t=1", " =1", "＝1", "\r=1"])
def test_no_spreadsheet_takes_a_neutral_text_for_a_formula(text: str) -> None:
    assert neutralise(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Anna", "'t Hart", "3-1-2011", "", "a=b"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert neutralise(text) == text


def test_the_file_to_mend_has_each_bad_row_with_its_advice_and_no_formulas() -> None:
    sheet = read_rows(make_examples.DIRTY.read_bytes(), "vuil.csv")
    rows = list(check_rows(sheet.rows, guess_mapping(sheet.header), CONTEXT))
    bad = [(row.row, row.values) for row in rows if not row.case]
    content = write_bad_rows(sheet.header, bad, [p for row in rows for p in row.problems])
    written = list(load_workbook(io.BytesIO(content)).active.iter_rows())  # type: ignore[union-attr]
    assert [cell.value for cell in written[0][-2:]] == ["Rij in uw lijst", "Wat moet u verbeteren"]
    assert len(written) == len(bad) + 1
    assert Counter(cell.data_type for row in written for cell in row)["f"] == 0
    assert all(str(row[-1].value).endswith(".") for row in written[1:])


def test_a_mended_file_can_be_offered_again() -> None:
    row = tuple({**ROW, "told": "misschien"}.values())
    mapping = dict(enumerate(ROW))
    (bad,) = check_rows([(2, row)], mapping, CONTEXT)
    header = [FIELDS[code].label for code in ROW]
    content = write_bad_rows(header, [(bad.row, bad.values)], bad.problems)
    again = read_rows(content, "te_verbeteren.xlsx")
    ((_, values),) = again.rows
    mended = {code: values[at] for at, code in guess_mapping(again.header).items()}
    assert isinstance(check_row(2, {**mended, "told": "ja"}, CONTEXT), NewCase)
