"""Every error of this room can be told, in every language, with all that it carries."""

from __future__ import annotations

from dataclasses import fields

import pytest

from onhook.words import LANGUAGES, Words
from onhook_devices import levels, platforms, rules, service_errors
from onhook_devices.errors import OnhookError

KINDS = [
    kind
    for module in (levels, platforms, rules, service_errors)
    for kind in vars(module).values()
    if isinstance(kind, type)
    and issubclass(kind, OnhookError)
    and kind.__module__ == module.__name__
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_an_error_tells_what_it_carries_and_how_to_mend_it(
    kind: type[OnhookError], lang: str
) -> None:
    carried = {field.name: f"<{field.name}>" for field in fields(kind) if field.name != "rule"}
    message = Words("ja" if lang == "ja" else "en").error(kind(**carried))

    told = message.says + message.mend
    assert message.mend
    assert [value for value in carried.values() if value not in told] == []


def test_all_errors_of_the_room_are_looked_at() -> None:
    assert len(KINDS) == 14
