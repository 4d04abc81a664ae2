"""What was told is never changed: it is told anew or taken back, each with the reason. Pure."""

from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled

SHORTEST_WHY, WORDS_LIMIT = 10, 500


class Act(Labelled):
    """What a row does with the one before it."""

    TOLD = "genoteerd", "Vastgelegd"
    CORRECTED = "verbeterd", "Aangepast"
    TAKEN_BACK = "teruggenomen", "Teruggenomen"


def check_why(words: str) -> str:
    """Return the clean reason of a correction; raise Invalid when it says too little."""
    clean = check_text("why", words, limit=WORDS_LIMIT)
    if len(clean) < SHORTEST_WHY:
        raise Invalid(
            "why",
            "Schrijf in een zin op waarom: minstens %(least)d tekens.",
            least=SHORTEST_WHY,
        )
    return clean
