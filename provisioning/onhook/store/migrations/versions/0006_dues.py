"""What is asked of many leases at once: returns, warranties, and the rules that say so."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns; in rows that are there they stay empty, and their events are asked."""
    for column in (
        sa.Column("due_rule", TEXT, nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.Column("warranty_rule", TEXT, nullable=True),
    ):
        op.add_column("lease", column)
    op.create_index("ix_lease_state_warranty_until", "lease", ["state", "warranty_until"])
    unkept = sa.text("due_rule IS NULL")
    op.create_index(
        "ix_lease_unkept",
        "lease",
        ["device_id"],
        sqlite_where=unkept,
        postgresql_where=unkept,
    )
