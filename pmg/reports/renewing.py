"""`pmg keys public` and `pmg keys hand-over`: what renewing the signing key needs."""

from pathlib import Path
from typing import Any

import click

from pmg.disclosure.canonical import canonical
from pmg.disclosure.errors import BadText
from pmg.disclosure.renewal import renewal
from pmg.reports.keys import ministry_signer, secrets_of
from pmg.variables import Variables


@click.command("public")
@click.pass_obj
def public(roof: Any, /) -> None:
    """Print the two public keys that sign now: of municipalities, and of the ministry.

    They stand as PMG_FORMER_SIGNING_KEYS takes them, for when they are renewed.
    """
    settings = roof.settings()
    own = secrets_of(settings.disclosure_key, settings.signing_key).signer
    ministry = ministry_signer(settings.signing_key)
    click.echo(f"{own.public_key.hex()},{ministry.public_key.hex()}")


@click.command("hand-over")
@click.argument("former", type=click.Path(path_type=Path))
@click.pass_obj
def hand_over(roof: Any, /, *, former: Path) -> None:
    """Print what tells the ministry of a new signing key, signed by the FORMER one and the new.

    FORMER is the file of the key that signed until now; the new one is that of the settings.
    """
    reader = Variables({}, "PMG_")
    seed = reader.key_file("FORMER", former)
    if reader.problems:
        raise click.ClickException("\n".join(reader.problems))
    settings = roof.settings()
    old, new = (
        secrets_of(settings.disclosure_key, key).signer for key in (seed, settings.signing_key)
    )
    try:
        document = renewal(old, new)
    except BadText:
        raise click.ClickException(
            "FORMER is the key that signs now. Set PMG_SIGNING_KEY_FILE to the new one first."
        ) from None
    click.echo(canonical(document).decode())
