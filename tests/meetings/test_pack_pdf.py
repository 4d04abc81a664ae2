"""What somebody takes along as a PDF: tagged, his own alone, with his name and day on each page."""

import io
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary
from sqlalchemy import Engine, text

from pmg.meetings import contributing, proposing, running
from pmg.meetings.answers import Introduction, Shared
from pmg.meetings.rules import Scope
from pmg.security.policy import Category
from pmg.web.formats import day
from tests import acting, build
from tests.cast import Cast
from tests.conftest import AtWork
from tests.meetings.conftest import (
    QUESTION,
    Browse,
    Prepared,
    a_minute,
    an_item,
    open_it,
    the_item,
)
from tests.meetings.test_close import LOGGED, OLDER
from tests.meetings.test_run import CANARY

HOSTILE = '#set page(background: none) *vet* $x$ <script> "'
FOR_CHAIR = "Kanarie alleen voor de voorzitter."


def pages_of(content: bytes) -> list[str]:
    """The text of each page, as who copies it gets it."""
    with pypdfium2.PdfDocument(content) as found:
        return [page.get_textpage().get_text_bounded() for page in found]


def tags_of(content: bytes) -> list[str]:
    """The tags of the structure, in the order in which they are read."""

    def below(node: Any) -> Iterator[str]:
        for each in node if isinstance(node, Array) else [node]:
            if isinstance(each, Dictionary):
                if "/S" in each and each.get("/Type") != "/OBJR":
                    yield str(each.S)
                yield from below(each.get("/K", Array()))

    with pikepdf.open(io.BytesIO(content)) as pdf:
        return list(below(pdf.Root.StructTreeRoot.K))


@pytest.fixture
def full(cast: Cast, at_work: AtWork, prepared: Prepared) -> Prepared:
    """Much was said at the item of Karim, and other things at one that is closed to him."""
    other = build.a_case(cast, at_work, given_name="Quintana", family_name="Visser")
    closed = an_item(cast, at_work, other, prepared.meeting_id, question=CANARY)
    long = " ".join(["De jongere gaat elke dag op tijd naar school."] * 20)
    open_it(cast, at_work, prepared.meeting_id)
    with at_work(cast.sanne):
        for item_id, words in ((prepared.item_id, HOSTILE), (closed, CANARY)):
            said = Introduction(words, words, words, 0)
            proposing.introduce_item(the_item(item_id), said)
        for number in range(6):
            shared = Shared(
                f"{number}. {long}", Category.PLAN, Scope.MEETING, (), "OPENBARE-ORDE",
                is_needed=True,
            )  # fmt: skip
            contributing.contribute(the_item(prepared.item_id), shared)
        alone = Shared(FOR_CHAIR, Category.PLAN, Scope.CHAIR, (), "OPENBARE-ORDE", is_needed=True)
        contributing.contribute(the_item(prepared.item_id), alone)
    with at_work(cast.fatma):
        for item_id, words in ((prepared.item_id, long), (closed, CANARY)):
            running.begin_item(the_item(item_id))
            running.write_minutes(the_item(item_id), a_minute(words=words), today=build.TODAY)
    return prepared


def test_the_pdf_holds_what_its_reader_may_read_and_says_whose_it_is_on_each_page(
    cast: Cast, browse: Browse, superuser: Engine, full: Prepared
) -> None:
    karim = browse(cast.karim)
    pack = acting.send(karim, f"/overleg/{full.meeting_id}/pakket").location
    assert f"{pack}/pdf" in karim.get(pack).text
    answer = karim.get(f"{pack}/pdf")
    assert (answer.status_code, answer.mimetype) == (HTTPStatus.OK, "application/pdf")
    pages = pages_of(answer.data)
    assert len(pages) > 1
    with karim.application.app_context(), karim.application.test_request_context():
        until = day(build.TODAY.fromordinal(build.TODAY.toordinal() + 1))
    for number, page in enumerate(pages, start=1):
        assert f"Van Karim, tot {until}" in page, number
        assert f"Karim · {build.TODAY.day} " in page, number
    whole = "".join(" ".join(pages).split())
    for said in (QUESTION, HOSTILE, a_minute().necessity, "5. De jongere", "1. Yassin"):
        assert "".join(said.split()) in whole, said
    for canary in ("Kanarie", "Quintana", "Visser", FOR_CHAIR, str(full.case_id)):
        assert "".join(canary.split()) not in whole, canary
    assert b"Kanarie" not in answer.data
    with superuser.connect() as connection:
        logged = connection.execute(text(LOGGED)).scalar_one()
    assert logged == 2  # the page, and the file
    of_fatma = acting.send(browse(cast.fatma), f"/overleg/{full.meeting_id}/pakket").location
    assert "Kanarie" in "".join(pages_of(browse(cast.fatma).get(f"{of_fatma}/pdf").data))


