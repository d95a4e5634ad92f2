"""The decorator that makes a function a command of onhook.

It adds the options every command takes, hands the function a `Session`, and turns errors into
messages and exit codes. Nothing else does.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook.settings import find_folder, language_wanted
from onhook.words import Words
from onhook_cli.session import Session, error_text
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PANEL = "Options of every command"

_COMMON: dict[str, tuple[Any, Any]] = {
    "json": (
        Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")],
        False,
    ),
    "workspace": (
        Annotated[
            Path | None,
            typer.Option(
                help="The workspace's folder [default: ONHOOK_WORKSPACE, else here].", metavar="DIR"
            ),
        ],
        None,
    ),
    "customer": (
        Annotated[
            str | None,
            typer.Option(
                help="Whose accounts and devices; not needed where there is one customer.",
                metavar="ID",
            ),
        ],
        None,
    ),
    "lang": (
        Annotated[
            str | None,
            typer.Option(
                help="Language of messages: ja or en [default: ONHOOK_LANG, else the locale's].",
                metavar="ja|en",
            ),
        ],
        None,
    ),
}


class Unexpected(OnhookError):
    """onhook itself failed; what it was working on is not shown, it may be secret."""

    kind: str


def command(
    app: typer.Typer, name: str, *, example: str, shared: Mapping[str, Any] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as the command `name` of `app`.

    Args:
        app: The group it belongs to.
        name: The word typed.
        example: A call of it, shown at the end of its help.
        shared: Options it has in common with another, by name with what typer is to know of them;
            the function takes them as keywords. None of them need be given.

    Returns:
        A decorator for a function whose first parameter is the `Session`.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        epilog = "Example:  " + example
        app.command(name, epilog=epilog)(_with_common_options(function, shared or {}))
        return function

    return register


def _with_common_options(
    function: Callable[..., None], shared: Mapping[str, Any]
) -> Callable[..., None]:
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    first = [one for one in own if one.kind is one.POSITIONAL_OR_KEYWORD]
    first += [_option(name, kind, None) for name, kind in shared.items()]
    first += [one for one in own if one.kind is one.KEYWORD_ONLY]
    common = [_option(name, kind, default) for name, (kind, default) in _COMMON.items()]
    context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)

    @functools.wraps(function)
    def run(*, context: typer.Context, **given: Any) -> None:
        options = {name: given.pop(name) for name in _COMMON}
        path = context.command_path.partition(" ")[2]
        raise typer.Exit(_run(function, path, options, given))

    signature = inspect.Signature([*first, *common, context])
    run.__signature__ = signature  # type: ignore[attr-defined]  # typer reads it
    run.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    return run


def _option(name: str, kind: Any, default: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _run(
    function: Callable[..., None], path: str, options: dict[str, Any], given: dict[str, Any]
) -> int:
    words = Words("en")
    session = Session(path, options["json"], words, Path(), options["customer"])
    try:
        session.words = Words(language_wanted(options["lang"], os.environ))
        session.language_asked = session.words.lang if options["lang"] else None
        session.folder = find_folder(options["workspace"], os.environ)
        function(session, **given)
    except OnhookError as error:
        session.fault = error
    except OSError as error:
        session.fault = system_fault(error)
    except Exception as error:
        if os.environ.get("ONHOOK_DEBUG"):
            raise
        session.fault = Unexpected(type(error).__name__)
    return session.end()


def system_fault(error: OSError) -> OnhookError:
    """Return what the operating system says as an error of ours."""
    from onhook.files import NotWritable

    return NotWritable(str(error.filename or ""), error.strerror or type(error).__name__)


def group(parent: typer.Typer, name: str, help_: str) -> typer.Typer:
    """Return a new group of commands `name` below `parent`."""
    app = typer.Typer(help=help_, no_args_is_help=True, rich_markup_mode=None)
    parent.add_typer(app, name=name)
    return app


def fail_unexpectedly(error: BaseException) -> int:
    """Say that onhook itself failed, without showing what it was working on."""
    if os.environ.get("ONHOOK_DEBUG"):
        raise error
    print(error_text(Unexpected(type(error).__name__), Words("en")), file=sys.stderr)
    return int(Unexpected.exit_code)
