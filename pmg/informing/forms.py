"""The form of one day: on which the youth was told."""

from flask_babel import lazy_gettext as _l

from pmg.cases.intake import Told
from pmg.web.fields import DayField, Given
from pmg.web.forms import Form


class ToldForm(Form):
    """Since when the youth knows."""

    told_on = DayField(
        _l("Op welke dag hebt u het verteld?"),
        description=_l("Bijvoorbeeld 23-11-2026"),
        validators=[Given("Vul de dag in waarop u het vertelde.")],
    )

    def told(self) -> Told:
        """Return the validated answer, as the service takes it."""
        return Told(on=self.told_on.data)
