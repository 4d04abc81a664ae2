"""The municipalities of the programme and their focus areas."""

from collections.abc import Mapping
from dataclasses import dataclass

from pmg.reference.loader import Cells, Confidence, read


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality by its CBS code, and the round in which it joined."""

    code: str
    name: str
    is_nplv: bool
    is_pmg: bool
    wave: int
    source: str
    confidence: Confidence

    @property
    def focus_areas(self) -> "tuple[FocusArea, ...]":
        """Its focus areas, in the order of the list; most municipalities have none."""
        return tuple(area for area in FOCUS_AREAS.values() if area.municipality_code == self.code)


@dataclass(frozen=True, slots=True)
class FocusArea:
    """A focus area of the Nationaal Programma Leefbaarheid en Veiligheid."""

    code: str
    municipality_code: str
    name: str
    source: str
    confidence: Confidence


MUNICIPALITY_COLUMNS = (
    "cbs_code",
    "name",
    "is_nplv",
    "is_pmg",
    "pmg_wave",
    "source",
    "confidence",
)
FOCUS_AREA_COLUMNS = ("code", "municipality_code", "name", "source", "confidence")


def build_municipality(cells: Cells) -> Municipality:
    """Make a municipality of one row; raises ValueError that names the column."""
    return Municipality(
        code=cells.text("cbs_code"),
        name=cells.text("name"),
        is_nplv=cells.flag("is_nplv"),
        is_pmg=cells.flag("is_pmg"),
        wave=cells.number("pmg_wave"),
        source=cells.text("source"),
        confidence=cells.member("confidence", Confidence),
    )


def build_focus_area(cells: Cells) -> FocusArea:
    """Make a focus area of one row; raises ValueError that names the column."""
    cells.codes("municipality_code", MUNICIPALITIES)
    return FocusArea(
        code=cells.text("code"),
        municipality_code=cells.text("municipality_code"),
        name=cells.text("name"),
        source=cells.text("source"),
        confidence=cells.member("confidence", Confidence),
    )


MUNICIPALITIES: Mapping[str, Municipality] = read(
    "municipalities.csv", MUNICIPALITY_COLUMNS, build_municipality
)
FOCUS_AREAS: Mapping[str, FocusArea] = read("focus_areas.csv", FOCUS_AREA_COLUMNS, build_focus_area)
