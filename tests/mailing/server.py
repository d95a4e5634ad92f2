"""A real SMTP server in a process of its own: keeps each mail it took as a file.

Started as a program by `serving` (below); its rules come as JSON. It says its port on its first
line, then a line for each mail that it took, and ends with its standard input. A mail that was
taken is `NUMBER.eml`, beside it `NUMBER.json` with the envelope.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage


@dataclass
class Rules:
    """How a server behaves.

    Attributes:
        security: ``none``, ``starttls`` or ``tls``.
        certificate: Files of certificate and key.
        user: Who may send, with `password`; '' for everybody.
        password: Of the user.
        utf8: Whether it offers SMTPUTF8.
        answers: What to say to some recipients at RCPT.
        last_answers: What to say to some recipients at the mail's end.
        hangs_up_after: Mails over one connection.
        drops: Recipients at whose mail's end it hangs up without a word, having taken it.
        slow_s: How long it thinks at a mail's end, having taken it.
        hangs_up_at: Recipients at whose naming it hangs up without a word.
        sender: What to say to MAIL FROM; '' for nothing special.
    """

    security: str = "none"
    certificate: tuple[str, str] = ("", "")
    user: str = ""
    password: str = ""
    utf8: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    last_answers: dict[str, str] = field(default_factory=dict)
    hangs_up_after: int = 0
    drops: list[str] = field(default_factory=list)
    slow_s: float = 0.0
    hangs_up_at: list[str] = field(default_factory=list)
    sender: str = ""


@dataclass(frozen=True)
class Received:
    """A mail that the server took."""

    message: EmailMessage
    envelope: dict[str, Any]
    raw: bytes

    @property
    def to(self) -> str:
        """Return the recipient told to the server."""
        (recipient,) = self.envelope["to"]
        return str(recipient)

    def text(self, kind: str = "plain") -> str:
        """Return what it says, ``plain`` or ``html``."""
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content())


@dataclass(frozen=True)
class MailServer:
    """A running server, seen from the tests."""

    port: int
    folder: Path
    says: IO[bytes]

    def wait_for(self, count: int) -> None:
        """Wait until it took so many mails more; it may still be thinking what to answer."""
        for _ in range(count):
            self.says.readline()

    @property
    def variables(self) -> dict[str, str]:
        """Return the settings that lead to it."""
        return {
            "ONHOOK_MAIL_HOST": "localhost",
            "ONHOOK_MAIL_PORT": str(self.port),
            "ONHOOK_MAIL_SECURITY": "none",
            "ONHOOK_MAIL_FROM": "onhook 係 <phones@acme.example>",
        }

    @property
    def received(self) -> list[Received]:
        """Return what it took, in order."""
        names = sorted(self.folder.glob("*.eml"), key=lambda path: int(path.stem))
        return [_received(path) for path in names]

    @property
    def recipients(self) -> list[str]:
        """Return to whom, in order."""
        return [one.to for one in self.received]


def _received(path: Path) -> Received:
    raw = path.read_bytes()
    envelope = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return Received(message_from_bytes(raw, policy=policy.default), envelope, raw)


@contextmanager
def serving(folder: Path, rules: Rules) -> Iterator[MailServer]:
    """Start a server that keeps mails in `folder`."""
    folder.mkdir(exist_ok=True)
    with subprocess.Popen(
        [sys.executable, __file__, folder, json.dumps(asdict(rules))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONWARNINGS": "ignore"},
    ) as process:
        assert process.stdout is not None
        yield MailServer(int(process.stdout.readline()), folder, process.stdout)
        process.communicate()


class _Keeper:
    """aiosmtpd's handler: keeps what is taken, and answers as the rules say."""

    def __init__(self, folder: Path, rules: Rules) -> None:
        self._folder = folder
        self._rules = rules
        self._count = len(list(folder.glob("*.eml")))

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if self._rules.sender:
            return self._rules.sender
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - as above
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        done = getattr(session, "mails", 0)
        if self._rules.hangs_up_after and done >= self._rules.hangs_up_after:
            _line(server).close()
            return "421 enough"
        if address in self._rules.hangs_up_at:
            _line(server).abort()
        if address in self._rules.answers:
            return self._rules.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        refusal = self._rules.last_answers.get(envelope.rcpt_tos[0])
        if refusal:
            return refusal
        is_guarded = _line(server).get_extra_info("ssl_object") is not None
        self._keep(envelope, session, is_guarded=is_guarded)
        session.mails = getattr(session, "mails", 0) + 1  # type: ignore[attr-defined]  # ours
        if envelope.rcpt_tos[0] in self._rules.drops:
            _line(server).abort()
            return "250 nobody hears it"
        await asyncio.sleep(self._rules.slow_s)
        return "250 kept"

    def _keep(self, envelope: Envelope, session: Session, *, is_guarded: bool) -> None:
        self._count += 1
        told = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "options": envelope.mail_options,
            "peer": session.peer[1] if session.peer else 0,
            "tls": is_guarded,
        }
        content = envelope.original_content or b""
        (self._folder / f"{self._count}.json").write_text(json.dumps(told), "utf-8")
        part = self._folder / "part"
        part.write_bytes(content)
        part.rename(self._folder / f"{self._count}.eml")
        print(flush=True)  # noqa: T201 - what the tests wait for


def _line(server: SMTP) -> asyncio.WriteTransport:
    assert isinstance(server.transport, asyncio.WriteTransport)
    return server.transport


async def _serve(folder: Path, rules: Rules) -> None:
    context = None
    if rules.certificate[0]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*rules.certificate)
    keeper = _Keeper(folder, rules)

    def authenticate(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        known = (data.login.decode(), data.password.decode()) == (rules.user, rules.password)
        return AuthResult(success=known, handled=False)

    def protocol() -> SMTP:
        return SMTP(
            keeper,
            enable_SMTPUTF8=rules.utf8,
            tls_context=context if rules.security == "starttls" else None,
            require_starttls=rules.security == "starttls",
            authenticator=authenticate if rules.user else None,
            auth_required=bool(rules.user),
            auth_require_tls=rules.security == "starttls",
            ident="test",
        )

    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        protocol, "localhost", 0, ssl=context if rules.security == "tls" else None
    )
    print(listener.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - what the tests read
    await loop.run_in_executor(None, sys.stdin.read)
    listener.close()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), Rules(**json.loads(sys.argv[2]))))
