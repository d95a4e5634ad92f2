"""Offices in which something has to be repaired."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared

DEVICES = (("D-1", "101"), ("D-2", "102"), ("D-3", "102"), ("D-4", "103"))


def issue_all(acme: Office) -> None:
    acme.accounts("101", "102", "103")
    for device, extension in DEVICES:
        acme.do("device", "add", device, "--platform", "ios", "--level", "17.2")
        acme.do("device", "assign", device, extension)
    acme.do("issue", "--all")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office where all have kits, and 102 one on each of two devices."""
    return prepared(issue_all)
