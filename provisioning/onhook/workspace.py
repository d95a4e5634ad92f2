"""A workspace: settings, key ring and database in one folder, and the way to work in it.

`Workspace` is the composition root: it makes the defaults (clock, actor, services, families) and
hands a use case its `UnitOfWork`.
"""

from __future__ import annotations

import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from onhook import settings as settings_
from onhook.audit.errors import AuditHeadKeyMissing
from onhook.audit.trail import Entry, append
from onhook.files import make_private_folder, write_private
from onhook.keys.belonging import require_ours
from onhook.keys.errors import KeyRingMissing, KeyRingOfAnother
from onhook.keys.ring_file import changing, read_ring, require_in_force, write_ring
from onhook.keys.sources import read_source
from onhook.sealing import KeyRing
from onhook.store.engine import (
    absolute,
    open_engine,
    read_transaction,
    same_database,
    shown,
    shown_url,
    write_transaction,
)
from onhook.store.errors import DatabaseOlder, database_faults
from onhook.store.migration import has_tables, migrate, require_current
from onhook_devices.errors import Conflict, OnhookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

    from onhook.families import Families
    from onhook.settings import Settings
    from onhook_devices.flow import Flows
    from onhook_devices.service import Services

TOKYO = ZoneInfo("Asia/Tokyo")  # P0


class DatabaseElsewhere(Conflict):
    """The workspace has a database, and another was named without moving."""

    database: str
    other: str


class WorkspaceMoved(Conflict):
    """The workspace's database became another while something was under way."""

    folder: str


def end_of_day(day: date) -> datetime:
    """Return the instant at which `day` is over in Japan (P0)."""
    return datetime.combine(day + timedelta(days=1), time(), TOKYO).astimezone(UTC)


def utc_now() -> datetime:
    """Return this instant."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Workspace:
    """An opened workspace.

    Attributes:
        settings: What is set for it.
        keys: Its key ring.
        actor: Who works in it; recorded with everything done.
        clock: Tells the instant; a test passes its own.
    """

    settings: Settings
    keys: KeyRing
    actor: str
    clock: Callable[[], datetime] = utc_now

    @cached_property
    def engine(self) -> Engine:
        """The database's engine."""
        return open_engine(self.settings.database)

    def close(self) -> None:
        """Close the database's connections, if any were opened."""
        if "engine" in vars(self):
            self.engine.dispose()

    @cached_property
    def services(self) -> Services:
        """The services: those shipped, and the workspace's own."""
        return _services(self.settings.folder)

    @cached_property
    def flows(self) -> Flows:
        """The troubleshooting flows: those shipped, and the workspace's own."""
        from onhook_devices.flow import Flows  # noqa: PLC0415 - read only where used

        return Flows(self.settings.folder / "flows")

    @cached_property
    def families(self) -> Families:
        """The softphone families: those shipped, and the workspace's own."""
        from onhook.families import Families  # noqa: PLC0415 - jinja2 is slow to import

        return Families(self.settings.folder / "templates")

    @property
    def today(self) -> date:
        """Today's date in Japan (P0)."""
        return self.clock().astimezone(TOKYO).date()

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """Open a unit of work that changes nothing."""
        with database_faults(shown(self.engine)), read_transaction(self.engine) as connection:
            yield UnitOfWork(self, connection, self.clock())

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[UnitOfWork]:
        """Open a unit of work that is stored whole at the end, or not at all.

        No other is open at the same time: this one waits for it.

        Args:
            keep: False takes everything back at the end: a dry run.

        Raises:
            WorkspaceMoved: The database was moved since the workspace was opened.
            KeyRingReplaced: The keys in use were taken out of the ring since then.
            StorageFault: The database cannot be reached or written to, or others write too long.
        """
        with database_faults(shown(self.engine)), write_transaction(self.engine) as connection:
            if not settings_.database_stays(self.settings):  # perhaps while we waited
                raise WorkspaceMoved(str(self.settings.folder))
            require_in_force(self.keys, self.settings.key_file)  # as above
            work = UnitOfWork(self, connection, self.clock(), entries=[])
            yield work
            if keep:
                work.end()
            else:
                connection.rollback()


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """One transaction, the instant it happens at and who does it."""

    workspace: Workspace
    connection: Connection
    now: datetime
    entries: list[Entry] | None = None

    @property
    def actor(self) -> str:
        """Return who does it."""
        return self.workspace.actor

    @property
    def today(self) -> date:
        """Return the day it happens on, in Japan (P0)."""
        return self.now.astimezone(TOKYO).date()

    def record(self, action: str, subject: str, **details: object) -> None:
        """Record for the audit trail what is done; it is stored with it, or not at all.

        Args:
            action: What, as ``account.disable``.
            subject: To what: ``acme/101``, ``D-0007``. What is done to many at once is one entry
                with their customer here, and names them in `details`.
            details: More, without any secret; what JSON can hold.

        Raises:
            PurposeMissing: The key ring cannot sign it, as a public server's.
        """
        if self.entries is None:
            raise RuntimeError("a unit of work that only reads has nothing to record")
        _ = self.workspace.keys.audit.newest  # now: at the end files may have been written
        self.entries.append(Entry(action, subject, details))

    def end(self) -> None:
        """Store what was recorded; called once, before the transaction is committed."""
        add = partial(append, self.connection, at=self.now, actor=self.actor)
        entries = self.entries or []
        try:
            add(self.workspace.keys.audit, entries)
        except AuditHeadKeyMissing:  # perhaps it was added since the ring was read
            add(read_source(self.workspace.settings.keys).audit, entries)


