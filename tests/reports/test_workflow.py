"""From asking to delivering: two pairs of eyes, and a ledger that only grows."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from config import Settings
from pmg.definitions.shipped import SHIPPED
from pmg.disclosure.errors import Infeasible, ReleaseHeld, Undecided
from pmg.disclosure.findings import Finding
from pmg.disclosure.release import read_release
from pmg.disclosure.sentences import say
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.reports import computing, services
from pmg.reports.ledger import ledger_of
from pmg.reports.models import ReportRelease
from pmg.reports.rules import Choice, Period
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.home.test_waits import waits
from tests.reports.casework import Casework
from tests.reports.conftest import QUARTER, TODAY, MakeReport, Work, approved, ask, secrets
from tests.reports.test_make import busy
from tests.reports.test_pages import hidden

Browse = Callable[[Person], FlaskClient]
LATER = Period(date(2026, 4, 1), date(2026, 6, 30))
LATEST = Period(date(2026, 7, 1), date(2026, 9, 30))


@pytest.fixture
def draft_id(at_work: AtWork, cast: Cast, casework: Casework) -> UUID:
    """A report that Els asked for."""
    busy(casework)
    with at_work(cast.els):
        draft = services.ask_report(Choice("jaarrapportage", QUARTER), today=TODAY).draft
        assert draft is not None
        return draft.id


def stored(engine: Engine, table: str = "report_draft") -> list[dict[str, object]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]


SMALL = Finding("jongeren", {"leeftijd": "8_11", "geslacht": "v"}, say("te smal"))


def hold(*_: object, **__: object) -> None:
    """Find of two numbers that they would be narrowed."""
    reason = say("samen met eerdere publicaties blijft te weinig mogelijk.")
    small = Finding("jongeren", {"leeftijd": "8_11", "geslacht": "v"}, reason)
    raise ReleaseHeld([small, Finding("jongeren", {}, reason)])


def page_of(draft_id: UUID) -> str:
    return f"/rapportage/concept/{draft_id}"


# The way of a report


def test_progress_survives_leaving_the_page_and_leads_to_a_preview(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work
) -> None:
    before = browse(cast.els).get(page_of(draft_id)).text
    assert "<progress" in before
    assert "Opnieuw kijken" in before
    work()
    after = browse(cast.els).get(page_of(draft_id)).text
    assert "<progress" not in after
    assert "Bereikte jongeren" in after
    assert "Wacht op een collega" in browse(cast.els).get("/rapportage").text
    assert "Wacht op uw oordeel" in browse(cast.dewi).get("/rapportage").text


def test_a_colleague_approves_and_then_it_is_signed_and_in_the_ledger(
    at_work: AtWork, cast: Cast, draft_id: UUID, work: Work
) -> None:
    work()
    release = approved(at_work, cast.dewi, draft_id)
    assert (release.number, release.before, release.made_by) == (1, "", cast.els.id)
    assert release.approved_by == cast.dewi.id
    lines = verify(json.loads(release.document), key=secrets().signer.public_key)
    assert outcome(lines) is Outcome.GOOD


def test_a_report_waits_on_the_day_of_a_colleague_until_it_is_judged(
    browse: Browse, at_work: AtWork, cast: Cast, draft_id: UUID, work: Work
) -> None:
    els, dewi = browse(cast.els), browse(cast.dewi)
    said = (
        "rapport wacht op uw oordeel",
        "rapporten wachten op uw oordeel",
    )
    assert waits(dewi, said) == []  # it is not counted yet
    work()
    assert [line.split(",")[0] for line in waits(dewi, said)] == [
        "Jaarrapportage Preventie met Gezag"
    ]
    assert waits(els, said) == []
    approved(at_work, cast.dewi, draft_id)
    assert waits(dewi, said) == []


def test_the_maker_cannot_approve(
    browse: Browse, at_work: AtWork, cast: Cast, draft_id: UUID, work: Work, owner: Engine
) -> None:
    work()
    els = browse(cast.els)
    page = els.get(page_of(draft_id)).text
    assert "Goedkeuren" not in page
    answer = els.post(f"{page_of(draft_id)}/goedkeuren", data=hidden(page))
    assert answer.status_code == 422
    assert "Een collega kijkt dit rapport na" in answer.text
    assert stored(owner, "report_release") == []


@pytest.mark.parametrize("name", ["fatma", "bas", "sanne", "ans", "ad", "joost"])
def test_no_other_role_approves(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work, name: str
) -> None:
    work()
    client = browse(getattr(cast, name))
    assert client.get(page_of(draft_id)).status_code == 404
    assert client.post(f"{page_of(draft_id)}/goedkeuren").status_code in {400, 404, 415}


def test_sending_back_needs_a_reason_and_keeps_nothing(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work, owner: Engine
) -> None:
    work()
    dewi, address = browse(cast.dewi), page_of(draft_id)
    form = hidden(dewi.get(address).text)
    empty = dewi.post(f"{address}/terugsturen", data={**form, "reason": " "})
    assert empty.status_code == 422
    assert "Schrijf waarom u het rapport terugstuurt." in empty.text
    form = hidden(dewi.get(address).text)
    counted = dewi.post(f"{address}/terugsturen", data={**form, "reason": "Een jongere mist."})
    assert counted.status_code == 422
    assert "Laat aantallen weg, ook in woorden" in counted.text
    form = hidden(dewi.get(address).text)
    dewi.post(f"{address}/terugsturen", data={**form, "reason": "De periode is te kort."})
    own = browse(cast.els).get(address).text
    assert "De periode is te kort." in own
    assert 'href="/rapportage/nieuw"' in own
    assert 'href="/rapportage/nieuw"' not in dewi.get(address).text
    row = stored(owner)[0]
    assert row["state"] == "teruggestuurd"
    assert not any(row[name] for name in ("counted_sealed", "document_sealed", "held_sealed"))


def test_the_maker_takes_it_back_and_asks_again(
    browse: Browse, cast: Cast, draft_id: UUID, at_work: AtWork
) -> None:
    els = browse(cast.els)
    els.post(f"{page_of(draft_id)}/intrekken", data=hidden(els.get(page_of(draft_id)).text))
    assert "Dit rapport is ingetrokken" in els.get(page_of(draft_id)).text
    again = ask(at_work, cast.els).draft
    assert again is not None


def test_two_officers_who_approve_make_one_release(
    browse: Browse, cast: Cast, draft_id: UUID, work: Work, owner: Engine
) -> None:
    work()
    dewi = browse(cast.dewi)
    first, second = (hidden(dewi.get(page_of(draft_id)).text) for _ in range(2))
    assert dewi.post(f"{page_of(draft_id)}/goedkeuren", data=first).status_code == 302
    again = dewi.post(f"{page_of(draft_id)}/goedkeuren", data=second)
    assert again.location == f"/rapportage/{draft_id}"
    assert len(stored(owner, "report_release")) == 1


# What waits


def test_no_count_lies_readable_while_it_waits(
    draft_id: UUID, superuser: Engine, casework: Casework
) -> None:
    row = stored(superuser)[0]
    assert b"counts" not in bytes(row["counted_sealed"])  # type: ignore[call-overload]
    assert set(row) - {name for name in row if name.endswith("_sealed")} == {
        *("municipality_id", "id", "template_code", "template_version", "period_from"),
        *("period_until", "population", "succeeds", "reason", "state", "step", "attempts"),
        *("fault", "made_by", "made_at", "decided_by", "decided_at", "decision"),
    }
    assert (row["step"], row["attempts"], row["fault"]) == (0, 0, "")


def test_counts_are_gone_once_they_are_protected(draft_id: UUID, work: Work, owner: Engine) -> None:
    assert stored(owner)[0]["counted_sealed"] is not None
    work()
    assert stored(owner)[0]["counted_sealed"] is None


def test_a_worker_that_was_killed_leaves_its_draft_to_the_next(
    draft_id: UUID, work: Work, owner: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As far as the draft can tell."""

    def kill(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(computing, "publish", kill)
        with pytest.raises(Killed):
            work()
    assert (stored(owner)[0]["state"], stored(owner)[0]["attempts"]) == ("bezig", 1)
    assert work()
    assert stored(owner)[0]["state"] == "klaar"
    assert not work()


def test_a_draft_that_ends_every_worker_is_given_up(
    draft_id: UUID, work: Work, owner: Engine, browse: Browse, cast: Cast
) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE report_draft SET state = 'bezig', attempts = 3"))
    assert not work()
    assert stored(owner)[0]["counted_sealed"] is None
    assert "drie keer afgebroken" in browse(cast.els).get(page_of(draft_id)).text


def test_a_draft_taken_back_while_it_is_computed_stays_so(
    draft_id: UUID,
    work: Work,
    at_work: AtWork,
    cast: Cast,
    owner: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish = computing.publish

    def meanwhile(*args: object, **more: object) -> object:
        with owner.begin() as connection:
            connection.execute(
                text("UPDATE report_draft SET state = 'ingetrokken', counted_sealed = NULL")
            )
        return publish(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(computing, "publish", meanwhile)
    work()
    row = stored(owner)[0]
    assert (row["state"], row["document_sealed"]) == ("ingetrokken", None)


def test_undecided_says_that_it_counts_as_unsafe(
    draft_id: UUID, work: Work, browse: Browse, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise Undecided("na 17 knopen")

    monkeypatch.setattr(computing, "publish", stop)
    work()
    page = browse(cast.els).get(page_of(draft_id)).text
    assert "Dat telt als onveilig" in page
    assert "knopen" not in page


def test_what_is_held_is_shown_with_choices_and_without_a_way_around(
    draft_id: UUID, work: Work, browse: Browse, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "publish", hold)
    work()
    page = browse(cast.dewi).get(page_of(draft_id)).text
    assert "Samen met eerdere publicaties blijft te weinig mogelijk." in page
    assert "Jongeren: leeftijd ‘8 tot en met 11 jaar’, geslacht ‘Meisje of vrouw’" in page
    assert "Jongeren: het totaal" in page
    assert "8_11" not in page
    assert all(choice in page for choice in ("langere periode", "Samenvoegen:", "Weglaten:"))
    assert "Goedkeuren" not in page


@pytest.mark.parametrize("fault", [ReleaseHeld([SMALL]), Infeasible("geen")])
def test_a_correction_that_is_not_safe_gets_no_advice_that_cannot_help(
    make: MakeReport,
    browse: Browse,
    cast: Cast,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
    casework: Casework,
    fault: Exception,
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise fault

    busy(casework)
    els = browse(cast.els)
    address = f"/rapportage/{make().release.id}/opnieuw"
    form = hidden(els.get(address).text)
    draft = els.post(address, data={**form, "reason": "Later ingevoerd."}).location
    monkeypatch.setattr(computing, "publish", stop)
    work()
    page = els.get(draft).text
    assert "Wachten:" in page
    assert "Zo laten: het eerdere rapport blijft gelden." in page
    assert "samenvoegen helpt hier niet" in page
    assert "langere periode" not in page
    assert "Wat samenvoegen zou opleveren" not in page


def test_another_report_about_the_same_days_is_told_what_it_adds(
    make: MakeReport,
    browse: Browse,
    at_work: AtWork,
    cast: Cast,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
    casework: Casework,
) -> None:
    busy(casework)
    make()
    with at_work(cast.els):
        draft = services.ask_report(Choice("kwartaalmonitor", QUARTER), today=TODAY).draft
        assert draft is not None
        address = page_of(draft.id)
    monkeypatch.setattr(computing, "publish", hold)
    work()
    page = browse(cast.els).get(address).text
    assert "die in dat andere niet staan" in page
    assert "langere periode" not in page


def test_a_draft_that_another_report_overtook_says_so_before_anyone_approves_it(
    make: MakeReport,
    browse: Browse,
    at_work: AtWork,
    cast: Cast,
    work: Work,
    casework: Casework,
) -> None:
    busy(casework)
    with at_work(cast.els):
        draft = services.ask_report(Choice("kwartaalmonitor", QUARTER), today=TODAY).draft
        assert draft is not None
        address = page_of(draft.id)
    work()
    assert "Goedkeuren" in browse(cast.dewi).get(address).text
    make()
    for person, advice in ((cast.dewi, "Stuur het terug"), (cast.els, "Trek het in")):
        page = browse(person).get(address).text
        assert "Dit concept is ingehaald" in page
        assert advice in page
        assert ">Goedkeuren<" not in page
        assert "Mag dit rapport naar buiten?" not in page
        assert "Na goedkeuring" not in page
        assert ">Veilig<" not in page


def test_a_second_report_about_the_same_days_counts_its_own_numbers(
    make: MakeReport, browse: Browse, at_work: AtWork, cast: Cast, work: Work, casework: Casework
) -> None:
    busy(casework)
    make()
    with at_work(cast.els):
        draft = services.ask_report(Choice("kwartaalmonitor", QUARTER), today=TODAY).draft
        assert draft is not None
        address = page_of(draft.id)
    work()
    page = browse(cast.dewi).get(address).text
    said = re.search(r"Getallen in dit rapport</dt>\s*<dd[^>]*>(\d+)<", page)
    assert said is not None
    assert int(said[1]) == 7 * 5 + 4 * 4  # ages by decisions, tracks by states, with their totals
    assert re.search(r"Mee nagerekend zijn \d+ getallen uit eerdere rapporten", page)


# Corrections


def test_who_corrects_again_reads_why_the_first_attempt_was_held(
    make: MakeReport,
    browse: Browse,
    cast: Cast,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
    casework: Casework,
) -> None:
    busy(casework)
    first = make().release
    els, address = browse(cast.els), f"/rapportage/{first.id}/opnieuw"
    assert "vastgehouden</" not in els.get(address).text
    els.post(address, data={**hidden(els.get(address).text), "reason": "Later ingevoerd."})
    monkeypatch.setattr(computing, "publish", hold)
    work()
    page = els.get(address).text
    assert "Een eerdere poging is vastgehouden" in page
    assert "Jongeren: leeftijd ‘8 tot en met 11 jaar’, geslacht ‘Meisje of vrouw’" in page
    assert "8_11" not in page


def test_a_correction_succeeds_and_says_what_changed_and_why(
    make: MakeReport, casework: Casework, browse: Browse, at_work: AtWork, cast: Cast, work: Work
) -> None:
    busy(casework)
    first = make().release
    busy(casework, youths=30, seed=7)
    els, address = browse(cast.els), f"/rapportage/{first.id}/opnieuw"
    form = hidden(els.get(address).text)
    draft = els.post(address, data={**form, "reason": "Een deel is later ingevoerd."})
    assert draft.status_code == 302, draft.text
    work()
    preview = browse(cast.dewi).get(draft.location).text
    assert "Een deel is later ingevoerd." in preview
    if "Goedkeuren" in preview:
        second = approved(at_work, cast.dewi, UUID(draft.location.rsplit("/", 1)[-1]))
        assert (second.succeeds, second.number) == (first.id, 2)
        assert second.before == first.entry_hash
        assert "Dit rapport is opgevolgd" in els.get(f"/rapportage/{first.id}").text
        with pytest.raises(Invalid, match="al opgevolgd"), at_work(cast.els):
            services.ask_correction(db.session.merge(first, load=False), "nog eens")
    else:
        assert "vastgehouden" in preview


def test_a_correction_without_a_change_keeps_every_number(
    make: MakeReport, casework: Casework, at_work: AtWork, cast: Cast, work: Work
) -> None:
    busy(casework)
    first = make().release
    with at_work(cast.els):
        again = services.ask_correction(
            db.session.get_one(ReportRelease, (first.municipality_id, first.id)), "Nagekeken."
        ).draft
        assert again is not None
        again_id = again.id
    work()
    second = approved(at_work, cast.dewi, again_id)
    values = [read_release(json.loads(one.document)["release"]).values for one in (first, second)]
    assert values[0] == values[1]


def test_a_report_shows_who_made_and_approved_it_and_what_followed(
    make: MakeReport, casework: Casework, browse: Browse, at_work: AtWork, cast: Cast, work: Work
) -> None:
    busy(casework)
    first = make().release
    els = browse(cast.els)
    shown = els.get(f"/rapportage/{first.id}").text.split("Vrijgave")[1]
    assert cast.els.name in shown
    assert cast.dewi.name in shown
    assert "niet bekend" not in shown
    assert "Leveren aan het ministerie" in shown
    form = hidden(els.get(f"/rapportage/{first.id}").text)
    els.post(f"/rapportage/{first.id}/leveren", data=form)
    assert "Leveren aan het ministerie" not in els.get(f"/rapportage/{first.id}").text
    with at_work(cast.els):
        row = db.session.get_one(ReportRelease, (first.municipality_id, first.id))
        again = services.ask_correction(row, "Nog eens nagekeken.").draft
        assert again is not None
        again_id = again.id
    work()
    second = approved(at_work, cast.dewi, again_id)
    before, after = (els.get(f"/rapportage/{one.id}").text for one in (first, second))
    assert "Dit rapport is opgevolgd" in before
    assert f"/rapportage/{second.id}" in before
    assert "Opnieuw maken" not in before
    assert "Wat er verandert en waarom" in after
    assert "Nog eens nagekeken." in after


def test_a_correction_needs_a_reason(make: MakeReport, at_work: AtWork, cast: Cast) -> None:
    first = make().release
    with at_work(cast.els), pytest.raises(Invalid, match="Schrijf waarom"):
        services.ask_correction(
            db.session.get_one(ReportRelease, (first.municipality_id, first.id)), "  "
        )


@pytest.mark.parametrize(
    "reason", ["12 aanmeldingen kwamen later.", "Twaalf kwamen later.", "Er was één te veel."]
)
def test_why_a_report_is_made_again_says_no_number(
    make: MakeReport, casework: Casework, browse: Browse, cast: Cast, owner: Engine, reason: str
) -> None:
    busy(casework)
    address = f"/rapportage/{make().release.id}/opnieuw"
    els = browse(cast.els)
    asked = els.get(address).text
    assert "Noem geen namen en geen aantallen." in asked
    answer = els.post(address, data={**hidden(asked), "reason": reason})
    assert answer.status_code == 422
    assert "Laat aantallen weg, ook in woorden" in answer.text
    assert reason in answer.text
    assert len(stored(owner)) == 1


# The ledger


ATTACKS = {
    "a number is changed": "UPDATE report_release SET document = replace(document, '5', '6')",
    "the chain is rewritten": "UPDATE report_release SET before = repeat('0', 64)",
    "one is removed": "DELETE FROM report_release",
    "a delivery is undone": "DELETE FROM report_delivery",
    "all are removed": "TRUNCATE report_release CASCADE",
}


@pytest.mark.parametrize("role", ["database_url", "owner_database_url", "worker_database_url"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_role_of_the_product_changes_or_removes_a_release(
    make: MakeReport, settings: Settings, superuser: Engine, at_work: AtWork, cast: Cast,
    role: str, attack: str,
) -> None:  # fmt: skip
    release = make().release
    with at_work(cast.els):
        services.deliver(db.session.get_one(ReportRelease, (release.municipality_id, release.id)))
    engine = create_engine(getattr(settings, role))
    before = stored(superuser, "report_release")
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text(ATTACKS[attack]))
    engine.dispose()
    assert stored(superuser, "report_release") == before


FORGERIES = {
    "approved by its maker": "approved_by = made_by",
    "approved by no one": "approved_by = NULL",
    "with another place": "number = 7",
    "with another past": "before = repeat('0', 64)",
    "with another hash": "entry_hash = repeat('0', 64)",
    "about other days than it says": "period_from = period_from - 30",
    "of another kind than it says": "template_code = 'financiering'",
    "about other people": "population = 'GM0363 2024-01-01 2024-04-01'",
    "of tables that count nothing": (
        "document = jsonb_set(document::jsonb, '{release,tables}', '[]')"
    ),
}


_FORGED = (
    "CREATE TEMP TABLE forged ON COMMIT DROP AS SELECT * FROM report_release",
    "UPDATE forged SET id = gen_random_uuid(), number = 2, before = entry_hash,"  # noqa: ISC004
    " period_from = period_from - interval '1 year',"
    " period_until = period_until - interval '1 year',"
    " document = replace(document, '2026-', '2025-'),"
    " population = replace(population, '2026-', '2025-')",
    "UPDATE forged SET entry_hash = pmg_entry_hash(before, population, release_hash)",
)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_entry_does_not_enter_the_ledger(
    make: MakeReport, owner: Engine, forgery: str
) -> None:
    make()
    with owner.begin() as connection:
        for statement in (*_FORGED, f"UPDATE forged SET {FORGERIES[forgery]}"):
            connection.execute(text(statement))
        if forgery == "about other people":
            connection.execute(text(_FORGED[-1]))
        with pytest.raises(DBAPIError):
            connection.execute(text("INSERT INTO report_release SELECT * FROM forged"))


def test_without_forgery_the_same_entry_would_enter(make: MakeReport, owner: Engine) -> None:
    make()
    with owner.begin() as connection:
        for statement in (*_FORGED, "INSERT INTO report_release SELECT * FROM forged"):
            connection.execute(text(statement))
    assert len(stored(owner, "report_release")) == 2


def test_an_injected_approval_of_ones_own_draft_is_refused(
    at_work: AtWork, cast: Cast, draft_id: UUID, work: Work
) -> None:
    work()
    with at_work(cast.els), pytest.raises(DBAPIError):
        db.session.execute(
            text("UPDATE report_draft SET state = 'goedgekeurd', decided_by = made_by,"
                 " document_sealed = NULL")
        )  # fmt: skip


TAMPERINGS = {
    "altered": "UPDATE report_release SET document = replace(document, 'tolerance', 'tolerantie')",
    "missing": "DELETE FROM report_release WHERE number = 1",
    "cut off at the end": "DELETE FROM report_release WHERE number = 2",
}


@pytest.mark.parametrize("is_delivered", [True, False])
@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_with_a_ledger_that_does_not_hold_nothing_is_released(
    make: MakeReport,
    superuser: Engine,
    at_work: AtWork,
    cast: Cast,
    tampering: str,
    *,
    is_delivered: bool,
) -> None:
    make()
    second = make(LATER).release
    if is_delivered:
        with at_work(cast.els):
            item = db.session.get_one(ReportRelease, (second.municipality_id, second.id))
            services.deliver(item)
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(TAMPERINGS[tampering]))
    with pytest.raises(Invalid, match="Het grootboek van uw gemeente klopt niet"):
        make(LATEST)


def test_the_ledger_is_a_chain(make: MakeReport, at_work: AtWork, cast: Cast) -> None:
    first, second = make().release, make(LATER).release
    assert second.before == first.entry_hash
    with at_work(cast.els):
        assert ledger_of("GM0363").head == second.entry_hash


# The worker's own role


CLOSED = ("youth", "case_file", "trajectory", "user_account", "audit_event", "case_member")


@pytest.fixture
def as_worker(settings: Settings) -> Iterator[Connection]:
    engine = create_engine(settings.worker_database_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("table", CLOSED)
def test_the_worker_reaches_no_youth_and_no_account(as_worker: Connection, table: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        as_worker.execute(text(f"SELECT * FROM {table}"))


def test_the_worker_decides_nothing(as_worker: Connection, draft_id: UUID) -> None:
    with pytest.raises(DBAPIError):
        as_worker.execute(text("UPDATE report_draft SET state = 'goedgekeurd'"))


def test_the_application_never_reads_what_was_counted(
    at_work: AtWork, cast: Cast, draft_id: UUID
) -> None:
    with at_work(cast.els), pytest.raises(DBAPIError, match="permission denied"):
        db.session.execute(text("SELECT counted_sealed FROM report_draft"))


# Delivery


def test_the_ministry_sees_what_was_delivered_and_nothing_else(
    make: MakeReport, browse: Browse, at_work: AtWork, cast: Cast
) -> None:
    release = make().release
    joost, els = browse(cast.joost), browse(cast.els)
    assert "Er is nog niets geleverd" in joost.get("/ontvangen").text
    address = f"/rapportage/{release.id}"
    els.post(f"{address}/leveren", data=hidden(els.get(address).text))
    page = joost.get("/ontvangen").text
    found = re.search(r'href="(/ontvangen/[0-9a-f-]{36})"', page)
    assert found
    assert "Bereikte jongeren" in joost.get(found[1]).text
    assert joost.get(address).status_code == 404
    assert els.get(found[1]).status_code == 404
    with at_work(cast.joost):
        assert db.session.scalar(text("SELECT count(*) FROM report_release")) == 1
        assert db.session.scalar(text("SELECT count(*) FROM report_draft")) == 0
        assert db.session.scalar(text("SELECT count(*) FROM case_file")) == 0


def test_delivering_asks_a_fresh_code(
    make: MakeReport, browse: Browse, cast: Cast, owner: Engine
) -> None:
    release = make().release
    els, address = browse(cast.els), f"/rapportage/{release.id}"
    with owner.begin() as connection:
        connection.execute(
            text("UPDATE user_session SET second_factor_at = now() - interval '6 minutes'")
        )
    answer = els.post(f"{address}/leveren", data=hidden(els.get(address).text))
    assert answer.location.startswith("/bevestigen")
    assert stored(owner, "report_delivery") == []


def test_an_old_definition_that_is_gone_says_so(
    make: MakeReport, browse: Browse, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = make().release
    monkeypatch.delitem(SHIPPED, ("jaarrapportage", 2))  # type: ignore[arg-type]
    answer = browse(cast.els).get(f"/rapportage/{release.id}")
    assert answer.status_code == 422
    assert "is er niet meer" in answer.text
    assert browse(cast.els).get("/rapportage").status_code == 200
