"""What was mailed to whom, and what the server said."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "mailing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("whose", TEXT, nullable=False),
        sa.Column("message_id", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", TEXT, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", TEXT, nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'handing', 'sent', 'refused')", name=op.f("ck_mailing_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint("kind", "topic", "address", name=op.f("uq_mailing_kind_topic_address")),
    )
    op.create_index("ix_mailing_message_id", "mailing", ["message_id"], unique=False)
    op.create_index("ix_mailing_whose", "mailing", ["whose"], unique=False)
