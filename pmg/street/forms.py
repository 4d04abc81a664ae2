"""The forms of the street: whom to take along, what to write, and what a device sends."""

import base64
import binascii
from collections.abc import Iterable
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from pmg.errors import Invalid
from pmg.journal.rules import TEXT_LIMIT, Kind
from pmg.street.rules import UNREADABLE
from pmg.web.fields import CarriedField, Given, TextField, Ticks, menu
from pmg.web.forms import Filters, Form

ON, OFF = "aan", "uit"
# The longest sentence in the widest letters, escaped, padded and in base64, and some more.
_LARGEST = 32_000


class TakeForm(Form):
    """Whom to take along."""

    youths = Ticks(
        _l("Wie neemt u mee?"),
        description=_l(
            "Op het toestel komen alleen de voornaam en één letter. Kies alleen wie u vandaag "
            "kunt spreken."
        ),
        choices=[],
    )

    def choose_from(self, youths: Iterable[tuple[UUID, str]]) -> None:
        """Offer these youths."""
        self.youths.choices = [SelectChoice(str(key), label) for key, label in youths]

    def chosen(self) -> list[UUID]:
        """Return who was ticked, as the service takes them; what is no id is nobody's."""
        return [_id(one) for one in self.youths.data or ()]


class StreetNoteForm(Filters):
    """What is written on the device itself; it is never sent as a form."""

    kind = RadioField(
        _l("Wat voor contact was het?"),
        choices=menu(Kind),
        validators=[Given(_l("Kies wat voor contact het was."))],
    )
    text = TextField(
        _l("Wat is er gebeurd?"),
        description=_l("Schrijf op wat u zag of hoorde, zo dat de jongere het mag lezen."),
        validators=[Given(_l("Schrijf in een zin op wat er is gebeurd."))],
        limit=TEXT_LIMIT,
        render_kw={"rows": 3},
    )


class SendForm(Form):
    """One note as a device sends it."""

    key = CarriedField()
    note = CarriedField()
    sealed = CarriedField()
    anyway = CarriedField()

    def parts(self) -> tuple[UUID, UUID, bytes]:
        """Return the key, the number of the note and what is sealed; Invalid when unreadable."""
        sealed = self.sealed.data or ""
        try:
            if len(sealed) > _LARGEST:
                raise Invalid("note", UNREADABLE)
            return (
                _id(self.key.data or ""),
                _id(self.note.data or ""),
                base64.b64decode(sealed, validate=True),
            )
        except (binascii.Error, ValueError) as fault:
            raise Invalid("note", UNREADABLE) from fault


class SwitchForm(Form):
    """On or off."""

    setting = RadioField(
        _l("Mogen jongerenwerkers zonder netwerk werken?"),
        choices=[
            SelectChoice(ON, _l("Ja: voornamen mogen hoogstens 12 uur op een toestel staan")),
            SelectChoice(OFF, _l("Nee: er staat niets op toestellen")),
        ],
        validators=[Given(_l("Kies ja of nee."))],
    )


class WipeForm(Form):
    """A button: nothing on that device any more."""


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as fault:
        raise Invalid("note", UNREADABLE) from fault
