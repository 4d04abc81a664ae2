"""The checks on one release file, each in plain words: standard library only."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pmg.disclosure import ed25519
from pmg.disclosure.canonical import canonical, digest
from pmg.disclosure.errors import BadText, DisclosureError
from pmg.disclosure.findings import place
from pmg.disclosure.ledger import crossings_inside
from pmg.disclosure.outcomes import MEANINGS, Outcome
from pmg.disclosure.promises import limits_known, promises
from pmg.disclosure.release import FORMAT, ROUNDING, Figures, Release, named, read_release
from pmg.disclosure.sentences import Sentence, say
from pmg.disclosure.tables import Cell, Part


class Failed(Exception):  # noqa: N818 - a finding, not a fault
    """One check did not hold; the sentence says where."""

    def __init__(self, found: Sentence) -> None:
        super().__init__(found.text)
        self.found = found


@dataclass(frozen=True)
class Line:
    """One check in plain words, and whether it held."""

    outcome: Outcome
    said: Sentence
    check: Outcome = Outcome.UNREADABLE
    """Which check this was: what its outcome is when it does not hold."""
    why: Sentence | None = None
    """Why it is there, where that differs from what is usual."""

    @property
    def text(self) -> str:
        """The sentence in Dutch."""
        return self.said.text

    @property
    def meaning(self) -> Sentence:
        """Why this check is there, for who knows nothing of it."""
        return self.why or MEANINGS[self.check]


class Signed(Protocol):
    """A file with numbers and a certificate, of whatever format."""

    @property
    def release(self) -> Figures:
        """The numbers."""

    @property
    def certificate(self) -> Mapping[str, Any]:
        """What was signed."""

    @property
    def signature(self) -> Mapping[str, Any] | None:
        """By whom, if by anyone."""

    @property
    def key(self) -> bytes | None:
        """The key that its maker is known by."""


@dataclass(frozen=True)
class File:
    """A release file that could be read, and the key that its maker is known by."""

    release: Release
    text: Mapping[str, Any]
    certificate: Mapping[str, Any]
    worlds: Sequence[Mapping[str, Any]]
    signature: Mapping[str, Any] | None
    key: bytes | None


def must_be_file(document: Any) -> None:
    """Raise BadText where a file is something else than that of one release."""
    if isinstance(document, list):
        raise BadText("dit lijkt een grootboek. Kies het certificaat van één rapport.")
    if not isinstance(document, dict) or "release" not in document:
        raise BadText("dit is geen certificaat van een rapport.")


def in_words(error: Exception) -> str:
    """Say what is wrong with a file that cannot be read, in words and not in code."""
    if isinstance(error, DisclosureError):
        return str(error)
    if isinstance(error, KeyError):
        return say("er ontbreekt een onderdeel.").text
    if isinstance(error, OSError):
        return f"{error.filename} is er niet, of mag niet gelezen worden."
    return say("een onderdeel heeft een andere vorm dan het hoort te hebben.").text


def read_file(document: Any, key: bytes | None) -> File:
    """Read a parsed release file; raises all that a file of another shape can raise."""
    must_be_file(document)
    if document["format"] != FORMAT:
        raise BadText("het is van een onbekend formaat.")
    if set(document) != {"format", "release", "worlds", "certificate", "signature"}:
        raise BadText("er ontbreekt iets, of er staat iets in dat er niet hoort.")
    certificate, worlds = document["certificate"], document["worlds"]
    if not isinstance(certificate, dict):
        raise BadText("het certificaat is geen lijst van namen en waarden.")
    release = read_release(document["release"])
    if release.base < 1:
        raise BadText("de basis is geen getal van 1 of meer.")
    signature = document["signature"]
    return File(release, document["release"], certificate, worlds, signature, key)


def attempt(wrong: Outcome, check: Callable[[], Sentence], why: Sentence | None = None) -> Line:
    """Run one check; what it cannot read counts as wrong."""
    try:
        return Line(Outcome.GOOD, check(), wrong, why)
    except Failed as failed:
        return Line(wrong, failed.found, wrong, why)
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        fault = in_words(error)
        said = say("Een onderdeel is niet te lezen: %(fault)s", fault=fault)
        return Line(wrong, said, wrong, why)


def must(holds: bool, template: str, **values: object) -> None:  # noqa: FBT001 - a condition
    """Raise Failed with this sentence where a condition does not hold."""
    if not holds:
        raise Failed(say(template, **values))


def place_of(part: Part, cell: Cell) -> str:
    """Name a cell in Dutch."""
    return place(part.unit, named(part, cell))


def _release_hash(file: File) -> Sentence:
    must(
        digest(file.text) == file.certificate["release_hash"],
        "De getallen zijn veranderd nadat het certificaat is gemaakt.",
    )
    return say("De getallen zijn die van het certificaat.")


def _structure_hash(file: File) -> Sentence:
    must(
        digest(file.text["tables"]) == file.certificate["tables_hash"]
        and digest(file.text["hierarchies"]) == file.certificate["hierarchies_hash"],
        "De tabellen of indelingen zijn niet die van het certificaat.",
    )
    return say("De tabellen en indelingen zijn die van het certificaat.")


def _world_hash(file: File) -> Sentence:
    proofs = file.certificate["proof"]
    must(len(proofs) == len(file.worlds), "Er is niet bij elk bewijs een basiswereld.")
    for proof, world in zip(proofs, file.worlds, strict=True):
        says = {
            "hash": digest(world),
            "rows": len(world["rows"]),
            "columns": world["columns"],
            "unit": world["unit"],
        }
        must(
            proof == says and type(proof["rows"]) is int and set(world) == _WORLD,
            "De basiswereld van %(unit)s is niet die van het certificaat.",
            unit=world["unit"],
        )
    return say("De basiswerelden zijn die van het certificaat.")


def signature(file: Signed) -> Sentence:
    """Check who signed."""
    if file.signature is None:
        must(file.key is None, "Het bestand is niet ondertekend.")
        return say("Niet ondertekend: wie het maakte, is niet bewezen.")
    must(
        set(file.signature) == _SIGNATURE,
        "De handtekening heeft niet de onderdelen die zij hoort te hebben.",
    )
    public_key = bytes.fromhex(file.signature["public_key"])
    value = bytes.fromhex(file.signature["value"])
    must(file.key in (None, public_key), "Het bestand is met een andere sleutel ondertekend.")
    must(
        file.signature["algorithm"] == "Ed25519"
        and ed25519.verify(public_key, value, canonical(file.certificate)),
        "De handtekening klopt niet.",
    )
    if file.key is None:
        return say(
            "De handtekening klopt bij de sleutel die in het bestand zelf staat: %(key)s.",
            key=public_key.hex(),
        )
    return say("De handtekening klopt en is gezet met de sleutel van de maker.")


def sums(file: Signed) -> Sentence:
    """Check that all adds up."""
    number = 0
    for part, values in zip(file.release.parts, file.release.numbers, strict=True):
        for parent, children in part.relations:
            must(
                values[parent] == sum(values[child] for child in children),
                "%(cell)s: dit aantal is niet de som van zijn delen.",
                cell=place_of(part, part.cells[parent]),
            )
        number += len(part.relations)
    return say("Alle %(number)d optellingen kloppen.", number=number)


def _multiples(file: File) -> Sentence:
    base = file.release.base
    for part, values in zip(file.release.parts, file.release.numbers, strict=True):
        for cell, value in zip(part.cells, values, strict=True):
            must(
                value >= 0 and value % base == 0,
                "%(cell)s: dit aantal is geen veelvoud van %(base)d.",
                cell=place_of(part, cell),
                base=base,
            )
    return say("Alle aantallen zijn veelvouden van %(base)d.", base=base)


def _world(file: File) -> Sentence:
    parts = file.release.parts
    must(len(parts) == len(file.worlds), "Er is niet van elk deel een basiswereld.")
    for part, values, world in zip(parts, file.release.numbers, file.worlds, strict=True):
        must(
            tabulated(part, world) == list(values),
            "De basiswereld van %(unit)s geeft niet de gepubliceerde getallen.",
            unit=part.unit,
        )
    return say("Elke basiswereld geeft precies de gepubliceerde getallen.")


def tabulated(part: Part, world: Mapping[str, Any]) -> list[int]:
    """Count the invented units of a world in all cells; each of its rows must be able to exist."""
    columns = [*part.dimensions, "aantal"]
    must(
        world["unit"] == part.unit and world["columns"] == columns,
        "De basiswereld heeft niet de kolommen van de tabellen.",
    )
    rows = [(row[:-1], row[-1]) for row in world["rows"]]
    for codes, number in rows:
        known = len(codes) == len(part.hierarchies) and all(
            code in hierarchy.known for code, hierarchy in zip(codes, part.hierarchies, strict=True)
        )
        must(
            known and part.can_be(codes) and type(number) is int and number >= 0,
            "Rij %(codes)s kan niet bestaan.",
            codes=codes,
        )
    return part.count(rows)


def _promises(file: File) -> Sentence:
    release, certificate = file.release, file.certificate
    claimed = [certificate[name] for name in ("format", "base", "tolerance", "k", "method")]
    done = [FORMAT, release.base, release.tolerance, release.base // release.contribution, ROUNDING]
    must(
        repr(claimed) == repr(done),
        "Het certificaat belooft iets anders dan de publicatie doet.",
    )
    must_say(file)
    must_count(file)
    must(
        release.base in (5 * release.contribution, 10 * release.contribution)
        and certificate.get("contribution", 1) == release.contribution
        and release.tolerance >= release.base - 1,
        "De afwijking is te klein om iemand te verbergen.",
    )
    for finding in crossings_inside((), release):
        raise Failed(say("Samen te smal: %(where)s", where=finding.text))
    return say(
        "Achter elk getal kunnen veel echte aantallen zitten. Voorbeeld: staat er %(value)d, dan "
        "kunnen het er %(low)d tot en met %(high)d zijn, en elk aantal daartussen. Staat er 0, dan "
        "zijn het er 0 tot en met %(most)d.",
        value=2 * release.base,
        low=max(0, 2 * release.base - release.tolerance),
        high=2 * release.base + release.tolerance,
        most=release.tolerance,
    )


_PARTS = {
    *("format", "about", "release_hash", "method", "base", "tolerance", "k", "tables_hash"),
    *("hierarchies_hash", "cells", "relations", "proof", "promises", "limits", "versions"),
}
_SIGNATURE = {"algorithm", "public_key", "value"}
_WORLD = {"unit", "columns", "rows"}
_HASH = re.compile(r"[0-9a-f]{64}")
_SOLVER = re.compile(r"[0-9][0-9A-Za-z.+-]{0,31}")


def must_say(file: File) -> None:
    """See that the certificate says in words what these numbers do, and nothing more.

    `about` is the maker's own text. Which words there were stands under `versions`.
    """
    release, certificate = file.release, file.certificate
    beside = {"ledger", "earlier"}
    parts = _PARTS | ({"hidden"} if release.hides else set())
    parts |= {"contribution"} if release.contribution > 1 else set()
    must(
        set(certificate) in (parts, parts | beside) and are_hashes(certificate),
        "Het certificaat zegt iets dat er niet hoort, of mist iets.",
    )
    versions = certificate["versions"]
    known = limits_known(versions["pmg-disclosure"], release, certificate.get("earlier"))
    solver = set(versions) == {"pmg-disclosure", "highspy"} and _SOLVER.fullmatch(
        versions["highspy"]
    )
    must(
        bool(known and solver),
        "Het certificaat noemt een versie die deze controle niet kent.",
    )
    must(
        certificate["promises"] == [promise.text for promise in promises(release)]
        and certificate["limits"] in known,
        "Het certificaat belooft met andere woorden iets anders dan de publicatie doet.",
    )


def are_hashes(certificate: Mapping[str, Any]) -> bool:
    """Say whether what a certificate names its ledger and earlier releases by is no text."""
    head, earlier = certificate.get("ledger", ""), certificate.get("earlier", [])
    return isinstance(earlier, list) and all(
        isinstance(one, str) and _HASH.fullmatch(one)
        for one in ([] if head == "" else [head]) + earlier
    )


def must_count(file: File) -> None:
    """See that the certificate counts the cells and sums of the release."""
    parts, certificate = file.release.parts, file.certificate
    counted = [sum(len(part.cells) for part in parts), sum(len(part.relations) for part in parts)]
    must(
        repr([certificate["cells"], certificate["relations"]]) == repr(counted),
        "Het certificaat noemt een ander aantal cellen of optellingen.",
    )


CHECKS: tuple[tuple[Outcome, Callable[[File], Sentence]], ...] = (
    (Outcome.RELEASE_HASH, _release_hash),
    (Outcome.STRUCTURE_HASH, _structure_hash),
    (Outcome.WORLD_HASH, _world_hash),
    (Outcome.SIGNATURE, signature),
    (Outcome.SUMS, sums),
    (Outcome.MULTIPLES, _multiples),
    (Outcome.WORLD, _world),
    (Outcome.CERTIFICATE, _promises),
)
