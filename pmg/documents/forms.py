"""The forms of documents: what is added, why it changes, and with whom it is shared."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import RadioField

from pmg.documents.rules import FILE, LARGEST_FILE, REASON_LIMIT, TITLE_LIMIT, Law
from pmg.errors import Invalid
from pmg.security.policy import Category
from pmg.web.fields import CarriedField, Given, LineField, menu
from pmg.web.forms import Form


class _FilesField(FileField):  # type: ignore[misc]
    """A file; knows how many were sent under its name."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what holds a file; a browser sends an empty part for nothing."""
        self.sent = [one for one in valuelist if isinstance(one, FileStorage) and one.filename]
        self.data = self.sent[0] if self.sent else None


class _WithFile(Form):
    """A form with a file: taken with the camera, or chosen."""

    photo = _FilesField(
        _l("Maak een foto"),
        description=_l("Opent de camera van uw telefoon."),
        render_kw={"accept": "image/jpeg,image/png", "capture": "environment"},
    )
    file = _FilesField(
        _l("Kies een bestand"),
        description=_l("PDF, Word (.docx), Excel (.xlsx), JPG of PNG, hoogstens 10 MB."),
        render_kw={"accept": ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"},
    )

    def content(self) -> bytes:
        """Return the one file that was given, by whichever way; raise Invalid for none or more.

        Of a file that is too large only enough is read to see so.
        """
        sent = [*(self.photo.sent or ()), *(self.file.sent or ())]
        if not sent:
            raise Invalid(FILE, "Kies een bestand, of maak een foto.")
        if len(sent) > 1:
            raise Invalid(FILE, "Kies één bestand tegelijk: een foto of een bestand.")
        found: bytes = sent[0].stream.read(LARGEST_FILE + 1)
        return found


class _SeenForm(Form):
    """A change by who saw this version of the document."""

    version = CarriedField()

    @property
    def seen_version(self) -> int:
        """The version that was on the page; 0, which is none, when it cannot be read."""
        typed = (self.version.raw_data or [""])[0]
        is_plain = typed.isascii() and typed.isdecimal() and len(typed) < len(str(2**31))
        return int(typed) if is_plain else 0


class AddForm(_WithFile):
    """A document to add."""

    title = LineField(
        _l("Wat is dit?"),
        description=_l(
            "Bijvoorbeeld: brief van school over verzuim. De naam van het bestand bewaren wij niet."
        ),
        validators=[Given(_l("Schrijf op wat dit is."))],
        limit=TITLE_LIMIT,
    )
    category = RadioField(
        _l("Wat voor gegevens staan erin?"),
        description=_l("Dit bepaalt wie het kan lezen."),
        validators=[Given(_l("Kies wat voor gegevens erin staan."))],
    )

    asked_last = ("title", "category")

    def offer(self, laws: Iterable[Law]) -> None:
        """Offer these categories."""
        self.category.choices = menu(laws)

    def chosen(self) -> Category:
        """Return the category that was chosen."""
        return Category(self.category.data)


class VersionForm(_WithFile, _SeenForm):
    """A newer file of a document."""


class MoveForm(_SeenForm):
    """Another category, with the reason."""

    category = RadioField(
        _l("Wat voor gegevens staan erin?"),
        validators=[Given(_l("Kies wat voor gegevens erin staan."))],
    )
    reason = LineField(
        _l("Waarom wijzigt u dit?"),
        description=_l("In een zin. Dit blijft in het logboek."),
        validators=[Given(_l("Schrijf in een zin op waarom."))],
        limit=REASON_LIMIT,
    )

    def offer(self, laws: Iterable[Law]) -> None:
        """Offer these categories."""
        self.category.choices = menu(laws)

    def chosen(self) -> Category:
        """Return the category that was chosen."""
        return Category(self.category.data)


class RemoveForm(_SeenForm):
    """Why a document is removed."""

    reason = LineField(
        _l("Waarom verwijdert u dit document?"),
        description=_l(
            "In een zin, zonder te herhalen wat erin stond. Deze zin blijft in de tijdlijn staan."
        ),
        validators=[Given(_l("Schrijf in een zin op waarom."))],
        limit=REASON_LIMIT,
    )
