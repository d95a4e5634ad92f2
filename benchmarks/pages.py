"""Write down what the pages of ``onhook sheet --all`` say, for the bare typesetter.

python pages.py WORKSPACE FOLDER
"""

import json
import shutil
import sys
from pathlib import Path

from onhook.kits.candidates import Selection
from onhook.qr import encode, svg
from onhook.sheets.design import Design, own_fonts
from onhook.sheets.gathering import Wish, gather_sheets
from onhook.sheets.printing import SheetPrinter, laid_out
from onhook.sheets.sheet import Sheet
from onhook.workspace import open_workspace

_TEMPLATE, _DATA, _SYMBOL = "sheet.typ", "data.json", "symbol-0.svg"


def main(workspace: str, folder: str) -> None:
    opened = open_workspace(Path(workspace), {})
    with opened.reading() as work, SheetPrinter(opened.settings.folder) as printer:
        found = list(gather_sheets(work, Selection(), Wish()))
        contents = [laid_out(printer.content(one)) for one in found if isinstance(one, Sheet)]
    for content in contents:
        content["symbol"] = {"file": _SYMBOL, "width_mm": 70}
    look = {"accent": "#1f4e79", "logo": None, "fonts": ["BIZ UDPGothic", "Noto Sans"]}
    data = {"title": contents[0]["title"], "sheets": contents, "fit": False, "look": look}
    place = Path(folder)
    (place / "fonts").mkdir(parents=True)
    (place / _DATA).write_text(json.dumps(data), encoding="utf-8")
    (place / _TEMPLATE).write_text(Design().text(_TEMPLATE)[0], encoding="utf-8")
    (place / _SYMBOL).write_bytes(svg(encode("https://phone.example/k/" + "A" * 26)))
    for font in own_fonts():
        shutil.copy(str(font), place / "fonts")


main(*sys.argv[1:])
