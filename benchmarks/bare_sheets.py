"""The bare typesetter: the pages of ``onhook sheet --all`` from data that lie ready (pages.py).

    python bare_sheets.py FOLDER SHEETS.pdf

No database, nothing sealed, nothing checked; one symbol stands on every page.
"""

import sys
from pathlib import Path

import typst


def main(folder: str, pdf: str) -> None:
    typst.compile(
        str(Path(folder) / "sheet.typ"),
        output=pdf,
        font_paths=[str(Path(folder) / "fonts")],
        ignore_system_fonts=True,
        pdf_tags=False,
    )


main(*sys.argv[1:])
