"""Make values and throw-away families for tests."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from onhook.families import EXAMPLE, Families, Family, Values

SHIPPED = ("3cx", "3cxphone6", "baresip", "gswave", "linphone", "microsip", "twinkle")

MANIFEST = """\
manifest = 1
name = "{name}"
title = "Test"
version = "1"
platforms = ["pc"]

[certainty]
level = "own"
evidence = "Made for a test."

[qr]
payload = "url"

[[files]]
name = "account.txt"
template = "account.j2"
media_type = "text/plain"
escaping = "{escaping}"
"""

ANY_TEXT = st.text(st.characters(), max_size=40)  # surrogates and controls among it
MARKED = st.text(st.sampled_from("&<>\"'\\;\t\n\r\0 \u2028]a髙𠮷\ufffe"), max_size=12)
TEXTS = st.one_of(ANY_TEXT, MARKED)


def values(**changes: Any) -> Values:
    """Return the example's values with `changes`."""
    return replace(EXAMPLE, **changes)


def write_family(operator: Path, name: str, files: Mapping[str, str]) -> Path:
    """Write a family's folder below `operator`; return it."""
    folder = operator / name
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def family_of(
    operator: Path, template: str, *, escaping: str = "xml", more: str = "", name: str = "mine"
) -> Family:
    """Return a family of one file with this template; `more` is added to its manifest."""
    manifest = MANIFEST.format(name=name, escaping=escaping) + more
    write_family(operator, name, {"manifest.toml": manifest, "account.j2": template})
    return Families(operator).get(name)


def text_of(family: Family, **changes: Any) -> str:
    """Return the family's one file for the example's values with `changes`."""
    (file,) = family.render(values(**changes)).files
    return file.content.decode("utf-8")
