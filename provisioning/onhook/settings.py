"""The one place that reads settings: option, then environment, then `onhook.toml`, then default."""

from __future__ import annotations

import getpass
import locale
import re
import shlex
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import urlsplit

from onhook.keys.errors import KeySourceAmbiguous
from onhook.keys.sources import KEYS_VARIABLE, KeySource
from onhook.mailing.server import (
    SECURITIES,
    MailSettings,
    made_of,
    read_mailbox,
    read_mailboxes,
)
from onhook.pbx import DEFAULTS, Pbx, Srtp, Transport, checked_host, checked_port
from onhook.words import LANGUAGES, Language
from onhook_devices.errors import InvalidInput, NotFound, StorageFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SETTINGS_FILE = "onhook.toml"
KEY_FILE = "keys.json"
DATABASE_VARIABLE = "ONHOOK_DATABASE"
DEFAULT_FOLDER = "onhook-workspace"
DEFAULT_SERVICE = "jiyu-hodai"

_URL_SIGNS = re.compile(r"[A-Za-z0-9:/._~%\[\]-]+")  # RFC 3986, without query, fragment and user
_DATABASE = re.compile(r"sqlite:///(?!:memory:).+|postgresql(?:\+psycopg)?://.+", re.DOTALL)
_PASSWORD = re.compile(r"[^:]+://[^:/@]*:[^@]*@")  # a URL with one in it


class NoWorkspace(NotFound):
    """The folder is no workspace."""

    folder: str


class BadSetting(InvalidInput):
    """A setting has a value it cannot have."""

    setting: str
    where: str
    allowed: str


class SettingsUnreadable(InvalidInput):
    """The settings file is not TOML."""

    path: str
    reason: str


class SettingsOpenToOthers(StorageFault):
    """The settings hold a password, and others on this machine may read them."""

    path: str
    mode: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set for a workspace.

    Attributes:
        folder: The workspace's folder, absolute.
        database: SQLAlchemy URL of the database.
        service: Id of the service that new contracts are for.
        public_url: Where phones reach `onhook serve`, without a slash at the end; None: no links.
        language: Of sheets and pages for customers that have chosen none.
        pbx: The PBX of contracts that name none.
        keys: Where the key ring comes from.
        mail: The server that mails go to, and whom they are from.
        stamp: Tells whether the file that named the database was replaced since it was read;
            None where a variable named it.
    """

    folder: Path
    database: str = field(repr=False)  # a PostgreSQL URL may hold a password
    service: str
    public_url: str | None
    language: Language
    pbx: Pbx
    keys: KeySource
    mail: MailSettings = field(default_factory=MailSettings)
    stamp: tuple[int, int] | None = field(default=None, repr=False, compare=False)

    @property
    def file(self) -> Path:
        """Return where the settings are kept."""
        return self.folder / SETTINGS_FILE

    @property
    def key_file(self) -> Path:
        """Return where the key ring is kept, if it is in a file."""
        return self.keys.file or self.folder / KEY_FILE


def actor(environment: Mapping[str, str]) -> str:
    """Return who does what is being done: ``ONHOOK_ACTOR``, else the user of this system.

    Raises:
        BadSetting: The variable holds what no record can.
    """
    named = environment.get("ONHOOK_ACTOR", "").strip()
    if named:
        try:
            return _checked_line(named)
        except ValueError:
            raise BadSetting("actor", "ONHOOK_ACTOR", _LINE.allowed) from None
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user, as in some containers
        return "unknown"


def language_wanted(option: str | None, environment: Mapping[str, str]) -> Language:
    """Return the language to speak: option, ``ONHOOK_LANG``, else the locale's; English else.

    Raises:
        BadSetting: The option or variable names another language.
    """
    for told, where in ((option, "--lang"), (environment.get("ONHOOK_LANG"), "ONHOOK_LANG")):
        if told:
            return _language(told, where)
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(variable):
            name = locale.normalize(environment[variable])
            return "ja" if name.partition("_")[0].partition(".")[0] == "ja" else "en"
    return "en"


def find_folder(option: Path | None, environment: Mapping[str, str]) -> Path:
    """Return the workspace's folder: option, ``ONHOOK_WORKSPACE``, here, ``./onhook-workspace``."""
    if option is not None:
        return option.absolute()
    if environment.get("ONHOOK_WORKSPACE"):
        return Path(environment["ONHOOK_WORKSPACE"]).absolute()
    here = Path.cwd()
    return here if (here / SETTINGS_FILE).exists() else here / DEFAULT_FOLDER


def load(folder: Path, environment: Mapping[str, str]) -> Settings:
    """Read the settings of the workspace in `folder`.

    Raises:
        NoWorkspace: There is none.
        SettingsUnreadable: The file is not TOML.
        SettingsOpenToOthers: It holds the database's password, and others may read it.
        BadSetting: A value is not what it may be; file or variable and key are named.
    """
    path = folder / SETTINGS_FILE
    if not path.is_file():
        raise NoWorkspace(str(folder))
    stamp = _stamp(path)
    file = read_file(path)
    found = settled(folder, file, environment, stamp)
    _check_private(path, file)
    return found


