"""Measures onhook's speed against what one would write instead; run by `make bench`."""
