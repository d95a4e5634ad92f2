"""Fixtures that the tests here share."""

from tests.workspaces import acme, made_once, mobile, nowhere, two_customers

__all__ = ["acme", "made_once", "mobile", "nowhere", "two_customers"]
