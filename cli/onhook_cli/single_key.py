"""Ask for a single key on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from onhook.widths import half_width

if TYPE_CHECKING:
    from collections.abc import Collection

    from onhook_cli.session import Session

LEAVE = "q"

_ESCAPE = "\x1b"


def can_ask(session: Session) -> bool:
    """Tell whether there is a person at a terminal who reads what is said."""
    return not session.json and sys.stdin.isatty() and sys.stdout.isatty()


def press(session: Session, prompt: str, keys: Collection[str]) -> str:
    """Return which of `keys` is pressed after `prompt`; Ctrl-C and Ctrl-D are `LEAVE`.

    Others are passed over; with a Japanese input method on, keys come full-width.
    """
    print(prompt, end=" ", flush=True)
    key = ""
    try:
        while not key:
            key = first_key(keys, typer.getchar())
    except (KeyboardInterrupt, EOFError):
        key = LEAVE
    print(session.words(f"key-{key}"))
    return key


def first_key(keys: Collection[str], typed: str) -> str:
    """Return the first of `keys` in what came at once, as over a slow line; '' if there is none.

    A key such as an arrow comes as a sequence that ends with a letter, which nobody typed.
    """
    if typed.startswith(_ESCAPE):
        return ""
    return next((key for key in half_width(typed).lower() if key in keys), "")
