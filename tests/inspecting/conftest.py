"""An office with accounts, devices and kits, whose files are inspected through the command."""

from __future__ import annotations

import shutil
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.inspecting.desk import Desk
from tests.workspaces import PBX, PUBLIC_URL, Office

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def desk_made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a workspace of two accounts and their devices; only to be copied."""
    home = tmp_path_factory.mktemp("desks") / "desk"
    home.mkdir()
    office = Office(home / "workspace", home)
    office.do("init", "--customer", "acme", "--pbx", PBX, "--public-url", PUBLIC_URL)
    for extension, name in (("101", "髙橋 太郎"), ("102", "Eva Söhne")):
        words = ("--auth-id", f"Xq{extension}k", "--password-file", "-", "--display-name", name)
        office.do("account", "add", extension, *words, typed=f"Geh eim;{extension}&<%41>\n")
    office.do("device", "add", "PC-1", "--platform", "pc", "--level", "14.0.47020.0")
    office.do("device", "add", "IOS-1", "--platform", "ios", "--level", "17.2")
    office.do("device", "assign", "PC-1", "101")
    office.close()
    return home


@pytest.fixture(scope="session")
def issued_once(desk_made_once: Path) -> Callable[[str], Path]:
    """Return a way to get the folder of such a desk where the kit of a family is issued."""

    @cache
    def issued(family: str) -> Path:
        desk = _desk(desk_made_once, desk_made_once.with_name(family), issued)
        desk.issue(family)
        desk.office.close()
        return desk.office.home

    return issued


@pytest.fixture
def desk(desk_made_once: Path, issued_once: Callable[[str], Path], tmp_path: Path) -> Desk:
    """Return a fresh desk: account 101 is on the PC, nothing is issued yet."""
    return _desk(desk_made_once, tmp_path / "home", issued_once)


def _desk(pattern: Path, home: Path, issued: Callable[[str], Path]) -> Desk:
    shutil.copytree(pattern, home)
    return Desk(Office(home / "workspace", home), issued)
