"""The forms of tasks: what is given to whom, and what is answered."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from pmg.tasks.answers import NewDay, NewOwner, Said
from pmg.tasks.rules import REASON_LIMIT, WHAT_LIMIT, Rhythm, Wanted, When
from pmg.texts import translated
from pmg.web.fields import CarriedField, DayField, Given, LineField, TextField, menu
from pmg.web.forms import Filters, Form

_SMALL = re.compile(r"\d{1,4}", re.ASCII)
_READ_BY = _l(
    "Iedereen die aan de zaak deelneemt, leest dit. Schrijf zo dat de jongere het mag lezen."
)


class TimesField(LineField):
    """How many times; kept as typed when it is no number."""

    number: int | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed number; ValueError carries the message of the refusal."""
        super().process_formdata(valuelist)
        if self.data and not _SMALL.fullmatch(self.data):
            raise ValueError(translated("Vul een getal in, bijvoorbeeld 6."))
        self.number = int(self.data) if self.data else None


class ListForm(Filters):
    """Which days of a list; the list itself goes along unseen."""

    lijst = CarriedField(default="")
    wanneer = SelectField(_l("Wanneer"), choices=menu(When), default="", validate_choice=False)


class GiveForm(Form):
    """A task: what, by whom, by when, and how often."""

    what = TextField(
        _l("Wat moet er gebeuren?"),
        description=_l(
            "In een zin. Iedereen die aan de zaak deelneemt, leest dit. Schrijf zo dat de jongere "
            "het mag lezen."
        ),
        validators=[Given(_l("Schrijf op wat er moet gebeuren."))],
        limit=WHAT_LIMIT,
        render_kw={"rows": 2},
    )
    owner = SelectField(
        _l("Wie doet het?"),
        description=_l("Iemand die aan deze zaak deelneemt. Wie u kiest, krijgt de vraag."),
        choices=[],
        validators=[Given(_l("Kies wie het doet."))],
    )
    due_on = DayField(
        _l("Uiterlijk op"), validators=[Given(_l("Vul in op welke dag het klaar moet zijn."))]
    )
    rhythm = RadioField(_l("Hoe vaak?"), choices=menu(Rhythm), default=Rhythm.ONCE.value)
    until = DayField(
        _l("Tot en met welke dag komt de taak terug?"),
        description=_l("Alleen als de taak terugkomt. Vul dit in, of hieronder hoe vaak."),
    )
    times = TimesField(
        _l("Of: hoe vaak in totaal?"),
        description=_l("Bijvoorbeeld 6"),
        render_kw={"inputmode": "numeric"},
        limit=20,
    )

    def offer(self, people: Iterable[tuple[UUID, str]]) -> None:
        """Offer these people."""
        self.owner.choices = _people(people)

    def wanted(self) -> Wanted:
        """Return the validated answers, as the service takes them."""
        assert self.due_on.data is not None
        return Wanted(
            what=self.what.data or "",
            owner_id=UUID(self.owner.data),
            due_on=self.due_on.data,
            rhythm=Rhythm(self.rhythm.data),
            until=self.until.data,
            times=self.times.number,
        )


class AnswerForm(Form):
    """A step on a task, by who saw this version of it."""

    version = CarriedField()

    @property
    def seen_version(self) -> int:
        """The version that was on the page; 0, which is none, when it cannot be read."""
        typed = (self.version.raw_data or [""])[0]
        is_plain = typed.isascii() and typed.isdecimal() and len(typed) < len(str(2**31))
        return int(typed) if is_plain else 0


class DoneForm(AnswerForm):
    """Done, with a sentence for who wants to."""

    words = TextField(
        _l("Wilt u er iets bij zeggen?"),
        description=_READ_BY,
        limit=REASON_LIMIT,
        render_kw={"rows": 2},
    )

    def said(self) -> Said:
        """Return the validated answers, as the service takes them."""
        return Said(self.words.data or "", self.seen_version)


class ReasonForm(AnswerForm):
    """A step with its reason."""

    words = TextField(
        _l("Waarom?"),
        description=_READ_BY,
        validators=[Given(_l("Schrijf in een zin op waarom."))],
        limit=REASON_LIMIT,
        render_kw={"rows": 3},
    )

    def said(self) -> Said:
        """Return the validated answers, as the service takes them."""
        return Said(self.words.data or "", self.seen_version)


class MoveForm(ReasonForm):
    """Another day, with the reason."""

    asked_last = ("words",)

    due_on = DayField(
        _l("Wat is de nieuwe dag?"), validators=[Given(_l("Vul in welke dag het wordt."))]
    )

    def new_day(self) -> NewDay:
        """Return the validated answers, as the service takes them."""
        assert self.due_on.data is not None
        return NewDay(self.due_on.data, self.words.data or "", self.seen_version)


class HandOverForm(ReasonForm):
    """Somebody else, with the reason."""

    asked_last = ("words",)

    owner = SelectField(
        _l("Wie neemt de taak over?"), choices=[], validators=[Given(_l("Kies wie het overneemt."))]
    )

    def offer(self, people: Iterable[tuple[UUID, str]]) -> None:
        """Offer these people."""
        self.owner.choices = _people(people)

    def new_owner(self) -> NewOwner:
        """Return the validated answers, as the service takes them."""
        return NewOwner(UUID(self.owner.data), self.words.data or "", self.seen_version)


def _people(people: Iterable[tuple[UUID, str]]) -> list[Any]:
    offered = [SelectChoice(str(id_), label) for id_, label in people]
    return [SelectChoice("", _l("Kies een persoon")), *offered]
