"""The forms of an import."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from pmg.imports.columns import FIELDS, check_mapping
from pmg.imports.reading import LARGEST_FILE
from pmg.web.fields import Given, TextField
from pmg.web.forms import Form

_COLUMN = "kolom_"


class UploadForm(Form):
    """A list to take over."""

    file = FileField(
        _l("Kies uw lijst"),
        description=_l("Een bestand van Excel (.xlsx) of CSV, hoogstens 10 MB."),
        validators=[Given(_l("Kies een bestand."))],
        render_kw={"accept": ".xlsx,.csv"},
    )

    def content(self) -> bytes:
        """Return what is in the file; of a file that is too large only enough to see so."""
        content: bytes = self.file.data.read(LARGEST_FILE + 1)
        return content

    def kind(self) -> str:
        """Return a name that says what kind of file it is, in place of the one it has."""
        return f"lijst{PurePath(self.file.data.filename or '').suffix.lower()}"


class _MappingForm(Form):
    """Which column of the list holds what; `mapping_form` adds a field for each column."""

    titles: Sequence[str] = ()

    def columns(self) -> list[Any]:
        """Return the fields of the columns, in their order."""
        return [self[f"{_COLUMN}{at}"] for at in range(len(self.titles))]

    def mapping(self) -> dict[int, str]:
        """Return which column holds which field."""
        return {at: field.data for at, field in enumerate(self.columns()) if field.data}

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check each choice, and whether they can be used together."""
        valid = super().validate(extra_validators)
        wrong = check_mapping(self.mapping(), self.titles) if valid else []
        self.form_errors.extend(wrong)
        return bool(valid and not wrong)


def mapping_form(
    titles: Sequence[str], examples: Sequence[str], mapping: Mapping[int, str]
) -> _MappingForm:
    """Return a form with a choice for each column of a list."""
    choices = [
        SelectChoice("", _("Niet overnemen")),
        *(SelectChoice(field.code, field.name) for field in FIELDS.values()),
    ]
    fields: dict[str, Any] = {
        f"{_COLUMN}{at}": SelectField(
            title or _("Kolom %(number)d", number=at + 1),
            description=_("In de lijst staat bijvoorbeeld: %(example)s", example=example)
            if example
            else "",
            choices=choices,
            default=mapping.get(at, ""),
        )
        for at, (title, example) in enumerate(zip(titles, examples, strict=True))
    }
    form: _MappingForm = type("MappingForm", (_MappingForm,), {**fields, "titles": tuple(titles)})()
    return form


class BeginForm(Form):
    """What is to be done with youths who may be known, and who directs the cases that run."""

    known = RadioField(
        _l("Wat doet u met jongeren die misschien al bekend zijn?"),
        choices=[
            SelectChoice("overslaan", _l("Overslaan")),
            SelectChoice("opnemen", _l("Toch overnemen, als nieuwe jongeren")),
        ],
        default="overslaan",
    )
    director = SelectField(_l("Wie is de casusregisseur van de zaken die al lopen?"), choices=[])

    def __init__(
        self, *, people: Sequence[tuple[str, str]], reader_id: str, asks_known: bool
    ) -> None:
        super().__init__()
        self.director.choices = [
            SelectChoice("", _("Kies een casusregisseur")),
            *(SelectChoice(*each) for each in people),
        ]
        if not self.is_submitted() and reader_id in dict(people):
            self.director.data = reader_id
        if not people:
            del self.director
        if not asks_known:
            del self.known

    def takes_known(self) -> bool:
        """Whether youths who may be known are taken over as well."""
        return "known" in self and self.known.data == "opnemen"

    def director_id(self) -> UUID | None:
        """Return who was chosen; None when nobody was, or nobody is needed."""
        return UUID(self.director.data) if "director" in self and self.director.data else None


class StepForm(Form):
    """A button: on with the next rows, or away with the list."""


class UndoForm(Form):
    """Why an import is undone."""

    reason = TextField(
        _l("Waarom maakt u dit ongedaan?"),
        description=_l("Bijvoorbeeld: dit was de lijst van vorig jaar. Noem geen namen."),
        validators=[Given(_l("Schrijf in een zin waarom u dit ongedaan maakt."))],
        limit=1000,
    )
