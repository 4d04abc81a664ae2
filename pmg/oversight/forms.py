"""What the privacy officer may look for in the log."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from pmg.web.fields import DayField, LineField
from pmg.web.forms import Filters

OUTCOMES = {
    "allowed": _l("Toegestaan"),
    "denied": _l("Geweigerd"),
    "error": _l("Fout"),
}


class LogForm(Filters):
    """Filters of the log; they stand in the address, so they hold ids and no names."""

    persoon = SelectField(_l("Medewerker"), default="")
    van = DayField(_l("Van"))
    tot = DayField(_l("Tot en met"))
    zaak = LineField(
        _l("Kenmerk van een zaak"), description=_l("De code uit het adres van de zaak.")
    )
    uitkomst = SelectField(
        _l("Uitkomst"),
        default="",
        choices=[
            SelectChoice("", _l("Alles")),
            *(SelectChoice(code, label) for code, label in OUTCOMES.items()),
        ],
    )

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.persoon.choices = [
            SelectChoice("", _l("Iedereen")),
            *(SelectChoice(value, name) for value, name in people),
        ]

    def validate_zaak(self, field: LineField) -> None:
        """Raise ValidationError unless it is empty or an id."""
        if field.data and identity(field.data) is None:
            raise ValidationError(
                _l("Plak de code uit het adres van de zaak: 32 letters en cijfers met streepjes.")
            )


def identity(text: str | None) -> UUID | None:
    """Return the id that was typed, or None."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
