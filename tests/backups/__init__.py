"""Backups hold everything, restore proves it, and nothing is ever half done."""
