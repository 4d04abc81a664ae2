"""What one person takes along of a meeting as a tagged PDF (PDF/UA-1), with his name on it."""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from flask_babel import get_locale
from flask_babel import gettext as _

from pmg.meetings import presenting
from pmg.meetings.models import Meeting, MeetingPack
from pmg.meetings.shown import Brought, Item, Minutes
from pmg.security import access
from pmg.security.policy import Action
from pmg.web.formats import day, moment

_LAYOUT = Path(__file__).with_name("pack.typ").read_bytes()
_ONE_SIGN = b'#set document(title: "-")\n#set text(font: "Libertinus Serif")\n#sys.inputs.sign'
_UNSET = "□"
Part = dict[str, object]


def pdf(pack: MeetingPack, meeting: Meeting, items: Sequence[Item], *, at: datetime) -> bytes:
    """Set a pack. Its texts pass as data, so that none of them can be taken for a command.

    A sign that no font of typst has would refuse the whole of it: it is replaced, and the pack
    says so. Raises NotPermitted.
    """
    access.require(Action.MEETING_PACK, pack)
    data = _data(pack, meeting, items, at)
    made = _compiled(_LAYOUT, at, pack=json.dumps(data))
    if made is None:
        left_out = _(
            "Sommige tekens kunnen niet in dit bestand. Daarvoor staat %(sign)s. Op de pagina van "
            "het pakket leest u ze wel.",
            sign=_UNSET,
        )
        made = _compiled(_LAYOUT, at, pack=json.dumps(_settable(data | {"left_out": left_out})))
    if made is None:
        raise ValueError("typst cannot set the pack")
    return made


def _compiled(layout: bytes, at: datetime, **given: str) -> bytes | None:
    """Return the PDF; None when typst cannot set what is given."""
    try:
        made = typst.compile(
            layout,
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs=given,
            pdf_standards=["ua-1"],
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError:
        return None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        return None  # marks of two scripts on one letter let its shaping fall over
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made


def _settable(part: Any) -> Any:
    """Return data with every sign that cannot be set, and every loose mark, replaced."""
    if isinstance(part, dict):
        return {name: _settable(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [_settable(value) for value in part]
    if not isinstance(part, str):
        return part
    return "".join(
        sign if sign == "\n" or _has_glyph(sign) else _UNSET
        for sign in unicodedata.normalize("NFC", part)
    )


@lru_cache(maxsize=4096)
def _has_glyph(sign: str) -> bool:
    if unicodedata.category(sign)[0] in "MC":  # a mark, or a sign that steers others
        return False
    return _compiled(_ONE_SIGN, datetime.fromtimestamp(0, UTC), sign=sign) is not None


def _data(
    pack: MeetingPack, meeting: Meeting, items: Sequence[Item], at: datetime
) -> dict[str, object]:
    name, until = access.reader().name, day(pack.recall_on)
    return {
        "title": _("Mijn onderwerpen"),
        "lang": str(get_locale()),
        "reader": name,
        "meeting": f"{meeting.name}, {presenting.when(meeting.on_day, meeting.clock)}",
        "whose": _("Van %(name)s, tot %(day)s", name=name, day=until),
        "watermark": f"{name} · {moment(at)}",
        "made_on": [at.year, at.month, at.day],
        "left_out": "",
        "items": [_item(item) for item in items],
        "words": {
            "page": _("Bladzijde"),
            "keep": _("Geef dit niet door. Vernietig het bestand en elke afdruk uiterlijk dan."),
        },
    }


def _item(item: Item) -> dict[str, object]:
    return {
        "title": presenting.title(item.line),
        "question": item.line.question,
        "parts": list(_parts(item)),
    }


def _parts(item: Item) -> Iterator[Part]:
    if item.mine and item.mine.question:
        yield _part(_("Aan uw organisatie"), item.mine.question)
    if item.intro:
        said = item.intro
        facts = (
            (_("Hoe gaat het nu?"), said.situation),
            (_("Wat is er geprobeerd?"), said.tried),
            (_("Wat is de wens?"), said.wish),
            (_("Door"), said.by),
        )
        yield _part(_("Drie zinnen"), facts=facts)
    yield _part(
        _("Ingebracht"),
        "" if item.brought else _("Er is niets ingebracht dat hier te lezen is."),
        lines=[_brought(each) for each in item.brought],
    )
    if item.minutes and item.minutes.outcome:
        yield from _decided(item, item.minutes)
    else:
        yield _part(_("Besluit en afspraken"), _("Er is nog niets besloten."))


def _decided(item: Item, made: Minutes) -> Iterator[Part]:
    assert made.outcome is not None
    facts = [
        (_("Besluit"), made.outcome.label),
        (_("Afspraken"), made.words),
        (_("Noodzaak"), made.necessity),
        (_("Proportionaliteit"), made.proportionality),
        (_("Subsidiariteit"), made.subsidiarity),
        (_("Komt terug op"), day(made.review_on)),
    ]
    yield _part(_("Besluit en afspraken"), facts=[pair for pair in facts if pair[1]])
    opposed = [f"{each.name}: {each.words}" for each in item.opinions if not each.agrees]
    if opposed:
        yield _part(_("Niet eens"), lines=opposed)


def _brought(row: Brought) -> str:
    if row.is_withdrawn:
        return f"{row.organisation}: {_('Ingetrokken.')}"
    return f"{row.organisation}: {row.words}\n{row.by}, {moment(row.at)} · {row.basis}"


def _part(
    title: str,
    words: str = "",
    *,
    facts: Sequence[tuple[str, str]] = (),
    lines: Sequence[str] = (),
) -> Part:
    return {"title": title, "words": words, "facts": list(facts), "lines": list(lines)}
