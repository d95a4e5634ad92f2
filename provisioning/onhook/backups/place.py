"""The folder that a workspace is restored to: empty at first, a workspace at the end.

Files are made ready in a folder of their own inside. What makes the folder a workspace, the
settings file, is put in place last and in one step; before that a second run begins anew.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from onhook.backups.belongings import FOLDERS
from onhook.backups.errors import FolderNotEmpty, RestoreUnderWay, WorkspaceThere
from onhook.files import PRIVATE_FILE, disk_faults, make_private_folder, sync_folder
from onhook.settings import KEY_FILE, SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

STAGING = ".onhook-restore"
DATABASE_FILE = "onhook.db"

_PUBLISHING = ".publishing"
_MAY_BE_THERE = frozenset(
    (
        KEY_FILE,
        KEY_FILE + ".lock",
        STAGING,
        "lost+found",
        *(DATABASE_FILE + end for end in ("", "-wal", "-shm")),
    )
)


class Place:
    """A folder that a workspace is being restored to.

    Attributes:
        folder: The folder.
        staging: Where its files are made ready.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.staging = folder / STAGING

    def write(self, name: str, content: Iterable[bytes]) -> None:
        """Make a file ready.

        Args:
            name: Its path within the workspace, from `is_belonging`.
            content: Its bytes, in parts.
        """
        path = self.staging / name
        make_private_folder(path.parent)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY, PRIVATE_FILE), "wb") as file:
            for part in content:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())

    def publish(self) -> None:
        """Put the files in place; the folder is a workspace afterwards."""
        (self.staging / _PUBLISHING).touch()
        sync_folder(self.staging)
        for name in (*FOLDERS, KEY_FILE, SETTINGS_FILE):
            if (self.staging / name).exists():
                (self.staging / name).replace(self.folder / name)
                sync_folder(self.folder)
        shutil.rmtree(self.staging, ignore_errors=True)

    def begin(self) -> None:
        """Take away what an interrupted run left behind, and begin anew."""
        if (self.staging / _PUBLISHING).exists():  # it had put some of its files in place
            for name in FOLDERS:
                shutil.rmtree(self.folder / name, ignore_errors=True)
        if self.staging.exists():
            shutil.rmtree(self.staging)
        self.check()
        make_private_folder(self.staging)

    def check(self) -> None:
        """Make sure that nothing is in the folder that could be lost, or become part of it.

        Raises:
            WorkspaceThere: It is a workspace.
            FolderNotEmpty: It holds something else.
        """
        if not self.folder.exists():
            return
        names = {path.name for path in self.folder.iterdir()}
        if SETTINGS_FILE in names:
            shutil.rmtree(self.staging, ignore_errors=True)  # of one killed at its very end
            raise WorkspaceThere(str(self.folder))
        publishing = (self.staging / _PUBLISHING).exists()
        mine = {name for name in FOLDERS if publishing or not _has_files(self.folder / name)}
        strays = names - _MAY_BE_THERE - mine
        if strays:
            raise FolderNotEmpty(str(self.folder), min(strays))


def _has_files(folder: Path) -> bool:
    return not folder.is_dir() or any(folder.iterdir())


@contextmanager
def open_place(folder: Path) -> Iterator[Place]:
    """Prepare `folder`; what was made there is taken away again on an error.

    Raises:
        WorkspaceThere: It is a workspace.
        FolderNotEmpty: It holds something that does not belong to one.
        RestoreUnderWay: Another process restores into it.
        StorageFault: It cannot be written to.
    """
    place = Place(folder)
    with disk_faults(folder):
        place.check()
        made = [one for one in (folder, *folder.parents) if not one.exists()]
        make_private_folder(folder)
        with _alone(folder):
            try:
                place.begin()
                yield place
            except BaseException:
                if not (folder / SETTINGS_FILE).exists():
                    shutil.rmtree(place.staging, ignore_errors=True)
                    _remove(made)
                raise


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise RestoreUnderWay(str(folder)) from None
    finally:
        os.close(descriptor)


def _remove(folders: Iterable[Path]) -> None:
    with suppress(OSError):  # somebody put something there meanwhile
        for folder in folders:
            folder.rmdir()
