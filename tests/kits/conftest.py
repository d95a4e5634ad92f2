"""Offices for the tests of kits; a filled one is made once and copied."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.kits.office import Office, people

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an office of twelve; not to be changed."""
    office = Office(tmp_path_factory.mktemp("filled"))
    office.init()
    office.fill(people(12))
    return office.root


@pytest.fixture
def office(filled: Path, tmp_path: Path) -> Office:
    """Return an office of twelve of one's own, nothing issued yet."""
    return copy_of(filled, tmp_path / "office")


def copy_of(root: Path, place: Path) -> Office:
    """Return a copy of an office."""
    shutil.copytree(root, place)
    return Office(place)
