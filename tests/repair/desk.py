"""A desk with a terminal: runs ``onhook`` with the words of each line that is typed, as often as
is wanted, in one process. The interpreter's start would be most of a walk's time otherwise.
"""

from __future__ import annotations

import shlex
import sys

from onhook_cli.main import run

READY = "what next?"


def main() -> None:
    """Do what is typed until the terminal is closed."""
    while True:
        sys.argv = ["onhook", *shlex.split(input(READY))]
        code: object = 0
        try:
            run()
        except SystemExit as ended:
            code = ended.code or 0
        sys.stdout.write(f"exit code {code}\n")


if __name__ == "__main__":
    main()
