"""What a reader without statistics may take from a report, and what not."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from flask import Flask, get_template_attribute
from flask.testing import FlaskClient

from pmg.disclosure.derive import share
from pmg.disclosure.publish import publish
from pmg.disclosure.release import Params
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import tabulate
from pmg.reports import queries
from pmg.reports.models import ReportRelease
from pmg.reports.queries import Bar, Chart
from pmg.reports.rounding_words import example, example_of_share, rounding_sentence, share_band
from pmg.reports.rules import Choice
from pmg.reports.services import ask_report
from tests import acting
from tests.cast import Cast
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import QUARTER, TODAY, MakeReport, Work
from tests.reports.test_make import busy
from tests.reports.test_pages import hidden


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


@pytest.mark.parametrize("base", [5, 10])
def test_the_example_follows_the_rule_that_it_explains_and_not_what_school_taught(
    base: int,
) -> None:
    found = example(base)
    rows = [(counted, released) for counted, released in found.rows if released is not None]
    assert all(abs(counted - released) < base for counted, released in rows)
    assert all(released % base == 0 for _, released in rows)
    assert [abs(counted - released) > base / 2 for counted, released in rows] == [
        False,
        True,
        False,
    ]
    assert found.total == (sum(found.counted), sum(released for _, released in rows))
    assert abs(found.total[0] - found.total[1]) < base
    assert "%(most)d" in rounding_sentence(base)


def test_a_share_says_how_far_it_may_be_off() -> None:
    found = example_of_share(10, 9, 40)
    assert (found.part, found.whole, found.text) == (10, 60, "17%")
    # 1 of 69 is less than 2%, 19 of 51 is more than 37%.
    assert (found.low, found.high) == (1, 38)
    assert example_of_share(5, 4, 20).text == "17%"
    assert example_of_share(10, 19, 40).high > found.high
    assert example_of_share(10, 108, 109).whole >= 109


def test_a_true_share_lies_in_its_band() -> None:
    for part, other, off, far in product(range(0, 41, 5), range(0, 41, 8), (0, 3, 9), (0, 9, 18)):
        whole = part + other
        low, high = share_band((max(0, part - off), part + far), (max(0, whole - far), whole + off))
        assert low * whole <= 100 * part <= high * whole
        assert 0 <= low <= high <= 100


def test_what_one_may_write_follows_the_largest_deviation(app: Flask) -> None:
    release = publish(
        tabulate({"youths": []}, [table("t", "youths", ["a"])], [flat("a", ["x"])]),
        Params("r", base=10),
        b"k" * 32,
    ).release
    for most, said in ((9, ("101 tot en met 119", "2 tot en met 38")), (19, ("111 tot en met",))):
        report = object.__new__(queries.Report)
        object.__setattr__(report, "release", replace(release, tolerance=most))
        with app.test_request_context():
            macro = get_template_attribute("reports/_trust.html", "may_use")
            text = macro(report)
        assert all(each in text for each in (f"hoogstens {most}’", f"kleiner dan {report.sure},"))
        assert all(each in text for each in said)


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
    assert "Noem nooit het echte aantal uit de dossiers" in page
    assert page.count("pmg-bars__band") == page.count('class="pmg-bars__bar"')
    assert said in browse(cast.els).get(f"/rapportage/{item.id}/html").text


def test_a_report_says_what_one_may_do_with_it_above_its_charts_and_a_draft_does_not(
    item: ReportRelease, browse: Browse, cast: Cast, at_work: AtWork, casework: Casework, work: Work
) -> None:
    els = browse(cast.els)
    page = els.get(f"/rapportage/{item.id}").text
    assert page.index("Wat mag ik hiermee?") < page.index('class="pmg-bars"')
    assert "Een percentage is ongeveer: 10 van 60 is 17%, maar in het echt kan dat" in page
    assert "niet hoeveel groter" in page
    counted, released = example(10).rows[1]
    assert f"{counted} wordt hier {released}, en niet {released - 10}" in page
    shares = re.findall(r"\((\d+)%\)</td><td[^>]*>[^<]*\((\d+)% tot (\d+)%\)</td>", page)
    assert shares
    assert all(int(low) <= int(share) <= int(high) for share, low, high in shares)

    casework.youth()
    with at_work(cast.els):
        draft = ask_report(Choice("kwartaalmonitor", QUARTER), today=TODAY).draft
        assert draft is not None
        draft_id = draft.id
    work()
    draft_page = els.get(f"/rapportage/concept/{draft_id}").text
    assert "Wat betekent dat? Een voorbeeld" in draft_page
    assert "openbaar maken" not in draft_page


def test_who_corrected_what_the_ministry_has_reads_that_it_still_has_the_old_one(
    item: ReportRelease, browse: Browse, cast: Cast, at_work: AtWork, work: Work
) -> None:
    els, dewi = browse(cast.els), browse(cast.dewi)
    first = f"/rapportage/{item.id}"
    els.post(f"{first}/leveren", data=hidden(els.get(first).text))
    draft = acting.send(els, f"{first}/opnieuw", reason="Nog eens nagekeken.").location
    work()
    preview = dewi.get(draft).text
    assert "Er is opnieuw geteld, en alle getallen zijn gelijk gebleven." in preview
    assert "kan er minder" not in preview  # what it takes away, the first one took
    second = dewi.post(f"{draft}/goedkeuren", data=hidden(preview)).location

    warning = "Het ministerie heeft nog het vorige rapport"
    assert warning in els.get(second).text
    assert warning not in els.get(first).text
    assert "Nog niet geleverd" in els.get("/rapportage").text
    els.post(f"{second}/leveren", data=hidden(els.get(second).text))
    assert warning not in els.get(second).text
    assert "Nog niet geleverd" not in els.get("/rapportage").text


def test_a_report_of_nothing_is_called_so_before_anyone_approves_it(
    browse: Browse, cast: Cast, work: Work
) -> None:
    asked = {"period": "eigen", "first": "1-1-2026", "last": "2-1-2026"}
    draft = acting.send(
        browse(cast.els), "/rapportage/nieuw", template="instroom", **asked
    ).location
    work()
    for person, advice in (
        (cast.els, "Trek dit rapport in"),
        (cast.dewi, "Stuur dit rapport terug"),
    ):
        page = browse(person).get(draft).text
        assert "Dit rapport zegt bijna niets" in page
        assert advice in page
