"""Behaviour of onhook, as its users meet it."""
