"""Files that are made to do harm: a clear sentence each time, never an error, and nothing kept."""

import io
import random
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import Engine, text

from tests import acting
from tests.cast import Cast
from tests.documents import files
from tests.documents.conftest import TITLE, Desk, told

NAME = pikepdf.Name
MACROS = files.WORD.replace("document.main", "document.macroEnabled.main").replace(
    "application/vnd.openxmlformats-officedocument.wordprocessingml", "application/vnd.ms-word"
)


def bomb_png() -> bytes:
    """Twenty thousand by twenty thousand black points in a few kilobytes."""
    written = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(written, "PNG")
    return written.getvalue()


def lying_png() -> bytes:
    """A head that says two billion by two billion."""
    head = struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(chunk[4:])) + b"\0" * 64


def with_action(kind: pikepdf.Name, **more: object) -> bytes:
    return files.pdf(OpenAction=pikepdf.Dictionary(S=kind, **more))


def with_attachment() -> bytes:
    made = pikepdf.open(io.BytesIO(files.pdf()))
    made.attachments["kwaad.exe"] = b"MZ"
    return files.saved(made)


def with_hidden_script() -> bytes:
    """JavaScript in a field of a form, in an object within an object stream."""
    made = pikepdf.open(io.BytesIO(files.pdf()))
    script = pikepdf.Dictionary(S=NAME.JavaScript, JS=pikepdf.String("app.alert(1)"))
    made.pages[0].Annots = pikepdf.Array(
        [pikepdf.Dictionary(Type=NAME.Annot, Subtype=NAME.Link, AA=pikepdf.Dictionary(K=script))]
    )
    return files.saved(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def pdf_bomb(*, twice: bool) -> bytes:
    made = pikepdf.new()
    page = made.add_blank_page()
    content = zlib.compress(bytes(300_000_000), 9)
    filters = pikepdf.Array([NAME.FlateDecode, NAME.FlateDecode]) if twice else NAME.FlateDecode
    stream = made.make_stream(b"")
    stream.write(zlib.compress(content, 9) if twice else content, filter=filters)
    page.Contents = stream
    as_is = pikepdf.StreamDecodeLevel.none
    return files.saved(made, stream_decode_level=as_is, compress_streams=False)


def with_password() -> bytes:
    made = pikepdf.open(io.BytesIO(files.pdf()))
    return files.saved(made, encryption=pikepdf.Encryption(owner="a", user="b"))


def zip_bomb() -> bytes:
    return files.office(extra={"word/media/x.xml": bytes(150_000_000)})


def external(kind: str, target: str = "https://elders.example/x") -> bytes:
    links = files.rels((kind, target, "External"))
    return files.office(extra={"word/_rels/document.xml.rels": links})


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "leeg"),
    "one byte": (lambda: b"\0", "Dit soort bestand kan niet"),
    "html called png": (lambda: b"<html><script>alert(1)</script>", "Dit soort bestand kan niet"),
    "svg called png": (lambda: b"<svg onload='alert(1)'/>", "Dit soort bestand kan niet"),
    "html behind the magic of png": (lambda: b"\x89PNG\r\n\x1a\n<html>", "beschadigd"),
    "html behind the magic of jpg": (lambda: b"\xff\xd8\xff\xe0<html>", "beschadigd"),
    "program": (lambda: b"MZ\x90\0" + bytes(100), "Dit soort bestand kan niet"),
    "old word": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "oud Office-bestand"),
    "heic": (lambda: b"\0\0\0\x18ftypheic" + bytes(64), "HEIC-foto"),
    "gif": (lambda: b"GIF89a" + bytes(64), "Dit soort bestand kan niet"),
    "half a photo": (lambda: files.photo((900, 900))[:3000], "beschadigd"),
    "half a png": (lambda: files.picture()[:200], "beschadigd"),
    "pixel bomb": (bomb_png, "50 miljoen beeldpunten"),
    "lying png": (lying_png, "beschadigd"),
    "pdf after junk": (lambda: b"junk" + files.pdf(), "Dit soort bestand kan niet"),
    "half a pdf": (lambda: files.pdf()[:40], "beschadigd"),
    "pdf of noise": (lambda: b"%PDF-1.7\n" + random.Random(1).randbytes(20_000), "beschadigd"),
    "pdf without pages": (lambda: files.saved(pikepdf.new()), "beschadigd"),
    "pdf of 501 pages": (lambda: files.pdf(pages=501), "500 bladen"),
    "pdf with a script": (
        lambda: with_action(NAME.JavaScript, JS=pikepdf.String("app.alert(1)")),
        "kan zelf iets uitvoeren",
    ),
    "pdf with a hidden script": (with_hidden_script, "kan zelf iets uitvoeren"),
    "pdf that starts something": (
        lambda: with_action(NAME.Launch, F=pikepdf.String("cmd.exe")),
        "kan zelf iets uitvoeren",
    ),
    "pdf that sends": (
        lambda: with_action(NAME.SubmitForm, F=pikepdf.String("http://x")),
        "kan zelf iets uitvoeren",
    ),
    "pdf with an attachment": (with_attachment, "zitten andere bestanden"),
    "pdf with a password": (with_password, "wachtwoord"),
    "pdf bomb": (lambda: pdf_bomb(twice=False), "te groot"),
    "pdf bomb in a bomb": (lambda: pdf_bomb(twice=True), "te groot"),
    "zip bomb": (zip_bomb, "te groot"),
    "zip of many": (
        lambda: files.office(extra={f"word/{n}.txt": b"" for n in range(2_100)}),
        "te groot",
    ),
    "zip that is no office": (lambda: files.packed({"a.txt": "b"}), "geen Word- of Excel"),
    "half a docx": (lambda: files.office()[:300], "beschadigd"),
    "docm called docx": (lambda: files.office(MACROS), "macro"),
    "macros in a docx": (lambda: files.office(extra={"word/vbaProject.bin": b"x"}), "macro"),
    "docx with something in it": (
        lambda: files.office(extra={"word/embeddings/oleObject1.bin": b"x"}),
        "zitten andere bestanden",
    ),
    "docx with a template elsewhere": (lambda: external("attachedTemplate"), "van buiten"),
    "docx with an image elsewhere": (lambda: external("image"), "van buiten"),
    "docx with a link to a share": (
        lambda: external("hyperlink", "file://///elders/share"),
        "van buiten",
    ),
    "docx that asks a program": (
        lambda: files.office(
            extra={
                "word/x.xml": "<w:x><w:instrText>DDE</w:instrText>"
                "<w:instrText>AUTO c:\\\\cmd</w:instrText></w:x>"
            }
        ),
        "van buiten",
    ),
    "xlsx with a book elsewhere": (
        lambda: files.office(files.EXCEL, {"xl/externalLinks/externalLink1.xml": "<x/>"}),
        "van buiten",
    ),
    "docx with a thousand laughs": (
        lambda: files.office(extra={"word/x.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}),
        "beschadigd",
    ),
    "laughs in the list of parts": (
        lambda: files.office(
            extra={"[Content_Types].xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><Types>&a;</Types>"}
        ),
        "beschadigd",
    ),
    "way out of the package": (
        lambda: files.office(extra={"../../etc/passwd": b"x"}),
        "geen Word- of Excel",
    ),
    "ten megabytes and a byte": (lambda: b"%PDF-" + bytes(10 * 1024 * 1024 - 4), "10 MB"),
}


def test_each_is_refused_in_words_and_nothing_is_kept(
    desk: Desk, cast: Cast, superuser: Engine
) -> None:
    client = desk.browse(cast.sanne)
    wrong = {}
    for name, (make, words) in HOSTILE.items():
        form = acting.filled(client, desk.add_path, title=TITLE)
        answer = client.open(**sent_as(desk.add_path, form, make(), in_pieces=False))
        if answer.status_code != 422 or words not in told(answer):
            wrong[name] = (answer.status_code, told(answer))
        assert f'value="{TITLE}"' in answer.text  # what was typed stands there still
    assert wrong == {}
    with superuser.connect() as connection:
        for table in ("document", "document_version", "document_content"):
            assert not connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_a_hundred_files_at_once_are_too_many(desk: Desk, cast: Cast) -> None:
    client = desk.browse(cast.sanne)
    form = acting.filled(client, desk.add_path, title=TITLE)
    many = [(io.BytesIO(files.pdf()), f"{n}.pdf") for n in range(100)]
    answer = client.post(desk.add_path, data={**form, "file": many})
    assert (answer.status_code, "één bestand tegelijk" in told(answer)) == (422, True)


def test_a_field_of_text_where_a_file_belongs_is_no_file(desk: Desk, cast: Cast) -> None:
    client = desk.browse(cast.sanne)
    answer = acting.send(client, desk.add_path, title=TITLE, file="tekst", photo="tekst")
    assert (answer.status_code, told(answer)) == (422, "Kies een bestand, of maak een foto.")


def sent_as(path: str, form: Mapping[str, str], file: bytes, *, in_pieces: bool) -> dict[str, Any]:
    """A form with a file, as the bytes that a browser sends; in pieces its length is not told."""
    begin = '--grens\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = "".join(f"{begin.format(name, '')}{value}\r\n" for name, value in form.items())
    body += begin.format("file", '; filename="onschuldig.png"')
    content = body.encode() + file + b"\r\n--grens--\r\n"
    told_length = {} if in_pieces else {"CONTENT_LENGTH": str(len(content))}
    return {
        "path": path,
        "method": "POST",
        "input_stream": io.BytesIO(content),
        "content_type": "multipart/form-data; boundary=grens",
        "environ_overrides": {"wsgi.input_terminated": True, **told_length},
    }


@pytest.mark.parametrize("sent_in", ["one", "pieces"])
@pytest.mark.parametrize(
    ("page", "size", "status"),
    [("documenten", 11_000_000, 413), ("factoren", 600_000, 413), ("factoren", 400_000, 422)],
)
def test_only_a_page_that_takes_a_file_is_read_further_than_a_form(
    desk: Desk, cast: Cast, page: str, size: int, status: int, sent_in: str
) -> None:
    client, path = desk.browse(cast.sanne), f"/zaken/{desk.case_id}/{page}/nieuw"
    form = acting.filled(client, path)
    answer = client.open(**sent_as(path, form, bytes(size), in_pieces=sent_in == "pieces"))
    assert answer.status_code == status
    assert ("10 MB" in answer.text) is (page == "documenten")
