"""Fixtures that the tests here share."""

from tests.backups.conftest import elsewhere, office

__all__ = ["elsewhere", "office"]
