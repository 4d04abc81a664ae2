"""The forms of case meetings: series and days, items, contributions, and what is decided."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from pmg.meetings.answers import DayWanted, Introduction, Proposal, SeriesWanted, Shared
from pmg.meetings.rules import (
    NAME_LIMIT,
    SENTENCE_LIMIT,
    WORDS_LIMIT,
    Refusal,
    Rhythm,
    Scope,
    Weekday,
)
from pmg.security.policy import Category
from pmg.web.fields import (
    CarriedField,
    ClockField,
    CountField,
    DayField,
    Given,
    LineField,
    TextField,
    Ticks,
    menu,
)
from pmg.web.forms import Form, SeenForm

_NO_NAMES = _l("Geen namen en niets over een jongere: iedereen van de gemeente kan dit lezen.")
_FOR_THE_YOUTH = _l("Schrijf zo dat de jongere het mag lezen.")
_MINUTES = _l("Vul in hoeveel minuten.")

Choices = Iterable[tuple[str, str]]


def offer_in(field: SelectField, choices: Choices) -> None:
    """Offer these choices in a menu, in radio buttons or in boxes."""
    field.choices = [SelectChoice(value, label) for value, label in choices]


def given_day(field: DayField) -> date:
    """Return the day of a field that was validated."""
    assert field.data is not None
    return field.data


class _PlaceForm(SeenForm):
    """Where, how late and how long, and who leads when the chair cannot."""

    place = LineField(
        _l("Waar?"),
        description=_NO_NAMES,
        validators=[Given(_l("Vul in waar het overleg is."))],
        limit=NAME_LIMIT,
    )
    clock = ClockField(_l("Hoe laat?"), validators=[Given(_l("Vul in hoe laat het begint."))])
    minutes = CountField(_l("Hoeveel minuten?"), validators=[Given(_MINUTES)])
    deputy = SelectField(
        _l("Wie leidt het als u niet kunt?"),
        description=_l("Een procesregisseur. Ziet de onderwerpen van zaken waaraan hij deelneemt."),
        choices=[],
        default="",
    )

    def offer(self, people: Choices) -> None:
        """Offer these people."""
        offer_in(self.deputy, people)

    @property
    def deputy_id(self) -> UUID | None:
        """Who was chosen, if anybody."""
        return UUID(self.deputy.data) if self.deputy.data else None


class MeetingForm(_PlaceForm):
    """One day of a series, changed."""

    def wanted(self) -> DayWanted:
        """Return the validated answers, as the service takes them."""
        assert self.clock.data is not None
        return DayWanted(
            self.place.data or "",
            self.clock.data,
            self.minutes.data or 0,
            self.deputy_id,
            self.seen_version,
        )


class SeriesForm(_PlaceForm):
    """A case meeting that comes back."""

    name = LineField(
        _l("Hoe heet het overleg?"),
        description=_NO_NAMES,
        validators=[Given(_l("Vul in hoe het overleg heet."))],
        limit=NAME_LIMIT,
    )
    rhythm = RadioField(
        _l("Hoe vaak?"), choices=menu(Rhythm), validators=[Given(_l("Kies hoe vaak."))]
    )
    weekday = SelectField(
        _l("Op welke dag van de week?"),
        choices=menu(Weekday),
        validators=[Given(_l("Kies een dag van de week."))],
    )
    first_on = DayField(
        _l("Wanneer is de eerste keer?"), validators=[Given(_l("Vul de eerste dag in."))]
    )

    asked_last: ClassVar[tuple[str, ...]] = ("place", "clock", "minutes", "deputy")

    def wanted(self) -> SeriesWanted:
        """Return the validated answers, as the service takes them."""
        assert self.clock.data is not None
        return SeriesWanted(
            name=self.name.data or "",
            place=self.place.data or "",
            weekday=Weekday(self.weekday.data),
            rhythm=Rhythm(self.rhythm.data),
            clock=self.clock.data,
            minutes=self.minutes.data or 0,
            first_on=given_day(self.first_on),
            deputy_id=self.deputy_id,
        )


class _Checked(SeenForm):
    """What is shown once more before it is done: which days move or go."""

    checked = CarriedField()

    @property
    def is_checked(self) -> bool:
        """Whether the reader saw which days those are."""
        return bool(self.checked.data == "ja")


class ChangeSeriesForm(_Checked, SeriesForm):
    """A series, set otherwise from a day on."""

    first_on = DayField(
        _l("Vanaf welke dag geldt dit?"),
        description=_l("De eerste keer op de nieuwe dag en tijd."),
        validators=[Given(_l("Vul in vanaf welke dag."))],
    )

    asked_last = ("first_on", *SeriesForm.asked_last)


class EndSeriesForm(_Checked):
    """After which day a series ends."""

    last_on = DayField(
        _l("Tot en met welke dag gaat de reeks door?"),
        description=_l("Wat daarna is gepland, gaat niet door."),
        validators=[Given(_l("Vul een dag in."))],
    )

    @property
    def day(self) -> date:
        """The last day."""
        return given_day(self.last_on)


class _InviteForm(SeenForm):
    invitees = Ticks(
        _l("Wie zijn er nodig?"),
        description=_l(
            "Kies alleen wie nodig is voor deze vraag. Voor wie u niet kiest, bestaat dit "
            "onderwerp niet."
        ),
        choices=[],
    )
    minutes = CountField(_l("Hoeveel minuten?"), default=10, validators=[Given(_MINUTES)])

    def offer_people(self, people: Choices) -> None:
        """Offer these people."""
        offer_in(self.invitees, people)

    @property
    def chosen(self) -> tuple[UUID, ...]:
        """Who was chosen."""
        return tuple(UUID(one) for one in self.invitees.data or ())


class ProposeForm(_InviteForm):
    """What somebody wants to talk about."""

    meeting = SelectField(
        _l("In welk overleg?"), choices=[], validators=[Given(_l("Kies een overleg."))]
    )
    question = TextField(
        _l("Wat is de vraag aan het overleg?"),
        description=_FOR_THE_YOUTH,
        validators=[Given(_l("Schrijf de vraag in een zin op."))],
        limit=WORDS_LIMIT,
        render_kw={"rows": 2},
    )

    asked_last = ("invitees", "minutes")

    def offer(self, days: Choices, people: Choices) -> None:
        """Offer these days and people."""
        offer_in(self.meeting, days)
        self.offer_people(people)

    def proposal(self) -> Proposal:
        """Return the validated answers, as the service takes them."""
        return Proposal(
            UUID(self.meeting.data),
            self.question.data or "",
            self.minutes.data or 0,
            self.chosen,
        )


class InviteForm(_InviteForm):
    """Whom an item needs. What each organisation is asked, stands beside it by organisation."""


class QuestionForm(SeenForm):
    """What the organisations that are invited are asked; a field for each is put in."""

    @classmethod
    def about(cls, organisations: Iterable[tuple[UUID, str]]) -> "type[QuestionForm]":
        """Return a form with a field for each of these organisations."""
        fields = {
            f"question-{id_.hex}": TextField(
                _l("Wat vraagt u aan %(name)s?", name=name),
                description=_FOR_THE_YOUTH,
                limit=WORDS_LIMIT,
                render_kw={"rows": 2},
            )
            for id_, name in organisations
        }
        return type("AskedForm", (cls,), fields)

    def questions(self) -> dict[UUID, str]:
        """Return what each organisation is asked; one that is asked nothing is left out."""
        return {
            UUID(name.removeprefix("question-")): field.data
            for name, field in self._fields.items()
            if name.startswith("question-") and field.data
        }


class ReasonForm(SeenForm):
    """Words that say why."""

    words = TextField(
        _l("Waarom?"),
        description=_FOR_THE_YOUTH,
        validators=[Given(_l("Schrijf in een zin op waarom."))],
        limit=WORDS_LIMIT,
        render_kw={"rows": 3},
    )


class IntroForm(SeenForm):
    """Three sentences."""

    situation = TextField(
        _l("Hoe gaat het nu?"),
        description=_l("Eén zin. Alleen wat nodig is voor de vraag."),
        validators=[Given(_l("Schrijf in een zin op hoe het gaat."))],
        limit=SENTENCE_LIMIT,
        render_kw={"rows": 2},
    )
    tried = TextField(
        _l("Wat is er geprobeerd?"),
        validators=[Given(_l("Schrijf in een zin op wat er is geprobeerd."))],
        limit=SENTENCE_LIMIT,
        render_kw={"rows": 2},
    )
    wish = TextField(
        _l("Wat wil de jongere, en wat wilt u?"),
        validators=[Given(_l("Schrijf in een zin op wat de wens is."))],
        limit=SENTENCE_LIMIT,
        render_kw={"rows": 2},
    )

    def introduction(self) -> Introduction:
        """Return the validated answers, as the service takes them."""
        return Introduction(
            self.situation.data or "",
            self.tried.data or "",
            self.wish.data or "",
            self.seen_version,
        )


class ContributionForm(SeenForm):
    """What an organisation brings in, for whom, and on what ground."""

    words = TextField(
        _l("Wat brengt uw organisatie in?"),
        description=_l("Kort, en alleen wat nodig is. Schrijf zo dat de jongere het mag lezen."),
        validators=[Given(_l("Schrijf op wat u inbrengt."))],
        limit=WORDS_LIMIT,
        render_kw={"rows": 3},
    )
    scope = RadioField(
        _l("Wie mag dit lezen?"),
        choices=menu(Scope),
        validators=[Given(_l("Kies wie dit mag lezen."))],
    )
    readers = Ticks(
        _l("Welke organisaties?"),
        description=_l("Alleen als u hierboven organisaties kiest."),
        choices=[],
    )
    category = RadioField(
        _l("Wat voor gegevens zijn het?"),
        description=_l("Hiervan hangt af wie het volgens de wet mag lezen."),
        choices=[],
        default=Category.PLAN.value,
        validators=[Given(_l("Kies wat voor gegevens het zijn."))],
    )
    basis = SelectField(
        _l("Op welke grond deelt u dit?"),
        choices=[],
        validators=[Given(_l("Kies op welke grond u dit deelt."))],
    )
    named = CarriedField()
    is_needed = BooleanField(
        _l("Dit is nodig voor deze vraag."),
        validators=[Given(_l("Deel alleen wat nodig is voor deze vraag."))],
    )

    def offer(self, readers: Choices, categories: Choices, bases: Choices) -> None:
        """Offer these organisations, kinds of data and grounds."""
        offer_in(self.readers, readers)
        offer_in(self.category, categories)
        offer_in(self.basis, bases)

    def shared(self) -> Shared:
        """Return the validated answers, as the service takes them."""
        return Shared(
            words=self.words.data or "",
            category=Category(self.category.data),
            scope=Scope(self.scope.data),
            readers=tuple(UUID(one) for one in self.readers.data or ()),
            basis=self.basis.data,
            is_needed=bool(self.is_needed.data),
            version=self.seen_version,
            named=self.named.data or "",
        )


class RefuseForm(Form):
    """Why an organisation does not answer."""

    reason = RadioField(
        _l("Waarom deelt u niets?"),
        description=_l("Alleen de voorzitter leest dit."),
        choices=menu(Refusal),
        validators=[Given(_l("Kies een reden."))],
    )