def open_workspace(
    folder: Path,
    environment: Mapping[str, str],
    *,
    may_be_older: bool = False,
    may_lack_signer: bool = False,
) -> Workspace:
    """Open the workspace in `folder`.

    Args:
        folder: Where it is.
        environment: Variables that lie over its settings.
        may_be_older: Whether the tables may be of an earlier onhook: they will be read as such.
        may_lack_signer: Whether the ring may lack the key that signed last: what is signed will be
            verified, or that key given up.

    Raises:
        NoWorkspace: There is none.
        BadSetting: A setting cannot be what it is.
        KeyRingMissing: The key ring is not there or may not be read.
        KeyRingOfAnother: It is of another workspace.
        StorageFault: Ring or database cannot be used as they are.
    """
    settings = settings_.load(folder, environment)
    keys = read_source(settings.keys)
    workspace = Workspace(settings, keys, settings_.actor(environment))
    try:
        require_current(workspace.engine)
        require_ours(workspace.engine, keys, settings.keys.shown, by_signature=not may_lack_signer)
    except DatabaseOlder:
        if not may_be_older:
            workspace.close()
            raise
    except KeyRingOfAnother:
        workspace.close()
        if read_source(settings.keys).ids == keys.ids:
            raise
        # It was rotated after we had read it and before we looked at the database.
        return open_workspace(
            folder, environment, may_be_older=may_be_older, may_lack_signer=may_lack_signer
        )
    except OnhookError:
        workspace.close()
        raise
    return workspace


@dataclass(frozen=True, slots=True)
class Made:
    """What `make_workspace` found or made: `state` is a word of the catalogue."""

    what: str
    where: str
    state: str


def make_workspace(
    folder: Path, options: Mapping[str, str], environment: Mapping[str, str]
) -> tuple[Workspace, list[Made]]:
    """Make the workspace in `folder`, or what is missing of it; nothing there is lost.

    Args:
        folder: Where; made if it is not there.
        options: Settings by name to write into the settings file.
        environment: Variables that lie over the file.

    Returns:
        The workspace, and what was made, changed or found.

    Raises:
        BadSetting: An option has a value it cannot have; nothing is made.
        NotFound: There is no such service, and nothing is made; or no such database.
        DatabaseElsewhere: The workspace has another database, with something in it.
        KeyRingMissing: The workspace is there and its keys are not.
        KeyRingOfAnother: They are of another workspace.
        StorageFault: The folder or database cannot be written to.
    """
    options = check_options(folder, options)
    if "database" in options:
        environment = {k: v for k, v in environment.items() if k != settings_.DATABASE_VARIABLE}
        _check_same_database(folder, options["database"], environment)
    make_private_folder(folder)
    # The keys come first: settings without keys then mean that the keys were lost. The settings
    # come last: what does not answer is not kept as the workspace's database.
    written = SettingsFile(folder / settings_.SETTINGS_FILE, options)
    settings = settings_.settled(folder, written.values, environment)
    keys_made = _make_keys(settings)
    keys = read_source(settings.keys)
    workspace = Workspace(settings, keys, settings_.actor(environment))
    try:
        before, after = migrate(workspace.engine)
        require_ours(workspace.engine, keys, settings.keys.shown)
        settings_made = written.write()
        state = "made" if before is None else "kept" if before == after else "changed"
        made = [settings_made, keys_made, Made("database", shown(workspace.engine), state)]
        _record_made(workspace, made, options)
    except BaseException:
        workspace.close()
        raise
    return workspace, made


