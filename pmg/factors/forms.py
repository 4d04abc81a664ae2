"""The form with which somebody says what he saw."""

from collections.abc import Iterable
from itertools import groupby

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from pmg.clock import today
from pmg.factors.rules import Nature, Observation, Presence, Source
from pmg.reference.factors import FACTORS, Domain, Factor, FactorKind
from pmg.web.fields import DayField, Given, TextField, menu
from pmg.web.forms import Form

NOTE_LIMIT = 1000
_GROUPS = {FactorKind.RISK: _l("zorg"), FactorKind.PROTECTIVE: _l("wat helpt")}


class ObservationForm(Form):
    """One observation: one factor, one day, one source."""

    factor = SelectField(
        _l("Wat zag u?"),
        description=_l("Kies één factor. Goed nieuws telt ook: kijk bij ‘wat helpt’."),
        choices=[],
        validators=[InputRequired(_l("Kies wat u zag."))],
    )
    presence = RadioField(
        _l("In welke mate?"),
        choices=menu(Presence),
        validators=[InputRequired(_l("Kies in welke mate u het zag."))],
    )
    nature = RadioField(
        _l("Wat voor uitspraak is dit?"),
        choices=menu(Nature),
        validators=[InputRequired(_l("Kies of dit een feit, een mening of een vermoeden is."))],
    )
    source = SelectField(
        _l("Van wie weet u dit?"),
        choices=[
            SelectChoice("", _l("Kies een bron")),
            *menu(Source),
        ],
        validators=[InputRequired(_l("Kies van wie u dit weet."))],
    )
    on = DayField(_l("Wanneer?"), default=today, validators=[Given(_l("Vul een dag in."))])
    note = TextField(
        _l("In een zin"),
        description=_l(
            "Schrijf op wat u zag of hoorde, zo dat de jongere het mag lezen. Gaat het ook over "
            "ouders of vrienden? Schrijf hun namen niet op."
        ),
        limit=NOTE_LIMIT,
        render_kw={"rows": 3},
    )

    def offer(self, factors: Iterable[Factor]) -> None:
        """Offer these factors, by part of life and then by kind."""
        self.factor.choices = [SelectChoice("", _l("Kies een factor")), *_choices(factors)]

    def observation(self) -> Observation:
        """Return the validated answers, as the service takes them."""
        assert self.on.data is not None
        return Observation(
            factor=FACTORS[self.factor.data],
            presence=Presence(self.presence.data),
            nature=Nature(self.nature.data),
            source=Source(self.source.data),
            on=self.on.data,
            note=self.note.data or "",
        )


def _place(factor: Factor) -> tuple[Domain, FactorKind]:
    return factor.domain, factor.kind


def _choices(factors: Iterable[Factor]) -> Iterable[SelectChoice]:
    ordered = sorted(factors, key=lambda f: (f.domain.order, f.kind.order, f.name))
    for (domain, kind), group in groupby(ordered, key=_place):
        title = f"{domain.label}: {_GROUPS[kind]}"
        for factor in group:
            yield SelectChoice(factor.code, factor.name, optgroup=title)
