"""Leases of devices, and what was entered about them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "lease",
        sa.Column("device_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("is_bought", sa.Boolean(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("contract_on", sa.Date(), nullable=False),
        sa.Column("price_yen", sa.Integer(), nullable=False),
        sa.Column("due_kind", TEXT, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_lease_contract_id")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_lease_device_id")),
        sa.PrimaryKeyConstraint("device_id", "number", name=op.f("pk_lease")),
    )
    op.create_index("ix_lease_contract_id", "lease", ["contract_id"], unique=False)
    op.create_index("ix_lease_state_due_on", "lease", ["state", "due_on"], unique=False)
    op.create_table(
        "lease_event",
        sa.Column("device_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_lease_event_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_lease_event_device_id")
        ),
        sa.PrimaryKeyConstraint("device_id", "number", name=op.f("pk_lease_event")),
    )
    op.create_index("ix_lease_event_contract_id", "lease_event", ["contract_id"], unique=False)
