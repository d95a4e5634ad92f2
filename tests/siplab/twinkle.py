"""Twinkle's console client, which reads one profile (tried with 1.10.2)."""

import subprocess
from contextlib import suppress
from pathlib import Path

from tests.programs import need
from tests.siplab.attempt import Attempt
from tests.siplab.softphone import Softphone, Surroundings

_FIRST_PORT = 21_000
_SILENCE = "pcm.!default { type null }\nctl.!default { type null }\n"


class Twinkle(Softphone):
    """A twinkle-console with a home of its own. Arguments as `Softphone`."""

    def __init__(self, surroundings: Surroundings, home: Path, number: int) -> None:
        super().__init__(surroundings, home, number)
        (self._twinkle,) = need("twinkle-console")
        self._port = _FIRST_PORT + number
        (home / ".twinkle").mkdir()
        (home / ".twinkle" / "twinkle.sys").write_text(f"sip_port={self._port}\n")

    def start(self, profile: str | Path) -> None:
        """Start the client, anew if it runs, with this profile (`.cfg`) or its text."""
        text = profile if isinstance(profile, str) else profile.read_text(encoding="utf-8")
        (self.home / ".twinkle" / "profile.cfg").write_text(text, encoding="utf-8")
        self._run([self._twinkle, "profile.cfg"])

    def start_without_sound(self, profile: str | Path) -> None:
        """Start the client on a machine without a sound card, which calls need."""
        (self.home / ".asoundrc").write_text(_SILENCE)
        self.start(profile)

    def type(self, line: str) -> None:
        """Type a line at its prompt."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()

    def is_mine(self, attempt: Attempt) -> bool:
        """Tell by the port of the Contact, which is this client's alone."""
        return attempt.contact_port == self._port

    def _ask_to_leave(self, process: subprocess.Popen[bytes]) -> None:
        """Type its own word for it: SIGTERM it does not heed."""
        if process.stdin:
            with suppress(BrokenPipeError):
                process.stdin.write(b"quit\n")
                process.stdin.flush()
