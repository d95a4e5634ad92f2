"""Print sheets: their facts in words, laid out as PDF or HTML."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

from onhook.qr import encode, svg
from onhook.sheets.design import DESIGN_FOLDER, Design
from onhook.sheets.errors import CharactersLacking, SheetTemplateWrong
from onhook.sheets.joining import joined, page_count
from onhook.sheets.typesetting import Typesetter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from onhook.sheets.content import Content
    from onhook.sheets.sheet import Page

    Progress = Callable[[int, int], None]

SheetForm = Literal["pdf", "html"]
FORMS: tuple[SheetForm, ...] = get_args(SheetForm)

# typst keeps what it worked out for its last documents: many small ones bound its memory. To find
# out how small a page must be to hold all takes it four times as long, and as much memory.
_TOGETHER, _FITTED_TOGETHER = 32, 5
_WIDTH_MM, _LARGE_WIDTH_MM = 70, 88
_LARGE = 61  # modules on a side from which a symbol needs more room: it holds more than a link
_QUIET_ZONE = 4
# A line break is found in a name without blanks, such as 40 letters of Latin.
_LONG_WORD = re.compile(r"[!-,.-~\u00a1-\u024f]{18,}")
_BREAK = "\u200b"
# Where two of these meet, typst draws them together as if each were as wide as a character; in a
# font whose signs have widths of their own they would overlap. A hair space, at which no line is
# broken, keeps them apart.
_SIGNS = "、。，．・：；！？「」『』（）【】〔〕《》〈〉"
_CROWDED = re.compile(f"(?<=[{_SIGNS}])(?=[{_SIGNS}])")
_APART = "\u200a\u2060"


def unwatched(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


class SheetPrinter:
    """Prints the sheets of a workspace in its design; used with `with`.

    Args:
        folder: The workspace's.
    """

    def __init__(self, folder: Path) -> None:
        self._design = Design(folder / DESIGN_FOLDER)
        self._typesetter = Typesetter(self._design)

    def __enter__(self) -> Self:
        self._typesetter.__enter__()
        return self

    def __exit__(self, *told: object) -> None:
        self._typesetter.__exit__(*told)

    def content(self, sheet: Page) -> Content:
        """Return what stands on a sheet, in words."""
        return sheet.content(self._design.say(sheet.language))

    def lacking(self, sheet: Page) -> CharactersLacking | None:
        """Return which characters of a sheet the fonts do not have, None where they have all.

        Raises:
            SheetFontUnusable: A font is none.
        """
        coverage = self._typesetter.coverage
        for text in _texts(self.content(sheet)):
            missing = coverage.lacking(text)
            if missing:
                return CharactersLacking(
                    sheet.subject,
                    text,
                    " ".join(map(_named, missing)),
                    self._typesetter.font_names,
                )
        return None

    def pdf(self, sheets: Sequence[Page], at: datetime, progress: Progress = unwatched) -> bytes:
        """Return some sheets as one PDF, a page each; `lacking` tells before what cannot be set.

        Args:
            sheets: At least one.
            at: When it is made.
            progress: Told from time to time how many are laid out, of how many.

        Raises:
            SheetTemplateWrong: The operator's template cannot be laid out.
            SheetFontUnusable: A font is none.
        """
        is_part = len(sheets) > _TOGETHER
        parts: list[bytes] = []
        for number, some in enumerate(_stretches(sheets, _TOGETHER)):
            parts += self._parts(some, at, is_part=is_part)
            progress(number * _TOGETHER + len(some), len(sheets))
        return joined(parts)

    def _parts(self, sheets: Sequence[Page], at: datetime, *, is_part: bool) -> Iterator[bytes]:
        """Yield PDFs with a page for each sheet: one, or several where they had to be fitted."""
        made = self._set(sheets, at, is_part=is_part)
        if page_count(made) == len(sheets):
            yield made
            return
        for some in _stretches(sheets, _FITTED_TOGETHER):
            yield self._set(some, at, is_part=is_part, is_fitted=True)

    def _set(
        self, sheets: Sequence[Page], at: datetime, *, is_part: bool, is_fitted: bool = False
    ) -> bytes:
        """Return a PDF; without fitting a sheet with much text may take two pages."""
        contents, pictures = [], {}
        for number, sheet in enumerate(sheets):
            content = {**laid_out(self.content(sheet)), "symbol": None}
            if sheet.symbol:
                symbol = encode(sheet.symbol)
                name = f"symbol-{number}.svg"
                pictures[name] = svg(symbol, quiet_zone=_QUIET_ZONE)
                width_mm = _WIDTH_MM if symbol.size < _LARGE else _LARGE_WIDTH_MM
                content["symbol"] = {"file": name, "width_mm": width_mm}
            contents.append(content)
        data = {"title": contents[0]["title"], "sheets": contents, "fit": is_fitted}
        with _telling_no_secret(sheets):
            return self._typesetter.pdf("sheet.typ", data, pictures, at, is_part=is_part)

    def html(self, sheets: Sequence[Page]) -> bytes:
        """Return some sheets as one HTML page, which loads nothing and prints a page each."""
        from onhook.sheets.page import sheets_page  # noqa: PLC0415 - jinja2 is slow to import

        shown = [
            {
                **self.content(sheet),
                "symbol": svg(encode(sheet.symbol)).decode() if sheet.symbol else "",
            }
            for sheet in sheets
        ]
        with _telling_no_secret(sheets):
            return sheets_page(self._design, shown).encode()


@contextmanager
def _telling_no_secret(sheets: Sequence[Page]) -> Iterator[None]:
    """Take secrets out of what is said of a template: it may name what it could not use."""
    try:
        yield
    except SheetTemplateWrong as error:
        reason = error.reason
        for sheet in sheets:
            for secret in sheet.secrets:
                reason = reason.replace(secret, "***")
        raise SheetTemplateWrong(error.file, reason) from None


def _stretches(sheets: Sequence[Page], most: int) -> Iterator[Sequence[Page]]:
    return (sheets[start : start + most] for start in range(0, len(sheets), most))


def _named(character: str) -> str:
    return f"{character} ({' '.join(f'U+{ord(sign):04X}' for sign in character)})"


def _texts(content: Any) -> Iterator[str]:
    """Yield every text in some content."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value)


def laid_out(content: Any) -> Any:
    """Return content as typst lays it out well.

    Long words may be broken anywhere (addresses break by themselves), and signs stand apart.
    """
    if isinstance(content, str):
        parted = _CROWDED.sub(_APART, content)
        return _LONG_WORD.sub(lambda found: _BREAK.join(found[0]), parted)
    if isinstance(content, dict):
        return {key: value if key == "url" else laid_out(value) for key, value in content.items()}
    return [laid_out(value) for value in content] if isinstance(content, list) else content
