"""The checks on a release that hides numbers, where they differ: standard library only."""

from collections.abc import Callable, Iterator
from itertools import chain

from pmg.disclosure.checks import (
    CHECKS,
    File,
    must,
    must_count,
    must_say,
    place_of,
    tabulated,
)
from pmg.disclosure.outcomes import Outcome
from pmg.disclosure.release import FORMAT, SUPPRESSION
from pmg.disclosure.sentences import Sentence, say
from pmg.disclosure.tables import Part

Check = tuple[Outcome, Callable[[File], Sentence], Sentence | None]
"""What is wrong where it does not hold, the check, and why it is there if that is unusual."""


def checks_of(file: File) -> Iterator[Check]:
    """Give the checks of a file, by its method."""
    for wrong, check in CHECKS:
        yield (
            (wrong, *_HIDDEN.get(wrong, (check, None)))
            if file.release.hides
            else (
                wrong,
                check,
                None,
            )
        )


def _sums(file: File) -> Sentence:
    number = 0
    for part, values in zip(file.release.parts, file.release.values, strict=True):
        for parent, children in part.relations:
            whole, shown = values[parent], [values[child] for child in children]
            known = sum(value for value in shown if value is not None)
            if whole is None:
                continue
            must(
                known <= whole if None in shown else known == whole,
                "%(cell)s: dit aantal is niet de som van zijn delen.",
                cell=place_of(part, part.cells[parent]),
            )
            number += None not in shown
    return say("Alle %(number)d optellingen zonder verborgen aantal kloppen.", number=number)


def _none_small(file: File) -> Sentence:
    k = file.release.base
    for part, values in zip(file.release.parts, file.release.values, strict=True):
        for cell, value in zip(part.cells, values, strict=True):
            must(
                value is None or value == 0 or value >= k,
                "%(cell)s: dit aantal is kleiner dan %(k)d en toch getoond.",
                cell=place_of(part, cell),
                k=k,
            )
    return say("Geen getoond aantal is 1 tot en met %(most)d.", most=k - 1)


def _witnesses(file: File) -> Sentence:
    k, number = file.release.base, 0
    units = {part.unit for part in file.release.parts}
    must(
        all(world["unit"] in units for world in file.worlds),
        "Een wereld is van een eenheid die hier niet is geteld.",
    )
    for part, values in zip(file.release.parts, file.release.values, strict=True):
        counted = [tabulated(part, w) for w in file.worlds if w["unit"] == part.unit]
        must(bool(counted), "Er is niet van elk deel een wereld.")
        for cell, value, seen in zip(part.cells, values, zip(*counted, strict=True), strict=True):
            if value is None:
                number += 1
                _must_differ(part, cell, seen, k)
            else:
                must(
                    set(seen) == {value},
                    "%(cell)s: niet elke wereld geeft het getoonde aantal.",
                    cell=place_of(part, cell),
                )
    return say(
        "Elke wereld geeft alle getoonde aantallen, en elk van de %(number)d verborgen aantallen "
        "is in de ene wereld ten minste %(k)d groter dan in een andere.",
        number=number,
        k=k,
    )


def _must_differ(part: Part, cell: tuple[str | None, ...], seen: tuple[int, ...], k: int) -> None:
    must(
        min(seen) >= 1,
        "%(cell)s: een wereld heeft hier niemand, en een cel van niemand wordt nooit verborgen.",
        cell=place_of(part, cell),
    )
    must(
        max(seen) - min(seen) >= k,
        "%(cell)s: dit verborgen aantal verschilt in geen twee werelden %(k)d.",
        cell=place_of(part, cell),
        k=k,
    )


def _promises(file: File) -> Sentence:
    release, certificate = file.release, file.certificate
    k = release.base // max(1, release.contribution)
    claimed = [certificate[name] for name in ("format", "base", "tolerance", "k", "method")]
    must(
        repr(claimed) == repr([FORMAT, release.base, 0, k, SUPPRESSION]) and release.tolerance == 0,
        "Het certificaat belooft iets anders dan de publicatie doet.",
    )
    must_say(file)
    must_count(file)
    hidden = sum(value is None for value in chain.from_iterable(release.values))
    must(
        repr(certificate["hidden"]) == repr(hidden),
        "Het certificaat noemt een ander aantal verborgen cellen.",
    )
    units = {part.unit for part in release.parts}
    must(
        k in (5, 10)
        and release.base == k * release.contribution
        and certificate.get("contribution", 1) == release.contribution
        and not any(units.issuperset(pair) for pair in release.inside),
        "Er blijft te weinig mogelijk om iemand te verbergen.",
    )
    return say(
        "Bij elk verborgen aantal blijven getallen mogelijk die ten minste %(k)d uit elkaar "
        "liggen. Een verborgen aantal kan klein zijn, of groot: dat is niet te zien.",
        k=release.base,
    )


_HIDDEN: dict[Outcome, tuple[Callable[[File], Sentence], Sentence]] = {
    Outcome.SUMS: (
        _sums,
        say("Wat getoond is, telt precies op waar niets verborgen is, en nergens te hoog."),
    ),
    Outcome.MULTIPLES: (
        _none_small,
        say("Er staat nergens een klein aantal: wie alleen in een groep zit, valt niet op."),
    ),
    Outcome.WORLD: (
        _witnesses,
        say(
            "Er zijn lijsten van verzonnen personen die alle getoonde aantallen geven en van "
            "elkaar verschillen waar iets verborgen is. Wie de getallen ziet, weet niet welke "
            "lijst de echte is, en of het er een van is."
        ),
    ),
    Outcome.CERTIFICATE: (
        _promises,
        say(
            "Wat het certificaat belooft, doen de getallen ook. Wie optelt en aftrekt, rekent geen "
            "verborgen aantal uit."
        ),
    ),
}
