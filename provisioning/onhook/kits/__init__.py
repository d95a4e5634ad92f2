"""Kits: what a person needs to set up a phone, made, recorded, and written where it is wanted."""
