"""Fixtures that the tests here share."""

from tests.workspaces import acme, made_once

__all__ = ["acme", "made_once"]
