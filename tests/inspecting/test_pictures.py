"""QR codes are read out of pictures as people take them; other pictures are refused in words."""

from __future__ import annotations

import contextlib
import io
import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from qrcode.main import QRCode

from onhook.inspecting.errors import (
    PictureOfOtherKind,
    PictureTooLarge,
    PictureUnreadable,
    PictureWithoutCode,
)
from onhook.inspecting.pictures import read_codes
from onhook_devices.errors import OnhookError
from tests.inspecting.photos import Shot, jpeg, page, photo, printed, saved, some_shot
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from tests.inspecting.desk import Desk

LINK = "https://phone.acme.example/k/ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LINKS = [f"https://phone.acme.example/k/{letter * 26}" for letter in "ABCDEFGH"]


@pytest.mark.parametrize("number", range(thorough(40, 4)))
def test_a_photo_as_people_take_it_is_read(number: int) -> None:
    shot = some_shot(number)
    picture = photo(printed(LINK, inverted=shot.inverted), shot, number)

    assert read_codes(jpeg(picture, shot.quality), "photo.jpg") == [LINK]


@pytest.mark.parametrize(
    "shot",
    [
        Shot(brightness=0.15, quality=30),
        Shot(contrast=0.15, noise=0),
        Shot(turn_deg=45, tilt=0.2),
        Shot(turn_deg=200, tilt=0.15, brightness=0.25, quality=30),
        Shot(blur_px=4),
        Shot(shake_px=10),
        Shot(noise=25),
        Shot(share=0.15, blur_px=0.5),
        Shot(share=0.12, noise=2),
        Shot(inverted=True, brightness=0.4, turn_deg=80),
    ][:: thorough(1, 3)],
    ids=str,
)
def test_a_photo_bad_in_one_way_is_read(shot: Shot) -> None:
    picture = photo(printed(LINK, inverted=shot.inverted), shot)

    assert read_codes(jpeg(picture, shot.quality), "photo.jpg") == [LINK]


@pytest.mark.in_ci
def test_of_photos_worse_than_that_the_second_looks_save_some() -> None:
    worse = [
        replace(shot, share=shot.share * 0.5, blur_px=shot.blur_px * 1.4)
        for shot in map(some_shot, (5, 20, 33, 51))
    ]

    assert sum(_is_read(number, shot) for number, shot in enumerate(worse)) >= 2


def _is_read(number: int, shot: Shot) -> bool:
    picture = photo(printed(LINK, inverted=shot.inverted), shot, number)
    try:
        return read_codes(jpeg(picture, shot.quality), "photo.jpg") == [LINK]
    except PictureWithoutCode:
        return False


@pytest.mark.in_ci
def test_a_large_photo_is_read() -> None:
    picture = photo(printed(LINK), Shot(size=(4000, 3000), share=0.3, turn_deg=20, tilt=0.1))

    assert read_codes(jpeg(picture), "photo.jpg") == [LINK]


@pytest.mark.parametrize("orientation", thorough(range(1, 9), (3, 5)))
def test_however_the_phone_was_held_and_mirrored(orientation: int) -> None:
    picture = photo(printed(LINK), Shot(share=0.5, turn_deg=10))

    assert read_codes(jpeg(picture, orientation=orientation), "photo.jpg") == [LINK]


@pytest.mark.parametrize(
    "shot",
    [
        Shot(size=(1800, 2400), share=0.9, turn_deg=-4, quality=40),
        Shot(size=(3000, 4000), share=0.9, turn_deg=3, tilt=0.03, brightness=0.6),
    ][: thorough(2, 1)],
    ids=str,
)
def test_every_code_of_a_photographed_page_is_told_from_its_top(shot: Shot) -> None:
    picture = jpeg(photo(page(LINKS), shot), shot.quality)

    assert read_codes(picture, "page.jpg") == LINKS


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_any_usual_form_of_picture_is_read(form: str) -> None:
    assert read_codes(saved(printed(LINK).convert("RGB"), form), "code") == [LINK]


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_any_kind_of_pixel_is_read(mode: str) -> None:
    form = "TIFF" if mode in ("CMYK", "I;16") else "PNG"
    picture = printed(LINK)
    deep = picture.convert("I").point(lambda value: value * 257).convert("I;16")
    picture = deep if mode == "I;16" else picture.convert(mode)

    assert read_codes(saved(picture, form), "code") == [LINK]


def test_a_symbol_on_a_transparent_ground_is_read() -> None:
    drawn = printed(LINK)
    clear = Image.new("RGBA", drawn.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=ImageOps.invert(drawn))

    assert read_codes(saved(clear, "PNG"), "code.png") == [LINK]


# --- refusals ---------------------------------------------------------------------------------


def test_a_picture_without_code_says_how_to_take_a_better_one(desk: Desk) -> None:
    path = desk.office.file("cat.jpg", jpeg(Image.linear_gradient("L")))
    ran = desk.office.run("inspect", path, "--lang", "en")

    assert ran.code == 3
    assert "no QR code can be made out" in ran.err
    for cure in ("nearer", "more light", "flat"):
        assert cure in ran.err
    assert "近づき" in desk.office.run("inspect", path, "--lang", "ja").err


