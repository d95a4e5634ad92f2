"""How Alembic runs: on the connection it is handed, in one transaction."""

from alembic import context

from onhook.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
