"""A troubleshooting flow: questions and what ends them, read from one TOML file a service.

A flow is a graph of questions, each with a way for yes and one for no, and of ends. An end says who
acts, and what is to be done; where it has a way on (`then`), it is asked whether that helped, and
the flow goes on if it did not. A file in which a way leads nowhere or round in a circle, or in
which something is never reached, is refused when it is read.
"""

from collections.abc import Iterable
from importlib.resources.abc import Traversable
from re import findall
from typing import Annotated, Literal, NamedTuple

from onhook_devices.flow_errors import FlowNotFound
from onhook_devices.platforms import Platform
from onhook_devices.schema import Form, Misfit, NotEmpty, Place, read_record
from onhook_devices.terms.common import Bilingual, RuleIds, Slug
from onhook_devices.toml_files import TomlFiles, require_named, table_of, text_of

NodeId = Annotated[str, Form("[a-z][a-z0-9-]{0,39}", '"a-z, 0-9 and -, at most 40"')]
Actor = Literal["provider", "customer"]
Known = Literal["one-device", "one-account", "level", "contract"]
Help = Literal["reissue", "device-keep"]

VARIABLES = frozenset({"app", "barred", "contact", "minimums"})
"""What a text may name in braces; it is told from the service's file."""


class Question(NamedTuple):
    """What is asked.

    Attributes:
        id: How it is named in answers.
        text: What is asked where the platform is not known.
        yes: Id of what follows a yes.
        no: Id of what follows a no.
        on_pc: What is asked on a PC, if that differs.
        on_phone: What is asked on a smartphone, if that differs.
        known: What onhook may know the answer from.
    """

    id: NodeId
    rule: RuleIds
    text: Bilingual
    yes: NodeId
    no: NodeId
    on_pc: Bilingual | None = None
    on_phone: Bilingual | None = None
    known: Known | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        """Return the ids of all that may follow."""
        return (self.yes, self.no)

    def asked_on(self, platform: Platform | None) -> Bilingual:
        """Return what is asked on a device of `platform`; None where it is not known."""
        own = self.on_pc if platform is Platform.PC else self.on_phone
        return self.text if platform is None or own is None else own

    def texts(self) -> tuple[Bilingual, ...]:
        """Return everything it may say."""
        return tuple(one for one in (self.text, self.on_pc, self.on_phone) if one is not None)

    def misfit(self) -> Misfit | None:
        """Refuse a variable that nobody fills in."""
        return unknown_variable(self.texts())


class End(NamedTuple):
    """What is to be done, by whom.

    Attributes:
        id: How it is named in answers; the answer is whether it works now.
        acts: Who does it.
        text: What.
        fee: Whether the fee for a fault call applies to such a cause (J-M3).
        then: Id of what follows if it did not help; None: this is the last word.
        offers: What onhook can do about it there and then.
    """

    id: NodeId
    rule: RuleIds
    acts: Actor
    text: Bilingual
    fee: bool
    then: NodeId | None = None
    offers: Help | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        """Return the ids of all that may follow."""
        return () if self.then is None else (self.then,)

    def misfit(self) -> Misfit | None:
        """Refuse a way on after the provider's act, and a variable that nobody fills in."""
        if self.acts == "provider" and self.then is not None:
            return Misfit("then", self.then, 'left out where acts = "provider"')
        return unknown_variable((self.text,))


Node = Question | End


class Flow(NamedTuple):
    """One file.

    Attributes:
        service: Id of the service it is for, and the file's name without ``.toml``.
        first: Id of the first question.
    """

    service: Slug
    first: NodeId
    question: Annotated[tuple[Question, ...], NotEmpty("[[question]]")]
    end: Annotated[tuple[End, ...], NotEmpty("[[end]]")]

    @property
    def nodes(self) -> dict[str, Node]:
        """Return questions and ends by id."""
        return {one.id: one for _, one in self._keyed()}

    def misfit(self) -> Misfit | None:
        """Refuse a way to nowhere or in a circle, and what is never reached."""
        return (
            self._twice()
            or self._first_is_no_question()
            or self._way_to_nowhere()
            or self._circle()
            or self._never_reached()
        )

    def _twice(self) -> Misfit | None:
        seen: set[str] = set()
        for key, one in self._keyed():
            if one.id in seen:
                return Misfit(f"{key}.id", one.id, "an id that no other question or end has")
            seen.add(one.id)
        return None

    def _first_is_no_question(self) -> Misfit | None:
        questions = [one.id for one in self.question]
        return None if self.first in questions else Misfit("first", self.first, _any(questions))

    def _way_to_nowhere(self) -> Misfit | None:
        known = self.nodes
        for key, one in self._keyed():
            for way in ("yes", "no", "then"):
                target = getattr(one, way, None)
                if target is not None and target not in known:
                    return Misfit(f"{key}.{way}", target, _any(known))
        return None

    def _circle(self) -> Misfit | None:
        known = self.nodes
        done: set[str] = set()

        def search(id_: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
            if id_ in path:
                return (*path[path.index(id_) :], id_)
            if id_ in done:
                return None
            for way in known[id_].ways:
                if (circle := search(way, (*path, id_))) is not None:
                    return circle
            done.add(id_)
            return None

        circle = search(self.first, ())
        if circle is None:
            return None
        return Misfit(self._key_of(circle[0]), " -> ".join(circle), "ways that come to an end")

    def _never_reached(self) -> Misfit | None:
        known, waiting = self.nodes, [self.first]
        reached: set[str] = set()
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting.extend(known[one].ways)
        for key, node in self._keyed():
            if node.id not in reached:
                return Misfit(f"{key}.id", node.id, "what a yes, a no or a then leads to")
        return None

    def _keyed(self) -> list[tuple[str, Node]]:
        """Return questions and ends with their places in the file, counted from 1."""
        keyed: list[tuple[str, Node]] = []
        keyed += ((f"question[{n}]", one) for n, one in enumerate(self.question, 1))
        keyed += ((f"end[{n}]", one) for n, one in enumerate(self.end, 1))
        return keyed

    def _key_of(self, id_: str) -> str:
        return next(key for key, one in self._keyed() if one.id == id_)


def unknown_variable(texts: tuple[Bilingual, ...]) -> Misfit | None:
    """Return the first variable in `texts` that is none of `VARIABLES`."""
    for text in texts:
        for found in findall(r"\{([^{}]*)\}", text.en + text.ja):
            if found not in VARIABLES:
                return Misfit(
                    "text", f"{{{found}}}", _any(f"{{{one}}}" for one in sorted(VARIABLES))
                )
    return None


def _any(names: Iterable[str]) -> str:
    return " | ".join(names)


def read_flow(text: str, file: str) -> Flow:
    """Return the flow that `text` describes.

    Args:
        text: TOML.
        file: The file's name or path; stands in errors.

    Raises:
        ServiceSyntaxWrong: It is not TOML.
        ServiceKeyUnknown, ServiceKeyMissing, ServiceValueWrong: It is not a flow that ends.
    """
    return read_record(Flow, table_of(text, file), Place(file))


class Flows(TomlFiles[Flow]):
    """The shipped flows and an operator's own, by service."""

    kind = "flows"

    def read(self, file: Traversable) -> Flow:
        """Return the flow in `file`, which must be named by its service."""
        flow = read_flow(text_of(file), str(file))
        require_named(file, "service", flow.service)
        return flow

    def missing(self, id_: str, known: tuple[str, ...]) -> FlowNotFound:
        """Return the error that a service has no flow."""
        return FlowNotFound(id_, ", ".join(known))
