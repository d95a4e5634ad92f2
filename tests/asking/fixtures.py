"""One server and one private authority for all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from trustme import CA

from tests.asking.front import fronting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.asking.front import Front


@pytest.fixture(scope="session")
def authority() -> CA:
    """Return a private authority."""
    return CA(organization_name="Office Authority")


@pytest.fixture(scope="session")
def authority_file(authority: CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return its certificate as a file for ``--ca``."""
    path = tmp_path_factory.mktemp("authority") / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture(scope="session")
def front_for_all(authority: CA) -> Iterator[Front]:
    """Return the one server; to be used by `front` alone."""
    with fronting(authority) as front:
        yield front


@pytest.fixture
def front(front_for_all: Front) -> Front:
    """Return the server as if it were fresh."""
    front_for_all.reset()
    return front_for_all
