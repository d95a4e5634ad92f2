"""The workspace's folder and its settings."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

from onhook import settings as settings_
from onhook.doctor.errors import NoPublicUrl, PublicUrlHere, ReadableByOthers, WritableByOthers
from onhook.doctor.findings import Finding
from onhook.hosts import host_of, is_loopback
from onhook.imports import Note
from onhook.settings import BadSetting, NoWorkspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onhook.doctor.site import Site

_OTHERS_READ = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def check_modes(site: Site) -> Iterator[Finding | Note]:
    """Look at who may read and write the workspace's folder and its settings."""
    file = site.folder / settings_.SETTINGS_FILE
    if not file.is_file():
        raise NoWorkspace(str(site.folder))
    for path in (site.folder, file):
        yield from open_to_others(path)
    yield Note("doctor-workspace", {"folder": str(site.folder), "mode": _mode(site.folder)})


def open_to_others(path: Path) -> Iterator[Finding]:
    """Yield that others may write `path`, or else that they may read it."""
    mode = path.stat().st_mode
    if mode & _OTHERS_WRITE:
        yield Finding("fault", WritableByOthers(str(path), _mode(path)))
    elif mode & _OTHERS_READ:
        yield Finding("warning", ReadableByOthers(str(path), _mode(path)))


def check_settings(site: Site) -> Iterator[Finding | Note]:
    """Look at every setting, and whether phones can reach the address of links."""
    for fault in _faults(site):
        yield Finding("fault", fault)
    settings = site.settings  # raises where one of the faults above keeps it from being read
    yield Note("doctor-settings", {"file": str(settings.file)})
    if settings.public_url is None:
        yield Finding("warning", NoPublicUrl(str(settings.file)))
    elif is_loopback(host_of(settings.public_url)):
        yield Finding("warning", PublicUrlHere(settings.public_url))


def _faults(site: Site) -> list[BadSetting]:
    """Return what is wrong with the settings file beyond the first fault, which loading tells."""
    path = site.folder / settings_.SETTINGS_FILE
    found: list[BadSetting] = []
    for name, text in _flat(settings_.read_file(path)):
        try:
            settings_.read_setting(name, text, str(path))
        except BadSetting as fault:
            found.append(fault)
    return found[1:]


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str | None]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, settings_.text_of(value)


def _mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):04o}"
