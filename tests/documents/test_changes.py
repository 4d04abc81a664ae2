"""After it was added: a newer version, another category, removal, and no more room."""

import io
import re
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from tests import acting
from tests.cast import Cast
from tests.documents import files
from tests.documents.conftest import TITLE, Desk, Table, told

REASON = "Hoort bij een andere jongere"


def count(superuser: Engine, table: str) -> int:
    with superuser.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_a_newer_version_takes_the_place_and_the_older_stays(desk: Desk, cast: Cast) -> None:
    document_id = desk.add(cast.sanne, files.pdf("Eerste"))
    assert desk.replace(cast.sanne, document_id, files.photo()).status_code == 302
    client, path = desk.browse(cast.sanne), f"/documenten/{document_id}"
    page = client.get(path).text
    assert "Versie 2" in page
    assert client.get(f"{path}/download").mimetype == "image/jpeg"
    assert client.get(f"{path}/download?versie=1").mimetype == "application/pdf"
    assert "Dit is een oude versie" in client.get(f"{path}?versie=1").text
    for odd in ("9", "-1", "x", "9" * 400, "٣"):
        assert client.get(f"{path}?versie={odd}").status_code == 200
        assert client.get(f"{path}/download?versie={odd}").status_code in {200, 404}
        assert client.get(f"{path}/blad?nummer={odd}").status_code in {200, 404}
    case = client.get(f"/zaken/{desk.case_id}").text
    assert f"Nieuwe versie van document: {TITLE}" in case


def test_a_version_that_is_not_taken_leaves_the_present_one(desk: Desk, cast: Cast) -> None:
    document_id = desk.add(cast.sanne)
    answer = desk.replace(cast.sanne, document_id, b"MZ" + bytes(90))
    assert (answer.status_code, "Dit soort bestand" in told(answer)) == (422, True)
    assert "Versie 2" not in desk.browse(cast.sanne).get(f"/documenten/{document_id}").text


def test_of_two_who_change_it_the_second_is_told(desk: Desk, cast: Cast) -> None:
    document_id = desk.add(cast.sanne)
    client = desk.browse(cast.sanne)
    forms = {
        page: acting.filled(client, f"/documenten/{document_id}/{page}")
        for page in ("versie", "soort", "verwijderen")
    }
    assert desk.replace(cast.sanne, document_id, files.pdf()).status_code == 302
    newer = {**forms["versie"], "file": (io.BytesIO(files.pdf()), "x")}
    moved = {**forms["soort"], "category": "plan", "reason": REASON}
    answers = {
        page: client.post(f"/documenten/{document_id}/{page}", data=data)
        for page, data in (
            ("versie", newer),
            ("soort", moved),
            ("verwijderen", {**forms["verwijderen"], "reason": REASON}),
        )
    }
    assert {answer.status_code for answer in answers.values()} == {409}
    assert REASON in answers["soort"].text
    del forms["verwijderen"]["version"]
    sent = {**forms["verwijderen"], "reason": REASON}
    assert client.post(f"/documenten/{document_id}/verwijderen", data=sent).status_code == 409


def test_moved_to_another_category_other_people_read_it(
    desk: Desk, cast: Cast, table: Table
) -> None:
    document_id = desk.add(table.school)
    desk.share(table.school, document_id, cast.bas)
    client, path = desk.browse(table.school), f"/documenten/{document_id}/soort"
    same = acting.send(client, path, category="school", reason=REASON)
    assert (same.status_code, "staat er al" in told(same)) == (422, True)
    assert acting.send(client, path, category="police", reason=REASON).status_code == 422
    assert acting.send(client, path, category="journal", reason=REASON).status_code == 302
    assert desk.browse(cast.bas).get(f"/documenten/{document_id}").status_code == 404
    assert acting.send(client, path, category="plan", reason=REASON).status_code == 302
    assert desk.browse(table.care).get(f"/documenten/{document_id}").status_code == 200


