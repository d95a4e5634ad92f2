"""The use case: inspect a file, a picture, or the text of a QR code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.inspecting.addresses import inspect_address
from onhook.inspecting.configs import inspect_config
from onhook.inspecting.pictures import is_picture, other_kind, read_codes
from onhook.inspecting.source import read_file, source_of
from onhook.inspecting.symbols import read_address

if TYPE_CHECKING:
    from pathlib import Path

    from onhook.inspecting.result import Inspected, Wanted
    from onhook.workspace import UnitOfWork


def inspect_file(work: UnitOfWork, path: Path, wanted: Wanted) -> list[Inspected]:
    """Inspect the file at `path`: once, or for each QR code of a picture, from its top.

    Args:
        work: What is known; nothing is changed.
        path: A config file or a picture.
        wanted: Whose it should be.

    Raises:
        InvalidInput: It is empty, too large, no file, a damaged picture, a picture without code.
        NotFound: There is no such file, or not the account or customer wanted.
        StorageFault: It may not be read, or a sealed value cannot be opened.
    """
    content = read_file(path)
    if is_picture(content) or other_kind(content):
        texts = read_codes(content, str(path))
        return [inspect_symbol(work, text, wanted) for text in texts]
    return [inspect_config(work, source_of(path.name, content), wanted)]


def inspect_symbol(work: UnitOfWork, text: str, wanted: Wanted) -> Inspected:
    """Inspect the text of a QR code: a link, another address, or settings.

    Raises:
        As `inspect_file`.
    """
    address = read_address(text)
    if address is None:
        return inspect_config(work, source_of("QR", text.encode(), from_picture=True), wanted)
    return inspect_address(work, address, wanted)
