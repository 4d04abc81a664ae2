"""The form that enters a line of the plan."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from pmg.plans.rules import PlanEntry, areas, subjects
from pmg.web.fields import Given, LineField
from pmg.web.forms import Form

_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


class WholeField(LineField):
    """A whole number, as people type it: 1.250 and € 1 250 are 1250; kept when it is none."""

    number: int | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed number; ValueError carries the message of the refusal."""
        super().process_formdata(valuelist)
        plain = re.sub(r"[€\s.]", "", self.data or "")
        if plain.startswith(("-", "–", "−")):
            raise ValueError(_("Onder nul kan niet. Vul 0 of meer in."))
        if self.data and not _WHOLE.fullmatch(plain):
            raise ValueError(_("Vul een heel getal in, zonder komma."))
        self.number = int(plain) if plain else None


class LineForm(Form):
    """Places and budget of a track or an intervention, of one area or of all."""

    subject = SelectField(
        _l("Spoor of interventie"), choices=[], validators=[Given(_l("Kies waar het over gaat."))]
    )
    area = SelectField(_l("Voor welk gebied?"), choices=[], default="")
    places = WholeField(
        _l("Plekken"), validators=[Given(_l("Vul het aantal plekken in, 0 als er geen zijn."))]
    )
    budget = WholeField(
        _l("Budget in euro’s"), validators=[Given(_l("Vul het budget in, 0 als er geen is."))]
    )

    replaces = BooleanField(
        _l("Mijn regel vervangt de regel die er al staat"),
        description=_l("Alleen nodig als dit al in het plan staat. De oude regel blijft bewaard."),
    )

    def __init__(self, *args: Any, municipality_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area.choices = [
            SelectChoice("", _("Hele gemeente")),
            *(SelectChoice(code, _(name)) for code, name in areas(municipality_id).items()),
        ]
        self.subject.choices = [
            SelectChoice("", _("Kies een spoor of interventie")),
            *(SelectChoice(code, _(name)) for code, name in subjects().items()),
        ]

    def entry(self, year: int) -> PlanEntry:
        """Return the validated answers, as the service takes them."""
        return PlanEntry(
            year,
            self.subject.data,
            self.places.number or 0,
            self.budget.number or 0,
            area=self.area.data or "",
            replaces=bool(self.replaces.data),
        )


class WithdrawForm(Form):
    """A button: out of the plan."""
