"""The check of a report file that someone gives: bounded, in memory, and never a fault of ours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pmg.disclosure.canonical import parse
from pmg.disclosure.checks import in_words, must_be_file
from pmg.disclosure.errors import DisclosureError
from pmg.disclosure.national_checks import Given, is_national
from pmg.disclosure.sentences import say
from pmg.disclosure.verify import Line, Outcome, outcome, unreadable_ledger, verify
from pmg.reports.keys import key_for
from pmg.reports.weighing import Scales, TooMuch

LARGEST_FILE = 5 * 1024 * 1024
_UNREADABLE = (DisclosureError, RecursionError, ValueError, LookupError, TypeError)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, and what the file says of itself."""

    lines: tuple[Line, ...]
    about: tuple[tuple[str, str | date], ...]
    hash: str
    is_national: bool = False
    signed_by: str = ""
    """The public key that stands in the file, where its signature holds by it."""
    is_right_in_itself: bool = False
    """Whether nothing is wrong but that nobody known here signed, and no key was given."""

    @property
    def good(self) -> bool:
        """Whether every check held."""
        return outcome(self.lines) is Outcome.GOOD

    @property
    def beside_ledger(self) -> bool:
        """Whether the other releases of the maker were looked at too."""
        return any(line.check is Outcome.TOGETHER for line in self.lines)

    @property
    def computed_anew(self) -> bool:
        """Whether every national number was computed again from the releases."""
        return any(line.check is Outcome.ADDED_UP for line in self.lines)


@dataclass(frozen=True, slots=True)
class Keys:
    """The public keys that a file may be checked by: of a municipality's report, and a national.

    Each in the order in which they were used, the key of now last. They are `given` where whoever
    checks had one from the maker; else those of this installation.
    """

    municipal: Sequence[bytes]
    national: Sequence[bytes]
    given: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What is given beside a file: the ledger of its maker, or the releases it was made of."""

    ledger: bytes | None = None
    releases: Sequence[tuple[str, bytes]] = ()


def check_file(content: bytes, *, keys: Keys, beside: Beside | None = None) -> Finding:
    """Check a file against the public key of its maker, and beside what else was given.

    Whatever they hold, they are only read; what would take too long is refused before it is begun.
    """
    beside, scales = beside or Beside(), Scales()
    try:
        document = parse(content)
        national = is_national(document)
        if national:
            scales.national(document, added_up=bool(beside.releases))
        else:
            must_be_file(document)
            scales.release(document)
    except _UNREADABLE as fault:
        return _unreadable(fault)
    key = key_for(document, keys.national if national else keys.municipal)
    lines = tuple(_lines(document, key, beside, scales))
    if lines[0].outcome is Outcome.UNREADABLE:
        return Finding(lines, (), "", is_national=national)
    kind = "national_hash" if national else "release_hash"
    hashed = str(document["certificate"].get(kind))
    wrong = {line.outcome for line in lines} - {Outcome.GOOD}
    only_unknown = (
        wrong == {Outcome.SIGNATURE}
        and not keys.given
        and outcome(verify(document)) is Outcome.GOOD
    )
    return Finding(
        lines,
        tuple(_about(document)),
        hashed,
        is_national=national,
        signed_by=_signed_by(document) if only_unknown or not wrong else "",
        is_right_in_itself=only_unknown,
    )


def _signed_by(document: Any) -> str:
    signature = document["signature"]
    return "" if signature is None else bytes.fromhex(signature["public_key"]).hex()


def _unreadable(fault: Exception) -> Finding:
    said = say("Het bestand is niet te lezen: %(fault)s", fault=in_words(fault))
    return Finding((Line(Outcome.UNREADABLE, said),), (), "")


def _lines(document: Any, key: bytes, beside: Beside, scales: Scales) -> list[Line]:
    try:
        releases = [_given(*each, scales) for each in beside.releases] or None
    except TooMuch as fault:
        said = say("De rapporten zijn niet nagerekend: %(fault)s", fault=in_words(fault))
        return [*verify(document, key=key), Line(Outcome.ORIGINS, said, Outcome.ORIGINS)]
    if beside.ledger is None:
        return verify(document, key=key, releases=releases)
    try:
        entries = parse(beside.ledger)
        scales.ledger(entries)
    except _UNREADABLE as fault:
        return [*verify(document, key=key), unreadable_ledger(fault)]
    return verify(document, key=key, ledger=entries, releases=releases)


def _given(name: str, content: bytes, scales: Scales) -> Given:
    """Read a release that was given beside a national file; what is none is given as a fault."""
    try:
        document = parse(content)
        scales.release(document)
    except TooMuch:
        raise
    except _UNREADABLE:
        return Given(name, None)
    return Given(name, document)


def _about(document: Any) -> Iterable[tuple[str, str | date]]:
    """Return the short facts that the file gives of itself: its title, place and days."""
    about = document["certificate"].get("about")
    if isinstance(about, dict):
        for name in ("rapport", "gemeente", "gemeenten", "eerste_dag", "laatste_dag"):
            if isinstance(about.get(name), str):
                yield name, _day(about[name]) if name.endswith("_dag") else about[name]


def _day(text: str) -> str | date:
    """Read a day, for a page to write it as its reader does; what is none stays as it is."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
