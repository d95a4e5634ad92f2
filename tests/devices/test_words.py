"""Every error of this room tells all that it carries; that it has words is tested for all rooms."""

from __future__ import annotations

from dataclasses import fields

import pytest

from onhook.words import LANGUAGES, Language, Words
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
def test_an_error_tells_all_that_it_carries(kind: type[OnhookError], lang: Language) -> None:
    carried = {field.name: f"<{field.name}>" for field in fields(kind) if field.name != "rule"}
    message = Words(lang).error(kind(**carried))

    told = message.says + message.mend
    assert [value for value in carried.values() if value not in told] == []
