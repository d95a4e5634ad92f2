"""Issue a kit, spoil it, inspect it: all through the command line."""

from __future__ import annotations

import filecmp
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.workspaces import Office, Ran

PASSWORD = "Geh eim;101&<%41>"
SHIPPED = ("3cx", "linphone", "3cxphone6", "baresip", "twinkle", "microsip", "gswave")
FILES = {
    "3cx": "3cxprov_101.3cxconfig",
    "linphone": "linphone-101.xml",
    "3cxphone6": "3CXVoipPhone.ini",
    "baresip": "accounts",
    "twinkle": "101.cfg",
    "microsip": "MicroSIP.ini",
    "gswave": "qr.png",
}
ENCODINGS = {"3cxphone6": "utf-16", "microsip": "utf-16"}


@dataclass(frozen=True)
class Desk:
    """An office, and what is done with kits in it.

    Attributes:
        office: The office.
        issued: Gives the folder of a desk like this one where the kit of a family is issued.
    """

    office: Office
    issued: Callable[[str], Path]

    def issue(self, family: str, device: str = "PC-1", extension: str = "101") -> Path:
        """Issue a kit and return the file that the phone gets."""
        if family == "gswave":  # it runs on phones alone
            self.office.run("device", "unassign", "PC-1", "101")
            self.office.run("device", "assign", "IOS-1", "101")
            device = "IOS-1"
        out = self.office.home / f"kits-{family}"
        words = ("--family", family, "--out", out, "--allow-secret-qr")
        self.office.do("issue", extension, *words)
        return out / "acme" / f"{extension}-{device}" / FILES[family].replace("101", extension)

    def spoil(self, family: str, *changes: tuple[str, str]) -> Path:
        """Return a copy of a family's file with texts replaced, each of them there.

        Its kit is issued, if need be by one desk for all that had nothing done to them.
        """
        path = self._as_issued_once(family) or self.issue(family)
        encoding = ENCODINGS.get(family, "utf-8")
        text = path.read_bytes().decode(encoding)
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        spoilt = self.office.home / path.name
        spoilt.write_bytes(text.encode(encoding))
        return spoilt

    def _as_issued_once(self, family: str) -> Path | None:
        once, home = self.issued(family), self.office.home
        before = once.with_name("desk") / "workspace/onhook.db"
        if not filecmp.cmp(before, home / "workspace/onhook.db", shallow=False):
            return None  # something was done here
        shutil.copytree(once, home, dirs_exist_ok=True)
        (file,) = (home / f"kits-{family}" / "acme").glob(f"*/{FILES[family]}")
        return file

    def inspect(self, path: object, *words: str) -> Ran:
        """Inspect a file; the password never shows."""
        ran = self.office.ask("inspect", path, *words)
        assert "eim;101" not in ran.said
        return ran

    def item(self, path: object, *words: str) -> dict[str, Any]:
        """Inspect a file that is one thing, and return what was found."""
        (found,) = self.inspect(path, *words).data["items"]
        item: dict[str, Any] = found
        return item

    def codes(self, path: object, *words: str, but: str = "issue-changed") -> set[str]:
        """Return the codes of what is found, but for `but`."""
        return {one["code"] for one in self.item(path, *words)["findings"]} - {but}

    def finding(self, path: object, code: str, *words: str) -> dict[str, Any]:
        """Return the one finding of this code."""
        (found,) = (one for one in self.item(path, *words)["findings"] if one["code"] == code)
        finding: dict[str, Any] = found
        return finding
