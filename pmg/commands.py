"""The command `pmg`: serve, migrate, fill with demo data, and checks that anyone can run."""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask

from config import BadSettings, Settings
from pmg import computer, worker
from pmg.accounts.command import add as account_add
from pmg.app import create_app
from pmg.cases.sweeping import sweep as keys_sweep
from pmg.clock import now, today
from pmg.demo import announcement
from pmg.demo.loading import Plan, is_loaded, load
from pmg.demo.people import MOST_MUNICIPALITIES
from pmg.demo.reporting import report as report_demo
from pmg.demo.stores import Stores
from pmg.disclosure.__main__ import main as disclose
from pmg.embedded import CannotStart
from pmg.imports.command import cases as import_cases
from pmg.imports.command import undo as import_undo
from pmg.reports.renewing import hand_over, public
from pmg.series.command import series as import_series
from pmg.serve import get_ready, serve

ROOT = Path(__file__).resolve().parent.parent
_KILLED = 128 + signal.SIGTERM
_SEED = 2026


@dataclass(frozen=True, slots=True)
class Roof:
    """What the commands stand under: the folder of this installation and its settings."""

    instance: Path

    def settings(self, *, demo: bool = False) -> Settings:
        """Read the settings; a demo is marked as such unless PMG_ENV says otherwise.

        Raises ClickException with what to do when they are not right.
        """
        environ = dict(os.environ)
        if demo and not environ.get("PMG_ENV", "").strip():
            environ["PMG_ENV"] = "demo"
        try:
            settings = Settings.from_environment(environ, self.instance)
        except (BadSettings, CannotStart) as problem:
            raise click.ClickException(str(problem)) from None
        if demo and settings.env == "production":
            raise click.ClickException("This is production (PMG_ENV): demo data has no place here.")
        return settings

    def app(self) -> Flask:
        """Build the application, for a command that does casework."""
        return create_app(self.settings())


def _stores(settings: Settings) -> Stores:
    return Stores(
        owner_url=settings.owner_database_url,
        keystore_owner_url=settings.keystore_owner_url,
        root_key=settings.root_key,
        index_key=settings.index_key,
    )


def _sized(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say how large a demo is."""
    for option in (
        click.option("--seed", default=_SEED, show_default=True, help="Same seed, same demo."),
        click.option("--youths", default=600, show_default=True, type=click.IntRange(min=0)),
        click.option(
            "--municipalities",
            default=2,
            show_default=True,
            type=click.IntRange(1, MOST_MUNICIPALITIES),
        ),
    ):
        command = option(command)
    return command


@click.group()
@click.option(
    "--instance",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "instance",
    help="The folder of secrets and of the embedded database.  [default: instance]",
)
@click.pass_context
def main(context: click.Context, instance: Path) -> None:
    """Preventie met Gezag."""
    # Ending by SystemExit runs what was registered for the end, such as stopping PostgreSQL.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(_KILLED))
    context.obj = Roof(instance)


@main.command("serve")
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty database with demo data.")
@_sized
@click.pass_obj
def serve_command(roof: Roof, /, *, with_demo: bool, **size: int) -> None:
    """Bring the databases up to date and serve until told to stop."""
    settings = roof.settings(demo=with_demo)
    click.echo("Databases: bringing them up to date")
    get_ready(settings)
    if with_demo and not is_loaded(_stores(settings)):
        _fill(settings, size)
    serve(settings, lambda: _announce(settings, with_demo=with_demo))


def _announce(settings: Settings, *, with_demo: bool) -> None:
    lines = [f"Preventie met Gezag is open at {settings.public_url}"]
    if with_demo:
        lines += announcement.accounts(_stores(settings), moment=now())
    click.echo("\n".join(["", *lines, "", "Stop with Ctrl-C."]))
    sys.stdout.flush()


@main.command("worker")
@click.option("--reports", "only_reports", is_flag=True, hidden=True)
@click.option("--parent", type=int, hidden=True)
@click.pass_obj
def worker_command(roof: Roof, /, *, only_reports: bool, parent: int | None) -> None:
    """Bring mail and compute reports, until told to stop; `pmg serve` starts one by itself."""
    settings = roof.settings()
    if only_reports:
        computer.main(settings, parent or os.getppid())
    else:
        worker.main(settings, parent or os.getppid())


@main.command()
@click.pass_obj
def migrate(roof: Roof) -> None:
    """Bring both databases to this version."""
    get_ready(roof.settings())
    click.echo("Both databases are up to date.")


@main.command()
@_sized
@click.pass_obj
def demo(roof: Roof, /, **size: int) -> None:
    """Fill an empty database with invented youths and their cases."""
    settings = roof.settings(demo=True)
    get_ready(settings)
    if is_loaded(_stores(settings)):
        raise click.ClickException(
            f"The database holds accounts or cases already, and nothing was changed. For another "
            f"demo, remove {roof.instance} or name a new folder with --instance."
        )
    _fill(settings, size)


def _fill(settings: Settings, size: dict[str, int]) -> None:
    plan = Plan(**size, today=today())
    with click.progressbar(length=plan.youths, label="Demo data") as bar:
        load(_stores(settings), plan, bar.update)
    click.echo(
        "Demo reports: one released, one to judge in each municipality; national figures to judge"
    )
    report_demo(settings, plan)


@main.command()
@click.argument("login")
@click.pass_obj
def code(roof: Roof, login: str) -> None:
    """Print the one-time code of a demo account, for who has no app at hand."""
    stores = _stores(roof.settings(demo=True))
    if (found := announcement.code(stores, login, moment=now())) is None:
        raise click.ClickException(f"There is no demo account with the login {login}.")
    click.echo(found)


@main.group("import")
def imports() -> None:
    """Take over lists that are kept elsewhere."""


imports.add_command(import_cases)
imports.add_command(import_undo)
imports.add_command(import_series)


@main.group()
def account() -> None:
    """Open accounts; no page can do so."""


account.add_command(account_add)


@main.group()
def keys() -> None:
    """Look after the keys of youths, and the key that reports are signed by."""


keys.add_command(keys_sweep)
keys.add_command(public)
keys.add_command(hand_over)


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def disclosure(arguments: tuple[str, ...]) -> None:
    """Protect counts, and check what was published: protect, verify, audit, derive."""
    sys.exit(disclose(arguments))
