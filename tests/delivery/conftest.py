"""An office with links to deliver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.workspaces import Office


@pytest.fixture
def office(acme: Office) -> Office:
    """Return an office where 101 has a kit on D-1 and 102 one on D-2."""
    acme.accounts("101", "102")
    for device, extension in (("D-1", "101"), ("D-2", "102")):
        acme.do("device", "add", device, "--platform", "ios", "--level", "17.2")
        acme.do("device", "assign", device, extension)
    acme.do("issue", "--all", "--family", "linphone")
    return acme
