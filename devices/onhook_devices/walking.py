"""Walk through a flow: from the answers so far to what is to be asked next, or to the end."""

from __future__ import annotations

from dataclasses import dataclass
from re import split, sub
from typing import TYPE_CHECKING
from unicodedata import normalize

from onhook_devices.flow import End
from onhook_devices.flow_errors import AnswerUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onhook_devices.flow import Flow, Node


@dataclass(frozen=True, slots=True)
class Position:
    """Where a walk stands.

    Attributes:
        node: The question to be asked, or the end that was come to.
        path: What was answered on the way, in its order.
        is_solved: Whether what an end told has helped.
    """

    node: Node
    path: tuple[str, ...]
    is_solved: bool = False

    @property
    def is_over(self) -> bool:
        """Tell whether there is nothing left to answer."""
        return isinstance(self.node, End) and (self.is_solved or self.node.then is None)


def position(flow: Flow, answers: Mapping[str, bool]) -> Position:
    """Return where `answers` lead.

    A flow has no circle, so nothing is asked twice and each id has one answer.

    Args:
        flow: The flow.
        answers: By id: of a question, yes or no; of an end that goes on, whether it works now.
            What is not asked on the way does not matter.
    """
    nodes = flow.nodes
    path: list[str] = []
    node = nodes[flow.first]
    while True:
        answer = answers.get(node.id)
        if answer is None or not node.ways:
            return Position(node, tuple(path))
        if isinstance(node, End):
            if answer:
                return Position(node, (*path, node.id), is_solved=True)
            path.append(node.id)
            node = nodes[str(node.then)]
        else:
            path.append(node.id)
            node = nodes[node.yes if answer else node.no]


_YES = frozenset({"yes", "y", "はい"})
_NO = frozenset({"no", "n", "いいえ"})


def parse_answers(flow: Flow, text: str) -> dict[str, bool]:
    """Return the answers that ``q1=no,q2=yes`` writes, by id.

    Args:
        flow: Whose questions and ends may be answered.
        text: Pairs, separated by commas or blanks, as a Japanese keyboard types them, too; yes
            and no also as y, n, はい and いいえ.

    Raises:
        AnswerUnknown: One is for nothing in the flow, is neither yes nor no, or is given twice.
    """
    found: dict[str, bool] = {}
    known = [one.id for one in flow.nodes.values() if one.ways]
    typed = sub(r"\s*=\s*", "=", normalize("NFKC", text).lower())
    for pair in filter(None, split(r"[,;、\s]+", typed)):
        id_, _, word = pair.partition("=")
        if id_ not in known or word not in _YES | _NO or id_ in found:
            raise AnswerUnknown(pair[:40], ", ".join(known))
        found[id_] = word in _YES
    return found
