"""The forms of activities: what was held, how many came, and why a row is put right."""

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import TextInput

from pmg.activities.rules import BANDS, Held, Mended, Place, Theme, areas, bands
from pmg.clock import today
from pmg.interventions.rules import Funding
from pmg.web.fields import DayField, Given, menu
from pmg.web.forms import Form

_LONGEST_NUMBER = 6
_AGES = len(BANDS) + 1


class NumberField(IntegerField):  # type: ignore[misc]
    """A whole number, 0 included; shown again as typed when it is none."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed value; ValueError carries the message of the refusal."""
        self.data = None
        typed = (valuelist[0] if valuelist else "").strip()
        if not typed:
            return
        if not (typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST_NUMBER):
            raise ValueError(_("Vul een heel getal in, bijvoorbeeld 45."))
        self.data = int(typed)


class Counted(Given):
    """Validator: a number was given, also when it is 0."""

    def __call__(self, form: object, field: Any) -> None:
        """Raise StopValidation with the message when nothing was given."""
        if field.data is None:
            super().__call__(form, field)


class ActivityForm(Form):
    """An activity with the number of its visitors; nobody's name can be typed."""

    on_day = DayField(
        _l("Wanneer was het?"), default=today, validators=[Given(_l("Vul een dag in."))]
    )
    area = SelectField(
        _l("In welk gebied?"), choices=[], validators=[Given(_l("Kies een gebied."))]
    )
    place = SelectField(
        _l("Op welke plek?"),
        choices=[SelectChoice("", _l("Kies een plek")), *menu(Place)],
        validators=[Given(_l("Kies een plek."))],
    )
    theme = SelectField(
        _l("Waar ging het over?"),
        choices=[SelectChoice("", _l("Kies een thema")), *menu(Theme)],
        validators=[Given(_l("Kies een thema."))],
    )
    funding = SelectField(
        _l("Waaruit is het betaald?"),
        choices=menu(Funding),
        default=Funding.KANSRIJKE_WIJK.value,
        validators=[Given(_l("Kies waaruit het is betaald."))],
    )
    visitors = NumberField(
        _l("Hoeveel bezoekers waren er?"),
        description=_l("Alleen het aantal. Schrijf nergens op wie er waren."),
        validators=[Counted(_l("Vul in hoeveel bezoekers er waren, 0 als er niemand kwam."))],
    )

    def offer(self, municipality_id: str) -> None:
        """Offer the areas of this municipality."""
        self.area.choices = [
            SelectChoice("", _("Kies een gebied")),
            *(SelectChoice(code, _(name)) for code, name in areas(municipality_id).items()),
        ]

    @property
    def ages(self) -> list[Any]:
        """The questions about ages, in the order of the bands."""
        return [self[f"age{number}"] for number in range(_AGES)]

    def held(self) -> Held:
        """Return the validated answers, as the service takes them."""
        assert self.on_day.data is not None
        return Held(
            on=self.on_day.data,
            area=self.area.data,
            place=Place(self.place.data),
            theme=Theme(self.theme.data),
            funding=Funding(self.funding.data),
            visitors=self.visitors.data or 0,
            by_age=tuple(each.data or 0 for each in self.ages),
        )


class ActivityAnewForm(ActivityForm):
    """An activity told anew, with why."""

    reason = SelectField(
        _l("Waarom past u dit aan?"),
        choices=[SelectChoice("", _l("Kies een reden")), *menu(Mended)],
        validators=[Given(_l("Kies waarom u dit aanpast."))],
    )
    asked_last: ClassVar[tuple[str, ...]] = ("reason",)


class TakeBackForm(Form):
    """Why an activity should not count."""

    reason = SelectField(
        _l("Waarom telt deze activiteit niet?"),
        choices=[SelectChoice("", _l("Kies een reden")), *menu(Mended)],
        validators=[Given(_l("Kies waarom deze activiteit niet telt."))],
    )


def asking(kind: type[ActivityForm], municipality_id: str, held: Held | None = None) -> Any:
    """Return a form about an activity with a question for each band of ages."""
    questions = {f"age{number}": NumberField(label) for number, label in enumerate(bands())}
    last = (*questions, *kind.asked_last)
    made = type("_AskedForm", (kind,), {**questions, "asked_last": last})
    form = made(data=_typed(held) if held else None)
    form.offer(municipality_id)
    return form


def _typed(held: Held) -> dict[str, Any]:
    return {
        "on_day": held.on,
        "area": held.area,
        "place": held.place.value,
        "theme": held.theme.value,
        "funding": held.funding.value,
        "visitors": held.visitors,
        **{f"age{number}": count for number, count in enumerate(held.by_age or ())},
    }
