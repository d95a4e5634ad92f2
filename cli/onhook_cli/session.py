"""One run of one command: what was asked for, what it says, and how it ends."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from getpass import getpass
from typing import TYPE_CHECKING, Any, TextIO, cast, get_args

from onhook.words import Words, printable
from onhook_devices.errors import Exit, InvalidInput, OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from onhook.tables import ExportEncoding
    from onhook.words import Language
    from onhook.workspace import Workspace

SCHEMA = "onhook/1"


class SecretUnreadable(InvalidInput):
    """The file that should hold a secret cannot be read, or is empty."""

    file: str


class SecretsDiffer(InvalidInput):
    """What was typed twice is not the same."""


@dataclass
class Session:
    """What a command works with.

    A command says things (`say`, `table`), sets `data` for ``--json``, and adds to `errors`
    what it could not do. With ``--json`` nothing is said; one object is printed at the end.

    Attributes:
        command: The command's name as typed, such as ``account list``.
        json: Whether one JSON object is wanted instead of text.
        words: The catalogue in the user's language.
        folder: The workspace's folder.
        customer: The customer named by ``--customer``, if one was.
        language_asked: The language named by ``--lang``, if one was.
        data: The result, for ``--json``.
        errors: What could not be done, in input order.
        errors_told: Whether the command has printed them itself.
        fault: What ended the command before it was through; its exit code counts.
        subjects: What an error is about, where the error itself does not know.
        list_began: Whether the object for ``--json`` was printed as far as into its list.
    """

    command: str
    json: bool
    words: Words
    folder: Path
    customer: str | None
    language_asked: Language | None = None
    data: dict[str, Any] = field(default_factory=dict)
    errors: list[OnhookError] = field(default_factory=list)
    errors_told: bool = False
    fault: OnhookError | None = None
    subjects: dict[OnhookError, str] = field(default_factory=dict)
    list_began: bool = False

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace, opened at first use."""
        from onhook.workspace import open_workspace

        return open_workspace(self.folder, os.environ)

    def language(self, text: str) -> Language | None:
        """Return the language an option names, None if it was not given.

        Raises:
            BadSetting: It is neither ``ja`` nor ``en``.
        """
        from onhook.settings import language_wanted

        return language_wanted(text, {}) if text else None

    def encoding(self, text: str) -> ExportEncoding:
        """Return the encoding an option names.

        Raises:
            BadSetting: It is none that exports are written in.
        """
        from onhook.settings import BadSetting
        from onhook.tables import ExportEncoding

        for known in get_args(ExportEncoding):
            if text.lower() == known:
                return cast("ExportEncoding", known)
        raise BadSetting("encoding", "--encoding", " | ".join(get_args(ExportEncoding)))

    def secret(self, file: Path, *, twice: bool = False) -> str:
        """Return the first line of `file`, or of standard input for ``-``: a secret is no option.

        Args:
            file: A path, or ``-``; on a terminal it is asked for, and not shown.
            twice: Have a person type it twice: one who mistypes a new secret would not know it.

        Raises:
            SecretUnreadable: It cannot be read, or is empty.
            SecretsDiffer: It was typed in two ways.
        """
        try:
            text = (
                self._typed(twice=twice)
                if str(file) == "-"
                else file.read_text(encoding="utf-8-sig")
            )
        except (OSError, UnicodeDecodeError, EOFError):
            raise SecretUnreadable(str(file)) from None
        # No splitlines: it would cut at signs that must be refused as part of the secret.
        first = text.partition("\n")[0]
        if not first:
            raise SecretUnreadable(str(file))
        return first

    def _typed(self, *, twice: bool) -> str:
        """Return the line typed; on a terminal without showing it."""
        if not sys.stdin.isatty():
            return sys.stdin.readline().removeprefix("\ufeff")
        text = getpass(self.words("ask-secret"))
        if twice and getpass(self.words("ask-again")) != text:
            raise SecretsDiffer
        return text

    def say(self, key: str, **data: object) -> None:
        """Print the catalogue's text `key`, unless JSON is wanted."""
        if not self.json:  # nor is the catalogue then read: it takes as long as many a command
            self.print(self.words(key, **data))

    def print(self, text: str = "") -> None:
        """Print `text`, unless JSON is wanted."""
        if not self.json:
            write(sys.stdout, text)

    def table(self, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print a table; `headers` are keys of the catalogue (``column-...``)."""
        if self.json:
            return
        from onhook_cli.tables import draw, lines_of

        titles = [self.words(f"column-{header}") for header in headers]
        shown = ([printable(str(cell)) for cell in row] for row in rows)
        if sys.stdout.isatty():
            self.print(draw(titles, list(shown), console(sys.stdout)))
            return
        for line in lines_of(titles, shown):
            self.print(line)

    def end(self) -> int:
        """Print what is left to print, close the workspace and return the exit code."""
        if "workspace" in vars(self):
            self.workspace.close()
        if self.json:
            self._end_json()
        else:
            untold = [*([] if self.errors_told else self.errors), *self._faults]
            for text in dict.fromkeys(error_text(error, self.words) for error in untold):
                write(sys.stderr, text)
        return next((error.exit_code for error in (*self._faults, *self.errors)), Exit.DONE)

    def begin_list(self, name: str) -> None:
        """Print the object's beginning as far as a list, which `data` will be all of."""
        self.list_began = True
        head = json.dumps({"schema": SCHEMA, "command": self.command})
        write(sys.stdout, f'{head[:-1]}, "data": {{{json.dumps(name)}: [', end="")

    @property
    def is_ascii(self) -> bool:
        """Whether the terminal cannot write Japanese: JSON has escapes of its own for it."""
        return (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"

    def _end_json(self) -> None:
        whole = self._envelope()
        if self.list_began:
            errors = json.dumps(whole["errors"], ensure_ascii=self.is_ascii, default=plain)
            write(sys.stdout, f']}}, "errors": {errors}}}')
        else:
            write(sys.stdout, json.dumps(whole, ensure_ascii=self.is_ascii, default=plain))

    @property
    def _faults(self) -> list[OnhookError]:
        return [] if self.fault is None else [self.fault]

    def _envelope(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "command": self.command,
            "data": self.data,
            "errors": [
                error_object(error, self.words) | self._subject(error)
                for error in (*self.errors, *self._faults)
            ],
        }

    def _subject(self, error: OnhookError) -> dict[str, str]:
        return {"subject": self.subjects[error]} if error in self.subjects else {}


def write(stream: TextIO, text: str, end: str = "\n") -> None:
    """Print `text` to `stream`; whoever closed it stops the printing and not the work."""
    try:
        print(text, file=stream, end=end)
    except BrokenPipeError:
        close_quietly(stream)


def close_quietly(stream: TextIO) -> None:
    """Let everything still to be written to `stream` go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def plain(value: object) -> str:
    """Return a value that JSON does not know as text."""
    return value.isoformat() if isinstance(value, date) else str(value)  # a datetime is a date


def error_object(error: OnhookError, words: Words) -> dict[str, Any]:
    """Return `error` as it stands in JSON."""
    message = words.error(error)
    return {
        "code": error.code(),
        "exit_code": int(error.exit_code),
        "subject": error.subject,
        "message": message.says,
        "rule": error.rule,
        "mend": message.mend,
    }


def error_text(error: OnhookError, words: Words) -> str:
    """Return `error` in two lines: what is wrong, and below it how to mend it."""
    message = words.error(error)
    return f"{message.says}\n    {words('mend-sign')} {message.mend}"


def console(stream: TextIO) -> Any:
    """Return a rich console: colours on a terminal only, and no line cut off elsewhere."""
    from rich.console import Console

    return Console(file=stream, width=None if stream.isatty() else 10_000, highlight=False)


def local_time(instant: datetime) -> str:
    """Return `instant` as the clock on the wall here shows it, with its offset."""
    return instant.astimezone().strftime("%Y-%m-%d %H:%M %z")
