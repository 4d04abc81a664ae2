"""Types of partner organisations, and the law each works under."""

from collections.abc import Mapping
from dataclasses import dataclass

from pmg.reference.labelled import Labelled
from pmg.reference.loader import Cells, read
from pmg.texts import translated


class Sector(Labelled):
    """The field a partner works in."""

    JUSTICE = "justitie", "Justitie en veiligheid"
    MUNICIPALITY = "gemeente", "Gemeente"
    EDUCATION = "onderwijs", "Onderwijs"
    CARE = "zorg", "Zorg en welzijn"
    WORK = "werk", "Werk en inkomen"
    HOUSING = "wonen", "Wonen"


@dataclass(frozen=True, slots=True)
class Partner:
    """A type of organisation: what it usually brings and what it normally may not share."""

    code: str
    name_nl: str
    sector: Sector
    governing_law: str
    usually_brings: str
    normally_may_not_share: str

    @property
    def name(self) -> str:
        """The name in the language of the reader; Dutch when no one reads."""
        return translated(self.name_nl)


COLUMNS = (
    "code",
    "name_nl",
    "sector",
    "governing_law",
    "usually_brings",
    "normally_may_not_share",
)


def build(cells: Cells) -> Partner:
    """Make a partner type of one row; raises ValueError that names the column."""
    return Partner(
        code=cells.text("code"),
        name_nl=cells.text("name_nl"),
        sector=cells.member("sector", Sector),
        governing_law=cells.text("governing_law"),
        usually_brings=cells.text("usually_brings"),
        normally_may_not_share=cells.text("normally_may_not_share"),
    )


PARTNERS: Mapping[str, Partner] = read("partners.csv", COLUMNS, build)
