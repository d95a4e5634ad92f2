"""Put what a template does wrong into words of ours, with file and line, without any value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Template, TemplateNotFound, TemplateRuntimeError
from jinja2.exceptions import SecurityError

from onhook.families.errors import FamilyFileMissing, TemplateFails, TemplateForbidden

if TYPE_CHECKING:
    from onhook_devices.errors import OnhookError


def fault_of(error: Exception, file: str) -> OnhookError:
    """Return the error of ours that tells what a template did wrong.

    Args:
        error: Whatever it raised.
        file: The template, for what was raised outside its lines.
    """
    file, line = place_of(error, file)
    if isinstance(error, SecurityError):
        return TemplateForbidden(file, line, error.message or "")
    if isinstance(error, TemplateNotFound):
        return FamilyFileMissing(str(error.name))
    if isinstance(error, TemplateRuntimeError | TypeError | ZeroDivisionError):
        return TemplateFails(file, line, str(error))  # their texts name types, not values
    return TemplateFails(file, line, type(error).__name__)


def place_of(error: BaseException, file: str) -> tuple[str, int]:
    """Return file and line of the innermost template `error` passed through, else `file`, 1."""
    place, trace = (file, 1), error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            line = template.get_corresponding_lineno(trace.tb_lineno)
            place = (template.filename or file, line)
        trace = trace.tb_next
    return place
