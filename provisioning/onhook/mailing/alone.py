"""One sender at a time: two that know nothing of each other would send everything twice."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from onhook.files import PRIVATE_FILE, disk_faults
from onhook.mailing.errors import MailsUnderWay
from onhook.store.engine import open_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onhook.workspace import Workspace

PATIENCE_S: Final = 60.0
"""How long another sender is waited for; one that lost its master ends with the mail it is at."""

LOCK_FILE: Final = ".mail-lock"
_LOOKS_EVERY_S: Final = 0.05
_SENDERS_LOCK: Final = 0x6D61696C6572  # "mailer"; told apart by number, as that of writers


@contextmanager
def alone(workspace: Workspace) -> Iterator[None]:
    """Keep other senders of a workspace out, or wait until they have ended.

    Raises:
        MailsUnderWay: They did not in `PATIENCE_S`.
        StorageFault: The lock cannot be made.
    """
    is_file = workspace.engine.dialect.name == "sqlite"
    with (_file_lock if is_file else _server_lock)(workspace):
        yield


@contextmanager
def _file_lock(workspace: Workspace) -> Iterator[None]:
    path = workspace.settings.folder / LOCK_FILE
    with disk_faults(path):
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        _wait(workspace, lambda: _is_locked(descriptor))
        yield
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _server_lock(workspace: Workspace) -> Iterator[None]:
    """Hold a lock of the database's server as long as a connection of its own lives."""
    engine = open_engine(workspace.settings.database)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            statement = f"SELECT pg_try_advisory_lock({_SENDERS_LOCK})"
            _wait(workspace, lambda: bool(connection.exec_driver_sql(statement).scalar()))
            yield
    finally:
        engine.dispose()


def _wait(workspace: Workspace, is_ours: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not is_ours():
        if time.monotonic() > until:
            raise MailsUnderWay(str(workspace.settings.folder))
        time.sleep(_LOOKS_EVERY_S)
