"""The laboratory: one network, its registrar, its web server and its softphones."""

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Self

from tests.siplab.attempt import Attempt
from tests.siplab.baresip import Baresip
from tests.siplab.certificate import LOOPBACK, Certificate, make_certificate
from tests.siplab.ending import EndsTogether
from tests.siplab.linphone import Linphone
from tests.siplab.namespace import Namespace
from tests.siplab.registrar import OF_THE_TO_HEADER, PORT, Accounts, Registrar
from tests.siplab.softphone import SETTLE_TIMEOUT_S, Outcome, Surroundings
from tests.siplab.twinkle import Twinkle
from tests.siplab.web import Web, serving


class Lab(EndsTogether):
    """A SIP laboratory; the package's docstring shows its use.

    Args:
        folder: where all its files go; a test gives its `tmp_path`.
    """

    namespace: Namespace
    certificate: Certificate
    web: Web

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "siplab"
        self._registrars: list[Registrar] = []
        self._softphones = 0

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.namespace = stack.enter_context(Namespace())
            self._folder.mkdir()
            self.certificate = make_certificate(self._folder)
            self.web = stack.enter_context(self._serving())
            self._cleanup = stack.pop_all()
        return self

    def registrar(
        self, accounts: Accounts, *, port: int = PORT, realm: str = OF_THE_TO_HEADER
    ) -> Registrar:
        """Start a registrar on 127.0.0.1, UDP and TCP.

        Args:
            accounts: auth id -> (extension, password).
            port: of both protocols; another one for a second registrar.
            realm: of its challenges; by default the SIP domain the client registers at.
        """
        folder = self._folder / f"registrar-{port}"
        started = Registrar(self.namespace, folder, accounts, port=port, realm=realm)
        self._registrars.append(started)
        return started

    def linphone(self, authority: Path | None = None) -> Linphone:
        """Return a new Linphone, not yet started; it trusts the laboratory's or this authority."""
        trusted = authority or self.certificate.authority
        return Linphone(*self._newcomer("linphone"), web=self.web, authority=trusted)

    def baresip(self) -> Baresip:
        """Return a new baresip, not yet started."""
        return Baresip(*self._newcomer("baresip"))

    def twinkle(self) -> Twinkle:
        """Return a new Twinkle, not yet started."""
        return Twinkle(*self._newcomer("twinkle"))

    def provision_linphone(self, xml: bytes | Path, timeout_s: float = SETTLE_TIMEOUT_S) -> Outcome:
        """Let a new Linphone set itself up from `xml`; wait for its outcome and end it."""
        client = self.linphone()
        client.provision(xml)
        outcome = client.outcome(timeout_s)
        client.end()
        return outcome

    def _newcomer(self, name: str) -> tuple[Surroundings, Path, int]:
        self._softphones += 1
        home = self._folder / f"{name}-{self._softphones}"
        return Surroundings(self.namespace, self._attempts), home, self._softphones

    def _attempts(self) -> list[Attempt]:
        return [attempt for one in self._registrars for attempt in one.attempts()]

    def _serving(self) -> AbstractContextManager[Web]:
        listener = self.namespace.new_socket()
        listener.bind((LOOPBACK, 0))
        listener.listen()
        return serving(listener, self.certificate.server_context())
