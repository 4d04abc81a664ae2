"""What is chosen and decided when two files are of one youth. Pure."""

from datetime import timedelta

from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled

UNDO_WITHIN = timedelta(days=30)
SHORTEST_REASON = 20


class State(Labelled):
    """How far it is."""

    PROPOSED = "voorgesteld", "Wacht op een tweede persoon"
    WITHDRAWN = "ingetrokken", "Ingetrokken"
    REFUSED = "afgewezen", "Niet samengevoegd"
    MERGED = "samengevoegd", "Samengevoegd"
    UNDO_ASKED = "ongedaan_gevraagd", "Samengevoegd; gevraagd om het ongedaan te maken"
    UNDONE = "ongedaan", "Ongedaan gemaakt"
    FINAL = "definitief", "Samengevoegd en niet meer ongedaan te maken"


class Field(Labelled):
    """What says who a youth is: of each the value of one of both files is chosen."""

    GIVEN_NAME = "given_name", "Voornaam"
    FAMILY_NAME = "family_name", "Achternaam"
    BIRTH_DATE = "birth_date", "Geboortedatum"
    BSN = "bsn", "Burgerservicenummer (BSN)"
    GENDER = "gender", "Hoe de jongere zich noemt"
    AREA = "area", "Buurt of wijk"


IS_ONE = frozenset({State.MERGED, State.UNDO_ASKED, State.FINAL})
CAN_BE_UNDONE = frozenset({State.MERGED, State.UNDO_ASKED})


def check_reason(text: str, *, field: str = "reason") -> str:
    """Return why, in words the youth may read; raise Invalid when it says too little."""
    reason = check_text(field, text)
    if len(reason) < SHORTEST_REASON:
        raise Invalid(
            field,
            "Schrijf in een zin hoe u dit weet: minstens %(least)d tekens. De jongere mag het "
            "lezen.",
            least=SHORTEST_REASON,
        )
    return reason
