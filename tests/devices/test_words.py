"""Every error of this room tells all that it carries; that it has words is tested for all rooms."""

import pytest

from onhook.words import LANGUAGES, Language
from onhook_devices import agreement, levels, platforms, rules, service_errors, yen
from onhook_devices.errors import OnhookError
from onhook_devices.leasing import errors as leasing
from onhook_devices.outages import outage
from tests.errors import errors_in, filled

ROOMS = (agreement, leasing, levels, outage, platforms, rules, service_errors, yen)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", errors_in(*ROOMS))
def test_an_error_tells_all_that_it_carries(kind: type[OnhookError], lang: Language) -> None:
    carried, message = filled(kind, lang)

    told = message.says + message.mend
    assert [value for value in carried if value not in told] == []