def _record_made(workspace: Workspace, made: list[Made], options: Mapping[str, str]) -> None:
    """Record what was made or changed, and which settings were named; a value may be secret."""
    new = {one.what: one.state for one in made if one.state != "kept"}
    if not new:
        return
    with workspace.writing() as work:
        work.record("workspace.init", "", **new, named=sorted(options))


def check_options(folder: Path, options: Mapping[str, str]) -> dict[str, str]:
    """Return settings given as options as they are to be written.

    Raises:
        BadSetting: One has a value it cannot have.
        NotFound: There is no such service.
    """
    for name, text in options.items():
        settings_.read_setting(name, text, "--" + name.replace("pbx.", "pbx-").replace("_", "-"))
    if "service" in options:
        _services(folder).get(options["service"])
    if "database" in options:  # relative to here and now, and not to where a command is typed later
        return {**options, "database": absolute(options["database"])}
    return dict(options)


def _check_same_database(folder: Path, wanted: str, environment: Mapping[str, str]) -> None:
    """Make sure that a workspace does not lose sight of what it has stored.

    Raises:
        DatabaseElsewhere: It is in another database.
    """
    if not (folder / settings_.SETTINGS_FILE).exists():
        return
    known = settings_.load(folder, environment).database
    if not same_database(known, wanted) and has_tables(known):
        raise DatabaseElsewhere(shown_url(known), shown_url(wanted))


def _services(folder: Path) -> Services:
    from onhook_devices.service import Services  # noqa: PLC0415 - read only where used

    return Services(folder / "services")


class SettingsFile:
    """The settings file as it will be with some options written into it; comments stay.

    Args:
        path: Where it is, or will be.
        options: Settings by name.

    Raises:
        SettingsUnreadable: What is there is not TOML; it is told and not overwritten.
    """

    def __init__(self, path: Path, options: Mapping[str, str]) -> None:
        import tomlkit  # noqa: PLC0415 - only `init` writes settings

        self._path = path
        self._there = path.exists()
        if self._there:
            settings_.read_file(path)
        self._before = path.read_text(encoding="utf-8") if self._there else _FIRST_SETTINGS
        document = tomlkit.parse(self._before)
        for name, text in options.items():
            value = settings_.read_setting(name, text, str(path))
            table: Any = document
            *above, key = name.split(".")
            for step in above:
                table = table.setdefault(step, tomlkit.table())
            if table.get(key) != value:
                table[key] = value
        self._after = tomlkit.dumps(document)

    @property
    def values(self) -> dict[str, Any]:
        """Return what will stand in it."""
        return tomllib.loads(self._after)

    def write(self) -> Made:
        """Put it in place in one step."""
        is_changed = self._after != self._before
        if not self._there or is_changed:
            write_private(self._path, self._after.encode())
        state = "made" if not self._there else "changed" if is_changed else "kept"
        return Made("settings", str(self._path), state)


_FIRST_SETTINGS = """\
# onhook's settings for this workspace. Each can also be given as an environment
# variable (ONHOOK_PUBLIC_URL, ONHOOK_PBX_HOST ...), which lies over this file.
# docs/settings.md tells them all.
"""


def _make_keys(settings: Settings) -> Made:
    path = settings.keys.file
    if path is None:  # others keep it
        return Made("keys", settings.keys.shown, "kept")
    if path.exists():
        return _complete_keys(path)
    if settings.file.exists():
        raise KeyRingMissing(str(path), "no such file")  # fresh keys would open nothing sealed
    write_ring(path, KeyRing.fresh(utc_now()))
    return Made("keys", str(path), "made")


def _complete_keys(path: Path) -> Made:
    """Add the keys that an earlier onhook did not know of."""
    now = utc_now()
    there = read_ring(path)
    if there.completed(now).keys == there.keys:
        return Made("keys", str(path), "kept")
    with changing(path) as before:
        write_ring(path, before.completed(now))
    return Made("keys", str(path), "changed")
