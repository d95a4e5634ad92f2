"""An office with a secret of every kind, and what the tests here ask of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onhook.sealing import KeyRing
from onhook.settings import load
from tests.workspaces import Pattern, made_once, nowhere, office_like

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.workspaces import Office

__all__ = ["made_once", "nowhere"]


@pytest.fixture(scope="session")
def filled_once(
    made_once: Pattern, backend: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pattern]:
    """Return an office that holds a sealed value of every kind; only to be copied."""
    with office_like(
        made_once, tmp_path_factory.mktemp(f"filled-{backend}") / "workspace"
    ) as office:
        _fill(office)
        url = load(office.folder, {}).database
        yield Pattern(office.folder, made_once.server, url)


def _fill(office: Office) -> None:
    words = ("--tunnel-port", "5090", "--tunnel-password-file", "-")
    office.do("init", "--service", "biglobe-mobile")
    office.do("contract", "start", *words, typed="Secret-tunnel\n")
    office.accounts("101", "102")
    office.do("account", "set", "101", "--msisdn-file", "-", typed="09077776666\n")
    for device, extension in (("D-1", "101"), ("D-2", "102")):
        office.do("device", "add", device, "--platform", "ios", "--level", "17.2")
        office.do("device", "assign", device, extension)
    office.do("issue", "--all")


@pytest.fixture
def office(filled_once: Pattern, tmp_path: Path) -> Iterator[Office]:
    """Return an office that holds a sealed value of every kind."""
    with office_like(filled_once, tmp_path / "workspace") as office:
        yield office


def ring_of(office: Office) -> KeyRing:
    """Return the ring in the office's file."""
    path = office.folder / "keys.json"
    return KeyRing.loads(path.read_text(encoding="ascii"), str(path))
