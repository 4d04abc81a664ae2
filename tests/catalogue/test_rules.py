"""An entry as cells: what may stand in them, what differs, and the way through a file and back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.catalogue import rules
from pmg.catalogue.sheet import as_csv, look
from pmg.errors import Invalid
from pmg.reference.evidence import EvidenceLevel
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import INTERVENTIONS, Frame, Funding, Intervention, Setting, Warned

TODAY = date(2026, 11, 26)
SPORT = INTERVENTIONS["AJB"]
CELLS = rules.cells_of(SPORT)
# Also what a spreadsheet takes for a formula, quotes, separators and other scripts.
TEXT = st.one_of(
    st.text(max_size=60).filter(lambda text: "\x00" not in text),
    st.sampled_from(["=1+1", "'=x", "''a", "-5", "@som", '"a";b,c', "\tx", "’s ochtends", "أ"]),
)
NUMBER = st.one_of(st.just(""), st.integers(1, 260).map(str))


def faults_of(**cells: str) -> list[str]:
    _row, faults = rules.clean(cells, CELLS, TODAY)
    assert all(fault.message for fault in faults)
    return [fault.field for fault in faults]


@st.composite
def entries(draw: st.DrawFn) -> Intervention:
    """Any entry that can be made of what people type."""
    cells = {
        "name_nl": draw(TEXT),
        "notes": draw(TEXT),
        "target_group": draw(TEXT),
        "core_elements": ";".join(draw(st.lists(TEXT, max_size=4))),
        "sessions": draw(NUMBER),
        "minutes": draw(NUMBER),
        "typical_duration_weeks": draw(NUMBER),
        "age_min": str(draw(st.integers(0, 20))),
        "age_max": str(draw(st.integers(20, 99))),
        "setting": draw(st.sampled_from(Setting)).value,
        "frame": draw(st.sampled_from(Frame)).value,
        "warning": draw(st.sampled_from(["", *Warned])),
        "funding": ";".join(draw(st.lists(st.sampled_from(Funding), unique=True))),
        "target_factor_codes": ";".join(draw(st.lists(st.sampled_from([*FACTORS]), unique=True))),
        "evidence_level": draw(st.sampled_from(EvidenceLevel)).value,
        "evidence_source": draw(TEXT),
        "evidence_on": draw(st.dates(date(1990, 1, 1), TODAY)).isoformat(),
        "outcome2_about": draw(TEXT),
        "outcome2_level": draw(st.sampled_from(EvidenceLevel)).value,
        "outcome2_source": draw(TEXT),
    }
    row = dict(CELLS)
    for column, text in cells.items():
        # What cannot be said is left as it was, as a refusal would.
        tried, faults = rules.clean({column: text}, row, TODAY)
        row = row if faults else tried
    return rules.entry_of("AJB", row, 1)


@given(entries())
def test_what_comes_out_as_a_file_goes_in_without_a_difference(entry: Intervention) -> None:
    preview = look(as_csv([entry]), {"AJB": entry}, TODAY)
    assert (preview.changes, preview.faults, preview.same) == ((), (), 1)


@given(entries())
def test_no_cell_of_a_file_begins_a_formula(entry: Intervention) -> None:
    for cell in as_csv([entry]).splitlines()[1].split(","):
        assert not cell.strip('"').startswith(("=", "+", "-", "@", "\t"))


@given(entries(), entries())
def test_differences_are_all_that_is_needed_to_get_there(
    before: Intervention, after: Intervention
) -> None:
    old, new = rules.cells_of(before), rules.cells_of(after)
    found = rules.differences(old, new)
    assert old | {one.column: one.new for one in found} == new
    assert (found == ()) == (old == new)


@given(entries())
def test_what_is_kept_is_read_back_the_same(entry: Intervention) -> None:
    assert rules.entry_of("AJB", rules.cells_of(entry), 1) == replace(entry, version=1)


def test_the_shipped_catalogue_passes_its_own_rules() -> None:
    preview = look(as_csv(INTERVENTIONS.values()), INTERVENTIONS, TODAY)
    assert (preview.changes, preview.faults, preview.same) == ((), (), len(INTERVENTIONS))


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"age_min": "18", "age_max": "12"}, "age_max"),
        ({"age_min": "twaalf"}, "age_min"),
        ({"age_max": "1" * 30}, "age_max"),
        ({"name_nl": "  "}, "name_nl"),
        ({"name_nl": "x" * 121}, "name_nl"),
        ({"notes": "a\x00b"}, "notes"),
        ({"target_factor_codes": "R-NIET"}, "target_factor_codes"),
        ({"funding": "loterij"}, "funding"),
        ({"setting": "maan"}, "setting"),
        ({"evidence_level": "bewezen"}, "evidence_level"),
        ({"evidence_level": "goed_onderbouwd", "evidence_source": ""}, "evidence_source"),
        ({"evidence_source": "besluit van 2031"}, "evidence_source"),
        ({"evidence_on": (TODAY + timedelta(days=1)).isoformat()}, "evidence_on"),
        ({"evidence_on": "31-2-2020"}, "evidence_on"),
        ({"outcome2_level": "goed_onderbouwd", "outcome2_source": "nji.nl"}, "outcome2_about"),
        ({"outcome2_about": "verzuim"}, "outcome2_level"),
        ({"outcome2_about": "x", "outcome2_level": "goed_onderbouwd"}, "outcome2_source"),
        ({"outcome3_about": "x", "outcome3_level": "niet_beoordeeld"}, "outcome2_about"),
        ({"sessions": "0"}, "sessions"),
        ({"minutes": "721"}, "minutes"),
        ({"core_elements": "x" * 81}, "core_elements"),
        ({"core_elements": ";".join(map(str, range(13)))}, "core_elements"),
        ({"track": "grenzen"}, "track"),
        ({"kind": "maatregel"}, "kind"),
        ({"retired_on": "1-1-2020", "retired_why": "gestopt"}, "retired_on"),
        ({"retired_on": "1-1-2040", "retired_why": "gestopt"}, "retired_on"),
        ({"retired_on": TODAY.isoformat()}, "retired_why"),
        ({"retired_why": "gestopt"}, "retired_on"),
    ],
)
def test_what_cannot_be_names_its_column(cells: dict[str, str], field: str) -> None:
    assert faults_of(**cells) == [field]


def test_a_choice_is_taken_by_its_word_too() -> None:
    row, faults = rules.clean({"setting": "Gezin", "frame": "DRANG"}, CELLS, TODAY)
    assert (row["setting"], row["frame"], faults) == ("gezin", "drang", [])


def test_a_kept_version_with_a_factor_that_is_gone_still_opens() -> None:
    entry = rules.entry_of("AJB", CELLS | {"target_factor_codes": "R-WEG;R-VRI-DRUK"}, 3)
    assert (entry.target_factor_codes, entry.version) == (("R-VRI-DRUK",), 3)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("naam\nAJB\n", "De kolom ‘code’ ontbreekt"),
        ("", "De kolom ‘code’ ontbreekt"),
        ("code,score\nAJB,3\n", "De kolom ‘score’ is niet bekend"),
        ("code,notes,notes\nAJB,a,b\n", "staat er twee keer in"),
        ("code\n" + "AJB\n" * 501, "te veel rijen"),
        ("code,notes\n" + "x" * 210_000, "te groot"),
    ],
)
def test_what_is_no_such_file_is_told(text: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        look(text, INTERVENTIONS, TODAY)


def test_every_bad_row_is_told_by_its_number() -> None:
    text = "code;age_min;age_max\nAJB;18;12\nNIETS;1;2\n\nMST;8;x;y\nRGT;8;x\nRGT;8;9\n"
    preview = look(text, INTERVENTIONS, TODAY)
    assert [(fault.row, fault.column) for fault in preview.faults] == [
        (2, "age_max"),
        (3, "code"),
        (5, "file"),
        (6, "age_max"),
        (7, "code"),
    ]


def test_what_is_left_out_stays_and_what_is_empty_is_emptied() -> None:
    (change,) = look("code,notes\nAJB,\n", INTERVENTIONS, TODAY).changes
    assert [(one.column, one.new) for one in change.differences] == [("notes", "")]
    assert change.cells["name_nl"] == SPORT.name_nl
