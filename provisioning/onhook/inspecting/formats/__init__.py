"""One reader a softphone: bytes to a `Reading`, with every trap of that format as a finding.

`FORMATS` lists them; the first that takes a file for its own reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from onhook.inspecting.formats import (
    acrobits,
    baresip,
    gswave,
    linphone,
    microsip,
    threecx,
    threecxphone6,
    twinkle,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from onhook.inspecting.reading import Reading
    from onhook.inspecting.source import Source


class Format(NamedTuple):
    """A format that is known by its looks.

    Attributes:
        name: Of the family.
        fits: Tells whether a file is of this format, however faulty.
        read: Reads it.
    """

    name: str
    fits: Callable[[Source], bool]
    read: Callable[[Source], Reading]


FORMATS: Final = (
    Format("linphone", linphone.fits, linphone.read),
    Format("gswave", gswave.fits, gswave.read),
    Format("3cx", threecx.fits, threecx.read),
    Format("acrobits", acrobits.fits, acrobits.read),
    Format("3cxphone6", threecxphone6.fits, threecxphone6.read),
    Format("microsip", microsip.fits, microsip.read),
    Format("twinkle", twinkle.fits, twinkle.read),
    Format("baresip", baresip.fits, baresip.read),
)


def format_of(source: Source) -> Format | None:
    """Return the format `source` is in, None where none is known by its looks."""
    return next((one for one in FORMATS if one.fits(source)), None)
