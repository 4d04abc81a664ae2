"""Risk and protective factors: what a professional may say to have seen."""

from collections.abc import Mapping
from dataclasses import dataclass

from pmg.reference.labelled import Labelled
from pmg.reference.loader import Cells, read
from pmg.texts import translated


class FactorKind(Labelled):
    """Which way a factor works."""

    RISK = "risico", "Risicofactor"
    PROTECTIVE = "beschermend", "Beschermende factor"


class Domain(Labelled):
    """The part of life a factor is about."""

    INDIVIDUAL = "individu", "De jongere zelf"
    FAMILY = "gezin", "Gezin"
    FRIENDS = "vrienden", "Vrienden"
    SCHOOL_WORK = "school_werk", "School en werk"
    NEIGHBOURHOOD = "buurt", "Buurt"


class Sensitivity(Labelled):
    """How careful the law wants us to be with a factor."""

    NORMAL = "normaal", "Gewoon"
    THIRD_PARTIES = "derden", "Gaat ook over anderen: schrijf geen namen op"
    HEALTH = "gezondheid", "Gezondheid: bijzonder persoonsgegeven"
    CRIMINAL = "strafrecht", "Strafrecht: politiegegeven"


_CATEGORIES = {
    Sensitivity.NORMAL: "plan",
    Sensitivity.THIRD_PARTIES: "plan",
    Sensitivity.HEALTH: "special",
    Sensitivity.CRIMINAL: "police",
}


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor, for the ages at which it means something."""

    code: str
    kind: FactorKind
    domain: Domain
    name_nl: str
    name_en: str
    description_nl: str
    is_dynamic: bool
    min_age: int
    max_age: int
    sensitivity: Sensitivity

    @property
    def name(self) -> str:
        """The name in the language of the reader; Dutch when no one reads."""
        return translated(self.name_nl)

    @property
    def category(self) -> str:
        """The category of the access policy under which an observation of it falls."""
        return _CATEGORIES[self.sensitivity]

    def fits_age(self, age: int) -> bool:
        """Whether the factor means something at this age in whole years."""
        return self.min_age <= age <= self.max_age


COLUMNS = (
    "code",
    "kind",
    "domain",
    "name_nl",
    "name_en",
    "description_nl",
    "dynamic",
    "min_age",
    "max_age",
    "sensitivity",
)


def build(cells: Cells) -> Factor:
    """Make a factor of one row; raises ValueError that names the column."""
    min_age, max_age = cells.ages("min_age", "max_age")
    return Factor(
        code=cells.text("code"),
        kind=cells.member("kind", FactorKind),
        domain=cells.member("domain", Domain),
        name_nl=cells.text("name_nl"),
        name_en=cells.text("name_en"),
        description_nl=cells.text("description_nl"),
        is_dynamic=cells.flag("dynamic"),
        min_age=min_age,
        max_age=max_age,
        sensitivity=cells.member("sensitivity", Sensitivity),
    )


FACTORS: Mapping[str, Factor] = read("factors.csv", COLUMNS, build)
