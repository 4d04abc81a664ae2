"""SOCKET: what a verb tells colleagues, in the transaction of the act; `pmg.notices` keeps it.

What is told is a kind and a place, never a word about a youth: who reads it meets the same walls
there as ever.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from pmg.reference.labelled import Labelled
from pmg.security import access


class Kind(Labelled):
    """What a colleague is told; the label says it to him."""

    REFERRED = "aanmelding", "Er is een aanmelding die op een besluit wacht"
    DECIDED = "besluit", "Er is besloten over een aanmelding van u"
    SEATED = "deelname", "U neemt deel aan een zaak"
    FEEDBACK = "terugkoppeling", "U kunt lezen wat er met een aanmelding van u is gebeurd"
    CLOSED = "afgesloten", "Een zaak waaraan u deelneemt, is afgesloten"
    REPORT_WAITS = "rapport_wacht", "Een rapport van een collega wacht op uw oordeel"
    REPORT_JUDGED = "rapport_besluit", "Er is besloten over een rapport van u"
    HANDED_OVER = "overdracht", "Een zaak is aan u overgedragen"
    TAKEN_OVER = "overgenomen", "Een collega heeft een zaak van u overgenomen"
    TASK_GIVEN = "taak_gegeven", "U hebt een taak gekregen"
    TASK_ANSWERED = "taak_antwoord", "Er is geantwoord op een taak die u gaf"
    TASK_DONE = "taak_gedaan", "Een taak die u gaf is gedaan"
    PROVIDER_ASKED = "aanbieder_aangemeld", "Er is een jongere naar uw organisatie verwezen"
    PROVIDER_ANSWERED = "aanbieder_antwoord", "Een aanbieder heeft op uw verwijzing geantwoord"
    PROVIDER_MET = "aanbieder_gesprek", "Een aanbieder had het eerste gesprek met een jongere"
    PROVIDER_OVER = "aanbieder_voorbij", "Een verwijzing naar uw organisatie is voorbij"
    MERGE_ASKED = "samen_gevraagd", "Kijk na of twee dossiers van één jongere zijn"
    MERGE_DECIDED = "samen_besluit", "Er is besloten over twee dossiers van één jongere"
    NOTE_SHARED = "notitie_gedeeld", "Er is een contactmoment met u gedeeld"
    DOCUMENT_SHARED = "document_gedeeld", "Er is een document met u gedeeld"
    FACTOR_SHARED = "waarneming_gedeeld", "Er is een waarneming met u gedeeld"
    SHARED_CORRECTED = "gedeeld_verbeterd", "Iets dat met u is gedeeld, is verbeterd"
    KNOWN_ASKED = "bekend_gevraagd", "Er is gevraagd of uw organisatie een jongere kent"
    KNOWN_ANSWERED = "bekend_antwoord", "Er is geantwoord of een organisatie een jongere kent"
    REPLIED = "reactie", "Een regisseur reageerde op een contactmoment van u"
    DISPUTED = "tegenspraak", "De jongere is het niet eens met wat u schreef, of vult het aan"
    APPOINTMENT_CHANGED = (
        "afspraak_anders",
        "Een afspraak van u is door een collega verzet of afgezegd",
    )
    DOSAGE_WAITS = "dosering_wacht", "Een trajectplan wacht op uw goedkeuring"
    DOSAGE_JUDGED = "dosering_besluit", "Er is besloten over een trajectplan"
    CONCERN = "zorg_gemeld", "Bij een traject is een zorg aan u gemeld"
    PAUSE_ASKED = "pauze_gevraagd", "Een aanbieder vraagt om een pauze van een traject"
    PAUSE_JUDGED = "pauze_besluit", "Er is besloten over de pauze waar u om vroeg"
    DELIVERY_OVER = "traject_einde", "Een aanbieder heeft een traject afgerond of gestopt"
    GROUP_SEATED = "groep_deelname", "U neemt deel aan een groepsaanpak"
    GROUP_AGREED = "groep_afspraak", "U hebt een afspraak in een groepsaanpak"
    ITEM_PROPOSED = "overleg_voorstel", "Er is een onderwerp voorgesteld voor uw casusoverleg"
    ITEM_ANSWERED = "overleg_antwoord", "Er is besloten over een onderwerp dat u voorstelde"
    ITEM_INVITED = "overleg_uitnodiging", "U bent uitgenodigd bij een onderwerp in een casusoverleg"
    ITEM_CONTRIBUTED = (
        "overleg_bijdrage",
        "Een bijdrage aan een casusoverleg is verbeterd of ingetrokken",
    )
    ITEM_READERS = (
        "overleg_lezers",
        "Er is iemand bijgekomen die uw bijdrage aan een casusoverleg niet leest",
    )
    ITEM_CONFLICT = "overleg_belang", "Iemand meldt een eigen belang bij een onderwerp"
    ITEM_AGREED = (
        "overleg_afspraken",
        "Het verslag van een casusoverleg wacht op uw bevestiging",
    )
    ITEM_REMARKED = (
        "overleg_opmerking",
        "Er is een opmerking bij een verslag van uw casusoverleg",
    )
    REVIEW_DUE = "terugblik", "Een terugblik komt eraan of is te laat"
    TASK_DUE = "taak_termijn", "Een taak moet bijna af zijn of is te laat"


REMINDERS = frozenset({Kind.REVIEW_DUE, Kind.TASK_DUE})
"""Of these the page of today says what there is; nobody tells them, the mail of the day does."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing told to some people; `item_id` is what it is about, when that is not the case."""

    kind: Kind
    to: frozenset[UUID]
    case_id: UUID | None
    item_id: UUID | None


_keepers: list[Callable[[Told], None]] = []


def goes_to(keep: Callable[[Told], None]) -> None:
    """Plug in who keeps what is told; `pmg.notices` does so."""
    _keepers[:] = [keep]


def tell(
    kind: Kind, item: access.Resource, to: Iterable[UUID | None], *, item_id: UUID | None = None
) -> None:
    """Tell colleagues of the reader's municipality; who does the act himself is not told."""
    people = frozenset(one for one in to if one is not None) - {access.reader().user_id}
    if people:
        for keep in _keepers:
            keep(Told(kind, people, item.access_case_id, item_id))
