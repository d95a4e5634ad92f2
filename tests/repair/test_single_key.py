"""Of what comes from the keyboard the first key that means something counts."""

from __future__ import annotations

import pytest

from onhook_cli.single_key import first_key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("y", "y"),
        ("Y", "y"),
        ("ｎ", "n"),
        ("xn", "n"),
        ("ny", "n"),
        ("ｎｎ", "n"),
        ("x", ""),
        ("", ""),
        ("\x1b[B", ""),
        ("\x1bOB", ""),
    ],
)
def test_the_first_key_that_means_something(typed: str, key: str) -> None:
    assert first_key("ynbq", typed) == key
