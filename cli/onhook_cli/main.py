"""Assemble the command line."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the command that was typed; the entry point of ``onhook``."""
    if sys.argv[1:] == ["--version"]:
        from onhook import __version__

        print(f"onhook {__version__}")  # without the parser: scripts ask this often
        return
    sys.exit(_run())


def _run() -> int:
    import os

    from onhook_cli.app import app
    from onhook_cli.command import fail_unexpectedly

    os.umask(0o077)  # nothing onhook makes is for others to read
    try:
        code = app(standalone_mode=True)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - the last place; no secret may reach a traceback
        return fail_unexpectedly(error)
    return int(code or 0)
