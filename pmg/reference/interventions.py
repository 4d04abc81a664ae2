"""The catalogue of interventions, measures and partnerships to start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pmg.reference.evidence import EvidenceLevel, in_words, when_judged
from pmg.reference.factors import FACTORS
from pmg.reference.labelled import Labelled
from pmg.reference.loader import Cells, Confidence, read
from pmg.texts import translated

RECOGNITION_YEARS = 5  # the committees recognise for five years and then look again


class InterventionKind(Labelled):
    """What sort of thing is offered."""

    INTERVENTION = "interventie", "Interventie"
    MEASURE = "maatregel", "Maatregel"
    PARTNERSHIP = "samenwerkingsverband", "Samenwerkingsverband"


class Track(Labelled):
    """The two tracks of the programme."""

    OPPORTUNITIES = "kansen", "Kansen"
    LIMITS = "grenzen", "Grenzen"
    BOTH = "beide", "Kansen en grenzen"

    def serves(self, wanted: "Track") -> bool:
        """Whether something on this track belongs in a search for `wanted`."""
        return wanted in {Track.BOTH, self} or self is Track.BOTH


class Setting(Labelled):
    """With whom or where it takes place."""

    INDIVIDUAL = "individueel", "Individueel"
    FAMILY = "gezin", "Gezin"
    GROUP = "groep", "Groep"
    SCHOOL = "school", "School"
    DISTRICT = "wijk", "Wijk"


class Frame(Labelled):
    """How free the youth is to say no."""

    VOLUNTARY = "vrijwillig", "Vrijwillig"
    PRESSURE = "drang", "Drang"
    COERCION = "dwang", "Dwang"


class Warned(Labelled):
    """What the national quality framework warns of."""

    POSSIBLY_HARMFUL = "mogelijk_schadelijk", "Mogelijk schadelijk"


class Funding(Labelled):
    """Which stream of money pays for the place of a youth: one registration, several accounts."""

    PMG = "pmg", "Preventie met Gezag"
    KANSRIJKE_WIJK = "kansrijke_wijk", "Kansrijke Wijk"
    SCHOOL_AND_SURROUNDINGS = "school_en_omgeving", "School en Omgeving"
    OTHER = "anders", "Andere geldstroom"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of the effect on something else than the first outcome."""

    about: str
    level: EvidenceLevel
    source: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Intervention:
    """One entry of the catalogue; its level is only as good as the source beside it.

    `version` 0 is how it was shipped; what a municipality makes of it counts from 1.
    """

    code: str
    name_nl: str
    kind: InterventionKind
    track: Track
    age_min: int
    age_max: int
    setting: Setting
    frame: Frame
    evidence_level: EvidenceLevel
    evidence_source: str
    warning: Warned | None
    target_factor_codes: tuple[str, ...]
    typical_duration_weeks: int | None
    confidence: Confidence
    notes: str | None
    target_group: str = ""
    core_elements: tuple[str, ...] = ()
    sessions: int | None = None
    minutes: int | None = None
    funding: tuple[Funding, ...] = ()
    evidence_outcome: str = ""
    evidence_on: date | None = None
    other_outcomes: tuple[Outcome, ...] = ()
    retired_on: date | None = None
    retired_why: str = ""
    version: int = 0

    def is_retired(self, today: date) -> bool:
        """Whether it is offered no more."""
        return self.retired_on is not None and self.retired_on <= today

    @property
    def is_dosed(self) -> bool:
        """Whether it says something of how much is planned, or of what it consists."""
        return bool(self.core_elements or self.sessions or self.minutes)

    def fits_age(self, age: int) -> bool:
        """Whether it is meant for this age in whole years."""
        return self.age_min <= age <= self.age_max

    @property
    def source_text(self) -> str:
        """Where the level comes from, in words for a page."""
        if not self.evidence_source or self.evidence_source.startswith("uit geheugen"):
            return translated("Nog geen bron vastgelegd")
        return self.evidence_source

    @property
    def evidence_date(self) -> date | None:
        """The day that was given, or the last one the source can mean; a year ends in December."""
        if self.evidence_on is not None:
            return self.evidence_on
        judged = when_judged(self.evidence_source)
        return judged.on if judged else None

    @property
    def evidence_when(self) -> str | None:
        """The date as precise as the source gives it: '13 maart 2019', 'oktober 2017', '2016'."""
        if self.evidence_on is not None:
            return in_words(self.evidence_on)
        judged = when_judged(self.evidence_source)
        return judged.words if judged else None

    def is_old(self, today: date) -> bool:
        """Whether it was recognised more than five years before `today`."""
        on = self.evidence_date
        if on is None or not self.evidence_level.is_recognition:
            return False
        return (today.year - on.year, today.month, today.day) > (
            RECOGNITION_YEARS,
            on.month,
            on.day,
        )

    def warnings(self, today: date) -> list[str]:
        """Say in plain words what the worker must know before choosing it."""
        found = []
        if self.warning is Warned.POSSIBLY_HARMFUL:
            found.append(
                translated(
                    "Mogelijk schadelijk: het landelijk kwaliteitskader noemt dit soort aanbod "
                    "onbewezen of mogelijk schadelijk."
                )
            )
        if self.evidence_level is EvidenceLevel.NOT_RECOGNISED:
            found.append(
                translated("Beoordeeld en niet erkend: overleg eerst of iets anders beter past.")
            )
        if self.evidence_level is EvidenceLevel.LAPSED:
            found.append(
                translated("De erkenning is verlopen: vraag na of er een nieuw oordeel is.")
            )
        if self.is_old(today):
            found.append(
                translated(
                    "De erkenning is van %(when)s en ouder dan vijf jaar: vraag na of zij nog "
                    "geldt.",
                    when=self.evidence_when,
                )
            )
        return found


