"""Read QR codes out of pictures: screenshots, scans, photos as people take them.

The reader (zxing-cpp) finds most symbols in the picture as it is: turned, tilted, dim, inverted.
Where it finds none, the picture is looked at again softer, evened out, sharper, smaller, larger;
each of these reads photos that no other does.
"""

from __future__ import annotations

import io
import struct
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple

from onhook.inspecting.errors import (
    PictureOfOtherKind,
    PictureReaderMissing,
    PictureTooLarge,
    PictureUnreadable,
    PictureWithoutCode,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from PIL.Image import Image

MOST_PIXELS: Final = 64_000_000  # phones take up to 50 million; a grey one needs a byte each
_LARGE: Final = 16_000_000  # a JPEG beyond this is read at half its size: modules stay large
_SMALL: Final = 1_000_000  # worth enlarging

_READ: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_SIGNATURES: Final[tuple[tuple[int, bytes], ...]] = (
    (0, b"\x89PNG\r\n"),
    (0, b"\xff\xd8\xff"),  # JPEG
    (8, b"WEBP"),
    (0, b"GIF8"),
    (0, b"BM"),
    (0, b"II*\0"),  # TIFF
    (0, b"MM\0*"),
)
_OTHER_KINDS: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"%PDF-", "PDF"),
    (4, b"ftyphei", "HEIC"),  # what iPhones take
    (4, b"ftyphev", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (4, b"ftypavif", "AVIF"),
)
# What Pillow raises on a damaged file, by its readers' sources.
_DAMAGED: Final = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error)


def is_picture(head: bytes) -> bool:
    """Tell by the first bytes of a file whether it is a picture that can be read."""
    return any(head.startswith(sign, place) for place, sign in _SIGNATURES)


def other_kind(head: bytes) -> str:
    """Return what kind of picture or page a file is that is not read here; '' for others."""
    return next((kind for place, sign, kind in _OTHER_KINDS if head.startswith(sign, place)), "")


def read_codes(content: bytes, name: str) -> list[str]:
    """Return what the QR codes in a picture hold, from the top of the picture down.

    Args:
        content: The picture's file.
        name: Of the file, for errors.

    Raises:
        PictureOfOtherKind: It is no PNG, JPEG, WebP, GIF, BMP or TIFF.
        PictureTooLarge: It has more than `MOST_PIXELS`; they were not unpacked.
        PictureUnreadable: It is damaged.
        PictureWithoutCode: There is no QR code to be made out.
        PictureReaderMissing: What reads pictures is not installed.
    """
    if kind := other_kind(content):
        raise PictureOfOtherKind(name, kind)
    if not all(map(find_spec, ("PIL", "zxingcpp"))):
        raise PictureReaderMissing(name)
    picture = _opened(content, name)
    found: dict[str, _Spot] = {}
    for number, look in enumerate(_LOOKS):
        if number >= _ALWAYS and found:
            break
        for spot in _codes(look, picture):
            found.setdefault(spot.text, spot)
    if not found:
        raise PictureWithoutCode(name)
    return [spot.text for spot in _as_read(found.values())]


class _Spot(NamedTuple):
    """A symbol, and where its centre stands in the picture: shares of height and width."""

    text: str
    top: float
    left: float
    height: float


def _as_read(spots: Iterable[_Spot]) -> Iterator[_Spot]:
    """Yield `spots` row by row; those of one row stand at one height, roughly."""
    row: list[_Spot] = []
    for spot in sorted(spots, key=lambda spot: spot.top):
        if row and spot.top - row[-1].top > spot.height / 2:
            yield from sorted(row, key=lambda spot: spot.left)
            row = []
        row.append(spot)
    yield from sorted(row, key=lambda spot: spot.left)


def _opened(content: bytes, name: str) -> Image:
    from PIL import Image, ImageOps  # noqa: PLC0415 - start-up time

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about size: ours is the lower bound
            picture = Image.open(io.BytesIO(content), formats=_READ)
            pixels = picture.width * picture.height
            if pixels > MOST_PIXELS:
                raise PictureTooLarge(name, f"{MOST_PIXELS:,}")
            if pixels > _LARGE:
                picture.draft("L", (picture.width // 2, picture.height // 2))
            return ImageOps.exif_transpose(_grey(picture))
    except Image.DecompressionBombError:
        raise PictureTooLarge(name, f"{MOST_PIXELS:,}") from None
    except _DAMAGED:
        raise PictureUnreadable(name) from None


def _grey(picture: Image) -> Image:
    """Return `picture` in grey; what is transparent becomes white, as on paper."""
    from PIL import Image  # noqa: PLC0415 - start-up time

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("LA")
        paper = Image.new("L", picture.size, 255)
        paper.paste(clear.getchannel("L"), mask=clear.getchannel("A"))
        return paper
    grey = picture.convert("L")
    grey.info.pop("icc_profile", None)
    return grey


def _codes(look: Callable[[Image], Image | None], picture: Image) -> Iterator[_Spot]:
    import zxingcpp  # noqa: PLC0415 - start-up time

    seen = look(picture)
    if seen is None:
        return
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    for code in zxingcpp.read_barcodes(seen, formats=formats):
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        heights, lefts = [one.y for one in corners], [one.x for one in corners]
        yield _Spot(
            _text(code.bytes),
            sum(heights) / 4 / seen.height,
            sum(lefts) / 4 / seen.width,
            (max(heights) - min(heights)) / seen.height,
        )


def _text(content: bytes) -> str:
    """Return what a symbol holds as text; UTF-8 if it is that, as phones take it."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp932", "replace")


def _as_it_is(picture: Image) -> Image:
    return picture


def _half(picture: Image) -> Image | None:
    if picture.width * picture.height < _SMALL:
        return None
    return _evened(_sharpened(picture.reduce(2), 3))


def _soft(picture: Image) -> Image:
    from PIL import ImageFilter  # noqa: PLC0415 - start-up time

    return _evened(picture.filter(ImageFilter.GaussianBlur(1.5)))


def _equalised(picture: Image) -> Image:
    from PIL import ImageFilter, ImageOps  # noqa: PLC0415 - start-up time

    return ImageOps.equalize(picture.filter(ImageFilter.GaussianBlur(1)))


def _sharp(picture: Image) -> Image:
    return _sharpened(_evened(picture), 4)


def _double(picture: Image) -> Image | None:
    from PIL import Image  # noqa: PLC0415 - start-up time

    if picture.width * picture.height > 4 * _SMALL:
        return None
    size = (picture.width * 2, picture.height * 2)
    return _evened(picture).resize(size, Image.Resampling.BICUBIC)


def _evened(picture: Image) -> Image:
    from PIL import ImageOps  # noqa: PLC0415 - start-up time

    return ImageOps.autocontrast(picture, cutoff=1)


def _sharpened(picture: Image, radius_px: int) -> Image:
    from PIL import ImageFilter  # noqa: PLC0415 - start-up time

    return picture.filter(ImageFilter.UnsharpMask(radius_px, 250, 0))


_LOOKS: Final = (_as_it_is, _half, _soft, _equalised, _sharp, _double)
_ALWAYS: Final = 2  # a page of many symbols: one look may miss one
