"""What the casework can count, and by what: units and dimensions, a fixed vocabulary. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pmg.cases.rules import Outcome as Triage
from pmg.cases.rules import ReferrerKind
from pmg.interventions.rules import CompletionResult, Funding
from pmg.reference.evidence import EvidenceLevel
from pmg.reference.factors import Domain, FactorKind
from pmg.reference.interventions import INTERVENTIONS, Track
from pmg.reference.labelled import Labelled
from pmg.reference.municipalities import MUNICIPALITIES
from pmg.texts import to_translate, translated

AGE = "leeftijd"
OUTSIDE, ELSE, UNKNOWN = "buiten", "anders", "onbekend"
Ages = tuple[tuple[int, int], ...]
DEFAULT_AGES: Ages = ((8, 11), (12, 14), (15, 17), (18, 22), (23, 27))


class Unit(Labelled):
    """What a table counts: one unit for each table, never two in one."""

    YOUTHS = "jongeren", "jongeren"
    REFERRALS = "aanmeldingen", "aanmeldingen"
    TRAJECTORIES = "trajecten", "trajecten"
    FACTORS = "factoren", "factoren"

    @property
    def repeats(self) -> bool:
        """Whether one person can be counted more than once."""
        return self is not Unit.YOUTHS

    @property
    def happens(self) -> bool:
        """Whether each is counted on one day only, so that periods add up."""
        return self in {Unit.REFERRALS, Unit.TRAJECTORIES}

    @property
    def population(self) -> str:
        """Which of them are counted, in Dutch words."""
        return _POPULATIONS[self]


INSIDE = ((str(Unit.YOUTHS), str(Unit.REFERRALS)),)
"""Of a youth that is counted, the referral is counted in the same period and categories."""

_POPULATIONS = {
    Unit.YOUTHS: to_translate(
        "Jongeren die in de periode zijn aangemeld en niet zijn afgewezen of doorverwezen. Elke "
        "jongere telt één keer mee, met de eerste aanmelding in de periode."
    ),
    Unit.REFERRALS: to_translate(
        "Aanmeldingen in de periode, met en zonder besluit. Een jongere kan meer dan één keer "
        "meetellen."
    ),
    Unit.TRAJECTORIES: to_translate(
        "Trajecten die in de periode zijn gestart. Een jongere kan meer dan één keer meetellen."
    ),
    Unit.FACTORS: to_translate(
        "Factoren die in de periode bij een jongere zijn waargenomen. Een jongere kan meer dan "
        "één keer meetellen."
    ),
}


class Gender(Labelled):
    """As registered with the youth."""

    GIRL = "v", "Meisje of vrouw"
    BOY = "m", "Jongen of man"
    OTHER = "x", "Anders"
    UNKNOWN = "onbekend", "Niet bekend"


class Waiting(Labelled):
    """Time from the referral to the first intervention."""

    TWO_WEEKS = "0_2", "Binnen 2 weken"
    SIX_WEEKS = "2_6", "2 tot 6 weken"
    THIRTEEN_WEEKS = "6_13", "6 tot 13 weken"
    LONGER = "13_meer", "13 weken of langer"
    NOT_STARTED = "niet", "Nog niet gestart"


class Deciding(Labelled):
    """Time from the referral to the decision."""

    ONE_WEEK = "0_1", "Binnen een week"
    TWO_WEEKS = "1_2", "1 tot 2 weken"
    FOUR_WEEKS = "2_4", "2 tot 4 weken"
    LONGER = "4_meer", "4 weken of langer"
    NOT_DECIDED = "niet", "Nog geen besluit"


class Outcome(Labelled):
    """How a trajectory stood on the last day of the period."""

    RUNNING = "loopt", "Loopt"
    COMPLETED = "afgerond", "Afgerond"
    STOPPED = "gestopt", "Gestopt"


class Direction(Labelled):
    """The last observation of a factor beside the first; about one factor, never a sum."""

    BETTER = "verbeterd", "Verbeterd"
    SAME = "gelijk", "Gelijk gebleven"
    WORSE = "verslechterd", "Verslechterd"
    TOO_FEW = "te_weinig", "Te weinig waarnemingen"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to divide units: public categories in a fixed order, code to Dutch words."""

    code: str
    label: str
    categories: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A dimension that can be asked for: its name, and the units that it divides."""

    label: str
    units: frozenset[Unit]
    categories: Mapping[str, str]


def _words(*vocabularies: type[Labelled] | Sequence[Labelled]) -> dict[str, str]:
    return {str(member): member.dutch for each in vocabularies for member in each}


_OF_PERSONS = frozenset({Unit.YOUTHS, Unit.REFERRALS})
_OF_REFERRALS = frozenset({Unit.REFERRALS})
_OF_WORK = frozenset({Unit.TRAJECTORIES})
_OF_FACTORS = frozenset({Unit.FACTORS})
_UNKNOWN = {UNKNOWN: to_translate("Niet bekend")}
KINDS: Mapping[str, Kind] = {
    AGE: Kind(to_translate("Leeftijd"), _OF_PERSONS, {}),
    "geslacht": Kind(to_translate("Geslacht"), _OF_PERSONS, _words(Gender)),
    "gebied": Kind(to_translate("Focusgebied"), _OF_PERSONS | _OF_WORK, {}),
    "wachttijd": Kind(to_translate("Tijd tot de start"), _OF_PERSONS, _words(Waiting)),
    "besluit": Kind(
        to_translate("Besluit"),
        _OF_REFERRALS,
        _words(Triage) | {"niet": to_translate("Nog geen besluit")},
    ),
    "besluittijd": Kind(to_translate("Tijd tot het besluit"), _OF_REFERRALS, _words(Deciding)),
    "aanmelder": Kind(
        to_translate("Wie aanmeldde"), _OF_REFERRALS, _words(ReferrerKind) | _UNKNOWN
    ),
    "bewijs": Kind(to_translate("Onderbouwing"), _OF_WORK, _words(EvidenceLevel)),
    "spoor": Kind(to_translate("Spoor"), _OF_WORK, _words(Track)),
    "uitkomst": Kind(to_translate("Stand"), _OF_WORK, _words(Outcome)),
    "resultaat": Kind(
        to_translate("Resultaat"),
        _OF_WORK,
        _words([Outcome.RUNNING], CompletionResult, [Outcome.STOPPED]),
    ),
    "geldstroom": Kind(to_translate("Geldstroom"), _OF_WORK, _words(Funding) | _UNKNOWN),
    "inzet": Kind(
        to_translate("Inzet"),
        _OF_WORK,
        {code: each.name_nl for code, each in INTERVENTIONS.items()},
    ),
    "soort": Kind(to_translate("Soort factor"), _OF_FACTORS, _words(FactorKind)),
    "domein": Kind(to_translate("Leefgebied"), _OF_FACTORS, _words(Domain)),
    "richting": Kind(to_translate("Richting"), _OF_FACTORS, _words(Direction)),
}


def age_dimension(ages: Ages) -> str:
    """Return the code of the dimension of ages in these bands: other bands, another dimension.

    Reports about the same people are protected together, so a code always means one division.
    """
    if ages == DEFAULT_AGES:
        return AGE
    return "_".join([AGE, *(_band(*ends) for ends in ages)])


def ages_of(code: str) -> Ages:
    """Return the bands that stand in the code of a dimension of ages."""
    if code == AGE:
        return DEFAULT_AGES
    ends = [int(end) for end in code.split("_")[1:]]
    return tuple(zip(ends[::2], ends[1::2], strict=True))


def kind_of(code: str) -> str:
    """Return which kind of dimension a code is of."""
    return AGE if code.startswith(f"{AGE}_") else code


def dimension(code: str, municipality_id: str, ages: Ages) -> Dimension:
    """Return a dimension as a municipality has it; raises KeyError for what nothing counts by."""
    kind = KINDS[kind_of(code)]
    if kind_of(code) == AGE:
        return Dimension(code, kind.label, _age_words(ages))
    if code == "gebied":
        areas = MUNICIPALITIES[municipality_id].focus_areas
        names = {area.code: area.name for area in areas}
        return Dimension(code, kind.label, {**names, OUTSIDE: to_translate("Buiten focusgebied")})
    return Dimension(code, kind.label, kind.categories)


def read_bands(codes: Iterable[str]) -> Ages:
    """Return the bands of the codes of a dimension of ages."""
    ends = (code.partition("_") for code in codes if code != ELSE)
    return tuple((int(first), int(last)) for first, _between, last in ends)


def age_code(age: int, ages: Ages) -> str:
    """Return the code of the band of an age in whole years."""
    return next((_band(*ends) for ends in ages if ends[0] <= age <= ends[1]), ELSE)


def _band(first: int, last: int) -> str:
    return f"{first}_{last}"


def _age_words(ages: Ages) -> dict[str, str]:
    bands = {
        _band(first, last): translated("%(first)d tot en met %(last)d jaar", first=first, last=last)
        for first, last in ages
    }
    youngest, oldest = ages[0][0], ages[-1][1]
    rest = translated("Jonger dan %(first)d of ouder dan %(last)d", first=youngest, last=oldest)
    return {**bands, ELSE: rest}
