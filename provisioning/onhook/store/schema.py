"""The tables. Migrations in `migrations/` lead to exactly this; a test compares the two.

Times are instants in UTC. Sealed columns hold what `onhook.sealing` makes; nothing secret stands
in any other. Rows refer to each other by small numbers; people's names for things (``acme``,
``101``, ``D-0007``) are unique columns beside them.

A row's number is one more than the highest there is, on PostgreSQL as on SQLite: a sequence would
leave gaps after each dry run. That is safe because one transaction writes at a time
(`onhook.store.engine.write_transaction`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    column,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy import (
    Text as AnyText,
)
from sqlalchemy import (
    table as lightweight_table,
)
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class _Iso8601(sqlite.DATETIME):
    """An instant as SQLite keeps it: ISO 8601 text in UTC, which sorts as instants do.

    SQLAlchemy's own type forgets the time zone and takes ten times as long.
    """

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what turns an aware instant into text."""
        return _to_text

    def result_processor(
        self,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
        coltype: object,  # noqa: ARG002 - as above
    ) -> Callable[[str | None], datetime | None]:
        """Return what turns the text into an aware instant."""
        return _from_text


@lru_cache(64)  # all rows of a batch are of one instant
def instant_text(instant: datetime) -> str:
    """Return an instant as SQLite keeps it, and as backups and the audit trail's codes tell it."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _to_text(instant: datetime | None) -> str | None:
    return None if instant is None else instant_text(instant)


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


Instant = DateTime(timezone=True).with_variant(_Iso8601, "sqlite")
"""An aware instant."""

# Not the dialect's own TEXT: to import that dialect takes 50 ms at every start.
Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")
"""Text that sorts by code points, as SQLite does, whatever language PostgreSQL was set up in."""


def _number(table: str) -> Column[int]:
    """Return the column of a table's numbers; many rows at once go through `insert_many`."""
    there = lightweight_table(table, column("id", Integer))
    # Literals, for `insert_many` has no other parameters than its own.
    highest = func.coalesce(func.max(there.c.id), literal_column("0", Integer))
    following = select(highest + literal_column("1", Integer)).scalar_subquery()
    return Column("id", Integer, primary_key=True, autoincrement=False, default=following)


