"""The form that asks for a report."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import Field, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Regexp

from pmg.definitions.rules import Method, Template
from pmg.errors import Invalid
from pmg.reports.checking import LARGEST_FILE
from pmg.reports.rules import Choice, Period, Preset, preset_period
from pmg.texts import translated
from pmg.web.fields import DayField, Given, LineField, OnlyIf, TextField
from pmg.web.forms import Form

_PERIODS = {
    Preset.LAST_YEAR: _l("Vorig jaar"),
    Preset.LAST_QUARTER: _l("Vorig kwartaal"),
    Preset.THIS_YEAR: _l("Dit jaar tot en met vandaag"),
    Preset.OWN: _l("Een eigen periode"),
}


MOST_FILES = 200
_LONGEST_NAME = 80


def read_upload(field: Field, given: FileStorage) -> bytes:
    """Return what is in a file; raises Invalid where that is too much."""
    with given.stream as stream:
        content: bytes = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise Invalid(field.name, "Kies een bestand van hoogstens 5 MB.")
    return content


def read_uploads(field: MultipleFileField) -> list[tuple[str, bytes]]:
    """Return the name of each file, fit to be shown, and what is in it; raises Invalid."""
    given = field.data or []
    if len(given) > MOST_FILES:
        raise Invalid(field.name, "Kies hoogstens 200 bestanden tegelijk.")
    return [(_name_of(each), read_upload(field, each)) for each in given]


def _name_of(given: FileStorage) -> str:
    kept = (given.filename or "").encode("utf-8", "ignore").decode()
    return "".join(sign for sign in kept if sign.isprintable())[-_LONGEST_NAME:]


class MakeForm(Form):
    """Which report, over which days."""

    template = RadioField(_l("Welk rapport?"), validators=[Given(_l("Kies een rapport."))])
    period = RadioField(
        _l("Over welke periode?"),
        choices=[SelectChoice(preset.value, label) for preset, label in _PERIODS.items()],
        validators=[InputRequired(_l("Kies een periode."))],
    )
    first = DayField(
        _l("Eerste dag"),
        validators=[OnlyIf("period", Preset.OWN, _l("Vul de eerste dag in."))],
    )
    last = DayField(
        _l("Laatste dag"),
        validators=[OnlyIf("period", Preset.OWN, _l("Vul de laatste dag in."))],
    )

    def __init__(self, templates: Iterable[Template], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.template.choices = [
            SelectChoice(each.code, translated(each.title)) for each in templates
        ]

    @staticmethod
    def about(templates: Iterable[Template]) -> dict[str, str]:
        """Say under each report what it is for, and which version will be used."""
        return {each.code: _about(each) for each in templates}

    def choice(self, today: date) -> Choice:
        """Return what was asked, with the days of a preset as seen from `today`."""
        period = preset_period(Preset(self.period.data), today) or self._own()
        return Choice(template_code=self.template.data, period=period)

    def _own(self) -> Period:
        if self.first.data is None or self.last.data is None:
            raise Invalid("period", _("Vul de eerste en de laatste dag in."))
        return Period(self.first.data, self.last.data)


def _about(template: Template) -> str:
    about = f"{translated(template.purpose)} {template.version_name}."
    if template.method is not Method.HIDE:
        return about
    alone = _(
        "Pas op: dit rapport verbergt kleine aantallen. Het kan alleen als er over deze dagen nog "
        "geen rapport is, en na goedkeuring kan er over precies deze dagen geen enkel ander "
        "rapport meer."
    )
    return f"{about} {alone}"


class StepForm(Form):
    """A button: approve, withdraw or deliver."""


class SendBackForm(Form):
    """Why a draft goes back to its maker."""

    reason = TextField(
        _l("Waarom stuurt u het terug?"),
        description=_l("Noem geen namen en geen aantallen."),
        validators=[Given(_l("Schrijf waarom u het rapport terugstuurt."))],
        limit=1000,
    )


class CorrectForm(Form):
    """Why a released report is made again."""

    reason = TextField(
        _l("Waarom maakt u het opnieuw?"),
        description=_l(
            "Deze zin komt in het nieuwe rapport te staan. Bijvoorbeeld: een deel van de "
            "aanmeldingen is later ingevoerd. Noem geen namen en geen aantallen."
        ),
        validators=[Given(_l("Schrijf waarom het rapport opnieuw gemaakt wordt."))],
        limit=1000,
    )


class CheckForm(Form):
    """A file, and whose it should be."""

    file = FileField(
        _l("Kies het bestand"),
        description=_l("Het certificaat met bewijs: een JSON-bestand van hoogstens 5 MB."),
        validators=[Given(_l("Kies een bestand."))],
        render_kw={"accept": ".json"},
    )
    ledger = FileField(
        _l("Grootboek van de maker"),
        description=_l(
            "Met dit JSON-bestand wordt ook gekeken of dit rapport past bij de "
            "andere rapporten van de gemeente."
        ),
        render_kw={"accept": ".json"},
    )
    releases = MultipleFileField(
        _l("Rapporten van gemeenten"),
        description=_l(
            "Alleen bij een landelijk bestand: alle rapporten waaruit het is gemaakt (JSON). Dan "
            "wordt elk landelijk getal nagerekend."
        ),
        render_kw={"accept": ".json"},
    )
    key = LineField(
        _l("Publieke sleutel van de maker"),
        description=_l(
            "Alleen nodig voor een bestand uit een ander systeem. De maker geeft u deze 64 tekens "
            "op een andere manier, bijvoorbeeld per telefoon."
        ),
        validators=[
            Regexp(
                re.compile(r"^(\s*[0-9a-fA-F]){64}\s*$|^$"),
                message=_l("Een sleutel heeft 64 tekens: cijfers en de letters a tot en met f."),
            )
        ],
    )

    def content(self) -> bytes:
        """Return what is in the file; raises Invalid where that is too much."""
        return read_upload(self.file, self.file.data)

    def entries(self) -> bytes | None:
        """Return what is in the ledger, if one was given; raises Invalid where that is too much."""
        return read_upload(self.ledger, self.ledger.data) if self.ledger.data else None

    def municipal_releases(self) -> list[tuple[str, bytes]]:
        """Return the names and contents of the releases that were given; raises Invalid."""
        return read_uploads(self.releases)

    def public_keys(self, own: Sequence[bytes]) -> Sequence[bytes]:
        """Return the key that was given, or `own` where none was."""
        given = "".join((self.key.data or "").split())
        return [bytes.fromhex(given)] if given else own
