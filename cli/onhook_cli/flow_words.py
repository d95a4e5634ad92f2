"""Say a troubleshooting flow's questions, answers and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onhook_cli.session import Session, local_time
from onhook_devices.flow import End, Question
from onhook_devices.platforms import Platform

if TYPE_CHECKING:
    from onhook.repair.walks import Answer, Standing, Walk
    from onhook_devices.flow import Flow, Node
    from onhook_devices.service import Service


class Told:
    """A flow in the words of one service, one platform and one language."""

    def __init__(self, session: Session, flow: Flow, service: Service, platform: str = "") -> None:
        self._session = session
        self._flow = flow
        self._service = service
        self._platform = Platform(platform) if platform else None

    @classmethod
    def of(cls, session: Session, standing: Standing) -> Told:
        """Return the words for a walk."""
        service = standing.candidate.terms.service
        return cls(session, standing.flow, service, standing.walk.platform)

    def text(self, node: Node) -> str:
        """Return what a question asks, or an end tells to do."""
        from onhook.repair.wording import worded

        text = node.asked_on(self._platform) if isinstance(node, Question) else node.text
        return worded(text, self._service, self._session.words.lang)

    def line(self, node: Node) -> str:
        """Return a question with its number, or an end with who acts."""
        if isinstance(node, End):
            return self._session.words(f"walk-acts-{node.acts}", text=self.text(node))
        return self._session.words("walk-question", id=node.id.upper(), text=self.text(node))

    def answered(self, one: Answer) -> str:
        """Return an answer below its question: what, and from what onhook knew it."""
        words = self._session.words
        word = words("key-y" if one.yes else "key-n")
        if one.is_end:
            return words("walk-worked", answer=word)
        if one.known is None:
            return words("walk-said", answer=word)
        return words("walk-known", answer=word, why=words(one.known.key, **one.known.data))

    def fee(self, end: End) -> str:
        """Return whether the fee for a fault call applies (J-M3)."""
        call, words = self._service.money.fault_call, self._session.words
        if call is None:
            return words("walk-fee-not-stated")
        key = "walk-fee" if end.fee else "walk-fee-not"
        return words(key, yen=f"{call.yen:,}", rule=call.rule)

    def story(self, walk: Walk) -> list[str]:
        """Return all that was asked, answered and told in a walk, as lines."""
        lines: list[str] = []
        for one in walk.answers:
            lines += [self._line_of(one.id), self.answered(one)]
        if walk.stands_at not in walk.given:
            lines.append(self._line_of(walk.stands_at))
        where = self._flow.nodes.get(walk.stands_at)
        return [*lines, self.fee(where)] if isinstance(where, End) else lines

    def _line_of(self, id_: str) -> str:
        """Return the line of a question or an end; its id, where the flow has it no more."""
        node = self._flow.nodes.get(id_)
        return id_.upper() if node is None else self.line(node)

    def object(self, node: Node) -> dict[str, Any]:
        """Return a question or an end as it stands in JSON."""
        told: dict[str, Any] = {"id": node.id, "text": self.text(node), "rule": node.rule}
        if isinstance(node, Question):
            return {"kind": "question", **told}
        more = {"acts": node.acts, "fee": node.fee, "offers": node.offers, "then": node.then}
        return {"kind": "end", **told, **more}


def walk_object(session: Session, walk: Walk) -> dict[str, Any]:
    """Return a walk as it stands in JSON."""
    return {
        "id": walk.id,
        "account": walk.account,
        "device": walk.device,
        "service": walk.service,
        "started_at": walk.started_at,
        "started_by": walk.started_by,
        "changed_at": walk.changed_at,
        "changed_by": walk.changed_by,
        "state": walk.state,
        "stands_at": walk.stands_at,
        "acts": walk.acts,
        "answers": [_answer_object(session, one) for one in walk.answers],
    }


def _answer_object(session: Session, one: Answer) -> dict[str, Any]:
    why = "" if one.known is None else session.words(one.known.key, **one.known.data)
    by = "person" if one.known is None else "onhook"
    return {"id": one.id, "yes": one.yes, "by": by, "why": why}


def how_to_go_on(walk: Walk) -> str:
    """Return the command that goes on with a walk."""
    option = f" --device {walk.device}" if walk.device else ""
    return f"onhook troubleshoot {walk.account}{option}"


def started(walk: Walk) -> str:
    """Return when a walk began, as the clock on the wall here shows it."""
    return local_time(walk.started_at)
