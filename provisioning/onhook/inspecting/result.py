"""What an inspection is asked, and what it answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from onhook.inspecting.findings import SEVERITIES, Finding, note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onhook.asking.server import Asked
    from onhook.inspecting.findings import Severity
    from onhook.inspecting.history import KnownIssue, KnownLink
    from onhook.inspecting.reading import Profile

MOST_ALIKE: Final = 20

Kind = Literal["config", "link", "address", "unknown"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose the file should be.

    Attributes:
        account: As typed, ``acme/101`` or ``101``; None where nobody said.
        customer: Only this customer's accounts.
    """

    account: str | None = None
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found out about one file, or one QR code of a picture.

    Attributes:
        kind: A config; one of our links; another address; nothing known.
        shown: The address without what is secret in it; '' for a file.
        family: The softphone family, '' where nobody knows.
        account: ``acme/101``, '' where it fits none.
        device: The device's id, or ''.
        issue: Which issue it is, None where it is none.
        link: The link it is, or holds.
        profiles: The accounts in it. Their values are secret.
        findings: Errors first, then by line.
        asked: What the link's server showed and answered, None where it was not asked.
    """

    kind: Kind
    shown: str
    family: str
    account: str
    device: str
    issue: KnownIssue | None
    link: KnownLink | None
    profiles: tuple[Profile, ...]
    findings: tuple[Finding, ...]
    asked: Asked | None = None

    def count(self, severity: Severity) -> int:
        """Return how many findings are of this severity."""
        return sum(one.severity == severity for one in self.findings)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings, the worst first, in a file from its top; of very many alike only some."""
    counts: Counter[str] = Counter()
    kept = []
    for one in sorted(findings, key=lambda one: (SEVERITIES.index(one.severity), one.line or 0)):
        counts[one.code] += 1
        if counts[one.code] <= MOST_ALIKE:
            kept.append(one)
    more = sum(max(0, count - MOST_ALIKE) for count in counts.values())
    return (*kept, *([note("more-alike", count=str(more))] if more else ()))
