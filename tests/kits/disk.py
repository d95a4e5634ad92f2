"""A small disk of one's own: a tmpfs in a mount namespace that ends with the test."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.programs import lack, need

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk that only commands run `inside` see.

    Attributes:
        place: Where it is mounted, as they see it.
        inside: What to put before a command.
        namespaces: Files of what a process enters to see it.
        seen: The same folder as this process sees it.
    """

    place: Path
    inside: tuple[str, ...]
    namespaces: tuple[str, ...]
    seen: Path

    def remount(self, options: str) -> None:
        """Change the disk: ``size=9m``, ``ro``."""
        command = [*self.inside, "mount", "-o", f"remount,{options}", str(self.place)]
        subprocess.run(command, check=True)

    def fill(self, left: int) -> Path:
        """Write a file that leaves about `left` bytes of room, and return it."""
        found = os.statvfs(self.seen)
        path = self.seen / "filler"
        path.write_bytes(bytes(found.f_bavail * found.f_frsize - left))
        return path


@contextmanager
def disk(place: Path, size: str) -> Iterator[Disk]:
    """Mount a disk of `size` (``200k``) at `place`; skip or fail where that is not allowed."""
    unshare, nsenter = need("unshare", "nsenter")
    place.mkdir(parents=True, exist_ok=True)
    is_root = os.geteuid() == 0
    script = 'mount -t tmpfs -o "size=$1,mode=700" tmpfs "$2" && echo ready && exec cat'
    keeper = subprocess.Popen(
        [unshare, "-m" if is_root else "-rm", "sh", "-c", script, "sh", size, str(place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        if keeper.stdout.readline() != "ready\n":
            lack("no mount namespace here; mend: run as root, or allow user namespaces")
        enter = ["-m"] if is_root else ["-U", "--preserve-credentials", "-m"]
        inside = (nsenter, "-t", str(keeper.pid), *enter, "--")
        kinds = ("mnt",) if is_root else ("user", "mnt")
        namespaces = tuple(f"/proc/{keeper.pid}/ns/{kind}" for kind in kinds)
        yield Disk(place, inside, namespaces, Path(f"/proc/{keeper.pid}/root{place}"))
    finally:
        keeper.communicate()


# Bytes left, from none to enough for what a small office does.
ROOMS = (0, 4_096, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576)


def with_ever_more_room(
    small: Disk, run: Callable[[], dict[str, Any]], check: Callable[[], None]
) -> list[str]:
    """Run a command with ever more room on a disk until it goes well.

    Before that it must say that no room was left and how to mend it, and `check` must hold.

    Returns:
        The code of each refusal.
    """
    codes: list[str] = []
    for left in ROOMS:
        filler = small.fill(left)
        ended = run()
        filler.unlink()
        if ended["code"] == 0:
            assert codes, "there was room enough from the first"
            return codes
        (error,) = json.loads(ended["said"])["errors"]
        assert ended["code"] == error["exit_code"] == 7, ended["said"]
        assert error["mend"].startswith("make room and run"), error
        check()
        codes.append(error["code"])
    pytest.fail(f"it never had room enough: {codes}")
