"""Adding: what is taken comes back clean, and nothing of where it came from is kept."""

import io
import re
import zipfile
import zlib
from uuid import UUID

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import Engine, text

from pmg.cases import services as cases
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.documents import files
from tests.documents.conftest import TITLE, Desk, told
from tests.promises.test_p04_stolen_database import everything

SECRETS = (files.CAMERA, files.REMARK, "Exif", "http://ns.adobe.com")


def taken(desk: Desk, person: Person, document_id: UUID) -> bytes:
    """The file as it is downloaded."""
    answer = desk.browse(person).get(f"/documenten/{document_id}/download")
    assert answer.status_code == 200
    return answer.data


def test_a_photo_comes_back_upright_and_without_where_and_with_what(desk: Desk, cast: Cast) -> None:
    sent = files.photo()
    assert all(word.encode() in sent for word in SECRETS[:3])
    back = taken(desk, cast.sanne, desk.add(cast.sanne, sent))
    with Image.open(io.BytesIO(back)) as image:
        assert (image.format, image.size) == ("JPEG", (300, 400))
        assert dict(image.getexif()) == {}
        red, _green, blue = image.getpixel((image.width - 5, 5))
        assert blue > red  # what was the top left turned to the top right
    assert not [word for word in SECRETS if word.encode() in back]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_comes_back_without_its_remarks(desk: Desk, cast: Cast, mode: str) -> None:
    sent = files.picture(mode=mode)
    assert files.REMARK.encode() in sent
    back = taken(desk, cast.sanne, desk.add(cast.sanne, sent))
    with Image.open(io.BytesIO(back)) as image:
        assert (image.format, image.size) == ("PNG", (300, 200))
    chunks = {back[at : at + 4] for at in range(len(back)) if back[at : at + 4].isalpha()}
    assert not chunks & {b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"iCCP"}
    assert not [word for word in SECRETS if word.encode() in back]


def test_what_was_hidden_behind_an_image_is_gone(desk: Desk, cast: Cast) -> None:
    behind = b"<html><script>alert(1)</script></html>PK\x03\x04"
    for sent in (files.photo(telling=False) + behind, files.picture() + behind):
        back = taken(desk, cast.sanne, desk.add(cast.sanne, sent))
        assert b"<script>" not in back
        assert b"PK\x03\x04" not in back


def test_a_pdf_comes_back_without_its_maker_and_what_came_after_it(desk: Desk, cast: Cast) -> None:
    sent = files.pdf("Geplante brief")
    assert files.CAMERA.encode() in sent
    back = taken(desk, cast.sanne, desk.add(cast.sanne, sent + b"\n<html><script>x</script>"))
    assert back.startswith(b"%PDF-")
    assert files.CAMERA.encode() not in back
    assert b"<script>" not in back
    with pikepdf.open(io.BytesIO(back)) as found:
        assert (dict(found.docinfo), "/Metadata" in found.Root) == ({}, False)
        assert b"Geplante brief" in found.pages[0].Contents.read_bytes()


@pytest.mark.parametrize("packed", ["", "packed"])
def test_a_photo_within_a_pdf_loses_its_place_too(desk: Desk, cast: Cast, packed: str) -> None:
    made = pikepdf.new()
    page = made.add_blank_page()
    photo, name = files.photo(), pikepdf.Name.DCTDecode
    stream = pikepdf.Stream(made, photo, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
    stream.Width, stream.Height, stream.BitsPerComponent = 400, 300, 8
    stream.ColorSpace = pikepdf.Name.DeviceRGB
    if packed:
        filters = pikepdf.Array([pikepdf.Name.FlateDecode, name])
        stream.write(zlib.compress(photo), filter=filters)
    else:
        stream.write(photo, filter=name)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=made.make_indirect(stream)))
    page.Contents = made.make_stream(b"q 400 0 0 300 0 0 cm /I Do Q")
    back = taken(desk, cast.sanne, desk.add(cast.sanne, files.saved(made)))
    with pikepdf.open(io.BytesIO(back)) as found:
        kept = found.pages[0].Resources.XObject.I.read_raw_bytes()
    assert not [word for word in SECRETS if word.encode() in kept]
    with Image.open(io.BytesIO(kept)) as image:
        image.load()
        assert image.size == (400, 300)


