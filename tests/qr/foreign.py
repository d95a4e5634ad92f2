"""What other people's programs make of our symbols and files."""

import io
import subprocess

from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from tests.programs import need


def qrcode_rows(text: str) -> list[str]:
    """Return the rows of the symbol that a user of `qrcode` gets for `text` at level M."""
    symbol = QRCode(error_correction=ERROR_CORRECT_M)
    symbol.add_data(text)
    symbol.make(fit=True)
    return ["".join("1" if dark else "0" for dark in row) for row in symbol.modules]


def rendered(svg: bytes, *, zoom: int = 1) -> Image.Image:
    """Return what librsvg draws."""
    (rsvg_convert,) = need("rsvg-convert")
    command = [rsvg_convert, "--zoom", str(zoom), "--format", "png"]
    drawn = subprocess.run(command, input=svg, capture_output=True, check=True)
    return opened(drawn.stdout)


def opened(png: bytes) -> Image.Image:
    """Return a PNG file's pixels, each chunk's checksum checked."""
    with Image.open(io.BytesIO(png)) as checked:
        checked.verify()
    with Image.open(io.BytesIO(png)) as image:
        image.load()
        return image


def as_png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
