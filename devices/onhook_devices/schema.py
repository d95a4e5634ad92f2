"""Read a TOML table into the record type that describes it.

A record is a `NamedTuple`: its annotations are the schema. Understood are `str`, `int`, `bool`,
`date`, `Decimal`, `Fraction`, `Level`, `StrEnum`, `Literal`, another record, ``tuple[X, ...]``,
``X | None`` with a default for what may be left out, and `Annotated` with the bounds below.

Records are no dataclasses for one reason: the interpreter builds fifty of them in 4 ms, and
fifty frozen dataclasses in 25, at each start of the command line.
"""

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction
from functools import cache
from re import fullmatch
from types import UnionType
from typing import (
    Annotated,
    Literal,
    NamedTuple,
    Protocol,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    runtime_checkable,
)

from onhook_devices.errors import InvalidInput
from onhook_devices.levels import Level, parse_level
from onhook_devices.service_errors import (
    ServiceKeyMissing,
    ServiceKeyUnknown,
    ServiceValueWrong,
)

R = TypeVar("R")

_LONGEST_SHOWN = 60
_UNIONS = (Union, UnionType)  # Annotated[...] | None is the former, int | None the latter


class Range(NamedTuple):
    """Bound a number, both ends allowed."""

    least: int
    most: int

    def allows(self, value: object) -> bool:
        """Tell whether `value` lies within."""
        return isinstance(value, int | Decimal | Fraction) and self.least <= value <= self.most

    def __str__(self) -> str:
        return f"{self.least} .. {self.most}" if self.least < self.most else f"{self.least}"


class Form(NamedTuple):
    """Bound a text to a regular expression; `example` is what people are told."""

    pattern: str
    example: str

    def allows(self, value: object) -> bool:
        """Tell whether `value` has the form."""
        return isinstance(value, str) and fullmatch(self.pattern, value) is not None

    def __str__(self) -> str:
        return self.example


class NotEmpty(NamedTuple):
    """Bound a list to one item or more, none of them twice."""

    example: str

    def allows(self, value: object) -> bool:
        """Tell whether `value` has items and none twice."""
        return isinstance(value, tuple) and 0 < len(value) == len(set(value))

    def __str__(self) -> str:
        return self.example


class Bound(Protocol):
    """What `Annotated` may hold beside a type."""

    def allows(self, value: object) -> bool:
        """Tell whether `value` is within the bound."""


class Misfit(NamedTuple):
    """Values of one record that do not go together: the key to blame, what it has, what it may."""

    key: str
    found: object
    allowed: str


@runtime_checkable
class SelfChecking(Protocol):
    """A record with a rule between its values."""

    def misfit(self) -> Misfit | None:
        """Return what does not go together, or None."""


class Place(NamedTuple):
    """Where in which file something is read."""

    file: str
    key: str = ""

    def under(self, name: str) -> "Place":
        """Return the place of `name` in this table."""
        return Place(self.file, f"{self.key}.{name}" if self.key else name)

    def item(self, index: int) -> "Place":
        """Return the place of the list's item, counted from 1 as people count."""
        return Place(self.file, f"{self.key}[{index + 1}]")

    def wrong(self, found: object, allowed: object) -> ServiceValueWrong:
        """Return the error for a value that may not stand here."""
        return ServiceValueWrong(self.file, self.key, _shown(found), str(allowed))


def read_record(kind: type[R], table: object, at: Place) -> R:
    """Return the record of type `kind` that `table` holds.

    Args:
        kind: A `NamedTuple` type.
        table: What the TOML reader found there.
        at: Where that is.

    Raises:
        ServiceKeyUnknown, ServiceKeyMissing, ServiceValueWrong: The first fault found: keys
            first, then the values in the record's order, then how they go together.
    """
    if not isinstance(table, dict):
        raise at.wrong(table, "[table]")
    hints = keys(kind)
    for name in table:
        if name not in hints:
            raise _unknown(name, hints, at)
    values = {
        name: _read(hint, table[name], at.under(name))
        for name, hint in hints.items()
        if name in table or _is_needed(kind, name, hint, at)
    }
    return _consistent(kind(**values), at)


def keys(kind: type[object]) -> Mapping[str, object]:
    """Return the keys of a record type with the types of their values."""
    return _keys(cast("Hashable", kind))


@cache
def _keys(kind: Hashable) -> Mapping[str, object]:
    return get_type_hints(kind, include_extras=True)


