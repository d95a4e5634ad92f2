"""Fill in what a flow's texts name: the app, whom to contact, minimum levels, barred numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onhook_devices.platforms import Platform

if TYPE_CHECKING:
    from onhook.words import Language
    from onhook_devices.service import Service
    from onhook_devices.terms.common import Bilingual


def worded(text: Bilingual, service: Service, language: Language) -> str:
    """Return a flow's text in a language, its variables filled in from the service."""
    values = {
        "app": service.app.name,
        "barred": _barred(service, language),
        "contact": _in(service.contact.name, language),
        "minimums": _minimums(service),
    }
    return re.sub(r"\{([a-z]+)\}", lambda found: values[found[1]], _in(text, language))


def _in(text: Bilingual, language: Language) -> str:
    return text.ja if language == "ja" else text.en


def _minimums(service: Service) -> str:
    """Return each platform's minimum: ``iOS 8.1, Android 4.0.3``; ``-`` where there is none."""
    levels = service.minimum_levels
    stated = {one: levels.of(one) for one in Platform} if levels else {}
    return ", ".join(f"{one.label} {level}" for one, level in stated.items() if level) or "-"


def _barred(service: Service, language: Language) -> str:
    barred = service.calls.barred if service.calls else ()
    sign = "、" if language == "ja" else ", "
    return sign.join(_in(one.name, language) for one in barred) or "-"
