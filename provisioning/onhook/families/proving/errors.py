"""Say what ``template check`` finds. The values shown are its own, never an account's.

::

    InvalidInput   OutputNotWellFormed, ValueBreaksFile, ValueNotFoundAgain, NothingToTry,
                   FamiliesFaulty
"""

from __future__ import annotations

from onhook_devices.errors import InvalidInput


class OutputNotWellFormed(InvalidInput):
    """What a template writes for an ordinary account is not of the form the manifest states.

    Attributes:
        file: The template.
        line: Where in what it writes, counted from 1.
        reason: What the reader says.
    """

    file: str
    line: int
    reason: str


class ValueBreaksFile(InvalidInput):
    """A value neither refused nor written as the file's form asks: no client can read the file.

    Attributes:
        file: The template.
        line: Where the variable stands in it, counted from 1.
        variable: What was given such values.
        values: Those that break it.
        reason: What the reader says of the first.
    """

    file: str
    line: int
    variable: str
    values: str
    reason: str


class ValueNotFoundAgain(InvalidInput):
    """A value is read back as something else; fields as of `ValueBreaksFile`."""

    file: str
    line: int
    variable: str
    values: str


class NothingToTry(InvalidInput):
    """The family refuses every account the check can invent, and has no sample of its own.

    Attributes:
        family: Its name.
        refused: The variables whose values it refuses.
    """

    family: str
    refused: str


class FamiliesFaulty(InvalidInput):
    """The check found faults; they are told before."""

    families: str
