"""Linphone's console client, which sets itself up from a URL (tried with 5.1.65)."""

import re
from pathlib import Path
from uuid import UUID

from tests.programs import need
from tests.siplab.attempt import Attempt
from tests.siplab.softphone import Softphone, Surroundings
from tests.siplab.web import Web

_DATABASES = ".local/share/linphone"  # must exist, or the client does nothing, silently

_SETTINGS = """\
[misc]
uuid={uuid}
[sip]
root_ca={authority}
sip_port=-1
sip_tcp_port=-1
"""
"""Before the first run: who it is, whom it trusts, and any free port to listen on."""


class Linphone(Softphone):
    """A linphonec with a home of its own.

    Args:
        surroundings, home, number: as `Softphone`.
        web: gives it the files of `provision`.
        authority: PEM file of the authority it trusts.
    """

    def __init__(
        self, surroundings: Surroundings, home: Path, number: int, web: Web, authority: Path
    ) -> None:
        super().__init__(surroundings, home, number)
        (self._linphonec,) = need("linphonec")
        self._web = web
        self._uuid = str(UUID(int=number, version=4))
        self._settings = home / "linphonerc"
        self._settings.write_text(
            _SETTINGS.format(uuid=self._uuid, authority=authority), encoding="utf-8"
        )
        (home / _DATABASES).mkdir(parents=True)

    def provision(self, xml: bytes | Path) -> None:
        """Serve the file and start the client, anew if it runs, on that file's URL."""
        body = xml if isinstance(xml, bytes) else xml.read_bytes()
        self.provision_from(self._web.publish(body))

    def provision_from(self, url: str) -> None:
        """Start the client, anew if it runs, as one that has just scanned `url`.

        What it has learned before stays, as on a telephone that scans a second QR code.
        """
        self.end()
        learned = self._settings.read_text(encoding="utf-8")
        self._settings.write_text(_with_config_uri(learned, url), encoding="utf-8")
        self.start()

    def start(self) -> None:
        """Start the client, anew if it runs, with what it has learned and no new file."""
        options = ["-c", str(self._settings), "-d", "6", "-l", str(self.log)]  # 6: log all
        self._run([self._linphonec, *options])

    @property
    def log(self) -> Path:
        """The file in which the program tells what it does."""
        return self.home / "log"

    def is_mine(self, attempt: Attempt) -> bool:
        """Tell by the client's own UUID, which it puts into its Contact."""
        return self._uuid in attempt.contact


def _with_config_uri(settings: str, url: str) -> str:
    """Return `settings` with `url` as the one to fetch at the next start."""
    others = re.sub(r"(?m)^config-uri=.*\n", "", settings)
    return others.replace("[misc]\n", f"[misc]\nconfig-uri={url}\n", 1)
