"""Files as people and attackers make them, made here so that each byte of them is known."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pikepdf
from PIL import Image, PngImagePlugin

from pmg.documents.keeping import House
from pmg.documents.rules import Bounds
from pmg.documents.scanning import scanner

# Nobody looks for viruses, and there is room for everything.
HOUSE = House(scanner(""), Bounds(1 << 40, 1 << 40))
CAMERA, PLACE, REMARK = "GEHEIMETOESTEL", (52.0, 22.0, 12.5), "GEHEIMEOPMERKING"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_UPRIGHT_LATER = 6  # the camera was held on its side


def photo(size: tuple[int, int] = (400, 300), *, telling: bool = True) -> bytes:
    """A JPEG as a phone makes it: on its side, with where, when and with what."""
    image = Image.new("RGB", size, (200, 60, 60))
    image.paste((20, 20, 160), (0, 0, size[0] // 4, size[1] // 4))  # blue where the top left is
    exif = Image.Exif()
    if telling:
        exif[0x010F], exif[0x0112] = CAMERA, _UPRIGHT_LATER
        exif.get_ifd(0x8825).update({1: "N", 2: PLACE, 3: "E", 4: PLACE})
    written = io.BytesIO()
    image.save(written, "JPEG", exif=exif, comment=REMARK.encode() if telling else b"")
    return written.getvalue()


def picture(size: tuple[int, int] = (300, 200), mode: str = "RGB") -> bytes:
    """A PNG with a remark in it."""
    remark = PngImagePlugin.PngInfo()
    remark.add_text("Comment", REMARK)
    remark.add_itxt("Author", CAMERA)
    written = io.BytesIO()
    Image.new(mode, size).save(written, "PNG", pnginfo=remark)
    return written.getvalue()


def pdf(words: str = "Geplante brief", *, pages: int = 1, **root: Any) -> bytes:
    """A PDF with words on it, made by somebody with a name."""
    made = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for _number in range(pages):
        page = made.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = made.make_stream(f"BT /F1 24 Tf 72 720 Td ({words}) Tj ET".encode())
    with made.open_metadata() as told:
        told["dc:creator"] = [CAMERA]
    made.docinfo["/Author"] = CAMERA
    for key, value in root.items():
        made.Root[f"/{key}"] = made.make_indirect(value)
    return saved(made)


def saved(made: pikepdf.Pdf, **how: Any) -> bytes:
    written = io.BytesIO()
    made.save(written, **how)
    return written.getvalue()


def office(main: str = WORD, extra: Mapping[str, bytes | str] | None = None) -> bytes:
    """A Word or Excel package of the fewest parts; what is given is added or replaced."""
    folder, part = ("word", "document.xml") if main == WORD else ("xl", "workbook.xml")
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types(f"/{folder}/{part}", main),
        "_rels/.rels": rels(("officeDocument", f"{folder}/{part}", "")),
        f"{folder}/{part}": "<w:document xmlns:w='w'><w:t>Geplante woorden</w:t></w:document>",
        "docProps/core.xml": f"<cp><creator>{CAMERA}</creator></cp>",
        **(extra or {}),
    }
    return packed(parts)


def types(name: str, kind: str) -> str:
    return (
        "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
        f"<Override PartName='{name}' ContentType='{kind}'/></Types>"
    )


def rels(*links: tuple[str, str, str]) -> str:
    there = "".join(
        f"<Relationship Id='r{n}' Type='http://x/{kind}' Target='{target}'"
        f"{f' TargetMode={mode!r}' if mode else ''}/>"
        for n, (kind, target, mode) in enumerate(links)
    )
    return f"<Relationships xmlns='r'>{there}</Relationships>"


def packed(parts: Mapping[str, bytes | str], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", kind) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return written.getvalue()
