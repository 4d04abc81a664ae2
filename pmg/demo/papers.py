"""A few invented documents: a letter and a photo, made here, with some of the newest open cases."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pikepdf
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from PIL import Image, ImageDraw

from pmg.cases.rules import Outcome
from pmg.cases.shares import Thing
from pmg.demo import sharing
from pmg.demo.people import Account
from pmg.demo.rows import moment
from pmg.demo.sharing import Shared
from pmg.demo.story import Story
from pmg.documents.bench import Prepared, prepare
from pmg.documents.rules import Checked, padded
from pmg.security.encryption import Place, seal
from pmg.security.policy import Role

CASES = 6  # with documents, of a municipality
_TITLE_PAD, _FRAME = 256, 4
_SHARED_FOR = timedelta(days=20)  # so that something stops soon
_UNDER = ("municipality_id", "id", "case_id", "youth_id")
COLUMNS: dict[str, tuple[str, ...]] = {
    "document": (
        *_UNDER, "organisation_id", "category", "title_sealed", "added_by", "added_at", "version",
    ),
    "document_version": (
        *_UNDER, "document_id", "number", "kind", "checked", "previews", "stored_bytes",
        "added_by", "added_at",
    ),
    "document_content": (*_UNDER, "version_id", "part", "content_sealed"),
    **sharing.COLUMNS,
}  # fmt: skip
_LETTER = (
    "Beste ouders,",
    "Uw kind was deze maand vijf keer niet op school.",
    "Wij maken graag een afspraak om te horen hoe het gaat.",
    "Met vriendelijke groet, de mentor",
)
_BOARD = ("Afspraken", "1. Elke dag op tijd op school", "2. Dinsdag boksen", "3. Vrijdag bellen")


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of a story."""

    name: str
    title: str
    category: str
    by: Account
    on: date
    file: Prepared
    shared_with: Account | None = None


def rows(
    stories: Iterable[Story], ciphers: dict[Any, AESGCM], *, today: date
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Return the rows of the documents of the newest open cases, with their tables."""
    running = [one for one in stories if one.outcome is Outcome.ACCEPT and not one.closed_on]
    for story in running[-CASES:]:
        for paper in _papers(story):
            yield from _rows(story, ciphers[story.youth_id], paper, today)


def _papers(story: Story) -> Iterator[Paper]:
    on = story.triaged_on or story.referred_on
    title = "Brief van school over verzuim"
    yield Paper("letter", title, "plan", story.director, on, _letter())
    workers = [who for who, _since in story.members.values() if who.role is Role.YOUTH_WORKER]
    for worker in workers[:1]:
        title, photo = "Foto van de afspraken op het bord", _board()
        yield Paper("board", title, "journal", worker, on, photo, shared_with=story.director)


def _rows(
    story: Story, cipher: AESGCM, paper: Paper, today: date
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    def under(what: str) -> tuple[Any, ...]:
        return story.municipality_id, story.row_id(what), story.case_id, story.youth_id

    def sealed(table: str, column: str, what: str, plain: bytes, pad: int) -> bytes:
        place = Place(story.municipality_id, table, column, story.row_id(what))
        return seal(cipher, place, plain, pad=pad)

    document = f"document {paper.name}"
    version = f"{document} version"
    at = moment(paper.on, story.row_id(document))
    title = sealed("document", "title_sealed", document, paper.title.encode(), _TITLE_PAD)
    yield "document", (
        *under(document), paper.by.organisation.id, paper.category, title, paper.by.id, at, 1,
    )  # fmt: skip
    parts = (paper.file.file, *paper.file.previews)
    steps = [padded(len(part) + _FRAME) for part in parts]
    yield "document_version", (
        *under(version), story.row_id(document), 1, paper.file.kind.value, Checked.NOT.value,
        len(parts) - 1, sum(steps), paper.by.id, at,
    )  # fmt: skip
    for number, (part, step) in enumerate(zip(parts, steps, strict=True)):
        what = f"{version} part {number}"
        content = sealed("document_content", "content_sealed", what, part, step)
        yield "document_content", (*under(what), story.row_id(version), number, content)
    if paper.shared_with is not None:

        def seal_words(table: str, column: str, _id: UUID, words: str | None, pad: int) -> bytes:
            return sealed(table, column, f"{document} share", (words or "").encode(), pad)

        until = datetime.combine(today + _SHARED_FOR, time(), UTC)
        of, to = story.row_id(document), paper.shared_with
        shared = Shared(Thing.DOCUMENT, of, paper.by, to, at, until)
        yield "share", sharing.row(story, under(f"{document} share"), shared, seal_words)


@cache
def _letter() -> Prepared:
    made = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page = made.add_blank_page(page_size=(595, 842))
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    lines = "".join(f"({line}) Tj 0 -28 Td " for line in _LETTER)
    page.Contents = made.make_stream(f"BT /F1 14 Tf 72 740 Td {lines}ET".encode())
    written = io.BytesIO()
    made.save(written, deterministic_id=True)
    return prepare(written.getvalue())


@cache
def _board() -> Prepared:
    image = Image.new("RGB", (900, 600), "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(_BOARD):
        draw.text((60, 60 + 120 * number), line, fill=(20, 40, 120), font_size=48)
    written = io.BytesIO()
    image.save(written, "PNG")
    return prepare(written.getvalue())
