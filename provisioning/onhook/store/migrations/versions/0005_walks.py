"""Walks through a troubleshooting flow."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "walk",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("device_id", TEXT, nullable=False),
        sa.Column("service", TEXT, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", TEXT, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", TEXT, nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("stands_at", TEXT, nullable=False),
        sa.Column("acts", TEXT, nullable=False),
        sa.CheckConstraint("state IN ('open', 'solved', 'ended')", name=op.f("ck_walk_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_walk_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk")),
    )
    op.create_index("ix_walk_account_id", "walk", ["account_id"], unique=False)
