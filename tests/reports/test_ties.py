"""What everybody knows of work with youths: nobody starts who was not taken in before."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import product
from uuid import UUID, uuid4

import numpy as np
import pytest
from scipy.optimize import linprog
from sqlalchemy.exc import IntegrityError

from pmg.cases.rules import Outcome as Triage
from pmg.definitions import ties
from pmg.definitions.shipped import INFLOW, YEARLY
from pmg.definitions.vocabulary import INSIDE
from pmg.disclosure.ledger import Key, numbers
from pmg.disclosure.publish import Publication, publish
from pmg.disclosure.release import Params, Release, read_release
from pmg.disclosure.specs import TableSpec
from pmg.disclosure.tables import tabulate
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.reference.interventions import INTERVENTIONS
from pmg.reports.indicators import WEIGHT
from pmg.reports.reading import parsed
from pmg.reports.rules import Choice
from pmg.reports.services import ask_report
from pmg.reports.sorting import records
from pmg.reports.sources import Gathered, Referrals, Trajectories, Youths
from tests.cast import Cast
from tests.conftest import AtWork
from tests.reports.casework import MARCH, Casework
from tests.reports.conftest import QUARTER, TODAY, Work, approved

PLACE = "GM0344"
WAITED = {"0_2": (0, 13), "2_6": (14, 41), "6_13": (42, 90), "13_meer": (91, 400)}
DECIDED = {"0_1": (0, 6), "1_2": (7, 13), "2_4": (14, 27), "4_meer": (28, 400)}


def published(*groups: Referrals, key: int, specs: tuple[TableSpec, ...]) -> Publication:
    """Make the report of these referrals, with one of many keys."""
    divisions = ties.tied(INFLOW.hierarchies(PLACE))
    found = records(Gathered([], [], [], list(groups), [], [], []), PLACE, hierarchies=divisions)
    counted = tabulate({"aanmeldingen": found["aanmeldingen"]}, specs, divisions, weight=WEIGHT)
    params = Params(f"{PLACE} instroom 1 x", base=10, inside=INSIDE)
    return publish(counted, params, bytes([key]) * 32)


def kinds() -> Iterator[dict[str, str]]:
    """Give all referrals that there can be, made here from days alone: nobody starts undecided."""
    yield {"besluit": "niet", "besluittijd": "niet", "wachttijd": "niet"}
    for decision, time in product(map(str, Triage), DECIDED):
        yield {"besluit": decision, "besluittijd": time, "wachttijd": "niet"}
        for waited, (_first, last) in WAITED.items():
            if decision == "opnemen" and DECIDED[time][0] <= last:
                yield {"besluit": decision, "besluittijd": time, "wachttijd": waited}


def narrowed(done: Publication) -> list[dict[str, str]]:
    """Solve as an outsider: which cells does what everybody knows leave less than was promised?"""
    (part,), (values,) = done.release.parts, done.release.values
    referrers = next(one.codes for one in part.hierarchies if one.dimension == "aanmelder")
    known = [kind | {"aanmelder": one} for kind in kinds() for one in referrers]
    cells = [{n: c for n, c in zip(part.dimensions, cell, strict=True) if c} for cell in part.cells]
    a = np.array(
        [[all(k[n] == c for n, c in cell.items()) for k in known] for cell in cells], float
    )
    z, d = np.array(values, float), done.release.tolerance
    sides, limits = np.vstack([a, -a]), np.concatenate([z + d, d - z])
    found = []
    for cell, row, value in zip(cells, a, z, strict=True):
        low, high = (linprog(sign * row, A_ub=sides, b_ub=limits) for sign in (1, -1))
        assert low.success
        if low.fun > max(0, value - d) + 1e-6 or -high.fun < value + d - 1e-6:
            found.append(cell)
    return found


FEW = (
    Referrals("m", 15, None, 5, "school", "opnemen", 3, 5),
    Referrals("m", 15, None, None, "wijkteam", "afwijzen", 9, 43),
)
SOON = (
    Referrals("m", 15, None, 9, "school", "opnemen", 8, 5),
    Referrals("m", 15, None, None, "wijkteam", "opnemen", 40, 43),
)


@pytest.mark.parametrize("groups", [FEW, SOON], ids=["taken in", "decided soon"])
def test_who_knows_that_starting_comes_after_deciding_narrows_nothing(
    groups: tuple[Referrals, ...],
) -> None:
    for key in range(12):
        done = published(*groups, key=key, specs=INFLOW.specs())
        assert narrowed(done) == []
        assert outcome(verify(done.document)) is Outcome.GOOD


def test_this_attacker_narrows_what_was_rounded_as_if_nobody_knew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ties, "_STARTS", "")
    assert any(narrowed(published(*FEW, key=key, specs=INFLOW.specs())) for key in range(20))


@pytest.mark.parametrize(
    "order", [("kwartaalmonitor", "focusgebieden"), ("instroom", "jaarrapportage")]
)
@pytest.mark.parametrize("is_from_before", [True, False])
def test_reports_of_decisions_and_of_starts_stand_beside_each_other(
    casework: Casework,
    at_work: AtWork,
    cast: Cast,
    work: Work,
    order: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_from_before: bool,
) -> None:
    """Also where the first was made when starts followed from nothing yet."""
    for _ in range(30):
        casework.youth(started_on=MARCH)
    with monkeypatch.context() as before:
        if is_from_before:
            before.setattr(ties, "_STARTS", "")
        first = parsed(made(at_work, cast, work, order[0]))
    last = parsed(made(at_work, cast, work, order[1]))
    assert outcome(verify(first)) is outcome(verify(last)) is Outcome.GOOD
    release = read_release(last["release"])
    assert {"jongeren", "aanmeldingen"} <= {spec.unit for spec in release.specs}
    follows = {one.dimension: one.follows for one in release.hierarchies}
    assert follows["besluit"] is not None
    assert follows["wachttijd"] is not None
    assert follows["wachttijd"].dimension == follows["besluit"].dimension


def made(at_work: AtWork, cast: Cast, work: Work, code: str) -> str:
    with at_work(cast.els):
        draft = ask_report(Choice(code, QUARTER), today=TODAY).draft
        assert draft is not None
        draft_id: UUID = draft.id
    work()
    return approved(at_work, cast.dewi, draft_id).document


@pytest.mark.parametrize(
    "wrong",
    [
        {"triaged_on": None, "triage_outcome": None},
        {"triaged_on": MARCH, "triage_outcome": "afwijzen"},
        {"triaged_on": date(2026, 3, 3), "triage_outcome": "opnemen"},
    ],
)
def test_the_database_takes_no_start_before_who_decides_has_taken_in(
    casework: Casework, wrong: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError, match="started_after_triage"):
        casework.youth(started_on=MARCH, **wrong)


# -- who started has a trajectory that began


def of_two_kinds(work: int, key: int) -> Release:
    """Make the yearly report of five youths who started within two weeks, each with such work."""
    code = next(iter(INTERVENTIONS))
    divisions = ties.tied(YEARLY.hierarchies(PLACE))
    gathered = Gathered(
        [Youths("m", 15, None, 5, 5)],
        [Trajectories(uuid4(), code, None, None, None, None, work)],
        *([], [], [], [], []),
    )
    found = records(gathered, PLACE, hierarchies=divisions)
    rows = {spec.unit: found[spec.unit] for spec in YEARLY.specs()}
    counted = tabulate(rows, YEARLY.specs(), divisions, weight=WEIGHT)
    params = Params(f"{PLACE} jaarrapportage 2 x", base=10, inside=INSIDE, within=ties.WITHIN)
    done = publish(counted, params, bytes([key]) * 32)
    assert outcome(verify(done.document)) is Outcome.GOOD
    return done.release


def test_no_report_shows_youths_who_started_where_it_shows_no_trajectories() -> None:
    found = Counter()
    for key in range(30):
        release = of_two_kinds(5, key)
        assert release.tolerance == 9
        found[release.value("jongeren", {"wachttijd": "0_2"}), release.value("trajecten", {})] += 1
    assert (10, 0) not in found
    assert set(found) > {(0, 0), (10, 10)}


@pytest.mark.parametrize("order", [("focusgebieden", "plan"), ("kwartaalmonitor", "focusgebieden")])
def test_not_in_two_reports_either_whichever_came_first(
    casework: Casework, at_work: AtWork, cast: Cast, work: Work, order: tuple[str, str]
) -> None:
    for area in ("FA11", "FA12", None):
        for _ in range(4):
            casework.trajectory(casework.youth(area=area, started_on=MARCH))
    shown: dict[Key, int] = {}
    for code in order:
        release = read_release(parsed(made(at_work, cast, work, code))["release"])
        assert release.within == ties.WITHIN
        shown |= dict(numbers(release))
    compared = 0
    for (unit, codes), value in shown.items():
        named = dict(codes)
        if unit != "jongeren" or named.pop("wachttijd", "niet") == "niet" or not value:
            continue
        for whole in (("trajecten", named), ("aanmeldingen", {**named, "besluit": "opnemen"})):
            cell = whole[0], frozenset(whole[1].items())
            assert shown.get(cell) != 0
            compared += cell in shown
    assert compared
