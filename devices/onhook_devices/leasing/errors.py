"""Say why an event cannot have happened to a device.

::

    Conflict
    ├── StepNotAllowed       the event itself does not fit the life before it
    ├── LaterStepImpossible  it does, and makes an event that is known from later impossible
    ├── AlreadyEntered       the very same is recorded
    └── AlreadyCorrected     the entry says so as it is
    NotFound
    └── NoSuchEvent          what should be corrected does not exist
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onhook_devices.errors import Conflict, NotFound

if TYPE_CHECKING:
    from datetime import date


class StepNotAllowed(Conflict):
    """What the device was on that day does not allow the step.

    Attributes:
        device: Its id.
        step: The command of the step.
        on: The day it should have happened.
        state: What the device was then.
        allowed: The commands that were possible.
    """

    device: str
    step: str
    on: date
    state: str
    allowed: str


class LaterStepImpossible(Conflict):
    """The step fits its day, and then one that is recorded of a later day could not have been.

    Attributes:
        device: Its id.
        step: The command of the step.
        on: The day it should have happened.
        later: The command of the step that is recorded.
        later_on: Its day.
        state: What the device would have been on that day.
        allowed: The commands that would have been possible.
    """

    device: str
    step: str
    on: date
    later: str
    later_on: date
    state: str
    allowed: str


class AlreadyEntered(Conflict):
    """The very same is recorded of the device: somebody pressed the key twice, or two people did.

    Attributes:
        device: Its id.
        step: The command of the step.
        on: The day it happened.
        number: The entry that says so.
    """

    device: str
    step: str
    on: date
    number: int


class AlreadyCorrected(Conflict):
    """The entry says what it should say, or was taken back before.

    Attributes:
        device: Its id.
        number: The entry.
    """

    device: str
    number: int


class NoSuchEvent(NotFound):
    """The device's history has no event of that number.

    Attributes:
        device: Its id.
        number: What was asked for.
        known: The numbers there are.
    """

    device: str
    number: int
    known: str
