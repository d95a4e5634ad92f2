"""What an installer says where the sample alone does not tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from onhook.families.manifest import nearest
from onhook.learning.errors import AnswerWrong
from onhook.learning.known import CREDENTIALS, NAMEABLE
from onhook.learning.pieces import KEEP

if TYPE_CHECKING:
    from collections.abc import Iterable

ABSENT: Final = "absent"
_PLACE: Final = re.compile(r"[0-9]{1,7}:[0-9]{1,7}(?:\.[0-9]{1,4})?")


class Answer(NamedTuple):
    """One answer: ``12:5=extension``, ``extension=keep``, ``password=absent``.

    Attributes:
        about: A place, or a variable: every open place that could be it.
        says: A variable, `KEEP`, or `ABSENT`.
    """

    about: str
    says: str

    @property
    def is_place(self) -> bool:
        """Tell whether the answer is about one place."""
        return _PLACE.fullmatch(self.about) is not None

    def __str__(self) -> str:
        return f"{self.about}={self.says}"


def read_answers(texts: Iterable[str]) -> tuple[Answer, ...]:
    """Return the answers that were typed, the last first: a later one takes precedence.

    Raises:
        AnswerWrong: One has not the form of an answer.
    """
    return tuple(read_answer(text) for text in reversed(list(texts)))


def read_answer(text: str) -> Answer:
    """Return one answer; raises as `read_answers`."""
    about, sign, says = text.strip().partition("=")
    answer = Answer(about.strip(), says.strip())
    if not sign:
        raise AnswerWrong(text[:60], "LINE:COLUMN=VARIABLE, LINE:COLUMN=keep, VARIABLE=keep")
    if not answer.is_place and answer.about not in NAMEABLE:
        raise AnswerWrong(text[:60], f"LINE:COLUMN, {nearest(answer.about, NAMEABLE)}")
    if answer.says == ABSENT and answer.about in CREDENTIALS:
        return answer
    if answer.says not in {KEEP, *NAMEABLE}:
        raise AnswerWrong(text[:60], f"keep, {nearest(answer.says, NAMEABLE)}")
    return answer


def answer_for(answers: Iterable[Answer], about: str) -> str | None:
    """Return what was said about a place or a variable, None if nothing was."""
    return next((answer.says for answer in answers if answer.about == about), None)
