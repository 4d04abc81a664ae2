"""The check anyone can run on a release file: standard library only, no solver, no secrets.

python -m pmg.disclosure.verify FILE [--key HEX] [--ledger LEDGER.json]
python -m pmg.disclosure.verify NATIONAL [--key HEX] [--releases FOLDER|FILES]
"""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from pmg.disclosure.canonical import parse
from pmg.disclosure.checks import Failed, File, Line, attempt, in_words, read_file
from pmg.disclosure.checks_hidden import checks_of
from pmg.disclosure.errors import DisclosureError
from pmg.disclosure.ledger import (
    Entry,
    Ledger,
    crossings,
    crossings_inside,
    hidden_beside,
    read_ledger,
)
from pmg.disclosure.national_checks import (
    Given,
    checked_origins,
    is_national,
    read_national_file,
    stated,
)
from pmg.disclosure.outcomes import Outcome
from pmg.disclosure.sentences import Sentence, say

__all__ = ["Given", "Line", "Outcome", "main", "outcome", "verify"]

NOT_UNDERSTOOD = 64
"""The exit code of a command that was not understood: none of a check (EX_USAGE of sysexits)."""

_KEY_BYTES = 32
_WITHOUT_KEY = "Het bestand klopt in zichzelf. Wie het maakte, is niet bewezen."
_UNREADABLE = (DisclosureError, LookupError, TypeError, AttributeError, ValueError, RecursionError)
_GROUNDS = {Outcome.SUMS, Outcome.MULTIPLES, Outcome.WORLD}
_GROUNDLESS = say(
    "Wat het certificaat belooft, geldt niet: het steunt op wat hierboven niet klopt."
)


def verify(
    document: Any,
    *,
    key: bytes | None = None,
    ledger: Any = None,
    releases: Sequence[Given] | None = None,
) -> list[Line]:
    """Run all checks on a parsed file; the file is good when every line's outcome is GOOD.

    `key` is the public key that the publisher is known by; without it a signature only shows that
    the file is unchanged since someone signed it. `ledger` is the parsed ledger of the publisher:
    with it the chain, the place of this file in it and all releases about the same people are
    checked too. `releases` are the files of municipalities that a national file was made of: with
    them every one of its numbers is computed anew.
    """
    try:
        if is_national(document):
            return _national(document, key, ledger, releases)
        file = read_file(document, key)
    except _UNREADABLE as error:
        return [_unreadable(error)]
    if releases is not None:
        return [
            _of_no_use(
                Outcome.ORIGINS, say("Dit is geen landelijk bestand: geef er geen rapporten bij.")
            )
        ]
    lines: list[Line] = []
    for wrong, check, why in checks_of(file):
        if wrong is Outcome.CERTIFICATE and any(line.outcome in _GROUNDS for line in lines):
            lines.append(Line(wrong, _GROUNDLESS, wrong, why))
        else:
            lines.append(attempt(wrong, partial(check, file), why))
    return lines if ledger is None else lines + _in_ledger(file, ledger)


def _national(
    document: Any, key: bytes | None, ledger: Any, releases: Sequence[Given] | None
) -> list[Line]:
    if ledger is not None:
        return [
            _of_no_use(Outcome.LEDGER, say("Een landelijk bestand staat niet in een grootboek."))
        ]
    file = read_national_file(document, key)
    lines = stated(file)
    return lines if releases is None else lines + checked_origins(file, releases, verify)


def _of_no_use(check: Outcome, said: Sentence) -> Line:
    return Line(check, said, check)


def outcome(lines: Sequence[Line]) -> Outcome:
    """Name the first thing that is wrong, or GOOD."""
    return next((line.outcome for line in lines if line.outcome), Outcome.GOOD)


def _unreadable(error: Exception) -> Line:
    said = say("Het bestand is niet te lezen: %(fault)s", fault=in_words(error))
    return Line(Outcome.UNREADABLE, said)


def unreadable_ledger(error: Exception) -> Line:
    """Say that a ledger is no JSON, or not of the shape of one."""
    said = say("Het grootboek is niet te lezen: %(fault)s", fault=in_words(error))
    return Line(Outcome.LEDGER, said, Outcome.LEDGER)


def _in_ledger(file: File, data: Any) -> list[Line]:
    try:
        ledger = read_ledger(data)
    except _UNREADABLE as error:
        broken = say("Het grootboek klopt niet: %(fault)s", fault=in_words(error))
        return [Line(Outcome.LEDGER, broken, Outcome.LEDGER)]
    chain = say("Het grootboek is een gesloten keten van %(number)d.", number=len(ledger.entries))
    return [
        Line(Outcome.GOOD, chain, Outcome.LEDGER),
        attempt(Outcome.PLACE, partial(_place, file, ledger)),
        attempt(Outcome.TOGETHER, partial(_crossed, file, ledger)),
    ]


