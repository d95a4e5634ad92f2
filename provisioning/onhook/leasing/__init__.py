"""Devices that are lent out: what happened to them is stored, all else is computed from it."""
