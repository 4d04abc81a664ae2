"""The forms of closing a case, of the filter of the own list, and of finding in it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from pmg.cases import rules
from pmg.cases.forms.people import NUMERIC, Choice, Obeys, choices, day, text
from pmg.cases.intake import Ending
from pmg.cases.rules.listing import Order
from pmg.clock import today
from pmg.errors import Invalid
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.web.fields import DayField, Given, LineField, TextField, menu
from pmg.web.forms import Filters, Form


class CloseForm(Form):
    """How a case ends."""

    result = RadioField(
        _l("Wat is het resultaat?"),
        choices=menu(rules.CloseResult),
        validators=[Given("Kies een resultaat.")],
    )
    daytime_activity = SelectField(
        _l("Wat doet de jongere overdag?"),
        choices=[SelectChoice("", _l("Kies een antwoord")), *menu(rules.DaytimeActivity)],
        validators=[Given("Kies wat de jongere overdag doet.")],
    )
    motivation = TextField(
        _l("Waarom sluit u de zaak af?"),
        description=_l("De jongere mag dit lezen."),
        validators=[
            Given("Schrijf op waarom u de zaak afsluit."),
            Obeys(rules.check_motivation),
        ],
    )
    closed_on = DayField(
        _l("Datum van afsluiten"),
        validators=[
            Given("Vul de datum van afsluiten in."),
            Obeys(lambda day: rules.check_not_future("closed_on", day, today=today())),
        ],
        render_kw=NUMERIC,
    )
    aftercare_until = DayField(
        _l("Nazorg tot en met"),
        description=_l("Alleen als een partner nog nazorg geeft. Hoogstens een jaar."),
        render_kw=NUMERIC,
    )

    aftercare_by = SelectField(_l("Wie geeft de nazorg?"), default="")

    def __init__(self, *args: Any, partners: Iterable[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.aftercare_by.choices = choices(partners, str(_l("Geen nazorg")))

    def validate_aftercare_until(self, field: DayField) -> None:
        """Refuse aftercare without an end, before the closing, or of more than a year."""
        if self.aftercare_by.data and not field.data and not field.process_errors:
            raise ValidationError(_("Vul in tot en met welke dag er nazorg is."))
        closed_on = self.closed_on.data
        if closed_on is not None:
            Obeys(lambda until: rules.check_aftercare(closed_on, until))(self, field)

    def validate_aftercare_by(self, field: SelectField) -> None:
        """Ask who gives the aftercare that has an end."""
        if self.aftercare_until.data and not field.data:
            raise ValidationError(_("Kies welke organisatie de nazorg geeft."))

    def ending(self) -> Ending:
        """Return the validated answers, as the service takes them."""
        return Ending(
            rules.CloseResult(self.result.data),
            rules.DaytimeActivity(self.daytime_activity.data),
            text(self.motivation),
            day(self.closed_on),
            self.aftercare_until.data,
            UUID(self.aftercare_by.data) if self.aftercare_by.data else None,
        )


class CaseloadForm(Filters):
    """Which of the reader's cases; kept in the address, so it holds no names."""

    fase = SelectField(
        _l("Status"),
        default="",
        validate_choice=False,
        choices=[
            SelectChoice("", _l("Lopende zaken")),
            SelectChoice("afgerond", _l("Afgeronde zaken")),
            SelectChoice("alle", _l("Alle zaken")),
            *menu(rules.Status),
        ],
    )
    gebied = SelectField(_l("Focusgebied"), default="", validate_choice=False)
    volgorde = SelectField(_l("Volgorde"), default="", validate_choice=False, choices=menu(Order))

    def __init__(self, *args: Any, municipality_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        municipality = MUNICIPALITIES.get(municipality_id)
        areas = municipality.focus_areas if municipality else ()
        self.gebied.choices = choices(
            ((area.code, area.name) for area in areas), str(_l("Alle gebieden"))
        )
        for field in (
            self.fase,
            self.gebied,
            self.volgorde,
        ):  # an address that was tampered with shows all
            if field.data not in {choice.value for choice in field.choices}:
                field.data = ""

    @property
    def order(self) -> Order:
        """The order that is asked."""
        return Order(self.volgorde.data)

    def kept(self) -> dict[str, Any]:
        """Return what stands in the address, so that one comes back to the same list."""
        return {name: text for name, text in self.data.items() if text}


class FindForm(Form):
    """Whom of his own the reader looks for; sent, so that no name stands in an address."""

    vraag = LineField(
        _l("Zoek in uw caseload"),
        description=_l("Naam, geboortedatum of zaaknummer. Bijvoorbeeld: jansen 12-3-2008"),
        validators=[Given("Vul een naam, een geboortedatum of een zaaknummer in.")],
        limit=rules.QUESTION_LIMIT,
    )
    question: rules.Question

    def validate_vraag(self, field: LineField) -> None:
        """Read what is asked; refuse what asks nothing, and a day that does not exist."""
        try:
            self.question = rules.read_question(field.data or "")
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal
