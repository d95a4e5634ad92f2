"""What a check found, and how bad it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onhook.doctor.site import Site
    from onhook.imports import Note
    from onhook_devices.errors import OnhookError

Grade = Literal["ok", "note", "warning", "fault", "skipped"]
GRADES: tuple[Grade, ...] = ("ok", "note", "warning", "fault", "skipped")
_SEVERITY: tuple[Grade, ...] = ("skipped", "ok", "note", "warning", "fault")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be; `error` says what and how to mend it."""

    grade: Literal["note", "warning", "fault"]
    error: OnhookError


@dataclass(frozen=True, slots=True)
class Check:
    """A check, and the checks whose failing makes it pointless."""

    name: str
    look: Callable[[Site], Iterator[Finding | Note]]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a check.

    Attributes:
        check: Its name.
        notes: What is well, or why it was skipped.
        findings: What is not.
        waits_for: The check that failed and without which this one could not be made, else ''.
    """

    check: str
    notes: tuple[Note, ...] = ()
    findings: tuple[Finding, ...] = ()
    waits_for: str = ""

    @property
    def grade(self) -> Grade:
        """Return how bad it is: as the worst finding."""
        if self.waits_for:
            return "skipped"
        grades: list[Grade] = [found.grade for found in self.findings]
        return max(grades, key=_SEVERITY.index, default="ok")
