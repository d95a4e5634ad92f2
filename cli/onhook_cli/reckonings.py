"""Print what the terms say: how a result came about, the result, and its rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onhook.reasoning import told, told_steps
from onhook_cli.session import Session
from onhook_devices.reckoning import Fact, Reckoning, written

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Answer:
    """One result to print.

    Attributes:
        name: What it is; its words are the catalogue's ``terms-`` text of that name.
        reckoning: How it came about.
        facts: What it says, by name.
    """

    name: str
    reckoning: Reckoning[Any]
    facts: dict[str, Fact]


def answer(name: str, reckoning: Reckoning[Any], **facts: Fact) -> Answer:
    """Return a result to print, with what it says."""
    return Answer(name, reckoning, facts)


def print_answers(session: Session, service: str, answers: Sequence[Answer]) -> None:
    """Print each result below its steps, a blank line between two."""
    blocks = (told(session.words, one.reckoning, _result(session, one)) for one in answers)
    if answers:
        session.print("\n\n".join("\n".join(lines) for lines in blocks))
    session.data = {
        "service": service,
        "results": [
            {
                "result": one.name,
                **one.facts,
                "rule": one.reckoning.rule,
                "steps": told_steps(session.words, one.reckoning),
            }
            for one in answers
        ],
    }


def _result(session: Session, one: Answer) -> str:
    return session.words(f"terms-{one.name}", **{k: written(v) for k, v in one.facts.items()})
