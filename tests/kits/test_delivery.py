"""What is delivered is what was issued, and the printable page shows it to people."""

from __future__ import annotations

import re
import subprocess
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from lxml import html

from onhook.kits.folder import aligned
from onhook.links import TOKEN_LENGTH
from tests.decoders import both_read_many, read_qr
from tests.kits.office import PUBLIC_URL, Office, manifests
from tests.programs import need

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.each_database


@pytest.mark.parametrize("family", ["3cx", "linphone"])
def test_link_in_the_picture_is_the_one_the_database_knows(office: Office, family: str) -> None:
    office.issue(family=family)
    kits = dict(manifests(office.kits))
    assert len(kits) == 12
    texts = both_read_many([place / "qr.png" for place in kits])
    assert len(set(texts)) == 12
    rows = office.sql(
        "SELECT customer_id || '/' || extension, lower(hex(token_sha256)) FROM link"
        " JOIN kit ON kit.id = kit_id JOIN account ON account.id = account_id"
    )
    known: dict[str, str] = dict(rows)
    for text, manifest in zip(texts, kits.values(), strict=True):
        start, _, token = text.rpartition("/")
        assert start == f"{PUBLIC_URL}/k"
        assert re.fullmatch(f"[A-Z2-7]{{{TOKEN_LENGTH}}}", token)
        assert sha256(token.encode()).hexdigest() == known[manifest["account"]]


def test_sealed_content_is_the_file_in_the_folder(office: Office) -> None:
    office.issue()
    seen = office.sql("SELECT name, lower(hex(sha256)) FROM issue_file ORDER BY name")
    files = sorted(office.kits.glob("*/*/3cxprov*"))
    assert seen == [(file.name, sha256(file.read_bytes()).hexdigest()) for file in files]
    sealed = b"".join(content for (content,) in office.sql("SELECT content_sealed FROM issue_file"))
    assert b"Pw-" not in sealed


def page_of(office: Office) -> html.HtmlElement:
    return html.fromstring((office.kits / "index.html").read_bytes())


def test_page_escapes_names_and_points_to_files_that_exist(office: Office) -> None:
    name = "<script>alert(1)</script>\"'&"
    office.onhook("account", "set", "1001", "--display-name", name)
    office.issue(formats=("png", "svg"))
    page = page_of(office)
    assert page.xpath("//script") == []
    assert page.xpath("//*[@class='name']")[0].text_content() == name
    for target in page.xpath("//img/@src | //a/@href"):
        assert (office.kits / target).is_file()
    assert len(page.xpath("//img")) == 12


def test_page_loads_nothing_from_elsewhere(office: Office) -> None:
    office.issue()
    text = (office.kits / "index.html").read_text(encoding="utf-8")
    assert "//" not in re.sub(r"<!--.*?-->", "", text)
    assert "default-src 'none'" in text


def test_page_stands_in_the_order_people_count() -> None:
    assert sorted(["10", "9", "0150-A", "101", "101-B", "+20"], key=aligned) == [
        "9", "10", "+20", "101", "101-B", "0150-A",
    ]  # fmt: skip


def test_page_keeps_the_kits_of_earlier_runs(office: Office) -> None:
    office.issue("1002")
    office.issue("1001")
    shown = page_of(office).xpath("//*[@class='extension']/text()")
    assert shown == ["1001", "1002"]


@pytest.mark.slow
@pytest.mark.sqlite_alone  # a browser prints what lies in the folder
@pytest.mark.parametrize("language", ["ja", "en"])
def test_page_prints_with_every_symbol_readable(
    office: Office, language: str, tmp_path: Path
) -> None:
    chromium, pdftoppm = need("chromium", "pdftoppm")
    office.onhook("issue", "--all", "--out", office.kits, "--lang", language)
    printed = tmp_path / "page.pdf"
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    subprocess.run(
        [*command, profile, f"--print-to-pdf={printed}", (office.kits / "index.html").as_uri()],
        check=True,
        capture_output=True,
        timeout=120,
    )
    subprocess.run([pdftoppm, "-r", "150", "-png", printed, tmp_path / "sheet"], check=True)
    sheets = sorted(tmp_path.glob("sheet*.png"))
    assert len(sheets) == 2, "eight cards on a sheet"
    read = [read_qr(sheet) for sheet in sheets]
    wanted = sorted(office.urls().values())
    assert sorted(text for one in read for text in one.zxing) == wanted
    assert sorted(text for one in read for text in one.zbar) == wanted
