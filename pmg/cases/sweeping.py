"""`pmg keys sweep`: keys that belong to nothing, because a crash came between key and row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import click
from flask import current_app
from sqlalchemy import Engine, create_engine, text

from pmg.clock import now
from pmg.security.encryption import keystore
from pmg.security.keystore import SAFE_AGE

_YOUTHLESS = text(
    "SELECT k FROM unnest(CAST(:ids AS uuid[])) k WHERE NOT EXISTS"
    " (SELECT FROM youth y WHERE y.municipality_id = :municipality AND y.id = k)"
    # A group approach has a key of its own, under its own id; it is of no youth.
    " AND NOT EXISTS"
    " (SELECT FROM group_approach g WHERE g.municipality_id = :municipality AND g.id = k)"
)
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Orphan:
    """A key for which there is no youth."""

    municipality_id: str
    key_id: UUID
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """How many keys are old enough to judge, and which of them belong to nobody."""

    total: int
    orphans: list[Orphan]


def find_orphans(owner: Engine) -> Found:
    """Return the keys older than a day for which the data, seen by its owner, has no youth.

    The keys are read first: a youth whose key is that old was committed or given up long ago.
    """
    old = keystore().made_before(now() - SAFE_AGE)
    orphans: list[Orphan] = []
    with owner.connect() as connection:
        for municipality_id, keys in old.items():
            for some in _some(list(keys)):
                given = {"ids": some, "municipality": municipality_id}
                nobodies = connection.execute(_YOUTHLESS, given).scalars()
                orphans += [Orphan(municipality_id, each, keys[each]) for each in nobodies]
    return Found(sum(len(keys) for keys in old.values()), orphans)


def _some(ids: list[UUID]) -> Iterator[list[UUID]]:
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))


@click.command("sweep")
@click.option("--destroy", is_flag=True, help="Destroy them; without it they are only named.")
@click.option("--yes", is_flag=True, help="Do not ask before destroying.")
@click.pass_obj
def sweep(roof: Any, /, *, destroy: bool, yes: bool) -> None:
    """Name the keys older than a day that belong to no youth, and destroy them when asked."""
    with roof.app().app_context():
        owner = create_engine(current_app.config["SETTINGS"].owner_database_url)
        try:
            found = find_orphans(owner)
        finally:
            owner.dispose()
        for orphan in found.orphans:
            click.echo(f"{orphan.municipality_id}  {orphan.key_id}  {orphan.made_at:%Y-%m-%d}")
        click.echo(f"{len(found.orphans)} of {found.total} keys belong to no youth.")
        if not (destroy and found.orphans):
            return
        if len(found.orphans) == found.total:
            raise click.ClickException(
                "No key belongs to any youth: this is not the data of these keys. "
                "Nothing was destroyed."
            )
        if not yes:
            click.confirm("Destroy them? What they open is unreadable for ever", abort=True)
        _destroy(found.orphans)
    click.echo(f"{len(found.orphans)} keys destroyed.")


def _destroy(orphans: list[Orphan]) -> None:
    for municipality_id in sorted({orphan.municipality_id for orphan in orphans}):
        keystore().shred_all(
            municipality_id,
            [orphan.key_id for orphan in orphans if orphan.municipality_id == municipality_id],
        )
