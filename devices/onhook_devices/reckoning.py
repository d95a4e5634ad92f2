"""A result that tells how it came about: its steps, one a line, and the rule it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

R = TypeVar("R")
Fact = str | int | date | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Step:
    """One line of reasoning.

    Attributes:
        key: A text of the message catalogue, without its ``step-``.
        data: What stands in it, written as people of any language read it.
    """

    key: str
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reckoning(Generic[R]):
    """A result with its reasoning.

    Attributes:
        result: What came out.
        rule: The ids of the rules it rests on, as the service's file names them.
        steps: How it came about, in order; the result itself is not among them.
    """

    result: R
    rule: str
    steps: tuple[Step, ...]


def step(key: str, **facts: Fact) -> Step:
    """Return the step `key` with its facts written out: 39,800; 2027-02-28; 14.6; 1/90."""
    return Step(key, {name: written(fact) for name, fact in facts.items()})


def written(fact: Fact) -> str:
    """Return a fact as people of any language read it."""
    if isinstance(fact, datetime):
        return fact.isoformat(" ", "minutes").partition("+")[0]
    if isinstance(fact, int):
        return f"{fact:,}"
    return str(fact)
