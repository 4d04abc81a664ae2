"""The forms of providers: an offer with its reason, and the answer to a referral."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from pmg.clock import today
from pmg.providers.rules import Answer, RefusalReason, Said, Terms
from pmg.reference.interventions import Intervention
from pmg.web.fields import CarriedField, DayField, Given, LineField, TextField, Ticks, menu
from pmg.web.forms import Form

_WHOLE = re.compile(r"[-−]?\d{1,9}", re.ASCII)


class NumberField(LineField):
    """A whole number, as people type it: € 1.250 is 1250; kept when it is none.

    Below zero is a number too: the rules say what is wrong with it.
    """

    number: int | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed number; ValueError carries the message of the refusal."""
        super().process_formdata(valuelist)
        plain = re.sub(r"[€\s.]", "", self.data or "")
        if self.data and not _WHOLE.fullmatch(plain):
            raise ValueError(_("Vul een heel getal in, zonder komma."))
        self.number = int(plain.replace("−", "-")) if plain else None


class _Versioned(Form):
    """A form about something that a colleague may change at the same time."""

    version = CarriedField()

    @property
    def seen_version(self) -> int:
        """The version that was on the page; 0, which is none, when it cannot be read."""
        typed = (self.version.raw_data or [""])[0]
        is_plain = typed.isascii() and typed.isdecimal() and len(typed) < len(str(2**31))
        return int(typed) if is_plain else 0


class OfferForm(_Versioned):
    """What a provider offers, as it is and why it changed."""

    asked_last = ("reason",)

    places = NumberField(
        _l("Plekken"), validators=[Given(_l("Vul het aantal plekken in, 0 als er geen zijn."))]
    )
    price = NumberField(_l("Prijs van een traject in hele euro’s"))
    contract_from = DayField(
        _l("Contract vanaf"), validators=[Given(_l("Vul in wanneer het contract begint."))]
    )
    contract_until = DayField(
        _l("Contract tot en met"),
        description=_l("Leeg als er geen einde is afgesproken. Bijvoorbeeld 31-12-2027"),
    )
    areas = Ticks(
        _l("Alleen in deze gebieden"),
        description=_l("Niets gekozen is de hele gemeente."),
        choices=[],
    )
    contact = LineField(
        _l("Contact voor vragen"),
        description=_l("Voor vragen zonder gegevens van een jongere: een telefoonnummer of adres."),
        validators=[Given(_l("Vul in bij wie men met vragen terecht kan."))],
    )
    reason = LineField(
        _l("Waarom voert u dit zo in?"),
        description=_l("Bijvoorbeeld: nieuw contract, of minder begeleiders."),
        validators=[Given(_l("Schrijf kort op waarom, bijvoorbeeld: nieuw contract."))],
    )

    def offer_areas(self, areas: Iterable[tuple[str, str]]) -> None:
        """Offer these focus areas."""
        self.areas.choices = [SelectChoice(code, name) for code, name in areas]

    def terms(self) -> Terms:
        """Return the validated answers, as the service takes them."""
        begins = self.contract_from.data
        assert begins is not None
        return Terms(
            places=self.places.number or 0,
            price=self.price.number,
            contract_from=begins,
            contract_until=self.contract_until.data,
            areas=tuple(self.areas.data or ()),
            contact=self.contact.data or "",
        )


class NewOfferForm(OfferForm):
    """An offer that is not there yet: also of whom, and of which intervention."""

    organisation = SelectField(
        _l("Aanbieder"), choices=[], validators=[Given(_l("Kies een organisatie."))]
    )
    intervention = SelectField(
        _l("Interventie"), choices=[], validators=[Given(_l("Kies een interventie."))]
    )

    def offer_who(
        self, organisations: Iterable[tuple[UUID, str]], interventions: Iterable[Intervention]
    ) -> None:
        """Offer these organisations and interventions."""
        self.organisation.choices = [
            SelectChoice("", _l("Kies een organisatie")),
            *(SelectChoice(str(id_), name) for id_, name in organisations),
        ]
        named = sorted(interventions, key=lambda one: one.name_nl.casefold())
        self.intervention.choices = [
            SelectChoice("", _l("Kies een interventie")),
            *(SelectChoice(one.code, one.name_nl) for one in named),
        ]

    @property
    def organisation_id(self) -> UUID:
        """The organisation that was chosen from the list."""
        return UUID(self.organisation.data)


class AcceptForm(_Versioned):
    """A button: there is a place, or the youth waits for one."""

    def said(self) -> Said:
        """Return the answer, as the service takes it."""
        return Said(Answer.ACCEPTED, self.seen_version)


class RefuseForm(_Versioned):
    """Why a provider does not accept."""

    reason = RadioField(
        _l("Waarom neemt u niet aan?"),
        choices=menu(RefusalReason),
        validators=[Given(_l("Kies waarom u niet aanneemt."))],
    )
    words = TextField(
        _l("Wat wilt u erbij zeggen?"),
        description=_l("Verplicht bij een andere reden. Schrijf zo dat de jongere het mag lezen."),
        limit=1000,
        render_kw={"rows": 3},
    )

    def said(self) -> Said:
        """Return the validated answers, as the service takes them."""
        reason = RefusalReason(self.reason.data)
        return Said(Answer.REFUSED, self.seen_version, reason, self.words.data or "")


class NotedAnswerForm(RefuseForm):
    """What a provider said by the telephone, who has nobody to answer here."""

    asked_last = ("reason", "words")

    answer = RadioField(
        _l("Wat zei de aanbieder?"),
        choices=[
            SelectChoice(Answer.ACCEPTED.value, _l("De aanbieder neemt aan")),
            SelectChoice(Answer.REFUSED.value, _l("De aanbieder neemt niet aan")),
        ],
        validators=[Given(_l("Kies wat de aanbieder zei."))],
    )
    reason = RadioField(
        _l("Waarom neemt de aanbieder niet aan?"),
        choices=menu(RefusalReason),
        validators=[Optional()],
    )

    def said(self) -> Said:
        """Return the validated answers, as the service takes them."""
        reason = RefusalReason(self.reason.data) if self.reason.data else None
        return Said(Answer(self.answer.data), self.seen_version, reason, self.words.data or "")


class ConversationForm(_Versioned):
    """The day of the first conversation."""

    conversation_on = DayField(
        _l("Wanneer was het eerste gesprek?"),
        default=today,
        validators=[Given(_l("Vul een dag in."))],
    )

    def day(self) -> date:
        """Return the validated day."""
        found: Any = self.conversation_on.data
        assert isinstance(found, date)
        return found
