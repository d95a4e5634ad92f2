"""An operator's design goes before onhook's own, file by file, and its faults are told."""

from __future__ import annotations

import base64
import re
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]  # it ships no types
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]  # as above
from lxml import html as lxml_html
from PIL import Image

from tests.decoders import read_qr
from tests.programs import need
from tests.sheets.offices import NAMES, fill, only, pictures_of, sheets, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.workspaces import Office, Prepared

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3">'
    '<path fill="#f00" d="M0 0h9v3H0z"/></svg>'
)


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office of five with their kits, and a folder for its design."""
    office = prepared(fill)
    (office.folder / "sheets").mkdir()
    return office


def design(office: Office, text: str, name: str = "sheet.toml") -> Path:
    path = office.folder / "sheets" / name
    path.write_text(text, encoding="utf-8")
    return path


def paper(office: Office, *words: str) -> Path:
    out = office.home / "one.pdf"
    office.do("sheet", "101", "--out", out, *words)
    return out


def test_words_logo_and_colour_change_and_all_else_stays(office: Office) -> None:
    design(office, LOGO, "logo.svg")
    title = '[words.sheet-title]\nen = "Welcome"\nja = "ようこそ"\n'
    design(office, f'logo = "logo.svg"\naccent = "#00ff00"\n{title}')

    told = text_of(paper(office))
    assert "ようこそ" in told
    assert "設定の手順" in told
    (page,) = pictures_of_in_colour(office.home / "one.pdf", office.home)
    with Image.open(page) as picture:
        colours = {colour for _, colour in picture.getcolors(1 << 24) or []}
    assert {(255, 0, 0), (0, 255, 0)} <= colours

    office.do("sheet", "101", "--out", office.home / "one.html")
    shown = (office.home / "one.html").read_text("utf-8")
    assert base64.b64encode(LOGO.encode()).decode() in shown
    assert "#00ff00" in shown
    assert "ようこそ" in shown


def pictures_of_in_colour(pdf: Path, folder: Path) -> list[Path]:
    import subprocess  # noqa: PLC0415 - used once

    (pdftoppm,) = need("pdftoppm")
    subprocess.run([pdftoppm, "-r", "60", "-png", pdf, folder / "colour"], check=True)
    return sorted(folder.glob("colour*.png"))


@pytest.mark.parametrize("place", ["", "one.pdf", "of/all"])
def test_sheets_are_not_written_among_their_design(office: Office, place: str) -> None:
    ran = office.ask("sheet", "101", "--out", office.folder / "sheets" / place)
    assert (ran.code, ran.codes) == (2, ["among-belongings"])
    assert list((office.folder / "sheets").iterdir()) == []


def test_a_backup_holds_the_design(office: Office) -> None:
    design(office, "accent = '#102030'")
    office.do("backup", office.home / "all.zip")
    with zipfile.ZipFile(office.home / "all.zip") as archive:
        assert "workspace/sheets/sheet.toml" in archive.namelist()


@pytest.mark.in_ci
def test_a_template_of_ones_own_is_laid_out(office: Office) -> None:
    design(
        office,
        '#let data = json("data.json")\n#set text(font: data.look.fonts)\n'
        "#for d in data.sheets [ #d.name さんの内線は #d.extension \n"
        "#image(d.symbol.file, width: 60mm) ]",
        "sheet.typ",
    )
    pdf = paper(office)
    assert "さんの内線は101" in text_of(pdf)
    assert "設定の手順" not in text_of(pdf)
    (picture,) = pictures_of(pdf, office.home)
    assert read_qr(picture).zxing == (only(sheets(office, "101")).symbol,)


@pytest.mark.parametrize(
    ("file", "text", "code", "where"),
    [
        ("sheet.toml", "accent = 'red'", "manifest-value-wrong", "accent"),
        ("sheet.toml", "acent = '#112233'", "manifest-key-unknown", "accent"),
        ("sheet.toml", "accent = ", "manifest-syntax-wrong", "sheet.toml"),
        ("sheet.toml", "logo = 'none.svg'", "family-file-missing", "none.svg"),
        ("sheet.toml", "logo = '../keys.svg'", "manifest-value-wrong", "logo"),
        ("sheet.toml", "fonts = ['none.ttf']", "family-file-missing", "none.ttf"),
        ("sheet.toml", "fonts = ['no.ttf']", "sheet-font-unusable", "no.ttf"),
        (
            "sheet.toml",
            "[words.sheet-titel]\nen='a'\nja='a'",
            "manifest-key-unknown",
            "sheet-title",
        ),
        ("sheet.toml", "[words.sheet-title]\nen='a'", "manifest-key-missing", "sheet-title.ja"),
        ("sheet.toml", "[words.sheet-title]\nen='{a}'\nja='b'", "manifest-value-wrong", "{a}"),
        ("sheet.typ", "#let d = 1\n#nothing", "sheet-template-wrong", "line 2"),
        ("sheet.typ", '#read("/etc/passwd")', "sheet-template-wrong", "sheet.typ"),
        ("sheet.html.j2", "{{ sheets[0].nothing }}", "sheet-template-wrong", "nothing"),
        ("sheet.html.j2", "{{ sheets.__class__.__mro__ }}", "sheet-template-wrong", "unsafe"),
        ("sheet.html.j2", "\n{% if %}", "sheet-template-wrong", "line 2"),
    ],
)
def test_a_fault_is_told_with_its_file_and_nothing_is_made(
    office: Office, file: str, text: str, code: str, where: str
) -> None:
    design(office, "no font", "no.ttf")
    design(office, text, file)
    form = "html" if "html" in file else "pdf"
    ran = office.ask("sheet", "101", "--out", office.home / f"one.{form}")

    assert ran.codes == [code]
    (error,) = ran.json["errors"]
    assert where in error["message"] + error["mend"]
    assert not (office.home / f"one.{form}").exists()


def test_what_a_template_stumbles_over_is_not_told(office: Office) -> None:
    design(office, '#let d = json("data.json").sheets.first()\n#panic(d.page.url)', "sheet.typ")
    ran = office.run("sheet", "101", "--out", office.home / "one.pdf")
    link = only(sheets(office, "101")).link
    assert link is not None
    assert ran.code == 3
    assert "***" in ran.err
    assert link.page_url.rpartition("/")[2] not in ran.said


def test_a_font_of_ones_own_has_what_ours_lacks(office: Office) -> None:
    office.do("account", "set", "101", "--display-name", "𠮷野 太郎")
    office.do("issue", "101")
    assert office.run("sheet", "101", "--out", office.home / "one.pdf").code == 6

    box_font(office.folder / "sheets" / "own.ttf", "𠮷")
    design(office, 'fonts = ["own.ttf"]')
    assert "𠮷野太郎" in text_of(paper(office))


def box_font(path: Path, characters: str) -> None:
    """Write a font whose characters are black boxes."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(point)
    pen.closePath()
    box = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "box"])
    builder.setupCharacterMap({ord(one): "box" for one in characters})
    builder.setupGlyf({".notdef": box, "box": box})
    builder.setupHorizontalMetrics({".notdef": (1000, 100), "box": (1000, 100)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable(
        {"familyName": "Boxes", "styleName": "Regular", "psName": "Boxes-Regular"}
    )
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120)
    builder.setupPost()
    builder.save(path)


@pytest.mark.in_ci
def test_each_sheet_is_one_page_however_much_stands_on_it(office: Office) -> None:
    services = office.folder / "services"
    services.mkdir()
    from importlib.resources import files  # noqa: PLC0415 - used once

    shipped = (files("onhook_devices") / "services" / "jiyu-hodai.toml").read_text("utf-8")
    note = "この端末の利用にあたっては、社内の規程を守ってください。" * 8
    notes = f'\n[[sheet]]\nrule = "X-1"\ntext.en = "{note[:200]}"\ntext.ja = "{note}"\n' * 9
    (services / "jiyu-hodai.toml").write_text(shipped + notes, encoding="utf-8")
    out = office.home / "all.pdf"
    office.do("sheet", "101", "102", "--out", out)

    pictures = pictures_of(out, office.home)
    assert len(pictures) == 2
    assert [read_qr(one).zxing[0] for one in pictures] == [
        only(sheets(office, extension)).symbol for extension in ("101", "102")
    ]
    told = text_of(out, 1)
    assert told.count("社内の規程") == 9 * 8
    assert "サポート窓口" in told


def test_the_page_loads_nothing_and_escapes_everything(office: Office) -> None:
    out = office.home / "all.html"
    office.do("sheet", "--all", "--out", out)
    text = out.read_text("utf-8")
    page = lxml_html.fromstring(text)

    assert len(page.findall(".//article")) == len(NAMES)
    assert page.findall(".//script") == []
    assert (
        re.findall(r"(?:src|href)=\"(?!https://phone\.acme\.example/s/|data:)[^\"]*\"", text) == []
    )
    assert "url(" not in text
    assert "@import" not in text
    policies = [meta.get("content", "") for meta in page.findall(".//meta[@http-equiv]")]
    assert policies[0].startswith("default-src 'none'")
    assert "Müller & <Söhne>" in "".join(map(str, page.itertext()))
    assert "<Söhne>" not in text


@pytest.mark.in_ci
def test_the_codes_on_the_html_page_are_read_off_a_browsers_screen(
    office: Office, tmp_path: Path
) -> None:
    import subprocess  # noqa: PLC0415 - used once

    (chromium,) = need("chromium")
    out = office.home / "one.html"
    office.do("sheet", "101", "--out", out)
    shot = tmp_path / "shot.png"
    profile = tmp_path / "profile"
    subprocess.run(
        [
            chromium,
            *("--headless", "--no-sandbox", "--disable-gpu", "--window-size=900,1300"),
            f"--user-data-dir={profile}",
            f"--screenshot={shot}",
            out.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    shutil.rmtree(profile)
    symbol = only(sheets(office, "101")).symbol
    found = read_qr(shot)
    assert (found.zbar, found.zxing) == ((symbol,), (symbol,))
