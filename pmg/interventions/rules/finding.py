"""Looking up interventions: by what the worker asks, never by who the youth is."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pmg.reference.evidence import EvidenceLevel
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import Intervention, Setting, Track
from pmg.reference.labelled import Labelled
from pmg.texts import translated


@dataclass(frozen=True, slots=True)
class Wish:
    """What the worker looks for. None and empty mean: no demand."""

    factors: tuple[str, ...] = ()
    age: int | None = None
    track: Track | None = None
    setting: Setting | None = None
    minimum_evidence: EvidenceLevel | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """An intervention with why it is shown, why it does not quite fit, and what to mind."""

    intervention: Intervention
    reasons: tuple[str, ...]
    misfits: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """How many interventions each choice would give, the other demands staying as they are."""

    tracks: Mapping[Track, int]
    settings: Mapping[Setting, int]
    evidence: Mapping[EvidenceLevel, int]


def find(wish: Wish, catalogue: Iterable[Intervention], today: date) -> list[Match]:
    """Return what fits every demand, by evidence of the intervention and then by name.

    Nothing else has a say in the order: not how many factors it aims at, not the youth.
    """
    return [match for match in _ordered(wish, catalogue, today) if not match.misfits]


def near(wish: Wish, catalogue: Iterable[Intervention], today: date) -> list[Match]:
    """Return what aims at the same but misses exactly one demand, in the order of `find`."""
    return [match for match in _ordered(wish, catalogue, today) if len(match.misfits) == 1]


def facets(wish: Wish, catalogue: Iterable[Intervention]) -> Facets:
    """Count what each track, setting and minimum level would give."""
    entries = [entry for entry in catalogue if _aims(wish, entry)]

    def counted(changed: Wish) -> int:
        return sum(1 for entry in entries if not _verdicts(changed, entry)[1])

    return Facets(
        tracks={track: counted(replace(wish, track=track)) for track in Track},
        settings={setting: counted(replace(wish, setting=setting)) for setting in Setting},
        evidence={level: counted(replace(wish, minimum_evidence=level)) for level in EvidenceLevel},
    )


def _ordered(wish: Wish, catalogue: Iterable[Intervention], today: date) -> list[Match]:
    matches = [_match(wish, entry, today) for entry in catalogue if _aims(wish, entry)]
    return sorted(matches, key=_evidence_then_name)


def _evidence_then_name(match: Match) -> tuple[int, str, str]:
    entry = match.intervention
    return (-entry.evidence_level.order, _plain(entry.name_nl), entry.code)


def _match(wish: Wish, entry: Intervention, today: date) -> Match:
    reasons, misfits = _verdicts(wish, entry)
    return Match(entry, (*_aim(wish, entry), *reasons), misfits, tuple(entry.warnings(today)))


def _aims(wish: Wish, entry: Intervention) -> bool:
    at_factor = not wish.factors or any(code in entry.target_factor_codes for code in wish.factors)
    return at_factor and _has_text(wish.text, entry)


def _aim(wish: Wish, entry: Intervention) -> list[str]:
    reasons = []
    aimed = [FACTORS[code].name for code in wish.factors if code in entry.target_factor_codes]
    if aimed:
        reasons.append(translated("Richt zich op: %(factors)s", factors="; ".join(aimed)))
    if wish.text and wish.text.strip():
        reasons.append(translated("Bevat de woorden '%(words)s'", words=wish.text.strip()))
    return reasons


def _verdicts(wish: Wish, entry: Intervention) -> tuple[tuple[str, ...], tuple[str, ...]]:
    reasons: list[str] = []
    misfits: list[str] = []
    for is_asked, judge in (
        (wish.age is not None, _age),
        (wish.track is not None, _track),
        (wish.setting is not None, _setting),
        (wish.minimum_evidence is not None, _evidence),
    ):
        if is_asked:
            fits, sentence = judge(wish, entry)
            (reasons if fits else misfits).append(sentence)
    return tuple(reasons), tuple(misfits)


def _age(wish: Wish, entry: Intervention) -> tuple[bool, str]:
    assert wish.age is not None
    if entry.fits_age(wish.age):
        return True, translated("Past bij %(age)d jaar", age=wish.age)
    return False, translated(
        "Bedoeld voor %(first)d tot en met %(last)d jaar", first=entry.age_min, last=entry.age_max
    )


def _track(wish: Wish, entry: Intervention) -> tuple[bool, str]:
    assert wish.track is not None
    return entry.track.serves(wish.track), _says(translated("Spoor"), entry.track)


def _setting(wish: Wish, entry: Intervention) -> tuple[bool, str]:
    return entry.setting is wish.setting, _says(translated("Vorm"), entry.setting)


def _evidence(wish: Wish, entry: Intervention) -> tuple[bool, str]:
    assert wish.minimum_evidence is not None
    fits = entry.evidence_level.order >= wish.minimum_evidence.order
    return fits, _says(translated("Bewijs"), entry.evidence_level)


def _says(what: str, value: Labelled) -> str:
    return f"{what}: {value.label[0].lower()}{value.label[1:]}"


def _has_text(text: str | None, entry: Intervention) -> bool:
    words = _plain(text or "").split()
    if not words:
        return True
    aims = [FACTORS[code] for code in entry.target_factor_codes]
    names = (name for factor in aims for name in (factor.name_nl, factor.name))
    told = (entry.notes or "", entry.target_group, *entry.core_elements)
    hay = _plain(" ".join((entry.code, entry.name_nl, *told, *names)))
    return all(word in hay for word in words)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