@pytest.mark.parametrize(("main", "kind"), [(files.WORD, "docx"), (files.EXCEL, "xlsx")])
def test_an_office_file_is_packed_anew(desk: Desk, cast: Cast, main: str, kind: str) -> None:
    links = files.rels(("hyperlink", "https://voorbeeld.test/", "External"))
    sent = files.office(main, {"word/_rels/document.xml.rels": links}) + b""
    document_id = desk.add(cast.sanne, sent, category="plan")
    answer = desk.browse(cast.sanne).get(f"/documenten/{document_id}/download")
    assert answer.headers["Content-Disposition"].endswith(f".{kind}")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    page = desk.browse(cast.sanne).get(f"/documenten/{document_id}").text
    assert "geen voorbeeld" in page
    assert "<img" not in page


def test_nothing_of_the_name_of_the_file_is_kept(desk: Desk, cast: Cast, superuser: Engine) -> None:
    name = "Geheimenaam <b>van Tom.pdf"
    document_id = desk.add(cast.sanne, name=name)
    client = desk.browse(cast.sanne)
    told_by = client.get(f"/documenten/{document_id}/download").headers["Content-Disposition"]
    assert "Geheimenaam" not in told_by
    assert told_by.startswith("attachment; filename=document-20")
    assert "Geheimenaam" not in client.get(f"/documenten/{document_id}").text
    assert b"Geheimenaam" not in everything(superuser)


def test_a_photo_of_the_camera_is_taken_as_well_as_a_file(desk: Desk, cast: Cast) -> None:
    client = desk.browse(cast.sanne)
    form = acting.filled(client, desk.add_path, title=TITLE)
    taken_ = {**form, "photo": (io.BytesIO(files.photo()), "image.jpg")}
    assert client.post(desk.add_path, data=taken_).status_code == 302
    both = {
        **acting.filled(client, desk.add_path, title=TITLE),
        "photo": (io.BytesIO(files.photo()), "image.jpg"),
        "file": (io.BytesIO(files.pdf()), "x.pdf"),
    }
    answer = client.post(desk.add_path, data=both)
    assert (answer.status_code, "één bestand tegelijk" in told(answer)) == (422, True)


def test_a_double_click_adds_it_once(desk: Desk, cast: Cast, superuser: Engine) -> None:
    client = desk.browse(cast.sanne)
    form = acting.filled(client, desk.add_path, title=TITLE)
    answers = [
        client.post(desk.add_path, data={**form, "file": (io.BytesIO(files.pdf()), "x")})
        for _ in range(2)
    ]
    assert answers[0].location == answers[1].location
    with superuser.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM document")).scalar_one() == 1


def test_without_a_title_what_was_chosen_is_kept(desk: Desk, cast: Cast) -> None:
    answer = desk.send(cast.sanne, files.pdf(), title="", category="plan")
    assert (answer.status_code, told(answer)) == (422, "Schrijf op wat dit is.")
    assert re.search(r'<input[^>]*\bchecked\b[^>]*value="plan"', answer.text)


def test_a_case_that_is_over_takes_no_more(desk: Desk, cast: Cast, at_work: AtWork) -> None:
    client = desk.browse(cast.sanne)
    form = acting.filled(client, desk.add_path, title=TITLE)
    with at_work(cast.bas):
        cases.close_case(build.the_case(desk.case_id), build.an_ending(), today=build.TODAY)
    sent = {**form, "file": (io.BytesIO(files.pdf()), "x")}
    answer = client.post(desk.add_path, data=sent)
    assert answer.status_code == 422
    assert "Deze zaak is voorbij" in answer.text