def test_removed_only_who_when_and_why_stay(desk: Desk, cast: Cast, superuser: Engine) -> None:
    document_id = desk.add(cast.sanne, category="plan")
    desk.replace(cast.sanne, document_id, files.pdf())
    client, path = desk.browse(cast.sanne), f"/documenten/{document_id}"
    bare = acting.send(client, f"{path}/verwijderen", reason="")
    assert (bare.status_code, told(bare)) == (422, "Schrijf in een zin op waarom.")
    assert acting.send(client, f"{path}/verwijderen", reason=REASON).status_code == 302
    assert (count(superuser, "document_version"), count(superuser, "document_content")) == (0, 0)
    for page in ("/blad", "/download"):
        assert client.get(path + page).status_code == 404
    for page in ("", "/versie", "/soort", "/verwijderen"):
        assert client.get(path + page).location == desk.list_path
    for reader in (cast.sanne, cast.karim):
        for page in (desk.list_path, f"/zaken/{desk.case_id}"):
            shown = desk.browse(reader).get(page).text
            assert TITLE not in shown
            assert REASON in shown
            assert "Sanne" in shown


def test_of_what_one_may_not_read_the_removal_is_not_told(
    desk: Desk, cast: Cast, table: Table
) -> None:
    document_id = desk.add(table.care)
    acting.send(desk.browse(table.care), f"/documenten/{document_id}/verwijderen", reason=REASON)
    assert REASON in desk.browse(table.care).get(desk.list_path).text
    assert REASON not in desk.browse(cast.bas).get(desk.list_path).text
    assert "Document verwijderd" not in desk.browse(cast.bas).get(f"/zaken/{desk.case_id}").text


@pytest.mark.parametrize(
    ("setting", "words"),
    [("case_documents_mb", "geen plaats meer"), ("documents_mb", "uw gemeente is vol")],
)
def test_there_is_a_bound_to_what_is_kept(
    app: Flask,
    desk: Desk,
    cast: Cast,
    table: Table,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    words: str,
) -> None:
    narrow = replace(app.config["SETTINGS"], **{setting: 1})
    monkeypatch.setitem(app.config, "SETTINGS", narrow)
    hidden = [desk.send(table.care, files.pdf()).status_code for _ in range(5)]
    assert hidden == [302] * 5  # each 128 kB as it is kept, with its image
    for _ in range(3):
        desk.send(cast.sanne, files.pdf())
    answer = desk.send(cast.sanne, files.pdf())  # also what Sanne cannot see takes room
    assert (answer.status_code, words in told(answer)) == (422, True)


def test_the_length_of_what_is_kept_tells_little(desk: Desk, cast: Cast, superuser: Engine) -> None:
    for length in (10, 900, 30_000):
        desk.add(cast.sanne, files.pdf("x" * length))
    with superuser.connect() as connection:
        rows = connection.execute(
            text("SELECT octet_length(content_sealed) FROM document_content WHERE part = 0")
        )
        assert len(set(rows.scalars())) == 1


def test_moved_content_does_not_open_elsewhere(desk: Desk, cast: Cast, superuser: Engine) -> None:
    first, second = desk.add(cast.sanne, files.pdf("een")), desk.add(cast.sanne, files.pdf("twee"))
    with superuser.begin() as connection:
        connection.execute(
            text(
                "UPDATE document_content SET content_sealed = other.content_sealed FROM"
                " document_content other WHERE document_content.part = 0 AND other.part = 0"
                " AND other.version_id <> document_content.version_id"
            )
        )
    for document_id in (first, second):
        answer = desk.browse(cast.sanne).get(f"/documenten/{document_id}/download")
        assert answer.status_code == 404


def test_with_the_key_of_the_youth_the_content_is_gone(desk: Desk, cast: Cast, at_work) -> None:  # noqa: ANN001
    from tests import build  # noqa: PLC0415

    document_id: UUID = desk.add(cast.sanne, category="plan")
    with at_work(cast.sanne):
        build.shred(build.the_case(desk.case_id))
    assert desk.browse(cast.sanne).get(f"/documenten/{document_id}/download").status_code == 404


def test_an_image_says_that_it_is_only_an_image(desk: Desk, cast: Cast) -> None:
    document_id = desk.add(cast.sanne, files.photo())
    client = desk.browse(cast.sanne)
    page = client.get(f"/documenten/{document_id}").text
    (source,) = re.findall(r'<img[^>]*src="([^"]+)"', page)
    image = client.get(source.replace("&amp;", "&"))
    assert image.data.startswith(b"\xff\xd8\xff")
    taken = client.get(f"/documenten/{document_id}/download")
    for answer in (image, taken):
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
    assert image.headers["Content-Disposition"].startswith("inline")
    assert taken.headers["Content-Disposition"].startswith("attachment")
