"""Fill a mail's templates in: onhook's own, or an operator's of the same name that go before them.

Each mail is two templates, ``NAME.txt.j2`` and ``NAME.html.j2``. The first line of the text is its
subject, ``Subject: ...``. An operator's lie in ``<workspace>/mails``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from onhook.mailing.errors import MailTemplateFault
from onhook.mailing.letters import Content
from onhook.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path

    from jinja2 import Template

    from onhook.mailing.letters import Attachment
    from onhook.words import Language
    from onhook_devices.terms.common import Bilingual

FOLDER: Final = "mails"
"""Of an operator's templates, in the workspace."""

_SUBJECT: Final = "Subject:"
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_MONTHS: Final = ("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()  # noqa: SIM905 - reads better


class Wording:
    """What mails say, in one language.

    Args:
        workspace: Its folder, in which an operator's templates may lie.
        language: In which language.
    """

    def __init__(self, workspace: Path, language: Language) -> None:
        self._places = (workspace / FOLDER, FOLDER)
        self._environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader(
                [FileSystemLoader(workspace / FOLDER), PackageLoader("onhook_templates", FOLDER)]
            ),
            autoescape=_is_html,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals |= {
            "words": Words(language),
            "lang": language,
            "say": lambda text: _said(text, language),
        }

    def content(
        self, name: str, values: Mapping[str, Any], attachments: tuple[Attachment, ...] = ()
    ) -> Content:
        """Return what the mail `name` says.

        Args:
            name: Of its templates.
            values: What they may show.
            attachments: What goes with it.

        Raises:
            MailTemplateFault: A template cannot be read or filled in.
        """
        text = self._filled(f"{name}.txt.j2", values)
        head, _, body = text.lstrip().partition("\n")
        if not head.startswith(_SUBJECT):
            raise MailTemplateFault(f"{name}.txt.j2", "1", f"no {_SUBJECT!r}")
        subject = " ".join(head.removeprefix(_SUBJECT).split())
        html = self._filled(f"{name}.html.j2", {**values, "subject": subject})
        return Content(subject, _BLANK_LINES.sub("\n\n", body).strip() + "\n", html, attachments)

    def _filled(self, name: str, values: Mapping[str, Any]) -> str:
        try:
            template: Template = self._environment.get_template(name)
            return template.render(values)
        except TemplateSyntaxError as error:
            raise MailTemplateFault(
                error.filename or name, str(error.lineno), str(error.message)
            ) from None
        except TemplateError as error:
            raise MailTemplateFault(name, "?", str(error.message)) from None
        except Exception as error:  # noqa: BLE001 - an operator's template may do anything; its values are secret
            raise MailTemplateFault(name, "?", type(error).__name__) from None


def day_shown(day: date, language: Language) -> str:
    """Return a day as people read it."""
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def instant_shown(there: datetime, language: Language) -> str:
    """Return an instant of Japan's time (P0) as people read it."""
    if language == "ja":
        return f"{day_shown(there.date(), language)} {there:%H:%M}"
    return f"{day_shown(there.date(), language)}, {there:%H:%M} (Japan time)"


def _is_html(name: str | None) -> bool:
    return name is None or name.endswith(".html.j2")


def _said(text: Bilingual, language: Language) -> str:
    return text.ja if language == "ja" else text.en
