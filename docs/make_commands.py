"""Write docs/commands.md from the commands' own help, so that the two cannot differ.

Run it after changing a command::

    .venv/bin/python docs/make_commands.py
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from onhook_cli.app import assemble

if TYPE_CHECKING:
    import typer

HEAD = """\
# Commands

Every command, as `onhook COMMAND --help` shows it. Written by `docs/make_commands.py`; do not edit.

After any command stand `--json`, `--workspace DIR`, `--customer ID` and `--lang ja|en`; they are
told here once and left out below.

| option | meaning |
| --- | --- |
| `--json` | print one JSON object `{"schema": "onhook/1", "command", "data", "errors"}` instead of text; secrets never appear in it without `--reveal` |
| `--workspace DIR` | the workspace's folder; default: `ONHOOK_WORKSPACE`, the folder you are in, `./onhook-workspace` |
| `--customer ID` | whose accounts and devices; not needed where there is one customer, or where `ID/101` is typed |
| `--lang ja\\|en` | language of messages; default: `ONHOOK_LANG`, else the locale's |

Exit codes: 0 done · 1 unexpected · 2 usage · 3 invalid input · 4 not found · 5 conflict · 6 refused
· 7 storage or network. A batch does all it can and ends with the code of the first refusal.
"""

_COMMON = ("--json", "--workspace", "--customer", "--lang", "--help")


def main() -> None:
    """Write the reference."""
    Path(__file__).with_name("commands.md").write_text(reference(), encoding="utf-8")


def reference() -> str:
    """Return the whole reference as Markdown."""
    sections = (
        f"\n## onhook {' '.join(path)}\n\n```text\n{_help(path)}\n```\n" for path in commands()
    )
    return HEAD + "".join(sections)


def commands() -> list[tuple[str, ...]]:
    """Return every command as the words typed, in the order of the help."""
    app = assemble()
    found: list[tuple[str, ...]] = [(str(info.name),) for info in app.registered_commands]
    for group in app.registered_groups:
        inner: typer.Typer | None = group.typer_instance
        names = [] if inner is None else [str(info.name) for info in inner.registered_commands]
        found += [(str(group.name), name) for name in names]
    return found


def _help(path: tuple[str, ...]) -> str:
    os.environ["COLUMNS"] = "96"
    runner = CliRunner()
    words = [*path, "--help"]
    shown = runner.invoke(assemble(), words, prog_name="onhook", terminal_width=96).output
    lines: list[str] = []
    skipping = False
    for line in shown.rstrip().splitlines():
        words = line.split()
        if line.startswith("  -") and words:
            skipping = words[0] in _COMMON
        elif not line.startswith("     "):
            skipping = False
        if not skipping:
            lines.append(line.rstrip())
    return "\n".join(lines).replace("\n\nOptions:\n\n", "\n\n")


if __name__ == "__main__":
    main()