OTHERS = (2, 3)
"""Numbers of the outcomes that an entry can name beside the first."""
OUTCOME_PARTS = ("about", "level", "source", "on")
COLUMNS = (
    "code",
    "name_nl",
    "kind",
    "track",
    "age_min",
    "age_max",
    "setting",
    "frame",
    "evidence_level",
    "evidence_source",
    "warning",
    "target_factor_codes",
    "typical_duration_weeks",
    "confidence",
    "notes",
    "target_group",
    "core_elements",
    "sessions",
    "minutes",
    "funding",
    "evidence_outcome",
    "evidence_on",
    *(f"outcome{number}_{part}" for number in OTHERS for part in OUTCOME_PARTS),
)


def build(cells: Cells) -> Intervention:
    """Make an intervention of one row; raises ValueError that names the column."""
    age_min, age_max = cells.ages("age_min", "age_max")
    return Intervention(
        code=cells.text("code"),
        name_nl=cells.text("name_nl"),
        kind=cells.member("kind", InterventionKind),
        track=cells.member("track", Track),
        age_min=age_min,
        age_max=age_max,
        setting=cells.member("setting", Setting),
        frame=cells.member("frame", Frame),
        evidence_level=cells.member("evidence_level", EvidenceLevel),
        evidence_source=_source(cells),
        warning=cells.optional_member("warning", Warned),
        target_factor_codes=cells.codes("target_factor_codes", FACTORS),
        typical_duration_weeks=cells.optional_number("typical_duration_weeks"),
        confidence=cells.member("confidence", Confidence),
        notes=cells.optional("notes"),
        target_group=cells.values["target_group"],
        core_elements=cells.parts("core_elements"),
        sessions=cells.optional_number("sessions"),
        minutes=cells.optional_number("minutes"),
        funding=tuple(Funding(code) for code in cells.codes("funding")),
        evidence_outcome=cells.values["evidence_outcome"],
        evidence_on=cells.optional_day("evidence_on"),
        other_outcomes=tuple(
            _outcome(cells, number) for number in OTHERS if cells.values[f"outcome{number}_about"]
        ),
    )


def _source(cells: Cells) -> str:
    """Return where the level comes from: what was never judged may have none."""
    if cells.member("evidence_level", EvidenceLevel) is EvidenceLevel.NOT_ASSESSED:
        return cells.values["evidence_source"]
    return cells.text("evidence_source")


def _outcome(cells: Cells, number: int) -> Outcome:
    return Outcome(
        about=cells.text(f"outcome{number}_about"),
        level=cells.member(f"outcome{number}_level", EvidenceLevel),
        source=cells.values[f"outcome{number}_source"],
        on=cells.optional_day(f"outcome{number}_on"),
    )


INTERVENTIONS: Mapping[str, Intervention] = read("interventions.csv", COLUMNS, build)
