"""A report that hides small numbers: chosen by the administrator, and safe on every way out."""

import io
import json
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from odfdo import Document

from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.reports import export, export_html, export_ods, export_pdf
from pmg.reports.models import ReportRelease
from pmg.reports.rules import Choice
from pmg.reports.services import ask_report
from tests import acting
from tests.cast import Cast
from tests.conftest import AtWork
from tests.definitions.test_pages import NEW, tables
from tests.reports.casework import Casework
from tests.reports.conftest import QUARTER, TODAY, Work, approved
from tests.reports.test_make import busy
from tests.reports.test_pages import hidden

Browse = Callable[..., FlaskClient]
ASKED = {"template": "focusgebieden", "period": "eigen", "first": "1-1-2026", "last": "31-3-2026"}
HIDES = {"method": "verbergen", "base": "5"}


@pytest.fixture
def els(browse: Browse, cast: Cast, casework: Casework) -> FlaskClient:
    """Els, in a municipality whose administrator chose to hide in the report of areas."""
    busy(casework, youths=60)
    answer = acting.send(browse(cast.ad), NEW, **{**tables(), **HIDES})
    assert answer.status_code == 302, answer.text
    return browse(cast.els)


def asked(els: FlaskClient, work: Work) -> str:
    sent = acting.send(els, "/rapportage/nieuw", **ASKED)
    assert sent.status_code == 302, sent.text
    assert work()
    return str(sent.location)


def released(els: FlaskClient, dewi: FlaskClient, work: Work) -> str:
    page = asked(els, work)
    answer = dewi.post(f"{page}/goedkeuren", data=hidden(dewi.get(page).text))
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_the_administrator_sees_what_hiding_means_before_choosing_it(
    browse: Browse, cast: Cast
) -> None:
    ad = browse(cast.ad)
    assert "Kies verbergen alleen als precieze aantallen nodig zijn" in ad.get(NEW).text
    made = ad.get(acting.send(ad, NEW, **{**tables(), **HIDES}).location).text
    assert "Wat kleiner is dan 5, is verborgen." in made
    assert "Verbergen: precieze aantallen" in made


def test_hiding_is_refused_where_tables_count_different_things(browse: Browse, cast: Cast) -> None:
    other = {"table1_unit": "aanmeldingen", "base": "10", "method": "verbergen"}
    answer = acting.send(browse(cast.ad), NEW, **{**tables(), **other})
    assert answer.status_code == 422
    assert "alleen als alle tabellen hetzelfde tellen" in answer.text


def test_the_preview_and_the_report_say_what_is_hidden_in_plain_words(
    els: FlaskClient, browse: Browse, cast: Cast, work: Work
) -> None:
    page = asked(els, work)
    dewi = browse(cast.dewi)
    preview = dewi.get(page).text
    assert "Verborgen aantallen" in preview
    assert "Niemand kan uit deze getallen een verborgen aantal uitrekenen" in preview
    where = dewi.post(f"{page}/goedkeuren", data=hidden(preview)).location
    shown = els.get(where).text
    assert "Waar ‘verborgen’ staat, is het aantal klein (1 tot en met 4)" in shown
    assert "Waarom is ook een groter getal verborgen?" in shown
    assert "Schrijf niet ‘minder dan 5’: het kan ook meer zijn." in shown
    assert "ongeveer" not in shown.split("Wat mag ik hiermee?")[1].split("</details>")[0]
    assert "Bekijk als tabel, met wat het in het echt kan zijn" not in shown
    numbers = re.findall(r'class="pmg-number" data-label="[^"]*">(?:<strong>)?([^<]*)<', shown)
    assert "verborgen" in numbers
    assert not {"1", "2", "3", "4"} & set(numbers)
    check = els.get(f"{where}/controle").text
    assert "Kleine aantallen verbergen, met k = 5" in check
    assert "Fout" not in check
    assert "ten minste 5 groter dan in een andere" in check


def test_who_waits_for_hiding_is_told_that_it_may_take_a_quarter_of_an_hour(
    els: FlaskClient,
) -> None:
    waiting = els.get(acting.send(els, "/rapportage/nieuw", **ASKED).location).text
    assert "van een paar seconden tot, bij veel kleine groepen, een kwartier" in waiting
    assert "meestal een paar seconden" not in waiting


