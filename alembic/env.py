"""Alembic's entry: migrates over the connection and the transaction that `monitor.storage.migrate` opened."""

from alembic import context
from monitor.storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
