"""Refuse, before anything is rendered, what a family's formats cannot carry."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from onhook.families.characters import KINDS, Kind, any_of, kind_of
from onhook.families.errors import (
    AccountValueMissing,
    CannotCarry,
    EdgeNotCarried,
    PbxValueMissing,
    TooLongToCarry,
    ValueNotHeld,
)
from onhook.families.manifest import EVERY, ValueRule
from onhook.families.values import EXAMPLE, SECRETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from onhook.families.values import Values

# These are stated for the PBX, not for one account.
_OF_PBX: Final = frozenset(
    {"registrar", "pbx_host", "pbx_local_host", "sip_domain", "outbound_proxy"}
    | {"tunnel_host", "tunnel_password", "voicemail_number"}
)
_WITHOUT_RULE: Final = ValueRule()


@dataclass(frozen=True, slots=True)
class Limit:
    """What one variable may not hold.

    Attributes:
        name: The variable.
        kinds: Kinds of text that cannot be written.
        rule: What the client asks besides.
        unit_bytes: 2 where lengths count UTF-16's units.
        accepts: Tells in one quick look whether all is well; `refusals` tells what is not.
    """

    name: str
    kinds: tuple[Kind, ...]
    rule: ValueRule = _WITHOUT_RULE
    unit_bytes: int = 1
    accepts: Callable[[Values], bool] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "accepts", _quick_look(self))

    def refusals(self, family: str, values: Values) -> Iterator[CannotCarry]:
        """Yield every reason why `family` cannot carry this variable of `values`."""
        found = getattr(values, self.name)
        yield from self._unwritable(family, values, found)
        yield from self._against_rule(family, values, _as_written(found))

    def _unwritable(self, family: str, values: Values, found: object) -> Iterator[CannotCarry]:
        for kind in self.kinds:
            if any(kind.pattern.search(text) for text in _texts(found)):
                error = EdgeNotCarried if kind is KINDS["edge-space"] else CannotCarry
                yield error(values.account, family, self.name, kind.notation)
                return  # kinds overlap: a line break is a control character too

    def _against_rule(self, family: str, values: Values, text: str) -> Iterator[CannotCarry]:
        rule = self.rule
        if not text:
            if _need(rule)(values):
                yield _missing(values.account, family, self.name)
            return
        if rule.max_length is not None and self._length(text) > rule.max_length:
            yield TooLongToCarry(values.account, family, self.name, str(rule.max_length))
        if not _form(rule).fullmatch(text):
            held = ", ".join(rule.one_of) or rule.matches or ""
            yield ValueNotHeld(values.account, family, self.name, held)

    def _length(self, text: str) -> int:
        beyond = sum(character > "\uffff" for character in text) if self.unit_bytes > 1 else 0
        return len(text) + beyond


def _quick_look(limit: Limit) -> Callable[[Values], bool]:
    """Return a test for `limit` that passes what is usual at once, and looks twice at the rest."""
    value_of = attrgetter(limit.name)
    finds = any_of(limit.kinds).search if limit.kinds else _finds_nothing
    fits = _form(limit.rule).fullmatch
    most = (limit.rule.max_length or sys.maxsize) // limit.unit_bytes
    must_be_set = _need(limit.rule)

    usual: object = None

    def refuses_nothing(values: Values) -> bool:
        return next(limit.refusals("", values), None) is None

    def accepts(values: Values) -> bool:
        nonlocal usual
        found = value_of(values)
        if found == usual:  # what a contract says is the same for all its accounts
            return True
        if isinstance(found, str):
            if not found:
                return not must_be_set(values)
            if not (len(found) <= most and fits(found) and not finds(found)):
                return refuses_nothing(values)
        elif not refuses_nothing(values):
            return False
        usual = found
        return True

    return accepts


def _need(rule: ValueRule) -> Callable[[Values], object]:
    """Return what tells whether a value must not be empty; that can depend on another value."""
    if rule.required:
        return lambda _values: True
    return attrgetter(rule.required_with) if rule.required_with else lambda _values: False


def _finds_nothing(_text: str) -> None:
    return None


def _form(rule: ValueRule) -> re.Pattern[str]:
    """Return the form a value must have: the manifest's, one of its words, or any."""
    if rule.one_of:
        return re.compile("|".join(map(re.escape, rule.one_of)))
    return re.compile(r"[\s\S]*" if rule.matches is None else rule.matches)


def _texts(found: object) -> tuple[str, ...]:
    if isinstance(found, tuple):
        return found
    return (found,) if isinstance(found, str) else ()


def _as_written(found: object) -> str:
    """Return a value as `one_of` and `matches` see it."""
    if isinstance(found, bool):
        return "true" if found else "false"
    return " ".join(found) if isinstance(found, tuple) else str(found)


def _missing(account: str, family: str, name: str) -> CannotCarry:
    if name in _OF_PBX:
        return PbxValueMissing(account, family, name, "")
    option = f"--{name.replace('_', '-')}"
    how = f"{option}-file -" if name in SECRETS else f"{option} VALUE"
    return AccountValueMissing(account, family, name, how)


@dataclass(frozen=True, slots=True)
class Use:
    """The variables one file uses, with what its form cannot write."""

    names: frozenset[str]
    refuses: tuple[Kind, ...]
    unit_bytes: int = 1


def limits(uses: Iterable[Use], rules: Mapping[str, ValueRule]) -> tuple[Limit, ...]:
    """Return what a family asks of its variables, only those it uses or has a rule for."""
    uses = tuple(uses)
    named = frozenset().union(*(use.names for use in uses))
    asked = sorted(named | (rules.keys() - {EVERY}))
    found = (_limit(name, uses, rules) for name in asked)
    return tuple(limit for limit in found if limit.kinds or limit.rule is not _WITHOUT_RULE)


def _limit(name: str, uses: tuple[Use, ...], rules: Mapping[str, ValueRule]) -> Limit:
    using = [use for use in uses if name in use.names]
    is_text = isinstance(getattr(EXAMPLE, name), str | tuple)
    rule = _over(rules.get(name), rules.get(EVERY) if using and is_text else None)
    kinds = [kind for use in using for kind in use.refuses] if is_text else []
    kinds += [kind for word in rule.refuses if (kind := kind_of(word)) is not None]
    unit = max((use.unit_bytes for use in using), default=1)
    return Limit(name, tuple(dict.fromkeys(kinds)), rule, unit)


def _over(own: ValueRule | None, every: ValueRule | None) -> ValueRule:
    """Return a variable's own rule laid over the rule for every text."""
    if own is None or every is None:
        return own or every or _WITHOUT_RULE
    stated = {key: value for key, value in own._asdict().items() if value}
    refuses = (*every.refuses, *own.refuses)
    return every._replace(**stated)._replace(refuses=refuses)
