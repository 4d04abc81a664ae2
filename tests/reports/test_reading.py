"""What a reader without statistics may take from a report, and what not."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from pmg.disclosure.derive import share
from pmg.disclosure.publish import publish
from pmg.disclosure.release import Params
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import tabulate
from pmg.reports import queries
from pmg.reports.models import ReportRelease
from pmg.reports.queries import Bar, Chart
from pmg.reports.rounding_words import example, rounding_sentence
from tests.cast import Cast
from tests.reports.casework import Casework
from tests.reports.conftest import MakeReport
from tests.reports.test_make import busy


def chart(*numbers: int, most: int) -> Chart:
    return Chart(
        "",
        tuple(
            Bar(f"{at}", value, max(0, value - most), value + most, 0, (0, 0), "")
            for at, value in enumerate(numbers)
        ),
    )


@pytest.mark.parametrize(
    ("numbers", "most", "certain"),
    [
        ((20, 10), 9, None),  # 11 may be less than 19
        ((30, 10), 9, "0"),
        ((30, 10), 10, None),
        ((10, 10), 4, None),
        ((0, 10, 25), 4, "2"),
        ((0,), 4, "0"),
    ],
)
def test_most_is_said_only_of_what_is_most_whatever_the_true_numbers_are(
    numbers: tuple[int, ...], most: int, certain: str | None
) -> None:
    found = chart(*numbers, most=most).largest
    assert (found.label if found else None) == certain


@pytest.mark.parametrize(("base", "tolerance", "sure"), [(5, 4, 10), (10, 9, 20), (10, 10, 30)])
def test_two_numbers_that_far_apart_are_truly_apart(base: int, tolerance: int, sure: int) -> None:
    assert sure - tolerance > tolerance
    assert sure - base <= 2 * tolerance
    release = publish(
        tabulate({"youths": []}, [table("t", "youths", ["a"])], [flat("a", ["x"])]),
        Params("r", base=base),
        b"k" * 32,
    ).release
    report = object.__new__(queries.Report)
    object.__setattr__(report, "release", replace(release, tolerance=tolerance))
    assert report.sure == sure


@pytest.mark.parametrize(("base", "least"), [(5, 20), (10, 40)])
def test_a_share_asks_for_as_many_steps_of_ten_as_of_five(base: int, least: int) -> None:
    for number in (least - base, least):
        rows = [{"a": "x"}] * base + [{"a": "y"}] * (number - base)
        counted = tabulate({"youths": rows}, [table("t", "youths", ["a"])], [flat("a", ["x", "y"])])
        release = publish(counted, Params("r", base=base), b"k" * 32).release
        found = share(release, "youths", part={"a": "x"}, whole={})
        assert (found is not None) is (number >= least)


def test_the_example_follows_the_rule_that_it_explains() -> None:
    for base in (5, 10):
        shown = example(base)
        assert all(abs(counted - released) < base for counted, released in shown.rows)
        assert sum(released for _, released in shown.rows) == shown.total[1]
        assert "%(most)d" in rounding_sentence(base)


Browse = Callable[..., FlaskClient]


@pytest.fixture
def item(casework: Casework, make: MakeReport) -> ReportRelease:
    busy(casework, youths=60)
    return make().release


def test_each_page_of_a_report_says_what_its_numbers_may_be(
    item: ReportRelease, browse: Browse, cast: Cast
) -> None:
    release = json.loads(item.document)["release"]
    base, most = release["base"], release["tolerance"]
    said = f"Staat er {2 * base}, dan waren het er in het echt {2 * base - most} tot en met"
    page = browse(cast.els).get(f"/rapportage/{item.id}").text
    assert said in page
    assert "Noem buiten het rapport ook nooit het echte aantal" in page
    assert page.count("pmg-bars__band") == page.count('class="pmg-bars__bar"')
    assert said in browse(cast.els).get(f"/rapportage/{item.id}/html").text
