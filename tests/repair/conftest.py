"""Offices in which something has to be repaired."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.workspaces import (
    PBX,
    PUBLIC_URL,
    Office,
    Pattern,
    acme,
    made_once,
    mobile,
    office_like,
    patterned,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["acme", "made_once", "mobile"]

DEVICES = (("D-1", "101"), ("D-2", "102"), ("D-3", "102"), ("D-4", "103"))


@pytest.fixture(scope="session")
def issued_once(
    request: pytest.FixtureRequest, backend: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pattern]:
    """Return a workspace where all have kits, and 102 two; only to be copied."""
    home = tmp_path_factory.mktemp(f"issued-once-{backend}")
    office = Office(home / "workspace", home)
    with patterned(request, office.folder) as (pattern, options):
        words = ("--customer", "acme", "--pbx", PBX, "--public-url", PUBLIC_URL)
        office.do("init", *words, *options)
        office.accounts("101", "102", "103")
        for device, extension in DEVICES:
            office.do("device", "add", device, "--platform", "ios", "--level", "17.2")
            office.do("device", "assign", device, extension)
        office.do("issue", "--all")
        yield pattern


@pytest.fixture
def office(issued_once: Pattern, tmp_path: Path) -> Iterator[Office]:
    """Return an office where all have kits, and 102 one on each of two devices."""
    with office_like(issued_once, tmp_path / "workspace") as found:
        yield found
