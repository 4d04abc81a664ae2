"""The look at files that are given: bounded, in memory, each by itself, never a fault of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pmg.disclosure.canonical import parse
from pmg.disclosure.errors import DisclosureError
from pmg.disclosure.national_checks import is_national
from pmg.disclosure.renewal import Renewal, is_renewal, read_renewal
from pmg.disclosure.verify import Line, verify
from pmg.errors import Invalid
from pmg.national.rules import Label, label
from pmg.reports.weighing import Scales, TooMuch
from pmg.texts import to_translate, translated

_UNREADABLE = (DisclosureError, RecursionError, ValueError, LookupError, TypeError, AttributeError)
_NO_REPORT = to_translate(
    "Dit is geen rapport. Kies het bestand ‘Certificaat met bewijs’ van de gemeente (JSON)."
)
_NO_RENEWAL = to_translate(
    "Dit bericht over een nieuwe sleutel klopt niet. Vraag de gemeente om een nieuw bericht."
)
_TOO_MUCH = to_translate(
    "Samen zijn deze bestanden te groot om in één keer na te kijken. Kies er minder tegelijk."
)
_IS_NATIONAL = to_translate("Dit is een landelijk bestand, niet het rapport van een gemeente.")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was given."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that was looked at: what it says of itself, or what is wrong with it."""

    name: str
    document: Any = None
    label: Label | None = None
    fault: str = ""
    renewal: Renewal | None = None
    is_ledger: bool = False
    beside_ledger: bool = False

    @property
    def earlier(self) -> tuple[str, ...]:
        """What its maker had released before: the order in which files come in."""
        return self.label.earlier if self.label else ()


def examine(uploads: Sequence[Upload]) -> list[Examined]:
    """Look at each file; a ledger among them is the measure of the releases of its maker."""
    read = [(each.name, _parsed(each.content)) for each in uploads]
    makers, scales = [_maker(document) for _name, document in read], Scales()
    ledgers = {
        maker: document for maker, (_name, document) in zip(makers, read, strict=True) if maker
    }
    return [
        Examined(name, document, is_ledger=True)
        if maker
        else _renewed(name, document)
        if is_renewal(document)
        else sound(name, document, ledgers, scales)
        for maker, (name, document) in zip(makers, read, strict=True)
    ]


def sound(
    name: str, document: Any, ledgers: Mapping[str, Any] | None, scales: Scales | None = None
) -> Examined:
    """Check one release whole, beside the ledger of its maker where there is one.

    `scales` are those that the other files of the same request were weighed on.
    """
    scales = scales or Scales()
    if is_national(document):
        return Examined(name, fault=translated(_IS_NATIONAL))
    try:
        scales.release(document)
        said = str(document["release"]["id"]).partition(" ")[0]
        ledger = (ledgers or {}).get(said)
        if ledger is not None:
            scales.ledger(ledger)
        wrong = _first_wrong(verify(document, ledger=ledger))
        if wrong is not None:
            return Examined(name, fault=_in_words(wrong))
        return Examined(name, document, label(document), beside_ledger=ledger is not None)
    except Invalid as refusal:
        return Examined(name, fault=refusal.message)
    except TooMuch:
        return Examined(name, fault=translated(_TOO_MUCH))
    except _UNREADABLE:
        return Examined(name, fault=translated(_NO_REPORT))


def _renewed(name: str, document: Any) -> Examined:
    """Look at what says that a key follows another."""
    try:
        return Examined(name, document, renewal=read_renewal(document))
    except DisclosureError:
        return Examined(name, fault=translated(_NO_RENEWAL))


def _parsed(content: bytes) -> Any:
    try:
        return parse(content)
    except _UNREADABLE:
        return None


def _maker(document: Any) -> str:
    """Return whose ledger a file is, or '' where it is none: the first word of whom it is about."""
    if not isinstance(document, list) or not document:
        return ""
    try:
        Scales().ledger(document)
        makers = {str(each["population"]).partition(" ")[0] for each in document}
    except _UNREADABLE:
        return ""
    return makers.pop() if len(makers) == 1 else ""


def _first_wrong(lines: Sequence[Line]) -> Line | None:
    return next((line for line in lines if line.outcome), None)


def _in_words(line: Line) -> str:
    return translated(line.said.template, **line.said.values)
