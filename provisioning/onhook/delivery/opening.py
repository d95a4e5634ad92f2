"""Put together what delivers from a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.delivery.fetching import Delivery
from onhook.delivery.keys import DeliveryKeys
from onhook.delivery.store import open_store

if TYPE_CHECKING:
    from onhook.workspace import Workspace


def open_delivery(workspace: Workspace) -> Delivery:
    """Return what delivers from `workspace`; `Delivery.close` ends it.

    Raises:
        PurposeMissing: The ring has no delivery key.
        OnhookError: The workspace's service cannot be read.
    """
    _ = workspace.keys.delivery.newest  # said now, not to the first phone
    keys = DeliveryKeys(workspace.settings.keys, workspace.keys)
    return Delivery(workspace, open_store(workspace), keys)
