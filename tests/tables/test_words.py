"""Every error of this room names the file first; that it has words is tested for all rooms."""

import pytest

from onhook.tables import errors
from onhook.words import LANGUAGES, Language
from onhook_devices.errors import OnhookError
from tests.errors import errors_in, filled


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", errors_in(errors))
def test_every_error_says_which_file_it_is_about(kind: type[OnhookError], lang: Language) -> None:
    _, message = filled(kind, lang)

    assert "<path>" in message.says
