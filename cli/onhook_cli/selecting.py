"""Which accounts a command is about: those typed, or all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook_devices.errors import UsageError

if TYPE_CHECKING:
    from onhook.kits.candidates import Selection
    from onhook_cli.session import Session


class NobodySelected(UsageError):
    """Neither an account nor --all was given."""

    command: str


class AllAndSome(UsageError):
    """Accounts and --all were given together."""

    command: str


def selection(session: Session, extensions: list[str] | None, *, everyone: bool) -> Selection:
    """Return which accounts are meant.

    Raises:
        NobodySelected: None are.
        AllAndSome: It is not clear.
    """
    from onhook.kits.candidates import Selection

    if extensions and everyone:
        raise AllAndSome(session.command)
    if not extensions and not everyone:
        raise NobodySelected(session.command)
    return Selection(tuple(extensions or ()), session.customer)
