"""Make photos of QR codes as people take them: tilted, turned, dim, shaken, pressed into JPEG.

All is drawn with Pillow alone and from one number, so that a failing photo can be made again.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from onhook import qr

if TYPE_CHECKING:
    from collections.abc import Sequence

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shot:
    """How a photo is taken.

    Attributes:
        size: Of the photo, in pixels.
        share: How much of the photo's height the symbol takes.
        turn_deg: How far the phone is turned.
        tilt: How far the corners move, as a share of the photo's height: perspective.
        brightness: 1 is daylight.
        contrast: 1 is as it is.
        noise: Of the sensor; standard deviation of 256 levels.
        blur_px: Out of focus; radius.
        shake_px: The hand moved, sideways.
        quality: Of the JPEG.
        inverted: Light modules on dark, as on a dark terminal.
    """

    size: tuple[int, int] = (1600, 1200)
    share: float = 0.4
    turn_deg: float = 0.0
    tilt: float = 0.0
    brightness: float = 1.0
    contrast: float = 1.0
    noise: float = 4.0
    blur_px: float = 0.0
    shake_px: int = 0
    quality: int = 75
    inverted: bool = False


def some_shot(number: int) -> Shot:
    """Return one of many ways to take a photo; the same for the same number."""
    chance = random.Random(number)  # noqa: S311 - pictures, no secrets
    return Shot(
        size=chance.choice([(1600, 1200), (1200, 1600), (2016, 1512)]),
        share=chance.uniform(0.3, 0.6),
        turn_deg=chance.uniform(0, 360),
        tilt=chance.uniform(0, 0.18),
        brightness=chance.uniform(0.2, 1.1),
        contrast=chance.uniform(0.3, 1.1),
        noise=chance.uniform(0, 16),
        blur_px=chance.uniform(0, 3),
        shake_px=chance.choice([0, 2, 4, 8]),
        quality=chance.choice([30, 45, 60, 85]),
        inverted=chance.random() < 0.15,
    )


def printed(text: str, *, inverted: bool = False) -> Image.Image:
    """Return the symbol of `text` as paper shows it."""
    picture = Image.open(io.BytesIO(qr.png(qr.encode(text)))).convert("L")
    return ImageOps.invert(picture) if inverted else picture


def page(texts: Sequence[str]) -> Image.Image:
    """Return a printed page with a symbol and some lines of writing for each of `texts`."""
    paper = Image.new("L", (1240, 1754), 245)  # A4 at 150 dpi
    draw = ImageDraw.Draw(paper)
    for number, text in enumerate(texts):
        left, top = 90 + 580 * (number % 2), 90 + 420 * (number // 2)
        paper.paste(printed(text).resize((300, 300), Image.Resampling.NEAREST), (left, top))
        for line in range(6):
            draw.text((left + 310, top + 40 + 30 * line), f"Extension {101 + number}", fill=40)
    return paper


def photo(subject: Image.Image, shot: Shot, number: int = 0) -> Image.Image:
    """Return a photo of `subject`, taken as `shot` says; `number` seeds what is left to chance."""
    chance = random.Random(number)  # noqa: S311 - pictures, no secrets
    seen = _tilted(_on_table(subject, shot), shot, chance)
    seen = seen.filter(ImageFilter.GaussianBlur(shot.blur_px))
    for _ in range(shot.shake_px // 2):  # each pass moves the hand by two pixels
        seen = seen.filter(ImageFilter.Kernel((5, 5), [0] * 10 + [1] * 5 + [0] * 10, 5))
    seen = ImageEnhance.Contrast(seen).enhance(shot.contrast)
    seen = ImageEnhance.Brightness(seen).enhance(shot.brightness)
    return _noisy(seen, shot.noise) if shot.noise else seen


def jpeg(picture: Image.Image, quality: int = 75, orientation: int = 1) -> bytes:
    """Return `picture` as a JPEG file whose EXIF states `orientation`."""
    exif = Image.Exif()
    exif[0x0112] = orientation  # EXIF 2.3 section 4.6.4
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def saved(picture: Image.Image, form: str) -> bytes:
    """Return `picture` as a file of the form Pillow calls `form`."""
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


def _on_table(subject: Image.Image, shot: Shot) -> Image.Image:
    """Lay the subject on a table with a gradient, larger than the photo, and turn it."""
    width, height = shot.size
    edge = round(height * shot.share)
    sized = subject.resize(
        (round(edge * subject.width / subject.height), edge), Image.Resampling.BICUBIC
    )
    table = Image.linear_gradient("L").resize((width, height)).point(lambda v: 90 + v // 4)
    turned = sized.convert("LA").rotate(
        shot.turn_deg, expand=True, resample=Image.Resampling.BICUBIC
    )
    place = ((width - turned.width) // 2, (height - turned.height) // 2)
    table.paste(turned.getchannel("L"), place, turned.getchannel("A"))
    return table


def _tilted(picture: Image.Image, shot: Shot, chance: random.Random) -> Image.Image:
    if not shot.tilt:
        return picture
    width, height = picture.size
    reach = shot.tilt * height
    corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    seen = [
        (x + chance.uniform(-1, 1) * reach, y + chance.uniform(-1, 1) * reach) for x, y in corners
    ]
    return picture.transform(
        picture.size,
        Image.Transform.PERSPECTIVE,
        _perspective(corners, seen),
        Image.Resampling.BICUBIC,
        fillcolor=110,
    )


def _perspective(shown: Sequence[Corner], taken: Sequence[Corner]) -> list[float]:
    """Return the eight coefficients that map each corner of `shown` to that of `taken`."""
    rows = []
    for (x, y), (u, v) in zip(shown, taken, strict=True):
        rows.append([x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u])
        rows.append([0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v])
    return _solved(rows)


def _solved(rows: list[list[float]]) -> list[float]:
    """Solve linear equations, each a row with its right side last (Gauss and Jordan)."""
    for column in range(len(rows)):
        best = max(range(column, len(rows)), key=lambda row: abs(rows[row][column]))
        rows[column], rows[best] = rows[best], rows[column]
        pivot = rows[column][column]
        rows[column] = [value / pivot for value in rows[column]]
        for row in range(len(rows)):
            if row != column:
                factor = rows[row][column]
                pairs = zip(rows[row], rows[column], strict=True)
                rows[row] = [value - factor * unit for value, unit in pairs]
    return [row[-1] for row in rows]


def _noisy(picture: Image.Image, sigma: float) -> Image.Image:
    noise = Image.effect_noise(picture.size, sigma)  # around 128
    return ImageChops.add(picture, noise, offset=-128)
