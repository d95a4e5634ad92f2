"""A backup that is not what it was is told (exit 3), and nothing is touched for it."""

from __future__ import annotations

import json
import os
import random
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from onhook.backups.reading import open_backup
from onhook_devices.errors import InvalidInput
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.backups.conftest import Elsewhere, Place
    from tests.workspaces import Office

Manifest = dict[str, Any]
Parts = dict[str, bytes]

FLIPS = thorough(600, 100)


@pytest.fixture
def file(office: Office, tmp_path: Path) -> Path:
    office.do("backup", tmp_path / "office.zip")
    return tmp_path / "office.zip"


def rewritten(file: Path, change: Callable[[Manifest, Parts], None], *, honest: bool) -> Path:
    """Write a backup anew, changed; `honest`: with sizes and hashes that fit."""
    with zipfile.ZipFile(file) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    change(manifest, parts)
    for told in (*manifest["tables"], *manifest["files"]) if honest else ():
        content = parts.get(told.get("part", told["name"]), b"")
        told |= {"bytes": len(content), "sha256": sha256(content).hexdigest()}
        if "rows" in told:
            told["rows"] = content.count(b"\n")
    path = file.with_name("rewritten.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
        new.writestr("manifest.json", json.dumps(manifest))
    return path


def refused(place: Place, file: Path, *words: object) -> str:
    ran = place.ask("restore", file, *words)
    assert (ran.code, len(ran.codes)) == (3, 1), ran.said
    assert not place.folder.exists()
    return ran.codes[0]


def test_cut_off_anywhere(file: Path, elsewhere: Elsewhere) -> None:
    whole, place = file.read_bytes(), elsewhere()
    for share in (0.0, 0.01, 0.3, 0.7, 0.95, 0.999):
        file.write_bytes(whole[: int(len(whole) * share)])
        assert refused(place, file) in ("backup-damaged", "backup-foreign")
    file.write_bytes(whole[:-1])
    assert refused(place, file) == "backup-damaged"


def test_one_flipped_bit_is_found_or_changes_nothing(file: Path) -> None:
    whole, before = file.read_bytes(), read(file)
    seed = os.urandom(4).hex()
    print(f"seed {seed}")  # noqa: T201 - pytest shows it with a failure
    chance = random.Random(seed)  # noqa: S311 - places, not secrets
    found = 0
    for _ in range(FLIPS):
        place = chance.randrange(len(whole))
        flipped = bytearray(whole)
        flipped[place] ^= 1 << chance.randrange(8)
        file.write_bytes(flipped)
        try:
            assert read(file) == before, place
        except InvalidInput:
            found += 1

    assert found > FLIPS // 2


def read(file: Path) -> list[object]:
    with open_backup(file) as found:
        tables = [list(found.rows(table)) for table in found.manifest.tables]
        return [tables, [b"".join(found.content(part)) for part in found.manifest.files]]


@pytest.mark.parametrize("content", [b"", b"PK", b"hello" * 99, b"PK\5\6" + bytes(18)])
def test_what_is_no_backup_at_all(elsewhere: Elsewhere, tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "other.zip"
    other.write_bytes(content)
    assert refused(elsewhere(), other) == "backup-foreign"


def test_no_file_and_a_folder(elsewhere: Elsewhere, tmp_path: Path) -> None:
    assert elsewhere().ask("restore", tmp_path / "none.zip").codes == ["no-such-backup"]
    assert elsewhere().ask("restore", tmp_path).codes == ["backup-foreign"]


def _wrong_sum(manifest: Manifest, _: Parts) -> None:
    manifest["tables"][-1]["sha256"] = "0" * 64


def _wrong_count(manifest: Manifest, _: Parts) -> None:
    manifest["tables"][-1]["rows"] += 1


def _wrong_size(manifest: Manifest, _: Parts) -> None:
    manifest["tables"][-1]["bytes"] += 1


def _part_gone(_: Manifest, parts: Parts) -> None:
    del parts["tables/link.jsonl"]


def _part_more(_: Manifest, parts: Parts) -> None:
    parts["workspace/services/more.toml"] = b""


def _no_tables(manifest: Manifest, _: Parts) -> None:
    manifest["tables"] = []


def _nonsense(manifest: Manifest, _: Parts) -> None:
    manifest["tables"] = {"x": [1]}


def _unknown_kind(manifest: Manifest, _: Parts) -> None:
    manifest["tables"][-1]["columns"]["kit_id"] = "pickle"


def _no_such_schema(manifest: Manifest, _: Parts) -> None:
    manifest["schema"] = "0000"


LIES = (
    *(_wrong_sum, _wrong_count, _wrong_size, _part_gone, _part_more),
    *(_no_tables, _nonsense, _unknown_kind, _no_such_schema),
)


@pytest.mark.parametrize("lie", LIES)
def test_a_manifest_that_lies(
    file: Path, elsewhere: Elsewhere, lie: Callable[[Manifest, Parts], None]
) -> None:
    assert refused(elsewhere(), rewritten(file, lie, honest=False)) == "backup-damaged"


def _other_column(manifest: Manifest, _: Parts) -> None:
    columns = manifest["tables"][-1]["columns"]
    columns["another"] = columns.pop("kit_id")


def _table_gone(manifest: Manifest, parts: Parts) -> None:
    del parts[manifest["tables"].pop()["part"]]


def _no_row(_: Manifest, parts: Parts) -> None:
    parts["tables/kit.jsonl"] = b"nonsense\n"


def _no_value(_: Manifest, parts: Parts) -> None:
    parts["tables/kit.jsonl"] = parts["tables/kit.jsonl"].replace(b'"id":1', b'"id":true')


def _no_instant(_: Manifest, parts: Parts) -> None:
    parts["tables/customer.jsonl"] = parts["tables/customer.jsonl"].replace(b"+00:00", b"")


def _twice(_: Manifest, parts: Parts) -> None:
    parts["tables/customer.jsonl"] *= 2


def _of_nobody(_: Manifest, parts: Parts) -> None:
    parts["tables/account.jsonl"] = b""


def _too_large(_: Manifest, parts: Parts) -> None:
    parts["tables/kit.jsonl"] = parts["tables/kit.jsonl"].replace(
        b'"id":1', b'"id":1%b' % (b"0" * 30)
    )


def _deep(_: Manifest, parts: Parts) -> None:
    parts["tables/kit.jsonl"] = b"[" * 5000 + b"\n"


CONSISTENT_LIES = (
    *(_other_column, _table_gone, _no_row, _no_value, _no_instant, _twice, _of_nobody),
    *(_too_large, _deep),
)


@pytest.mark.parametrize("lie", CONSISTENT_LIES)
def test_rows_that_cannot_be_even_if_the_sums_fit(
    file: Path, elsewhere: Elsewhere, lie: Callable[[Manifest, Parts], None]
) -> None:
    assert refused(elsewhere(), rewritten(file, lie, honest=True)) == "backup-damaged"


def test_what_was_changed_on_purpose_is_found_with_the_keys(
    office: Office, file: Path, elsewhere: Elsewhere
) -> None:
    def change(_: Manifest, parts: Parts) -> None:
        parts["tables/account.jsonl"] = parts["tables/account.jsonl"].replace(
            b"auth101", b"mallory"
        )

    forged, keys = rewritten(file, change, honest=True), office.folder / "keys.json"
    assert refused(elsewhere(), forged, "--keys", keys) == "backup-forged"
    assert office.ask("restore", forged, "--replace").codes == ["backup-forged"]


@pytest.mark.parametrize(
    "name",
    [
        *("../outside.toml", "services/../../outside.toml", "/outside.toml", "services//x"),
        *("services/..", "services/.git/hooks/x", "services\\..\\x", "onhook.db", "elsewhere/x"),
        *("services/\x1b[2J.toml", "templates"),
    ],
)
def test_a_path_that_leads_elsewhere(file: Path, elsewhere: Elsewhere, name: str) -> None:
    def change(manifest: Manifest, parts: Parts) -> None:
        parts["workspace/" + name] = b"x"
        manifest["files"].append({"name": "workspace/" + name})

    before = sorted(file.parent.rglob("*outside*"))
    assert refused(elsewhere(), rewritten(file, change, honest=True)) == "backup-damaged"
    assert sorted(file.parent.rglob("*outside*")) == before


def test_a_part_that_stands_there_twice(file: Path, elsewhere: Elsewhere) -> None:
    with (
        pytest.warns(UserWarning, match="Duplicate"),
        zipfile.ZipFile(file, "a") as archive,
    ):
        archive.writestr("tables/customer.jsonl", b"")
    assert refused(elsewhere(), file) == "backup-damaged"


def test_a_bomb_is_not_unfolded(file: Path, elsewhere: Elsewhere) -> None:
    def swell(_: Manifest, parts: Parts) -> None:
        parts["workspace/onhook.toml"] = bytes(64 << 20)

    bomb = rewritten(file, swell, honest=True)
    assert bomb.stat().st_size < 200_000
    ran = elsewhere().ask("restore", bomb)
    assert "impossible size" in ran.json["errors"][0]["message"]

    path = file.with_name("manifest-bomb.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * (64 << 20))
    assert refused(elsewhere(), path) == "backup-damaged"
