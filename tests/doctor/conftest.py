"""Fixtures that the tests here share."""

from tests.workspaces import acme, another, made_once, mobile, nowhere, two_customers

__all__ = ["acme", "another", "made_once", "mobile", "nowhere", "two_customers"]
