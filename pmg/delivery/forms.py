"""The forms of delivery: what is planned, what happened at a meeting, the rest and the end."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from pmg.clock import today
from pmg.delivery.answers import Closing, GoalEnd, Rest, Said
from pmg.delivery.rules import (
    Dosage,
    PauseReason,
    Reached,
    check_elements,
)
from pmg.errors import Invalid
from pmg.web.fields import CountField, DayField, Given, TextField, menu
from pmg.web.forms import Form, SeenForm


class DosageForm(SeenForm):
    """What is planned for one goal."""

    aim = TextField(
        _l("Waar werkt dit aan?"),
        description=_l("In een zin, zo dat de jongere het mag lezen."),
        validators=[Given(_l("Schrijf in een zin op waar dit aan werkt."))],
        limit=500,
        render_kw={"rows": 2},
    )
    plan_goal = SelectField(
        _l("Bij welk doel van het plan van de jongere hoort dit?"), choices=[], default=""
    )
    sessions = CountField(
        _l("Hoeveel bijeenkomsten?"), validators=[Given(_l("Vul in hoeveel bijeenkomsten."))]
    )
    minutes = CountField(
        _l("Hoeveel minuten per keer?"), validators=[Given(_l("Vul in hoeveel minuten."))]
    )
    from_on = DayField(_l("Vanaf"), validators=[Given(_l("Vul in wanneer het begint."))])
    until_on = DayField(_l("Tot en met"), validators=[Given(_l("Vul in wanneer het eindigt."))])
    elements = TextField(
        _l("Uit welke onderdelen bestaat het?"),
        description=_l(
            "De kern van de interventie, een onderdeel op elke regel. Kort, en zonder namen. "
            "Bijvoorbeeld: rollenspel."
        ),
        limit=1200,
        render_kw={"rows": 4},
    )

    def offer(self, goals: Iterable[tuple[UUID, str]]) -> None:
        """Offer these goals of the plan of the youth."""
        self.plan_goal.choices = [
            SelectChoice("", _l("Bij geen doel van het plan")),
            *(SelectChoice(str(id_), text) for id_, text in goals),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check also that each part has a short name."""
        if not super().validate(extra_validators):
            return False
        try:
            check_elements(self._names())
        except Invalid as refusal:
            self.elements.errors = [*self.elements.errors, refusal.message]
            return False
        return True

    def dosage(self) -> Dosage:
        """Return the validated answers, as the service takes them."""
        return Dosage(
            aim=self.aim.data or "",
            sessions=self.sessions.data or 0,
            minutes=self.minutes.data or 0,
            from_on=given(self.from_on),
            until_on=given(self.until_on),
            elements=self._names(),
            plan_goal_id=self._plan_goal_id(),
        )

    def _plan_goal_id(self) -> UUID | None:
        # Who carries it out knows no plan of the youth, and is not asked.
        asked = self.plan_goal.data if self.plan_goal is not None else ""
        return UUID(asked) if asked else None

    def _names(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in (self.elements.data or "").split("\n"))


class StepForm(SeenForm):
    """A step that asks nothing more."""


class ReasonForm(SeenForm):
    """A step with the reason."""

    words = TextField(
        _l("Waarom?"),
        description=_l("In een zin, zo dat de jongere het mag lezen."),
        validators=[Given(_l("Schrijf in een zin op waarom."))],
        limit=1000,
        render_kw={"rows": 3},
    )

    def said(self) -> Said:
        """Return the validated answers, as the service takes them."""
        return Said(self.words.data or "", self.seen_version)


class JudgeForm(SeenForm):
    """Whether a version is approved."""

    verdict = RadioField(
        _l("Gaat u akkoord met dit trajectplan?"),
        choices=[
            SelectChoice("ja", _l("Ja, ik keur het goed")),
            SelectChoice("nee", _l("Nee, het moet anders")),
        ],
        validators=[Given(_l("Kies of u akkoord gaat."))],
    )
    words = TextField(
        _l("Wat moet er anders?"),
        description=_l("Alleen nodig als u niet akkoord gaat."),
        limit=1000,
        render_kw={"rows": 3},
    )

    @property
    def is_approved(self) -> bool:
        """Whether the answer is yes."""
        return bool(self.verdict.data == "ja")

    def said(self) -> Said:
        """Return the validated answers, as the service takes them."""
        return Said(self.words.data or "", self.seen_version)


class PauseForm(Form):
    """From when it rests, and why."""

    from_on = DayField(
        _l("Vanaf welke dag rust het?"), default=today, validators=[Given(_l("Vul een dag in."))]
    )
    reason = RadioField(
        _l("Waarom?"), choices=menu(PauseReason), validators=[Given(_l("Kies een reden."))]
    )
    words = TextField(
        _l("Wilt u er een zin bij zetten?"),
        description=_l("Verplicht bij een andere reden. Schrijf zo dat de jongere het mag lezen."),
        limit=1000,
        render_kw={"rows": 2},
    )

    def rest(self) -> Rest:
        """Return the validated answers, as the service takes them."""
        return Rest(given(self.from_on), PauseReason(self.reason.data), self.words.data or "")


class ResumeForm(Form):
    """From when it goes on."""

    resumed_on = DayField(
        _l("Vanaf welke dag gaat het verder?"),
        default=today,
        validators=[Given(_l("Vul een dag in."))],
    )


class ConcernForm(Form):
    """A concern, for who referred the youth."""

    words = TextField(
        _l("Wat is uw zorg?"),
        description=_l("Schrijf op wat u zag of hoorde, en wat u vraagt."),
        validators=[Given(_l("Schrijf in een of twee zinnen op wat uw zorg is."))],
        limit=1000,
    )


class ClosingForm(SeenForm):
    """How it went; a question on each goal is added to it."""

    ended_on = DayField(
        _l("Wanneer is het afgerond?"), default=today, validators=[Given(_l("Vul een dag in."))]
    )
    words = TextField(
        _l("Hoe ging het in het geheel?"),
        description=_l("In een of twee zinnen, zo dat de jongere het mag lezen."),
        validators=[Given(_l("Schrijf in een of twee zinnen op hoe het ging."))],
        limit=2000,
        render_kw={"rows": 3},
    )
    asked_last = ("ended_on", "words")

    def closing(self, keys: Iterable[UUID]) -> Closing:
        """Return the validated answers, as the service takes them."""
        goals = tuple(
            GoalEnd(
                key,
                Reached(self[f"outcome-{key.hex}"].data),
                self[f"words-{key.hex}"].data or "",
            )
            for key in keys
        )
        return Closing(goals, given(self.ended_on), self.words.data or "", self.seen_version)


def closing_form(goals: Iterable[tuple[UUID, str]], **data: Any) -> ClosingForm:
    """Return the form of a closing report on these goals."""
    fields: dict[str, Any] = {}
    for key, aim in goals:
        fields[f"outcome-{key.hex}"] = RadioField(
            _("Wat is er bereikt? %(aim)s", aim=aim),
            choices=menu(Reached),
            validators=[Given(_l("Kies wat er van elk doel is bereikt."))],
        )
        fields[f"words-{key.hex}"] = TextField(
            _("Hoe ging dat? %(aim)s", aim=aim),
            validators=[Given(_l("Schrijf bij elk doel in een zin op hoe het ging."))],
            limit=1000,
            render_kw={"rows": 2},
        )
    form: ClosingForm = type("_ClosingForm", (ClosingForm,), fields)(**data)
    return form


def given(field: DayField) -> date:
    """Return the day of a field that was validated."""
    assert field.data is not None
    return field.data
