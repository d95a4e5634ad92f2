"""All commands, put together: for each word that may be typed first, a module of that name."""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

COMMANDS = (
    "init",
    "customer",
    "contract",
    "account",
    "device",
    "check",
    "issue",
    "reissue",
    "qr",
    "sheet",
    "link",
    "mail",
    "serve",
    "inspect",
    "troubleshoot",
    "walk",
    "template",
    "pbx",
    "doctor",
    "backup",
    "restore",
    "audit",
    "key",
    "lease",
    "notify",
    "terms",
)
"""In the order of the help."""


@functools.cache
def command_line(first: str) -> Callable[..., Any]:
    """Return what runs a command line that begins with the word `first`.

    It knows that command alone, for to build them all takes longer than most commands; after any
    other word, such as one mistyped, it knows them all.
    """
    return get_command(assemble((first,) if first in COMMANDS else COMMANDS))


def assemble(commands: Iterable[str] = COMMANDS) -> typer.Typer:
    """Put commands together; without any named, all there are."""
    app = typer.Typer(
        name="onhook",
        help=main.__doc__,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(main)
    for name in commands:
        importlib.import_module(f"onhook_cli.commands.{name}").register(app)
    return app


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer passes it by position
    if wanted:
        from onhook import __version__

        print(f"onhook {__version__}")
        raise typer.Exit


def main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Set up softphones: from a list of accounts to config files and QR codes."""
