"""An office with a secret of every kind, and what the tests here ask of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onhook.sealing import KeyRing

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared


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
    office.do("qr", "101", "--code")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office that holds a sealed value of every kind."""
    return prepared(_fill)


def ring_of(office: Office) -> KeyRing:
    """Return the ring in the office's file."""
    path = office.folder / "keys.json"
    return KeyRing.loads(path.read_text(encoding="ascii"), str(path))
