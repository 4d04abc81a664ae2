"""From releases to a publication: a sum, a second look, and nothing that changes after it."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from odfdo import Document
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import FileStorage

from config import Settings
from pmg.definitions.shipped import YEARLY
from pmg.definitions.vocabulary import KINDS
from pmg.disclosure.national import read_national
from pmg.disclosure.publish import signature
from pmg.disclosure.release import read_release
from pmg.disclosure.verify import Given, Outcome, outcome, verify
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.national import files, publishing
from pmg.national.models import NationalDraft, NationalRelease
from pmg.national.rules import Choice, State
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.reports import weighing
from pmg.reports.rules import population
from tests import acting
from tests.cast import Cast
from tests.conftest import AtWork
from tests.national.build import (
    ARNHEM,
    FIRST,
    GRONINGEN,
    LAST,
    UTRECHT,
    Asked,
    Sender,
    corrected,
    release,
)
from tests.national.conftest import CHOICE, PLACES, Browse, Publish, TakeIn, posted, signed_by
from tests.national.test_take_in import OTHERS, rows
from tests.reports.conftest import secrets

MAKE = f"/landelijk/cijfers/nieuw?rapport=jaarrapportage&periode={FIRST}_{LAST}"
EXPORTS = ("csv", "csv?vorm=excel", "ods", "pdf", "html", "bestand", "rapporten")


@pytest.fixture
def draft_id(two: None, at_work: AtWork, cast: Cast) -> UUID:
    """A draft that Joost made."""
    with at_work(cast.joost):
        return publishing.make_draft(CHOICE, "").id


def page_of(draft_id: UUID) -> str:
    return f"/landelijk/cijfers/concept/{draft_id}"


# -- the way of a publication


def test_two_readers_make_and_publish_figures_through_the_pages(
    two: None, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    joost, noor = browse(cast.joost), browse(cast.vera)
    assert "Landelijke cijfers maken" in joost.get("/landelijk").text
    before = joost.get(MAKE).text
    assert "2 van de 47 gemeenten" in before
    assert "Groningen" in before
    made = acting.send(joost, MAKE)
    assert made.status_code == 302
    own = joost.get(made.location).text
    assert "Een andere lezer van het ministerie kijkt dit na." in own
    assert "Goedkeuren en publiceren" not in own
    shown = noor.get(made.location).text
    assert "Som van de rapporten van 2 van de 47 gemeenten." in shown
    assert "Een landelijk getal wijkt in het ergste geval 18 af" in shown
    assert "45 gemeenten leverden niet" in shown
    assert "Wacht op uw oordeel" in noor.get("/landelijk/cijfers").text
    done = acting.send(noor, made.location)
    assert done.status_code == 405  # a draft has no form of its own: its buttons lead elsewhere
    token = acting.filled(noor, made.location)
    done = noor.post(f"{made.location}/goedkeuren", data=token)
    assert done.status_code == 302
    page = noor.get(done.location).text
    assert "De cijfers zijn gepubliceerd en ondertekend." in page
    assert cast.joost.name in page
    assert cast.vera.name in page
    (row,) = rows(superuser, "national_release")
    assert (row["made_by"], row["approved_by"]) == (cast.joost.id, cast.vera.id)
    assert "Gepubliceerd" in joost.get("/landelijk/cijfers").text


def test_a_number_of_one_municipality_is_as_near_as_in_its_own_report(
    two: None, draft_id: UUID, browse: Browse, cast: Cast
) -> None:
    page = browse(cast.vera).get(page_of(draft_id)).text
    assert "hoeveel het meestal is" not in page  # of two it is no less than in the worst case
    rows = re.findall(
        r'<th scope="row">(Groningen|Utrecht)</th><td[^>]*>([0-9.]+).*?</td><td[^>]*>(.*?)<', page
    )
    assert [name for name, _value, _between in rows] == ["Groningen", "Utrecht"]
    for _name, value, between in rows:
        assert between.startswith(f"{int(value) - 9} tot en met {int(value) + 9} (")


def test_how_far_it_usually_is_is_explained_where_it_is_said(
    two: None, take_in: TakeIn, at_work: AtWork, browse: Browse, cast: Cast
) -> None:
    others = [place for place in MUNICIPALITIES if place not in PLACES and place != "GM0363"]
    take_in(*(release(Asked(place)).as_bytes() for place in others[:7]))
    with at_work(cast.joost):
        draft_id = publishing.make_draft(CHOICE, "").id
    page = browse(cast.joost).get(page_of(draft_id)).text
    assert "gemiddeld bij negentien van de twintig getallen" in page
    assert "hoeveel het meestal is" in page


def test_every_published_number_is_the_sum_of_the_releases(two: None, publish: Publish) -> None:
    found = publish()
    document = json.loads(found.document)
    municipal = [json.loads(release(Asked(place)).as_bytes()) for place in PLACES]
    given = [Given("x", each) for each in municipal]
    lines = verify(document, key=signed_by().public_key, releases=given)
    assert outcome(lines) is Outcome.GOOD
    national = read_national(document["national"])
    parts = [read_release(each["release"]) for each in municipal]
    for unit in ("jongeren", "trajecten", "factoren"):
        assert national.value(unit, {}) == sum(part.value(unit, {}) for part in parts)
    assert national.value("jongeren", {"gemeente": UTRECHT, "leeftijd": "12_14"}) == parts[0].value(
        "jongeren", {"leeftijd": "12_14"}
    )
    assert {one.release for one in national.origins} == {part.hash for part in parts}
    about = document["certificate"]["about"]
    assert about["gemeenten"] == "2 van de 47"
    assert "Almelo (GM0141)" in about["niet_geleverd"]
    assert "Utrecht" not in about["niet_geleverd"]


def test_it_is_signed_by_a_key_that_no_municipality_signs_by(
    two: None, browse: Browse, cast: Cast, at_work: AtWork, settings: Settings
) -> None:
    municipal = Ed25519PrivateKey.from_private_bytes(settings.signing_key).public_key()
    made = acting.send(browse(cast.joost), MAKE).location
    noor = browse(cast.vera)
    done = noor.post(f"{made}/goedkeuren", data=acting.filled(noor, made)).location
    signed = json.loads(noor.get(f"{done}/bestand").data)
    assert signed["signature"]["public_key"] != municipal.public_bytes_raw().hex()
    assert outcome(verify(signed)) is Outcome.GOOD


def test_the_maker_never_approves_his_own(
    browse: Browse, cast: Cast, draft_id: UUID, superuser: Engine, at_work: AtWork
) -> None:
    joost = browse(cast.joost)
    token = acting.filled(joost, page_of(draft_id))
    answer = joost.post(f"{page_of(draft_id)}/goedkeuren", data=token)
    assert answer.status_code == 422
    assert "u heeft het zelf gemaakt" in answer.text
    assert rows(superuser, "national_release") == []
    with at_work(cast.joost), pytest.raises(DBAPIError):
        db.session.execute(
            text("UPDATE national_draft SET state = 'goedgekeurd', decided_by = made_by,"
                 " document = NULL")
        )  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_no_other_role_sees_or_decides(
    browse: Browse, cast: Cast, draft_id: UUID, at_work: AtWork, name: str
) -> None:
    client = browse(getattr(cast, name))
    assert client.get(page_of(draft_id)).status_code == 404
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sessies").text)
    token = {"csrf_token": found[1] if found else ""}
    for verb in ("goedkeuren", "terugsturen", "intrekken"):
        assert client.post(f"{page_of(draft_id)}/{verb}", data=token).status_code == 404
    with at_work(getattr(cast, name)), pytest.raises(NotPermitted):
        publishing.make_draft(CHOICE, "")


def test_sending_back_needs_a_reason_and_the_maker_reads_it(
    browse: Browse, cast: Cast, draft_id: UUID, superuser: Engine
) -> None:
    noor, address = browse(cast.vera), page_of(draft_id)
    token = acting.filled(noor, address)
    without = noor.post(f"{address}/terugsturen", data=token)
    assert without.status_code == 422
    assert "Schrijf waarom u het concept terugstuurt." in without.text
    done = noor.post(f"{address}/terugsturen", data={**token, "reason": "Wacht op Arnhem."})
    assert done.status_code == 302
    assert "Wacht op Arnhem." in browse(cast.joost).get(address).text
    (row,) = rows(superuser, "national_draft")
    assert (row["state"], row["document"]) == ("teruggestuurd", None)


def test_a_draft_that_was_taken_back_is_not_published(
    browse: Browse, cast: Cast, draft_id: UUID, superuser: Engine
) -> None:
    joost, noor, address = browse(cast.joost), browse(cast.vera), page_of(draft_id)
    token = acting.filled(noor, address)
    joost.post(f"{address}/intrekken", data=acting.filled(joost, address))
    assert "Dit concept is ingetrokken" in joost.get(address).text
    answer = noor.post(f"{address}/goedkeuren", data=token)
    assert answer.status_code == 422
    assert "al besloten" in answer.text
    assert rows(superuser, "national_release") == []


def test_asking_twice_leads_to_the_same_draft(two: None, browse: Browse, cast: Cast) -> None:
    first = acting.send(browse(cast.joost), MAKE).location
    assert acting.send(browse(cast.vera), MAKE).location == first


def test_of_two_who_approve_at_once_there_is_one_publication(
    browse: Browse, cast: Cast, draft_id: UUID, superuser: Engine
) -> None:
    address = page_of(draft_id)
    clients = [browse(cast.vera) for _ in range(4)]
    tokens = [acting.filled(client, address) for client in clients]

    def approve(number: int) -> int:
        answer = clients[number].post(f"{address}/goedkeuren", data=tokens[number])
        return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(approve, range(4)))
    assert len(rows(superuser, "national_release")) == 1
    assert codes.count(422) + codes.count(302) == 4
    assert 302 in codes


# -- what may be added


def test_one_municipality_is_no_nation(take_in: TakeIn, browse: Browse, cast: Cast) -> None:
    take_in(release(Asked(UTRECHT)).as_bytes())
    joost = browse(cast.joost)
    page = joost.get(MAKE).text
    assert "nog geen twee gemeenten" in page
    assert "Kies een ander rapport of andere dagen" in page
    answer = joost.post(MAKE, data=acting.filled(joost, "/sessies"))
    assert answer.status_code == 422


def test_a_table_that_one_municipality_means_otherwise_is_left_out_and_said(
    take_in: TakeIn, browse: Browse, cast: Cast, publish: Publish
) -> None:
    other = replace(YEARLY.indicators[2], definition="Wat wij zelf inzet noemen.")
    own = replace(YEARLY, version=101, indicators=(*YEARLY.indicators[:2], other))
    done, _after = Sender(ARNHEM).releases(replace(Asked(ARNHEM), version=101), template=own)
    take_in(release(Asked(UTRECHT)).as_bytes(), done.as_bytes())
    page = browse(cast.joost).get(MAKE).text
    assert "Arnhem: de tabel ‘Inzet naar onderbouwing’ telt iets anders." in page
    assert "Arnhem: de tabel ‘Verandering van factoren’ staat niet in het rapport." in page
    national = read_national(json.loads(publish().document)["national"])
    assert [spec.name for spec in national.specs] == ["bereik", "wachttijd"]


def test_with_nothing_in_common_there_is_nothing_to_add(
    take_in: TakeIn, browse: Browse, cast: Cast, at_work: AtWork
) -> None:
    old = release(replace(Asked(ARNHEM), version=1)).as_bytes()
    take_in(release(Asked(UTRECHT)).as_bytes(), old)
    page = browse(cast.joost).get(MAKE).text
    assert "Arnhem: de tabel ‘Bereikte jongeren’ telt iets anders." in page
    with at_work(cast.joost), pytest.raises(Invalid, match="geen enkele tabel"):
        publishing.make_draft(CHOICE, "")


def test_a_release_that_was_altered_in_the_database_stops_the_sum(
    two: None, superuser: Engine, at_work: AtWork, cast: Cast
) -> None:
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("UPDATE imported_release SET document = replace(document, '40,', '50,')")
        )
    with at_work(cast.joost), pytest.raises(Invalid, match="niet meer wat er is geleverd"):
        publishing.make_draft(CHOICE, "")


def test_a_municipality_that_works_here_delivers_and_is_not_taken_in(
    two: None, superuser: Engine, settings: Settings, take_in: TakeIn, cast: Cast
) -> None:
    deliver_as(superuser, ARNHEM, cast)
    (result,) = take_in(release(Asked(ARNHEM)).as_bytes())
    assert "levert hier zelf" in result.reason


def deliver_as(superuser: Engine, place: str, cast: Cast) -> None:
    """A release in the ledger of a municipality here, delivered, as the tables have it."""
    file = json.loads(release(Asked(place)).as_bytes())
    file["signature"] = signature(file["certificate"], secrets().signer)  # as all who work here
    document, hashed = json.dumps(file), file["certificate"]["release_hash"]
    with superuser.begin() as connection:
        connection.execute(
            text("INSERT INTO municipality (id, name) VALUES (:p, :p) ON CONFLICT DO NOTHING"),
            {"p": place},
        )
        connection.execute(
            text(
                "INSERT INTO report_release (municipality_id, id, template_code, template_version,"
                " period_from, period_until, document, made_by, made_at, number, population,"
                " release_hash, before, entry_hash, reason, approved_by, approved_at) VALUES"
                " (:p, gen_random_uuid(), 'jaarrapportage', 2, :first, :until, :document,"
                " :maker, now(), 1, :people, :hash, '', pmg_entry_hash('', :people, :hash), '',"
                " gen_random_uuid(), now())"
            ),
            {
                "p": place, "first": FIRST, "until": CHOICE.period.until, "document": document,
                "maker": cast.els.id, "hash": hashed, "people": population(place, CHOICE.period),
            },
        )  # fmt: skip
        connection.execute(
            text(
                "INSERT INTO report_delivery SELECT 'JENV', gen_random_uuid(), municipality_id, id,"
                " entry_hash, made_by, now() FROM report_release WHERE municipality_id = :p"
            ),
            {"p": place},
        )


def test_what_is_delivered_here_and_what_was_taken_in_are_added_together(
    take_in: TakeIn, superuser: Engine, cast: Cast, publish: Publish, browse: Browse
) -> None:
    take_in(release(Asked(UTRECHT)).as_bytes())
    deliver_as(superuser, ARNHEM, cast)
    page = browse(cast.joost).get(f"/landelijk?rapport=jaarrapportage&periode={FIRST}_{LAST}").text
    assert ">Arnhem</a>" in page
    assert "/ontvangen/" in page
    found = publish()
    national = read_national(json.loads(found.document)["national"])
    assert [one.place for one in national.origins] == [ARNHEM, UTRECHT]


# -- a publication is only succeeded


def test_nothing_new_needs_no_new_publication(
    two: None, publish: Publish, at_work: AtWork, cast: Cast
) -> None:
    publish()
    with at_work(cast.joost), pytest.raises(Invalid, match="niets geleverd of gecorrigeerd"):
        publishing.make_draft(CHOICE, "Nog eens.")


def test_one_more_municipality_and_a_correction_make_a_successor_that_says_so(
    take_in: TakeIn, publish: Publish, browse: Browse, cast: Cast, at_work: AtWork
) -> None:
    first, second, _ledger = corrected(Asked(UTRECHT), 192)
    take_in(first.as_bytes(), release(Asked(GRONINGEN)).as_bytes())
    before = publish()
    take_in(second.as_bytes(), release(Asked(ARNHEM)).as_bytes())
    with at_work(cast.joost), pytest.raises(Invalid, match="Schrijf waarom"):
        publishing.make_draft(CHOICE, "  ")
    after = publish(reason="Arnhem leverde later.")
    assert (after.number, after.succeeds) == (2, before.id)
    certificate = json.loads(after.document)["certificate"]
    assert certificate["succeeds"] == before.national_hash
    assert certificate["changes"] == [
        {"what": "erbij", "of": ARNHEM, "reason": ""},
        {
            "what": "gecorrigeerd",
            "of": UTRECHT,
            "reason": "Twaalf aanmeldingen later ingevoerd.",
        },
    ]
    joost = browse(cast.joost)
    page = joost.get(f"/landelijk/cijfers/{after.id}").text
    assert "Arnhem leverde erbij." in page
    assert "Utrecht leverde een nieuw rapport: Twaalf aanmeldingen later ingevoerd." in page
    assert "Arnhem leverde later." in page
    assert "Verschil met de vorige cijfers" in page
    old = joost.get(f"/landelijk/cijfers/{before.id}").text
    assert "Deze cijfers zijn opgevolgd" in old
    assert "Nieuwe cijfers maken" not in old
    assert "Opgevolgd" in joost.get("/landelijk/cijfers").text


def test_a_draft_is_not_approved_once_another_municipality_delivered(
    draft_id: UUID, take_in: TakeIn, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    take_in(release(Asked(ARNHEM)).as_bytes())
    noor, address = browse(cast.vera), page_of(draft_id)
    answer = noor.post(f"{address}/goedkeuren", data=acting.filled(noor, address))
    assert answer.status_code == 422
    assert "een gemeente leverde of corrigeerde" in answer.text
    assert rows(superuser, "national_release") == []


def test_a_draft_that_was_altered_in_the_database_is_not_approved(
    draft_id: UUID, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE national_draft SET document = replace(document, '2 van de 47', '3 van')")
        )
    noor, address = browse(cast.vera), page_of(draft_id)
    answer = noor.post(f"{address}/goedkeuren", data=acting.filled(noor, address))
    assert answer.status_code == 422
    assert rows(superuser, "national_release") == []


ATTACKS = [
    "UPDATE national_release SET document = replace(document, '5', '6')",
    "UPDATE national_release SET reason = 'x'",
    "DELETE FROM national_release",
    "TRUNCATE national_release CASCADE",
]


@pytest.mark.parametrize("role", ["database_url", "owner_database_url"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_role_of_the_product_changes_or_removes_a_publication(
    two: None, publish: Publish, settings: Settings, superuser: Engine, role: str, attack: str
) -> None:
    publish()
    before = rows(superuser, "national_release")
    engine = create_engine(getattr(settings, role))
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text(attack))
    engine.dispose()
    assert rows(superuser, "national_release") == before


_FORGED = (
    "CREATE TEMP TABLE forged ON COMMIT DROP AS SELECT * FROM national_release",
    "UPDATE forged SET id = gen_random_uuid(), number = 2,"  # noqa: ISC004
    " period_from = period_from - 400, period_until = period_until - 400",
)
FORGERIES = {
    "approved by its maker": "approved_by = made_by",
    "with another place": "number = 7",
    "with another hash": "national_hash = repeat('0', 64)",
    "that succeeds other days": "succeeds = (SELECT id FROM national_release), reason = 'x'",
}


@pytest.mark.parametrize("forgery", [*FORGERIES, None])
def test_a_forged_publication_is_not_entered(
    two: None, publish: Publish, settings: Settings, forgery: str | None
) -> None:
    publish()
    engine = create_engine(settings.owner_database_url)
    insert = text("INSERT INTO national_release SELECT * FROM forged")
    with engine.begin() as connection:
        for statement in _FORGED:
            connection.execute(text(statement))
        if forgery is None:  # without forgery the same row would enter
            connection.execute(insert)
        else:
            connection.execute(text(f"UPDATE forged SET {FORGERIES[forgery]}"))
            with pytest.raises(DBAPIError):
                connection.execute(insert)
    engine.dispose()


def test_an_injected_publication_without_a_draft_is_refused(
    two: None, publish: Publish, at_work: AtWork, cast: Cast
) -> None:
    publish()
    with at_work(cast.vera), pytest.raises(DBAPIError, match="row-level security"):
        db.session.execute(
            text(
                "INSERT INTO national_release SELECT municipality_id, gen_random_uuid(), 2,"
                " template_code, template_version, period_from - 400, period_until - 400,"
                " document, national_hash, NULL, '', made_by, made_at, approved_by, approved_at"
                " FROM national_release"
            )
        )


# -- files


@pytest.mark.parametrize("export", EXPORTS)
def test_every_file_asks_a_fresh_code_and_leaves_a_line(
    two: None, publish: Publish, browse: Browse, cast: Cast, superuser: Engine, export: str
) -> None:
    address = f"/landelijk/cijfers/{publish().id}"
    joost = browse(cast.joost)
    answer = joost.get(f"{address}/{export}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    with superuser.begin() as connection:
        found = connection.execute(
            text("SELECT count(*) FROM audit_event WHERE written::text LIKE '%national:export%'")
        ).scalar()
        connection.execute(
            text("UPDATE user_session SET second_factor_at = now() - interval '6 minutes'")
        )
    assert found == 1
    assert joost.get(f"{address}/{export}").location.startswith("/bevestigen")
    assert "Een download verlaat het ministerie." in joost.get(address).text


@pytest.fixture
def item(
    app: Flask, two: None, publish: Publish, at_work: AtWork, cast: Cast
) -> Iterator[NationalRelease]:
    found = publish()
    with at_work(cast.joost), app.test_request_context():
        yield found


def test_the_csv_has_every_number_and_the_municipalities_as_area(item: NationalRelease) -> None:
    content = files.numbers(item, for_excel=False).content.decode()
    lines = list(csv.DictReader(io.StringIO(content)))
    national = read_national(json.loads(item.document)["national"])
    total = sum(len(national.rows(spec.name)) for spec in national.specs)
    assert len(lines) == total
    assert {line["gemeente"] for line in lines if line["tabel"] == "bereik"} == {
        "totaal", UTRECHT, GRONINGEN,
    }  # fmt: skip
    assert "gebied" not in lines[0]
    words = files.numbers(item, for_excel=True).content.decode()
    assert ";Utrecht;" in words
    for line in lines:
        most = 18 if line["gemeente"] in ("totaal", "") else 9
        assert int(line["in_het_echt_hoogstens"]) == int(line["aantal"]) + most, line


def test_the_spreadsheet_says_what_it_is_a_sum_of(item: NationalRelease) -> None:
    document = Document(io.BytesIO(files.spreadsheet(item).content))
    said = "\n".join(
        str(cell) for row in document.body.get_table(0).iter_values() for cell in row if cell
    )
    assert "Nederland: gemeenten die leverden (2 van de 47)" in said
    assert "in het ergste geval 18" in said
    assert "--releases MAP" in said
    assert "Rapport van Utrecht" in said
    assert "Almelo" in said


def test_the_page_and_the_pdf_are_made_and_the_same_each_time(item: NationalRelease) -> None:
    page = files.page(item).content.decode()
    assert "landelijke cijfers" in page
    assert "<script" not in page
    assert "{" not in page.split("</style>")[1]
    assert "Bij een totaal onder de 20 staan er geen." in page
    assert re.search(r"<td>\d+</td>", page)
    assert files.document(item).content.startswith(b"%PDF")
    for make in (files.document, files.page, files.releases, files.whole):
        assert make(item).content == make(item).content


def test_what_is_downloaded_is_checked_by_the_command_alone(
    item: NationalRelease, tmp_path: Path
) -> None:
    national = tmp_path / "landelijk.json"
    national.write_bytes(files.whole(item).content)
    beside = tmp_path / "rapporten"
    with zipfile.ZipFile(io.BytesIO(files.releases(item).content)) as packed:
        packed.extractall(beside)
    command = [sys.executable, "-S", "-m", "pmg.disclosure.verify", str(national)]
    command += ["--key", signed_by().public_key.hex(), "--releases", str(beside)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "de som van die rapporten" in done.stdout
    (beside / f"{UTRECHT}.json").unlink()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == Outcome.ORIGINS
    assert f"Het rapport van {UTRECHT} ontbreekt." in done.stdout


# -- the page that checks


def test_the_page_that_checks_takes_a_national_file_with_its_releases(
    two: None, publish: Publish, browse: Browse, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = publish()

    def look(*municipal: bytes) -> Any:
        client = browse(cast.joost)
        page: Any = acting.filled(client, "/controleren", key=signed_by().public_key.hex())
        page["file"] = FileStorage(io.BytesIO(item.document.encode()), "landelijk.json")
        page.setlist("releases", [FileStorage(io.BytesIO(m), "m.json") for m in municipal])
        return posted(client, "/controleren", page)

    alone = look().text
    assert "Alles klopt" in alone
    assert "De getallen zijn niet nagerekend." in alone
    both = look(*(release(Asked(place)).as_bytes() for place in PLACES)).text
    assert "Alles klopt" in both
    assert both.count(">Goed<") == 8
    assert "niet nagerekend" not in both
    one = look(release(Asked(UTRECHT)).as_bytes(), b"PK\3\4").text
    assert "Dit bestand klopt niet" in one
    assert "niet te lezen is: m.json" in one
    monkeypatch.setattr(weighing, "_MOST_STEPS_TOGETHER", 20_000)
    many = look(*(release(Asked(place)).as_bytes() for place in PLACES)).text
    assert "De rapporten zijn niet nagerekend" in many
    assert "te groot om in één keer na te kijken" in many
    assert "Alles klopt" not in many


def test_figures_over_other_days_stand_apart(
    take_in: TakeIn, publish: Publish, browse: Browse, cast: Cast
) -> None:
    take_in(*(release(Asked(place)).as_bytes() for place in PLACES))
    quarter = [replace(Asked(place), code="kwartaalmonitor", version=1) for place in PLACES]
    take_in(*(release(each).as_bytes() for each in quarter))
    publish()
    second = publish(Choice("kwartaalmonitor", FIRST, LAST))
    assert (second.number, second.succeeds) == (2, None)
    assert "Kwartaalmonitor" in browse(cast.joost).get("/landelijk/cijfers").text


def test_a_decided_draft_holds_no_numbers(draft_id: UUID, at_work: AtWork, cast: Cast) -> None:
    with at_work(cast.vera):
        draft = db.session.get_one(NationalDraft, ("JENV", draft_id))
        publishing.approve(draft, signer=signed_by())
        assert (draft.state, draft.document) == (State.APPROVED, None)


def test_the_address_says_which_figures_are_made(
    take_in: TakeIn, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    for code, version in (("jaarrapportage", 2), ("kwartaalmonitor", 1)):
        asked = [replace(Asked(place), code=code, version=version) for place in PLACES]
        take_in(*(release(each).as_bytes() for each in asked))
    for code in ("jaarrapportage", "kwartaalmonitor"):
        acting.send(browse(cast.joost), MAKE.replace("jaarrapportage", code))
    made = [row["template_code"] for row in rows(superuser, "national_draft")]
    assert sorted(made) == ["jaarrapportage", "kwartaalmonitor"]


# -- when the product's own lists change afterwards


@pytest.mark.parametrize("change", ["one less", "one more"])
def test_what_was_published_opens_as_it_was_when_a_list_grows_or_shrinks(
    two: None,
    publish: Publish,
    browse: Browse,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
) -> None:
    item, vera = publish(), browse(cast.vera)
    where = f"/landelijk/cijfers/{item.id}"
    before = vera.get(where).text
    kind = KINDS["geslacht"]
    words = dict(kind.categories)
    if change == "one less":
        assert words.pop("m")
    else:
        words["nieuw"] = "Pas later bedacht"
    monkeypatch.setitem(KINDS, "geslacht", replace(kind, categories=words))  # type: ignore[arg-type]

    answers = {form: vera.get(f"{where}/{form}") for form in ("csv", "ods", "html")}
    page = vera.get(where)
    assert {each.status_code for each in (page, *answers.values())} == {200}
    assert "Pas later bedacht" not in page.text
    assert numbers(page.text) == numbers(before) != []


def numbers(page: str) -> list[str]:
    found = re.findall(r'class="pmg-number"[^>]*>(?:<strong>)?([^<]*)<', page)
    return [each for each in found if each.strip().isdecimal()]
