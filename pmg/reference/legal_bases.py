"""On what ground and for what purpose a youth may be registered; for a jurist to confirm."""

from collections.abc import Mapping
from dataclasses import dataclass

from pmg.reference.loader import Cells, Confidence, read
from pmg.reference.partners import PARTNERS
from pmg.texts import translated


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A legal basis; consent and a cooperation agreement are none, so neither is listed."""

    code: str
    name_nl: str
    article: str
    explanation_nl: str
    only_for: str | None
    source: str
    confidence: Confidence

    @property
    def name(self) -> str:
        """The name in the language of the reader; Dutch when no one reads."""
        return translated(self.name_nl)

    @property
    def explanation(self) -> str:
        """What it means, in the language of the reader."""
        return translated(self.explanation_nl)

    def is_open_to(self, partner_code: str | None) -> bool:
        """Whether an organisation of this partner type may rest a case on it."""
        return self.only_for is None or self.only_for == partner_code


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the data of a case may be used for, in words that can be said to the youth."""

    code: str
    name_nl: str
    explanation_nl: str
    source: str
    confidence: Confidence

    @property
    def name(self) -> str:
        """The name in the language of the reader; Dutch when no one reads."""
        return translated(self.name_nl)

    @property
    def explanation(self) -> str:
        """What it means, in the language of the reader."""
        return translated(self.explanation_nl)


LEGAL_BASIS_COLUMNS = (
    "code",
    "name_nl",
    "article",
    "explanation_nl",
    "only_for",
    "source",
    "confidence",
)
PURPOSE_COLUMNS = ("code", "name_nl", "explanation_nl", "source", "confidence")


def build_legal_basis(cells: Cells) -> LegalBasis:
    """Make a legal basis of one row; raises ValueError that names the column."""
    cells.codes("only_for", PARTNERS)
    return LegalBasis(
        code=cells.text("code"),
        name_nl=cells.text("name_nl"),
        article=cells.text("article"),
        explanation_nl=cells.text("explanation_nl"),
        only_for=cells.optional("only_for"),
        source=cells.text("source"),
        confidence=cells.member("confidence", Confidence),
    )


def build_purpose(cells: Cells) -> Purpose:
    """Make a purpose of one row; raises ValueError that names the column."""
    return Purpose(
        code=cells.text("code"),
        name_nl=cells.text("name_nl"),
        explanation_nl=cells.text("explanation_nl"),
        source=cells.text("source"),
        confidence=cells.member("confidence", Confidence),
    )


LEGAL_BASES: Mapping[str, LegalBasis] = read(
    "legal_bases.csv", LEGAL_BASIS_COLUMNS, build_legal_basis
)
PURPOSES: Mapping[str, Purpose] = read("purposes.csv", PURPOSE_COLUMNS, build_purpose)
