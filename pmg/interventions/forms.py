"""The forms of interventions: what is looked for, what is agreed, and how it went."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import ClassVar, TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from pmg.clock import today
from pmg.interventions.answers import Assignment, Completion, OtherFunding, Start, Stop
from pmg.interventions.rules import (
    NOT_PICKED,
    CompletionResult,
    Facets,
    Funding,
    FundingReason,
    StopReason,
    Wish,
)
from pmg.reference.evidence import EvidenceLevel
from pmg.reference.factors import FACTORS, Factor
from pmg.reference.interventions import Intervention, Setting, Track
from pmg.reference.labelled import Labelled
from pmg.web.fields import CarriedField, DayField, Given, LineField, TextField, menu
from pmg.web.forms import Filters, Form

YOUNGEST, OLDEST = 8, 27
M = TypeVar("M", bound=Labelled)
_TRACKS = (Track.OPPORTUNITIES, Track.LIMITS)
_LEVELS = tuple(level for level in EvidenceLevel if level.is_recognition)


class _Ticks(SelectMultipleField):  # type: ignore[misc]
    """Some choices of a list."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SearchForm(Filters):
    """What a worker looks for at a case; the age is the youth's."""

    factor = _Ticks(
        _l("Waar moet het op gericht zijn?"),
        choices=[SelectChoice(code, _l(factor.name_nl)) for code, factor in FACTORS.items()],
    )
    spoor = SelectField(_l("Spoor"), choices=[], default="")
    vorm = SelectField(_l("Vorm"), choices=[], default="")
    bewijs = SelectField(_l("Bewijs, ten minste"), choices=[], default="")

    def offer(self, facets: Facets | None = None) -> None:
        """Offer the choices, with how many each gives when that is known."""
        tracks: Mapping[Track, int] = facets.tracks if facets else {}
        settings: Mapping[Setting, int] = facets.settings if facets else {}
        levels: Mapping[EvidenceLevel, int] = facets.evidence if facets else {}
        self.spoor.choices = [SelectChoice("", _l("Beide sporen")), *_counted(_TRACKS, tracks)]
        self.vorm.choices = [SelectChoice("", _l("Alle vormen")), *_counted(Setting, settings)]
        self.bewijs.choices = [SelectChoice("", _l("Alles")), *_counted(_LEVELS, levels)]

    def wish(self, *, age: int | None = None) -> Wish:
        """Return what is looked for; what cannot be read is left out."""
        return Wish(
            factors=tuple(code for code in self.factor.data or () if code in FACTORS),
            age=age,
            track=_member(Track, self.spoor.data),
            setting=_member(Setting, self.vorm.data),
            minimum_evidence=_member(EvidenceLevel, self.bewijs.data),
        )


class CatalogueForm(SearchForm):
    """What somebody looks for in the whole catalogue, about no youth in particular."""

    KEPT: ClassVar = ("woorden", "leeftijd", "spoor", "vorm", "bewijs", "factor", "ook")
    woorden = LineField(_l("Zoek op naam of woord"))
    leeftijd = SelectField(
        _l("Leeftijd"),
        default="",
        choices=[
            SelectChoice("", _l("Alle leeftijden")),
            *(SelectChoice(str(age), f"{age}") for age in range(YOUNGEST, OLDEST + 1)),
        ],
    )
    ook = BooleanField(_l("Ook wat niet meer wordt ingezet"))

    def wish(self, *, age: int | None = None) -> Wish:
        """Return what is looked for; what cannot be read is left out."""
        asked = super().wish()
        typed = self.leeftijd.data or ""
        in_list = typed in {str(years) for years in range(YOUNGEST, OLDEST + 1)}
        return replace(asked, age=int(typed) if in_list else age, text=self.woorden.data or None)


