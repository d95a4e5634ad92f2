"""Choose the service whose terms are asked for, with or without a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.settings import DEFAULT_SERVICE, SETTINGS_FILE, load
from onhook_devices.service import Services

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from onhook_devices.service import Service


def chosen_service(folder: Path, environment: Mapping[str, str], named: str | None) -> Service:
    """Return the service named, else the workspace's, else the default one.

    Args:
        folder: Where the workspace would be; its own services are known if it is there.
        environment: Variables that lie over its settings.
        named: The id that somebody typed.

    Raises:
        ServiceNotFound: There is none of that id.
        OnhookError: The workspace is there, and its settings or the service's file are wrong.
    """
    is_there = (folder / SETTINGS_FILE).is_file()
    usual = load(folder, environment).service if is_there else environment.get("ONHOOK_SERVICE")
    return Services(folder / "services").get(named or usual or DEFAULT_SERVICE)
