"""The forms of signing in."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField

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