class AssignForm(Form):
    """With whom, what for, from when until when."""

    goal = TextField(
        _l("Wat wil de jongere bereiken?"),
        description=_l(
            "Schrijf het samen op, in de woorden van de jongere. Bijvoorbeeld: ik wil elke dag "
            "op tijd op school zijn."
        ),
        validators=[Given(_l("Schrijf op wat de jongere wil bereiken."))],
        limit=1000,
        render_kw={"rows": 3},
    )
    target_factors = _Ticks(_l("Waar is de inzet op gericht?"), choices=[])
    message = TextField(
        _l("Wat moet de aanbieder nog weten?"),
        description=_l(
            "Alleen wat nodig is om te beginnen. De aanbieder leest dit, en de jongere mag het "
            "lezen."
        ),
        limit=1000,
        render_kw={"rows": 3},
    )
    plan_goal = SelectField(
        _l("Bij welk doel van het plan hoort dit?"),
        description=_l("De inzet staat dan bij dat doel in het plan van de jongere."),
        choices=[],
        default="",
    )
    provider = SelectField(
        _l("Wie voert het uit?"), choices=[], validators=[Given(_l("Kies een aanbieder."))]
    )
    funding = SelectField(
        _l("Waaruit wordt de plek betaald?"),
        description=_l("Dit komt alleen als aantal in het rapport over geldstromen."),
        choices=menu(Funding),
        default=Funding.PMG.value,
    )
    planned_start = DayField(_l("Begin"), validators=[Given(_l("Vul in wanneer het begint."))])
    planned_end = DayField(_l("Einde"), validators=[Given(_l("Vul in wanneer het eindigt."))])
    checked = CarriedField()
    is_age_confirmed = BooleanField(
        _l("Ik heb met de aanbieder besproken dat de leeftijd anders is dan bedoeld")
    )

    @property
    def is_checked(self) -> bool:
        """Whether the worker has seen what the provider will read, and sends it."""
        return self.checked.data == "ja"

    def offer(
        self,
        providers: Iterable[tuple[UUID, str]],
        targets: Iterable[Factor],
        goals: Iterable[tuple[UUID, str]],
    ) -> None:
        """Offer these organisations, factors and goals of the plan."""
        self.plan_goal.choices = [
            SelectChoice("", _l("Bij geen doel van het plan")),
            *(SelectChoice(str(id_), text) for id_, text in goals),
        ]
        self.provider.choices = [
            SelectChoice("", _l("Kies een aanbieder")),
            *(SelectChoice(str(id_), label) for id_, label in providers),
        ]
        self.target_factors.choices = [SelectChoice(f.code, f.name) for f in targets]

    def assignment(self, intervention: Intervention) -> Assignment:
        """Return the validated answers, as the service takes them."""
        start, end = self.planned_start.data, self.planned_end.data
        assert start is not None
        assert end is not None
        return Assignment(
            intervention=intervention,
            provider_id=UUID(self.provider.data),
            goal=self.goal.data or "",
            target_factors=tuple(self.target_factors.data or ()),
            planned_start=start,
            planned_end=end,
            is_age_confirmed=self.is_age_confirmed.data,
            funding=Funding(self.funding.data),
            plan_goal_id=UUID(self.plan_goal.data) if self.plan_goal.data else None,
            message=self.message.data or "",
        )


class _MoveForm(Form):
    """A step of a trajectory, by who saw this version of it."""

    version = CarriedField()

    @property
    def seen_version(self) -> int:
        """The version that was on the page; 0, which is none, when it cannot be read."""
        typed = (self.version.raw_data or [""])[0]
        is_plain = typed.isascii() and typed.isdecimal() and len(typed) < len(str(2**31))
        return int(typed) if is_plain else 0


class StartForm(_MoveForm):
    """The first day."""

    started_on = DayField(
        _l("Wanneer is het begonnen?"), default=today, validators=[Given(_l("Vul een dag in."))]
    )

    def start(self) -> Start:
        """Return the validated answers, as the service takes them."""
        return Start(_given(self.started_on), self.seen_version)


class CompleteForm(_MoveForm):
    """An end as planned."""

    result = RadioField(
        _l("Wat is er bereikt?"),
        choices=menu(CompletionResult),
        validators=[Given(_l("Kies wat er is bereikt."))],
    )
    ended_on = DayField(
        _l("Wanneer is het afgerond?"), default=today, validators=[Given(_l("Vul een dag in."))]
    )
    words = TextField(
        _l("Hoe ging het?"),
        description=_l("In een of twee zinnen, zo dat de jongere het mag lezen."),
        validators=[Given(_l("Schrijf in een of twee zinnen op hoe het ging."))],
        limit=2000,
    )

    def completion(self) -> Completion:
        """Return the validated answers, as the service takes them."""
        return Completion(
            result=CompletionResult(self.result.data),
            on=_given(self.ended_on),
            words=self.words.data or "",
            version=self.seen_version,
        )


class StopForm(_MoveForm):
    """An end before its time."""

    reason = RadioField(
        _l("Waarom stopt het?"),
        choices=menu(each for each in StopReason if each not in NOT_PICKED),
        validators=[Given(_l("Kies waarom het stopt."))],
    )
    ended_on = DayField(
        _l("Sinds wanneer?"), default=today, validators=[Given(_l("Vul een dag in."))]
    )
    words = TextField(
        _l("Wat is er gebeurd?"),
        description=_l("Verplicht bij een andere reden. Schrijf zo dat de jongere het mag lezen."),
        limit=2000,
    )

    def stop(self) -> Stop:
        """Return the validated answers, as the service takes them."""
        return Stop(
            reason=StopReason(self.reason.data),
            on=_given(self.ended_on),
            words=self.words.data or "",
            version=self.seen_version,
        )


class FundingForm(_MoveForm):
    """What pays for the place, said afterwards."""

    funding = RadioField(
        _l("Waaruit wordt de plek betaald?"),
        choices=menu(Funding),
        validators=[Given(_l("Kies waaruit de plek wordt betaald."))],
    )
    reason = RadioField(
        _l("Waarom wijzigt u dit?"),
        choices=menu(FundingReason),
        validators=[Given(_l("Kies waarom u dit wijzigt."))],
    )

    def wanted(self) -> OtherFunding:
        """Return the validated answers, as the service takes them."""
        reason = FundingReason(self.reason.data)
        return OtherFunding(Funding(self.funding.data), reason, self.seen_version)


def _given(field: DayField) -> date:
    assert field.data is not None
    return field.data


def _member(kind: Callable[[str], M], typed: str | None) -> M | None:
    try:
        return kind(typed or "")
    except ValueError:
        return None


def _counted(choices: Iterable[M], counts: Mapping[M, int]) -> list[SelectChoice]:
    return [
        SelectChoice(
            choice.value,
            f"{choice.label} ({counts[choice]})" if choice in counts else choice.label,
        )
        for choice in choices
    ]
