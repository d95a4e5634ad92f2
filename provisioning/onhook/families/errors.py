"""Say what is wrong with a family, or with a value for one. No field holds a secret's value.

::

    InvalidInput   FamilyUnreadable, ManifestSyntaxWrong, ManifestKeyMissing,
                   ManifestKeyUnknown, ManifestValueWrong, TemplateSyntaxWrong, VariableUnknown,
                   TemplateFails, TemplateTooSlow, TemplateTooBig, TemplateTooHungry,
                   FileNameUnsafe, SampleDiffers
    NotFound       FamilyUnknown, FamilyFileMissing
    Refused        TemplateForbidden
                   CannotCarry ── EdgeNotCarried, TooLongToCarry, TooMuchToCarry, ValueNotHeld,
                                  AccountValueMissing, PbxValueMissing
"""

from __future__ import annotations

from onhook_devices.errors import InvalidInput, NotFound, Refused


class FamilyUnknown(NotFound):
    """No family has this name.

    Attributes:
        family: The name asked for.
        nearest: The name most like it.
        known: All names.
    """

    family: str
    nearest: str
    known: str


class FamilyFileMissing(NotFound):
    """A file named by a manifest or a template is not in the family's folder."""

    file: str


class FamilyUnreadable(InvalidInput):
    """A file of a family cannot be read as text.

    Attributes:
        file: Its path.
        reason: What the system or the decoder says.
    """

    file: str
    reason: str


class ManifestSyntaxWrong(InvalidInput):
    """The file is not TOML."""

    file: str
    reason: str


class ManifestKeyMissing(InvalidInput):
    """The manifest (or a sample's values) lacks a key."""

    file: str
    key: str
    allowed: str


class ManifestKeyUnknown(InvalidInput):
    """The manifest (or a sample's values) has a key that means nothing."""

    file: str
    key: str
    nearest: str
    known: str


class ManifestValueWrong(InvalidInput):
    """A value of the manifest is of another kind or none of the known words."""

    file: str
    key: str
    found: str
    allowed: str


class TemplateSyntaxWrong(InvalidInput):
    """A template cannot be parsed.

    Attributes:
        file: The template, or the manifest for a file's name.
        line: Counted from 1.
        reason: The template engine's words, in English.
    """

    file: str
    line: int
    reason: str


class VariableUnknown(InvalidInput):
    """A template uses a variable that does not exist."""

    file: str
    line: int
    variable: str
    nearest: str


class TemplateFails(InvalidInput):
    """A template stops with an error while it is filled in."""

    file: str
    line: int
    reason: str


class TemplateTooSlow(InvalidInput):
    """A template was stopped: it does not come to an end."""

    file: str
    line: int
    seconds: float


class TemplateTooBig(InvalidInput):
    """A template was stopped: what it writes is beyond every sense.

    Attributes:
        file: The template.
        most: Characters allowed.
    """

    file: str
    most: int


class TemplateTooHungry(InvalidInput):
    """A template was stopped: it takes memory beyond every sense.

    Attributes:
        file: The template.
        line: Counted from 1.
        most: Megabytes allowed.
    """

    file: str
    line: int
    most: int


class FileNameUnsafe(InvalidInput):
    """A file's name, filled in, could leave the kit's folder or clash with a file of the kit.

    Attributes:
        account: Whose values made it.
        file: The manifest.
        name: The name, filled in.
    """

    account: str
    file: str
    name: str


class SampleDiffers(InvalidInput):
    """A family does not write what its sample shows.

    Attributes:
        file: The expected file.
        line: The first line that differs, counted from 1.
    """

    file: str
    line: int


class TemplateForbidden(Refused):
    """A template reaches for what is not its own.

    Attributes:
        file: The template.
        line: Counted from 1.
        what: What it reaches for, as the template writes it.
    """

    file: str
    line: int
    what: str


class CannotCarry(Refused):
    """A family's format has no way to write a value. Nothing was written.

    Attributes:
        account: ``customer/extension``.
        family: The family's name.
        field: The variable.
        what: The kind of character; never the value.
    """

    account: str
    family: str
    field: str
    what: str


class EdgeNotCarried(CannotCarry):
    """The value begins or ends with white space, which the format loses."""


class TooLongToCarry(CannotCarry):
    """The value is longer than the client reads; `what` is the most it reads."""


class TooMuchToCarry(CannotCarry):
    """All values together are more than the client reads.

    `field` is the file, or ``QR``, and `what` the most it may have, in bytes.
    """


class ValueNotHeld(CannotCarry):
    """The value is none of those the client knows; `what` names what it knows."""


class AccountValueMissing(CannotCarry):
    """The family cannot do without a value the account lacks; `what` is the option."""


class PbxValueMissing(CannotCarry):
    """The family cannot do without a value of the PBX that nothing states."""
