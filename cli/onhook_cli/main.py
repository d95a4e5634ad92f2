"""Assemble the command line."""

from __future__ import annotations

import io
import sys


def run() -> None:
    """Run the command that was typed; the entry point of ``onhook``."""
    if sys.argv[1:] == ["--version"]:
        from onhook import __version__

        print(f"onhook {__version__}")  # without the parser: scripts ask this often
        return
    sys.exit(_run())


def _run() -> int:
    import gc
    import os

    os.umask(0o077)  # nothing onhook makes is for others to read
    gc.set_threshold(50_000, 20, 100)  # a batch keeps much and drops little: a tenth of its time
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name the terminal cannot write stops nothing
            stream.reconfigure(errors="backslashreplace")
    code = _code()
    _flush()
    return code


def _code() -> int:
    from onhook_cli.app import command_line
    from onhook_cli.command import fail_unexpectedly

    try:
        first, second, *_ = [*sys.argv[1:], "", ""]
        code = command_line(first, second)(prog_name="onhook", standalone_mode=True)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - the last place; no secret may reach a traceback
        return fail_unexpectedly(error)
    return int(code or 0)


def _flush() -> None:
    from onhook_cli.session import close_quietly

    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            close_quietly(stream)
