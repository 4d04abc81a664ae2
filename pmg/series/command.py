"""The command `pmg import series`: the page that takes over figures from outside, typed."""

from pathlib import Path
from typing import Any

import click

from pmg.clock import today
from pmg.entry import parse_dutch_date
from pmg.errors import Invalid
from pmg.imports.seat import Roof, credentials_of, refusals, seated, signs_in
from pmg.security.policy import Action
from pmg.series import services
from pmg.series.rules import LARGEST_FILE, Origin, SeriesKind


@click.command("series")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in SeriesKind]))
@click.option("--source", required=True, help="Where the figures were published.")
@click.option("--date", "day", required=True, help="The day that the figures are about.")
@signs_in
@click.pass_obj
def series(roof: Roof, /, file: Path, kind: str, source: str, day: str, **given: Any) -> None:
    """Take over figures from outside: a CSV file with the columns gebied, periode, waarde.

    Ends with 0 when all was taken, 2 when a row or an option is wrong; then nothing is kept.
    """
    app, credentials = roof.app(), credentials_of(given)
    with file.open("rb") as opened:
        content = opened.read(LARGEST_FILE + 1)
    with app.app_context(), refusals(), seated(app, credentials, action=Action.SERIES_IMPORT) as at:
        origin = Origin(SeriesKind(kind), source, parse_dutch_date("date", day))
        with at.at_work():
            sheet = services.look(content)
        for fault in sheet.faults:
            click.echo(f"Rij {fault.row}: {fault.message}", err=True)
        if sheet.faults:
            raise Invalid("file", "Verbeter deze rijen. Er is niets bewaard.")
        with at.at_work():
            services.take_over(content, origin, today=today())
    click.echo(f"{len(sheet.figures)} figures taken over.")
