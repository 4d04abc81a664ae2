"""Protect any microdata from the command line, and check what came out.

python -m pmg.disclosure protect DATA.csv --tables SPEC.json -o release.json
python -m pmg.disclosure verify release.json [--key HEX]
"""

import argparse
import csv
import json
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from pmg.disclosure import verify
from pmg.disclosure.errors import BadSpecification, DisclosureError
from pmg.disclosure.publish import publish
from pmg.disclosure.release import Params
from pmg.disclosure.specs import read_hierarchy, read_table
from pmg.disclosure.tables import Table, tabulate

_REFUSED = 1
_EVERY = 10_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns 0, 1 where nothing was published, or the code of `verify`."""
    parser = _parser()
    options, rest = parser.parse_known_args(argv)
    if options.command == "verify":
        return verify.main(rest)
    if rest:
        parser.error(f"onbekend: {' '.join(rest)}")
    try:
        _protect(options)
    except (DisclosureError, OSError, ValueError) as error:
        sys.stderr.write(f"\nNiets gepubliceerd: {error}\n")
        return _REFUSED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pmg.disclosure")
    commands = parser.add_subparsers(dest="command", required=True)
    protect = commands.add_parser("protect", help="bescherm tellingen door gecontroleerd afronden")
    protect.add_argument("data", type=Path, help="CSV, één regel per geteld geval")
    protect.add_argument("--tables", type=Path, required=True, help="JSON: dimensies en tabellen")
    protect.add_argument("-o", "--output", type=Path, required=True)
    protect.add_argument("--base", type=int, default=5, choices=(5, 10))
    protect.add_argument("--name", help="naam van de publicatie (anders die van het bestand)")
    protect.add_argument(
        "--key-file", type=Path, help="geheime sleutel; wordt gemaakt als het bestand er niet is"
    )
    commands.add_parser("verify", help="controleer een publicatie", add_help=False)
    return parser


def _protect(options: argparse.Namespace) -> None:
    asked = json.loads(options.tables.read_bytes())
    table = _tabulate(options.data, asked)
    _say("afronden en bewijzen …")
    params = Params(options.name or options.output.stem, base=options.base)
    done = publish(table, params, _key(options.key_file), about=asked.get("about"))
    options.output.write_bytes(done.as_bytes())
    cells = done.certificate["cells"]
    _say(f"{options.output}: {cells} cellen, afwijking hoogstens {done.release.tolerance}\n")


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
        return tabulate({units.pop(): _records(file)}, specs, hierarchies)


def _records(file: TextIO) -> Iterator[Mapping[str, Any]]:
    sample = file.readline()
    file.seek(0)
    delimiter = ";" if sample.count(";") > sample.count(",") else ","
    for number, row in enumerate(csv.DictReader(file, delimiter=delimiter), start=1):
        if number % _EVERY == 0:
            _say(f"{number} regels gelezen")
        yield row


def _key(path: Path | None) -> bytes:
    """Read the secret key, or make one; without a file it is used once and forgotten."""
    if path is None:
        return secrets.token_bytes(32)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def _say(text: str) -> None:
    """Show progress on one line of the terminal."""
    sys.stderr.write(f"\r\x1b[K{text}")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
