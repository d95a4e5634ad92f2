"""What somebody else put into the folder of kits does no harm."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from onhook.kits.manifest import SCHEMA, read_manifest
from tests.kits.office import Office, assert_agrees

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GOOD: dict[str, Any] = {
    "schema": SCHEMA,
    "account": "acme/1001",
    "name": "Taro",
    "device": "D-00001",
    "platform": "ios",
    "family": "3cx",
    "service": "jiyu-hodai",
    "issue": 1,
    "issued_at": "2026-11-22T00:00:00+00:00",
    "link": None,
    "files": {},
}
HASH = "0" * 64

RAW = {
    "not json": b"{",
    "not text": b"\xff\xfe\x00",
    "nested": b"[" * 100_000,
    "a list": b"[]",
    "another's": b'{"schema": "other"}',
    "large": b" " * (17 * 1024 * 1024) + json.dumps(GOOD).encode(),
}
CHANGED: dict[str, dict[str, Any]] = {
    "upwards": {"files": {"../../../precious": HASH}},
    "absolute": {"files": {"/etc/passwd": HASH}},
    "device file": {"files": {"../../../../../../../dev/zero": HASH}},
    "dots": {"files": {"..": HASH, ".": HASH, "": HASH}},
    "nul": {"files": {"a\0b": HASH}},
    "itself": {"files": {"manifest.json": HASH}},
    "no hash": {"files": {"qr.png": 7}},
    "no files": {"files": None},
    "no account": {"account": None},
    "no name": {"name": {"x": 1}},
    "odd link": {"link": {"expires_at": "soon"}},
    "old link": {"link": []},
    "no zone": {"link": {"expires_at": "2026-01-01T00:00:00"}},
}
HOSTILE = RAW | {name: json.dumps(GOOD | change).encode() for name, change in CHANGED.items()}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_manifest_is_written_over_and_leads_nowhere(office: Office, content: bytes) -> None:
    precious = office.root / "precious"
    precious.write_bytes(b"not to be touched")
    office.issue("1001")
    place = office.kits / "acme/1001-D-00001"
    stranger = office.kits / "acme/stranger"
    stranger.mkdir()
    for folder in (place, stranger):
        (folder / "manifest.json").write_bytes(content)
    assert office.states("1001") == ["unchanged"]
    page = (office.kits / "index.html").read_text(encoding="utf-8")
    assert page.count('class="kit"') == 1
    assert precious.read_bytes() == b"not to be touched"
    shutil.rmtree(stranger)
    assert assert_agrees(office, office.kits, complete=True) == 1


def test_good_manifest_is_read() -> None:
    assert read_manifest(json.dumps(GOOD).encode()) == GOOD


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _nowhere(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize("put", [_pipe, _zeros, _nowhere])
@pytest.mark.parametrize("name", ["manifest.json", "qr.png", "3cxprov_1001.3cxconfig"])
def test_odd_files_in_the_place_of_ours_are_replaced(
    office: Office, put: Callable[[Path], None], name: str
) -> None:
    office.issue("1001")
    path = office.kits / "acme/1001-D-00001" / name
    path.unlink()
    put(path)
    assert office.states("1001") == ["unchanged"]
    assert assert_agrees(office, office.kits, complete=True) == 1
    assert not path.is_symlink()


def test_folder_in_the_place_of_a_file_is_told(office: Office) -> None:
    office.issue("1001")
    path = office.kits / "acme/1001-D-00001/qr.png"
    path.unlink()
    _folder(path)
    ended = office.onhook("issue", "1001", "--out", office.kits, code=7)
    assert "qr.png cannot be written: Is a directory" in ended.err


def test_ids_that_read_alike_together_stay_apart(office: Office) -> None:
    office.onhook("customer", "add", "acme-1", "--name", "Other")
    for customer, extension, device in (("acme", "1", "2"), ("acme-1", "2", "")):
        secret = office.root / "secret"
        secret.write_text(f"pw-{customer}-{extension}\n")
        own = ("--customer", customer)
        auth = ("--auth-id", "someone", "--password-file", secret)
        office.onhook("account", "add", extension, *auth, *own)
        if device:
            office.onhook("device", "add", device, "--platform", "ios", "--level", "17", *own)
            office.onhook("device", "assign", device, extension, *own)
    assert office.states("acme/1", "acme-1/2", needs_device=False) == ["new", "new"]
    assert assert_agrees(office, office.kits, complete=True) == 2