def png_of(width: int, height: int) -> bytes:
    """Return a PNG of one line's bytes that states a size it does not have room for."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8001, 8000), (30_000, 30_000), (2_000_000, 2_000_000)])
def test_a_picture_that_would_unpack_into_a_bomb_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(PictureTooLarge):
        read_codes(png_of(*size), "bomb.png")


def test_a_real_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = saved(Image.new("1", (9_000, 9_000)), "PNG")
    assert len(bomb) < 100_000

    with pytest.raises(PictureTooLarge):
        read_codes(bomb, "bomb.png")


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"%PDF-1.7 ", "PDF"), (b"\0\0\0\x18ftypheic", "HEIC"), (b"\0\0\0\x18ftypavif", "AVIF")],
)
def test_a_form_that_is_not_read_is_named(desk: Desk, head: bytes, kind: str) -> None:
    with pytest.raises(PictureOfOtherKind):
        read_codes(head + b"x" * 50, "photo")
    ran = desk.office.run("inspect", desk.office.file("photo", head + b"x" * 50), "--lang", "en")
    assert (ran.code, kind in ran.err, "screenshot" in ran.err) == (3, True, True)


@pytest.mark.parametrize("keep", [20, 60, 200, 0.5, 0.9])
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_picture_that_breaks_off_is_told_as_damaged(form: str, keep: float) -> None:
    whole = saved(printed(LINK).convert("RGB"), form)
    part = whole[: int(keep if keep > 1 else keep * len(whole))]

    with pytest.raises((PictureUnreadable, PictureWithoutCode)):
        read_codes(part, "part")


@settings(max_examples=thorough(150, 40), deadline=None)
@given(st.data())
def test_no_damage_makes_the_reader_fail_in_another_way(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"]))
    content = bytearray(saved(printed("A").convert("RGB"), form))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(OnhookError):
        read_codes(bytes(content), "damaged")


def test_a_code_with_settings_that_are_no_text_does_no_harm() -> None:
    symbol = QRCode(border=4, box_size=8)
    symbol.add_data(bytes(range(128, 200)))
    out = io.BytesIO()
    symbol.make_image().save(out)

    assert len(read_codes(out.getvalue(), "code.png")) == 1


def test_without_the_libraries_it_is_said_how_to_get_them(desk: Desk) -> None:
    picture = desk.office.file("code.png", saved(printed(LINK), "PNG"))
    code = "import sys; sys.modules['zxingcpp'] = None; from onhook_cli.main import run; run()"
    command = [sys.executable, "-c", code, "inspect", str(picture), "--lang", "en"]
    ran = subprocess.run(
        command, env=desk.office.environment, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 7
    assert "pip install pillow zxing-cpp" in ran.stderr


# --- what a code holds ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "shown", "codes"),
    [
        (
            "https://evil.example/path?token=GEHEIM",
            "address",
            "https://evil.example/***",
            {"foreign-link"},
        ),
        (
            "http://evil.example/GEHEIM",
            "address",
            "http://evil.example/***",
            {"foreign-link", "link-insecure"},
        ),
        (
            "https://user:GEHEIM@evil.example:8443/",
            "address",
            "https://evil.example:8443/***",
            {"foreign-link", "secret-in-picture"},
        ),
        (
            "linphone-config:https://pbx.example/GEHEIM.xml",
            "address",
            "linphone-config:https://pbx.example/***",
            {"wrong-scheme", "foreign-link"},
        ),
        (
            "tcx+app:https://pbx.example:5001/provisioning/GEHEIM/TcxProvFiles/x",
            "address",
            "tcx+app:https://pbx.example:5001/***",
            {"form-of-app"},
        ),
        ("csc:101:GEHEIM@CLOUD", "address", "csc:***", {"form-of-app", "secret-in-picture"}),
        ("csc:CLOUD", "address", "csc:***", {"form-of-app"}),
        ("WIFI:S:net;P:GEHEIM;;", "address", "wifi:***", {"foreign-link"}),
        ("otpauth://totp/x?secret=GEHEIM", "address", "otpauth://totp/***", {"foreign-link"}),
        ("GEHEIM", "unknown", "", {"looks-like"}),
        ("https://[GEHEIM/", "address", "https:***", {"foreign-link"}),
    ],
)
def test_what_a_code_holds_is_told_without_what_may_be_secret(
    desk: Desk, text: str, kind: str, shown: str, codes: set[str]
) -> None:
    path = desk.office.file("code.png", saved(printed(text), "PNG"))
    item = desk.item(path)

    assert (item["kind"], item["address"]) == (kind, shown)
    assert {one["code"] for one in item["findings"]} == codes
    assert "GEHEIM" not in desk.office.run("inspect", path).said
    assert "GEHEIM" not in desk.inspect(path).said


def test_each_code_of_a_page_is_told_by_itself(desk: Desk) -> None:
    made = desk.issue("linphone").with_name("qr.png")
    with Image.open(made) as opened:
        own = opened.convert("L").resize((300, 300), Image.Resampling.NEAREST)
    paper = page([LINKS[0], LINKS[1], "https://evil.example/"])
    paper.paste(own, (670, 510))
    path = desk.office.file("page.jpg", jpeg(photo(paper, Shot(size=(2000, 2600), share=0.9))))
    ran = desk.inspect(path)

    assert [item["kind"] for item in ran.data["items"]] == ["link", "link", "address", "link"]
    assert [item["account"] for item in ran.data["items"]] == ["", "", "", "acme/101"]
    assert (ran.code, ran.codes) == (3, ["findings-wrong"])
    said = desk.office.run("inspect", path, "--lang", "en").out
    assert all(f"[{number}]: " in said for number in (1, 2, 3, 4))
