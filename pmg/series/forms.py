"""The form that takes over figures from outside."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField

from pmg.series.rules import LARGEST_FILE, LONGEST_SOURCE, Origin, SeriesKind
from pmg.web.fields import DayField, Given, LineField, menu
from pmg.web.forms import Form


class SeriesForm(Form):
    """A file, which series it is, where it came from, and the day that it is about."""

    kind = SelectField(_l("Welke cijfers zijn het?"), choices=menu(SeriesKind))
    source = LineField(
        _l("Bron"),
        description=_l("Waar de cijfers gepubliceerd zijn, met het adres of de titel."),
        validators=[Given(_l("Vul in waar de cijfers vandaan komen."))],
        limit=LONGEST_SOURCE,
    )
    reference_date = DayField(
        _l("Peildatum"), validators=[Given(_l("Vul de dag in waarop de cijfers slaan."))]
    )
    file = FileField(
        _l("Bestand"),
        description=_l("CSV met de kolommen gebied, periode en waarde, hoogstens 1 MB."),
        validators=[Given(_l("Kies een bestand."))],
        render_kw={"accept": ".csv"},
    )

    def content(self) -> bytes:
        """Return what is in the file; of a file that is too large only enough to see so."""
        self.file.data.seek(0)
        content: bytes = self.file.data.read(LARGEST_FILE + 1)
        return content

    def origin(self) -> Origin:
        """Return where the figures come from."""
        assert self.reference_date.data is not None
        return Origin(SeriesKind(self.kind.data), self.source.data or "", self.reference_date.data)
