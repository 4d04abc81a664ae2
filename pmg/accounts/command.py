"""`pmg account add`: the first accounts of an installation, and later ones with four eyes."""

from typing import Any

import click
from flask import current_app

from pmg.accounts.opening import NewAccount, open_account
from pmg.errors import Invalid
from pmg.security.policy import Role


@click.command("add")
@click.argument("login")
@click.option("--municipality", "municipality_id", required=True, help="Code, such as GM0363.")
@click.option("--name", required=True, help="How colleagues see this person.")
@click.option("--partner", "partner_code", required=True, help="Kind of partner, as GEM-JEUGD.")
@click.option("--organisation", required=True, help="Name of the organisation.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--granted-by", help="Login of who grants; not for the first account.")
@click.option("--approved-by", help="Login of who approves; not for the first account.")
@click.pass_obj
def add(roof: Any, /, **answers: Any) -> None:
    """Open an account for LOGIN (an e-mail address) and print how to sign in, once."""
    role = Role(answers.pop("role"))
    with roof.app().app_context():
        owner_url = current_app.config["SETTINGS"].owner_database_url
        try:
            opened = open_account(owner_url, NewAccount(role=role, **answers))
        except Invalid as refusal:
            raise click.ClickException(refusal.message) from None
    click.echo(f"Account opened for {answers['login']}. This is shown once:")
    click.echo(f"  password              {opened.password}")
    click.echo(f"  one-time-code secret  {opened.totp_secret}")
