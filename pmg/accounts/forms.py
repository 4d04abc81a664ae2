"""The forms of signing in."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, ValidationError

from pmg.errors import Invalid
from pmg.security import passwords
from pmg.web.fields import Given, LineField
from pmg.web.forms import Form

_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class SignInForm(Form):
    """Name, password and code on one page."""

    login = LineField(
        _l("E-mailadres"),
        validators=[Given("Vul uw e-mailadres in.")],
        render_kw={"autocomplete": "username", "inputmode": "email"},
        limit=254,
    )
    password = PasswordField(
        _l("Wachtwoord"),
        validators=[Given("Vul uw wachtwoord in.")],
        render_kw={"autocomplete": "current-password"},
    )
    code = LineField(
        _l("Code uit uw app"),
        description=_l("Zes cijfers. Elke code werkt één keer."),
        validators=[Given("Vul de code uit uw app in.")],
        render_kw=_CODE,
        limit=12,
    )


class StepUpForm(Form):
    """A fresh code, before something that asks one."""

    code = LineField(
        _l("Code uit uw app"),
        description=_l("Zes cijfers. Elke code werkt één keer."),
        validators=[Given("Vul de code uit uw app in.")],
        render_kw=_CODE,
        limit=12,
    )


class PasswordForm(Form):
    """Another password, by who knows the present one and has the code."""

    present = PasswordField(
        _l("Uw huidige wachtwoord"),
        validators=[Given("Vul uw huidige wachtwoord in.")],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("Nieuw wachtwoord"),
        description=_l("Minstens 15 tekens. Een zin met spaties mag."),
        validators=[Given("Vul een nieuw wachtwoord in.")],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("Nieuw wachtwoord, nog een keer"),
        validators=[Given("Vul het nieuwe wachtwoord nog een keer in.")],
        render_kw={"autocomplete": "new-password"},
    )
    code = LineField(
        _l("Code uit uw app"),
        description=_l("Zes cijfers. Elke code werkt één keer."),
        validators=[Given("Vul de code uit uw app in.")],
        render_kw=_CODE,
        limit=12,
    )

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what is too short, too long or too well known."""
        try:
            passwords.check(field.data or "")
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal

    def validate_again(self, field: PasswordField) -> None:
        """Refuse a typing error."""
        if field.data != self.password.data:
            raise ValidationError(_("De twee nieuwe wachtwoorden zijn niet gelijk."))
