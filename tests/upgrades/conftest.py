"""Fixtures that the tests here share."""

from tests.backups.conftest import elsewhere, filled_once, office

__all__ = ["elsewhere", "filled_once", "office"]
