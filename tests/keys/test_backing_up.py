"""A backup of the ring comes back whole, opens with its passphrase only, and overwrites nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from onhook.keys import backing_up
from onhook.keys.backing_up import opened, protected
from onhook.keys.errors import PassphraseWrong
from onhook.sealing import KeyRing, KeyRingUnreadable
from tests.keys.conftest import ring_of

if TYPE_CHECKING:
    from tests.workspaces import Office

PHRASE = "正しい 馬 電池 ホチキス 柱 雨"
COST = backing_up._SCRYPT_N  # noqa: SLF001 - as it is when nobody has made it cheap
RING = KeyRing.fresh(datetime(2027, 1, 10, tzinfo=UTC))


@pytest.fixture(autouse=True)
def cheap_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the passphrase's key cost less, for the tests of everything else."""
    monkeypatch.setattr(backing_up, "_SCRYPT_N", 1 << 10)


def test_a_passphrase_costs_whoever_guesses_it() -> None:
    assert COST >= 1 << 17  # OWASP's least for scrypt with r = 8, p = 1


def test_a_plain_backup_is_the_ring_and_can_be_copied_back(office: Office) -> None:
    keys, file = office.folder / "keys.json", office.home / "keys.backup"
    office.do("key", "backup", file)

    assert file.read_bytes() == keys.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    file.replace(keys)
    assert office.account("101", "--reveal")["password"] == "Secret-101"
    assert office.rows()["audit"][-2][3] == "key.backup"


def test_a_backup_under_a_passphrase_comes_back(office: Office) -> None:
    keys, file = office.folder / "keys.json", office.home / "keys.backup"
    ran = office.run("key", "backup", file, "--passphrase-file", "-", typed=PHRASE + "\n")
    assert ran.code == 0, ran.said
    before = ring_of(office)
    keys.unlink()

    words = ("key", "backup", file, "--restore-to", keys, "--passphrase-file", "-")
    ran = office.ask(*words, typed=PHRASE + "\n")

    assert ran.code == 0
    assert ring_of(office).keys == before.keys
    assert keys.stat().st_mode & 0o777 == 0o600
    assert PHRASE not in ran.said
    assert office.account("101", "--reveal")["password"] == "Secret-101"


def test_a_ring_comes_back_where_there_is_no_workspace(nowhere: Office) -> None:
    file = nowhere.file("keys.backup", RING.dumps())
    target = nowhere.home / "restored.json"

    assert nowhere.run("key", "backup", file, "--restore-to", target).code == 0
    assert KeyRing.loads(target.read_text("ascii"), "").keys == RING.keys


def test_a_protected_backup_shows_nothing_of_the_ring() -> None:
    text = protected(RING.dumps().encode(), PHRASE)

    for entry in json.loads(RING.dumps())["keys"]:
        assert entry["key"].encode() not in text
        assert entry["id"].encode() not in text
    assert PHRASE.encode() not in text


def test_an_umlaut_or_kana_typed_in_two_pieces_is_the_same_passphrase() -> None:
    text = protected(RING.dumps().encode(), "パスフレーズ がいい です").decode()

    assert opened(text, "", "ハ\u309aスフレース\u3099 か\u3099いい て\u3099す").keys == RING.keys


def test_another_passphrase_and_a_changed_backup_are_refused() -> None:
    text = protected(RING.dumps().encode(), PHRASE).decode()
    found = json.loads(text)
    changed = json.dumps(found | {"sealed": "AAAA" + found["sealed"][4:]})

    for bad, phrase in ((text, PHRASE + "."), (changed, PHRASE)):
        with pytest.raises(PassphraseWrong):
            opened(bad, "keys.backup", phrase)


@pytest.mark.parametrize(
    "change",
    [
        {"onhook_protected_keys": 2},
        {"salt": "AAAA"},
        {"nonce": ""},
        {"sealed": None},
        {"sealed": "?"},
    ],
    ids=str,
)
def test_a_damaged_backup_is_told_before_scrypt_works(change: dict[str, object]) -> None:
    text = protected(RING.dumps().encode(), PHRASE).decode()

    with pytest.raises(KeyRingUnreadable):
        opened(json.dumps(json.loads(text) | change), "keys.backup", PHRASE)


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("{home}/there", "--passphrase-file", "-"), "x" * 12, (5, "key-file-in-the-way")),
        (("{home}/there",), "", (5, "key-file-in-the-way")),
        (("{home}/new", "--passphrase-file", "-"), "elf Zeichen", (3, "passphrase-short")),
        (("{home}/new", "--passphrase-file", "-"), "\n", (3, "secret-unreadable")),
        (("{home}/no/folder",), "", (7, "not-writable")),
        (("{home}/sealed", "--restore-to", "{home}/new"), "", (3, "passphrase-missing")),
        (("{home}/there", "--restore-to", "{home}/new"), "", (3, "no-key-backup")),
        (("{home}/gone", "--restore-to", "{home}/new"), "", (3, "no-key-backup")),
        (("{home}/plain", "--restore-to", "{home}/there"), "", (5, "key-file-in-the-way")),
        (
            ("{home}/sealed", "--restore-to", "{home}/new", "--passphrase-file", "-"),
            "a wrong one it is",
            (6, "passphrase-wrong"),
        ),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_and_leaves_no_file(
    office: Office, words: tuple[str, ...], typed: str, said: tuple[int, str]
) -> None:
    office.file("there", "mine")
    office.file("plain", RING.dumps())
    office.file("sealed", protected(RING.dumps().encode(), PHRASE))

    ran = office.ask("key", "backup", *(w.format(home=office.home) for w in words), typed=typed)

    assert (ran.code, ran.codes) == (said[0], [said[1]])
    assert (office.home / "there").read_bytes() == b"mine"
    assert not (office.home / "new").exists()


def test_a_protected_backup_in_the_rings_place_is_told_as_that(office: Office) -> None:
    text = protected(RING.dumps().encode(), PHRASE)
    (office.folder / "keys.json").write_bytes(text)

    ran = office.ask("account", "list")
    assert (ran.code, ran.codes) == (7, ["key-ring-protected"])
    assert "--restore-to" in ran.json["errors"][0]["mend"]
