"""Offices for the tests of kits; a filled one is made once and copied."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.kits.office import Office, people
from tests.workspaces import Pattern, copied, patterned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def filled(
    request: pytest.FixtureRequest, backend: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pattern]:
    """Return an office of twelve; only to be copied."""
    office = Office(tmp_path_factory.mktemp(f"filled-{backend}"), is_quick=True)
    with patterned(request, office.root) as (pattern, options):
        office.init(*options)
        office.fill(people(12))
        yield pattern


@pytest.fixture
def office(filled: Pattern, tmp_path: Path) -> Iterator[Office]:
    """Return an office of twelve of one's own, nothing issued yet."""
    with copied(filled, tmp_path / "office") as url:
        yield Office(tmp_path / "office", url=url, is_quick=True)


def copy_of(root: Path, place: Path) -> Office:
    """Return a copy of an office that is all in its folder."""
    shutil.copytree(root, place)
    return Office(place)
