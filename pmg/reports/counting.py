"""From casework to true counts, which only the worker sees again, under a seal."""

from pmg.definitions.rules import Template
from pmg.disclosure.ledger import Ledger
from pmg.disclosure.specs import Hierarchy, TableSpec
from pmg.disclosure.tables import Table, tabulate
from pmg.reports import sources
from pmg.reports.indicators import WEIGHT
from pmg.reports.rules import Period, population
from pmg.reports.sorting import records
from pmg.security import access


def counted(template: Template, period: Period, ledger: Ledger) -> Table:
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
    found = records(sources.gather(period), municipality_id, hierarchies=list(hierarchies.values()))
    asked = {unit: rows for unit, rows in found.items() if unit in units}
    return tabulate(asked, list(specs.values()), list(hierarchies.values()), weight=WEIGHT)


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
