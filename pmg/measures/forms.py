"""The forms of measures: a step of the guarantee, a week of hours, and why it is put right."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from pmg.clock import today
from pmg.errors import Invalid
from pmg.measures.answers import StepAnew, WeekAnew
from pmg.measures.rules import (
    GuaranteeStep,
    Hours,
    NotUsed,
    Taken,
    monday_of,
    read_hours,
    show_hours,
)
from pmg.web.fields import CarriedField, DayField, Given, LineField, TextField, menu
from pmg.web.forms import Form

_QUESTIONS = {
    GuaranteeStep.CHOSEN: _l("Welke opleiding, en op welke school?"),
    GuaranteeStep.GIVEN: _l("Welke werkgever of regio geeft de garantie, en voor welk werk?"),
    GuaranteeStep.DIPLOMA: _l("Welk diploma?"),
    GuaranteeStep.JOB: _l("Welke baan, en bij welke werkgever?"),
}
_DAYS = {
    GuaranteeStep.CHOSEN: _l("Wanneer is de opleiding gekozen?"),
    GuaranteeStep.GIVEN: _l("Wanneer is de garantie gegeven?"),
    GuaranteeStep.DIPLOMA: _l("Wanneer is het diploma gehaald?"),
    GuaranteeStep.JOB: _l("Wanneer begon de baan?"),
}
_IN_A_SENTENCE = _l("In een zin, zo dat de jongere het mag lezen.")


class HoursField(LineField):
    """Hours, as people write them: 8 or 7,5; shown again as typed when they are none."""

    minutes: int | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed hours; ValueError carries the message of the refusal."""
        super().process_formdata(valuelist)
        self.minutes = None
        if not self.data:
            return
        try:
            self.minutes = read_hours(self.short_name, self.data)
        except Invalid as refusal:
            raise ValueError(refusal.message) from refusal


class StepForm(Form):
    """When a step was taken, and which one it was."""

    # What was asked: a colleague can take the step while this page is open.
    step = CarriedField()
    on_day = DayField(default=today, validators=[Given(_l("Vul een dag in."))])
    words = TextField(
        description=_IN_A_SENTENCE,
        validators=[Given(_l("Schrijf op waar het om gaat."))],
        limit=500,
        render_kw={"rows": 2},
    )

    def ask(self, step: GuaranteeStep) -> GuaranteeStep:
        """Ask about this step, or the one that was on the page that is sent; return which."""
        if self.step.data in set(GuaranteeStep):
            step = GuaranteeStep(self.step.data)
        self.step.data = step.value
        self.on_day.label.text = str(_DAYS[step])
        self.words.label.text = str(_QUESTIONS[step])
        return step

    def taken(self) -> Taken:
        """Return the validated answers, as the service takes them."""
        assert self.on_day.data is not None
        return Taken(self.on_day.data, self.words.data or "")


def _why() -> TextField:
    return TextField(
        _l("Waarom past u dit aan?"),
        description=_IN_A_SENTENCE,
        validators=[Given(_l("Schrijf in een zin op waarom."))],
        limit=500,
        render_kw={"rows": 2},
    )


class StepAnewForm(StepForm):
    """A step told anew, with why."""

    why = _why()
    asked_last: ClassVar[tuple[str, ...]] = ("why",)

    def anew(self) -> StepAnew:
        """Return the validated answers, as the service takes them."""
        return StepAnew(self.taken(), self.why.data or "")


class TakeBackForm(Form):
    """Why something should not stand there."""

    why = _why()


class _HoursForm(Form):
    """How many hours there were, how many were used, and why not all."""

    offered = HoursField(
        _l("Hoeveel uur was er in die week?"),
        description=_l("Bijvoorbeeld 8 of 7,5"),
        validators=[Given(_l("Vul in hoeveel uur er was."))],
    )
    used = HoursField(
        _l("Hoeveel uur is daarvan gebruikt?"),
        description=_l("Vul 0 in als er niets is gebruikt."),
        validators=[Given(_l("Vul in hoeveel uur is gebruikt, 0 als het er geen waren."))],
    )
    reason = SelectField(
        _l("Waarom niet alle uren?"),
        description=_l("Alleen nodig als er minder uren zijn gebruikt."),
        choices=[SelectChoice("", _l("Alle uren zijn gebruikt")), *menu(NotUsed)],
        default="",
    )

    def hours_of(self, monday: Any) -> Hours:
        """Return the validated hours of this week."""
        reason = NotUsed(self.reason.data) if self.reason.data else None
        return Hours(monday, self.offered.minutes or 0, self.used.minutes or 0, reason)


class WeekForm(_HoursForm):
    """A week that was not told yet."""

    on_day = DayField(
        _l("Welke week?"),
        description=_l("Kies een dag in die week. Bijvoorbeeld 23-11-2026"),
        default=today,
        validators=[Given(_l("Vul een dag in."))],
    )
    asked_last: ClassVar[tuple[str, ...]] = ("offered", "used", "reason")

    def hours(self) -> Hours:
        """Return the validated answers, as the service takes them."""
        assert self.on_day.data is not None
        return self.hours_of(monday_of(self.on_day.data))


class WeekAnewForm(_HoursForm):
    """The hours of a week told anew, with why."""

    why = _why()
    asked_last: ClassVar[tuple[str, ...]] = ("why",)

    def anew(self, monday: Any) -> WeekAnew:
        """Return the validated answers, as the service takes them."""
        return WeekAnew(self.hours_of(monday), self.why.data or "")


def as_typed(hours: Hours) -> dict[str, str]:
    """Return a week as its form shows it."""
    return {
        "offered": show_hours(hours.offered),
        "used": show_hours(hours.used),
        "reason": hours.reason.value if hours.reason else "",
    }
