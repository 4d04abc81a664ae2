"""The pages of reports, as people meet them."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.disclosure.release import read_release
from pmg.disclosure.verify import main as verify_file
from tests.cast import Cast
from tests.reports.casework import MARCH, Casework
from tests.reports.conftest import Work
from tests.reports.test_make import busy

Browse = Callable[..., FlaskClient]
STRANGERS = ("sanne", "bas", "fatma", "karim", "jaap", "ans", "ad", "other", "other_director")
QUARTER = {"template": "jaarrapportage", "period": "eigen", "first": "1-1-2026"}
EXPORTS = (
    "csv",
    "csv?vorm=excel",
    "certificaat",
    "wereld?eenheid=jongeren",
    "ods",
    "pdf",
    "html",
)


def asked(client: FlaskClient, last: str = "31-3-2026") -> str:
    """Ask for a report through the form; return where that leads."""
    page = client.get("/rapportage/nieuw").text
    answer = client.post("/rapportage/nieuw", data={**hidden(page), **QUARTER, "last": last})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


# Who computes, and who approves: filled in for each test.
SECOND_LOOK: list[Callable[[str], str]] = []


@pytest.fixture(autouse=True)
def _second_look(browse: Browse, cast: Cast, work: Work) -> None:
    def approve(draft: str) -> str:
        work()
        dewi = browse(cast.dewi)
        answer = dewi.post(f"{draft}/goedkeuren", data=hidden(dewi.get(draft).text))
        assert answer.status_code == 302, answer.text
        return str(answer.location)

    SECOND_LOOK[:] = [approve]


def made(client: FlaskClient, last: str = "31-3-2026") -> str:
    """Make a report through the form and have it approved; return its address."""
    return SECOND_LOOK[0](asked(client, last))


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    inputs = [dict(re.findall(r'(name|value)="([^"]*)"', field)) for field in found]
    return {field["name"]: field["value"] for field in inputs}


def numbers(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content)))


@pytest.fixture
def els(browse: Browse, cast: Cast) -> FlaskClient:
    return browse(cast.els)


def test_a_report_is_made_listed_and_shown(els: FlaskClient, casework: Casework) -> None:
    busy(casework)
    address = made(els)
    page = els.get(address).text
    assert address in els.get("/rapportage").text
    assert "1 januari 2026 tot en met 31 maart 2026" in page
    assert re.search(r"Aantallen zijn afgerond op \w+\. Wie de regels optelt", page)
    assert re.search(
        r"Elk getal, ook een totaal, wijkt hoogstens (\d) af van de werkelijkheid; 0 betekent 0",
        page,
    )
    assert "een getal van 10 kan van minder dan 10 jongeren zijn" in page
    for title in ("Bereikte jongeren", "Tijd van aanmelding tot start", "Inzet naar onderbouwing"):
        assert title in page


def test_the_page_shows_the_numbers_of_the_file_and_no_other(
    els: FlaskClient, casework: Casework
) -> None:
    busy(casework)
    address = made(els)
    document = json.loads(els.get(f"{address}/certificaat").data)
    allowed = {n for part in document["release"]["parts"] for n in part["values"]}
    most = document["release"]["tolerance"]
    page = els.get(address).text
    cells = re.findall(r'class="pmg-number">(?:<strong>)?(\d[^<]*)', page)
    shown = {int(cell.partition(" ")[0]) for cell in cells if "tot en met" not in cell}
    bands = {
        tuple(map(int, re.findall(r"\d+", cell.partition("(")[0])))
        for cell in cells
        if "tot en met" in cell
    }
    assert len(shown) > 2
    assert shown <= allowed
    assert bands
    assert bands <= {(max(0, value - most), value + most) for value in allowed}


def test_without_reports_the_list_says_what_to_do(els: FlaskClient) -> None:
    assert "Maak het eerste rapport" in els.get("/rapportage").text


def test_the_same_period_leads_to_the_same_report_and_says_so(els: FlaskClient) -> None:
    first = made(els)
    assert asked(els) == first
    assert "was al een rapport gemaakt" in els.get(first).text


def test_an_overlapping_period_keeps_what_was_typed_and_says_why(els: FlaskClient) -> None:
    made(els)
    page = els.get("/rapportage/nieuw").text
    answer = els.post("/rapportage/nieuw", data={**hidden(page), **QUARTER, "last": "30-6-2026"})
    assert answer.status_code == 422
    assert "Twee rapporten over dezelfde dagen" in answer.text
    assert 'value="30-6-2026"' in answer.text


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({}, "Kies een periode."),
        ({"period": "eigen", "first": "", "last": "1-1-2026"}, "Vul de eerste dag in."),
        ({"period": "eigen", "first": "1-1-2026", "last": "31-12-9999"}, "die al geweest is"),
        ({"period": "eigen", "first": "2-1-2026", "last": "1-1-2026"}, "op of na de eerste"),
        ({"period": "eigen", "first": "29-2-2026", "last": "1-3-2026"}, "Deze dag bestaat niet"),
        ({"period": "eigen", "first": "1-1-26", "last": "1-3-2026"}, "vier cijfers"),
        ({"period": "eeuw"}, "Not a valid choice|geldige"),
        ({"period": "vorig_jaar", "template": "\udcff"}, "Not a valid choice|geldige|opnieuw"),
    ],
)
def test_a_wrong_answer_is_explained(
    els: FlaskClient, answers: dict[str, str], message: str
) -> None:
    page = els.get("/rapportage/nieuw").text
    encoded = {key: value.encode("utf-8", "replace") for key, value in answers.items()}
    sent = {**hidden(page), "template": "jaarrapportage", **encoded}
    answer = els.post("/rapportage/nieuw", data=sent)
    assert answer.status_code == 422
    assert re.search(message, answer.text)


@pytest.mark.parametrize("preset", ["vorig_kwartaal", "vorig_jaar", "dit_jaar"])
def test_each_preset_makes_a_report(els: FlaskClient, preset: str) -> None:
    page = els.get("/rapportage/nieuw").text
    sent = {**hidden(page), "template": "jaarrapportage", "period": preset}
    assert els.post("/rapportage/nieuw", data=sent).status_code == 302


@pytest.mark.parametrize("name", STRANGERS)
def test_nobody_else_finds_a_report_or_a_way_to_make_one(
    els: FlaskClient, browse: Browse, cast: Cast, name: str
) -> None:
    address = made(els)
    stranger = browse(getattr(cast, name))
    pages = ["/rapportage", "/rapportage/nieuw", address, f"{address}/controle"]
    for page in (*pages, *(f"{address}/{export}" for export in EXPORTS)):
        assert stranger.get(page).status_code == 404
    nowhere = f"/rapportage/{uuid4()}"
    assert stranger.get(address).text == stranger.get(nowhere).text.replace(nowhere, address)


@pytest.mark.parametrize("export", EXPORTS)
def test_a_download_asks_a_fresh_code_first(els: FlaskClient, owner: Engine, export: str) -> None:
    address = made(els)
    stale(owner)
    answer = els.get(f"{address}/{export}")
    assert answer.status_code == 302
    assert answer.location.startswith("/bevestigen?next=/rapportage/")
    assert "Bevestigen en downloaden" in els.get(address).text


def test_after_the_code_the_files_are_there(els: FlaskClient, cast: Cast, owner: Engine) -> None:
    address = made(els)
    stale(owner)
    step_up = els.get(f"{address}/csv").location
    code = pyotp.TOTP(cast.els.secret).now()
    answer = els.post(step_up, data={**hidden(els.get(step_up).text), "code": code})
    assert answer.location == f"{address}#downloaden"
    assert "Aantallen voor Excel" in els.get(address).text
    assert els.get(f"{address}/csv").status_code == 200


def stale(owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(
            text("UPDATE user_session SET second_factor_at = now() - interval '6 minutes'")
        )


@pytest.mark.parametrize("export", EXPORTS)
def test_a_download_is_an_attachment_and_stands_in_the_log(
    els: FlaskClient, owner: Engine, export: str
) -> None:
    address = made(els)
    answer = els.get(f"{address}/{export}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=jaarrapportage-")
    assert "-2026-01-01-2026-03-31" in answer.headers["Content-Disposition"]
    with owner.connect() as connection:
        written = connection.execute(
            text("SELECT written FROM audit_event WHERE written::text LIKE '%report:export%'")
        ).scalars()
        assert [entry[0]["id"] for entry in written] == [address.rsplit("/", 1)[-1]]


def test_the_csv_is_tidy_and_has_every_cell_of_the_release(
    els: FlaskClient, casework: Casework
) -> None:
    busy(casework)
    address = made(els)
    release = read_release(json.loads(els.get(f"{address}/certificaat").data)["release"])
    rows = numbers(els.get(f"{address}/csv").text)
    assert len(rows) == sum(len(release.rows(spec.name)) for spec in release.specs)
    girls = [
        r for r in rows if (r["geslacht"], r["leeftijd"], r["gebied"]) == ("v", "totaal", "totaal")
    ]
    assert [int(row["aantal"]) for row in girls] == [release.value("jongeren", {"geslacht": "v"})]
    assert {row["eerste_dag"] for row in rows} == {"2026-01-01"}
    for row in rows:
        low, high = int(row["in_het_echt_minstens"]), int(row["in_het_echt_hoogstens"])
        assert high == int(row["aantal"]) + release.tolerance
        assert low == max(0, int(row["aantal"]) - release.tolerance)


def test_dutch_excel_opens_its_csv_in_columns_and_words(els: FlaskClient) -> None:
    content = els.get(f"{made(els)}/csv?vorm=excel").data
    assert content.startswith(b"\xef\xbb\xbf")
    head, first = content.decode("utf-8-sig").splitlines()[:2]
    assert head.split(";")[:4] == ["eerste_dag", "laatste_dag", "tabel", "eenheid"]
    assert "Bereikte jongeren" in first


def test_the_world_is_headed_as_invented_and_counts_up_to_the_release(
    els: FlaskClient, casework: Casework
) -> None:
    busy(casework)
    address = made(els)
    release = read_release(json.loads(els.get(f"{address}/certificaat").data)["release"])
    head, rest = els.get(f"{address}/wereld?eenheid=jongeren").text.split("\r\n", 1)
    assert head == "SYNTHETISCH – geen echte personen"
    counted = sum(int(row["aantal"]) for row in numbers(rest))
    assert counted == release.value("jongeren", {})


def test_a_world_of_another_unit_is_not_there(els: FlaskClient) -> None:
    assert els.get(f"{made(els)}/wereld?eenheid=zaken").status_code == 404


def test_the_downloaded_file_checks_and_one_changed_number_does_not(
    els: FlaskClient, casework: Casework, tmp_path: Path
) -> None:
    busy(casework)
    content = els.get(f"{made(els)}/certificaat").data
    file = tmp_path / "rapport.json"
    file.write_bytes(content)
    assert verify_file([str(file), "--key", key_on_the_page(els)]) == 0
    document = json.loads(content)
    document["release"]["parts"][0]["values"][0] += 5
    file.write_text(json.dumps(document))
    assert verify_file([str(file)]) != 0


def key_on_the_page(els: FlaskClient) -> str:
    address = re.search(r'href="(/rapportage/[0-9a-f-]{36})"', els.get("/rapportage").text)
    assert address is not None
    page = els.get(f"{address[1]}/controle").text.replace("<wbr>", "")
    return re.findall(r"<code>([0-9a-f]{64})</code>", page)[0]


def test_the_downloaded_ledger_checks_beside_the_downloaded_file(
    els: FlaskClient, tmp_path: Path
) -> None:
    address = made(els)
    file, ledger = tmp_path / "rapport.json", tmp_path / "grootboek.json"
    file.write_bytes(els.get(f"{address}/certificaat").data)
    answer = els.get(f"{address}/grootboek")
    ledger.write_bytes(answer.data)
    assert "grootboek-GM0363.json" in answer.headers["Content-Disposition"]
    assert verify_file([str(file), "--ledger", str(ledger)]) == 0
    assert "Geldt naast de publicaties over dezelfde mensen" in els.get(f"{address}/controle").text


def test_without_a_fresh_code_the_ledger_does_not_leave(els: FlaskClient, owner: Engine) -> None:
    address = made(els)
    stale(owner)
    assert els.get(f"{address}/grootboek").location.startswith("/bevestigen?next=/rapportage/")


def test_the_certificate_page_checks_the_file_now(els: FlaskClient, superuser: Engine) -> None:
    address = made(els)
    page = els.get(f"{address}/controle").text
    assert page.count(">Goed<") == 8
    assert "Fout<" not in page
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("UPDATE report_release SET document = replace(document, :old, :new)"),
            {"old": '"tolerance":', "new": '"tolerance":1'},
        )
    assert ">Fout<" in els.get(f"{address}/controle").text


def test_shares_are_shown_only_of_a_base_of_twenty_or_more(
    els: FlaskClient, casework: Casework
) -> None:
    for age in (9, 13):
        for _ in range(3):
            casework.youth(age=age)
    small = els.get(made(els)).text
    for age in (9, 13):
        for _ in range(20):
            casework.youth(age=age, referred_on=date(2026, 5, 1))
    page = els.get("/rapportage/nieuw").text
    next_quarter = {**QUARTER, "first": "1-4-2026", "last": "30-6-2026"}
    draft = els.post("/rapportage/nieuw", data={**hidden(page), **next_quarter}).location
    large = SECOND_LOOK[0](draft)
    assert not re.search(r"\d \(\d+%\)", small)
    assert re.search(r"\d \(\d+%\)", els.get(large).text)
    assert not re.search(r"\((0|100)%\)|(minder|meer) dan \d+%", els.get(large).text)


def test_names_and_sealed_fields_are_on_no_page(els: FlaskClient, casework: Casework) -> None:
    casework.trajectory(casework.youth(), started_on=MARCH)
    address = made(els)
    for page in ("", "/controle", "/csv", "/certificaat"):
        assert b"Geheim" not in els.get(address + page).data
