"""Folders in memory: what a test makes is gone after it and needs no disk.

CI keeps pytest's own folders on a disk, where the files of real offices are.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.thoroughness import thorough

_MEMORY = Path("/dev/shm")  # noqa: S108 - the folders made there are private
_ROOMY = 4 << 30  # bytes: some hundred databases, and pictures


def memory() -> Path | None:
    """Return where files are in memory; None where there is no or too little room."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOMY
    return _MEMORY if roomy else None


def give_pytest_memory() -> None:
    """Let pytest make its folders there, unless CI or the person at the keyboard wants others."""
    place = thorough(None, memory())
    if place is not None and not _forbids_programs(place):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))


def _forbids_programs(place: Path) -> bool:
    """Tell whether no program may be started from there, as in many containers."""
    return bool(os.statvfs(place).f_flag & os.ST_NOEXEC)
