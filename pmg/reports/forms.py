"""The form that asks for a report."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from pmg.errors import Invalid
from pmg.reports.indicators import latest
from pmg.reports.rules import Choice, Period, Preset, preset_period
from pmg.web.fields import DayField, OnlyIf
from pmg.web.forms import Form

_PERIODS = {
    Preset.LAST_QUARTER: _l("Vorig kwartaal"),
    Preset.LAST_YEAR: _l("Vorig jaar"),
    Preset.THIS_YEAR: _l("Dit jaar tot en met vandaag"),
    Preset.OWN: _l("Een eigen periode"),
}


class MakeForm(Form):
    """Which report, over which days."""

    template = SelectField(
        _l("Rapport"),
        choices=[SelectChoice(code, _l(template.title)) for code, template in latest().items()],
    )
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

    def choice(self, today: date) -> Choice:
        """Return what was asked, with the days of a preset as seen from `today`."""
        period = preset_period(Preset(self.period.data), today) or self._own()
        return Choice(template_code=self.template.data, period=period)

    def _own(self) -> Period:
        if self.first.data is None or self.last.data is None:
            raise Invalid("period", _("Vul de eerste en de laatste dag in."))
        return Period(self.first.data, self.last.data)
