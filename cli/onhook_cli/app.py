"""All commands, put together: for each word that may be typed first, a module of that name."""

from __future__ import annotations

import functools
import importlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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
def command_line(first: str, second: str = "") -> Callable[..., Any]:
    """Return what runs a command line that begins with the words `first` and `second`.

    It knows that command alone, for to build them all takes longer than most commands; after other
    words, such as one mistyped, it knows all that may stand there.
    """
    app = _assembled(first if first in COMMANDS else "")
    with _with_only(second if first in COMMANDS else "", app):
        return get_command(app)


@functools.cache
def _assembled(first: str) -> typer.Typer:
    return assemble((first,) if first else COMMANDS)


@contextmanager
def _with_only(second: str, app: typer.Typer) -> Iterator[None]:
    """Leave of the commands in a group only the one named, if it has it, for a while."""
    groups = [found.typer_instance for found in app.registered_groups if found.typer_instance]
    before = [group.registered_commands for group in groups]
    for group, commands in zip(groups, before, strict=True):
        named = [one for one in commands if one.name == second]
        group.registered_commands = named or commands
    yield
    for group, commands in zip(groups, before, strict=True):
        group.registered_commands = commands


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
