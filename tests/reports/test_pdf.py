"""The PDF as a checker of PDF/UA reads it, after its row heads were written."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from flask import Flask

from pmg.definitions.shipped import YEARLY
from pmg.reports import export_pdf
from pmg.reports.models import ReportRelease
from pmg.reports.paper import Paper, paper
from tests.reports.casework import Casework
from tests.reports.conftest import MakeReport
from tests.reports.test_make import busy

PAINTS = {"f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "Tj", "TJ", "'", '"', "Do"}
SHAPES = {"re", "l", "c", "v", "y"}
FILLS = {"f", "F", "f*", "B", "B*", "b", "b*"}
STANDARD = {
    *("Document", "Part", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "NonStruct"),
    *("P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Span", "Quote"),
    *("Note", "Reference", "Code", "Link", "Annot", "Table", "TR", "TH", "TD", "THead", "TBody"),
    *("TFoot", "Figure", "Formula", "Form"),
}


@pytest.fixture
def written(casework: Casework, make: MakeReport, app: Flask) -> Iterator[Paper]:
    busy(casework, youths=60)
    item: ReportRelease = make().release
    with app.test_request_context():
        yield paper(item)


@pytest.fixture
def pdf(written: Paper) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(export_pdf.pdf(written))) as opened:
        yield opened


def elements(node: Any) -> Iterator[Any]:
    """Every element of the structure tree, in the order in which it is read out."""
    for each in children(node):
        if isinstance(each, pikepdf.Dictionary) and "/S" in each:
            yield each
            yield from elements(each)


def role(element: Any, root: Any) -> str:
    """The standard kind that an element stands for."""
    return str(root.get("/RoleMap", {}).get(str(element.S), element.S)).removeprefix("/")


def children(node: Any) -> list[Any]:
    below = node.get("/K", [])
    return list(below) if isinstance(below, pikepdf.Array) else [below]


def kind(element: Any) -> str:
    return str(element.S).removeprefix("/")


def marked(page: Any) -> Iterator[tuple[str, int | None, str]]:
    """Each operator of a page, with the tag and the number of the content that it stands in."""
    inside: list[tuple[str, int | None]] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in {"BDC", "BMC"}:
            said = operands[1] if name == "BDC" else {}
            number = said.get("/MCID") if isinstance(said, pikepdf.Dictionary) else None
            inside.append((str(operands[0]), None if number is None else int(number)))
        elif name == "EMC":
            inside.pop()
        else:
            numbers = [(tag, at) for tag, at in inside if at is not None or tag == "/Artifact"]
            yield (*(numbers[-1] if numbers else ("", None)), name)
    assert not inside


def parents(tree: Any) -> dict[int, Any]:
    """The number tree of parents, with its branches."""
    found: dict[int, Any] = {}
    numbers = list(tree.get("/Nums", []))
    found.update(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    for each in tree.get("/Kids", []):
        found.update(parents(each))
    return found


def test_there_is_no_picture_in_it_and_every_bar_is_drawn(pdf: pikepdf.Pdf, written: Paper) -> None:
    kinds = [one.get("/Subtype") for one in pdf.objects if isinstance(one, pikepdf.Stream)]
    assert "/Image" not in map(str, kinds)
    drawn = 0
    for page in pdf.pages:
        shape = False
        for _tag, _number, operator in marked(page):
            assert operator not in {"BI", "INLINE IMAGE", "EI"}
            shape = shape or operator in SHAPES
            if operator in FILLS:
                drawn, shape = drawn + shape, False
    bars = [
        bar for section in written.sections for picture in section.pictures for bar in picture.bars
    ]
    assert drawn >= len(bars) > 0
    charts = [one for one in elements(pdf.Root.StructTreeRoot) if kind(one) == "Figure"]
    assert len(charts) == sum(len(indicator.charts) for indicator in YEARLY.indicators)


def test_it_still_says_what_it_is_in_which_language_and_by_which_name(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root
    assert bool(root.MarkInfo.Marked)
    assert not bool(root.MarkInfo.get("/Suspects", False))
    assert str(root.Lang) == "nl-NL"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_metadata() as said:
        assert said["pdfuaid:part"] == "1"
        assert "Jaarrapportage Preventie met Gezag" in said["dc:title"]
    assert "/Encrypt" not in pdf.trailer
    assert "/Outlines" in root


def test_everything_that_is_painted_is_read_out_or_said_to_be_decoration(pdf: pikepdf.Pdf) -> None:
    known = parents(pdf.Root.StructTreeRoot.ParentTree)
    read = {
        (one.Pg.objgen, at)
        for one in elements(pdf.Root.StructTreeRoot)
        for at in children(one)
        if isinstance(at, int)
    }
    for page in pdf.pages:
        assert str(page.obj.Tabs) == "/S"
        owners = known[int(page.obj.StructParents)]
        for tag, number, operator in marked(page):
            if operator in PAINTS:
                assert number is not None or tag == "/Artifact", operator
            if number is not None:
                assert role(owners[number], pdf.Root.StructTreeRoot) in STANDARD
                assert (page.obj.objgen, number) in read


def test_the_tree_has_standard_elements_that_know_their_parents(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root.StructTreeRoot
    last = 0
    for one in elements(root):
        name = role(one, root)
        assert name in STANDARD
        assert any(below == one for below in children(one.P) if isinstance(below, pikepdf.Object))
        if name == "Figure":
            assert str(one.Alt).strip()
        if name in {f"H{level}" for level in range(1, 7)}:
            level = int(name[1])
            assert level <= last + 1, "a level of headings is skipped"
            last = level


def test_every_table_is_a_grid_whose_heads_say_what_they_are_head_of(pdf: pikepdf.Pdf) -> None:
    tables = [one for one in elements(pdf.Root.StructTreeRoot) if kind(one) == "Table"]
    assert tables
    for table in tables:
        rows = [
            [cell for cell in children(row) if isinstance(cell, pikepdf.Dictionary)]
            for row in elements(table)
            if kind(row) == "TR"
        ]
        assert len({len(cells) for cells in rows}) == 1
        for at, cells in enumerate(rows):
            scopes = [
                {str(said.Scope) for said in children_of(cell, "/A") if "/Scope" in said}
                for cell in cells
            ]
            if at == 0:
                assert [kind(cell) for cell in cells] == ["TH"] * len(cells)
                assert scopes == [{"/Column"}] * len(cells)
            else:
                assert [kind(cell) for cell in cells] == ["TH"] + ["TD"] * (len(cells) - 1)
                assert scopes[0] == {"/Row"}


def children_of(node: Any, name: str) -> list[Any]:
    found = node.get(name, [])
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def test_every_font_is_inside_and_can_be_read_as_text(pdf: pikepdf.Pdf) -> None:
    fonts = [
        one
        for one in pdf.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"
    ]
    assert fonts
    for font in fonts:
        if font.Subtype == "/Type0":
            assert "/ToUnicode" in font
            described = font.DescendantFonts[0].FontDescriptor
            assert {"/FontFile2", "/FontFile3"} & set(described.keys())


def test_only_the_row_heads_were_written_anew(
    written: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = export_pdf.pdf(written)
    monkeypatch.setattr(export_pdf, "with_row_heads", lambda made: made)
    before = export_pdf.pdf(written)

    with pikepdf.open(io.BytesIO(before)) as one, pikepdf.open(io.BytesIO(after)) as other:
        assert [page.Contents.read_bytes() for page in one.pages] == [
            page.Contents.read_bytes() for page in other.pages
        ]
        kinds = [[kind(each) for each in elements(pdf.Root.StructTreeRoot)] for pdf in (one, other)]
    assert len(kinds[0]) == len(kinds[1])
    changed = {pair for pair in zip(*kinds, strict=True) if len(set(pair)) > 1}
    assert changed == {("TD", "TH")}
