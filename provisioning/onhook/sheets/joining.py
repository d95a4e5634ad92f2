"""Join PDFs page by page: typst lays out a few dozen pages at a time, and paper wants one file."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    from pypdf import PdfReader  # noqa: PLC0415 - start-up time

    return PdfReader(BytesIO(pdf)).get_num_pages()


def joined(parts: Sequence[bytes]) -> bytes:
    """Return one PDF with the pages of some, in their order; one alone stays as it is."""
    if len(parts) == 1:
        return parts[0]
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - as above

    writer = PdfWriter()
    writer.add_metadata(PdfReader(BytesIO(parts[0])).metadata or {})
    for part in parts:
        writer.append(BytesIO(part), import_outline=False)
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
