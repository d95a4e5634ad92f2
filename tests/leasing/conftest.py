"""Fixtures that the tests here share."""

from tests.workspaces import acme, made_once, mobile, nowhere

__all__ = ["acme", "made_once", "mobile", "nowhere"]
