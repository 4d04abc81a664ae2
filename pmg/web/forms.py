"""The base of forms: CSRF, a key against double submits, refusals beside their field."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask_wtf import FlaskForm

from pmg.errors import Invalid
from pmg.web.fields import LONGEST_NUMBER, CarriedField
from pmg.web.submit import fresh_key


class Form(FlaskForm):  # type: ignore[misc]
    """A form of the house. Values are kept when something is wrong; nothing is lost."""

    submit_key = CarriedField(default=fresh_key)
    # Fields of a parent class that the page asks at the end: errors are told in its order.
    asked_last: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.asked_last:
            self._fields[name] = self._fields.pop(name)

    def submits(self, act: Callable[[], Any]) -> bool:
        """Tell whether the form was sent, was right, and the act was done.

        An Invalid that the act raises is put beside its field, or above the form.
        """
        if not self.validate_on_submit():
            return False
        try:
            act()
        except Invalid as refusal:
            if refusal.field in self:
                self[refusal.field].errors = [*self[refusal.field].errors, refusal.message]
            else:
                self.form_errors.append(refusal.message)
            return False
        return True

    @property
    def status(self) -> int:
        """422 when something was wrong, else 200."""
        return 422 if self.errors else 200


class SeenForm(Form):
    """What is said of something, by who saw this version of it."""

    version = CarriedField()

    @property
    def seen_version(self) -> int:
        """The version that was on the page; 0, which is none, when it cannot be read."""
        return seen(self.version)


def seen(field: Any) -> int:
    """Return the version that a page carried; 0, which is none, when it cannot be read."""
    typed = (field.raw_data or [""])[0]
    is_plain = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER
    return int(typed) if is_plain else 0


class Filters(FlaskForm):  # type: ignore[misc]
    """What is asked in the address of a page; nothing is written, so no token is needed."""

    class Meta:
        """Flask-WTF's own, for the language of its messages."""

        csrf = False
