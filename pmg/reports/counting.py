"""From casework to true counts, which only the worker sees again, under a seal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pmg.definitions.rules import Template
from pmg.definitions.ties import tied
from pmg.disclosure.insider import Own
from pmg.disclosure.ledger import Ledger
from pmg.disclosure.specs import Hierarchy, TableSpec
from pmg.disclosure.tables import Table, tabulate
from pmg.reports import sources
from pmg.reports.indicators import WEIGHT
from pmg.reports.rules import Period, population
from pmg.reports.sorting import Record, known, records
from pmg.security import access


@dataclass(frozen=True, slots=True)
class Counted:
    """True counts, and of each provider what it knows itself of them. Secret."""

    table: Table
    providers: tuple[Mapping[str, Own], ...]


def counted(template: Template, period: Period, ledger: Ledger) -> Counted:
    """Count in one go: beside what comes of it under a seal, true numbers live nowhere.

    Tables of earlier reports about the same people come along, so that one proof covers all.
    """
    municipality_id = access.reader().municipality_id
    specs: dict[str, TableSpec] = {spec.name: spec for spec in template.specs()}
    hierarchies: dict[str, Hierarchy] = {
        one.dimension: one for one in template.hierarchies(municipality_id)
    }
    for release in ledger.about(population(municipality_id, period)):
        for spec in release.specs:
            specs.setdefault(spec.name, spec)
        for hierarchy in release.hierarchies:
            hierarchies.setdefault(hierarchy.dimension, hierarchy)
    units = {spec.unit for spec in specs.values()}
    gathered, divisions = sources.gather(period), tied(hierarchies.values())
    found = records(gathered, municipality_id, hierarchies=divisions)
    asked = {unit: rows for unit, rows in found.items() if unit in units}
    table = tabulate(asked, list(specs.values()), divisions, weight=WEIGHT)
    providers = known(gathered, municipality_id, hierarchies=divisions)
    return Counted(table, tuple(filter(None, (_own(table, each) for each in providers))))


def _own(table: Table, known_to: Mapping[str, Iterable[Record]]) -> dict[str, Own]:
    """Write what a provider knows as finest codes, of the units that this report counts."""
    return {
        part.unit: [
            ([str(record[name]) for name in part.dimensions], int(record[WEIGHT]))
            for record in known_to[part.unit]
        ]
        for part in table.parts
        if part.unit in known_to
    }


def about(template: Template, period: Period) -> dict[str, str]:
    """Write what the file says of itself; without a moment, so that it is made the same again."""
    reader = access.reader()
    return {
        "rapport": f"{template.title}, versie {template.version}",
        "gemeente": f"{reader.municipality_name} ({reader.municipality_id})",
        "eerste_dag": period.first.isoformat(),
        "laatste_dag": period.last.isoformat(),
        **{
            f"tabel {indicator.code}": f"{indicator.base} {indicator.definition}"
            for indicator in template.indicators
        },
    }
