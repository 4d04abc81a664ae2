"""The forms of meetings: when, with whom, and how it went."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from pmg.clock import today
from pmg.delivery.answers import GroupMeeting, Meeting, Move, Telling
from pmg.delivery.forms import given
from pmg.delivery.rules import NOT_HELD, NOT_THERE, Attendance, Missed, Went
from pmg.web.fields import (
    CarriedField,
    ClockField,
    CountField,
    DayField,
    Given,
    TextField,
    Ticks,
    menu,
)
from pmg.web.forms import Form, SeenForm, seen


class _WhenForm(Form):
    on_day = DayField(_l("Op welke dag?"), default=today, validators=[Given(_l("Vul een dag in."))])
    clock = ClockField(_l("Hoe laat?"))


class MeetingForm(_WhenForm):
    """When somebody meets a youth, and for which goal."""

    goal = RadioField(
        _l("Voor welk doel is deze bijeenkomst?"),
        choices=[],
        validators=[Given(_l("Kies een doel."))],
    )
    minutes = CountField(_l("Hoeveel minuten?"), validators=[Given(_l("Vul in hoeveel minuten."))])

    def offer(self, goals: Iterable[tuple[UUID, str]]) -> None:
        """Offer these goals."""
        self.goal.choices = [SelectChoice(str(key), text) for key, text in goals]

    def meeting(self) -> Meeting:
        """Return the validated answers, as the service takes them."""
        return Meeting(
            goal_key=UUID(self.goal.data),
            on_day=given(self.on_day),
            clock=self.clock.data,
            minutes=self.minutes.data or 0,
        )


class GroupForm(_WhenForm):
    """When a group meets, and who is in it."""

    youths = Ticks(
        _l("Wie doen er mee?"),
        description=_l(
            "De bijeenkomst komt in elk dossier apart. In het ene dossier staat niets over de "
            "anderen."
        ),
        choices=[],
    )
    minutes = CountField(_l("Hoeveel minuten?"), validators=[Given(_l("Vul in hoeveel minuten."))])

    def offer(self, places: Iterable[tuple[str, str]]) -> None:
        """Offer these youths, each with a goal of his plan."""
        self.youths.choices = [SelectChoice(value, label) for value, label in places]

    def meeting(self) -> GroupMeeting:
        """Return the validated answers, as the service takes them."""
        pairs = [value.partition("_") for value in self.youths.data or ()]
        return GroupMeeting(
            youths=tuple((UUID(one), UUID(goal)) for one, _sign, goal in pairs),
            on_day=given(self.on_day),
            clock=self.clock.data,
            minutes=self.minutes.data or 0,
        )


class MoveForm(_WhenForm, SeenForm):
    """Another day or time."""

    words = TextField(
        _l("Waarom wordt het verzet?"),
        validators=[Given(_l("Schrijf in een zin op waarom."))],
        limit=1000,
        render_kw={"rows": 2},
    )

    def wanted(self) -> Move:
        """Return the validated answers, as the service takes them."""
        return Move(given(self.on_day), self.clock.data, self.words.data or "", self.seen_version)


class _TellForm(SeenForm):
    """What every telling of a meeting ends with."""

    words = TextField(
        _l("Wilt u er een zin bij zetten?"),
        description=_l("Zo dat de jongere het mag lezen. Noem geen andere jongeren."),
        limit=1000,
        render_kw={"rows": 2},
    )
    why = TextField(
        _l("Waarom verbetert u het verslag?"),
        description=_l("Wat er eerst stond, blijft ernaast staan."),
        limit=1000,
        render_kw={"rows": 2},
    )

    def ask_why(self, *, is_asked: bool) -> None:
        """Ask why it is corrected, or leave that out when nothing was told before."""
        if not is_asked:
            del self.why

    def _telling(self, went: Went) -> Telling:
        why = self.why.data if "why" in self else ""
        return Telling(went, self.seen_version, why or "")


class NotHeldForm(_TellForm):
    """Why a meeting did not take place."""

    reason = RadioField(
        _l("Waarom ging het niet door?"),
        choices=menu(NOT_HELD),
        validators=[Given(_l("Kies waarom het niet doorging."))],
    )
    asked_last = ("words", "why")

    def telling(self) -> Telling:
        """Return the validated answers, as the service takes them."""
        reason, words = Missed(self.reason.data), self.words.data or ""
        return self._telling(Went(happened=False, reason=reason, words=words))


class HeldForm(_TellForm):
    """How a meeting went with one youth."""

    attendance = RadioField(
        _l("Was de jongere er?"),
        choices=menu(Attendance),
        validators=[Given(_l("Kies of de jongere er was."))],
    )
    minutes = CountField(_l("Hoeveel minuten duurde het?"))
    elements = Ticks(_l("Welke onderdelen zijn gedaan?"), choices=[])
    reason = SelectField(
        _l("Als de jongere er niet was: waarom niet?"),
        choices=[SelectChoice("", _l("Kies een reden")), *menu(NOT_THERE)],
        default="",
    )
    asked_last = ("words", "why")

    def offer(self, elements: Iterable[str]) -> None:
        """Offer these parts of the intervention; without any the question is left out."""
        names = list(elements)
        if names:
            self.elements.choices = [SelectChoice(name, name) for name in names]
        else:
            del self.elements

    def telling(self) -> Telling:
        """Return the validated answers, as the service takes them."""
        attendance = Attendance(self.attendance.data)
        there = attendance is Attendance.PRESENT
        went = Went(
            happened=True,
            attendance=attendance,
            reason=Missed(self.reason.data) if self.reason.data and not there else None,
            minutes=self.minutes.data if there else None,
            elements=tuple(self.elements.data or ()) if "elements" in self and there else (),
            words=self.words.data or "",
        )
        return self._telling(went)


@dataclass(frozen=True, slots=True)
class Asked:
    """One youth in a roll call: his meeting, his name, its version, and what can be done."""

    id: UUID
    name: str
    version: int
    elements: tuple[str, ...]


class RollForm(Form):
    """Who of a group was there; a question on each youth is added to it."""

    minutes = CountField(_l("Hoeveel minuten duurde het?"))

    def tellings(self, youths: Iterable[Asked]) -> list[tuple[UUID, Telling]]:
        """Return the validated answers, as the service takes them.

        What was done with the group counts for whoever was there and has it in his plan.
        """
        return [(one.id, self._told(one.id.hex, one.elements)) for one in youths]

    def _told(self, key: str, offered: tuple[str, ...]) -> Telling:
        attendance = Attendance(self[f"attendance-{key}"].data)
        there = attendance is Attendance.PRESENT
        reason = self[f"reason-{key}"].data
        done = tuple(self["elements"].data or ()) if "elements" in self else ()
        went = Went(
            happened=True,
            attendance=attendance,
            reason=Missed(reason) if reason and not there else None,
            minutes=self.minutes.data if there else None,
            elements=tuple(one for one in done if one in offered) if there else (),
            words=self[f"words-{key}"].data or "",
        )
        return Telling(went, seen(self[f"version-{key}"]))


def roll_form(youths: Iterable[Asked], **data: Any) -> RollForm:
    """Return the form of a roll call of these youths."""
    fields: dict[str, Any] = {}
    listed = list(youths)
    offered = dict.fromkeys(name for one in listed for name in one.elements)
    if offered:
        fields["elements"] = Ticks(
            _l("Welke onderdelen zijn gedaan?"),
            choices=[SelectChoice(name, name) for name in offered],
        )
    for one in listed:
        fields |= _questions(one)
    form: RollForm = type("_RollForm", (RollForm,), fields)(**data)
    return form


def _questions(one: Asked) -> dict[str, Any]:
    key, name = one.id.hex, one.name
    return {
        f"attendance-{key}": RadioField(
            _("Was %(name)s er?", name=name),
            choices=menu(Attendance),
            validators=[Given(_("Kies of %(name)s er was.", name=name))],
        ),
        f"reason-{key}": SelectField(
            _("Waarom was %(name)s er niet?", name=name),
            choices=[SelectChoice("", _l("Kies een reden")), *menu(NOT_THERE)],
            default="",
        ),
        f"words-{key}": TextField(
            _("Een zin over %(name)s", name=name), limit=1000, render_kw={"rows": 2}
        ),
        f"version-{key}": CarriedField(default=str(one.version)),
    }
