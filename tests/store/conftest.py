"""Fixtures that the tests here share."""

from tests.workspaces import acme, another, empty_databases, made_once, nowhere

__all__ = ["acme", "another", "empty_databases", "made_once", "nowhere"]
