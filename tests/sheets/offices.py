"""Offices whose people get sheets: each platform, both languages, awkward names, a leased phone."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING

from onhook.kits.candidates import Selection
from onhook.sheets.gathering import Wish, gather_sheets
from onhook.sheets.sheet import Sheet
from tests.programs import need

if TYPE_CHECKING:
    from pathlib import Path

    from tests.workspaces import Office

LONG_COMPANY = (
    "株式会社日本橋南北東西情報通信設備保守管理サービスホールディングス関西支社第三営業部"
)
LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff"
COMPANY = "Beta International Trading and Logistics Company Limited"
NAMES = {
    "101": "髙橋 健一",
    "102": "山﨑 美咲",
    "103": LONG_NAME,
    "0104": "Müller & <Söhne>",
    "105": "渡邉 直樹",
}
DEVICES = {
    "101": ("D-1", "ios", "17.2"),
    "102": ("D-2", "android", "14"),
    "103": ("D-3", "pc", "18"),
}


def fill(acme: Office) -> None:
    """Give people kits: on a leased iPhone, an Android phone, a PC, and phones of their own."""
    acme.do("customer", "set", "acme", "--name", LONG_COMPANY)
    people = [(ext, name, f"auth{ext}", f"Secret-{ext}") for ext, name in NAMES.items()]
    acme.do(
        *("account", "import"),
        acme.table("people.csv", ("extension", "display_name", "auth_id", "password"), *people),
    )
    devices = [(*DEVICES[ext], ext, f"Model {ext}", f"S-{ext}") for ext in DEVICES]
    header = ("device", "platform", "level", "extension", "model", "serial")
    acme.do("device", "import", acme.table("devices.csv", header, *devices))
    lent = ("--price", "39800", "--warranty-months", "12", "--on", acme.open().today)
    acme.do("lease", "start", "D-1", *lent)
    acme.do("issue", "--all", "--without-device")


def fill_mobile(acme: Office) -> None:
    """Give one person a kit of the service that bars numbers."""
    acme.do("init", "--service", "biglobe-mobile")
    acme.accounts("201")
    acme.do("account", "set", "201", "--display-name", "佐藤 花子")
    acme.do("device", "add", "D-9", "--platform", "android", "--level", "14")
    acme.do("device", "assign", "D-9", "201")
    acme.do("issue", "--all")


def sheets(office: Office, *names: str, wish: Wish | None = None, later_h: int = 0) -> list[object]:
    """Return what is gathered for the accounts named, or for all."""
    workspace = office.open()
    if later_h:
        now = workspace.clock() + timedelta(hours=later_h)
        workspace = office.open(lambda: now)
    with workspace.reading() as work:
        return list(gather_sheets(work, Selection(names), wish or Wish()))


def only(found: list[object]) -> Sheet:
    """Return the one sheet there is."""
    (sheet,) = found
    assert isinstance(sheet, Sheet)
    return sheet


def text_of(pdf: Path, page: int | None = None) -> str:
    """Return the text of a PDF as another program reads it, without blanks and line breaks."""
    (pdftotext,) = need("pdftotext")
    pages = [] if page is None else ["-f", str(page), "-l", str(page)]
    ran = subprocess.run([pdftotext, "-raw", *pages, pdf, "-"], capture_output=True, check=True)
    return joined(ran.stdout.decode())


def joined(text: str) -> str:
    """Return a text without what laying out adds to it."""
    return "".join(text.replace("\u200b", "").replace("\u2060", "").replace("\f", "").split())


def pictures_of(pdf: Path, folder: Path, dpi: int = 150) -> list[Path]:
    """Return a picture of each page."""
    (pdftoppm,) = need("pdftoppm")
    subprocess.run([pdftoppm, "-r", str(dpi), "-gray", "-png", pdf, folder / "page"], check=True)
    return sorted(folder.glob("page*.png"))
