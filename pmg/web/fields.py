"""Form fields of the house: clean text and Dutch dates; a wrong value is kept and explained."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from pmg.entry import TEXT_LIMIT, check_text, parse_clock, parse_dutch_date
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled
from pmg.texts import translated

NAME_LIMIT = 100
LONGEST_NUMBER = 9  # digits


class _Clean:
    """Cleans what was typed before the validators see it; keeps it as typed when it cannot."""

    data: str | None
    limit: int
    short_name: str

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed value; ValueError carries the message of the refusal."""
        self.data = valuelist[0] if valuelist else ""
        try:
            self.data = check_text(self.short_name, self.data, limit=self.limit)
        except Invalid as refusal:
            self.data = showable(self.data)
            raise ValueError(refusal.message) from refusal


def showable(text: str) -> str:
    """Return what a page can hold of a text that was refused."""
    kept = text.encode("utf-8", "replace").decode()
    return "".join(sign for sign in kept if sign.isprintable() or sign in "\n\r\t")


class CarriedField(HiddenField):  # type: ignore[misc]
    """What a page sends along unseen; what a page cannot hold is left out before it is shown."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the value as it was sent."""
        self.data = showable(valuelist[0]) if valuelist else ""


def menu(vocabulary: Iterable[Labelled]) -> list[SelectChoice]:
    """Return a vocabulary as a menu, in its own order and in the language of who reads it."""
    return [SelectChoice(member.value, _l(member.dutch)) for member in vocabulary]


class LineField(_Clean, StringField):  # type: ignore[misc]
    """One line of text."""

    def __init__(self, *args: Any, limit: int = NAME_LIMIT, **kwargs: Any) -> None:
        self.limit = limit
        super().__init__(*args, **kwargs)


class TextField(_Clean, TextAreaField):  # type: ignore[misc]
    """Some sentences."""

    def __init__(self, *args: Any, limit: int = TEXT_LIMIT, **kwargs: Any) -> None:
        self.limit = limit
        super().__init__(*args, **kwargs)


class DayField(Field):  # type: ignore[misc]
    """A day, as people write it; shown again exactly as typed when it is none."""

    widget = TextInput()
    data: date | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("description", _l("Bijvoorbeeld 23-11-2026"))
        self.typed: str | None = None
        super().__init__(*args, **kwargs)

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return f"{self.data.day}-{self.data.month}-{self.data.year}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed value; ValueError carries the message of the refusal."""
        self.data = None
        self.typed = showable(valuelist[0])[:NAME_LIMIT] if valuelist else ""
        if not self.typed.strip():
            return
        try:
            self.data = parse_dutch_date(self.short_name, self.typed)
        except Invalid as refusal:
            raise ValueError(refusal.message) from refusal


class CountField(IntegerField):  # type: ignore[misc]
    """A whole number; shown again as typed when it is none."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed value; ValueError carries the message of the refusal."""
        self.data = None
        typed = (valuelist[0] if valuelist else "").strip()
        if not typed:
            return
        if not (typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER):
            raise ValueError(translated("Vul een heel getal in, bijvoorbeeld 45."))
        self.data = int(typed)


class ClockField(Field):  # type: ignore[misc]
    """A time of day, as people write it; shown again exactly as typed when it is none."""

    widget = TextInput()
    data: time | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("description", _l("Bijvoorbeeld 14.30"))
        self.typed: str | None = None
        super().__init__(*args, **kwargs)

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return f"{self.data:%H.%M}" if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed value; ValueError carries the message of the refusal."""
        self.data = None
        self.typed = showable(valuelist[0])[:NAME_LIMIT] if valuelist else ""
        if not self.typed.strip():
            return
        try:
            self.data = parse_clock(self.short_name, self.typed)
        except Invalid as refusal:
            raise ValueError(refusal.message) from refusal


class Ticks(SelectMultipleField):  # type: ignore[misc]
    """Some choices of a list."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Given:
    """Validator: something was given, and it could be read."""

    field_flags = {"required": True}  # noqa: RUF012  (WTForms reads it so)

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: object, field: Any) -> None:
        """Raise StopValidation with the message when nothing was given.

        It replaces what the field itself said: nothing is also no choice of a menu.
        """
        if not field.data and not field.process_errors:
            field.errors = []
            raise StopValidation(translated(str(self.message)))


class OnlyIf:
    """Validator: must be given when another answer of the form has this value."""

    def __init__(self, other: str, value: str, message: str) -> None:
        self.other, self.value, self.message = other, value, message

    def __call__(self, form: Any, field: Any) -> None:
        """Raise ValidationError with the message when the other answer asks for this one."""
        if form[self.other].data == self.value and not field.data and not field.process_errors:
            raise ValidationError(translated(str(self.message)))
