"""Collect what a family's trial finds wrong: each fault once, with the values that show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from onhook.families.proving.errors import ValueBreaksFile, ValueNotFoundAgain
from onhook.families.sources import first_use

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from onhook.families.folder import Folder
    from onhook_devices.errors import OnhookError

_SHOWN_AT_MOST: Final = 5  # who mends those tries again


@dataclass(slots=True)
class _Value:
    """What is wrong with one variable in one template."""

    reason: str | None
    shown: dict[str, None] = field(default_factory=dict)

    def told(self) -> str:
        some = list(self.shown)[:_SHOWN_AT_MOST]
        return "   ".join([*some, *(["..."] if len(self.shown) > _SHOWN_AT_MOST else [])])


class Findings:
    """The faults of one family, as they are found."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._errors: list[OnhookError] = []
        self._values: dict[tuple[str, str, bool], _Value] = {}

    def add(self, error: OnhookError) -> None:
        """Note an error that stands by itself; what it came of is let go, it may be large."""
        error.__context__ = error.__traceback__ = None
        self._errors.append(error)

    def breaks(self, template: str, variable: str, shown: str, reason: str) -> None:
        """Note that a value of `variable` makes a file no client can read."""
        self._value((template, variable, True), reason).shown[shown] = None

    def loses(self, template: str, variable: str, shown: str) -> None:
        """Note that a value of `variable` is not found again."""
        self._value((template, variable, False), None).shown[shown] = None

    def faults(self) -> list[OnhookError]:
        """Return every fault once."""
        return once([*self._errors, *self._of_values()])

    def _value(self, key: tuple[str, str, bool], reason: str | None) -> _Value:
        return self._values.setdefault(key, _Value(reason))

    def _of_values(self) -> Iterator[OnhookError]:
        for (template, variable, _), value in self._values.items():
            place = first_use(self._folder, template, variable)
            if value.reason is None:
                yield ValueNotFoundAgain(*place, variable, value.told())
            else:
                yield ValueBreaksFile(*place, variable, value.told(), value.reason)


def once(errors: Iterable[OnhookError]) -> list[OnhookError]:
    """Return the errors without those that tell of the same place again."""
    return list({_place(error): error for error in reversed(list(errors))}.values())[::-1]


def _place(error: OnhookError) -> tuple[str, ...]:
    data = error.data
    keys = ("file", "line", "variable", "field")
    if "file" not in data:
        return (error.code(), *data.values())
    return (error.code(), *(data.get(key, "") for key in keys))
