"""What a service's file leaves out is not agreed: say so where somebody asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from onhook_devices.errors import Refused

if TYPE_CHECKING:
    from onhook_devices.service import Service

T = TypeVar("T")


class NotAgreed(Refused):
    """The service's terms say nothing about this: its file lacks the table.

    Attributes:
        service: Its id.
        table: The table that is not there, such as ``leases`` or ``money.late_interest``.
    """

    service: str
    table: str


def agreed(table: T | None, service: Service, name: str) -> T:
    """Return a table of a service's terms, which may have been left out.

    Args:
        table: What the service has there.
        service: Whose it is.
        name: What the table is called in the service's file.

    Raises:
        NotAgreed: It was left out.
    """
    if table is None:
        raise NotAgreed(service.id, name)
    return table
