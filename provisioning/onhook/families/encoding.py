"""Turn a file's text into its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from onhook.families.characters import KINDS, Kind

EncodingName = Literal["ascii", "utf-8", "utf-8-bom", "utf-16-le", "utf-16-le-bom", "utf-16-be-bom"]
LineEndName = Literal["lf", "crlf"]

LINE_ENDS: Final[dict[LineEndName, Literal["\n", "\r\n"]]] = {"lf": "\n", "crlf": "\r\n"}


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding with what stands before the text and what it cannot write."""

    codec: str
    refuses: tuple[Kind, ...]
    mark: bytes = b""
    unit_bytes: int = 1

    def encode(self, text: str) -> bytes:
        """Return `text` in bytes.

        Raises:
            UnicodeEncodeError: It holds what the encoding cannot write.
        """
        return self.mark + text.encode(self.codec)


_SURROGATE = (KINDS["surrogate"],)

ENCODINGS: Final[dict[EncodingName, Encoding]] = {
    "ascii": Encoding("ascii", (KINDS["non-ascii"],)),
    "utf-8": Encoding("utf-8", _SURROGATE),
    "utf-8-bom": Encoding("utf-8", _SURROGATE, mark=b"\xef\xbb\xbf"),
    "utf-16-le": Encoding("utf-16-le", _SURROGATE, unit_bytes=2),
    "utf-16-le-bom": Encoding("utf-16-le", _SURROGATE, mark=b"\xff\xfe", unit_bytes=2),
    "utf-16-be-bom": Encoding("utf-16-be", _SURROGATE, mark=b"\xfe\xff", unit_bytes=2),
}
