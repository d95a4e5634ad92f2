"""The sandbox templates run in: plain values in, escaped text out, nothing else within reach.

It is made for an operator's mistakes and for templates found on the internet. What a template
may use is listed; what is not listed does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import Namespace

from onhook.families.encoding import LINE_ENDS, LineEndName
from onhook.families.errors import FamilyFileMissing
from onhook.families.escaping import ESCAPERS, Escaped, EscapingName
from onhook.families.filters import FILTERS
from onhook.families.limits import MOST_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jinja2 import Environment, Undefined
    from jinja2.runtime import Context

    from onhook.families.folder import Folder

_LONGEST_RANGE: Final = 10_000
_MOST_BITS: Final = 4096

_TEXT_METHODS: Final = frozenset(
    {"count", "endswith", "find", "isascii", "isdigit", "isupper", "islower", "startswith"}
    | {"lower", "lstrip", "removeprefix", "removesuffix", "rstrip", "strip", "upper"}
    | {"partition", "rpartition", "rsplit", "split", "splitlines"}
)
_LOOP_ATTRIBUTES: Final = frozenset(
    {"changed", "cycle", "first", "index", "index0", "last", "length", "nextitem"}
    | {"previtem", "revindex", "revindex0"}
)


def _join(parts: Iterable[str]) -> Escaped:
    """Join what has been through the escaper: a macro's or a captured block's text."""
    return Escaped("".join(parts))


class FamilyEnvironment(SandboxedEnvironment):
    """A sandbox for one kind of file.

    Args:
        folder: Where includes are read.
        escaping: What every ``{{ }}`` passes through.
        line_ends: What the template's own line ends become.
    """

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    concat = staticmethod(_join)  # so that what is captured is not escaped a second time

    def __init__(self, folder: Folder, escaping: EscapingName, line_ends: LineEndName) -> None:
        super().__init__(
            autoescape=False,  # that is HTML's; see `finalize`
            auto_reload=False,
            finalize=_finalizer(ESCAPERS[escaping].write),
            keep_trailing_newline=True,
            loader=FolderLoader(folder),
            lstrip_blocks=True,
            newline_sequence=LINE_ENDS[line_ends],
            trim_blocks=True,
            undefined=StrictUndefined,
        )
        self.folder = folder
        self.filters = dict(FILTERS)
        self.globals = {"namespace": Namespace, "range": _short_range}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow what is listed of texts and loops, a namespace's variables, imported macros."""
        if isinstance(obj, str):
            return attr in _TEXT_METHODS
        if isinstance(obj, LoopContext):
            return attr in _LOOP_ATTRIBUTES
        is_own = isinstance(obj, Namespace | TemplateModule)
        return is_own and super().is_safe_attribute(obj, attr, value)

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        """Return what raises `SecurityError` once it is used."""
        return self.undefined(f".{attribute}", obj=obj, name=attribute, exc=SecurityError)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute, unless the result would be huge."""
        if _is_huge(operator, left, right):
            raise SecurityError(operator)
        return super().call_binop(context, operator, left, right)


class FolderLoader(BaseLoader):
    """Let templates include others of their folder."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return the text of a file of the folder."""
        del environment
        try:
            return self._folder.text(template), self._folder.place(template), lambda: True
        except FamilyFileMissing:
            raise TemplateNotFound(template) from None


def _finalizer(write: Callable[[str], str]) -> Callable[[object], str]:
    """Return what every ``{{ }}`` passes through."""

    def finalize(value: object) -> str:
        if value.__class__ is str:  # nearly always; cheaper than isinstance
            return write(value)
        if isinstance(value, Escaped):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | float):
            return write(str(value))
        return write(_text_of(value))

    return finalize


def _text_of(value: object) -> str:
    """Refuse what has no text of its own; an undefined value says so itself."""
    if isinstance(value, StrictUndefined):
        return str(value)
    raise TypeError(f"{{{{ }}}} got a {type(value).__name__}; a list needs |join or a loop")


def _short_range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > _LONGEST_RANGE:
        raise SecurityError(f"range: more than {_LONGEST_RANGE}")
    return numbers


def _is_huge(operator: str, left: object, right: object) -> bool:
    match operator:
        case "**":
            return not _is_small_power(left, right)
        case "%":  # with text on its left it formats, to any width
            return not isinstance(left, int | float)
        case "*" if isinstance(left, int | float) and isinstance(right, int | float):
            return _bits(left) + _bits(right) > _MOST_BITS
        case "*":
            return _size(left) * _size(right) > MOST_CHARACTERS
        case _:
            return _size(left) + _size(right) > MOST_CHARACTERS and not isinstance(left, int)


def _is_small_power(base: object, exponent: object) -> bool:
    if not isinstance(base, int | float) or not isinstance(exponent, int | float):
        return False
    return _bits(base) * abs(exponent) <= _MOST_BITS


def _bits(number: float) -> int:
    return number.bit_length() if isinstance(number, int) else 64


def _size(value: object) -> int:
    """Return a text's or list's length, a number's value."""
    if isinstance(value, int):
        return max(value, 0)
    return len(value) if isinstance(value, str | tuple | list) else 1
