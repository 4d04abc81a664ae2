"""The picture of the app on a phone, drawn here: the mark of the house in its own colour."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

SIZES = (180, 192, 512)
_GROUND, _INK = (0, 70, 62), (255, 255, 255)
# The mark as it stands in favicon.svg, on a field of 32.
_FIELD, _STROKE = 32, 4
_MARK = ((8, 22), (14, 10), (19, 18), (24, 10))
_FINER = 4  # drawn larger and brought down, so that its edges are smooth
_INSET = 0.8  # phones cut corners off: the mark keeps to the middle


@cache
def drawn(size: int) -> bytes:
    """Return the icon as a PNG of so many pixels."""
    side = size * _FINER
    scale = side / _FIELD * _INSET
    shift = side * (1 - _INSET) / 2
    points = [(x * scale + shift, y * scale + shift) for x, y in _MARK]
    image = Image.new("RGB", (side, side), _GROUND)
    pen = ImageDraw.Draw(image)
    width = round(_STROKE * scale)
    pen.line(points, fill=_INK, width=width, joint="curve")
    for x, y in (points[0], points[-1]):
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=_INK)
    kept = BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(kept, "PNG", optimize=True)
    return kept.getvalue()
