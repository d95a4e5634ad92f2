"""The first tables.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "customer",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("mail", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
    )
    op.create_table(
        "contract",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("service", TEXT, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("cancel_asked_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pbx", sa.JSON(), nullable=False),
        sa.Column("tunnel_password_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_contract_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
    )
    op.create_index(op.f("ix_contract_customer_id"), "contract", ["customer_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("platform", TEXT, nullable=False),
        sa.Column("model", TEXT, nullable=False),
        sa.Column("serial", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("ownership", TEXT, nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ownership IN ('own', 'leased')", name=op.f("ck_device_ownership")),
        sa.CheckConstraint("platform IN ('ios', 'android', 'pc')", name=op.f("ck_device_platform")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_device_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
    )
    op.create_index(op.f("ix_device_customer_id"), "device", ["customer_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("customer_id", TEXT, nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("extension", TEXT, nullable=False),
        sa.Column("auth_id", TEXT, nullable=False),
        sa.Column("password_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("msisdn_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("first_name", TEXT, nullable=False),
        sa.Column("last_name", TEXT, nullable=False),
        sa.Column("display_name", TEXT, nullable=False),
        sa.Column("mail", TEXT, nullable=False),
        sa.Column("mobile", TEXT, nullable=False),
        sa.Column("caller_id", TEXT, nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_account_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_account_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint(
            "customer_id", "extension", name=op.f("uq_account_customer_id_extension")
        ),
    )
    op.create_index(op.f("ix_account_contract_id"), "account", ["contract_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("device_id", TEXT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_by", TEXT, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", TEXT, nullable=True),
        sa.CheckConstraint(
            "status IN ('active', 'disputed', 'ended')", name=op.f("ck_assignment_status")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_assignment_account_id")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_assignment_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(
        "ix_assignment_account_id_status", "assignment", ["account_id", "status"], unique=False
    )
    op.create_index(
        "ix_assignment_device_id_status", "assignment", ["device_id", "status"], unique=False
    )
    op.create_index(
        "uq_assignment_active_device",
        "assignment",
        ["device_id"],
        unique=True,
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "kit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("device_id", TEXT, nullable=False),
        sa.Column("current_issue", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_kit_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit")),
        sa.UniqueConstraint("account_id", "device_id", name=op.f("uq_kit_account_id_device_id")),
    )
    op.create_table(
        "issue",
        sa.Column("kit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("family", TEXT, nullable=False),
        sa.Column("service", TEXT, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("secret_in_qr", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["kit_id"], ["kit.id"], name=op.f("fk_issue_kit_id")),
        sa.PrimaryKeyConstraint("kit_id", "number", name=op.f("pk_issue")),
    )
    op.create_table(
        "issue_file",
        sa.Column("kit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("media_type", TEXT, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kit_id", "number"],
            ["issue.kit_id", "issue.number"],
            name=op.f("fk_issue_file_kit_id_number"),
        ),
        sa.PrimaryKeyConstraint("kit_id", "number", "name", name=op.f("pk_issue_file")),
    )
    op.create_table(
        "link",
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("kit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("public_url", TEXT, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("max_fetches", sa.Integer(), nullable=False),
        sa.Column("fetches", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_why", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["kit_id", "number"],
            ["issue.kit_id", "issue.number"],
            name=op.f("fk_link_kit_id_number"),
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_link")),
    )
    op.create_index("ix_link_kit_id", "link", ["kit_id"], unique=False)
