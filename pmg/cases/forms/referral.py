"""The forms of the way in: the look, the referral, and its correction."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from pmg.cases import rules
from pmg.cases.forms.people import NUMERIC, DetailsFields, Obeys, PersonFields, day, text
from pmg.cases.intake import Correction, Intake, Person, Told
from pmg.clock import today
from pmg.web.fields import CarriedField, DayField, Given, LineField, OnlyIf, TextField, menu

YES, NO = "ja", "nee"


class LookUpForm(PersonFields):
    """The look before a referral: is the youth known already."""

    def person(self) -> Person:
        """Return the validated answers, as the service takes them."""
        return Person(
            text(self.given_name), text(self.family_name), day(self.birth_date), self._bsn()
        )


def _if_not_told(rule: Callable[[Any], object]) -> Callable[[Any, Any], None]:
    """Return a validator: the rule holds for who says that the youth was not told."""

    def validator(form: Any, field: Any) -> None:
        if form.told.data == NO:
            Obeys(rule)(form, field)

    return validator


class ReferralForm(DetailsFields):
    """A referral, whole."""

    asked_last = (
        "purpose",
        "legal_basis",
        "told",
        "told_on",
        "not_told_reason",
        "tell_again_on",
    )
    reason = TextField(
        _l("Waarom meldt u deze jongere aan?"),
        description=_l(
            "Schrijf in gewone woorden wat er is gezien of gebeurd. De jongere mag dit lezen."
        ),
        validators=[Given("Schrijf op waarom u de jongere aanmeldt."), Obeys(rules.check_reason)],
    )
    reason_nature = RadioField(
        _l("Wat voor soort informatie is dit?"),
        choices=menu(rules.Nature),
        validators=[Given("Kies wat voor soort informatie dit is.")],
    )
    referrer_kind = SelectField(
        _l("Wie meldt de jongere aan?"),
        choices=[SelectChoice("", _l("Kies wie aanmeldt")), *menu(rules.ReferrerKind)],
        validators=[Given("Kies wie de jongere aanmeldt.")],
    )
    referrer_name = LineField(
        _l("Naam van de aanmelder"),
        description=_l("De persoon die u kunt bellen met een vraag."),
        validators=[
            Given("Vul de naam van de aanmelder in."),
            Obeys(lambda text: rules.check_name("referrer_name", text)),
        ],
    )
    told = RadioField(
        _l("Weet de jongere van deze aanmelding?"),
        choices=[SelectChoice(YES, _l("Ja")), SelectChoice(NO, _l("Nee, nog niet"))],
        validators=[Given("Kies of de jongere het weet.")],
    )
    told_on = DayField(
        _l("Zo ja: op welke dag is het verteld?"),
        validators=[
            OnlyIf("told", YES, "Vul in op welke dag het de jongere is verteld."),
            Obeys(lambda day: rules.check_told(day, today=today())),
        ],
        render_kw=NUMERIC,
    )
    not_told_reason = TextField(
        _l("Zo nee: waarom weet de jongere het nog niet?"),
        validators=[
            OnlyIf("told", NO, "Schrijf op waarom de jongere het nog niet weet."),
            _if_not_told(lambda text: rules.check_not_told(text, None, today=today())),
        ],
        render_kw={"rows": 3},
    )
    tell_again_on = DayField(
        _l("Zo nee: wanneer kijkt u hier opnieuw naar?"),
        validators=[
            OnlyIf("told", NO, "Kies een dag om hier opnieuw naar te kijken."),
            _if_not_told(lambda day: rules.check_tell_again(day, today=today())),
        ],
        render_kw=NUMERIC,
    )

    other_because = TextField(
        _l("Hoe weet u dat het iemand anders is?"),
        description=_l("Bijvoorbeeld: ander adres en andere ouders, zelf nagevraagd."),
        validators=[Obeys(rules.check_other)],
        render_kw={"rows": 2},
    )

    def _told(self) -> Told:
        if self.told.data == YES:
            return Told(on=self.told_on.data)
        return Told(
            not_yet_because=self.not_told_reason.data, look_again_on=self.tell_again_on.data
        )

    def intake(self) -> Intake:
        """Return the validated answers, as the service takes them."""
        return Intake(
            details=self.details(),
            reason=text(self.reason),
            reason_nature=rules.Nature(self.reason_nature.data),
            referrer_kind=rules.ReferrerKind(self.referrer_kind.data),
            referrer_name=text(self.referrer_name),
            told=self._told(),
            other_because=self.other_because.data or None,
        )


class EditForm(DetailsFields):
    """Correct what is kept; note that the youth was told."""

    seen = CarriedField()
    told_on = DayField(
        _l("Op welke dag is het de jongere verteld?"),
        description=_l("Laat leeg als de jongere het nog niet weet."),
        validators=[Obeys(lambda day: rules.check_told(day, today=today()))],
        render_kw=NUMERIC,
    )

    def correction(self) -> Correction:
        """Return the validated answers, as the service takes them."""
        told = Told(on=self.told_on.data) if "told_on" in self and self.told_on.data else None
        return Correction(self.details(), self.seen.data or "", told)
