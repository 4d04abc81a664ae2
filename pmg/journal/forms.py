"""The forms of contact: what happened, who may read it, what is planned."""

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from pmg.clock import today
from pmg.journal.answers import (
    ONWARD,
    PRIVATE,
    SHARED,
    Ending,
    GroupNote,
    Move,
    NewAudience,
    NewNote,
    NewRemark,
    Removal,
)
from pmg.journal.rules import REASON_LIMIT, TEXT_LIMIT, Kind, Plan, RemarkKind, When
from pmg.web.fields import (
    CarriedField,
    ClockField,
    DayField,
    Given,
    LineField,
    TextField,
    Ticks,
    menu,
)
from pmg.web.forms import Filters, Form

_AUDIENCE = [
    SelectChoice(PRIVATE, _l("Alleen ik: een eigen werkaantekening")),
    SelectChoice(SHARED, _l("Ook mijn collega’s in deze zaak")),
]
_LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240)
Choices = Iterable[tuple[UUID, str]]


def _ids(chosen: Iterable[str] | None) -> tuple[UUID, ...]:
    return tuple(UUID(one) for one in chosen or ())


def _offered(choices: Choices) -> list[SelectChoice]:
    return [SelectChoice(str(key), label) for key, label in choices]


class _SeenForm(Form):
    """A step by who saw this version of what it is about."""

    version = CarriedField()

    @property
    def seen_version(self) -> int:
        """The version that was on the page; 0, which is none, when it cannot be read."""
        typed = (self.version.raw_data or [""])[0]
        is_plain = typed.isascii() and typed.isdecimal() and len(typed) < len(str(2**31))
        return int(typed) if is_plain else 0


class _WhatForm(Form):
    """What happened: a kind, a sentence and a moment."""

    kind = RadioField(
        _l("Wat voor contact was het?"),
        choices=menu(Kind),
        validators=[Given(_l("Kies wat voor contact het was."))],
    )
    text = TextField(
        _l("Wat is er gebeurd?"),
        description=_l("Schrijf op wat u zag of hoorde, zo dat de jongere het mag lezen."),
        validators=[Given(_l("Schrijf in een zin op wat er is gebeurd."))],
        limit=TEXT_LIMIT,
        render_kw={"rows": 3},
    )
    when = RadioField(
        _l("Wanneer was het?"),
        choices=menu(When),
        default=When.NOW.value,
        validators=[Given(_l("Kies wanneer het was."))],
    )
    on = DayField(_l("Welke dag?"))
    clock = ClockField(_l("Hoe laat?"))

    def note(self) -> NewNote:
        """Return the validated answers, as the services take them."""
        return NewNote(
            kind=Kind(self.kind.data),
            when=When(self.when.data),
            text=self.text.data or "",
            on=self.on.data,
            clock=self.clock.data,
            is_private=self.is_private(),
        )

    def is_private(self) -> bool:
        """Whether nobody else may read it; so it is where the form does not ask."""
        return True


class ContactForm(_WhatForm):
    """What happened, and who may read it."""

    audience = RadioField(
        _l("Wie mag dit lezen?"),
        choices=_AUDIENCE,
        default=PRIVATE,
        validators=[Given(_l("Kies wie dit mag lezen."))],
    )

    def offer_onward(self) -> None:
        """Offer to go on to a share decision as well."""
        choice = SelectChoice(ONWARD, _l("Ook een andere organisatie"))
        self.audience.choices = [*_AUDIENCE, choice]

    def is_private(self) -> bool:
        """Whether nobody else may read it."""
        return bool(self.audience.data == PRIVATE)


class GroupForm(ContactForm):
    """The same note for several youths."""

    asked_last: ClassVar[tuple[str, ...]] = (
        *("kind", "text", "when", "on", "clock"),
        *("audience", "names_are_seen"),
    )

    youths = Ticks(
        _l("Over welke jongeren gaat het?"),
        description=_l(
            "De notitie komt in elk dossier apart. In het ene dossier staat niets over de anderen."
        ),
        choices=[],
    )
    names_are_seen = BooleanField(_l("De namen in de tekst mogen blijven staan"))

    def choose_from(self, youths: Choices) -> None:
        """Offer these youths."""
        self.youths.choices = _offered(youths)

    def group(self) -> GroupNote:
        """Return the validated answers, as the service takes them."""
        return GroupNote(self.note(), _ids(self.youths.data), bool(self.names_are_seen.data))


class CorrectForm(_WhatForm):
    """A new text beside a wrong one; who may read it stays the same."""


class HeldForm(ContactForm, _SeenForm):
    """What happened at an appointment."""


class AudienceForm(_SeenForm):
    """Who may read it from now on."""

    audience = RadioField(
        _l("Wie mag dit lezen?"),
        choices=_AUDIENCE,
        validators=[Given(_l("Kies wie dit mag lezen."))],
    )

    def wanted(self) -> NewAudience:
        """Return the validated answers, as the service takes them."""
        return NewAudience(self.audience.data == PRIVATE, self.seen_version)


class RemoveForm(_SeenForm):
    """Why something has to go."""

    reason = TextField(
        _l("Waarom verwijdert u dit?"),
        description=_l("Dit blijft te lezen. Herhaal hier niet wat weg moet."),
        validators=[Given(_l("Schrijf op waarom."))],
        limit=REASON_LIMIT,
        render_kw={"rows": 2},
    )

    def removal(self) -> Removal:
        """Return the validated answers, as the service takes them."""
        return Removal(self.reason.data or "", self.seen_version)


