"""Protect any microdata from the command line, and check, audit and derive from what came out.

pmg disclosure protect DATA.csv --tables SPEC.json -o release.json [--ledger LEDGER.json]
pmg disclosure verify release.json [--key HEX] [--ledger LEDGER.json]
pmg disclosure audit release.json [--ledger LEDGER.json]
pmg disclosure derive release.json --share leeftijd=12-17 [--within geslacht=m]
pmg disclosure csv release.json [--excel] > release.csv
"""

import argparse
import csv
import fcntl
import json
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from pmg.disclosure.audit import audit
from pmg.disclosure.audit_hidden import audit_hidden
from pmg.disclosure.derive import mean, share
from pmg.disclosure.errors import BadRecord, BadSpecification, DisclosureError, LedgerBroken
from pmg.disclosure.exports import cells_csv
from pmg.disclosure.ledger import Ledger, read_ledger
from pmg.disclosure.progress import Listener, watched
from pmg.disclosure.publish import publish
from pmg.disclosure.release import ROUNDING, SUPPRESSION, Params, Release, read_release
from pmg.disclosure.specs import read_hierarchy, read_table
from pmg.disclosure.tables import Table, tabulate
from pmg.disclosure.together import audit_together
from pmg.disclosure.worlds import base_world

_REFUSED = 1
_METHODS = {"round": ROUNDING, "suppress": SUPPRESSION}
_EVERY = 1_000
_WIDTH = 30
_READ, _PROVEN = 0.2, 0.95
"""Where the bar stands when the data are read, and when the release is proven; proving is most."""


def main(argv: Sequence[str]) -> int:
    """Run one command; returns 0, or 1 where it refused or found something."""
    options = _parser().parse_args(argv)
    try:
        return int(options.run(options))
    except (DisclosureError, OSError, ValueError, LookupError, TypeError) as error:
        sys.stderr.write(f"\nGestopt: {error}\n")
        return _REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pmg disclosure")
    commands = parser.add_subparsers(required=True)
    protect = commands.add_parser(
        "protect", help="bescherm tellingen door ze af te ronden, of door kleine te verbergen"
    )
    protect.add_argument("data", type=Path, help="CSV, één regel per geteld geval")
    protect.add_argument("--tables", type=Path, required=True, help="JSON: dimensies en tabellen")
    protect.add_argument("-o", "--output", type=Path, required=True)
    protect.add_argument("--method", choices=tuple(_METHODS), default="round")
    protect.add_argument(
        "--base", "--k", type=int, default=5, choices=(5, 10), help="vijf- of tientallen, of k"
    )
    protect.add_argument("--name", help="naam van de publicatie (anders die van het bestand)")
    protect.add_argument(
        "--key-file", type=Path, help="geheime sleutel; wordt gemaakt als het bestand er niet is"
    )
    protect.add_argument("--ledger", type=Path, help="grootboek; wordt gemaakt en aangevuld")
    protect.add_argument("--population", default="", help="over wie de publicatie gaat")
    protect.set_defaults(run=_protect)
    commands.add_parser("verify", help="controleer een publicatie; zonder oplosser", add_help=False)
    audited = commands.add_parser("audit", help="val een publicatie aan, alleen of met eerdere")
    audited.add_argument("file", type=Path)
    audited.add_argument("--ledger", type=Path)
    audited.set_defaults(run=_audit)
    derive = commands.add_parser("derive", help="bereken een aandeel of gemiddelde")
    derive.add_argument("file", type=Path)
    derive.add_argument("--unit", help="wat geteld is, waar dat er meer dan één is")
    derive.add_argument("--within", type=_codes, default={}, metavar="DIMENSIE=CODE,…")
    asked = derive.add_mutually_exclusive_group(required=True)
    asked.add_argument("--share", type=_codes, metavar="DIMENSIE=CODE,…")
    asked.add_argument("--mean", nargs=2, metavar=("DIMENSIE", "CODE=GETAL,…"))
    derive.set_defaults(run=_derive)
    written = commands.add_parser("csv", help="schrijf alle cellen van een publicatie als CSV")
    written.add_argument("file", type=Path)
    written.add_argument("--excel", action="store_true", help="voor Excel met Nederlands ingesteld")
    written.set_defaults(run=_csv)
    return parser


