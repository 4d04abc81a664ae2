"""The form that keeps a list."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from pmg.web.fields import Given, LineField
from pmg.web.forms import Form


class SaveForm(Form):
    """A name, and whether colleagues may use it."""

    name = LineField(
        _l("Hoe heet deze lijst?"),
        description=_l(
            "Bijvoorbeeld: Wachten op inzet, Zuid. Zet er geen naam van een jongere in."
        ),
        validators=[Given("Vul een naam in.")],
        limit=60,
    )
    shared = BooleanField(_l("Collega’s van mijn organisatie mogen deze lijst ook gebruiken"))