def database_stays(settings: Settings) -> bool:
    """Tell whether the settings file still names the database that it named when it was read.

    Raises:
        NoWorkspace: The file is gone.
        SettingsUnreadable: It is no longer TOML.
    """
    if settings.stamp is None or settings.stamp == _stamp(settings.file):
        return True
    return load(settings.folder, {}).database == settings.database


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def _check_private(path: Path, file: Mapping[str, Any]) -> None:
    mode = path.stat().st_mode & 0o777
    mail = file.get("mail", {})
    if mode & 0o077 and (_PASSWORD.match(str(file.get("database", ""))) or "password" in mail):
        raise SettingsOpenToOthers(str(path), f"{mode:04o}")


def read_file(path: Path) -> dict[str, Any]:
    """Return the settings file at `path` as a dictionary.

    Raises:
        SettingsUnreadable: It is not TOML in UTF-8.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsUnreadable(str(path), str(error)) from error


def checked_public_url(text: str) -> str:
    """Return `text` as the address links begin with: https, or http on this machine only.

    Raises:
        ValueError: It is another kind of address, or has a query, a fragment or a user in it.
    """
    parts = urlsplit(text.strip())
    if not _URL_SIGNS.fullmatch(text.strip()) or parts.port == 0:  # reading a bad port raises
        raise ValueError(text)
    loopback = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    clean = not (parts.query or parts.fragment or parts.username or parts.password)
    if not parts.hostname or not clean:
        raise ValueError(text)
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise ValueError(text)
    return text.strip().rstrip("/")


@dataclass(frozen=True, slots=True)
class _Setting:
    """One setting: how its text is read, and what it may be (for messages)."""

    read: Callable[[str], Any]
    allowed: str


def _choice(*allowed: str) -> _Setting:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(text)
        return text

    return _Setting(read, " | ".join(allowed))


def _checked_database(text: str) -> str:
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - start-up time
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415 - as above

    if not _DATABASE.fullmatch(text):
        raise ValueError
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError from None  # its text would show the password
    if url.get_backend_name() == "sqlite":
        return text
    # What follows a second @ would be taken for the host and told in messages; the options are
    # no place for a password, and a database without name would be called as the user is.
    if text.count("@") > 1 or "password" in url.query or not url.database:
        raise ValueError
    return text


def _checked_line(text: str) -> str:
    from onhook.tables.cleaning import unprintables  # noqa: PLC0415 - start-up time

    if unprintables(text):
        raise ValueError
    return text


def _checked_command(text: str) -> str:
    if not shlex.split(text):  # which raises where a quote is not closed
        raise ValueError
    return text


def _whole(lowest: int, highest: int) -> _Setting:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and lowest <= int(text) <= highest):
            raise ValueError(text)
        return int(text)

    return _Setting(read, f"{lowest} to {highest}")


_TEXT = _Setting(str, "text")
_FLAG = _Setting({"true": True, "false": False}.__getitem__, "true | false")
_COMMAND = _Setting(_checked_command, "PROGRAM ARGUMENT ... (no shell)")
_MAILBOX = _Setting(read_mailbox, "name@host.example, or Name <name@host.example>")
_LINE = _Setting(_checked_line, "text on one line")
_HOST = _Setting(checked_host, "a host name or address")
_PORT = _Setting(checked_port, "1 to 65535")

SETTINGS: dict[str, _Setting] = {
    "service": _TEXT,
    "public_url": _Setting(checked_public_url, "https://HOST[:PORT][/PATH]"),
    "language": _choice(*LANGUAGES),
    "database": _Setting(
        _checked_database,
        "sqlite:///FILE | postgresql+psycopg://USER:PASSWORD@HOST/NAME (@ -> %40)",
    ),
    "key_file": _LINE,
    "key_command": _COMMAND,
    "pbx.host": _HOST,
    "pbx.local_host": _HOST,
    "pbx.sip_domain": _HOST,
    "pbx.sip_port": _PORT,
    "pbx.transport": _choice(*get_args(Transport)),
    "pbx.srtp": _choice(*get_args(Srtp)),
    "pbx.tunnel": _FLAG,
    "pbx.tunnel_port": _PORT,
    "pbx.tunnel_password": _LINE,
    "mail.host": _HOST,
    "mail.port": _PORT,
    "mail.security": _choice(*SECURITIES),
    "mail.user": _LINE,
    "mail.password": _LINE,
    "mail.password_file": _LINE,
    "mail.password_command": _COMMAND,
    "mail.from": _MAILBOX,
    "mail.reply_to": _MAILBOX,
    "mail.timeout_s": _whole(1, 600),
    "mail.ca_file": _LINE,
    "notify.to": _Setting(read_mailboxes, "name@host.example, ..."),
    "notify.days": _whole(0, 365),
    "notify.customers": _FLAG,
}
"""Every setting there is. Its variable is ``ONHOOK_`` and the name, dots as underscores."""


def settled(
    folder: Path,
    file: dict[str, Any],
    environment: Mapping[str, str],
    stamp: tuple[int, int] | None = None,
) -> Settings:
    """Return the settings that a file's content and the environment make.

    Args:
        folder: Of the workspace.
        file: What stands in the settings file, or will.
        environment: Variables that lie over it.
        stamp: Of the file.

    Raises:
        BadSetting: A value is not what it may be; file or variable and key are named.
        KeySourceAmbiguous: Two sources of the key ring stand in one place.
    """
    path = str(folder / SETTINGS_FILE)
    told: dict[str, tuple[str | None, str]] = {name: (text, path) for name, text in _flat(file)}
    for name in SETTINGS:
        variable = "ONHOOK_" + name.upper().replace(".", "_")
        if environment.get(variable):
            told[name] = (environment[variable], variable)
    values = {name: read_setting(name, text, where) for name, (text, where) in told.items()}
    of_pbx = {name.removeprefix("pbx."): v for name, v in values.items() if name[:4] == "pbx."}
    return Settings(
        folder=folder,
        database=_database(values.get("database"), folder),
        service=values.get("service", DEFAULT_SERVICE),
        public_url=values.get("public_url"),
        language=values.get("language", "ja"),
        pbx=Pbx(**of_pbx).over(DEFAULTS),
        mail=made_of(_one_password(values, told, path), folder),
        keys=_key_source(folder, values, told, environment.get(KEYS_VARIABLE)),
        stamp=None if environment.get(DATABASE_VARIABLE) else stamp,
    )


_PASSWORD_SOURCES = ("mail.password", "mail.password_file", "mail.password_command")


def _one_password(
    values: dict[str, Any], told: Mapping[str, tuple[str | None, str]], path: str
) -> dict[str, Any]:
    """Return `values` with one source of the mail server's password: a variable's before others."""
    by_variable = [n for n in _PASSWORD_SOURCES if n in told and told[n][1] != path]
    chosen = by_variable or [name for name in _PASSWORD_SOURCES if name in told]
    left_out = set(_PASSWORD_SOURCES) - set(chosen[:1])
    return {name: value for name, value in values.items() if name not in left_out}


def _database(url: str | None, folder: Path) -> str:
    """Return the database's URL; a file's path is relative to the workspace, wherever one is."""
    if url is None:
        return f"sqlite:///{folder / 'onhook.db'}"
    from onhook.store.engine import absolute  # noqa: PLC0415 - start-up time

    return absolute(url, folder)


def _key_source(
    folder: Path,
    values: Mapping[str, str],
    told: Mapping[str, tuple[str | None, str]],
    ring: str | None,
) -> KeySource:
    """Return where the key ring comes from: a variable says so before the settings file does.

    Args:
        folder: Of the workspace; a file's path is relative to it.
        values: Of all settings.
        told: Where each setting stands.
        ring: The ring itself, if it is in a variable.

    Raises:
        KeySourceAmbiguous: Two stand in one place.
    """
    path = folder / SETTINGS_FILE
    names = [name for name in ("key_file", "key_command") if name in told]
    in_file = [name for name in names if told[name][1] == str(path)]
    in_variables = [told[name][1] for name in names if name not in in_file]
    for together in ([KEYS_VARIABLE, *in_variables] if ring else in_variables, in_file):
        if len(together) > 1:
            raise KeySourceAmbiguous(", ".join(together))
    if ring:
        return KeySource("variable", ring)
    chosen = [name for name in names if name not in in_file] or in_file
    if chosen == ["key_command"]:
        return KeySource("command", values["key_command"], path if in_file == chosen else None)
    return KeySource("file", str(folder / (values["key_file"] if chosen else KEY_FILE)))


def read_setting(name: str, text: str | None, where: str) -> Any:
    """Return the value of the setting `name` from its `text`, found at `where`.

    No text stands for a value that no setting can have.

    Raises:
        BadSetting: There is no such setting, or it cannot have this value.
    """
    setting = SETTINGS.get(name)
    if setting is None:
        raise BadSetting(name, where, ", ".join(SETTINGS))
    if text is None:
        raise BadSetting(name, where, setting.allowed)
    try:
        return setting.read(text)
    except (ValueError, KeyError):
        raise BadSetting(name, where, setting.allowed) from None  # the value may be a secret


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str | None]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, text_of(value)


def text_of(value: object) -> str | None:
    """Return a value of the file as it would stand in a variable, None for a list or a date."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else None


def _language(text: str, where: str) -> Language:
    for language in LANGUAGES:
        if text.strip().lower() == language:
            return language
    raise BadSetting("language", where, " | ".join(LANGUAGES))
