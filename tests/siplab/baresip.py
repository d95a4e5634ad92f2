"""baresip, which reads its accounts from a file (tried with 1.0.0)."""

from pathlib import Path

from tests.programs import need
from tests.siplab.attempt import Attempt
from tests.siplab.softphone import Softphone, Surroundings

_MODULES = "/usr/lib/baresip/modules"
_FIRST_PORT = 20_000

_CONFIGURATION = """\
module_path {modules}
module_app account.so
sip_listen 127.0.0.1:{port}
"""


class Baresip(Softphone):
    """A baresip with a folder of its own. Arguments as `Softphone`."""

    def __init__(self, surroundings: Surroundings, home: Path, number: int) -> None:
        super().__init__(surroundings, home, number)
        (self._baresip,) = need("baresip")
        self._port = _FIRST_PORT + 2 * number  # SIP over TLS takes the port after it
        (home / "config").write_text(
            _CONFIGURATION.format(modules=_MODULES, port=self._port), encoding="ascii"
        )

    def start(self, accounts: str | Path) -> None:
        """Start the client, anew if it runs, with this `accounts` file or its text."""
        text = accounts if isinstance(accounts, str) else accounts.read_text(encoding="utf-8")
        (self.home / "accounts").write_text(text, encoding="utf-8")
        self._run([self._baresip, "-4", "-f", str(self.home)])

    def is_mine(self, attempt: Attempt) -> bool:
        """Tell by the port of the Contact, which is this client's alone."""
        return attempt.contact_port == self._port
