"""The commands `pmg import cases` and `pmg import undo`: the pages of an import, typed."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask import Flask

from pmg.cases.intake import Terms
from pmg.cases.rules import AgeBounds
from pmg.clock import today
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.imports import keeping, queries, services
from pmg.imports.columns import FIELDS, missing
from pmg.imports.desk import Desk, account_of
from pmg.imports.judging import Verdict
from pmg.imports.models import ImportBatch
from pmg.imports.reading import LARGEST_FILE
from pmg.imports.seat import Roof, credentials_of, refusals, seated, signs_in
from pmg.security import access

ALL_TAKEN, SOME_REFUSED = 0, 1
_FOR_ITS_OWNER = 0o600


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the options of the command say."""

    mapping: Sequence[str]
    dry_run: bool
    yes: bool
    take_known: bool
    director: str | None
    bad: Path


@click.command("cases")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@signs_in
@click.option("--mapping", multiple=True, metavar="COLUMN=FIELD", help="Which column is what.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--yes", is_flag=True, help="Do not ask before taking rows over.")
@click.option("--take-known", is_flag=True, help="Also take youths who may be known already.")
@click.option("--director", metavar="LOGIN", help="Who directs cases that run already.")
@click.option(
    "--bad",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where rows to mend go.  [default: FILE-verbeteren.xlsx]",
)
@click.pass_obj
def cases(roof: Roof, /, file: Path, bad: Path | None, **given: Any) -> None:
    """Take over a caseload list: good rows become cases, others go to a file to mend.

    Ends with 0 when every row was taken, 1 when some were not, 2 when nothing could be read.
    """
    app, credentials = roof.app(), credentials_of(given)
    wishes = Wishes(bad=bad or file.with_name(f"{file.stem}-verbeteren.xlsx"), **given)
    if wishes.bad.resolve() == file.resolve():
        raise click.UsageError("--bad names the list itself. Name another file.")
    with app.app_context(), refusals(), seated(app, credentials) as desk:
        outcome = _take_over(desk, _upload(file), wishes, terms_of=_terms_of(app))
    sys.exit(outcome)


@click.command("undo")
@click.argument("batch_id", type=click.UUID, metavar="ID")
@signs_in
@click.option("--reason", prompt="Waarom maakt u dit ongedaan", help="Why, in one sentence.")
@click.pass_obj
def undo(roof: Roof, /, batch_id: UUID, reason: str, **given: Any) -> None:
    """Undo an import as a whole: its cases, its youths and their keys."""
    app, credentials = roof.app(), credentials_of(given)
    with app.app_context(), refusals(), seated(app, credentials) as desk:
        with desk.at_work() as reader:
            batch = db.session.get(ImportBatch, (reader.municipality_id, batch_id))
            if batch is None:
                raise NotPermitted("not_found")
            taken = batch.rows_taken
            services.undo(batch, reason)
        click.echo(f"Undone: {taken} cases, with their youths and keys.")


def _upload(file: Path) -> services.Upload:
    with file.open("rb") as opened:
        return services.Upload(opened.read(LARGEST_FILE + 1), file.name)


def _terms_of(app: Flask) -> Callable[[access.Reader], Terms]:
    settings = app.config["SETTINGS"]
    ages = AgeBounds(settings.minimum_age, settings.maximum_age)
    return lambda reader: Terms(reader.municipality_id, reader.organisation_type, today(), ages)


def _take_over(
    desk: Desk, upload: services.Upload, wishes: Wishes, *, terms_of: Callable[..., Terms]
) -> int:
    with desk.at_work() as reader:
        batch_id = services.keep_list(upload, terms=terms_of(reader)).id
    try:
        with desk.at_work() as reader:
            verdict = _look(_batch(reader, batch_id), wishes, terms_of(reader))
        left_out = not wishes.take_known and bool(verdict.doubles)
        outcome = SOME_REFUSED if verdict.problems or left_out else ALL_TAKEN
        if wishes.dry_run or not (wishes.yes or click.confirm("Take the good rows over?")):
            click.echo("Nothing was taken over.")
            return outcome if wishes.dry_run else SOME_REFUSED
        with desk.at_work() as reader:
            services.begin(_batch(reader, batch_id), _choices(reader, wishes))
    finally:
        _throw_away(desk, batch_id)
    return _run(desk, batch_id, wishes, terms_of=terms_of)


