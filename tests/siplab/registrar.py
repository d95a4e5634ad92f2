"""Kamailio as the PBX's registrar, and its log as the witness."""

import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.programs import need
from tests.siplab.attempt import Attempt, Verdict
from tests.siplab.namespace import Namespace, interrupt
from tests.siplab.waiting import poll

PORT = 5070
READY_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 10.0

_CONFIGURATION = Path(__file__).with_name("kamailio.cfg")
# In the foreground, on stderr, with few MB of shared and private memory.
_OPTIONS = ["-DD", "-E", "-m", "16", "-M", "4", "-Y", "run"]
OF_THE_TO_HEADER = "$td"  # Kamailio's word for the domain in To

Accounts = Mapping[str, tuple[str, str]]
"""What the PBX knows: auth id -> (extension, password)."""


class Registrar:
    """A running registrar on 127.0.0.1, UDP and TCP.

    Args:
        namespace: where it runs.
        folder: its files; made here.
        accounts: what it lets in.
        port: of both protocols.
        realm: of the challenge; by default the SIP domain the client registers at.
    """

    def __init__(
        self,
        namespace: Namespace,
        folder: Path,
        accounts: Accounts,
        *,
        port: int = PORT,
        realm: str = OF_THE_TO_HEADER,
    ) -> None:
        (self._kamailio,) = need("kamailio")
        self._namespace, self._folder, self._realm = namespace, folder, realm
        self.port = port
        (folder / "run").mkdir(parents=True)
        self._process = self._start(accounts)

    @property
    def log(self) -> Path:
        """The file it logs to, for a person to read when a test fails."""
        return self._folder / "kamailio.log"

    def attempts(self) -> list[Attempt]:
        """Return all attempts so far, oldest first, those of leaving clients among them."""
        whole_lines = self.log.read_text(encoding="utf-8").split("\n")[:-1]
        read = (Attempt.from_log_line(line) for line in whole_lines)
        return [attempt for attempt in read if attempt]

    def registrations(self) -> list[Attempt]:
        """Return the attempts that led to a registration."""
        return [one for one in self.attempts() if one.verdict is Verdict.REGISTERED]

    def failures(self) -> list[Attempt]:
        """Return the attempts that were refused."""
        fine = (Verdict.REGISTERED, Verdict.UNREGISTERED)
        return [one for one in self.attempts() if one.verdict not in fine]

    def change(self, accounts: Accounts) -> None:
        """Let in `accounts` from now on, as a PBX does whose passwords were changed.

        It is started again: who is registered is forgotten, the log goes on.
        """
        self._stop()
        self._process = self._start(accounts)

    def _start(self, accounts: Accounts) -> subprocess.Popen[bytes]:
        configuration = self._folder / "kamailio.cfg"
        configuration.write_text(_fill_in(self.port, self._realm, accounts), encoding="utf-8")
        with self.log.open("ab") as log:
            process = self._namespace.spawn(
                [self._kamailio, "-f", str(configuration), *_OPTIONS],
                cwd=self._folder,
                output=log,
            )
        self._await_port(process)
        return process

    def _await_port(self, process: subprocess.Popen[bytes]) -> None:
        def answered_or_ended() -> bool | None:
            return self._answers() or (True if process.poll() is not None else None)

        poll(answered_or_ended, READY_TIMEOUT_S)
        if not self._answers():
            told = self.log.read_text(encoding="utf-8", errors="replace")
            raise RuntimeError(f"the registrar did not start:\n{told}")

    def _answers(self) -> bool | None:
        with self._namespace.new_socket() as probe:
            return True if probe.connect_ex(("127.0.0.1", self.port)) == 0 else None

    def _stop(self) -> None:
        # Its main process ends its workers on SIGTERM; killed alone it would leave them behind.
        interrupt(self._process, signal.SIGTERM)
        self._process.wait(STOP_TIMEOUT_S)


def _fill_in(port: int, realm: str, accounts: Accounts) -> str:
    lines = (
        f'    $sht(password=>{_hex(auth_id)}) = "{_hex(password)}";\n'
        f'    $sht(extension=>{_hex(auth_id)}) = "{_hex(extension)}";'
        for auth_id, (extension, password) in accounts.items()
    )
    return (
        _CONFIGURATION.read_text(encoding="utf-8")
        .replace("@PORT@", str(port))
        .replace("@REALM@", realm)
        .replace("@ACCOUNTS@", "\n".join(lines))
    )


def _hex(text: str) -> str:
    return text.encode().hex()
