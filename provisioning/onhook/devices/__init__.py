"""Devices and which account is on which: J-A1 is kept here and by the database."""
