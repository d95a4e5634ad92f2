"""Backups: a whole workspace in one file that other programs can read, and the way back."""
