"""Other sentences of the demo: why something was decided, what was seen, what the goal is."""

from random import Random

from pmg.cases.rules import CloseResult, Outcome
from pmg.factors.rules import Presence
from pmg.reference.factors import Domain, FactorKind

MOTIVATIONS = {
    Outcome.ACCEPT: (
        "Meerdere partners zien hetzelfde en hulp van één organisatie is niet genoeg.",
        "De zorgen nemen toe en de jongere en de ouders staan open voor hulp.",
        "Eerdere hulp hielp te weinig. Samen optrekken past nu het best.",
        "De jongere heeft kansen op school en in de buurt; met een vaste begeleider lukt het.",
        "Lichtere hulp is geprobeerd. Er is nu een plan nodig met steun en met grenzen.",
    ),
    Outcome.PASS_ON: (
        "Het wijkteam kent het gezin en kan deze hulp zelf bieden.",
        "De vraag gaat vooral over school. Leerplicht pakt dit op met de ouders.",
        "Vrijwillige begeleiding door het jongerenwerk is hier genoeg.",
    ),
    Outcome.DECLINE: (
        "Het was één voorval, waarover al een goed gesprek is geweest met de ouders.",
        "Er zijn te weinig aanwijzingen dat deze aanpak nodig is.",
        "De jongere krijgt al hulp en daar gaat het beter mee.",
    ),
}
CLOSINGS = {
    CloseResult.REACHED: (
        "De doelen zijn gehaald. De jongere weet nu bij wie hulp te vragen is.",
        "Het gaat al maanden goed, thuis en overdag. De jongere is trots op wat er lukte.",
    ),
    CloseResult.PARTLY_REACHED: (
        "Overdag gaat het goed, thuis is soms nog ruzie. Het gezin gaat verder met het wijkteam.",
        "De jongere is nog veel op straat, maar zonder gedoe. De jongerenwerker houdt contact.",
    ),
    CloseResult.NOT_REACHED: (
        "De afspraken lukten niet. De jeugdreclassering neemt het over.",
        "Er veranderde te weinig. We spraken af wanneer de jongere zich weer kan melden.",
    ),
    CloseResult.YOUTH_STOPPED: (
        "De jongere wil niet meer meedoen. We hebben verteld dat terugkomen altijd kan.",
    ),
    CloseResult.HANDED_OVER: ("Een andere organisatie begeleidt de jongere nu als enige.",),
    CloseResult.MOVED: ("Het gezin is verhuisd. Met de nieuwe gemeente is contact geweest.",),
}
NOT_TOLD = (
    "De ouders weten het nog niet; eerst is er een gesprek met hen gepland.",
    "De jongere was nog niet te bereiken. De mentor probeert het opnieuw.",
    "Eerst is overleg nodig over de veiligheid thuis.",
)
END_NOTES = (
    "Aan het eind keken we samen terug.",
    "De jongere wist goed te vertellen wat er hielp.",
    "De aanbieder schreef een kort verslag voor het gezin.",
)
_GOALS = {
    Domain.INDIVIDUAL: (
        "Rustig blijven bij ruzie en hulp vragen als het te veel wordt.",
        "Zelf keuzes maken waar ik trots op ben.",
    ),
    Domain.FAMILY: (
        "Thuis afspraken maken waar iedereen zich aan houdt.",
        "Elke week samen eten en bespreken hoe het gaat.",
    ),
    Domain.FRIENDS: (
        "Twee keer per week sporten met jongeren die geen gedoe zoeken.",
        "Nee durven zeggen als anderen iets vragen dat niet klopt.",
    ),
    Domain.NEIGHBOURHOOD: (
        "Meedoen aan iets in de buurt, met een volwassene die ik vertrouw.",
        "Op een goede manier bekend zijn in de buurt.",
    ),
}
_MAY_WORK = 16
_GOALS_OF_CHILDREN = (
    "Elke dag op tijd op school tot de volgende vakantie.",
    "Mijn huiswerk af hebben en het zeggen als iets niet lukt.",
)
_GOALS_OF_THE_OLDER = (
    "Een stage of werkplek vinden en die drie maanden volhouden.",
    "Elke dag op tijd zijn, op mijn opleiding of op mijn werk.",
)
_SEEN = {
    (FactorKind.RISK, True): (
        "Kwam in het gesprek duidelijk naar voren, met voorbeelden van de laatste weken.",
        "Twee collega's zagen dit los van elkaar.",
        "De jongere begon er zelf over.",
    ),
    (FactorKind.RISK, False): (
        "Minder dan vorige keer, zegt de jongere zelf ook.",
        "De afgelopen weken niet meer gezien.",
        "Het lukt steeds vaker om het anders te doen.",
    ),
    (FactorKind.PROTECTIVE, True): (
        "Gaat goed: de jongere vertelde er trots over.",
        "Was deze maand elke keer aanwezig.",
        "De ouders zien het ook en zeggen dat tegen de jongere.",
    ),
    (FactorKind.PROTECTIVE, False): (
        "Nog weinig van te zien, maar de jongere wil wel.",
        "Lukt nog niet alleen; er is hulp bij nodig.",
        "Kwam deze maand een paar keer niet.",
    ),
}
_NOT_SEEN = ("Deze keer niet over gesproken.", "Nog niet duidelijk; volgende keer navragen.")
_PEOPLE = {
    "school": "mentor", "politie": "wijkagent", "jongerenwerk": "jongerenwerker",
    "wijkteam": "medewerker wijkteam", "openbare_orde": "adviseur veiligheid",
    "jeugdhulp": "hulpverlener", "justitie": "jeugdreclasseerder", "ouder": "moeder",
    "corporatie": "wijkbeheerder", "jongere": "zelf",
}  # fmt: skip


def goal(rng: Random, domain: Domain, age: int) -> str:
    """Return a goal in the youth's own words."""
    if domain is Domain.SCHOOL_WORK:
        return rng.choice(_GOALS_OF_CHILDREN if age < _MAY_WORK else _GOALS_OF_THE_OLDER)
    return rng.choice(_GOALS[domain])


def seen(rng: Random, kind: FactorKind, presence: Presence) -> str:
    """Return what someone noted with an observation."""
    if presence is Presence.UNKNOWN:
        return rng.choice(_NOT_SEEN)
    return rng.choice(_SEEN[kind, presence in {Presence.CLEAR, Presence.STRONG}])


def referrer(name: str, kind: str) -> str:
    """Return how the referrer is called: a name and what he is to the youth."""
    return f"{name} ({_PEOPLE[kind]})"
