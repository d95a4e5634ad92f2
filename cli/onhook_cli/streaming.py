"""Print lists of any length as they come, so that none is ever held whole."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, TypeVar

from onhook_cli.session import plain, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from onhook_cli.session import Session

T = TypeVar("T")


def stream(
    session: Session,
    name: str,
    found: Iterable[T],
    *,
    headers: Sequence[str],
    row: Callable[[T], Sequence[object]],
    item: Callable[[T], dict[str, Any]],
) -> None:
    """Print a list, as a table or as the one list of the command's JSON.

    Args:
        session: Whose output it is. With ``--json`` nothing else may be its `data`.
        name: Of the list in JSON.
        found: What is listed; gone through once.
        headers: Keys of the catalogue (``column-...``).
        row: Makes a table's row of one.
        item: Makes the object of one.
    """
    if session.json:
        session.begin_list(name)
        for number, one in enumerate(found):
            text = json.dumps(item(one), ensure_ascii=session.is_ascii, default=plain)
            write(sys.stdout, f", {text}" if number else text, end="")
        return
    session.table(headers, map(row, found))
