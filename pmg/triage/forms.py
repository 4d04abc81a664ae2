"""The forms of triage: its fixed time, a decision with what the referrer hears, and a telling."""

import re
from collections.abc import Iterable
from datetime import time
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, ValidationError

from pmg.cases import rules as case_rules
from pmg.cases.forms.people import NUMERIC, Choice, Obeys, choices, day, text
from pmg.cases.intake import Decision
from pmg.clock import today
from pmg.texts import translated
from pmg.triage import rules
from pmg.triage.rules import BY_ONESELF, Feedback, Slot, Telling, ToWhom, Way, Weekday
from pmg.web.fields import (
    CarriedField,
    ClockField,
    DayField,
    Given,
    LineField,
    OnlyIf,
    TextField,
    menu,
)
from pmg.web.forms import Form

_WHOLE = re.compile(r"\d{1,4}", re.ASCII)


class CountField(LineField):
    """A whole number that is not below zero; kept as typed when it is none."""

    number: int | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed number; ValueError carries the message of the refusal."""
        super().process_formdata(valuelist)
        self.number = int(self.data) if self.data and _WHOLE.fullmatch(self.data) else None
        if self.data and self.number is None:
            raise ValueError(translated("Vul een heel getal in, zonder komma."))


class SlotForm(Form):
    """When triage is, and within how many days there is a decision."""

    weekday = SelectField(
        _l("Op welke dag?"), choices=menu(Weekday), validators=[Given(_l("Kies een dag."))]
    )
    starts = ClockField(_l("Hoe laat begint het?"))
    minutes = CountField(
        _l("Hoeveel minuten duurt het?"),
        description=_l("Bijvoorbeeld 60"),
        validators=[Given(_l("Vul in hoeveel minuten het duurt."))],
        render_kw=NUMERIC,
    )
    term_days = CountField(
        _l("Binnen hoeveel dagen beslist u over een aanmelding?"),
        description=_l("Dat is een afspraak van uw gemeente. Bijvoorbeeld 7"),
        validators=[Given(_l("Vul een aantal dagen in."))],
        render_kw=NUMERIC,
    )

    def validate_starts(self, field: ClockField) -> None:
        """Ask for a time: midnight is one too."""
        if field.data is None and not field.process_errors:
            raise ValidationError(translated("Vul in hoe laat het begint."))

    def slot(self) -> Slot:
        """Return the validated answers, as the service takes them."""
        starts = self.starts.data
        assert isinstance(starts, time)
        return Slot(
            Weekday(self.weekday.data),
            starts,
            self.minutes.number or 0,
            self.term_days.number or 0,
        )


class TriageForm(Form):
    """What triage decides, and what the referrer hears of it."""

    outcome = RadioField(
        _l("Wat is het besluit?"),
        choices=menu(case_rules.Outcome),
        validators=[Given("Kies een besluit.")],
    )
    motivation = TextField(
        _l("Waarom besluit u dit?"),
        description=_l("De jongere mag dit lezen, en wie aan de zaak deelneemt."),
        validators=[
            Given("Schrijf op waarom u dit besluit."),
            Obeys(case_rules.check_motivation),
        ],
    )
    director = SelectField(
        _l("Wie wordt de casusregisseur?"),
        default="",
        validators=[
            OnlyIf("outcome", case_rules.Outcome.ACCEPT, "Kies wie de casusregisseur wordt.")
        ],
    )
    youth_worker = SelectField(_l("Welke jongerenwerker doet mee?"), default="")
    to_whom = RadioField(
        _l("Wie was de aanmelder?"),
        choices=menu(ToWhom),
        validators=[Given("Kies wie de aanmelder was.")],
    )
    to_user = SelectField(
        _l("Met een account: wie?"),
        default="",
        validators=[OnlyIf("to_whom", ToWhom.ACCOUNT, "Kies wie de aanmelder was.")],
    )
    told_words = TextField(
        _l("Wat mag de aanmelder verder horen?"),
        description=_l(
            "De aanmelder hoort in elk geval het besluit zelf, maar niet uw uitleg hierboven. "
            "Schrijf hier alleen wat u hem of haar ook zou zeggen."
        ),
        limit=rules.WORDS_LIMIT,
        render_kw={"rows": 3},
    )

    def __init__(
        self,
        *args: Any,
        directors: Iterable[Choice],
        workers: Iterable[Choice],
        people: Iterable[Choice],
        entered_by_oneself: bool,
        **kwargs: Any,
    ) -> None:
        first = ToWhom.OUTSIDE if entered_by_oneself else ToWhom.ENTERED
        super().__init__(*args, data={"to_whom": first.value}, **kwargs)
        self.director.choices = choices(directors, str(_l("Kies een casusregisseur")))
        self.youth_worker.choices = choices(workers, str(_l("Nog geen jongerenwerker")))
        self.to_user.choices = choices(people, str(_l("Kies een persoon")))
        if entered_by_oneself:
            self.to_whom.choices = menu(to for to in ToWhom if to is not ToWhom.ENTERED)

    def decision(self) -> Decision:
        """Return the validated decision, as the service takes it."""
        return Decision(
            case_rules.Outcome(self.outcome.data),
            text(self.motivation),
            UUID(self.director.data) if self.director.data else None,
            UUID(self.youth_worker.data) if self.youth_worker.data else None,
        )

    def feedback(self) -> Feedback:
        """Return what the referrer hears, as the service takes it."""
        to_whom = ToWhom(self.to_whom.data)
        chosen = self.to_user.data if to_whom is ToWhom.ACCOUNT else ""
        return Feedback(to_whom, UUID(chosen) if chosen else None, text(self.told_words))


class ToldForm(Form):
    """How and when a referrer without an account was told."""

    version = CarriedField()
    way = RadioField(
        _l("Hoe hebt u het verteld?"),
        choices=menu(BY_ONESELF),
        validators=[Given("Kies hoe u het hebt verteld.")],
    )
    told_on = DayField(
        _l("Op welke dag?"), default=today, validators=[Given("Vul een dag in.")], render_kw=NUMERIC
    )

    def telling(self) -> Telling:
        """Return the validated answers, as the service takes them."""
        typed = (self.version.raw_data or [""])[0]
        is_plain = typed.isascii() and typed.isdecimal() and len(typed) < len(str(2**31))
        return Telling(Way(self.way.data), day(self.told_on), int(typed) if is_plain else 0)