def _batch(reader: access.Reader, batch_id: UUID) -> ImportBatch:
    return db.session.get_one(ImportBatch, (reader.municipality_id, batch_id))


def _throw_away(desk: Desk, batch_id: UUID) -> None:
    """Leave nothing of a list that was not taken over."""
    with desk.at_work() as reader:
        batch = _batch(reader, batch_id)
        if batch.state == "concept":
            services.discard(batch)


def _look(batch: ImportBatch, wishes: Wishes, terms: Terms) -> Verdict:
    """Show the columns and what every row would become."""
    listing, mapping = keeping.open_listing(batch), keeping.mapping_of(batch)
    if wishes.mapping:
        mapping = _chosen(wishes.mapping, listing.header, mapping)
        services.map_columns(batch, mapping, terms=terms)
    for at, title in enumerate(listing.header):
        held = FIELDS[mapping[at]].name if at in mapping else "-"
        click.echo(f"  {queries.shown(title)} = {held}")
    for title in listing.left_out:
        click.echo(f"  {queries.shown(title)}: never taken over")
    verdict = keeping.open_verdict(batch)
    if verdict is None:
        raise Invalid(
            "mapping", "Kies welke kolom dit is: %(name)s.", name=", ".join(missing(mapping))
        )
    for problem in verdict.problems:
        click.echo(f"Rij {problem.row}, {problem.title}: {problem.message}")
    for row, contact in verdict.doubles.items():
        click.echo(f"Rij {row}: misschien al bekend ({contact or 'procesregisseur'}).")
    bad, known = len(verdict.bad_rows), len(verdict.doubles)
    click.echo(f"{batch.rows_total - bad - known} good, {bad} to mend, {known} perhaps known.")
    return verdict


def _chosen(
    wishes: Sequence[str], header: Sequence[str], guessed: Mapping[int, str]
) -> dict[int, str]:
    """Return the mapping as the options change it; a field is named by its code or its label."""
    codes = {name.casefold(): code for code, f in FIELDS.items() for name in (code, f.label)}
    mapping = dict(guessed)
    for wish in wishes:
        title, _sign, name = wish.rpartition("=")
        if title not in header:
            raise Invalid("mapping", "Er is geen kolom '%(title)s' in deze lijst.", title=title)
        if name.strip() and name.strip().casefold() not in codes:
            raise Invalid("mapping", "Het veld '%(code)s' bestaat niet.", code=name)
        mapping.pop(header.index(title), None)
        if name.strip():
            code = codes[name.strip().casefold()]
            mapping = {at: held for at, held in mapping.items() if held != code}
            mapping[header.index(title)] = code
    return mapping


def _choices(reader: access.Reader, wishes: Wishes) -> services.Choices:
    director_id = account_of(wishes.director) if wishes.director else reader.user_id
    return services.Choices(wishes.take_known, director_id)


def _run(desk: Desk, batch_id: UUID, wishes: Wishes, *, terms_of: Callable[..., Terms]) -> int:
    """Take all rows, piece by piece; write the others to a file."""
    with desk.at_work() as reader:
        left = total = _batch(reader, batch_id).rows_total
    with click.progressbar(length=total, label="Rows") as bar:
        while left:
            with desk.at_work() as reader:
                before = left
                left = services.take_piece(_batch(reader, batch_id), terms=terms_of(reader))
            bar.update(before - left)
    with desk.at_work() as reader:
        batch = _batch(reader, batch_id)
        click.echo(f"{batch.rows_taken} taken over, {batch.rows_refused} not.")
        if batch.rows_refused:
            wishes.bad.touch(mode=_FOR_ITS_OWNER)
            wishes.bad.write_bytes(services.mending_list(batch))
            click.echo(f"Rows to mend: {wishes.bad}")
        click.echo(f"To undo: pmg import undo {batch_id} --as LOGIN")
        return SOME_REFUSED if batch.rows_refused else ALL_TAKEN