def _protect(options: argparse.Namespace) -> int:
    if options.output.exists():
        raise FileExistsError(
            f"{options.output} is er al. Kies een andere naam, of haal dat bestand eerst weg als "
            "u het niet meer nodig hebt."
        )
    _warn(options)
    asked = json.loads(options.tables.read_bytes())
    table = _tabulate(options.data, asked)
    name = options.name or options.output.stem
    params = Params(
        name, base=options.base, population=options.population, method=_METHODS[options.method]
    )
    key = _key(options.key_file)
    with _alone(options.ledger):
        ledger = _ledger(options.ledger)
        with watched(_moving(_READ, _PROVEN, "beschermen en bewijzen")):
            done = publish(table, params, key, about=asked.get("about"), ledger=ledger)
        _bar(_PROVEN, "bewaren")
        with _new(options.output, done.as_bytes()):
            if ledger is not None:
                after = ledger.add(options.population, done.release)
                _write(options.ledger, json.dumps(after.as_json(), ensure_ascii=False).encode())
    _bar(1.0, "klaar")
    cells = done.certificate["cells"]
    what = f"afwijking hoogstens {done.release.tolerance}"
    if done.release.hides:
        what = f"waarvan {done.release.number_hidden} verborgen"
    sys.stderr.write(f"\n{options.output}: {cells} cellen, {what}\n")
    return 0


def _warn(options: argparse.Namespace) -> None:
    """Say what is lost by what was left out."""
    if options.ledger is None:
        sys.stderr.write(
            "Let op: zonder --ledger wordt niet gekeken wat deze publicatie samen met andere over "
            "dezelfde mensen verraadt.\n"
        )
    if options.key_file is None:
        sys.stderr.write(
            "Let op: zonder --key-file is de sleutel straks weg. Een volgende keer geven dezelfde "
            "gegevens andere getallen, en wie ze naast elkaar legt, weet meer.\n"
        )