class DisputeForm(Form):
    """The youth's own words."""

    kind = RadioField(
        _l("Wat vindt de jongere?"),
        choices=menu((RemarkKind.DISPUTED, RemarkKind.OWN_WORDS)),
        validators=[Given(_l("Kies wat de jongere vindt."))],
    )
    on = DayField(
        _l("Wanneer zei de jongere dit?"), default=today, validators=[Given(_l("Vul een dag in."))]
    )
    words = TextField(
        _l("In de woorden van de jongere"),
        validators=[Given(_l("Schrijf op wat de jongere zei."))],
        limit=TEXT_LIMIT,
        render_kw={"rows": 3},
    )

    def remark(self) -> NewRemark:
        """Return the validated answers, as the service takes them."""
        assert self.on.data is not None
        return NewRemark(RemarkKind(self.kind.data), self.on.data, self.words.data or "")


class ReplyForm(Form):
    """A reply of a director."""

    words = TextField(
        _l("Uw reactie"),
        validators=[Given(_l("Schrijf uw reactie op."))],
        limit=TEXT_LIMIT,
        render_kw={"rows": 3},
    )

    def remark(self) -> NewRemark:
        """Return the validated answers, as the service takes them."""
        return NewRemark(RemarkKind.REPLY, today(), self.words.data or "")


class _MomentForm(Form):
    """When, how long and where; and what of the reader's other appointments he has seen already."""

    on = DayField(_l("Welke dag?"), validators=[Given(_l("Vul een dag in."))])
    clock = ClockField(_l("Hoe laat?"), validators=[Given(_l("Vul een tijd in."))])
    minutes = SelectField(
        _l("Hoelang duurt het?"),
        choices=[
            SelectChoice(str(minutes), _l("%(number)d minuten", number=minutes))
            for minutes in _LENGTHS
        ],
        default="60",
    )
    place = LineField(
        _l("Waar?"),
        description=_l("Bijvoorbeeld: buurthuis, bij de jongere thuis, op school"),
        validators=[Given(_l("Vul in waar u afspreekt."))],
    )
    seen = CarriedField()

    @property
    def seen_mark(self) -> str:
        """The mark of what was in the way when the reader last looked."""
        return self.seen.data or ""

    def planned(self, with_whom: str, colleagues: tuple[UUID, ...]) -> Plan:
        """Return the validated answers, with who comes."""
        assert self.on.data is not None
        assert self.clock.data is not None
        return Plan(
            on=self.on.data,
            clock=self.clock.data,
            minutes=int(self.minutes.data),
            place=self.place.data or "",
            with_whom=with_whom,
            colleagues=colleagues,
        )


class PlanForm(_MomentForm):
    """When, how long, where, and with whom."""

    with_whom = LineField(
        _l("Met wie?"), description=_l("Bijvoorbeeld: de jongere en de moeder. Geen namen nodig.")
    )
    colleagues = Ticks(
        _l("Wie gaat er mee?"),
        description=_l("Zij zien de afspraak in hun eigen agenda."),
        choices=[],
    )

    def offer(self, people: Choices) -> None:
        """Offer these people to come along."""
        self.colleagues.choices = _offered(people)

    def plan(self) -> Plan:
        """Return the validated answers, as the services take them."""
        return self.planned(self.with_whom.data or "", _ids(self.colleagues.data))


class MoveForm(_MomentForm, _SeenForm):
    """Another moment, and why; who comes stays the same."""

    reason = LineField(
        _l("Waarom wordt het een ander moment?"),
        validators=[Given(_l("Schrijf op waarom."))],
        limit=REASON_LIMIT,
    )

    def move(self, colleagues: tuple[UUID, ...]) -> Move:
        """Return the validated answers, as the service takes them."""
        plan = self.planned("", colleagues)
        return Move(plan, self.reason.data or "", self.seen_version, self.seen_mark)


class CancelForm(_SeenForm):
    """Why it does not go on."""

    reason = LineField(
        _l("Waarom gaat het niet door?"),
        validators=[Given(_l("Schrijf op waarom."))],
        limit=REASON_LIMIT,
    )

    def ending(self) -> Ending:
        """Return the validated answers, as the service takes them."""
        return Ending(self.reason.data or "", self.seen_version)


class MissedForm(_SeenForm):
    """That the youth did not come."""

    reason = LineField(
        _l("Weet u waarom?"),
        description=_l("Bijvoorbeeld: belde af, vergeten, niet te bereiken"),
        limit=REASON_LIMIT,
    )

    def ending(self) -> Ending:
        """Return the validated answers, as the service takes them."""
        return Ending(self.reason.data or "", self.seen_version)


class JournalFilter(Filters):
    """Which contact is shown."""

    soort = SelectField(
        _l("Soort contact"), choices=[SelectChoice("", _l("Alle soorten")), *menu(Kind)], default=""
    )
    wie = SelectField(
        _l("Wie mag het lezen"),
        choices=[
            SelectChoice("", _l("Alles wat ik mag lezen")),
            SelectChoice(PRIVATE, _l("Mijn eigen werkaantekeningen")),
            SelectChoice(SHARED, _l("Gedeeld")),
        ],
        default="",
    )


class DayFilter(Filters):
    """Which day or week is shown."""

    dag = DayField(_l("Welke dag?"))
