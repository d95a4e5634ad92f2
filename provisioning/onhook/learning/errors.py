"""Say why a sample cannot be learned from. No field holds a secret's value.

::

    UsageError     AnswerWrong, SamplesAndAccounts
    InvalidInput   SampleUnreadable, SampleEmpty, SampleTooBig, SampleBinary,
                   SampleEncodingUnknown, SampleShapeUnknown, SampleShapeWrong, SecondFormDiffers,
                   FamilyNameWrong
    Conflict       FamilyExists
    Refused        PlaceOpen, TooManyOpen, CredentialNotFound, NothingFound, SpellingUnknown,
                   SecretWouldStay, SamplesDiffer, LinksDiffer, ProofFailed
"""

from __future__ import annotations

from onhook_devices.errors import Conflict, InvalidInput, Refused, UsageError


class AnswerWrong(UsageError):
    """An answer does not fit.

    Attributes:
        answer: As it was given.
        allowed: What may stand there.
    """

    answer: str
    allowed: str


class SamplesAndAccounts(UsageError):
    """Each sample needs the account it was made for, and each another one."""

    accounts: str
    samples: str


class SampleUnreadable(InvalidInput):
    """The sample cannot be read; `reason` is the system's."""

    file: str
    reason: str


class SampleEmpty(InvalidInput):
    """Nothing stands in the sample."""

    file: str


class SampleTooBig(InvalidInput):
    """The sample is larger than any file onhook issues; `most` is in bytes."""

    file: str
    most: int


class SampleBinary(InvalidInput):
    """The sample is no text."""

    file: str


class SampleEncodingUnknown(InvalidInput):
    """The sample is text in none of the encodings families are written in."""

    file: str
    known: str


class SampleShapeUnknown(InvalidInput):
    """Nothing tells how values must be escaped in this file."""

    file: str
    known: str


class SampleShapeWrong(InvalidInput):
    """The sample is not what ``--escaping`` says it is."""

    file: str
    escaping: str


class SecondFormDiffers(InvalidInput):
    """The second sample has another encoding than the first."""

    file: str
    found: str
    expected: str


class FamilyNameWrong(InvalidInput):
    """It cannot be a family's name."""

    family: str
    allowed: str


class FamilyExists(Conflict):
    """There is a family of this name already."""

    family: str


class PlaceOpen(Refused):
    """It is not certain what a piece of the sample stands for.

    Attributes:
        place: ``line:column``.
        file: The sample.
        text: The piece, `***` for a secret.
        within: The word it is part of, and the name of the field, as far as there are any.
        options: What it may be.
    """

    place: str
    file: str
    text: str
    within: str
    options: str


class TooManyOpen(Refused):
    """So much is uncertain that nobody could answer it.

    Attributes:
        file: The sample.
        count: How many places are open.
        variable: The one that occurs most often.
    """

    file: str
    count: int
    variable: str


class CredentialNotFound(Refused):
    """The account's password stands nowhere in the sample, in no form onhook knows."""

    file: str
    account: str
    variable: str


class NothingFound(Refused):
    """No value of the account was found in the sample."""

    file: str
    account: str


class SpellingUnknown(Refused):
    """A value was found in a spelling that onhook cannot write for another account."""

    place: str
    file: str
    variable: str


class SecretWouldStay(Refused):
    """A secret may not be kept in a template: everybody would be given it."""

    place: str
    file: str
    variable: str


class SamplesDiffer(Refused):
    """The second sample holds something that is not the account's and not the same for all.

    Attributes:
        place: ``line:column`` in the first sample.
        file: The second sample.
        line: The line in it.
        first: What the first has there, shortened.
        second: What the second has, shortened.
        name: What the field could be called.
    """

    place: str
    file: str
    line: int
    first: str
    second: str
    name: str


class LinksDiffer(SamplesDiffer):
    """What differs is part of a URL: the link to each account's own file, as it seems."""


class ProofFailed(Refused):
    """The family would not give the sample back byte by byte; nothing was written."""

    file: str
    line: int
