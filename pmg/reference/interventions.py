"""The catalogue of interventions, measures and partnerships to start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pmg.reference.evidence import EvidenceLevel, when_judged
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


@dataclass(frozen=True, slots=True)
class Intervention:
    """One entry of the catalogue; its level is only as good as the source beside it."""

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

    def fits_age(self, age: int) -> bool:
        """Whether it is meant for this age in whole years."""
        return self.age_min <= age <= self.age_max

    @property
    def source_text(self) -> str:
        """Where the level comes from, in words for a page."""
        if self.evidence_source.startswith("uit geheugen"):
            return translated("Nog geen bron vastgelegd")
        return self.evidence_source

    @property
    def evidence_date(self) -> date | None:
        """The last day the source can mean (a year counts until 31 December), or None."""
        judged = when_judged(self.evidence_source)
        return judged.on if judged else None

    @property
    def evidence_when(self) -> str | None:
        """The date as precise as the source gives it: '13 maart 2019', 'oktober 2017', '2016'."""
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
        evidence_source=cells.text("evidence_source"),
        warning=cells.optional_member("warning", Warned),
        target_factor_codes=cells.codes("target_factor_codes", FACTORS),
        typical_duration_weeks=cells.optional_number("typical_duration_weeks"),
        confidence=cells.member("confidence", Confidence),
        notes=cells.optional("notes"),
    )


INTERVENTIONS: Mapping[str, Intervention] = read("interventions.csv", COLUMNS, build)
