"""Reports that count the same people in two ways: as youths, and as their referrals."""

from datetime import date
from uuid import UUID

import pytest

from pmg.disclosure.ledger import numbers
from pmg.disclosure.release import read_release
from pmg.errors import Invalid
from pmg.reports.reading import parsed
from pmg.reports.rules import Choice, Period
from pmg.reports.services import ask_report
from tests.cast import Cast
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import QUARTER, TODAY, Work, approved

FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))


def asked(at_work: AtWork, cast: Cast, code: str, period: Period = QUARTER) -> UUID:
    with at_work(cast.els):
        draft = ask_report(Choice(code, period), today=TODAY).draft
        assert draft is not None
        return draft.id


@pytest.mark.parametrize("order", [("jaarrapportage", "instroom"), ("instroom", "jaarrapportage")])
@pytest.mark.parametrize("youths", [1, 6, 9])
def test_no_report_shows_youths_where_another_shows_no_referrals(
    casework: Casework, at_work: AtWork, cast: Cast, work: Work, order: tuple[str, ...], youths: int
) -> None:
    for _ in range(youths):
        casework.youth()
    shown = {}
    for code in order:
        draft_id = asked(at_work, cast, code)
        work()
        release = read_release(parsed(approved(at_work, cast.dewi, draft_id).document)["release"])
        assert release.inside == (("jongeren", "aanmeldingen"),)
        shown |= dict(numbers(release))
    both = [
        codes for unit, codes in shown if unit == "jongeren" and ("aanmeldingen", codes) in shown
    ]
    assert both
    assert not [
        codes for codes in both if shown["jongeren", codes] and not shown["aanmeldingen", codes]
    ]


@pytest.mark.parametrize("order", [("focusgebieden", "instroom"), ("instroom", "focusgebieden")])
def test_youths_and_referrals_of_overlapping_periods_are_not_both_reported(
    casework: Casework, at_work: AtWork, cast: Cast, work: Work, order: tuple[str, str]
) -> None:
    casework.youth()
    draft_id = asked(at_work, cast, order[0])
    work()
    approved(at_work, cast.dewi, draft_id)
    with pytest.raises(Invalid, match="verraden"):
        asked(at_work, cast, order[1], FEBRUARY)