def expected(hint: object) -> str:
    """Return in TOML's own signs what may stand where `hint` is asked for."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        bounds = " ".join(map(str, inner[1:]))
        # A bound tells how a whole number or a text is written, not how a fraction is.
        return f"{expected(inner[0])}, {bounds}" if inner[0] in (Decimal, Fraction) else bounds
    if origin is Literal:
        return " | ".join(map(_shown, inner))
    if origin in _UNIONS:
        return expected(inner[0])
    if origin is tuple:
        return f"[{expected(inner[0])}, ...]"
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return " | ".join(_shown(str(member)) for member in hint)
    return _SCALARS[hint].example if hint in _SCALARS else "[table]"


def _read(hint: object, found: object, at: Place) -> object:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _read_bounded(hint, found, at)
    if origin in _UNIONS:
        return _read(inner[0], found, at)
    if origin is tuple:
        return _read_list(inner[0], found, at)
    if origin is Literal:
        if not isinstance(found, str) or found not in inner:
            raise at.wrong(found, expected(hint))
        return found
    if hint in _SCALARS:
        return _read_scalar(_SCALARS[hint], found, at)
    kind = cast("type[object]", hint)
    return (
        _read_word(kind, found, at) if issubclass(kind, StrEnum) else read_record(kind, found, at)
    )


def _read_bounded(hint: object, found: object, at: Place) -> object:
    inner, *bounds = get_args(hint)
    try:
        value = _read(inner, found, at)
    except ServiceValueWrong as fault:
        if fault.key != at.key:  # an item of a list
            raise
        raise at.wrong(found, expected(hint)) from None
    if not all(bound.allows(value) for bound in bounds):
        raise at.wrong(found, expected(hint))
    return value


def _read_list(hint: object, found: object, at: Place) -> tuple[object, ...]:
    if not isinstance(found, list):
        raise at.wrong(found, f"[{expected(hint)}, ...]")
    return tuple(_read(hint, item, at.item(index)) for index, item in enumerate(found))


def _read_word(kind: type[StrEnum], found: object, at: Place) -> StrEnum:
    for member in kind:
        if member.value == found:
            return member
    raise at.wrong(found, expected(kind))


class _Scalar(NamedTuple):
    """How a single value is written in TOML, and how it is turned into ours."""

    written: type
    example: str
    make: Callable[..., object] = lambda value: value


def _read_scalar(scalar: _Scalar, found: object, at: Place) -> object:
    # Exact types: to Python true is a number too, and a time of day is a date too.
    if type(found) is not scalar.written and not _is_whole_decimal(scalar, found):
        raise at.wrong(found, scalar.example)
    try:
        return scalar.make(found)
    except (ValueError, ArithmeticError, InvalidInput):
        raise at.wrong(found, scalar.example) from None


def _is_whole_decimal(scalar: _Scalar, found: object) -> bool:
    return scalar.written is Decimal and type(found) is int


def _finite(number: Decimal | int) -> Decimal:
    if not Decimal(number).is_finite():
        raise ValueError(number)
    return Decimal(number)


_SCALARS: dict[type, _Scalar] = {
    str: _Scalar(str, '"text"'),
    int: _Scalar(int, "1, 2, 3 ..."),
    bool: _Scalar(bool, "true | false"),
    date: _Scalar(date, "2026-01-31"),
    Decimal: _Scalar(Decimal, "14.6", _finite),
    Fraction: _Scalar(str, '"1/30"', Fraction),
    Level: _Scalar(str, '"8.1"', parse_level),
}


def _is_needed(kind: type[object], name: str, hint: object, at: Place) -> bool:
    """Return False for what may be left out; what may not is missing here."""
    defaults: Mapping[str, object] = getattr(kind, "_field_defaults", {})
    if name in defaults:
        return False
    raise ServiceKeyMissing(at.file, at.under(name).key, expected(hint))


def _unknown(name: str, hints: Mapping[str, object], at: Place) -> ServiceKeyUnknown:
    nearest = get_close_matches(name, hints, n=1, cutoff=0.0)
    return ServiceKeyUnknown(at.file, at.under(name).key, nearest[0], ", ".join(hints))


def _consistent(record: R, at: Place) -> R:
    misfit = record.misfit() if isinstance(record, SelfChecking) else None
    if misfit is not None:
        raise at.under(misfit.key).wrong(misfit.found, misfit.allowed)
    return record


def _shown(found: object) -> str:
    """Return a value as TOML would write it, shortened."""
    if isinstance(found, dict):
        return "[table]"
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, list | tuple):
        text = f"[{', '.join(map(_shown, found))}]"
    else:
        text = f'"{found}"' if isinstance(found, str) else str(found)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 3]}..."
