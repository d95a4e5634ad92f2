"""Keep a spreadsheet from running a cell as a formula.

A cell that begins like a formula gets an apostrophe in front. So that reading gives back exactly
what was written, a cell of apostrophes and then such a beginning gets one more, and reading takes
one away from these and from no others.
"""

from __future__ import annotations

import re

# OWASP, "CSV Injection": = + - @ TAB CR LF, and the full-width forms that Excel reads the same.
_RUNS = "=+\\-@\t\r\n＝＋－＠"
_WOULD_RUN = re.compile(f"'*[{_RUNS}]")
_SHIELDED = re.compile(f"'+[{_RUNS}]")


def shield(cell: str) -> str:
    """Return `cell` so that no spreadsheet runs it."""
    return f"'{cell}" if _WOULD_RUN.match(cell) else cell


def unshield(cell: str) -> str:
    """Return the text that `shield` was given."""
    return cell[1:] if _SHIELDED.match(cell) else cell
