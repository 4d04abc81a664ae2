"""The checks on a national file, alone and beside the releases it was made of; stdlib only."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pmg.disclosure.canonical import digest
from pmg.disclosure.checks import Failed, Line, attempt, must, signature, sums
from pmg.disclosure.errors import DisclosureError
from pmg.disclosure.findings import place
from pmg.disclosure.national import (
    FORMAT,
    LIMITS,
    METHOD,
    PLACE,
    VERSIONS,
    National,
    Source,
    Wanted,
    differences,
    promises,
    read_national,
)
from pmg.disclosure.national import sums as sums_of
from pmg.disclosure.outcomes import Outcome
from pmg.disclosure.release import Release, named, read_release
from pmg.disclosure.sentences import Sentence, say

MEANING = "tabel "
"""What the name of the meaning of a table begins with, in what a file says of itself."""
_HASH = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[0-9A-Za-z_.-]{1,64}")
_CHANGE = {"what", "of", "reason"}


@dataclass(frozen=True)
class Given:
    """A file of a municipality: its name, and what is in it (None where that is no JSON)."""

    name: str
    document: Any


@dataclass(frozen=True)
class NationalFile:
    """A national file that could be read, and the key that its maker is known by."""

    release: National
    text: Mapping[str, Any]
    certificate: Mapping[str, Any]
    signature: Mapping[str, Any] | None
    key: bytes | None


Verify = Callable[..., Sequence[Line]]


def is_national(document: Any) -> bool:
    """Tell whether a file says that it is a national one."""
    return isinstance(document, dict) and document.get("format") == FORMAT


def read_national_file(document: Any, key: bytes | None) -> NationalFile:
    """Read a parsed national file; raises all that a file of another shape can raise."""
    certificate = document["certificate"]
    if not isinstance(certificate, dict):
        raise TypeError("het certificaat is geen lijst van namen en waarden")
    if set(document) != {"format", "national", "certificate", "signature"}:
        raise ValueError("er staat iets in dat er niet hoort")
    national = read_national(document["national"])
    return NationalFile(national, document["national"], certificate, document["signature"], key)


def stated(file: NationalFile) -> list[Line]:
    """Check what a file says by itself."""
    return [attempt(wrong, partial(check, file)) for wrong, check in _CHECKS]


def _hash(file: NationalFile) -> Sentence:
    must(
        digest(file.text) == file.certificate["national_hash"],
        "De getallen zijn veranderd nadat het certificaat is gemaakt.",
    )
    return say("De getallen zijn die van het certificaat.")


def _multiples(file: NationalFile) -> Sentence:
    bases = {origin.place: origin.base for origin in file.release.origins}
    for part, values in zip(file.release.parts, file.release.values, strict=True):
        for cell, value in zip(part.cells, values, strict=True):
            codes = named(part, cell)
            base = bases.get(codes.get(PLACE, ""), file.release.base)
            must(
                value >= 0 and value % base == 0,
                "%(cell)s: dit aantal is geen veelvoud van %(base)d.",
                cell=place(part.unit, codes),
                base=base,
            )
    return say("Alle aantallen zijn veelvouden van %(base)d.", base=file.release.base)


def _promises(file: NationalFile) -> Sentence:
    national, certificate = file.release, file.certificate
    names = (
        *("format", "method", "places", "tolerance", "usual", "cells", "relations"),
        *("promises", "limits", "versions"),
    )
    claimed = [certificate[name] for name in names]
    done = [
        FORMAT,
        METHOD,
        len(national.origins),
        national.tolerance,
        national.usual,
        sum(len(part.cells) for part in national.parts),
        sum(len(part.relations) for part in national.parts),
        [promise.text for promise in promises(national)],
        list(LIMITS),
        dict(VERSIONS),
    ]
    besides = {"about", "national_hash", "succeeds", "changes"}
    must(
        repr(claimed) == repr(done)
        and set(certificate) == {*names, *besides}
        and _changes_are_named(certificate),
        "Het certificaat belooft iets anders dan de publicatie doet.",
    )
    return say(
        "Elk landelijk getal wijkt hoogstens %(most)d af van de werkelijkheid: de afwijkingen van "
        "%(places)d gemeenten opgeteld.",
        most=national.tolerance,
        places=len(national.origins),
    )


def _changes_are_named(certificate: Mapping[str, Any]) -> bool:
    """Say whether what changed is named by codes; the reason alone is a text of its maker."""
    succeeds, changes = certificate["succeeds"], certificate["changes"]
    return (succeeds == "" or bool(_HASH.fullmatch(succeeds))) and all(
        set(one) == _CHANGE and all(_CODE.fullmatch(one[name]) for name in ("what", "of"))
        for one in changes
    )


_CHECKS: tuple[tuple[Outcome, Callable[[NationalFile], Sentence]], ...] = (
    (Outcome.RELEASE_HASH, _hash),
    (Outcome.SIGNATURE, signature),
    (Outcome.SUMS, sums),
    (Outcome.MULTIPLES, _multiples),
    (Outcome.CERTIFICATE, _promises),
)


def checked_origins(file: NationalFile, given: Sequence[Given], verify: Verify) -> list[Line]:
    """Check a file beside the releases it was made of: that all are there, sound, and its sum."""
    documents, given = _by_hash(given)
    line = attempt(Outcome.ORIGINS, partial(_all_there, file, documents, given))
    if line.outcome:
        return [line]
    lines = [line, attempt(Outcome.ORIGIN, partial(_all_sound, file, documents, verify))]
    if lines[-1].outcome:
        return lines
    return [*lines, attempt(Outcome.ADDED_UP, partial(_added_up, file, documents))]


def _by_hash(given: Sequence[Given]) -> tuple[dict[str, Any], list[Given]]:
    """Know each release by the hash of what it holds, whatever it says of itself.

    What has none, because no file holds such a thing, does no harm: it is given as a fault.
    """
    found, readable = {}, []
    for one in given:
        document = one.document
        if isinstance(document, dict) and "release" in document:
            try:
                found[digest(document["release"])] = document
            except (ValueError, TypeError, RecursionError):
                document = None
        readable.append(Given(one.name, document))
    return found, readable


def _all_there(
    file: NationalFile, documents: Mapping[str, Any], given: Sequence[Given]
) -> Sentence:
    for origin in file.release.origins:
        if origin.release in documents:
            continue
        others = [one.name for one in given if _place_of(one.document) == origin.place]
        if others:
            raise Failed(
                say(
                    "%(place)s: dit is niet het rapport waaruit het landelijke bestand is "
                    "gemaakt (%(file)s).",
                    place=origin.place,
                    file=others[0],
                )
            )
        broken = [one.name for one in given if one.document is None]
        if broken:
            raise Failed(
                say(
                    "Het rapport van %(place)s ontbreekt; niet te lezen is: %(file)s.",
                    place=origin.place,
                    file=broken[0],
                )
            )
        raise Failed(say("Het rapport van %(place)s ontbreekt.", place=origin.place))
    return say(
        "Alle %(number)d rapporten waaruit het bestand is gemaakt, zijn er.",
        number=len(file.release.origins),
    )


def _place_of(document: Any) -> str:
    """Return which municipality a release names itself by: the first word of its name."""
    release = document.get("release") if isinstance(document, dict) else None
    name = release.get("id") if isinstance(release, dict) else None
    return name.partition(" ")[0] if isinstance(name, str) else ""


def _over(name: Any) -> tuple[str, ...]:
    """Return of which kind and over which days figures are, by their name; raises ValueError.

    A name is who made them, the kind, its version, the first day and the last; a number may follow.
    """
    _maker, kind, _version, first, last, *_number = str(name).split(" ")
    return kind, first, last


def _must_be_over(file: NationalFile, said: tuple[str, ...]) -> None:
    about = file.certificate["about"]
    must(
        said[1:] == (about["eerste_dag"], about["laatste_dag"]),
        "Het landelijke bestand zegt van zichzelf dat het over andere dagen gaat dan zijn naam.",
    )


def _all_sound(file: NationalFile, documents: Mapping[str, Any], verify: Verify) -> Sentence:
    wanted = _over(file.release.name)
    _must_be_over(file, wanted)
    for origin in file.release.origins:
        document = documents[origin.release]
        for line in verify(document, key=bytes.fromhex(origin.public_key)):
            must(not line.outcome, "%(place)s: %(fault)s", place=origin.place, fault=line.text)
        release = _release(document)
        said = (_place_of(document), release.base, release.tolerance)
        must(
            said == (origin.place, origin.base, origin.tolerance),
            "%(place)s: het rapport is van een andere gemeente, of rondde anders af.",
            place=origin.place,
        )
        must(
            _over(release.release_id) == wanted,
            "%(place)s: dit is een ander soort rapport, of gaat over andere dagen, dan het "
            "landelijke bestand zegt.",
            place=origin.place,
        )
    return say("Elk van die rapporten klopt en is ondertekend met de genoemde sleutel.")


def _release(document: Any) -> Release:
    try:
        return read_release(document["release"])
    except DisclosureError as error:
        raise ValueError(str(error)) from error


def meanings_of(document: Any) -> dict[str, str]:
    """Return what a file says that its tables mean, by table."""
    about = document["certificate"].get("about")
    return {
        name.removeprefix(MEANING): text
        for name, text in (about.items() if isinstance(about, dict) else ())
        if name.startswith(MEANING)
    }


def _added_up(file: NationalFile, documents: Mapping[str, Any]) -> Sentence:
    national = file.release
    sources = [
        Source(
            origin.place,
            _release(documents[origin.release]),
            origin.public_key,
            meanings_of(documents[origin.release]),
        )
        for origin in national.origins
    ]
    _mean_alike(national, sources, meanings_of({"certificate": file.certificate}))
    computed = sums_of(national, {source.place: source.release for source in sources})
    for part, values, anew in zip(national.parts, national.values, computed, strict=True):
        for cell, value, right in zip(part.cells, values, anew, strict=True):
            must(
                value == right,
                "%(cell)s: hier staat %(value)d, de rapporten samen geven %(right)d.",
                cell=place(part.unit, named(part, cell)),
                value=value,
                right=right,
            )
    return say(
        "Alle %(number)d getallen zijn de som van die rapporten.",
        number=sum(len(values) for values in national.values),
    )


def _mean_alike(national: National, sources: Sequence[Source], meanings: Mapping[str, str]) -> None:
    """See that no table was added in which a municipality differs."""
    wanted = Wanted(national.specs, national.hierarchies, meanings, national.areas)
    for source in sources:
        for found in differences(wanted, source):
            raise Failed(
                say(
                    "Tabel %(table)s: %(place)s verschilt van het landelijke bestand (%(what)s).",
                    table=found.table,
                    place=found.place,
                    what=f"{found.what} {found.about}".strip(),
                )
            )
