"""No key and nothing sealed shows: in no output, no error, no traceback, no file but the rings."""

from __future__ import annotations

import itertools
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from tests.keys.conftest import ring_of

if TYPE_CHECKING:
    from pathlib import Path

    from onhook.sealing import KeyRing
    from tests.workspaces import Office

PHRASE = "five words picked at random"
COMMANDS = [
    ("key", "list"),
    ("key", "rotate"),
    ("key", "rotate", "--reseal", "--retire"),
    ("key", "rotate", "--out", "{home}/out.json"),
    ("key", "rotate", "--purpose", "nonsense"),
    ("key", "export", "--server", "{home}/server.json"),
    ("key", "export", "--server", "{home}/no/server.json"),
    ("key", "backup", "{home}/plain.json"),
    ("key", "backup", "{home}/sealed.json", "--passphrase-file", "-"),
    ("key", "backup", "{home}/ring.json", "--restore-to", "{home}/back.json"),
    ("key", "backup", "{home}/ring.json", "--restore-to", "{home}/ring.json"),
    ("account", "list"),
]


def secrets(*rings: KeyRing) -> set[bytes]:
    """Return every spelling in which a key could show."""
    keys = [key.secret for ring in rings for key in ring.keys]
    forms = ((key, key.hex().encode(), b64encode(key), repr(key)[2:-1].encode()) for key in keys)
    return set(itertools.chain(*forms))


@pytest.mark.parametrize("debug", ["", "1"])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_shows_a_key(
    office: Office, words: tuple[str, ...], form: tuple[str, ...], debug: str
) -> None:
    before = ring_of(office)
    office.file("ring.json", before.dumps())
    typed = (word.format(home=office.home) for word in words)
    ran = office.run(*typed, *form, typed=PHRASE + "\n", ONHOOK_DEBUG=debug)

    assert ran.said
    for secret in {*secrets(before, ring_of(office)), b"Secret-101", PHRASE.encode()}:
        assert secret not in ran.said.encode()


def test_only_rings_hold_keys(office: Office) -> None:
    before = ring_of(office)
    office.do("key", "rotate", "--reseal")
    sealed = ("key", "backup", office.home / "sealed.json", "--passphrase-file", "-")
    office.do(*sealed, typed=PHRASE + "\n")
    wanted = secrets(before, ring_of(office))
    looked: list[Path] = [
        path for path in office.home.rglob("*") if path.is_file() and path.name != "keys.json"
    ]

    assert {"onhook.db", "sealed.json", "onhook.toml"} <= {path.name for path in looked}
    for path in looked:
        content = path.read_bytes()
        assert not any(secret in content for secret in wanted), path


def test_a_delivery_ring_holds_no_other_key(office: Office) -> None:
    file = office.home / "server.json"
    office.do("key", "export", "--server", file)
    others = [key for key in ring_of(office).keys if key.purpose != "delivery"]

    for key in others:
        assert b64encode(key.secret) not in file.read_bytes()


def test_a_traceback_shows_no_key(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from onhook.sealing import Sealer  # noqa: PLC0415 - to be broken here

    def fail(*value: object) -> bytes:
        raise ZeroDivisionError(value)

    monkeypatch.setattr(Sealer, "open", fail)
    office.do("key", "rotate")
    ran = office.run("key", "rotate", "--only-reseal")

    assert ran.code == 1
    assert "acme/101" not in ran.said  # not even what it was working on
    for secret in secrets(ring_of(office)):
        assert secret not in ran.said.encode()
