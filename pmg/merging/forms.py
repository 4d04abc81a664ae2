"""The forms of merging: which other case, what of which, and yes or no."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, ValidationError

from pmg.errors import Invalid
from pmg.merging.rules import Field, check_reason
from pmg.web.fields import CarriedField, Given, LineField, OnlyIf, TextField
from pmg.web.forms import Form

_WHICH = {
    Field.GIVEN_NAME: Given("Kies welke voornaam klopt."),
    Field.FAMILY_NAME: Given("Kies welke achternaam klopt."),
    Field.BIRTH_DATE: Given("Kies welke geboortedatum klopt."),
    Field.BSN: Given("Kies welk BSN klopt."),
    Field.GENDER: Given("Kies hoe de jongere zich noemt."),
    Field.AREA: Given("Kies welke buurt of wijk klopt."),
}
KEPT, LOST = "dit", "ander"
YES, NO = "ja", "nee"


class NumberForm(Form):
    """Which other file."""

    number = LineField(
        _l("Zaaknummer van het andere dossier"),
        description=_l("Bijvoorbeeld PMG-2026-0142. Het staat boven aan de zaak."),
        validators=[Given("Vul het nummer van de andere zaak in.")],
        limit=40,
    )


class _Reasoned(Form):
    def validate_reason(self, field: TextField) -> None:
        """Refuse a reason that says too little."""
        if not field.data:
            return
        try:
            check_reason(field.data)
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal


class ProposeForm(_Reasoned):
    """Of each field that differs the value that is right, and why it is one youth."""

    number = CarriedField()
    seen = CarriedField()
    given_name = RadioField(Field.GIVEN_NAME.label)
    family_name = RadioField(Field.FAMILY_NAME.label)
    birth_date = RadioField(Field.BIRTH_DATE.label)
    bsn = RadioField(Field.BSN.label)
    gender = RadioField(Field.GENDER.label)
    area = RadioField(Field.AREA.label)
    reason = TextField(
        _l("Hoe weet u dat dit dezelfde jongere is?"),
        description=_l("De jongere mag dit lezen."),
        validators=[Given("Schrijf op hoe u weet dat dit dezelfde jongere is.")],
        render_kw={"rows": 3},
    )

    def __init__(self, values: Mapping[Field, tuple[str, str]], **given: Any) -> None:
        super().__init__(**given)
        for one in Field:
            if one not in values:
                del self[one.value]
                continue
            field, (kept, lost) = self[one.value], values[one]
            field.choices = [(KEPT, kept), (LOST, lost)]
            field.validators = [_WHICH[one]]
            field.flags.required = True

    def taken(self) -> frozenset[Field]:
        """Return of which fields the value of the other file was chosen."""
        return frozenset(one for one in Field if one in self and self[one.value].data == LOST)


class JudgeForm(_Reasoned):
    """Yes, or no and why."""

    wat = CarriedField()
    answer = RadioField(_l("Wat besluit u?"), validators=[Given("Kies wat u besluit.")])
    reason = TextField(
        _l("Zo nee: waarom niet?"),
        validators=[OnlyIf("answer", NO, "Schrijf op waarom niet.")],
        render_kw={"rows": 3},
    )

    def __init__(self, choices: Iterable[tuple[str, str]], *, with_reason: bool = True) -> None:
        super().__init__()
        self.answer.choices = list(choices)
        if not with_reason:
            del self.reason


class UndoForm(_Reasoned):
    """Why two files turned out not to be of one youth."""

    wat = CarriedField()
    reason = TextField(
        _l("Waarom moet dit ongedaan worden gemaakt?"),
        description=_l("De jongere mag dit lezen."),
        validators=[Given("Schrijf op waarom dit niet dezelfde jongere is.")],
        render_kw={"rows": 3},
    )


class WithdrawForm(Form):
    """Only the button."""

    wat = CarriedField()
