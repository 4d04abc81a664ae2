"""The forms of a group approach. None asks for a person, and each says so where people write."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from pmg.clock import today
from pmg.groups.rules import (
    NAME_LIMIT,
    PLACE_LIMIT,
    WORDS_LIMIT,
    Agreed,
    Frame,
    Outcome,
    Removal,
    Result,
    Sighting,
    Source,
    Who,
)
from pmg.reference.statements import Nature
from pmg.web.fields import (
    CarriedField,
    ClockField,
    DayField,
    Given,
    LineField,
    TextField,
    menu,
)
from pmg.web.forms import Form

NO_NAMES = _l("Zonder namen, en zonder iets waaraan iemand te herkennen is.")
NUMERIC = {"inputmode": "numeric"}


def _day(field: DayField) -> date:
    found = field.data
    assert found is not None
    return found


class _Versioned(Form):
    """A form about something that a colleague may change at the same time."""

    version = CarriedField()

    @property
    def seen_version(self) -> int:
        """The version that was on the page; 0, which is none, when it cannot be read."""
        typed = (self.version.raw_data or [""])[0]
        is_plain = typed.isascii() and typed.isdecimal() and len(typed) < len(str(2**31))
        return int(typed) if is_plain else 0


class FrameForm(_Versioned):
    """What a group approach is called, where it is, and when partners look back."""

    name = LineField(
        _l("Werknaam"),
        description=_l("Naar de locatie, niet naar mensen. Bijvoorbeeld: Plein bij de bibliotheek"),
        limit=NAME_LIMIT,
        validators=[Given(_l("Vul een werknaam in."))],
    )
    place = LineField(
        _l("Waar is de overlast?"),
        description=_l("Pleinen, straten of gebouwen. Geen woonadres van iemand."),
        limit=PLACE_LIMIT,
        validators=[Given(_l("Vul in waar de overlast is."))],
    )
    area = SelectField(_l("Focusgebied"), default="")
    review_on = DayField(
        _l("Wanneer kijkt u samen terug?"),
        validators=[Given(_l("Kies een dag om terug te kijken."))],
        render_kw=NUMERIC,
    )

    def __init__(self, *args: Any, areas: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area.choices = [
            SelectChoice("", str(_l("Geen focusgebied"))),
            *(SelectChoice(code, name) for code, name in areas),
        ]

    def frame(self) -> Frame:
        """Return the validated answers, as the service takes them."""
        return Frame(
            self.name.data or "",
            self.place.data or "",
            self.area.data or None,
            _day(self.review_on),
        )


class StepForm(_Versioned):
    """What came of one of the seven steps."""

    words = TextField(
        _l("Wat kwam eruit?"),
        description=NO_NAMES,
        limit=WORDS_LIMIT,
        validators=[Given(_l("Schrijf op wat eruit kwam."))],
    )
    is_done = BooleanField(_l("Deze stap is klaar"))

    def done_on(self, before: date | None) -> date | None:
        """Return since when the step is done: since before, or since today; None when it is not."""
        return (before or today()) if self.is_done.data else None


class SightingForm(Form):
    """What somebody saw of a group."""

    on = DayField(
        _l("Op welke dag?"),
        default=today,
        validators=[Given(_l("Vul een dag in."))],
        render_kw=NUMERIC,
    )
    at = ClockField(_l("Hoe laat?"))
    place = LineField(
        _l("Waar?"),
        description=_l("Een locatie, geen woonadres."),
        limit=PLACE_LIMIT,
        validators=[Given(_l("Vul in waar het was."))],
    )
    words = TextField(
        _l("Wat gebeurde er?"),
        description=NO_NAMES,
        limit=WORDS_LIMIT,
        validators=[Given(_l("Schrijf op wat er gebeurde."))],
    )
    source = RadioField(
        _l("Van wie komt dit?"),
        choices=menu(Source),
        validators=[Given(_l("Kies van wie dit komt."))],
    )
    nature = RadioField(
        _l("Wat voor soort informatie is dit?"),
        choices=menu(Nature),
        validators=[Given(_l("Kies wat voor soort informatie dit is."))],
    )

    def sighting(self) -> Sighting:
        """Return the validated answers, as the service takes them."""
        return Sighting(
            _day(self.on),
            self.at.data,
            self.place.data or "",
            self.words.data or "",
            Source(self.source.data),
            Nature(self.nature.data),
        )


class RemovalForm(Form):
    """Why an observation is taken away."""

    because = RadioField(
        _l("Waarom haalt u dit weg?"),
        choices=menu(Removal),
        validators=[Given(_l("Kies waarom u dit weghaalt."))],
    )

    def reason(self) -> Removal:
        """Return the validated answer."""
        return Removal(self.because.data)


class PictureForm(_Versioned):
    """How the reader's own organisation sees the group, and who reads it."""

    words = TextField(
        _l("Hoe ziet uw organisatie deze groep?"),
        description=_l(
            "Wat gebeurt er, hoe vaak, en wat speelt er in de buurt? Zonder namen, en zonder iets "
            "waaraan iemand te herkennen is."
        ),
        limit=WORDS_LIMIT,
        validators=[Given(_l("Schrijf op hoe uw organisatie de groep ziet."))],
    )
    shared = RadioField(
        _l("Wie mag dit lezen?"),
        choices=menu(Who),
        validators=[Given(_l("Kies wie dit mag lezen."))],
    )

    def who(self) -> Who:
        """Return who may read it."""
        return Who(self.shared.data)