@pytest.fixture
def item(els: FlaskClient, at_work: AtWork, cast: Cast, work: Work) -> ReportRelease:
    """A report that hides, released."""
    with at_work(cast.els):
        draft = ask_report(Choice("focusgebieden", QUARTER), today=TODAY).draft
        assert draft is not None
        draft_id = draft.id
    assert work()
    return approved(at_work, cast.dewi, draft_id)


def test_every_file_says_hidden_and_never_a_small_number(
    item: ReportRelease, at_work: AtWork, cast: Cast
) -> None:
    small = {"1", "2", "3", "4"}
    with at_work(cast.els):
        rows = export.numbers(item, for_excel=False).content.decode().splitlines()[1:]
        page = export_html.page(item).content.decode()
        sheets = Document(io.BytesIO(export_ods.spreadsheet(item).content)).body.tables[1:]
        pdf = export_pdf.document(item).content
        world = export.base_world(item, "jongeren").content.decode()
        whole = export.whole(item).content
    # The number itself, and between what the true one lies: hidden, nothing is said of that.
    numbers = {each for row in rows for each in row.split(",")[-3:]}
    assert "verborgen" in numbers
    assert not small & numbers
    assert "<td>verborgen</td>" in page
    assert "de andere wijken" not in page
    values = {str(value) for sheet in sheets for row in sheet.get_values() for value in row}
    assert "verborgen" in values
    assert not small & values
    assert pdf.startswith(b"%PDF")
    document = json.loads(whole)
    assert outcome(verify(document)) is Outcome.GOOD
    assert document["certificate"]["method"] == "suppression"
    assert world.count("SYNTHETISCH") == len(document["worlds"]) > 1


def test_after_a_correction_it_is_held_and_when_nothing_changed_it_is_not(
    els: FlaskClient, browse: Browse, cast: Cast, casework: Casework, work: Work
) -> None:
    where = released(els, browse(cast.dewi), work)
    again = acting.send(els, f"{where}/opnieuw", reason="Nog eens geteld.")
    assert work()
    assert "Verborgen aantallen" in els.get(again.location).text
    els.post(f"{again.location}/intrekken", data=hidden(els.get(again.location).text))
    casework.youth(age=40)
    changed = acting.send(els, f"{where}/opnieuw", reason="Later ingevoerd.")
    assert work()
    page = els.get(changed.location).text
    assert "dat het niet zo is, is niet te bewijzen" in page
    assert "Dit lukt over deze dagen niet meer, ook niet met minder tabellen." in page
    assert "Gebruik het rapport dat er al is." in page
    assert "Het gaat om het hele rapport." in page
    assert "het totaal" not in page
    assert "Wachten:" not in page
    assert "Goedkeuren" not in browse(cast.dewi).get(changed.location).text


def test_that_a_report_which_hides_is_the_only_one_is_said_where_it_is_chosen_and_approved(
    els: FlaskClient, browse: Browse, cast: Cast, work: Work
) -> None:
    warning = "Na goedkeuring kan over precies deze dagen geen enkel ander rapport meer."
    choices = els.get("/rapportage/nieuw").text.split('value="focusgebieden"')[1]
    assert "Pas op: dit rapport verbergt" in choices.split('name="template"')[0]
    assert choices.count("Pas op: dit rapport verbergt") == 1

    page = asked(els, work)
    dewi = browse(cast.dewi)
    preview = dewi.get(page).text
    assert warning in preview[preview.index('id="besluiten"') : preview.index(">Goedkeuren<")]

    dewi.post(f"{page}/goedkeuren", data=hidden(preview))
    other = acting.send(els, "/rapportage/nieuw", **{**ASKED, "template": "jaarrapportage"})
    assert work()
    held = els.get(other.location).text
    assert "Dit lukt over deze dagen niet meer, ook niet met minder tabellen." in held
    assert "af te ronden" in held
    assert "Vraag de functioneel beheerder om een versie van dit rapport met minder" not in held
