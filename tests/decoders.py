"""Two foreign QR readers, zbarimg and zxing-cpp; a symbol is good when both read it alike.

OpenCV is no third judge: it misses good symbols. Pictures are PNG (or what both libraries open),
given as bytes or as a path.

- `both_read(png)`: the one text that both read; an assertion fails otherwise.
- `both_read_many(pictures)`: the same for thousands, a few hundred in one go of zbarimg.
- `read_qr(picture)`, `read_many(pictures)`: what each reads, also nothing or several symbols, as on
  a picture of a whole page.
"""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import zxingcpp
from lxml import etree
from PIL import Image

from tests.programs import need

Picture = bytes | Path

# A line of arguments holds far more; this keeps what one failing run takes down small.
_FILES_PER_RUN = 500
_QR_ONLY = ["-Sdisable", "-Sqrcode.enable"]
_NOTHING_FOUND = 4  # zbarimg(1), "exit status"
_SYMBOLS = "{*}index/{*}symbol/{*}data"


@dataclass(frozen=True, slots=True)
class Readings:
    """The texts each reader found in one picture, sorted; empty where it found no symbol."""

    zbar: tuple[str, ...]
    zxing: tuple[str, ...]


def both_read(picture: Picture) -> str:
    """Return the text of the one symbol in `picture`; assert that both readers see just that."""
    return both_read_many([picture])[0]


def both_read_many(pictures: Sequence[Picture]) -> list[str]:
    """Return the text of each picture, in order, asserting as `both_read` does."""
    return [_agreed(number, found) for number, found in enumerate(read_many(pictures))]


def read_qr(picture: Picture) -> Readings:
    """Return what each reader finds in `picture`."""
    return read_many([picture])[0]


def read_many(pictures: Sequence[Picture]) -> list[Readings]:
    """Return what each reader finds in each picture, in order."""
    (zbarimg,) = need("zbarimg")
    with TemporaryDirectory() as scratch:
        files = [_on_disk(one, Path(scratch, str(n))) for n, one in enumerate(pictures)]
        by_zbar = [found for run in _runs(files) for found in _read_by_zbar(zbarimg, run)]
        return [
            Readings(zbar, _read_by_zxing(file)) for zbar, file in zip(by_zbar, files, strict=True)
        ]


def _agreed(number: int, found: Readings) -> str:
    assert len(found.zbar) == len(found.zxing) == 1, f"picture {number}: not one symbol: {found}"
    assert found.zbar == found.zxing, f"picture {number}: read differently: {found}"
    return found.zbar[0]


def _on_disk(picture: Picture, place: Path) -> Path:
    if isinstance(picture, bytes):
        place.write_bytes(picture)
        return place
    return picture.absolute()  # no name can then begin with a dash


def _runs(files: Iterable[Path]) -> Iterator[list[Path]]:
    remaining = iter(files)
    while run := list(islice(remaining, _FILES_PER_RUN)):
        yield run


def _read_by_zbar(zbarimg: str, files: list[Path]) -> list[tuple[str, ...]]:
    # XML names the file beside each symbol: texts may hold line breaks, pictures no symbol.
    report = etree.fromstring(_run_zbar(zbarimg, "--xml", files))
    sources = report.findall("{*}source")
    assert len(sources) == len(files), "zbarimg left files out"
    return [
        tuple(sorted(_text(zbarimg, file, symbol) for symbol in source.iterfind(_SYMBOLS)))
        for file, source in zip(files, sources, strict=True)
    ]


def _text(zbarimg: str, file: Path, symbol: etree._Element) -> str:
    if symbol.get("format") != "base64":
        return symbol.text or ""
    # What is not ASCII comes mangled in XML (0.23.92), but right when printed raw.
    return _run_zbar(zbarimg, "--raw", [file]).decode().removesuffix("\n")


def _run_zbar(zbarimg: str, form: str, files: list[Path]) -> bytes:
    command = [zbarimg, "-q", "--nodbus", form, *_QR_ONLY, *map(str, files)]
    run = subprocess.run(command, capture_output=True, check=False)
    assert run.returncode in (0, _NOTHING_FOUND), run.stderr.decode(errors="replace")
    return run.stdout


def _read_by_zxing(file: Path) -> tuple[str, ...]:
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    with Image.open(file) as image:
        found = zxingcpp.read_barcodes(image.convert("L"), formats=formats)
    # Its own text is a guess at the character set; the bytes are what the symbol says.
    return tuple(sorted(symbol.bytes.decode() for symbol in found))
