"""The questions about a youth and the ground of his case, and the checks that forms share."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from pmg.cases import rules
from pmg.cases.intake import AREA_LIMIT, Details
from pmg.clock import today
from pmg.errors import Invalid
from pmg.reference.legal_bases import LEGAL_BASES, PURPOSES
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.web.fields import DayField, Given, LineField, TextField, menu
from pmg.web.forms import Form

_NOT_CARRIED = frozenset({"csrf_token", "submit_key"})
NUMERIC = {"inputmode": "numeric"}
Choice = tuple[str, str]


class Obeys:
    """Validator: a rule of the house accepts what was given; its message is shown."""

    def __init__(self, rule: Callable[[Any], object]) -> None:
        self.rule = rule

    def __call__(self, _form: object, field: Any) -> None:
        """Raise ValidationError with the message of the rule."""
        if not field.data or field.process_errors:
            return
        try:
            self.rule(field.data)
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal


def choices(pairs: Iterable[Choice], empty: str) -> list[SelectChoice]:
    """Return codes and labels as a menu that begins with no choice."""
    return [SelectChoice("", empty), *(SelectChoice(code, label) for code, label in pairs)]


class PersonFields(Form):
    """Who it is about; the same three questions before and in a referral."""

    given_name = LineField(
        _l("Voornaam"),
        validators=[
            Given("Vul de voornaam in."),
            Obeys(lambda text: rules.check_name("given_name", text)),
        ],
    )
    family_name = LineField(
        _l("Achternaam"),
        description=_l("Met tussenvoegsel, bijvoorbeeld: van den Berg"),
        validators=[
            Given("Vul de achternaam in."),
            Obeys(lambda text: rules.check_name("family_name", text)),
        ],
    )
    birth_date = DayField(
        _l("Geboortedatum"),
        description=_l("Bijvoorbeeld 3-1-2011"),
        validators=[Given("Vul de geboortedatum in.")],
        render_kw=NUMERIC,
    )
    bsn = LineField(
        _l("Burgerservicenummer (BSN)"),
        description=_l("9 cijfers. Vul het alleen in als u het nodig hebt voor deze zaak."),
        validators=[Obeys(rules.check_bsn)],
        render_kw=NUMERIC,
        limit=20,
    )

    def __init__(self, *args: Any, with_bsn: bool, ages: rules.AgeBounds, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ages = ages
        if not with_bsn:
            del self.bsn

    def validate_birth_date(self, field: DayField) -> None:
        """Refuse a birth date in the future or outside the ages of the round."""
        if field.data is None:
            return
        try:
            rules.check_birth_date(
                field.data, today(), minimum_age=self.ages.minimum, maximum_age=self.ages.maximum
            )
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal

    def carried(self) -> Iterator[tuple[str, str]]:
        """Yield every answer as it was typed, to be sent along to the next step."""
        for field in self:
            if field.name not in _NOT_CARRIED:
                value = field._value() if hasattr(field, "_value") else field.data  # noqa: SLF001
                yield field.name, value or ""

    def _bsn(self) -> str | None:
        return (self.bsn.data or None) if "bsn" in self else None


def text(field: LineField | TextField) -> str:
    """Return what was typed, '' for nothing."""
    return field.data or ""


def day(field: DayField) -> date:
    """Return the day of a field that was validated."""
    if field.data is None:
        raise ValueError(f"{field.name} was not validated")
    return field.data


class DetailsFields(PersonFields):
    """What is kept of a youth and of the ground of his case."""

    gender = RadioField(
        _l("Hoe noemt de jongere zich?"),
        choices=menu(rules.Gender),
        validators=[Given("Kies hoe de jongere zich noemt.")],
    )
    area = LineField(
        _l("Buurt of wijk"),
        description=_l("Waar de jongere woont, in woorden. Geen adres."),
        limit=AREA_LIMIT,
    )
    # Without areas in the municipality the page leaves the question out.
    focus_area_code = SelectField(_l("Focusgebied"), default="")
    purpose = SelectField(_l("Doel van de zaak"), validators=[Given("Kies het doel.")])
    legal_basis = SelectField(_l("Wettelijke grondslag"), validators=[Given("Kies de grondslag.")])

    def __init__(
        self, *args: Any, municipality_id: str, organisation_type: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        municipality = MUNICIPALITIES.get(municipality_id)
        areas = municipality.focus_areas if municipality else ()
        self.focus_area_code.choices = choices(
            ((area.code, area.name) for area in areas), str(_l("Geen focusgebied"))
        )
        self.purpose.choices = choices(
            ((purpose.code, purpose.name) for purpose in PURPOSES.values()),
            str(_l("Kies een doel")),
        )
        self.legal_basis.choices = choices(
            (
                (basis.code, basis.name)
                for basis in LEGAL_BASES.values()
                if basis.is_open_to(organisation_type)
            ),
            str(_l("Kies een grondslag")),
        )

    def details(self) -> Details:
        """Return the validated answers about the youth and the ground."""
        return Details(
            given_name=text(self.given_name),
            family_name=text(self.family_name),
            birth_date=day(self.birth_date),
            gender=rules.Gender(self.gender.data),
            bsn=self._bsn(),
            area=self.area.data or None,
            focus_area_code=self.focus_area_code.data or None,
            purpose=self.purpose.data,
            legal_basis=self.legal_basis.data,
        )
