"""Draw QR codes in the terminal."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from onhook_cli.session import Session, local_time

if TYPE_CHECKING:
    from datetime import datetime

    from onhook.kits.symbols import DrawnSymbol

_QUIET_ZONE = 4  # modules on each side, as `onhook.qr.terminal` draws


def draw(session: Session, drawn: DrawnSymbol) -> None:
    """Draw a QR code, and say below whose it is and how long it works."""
    from onhook.qr import encode, terminal

    colour = sys.stdout.isatty()  # no decoration: without it a dark terminal shows a negative
    session.print(terminal(encode(drawn.text), colour=colour))
    if drawn.expires_at is None:
        session.say("qr-drawn-inline", subject=drawn.subject, family=drawn.family)
    else:
        expires = local_time(drawn.expires_at)
        session.say("qr-drawn", subject=drawn.subject, family=drawn.family, expires=expires)


def fits(drawn: DrawnSymbol) -> bool:
    """Tell whether a QR code can be seen whole on the screen; into a pipe none is drawn."""
    from onhook.qr import encode

    if not sys.stdout.isatty():
        return False
    side = encode(drawn.text).size + 2 * _QUIET_ZONE
    screen = shutil.get_terminal_size()
    return screen.columns >= side and screen.lines > side // 2 + 2


def tell_code(session: Session, extension: str, device: str | None) -> datetime:
    """Tell the short code of a kit and return until when it works.

    It is no part of the JSON: whoever has it has the link.

    Raises:
        NoLink: The kit's link is dead, or it has none.
        WhichDevice: There are kits for several devices.
    """
    from onhook.delivery.codes import show_code

    with session.workspace.writing() as work:
        found = show_code(work, extension, session.customer, device)
    expires = local_time(found.expires_at)
    session.say("qr-code", code=found.code, url=found.public_url, expires=expires)
    return found.expires_at
