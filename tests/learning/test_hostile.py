"""Samples that no PBX made are refused, each for its own reason, and do no harm."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from onhook.learning import Plan, make_family, read_sample
from onhook.learning.errors import (
    FamilyExists,
    ProofFailed,
    SampleBinary,
    SampleEmpty,
    SampleEncodingUnknown,
    SampleShapeUnknown,
    SampleShapeWrong,
    SampleTooBig,
    SampleUnreadable,
    SecretWouldStay,
)
from onhook.learning.source import as_source
from tests.learning.studying import TARO, codes, family_of, studied, values

if TYPE_CHECKING:
    from pathlib import Path

    from onhook_devices.errors import OnhookError

P = TARO.password


def _zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.xml", P)
    return stream.getvalue()


def _png() -> bytes:
    stream = io.BytesIO()
    Image.new("L", (20, 20)).save(stream, "PNG")
    return stream.getvalue()


NO_SAMPLES: dict[str, tuple[bytes, type[OnhookError]]] = {
    "empty": (b"", SampleEmpty),
    "blank": (b" \r\n\t\n", SampleEmpty),
    "byte order mark": (b"\xef\xbb\xbf", SampleEmpty),
    "zip": (_zip(), SampleBinary),
    "png": (_png(), SampleBinary),
    "gzip": (gzip.compress(P.encode()), SampleBinary),
    "all bytes": (bytes(range(256)), SampleBinary),
    "nul": (f"<a>{P}\0</a>".encode(), SampleBinary),
    "cp932": ("名前=髙橋\n".encode("cp932"), SampleEncodingUnknown),
    "euc-jp": ("名前=山田\n".encode("euc-jp"), SampleEncodingUnknown),
    "latin-1": ("a=é\n".encode("latin-1"), SampleEncodingUnknown),
    "utf-32": (f"<a>{P}</a>".encode("utf-32"), SampleBinary),
    "half a character": (b"\xff\xfea", SampleEncodingUnknown),
    "5 MB": (b"<a>" + b"x" * 5_000_000 + b"</a>", SampleTooBig),
}


@pytest.mark.parametrize("name", NO_SAMPLES)
def test_what_is_no_sample_is_told_so(name: str) -> None:
    content, kind = NO_SAMPLES[name]
    started = time.process_time()
    with pytest.raises(kind):
        as_source(content, "s", "s")
    assert time.process_time() - started < 2


def test_a_file_that_cannot_be_read_is_told_so(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(SampleUnreadable):
            read_sample(path)


@pytest.mark.parametrize(
    "text",
    [
        f"Dear Taro, your password is {P}.\n",
        f"password: {P}\nuser: x\n",
        f"<a>{P}",
        f"<a>{P}</b>",
        f'{{"a": "{P}"',
        f"<!DOCTYPE a [<!ENTITY b 'c'><a>{P}&b;</a>",
    ],
)
def test_a_form_nobody_knows_needs_its_escaping_told(text: str) -> None:
    with pytest.raises(SampleShapeUnknown):
        studied(text)
    assert codes(studied(text, TARO, "password=password", escaping="none")) in ([], ["place-open"])


def test_a_form_that_is_another_than_told_is_refused() -> None:
    with pytest.raises(SampleShapeWrong):
        studied(f"a={P}\n", escaping="xml")


def test_entities_that_explode_are_not_followed() -> None:
    bomb = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    started = time.process_time()
    text = f'<!DOCTYPE c [<!ENTITY a0 "x">{bomb}]><c><AuthPassword>{P}</AuthPassword>&a11;</c>'
    with pytest.raises(SampleShapeUnknown):
        studied(text)
    assert time.process_time() - started < 5


@pytest.mark.in_ci
def test_a_large_sample_is_learned_within_seconds(tmp_path: Path) -> None:
    items = "".join(f'<i n="{i % 7}">some text &amp; more</i>\n' for i in range(15_000))
    started = time.process_time()
    family_of(studied(f"<c><AuthPassword>{P}</AuthPassword>{items}</c>"), tmp_path)
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    "text",
    [
        "<" * 50_000,
        '"' * 50_000,
        "<a " + "b='c' " * 20_000,
        "a=" * 50_000,
        "{" * 50_000,
        "[" * 50_000,
        "%" * 50_000,
        "a=b&" * 20_000,
        '"\\' * 30_000,
        "<!--" * 20_000,
        "x" * 200_000,
        "<?xml " * 20_000,
        "a = " + "  x" * 30_000,
        " " * 100_000,
        "http://" * 20_000,
        "QUJD" * 50_000,
        "&amp;" * 30_000,
    ],
)
def test_nothing_makes_it_think_for_ever(text: str) -> None:
    started = time.process_time()
    try:
        studied(f"{text}\nx={P}\n", escaping="none").questions()
    finally:
        assert time.process_time() - started < 10


def test_a_secret_that_would_stay_in_the_template_is_noticed(tmp_path: Path) -> None:
    odd = values(display_name=f"Taro ({P})")
    sample = f"<c><AuthPassword>{P}</AuthPassword><!-- Taro ({P}) --></c>"
    one = studied(sample, odd, "display_name=keep")

    with pytest.raises(SecretWouldStay):
        make_family(one, Plan("learned", tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_give_the_sample_back_is_not_written(tmp_path: Path) -> None:
    one = studied(f"<c>\n<AuthPassword>{P}</AuthPassword></c>")
    other = replace(one, source=replace(one.source, content=one.source.content + b" "))

    with pytest.raises(ProofFailed) as failed:
        make_family(other, Plan("learned", tmp_path))
    assert failed.value.line == 2
    assert list(tmp_path.iterdir()) == []


def test_no_family_is_overwritten(tmp_path: Path) -> None:
    one = studied(f"<c><AuthPassword>{P}</AuthPassword></c>")
    place = make_family(one, Plan("mine", tmp_path))
    before = {file: file.read_bytes() for file in place.rglob("*") if file.is_file()}
    other = studied(f"<d><AuthPassword>{P}</AuthPassword></d>")

    with pytest.raises(FamilyExists):
        make_family(other, Plan("mine", tmp_path))
    assert {file: file.read_bytes() for file in place.rglob("*") if file.is_file()} == before
    make_family(other, Plan("mine", tmp_path, replaces=True))
    assert (place / "learned.j2").read_text(encoding="utf-8").startswith("<d>")
    assert [child.name for child in tmp_path.iterdir()] == ["mine"]


def test_no_value_that_lets_somebody_in_is_shown() -> None:
    one = studied(f"<c>{P}<!-- {P} --><x>0{P}0</x><u>sip:{TARO.auth_id}:{P}@h</u></c>")

    shown = f"{one!r} {one.pieces!r} {one.questions()!r} {one.replaced()!r} {codes(one)}"
    assert P not in shown
