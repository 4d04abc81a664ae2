"""What only those who judge a draft see: what merging would gain, what a provider could know."""

import re
from collections.abc import Callable
from functools import partial
from itertools import chain, repeat
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from pmg.disclosure import insider
from pmg.disclosure.errors import BadRecord, Infeasible
from pmg.disclosure.findings import Finding
from pmg.disclosure.insider import Insiders, audit_insiders
from pmg.disclosure.merging import Asked, Merged
from pmg.disclosure.publish import publish
from pmg.disclosure.release import Params
from pmg.disclosure.sentences import say
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import Table, tabulate
from pmg.reports import computing
from pmg.reports.inside import MOST_SECONDS, Inside, Merge, read_inside, what_merging_gains
from pmg.reports.reading import Order
from pmg.reports.rules import Choice
from pmg.reports.services import ask_report
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import QUARTER, TODAY, MakeReport, Work, approved
from tests.reports.test_make import busy, dump
from tests.reports.test_pages import hidden

Browse = Callable[[Person], FlaskClient]
SMALL = Finding("jongeren", {"leeftijd": "8_11"}, say("te smal"))
OTHER = Finding("jongeren", {"leeftijd": "12_14"}, say("te smal"))
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
    answers = chain([Insiders(1, (SMALL,))], repeat(Insiders(1, ())))
    seen, asked = [], []

    def audit(table_: Table, release: object, _own: object, **_: object) -> Insiders:
        asked.append(table_)
        if table_.hierarchies == asked[0].hierarchies:  # others are tried as merged
            seen.append(release)
        return next(answers)

    monkeypatch.setattr(computing, "audit_insiders", audit)
    work()
    assert "Goedkeuren" in browse(cast.dewi).get(page_of(draft_id)).text
    assert len(seen) == 2
    assert seen[0] != seen[1]


def in_fine_ages(table_: Table) -> bool:
    """Whether ages are as they were asked."""
    return any("8_11" in one.codes and "12_14" in one.codes for one in table_.hierarchies)


