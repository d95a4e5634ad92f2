"""What a file says, in the field's own words, whatever format it is in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onhook.inspecting.findings import Finding

SECRET_FIELDS = frozenset({"password", "ha1", "tunnel_password", "msisdn", "provisioning_url"})
"""What is never shown."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One account as a file states it.

    Attributes:
        place: Its own place, such as ``[Profile0]``.
        line: Where it begins.
        values: What it states, by the names templates have for it; what it does not state is left
            out, what it states as empty is ''. Also ``ha1`` and ``realm``. Secret.
        lines: Where each value stands.
    """

    place: str
    line: int
    values: Mapping[str, str] = field(repr=False)
    lines: Mapping[str, int] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> str:
        """Return what the file says of `name`, '' where it says nothing."""
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read as a softphone would.

    Attributes:
        family: Whose format it is; '' where nobody knows.
        profiles: The accounts in it.
        findings: What is wrong with it, whoever it is for.
    """

    family: str
    profiles: tuple[Profile, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_known(self) -> bool:
        """Tell whether anything could be read."""
        return bool(self.family or self.profiles)
