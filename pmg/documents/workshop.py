"""The workshop: reads one file of a stranger and hands back a clean one, with images of it.

Run as a program of its own by `pmg.documents.bench`, with bounded memory and time and without any
secret in its surroundings: what it reads may be made to break it. It knows nothing of the product.
In: the make as argument, the content on standard input. Out: one line of JSON, then the files.
"""

import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
from defusedxml import ElementTree
from PIL import Image, ImageOps

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS, LONGEST_SIDE = 50_000_000, 30_000
MOST_PAGES, PREVIEWED = 500, 5
PREVIEW_SIDE, PREVIEW_QUALITY = 1600, 80
QUALITIES = (85, 75, 60)
MOST_ENTRIES, LARGEST_UNPACKED, LARGEST_RATIO = 2_000, 200 * 1024 * 1024, 100
SMALL_ENOUGH = 1024 * 1024
_MEMORY, _SECONDS = 1024 * 1024 * 1024, 12

Made = tuple[str, list[bytes]]


class Refusal(Exception):  # noqa: N818  (an answer, not a fault)
    """The file is not taken; the code stands in `pmg.documents.rules.REFUSALS`."""


def bound() -> None:
    """Let this process use so much memory and time, write no file, and start no other."""
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))


# -- images


def picture(content: bytes, make: str) -> Made:
    """Write an image anew: upright, without EXIF, text or anything that came after it."""
    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is unpacked
    with Image.open(io.BytesIO(content), formats=["PNG" if make == "png" else "JPEG"]) as found:
        if found.width * found.height > MOST_PIXELS or max(found.size) > LONGEST_SIDE:
            raise Refusal("too_many_pixels")
        upright = ImageOps.exif_transpose(found)
    plain = _plain(upright)
    return make, [_written(plain, make), _preview(plain)]


def _plain(image: Image.Image) -> Image.Image:
    """Return only the pixels: whatever else the file said is gone."""
    if image.mode.startswith("I"):
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    clear = image.mode in {"LA", "RGBA", "PA"} or "transparency" in image.info
    grey = image.mode in {"1", "L"} and not clear
    plain = image.convert("L" if grey else "RGBA" if clear else "RGB")
    plain.info = {}
    return plain


