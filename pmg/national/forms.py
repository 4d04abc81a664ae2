"""Forms of the ministry: which figures, which files, whose key, and a decision with its reason."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from pmg.national.examining import Upload
from pmg.national.rules import Choice
from pmg.reports.forms import read_uploads
from pmg.reports.rules import Period
from pmg.texts import translated
from pmg.web.fields import Given, TextField
from pmg.web.forms import Filters, Form

_PERIOD = re.compile(r"([0-9-]{10})_([0-9-]{10})")


class ChoiceForm(Filters):
    """Which report over which days; it stands in the address."""

    rapport = SelectField(_l("Rapport"), validate_choice=False)
    periode = SelectField(_l("Periode"), validate_choice=False)

    def __init__(
        self, *args: Any, choices: Iterable[Choice], titles: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._codes = set(titles)
        self.rapport.choices = [SelectChoice(code, translated(t)) for code, t in titles.items()]
        periods = dict.fromkeys((one.first, one.last) for one in choices)
        self.periode.choices = [
            SelectChoice(
                written(Period(first, last)),
                translated(
                    "%(year)d: %(first)s t/m %(last)s",
                    year=last.year,
                    first=format_date(first, "d MMM"),
                    last=format_date(last, "d MMM"),
                ),
            )
            for first, last in periods
        ]

    def choice(self, otherwise: Choice) -> Choice:
        """Return what was asked; what is no report or no period is as `otherwise` has it."""
        code = self.rapport.data if self.rapport.data in self._codes else otherwise.template_code
        offered = {one.value for one in self.periode.choices}
        period = _read(self.periode.data) if self.periode.data in offered else None
        first, last = period or (otherwise.first, otherwise.last)
        found = Choice(str(code), first, last)
        self.rapport.data, self.periode.data = found.template_code, written(found.period)
        return found


def written(period: Period) -> str:
    """Write a period as it stands in an address."""
    return f"{period.first}_{period.last}"


def _read(text: str) -> tuple[date, date] | None:
    found = _PERIOD.fullmatch(text)
    return (date.fromisoformat(found[1]), date.fromisoformat(found[2])) if found else None


class TakeInForm(Form):
    """Files of municipalities, several at once."""

    files = MultipleFileField(
        _l("Kies de bestanden"),
        description=_l(
            "Van elk rapport het ‘Certificaat met bewijs’ (JSON). Het grootboek van een gemeente "
            "mag erbij. Hoogstens 5 MB voor elk bestand en 10 MB samen."
        ),
        validators=[Given(_l("Kies minstens één bestand."))],
        render_kw={"accept": ".json"},
    )

    def uploads(self) -> list[Upload]:
        """Return the files; raises Invalid where there are too many, or one is too large."""
        return [Upload(name, content) for name, content in read_uploads(self.files)]


class TrustForm(Form):
    """Whether the key was compared."""

    compared = BooleanField(
        _l("Ik heb alle tekens vergeleken met wat de gemeente mij op een andere manier gaf."),
        validators=[Given(_l("Vergelijk eerst de sleutel en zet dan een vinkje."))],
    )


class MakeForm(Form):
    """Why there are new figures in the place of published ones."""

    reason = TextField(
        _l("Waarom komen er nieuwe cijfers?"),
        description=_l(
            "Deze zin komt in de publicatie te staan. Bijvoorbeeld: Utrecht leverde later. Noem "
            "geen namen van personen."
        ),
        limit=1000,
    )


class StepForm(Form):
    """A button: approve, withdraw, or refuse a key."""


class SendBackForm(Form):
    """Why a draft goes back to its maker."""

    reason = TextField(
        _l("Waarom stuurt u het terug?"),
        description=_l("Noem geen namen."),
        validators=[Given(_l("Schrijf waarom u het concept terugstuurt."))],
        limit=1000,
    )