def held_as_asked(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> None:
    """Let a provider work these numbers out as long as the two youngest groups stand apart."""

    def audit(table_: Table, *_: object, **__: object) -> Insiders:
        return Insiders(1, findings if in_fine_ages(table_) else ())

    monkeypatch.setattr(computing, "audit_insiders", audit)


def test_where_no_chance_helps_the_report_is_held_and_says_what_merging_frees(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_as_asked(monkeypatch, SMALL, OTHER)
    work()
    page = browse(cast.dewi).get(page_of(draft_id)).text
    assert "Dit rapport wordt vastgehouden" in page
    assert "Jongeren: leeftijd ‘8 tot en met 11 jaar’" in page
    assert (
        "‘8 tot en met 11 jaar’ samen met ‘12 tot en met 14 jaar’: alles is dan vrij te geven. Er "
        "worden 2 aantallen minder vastgehouden." in page
    )
    assert "‘12 tot en met 14 jaar’ samen met ‘15 tot en met 17 jaar’: alles is dan" in page
    assert "‘18 tot en met 22 jaar’ samen" not in page  # those leave the two apart
    assert "geprobeerd met alle controles" in page
    assert "over deze dagen al is vrijgegeven" not in page
    assert "kleine aantallen minder" not in page
    assert "Goedkeuren" not in page


def test_what_still_holds_a_part_says_so_and_does_not_promise_a_release(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def audit(table_: Table, *_: object, **__: object) -> Insiders:
        return Insiders(1, (SMALL, OTHER) if in_fine_ages(table_) else (OTHER,))

    monkeypatch.setattr(computing, "audit_insiders", audit)
    work()
    page = browse(cast.dewi).get(page_of(draft_id)).text
    assert "gaat het om 1 minder; wat dan nog wordt vastgehouden: 1." in page
    assert "Zo is het rapport nog niet vrij te geven." in page
    assert "alles is dan vrij te geven" not in page


def test_where_no_merging_helps_the_page_says_so(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "audit_insiders", lambda *_, **__: Insiders(1, (SMALL,)))
    work()
    page = browse(cast.dewi).get(page_of(draft_id)).text
    assert re.search(r"levert hier (niets op|iets op)", page)
    assert "samen met ‘" not in page


def another(at_work: AtWork, cast: Cast, code: str) -> str:
    """Let Els ask for another report over the quarter; the address of the draft."""
    with at_work(cast.els):
        draft = ask_report(Choice(code, QUARTER), today=TODAY).draft
        assert draft is not None
        return page_of(draft.id)


def test_beside_an_earlier_report_with_ages_the_page_says_what_merging_frees_and_what_stays(
    browse: Browse,
    at_work: AtWork,
    cast: Cast,
    casework: Casework,
    make: MakeReport,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    busy(casework)
    make()
    address = another(at_work, cast, "kwartaalmonitor")
    seen: list[Table] = []

    def audit(table_: Table, *_: object, **__: object) -> Insiders:
        seen.append(table_)
        merged = any("8_11 + 12_14" in one.codes for one in table_.hierarchies)
        return Insiders(1, () if merged else (SMALL, OTHER))

    monkeypatch.setattr(computing, "audit_insiders", audit)
    work()
    page = browse(cast.els).get(address).text
    assert "alles is dan vrij te geven. Er worden 2 aantallen minder vastgehouden." in page
    assert "blijft zoals het was, en de samengevoegde groepen komen ernaast" in page
    tried = next(one for one in seen if any("8_11 + 12_14" in d.codes for d in one.hierarchies))
    assert any(one.dimension == "leeftijd" for one in tried.hierarchies)  # the earlier one's


def test_where_an_earlier_report_showed_all_ages_the_page_says_that_merging_does_not_help(
    browse: Browse,
    at_work: AtWork,
    cast: Cast,
    casework: Casework,
    make: MakeReport,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    busy(casework)
    make()
    monkeypatch.setattr(computing, "audit_insiders", lambda *_, **__: Insiders(1, (SMALL,)))
    address = another(at_work, cast, "focusgebieden")
    work()
    page = browse(cast.els).get(address).text
    assert "samenvoegen helpt hier niet: elke tabel met leeftijden stond al" in page
    assert "Wat samenvoegen zou opleveren" not in page


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
    def stop(table_: Table, *more: object, **others: object) -> object:
        if in_fine_ages(table_):
            raise Infeasible("geen")
        return publish(table_, *more, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(computing, "publish", stop)
    work()
    els = browse(cast.els)
    page = els.get(page_of(draft_id)).text
    assert "niet veilig af te ronden" in page
    assert (
        "‘8 tot en met 11 jaar’ samen met ‘12 tot en met 14 jaar’: alles is dan vrij te geven. Nu "
        "is niets vrij te geven." in page
    )
    els.post(f"{page_of(draft_id)}/intrekken", data=hidden(page))
    assert "samen met" not in els.get(page_of(draft_id)).text


def test_merging_stops_when_its_time_is_over_and_says_that_not_all_was_tried() -> None:
    now = [0.0]

    def attempt(found: Merged) -> int:
        now[0] += MOST_SECONDS - 1
        return released(found)

    found = what_merging_gains(order(), Params("r"), Asked(5), attempt, clock=lambda: now[0])
    assert found.is_cut_short
    assert len(found.merges) == 1
    assert read_inside(found.as_text()) == found


def test_what_is_found_reads_back_as_it_was_written() -> None:
    merges = (
        Merge("leeftijd", ("8_11", "12_14"), 4, 7, 0, None),
        Merge("leeftijd", ("12_14", "15_17"), None, 7, 2, 5),
    )
    found = Inside(4, merges, True, 3, True)
    assert read_inside(found.as_text()) == found


def test_what_an_older_version_wrote_is_read_too() -> None:
    one = '{"dimension": "leeftijd", "codes": ["8_11", "12_14"], "tolerance": 4, "fewer_small": 7}'
    text = f'{{"small": 4, "merges": [{one}], "is_cut_short": false, "providers": 3, "old": 1}}'
    assert read_inside(text) == Inside(4, (Merge("leeftijd", ("8_11", "12_14"), 4, 7),), False, 3)


def test_only_ages_are_merged_and_never_with_what_is_no_band() -> None:
    found = what_merging_gains(order(), Params("r"), Asked(5), released)
    assert [one.codes for one in found.merges] == [
        ("8_11", "12_14"),
        ("12_14", "15_17"),
    ]


def released(found: Merged) -> int:
    return publish(found.table, Params("r"), b"k" * 32).release.tolerance


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