def _place(file: File, ledger: Ledger) -> Sentence:
    """Find the entry of this file; what its certificate says came before must stand before it."""
    number, entry = _entry(file, ledger)
    before = Ledger(ledger.entries[:number])
    earlier = [one.hash for one in before.about(entry.population)]
    said = file.certificate.get("ledger"), file.certificate.get("earlier")
    if said != (entry.before, earlier):
        raise Failed(
            say("Het certificaat noemt een ander grootboek of andere eerdere publicaties.")
        )
    return say("De publicatie is nummer %(number)d van het grootboek.", number=number + 1)


def _crossed(file: File, ledger: Ledger) -> Sentence:
    """Cross every two releases about the same people, cell by cell; sums are not gone through."""
    _, entry = _entry(file, ledger)
    releases = ledger.about(entry.population)
    if len(releases) == 1:
        return say("In het grootboek staat geen andere publicatie over dezelfde mensen.")
    for last, release in enumerate(releases):
        before = releases[:last]
        for finding in hidden_beside(before, release):
            raise Failed(say("Niet samen te bewijzen: %(where)s", where=finding.text))
        if release.hides:
            continue
        for finding in (*crossings(before, release), *crossings_inside(before, release)):
            raise Failed(say("Samen te smal: %(where)s", where=finding.text))
    return say(
        "Getal voor getal vergeleken, maken geen twee van de %(number)d publicaties over dezelfde "
        "mensen samen een getal te smal.",
        number=len(releases),
    )


def _entry(file: File, ledger: Ledger) -> tuple[int, Entry]:
    for number, entry in enumerate(ledger.entries):
        if entry.release.hash == file.release.hash:
            return number, entry
    raise Failed(say("De publicatie staat niet in het grootboek."))


class _Parser(argparse.ArgumentParser):
    """Says that the command was not understood by a code that no check has."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(NOT_UNDERSTOOD, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Check one file, print every check in plain words, and return the exit code."""
    parser = _Parser(
        prog="pmg disclosure verify",
        description="Controleer een publicatie.",
        epilog="Uitkomst: "
        + ", ".join(f"{one.value} {one.name}" for one in Outcome)
        + f", {NOT_UNDERSTOOD} opdracht niet begrepen",
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", type=_public_key, help="publieke sleutel van de maker (hex)")
    parser.add_argument("--ledger", type=Path, help="grootboek van de maker (JSON)")
    parser.add_argument(
        "--releases",
        type=Path,
        nargs="+",
        metavar="MAP|BESTAND",
        help="rapporten van gemeenten waaruit een landelijk bestand bestaat (JSON)",
    )
    options = parser.parse_args(argv)
    document, lines = _checked(options)
    for line in lines:
        sys.stdout.write(f"{'FOUT ' if line.outcome else 'goed '} {line.text}\n")
        wanted = "Dit had moeten blijken: " if line.outcome > Outcome.UNREADABLE else ""
        sys.stdout.write(f"      {wanted}{line.meaning.text}\n")
    found = outcome(lines)
    if found:
        sys.stdout.write(f"Dit bestand klopt niet ({found.name}).\n")
        return int(found)
    if options.key is not None:
        sys.stdout.write("Alles klopt. Het is ondertekend met de sleutel die u opgaf.\n")
        return Outcome.GOOD
    sys.stdout.write(f"{_WITHOUT_KEY} {_signed_by(document)}\n")
    return Outcome.UNSIGNED if document["signature"] is None else Outcome.GOOD


def _public_key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != _KEY_BYTES:
        raise argparse.ArgumentTypeError("een sleutel heeft 64 tekens: cijfers en a tot en met f")
    return key


def _signed_by(document: Any) -> str:
    signature = document["signature"]
    if signature is None:
        return "Er staat geen handtekening onder: iedereen kan dit hebben gemaakt."
    key = bytes.fromhex(signature["public_key"]).hex()
    return (
        f"Het is ondertekend met deze sleutel: {key}. Vraag de maker langs een andere weg wat zijn "
        "sleutel is, en geef die mee met --key."
    )


def _checked(options: argparse.Namespace) -> tuple[Any, list[Line]]:
    """Return the file as it was read, and what was found."""
    try:
        document = parse(options.file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        return None, [_unreadable(error)]
    releases = None if options.releases is None else _given(options.releases)
    if options.ledger is None:
        return document, verify(document, key=options.key, releases=releases)
    try:
        ledger = parse(options.ledger.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        return document, [unreadable_ledger(error)]
    return document, verify(document, key=options.key, ledger=ledger, releases=releases)


def _given(paths: Sequence[Path]) -> list[Given]:
    """Read files, and all of a folder; what is no JSON is given as the fault that it is."""
    found: list[Given] = []
    for path in paths:
        for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
            try:
                found.append(Given(file.name, parse(file.read_bytes())))
            except (OSError, ValueError, RecursionError):
                found.append(Given(file.name, None))
    return found


if __name__ == "__main__":
    sys.exit(main())
