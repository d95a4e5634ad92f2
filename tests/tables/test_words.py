"""Every error of this room names the file first; that it has words is tested for all rooms."""

from __future__ import annotations

from dataclasses import fields

import pytest

from onhook.tables import errors
from onhook.words import LANGUAGES, Language, Words
from onhook_devices.errors import OnhookError

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, OnhookError)
    and kind.__module__ == errors.__name__
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_error_says_which_file_it_is_about(kind: type[OnhookError], lang: Language) -> None:
    names = [field.name for field in fields(kind) if field.name != "rule"]
    message = Words(lang).error(kind(**{name: f"<{name}>" for name in names}))

    assert "<path>" in message.says
