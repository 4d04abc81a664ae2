"""What only those who judge a draft see: what merging would gain, what a provider could know."""

import re
from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from pmg.disclosure import insider
from pmg.disclosure.errors import BadRecord, Infeasible
from pmg.disclosure.findings import Finding
from pmg.disclosure.insider import Insiders, audit_insiders
from pmg.disclosure.release import Params
from pmg.disclosure.sentences import say
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import tabulate
from pmg.reports import computing
from pmg.reports.inside import MOST_SECONDS, Inside, Merge, read_inside, what_merging_gains
from pmg.reports.reading import Order
from pmg.reports.rules import Choice
from pmg.reports.services import ask_report
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import QUARTER, TODAY, Work, approved
from tests.reports.test_make import busy, dump
from tests.reports.test_pages import hidden

Browse = Callable[[Person], FlaskClient]
SMALL = Finding("jongeren", {"leeftijd": "8_11"}, say("te smal"))
GAIN = re.compile(
    r"‘8 tot en met 11 jaar’ samen met ‘12 tot en met 14 jaar’: "
    r"\d+ kleine aantallen minder"
)


@pytest.fixture
def draft_id(at_work: AtWork, cast: Cast, casework: Casework) -> UUID:
    busy(casework)
    return asked(at_work, cast)


def asked(at_work: AtWork, cast: Cast) -> UUID:
    """Let Els ask for the report of the quarter."""
    with at_work(cast.els):
        draft = ask_report(Choice("jaarrapportage", QUARTER), today=TODAY).draft
        assert draft is not None
        return draft.id


def page_of(draft_id: UUID) -> str:
    return f"/rapportage/concept/{draft_id}"


def test_the_preview_says_in_words_what_merging_would_gain(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work
) -> None:
    work()
    for person in (cast.els, cast.dewi):
        page = browse(person).get(page_of(draft_id)).text
        assert GAIN.search(page)
        assert "Een klein aantal is hier 1 tot en met 9." in page
        assert not re.search(r">[^<]*\b\d+_\d+\b[^<]*<", page)


def test_what_is_found_inside_is_sealed_and_gone_once_it_is_decided(
    browse: Browse,
    at_work: AtWork,
    cast: Cast,
    draft_id: UUID,
    work: Work,
    superuser: Engine,
    capfd: pytest.CaptureFixture[str],
) -> None:
    work()
    assert "fewer_small" not in dump(superuser)
    assert "inside_sealed" in dump(superuser)
    release = approved(at_work, cast.dewi, draft_id)
    assert not re.search(r"samenvoeg|fewer_small|providers", release.document)
    assert '"inside_sealed":null' in dump(superuser)
    shown = browse(cast.els).get(f"/rapportage/{release.id}").text
    assert "samenvoegen" not in shown
    assert "fewer_small" not in "".join(capfd.readouterr())


def test_the_preview_tells_how_many_providers_were_checked(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work
) -> None:
    work()
    page = browse(cast.dewi).get(page_of(draft_id)).text
    assert "1 aanbieder is nagegaan" in page


def test_where_nobody_provides_anything_it_says_so(
    browse: Browse, at_work: AtWork, cast: Cast, casework: Casework, work: Work
) -> None:
    casework.youth()
    address = page_of(asked(at_work, cast))
    work()
    assert "Geen aanbieder kent jongeren" in browse(cast.dewi).get(address).text


def test_where_a_provider_was_not_reached_the_report_is_held_and_says_what_helps(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_no_questions = partial(audit_insiders, questions=0)
    monkeypatch.setattr(computing, "audit_insiders", of_no_questions)
    monkeypatch.setattr(insider, "unshielded", lambda part, *_: range(len(part.cells)))
    work()
    page = browse(cast.dewi).get(page_of(draft_id)).text
    assert "Dit rapport wordt vastgehouden" in page
    assert "Van 1 van de 1 aanbieders kon niet worden nagegaan" in page
    assert "Samenvoegen: vraag de functioneel beheerder" in page
    assert "Goedkeuren" not in page


def test_what_a_provider_could_work_out_is_rounded_by_another_chance(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([Insiders(1, (SMALL,)), Insiders(1, ())])
    seen = []

    def audit(_table: object, release: object, _own: object, **_: object) -> Insiders:
        seen.append(release)
        return next(answers)

    monkeypatch.setattr(computing, "audit_insiders", audit)
    work()
    assert "Goedkeuren" in browse(cast.dewi).get(page_of(draft_id)).text
    assert len(seen) == 2
    assert seen[0] != seen[1]


def test_where_no_chance_helps_the_report_is_held_in_words(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "audit_insiders", lambda *_, **__: Insiders(1, (SMALL,)))
    work()
    page = browse(cast.dewi).get(page_of(draft_id)).text
    assert "Dit rapport wordt vastgehouden" in page
    assert "Jongeren: leeftijd ‘8 tot en met 11 jaar’" in page
    assert GAIN.search(page)
    assert "Goedkeuren" not in page


def test_own_cases_that_do_not_fit_are_not_decided_and_count_as_unsafe(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise BadRecord("1234567 passen er niet")

    monkeypatch.setattr(computing, "audit_insiders", stop)
    work()
    page = browse(cast.els).get(page_of(draft_id)).text
    assert "Dat telt als onveilig" in page
    assert "1234567" not in page


def test_a_report_that_cannot_be_made_safe_shows_which_merge_would_help(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise Infeasible("geen")

    monkeypatch.setattr(computing, "publish", stop)
    work()
    els = browse(cast.els)
    page = els.get(page_of(draft_id)).text
    assert "niet veilig af te ronden" in page
    assert GAIN.search(page)
    els.post(f"{page_of(draft_id)}/intrekken", data=hidden(page))
    assert "samen met" not in els.get(page_of(draft_id)).text


def test_merging_stops_when_its_time_is_over() -> None:
    ticks = iter([0.0, 1.0, MOST_SECONDS + 1])
    found = what_merging_gains(order(), Params("r"), b"k" * 32, clock=lambda: next(ticks))
    assert found.is_cut_short
    assert len(found.merges) <= 1
    assert read_inside(found.as_text()) == found


def test_what_is_found_reads_back_as_it_was_written() -> None:
    found = Inside(4, (Merge("leeftijd", ("8_11", "12_14"), 4, 7),), True, 3)
    assert read_inside(found.as_text()) == found


def test_only_ages_are_merged_and_never_with_what_is_no_band() -> None:
    found = what_merging_gains(order(), Params("r"), b"k" * 32)
    assert [one.codes for one in found.merges] == [
        ("8_11", "12_14"),
        ("12_14", "15_17"),
    ]


def order() -> Order:
    """A few young ones of each sex, and many whose age is no band."""
    rows = [
        {"leeftijd": age, "geslacht": sex}
        for age, number in (("8_11", 1), ("12_14", 3), ("15_17", 9), ("anders", 13))
        for sex in "vm"
        for _ in range(number)
    ]
    tables = [table("t", "jongeren", ["leeftijd", "geslacht"])]
    divisions = [flat("leeftijd", ["8_11", "12_14", "15_17", "anders"]), flat("geslacht", "vm")]
    return Order("r", {}, tabulate({"jongeren": rows}, tables, divisions))
