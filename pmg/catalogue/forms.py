"""The forms of the catalogue: one entry, why it is retired or offered again, and a file."""

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from pmg.catalogue import rules
from pmg.catalogue.rules import DESCRIPTIVE, Row
from pmg.catalogue.sheet import LARGEST_FILE
from pmg.clock import today
from pmg.errors import Invalid
from pmg.reference.evidence import EvidenceLevel
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import OTHERS, Frame, Funding, Setting, Warned
from pmg.web.fields import CarriedField, DayField, Given, LineField, TextField, Ticks, menu
from pmg.web.forms import Form

_LONGEST_NUMBER = 9
_LEVELS = [SelectChoice("", _l("Geen")), *menu(EvidenceLevel)]
_OTHER_LABELS = {
    2: (_l("Tweede uitkomst"), _l("Niveau"), _l("Bron"), _l("Datum")),
    3: (_l("Derde uitkomst"), _l("Niveau"), _l("Bron"), _l("Datum")),
}


class _ReasonForm(Form):
    """A change by who saw this version, with why."""

    version = CarriedField()
    reason = LineField(
        _l("Waarom?"),
        description=_l("Dit leest iedereen bij de versies. Noem geen jongere."),
        validators=[Given(_l("Schrijf kort op waarom."))],
        limit=rules.LONGEST_REASON,
    )

    @property
    def seen_version(self) -> int:
        """The version that was on the page; -1, which is none, when it cannot be read."""
        typed = (self.version.raw_data or [""])[0]
        is_plain = typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST_NUMBER
        return int(typed) if is_plain else -1


