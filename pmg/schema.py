"""Brings the two databases to the shape that this version needs, as their owners."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, create_engine

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
DATA, KEYSTORE = "versions", "keystore"


def configuration(connection: Connection, tree: str, metadata: MetaData | None = None) -> Config:
    """Return how Alembic runs one tree of migrations on a connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("version_locations", str(SCRIPTS / tree))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, metadata=metadata)
    return config


def migrate(owner_url: str, tree: str, *, revision: str = "head") -> None:
    """Upgrade one database; safe to run by several at once, the second waits and finds it done."""
    engine = create_engine(owner_url)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_lock(7405)")
            connection.commit()
            command.upgrade(configuration(connection, tree), revision)
            connection.commit()
            connection.exec_driver_sql("SELECT pg_advisory_unlock(7405)")
    finally:
        engine.dispose()
