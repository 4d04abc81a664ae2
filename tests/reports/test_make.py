"""Making a report: from rows of casework to protected numbers."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, text

from pmg.definitions.shipped import YEARLY
from pmg.disclosure.canonical import canonical
from pmg.disclosure.errors import Infeasible, Undecided, Unsafe
from pmg.disclosure.release import Release, read_release
from pmg.disclosure.tables import tabulate
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.errors import Invalid, NotPermitted
from pmg.reports import computing, counting, services, sources
from pmg.reports.indicators import WEIGHT
from pmg.reports.models import ReportRelease
from pmg.reports.rules import Choice, Period
from tests.cast import Cast
from tests.conftest import AtWork
from tests.reports.casework import MARCH, Casework
from tests.reports.conftest import QUARTER, TODAY, Made, MakeReport, Work, ask, secrets

MAY = date(2026, 5, 1)
CODES = ("AJB", "MST", "MDFT")
SEEN = ("afwezig", "beperkt", "duidelijk", "sterk", "onbekend")


def busy(casework: Casework, youths: int = 23, seed: int = 1) -> None:
    """Write casework of all kinds, in counts that are no multiples of five."""
    chance = Random(seed)
    for _ in range(youths):
        of = casework.youth(
            gender=chance.choice("mmmvx"),
            age=chance.randint(8, 27),
            area=chance.choice(("FA11", "FA12", None)),
            started_on=chance.choice((None, MARCH, date(2026, 3, 30))),
        )
        for code in chance.sample(CODES, chance.randint(0, 2)):
            casework.trajectory(of, code)
        for code in chance.sample(("R-IND-IMPULS", "P-GEZ-BAND", "R-GEZ-CONFLICT"), 2):
            first, last = chance.choices(SEEN, k=2)
            casework.factor(of, code, (date(2026, 1, 9), first), (MARCH, last))


def truth(at_work: AtWork, cast: Cast) -> dict[str, list[int]]:
    """Count the same tables without protection, as a list of numbers for each unit."""
    with at_work(cast.els):
        found = counting.records(sources.gather(QUARTER), "GM0363")
    records = {spec.unit: found[spec.unit] for spec in YEARLY.specs()}
    counted = tabulate(records, YEARLY.specs(), YEARLY.hierarchies("GM0363"), weight=WEIGHT)
    found = zip(counted.parts, counted.counts, strict=True)
    return {part.unit: list(counts) for part, counts in found}


def released(made: Made) -> Release:
    return read_release(json.loads(made.release.document)["release"])


def dump(superuser: Engine) -> str:
    """Everything that the database holds, as text."""
    with superuser.connect() as connection:
        tables = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        rows = [
            connection.execute(text(f'SELECT row_to_json(t)::text FROM "{table}" t')).scalars()
            for table in tables
        ]
    return "\n".join(row for found in rows for row in found)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_number_is_a_multiple_of_the_base_within_reach_of_the_truth(
    casework: Casework, make: MakeReport, at_work: AtWork, cast: Cast, seed: int
) -> None:
    busy(casework, seed=seed)
    release = released(make())
    true = truth(at_work, cast)
    assert release.tolerance == release.base - 1
    assert sum(true["jongeren"]) > 0 < sum(true["factoren"])
    for part, values in zip(release.parts, release.values, strict=True):
        for value, count in zip(values, true[part.unit], strict=True):
            assert value % release.base == 0
            assert abs(value - count) <= release.tolerance


def test_the_truth_of_the_test_is_that_of_the_casework(
    casework: Casework, at_work: AtWork, cast: Cast
) -> None:
    busy(casework, youths=23)
    assert max(truth(at_work, cast)["jongeren"]) == 23


def test_all_tables_add_up(casework: Casework, make: MakeReport) -> None:
    busy(casework)
    release = released(make())
    areas = ("FA11", "FA12", "buiten")
    total = release.value("jongeren", {})
    assert total == sum(release.value("jongeren", {"gebied": area}) for area in areas)
    assert total == sum(n for codes, n in release.rows("wachttijd") if codes)
    by_evidence = [n for codes, n in release.rows("inzet_bewijs") if set(codes) == {"bewijs"}]
    by_track = [n for codes, n in release.rows("inzet_spoor") if set(codes) == {"spoor"}]
    assert sum(by_evidence) == sum(by_track) == release.value("trajecten", {})


def test_the_same_period_again_is_the_same_report_also_when_the_casework_grew(
    casework: Casework, make: MakeReport
) -> None:
    busy(casework)
    first = make()
    busy(casework, seed=2)
    again = make()
    assert (first.is_new, again.is_new) == (True, False)
    assert (again.release.id, again.release.document) == (first.release.id, first.release.document)


def test_made_anew_from_the_same_casework_it_is_byte_for_byte_the_same(
    casework: Casework, make: MakeReport, superuser: Engine
) -> None:
    busy(casework)
    first = make().release.document
    forgotten(superuser)
    again = make()
    assert again.is_new
    assert again.release.document == first


def forgotten(superuser: Engine) -> None:
    """Empty the ledger as nobody but a superuser can: past its triggers."""
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("DELETE FROM report_release"))
        connection.execute(text("DELETE FROM report_draft"))


def test_two_who_ask_at_the_same_moment_get_one_report(
    casework: Casework, at_work: AtWork, cast: Cast, owner: Engine
) -> None:
    busy(casework, youths=7)
    with ThreadPoolExecutor(max_workers=2) as both:
        list(both.map(lambda who: ask(at_work, who), (cast.els, cast.dewi)))
    with owner.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM report_draft")).scalar() == 1


@pytest.mark.parametrize(
    "other",
    [
        Period(date(2026, 1, 1), date(2026, 6, 30)),
        Period(date(2026, 2, 1), date(2026, 2, 28)),
        Period(date(2026, 3, 31), date(2026, 4, 1)),
    ],
)
def test_a_period_that_overlaps_is_refused_with_the_reason(make: MakeReport, other: Period) -> None:
    make()
    with pytest.raises(Invalid, match=r"1-1-2026 tot en met 31-3-2026.*verraden"):
        make(other)


def test_the_next_quarter_has_its_own_report(make: MakeReport) -> None:
    first = make()
    second = make(Period(date(2026, 4, 1), date(2026, 6, 30)))
    assert second.is_new
    assert second.release.id != first.release.id


def test_no_true_count_is_in_the_database(
    casework: Casework, make: MakeReport, at_work: AtWork, cast: Cast, superuser: Engine
) -> None:
    busy(casework)
    make()
    everything, true = dump(superuser), truth(at_work, cast)
    protected = {part.unit: values for part, values in zip_release(superuser)}
    for unit, counts in true.items():
        assert Counter(counts) != Counter(protected[unit])
        assert canonical(counts).decode() not in everything
        assert canonical(protected[unit]).decode() in everything.replace(" ", "")


def zip_release(superuser: Engine) -> list[tuple[Any, list[int]]]:
    with superuser.connect() as connection:
        document = connection.execute(text("SELECT document FROM report_release")).scalar_one()
    release = read_release(json.loads(document)["release"])
    return [(p, list(v)) for p, v in zip(release.parts, release.values, strict=True)]


@pytest.mark.parametrize(
    ("fault", "code"), [(Infeasible, "onveilig"), (Undecided, "onbeslist"), (Unsafe, "onveilig")]
)
def test_when_no_safe_numbers_exist_nothing_is_kept_and_it_says_so(
    casework: Casework,
    at_work: AtWork,
    cast: Cast,
    work: Work,
    superuser: Engine,
    monkeypatch: pytest.MonkeyPatch,
    fault: type[Exception],
    code: str,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise fault("17 en 23")

    monkeypatch.setattr(computing, "publish", refuse)
    busy(casework, youths=3)
    ask(at_work, cast.els)
    work()
    assert "17 en 23" not in dump(superuser)
    with superuser.connect() as connection:
        row = connection.execute(text("SELECT * FROM report_draft")).one()
        assert (row.state, row.fault) == ("mislukt", code)
        assert (row.counted_sealed, row.document_sealed) == (None, None)
        assert connection.execute(text("SELECT count(*) FROM report_release")).scalar() == 0


def test_an_empty_period_gives_a_report_of_zeros_that_is_checked(make: MakeReport) -> None:
    made = make()
    assert {n for values in released(made).values for n in values} == {0}
    assert good(made.release)


def test_one_youth_is_shown_as_nobody_or_as_a_step(casework: Casework, make: MakeReport) -> None:
    casework.youth()
    made = make()
    assert {n for values in released(made).values for n in values} <= {0, released(made).base}
    assert good(made.release)


def test_all_in_one_category(casework: Casework, make: MakeReport) -> None:
    for _ in range(12):
        casework.youth(gender="v", age=14, area=None)
    made = make()
    release = released(made)
    cell = release.value("jongeren", {"leeftijd": "12_14", "geslacht": "v", "gebied": "buiten"})
    assert cell == release.value("jongeren", {})
    assert abs(cell - 12) <= release.tolerance
    assert good(made.release)


def good(release: ReportRelease) -> bool:
    public_key = secrets().signer.public_key
    return outcome(verify(json.loads(release.document), key=public_key)) is Outcome.GOOD


def test_the_file_checks_and_says_what_it_is_about(casework: Casework, make: MakeReport) -> None:
    busy(casework)
    made = make()
    about = json.loads(made.release.document)["certificate"]["about"]
    assert good(made.release)
    assert about["gemeente"] == "Amsterdam (GM0363)"
    assert (about["eerste_dag"], about["laatste_dag"]) == ("2026-01-01", "2026-03-31")


@pytest.mark.parametrize("name", ["sanne", "bas", "fatma", "karim", "jaap", "ans", "ad"])
def test_only_a_policy_officer_makes_a_report(at_work: AtWork, cast: Cast, name: str) -> None:
    choice = Choice(YEARLY.code, QUARTER)
    with at_work(getattr(cast, name)), pytest.raises(NotPermitted):
        services.ask_report(choice, today=TODAY)


def test_an_unknown_report_is_refused(at_work: AtWork, cast: Cast) -> None:
    with at_work(cast.els), pytest.raises(Invalid, match="Kies een rapport"):
        services.ask_report(Choice("geheim", QUARTER), today=TODAY)


def test_the_secrets_do_not_show_in_a_trace() -> None:
    assert "r" * 32 not in repr(secrets())
