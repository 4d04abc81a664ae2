"""What the check of a file can find, as exit codes, and what each of its checks is there for."""

from collections.abc import Mapping
from enum import IntEnum

from pmg.disclosure.sentences import Sentence, say


class Outcome(IntEnum):
    """What the check found; also the exit code of the command."""

    GOOD = 0
    UNREADABLE = 2
    RELEASE_HASH = 3
    STRUCTURE_HASH = 4
    WORLD_HASH = 5
    SIGNATURE = 6
    SUMS = 7
    MULTIPLES = 8
    WORLD = 9
    CERTIFICATE = 10
    LEDGER = 11
    PLACE = 12
    TOGETHER = 13
    ORIGINS = 14
    ORIGIN = 15
    ADDED_UP = 16
    UNSIGNED = 17
    """Nothing is wrong, but nobody signed and no key was given to hold it against."""


MEANINGS: Mapping[Outcome, Sentence] = {
    Outcome.UNREADABLE: say(
        "Wat niet te lezen is, is niet te controleren. Gebruik dit bestand niet; vraag het opnieuw."
    ),
    Outcome.RELEASE_HASH: say(
        "De vingerafdruk van de getallen is opnieuw berekend. Eén ander cijfer geeft een heel "
        "andere vingerafdruk."
    ),
    Outcome.STRUCTURE_HASH: say(
        "Niemand heeft achteraf een tabel, een regel of een groep weggelaten of toegevoegd."
    ),
    Outcome.WORLD_HASH: say(
        "Een basiswereld is een lijst van verzonnen personen. Dit zijn de lijsten die bij dit "
        "rapport horen."
    ),
    Outcome.SIGNATURE: say(
        "De handtekening laat zien wie het certificaat maakte, en dat het certificaat daarna niet "
        "is veranderd."
    ),
    Outcome.SUMS: say("Regels en kolommen tellen precies op tot hun totaal, in elke tabel."),
    Outcome.MULTIPLES: say(
        "Er staat nergens een precies aantal: zo valt niemand op die alleen in een groep zit."
    ),
    Outcome.WORLD: say(
        "Er is een lijst van verzonnen personen die precies deze getallen geeft. De getallen "
        "kunnen dus samen bestaan, en wie ze ziet weet niet welke lijst de echte is."
    ),
    Outcome.CERTIFICATE: say(
        "Wat het certificaat belooft, doen de getallen ook. Achter elk getal blijven genoeg echte "
        "aantallen mogelijk om niemand te kunnen aanwijzen."
    ),
    Outcome.LEDGER: say("Geen rapport is stilletjes uit de reeks gehaald of ertussen gezet."),
    Outcome.PLACE: say("Dit rapport staat in de reeks op de plek waar het hoort."),
    Outcome.TOGETHER: say(
        "Elk getal is vergeleken met hetzelfde getal in elk ander rapport over dezelfde mensen, "
        "steeds twee rapporten tegelijk. Wat optellingen over meer tabellen samen verraden, rekent "
        "de maker na vóór de vrijgave; deze controle doet dat niet over."
    ),
    Outcome.ORIGINS: say(
        "Een landelijk getal is na te rekenen als elk rapport erbij is waaruit het bestaat. Geen "
        "rapport is verwisseld of weggelaten."
    ),
    Outcome.ORIGIN: say(
        "Elk rapport van een gemeente is zelf nagekeken: het is ondertekend met de sleutel die "
        "het landelijke bestand noemt, en het klopt."
    ),
    Outcome.UNSIGNED: say("Zonder handtekening kan iedereen dit bestand hebben gemaakt."),
    Outcome.ADDED_UP: say(
        "Elk landelijk getal is opnieuw uitgerekend uit de rapporten van de gemeenten. Er is niets "
        "bij gekomen en niets af gegaan."
    ),
}
