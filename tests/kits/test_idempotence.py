"""Issuing again leaves alone what is live and unchanged, and says what it did to the rest."""

from __future__ import annotations

import json
import zipfile
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from onhook.kits.archive import open_kit_archive
from onhook.kits.candidates import Selection
from onhook.kits.issuing import issue_kits
from onhook.kits.making import IssueOptions
from tests.decoders import both_read
from tests.kits.office import PUBLIC_URL, Office, assert_agrees, manifests, snapshot

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.each_database

ALL_UNCHANGED = ["unchanged"] * 12


def test_second_run_leaves_every_byte_and_every_link_alone(office: Office) -> None:
    assert office.states() == ["new"] * 12
    files, links = snapshot(office.kits), office.urls()
    assert len(files) == 12 * 3
    assert office.states() == ALL_UNCHANGED
    assert snapshot(office.kits) == files
    assert office.urls() == links
    assert office.sql("SELECT count(*), max(number) FROM issue") == [(12, 1)]


@pytest.mark.parametrize(
    "change",
    [
        ("--first-name", "Hanako", "--display-name", ""),
        ("--password-file", "-"),
        ("--auth-id", "x9"),
    ],
    ids=["name", "password", "auth id"],
)
def test_changed_account_gets_a_new_issue_and_nobody_else(
    office: Office, change: tuple[str, ...], tmp_path: Path
) -> None:
    office.issue()
    before, links = snapshot(office.kits), office.urls()
    secret = tmp_path / "secret"
    secret.write_text("another-secret\n")
    change = tuple(str(secret) if word == "-" else word for word in change)
    office.onhook("account", "set", "1003", *change)
    made = office.issue()
    assert [(n, one.state) for n, one in made.items() if one.state != "unchanged"] == [
        ("acme/1003 D-00003", "changed")
    ]
    after = snapshot(office.kits)
    changed = {name for name in after if after[name] != before.get(name)}
    assert {name.split("/")[1] for name in changed} == {"1003-D-00003"}
    now = office.urls()
    assert {name for name in now if now[name] != links[name]} == {"acme/1003 D-00003"}
    why = "SELECT revoked_why FROM link WHERE number = 1 AND revoked_at IS NOT NULL"
    assert office.sql(why) == [("replaced",)]


def test_expired_links_are_renewed(office: Office) -> None:
    office.issue()
    office.later = timedelta(hours=71)
    assert office.states() == ALL_UNCHANGED
    office.later = timedelta(hours=73)
    assert office.states() == ["renewed"] * 12
    assert office.states() == ALL_UNCHANGED


def test_used_up_and_revoked_links_are_renewed(office: Office) -> None:
    office.issue()
    links = office.urls()
    office.sql("UPDATE link SET fetches = max_fetches WHERE kit_id = 2")
    office.sql("UPDATE link SET fetches = max_fetches - 1 WHERE kit_id = 3")
    office.onhook("link", "revoke", "acme/1005")
    assert [n for n, state in enumerate(office.states()) if state == "renewed"] == [1, 4]
    now = office.urls()
    assert sum(now[name] != links[name] for name in now) == 2
    assert_agrees(office, office.kits, complete=True)


def test_renewed_kit_shows_the_new_link(office: Office) -> None:
    office.issue(family="linphone")
    picture = office.kits / "acme/1001-D-00001/qr.png"
    dead = both_read(picture)
    office.onhook("link", "revoke", "1001")
    assert office.states("1001") == ["renewed"]
    assert both_read(picture) == office.urls()["acme/1001 D-00001"] != dead


def test_another_public_url_renews_every_link(office: Office) -> None:
    office.issue()
    office.onhook("init", "--public-url", "https://other.example/phones/")
    assert office.states() == ["renewed"] * 12
    assert all(url.startswith("https://other.example/phones/k/") for url in office.urls().values())
    assert office.states() == ALL_UNCHANGED


def test_without_public_url_there_is_no_link_until_one_is_set(office: Office) -> None:
    settings = office.folder / "onhook.toml"
    settings.write_text(settings.read_text().replace("public_url", "# public_url"))
    ended = office.onhook("issue", "--all", "--out", office.kits)
    assert (ended.out + ended.err).count("onhook init --public-url") == 1
    assert not list(office.kits.glob("*/*/qr.*"))
    assert office.sql("SELECT count(*) FROM link") == [(0,)]
    assert all(manifest["link"] is None for _, manifest in manifests(office.kits))
    assert office.states() == ALL_UNCHANGED
    assert_agrees(office, office.kits, complete=True)
    office.onhook("init", "--public-url", PUBLIC_URL)
    assert office.states() == ["renewed"] * 12
    assert len(list(office.kits.glob("*/*/qr.png"))) == 12


def test_public_url_taken_away_kills_the_links(office: Office) -> None:
    office.issue()
    settings = office.folder / "onhook.toml"
    settings.write_text(settings.read_text().replace("public_url", "# public_url"))
    assert office.states() == ["renewed"] * 12
    assert office.sql("SELECT count(*) FROM link WHERE revoked_at IS NULL") == [(0,)]
    assert not list(office.kits.glob("*/*/qr.png"))
    assert_agrees(office, office.kits, complete=True)


