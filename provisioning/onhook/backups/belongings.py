"""The files of a workspace that a backup holds besides the database."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from onhook.backups.errors import AmongBelongings
from onhook.settings import KEY_FILE, SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDERS = ("flows", "mails", "services", "sheets", "templates")


def find_belongings(folder: Path) -> Iterator[str]:
    """Yield the paths of a workspace's own files, relative to its folder, in order.

    The key ring is none of them. What begins with a dot is left out: it is an editor's or a version
    control's, and onhook reads none of it. What a link leads to is a file like others.
    """
    if (folder / SETTINGS_FILE).is_file():
        yield SETTINGS_FILE
    for name in FOLDERS:
        for path in sorted(_files(folder / name)):
            relative = path.relative_to(folder).as_posix()
            if is_belonging(relative):
                yield relative


def require_elsewhere(folder: Path, path: Path) -> None:
    """Keep what holds links, which are secret, away from what backups take along.

    Args:
        folder: The workspace's.
        path: A file or folder that is to be written.

    Raises:
        AmongBelongings: It lies in one of the workspace's own folders.
    """
    real = path.resolve()
    for name in FOLDERS:
        if real.is_relative_to((folder / name).resolve()):
            raise AmongBelongings(str(path))


def _files(folder: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for place, inner, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        inner[:] = [] if real in seen else [name for name in inner if not name.startswith(".")]
        if real not in seen:
            yield from (path for name in names if (path := Path(place, name)).is_file())
        seen.add(real)


def is_belonging(path: str) -> bool:
    """Tell whether a backup may hold this path: one that stays within the workspace's folder."""
    if path in (SETTINGS_FILE, KEY_FILE):
        return True
    parts = path.split("/")
    return (
        len(parts) > 1
        and parts[0] in FOLDERS
        and str(PurePosixPath(path)) == path
        and all(_is_plain(part) for part in parts)
    )


def _is_plain(part: str) -> bool:
    # os.fsencode's stand-ins for bytes that are no UTF-8 cannot stand in a ZIP file.
    return not part.startswith(".") and part.isprintable() and "\\" not in part