def _written(image: Image.Image, make: str) -> bytes:
    if make == "png":
        written = _png(image)
        if len(written) > MOST_BYTES:
            image.thumbnail((image.width // 2, image.height // 2))
            written = _png(image)
    else:
        flat = _flat(image)
        sizes = (_jpeg(flat, quality) for quality in QUALITIES)
        written = next((each for each in sizes if len(each) <= MOST_BYTES), b"")
    if not 0 < len(written) <= MOST_BYTES:
        raise Refusal("too_large_after")
    return written


def _png(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "PNG", compress_level=4)
    return written.getvalue()


def _jpeg(image: Image.Image, quality: int) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=quality)
    return written.getvalue()


def _flat(image: Image.Image) -> Image.Image:
    """Return it on white: a photo has nothing behind it."""
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _preview(image: Image.Image) -> bytes:
    small = _flat(image).copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return _jpeg(small, PREVIEW_QUALITY)


# -- PDF

_RUNS = frozenset(
    {
        *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR"),
        *("/Rendition", "/Movie", "/Sound", "/RichMediaExecute"),
    }
)
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMediaSettings"})
_ATTACHED_KEYS = frozenset({"/EF", "/EmbeddedFiles"})
_TELLING_KEYS = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb")
_DEEPEST, _MOST_OBJECTS = 60, 300_000


def pdf(content: bytes, _make: str) -> Made:
    """Refuse a PDF that can do something; write any other anew, and draw its first pages."""
    try:
        with pikepdf.open(io.BytesIO(content)) as found:
            if not 0 < len(found.pages) <= MOST_PAGES:
                raise Refusal("too_many_pages" if len(found.pages) else "broken")
            room = LARGEST_UNPACKED
            for each in _dictionaries(found):
                _judge(each)
                room -= _unpacked(each, room)
                _forget(each)
            _forget_whole(found)
            written = io.BytesIO()
            as_they_are = pikepdf.StreamDecodeLevel.none
            found.save(written, stream_decode_level=as_they_are)
    except pikepdf.PasswordError as fault:
        raise Refusal("password") from fault
    clean = written.getvalue()
    if len(clean) > MOST_BYTES:
        raise Refusal("too_large_after")
    return "pdf", [clean, *_drawn(clean)]


def _dictionaries(found: pikepdf.Pdf) -> Iterator[Any]:
    """Return every dictionary and stream, also what lies inside another one."""
    left = _MOST_OBJECTS
    todo = [(each, 0) for each in found.objects] + [(found.trailer, 0)]
    while todo:
        each, depth = todo.pop()
        left -= 1
        if left < 0 or depth > _DEEPEST:
            raise Refusal("too_heavy")
        if isinstance(each, pikepdf.Array):
            todo += [(inner, depth + 1) for inner in each if _is_within(inner)]
        elif isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            todo += [(inner, depth + 1) for _key, inner in each.items() if _is_within(inner)]
            yield each


def _is_within(each: Any) -> bool:
    """Tell whether it stands here itself; what is only pointed at comes by in its own turn."""
    kinds = (pikepdf.Array, pikepdf.Dictionary, pikepdf.Stream)
    return isinstance(each, kinds) and not each.is_indirect


def _judge(each: Any) -> None:
    keys = set(each.keys())
    if keys & _ACTIVE_KEYS or ("/S" in keys and str(each["/S"]) in _RUNS):
        raise Refusal("active")
    if keys & _ATTACHED_KEYS or str(each.get("/Type", "")) == "/EmbeddedFile":
        raise Refusal("attachments")
    if str(each.get("/Subtype", "")) in {"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}:
        raise Refusal("active")
    if str(each.get("/Subtype", "")) == "/FileAttachment":
        raise Refusal("attachments")


_FLATE, _PHOTO = "/FlateDecode", "/DCTDecode"
_ENDLESS = frozenset({_FLATE, "/LZWDecode"})
_PIECE = 1024 * 1024


def _filters(each: Any) -> list[str]:
    """Return how a stream is packed, the outermost first."""
    named = each.get("/Filter", pikepdf.Array())
    return [str(one) for one in (named if isinstance(named, pikepdf.Array) else [named])]


def _unpacked(each: Any, room: int) -> int:
    """Return how much a stream holds when it is unpacked; refuse what does not end, or hides it."""
    if not isinstance(each, pikepdf.Stream):
        return 0
    filters = _filters(each)
    if sum(one in _ENDLESS for one in filters) > 1:
        raise Refusal("grows")
    if filters[:1] != [_FLATE]:
        return 0
    opening, left, size = zlib.decompressobj(), each.read_raw_bytes(), 0
    while left and not opening.eof:
        try:
            size += len(opening.decompress(left, _PIECE))
        except zlib.error:
            return size
        left = opening.unconsumed_tail
        if size > room:
            raise Refusal("grows")
    return size


def _forget(each: Any) -> None:
    """Take out who made it and where; a photo inside loses its EXIF."""
    for key in (*_TELLING_KEYS, "/AA"):
        if key in each:
            del each[key]
    filters = _filters(each) if isinstance(each, pikepdf.Stream) else []
    if filters in ([_PHOTO], [_FLATE, _PHOTO]):
        raw = each.read_raw_bytes()
        photo = zlib.decompress(raw) if filters[0] == _FLATE else raw
        each.write(_without_exif(photo), filter=pikepdf.Name.DCTDecode)


def _forget_whole(found: pikepdf.Pdf) -> None:
    if "/OpenAction" in found.Root:
        del found.Root["/OpenAction"]
    if "/Info" in found.trailer:
        del found.trailer["/Info"]


_APPLICATION, _COMMENT, _COLOURS, _START_OF_SCAN = range(0xE1, 0xF0), 0xFE, 0xEE, 0xDA


def _without_exif(photo: bytes) -> bytes:
    """Return a JPEG without the segments in which programs write what they like.

    How colours were coded (Adobe's segment) stays: without it they come out wrong.
    """
    kept, at = bytearray(photo[:2]), 2
    while at + 4 <= len(photo) and photo[at] == 0xFF:  # noqa: PLR2004  (what begins a segment)
        marker = photo[at + 1]
        if marker == _START_OF_SCAN:
            break
        length = 2 + int.from_bytes(photo[at + 2 : at + 4], "big")
        telling = marker in _APPLICATION and marker != _COLOURS
        if not telling and marker != _COMMENT:
            kept += photo[at : at + length]
        at += length
    return bytes(kept + photo[at:])


def _drawn(clean: bytes) -> list[bytes]:
    """Return the first pages as images; none where they cannot be drawn."""
    try:
        with pypdfium2.PdfDocument(clean) as found:
            return [_page(found[number]) for number in range(min(len(found), PREVIEWED))]
    except (pypdfium2.PdfiumError, ValueError, OSError):
        return []


def _page(page: Any) -> bytes:
    longest = max(page.get_size())
    scale = min(PREVIEW_SIDE / max(longest, 1), 4)
    return _preview(page.render(scale=scale).to_pil().convert("RGB"))


# -- Word and Excel

_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
_TYPES = "[Content_Types].xml"
_LINKS = ("http://", "https://", "mailto:", "tel:", "#")
_FETCHING = re.compile(r"\b(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE)\b", re.IGNORECASE)
_INSTRUCTION = re.compile(rb"<w:instrText[^>]*>([^<]*)|<w:fldSimple[^>]*w:instr=\"([^\"]*)\"")
_WITHIN = ("/embeddings/", "/activex/", "/oleobject", "/externallinks/", "/ctrlprops/")


def office(content: bytes, _make: str) -> Made:
    """Refuse a package that runs or fetches something; write any other anew, entry by entry."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        entries = [entry for entry in package.infolist() if not entry.is_dir()]
        _judge_size(entries)
        names = [entry.filename for entry in entries]
        _judge_names(names)
        parts = {entry.filename: package.read(entry) for entry in entries}
    make = _judge_types(parts)
    for name, part in parts.items():
        _judge_part(name, part)
    clean = _packed(parts)
    if len(clean) > MOST_BYTES:
        raise Refusal("too_large_after")
    return make, [clean]


def _judge_size(entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal("password")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    dense = unpacked > SMALL_ENOUGH and unpacked / packed > LARGEST_RATIO
    if len(entries) > MOST_ENTRIES or unpacked > LARGEST_UNPACKED or dense:
        raise Refusal("grows")


def _judge_names(names: list[str]) -> None:
    lower = [name.lower() for name in names]
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in lower):
        raise Refusal("macros")
    if any(part in f"/{name}" for name in lower for part in _WITHIN):
        raise Refusal("attachments" if "/externallinks/" not in " ".join(lower) else "external")
    odd = any(".." in name.split("/") or name.startswith("/") or "\\" in name for name in names)
    if odd or len(set(lower)) != len(lower) or _TYPES not in names:
        raise Refusal("not_office")


def _judge_types(parts: dict[str, bytes]) -> str:
    types = [each.get("ContentType", "") for each in ElementTree.fromstring(parts[_TYPES]).iter()]
    if any("macroenabled" in each.lower() or "vba" in each.lower() for each in types):
        raise Refusal("macros")
    found = {_MAIN[each] for each in types if each in _MAIN}
    if len(found) != 1:
        raise Refusal("not_office")
    return found.pop()


def _judge_part(name: str, part: bytes) -> None:
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise Refusal("broken")
    if name.endswith(".rels"):
        for link in ElementTree.fromstring(part).iter():
            _judge_link(link.attrib)
    told = b" ".join(b"".join(found) for found in _INSTRUCTION.findall(part))
    if _FETCHING.search(told.decode("utf-8", "replace")):
        raise Refusal("external")


def _judge_link(link: dict[str, str]) -> None:
    if link.get("TargetMode", "").lower() != "external":
        return
    is_link = link.get("Type", "").endswith("/hyperlink")
    if not is_link or not link.get("Target", "").lower().startswith(_LINKS):
        raise Refusal("external")


def _packed(parts: dict[str, bytes]) -> bytes:
    """Return a package of these parts and nothing else: no names of who made it, no days."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return written.getvalue()


# -- the program

MAKERS = {"png": picture, "jpg": picture, "pdf": pdf, "office": office}


def made(make: str, content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return the answer and the files that go with it; whatever goes wrong is a refusal."""
    try:
        kind, files = MAKERS[make](content, make)
    except Refusal as refusal:
        return {"refused": str(refusal)}, []
    except MemoryError:
        return {"refused": "too_heavy"}, []
    except Exception:  # noqa: BLE001  (four libraries on hostile bytes raise whatever they like)
        return {"refused": "broken"}, []
    return {"kind": kind, "sizes": [len(each) for each in files]}, files


def main() -> None:
    """Do one file."""
    bound()
    answer, files = made(sys.argv[1], sys.stdin.buffer.read(MOST_BYTES + 1))
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    for each in files:
        sys.stdout.buffer.write(each)


if __name__ == "__main__":
    main()
