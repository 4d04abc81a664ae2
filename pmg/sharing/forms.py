"""The forms of sharing: a decision, a longer day, a question, an answer, an agreement."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from pmg.reference.legal_bases import PURPOSES, LegalBasis
from pmg.reference.partners import PARTNERS
from pmg.reference.share_bases import SHARE_BASES
from pmg.sharing.rules import LINE_LIMIT, WORDS_LIMIT, Answer
from pmg.web.fields import (
    CarriedField,
    DayField,
    Given,
    LineField,
    OnlyIf,
    TextField,
    Ticks,
    menu,
)
from pmg.web.forms import Form

NONE = "geen"
Choices = Iterable[tuple[UUID, str]]


def _offered(choices: Choices) -> list[SelectChoice]:
    return [SelectChoice(str(key), label) for key, label in choices]


def _ids(chosen: Iterable[str] | None) -> tuple[UUID, ...]:
    return tuple(UUID(one) for one in chosen or ())


def _purposes() -> list[SelectChoice]:
    return [SelectChoice(one.code, one.name) for one in PURPOSES.values()]


def _grounds(bases: Iterable[LegalBasis]) -> list[SelectChoice]:
    return [SelectChoice(one.code, f"{one.name} ({one.article})") for one in bases]


class _Grounded(Form):
    """For what purpose, and on what ground."""

    purpose = RadioField(
        _l("Waarvoor?"), choices=[], validators=[Given(_l("Kies waarvoor dit is."))]
    )
    legal_basis = RadioField(
        _l("Op welke grond?"), choices=[], validators=[Given(_l("Kies een grond."))]
    )

    def offer_grounds(self, bases: Iterable[LegalBasis]) -> None:
        """Offer every purpose, and these grounds."""
        self.purpose.choices = _purposes()
        self.legal_basis.choices = _grounds(bases)


class ShareForm(_Grounded):
    """With whom, for what, on what ground, how long, and under what agreement."""

    asked_last = ("purpose", "legal_basis", "why", "until", "agreement", "no_agreement")

    organisations = Ticks(
        _l("Met welke organisaties deelt u?"),
        choices=[],
        validators=[Given(_l("Kies een of meer organisaties."))],
    )
    why = TextField(
        _l("Waarom is dit nodig, en kan het niet met minder?"),
        description=_l("In een paar zinnen, zo dat de jongere het mag lezen."),
        validators=[Given(_l("Schrijf in een zin op waarom dit nodig is."))],
        limit=WORDS_LIMIT,
        render_kw={"rows": 3},
    )
    until = DayField(_l("Tot en met welke dag?"), validators=[Given(_l("Vul een dag in."))])
    agreement = RadioField(
        _l("Onder welk convenant?"),
        choices=[],
        validators=[Given(_l("Kies een convenant, of ‘geen convenant’."))],
    )
    no_agreement = LineField(
        _l("Waarom is er geen convenant?"),
        description=_l("Alleen als u ‘geen convenant’ koos."),
        validators=[OnlyIf("agreement", NONE, _l("Schrijf op waarom er geen convenant is."))],
        limit=LINE_LIMIT,
    )
    checked = CarriedField()

    @property
    def is_checked(self) -> bool:
        """Whether the reader has seen what the receiver will see, and shares it."""
        return bool(self.checked.data == "ja")

    def offer(self, receivers: Choices, agreements: Choices) -> None:
        """Offer these organisations and agreements; there may always be none."""
        self.organisations.choices = _offered(receivers)
        self.agreement.choices = [
            *_offered(agreements),
            SelectChoice(NONE, _l("Geen convenant")),
        ]

    @property
    def receivers(self) -> tuple[UUID, ...]:
        """The organisations that were chosen."""
        return _ids(self.organisations.data)

    @property
    def agreement_id(self) -> UUID | None:
        """The agreement that was chosen; None for none."""
        return None if self.agreement.data == NONE else UUID(self.agreement.data)


class RenewForm(Form):
    """How much longer, and why."""

    until = DayField(_l("Tot en met welke dag?"), validators=[Given(_l("Vul een dag in."))])
    reason = TextField(
        _l("Waarom is dit langer nodig?"),
        description=_l("In een zin, zo dat de jongere het mag lezen."),
        validators=[Given(_l("Schrijf in een zin op waarom."))],
        limit=WORDS_LIMIT,
        render_kw={"rows": 3},
    )


class StepForm(Form):
    """A button."""


class AskForm(_Grounded):
    """Of which organisation, for what, on what ground, and why."""

    asked_last = ("purpose", "legal_basis", "words")

    organisation = RadioField(
        _l("Welke organisatie vraagt u?"),
        choices=[],
        validators=[Given(_l("Kies een organisatie."))],
    )
    words = LineField(
        _l("Waarom vraagt u dit?"),
        description=_l("In een zin, zo dat de jongere het mag lezen."),
        validators=[Given(_l("Schrijf in een zin op waarom."))],
        limit=LINE_LIMIT,
    )

    def offer(self, organisations: Choices) -> None:
        """Offer these organisations."""
        self.organisation.choices = _offered(organisations)

    def chosen(self) -> UUID:
        """Return the organisation that was chosen."""
        return UUID(self.organisation.data)


class LetGoForm(Form):
    """Who takes part no longer."""

    person = SelectField(
        _l("Wie?"), choices=[], default="", validators=[Given(_l("Kies iemand uit de lijst."))]
    )

    def offer(self, people: Choices) -> None:
        """Offer these people."""
        self.person.choices = [SelectChoice("", _l("Kies")), *_offered(people)]

    def chosen(self) -> UUID:
        """Return who was chosen."""
        return UUID(self.person.data)


class SeatForm(LetGoForm):
    """Who takes part, and until when."""

    until = DayField(
        _l("Tot en met welke dag is dat nodig?"),
        description=_l("Daarna ziet deze persoon de zaak niet meer. U kunt het opnieuw vragen."),
        validators=[Given(_l("Vul een dag in."))],
    )

    def day(self) -> date:
        """Return the last day."""
        assert self.until.data is not None
        return self.until.data


class AnswerForm(Form):
    """One of three words, and whether to call."""

    answer = RadioField(
        _l("Wat is uw antwoord?"),
        choices=menu(Answer),
        validators=[Given(_l("Kies een antwoord."))],
    )
    get_in_touch = BooleanField(_l("Vraag de ander om contact met u op te nemen"))

    def said(self) -> Answer:
        """Return the answer that was chosen."""
        return Answer(self.answer.data)


class AgreementForm(Form):
    """What an agreement says, who are parties to it, and from when until when it holds."""

    version = CarriedField()
    title = LineField(
        _l("Hoe heet het convenant?"),
        validators=[Given(_l("Schrijf op hoe het convenant heet."))],
        limit=LINE_LIMIT,
    )
    purpose = TextField(
        _l("Waarvoor is het?"),
        validators=[Given(_l("Schrijf op waarvoor het convenant is."))],
        limit=WORDS_LIMIT,
        render_kw={"rows": 3},
    )
    legal_bases = Ticks(
        _l("Welke gronden noemt het?"),
        choices=[],
        validators=[Given(_l("Kies een of meer gronden."))],
    )
    partner_codes = Ticks(_l("Welke soorten organisaties doen mee?"), choices=[])
    organisation_ids = Ticks(_l("Welke organisaties doen mee, met naam?"), choices=[])
    valid_from = DayField(_l("Geldt vanaf"), validators=[Given(_l("Vul de eerste dag in."))])
    valid_until = DayField(
        _l("Geldt tot en met"),
        description=_l("Leeg als er geen einde is afgesproken. Bijvoorbeeld 31-12-2027"),
    )
    reference = LineField(
        _l("Waar is het te vinden?"),
        description=_l("Een adres op internet of het nummer van het stuk."),
        limit=LINE_LIMIT,
    )

    def offer(self, organisations: Choices) -> None:
        """Offer these organisations, every type of partner and every ground."""
        self.legal_bases.choices = _grounds(SHARE_BASES.values())
        self.partner_codes.choices = [SelectChoice(one.code, one.name) for one in PARTNERS.values()]
        self.organisation_ids.choices = _offered(organisations)

    @property
    def parties(self) -> tuple[UUID, ...]:
        """The organisations that were chosen by name."""
        return _ids(self.organisation_ids.data)

    @property
    def seen_version(self) -> int:
        """The version that was on the page; 0, which is none, when it cannot be read."""
        typed = (self.version.raw_data or [""])[0]
        is_plain = typed.isascii() and typed.isdecimal() and len(typed) < len(str(2**31))
        return int(typed) if is_plain else 0