@contextmanager
def _alone(ledger: Path | None) -> Iterator[None]:
    """Let one command at a time read a ledger and add to it; another waits."""
    if ledger is None:
        yield
        return
    with ledger.with_name(f"{ledger.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _new(path: Path, content: bytes) -> Iterator[None]:
    """Write a file that is not there yet; what fails after it takes it away again."""
    half = path.with_name(f"{path.name}.half")
    half.write_bytes(content)
    try:
        path.hardlink_to(half)
    finally:
        half.unlink()
    try:
        yield
    except BaseException:
        path.unlink()
        raise


def _audit(options: argparse.Namespace) -> int:
    """Attack from published numbers alone: a world is sought anew, that in the file is not used."""
    release = _release(options.file)
    findings = _attack(release)
    for number, entry in enumerate(_existing(options.ledger).entries if options.ledger else ()):
        if entry.release.hash == release.hash:
            before = Ledger(_existing(options.ledger).entries[:number])
            found = audit_together(before.about(entry.population), release)
            findings += [finding.text for finding in found]
            break
    else:
        if options.ledger:
            raise LedgerBroken("De publicatie staat niet in het grootboek.")
    for text in findings:
        sys.stdout.write(f"{text}\n")
    sys.stdout.write("Niets gevonden.\n" if not findings else f"{len(findings)} gevonden.\n")
    return _REFUSED if findings else 0


def _attack(release: Release) -> list[str]:
    if release.hides:
        return audit_hidden(release, release.specs, release.hierarchies)
    worlds = base_world(release, release.specs, release.hierarchies)
    return list(audit(release, worlds, release.specs, release.hierarchies).findings)


def _derive(options: argparse.Namespace) -> int:
    release = _release(options.file)
    unit = options.unit or release.parts[0].unit
    if options.share:
        part = {**options.within, **options.share}
        found = share(release, unit, part=part, whole=options.within)
        text = None if found is None else f"{found.text} ({found.part} van {found.whole})"
    else:
        dimension, numbers = options.mean
        scores = {code: int(number) for code, number in _codes(numbers).items()}
        middle = mean(release, unit, scores={dimension: scores}, within=options.within)
        text = None if middle is None else f"{float(middle):.2f} ({middle})"
    sys.stdout.write(f"{text or 'Te weinig om iets over te zeggen.'}\n")
    return 0


def _csv(options: argparse.Namespace) -> int:
    sys.stdout.write(cells_csv(_release(options.file), dutch_excel=options.excel))
    return 0


def _codes(text: str) -> dict[str, str]:
    pairs = [item.partition("=") for item in text.split(",")]
    if not all(name and equals for name, equals, _ in pairs):
        raise argparse.ArgumentTypeError(f"'{text}' is niet van de vorm naam=waarde,naam=waarde")
    return {name: value for name, _, value in pairs}


def _release(path: Path) -> Release:
    return read_release(json.loads(path.read_bytes())["release"])


def _ledger(path: Path | None) -> Ledger | None:
    return None if path is None else _existing(path) if path.exists() else Ledger()


def _existing(path: Path) -> Ledger:
    return read_ledger(json.loads(path.read_bytes()))


def _write(path: Path, content: bytes) -> None:
    """Write all of a file or nothing."""
    half = path.with_name(f"{path.name}.half")
    half.write_bytes(content)
    half.replace(path)


def _tabulate(data: Path, asked: Any) -> Table:
    if not isinstance(asked, dict) or not all(
        isinstance(asked.get(name), list) for name in ("dimensions", "tables")
    ):
        raise BadSpecification("De beschrijving noemt geen lijst 'dimensions' en 'tables'.")
    hierarchies = [read_hierarchy(item) for item in asked["dimensions"]]
    specs = [read_table(item) for item in asked["tables"]]
    units = {spec.unit for spec in specs}
    if len(units) != 1:
        raise BadSpecification("Een CSV-bestand telt één eenheid; noem er in 'tables' ook één.")
    with data.open(newline="", encoding="utf-8-sig") as file:
        size = data.stat().st_size
        try:
            return tabulate({units.pop(): _records(file, size)}, specs, hierarchies)
        except UnicodeDecodeError as fault:
            raise BadRecord("De gegevens zijn geen UTF-8. Bewaar ze als CSV UTF-8.") from fault


def _records(file: TextIO, size: int) -> Iterator[Mapping[str, Any]]:
    sample = file.readline()
    file.seek(0)
    delimiter = ";" if sample.count(";") > sample.count(",") else ","
    reader = csv.DictReader(file, delimiter=delimiter)
    try:
        for number, row in enumerate(reader, start=1):
            if number % _EVERY == 0:
                _bar(_READ * file.buffer.tell() / size, f"{number} regels gelezen")
            yield row
    except csv.Error as fault:
        raise BadRecord(
            f"Regel {reader.line_num + 1} is niet te lezen. Kijk of elk aanhalingsteken sluit."
        ) from fault


def _key(path: Path | None) -> bytes:
    """Read the secret key, or make one; without a file it is used once and forgotten."""
    if path is None:
        return secrets.token_bytes(32)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def _moving(first: float, last: float, text: str) -> Listener:
    """Let the bar go from one place to another with the work, a whole percent at a time."""
    shown: list[int] = []

    def listen(share: float) -> None:
        percent = int(100 * (first + (last - first) * share))
        if shown != [percent]:
            shown[:] = [percent]
            _bar(percent / 100, text)

    return listen


def _bar(done: float, text: str) -> None:
    """Show how far it is on one line of the terminal."""
    full = round(done * _WIDTH)
    sys.stderr.write(f"\r\x1b[K[{'#' * full}{'.' * (_WIDTH - full)}] {done:4.0%} {text}")
    sys.stderr.flush()
