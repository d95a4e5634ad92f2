"""All commands there are, as the program itself tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer.main

from onhook_cli.app import assemble

if TYPE_CHECKING:
    from collections.abc import Iterator


def paths() -> Iterator[tuple[str, ...]]:
    """Yield each command's words, such as ``("account", "list")``."""
    tree = typer.main.get_command(assemble())
    for name, found in sorted(tree.commands.items()):  # type: ignore[attr-defined]  # a group
        inner = getattr(found, "commands", None)
        if inner is None:
            yield (name,)
        else:
            yield from ((name, below) for below in sorted(inner))


def groups() -> list[tuple[str, ...]]:
    """Return the words that show a list of commands, the program alone among them."""
    return [(), *sorted({path[:1] for path in paths() if len(path) > 1})]
