"""Each shipped report from casework to release: its own base, its own tables, its own version."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pmg.definitions.services import make_version
from pmg.definitions.shipped import latest
from pmg.definitions.vocabulary import age_dimension
from pmg.disclosure.release import read_release
from pmg.extensions import db
from pmg.plans.queries import as_csv, plan_of
from pmg.plans.rules import PlanEntry
from pmg.plans.services import enter_line
from pmg.reports.models import ReportRelease
from pmg.reports.rules import Choice
from pmg.reports.services import ask_correction, ask_report
from tests.cast import Cast
from tests.conftest import AtWork
from tests.reports.casework import MARCH, Casework
from tests.reports.conftest import QUARTER, TODAY, Work, approved
from tests.reports.test_make import busy

Browse = Callable[..., FlaskClient]


def released(at_work: AtWork, cast: Cast, work: Work, code: str) -> ReportRelease:
    """Els asks for a report, the worker computes it, Dewi approves it."""
    with at_work(cast.els):
        asked = ask_report(Choice(code, QUARTER), today=TODAY)
        assert asked.draft is not None
        draft_id: UUID = asked.draft.id
    assert work()
    return approved(at_work, cast.dewi, draft_id)


@pytest.mark.parametrize("code", latest())
def test_each_report_is_made_with_its_own_version_and_base(
    casework: Casework, at_work: AtWork, cast: Cast, work: Work, code: str
) -> None:
    busy(casework)
    template = latest()[code]
    item = released(at_work, cast, work, code)
    release = read_release(json.loads(item.document)["release"])
    assert (item.template_version, release.base) == (template.version, template.base)
    assert {spec.name for spec in release.specs} == {one.code for one in template.indicators}
    assert {n % template.base for values in release.values for n in values} == {0}


@pytest.mark.parametrize("code", latest())
def test_every_table_of_a_report_stands_on_its_page(
    casework: Casework, at_work: AtWork, cast: Cast, work: Work, browse: Browse, code: str
) -> None:
    busy(casework)
    item = released(at_work, cast, work, code)
    page = browse(cast.els).get(f"/rapportage/{item.id}").text
    for indicator in latest()[code].indicators:
        section = page.split(f'id="tabel-{indicator.code}"')[1].split("</section>")[0]
        outside = re.sub(r"<figure.*?</figure>", "", section, flags=re.DOTALL)
        assert "<table " in outside, indicator.title


@pytest.mark.parametrize("code", latest())
def test_what_has_two_names_has_one_number_in_a_report(
    casework: Casework, at_work: AtWork, cast: Cast, work: Work, code: str
) -> None:
    """What runs stands under its state and under its result; a track is its interventions."""
    busy(casework, youths=60)
    item = released(at_work, cast, work, code)
    release = read_release(json.loads(item.document)["release"])
    known = {one.dimension: one for one in release.hierarchies}
    for part in release.parts:
        shown = {axis.dimension for spec in part.specs for axis in spec.axes}
        for at, (origin, to) in part.ties.items():
            name, other = part.dimensions[at], part.dimensions[origin]
            for category in known[name].codes if {name, other} <= shown else ():
                below = [c for c in known[other].codes if to[c] == category]
                assert release.value(part.unit, {name: category}) == sum(
                    release.value(part.unit, {other: one}) for one in below
                )


def test_other_ages_of_the_same_people_are_told_apart_by_year(
    casework: Casework, at_work: AtWork, cast: Cast, work: Work
) -> None:
    busy(casework, youths=60)
    released(at_work, cast, work, "focusgebieden")
    ages = ((8, 14), (15, 22), (23, 27))
    old = latest()["focusgebieden"]
    by_age, *others = old.indicators
    indicators = (replace(by_age, columns=age_dimension(ages)), *others)
    wider = replace(old, ages=ages, version=101, indicators=indicators)
    with at_work(cast.ad):
        make_version(wider)
    with at_work(cast.els):
        draft = ask_correction(
            db.session.scalars(select(ReportRelease)).one(), "Andere leeftijden."
        ).draft
        assert draft is not None
        draft_id = draft.id
    assert work()
    release = read_release(json.loads(approved(at_work, cast.dewi, draft_id).document)["release"])
    (part,) = release.parts
    assert part.dimensions[0] == "jaren"
    young = release.value("jongeren", {"leeftijd_8_14_15_22_23_27": "8_14"})
    bands = [release.value("jongeren", {"leeftijd": band}) for band in ("8_11", "12_14")]
    assert young == sum(bands)


def test_tables_that_come_along_are_never_rounded_finer_than_they_were(
    casework: Casework, at_work: AtWork, cast: Cast, work: Work
) -> None:
    busy(casework)
    released(at_work, cast, work, "jaarrapportage")  # of tens: a youth has several trajectories
    item = released(at_work, cast, work, "focusgebieden")  # of fives, were it alone
    release = read_release(json.loads(item.document)["release"])
    assert "trajecten" in {spec.unit for spec in release.specs}
    assert release.base == 10


@pytest.mark.parametrize("later", ["jaarrapportage", "kwartaalmonitor"])
def test_a_report_of_fives_does_not_stand_in_the_way_of_one_of_tens(
    casework: Casework, at_work: AtWork, cast: Cast, work: Work, later: str
) -> None:
    busy(casework)
    released(at_work, cast, work, "focusgebieden")
    item = released(at_work, cast, work, later)
    assert read_release(json.loads(item.document)["release"]).base == 10


def test_what_started_stands_beside_the_plan_as_it_was_released(
    casework: Casework, at_work: AtWork, cast: Cast, work: Work
) -> None:
    for _ in range(24):
        casework.trajectory(casework.youth(), "AJB", started_on=MARCH)
    released(at_work, cast, work, "plan")
    with at_work(cast.els):
        for subject in ("inzet:AJB", "inzet:MST", "spoor:kansen"):
            enter_line(PlanEntry(2026, subject, 30, 1000), today=TODAY)
        for area in ("FA11", "buiten"):
            enter_line(PlanEntry(2026, "spoor:kansen", 20, 0, area=area), today=TODAY)
        plan = plan_of(2026)
        whole, of_area, outside = plan.tracks
        file = as_csv(plan)
        other = plan_of(2025)
    assert [line.reached in {20, 30} for line in (plan.tracks[0], plan.interventions[0])] == [
        True
    ] * 2
    assert plan.interventions[1].reached == 0
    assert plan.knows_areas
    assert f"Kansen,Hele gemeente,30,1000,{whole.reached},9" in file
    assert {of_area.reached, outside.reached} <= {0, 10, 20, 30}
    assert of_area.reached >= 10
    assert outside.reached == 0
    assert (plan.until, plan.tolerance) == (date(2026, 4, 1), 9)
    assert other.release_id is None
