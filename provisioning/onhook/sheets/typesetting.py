"""Lay pages out as PDF with typst: fonts embedded, nothing asked of the machine.

`typst` is imported where it is used: it is a library of 80 MB.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import ExitStack
from functools import cached_property
from importlib.resources import as_file
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from onhook.sheets.design import own_fonts
from onhook.sheets.errors import SheetFontUnusable, SheetTemplateWrong
from onhook.sheets.fonts import Coverage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    import typst

    from onhook.sheets.design import Design

_DATA = "data.json"
_laid_out_in: set[int] = set()
"""The processes in which typst laid something out: this one, or the one it was forked from."""

_WHERE = re.compile(r"┌─ (\S+?):(\d+)")


class Typesetter:
    """Lays pages out in a design; used with `with`, and for as many documents as are wanted."""

    def __init__(self, design: Design) -> None:
        self._design = design
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @cached_property
    def coverage(self) -> Coverage:
        """Which characters the fonts have."""
        return Coverage(self._files)

    @property
    def font_names(self) -> str:
        """Return the fonts as people are told them."""
        return ", ".join(self._families)

    def pdf(
        self,
        template: str,
        data: Mapping[str, Any],
        pictures: Mapping[str, bytes],
        at: datetime,
        *,
        is_part: bool = False,
    ) -> bytes:
        """Return a document.

        Args:
            template: Name of the design's typst file.
            data: What it reads as ``data.json``; `look` is added: accent, logo, fonts.
            pictures: SVG files it shows, by name.
            at: When it is made.
            is_part: Whether it will be joined with others, where the marks for screen readers
                would be lost: they double its size.

        Raises:
            SheetTemplateWrong: The template cannot be laid out; where it cannot is told.
            SheetFontUnusable: A font is none.
            RuntimeError: The process was forked from one in which something was laid out: typst's
                threads are not in it, and it would wait for them for ever.
        """
        import typst  # noqa: PLC0415 - see above

        if _laid_out_in - {os.getpid()}:
            raise RuntimeError
        _laid_out_in.add(os.getpid())
        text, place = self._design.text(template)
        files = {
            template: text.encode(),
            _DATA: json.dumps({**data, "look": self._look}, ensure_ascii=False).encode(),
            **pictures,
        }
        files["main.typ"] = f'#include "{template}"'.encode()
        try:
            made = self._compiler.compile(
                files,  # type: ignore[type-var]  # it takes files by name, which its stubs omit
                timestamp=int(at.timestamp()),
                pdf_tags=not is_part,
            )
        except typst.TypstError as error:
            raise SheetTemplateWrong(_where(error.diagnostic, place), error.message) from None
        except RuntimeError as error:
            raise SheetTemplateWrong(place, str(error)) from None
        if not isinstance(made, bytes):  # as for pictures of pages
            raise SheetTemplateWrong(place, "no PDF")
        return made

    @cached_property
    def _compiler(self) -> typst.Compiler:
        import typst  # noqa: PLC0415 - see above

        # Below its root a template may read files; without a folder of the operator's, none.
        root = self._design.folder or self._open.enter_context(TemporaryDirectory())
        return typst.Compiler(root=str(root), font_paths=self._fonts, ignore_system_fonts=True)

    @cached_property
    def _files(self) -> list[Path]:
        own = [self._open.enter_context(as_file(font)) for font in own_fonts()]
        return [*self._design.fonts(), *own]

    @cached_property
    def _fonts(self) -> typst.Fonts:
        import typst  # noqa: PLC0415 - see above

        folders = list(dict.fromkeys(str(file.parent) for file in self._files))
        return typst.Fonts(False, False, folders)  # noqa: FBT003 - neither the system's nor typst's

    @cached_property
    def _families(self) -> list[str]:
        found = {one.path: one.family for one in reversed(self._fonts.fonts())}
        missing = [file for file in self._files if str(file) not in found]
        if missing:
            raise SheetFontUnusable(str(missing[0]), "no font in it")
        return list(dict.fromkeys(found[str(file)] for file in self._files))

    @cached_property
    def _look(self) -> dict[str, Any]:
        look = self._design.look
        self._design.logo()  # which tells better than typst where it should be
        return {"accent": look.accent, "logo": look.logo, "fonts": self._families}


def _where(diagnostic: str, place: str) -> str:
    """Return file and line of a fault, where typst tells it."""
    found = _WHERE.search(diagnostic)
    return place if found is None else f"{place}, line {found[2]} ({found[1]})"
