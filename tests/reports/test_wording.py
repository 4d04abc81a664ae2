"""Which number is meant, in words: what a finding says to who has to decide on it."""

import re
from collections.abc import Sequence

import pytest

from pmg.definitions.shipped import latest
from pmg.disclosure.findings import Finding, distinct, read_finding
from pmg.disclosure.sentences import say
from pmg.reports import wording

SMALL = say("samen met eerdere publicaties blijft te weinig mogelijk.")
AMSTERDAM = "GM0363"


def findings(number: int) -> Sequence[Finding]:
    return [Finding("jongeren", {"leeftijd": "8_11", "geslacht": "v"}, SMALL)] * number


@pytest.mark.parametrize("code", latest())
def test_no_number_of_any_report_is_named_by_a_code(code: str) -> None:
    template = latest()[code]
    for name, dimension in template.dimensions(AMSTERDAM).items():
        for category, words in dimension.categories.items():
            said = wording.cell({name: category}, AMSTERDAM)
            assert f"‘{words}’" in said
            assert not re.search(r"\b\w*_\w*\b", said)


def test_bands_of_an_own_version_are_read_from_their_division() -> None:
    said = wording.cell({"leeftijd_8_17_18_27": "18_27"}, AMSTERDAM)
    assert said == "leeftijd ‘18 tot en met 27 jaar’"


@pytest.mark.parametrize("codes", [{"schoenmaat": "42"}, {"geslacht": "q"}, {"gebied": "FA99"}])
def test_what_is_no_more_is_said_without_its_code(codes: dict[str, str]) -> None:
    assert wording.cell(codes, AMSTERDAM) == "een groep die er niet meer is"


def test_a_reason_is_said_once_and_a_long_list_is_cut() -> None:
    (remark,) = wording.remarks(findings(23), AMSTERDAM)
    assert (len(remark.cells), remark.more) == (20, 3)
    assert remark.reason.startswith("Samen met eerdere publicaties")


def test_a_division_that_changed_is_named() -> None:
    changed = say("de indeling ‘%(dimension)s’ is gewijzigd.", dimension="geslacht")
    (remark,) = wording.remarks([Finding("indeling", {}, changed)], AMSTERDAM)
    assert (remark.reason, remark.cells) == ("De indeling ‘Geslacht’ is gewijzigd.", ())


def test_a_finding_reads_back_as_it_was_written() -> None:
    (finding,) = distinct(findings(2))
    assert read_finding(finding.as_json()) == finding
