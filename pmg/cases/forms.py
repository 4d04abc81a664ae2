"""The forms of cases: shapes and messages, checked by the rules that services check again."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import Form as PlainForm
from wtforms import HiddenField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from pmg.cases import rules
from pmg.cases.intake import AREA_LIMIT, Correction, Decision, Details, Ending, Intake, Person, Told
from pmg.clock import today
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled
from pmg.reference.legal_bases import LEGAL_BASES, PURPOSES
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.web.fields import DayField, Given, LineField, OnlyIf, TextField
from pmg.web.forms import Form

YES, NO = "ja", "nee"
_NOT_CARRIED = frozenset({"csrf_token", "submit_key"})
_NUMERIC = {"inputmode": "numeric"}
Choice = tuple[str, str]


class Obeys:
    """Validator: a rule of the house accepts what was given; its message is shown."""

    def __init__(self, rule: Callable[[Any], object]) -> None:
        self.rule = rule

    def __call__(self, _form: object, field: Any) -> None:
        """Raise ValidationError with the message of the rule."""
        if not field.data or field.process_errors:
            return
        try:
            self.rule(field.data)
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal


def _menu(vocabulary: Iterable[Labelled]) -> list[SelectChoice]:
    return [SelectChoice(member.value, member.label) for member in vocabulary]


def _choices(pairs: Iterable[Choice], empty: str) -> list[SelectChoice]:
    return [SelectChoice("", empty), *(SelectChoice(code, label) for code, label in pairs)]


class _PersonFields(Form):
    """Who it is about; the same three questions before and in a referral."""

    given_name = LineField(
        _l("Voornaam"),
        validators=[
            Given("Vul de voornaam in."),
            Obeys(lambda text: rules.check_name("given_name", text)),
        ],
    )
    family_name = LineField(
        _l("Achternaam"),
        description=_l("Met tussenvoegsel, bijvoorbeeld: van den Berg"),
        validators=[
            Given("Vul de achternaam in."),
            Obeys(lambda text: rules.check_name("family_name", text)),
        ],
    )
    birth_date = DayField(
        _l("Geboortedatum"),
        description=_l("Bijvoorbeeld 3-1-2011"),
        validators=[Given("Vul de geboortedatum in.")],
        render_kw=_NUMERIC,
    )
    bsn = LineField(
        _l("Burgerservicenummer (BSN)"),
        description=_l("9 cijfers. Vul het alleen in als u het nodig hebt voor deze zaak."),
        validators=[Obeys(rules.check_bsn)],
        render_kw=_NUMERIC,
        limit=20,
    )

    def __init__(self, *args: Any, with_bsn: bool, ages: rules.AgeBounds, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ages = ages
        if not with_bsn:
            del self.bsn

    def validate_birth_date(self, field: DayField) -> None:
        """Refuse a birth date in the future or outside the ages of the round."""
        if field.data is None:
            return
        try:
            rules.check_birth_date(
                field.data, today(), minimum_age=self.ages.minimum, maximum_age=self.ages.maximum
            )
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal

    def carried(self) -> Iterator[tuple[str, str]]:
        """Yield every answer as it was typed, to be sent along to the next step."""
        for field in self:
            if field.name not in _NOT_CARRIED:
                value = field._value() if hasattr(field, "_value") else field.data  # noqa: SLF001
                yield field.name, value or ""

    def _bsn(self) -> str | None:
        return (self.bsn.data or None) if "bsn" in self else None


class LookUpForm(_PersonFields):
    """The look before a referral: is the youth known already."""

    def person(self) -> Person:
        """Return the validated answers, as the service takes them."""
        return Person(
            _text(self.given_name), _text(self.family_name), _day(self.birth_date), self._bsn()
        )


def _text(field: LineField | TextField) -> str:
    return field.data or ""


def _day(field: DayField) -> date:
    if field.data is None:
        raise ValueError(f"{field.name} was not validated")
    return field.data


class _DetailsFields(_PersonFields):
    """What is kept of a youth and of the ground of his case."""

    gender = RadioField(
        _l("Hoe noemt de jongere zich?"),
        choices=_menu(rules.Gender),
        validators=[Given("Kies een antwoord.")],
    )
    area = LineField(
        _l("Buurt of wijk"),
        description=_l("Waar de jongere woont, in woorden. Geen adres."),
        limit=AREA_LIMIT,
    )
    # Without areas in the municipality the page leaves the question out.
    focus_area_code = SelectField(_l("Focusgebied"), default="")
    purpose = SelectField(_l("Doel van de zaak"), validators=[Given("Kies het doel.")])
    legal_basis = SelectField(_l("Wettelijke grondslag"), validators=[Given("Kies de grondslag.")])

    def __init__(
        self, *args: Any, municipality_id: str, organisation_type: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        municipality = MUNICIPALITIES.get(municipality_id)
        areas = municipality.focus_areas if municipality else ()
        self.focus_area_code.choices = _choices(
            ((area.code, area.name) for area in areas), str(_l("Geen focusgebied"))
        )
        self.purpose.choices = _choices(
            ((purpose.code, purpose.name_nl) for purpose in PURPOSES.values()),
            str(_l("Kies een doel")),
        )
        self.legal_basis.choices = _choices(
            (
                (basis.code, basis.name_nl)
                for basis in LEGAL_BASES.values()
                if basis.is_open_to(organisation_type)
            ),
            str(_l("Kies een grondslag")),
        )

    def details(self) -> Details:
        """Return the validated answers about the youth and the ground."""
        return Details(
            given_name=_text(self.given_name),
            family_name=_text(self.family_name),
            birth_date=_day(self.birth_date),
            gender=rules.Gender(self.gender.data),
            bsn=self._bsn(),
            area=self.area.data or None,
            focus_area_code=self.focus_area_code.data or None,
            purpose=self.purpose.data,
            legal_basis=self.legal_basis.data,
        )


class ReferralForm(_DetailsFields):
    """A referral, whole."""

    reason = TextField(
        _l("Waarom meldt u deze jongere aan?"),
        description=_l(
            "Schrijf in gewone woorden wat er is gezien of gebeurd. De jongere mag dit lezen."
        ),
        validators=[Given("Schrijf op waarom u de jongere aanmeldt."), Obeys(rules.check_reason)],
    )
    reason_nature = RadioField(
        _l("Wat voor soort informatie is dit?"),
        choices=_menu(rules.Nature),
        validators=[Given("Kies wat voor soort informatie dit is.")],
    )
    referrer_kind = SelectField(
        _l("Wie meldt de jongere aan?"),
        choices=[SelectChoice("", _l("Kies wie aanmeldt")), *_menu(rules.ReferrerKind)],
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
        render_kw=_NUMERIC,
    )
    not_told_reason = TextField(
        _l("Zo nee: waarom weet de jongere het nog niet?"),
        validators=[OnlyIf("told", NO, "Schrijf op waarom de jongere het nog niet weet.")],
        render_kw={"rows": 3},
    )
    tell_again_on = DayField(
        _l("Zo nee: wanneer kijkt u hier opnieuw naar?"),
        validators=[OnlyIf("told", NO, "Kies een dag om hier opnieuw naar te kijken.")],
        render_kw=_NUMERIC,
    )

    def validate_not_told_reason(self, field: TextField) -> None:
        """Ask a reason in words when the youth was not told."""
        _not_told(self, field, "not_told_reason")

    def validate_tell_again_on(self, field: DayField) -> None:
        """Ask a day that is still to come when the youth was not told."""
        _not_told(self, field, "tell_again_on")

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
            reason=_text(self.reason),
            reason_nature=rules.Nature(self.reason_nature.data),
            referrer_kind=rules.ReferrerKind(self.referrer_kind.data),
            referrer_name=_text(self.referrer_name),
            told=self._told(),
        )


def _not_told(form: ReferralForm, field: Any, name: str) -> None:
    if form.told.data != NO or not field.data or field.process_errors:
        return
    try:
        rules.check_not_told(
            form.not_told_reason.data or "", form.tell_again_on.data, today=today()
        )
    except Invalid as refusal:
        if refusal.field == name:
            raise ValidationError(refusal.message) from refusal


class EditForm(_DetailsFields):
    """Correct what is kept; note that the youth was told."""

    seen = HiddenField()
    told_on = DayField(
        _l("Op welke dag is het de jongere verteld?"),
        description=_l("Laat leeg als de jongere het nog niet weet."),
        validators=[Obeys(lambda day: rules.check_told(day, today=today()))],
        render_kw=_NUMERIC,
    )

    def correction(self) -> Correction:
        """Return the validated answers, as the service takes them."""
        told = Told(on=self.told_on.data) if "told_on" in self and self.told_on.data else None
        return Correction(self.details(), self.seen.data or "", told)


class TriageForm(Form):
    """What triage decides."""

    outcome = RadioField(
        _l("Wat is het besluit?"),
        choices=_menu(rules.Outcome),
        validators=[Given("Kies een besluit.")],
    )
    motivation = TextField(
        _l("Waarom besluit u dit?"),
        description=_l("De jongere en de aanmelder mogen dit lezen."),
        validators=[Given("Schrijf op waarom u dit besluit.")],
    )
    director = SelectField(
        _l("Wie wordt de casusregisseur?"),
        default="",
        validators=[OnlyIf("outcome", rules.Outcome.ACCEPT, "Kies wie de casusregisseur wordt.")],
    )
    youth_worker = SelectField(_l("Welke jongerenwerker doet mee?"), default="")

    def __init__(
        self, *args: Any, directors: Iterable[Choice], workers: Iterable[Choice], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.director.choices = _choices(directors, str(_l("Kies een casusregisseur")))
        self.youth_worker.choices = _choices(workers, str(_l("Nog geen jongerenwerker")))

    def decision(self) -> Decision:
        """Return the validated answers, as the service takes them."""
        return Decision(
            rules.Outcome(self.outcome.data),
            _text(self.motivation),
            UUID(self.director.data) if self.director.data else None,
            UUID(self.youth_worker.data) if self.youth_worker.data else None,
        )


class CloseForm(Form):
    """How a case ends."""

    result = RadioField(
        _l("Wat is het resultaat?"),
        choices=_menu(rules.CloseResult),
        validators=[Given("Kies een resultaat.")],
    )
    daytime_activity = SelectField(
        _l("Wat doet de jongere overdag?"),
        choices=[SelectChoice("", _l("Kies een antwoord")), *_menu(rules.DaytimeActivity)],
        validators=[Given("Kies wat de jongere overdag doet.")],
    )
    motivation = TextField(
        _l("Waarom sluit u de zaak af?"),
        description=_l("De jongere mag dit lezen."),
        validators=[Given("Schrijf op waarom u de zaak afsluit.")],
    )
    closed_on = DayField(
        _l("Datum van afsluiten"),
        validators=[Given("Vul de datum van afsluiten in.")],
        render_kw=_NUMERIC,
    )
    aftercare_until = DayField(
        _l("Nazorg tot en met"),
        description=_l("Alleen als een partner nog nazorg geeft. Hoogstens een jaar."),
        render_kw=_NUMERIC,
    )

    def ending(self) -> Ending:
        """Return the validated answers, as the service takes them."""
        return Ending(
            rules.CloseResult(self.result.data),
            rules.DaytimeActivity(self.daytime_activity.data),
            _text(self.motivation),
            _day(self.closed_on),
            self.aftercare_until.data,
        )


class CaseloadForm(PlainForm):  # type: ignore[misc]
    """Which of the reader's cases; kept in the address, so it holds no names."""

    fase = SelectField(
        _l("Status"),
        default="",
        validate_choice=False,
        choices=[
            SelectChoice("", _l("Lopende zaken")),
            SelectChoice("afgerond", _l("Afgeronde zaken")),
            SelectChoice("alle", _l("Alle zaken")),
            *_menu(rules.Status),
        ],
    )
    gebied = SelectField(_l("Focusgebied"), default="", validate_choice=False)

    def __init__(self, *args: Any, municipality_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        municipality = MUNICIPALITIES.get(municipality_id)
        areas = municipality.focus_areas if municipality else ()
        self.gebied.choices = _choices(
            ((area.code, area.name) for area in areas), str(_l("Alle gebieden"))
        )
        for field in (self.fase, self.gebied):  # an address that was tampered with shows all
            if field.data not in {choice.value for choice in field.choices}:
                field.data = ""
