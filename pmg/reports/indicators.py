"""What a report counts: versioned definitions, in plain words and as tables. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from pmg.disclosure.specs import Hierarchy, TableSpec, flat, table
from pmg.reference.evidence import EvidenceLevel
from pmg.reference.factors import FACTORS, Domain, FactorKind
from pmg.reference.interventions import INTERVENTIONS, Track
from pmg.reference.labelled import Labelled
from pmg.reference.municipalities import MUNICIPALITIES

WEIGHT = "aantal"
"""Key of a record with the number of units that it stands for."""


class Unit(Labelled):
    """What a table counts: one unit for each table, never two in one."""

    YOUTHS = "jongeren", "jongeren"
    TRAJECTORIES = "trajecten", "trajecten"
    FACTORS = "factoren", "factoren"


class Gender(Labelled):
    """As registered with the youth."""

    GIRL = "v", "Meisje of vrouw"
    BOY = "m", "Jongen of man"
    OTHER = "x", "Anders"
    UNKNOWN = "onbekend", "Niet bekend"


class AgeBand(Labelled):
    """Age in whole years on the day of the referral."""

    FROM_8 = "8_11", "8 tot en met 11 jaar"
    FROM_12 = "12_14", "12 tot en met 14 jaar"
    FROM_15 = "15_17", "15 tot en met 17 jaar"
    FROM_18 = "18_22", "18 tot en met 22 jaar"
    FROM_23 = "23_27", "23 tot en met 27 jaar"
    ELSE = "anders", "Jonger dan 8 of ouder dan 27"


class Waiting(Labelled):
    """Time from the referral to the first intervention."""

    TWO_WEEKS = "0_2", "Binnen 2 weken"
    SIX_WEEKS = "2_6", "2 tot 6 weken"
    THIRTEEN_WEEKS = "6_13", "6 tot 13 weken"
    LONGER = "13_meer", "13 weken of langer"
    NOT_STARTED = "niet", "Nog niet gestart"


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


OUTSIDE = "buiten"
_PRESENCE = {name: step for step, name in enumerate(("afwezig", "beperkt", "duidelijk", "sterk"))}
_FIRST_AGES = ((8, AgeBand.FROM_8), (12, AgeBand.FROM_12), (15, AgeBand.FROM_15),
               (18, AgeBand.FROM_18), (23, AgeBand.FROM_23), (28, AgeBand.ELSE))  # fmt: skip
_DAYS_BELOW = ((14, Waiting.TWO_WEEKS), (42, Waiting.SIX_WEEKS), (91, Waiting.THIRTEEN_WEEKS))


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to divide units: public categories in a fixed order, code to Dutch words."""

    code: str
    label: str
    categories: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One table of a report: what it counts, in words, and how it is laid out.

    `rows` and `columns` make the table; each category of `blocks`, if any, has a table of its own;
    each of `charts` has bars.
    """

    code: str
    title: str
    definition: str
    unit: Unit
    base: str
    rows: str
    columns: str | None = None
    blocks: str | None = None
    charts: tuple[str, ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """All dimensions, rows first."""
        return tuple(name for name in (self.rows, self.columns, self.blocks) if name)


@dataclass(frozen=True, slots=True)
class Template:
    """A report of a version. A version that was used stays as it is; a change is a new version."""

    code: str
    version: int
    title: str
    purpose: str
    indicators: tuple[Indicator, ...]

    def dimensions(self, municipality_id: str) -> dict[str, Dimension]:
        """Return the dimensions of the tables, by code, for a municipality."""
        used = {name for indicator in self.indicators for name in indicator.dimensions}
        known = (*_DIMENSIONS, _areas(municipality_id))
        return {dimension.code: dimension for dimension in known if dimension.code in used}

    def specs(self) -> tuple[TableSpec, ...]:
        """Return the tables as disclosure control takes them."""
        return tuple(table(i.code, i.unit, i.dimensions) for i in self.indicators)

    def hierarchies(self, municipality_id: str) -> tuple[Hierarchy, ...]:
        """Return the categories as disclosure control takes them."""
        return tuple(flat(d.code, d.categories) for d in self.dimensions(municipality_id).values())


def _labelled(code: str, label: str, vocabulary: type[Labelled]) -> Dimension:
    return Dimension(code, label, {str(member): member.dutch for member in vocabulary})


_DIMENSIONS = (
    _labelled("leeftijd", "Leeftijd", AgeBand),
    _labelled("geslacht", "Geslacht", Gender),
    _labelled("wachttijd", "Tijd tot de start", Waiting),
    _labelled("bewijs", "Onderbouwing", EvidenceLevel),
    _labelled("spoor", "Spoor", Track),
    _labelled("uitkomst", "Stand", Outcome),
    _labelled("soort", "Soort factor", FactorKind),
    _labelled("domein", "Leefgebied", Domain),
    _labelled("richting", "Richting", Direction),
)


def _areas(municipality_id: str) -> Dimension:
    areas = MUNICIPALITIES[municipality_id].focus_areas
    names = {area.code: area.name for area in areas}
    return Dimension("gebied", "Focusgebied", {**names, OUTSIDE: "Buiten focusgebied"})


_REACHED = "Jongeren die in de periode zijn aangemeld en niet zijn afgewezen of doorverwezen."
_STARTED = "Trajecten die in de periode zijn gestart."
_OBSERVED = "Factoren die in de periode bij een jongere zijn waargenomen."

YEARLY = Template(
    code="jaarrapportage",
    version=1,
    title="Jaarrapportage Preventie met Gezag",
    purpose="Wie is bereikt, met welke inzet, en wat er veranderde.",
    indicators=(
        Indicator(
            code="bereik",
            title="Bereikte jongeren",
            definition=(
                "Een jongere telt mee op de dag van de aanmelding. De leeftijd is die op die dag. "
                "Wie na afsluiting opnieuw wordt aangemeld, telt opnieuw."
            ),
            unit=Unit.YOUTHS,
            base=_REACHED,
            rows="leeftijd",
            columns="geslacht",
            blocks="gebied",
            charts=("leeftijd", "gebied"),
        ),
        Indicator(
            code="wachttijd",
            title="Tijd van aanmelding tot start",
            definition=(
                "De tijd van de aanmelding tot de dag waarop de eerste inzet begon, zoals die op "
                "de laatste dag van de periode bekend was."
            ),
            unit=Unit.YOUTHS,
            base=_REACHED,
            rows="wachttijd",
            charts=("wachttijd",),
        ),
        Indicator(
            code="inzet_bewijs",
            title="Inzet naar onderbouwing",
            definition=(
                "De stand is die op de laatste dag van de periode. De onderbouwing is die van de "
                "interventie in de catalogus. Een jongere kan meer trajecten hebben."
            ),
            unit=Unit.TRAJECTORIES,
            base=_STARTED,
            rows="bewijs",
            columns="uitkomst",
            charts=("bewijs", "uitkomst"),
        ),
        Indicator(
            code="inzet_spoor",
            title="Inzet naar spoor",
            definition=(
                "Het spoor van de interventie: kansen, grenzen of allebei. De stand is die op de "
                "laatste dag van de periode."
            ),
            unit=Unit.TRAJECTORIES,
            base=_STARTED,
            rows="spoor",
            columns="uitkomst",
            charts=("spoor",),
        ),
        Indicator(
            code="factoren",
            title="Verandering van factoren",
            definition=(
                "Per jongere en per factor: de laatste waarneming in de periode naast de eerste. "
                "Een risicofactor verbetert als hij afneemt, een beschermende als hij toeneemt. "
                "Met minder dan twee dagen waarop iets bekend was, zijn er te weinig "
                "waarnemingen. Factoren van één jongere worden nooit bij elkaar opgeteld tot een "
                "oordeel."
            ),
            unit=Unit.FACTORS,
            base=_OBSERVED,
            rows="domein",
            columns="richting",
            blocks="soort",
            charts=("richting",),
        ),
    ),
)
TEMPLATES: Mapping[tuple[str, int], Template] = {(YEARLY.code, YEARLY.version): YEARLY}


def latest() -> dict[str, Template]:
    """Return the newest version of each template, by code."""
    return {template.code: template for _, template in sorted(TEMPLATES.items())}


def age_band(age: int) -> AgeBand:
    """Return the band of an age in whole years."""
    found = AgeBand.ELSE
    for first, band in _FIRST_AGES:
        if age >= first:
            found = band
    return found


def waiting(days: int | None) -> Waiting:
    """Return the band of a number of days; None means not started."""
    if days is None:
        return Waiting.NOT_STARTED
    return next((band for below, band in _DAYS_BELOW if days < below), Waiting.LONGER)


def direction(kind: FactorKind, first: str, last: str) -> Direction:
    """Tell which way one factor went, from two presences that are known."""
    change = _PRESENCE[last] - _PRESENCE[first]
    if change == 0:
        return Direction.SAME
    return Direction.BETTER if (change > 0) == (kind is FactorKind.PROTECTIVE) else Direction.WORSE


def youth_record(
    *, municipality_id: str, gender: str, age: int, area: str | None, days: int | None
) -> dict[str, str]:
    """Return the categories of a youth who was reached."""
    own = {area.code for area in MUNICIPALITIES[municipality_id].focus_areas}
    return {
        "leeftijd": age_band(age),
        "geslacht": Gender(gender),
        "gebied": area if area in own else OUTSIDE,
        "wachttijd": waiting(days),
    }


def trajectory_record(*, intervention_code: str, ending: str | None) -> dict[str, str]:
    """Return the categories of a trajectory; `ending` is None while it runs."""
    intervention = INTERVENTIONS[intervention_code]
    return {
        "bewijs": intervention.evidence_level,
        "spoor": intervention.track,
        "uitkomst": Outcome(ending or Outcome.RUNNING),
    }


def factor_record(*, factor_code: str, first: str | None, last: str | None) -> dict[str, str]:
    """Return the categories of one factor of one youth; None where too little is known."""
    factor = FACTORS[factor_code]
    went = direction(factor.kind, first, last) if first and last else Direction.TOO_FEW
    return {"soort": factor.kind, "domein": factor.domain, "richting": went}