customer = Table(
    "customer",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("mail", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

contract = Table(
    "contract",
    metadata,
    _number("contract"),
    Column("customer_id", Text, ForeignKey("customer.id"), nullable=False, index=True),
    Column("service", Text, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("cancel_asked_on", Date),
    Column("ends_on", Date),
    Column("ended_at", Instant),
    Column("pbx", JSON, nullable=False),
    Column("tunnel_password_sealed", LargeBinary),
)

account = Table(
    "account",
    metadata,
    _number("account"),
    Column("customer_id", Text, ForeignKey("customer.id"), nullable=False),
    Column("contract_id", Integer, ForeignKey("contract.id"), nullable=False, index=True),
    Column("extension", Text, nullable=False),
    Column("auth_id", Text, nullable=False),
    Column("password_sealed", LargeBinary),
    Column("msisdn_sealed", LargeBinary),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("mail", Text, nullable=False),
    Column("mobile", Text, nullable=False),
    Column("caller_id", Text, nullable=False),
    Column("disabled_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("customer_id", "extension"),
)

device = Table(
    "device",
    metadata,
    Column("id", Text, primary_key=True),
    Column("customer_id", Text, ForeignKey("customer.id"), nullable=False, index=True),
    Column("platform", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("serial", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("ownership", Text, nullable=False),
    Column("retired_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint("platform IN ('ios', 'android', 'pc')", name="platform"),
    CheckConstraint("ownership IN ('own', 'leased')", name="ownership"),
)

assignment = Table(
    "assignment",
    metadata,
    _number("assignment"),
    Column("device_id", Text, ForeignKey("device.id"), nullable=False),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    Column("status", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("began_by", Text, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", Text),
    CheckConstraint("status IN ('active', 'disputed', 'ended')", name="status"),
    # J-A1: one account per device, held here so that no two processes can break it. The migration
    # says the same to PostgreSQL; said here, it would load that dialect at every start (50 ms).
    Index(
        "uq_assignment_active_device",
        "device_id",
        unique=True,
        sqlite_where=text("status = 'active'"),
    ),
    Index("ix_assignment_device_id_status", "device_id", "status"),
    Index("ix_assignment_account_id_status", "account_id", "status"),
)

kit = Table(
    "kit",
    metadata,
    _number("kit"),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    # '' for people with their own phone, so that uniqueness holds there too.
    Column("device_id", Text, nullable=False),
    Column("current_issue", Integer, nullable=False),
    UniqueConstraint("account_id", "device_id"),
)

issue = Table(
    "issue",
    metadata,
    Column("kit_id", Integer, ForeignKey("kit.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("family", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("secret_in_qr", Boolean, nullable=False),
    PrimaryKeyConstraint("kit_id", "number"),
)

issue_file = Table(
    "issue_file",
    metadata,
    Column("kit_id", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    # As its family orders them: a link delivers the first.
    Column("place", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("content_sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("kit_id", "number", "name"),
    ForeignKeyConstraint(["kit_id", "number"], ["issue.kit_id", "issue.number"]),
)

link = Table(
    "link",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("kit_id", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("token_sealed", LargeBinary, nullable=False),
    Column("public_url", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("max_fetches", Integer, nullable=False),
    Column("fetches", Integer, nullable=False),
    # How often its page was opened, as far as that is counted: see `visit`.
    Column("opens", Integer, nullable=False, server_default=text("0")),
    Column("revoked_at", Instant),
    Column("revoked_why", Text),
    ForeignKeyConstraint(["kit_id", "number"], ["issue.kit_id", "issue.number"]),
    Index("ix_link_kit_id", "kit_id"),
)

# What phones did at a link. Written by the server, which may not touch anything else but `link`.
visit = Table(
    "visit",
    metadata,
    Column("kit_id", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    # Of the issue's visits, from 1: the link's fetches and opens at that moment together.
    Column("place", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("address", Text, nullable=False),
    PrimaryKeyConstraint("kit_id", "number", "place"),
    ForeignKeyConstraint(["kit_id", "number"], ["issue.kit_id", "issue.number"]),
    CheckConstraint("kind IN ('opened', 'fetched', 'file')", name="kind"),
)

# For people whose camera fails: what leads to an issue's page for a short time.
short_code = Table(
    "short_code",
    metadata,
    Column("kit_id", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("code_tag", LargeBinary, nullable=False, unique=True),
    Column("code_sealed", LargeBinary, nullable=False),
    Column("expires_at", Instant, nullable=False),
    PrimaryKeyConstraint("kit_id", "number"),
    ForeignKeyConstraint(["kit_id", "number"], ["issue.kit_id", "issue.number"]),
)

# How often a wrong short code was typed in a stretch of time: from one network, and ('') from all.
code_budget = Table(
    "code_budget",
    metadata,
    Column("began_at", Instant, nullable=False),
    Column("address", Text, nullable=False),
    Column("wrong", Integer, nullable=False),
    PrimaryKeyConstraint("began_at", "address"),
)

audit = Table(
    "audit",
    metadata,
    # Without a gap, from 1: a number that is missing was removed.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("key_id", LargeBinary, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Index("ix_audit_subject", "subject"),
)

# One row: where the chain of `audit` begins and ends.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    # The last entry that retention has cut off, and its code; 0 where none was.
    Column("cut_number", Integer, nullable=False),
    Column("cut_mac", LargeBinary, nullable=False),
    Column("number", Integer, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Column("key_id", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)

pbx_change = Table(
    "pbx_change",
    metadata,
    _number("pbx_change"),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("done_at", Instant),
    Column("done_by", Text),
    CheckConstraint("kind IN ('password', 'disable', 'enable')", name="kind"),
    # What is asked for twice is done once. For PostgreSQL see assignment.
    Index(
        "uq_pbx_change_open",
        "account_id",
        "kind",
        unique=True,
        sqlite_where=text("done_at IS NULL"),
    ),
)

backup = Table(
    "backup",
    metadata,
    _number("backup"),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
)

# A lease as its events have made it, with what is known to come: see `onhook.leasing.register`.
lease = Table(
    "lease",
    metadata,
    Column("device_id", Text, ForeignKey("device.id"), nullable=False),
    # The device's first lease is 1.
    Column("number", Integer, nullable=False),
    Column("contract_id", Integer, ForeignKey("contract.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("is_bought", Boolean, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("contract_on", Date, nullable=False),
    Column("price_yen", Integer, nullable=False),
    Column("due_kind", Text),
    Column("due_on", Date),
    Column("ended_on", Date),
    # The rule that says so of `due_on`, '' for none. NULL in a row that an onhook wrote which did
    # not keep what follows: that is worked out from the events until the device's next one.
    Column("due_rule", Text),
    Column("returned_on", Date),
    # The warranty's last day, and the rule that says so.
    Column("warranty_until", Date),
    Column("warranty_rule", Text),
    PrimaryKeyConstraint("device_id", "number"),
    Index("ix_lease_state_due_on", "state", "due_on"),
    Index("ix_lease_state_warranty_until", "state", "warranty_until"),
    # For PostgreSQL see assignment.
    Index("ix_lease_unkept", "device_id", sqlite_where=text("due_rule IS NULL")),
)

# What was entered about devices; nothing is ever deleted or changed.
lease_event = Table(
    "lease_event",
    metadata,
    Column("device_id", Text, ForeignKey("device.id"), nullable=False),
    # The device's first entry is 1.
    Column("number", Integer, nullable=False),
    # Of a start: under which contract.
    Column("contract_id", Integer, ForeignKey("contract.id"), index=True),
    # '' where a correction says that nothing happened; it has no day then.
    Column("kind", Text, nullable=False),
    Column("happened_on", Date),
    Column("details", JSON, nullable=False),
    Column("corrects", Integer),
    Column("reason", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
    PrimaryKeyConstraint("device_id", "number"),
)

# A walk through a troubleshooting flow.
walk = Table(
    "walk",
    metadata,
    _number("walk"),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    # '' for a person's own phone.
    Column("device_id", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("started_by", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    # Who left the telephone last: a colleague may go on with it.
    Column("changed_by", Text, nullable=False),
    # In the order they were given, each with who knew it and why.
    Column("answers", JSON, nullable=False),
    Column("state", Text, nullable=False),
    # Where it stands: the id of a question, or of the end it came to.
    Column("stands_at", Text, nullable=False),
    # Of the end it came to: who acts. '' before.
    Column("acts", Text, nullable=False),
    CheckConstraint("state IN ('open', 'solved', 'ended')", name="state"),
    Index("ix_walk_account_id", "account_id"),
)

# Mails. One is sent once to an address for each thing it is about; one that is about several has
# several rows, all with its Message-ID.
mailing = Table(
    "mailing",
    metadata,
    _number("mailing"),
    # Which mail: ``link``, ``due`` ...
    Column("kind", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("address", Text, nullable=False),
    # Whom people know it by: ``acme/101``, ``acme``, or '' for the administrator's.
    Column("whose", Text, nullable=False, index=True),
    Column("message_id", Text, nullable=False, index=True),
    # Handing: the server has all but its end, or more; only then nobody knows.
    Column("state", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    # What the server said last.
    Column("reply", Text, nullable=False),
    CheckConstraint("state IN ('queued', 'handing', 'sent', 'refused')", name="state"),
    UniqueConstraint("kind", "topic", "address"),
)
