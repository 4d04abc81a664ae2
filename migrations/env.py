"""Runs migrations with the rights of the owner, on the connection that it is handed."""

from alembic import context

connection = context.config.attributes["connection"]
target_metadata = context.config.attributes["metadata"]

context.configure(
    connection=connection,
    target_metadata=target_metadata,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
