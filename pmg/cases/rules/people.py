"""Who somebody is: names as the Dutch write them, citizen numbers, and who may be the same."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA
from stdnum.nl import bsn

from pmg.entry import check_text
from pmg.errors import Invalid
from pmg.reference.labelled import Labelled

NAME_LIMIT = 100
_BSN_DIGITS = 9
_SHORTEST_FUZZY = 5  # below this, one other letter makes another name
_PREFIX_WORDS = """
    'm 's 't aan al bij da das de del den der des di do dos du el en het ibn in l' la las le les
    lo los onder op over te ten ter the toe tot uijt uit van ver vom von voor zu zum zur
"""
_PREFIXES = frozenset(_PREFIX_WORDS.split())
_BARE_PREFIXES = frozenset(prefix.replace("'", "") for prefix in _PREFIXES)
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
_APART = re.compile(r"[^\w\s]|_")


class Gender(Labelled):
    """As the youth calls it; nothing is derived from it."""

    BOY = "m", "Jongen of man"
    GIRL = "v", "Meisje of vrouw"
    OTHER = "x", "Anders"
    UNKNOWN = "onbekend", "Niet bekend"


@dataclass(frozen=True, slots=True)
class Named:
    """What two lists must agree on to be about one youth."""

    key: str
    birth_date: date


def check_name(field: str, text: str) -> str:
    """Return a name on one line, in NFC, without spaces too many; raise Invalid when it is none."""
    clean = " ".join(check_text(field, text, limit=NAME_LIMIT).split())
    if not clean:
        raise Invalid(field, "Vul een naam in.")
    if not any(sign.isalpha() for sign in clean):
        raise Invalid(field, "Een naam heeft minstens één letter. Vul de naam opnieuw in.")
    if clean[0] in "=+-@":
        raise Invalid(
            field, "Een naam begint niet met %(sign)s. Haal dit teken weg.", sign=clean[0]
        )
    return clean


def check_bsn(text: str, *, field: str = "bsn") -> str:
    """Return a citizen service number as nine digits; raise Invalid when it cannot exist.

    Spaces, dots and dashes may stand in it. Eight digits lost their first zero in a
    spreadsheet and get it back. The eleven test is that of python-stdnum.
    """
    digits = "".join(sign for sign in text if sign not in " .-\u00a0")
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in {8, _BSN_DIGITS}:
        raise Invalid(field, "Een BSN heeft 9 cijfers. Kijk het nummer na op een bewijs.")
    number = digits.zfill(_BSN_DIGITS)
    if not bsn.is_valid(number):
        raise Invalid(field, "Dit BSN bestaat niet. Er is een cijfer verkeerd: kijk het na.")
    return number


def mask_bsn(number: str) -> str:
    """Return the number with only its last three digits showing."""
    return f"••••••{number[-3:]}"


def split_family_name(family_name: str) -> tuple[str, str]:
    """Return the tussenvoegsel and the rest: 'van den Berg' is ('van den', 'Berg').

    One word at least stays behind, so a family called 'El' keeps its name.
    """
    words = family_name.split()
    cut = 0
    while cut < len(words) - 1 and _is_prefix(words[cut]):
        cut += 1
    return " ".join(words[:cut]), " ".join(words[cut:])


def join_name(prefix: str, family_name: str) -> str:
    """Return the family name with its tussenvoegsel in front."""
    return f"{prefix} {family_name}".strip()


def split_full_name(text: str) -> tuple[str, str]:
    """Return given name and family name of 'Yassin de Boer' or 'Boer, Yassin de'.

    The family name starts at the first tussenvoegsel after the first word, else at the last
    word. With one word only the family name is empty: nobody may guess it.
    """
    if "," in text:
        family, _, rest = text.partition(",")
        words = rest.split()
        while len(words) > 1 and _is_prefix(words[-1]):
            family = f"{words.pop()} {family}"
        return " ".join(words), " ".join(family.split())
    words = text.split()
    for at, word in enumerate(words[1:-1], start=1):
        if _is_prefix(word):
            return " ".join(words[:at]), " ".join(words[at:])
    return (" ".join(words[:-1]), words[-1]) if len(words) > 1 else (" ".join(words), "")


def short_name(given_name: str, family_name: str) -> str:
    """Return a name that fits a list and tells little: 'Yassin de B.'."""
    prefix, rest = split_family_name(family_name)
    initial = f"{rest[:1].upper()}." if rest else ""
    return " ".join(part for part in (given_name, prefix, initial) if part)


def bare_name(given_name: str, family_name: str) -> str:
    """Return the given name and one letter, for what leaves the house: 'Yassin B.'."""
    _prefix, rest = split_family_name(family_name)
    return " ".join(part for part in (given_name, f"{rest[:1].upper()}." if rest else "") if part)


def name_key(text: str) -> str:
    """Return a name as it is compared: no capitals, accents, tussenvoegsels or order; ij is y."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = apart.translate(_LETTERS)
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    spaced = _APART.sub(" ", letters.replace("'", "").replace("\u2019", ""))
    words = spaced.replace("ij", "y").split()
    kept = [word for word in words if word not in _BARE_PREFIXES]
    return " ".join(sorted(kept or words))


def same_person(one: Named, other: Named) -> bool:
    """Whether two records may be about one youth: born on one day, at most one letter apart.

    Two letters that changed places count as one. Short names must be equal. It is a reason to
    look, never a conclusion: twins have nearly all of it in common.
    """
    if one.birth_date != other.birth_date:
        return False
    if min(len(one.key), len(other.key)) < _SHORTEST_FUZZY:
        return one.key == other.key
    return OSA.distance(one.key, other.key, score_cutoff=1) <= 1


def _is_prefix(word: str) -> bool:
    return word.casefold().replace("\u2019", "'").rstrip(".") in _PREFIXES