class AgreementForm(Form):
    """What a participant will do."""

    what = TextField(
        _l("Wat is de afspraak?"),
        description=_l(
            "Zonder namen, en zonder iets waaraan iemand te herkennen is. Een taak bij één jongere "
            "hoort in zijn zaak."
        ),
        limit=WORDS_LIMIT,
        validators=[Given(_l("Schrijf op wat de afspraak is."))],
        render_kw={"rows": 3},
    )
    owner = SelectField(_l("Wie doet het?"), validators=[Given(_l("Kies wie het doet."))])
    due_on = DayField(
        _l("Uiterlijk op"), validators=[Given(_l("Kies een dag."))], render_kw=NUMERIC
    )

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner.choices = [
            SelectChoice("", str(_l("Kies een persoon"))),
            *(SelectChoice(id_, name) for id_, name in people),
        ]

    def agreed(self) -> Agreed:
        """Return the validated answers, as the service takes them."""
        return Agreed(self.what.data or "", _day(self.due_on))


class AnswerForm(_Versioned):
    """What became of an agreement."""

    outcome = RadioField(
        _l("Hoe liep het af?"),
        choices=menu(Outcome),
        validators=[Given(_l("Kies hoe het afliep."))],
    )
    words = TextField(
        _l("Wat leverde het op, of waarom is het niet meer nodig?"),
        description=_l(
            "Verplicht als het niet is gedaan. Zonder namen, en zonder iets waaraan iemand te "
            "herkennen is."
        ),
        limit=WORDS_LIMIT,
        render_kw={"rows": 3},
    )


class SeatForm(Form):
    """Which colleague takes part from now on."""

    user = SelectField(_l("Wie doet mee?"), validators=[Given(_l("Kies iemand uit de lijst."))])

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user.choices = [
            SelectChoice("", str(_l("Kies een persoon"))),
            *(SelectChoice(id_, name) for id_, name in people),
        ]

    def user_id(self) -> UUID:
        """Return who was chosen."""
        return UUID(self.user.data)


class CloseForm(Form):
    """How a group approach ends."""

    result = RadioField(
        _l("Wat is het resultaat?"),
        choices=menu(Result),
        validators=[Given(_l("Kies een resultaat."))],
    )
    words = TextField(
        _l("Wat werkte, en wat niet?"),
        description=NO_NAMES,
        limit=WORDS_LIMIT,
        validators=[Given(_l("Schrijf op wat werkte en wat niet."))],
    )


class ConfirmForm(Form):
    """A button."""
