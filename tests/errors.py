"""A room's errors, and what one of them says when its fields are filled with their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook.words import Words
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from types import ModuleType

    from onhook.words import Language, Message


def errors_in(*modules: ModuleType) -> list[type[OnhookError]]:
    """Return the errors that the modules define, each where it stands."""
    return [
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, OnhookError)
        and kind.__module__ == module.__name__
    ]


def filled(kind: type[OnhookError], lang: Language) -> tuple[list[str], Message]:
    """Return what fills the fields of an error, such as ``<path>``, and what it says with them."""
    carried = {name: f"<{name}>" for name in kind.field_names() if name != "rule"}
    return list(carried.values()), Words(lang).error(kind(**carried))