class EditForm(_ReasonForm):
    """Everything that a municipality says of an intervention, as it is and why it changes."""

    asked_last = ("reason",)

    name_nl = LineField(_l("Naam"), limit=120, validators=[Given(_l("Vul een naam in."))])
    notes = TextField(
        _l("Samenvatting"),
        description=_l("In een paar zinnen: wat gebeurt er?"),
        limit=1000,
        render_kw={"rows": 4, "lang": "nl"},
    )
    target_group = TextField(
        _l("Doelgroep"),
        description=_l("Voor wie is het bedoeld, naast de leeftijd?"),
        limit=300,
        render_kw={"rows": 2, "lang": "nl"},
    )
    age_min = LineField(_l("Leeftijd vanaf"), validators=[Given(_l("Vul een leeftijd in."))])
    age_max = LineField(_l("Leeftijd tot en met"), validators=[Given(_l("Vul een leeftijd in."))])
    setting = SelectField(_l("Vorm"), choices=menu(Setting))
    frame = SelectField(_l("Kader"), choices=menu(Frame))
    warning = SelectField(
        _l("Waarschuwing"), choices=[SelectChoice("", _l("Geen waarschuwing")), *menu(Warned)]
    )
    target_factor_codes = Ticks(
        _l("Op welke factoren is het gericht?"),
        choices=[SelectChoice(code, _l(factor.name_nl)) for code, factor in FACTORS.items()],
    )
    core_elements = TextField(
        _l("Kernonderdelen"),
        description=_l("Een onderdeel op elke regel, kort. Bijvoorbeeld: rollenspel."),
        limit=1200,
        render_kw={"rows": 5, "lang": "nl"},
    )
    sessions = LineField(_l("Aantal bijeenkomsten"))
    minutes = LineField(_l("Minuten per bijeenkomst"))
    typical_duration_weeks = LineField(_l("Duur in weken"))
    funding = Ticks(_l("Uit welke geldstromen kan het worden betaald?"), choices=menu(Funding))
    evidence_level = SelectField(_l("Niveau van bewijs"), choices=menu(EvidenceLevel))
    evidence_source = LineField(
        _l("Bron van het niveau"),
        description=_l("Bijvoorbeeld: justitieleinterventies.nl, besluit van de commissie."),
        limit=300,
    )
    evidence_on = DayField(_l("Datum van het oordeel"))
    evidence_outcome = LineField(
        _l("Uitkomst waar het niveau over gaat"),
        description=_l("Bijvoorbeeld: delinquentie, of schoolverzuim."),
    )

    def __init__(self, *args: Any, before: Row, **kwargs: Any) -> None:
        self.before = before
        super().__init__(*args, data=_shown(before), **kwargs)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check also that it can be what is said of an intervention."""
        if not super().validate(extra_validators):
            return False
        _row, faults = rules.clean(self.given(), self.before, today())
        for fault in faults:
            self[fault.field].errors = [*self[fault.field].errors, fault.message]
        return not faults

    def given(self) -> dict[str, str]:
        """Return the answers as cells, as the service takes them."""
        return {
            column: _as_cell(column, self[column].data, self.before[column])
            for column in DESCRIPTIVE
        }


def _add_others() -> None:
    for number in OTHERS:
        about, level, source, on = _OTHER_LABELS[number]
        name = f"outcome{number}"
        setattr(EditForm, f"{name}_about", LineField(about))
        setattr(EditForm, f"{name}_level", SelectField(level, choices=_LEVELS, default=""))
        setattr(EditForm, f"{name}_source", LineField(source, limit=300))
        setattr(EditForm, f"{name}_on", DayField(on))


_add_others()


class RetireForm(_ReasonForm):
    """From which day it is set to work no more, and why."""

    asked_last = ("reason",)

    retired_on = DayField(
        _l("Vanaf welke dag?"), default=today, validators=[Given(_l("Vul een dag in."))]
    )

    def day(self) -> date:
        """Return the validated day."""
        assert self.retired_on.data is not None
        return self.retired_on.data


class RestoreForm(_ReasonForm):
    """Why it is set to work again."""


class UploadForm(Form):
    """A file with the catalogue, to look at what it would change."""

    file = FileField(
        _l("Bestand"),
        description=_l("CSV met de kolommen van het bestand dat u hier ophaalt, hoogstens 200 kB."),
        validators=[Given(_l("Kies een bestand."))],
        render_kw={"accept": ".csv"},
    )

    def content(self) -> bytes:
        """Return what is in the file; of a file that is too large only enough to see so."""
        self.file.data.seek(0)
        content: bytes = self.file.data.read(LARGEST_FILE + 1)
        return content


class ConfirmForm(Form):
    """The file that was looked at, when, and why it is taken over."""

    content = CarriedField()
    seen = CarriedField()
    reason = LineField(
        _l("Waarom voert u dit door?"),
        description=_l("Staat bij elke interventie die wijzigt. Bijvoorbeeld: ronde van 2027."),
        validators=[Given(_l("Schrijf kort op waarom."))],
        limit=rules.LONGEST_REASON,
    )

    def text(self) -> str:
        """Return the text of the file; raise Invalid when the page did not carry it whole."""
        try:
            return base64.b64decode(self.content.data or "", validate=True).decode()
        except (binascii.Error, ValueError) as fault:
            raise Invalid(
                "file", "Het bestand is onderweg beschadigd. Kies het opnieuw."
            ) from fault


def carried(text: str) -> str:
    """Return a file as a page carries it: no sign of it may change on the way."""
    return base64.b64encode(text.encode()).decode()


def _shown(row: Row) -> Mapping[str, Any]:
    shown: dict[str, Any] = dict(row)
    for column in ("target_factor_codes", "funding"):
        shown[column] = row[column].split(";") if row[column] else []
    shown["core_elements"] = row["core_elements"].replace("; ", "\n")
    for column in DESCRIPTIVE:
        if column.endswith("_on"):
            shown[column] = date.fromisoformat(row[column]) if row[column] else None
    return shown


def _as_cell(column: str, data: Any, before: str) -> str:
    if isinstance(data, list):
        kept = [code for code in before.split(";") if code in data]  # in the order that it had
        return ";".join([*kept, *(code for code in data if code not in kept)])
    if isinstance(data, date):
        return data.isoformat()
    text = str(data or "")
    return text.replace("\n", ";") if column == "core_elements" else text
