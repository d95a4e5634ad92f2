"""The symbol is qrcode's own, module by module, whichever way it is made."""

import random
import string
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onhook.qr import Symbol, SymbolOverflow, encode, make
from onhook.words import LANGUAGES, Words
from tests.qr.foreign import qrcode_rows
from tests.qr.texts import BASE32, link, varied_urls
from tests.thoroughness import thorough

# ISO/IEC 18004, table 7: what versions 1 to 9 hold at level M.
CAPACITIES = {
    "7": (34, 63, 101, 149, 202, 255, 293, 365, 432),
    "A": (20, 38, 61, 90, 122, 154, 178, 221, 262),
    "a": (14, 26, 42, 62, 84, 106, 122, 152, 180),
}


@pytest.mark.parametrize("part", range(thorough(6, 1)))
@pytest.mark.parametrize("version", range(2, 10))
def test_varied_urls_give_the_modules_of_qrcode(version: int, part: int) -> None:
    urls = varied_urls(version, part, how_many=thorough(45, 15))  # 2,160 in all in CI
    assert [url for url in urls if encode(url).rows() != qrcode_rows(url)] == []


@pytest.mark.parametrize("part", range(thorough(2, 1)))
def test_links_of_one_batch_give_the_modules_of_qrcode(part: int) -> None:
    rng = random.Random(part)  # noqa: S311 - repeatable, not secret
    links = [link(rng) for _ in range(100)]
    assert [url for url in links if encode(url).rows() != qrcode_rows(url)] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "7",
        "AC-42",
        "123\n",
        "ABC\n",
        "\n" * 21,
        "\0\x7f" * 12,
        "HTTPS://PHONE.EXAMPLE/K/" + BASE32,
        "https://phone.example/k/" + BASE32.lower(),
        "1" * 19 + "x",
        "1" * 20 + "x",
        "x" + "1" * 19 + "A" * 19,
        "abcABC" + "1" * 20 + "DEF",
        "abc" + "1" * 20 + "D" * 20 + "efg" + "2" * 33,
        "A" * 20 + "b" + "C" * 21 + "d",
        "z" * 180,
        "z" * 181,
        "z" * 300,
        BASE32 * 9,
        "7" * 433,
        "髙橋 﨑 𠮷 https://phone.example/k/" + BASE32,
        '<?xml version="1.0"?><AccountConfig>' + "<Account/>" * 30 + "</AccountConfig>",
    ],
    ids=lambda text: ascii(text[:24]),
)
def test_any_shape_of_text_gives_the_modules_of_qrcode(text: str) -> None:
    expected = qrcode_rows(text)
    assert encode(text).rows() == expected
    assert make(text).rows() == expected


_RUNS = st.one_of(
    st.text(st.characters(max_codepoint=127), max_size=40),
    st.text(string.digits, min_size=15, max_size=30),
    st.text(BASE32 + " $%*+-./:", min_size=15, max_size=30),
)


@settings(deadline=None, max_examples=thorough(150, 40))
@given(st.lists(_RUNS, max_size=6).map("".join))
def test_ascii_of_any_kind_gives_the_modules_of_qrcode(text: str) -> None:
    assert encode(text).rows() == qrcode_rows(text)


@pytest.mark.parametrize("character", CAPACITIES)
def test_version_is_the_smallest_that_holds_the_text(character: str) -> None:
    for version, capacity in enumerate(CAPACITIES[character], 1):
        assert encode(character * capacity).size == 17 + 4 * version
        assert encode(character * (capacity + 1)).size == 21 + 4 * version


def test_threads_share_the_encoder() -> None:
    rng = random.Random(7)  # noqa: S311 - repeatable, not secret
    links = [link(rng, host) for _ in range(500) for host in ("a.example", "phone.office.example")]
    alone = [encode(url) for url in links]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(encode, links)) == alone


@pytest.mark.parametrize("draw", [encode, make])
def test_a_text_beyond_any_symbol_is_refused_without_being_shown(
    draw: Callable[[str], Symbol],
) -> None:
    assert encode("s" * 2331).size == 177
    with pytest.raises(SymbolOverflow) as refused:
        draw("s" * 2332)
    assert refused.value.length == 2332
    for lang in LANGUAGES:
        message = Words(lang).error(refused.value)
        assert "2332" in message.says
        assert "sss" not in f"{message}{refused.value!r}"


def test_import_leaves_qrcode_and_pillow_alone() -> None:
    script = "import sys, onhook.qr; print({'qrcode', 'PIL'} & sys.modules.keys())"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert told.stdout == b"set()\n"
