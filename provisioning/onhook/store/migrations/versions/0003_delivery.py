"""What phones did at their links, short codes, and how often wrong ones were typed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the three tables; links count how often their page was opened."""
    op.add_column(
        "link", sa.Column("opens", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.create_table(
        "visit",
        sa.Column("kit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("platform", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("agent", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.CheckConstraint("kind IN ('opened', 'fetched', 'file')", name=op.f("ck_visit_kind")),
        sa.ForeignKeyConstraint(
            ["kit_id", "number"],
            ["issue.kit_id", "issue.number"],
            name=op.f("fk_visit_kit_id_number"),
        ),
        sa.PrimaryKeyConstraint("kit_id", "number", "place", name=op.f("pk_visit")),
    )
    op.create_table(
        "short_code",
        sa.Column("kit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code_tag", sa.LargeBinary(), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["kit_id", "number"],
            ["issue.kit_id", "issue.number"],
            name=op.f("fk_short_code_kit_id_number"),
        ),
        sa.PrimaryKeyConstraint("kit_id", "number", name=op.f("pk_short_code")),
        sa.UniqueConstraint("code_tag", name=op.f("uq_short_code_code_tag")),
    )
    op.create_table(
        "code_budget",
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("began_at", "address", name=op.f("pk_code_budget")),
    )
