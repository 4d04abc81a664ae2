"""The forms of handing over and of dividing work."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from pmg.teams.rules import Reason
from pmg.web.fields import DayField, Given, TextField, menu
from pmg.web.forms import Form


def _people(choices: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", str(_l("Kies een collega"))), *(SelectChoice(*one) for one in choices)]


class HandOverForm(Form):
    """To whom, until when, and what must not be forgotten."""

    to_id = SelectField(
        _l("Aan wie draagt u over?"), validators=[Given("Kies een collega uit de lijst.")]
    )
    last_day = DayField(
        _l("Tot en met welke dag blijft u zelf meedoen?"),
        description=_l(
            "Tot die dag werkt u samen. Daarna ziet u de zaak niet meer. Bijvoorbeeld 23-11-2026"
        ),
        validators=[Given("Vul een dag in.")],
    )
    note = TextField(
        _l("Wat mag uw collega niet vergeten?"),
        description=_l(
            "Alleen u tweeën lezen dit. Uw collega bevestigt dat hij het heeft gelezen."
        ),
        validators=[Given("Schrijf wat uw collega niet mag vergeten.")],
    )

    def __init__(self, people: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.to_id.choices = _people(people)


class AcknowledgeForm(Form):
    """Only the button: what must not be forgotten was read."""


class AllocateForm(Form):
    """To whom of the team, until when the first stays, and why."""

    to_id = SelectField(
        _l("Wie neemt de zaak over?"), validators=[Given("Kies een collega uit de lijst.")]
    )
    last_day = DayField(
        _l("Tot en met welke dag doet de eerste nog mee?"), validators=[Given("Vul een dag in.")]
    )
    reason = RadioField(_l("Waarom?"), choices=menu(Reason), validators=[Given("Kies een reden.")])

    def __init__(self, people: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.to_id.choices = _people(people)

    @property
    def taker(self) -> UUID:
        """The colleague who was chosen."""
        return UUID(self.to_id.data)
