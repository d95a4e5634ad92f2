"""Say what differs between two issues of a kit, without telling a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from onhook.inspecting.configs import read_config
from onhook.inspecting.history import KnownIssue, contents_of
from onhook.inspecting.reading import SECRET_FIELDS
from onhook.inspecting.source import source_of
from onhook_devices.errors import StorageFault

if TYPE_CHECKING:
    from onhook.workspace import UnitOfWork

_ALWAYS_NEW: Final = frozenset({"provisioning_url"})  # each issue has a link of its own
_NOT_READ: Final = "file"


class Change(NamedTuple):
    """What became of one value.

    Attributes:
        field: Its name, as templates have it; ``file`` where nobody can read the format.
        is_changed: Whether it changed; only secrets are told that did not.
        is_secret: Whether it is one.
        before: What it was; '' for a secret.
        after: What it is; '' for a secret.
    """

    field: str
    is_changed: bool
    is_secret: bool = False
    before: str = ""
    after: str = ""


def changes_between(
    work: UnitOfWork, before: KnownIssue, after: KnownIssue
) -> tuple[Change, ...] | None:
    """Return what differs between two issues; None where the earlier one cannot be opened."""
    try:
        earlier, later = contents_of(work, before), contents_of(work, after)
    except StorageFault:
        return None
    old, new = _values(work, earlier), _values(work, later)
    if not (old and new):
        return (Change(_NOT_READ, set(earlier) != set(later)),)
    names = [name for name in {**old, **new} if name not in _ALWAYS_NEW]
    found = (_change(name, old.get(name, ""), new.get(name, "")) for name in names)
    return tuple(one for one in found if one.is_changed or one.is_secret)


def _values(work: UnitOfWork, contents: list[bytes]) -> dict[str, str]:
    """Return what the files of an issue state of their account, as its softphone reads them."""
    found: dict[str, str] = {}
    for content in contents:
        for profile in read_config(work, source_of("", content)).profiles[:1]:
            found |= profile.values
    return found


def _change(name: str, old: str, new: str) -> Change:
    if name in SECRET_FIELDS:
        return Change(name, old != new, is_secret=True)
    return Change(name, old != new, before=old, after=new)
