"""An office with accounts, devices and kits, whose files are inspected through the command."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.inspecting.desk import Desk
from tests.workspaces import PBX, PUBLIC_URL, Office

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def desk_made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a workspace of two accounts and their devices; only to be copied."""
    home = tmp_path_factory.mktemp("desk")
    office = Office(home / "workspace", home)
    office.do("init", "--customer", "acme", "--pbx", PBX, "--public-url", PUBLIC_URL)
    for extension, name in (("101", "髙橋 太郎"), ("102", "Eva Söhne")):
        words = ("--auth-id", f"Xq{extension}k", "--password-file", "-", "--display-name", name)
        office.do("account", "add", extension, *words, typed=f"Geh eim;{extension}&<%41>\n")
    office.do("device", "add", "PC-1", "--platform", "pc", "--level", "14.0.47020.0")
    office.do("device", "add", "IOS-1", "--platform", "ios", "--level", "17.2")
    office.do("device", "assign", "PC-1", "101")
    return home


@pytest.fixture
def desk(desk_made_once: Path, tmp_path: Path) -> Desk:
    """Return a fresh desk: account 101 is on the PC, nothing is issued yet."""
    shutil.copytree(desk_made_once, tmp_path / "home")
    return Desk(Office(tmp_path / "home" / "workspace", tmp_path / "home"))