def test_the_pdf_is_tagged_with_headings_and_lists_in_its_language(
    cast: Cast, browse: Browse, full: Prepared
) -> None:
    karim = browse(cast.karim)
    pack = acting.send(karim, f"/overleg/{full.meeting_id}/pakket").location
    for language, title in (("nl", "Mijn onderwerpen"), ("en", "My items")):
        content = karim.get(f"{pack}/pdf", headers={"Accept-Language": language}).data
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert str(pdf.Root.Lang) == language
            assert bool(pdf.Root.MarkInfo.Marked)
            assert pdf.open_metadata().get("pdfuaid:part") == "1"
            assert pdf.open_metadata().get("dc:title") == title
        tags = tags_of(content)
        assert tags.count("/H1") == 1
        assert tags.count("/H2") >= 3
        assert tags.count("/L") >= 2
        assert tags.count("/LI") >= 8


def test_the_pdf_is_its_owners_and_gone_on_its_day(
    cast: Cast, browse: Browse, superuser: Engine, prepared: Prepared
) -> None:
    karim = browse(cast.karim)
    pack = acting.send(karim, f"/overleg/{prepared.meeting_id}/pakket").location
    assert karim.get(f"{pack}/pdf").status_code == HTTPStatus.OK
    for who in (cast.sanne, cast.fatma, cast.jaap):
        assert browse(who).get(f"{pack}/pdf").status_code == HTTPStatus.NOT_FOUND
    with superuser.begin() as connection:
        connection.execute(text(OLDER))
    assert karim.get(f"{pack}/pdf").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("odd", ["ግ", "👩‍👧", "中文", "x\u1dc4", "א\u0651\u200d"])
def test_a_sign_that_no_font_has_is_left_out_and_the_rest_is_there_tagged_as_ever(
    cast: Cast, at_work: AtWork, browse: Browse, prepared: Prepared, odd: str
) -> None:
    with at_work(cast.sanne):
        said = Introduction(
            f"Eén dag per week heet hij {odd}", "Wij spraken hem.", "Hij wil rust.", 0
        )
        proposing.introduce_item(the_item(prepared.item_id), said)
    karim = browse(cast.karim)
    pack = acting.send(karim, f"/overleg/{prepared.meeting_id}/pakket").location
    assert odd in karim.get(pack).text
    answer = karim.get(f"{pack}/pdf")
    assert (answer.status_code, answer.mimetype) == (HTTPStatus.OK, "application/pdf")
    whole = " ".join(" ".join(pages_of(answer.data)).split())
    assert "Sommige tekens kunnen niet in dit bestand. Daarvoor staat □." in whole
    assert re.search(r"Eén dag per week heet hij .?□+", whole)
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert pdf.open_metadata().get("pdfuaid:part") == "1"


def test_a_pack_with_ordinary_signs_says_nothing_of_signs_and_saving_it_stands_in_the_log(
    cast: Cast, browse: Browse, prepared: Prepared
) -> None:
    karim = browse(cast.karim)
    pack = acting.send(karim, f"/overleg/{prepared.meeting_id}/pakket").location
    deed = "drukte onderwerpen van een overleg af of bewaarde ze als PDF"
    before = browse(cast.ans).get("/logboek").text.count(deed)
    karim.get(pack)  # who looks does nothing yet
    assert browse(cast.ans).get("/logboek").text.count(deed) == before
    content = karim.get(f"{pack}/pdf").data
    assert "tekens" not in "".join(pages_of(content))
    assert browse(cast.ans).get("/logboek").text.count(deed) == before + 1
