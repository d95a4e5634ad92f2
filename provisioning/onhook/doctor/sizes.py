"""Sizes as people read them."""

from __future__ import annotations

_STEP = 1024


def size_text(size: float) -> str:
    """Return a number of bytes as ``1.5 GiB``."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < _STEP:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= _STEP
    return f"{size:.1f} TiB"
