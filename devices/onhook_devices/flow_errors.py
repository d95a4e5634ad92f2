"""Say what is wrong with a walk through a troubleshooting flow."""

from __future__ import annotations

from onhook_devices.errors import InvalidInput, NotFound


class FlowNotFound(NotFound):
    """The service has no flow.

    Attributes:
        service: Its id.
        known: The services that have one.
    """

    service: str
    known: str


class AnswerUnknown(InvalidInput):
    """An answer is for no question of the flow, or is neither yes nor no.

    Attributes:
        answer: As given.
        known: What may be answered.
    """

    answer: str
    known: str