def test_changed_family_takes_the_old_file_away(office: Office) -> None:
    office.issue("1001")
    place = office.kits / "acme/1001-D-00001"
    assert (place / "3cxprov_1001.3cxconfig").exists()
    assert office.states("1001", family="linphone") == ["changed"]
    names = {path.name for path in place.iterdir()}
    assert not any(name.startswith("3cxprov") for name in names), "it holds a password"
    assert {"manifest.json", "qr.png"} < names
    assert office.states("1001") == ["unchanged"], "the kit's last family is kept"
    assert_agrees(office, office.kits, complete=True)


def test_crash_between_new_files_and_manifest_still_takes_the_old_file_away(
    office: Office,
) -> None:
    office.issue("1001")
    place = office.kits / "acme/1001-D-00001"
    old = (place / "manifest.json").read_bytes()
    config = (place / "3cxprov_1001.3cxconfig").read_bytes()
    office.issue("1001", family="linphone")
    (place / "manifest.json").write_bytes(old)  # killed before the manifest was moved
    (place / "3cxprov_1001.3cxconfig").write_bytes(config)
    assert office.states("1001") == ["unchanged"]
    assert not list(place.glob("3cxprov*"))
    assert_agrees(office, office.kits, complete=True)


def test_another_folder_gets_the_same_kits(office: Office, tmp_path: Path) -> None:
    office.issue()
    there = tmp_path / "there"
    assert office.states(out=there) == ALL_UNCHANGED
    here = {name: content for name, (_, content) in snapshot(office.kits).items()}
    assert {name: content for name, (_, content) in snapshot(there).items()} == here
    assert_agrees(office, there, complete=True)


def test_issued_first_without_a_folder_the_kits_can_be_written_later(office: Office) -> None:
    assert office.states(nowhere=True) == ["new"] * 12
    links = office.urls()
    assert office.states() == ALL_UNCHANGED
    assert office.urls() == links
    assert_agrees(office, office.kits, complete=True)


def test_damaged_and_missing_files_are_written_again(office: Office) -> None:
    office.issue()
    whole = {name: content for name, (_, content) in snapshot(office.kits).items()}
    acme = office.kits / "acme"
    (acme / "1001-D-00001/qr.png").write_bytes(b"")
    (acme / "1002-D-00002/manifest.json").unlink()
    for file in (acme / "1003-D-00003").iterdir():
        file.unlink()
    assert office.states() == ALL_UNCHANGED
    assert {name: content for name, (_, content) in snapshot(office.kits).items()} == whole


def test_svg_comes_later_without_a_new_issue(office: Office) -> None:
    office.issue()
    links = office.urls()
    assert office.states(formats=("png", "svg")) == ALL_UNCHANGED
    assert office.urls() == links
    assert len(list(office.kits.glob("*/*/qr.svg"))) == 12
    files = snapshot(office.kits)
    assert office.states() == ALL_UNCHANGED
    assert snapshot(office.kits) == files, "what is there already stays"
    assert_agrees(office, office.kits, complete=True)


def test_archive_holds_everything_whole_and_private(office: Office, tmp_path: Path) -> None:
    office.issue()
    path = tmp_path / "kits.zip"
    assert office.states(archive=path) == ALL_UNCHANGED
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {info.external_attr >> 16 & 0o7777 for info in archive.infolist()} == {0o600}
        held = {name: archive.read(name) for name in names if name != "index.html"}
        page = archive.read("index.html").decode()
    assert len(names) == len(set(names)) == 12 * 3 + 1
    assert held == {name: content for name, (_, content) in snapshot(office.kits).items()}
    assert page == (office.kits / "index.html").read_text(encoding="utf-8")
    for name in held:
        if name.endswith("manifest.json"):
            for file, digest in json.loads(held[name])["files"].items():
                assert sha256(held[name.replace("manifest.json", file)]).hexdigest() == digest


def test_interrupted_archive_leaves_nothing_and_keeps_the_old_one(
    office: Office, tmp_path: Path
) -> None:
    place = tmp_path / "out"
    place.mkdir()
    path = place / "kits.zip"
    path.write_bytes(b"the one of yesterday")
    with pytest.raises(KeyboardInterrupt):
        _interrupt(office, path)
    assert [file.name for file in place.iterdir()] == ["kits.zip"]
    assert path.read_bytes() == b"the one of yesterday"
    assert office.states(archive=path) == ALL_UNCHANGED, "what was committed is kept"
    assert zipfile.is_zipfile(path)


def _interrupt(office: Office, path: Path) -> None:
    with closing(office.workspace()) as workspace, open_kit_archive(path) as sink:
        next(issue_kits(workspace, Selection(), IssueOptions(), sink))
        raise KeyboardInterrupt


def test_one_unreadable_secret_stops_nobody_else(office: Office) -> None:
    office.sql("UPDATE account SET password_sealed = x'00' WHERE id = 7")
    ended = office.onhook("issue", "--all", "--out", office.kits, code=7)
    assert "acme/1007" in ended.err
    assert assert_agrees(office, office.kits, complete=True) == 11
