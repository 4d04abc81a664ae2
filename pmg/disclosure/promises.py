"""What a certificate says in words, computed from the numbers: what is promised, and what is not.

Standard library only, so that the check of a file computes the same words.
"""

from collections.abc import Sequence

from pmg.disclosure.release import Release
from pmg.disclosure.sentences import Sentence, say

TEXTS = "3"
"""Which words a certificate written now has; it stands in it under `versions`."""

LIMITS = (
    say("Beschermt niet tegen medewerkers van de gemeente die de dossiers zelf kunnen inzien."),
    say("Beschermt niet tegen wie al van buiten weet wie geteld is en daarop gokt."),
    say("Zegt welke aantallen mogelijk blijven, niet hoe waarschijnlijk elk daarvan is."),
)
SOME_SMALL = say(
    "Tussen de verborgen aantallen kunnen kleine aantallen zitten; welke, is niet te zien."
)
ZEROS = say("Van 0 is te zien dat het 0 is: dat in een groep niemand zit, wordt niet verborgen.")
ONE_SMALL = say(
    "Tussen de verborgen aantallen zit ten minste één klein aantal; welk, is niet te zien."
)
"""In the first and second words, of everything that hides: it need not be so."""
ALONE = say(
    "Geldt voor deze publicatie op zichzelf, niet voor meer publicaties over dezelfde mensen."
)
BESIDE = say(
    "Geldt naast de publicaties over dezelfde mensen die eerder in het grootboek van de maker "
    "staan, niet naast getallen die anderen over hen publiceren."
)
_THINGS = say(
    "Waar één mens meer dan één keer geteld kan zijn (zoals bij factoren en trajecten), beschermt "
    "dit wat is geteld, niet de mens in zijn geheel."
)
_RING = say(
    "Voor wie de enige is in een verborgen aantal, is gerekend met optellingen en hele getallen; "
    "hangen tabellen in een kring samen, dan kan hij soms meer uitsluiten dan is nagegaan."
)
_PAIRS = say(
    "Waar wie op de ene manier is geteld ook op een andere is geteld (zoals jongeren en "
    "aanmeldingen), is elk aantal naast hetzelfde aantal van de andere gelegd; wat optellingen "
    "van meer aantallen daarover zeggen, is niet nagerekend."
)
_PAIRS_OF_THREE = say(
    "Waar wie op de ene manier is geteld ook op een andere is geteld (zoals jongeren en "
    "aanmeldingen, of wie is begonnen en trajecten), is elk aantal naast het aantal van de andere "
    "gelegd waar het deel van is; wat optellingen van meer aantallen daarover zeggen, is niet "
    "nagerekend."
)
_OTHER_DAYS = say(
    "Naast publicaties over andere dagen die deels dezelfde zijn, is dit niet nagegaan: wie is "
    "begonnen en trajecten kunnen daar samen iets zeggen."
)
_FINER = say(
    "Rondde een eerdere publicatie over dezelfde mensen fijner af, dan blijft van sommige "
    "aantallen alleen mogelijk wat die eerdere beloofde: naast vijftallen kan 0 ook hier 0 "
    "tot en met 4 zijn."
)
_FINEST = 5
"""No release was ever rounded to less."""
_MIXES = say(
    "Niet elke gok is nagerekend over welke aantallen tussen publicaties gelijk bleven: alleen dat "
    "hele publicaties over dezelfde gegevens gaan, en dat alles gelijk bleef wat niet zichtbaar is "
    "veranderd."
)


def promises(release: Release) -> list[Sentence]:
    """Return what the certificate promises of these numbers."""
    if release.hides:
        return _promises_of_hiding(release)
    base, most = release.base, release.tolerance
    raised = say(
        "Afronden binnen %(asked)d kon niet; de afwijking is voor alles %(most)d.",
        asked=base - 1,
        most=most,
    )
    persons = say(
        "Eén mens telt in elk aantal hoogstens %(most)d keer mee; het afronden verbergt elke mens "
        "in zijn geheel.",
        most=release.contribution,
    )
    return [
        say("Alle aantallen zijn veelvouden van %(base)d en tellen op.", base=base),
        say("Elk aantal wijkt hoogstens %(most)d af van de werkelijkheid.", most=most),
        say("0 betekent 0 tot en met %(most)d.", most=most),
        *([persons] if release.contribution > 1 else []),
        *([raised] if most > base - 1 else []),
    ]


def _promises_of_hiding(release: Release) -> list[Sentence]:
    k = release.base
    persons = say(
        "Eén mens telt in elk aantal hoogstens %(most)d keer mee; het verbergen beschermt elke "
        "mens in zijn geheel.",
        most=release.contribution,
    )
    return [
        say("Elk getoond aantal is precies, en geen ervan is 1 tot en met %(most)d.", most=k - 1),
        say(
            "Bij elk verborgen aantal blijven getallen mogelijk die ten minste %(k)d uit elkaar "
            "liggen, wat men ook optelt of aftrekt.",
            k=k,
        ),
        say(
            "Wie de enige is in een verborgen aantal en dat weet, rekent met de optellingen geen "
            "ander verborgen aantal uit."
        ),
        *([persons] if release.contribution > 1 else []),
    ]


def limits(release: Release, earlier: Sequence[str] | None) -> list[str]:
    """Return what the certificate says that it does not promise.

    `earlier` names the releases that stood before it in the ledger; None where there was none.
    """
    units = {part.unit for part in release.parts}
    pairs = [*release.inside, *((one.small, one.large) for one in release.within)]
    rounds = not release.hides
    return _limits(
        release,
        earlier,
        small=[SOME_SMALL] if release.number_hidden else [],
        pairs=[
            *([_PAIRS_OF_THREE] if any(units.issuperset(pair) for pair in pairs) else []),
            *([_OTHER_DAYS] if release.within and rounds else []),
        ],
        finer=[_FINER] if earlier and rounds and release.base > _FINEST else [],
    )


def _limits_in_two(release: Release, earlier: Sequence[str] | None) -> list[str]:
    """Return the same in the second words."""
    units = {part.unit for part in release.parts}
    pairs = [_PAIRS] if any(units.issuperset(pair) for pair in release.inside) else []
    return _limits(release, earlier, small=[ONE_SMALL], pairs=pairs)


def _limits(
    release: Release,
    earlier: Sequence[str] | None,
    *,
    small: Sequence[Sentence],
    pairs: Sequence[Sentence],
    finer: Sequence[Sentence] = (),
) -> list[str]:
    said = [
        *LIMITS,
        *([_THINGS] if release.contribution == 1 else []),
        *((*small, ZEROS, _RING) if release.hides else ()),
        *pairs,
        ALONE if earlier is None else BESIDE,
        *finer,
        *([_MIXES] if earlier and not release.hides else []),
    ]
    return [one.text for one in said]


def limits_known(texts: str, release: Release, earlier: Sequence[str] | None) -> list[list[str]]:
    """Return the lists of limits that a certificate with these words may have; none if unknown.

    What was released stays as it was signed: of the first words there were two orders.
    """
    if texts == TEXTS:
        return [limits(release, earlier)]
    if texts == "2":
        return [_limits_in_two(release, earlier)]
    if texts != "1":
        return []
    first = [one.text for one in LIMITS]
    hiding = [ONE_SMALL.text, ZEROS.text] if release.hides else []
    said = ALONE if earlier is None else BESIDE
    return [[*first, *hiding, said.text], [*first[:2], ALONE.text, *first[2:]]]
