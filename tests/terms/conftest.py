"""Offices to ask in, and a folder without one."""

from tests.workspaces import acme, made_once, mobile, nowhere

__all__ = ["acme", "made_once", "mobile", "nowhere"]
