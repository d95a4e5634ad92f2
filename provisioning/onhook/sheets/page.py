"""Sheets as one HTML page: whole in itself, for a screen as for paper."""

from __future__ import annotations

from base64 import b64encode
from mimetypes import guess_type
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from onhook.families.errors import FamilyFileMissing
from onhook.sheets.errors import SheetTemplateWrong

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jinja2 import Environment

    from onhook.sheets.design import Design

_TEMPLATE = "sheet.html.j2"


def sheets_page(design: Design, sheets: Sequence[dict[str, Any]]) -> str:
    """Return the page.

    Args:
        design: Its look, and the template.
        sheets: What stands on each; `symbol` is its QR code as SVG.

    Raises:
        SheetTemplateWrong: The operator's template cannot be filled in.
    """
    environment = ImmutableSandboxedEnvironment(
        loader=_Loader(design),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = [{**one, "symbol": Markup(one["symbol"])} for one in sheets]  # noqa: S704 - our drawing
    look = {"accent": design.look.accent, "logo": _logo(design)}
    try:
        return environment.get_template(_TEMPLATE).render(sheets=shown, look=look)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        line = getattr(error, "lineno", None)
        place = design.text(_TEMPLATE)[1] + (f", line {line}" if line else "")
        raise SheetTemplateWrong(place, str(error)) from None


class _Loader(BaseLoader):
    """Finds templates in the design."""

    def __init__(self, design: Design) -> None:
        self._design = design

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return a template's text; jinja's own signature."""
        _ = environment
        try:
            text, place = self._design.text(template)
        except FamilyFileMissing:
            raise TemplateNotFound(template) from None
        return text, place, lambda: True


def _logo(design: Design) -> str:
    """Return the logo as an address that holds the picture itself, '' where there is none."""
    found = design.logo()
    if found is None:
        return ""
    name, content = found
    return f"data:{guess_type(name)[0]};base64,{b64encode(content).decode()}"
