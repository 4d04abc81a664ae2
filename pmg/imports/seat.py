"""The seat of who types a command: its options, its session, and how a refusal is told."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import click
from flask import Flask

from pmg.accounts.services import Terms as SessionTerms
from pmg.errors import Invalid, NotPermitted
from pmg.imports.desk import Credentials, Desk, sit_down
from pmg.security.policy import Action

CANNOT = 2


class Roof(Protocol):
    """What the commands stand under."""

    def app(self) -> Flask:
        """Build the application."""


def signs_in(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say on whose behalf."""
    for option in (
        click.option(
            "--stdin",
            "from_stdin",
            is_flag=True,
            help="Read the password and the one-time code from standard input, a line each.",
        ),
        click.option("--code", help="The one-time code; asked for when it is not given."),
        click.option("--as", "login", required=True, metavar="LOGIN", help="Whose work this is."),
    ):
        command = option(command)
    return command


def credentials_of(given: dict[str, Any]) -> Credentials:
    """Take the credentials out of the options; ask for what is not there."""
    login, code, from_stdin = given.pop("login"), given.pop("code"), given.pop("from_stdin")
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        return Credentials(login, password, code or sys.stdin.readline().strip())
    password = click.prompt("Password", hide_input=True)
    return Credentials(login, password, code or click.prompt("One-time code"))


@contextmanager
def refusals() -> Iterator[None]:
    """Say what was refused, and end with 2."""
    try:
        yield
    except NotPermitted:
        click.echo("This account may not do this, or there is no such import.", err=True)
        sys.exit(CANNOT)
    except Invalid as refusal:
        hint = " Use --director LOGIN." if refusal.field == "director" else ""
        click.echo(f"{refusal.message}{hint}", err=True)
        sys.exit(CANNOT)


@contextmanager
def seated(
    app: Flask, credentials: Credentials, *, action: Action = Action.CASE_IMPORT
) -> Iterator[Desk]:
    """Sign in to do this, and end the session afterwards."""
    settings = app.config["SETTINGS"]
    terms = SessionTerms(idle=settings.session_idle, lifetime=settings.session_lifetime)
    desk = sit_down(credentials, terms, action=action)
    try:
        yield desk
    finally:
        desk.leave()
