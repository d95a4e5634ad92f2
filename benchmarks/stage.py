"""Where measurements happen: a fresh folder with workspaces to copy, deleted at the end.

Nothing is deleted before: a file system that has just lost many files makes new ones several
times slower for a while.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import office
from benchmarks.processes import ONHOOK, Run, run, script

if TYPE_CHECKING:
    from collections.abc import Iterator

KEEPING = ("backup", "key rotate --reseal", "restore")
_OUT = Path("bench-out")


class Stage:
    """A folder with inputs of several sizes, and a number for everything made in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def fresh(self, what: str) -> Path:
        """Return a path where nothing is yet."""
        return self._folder / f"{next(self._numbers):03}-{what}"

    def extensions(self, size: int) -> Path:
        """Return a PBX's export of `size` extensions."""
        path = self._folder / f"extensions-{size}.csv"
        return path if path.exists() else office.write_extensions(path, size)

    def register(self, size: int) -> Path:
        """Return an office's register of `size` leased devices."""
        path = self._folder / f"register-{size}.csv"
        return path if path.exists() else office.write_register(path, size)

    def workspace(self) -> Path:
        """Return a new workspace that knows customer, PBX and public address."""
        workspace = self.fresh("workspace")
        words = (ONHOOK, "init", "--customer", office.CUSTOMER, "--pbx", office.PBX)
        self.run(*words, "--public-url", office.PUBLIC_URL, workspace=workspace)
        return workspace

    def peopled(self, size: int) -> Path:
        """Return a new workspace with `size` accounts, each on a device of its own."""
        workspace = self.workspace()
        devices = office.write_devices(self.fresh("devices.csv"), size)
        self.run(ONHOOK, "account", "import", self.extensions(size), workspace=workspace)
        self.run(ONHOOK, "device", "import", devices, workspace=workspace)
        return workspace

    def issued(self, size: int) -> Path:
        """Return a new workspace with `size` accounts, each with a device and a kit."""
        workspace = self.peopled(size)
        self.run(ONHOOK, "issue", "--all", workspace=workspace)
        return workspace

    def keep(self, issued: Path) -> tuple[Run, ...]:
        """Measure backup, reseal and restore, as named in `KEEPING`."""
        keys, backup = self.fresh("keys.json"), self.fresh("office.zip")
        shutil.copy(issued / "keys.json", keys)
        commands = (
            (issued, ("backup", backup)),
            (issued, ("key", "rotate", "--reseal")),
            (self.fresh("workspace"), ("restore", backup, "--keys", keys)),
        )
        return tuple(self.run(ONHOOK, *words, workspace=place) for place, words in commands)

    def copy(self, workspace: Path) -> Path:
        """Return a copy of `workspace` as its last command left it."""
        copied = self.fresh("workspace")
        shutil.copytree(workspace, copied)
        return copied

    def run(self, *words: str | Path, workspace: Path | None = None) -> Run:
        """Run a command and measure it."""
        return run(words, log=self.fresh("log"), workspace=workspace)

    def issue_folder(self, peopled: Path, size: int) -> Run:
        """Measure ``issue --all --out`` in a copy of a workspace with `size` accounts."""
        workspace, kits = self.copy(peopled), self.fresh("kits")
        measured = self.run(ONHOOK, "issue", "--all", "--out", kits, workspace=workspace)
        made = sum(1 for folder in (kits / office.CUSTOMER).iterdir() if _is_kit(folder))
        assert made == size, f"{made} kits instead of {size}"
        return measured

    def issue_archive(self, peopled: Path, size: int) -> Run:
        """Measure ``issue --all --archive`` in a copy of a workspace with `size` accounts."""
        workspace, kits = self.copy(peopled), self.fresh("kits.zip")
        measured = self.run(ONHOOK, "issue", "--all", "--archive", kits, workspace=workspace)
        with zipfile.ZipFile(kits) as archive:
            made = sum(name.endswith("/manifest.json") for name in archive.namelist())
        assert made == size, f"{made} kits instead of {size}"
        return measured

    def issue_one(self, peopled: Path) -> Run:
        """Measure ``issue`` for one account: what starting up takes."""
        words = (ONHOOK, "issue", str(office.FIRST_EXTENSION), "--out", self.fresh("kits"))
        return self.run(*words, workspace=self.copy(peopled))

    def issue_naively(self, size: int) -> Run:
        """Measure the naive script for `size` accounts."""
        return self.run(*script("naive.py"), self.extensions(size), self.fresh("naive"))

    def import_accounts(self, size: int) -> Run:
        """Measure ``account import`` of `size` rows."""
        words = (ONHOOK, "account", "import", self.extensions(size))
        return self.run(*words, workspace=self.workspace())

    def import_naively(self, size: int) -> Run:
        """Measure csv and sqlite3 alone on `size` rows."""
        return self.run(*script("naive_import.py"), self.extensions(size), self.fresh("naive.db"))


def _is_kit(folder: Path) -> bool:
    return {"manifest.json", "qr.png"} < {file.name for file in folder.iterdir()}


@contextmanager
def open_stage() -> Iterator[Stage]:
    """Make a fresh folder below ``bench-out`` and delete it at the end."""
    _OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_OUT) as folder:
        yield Stage(Path(folder).resolve())
