"""Tests of what a device is, what it may run and how days are counted."""
